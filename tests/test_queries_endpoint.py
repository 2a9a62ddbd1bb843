"""The same questions over HTTP, against an Oxigraph server that the test starts and ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from helpers.question_data import QUESTIONS, expected, parameters, quads, rows_of, table, write_store
from helpers.servers import free_port, serve_store

from kg.opening import open_graph
from kg.queries import EndpointDataset, bind, read_dataset, read_question, resolve_term, run_endpoint
from kg.queries.endpoint import EndpointFailed
from kg.queries.guard import QueryRefused
from kg.vocab import BASE, GRAPH_REGISTER, KG, RDF, accepted_graph, analysis_graph

ASKED = table("asked.csv")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_store(tmp_path_factory.mktemp("endpoint") / "store", quads())


@pytest.fixture(scope="module")
def endpoint(store: Path) -> Iterator[str]:
    process, url = serve_store(store)
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="module")
def union_endpoint(store: Path) -> Iterator[str]:
    """A server whose default graph is the union of all graphs, as Virtuoso's is."""
    process, url = serve_store(store, "--union-default-graph")
    yield url
    process.terminate()
    process.wait(10)


@pytest.mark.parametrize("row", ASKED, ids=lambda row: row["expected"])
def test_an_endpoint_gives_the_expected_table(row: dict[str, str], endpoint: str) -> None:
    question = read_question(QUESTIONS / f"{row['question']}.rq")
    sparql = bind(
        question, parameters(row), lambda kind, text: resolve_term(lambda q: run_endpoint(endpoint, q), kind, text)
    )
    assert rows_of(run_endpoint(endpoint, sparql)) == expected(row["expected"])


@pytest.mark.parametrize("row", ASKED, ids=lambda row: row["expected"])
def test_requests_to_a_union_store_name_the_graphs(row: dict[str, str], union_endpoint: str) -> None:
    question = read_question(QUESTIONS / f"{row['question']}.rq")
    with open_graph(union_endpoint) as graph:
        sparql = bind(question, parameters(row), graph.resolve)
        assert rows_of(graph.ask_internal(sparql)) == expected(row["expected"])


def test_the_dataset_of_an_endpoint_is_found(endpoint: str, union_endpoint: str) -> None:
    assert read_dataset(endpoint) == EndpointDataset()
    found = read_dataset(union_endpoint)
    assert (found.base, found.policy, found.default_graphs) == (BASE, "default", (accepted_graph(), GRAPH_REGISTER))
    assert len(found.named_graphs) == 13 and analysis_graph() in found.named_graphs


@pytest.mark.parametrize("options", [(), ("--union-default-graph",)], ids=["own default graph", "union"])
def test_another_base_and_policy_are_found(options: tuple[str, ...], tmp_path: Path) -> None:
    lines = [f"<{quad.subject.value}> {quad.predicate} {quad.object} {quad.graph_name}" for quad in quads()]
    moved = [line.replace(f"<{BASE}id/", "<https://other.example/id/") for line in lines]
    moved = [line.replace("id/graph/accepted/default", "id/graph/accepted/strictest") for line in moved]
    text = "\n".join(line.removesuffix("DEFAULT") + " ." for line in moved)
    store = write_store(tmp_path / "store", ox.parse(text, format=ox.RdfFormat.N_QUADS))
    process, url = serve_store(store, *options)
    try:
        found = read_dataset(url)
        assert (found.base, found.policy) == ("https://other.example/", "strictest")
        assert len(found.default_graphs) == (2 if options else 0)
        with open_graph(url) as graph:
            row = next(row for row in ASKED if row["question"] == "partners-of")
            told = [str(cell) for cell in graph.query("partners-of", **parameters(row)).to_numpy().ravel()]
        assert any("https://other.example/id/" in cell for cell in told)
    finally:
        process.terminate()
        process.wait(10)


def test_plain_triples_at_an_endpoint_have_a_base_too(tmp_path: Path) -> None:
    text = f"<https://other.example/id/source/s1> <{RDF.type}> <{KG.Source}> ."
    process, url = serve_store(write_store(tmp_path / "store", ox.parse(text, format=ox.RdfFormat.N_QUADS)))
    try:
        assert read_dataset(url) == EndpointDataset("https://other.example/")
    finally:
        process.terminate()
        process.wait(10)


def test_ask_construct_and_cut_rows(endpoint: str) -> None:
    assert run_endpoint(endpoint, "ASK { ?x a kg:Case }").answer is True
    graph = run_endpoint(endpoint, "CONSTRUCT { ?x a kg:Case } WHERE { ?x a kg:Case }", max_rows=5)
    assert graph.kind == "graph" and len(graph) == 5 and graph.truncated
    rows = run_endpoint(endpoint, "SELECT ?s WHERE { ?s ?p ?o }", max_rows=10)
    assert len(rows) == 10 and rows.truncated


def test_a_wrong_query_gets_the_words_of_the_server(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_LANG", "en")
    with pytest.raises(EndpointFailed) as caught:
        run_endpoint(endpoint, "SELECT ?x WHERE { ?x }")
    assert "refused the query" in str(caught.value) and "1:" in str(caught.value)
    with pytest.raises(QueryRefused, match="Only SELECT"):
        run_endpoint(endpoint, "DROP ALL")
    with pytest.raises(EndpointFailed, match="/query/none"):
        run_endpoint(endpoint + "/none", "ASK {}")


def test_an_endpoint_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_LANG", "en")
    url = f"http://127.0.0.1:{free_port()}/query"
    with pytest.raises(EndpointFailed, match="cannot be reached"):
        run_endpoint(url, "ASK {}")
    with pytest.raises(EndpointFailed, match="cannot be reached"):
        run_endpoint("no address", "ASK {}")
