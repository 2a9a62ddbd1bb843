"""Around one organisation, and between two: ego networks and the shortest way over shared cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.network.errors import NetworkError

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True)
class Step:
    """One tie of a way: its ends and the cases (or events, contributions) that it rests on."""

    one: str
    other: str
    shared: tuple[str, ...]
    sources: int | None


@dataclass(frozen=True)
class Way:
    """A shortest way between two organisations; ``ways`` counts all that are as short.

    ``nodes`` is empty where nothing leads from one to the other, and ``length`` is then None.
    """

    nodes: tuple[str, ...]
    steps: tuple[Step, ...]
    ways: int

    @property
    def length(self) -> int | None:
        return len(self.steps) if self.nodes else None

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "length": self.length}


def node_of(graph: nx.Graph, iri: str) -> str:
    """The node of the organisation with this IRI; an error if it has no tie in the network.

    >>> import networkx as nx
    >>> graph = nx.Graph()
    >>> graph.add_node("a", iri="https://example.org/org/a")
    >>> node_of(graph, "https://example.org/org/a")
    'a'
    """
    for node, found in graph.nodes(data="iri"):
        if found == iri or node == iri:
            return str(node)
    name = iri.rsplit("/", 1)[-1]
    raise NetworkError(
        Text(
            f"'{name}'은(는) 이 네트워크에 관계가 없습니다. 날짜·역할을 넓혀 물으십시오.",
            f"'{name}' has no tie in this network. Ask for other dates, roles or mode=possible.",
        )
    )


def most_tied(graph: nx.Graph, number: int) -> nx.Graph:
    """The organisations with most ties, so many of them (of equals the first by id), and all ties among them.

    What the graph says of itself is carried along, with ``most_tied`` (how many) and ``of``.

    >>> import networkx as nx
    >>> found = most_tied(nx.Graph([("a", "b"), ("a", "c"), ("b", "c"), ("c", "d")]), 3)
    >>> sorted(found.edges), found.graph
    ([('a', 'b'), ('a', 'c'), ('b', 'c')], {'most_tied': 3, 'of': 4})
    """
    if number < 1:
        raise NetworkError(Text(f"{number}: 1 이상이어야 합니다.", f"{number}: it must be 1 or more."))
    order = sorted(graph, key=lambda node: (-graph.degree(node), str(node)))
    found = graph.subgraph(order[:number]).copy()
    found.graph.update(most_tied=min(number, len(order)), of=len(order))
    return found


def ego_network(graph: nx.Graph, node: str, radius: int = 1) -> nx.Graph:
    """The organisation, those at most ``radius`` ties away, and all ties among them.

    Direction does not matter for who is near; the ties keep it. What the graph says of itself is carried along, with
    ``ego`` and ``radius``.

    References: Everett, M. and Borgatti, S. P. (2005), Ego network betweenness, Social Networks 27.

    >>> import networkx as nx
    >>> sorted(ego_network(nx.path_graph(["a", "b", "c", "d"]), "b").edges)
    [('a', 'b'), ('b', 'c')]
    """
    import networkx as nx

    if radius < 1:
        raise NetworkError(Text(f"반지름 {radius}: 1 이상이어야 합니다.", f"radius {radius}: it must be 1 or more."))
    near = nx.ego_graph(graph, node, radius=radius, undirected=graph.is_directed())
    found = graph.subgraph(near).copy()
    found.graph.update(ego=node, radius=radius)
    return found


def shortest_way(graph: nx.Graph, one: str, other: str) -> Way:
    """A shortest way from ``one`` to ``other``: fewest ties, and of those the one whose ties rest on most cases.

    Directed where the network is. Ties of one length are compared by the sum of their weights (closeness), then by
    the ids of the nodes, so that the same network always gives the same way.

    References: Wasserman, S. and Faust, K. (1994), Social Network Analysis, section 4.2 (geodesics).

    >>> import networkx as nx
    >>> graph = nx.Graph([("a", "b", {"weight": 1}), ("b", "d", {"weight": 1}), ("a", "c", {"weight": 2})])
    >>> graph.add_edge("c", "d", weight=1)
    >>> shortest_way(graph, "a", "d").nodes, shortest_way(graph, "a", "d").ways
    (('a', 'c', 'd'), 2)
    """
    import networkx as nx

    try:
        length = nx.shortest_path_length(graph, one, other)
    except nx.NetworkXNoPath:
        return Way((), (), 0)
    before = _predecessors(graph, one, length)
    ways, best = _best(graph, before, one, other)
    shared = str(graph.graph.get("unit", "cases"))
    steps = []
    for left, right in pairwise(best):
        data = graph.edges[left, right]
        steps.append(Step(left, right, tuple(data.get(shared, ())), data.get("sources")))
    return Way(tuple(best), tuple(steps), ways)


def _predecessors(graph: nx.Graph, start: str, length: int) -> dict[str, list[str]]:
    """For each node up to ``length`` ties away, in order of nearness, the nodes one tie nearer."""
    before: dict[str, list[str]] = {start: []}
    layer = [start]
    for _ in range(length):
        following: dict[str, list[str]] = {}
        for node in sorted(layer):
            for neighbour in graph[node]:
                if neighbour not in before:
                    following.setdefault(neighbour, []).append(node)
        before.update(following)
        layer = list(following)
    return before


def _best(graph: nx.Graph, before: dict[str, list[str]], start: str, end: str) -> tuple[int, list[str]]:
    """How many shortest ways lead to ``end``, and the best of them."""
    counts = {start: 1}
    heavy: dict[str, tuple[float, list[str]]] = {start: (0.0, [start])}
    for node, nearer in before.items():
        if not nearer:
            continue
        counts[node] = sum(counts[neighbour] for neighbour in nearer)
        ways: Iterable[tuple[float, list[str]]] = (
            (heavy[neighbour][0] - float(graph.edges[neighbour, node].get("weight", 1)), [*heavy[neighbour][1], node])
            for neighbour in nearer
        )
        heavy[node] = min(ways)
    return counts[end], heavy[end][1]
