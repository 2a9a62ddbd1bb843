"""Networks in columns: the ties of the network, and the values of NetworkX, on known graphs and on any."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_network import WINDOWS, ask, tables

from kg.network import NetworkTables, measure, partnership_network
from kg.network.errors import NetworkError
from kg.network.large import EdgeColumns, columns_network, open_columns, table_columns
from kg.network.tables import local_id

pytest.importorskip("networkit", reason="networkit is not installed")
ROOT = Path(__file__).resolve().parents[1]
KNOWN = {
    "florentine": nx.florentine_families_graph(),
    "kite": nx.krackhardt_kite_graph(),
    "karate": nx.karate_club_graph(),
    "parts": nx.disjoint_union_all([nx.path_graph(4), nx.cycle_graph(5), nx.complete_graph(3)]),
    "pair": nx.path_graph(2),
}
BY_VALUE = ["betweenness", "closeness", "clustering", "core_number", "degree", "pagerank", "strength"]


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
    assert {node: expected.get(node, 0) for node in found.index} == pytest.approx(found.to_dict(), abs=1e-8)


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
    assert all(once[one] == once[other] or found[one] == found[other] for one, other in graph.edges)


def test_beyond_a_size_betweenness_is_an_estimate_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.network.large.SAMPLED_FROM", 10)
    monkeypatch.setattr("kg.network.large.SAMPLES", 30)
    columns, graph = columns_of(KNOWN["karate"])
    found, again, exact = columns.measure("betweenness"), columns.measure("betweenness"), measure(graph, "betweenness")
    assert not found.attrs["exact"] and found.tolist() == again.tolist()
    assert max(abs(found[node] - value) for node, value in exact.items()) < 0.2
    assert found.idxmax() == max(exact, key=lambda node: exact[node])


@settings(max_examples=40, deadline=None)
@given(tables(), WINDOWS, st.sampled_from(["certain", "possible"]), st.sampled_from(["count", "fractional"]))
def test_ties_and_weights_equal_those_of_the_network(
    made: NetworkTables, words: object, mode: str, weight: str
) -> None:
    asked, _ = ask(words)
    graph = partnership_network(made, mode=mode, weight=weight, **asked)
    found = columns_network(table_columns(made), mode=mode, weight=weight, **asked)
    assert [local_id(one) for one in found.ids] == list(graph)
    ties = {
        (local_id(one), local_id(other)): data["weight"] for one, other, data in found.to_networkx().edges(data=True)
    }
    assert ties == pytest.approx({(one, other): data["weight"] for one, other, data in graph.edges(data=True)})


def test_the_real_network_is_the_same_from_the_tables_of_the_build(real_build: Path) -> None:
    from kg.graph import open_graph

    with open_graph(real_build) as graph:
        expected = graph.network(at="2024-12-31")
        found = columns_network(open_columns(graph.folder / "records"), at="2024-12-31")
    assert found.ids.tolist() == list(expected) and found.ties == expected.number_of_edges() == 142
    assert found.measure("betweenness").to_dict() == pytest.approx(measure(expected, "betweenness"))


def test_an_empty_network_and_an_unknown_measure() -> None:
    found = columns_network(table_columns(NetworkTables([])))
    assert (found.organisations, found.ties) == (0, 0) and found.measure("closeness").empty
    with pytest.raises(NetworkError, match="'fame' is not a known measure of a large network; known: betweenness"):
        found.measure("fame")
    with pytest.raises(NetworkError, match="'boss' is not a known role"):
        columns_network(table_columns(NetworkTables([])), roles=["boss"])


def test_progress_is_told() -> None:
    told: list[str] = []
    columns_of(KNOWN["kite"])[0].measure("closeness", progress=lambda text: told.append(text.en))
    assert told == ["closeness: 10 organisations"]


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
