"""A query runs in a process of its own: it can be stopped, cut, and cannot reach other servers or harm this one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
from helpers.question_data import ROOT, quads, write_store

from kg.queries import run
from kg.queries.guard import QueryRefused, asks_other_servers, nesting
from kg.queries.local import QueryFailed
from kg.queries.rewriting import with_graphs, with_prefixes
from kg.settings import Limits

MAX_QUERY_BYTES, MAX_NESTING = Limits().max_query_bytes, Limits().max_query_nesting
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_store(tmp_path_factory.mktemp("local") / "store", quads())


def no_children() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


def test_the_three_kinds_of_answer(store: Path) -> None:
    select = run(store, "SELECT ?n ?l WHERE { ?x kg:printedName ?n OPTIONAL { ?x rdfs:label ?l } } ORDER BY ?n LIMIT 2")
    assert (select.kind, select.variables, len(select)) == ("select", ("n", "l"), 2)
    assert select.rows[0][0] is not None and select.rows[0][0].value == "Dodam Construction"
    assert select.rows[0][1] is None
    assert run(store, "ASK { ?x a kg:Case }").answer is True
    graph = run(store, "CONSTRUCT { ?x a kg:Case } WHERE { ?x a kg:Case }")
    assert graph.kind == "graph" and len(graph) == 8
    assert run(store, "DESCRIBE id:org").kind == "graph"


def test_a_slow_query_is_stopped_at_its_time(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_LANG", "en")
    with pytest.raises(QueryFailed, match=r"1 s"):
        run(store, ENDLESS, timeout_s=1)
    assert no_children()


def test_rows_are_cut_and_the_result_says_so(store: Path) -> None:
    text = "SELECT ?s WHERE { GRAPH ?g { ?s ?p ?o } }"
    cut = run(store, text, max_rows=1000)
    assert len(cut) == 1000 and cut.truncated
    whole = run(store, text)
    assert not whole.truncated
    exact = run(store, text, max_rows=len(whole))
    assert len(exact) == len(whole) and not exact.truncated
    assert run(store, text, max_rows=0).truncated


def test_ctrl_c_ends_query_and_worker_at_once(store: Path) -> None:
    code = f"""
import sys; sys.path.insert(0, {str(ROOT / "src")!r})
from kg.queries import run
print('ready', flush=True)
try:
    run({str(store)!r}, {ENDLESS!r}, timeout_s=60)
except KeyboardInterrupt:
    import os
    try:
        os.waitpid(-1, os.WNOHANG); print('a worker is left')
    except ChildProcessError:
        print('interrupted')
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    time.sleep(0.7)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)  # the query itself would never end
    assert said == "interrupted\n"


