"""Standing between others: Burt's structural holes, and the five roles of Gould and Fernandez."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from kg.errors import Text
from kg.network.errors import unknown
from kg.network.measures.applicable import require_kind

if TYPE_CHECKING:
    import networkx as nx

NOT_STATED = (None, "unknown", "unnamed")  # two organisations of unknown kind are not of one kind

ROLES: Mapping[str, Text] = {
    "coordinator": Text("같은 종류끼리 잇기", "all three of one kind"),
    "gatekeeper": Text("밖에서 제 종류 안으로 잇기", "from another kind to its own"),
    "representative": Text("제 종류에서 밖으로 잇기", "from its own kind to another"),
    "consultant": Text("다른 한 종류의 둘을 잇기", "between two of one kind that is not its own"),
    "liaison": Text("서로 다른 세 종류", "three different kinds"),
    "kind-unknown": Text("종류를 모르는 기관이 낀 것", "a kind of the three is not known"),
}


def constraint(graph: nx.Graph, *, weighted: bool = False) -> dict[str, float]:
    """How much an organisation's partners are tied to each other, so that it depends on them: Burt's constraint.

    Low is a broker, high is hemmed in. Direction does not matter: what goes either way is added. Weight is not read
    unless ``weighted``: then as closeness, the share of one's ties spent on a partner. Range above 0 to 1.125
    (1 with a single partner), with weights up to 2; an organisation without a tie has no value.
    Says little below about ten organisations; members of one large case have low constraint without being brokers,
    so read it beside ``effective_size``.

    References: Burt, R. S. (1992), Structural Holes, chapter 2; Burt, R. S. (2004), Structural holes and good ideas,
    American Journal of Sociology 110.

    >>> import networkx as nx
    >>> constraint(nx.Graph([("a", "b"), ("a", "c")]))  # a spends a half on each, and they do not know each other
    {'a': 0.5, 'b': 1.0, 'c': 1.0}
    """
    require_kind(graph, "constraint")
    import networkx as nx

    tied = [node for node in graph if graph.degree(node)]
    found = nx.constraint(graph, weight="weight" if weighted else None) if tied else {}
    return {node: float(found[node]) for node in tied}


def effective_size(graph: nx.Graph, *, weighted: bool = False) -> dict[str, float]:
    """How many partners an organisation has, less what they are tied to each other: its non-redundant partners.

    High is a broker. Direction does not matter. Weight is not read unless ``weighted``: then as closeness.
    Undirected without weight it is n - 2t/n, with n partners and t ties among them (Borgatti). Range 1 to the
    degree, with weights 0 to the degree; an organisation without a tie has no value.
    Says little below about ten organisations.

    References: Burt, R. S. (1992), Structural Holes, chapter 2; Borgatti, S. P. (1997), Structural holes: Unpacking
    Burt's redundancy measures, Connections 20.

    >>> import networkx as nx
    >>> effective_size(nx.Graph([("a", "b"), ("a", "c"), ("a", "d"), ("b", "c")]))["a"]  # 3 - 2*1/3
    2.3333333333333335
    """
    require_kind(graph, "effective_size")
    import networkx as nx

    tied = [node for node in graph if graph.degree(node)]
    if not weighted and not graph.is_directed():  # Borgatti's formula: NetworkX takes 90 s by ego networks of 2,000
        among = nx.triangles(graph)
        return {node: graph.degree(node) - 2 * among[node] / graph.degree(node) for node in tied}
    # node by node, since NetworkX 3.6 divides by the wrong maximum if asked for all (networkx/networkx#8906)
    found = nx.effective_size(_mutual(graph, weighted), nodes=tied, weight="weight")
    return {node: float(value) for node, value in found.items()}


def _mutual(graph: nx.Graph, weighted: bool) -> nx.Graph:
    """What goes either way, added; from arrows, NetworkX 3.6 has no value for a node that only receives."""
    import networkx as nx

    mutual = nx.Graph()
    mutual.add_nodes_from(graph)
    for source, target, weight in graph.edges(data="weight", default=1):
        before = mutual.edges[source, target]["weight"] if mutual.has_edge(source, target) else 0
        mutual.add_edge(source, target, weight=before + (weight if weighted else 1))
    return mutual


def brokerage(graph: nx.Graph, *, role: str = "all", attribute: str = "kind") -> dict[str, int]:
    """How often an organisation stands between two others that no tie joins, in one role or in ``all``.

    Counts the paths a, b, c of :func:`brokerage_roles` for b. In an undirected network each open triad is counted
    both ways, as by R's ``sna::brokerage``: halve the number for open triads. No weight. Not normalised: 0 to
    (n-1)(n-2). Says little below about twenty organisations, and nothing by role where most kinds are unknown.

    References: Gould, R. V. and Fernandez, R. M. (1989), Structures of mediation, Sociological Methodology 19.

    >>> import networkx as nx
    >>> graph = nx.Graph([("a", "b"), ("b", "c")])
    >>> nx.set_node_attributes(graph, {"a": "sme", "b": "sme", "c": "large-company"}, "kind")
    >>> brokerage(graph)["b"], brokerage(graph, role="gatekeeper")["b"]
    (2, 1)
    """
    if role != "all" and role not in ROLES:
        raise unknown(Text("중개 역할", "role of a broker"), role, [*ROLES, "all"])
    roles = brokerage_roles(graph, attribute=attribute)
    return {node: sum(counts.values()) if role == "all" else counts[role] for node, counts in roles.items()}


def brokerage_roles(graph: nx.Graph, *, attribute: str = "kind") -> dict[str, dict[str, int]]:
    """The roles in which each organisation stands between two others, by their ``attribute`` (kind).

    b is the broker of a and c if a leads to b, b to c, and a not to c. By the kinds of a, b, c: coordinator XXX,
    gatekeeper YXX, representative XXY, consultant YXY (also called itinerant), liaison YXZ. Where one of the three
    kinds is not known the path counts as ``kind-unknown``: two unknown kinds are not one kind.
    In an undirected network each open triad is counted both ways (a, b, c and c, b, a), as by R's ``sna::brokerage``,
    so gatekeeper and representative are always equal. Own code, since no library has it.

    References: Gould, R. V. and Fernandez, R. M. (1989), Structures of mediation, Sociological Methodology 19.

    >>> import networkx as nx
    >>> graph = nx.DiGraph([("a", "b"), ("b", "c")])
    >>> nx.set_node_attributes(graph, {"a": "large-company", "b": "sme", "c": "sme"}, "kind")
    >>> {role: count for role, count in brokerage_roles(graph)["b"].items() if count}
    {'gatekeeper': 1}
    """
    require_kind(graph, "brokerage")
    kinds = dict(graph.nodes(data=attribute))
    counts = {node: dict.fromkeys(ROLES, 0) for node in graph}
    for broker in graph:
        for start, end in _open_paths(graph, broker):
            counts[broker][_role(kinds[start], kinds[broker], kinds[end])] += 1
    return counts


def _open_paths(graph: nx.Graph, broker: str) -> Iterator[tuple[str, str]]:
    """The ends of each path through the broker that no tie closes."""
    before = list(graph.predecessors(broker) if graph.is_directed() else graph[broker])
    after = set(graph[broker])
    for start in before:
        if start == broker:
            continue
        for end in after.difference(graph[start], (start, broker)):
            yield start, end


def _role(start: str | None, broker: str | None, end: str | None) -> str:
    """The role of the broker by the kinds of the three organisations of a path."""
    if start in NOT_STATED or broker in NOT_STATED or end in NOT_STATED:
        return "kind-unknown"
    if start == broker:
        return "coordinator" if broker == end else "representative"
    if broker == end:
        return "gatekeeper"
    return "consultant" if start == end else "liaison"
