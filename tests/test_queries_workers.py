"""The processes that answer queries: kept for the next query, replaced when they end, stopped beyond their memory."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.question_data import ROOT, quads, write_store

from kg.opening import open_graph
from kg.queries import StoreSession
from kg.queries.deadline import QueryTimeout
from kg.queries.local import QueryFailed
from kg.queries.syntax import InvalidQuery

ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_store(tmp_path_factory.mktemp("workers") / "store", quads())


@pytest.fixture
def session(store: Path) -> Iterator[StoreSession]:
    before = children()
    with StoreSession(store) as opened:
        yield opened
    assert children() == before  # neither running nor unreaped


def children() -> set[int]:
    """The child processes of this one, also those that ended and were not waited for."""
    text = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text()
    return set(map(int, text.split()))


def text_of(letters: int) -> str:
    """A query that builds a text of so many letters, doubling."""
    doublings = (letters // 10).bit_length()
    steps = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(doublings))
    return f'SELECT (STRLEN(?x{doublings}) AS ?n) WHERE {{ BIND("0123456789" AS ?x0) {steps} }}'


def test_a_worker_answers_many_queries(session: StoreSession) -> None:
    session.run("ASK { ?s ?p ?o }")
    first = children()
    for _ in range(5):
        assert session.run("ASK { ?s ?p ?o }").answer
    with pytest.raises(InvalidQuery):
        session.run("SELECT ?x WHERE { ?x }")
    cut = session.run("SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }", max_rows=3)
    assert cut.truncated and len(cut) == 3
    assert len(session.run("SELECT ?c WHERE { ?c a kg:Case }")) == 8
    assert children() == first


def test_a_worker_that_was_killed_is_replaced(session: StoreSession) -> None:
    before = children()
    session.run("ASK { ?s ?p ?o }")
    (worker,) = children() - before
    os.kill(worker, signal.SIGKILL)
    time.sleep(0.1)
    assert session.run("ASK { ?s ?p ?o }").answer
    assert worker not in children()


def test_a_worker_that_is_killed_during_a_query_ends_the_query(session: StoreSession) -> None:
    before = children()
    session.run("ASK { ?s ?p ?o }")
    (worker,) = children() - before
    threading.Timer(0.5, os.kill, (worker, signal.SIGKILL)).start()
    with pytest.raises(QueryFailed, match="process that answered the query ended"):
        session.run(ENDLESS, timeout_s=60)
    assert session.run("ASK { ?s ?p ?o }").answer


def test_a_worker_that_was_stopped_is_replaced(session: StoreSession) -> None:
    for _ in range(2):
        with pytest.raises(QueryTimeout):
            session.run(ENDLESS, timeout_s=0.5)
        assert session.run("ASK { ?s ?p ?o }").answer


def test_a_worker_that_does_not_read_is_stopped_at_the_deadline(session: StoreSession) -> None:
    before = children()
    session.run("ASK { ?s ?p ?o }")
    (worker,) = children() - before
    os.kill(worker, signal.SIGSTOP)
    with pytest.raises(QueryTimeout):
        session.run("ASK { ?s ?p ?o } #" + "x" * 1_000_000, timeout_s=1, max_query_bytes=None)
    assert worker not in children()


def test_resident_memory_is_bounded_and_not_address_space(session: StoreSession) -> None:
    before = children()
    assert session.run(text_of(60_000_000), memory_mb=400).rows
    session.run("ASK { ?s ?p ?o }")
    (worker,) = children() - before
    status = dict(line.split(":", 1) for line in Path(f"/proc/{worker}/status").read_text().splitlines())
    assert int(status["VmSize"].split()[0]) > 400 << 10  # a bound of address space would have stopped the query
    with pytest.raises(QueryFailed, match="more than 400 MB of memory"):
        session.run(text_of(1_000_000_000), memory_mb=400)
    assert session.run("ASK { ?s ?p ?o }").answer


def test_a_worker_that_holds_much_memory_is_not_kept(session: StoreSession, monkeypatch: pytest.MonkeyPatch) -> None:
    before = children()
    with monkeypatch.context() as patched:
        patched.setattr("kg.queries.workers._KEPT_PART", 1 << 40)  # a process of any size holds too much
        assert session.run("ASK { ?s ?p ?o }").answer
    assert children() == before
    session.run("ASK { ?s ?p ?o }")
    assert len(children() - before) == 1


def test_threads_query_at_the_same_time(session: StoreSession) -> None:
    found: list[int] = []

    def count(number: int) -> None:
        found.append(len(session.run("SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }", max_rows=number)))

    threads = [threading.Thread(target=count, args=(number,)) for number in (1, 2, 3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [1, 2, 3, 4]


def test_a_session_that_nobody_closes_leaves_no_process(store: Path) -> None:
    before = children()
    session = StoreSession(store)
    session.run("ASK { ?s ?p ?o }")
    assert len(children() - before) == 1
    del session
    gc.collect()
    assert children() == before


def test_a_fork_leaves_the_worker_to_its_parent(store: Path) -> None:
    code = f"""
import os, sys, warnings; sys.path.insert(0, {str(ROOT / "src")!r}); warnings.simplefilter('ignore')
from kg.queries import StoreSession
session = StoreSession({str(store)!r})
assert session.run('ASK {{ ?s ?p ?o }}').answer
child = os.fork()
assert session.run('ASK {{ ?s ?p ?o }}').answer
if child:
    assert os.waitpid(child, 0)[1] == 0
    assert session.run('ASK {{ ?s ?p ?o }}').answer
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_graph_keeps_its_worker_until_it_is_closed(real_build: Path) -> None:
    before = children()
    with open_graph(real_build) as graph:
        graph.query("partners-of", organisation="LG전자")
        started = children()
        graph.query("sources-by-kind")
        assert children() == started and len(started - before) == 1
    assert children() == before
