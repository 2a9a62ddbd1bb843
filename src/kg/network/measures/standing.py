"""Standing among well tied organisations, and how tightly knit the surroundings are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.network.measures.applicable import require_kind
from kg.network.measures.counts import components

if TYPE_CHECKING:
    import networkx as nx

TOLERANCE = 1e-12
STEPS = 100_000


def eigenvector(graph: nx.Graph, *, weighted: bool = False) -> dict[str, float]:
    """How much an organisation is tied to others that are much tied themselves.

    Undirected only. Weight is not read unless ``weighted``: then as closeness. Computed in the largest component
    alone (of equal ones the first in order of ids); the others have no value, because between parts that no tie
    joins the eigenvector says nothing. Normalised to Euclidean length 1 in that component: range 0 to 1.
    Says little below about twenty organisations, and where one large case is a clique it mostly finds that case.

    References: Bonacich, P. (1972), Factoring and weighting approaches to status scores and clique identification,
    Journal of Mathematical Sociology 2.

    >>> import networkx as nx
    >>> star = eigenvector(nx.Graph([("a", "b"), ("a", "c"), ("d", "e")]))
    >>> {node: round(value, 4) for node, value in star.items()}  # 1/sqrt(2) and 1/2; d and e stand apart
    {'a': 0.7071, 'b': 0.5, 'c': 0.5}
    """
    require_kind(graph, "eigenvector")
    import networkx as nx

    if not graph:
        return {}
    largest = set(components(graph)[0])
    part = nx.Graph()  # nodes in the order of the network, so that sums come in one order
    part.add_nodes_from(node for node in graph if node in largest)
    part.add_edges_from((left, right, data) for left, right, data in graph.edges(data=True) if left in largest)
    found = nx.eigenvector_centrality(part, max_iter=STEPS, tol=TOLERANCE, weight="weight" if weighted else None)
    return {node: float(value) for node, value in found.items()}


def pagerank(graph: nx.Graph, *, weighted: bool = False, damping: float = 0.85) -> dict[str, float]:
    """How often one comes by an organisation, walking from tie to tie and now and then starting anew.

    Follows the arrows of a support network from giver to receiver; elsewhere ties lead both ways. Weight is not read
    unless ``weighted``: then as closeness, and the walk prefers strong ties. Normalised: sums to 1 over the network,
    so values fall as it grows; compare ranks, not values, of two networks. Range 0 to 1.
    Undirected it lies close to degree. Says little below about twenty organisations.

    References: Brin, S. and Page, L. (1998), The anatomy of a large-scale hypertextual Web search engine,
    Computer Networks 30.

    >>> import networkx as nx
    >>> {node: round(value, 3) for node, value in pagerank(nx.Graph([("a", "b"), ("b", "c")])).items()}
    {'a': 0.257, 'b': 0.486, 'c': 0.257}
    """
    require_kind(graph, "pagerank")
    import networkx as nx

    found = nx.pagerank(graph, alpha=damping, max_iter=STEPS, tol=TOLERANCE, weight="weight" if weighted else None)
    return {node: float(value) for node, value in found.items()}


def core_number(graph: nx.Graph) -> dict[str, int]:
    """The largest k such that an organisation is in a part where everyone has k partners within the part.

    Undirected only. No weight. Not normalised: 0 to the largest degree. A case of n parties alone is an
    (n-1)-core, so a high number may be one large case. Says little below about twenty organisations.

    References: Seidman, S. B. (1983), Network structure and minimum degree, Social Networks 5.

    >>> import networkx as nx
    >>> core_number(nx.Graph([("a", "b"), ("b", "c"), ("a", "c"), ("c", "d")]))
    {'a': 2, 'b': 2, 'c': 2, 'd': 1}
    """
    require_kind(graph, "core_number")
    import networkx as nx

    return {node: int(number) for node, number in nx.core_number(graph).items()}


def clustering(graph: nx.Graph, *, weighted: bool = False) -> dict[str, float]:
    """What share of an organisation's partners are partners of each other.

    Undirected; in a support network every direction of the three arrows counts (Fagiolo). Weight is not read unless
    ``weighted``: then as closeness, the geometric mean of the three weights over the largest weight (Onnela).
    Range 0 to 1; 0 with fewer than two partners. A case of three parties or more closes triangles by itself,
    so high values first of all say that cases are large. Says little below about ten organisations.

    References: Watts, D. J. and Strogatz, S. H. (1998), Collective dynamics of small-world networks, Nature 393;
    Onnela, J.-P. et al. (2005), Phys. Rev. E 71; Fagiolo, G. (2007), Phys. Rev. E 76.

    >>> import networkx as nx
    >>> clustering(nx.Graph([("a", "b"), ("a", "c"), ("a", "d"), ("b", "c")]))["a"]  # one of three pairs is tied
    0.3333333333333333
    """
    require_kind(graph, "clustering")
    import networkx as nx

    found = nx.clustering(graph, weight="weight" if weighted else None)
    return {node: float(value) for node, value in found.items()}
