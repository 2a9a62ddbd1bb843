"""Around one organisation and between two, against the same found by trying every way."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.network.errors import NetworkError
from kg.network.neighbourhood import ego_network, node_of, shortest_way

edges = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(1, 4)), max_size=16)


def made(found: list[tuple[int, int, int]], directed: bool) -> nx.Graph:
    graph = nx.DiGraph() if directed else nx.Graph()
    graph.add_nodes_from(f"o{number}" for number in range(8))
    for one, other, weight in found:
        if one != other:
            graph.add_edge(f"o{one}", f"o{other}", weight=weight, cases=[f"c{one}{other}"])
    return graph


@given(edges, st.booleans())
def test_the_path_is_the_heaviest_of_all_shortest_paths(found: list[tuple[int, int, int]], directed: bool) -> None:
    graph = made(found, directed)
    for end in graph:
        way = shortest_way(graph, "o0", end)
        if not nx.has_path(graph, "o0", end):
            assert (way.nodes, way.steps, way.ways, way.length) == ((), (), 0, None)
            continue
        every = list(nx.all_shortest_paths(graph, "o0", end))
        weights = {tuple(one): sum(graph.edges[tie]["weight"] for tie in nx.utils.pairwise(one)) for one in every}
        heaviest = max(weights.values())
        assert way.nodes == min(one for one, weight in weights.items() if weight == heaviest)
        assert way.ways == len(every)
        assert way.length == len(every[0]) - 1
        assert [(step.one, step.other) for step in way.steps] == list(nx.utils.pairwise(way.nodes))
        assert all(step.shared == tuple(graph.edges[step.one, step.other]["cases"]) for step in way.steps)


@given(edges, st.booleans(), st.integers(1, 3))
def test_an_ego_network_holds_all_within_the_radius_and_every_tie_among_them(
    found: list[tuple[int, int, int]], directed: bool, radius: int
) -> None:
    graph = made(found, directed)
    ego = ego_network(graph, "o0", radius)
    near = {node for node, away in nx.single_source_shortest_path_length(graph.to_undirected(), "o0", radius).items()}
    assert set(ego) == near
    tie_of = tuple if directed else frozenset
    assert {tie_of(tie) for tie in ego.edges} == {tie_of(tie) for tie in graph.edges if set(tie) <= near}
    assert (ego.graph["ego"], ego.graph["radius"]) == ("o0", radius)


def test_a_radius_below_one_is_refused() -> None:
    with pytest.raises(NetworkError, match="radius 0: it must be 1 or more"):
        ego_network(nx.path_graph(["a", "b"]), "a", 0)


def test_an_organisation_without_a_tie_is_named_with_what_to_do() -> None:
    with pytest.raises(NetworkError, match=r"'hanbit' has no tie in this network\. Ask for other dates"):
        node_of(nx.Graph(), "https://example.org/org/hanbit")
