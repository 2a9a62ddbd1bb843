"""The network of the real tables, against the tables themselves and against the question on ties."""

import csv
from pathlib import Path

import pyoxigraph
import pytest

from kg.network import partnership_network, read_network_tables, summary
from kg.network.tables.reader import CLAIMS_OF
from kg.network.tables.rows import NetworkTables
from kg.opening import open_graph

ROOT = Path(__file__).resolve().parents[1]


def rows(store, sparql):
    return [tuple(term and term.value for term in row) for row in store.query(sparql)]


@pytest.fixture(scope="module")
def store(real_build: Path) -> pyoxigraph.Store:
    return pyoxigraph.Store.read_only(str(real_build / "current" / "store"))


@pytest.fixture(scope="module")
def tables(store: pyoxigraph.Store) -> NetworkTables:
    return read_network_tables(lambda sparql: rows(store, sparql))


@pytest.mark.parametrize("kind", sorted(CLAIMS_OF))
def test_the_columns_of_the_build_give_the_rows_that_sparql_gives(store, kind, real_build):
    asked = read_network_tables(lambda sparql: rows(store, sparql), kind=kind)
    with open_graph(real_build) as graph:
        read = graph.network_tables(kind)
    assert read == asked
    assert kind == "co-attendance" or read.claims


def test_at_the_end_of_2024_sixty_cases_are_certain_and_the_undated_only_possible(tables):
    with (ROOT / "data" / "cases.csv").open(encoding="utf-8", newline="") as file:
        printed = list(csv.DictReader(file))
    undated = {row["case"] for row in printed} - {row["case"] for row in printed if row["selected"]}
    certain = partnership_network(tables, at="2024-12-31")
    possible = partnership_network(tables, at="2024-12-31", mode="possible")
    assert certain.graph["cases_used"] >= 60
    assert set(certain.graph["left_out"]["undated"]) == undated
    assert "undated" not in possible.graph["left_out"]
    assert possible.graph["cases_in_time"] >= certain.graph["cases_in_time"] + len(undated)


def test_the_ties_are_those_of_the_question_with_its_counts_of_cases_sources_and_origins(store, tables):
    question = (ROOT / "queries" / "ties-by-origins.rq").read_text(encoding="utf-8").replace("$language", '"ko"')
    answer = {frozenset((row[5], row[6])): tuple(map(int, row[2:5])) for row in rows(store, question)}
    graph = partnership_network(tables)
    iri = dict(graph.nodes(data="iri"))
    stated = {
        frozenset((iri[one], iri[other])): (len(data["cases"]), data["sources"], data["origins"])
        for one, other, data in graph.edges(data=True)
        if data["sources"]
    }
    assert stated == answer
    assert len(stated) > 100


def test_supporters_add_ties_only_if_asked(tables):
    ties = partnership_network(tables)
    with_supporters = partnership_network(tables, roles=["lead", "partner", "beneficiary", "supporter"])
    assert set(ties.edges) < set(with_supporters.edges)
    assert ties.graph["roles"] == ["beneficiary", "lead", "partner"]
    assert summary(ties).left_out["role-not-asked"] > summary(with_supporters).left_out.get("role-not-asked", 0)
