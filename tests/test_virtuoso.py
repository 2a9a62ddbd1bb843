"""The questions at a Virtuoso server, whose default graph is the union of all graphs and whose SPARQL is its own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace

import pyoxigraph as ox
import pytest
from helpers.question_data import QUESTIONS, expected, parameters, quads, rows_of, table
from helpers.servers import free_port, wait_for_server

from kg.opening import open_graph
from kg.queries import EndpointDataset, bind, read_dataset, read_question, run_endpoint
from kg.queries.endpoint import EndpointFailed

pytestmark = pytest.mark.part("Virtuoso")
ASKED = table("asked.csv")
# Virtuoso 7 differs from the standard here: values that OPTIONAL leaves unbound, and true written as 1
OTHERWISE = ("conflict-dossier", "organisation-changes", "names-in-other-languages")
SETTINGS = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {folder}
NumberOfBuffers = 10000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
[SPARQL]
ResultSetMaxRows = 1000
"""


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own with the test data; ended by its process."""
    server, client = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if not server or not client:
        pytest.skip("Virtuoso is not installed (Debian: virtuoso-opensource)")
    folder = tmp_path_factory.mktemp("virtuoso")
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(SETTINGS.format(folder=folder, sql=sql, http=http), encoding="utf-8")
    (folder / "data.nq").write_bytes(ox.serialize(quads(), format=ox.RdfFormat.N_QUADS))
    command = [server, "+configfile", str(folder / "virtuoso.ini"), "+foreground"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{http}/sparql"
    try:
        wait_for_server(process, url)
        load = f"ld_dir('{folder}', 'data.nq', 'urn:default'); rdf_loader_run();"
        done = subprocess.run(
            [client, f"127.0.0.1:{sql}", "dba", "dba", f"exec={load}"], capture_output=True, text=True
        )
        assert done.returncode == 0 and "Error" not in done.stdout + done.stderr, done.stdout + done.stderr
        yield url
    finally:
        process.terminate()
        process.wait(30)


def test_its_graphs_are_found(endpoint: str) -> None:
    dataset = read_dataset(endpoint)
    assert len(dataset.default_graphs) == 2 and len(dataset.named_graphs) == 13


def answered(row: dict[str, str], endpoint: str, dataset: EndpointDataset | None = None) -> list[list[str]]:
    question = read_question(QUESTIONS / f"{row['question']}.rq")
    with open_graph(endpoint) as graph:
        sparql = bind(question, parameters(row), graph.resolve)
        if dataset:
            return rows_of(run_endpoint(endpoint, sparql, dataset=dataset))
        return rows_of(graph.ask_internal(sparql))


@pytest.mark.parametrize(
    "row", [row for row in ASKED if row["question"] not in OTHERWISE], ids=lambda row: row["expected"]
)
def test_it_gives_the_expected_table(row: dict[str, str], endpoint: str) -> None:
    assert answered(row, endpoint) == expected(row["expected"])


def test_its_known_differences_from_the_standard(endpoint: str) -> None:
    """Whatever is mended there, or here, is no exception any more."""
    wrong = {row["question"] for row in ASKED if answered(row, endpoint) != expected(row["expected"])}
    assert wrong == set(OTHERWISE)


def test_graphs_named_in_the_text_give_the_same(endpoint: str) -> None:
    """As is needed where there are more of them than a client takes headers."""
    dataset = replace(read_dataset(endpoint), in_text=True)
    row = next(row for row in ASKED if row["question"] == "partners-of")
    assert answered(row, endpoint, dataset) == expected(row["expected"])
    many = replace(dataset, in_text=False, named_graphs=(*dataset.named_graphs, *(f"urn:g{one}" for one in range(100))))
    with pytest.raises(EndpointFailed, match="headers"):
        answered(row, endpoint, many)


def test_rows_cut_by_the_server_are_reported(endpoint: str) -> None:
    found = run_endpoint(endpoint, "SELECT * WHERE { ?s ?p ?o }", max_rows=5_000)
    assert len(found) == 1_000 and found.truncated
    assert not run_endpoint(endpoint, "SELECT * WHERE { ?s a kg:Source }").truncated
