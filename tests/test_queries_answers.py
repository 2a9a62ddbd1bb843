"""Each question gives its expected table, on Oxigraph and on rdflib, and notices when the data changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from helpers.question_data import bound, expected, mutated, quads, rows_of, shown, table, write_store

from kg.queries import run
from kg.vocab import ID, KG

ASKED = table("asked.csv")
MUTATIONS = table("mutations.csv")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_store(tmp_path_factory.mktemp("questions") / "store", quads())


@pytest.fixture(scope="module")
def dataset() -> Iterator[rdflib.Dataset]:
    text = ox.serialize(quads(), format=ox.RdfFormat.N_QUADS)
    data = rdflib.Dataset()
    data.parse(data=text, format="nquads")
    yield data


def by_rdflib(dataset: rdflib.Dataset, sparql: str) -> list[list[str]]:
    """The answer of rdflib in the form of the expected tables."""
    result = dataset.query(sparql)
    rows = [list(map(str, result.vars or []))]
    for row in result:
        assert isinstance(row, rdflib.query.ResultRow)
        rows.append(["" if t is None else shown(str(t), str(getattr(t, "datatype", None) or "")) for t in row])
    return rows


@pytest.mark.parametrize("row", ASKED, ids=lambda row: row["expected"])
def test_oxigraph_gives_the_expected_table(row: dict[str, str], store: Path) -> None:
    assert rows_of(run(store, bound(row, store), max_query_bytes=None)) == expected(row["expected"])


@pytest.mark.parametrize("row", ASKED, ids=lambda row: row["expected"])
def test_rdflib_gives_the_same_table(row: dict[str, str], store: Path, dataset: rdflib.Dataset) -> None:
    assert by_rdflib(dataset, bound(row, store)) == expected(row["expected"])


@pytest.mark.parametrize("row", ASKED, ids=lambda row: row["expected"])
def test_an_empty_graph_gives_an_empty_table(
    row: dict[str, str], store: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    empty = write_store(tmp_path_factory.mktemp("empty") / "store", [])
    sparql = bound(row, store)
    answer = run(empty, sparql, max_query_bytes=None)
    assert rows_of(answer) == expected(row["expected"])[:1]
    assert by_rdflib(rdflib.Dataset(), sparql)[1:] == []


@pytest.mark.parametrize("row", MUTATIONS, ids=lambda row: row["question"])
def test_a_changed_value_changes_the_table(row: dict[str, str], store: Path, tmp_path: Path) -> None:
    other = write_store(tmp_path / "store", mutated(quads(), row["subject"], row["property"], row["old"], row["new"]))
    asked = [each for each in ASKED if each["question"] == row["question"]]
    changed = [
        each["expected"]
        for each in asked
        if rows_of(run(other, bound(each, store), max_query_bytes=None)) != expected(each["expected"])
    ]
    assert changed


@pytest.mark.parametrize("row", ASKED, ids=lambda row: row["expected"])
def test_the_order_of_the_data_does_not_matter(row: dict[str, str], store: Path, tmp_path: Path) -> None:
    backwards = write_store(tmp_path / "store", quads()[::-1])
    assert rows_of(run(backwards, bound(row, store), max_query_bytes=None)) == expected(row["expected"])


def test_a_history_that_leads_to_itself_gives_no_row_twice(store: Path, dataset: rdflib.Dataset) -> None:
    """rdflib gives the end of a path of none or one step twice where both ways lead there."""
    (row,) = [row for row in ASKED if row["question"] == "rating-history"]
    firm, graph = rdflib.URIRef(ID["org/hanbit-electronics"]), dataset.default_graph
    link = (firm, rdflib.URIRef(KG["history"]), firm)
    assert link not in graph
    graph.add(link)
    try:
        assert by_rdflib(dataset, bound(row, store)) == expected(row["expected"])
    finally:
        graph.remove(link)
