"""Weight is closeness; a shortest path needs distance. Inverted here once, exactly, so that equal paths stay equal."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from kg.errors import Text
from kg.network.errors import NetworkError
from kg.network.measures.applicable import require_kind

if TYPE_CHECKING:
    import networkx as nx

LENGTH = "length"
MANY = 500  # organisations from which betweenness by products of matrices is worth its imports
FINEST = 1_000_000  # a fractional weight is a sum of 1/(n-1) kept as a float; this takes it back to the fraction


def with_lengths(graph: nx.Graph) -> tuple[nx.Graph, int]:
    """A copy whose ties have ``length`` = scale/weight in whole numbers, and the scale.

    As floats, six ties of weight 6 would not be as long as one of weight 1, and paths that tie would be lost.

    >>> import networkx as nx
    >>> copy, scale = with_lengths(nx.Graph([("a", "b", {"weight": 2}), ("b", "c", {"weight": 1.5}), ("a", "c")]))
    >>> scale, [length for _, _, length in copy.edges(data="length")]
    (6, [3, 6, 4])
    """
    weights = {}
    for left, right, weight in graph.edges(data="weight", default=1):
        exact = Fraction(weight).limit_denominator(FINEST)
        if exact <= 0:
            raise NetworkError(
                Text(
                    f"{left} ~ {right}: 가중치 {weight}는 거리로 바꿀 수 없습니다. 0보다 커야 합니다.",
                    f"{left} ~ {right}: weight {weight} cannot be made a distance; it must be above 0.",
                )
            )
        weights[left, right] = exact
    scale = lcm(*(weight.numerator for weight in weights.values()))
    copy = graph.__class__()
    copy.add_nodes_from(graph)
    for (left, right), weight in weights.items():
        copy.add_edge(left, right, **{LENGTH: scale * weight.denominator // weight.numerator})
    return copy, scale


def betweenness(graph: nx.Graph, *, weighted: bool = False) -> dict[str, float]:
    """On what share of the shortest paths between two others an organisation stands: who bridges.

    Undirected; in a support network paths follow the arrows from giver to receiver. Weight is not read unless
    ``weighted``: then a tie is 1/weight long (closeness made distance), so repeated partners are nearer.
    Normalised by the pairs of others, (n-1)(n-2)/2, or (n-1)(n-2) if directed. Range 0 to 1; 0 below three
    organisations. Pairs that no path joins count as 0, so in a network of many parts all values are low.
    Says little below about twenty organisations; one tie more or less can turn the order round.

    References: Freeman, L. C. (1977), A set of measures of centrality based on betweenness, Sociometry 40;
    Brandes, U. (2001), A faster algorithm for betweenness centrality, Journal of Mathematical Sociology 25.

    >>> import networkx as nx
    >>> betweenness(nx.Graph([("a", "b"), ("b", "c")]))
    {'a': 0.0, 'b': 1.0, 'c': 0.0}
    >>> near = nx.Graph([("a", "b", {"weight": 4}), ("b", "c", {"weight": 4}), ("a", "c", {"weight": 1})])
    >>> betweenness(near)["b"], betweenness(near, weighted=True)["b"]
    (0.0, 1.0)
    """
    require_kind(graph, "betweenness")
    import networkx as nx

    if weighted:
        return _floats(nx.betweenness_centrality(with_lengths(graph)[0], weight=LENGTH))
    quick = None if graph.is_directed() or len(graph) < MANY else _by_matrices(graph)
    return quick or _floats(nx.betweenness_centrality(graph))


def _by_matrices(graph: nx.Graph) -> dict[str, float] | None:
    """The same some fifty times faster, where SciPy is installed and shortest paths are short."""
    import networkx as nx

    try:
        import numpy

        from kg.network.measures.brandes import LongPaths, dependencies

        nodes = sorted(graph, key=str)  # so that sums do not depend on the order in which the network was made
        matrix = nx.to_scipy_sparse_array(graph, nodes, weight=None, dtype=float, format="csr")
        total, _ = dependencies(matrix, numpy.arange(len(nodes)))
    except (ImportError, LongPaths):
        return None
    pairs = (len(graph) - 1) * (len(graph) - 2)
    found = dict(zip(nodes, (total / pairs).tolist(), strict=True))
    return {node: found[node] for node in graph}


def closeness(graph: nx.Graph, *, weighted: bool = False) -> dict[str, float]:
    """How near an organisation is to those it can reach: their number over the sum of distances to them.

    Undirected; in a support network the distances from those whose support arrives at it, along the arrows.
    Weight is not read unless ``weighted``: then a tie is 1/weight long (closeness made distance).
    In a network of several parts the value is scaled by the share of others reached (Wasserman and Faust), so that
    nobody is central in a pair of its own. Range 0 to 1, with weights 0 and up. Says little below about twenty
    organisations, and between parts of very unlike size.

    References: Wasserman, S. and Faust, K. (1994), Social Network Analysis, p. 201 (the improved formula);
    Freeman, L. C. (1978), Centrality in social networks, Social Networks 1.

    >>> import networkx as nx
    >>> closeness(nx.Graph([("a", "b"), ("b", "c"), ("d", "e")]))["b"]  # reaches 2 of 4, each at 1: 2/4 * 2/2
    0.5
    """
    require_kind(graph, "closeness")
    import networkx as nx

    if weighted:
        lengths, scale = with_lengths(graph)
        found = nx.closeness_centrality(lengths, distance=LENGTH, wf_improved=True)
        return {node: float(value * scale) for node, value in found.items()}
    return _floats(nx.closeness_centrality(graph, wf_improved=True))


def _floats(values: dict[str, float]) -> dict[str, float]:
    return {node: float(value) for node, value in values.items()}
