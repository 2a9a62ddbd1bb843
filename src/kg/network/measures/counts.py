"""Counts of ties: degree, strength, repeated ties, density, components."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.network.measures.applicable import require_kind

if TYPE_CHECKING:
    import networkx as nx


def degree(graph: nx.Graph) -> dict[str, int]:
    """With how many organisations each one is tied.

    Undirected: every partner counts once, however many cases are shared; in a directed network givers and receivers
    are added; in a two-mode network the cases of an organisation and the parties of a case are counted. No weight.
    Not normalised: 0 to n-1. Says little below about ten organisations, and grows with the size of the cases:
    a case of n parties alone gives n-1.

    References: Freeman, L. C. (1978), Centrality in social networks, Social Networks 1.

    >>> import networkx as nx
    >>> degree(nx.Graph([("a", "b"), ("a", "c")]))
    {'a': 2, 'b': 1, 'c': 1}
    """
    return {node: int(number) for node, number in graph.degree()}


def strength(graph: nx.Graph) -> dict[str, float]:
    """How much each organisation is tied: the sum of the weights of its ties (weighted degree).

    Undirected; in a directed network given and received are added. ``weight`` is closeness: the number of shared
    cases, or with ``weighting="fractional"`` each case's share 1/(n-1), so that strength is then the number of cases
    in which the organisation has a partner. Not normalised; 0 and up. Says little below about ten organisations.

    References: Barrat, A. et al. (2004), The architecture of complex weighted networks, PNAS 101;
    Newman, M. E. J. (2001), Scientific collaboration networks II, Phys. Rev. E 64.

    >>> import networkx as nx
    >>> strength(nx.Graph([("a", "b", {"weight": 3}), ("a", "c", {"weight": 1})]))
    {'a': 4, 'b': 3, 'c': 1}
    """
    return dict(graph.degree(weight="weight"))


def repeat_ties(graph: nx.Graph) -> int:
    """How many ties rest on two cases or more (at co-attendance: two events).

    Counts ``cases`` and not ``weight``, so that it is the same under either weighting. 0 to the number of ties.
    A case printed twice and not yet judged the same would count as two.

    >>> import networkx as nx
    >>> repeat_ties(nx.Graph([("a", "b", {"cases": ["c1", "c2"]}), ("a", "c", {"cases": ["c1"]})]))
    1
    """
    unit = graph.graph.get("unit")
    shared = unit if unit in ("events", "editions") else "cases"
    return sum(len(cases) > 1 for _, _, cases in graph.edges(data=shared, default=()))


def repeat_partner_ratio(graph: nx.Graph) -> float | None:
    """The share of ties that rest on two cases or more; None where there is no tie.

    Undirected or directed. Range 0 to 1. Says little below about twenty ties, and nothing of ties still young.

    References: Gulati, R. (1995), Does familiarity breed trust?, Academy of Management Journal 38 (repeated ties).

    >>> import networkx as nx
    >>> repeat_partner_ratio(nx.Graph([("a", "b", {"cases": ["c1", "c2"]}), ("a", "c", {"cases": ["c1"]})]))
    0.5
    """
    require_kind(graph, "repeat_partner_ratio")
    ties = graph.number_of_edges()
    return repeat_ties(graph) / ties if ties else None


def density(graph: nx.Graph) -> float:
    """The share of possible ties that are there: 2m/(n(n-1)), in a directed network m/(n(n-1)).

    No weight. Range 0 to 1; 0 below two organisations. Organisations without a tie are not in the graph, so it is
    the density among those that have one; compare only networks of like size.

    References: Wasserman, S. and Faust, K. (1994), Social Network Analysis, section 4.2.

    >>> import networkx as nx
    >>> density(nx.Graph([("a", "b"), ("b", "c"), ("c", "d")]))
    0.5
    """
    require_kind(graph, "density")
    import networkx as nx

    return float(nx.density(graph))


def components(graph: nx.Graph) -> list[list[str]]:
    """The parts of the network that no tie joins, largest first, then in order of their ids.

    Direction does not matter (weak components). No weight. Each organisation is in exactly one.

    References: Wasserman, S. and Faust, K. (1994), Social Network Analysis, section 4.3.

    >>> import networkx as nx
    >>> components(nx.Graph([("a", "b"), ("c", "d"), ("d", "e")]))
    [['c', 'd', 'e'], ['a', 'b']]
    """
    import networkx as nx

    parts = nx.weakly_connected_components(graph) if graph.is_directed() else nx.connected_components(graph)
    return sorted((sorted(part) for part in parts), key=lambda part: (-len(part), part))