def test_a_worker_ends_when_its_caller_is_killed(store: Path) -> None:
    code = f"""
import sys; sys.path.insert(0, {str(ROOT / "src")!r})
import subprocess
from kg.queries import run
real = subprocess.Popen
def started(*args, **more):
    worker = real(*args, **more); print(worker.pid, flush=True); return worker
subprocess.Popen = started
run({str(store)!r}, {ENDLESS!r}, timeout_s=60)
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    worker = int(process.stdout.readline())
    time.sleep(0.3)
    process.kill()
    process.wait()
    for _ in range(50):
        if not _runs(worker):
            break
        time.sleep(0.1)
    assert not _runs(worker)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


EVASIONS = [
    "SELECT * WHERE {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * WHERE {{ SeRvIcE#hidden\n<{url}> {{ ?s ?p ?o }} }}",
    "SELECT * WHERE {{ SERVICE<{url}>{{ ?s ?p ?o }} }}",
    "SELECT * WHERE {{ ?s ?p 1 .SERVICE<{url}>{{ ?s ?p ?o }} }}",
    "SELECT * WHERE {{ ?s ?p true.SERVICE<{url}>{{ ?s ?p ?o }} }}",
    "SELECT * WHERE {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
    "PREFIX e: <{url}> SELECT * WHERE {{ SERVICE e: {{ ?s ?p ?o }} }}",
    "PREFIX : <{url}> SELECT * WHERE {{ SERVICE: {{ ?s ?p ?o }} }}",
    "SELECT * WHERE {{ BIND(<{url}> AS ?u) SERVICE ?u {{ ?s ?p ?o }} }}",
    "SELECT * WHERE {{ ?s ?p ?o FILTER EXISTS {{ SERVICE <{url}> {{ ?s ?q ?r }} }} }}",
    "SELECT * WHERE {{ {{ SELECT * WHERE {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }} }}",
    "SELECT * WHERE {{ ?s ?p ?o FILTER(?o<1)SERVICE#c>\n<{url}>{{ ?s ?p ?o }} }}",
    "SELECT * WHERE {{ ?s ?p '''x''' . SERVICE <{url}> {{ ?s ?p ?o }} }}",
    'SELECT * WHERE {{ ?s ?p "\\"" . SERVICE <{url}> {{ ?s ?p ?o }} }}',
]


@pytest.mark.parametrize("query", EVASIONS)
def test_other_servers_are_never_asked(query: str, store: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        heard = threading.Event()

        def listen() -> None:
            try:
                listener.accept()
                heard.set()
            except TimeoutError:
                return

        thread = threading.Thread(target=listen)
        thread.start()
        with pytest.raises(QueryRefused):
            run(store, query.format(url=f"http://127.0.0.1:{listener.getsockname()[1]}/"))
        thread.join()
        assert not heard.is_set()


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ("SERVICE <http://x/> {}" AS ?a) WHERE {}',
        "SELECT ?service WHERE { ?service ?p <http://www.w3.org/ns/sparql-service-description#Service> } # SERVICE",
        "SELECT ('''a ' SERVICE ' b''' AS ?a) WHERE {}",
    ],
)
def test_the_word_alone_is_no_request(query: str, store: Path) -> None:
    assert not asks_other_servers(query)
    assert run(store, query).kind == "select"


def test_updates_are_not_queries(store: Path) -> None:
    for text in ("LOAD <http://127.0.0.1:1/>", "DELETE WHERE { ?s ?p ?o }", "CLEAR ALL"):
        with pytest.raises(QueryRefused):
            run(store, text)
    assert run(store, "ASK { ?s ?p ?o }").answer


def test_long_and_deep_queries_are_refused(store: Path) -> None:
    with pytest.raises(QueryRefused):
        run(store, "ASK { ?s ?p ?o } #" + "x" * MAX_QUERY_BYTES)
    assert run(store, "ASK { ?s ?p ?o } #" + "x" * MAX_QUERY_BYTES, max_query_bytes=None).answer
    for opening, closing in (("{", "}"), ("(", ")")):
        deep = opening * (MAX_NESTING + 1) + closing * (MAX_NESTING + 1)
        assert nesting(deep) == MAX_NESTING + 1
        with pytest.raises(QueryRefused):
            run(store, f"ASK {{ {deep} }}")


@pytest.mark.parametrize("bomb", ["!" * 8000 + "true", "-" * 8000 + "1", "!" * 60_000 + "true"])
def test_a_query_that_kills_its_worker_is_an_error(bomb: str, store: Path) -> None:
    try:
        result = run(store, f"SELECT ?x WHERE {{ BIND({bomb} AS ?x) }}", max_query_bytes=None)
    except QueryFailed:
        return
    assert result.kind == "select"


def test_memory_is_bounded(store: Path) -> None:
    big = "CONCAT(?a,?a,?a,?a,?a,?a,?a,?a,?a,?a,?a,?a,?a,?a,?a,?a)"
    steps = " ".join(f"BIND({big.replace('?a', f'?x{n}')} AS ?x{n + 1})" for n in range(8))
    with pytest.raises(QueryFailed):
        run(store, f'SELECT (STRLEN(?x8) AS ?n) WHERE {{ BIND("0123456789" AS ?x0) {steps} }}', memory_mb=300)


def test_a_missing_store_and_a_wrong_query_say_so(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_LANG", "en")
    with pytest.raises(QueryFailed, match="kg build"):
        run(tmp_path / "none", "ASK {}")
    (tmp_path / "empty").mkdir()
    with pytest.raises(QueryFailed, match="could not be read"):
        run(tmp_path / "empty", "ASK {}")
    with pytest.raises(QueryFailed, match="not valid SPARQL"):
        run(store, "SELECT ?x WHERE { ?x }")


def test_known_prefixes_need_no_declaration() -> None:
    text = "SELECT ?x WHERE { ?x a kg:Case ; rdfs:label 'skos:x' } # owl:Thing"
    declared = with_prefixes(text)
    assert declared.endswith(text) and declared.count("PREFIX") == 2
    assert with_prefixes("PREFIX kg: <urn:> ASK { ?x a kg:Case }") == "PREFIX kg: <urn:> ASK { ?x a kg:Case }"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("PREFIX a: <urn:> ASK ", "{ ?x a:p '{' }"),
        ("SELECT (COUNT(?x) AS ?n) # WHERE {\n", "WHERE { { SELECT ?x WHERE { ?x ?y ?z } } }"),
        ("CONSTRUCT { ?s ?p ?o . ?o ?q [] } ", "WHERE { ?s ?p ?o }"),
        ("CONSTRUCT { ?s ?p ?o } ", "{ ?s ?p ?o }"),
        ("CONSTRUCT ", "WHERE { ?s ?p ?o }"),
        ("DESCRIBE ?s ", "where { ?s ?p 1 }"),
    ],
)
def test_graphs_are_named_before_the_pattern(before: str, after: str) -> None:
    named = with_graphs(before + after, ["urn:a", "urn:b"], ["urn:c"])
    assert named == f"{before}FROM <urn:a> FROM <urn:b> FROM NAMED <urn:c> {after}"
    assert with_graphs(named, ["urn:d"], []) == named  # a query that names its own keeps them
    dataset = ox.Store()
    dataset.query(named)  # and it is SPARQL


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = {"rdflib", "pandas", "duckdb", "pyoxigraph", "SPARQLWrapper"}
    code = f"import sys, kg.queries; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    assert done.stdout == "[]\n", done.stderr
