"""Networks in columns: the ties of the network, and the values of NetworkX, on known graphs and on any."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy
import pandas
import pytest
from helpers.random_networks import WINDOWS, network_tables, small_network_tables, window_options
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.network import NetworkTables, measure, partnership_network
from kg.network.columns import EdgeColumns, build_parties, columns_network, parties_of
from kg.network.errors import NetworkError
from kg.network.measures.brandes import LongPaths, dependencies
from kg.network.tables.rows import local_id

pytest.importorskip("networkit", reason="networkit is not installed")
ROOT = Path(__file__).resolve().parents[1]
KNOWN = {
    "florentine": nx.florentine_families_graph(),
    "kite": nx.krackhardt_kite_graph(),
    "karate": nx.karate_club_graph(),
    "parts": nx.disjoint_union_all([nx.path_graph(4), nx.cycle_graph(5), nx.complete_graph(3)]),
    "pair": nx.path_graph(2),
    "star": nx.star_graph(5),  # bipartite: power iteration alone would go to and fro for ever
    "with isolated": nx.disjoint_union(nx.path_graph(7), nx.empty_graph(3)),
    "no tie": nx.empty_graph(3),
    "tree": nx.balanced_tree(3, 4),
    "sparse": nx.gnm_random_graph(150, 120, seed=3),
    "dense": nx.gnm_random_graph(120, 700, seed=3),
}
BY_VALUE = ["betweenness", "closeness", "clustering", "core_number", "degree", "eigenvector", "pagerank", "strength"]
BY_VALUE += ["effective_size"]
WITH_GAPS = {"eigenvector", "effective_size"}  # outside the largest component; without a tie


def columns_of(graph: nx.Graph) -> tuple[EdgeColumns, nx.Graph]:
    """A graph as columns and, with the same ids, as it is; weights of 1 to 3."""
    names = {node: f"n{place:03}" for place, node in enumerate(sorted(graph))}
    named = nx.relabel_nodes(graph, names)
    ids = sorted(named)
    ends = sorted((min(tie), max(tie)) for tie in named.edges())
    for place, tie in enumerate(ends):
        named.edges[tie]["weight"] = 1 + place % 3
    places = [[ids.index(tie[side]) for tie in ends] for side in (0, 1)]
    weights = [float(named.edges[tie]["weight"]) for tie in ends]
    found = EdgeColumns(numpy.array(ids, object), *(numpy.array(one, int) for one in places), numpy.array(weights))
    return found, named


@pytest.mark.parametrize("name", BY_VALUE)
@pytest.mark.parametrize("known", sorted(KNOWN))
def test_a_measure_in_columns_equals_the_one_of_the_network(name: str, known: str) -> None:
    columns, graph = columns_of(KNOWN[known])
    found, expected = columns.measure(name), measure(graph, name)
    assert list(found.index) == sorted(graph) and found.attrs["exact"]
    assert found.dropna().to_dict() == pytest.approx(expected, abs=1e-8)
    assert name in WITH_GAPS or len(expected) == len(graph)


def test_the_florentine_families_stand_as_published() -> None:
    """Betweenness of the Medici among the families that marry: 0.522 (Wasserman and Faust 1994; NetworkX)."""
    columns, graph = columns_of(KNOWN["florentine"])
    medici = f"n{sorted(KNOWN['florentine']).index('Medici'):03}"
    assert columns.measure("betweenness")[medici] == pytest.approx(0.5220, abs=1e-4)
    assert columns.measure("betweenness").idxmax() == medici and graph.degree(medici) == 6


def test_components_and_communities_are_numbered_by_size() -> None:
    columns, graph = columns_of(KNOWN["parts"])
    found = columns.measure("components")
    by_number = [set(found.index[found == number]) for number in range(3)]
    assert by_number == sorted(nx.connected_components(graph), key=len, reverse=True)
    once, again = columns.measure("communities"), columns.measure("communities")
    assert once.tolist() == again.tolist()
    parts = [set(once.index[once == number]) for number in range(once.nunique())]
    assert parts == by_number  # chains and rings this short are not cut
    assert once.attrs["modularity"] == pytest.approx(nx.community.modularity(graph, parts))


def test_an_estimate_of_betweenness_says_so_and_keeps_to_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    columns, graph = columns_of(KNOWN["karate"])
    exact = pandas.Series(measure(graph, "betweenness"))
    found, again = columns.measure("betweenness", sources=20), columns.measure("betweenness", sources=20)
    assert not found.attrs["exact"] and found.attrs["sources"] == 20 and found.tolist() == again.tolist()
    # 34/33 * sqrt(ln(2*34/0.05) / (2*19)), worked out by hand
    assert found.attrs["error"] == pytest.approx(0.4490, abs=1e-4)
    draws = [columns.measure("betweenness", sources=20, seed=seed) for seed in range(30)]
    assert len({tuple(draw) for draw in draws}) == 30
    mean = sum(draws) / 30
    assert abs(mean - exact).max() < 0.02  # without bias
    off = [abs(draw - exact).max() for draw in draws]
    assert max(off) < found.attrs["error"]
    spread = sum(draw.attrs["standard_error"] for draw in draws) / 30
    assert sum(one < 2 * spread for one in off) >= 25 and spread < 0.15
    assert columns.measure("betweenness", sources=34).attrs["exact"]
    monkeypatch.setattr("kg.network.columns.measures.EXACT_TO", 33)
    monkeypatch.setattr("kg.network.columns.measures.SOURCES", 20)
    assert columns.measure("betweenness").tolist() == found.tolist()


class Drawn(random.Random):
    """Draws what was drawn before."""

    def __init__(self, nodes: list[str]) -> None:
        super().__init__()
        self.nodes = nodes

    def sample(self, *_: object, **__: object) -> list[str]:
        return self.nodes


@pytest.mark.parametrize("sources", [2, 3, 11, 59])
def test_an_estimate_is_that_of_networkx_from_the_same_sources(sources: int, monkeypatch: pytest.MonkeyPatch) -> None:
    columns, graph = columns_of(nx.gnm_random_graph(60, 110, seed=4))
    monkeypatch.setattr("kg.network.measures.brandes.BLOCK", 7)
    n = columns.organisations
    drawn = numpy.random.default_rng(3).choice(n, sources, replace=False)
    theirs = nx.betweenness_centrality(graph, k=sources, seed=Drawn(columns.ids[drawn].tolist()))
    found = columns.measure("betweenness", sources=sources, seed=3)
    assert max(abs(found[node] - value) for node, value in theirs.items()) < 1e-12


@pytest.mark.parametrize("threads", [1, 3])
def test_dependencies_and_their_squares_are_those_of_single_sources(
    threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = nx.gnm_random_graph(50, 70, seed=2)
    matrix = nx.to_scipy_sparse_array(graph, nodelist=range(50), dtype=float, format="csr")
    monkeypatch.setattr("kg.network.measures.brandes.BLOCK", 5)
    singles = numpy.array([dependencies(matrix, numpy.array([node]))[0] for node in range(50)])
    total, squares = dependencies(matrix, numpy.arange(50), threads=threads)
    assert numpy.allclose(total, singles.sum(axis=0)) and numpy.allclose(squares, (singles**2).sum(axis=0))
    assert numpy.allclose(total / (49 * 48), [nx.betweenness_centrality(graph)[node] for node in range(50)])


@pytest.mark.parametrize("sources", [2, 3, 5, 20, 101])
def test_on_a_long_ring_any_sources_together_give_the_exact_sum(sources: int) -> None:
    """Too long for products of matrices. All sources are alike there; networkit, asked for k, adds up k + 1."""
    columns, graph = columns_of(nx.cycle_graph(101))
    with pytest.raises(LongPaths):
        dependencies(columns.matrix, numpy.arange(2))
    found = columns.measure("betweenness", sources=sources)
    assert found.sum() == pytest.approx(sum(measure(graph, "betweenness").values()))
    assert found.attrs["exact"] == (sources == 101)


@pytest.mark.parametrize(("name", "sources"), [("pagerank", 5), ("closeness", 1), ("betweenness", 1)])
def test_sources_are_of_what_is_sampled_alone(name: str, sources: int) -> None:
    with pytest.raises(NetworkError, match=f"sources={sources}: only betweenness and closeness take sources"):
        columns_of(KNOWN["kite"])[0].measure(name, sources=sources)


@pytest.mark.parametrize("known", sorted(KNOWN))
def test_each_library_gets_the_same_ties(known: str) -> None:
    columns, graph = columns_of(KNOWN[known])
    again = columns.to_networkx()
    assert list(again) == sorted(graph)
    assert {frozenset(tie[:2]): tie[2] for tie in again.edges(data="weight")} == {
        frozenset(tie[:2]): tie[2] for tie in graph.edges(data="weight")
    }
    ties = {(min(tie), max(tie)): weight for *tie, weight in graph.edges(data="weight")}
    made = columns.to_networkit()
    ids = columns.ids
    assert {(ids[one], ids[other]): weight for one, other, weight in made.iterEdgesWeights()} == ties
    assert [sorted(ids[list(made.iterNeighbors(node))]) for node in range(len(ids))] == [
        sorted(graph[node]) for node in ids
    ]
    assert (columns.to_scipy().toarray() == nx.to_numpy_array(graph, nodelist=sorted(graph))).all()


@settings(max_examples=40, deadline=None)
@given(network_tables(), WINDOWS, st.sampled_from(["certain", "possible"]), st.sampled_from(["count", "fractional"]))
def test_ties_and_weights_equal_those_of_the_network(
    made: NetworkTables, words: object, mode: str, weight: str
) -> None:
    asked, _ = window_options(words)
    graph = partnership_network(made, mode=mode, weight=weight, **asked)
    connection = parties_of(made)
    found = columns_network(connection, mode=mode, weight=weight, **asked)
    connection.execute("DROP TABLE network_parties")  # as where nobody has numbered them
    again = columns_network(connection, mode=mode, weight=weight, **asked)
    assert again.ids.tolist() == found.ids.tolist() and again.other.tolist() == found.other.tolist()
    assert [local_id(one) for one in found.ids] == list(graph)
    ties = {
        (local_id(one), local_id(other)): data["weight"] for one, other, data in found.to_networkx().edges(data=True)
    }
    assert ties == pytest.approx({(one, other): data["weight"] for one, other, data in graph.edges(data=True)})


def test_the_real_network_is_the_same_from_the_tables_of_the_build(real_build: Path) -> None:
    from kg.opening import open_graph

    with open_graph(real_build) as graph:
        expected = graph.network(at="2024-12-31")
        found = columns_network(build_parties(graph.folder / "records"), at="2024-12-31")
    assert found.ids.tolist() == list(expected) and found.ties == expected.number_of_edges() > 100
    assert found.measure("betweenness").to_dict() == pytest.approx(measure(expected, "betweenness"))


@pytest.mark.parametrize("way", ["build", "SPARQL"])
@pytest.mark.parametrize("mode", ["certain", "possible"])
def test_a_graph_gives_its_network_as_columns_with_the_same_ids(way: str, mode: str, real_build: Path) -> None:
    from kg.network import read_network_tables
    from kg.opening import open_graph

    asked = {"at": "2024-12-31", "mode": mode, "weight": "fractional"}
    with open_graph(real_build) as graph:
        expected = graph.network(**asked)
        if way == "build":
            columns = graph.network_columns(**asked)
        else:
            columns = columns_network(read_network_tables(graph.rows), **asked).with_plain_ids()
    found = columns.to_networkx()
    assert list(found) == list(expected)
    weights = {frozenset(tie): found.edges[tie]["weight"] for tie in found.edges}
    assert weights == pytest.approx({frozenset(tie): expected.edges[tie]["weight"] for tie in expected.edges})


def test_an_empty_network_and_an_unknown_measure() -> None:
    found = columns_network(parties_of(NetworkTables([])))
    assert (found.organisations, found.ties) == (0, 0) and found.measure("closeness").empty
    with pytest.raises(NetworkError, match="'fame' is not a known measure of a large network; known: betweenness"):
        found.measure("fame")
    with pytest.raises(NetworkError, match="'boss' is not a known role"):
        columns_network(parties_of(NetworkTables([])), roles=["boss"])


def test_rows_are_as_good_as_a_connection() -> None:
    found, other = columns_network(small_network_tables()), columns_network(parties_of(small_network_tables()))
    assert found.ids.tolist() == other.ids.tolist() == ["org/lge", "org/roas", "org/semi"]
    assert found.weight.tolist() == other.weight.tolist() == [1, 2, 1]


def test_progress_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr("kg.network.measures.brandes.BLOCK", 2)
    columns_of(KNOWN["karate"])[0].measure("betweenness", sources=20, progress=lambda text: told.append(text.en))
    assert told[:2] == ["betweenness: 34 organisations", "betweenness: 2 / 20"]
    assert told[-1] == "betweenness: 20 / 20" and len(told) == 11
    told.clear()
    monkeypatch.setattr("kg.network.progress.EVERY_S", 0.01)
    ring = numpy.arange(3_000)
    columns = EdgeColumns(ring.astype(str).astype(object), ring, numpy.roll(ring, -1), numpy.ones(3_000))
    columns.measure("closeness", progress=lambda text: told.append(text.en))
    assert told[0] == "closeness: 3,000 organisations" and "closeness: 0 s" in told


def test_the_benchmark_sees_equal_values(tmp_path: Path) -> None:
    command = [
        sys.executable,
        ROOT / "benchmarks" / "network.py",
        "--smoke",
        "--runs",
        "1",
        "--json",
        tmp_path / "f.json",
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))["rows"]
    assert {row["what"] for row in rows if row["same"]} >= {"projection", "closeness", "betweenness", "clustering"}
    assert {row["what"]: row["ratio"] for row in rows}["closeness"] > 5
