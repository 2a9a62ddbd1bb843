"""One time for all steps of an answer, and limits that are numbers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import InputFaults, KgError
from kg.graph import Graph
from kg.queries import QueryResult, Term, to_csv, to_dataframe, to_json, to_table, to_tsv, to_ttl
from kg.queries.deadline import MAX_TIMEOUT_S, STEPS, Deadline, QueryFailed, QueryTimeout, check_max_rows
from kg.queries.guard import QueryRefused
from kg.queries.lookup import MAX_NAME_LETTERS, UnknownName, check_name, resolve_term
from kg.queries.parameters import MAX_VALUE_LETTERS
from kg.queries.questions import decoded, find_query
from kg.settings import Limits
from kg.store import Snapshot


class Clock:
    """A clock that goes on by one second each time it is read."""

    def __init__(self) -> None:
        self.now = -1.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.mark.parametrize(
    "timeout_s", [float("nan"), float("inf"), -float("inf"), 1e300, MAX_TIMEOUT_S + 1, 0, 0.0, -1, "3", None]
)
def test_a_time_that_is_none_is_refused(timeout_s: float) -> None:
    with pytest.raises(KgError, match="give a number of seconds above 0"):
        Deadline(timeout_s)


def test_a_deadline_is_over_at_its_second() -> None:
    assert Deadline(MAX_TIMEOUT_S).timeout_s == 1_000_000 and Deadline(0.001).timeout_s == 0.001
    deadline = Deadline(3, Clock())
    assert [deadline.left() for _ in range(4)] == [2, 1, 0, 0]
    deadline = Deadline(2, Clock())
    deadline.check()
    with pytest.raises(QueryTimeout, match="Stopped after 2 s"):
        deadline.check()
    assert Deadline.of(deadline) is deadline and Deadline.of(5).timeout_s == 5


def test_a_deadline_looks_at_the_clock_now_and_then() -> None:
    clock = Clock()
    assert list(Deadline(10, clock).each(range(2 * STEPS + 1))) == list(range(2 * STEPS + 1))
    assert clock.now == 3  # once at the start and once for each of three stretches
    seen = []
    with pytest.raises(QueryTimeout):
        for item in Deadline(2, Clock()).each(range(10 * STEPS)):
            seen.append(item)
    assert len(seen) == STEPS


ROWS = QueryResult("select", ("x",), ((Term("literal", "a"),),) * (3 * STEPS))
GRAPH = QueryResult(
    "graph",
    triples=tuple((Term("iri", f"urn:{n}"), Term("iri", "urn:p"), Term("iri", "urn:o")) for n in range(3 * STEPS)),
)


@pytest.mark.parametrize(
    "write",
    [
        lambda deadline: to_table(ROWS, "en", None, deadline),
        lambda deadline: to_csv(ROWS, deadline=deadline),
        lambda deadline: to_tsv(ROWS, deadline),
        lambda deadline: to_json(ROWS, deadline),
        lambda deadline: to_ttl(GRAPH, deadline),
        lambda deadline: to_dataframe(ROWS, deadline=deadline),
    ],
    ids=["table", "csv", "tsv", "json", "ttl", "frame"],
)
def test_writing_the_answer_is_within_the_time(write: Callable[[Deadline], object]) -> None:
    with pytest.raises(QueryTimeout):
        write(Deadline(3, Clock()))
    write(Deadline(4, Clock()))


@pytest.mark.parametrize("rows", [-1, 1.5, True, "3", None])
def test_a_number_of_rows_that_is_none_is_refused(rows: int) -> None:
    with pytest.raises(KgError, match="give a whole number, 0 or more"):
        check_max_rows(rows)
    check_max_rows(0)


def test_names_are_bounded_before_anything_is_searched() -> None:
    def ask(text: str) -> QueryResult:
        raise AssertionError("asked")

    for length in (MAX_NAME_LETTERS + 1, 21_000_000):
        with pytest.raises(UnknownName, match=f"has {length:,} letters") as caught:
            resolve_term(ask, "organisation", "가" * length)
        assert len(str(caught.value)) < 200
    check_name("가" * MAX_NAME_LETTERS)


def test_a_text_that_is_no_question_is_not_printed_whole() -> None:
    for text in ("x" * 21_000_000, "x/" * 1_000_000):
        with pytest.raises(KgError) as caught:
            find_query(text)
        assert len(str(caught.value)) < 200
    with pytest.raises(KgError, match="There is no question"):
        find_query("x" * 200)


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    most = Limits().max_query_bytes
    (tmp_path / "a.rq").write_text("ASK {} #".ljust(most, "x"), encoding="utf-8")
    assert find_query(str(tmp_path / "a.rq")) == "ASK {} #".ljust(most, "x")
    (tmp_path / "b.rq").write_text("ASK {} #".ljust(most + 1, "x"), encoding="utf-8")
    with pytest.raises(KgError, match=r"b\.rq: the query has more than 65,536 bytes"):
        find_query(str(tmp_path / "b.rq"))


def test_bytes_that_are_not_utf_8_are_named_with_their_line() -> None:
    assert decoded("\ufeffASK { '가' }".encode(), "a.rq") == "ASK { '가' }"
    with pytest.raises(KgError, match=r"a\.rq is not UTF-8: save it as UTF-8\. See line 2\."):
        decoded(b"ASK {\n '\xff' }", "a.rq")
    with pytest.raises(KgError, match="not UTF-8"):
        decoded("ASK {}".encode("utf-16"), "a.rq")


def test_values_are_bounded_and_so_is_the_question_with_its_values(tmp_path: Path) -> None:
    path = tmp_path / "mine.rq"
    names = "# title: 물음\n# title-en: Q\n# description: 무엇\n# description-en: what\n# columns: x\n# labels: 것\n"
    names += "# labels-en: x\n# param: text (string) | 글, 없으면 모두 | text\n"
    path.write_text(names + "SELECT ?x { ?x ?y " + "$text, " * 7 + "$text }", encoding="utf-8")
    graph = Graph("nowhere", Snapshot(tmp_path))
    graph.__dict__["_summary"] = {}
    with pytest.raises(InputFaults, match=r"text: 'xx.*…' has 10,001 letters; at most 10,000 are allowed"):
        graph.query(str(path), text="x" * (MAX_VALUE_LETTERS + 1))
    with pytest.raises(QueryRefused, match="at most 65,536"):
        graph.query(str(path), text="x" * MAX_VALUE_LETTERS)
    with pytest.raises(QueryFailed, match="there is no store"):
        graph.query(str(path), {"text": "x" * 8_000})


def kg_command(*words: str, stdin: bytes | None = None, **environment: str) -> tuple[int, str, str]:
    """Exit code, output and errors of the command."""

    done = subprocess.run(
        [sys.executable, "-m", "kg", *words],
        input=stdin,
        capture_output=True,
        env={**os.environ, **environment},
        timeout=120,
    )
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


@pytest.mark.parametrize(
    ("words", "stdin", "says"),
    [
        (["ASK {}", "--format", "ttl"], None, "Turtle is for the answers to CONSTRUCT and DESCRIBE"),
        (["ASK {}", "--timeout", "nan"], None, "timeout nan: give a number of seconds"),
        (["ASK {}", "--timeout=-1"], None, "timeout -1"),
        (["ASK {}", "--max-rows=-1"], None, "rows -1: give a whole number"),
        (["-"], b"ASK { '\xff' }", "standard input is not UTF-8"),
        (["-"], b"", "There is no question ''"),
        (["-"], b"ASK {} #" + b"x" * 70_000, "standard input: the query has more than 65,536 bytes"),
        (["DROP ALL"], None, "DROP: the graph is read-only"),
        (["partners-of", "self=1", "organisation=LG전자"], None, "'self' is no parameter of this question"),
        (["partners-of", "timeout_s=1", "organisation=LG전자"], None, "'timeout_s' is no parameter of this question"),
        (["partners-of", "organisation=a", "organisation=b"], None, "The parameter organisation is given twice"),
        (["no\x1b[31mquestion"], None, r"There is no question 'no\x1b[31mquestion'"),
    ],
)  # fmt: skip
def test_a_wrong_request_is_refused_in_a_line(
    real_build: Path, words: list[str], stdin: bytes | None, says: str
) -> None:
    code, out, err = kg_command("query", *words, "--graph", str(real_build), stdin=stdin)
    assert (code, out) == (1, "") and says in err and "Traceback" not in err and "\x1b" not in err


def test_a_query_that_does_not_come_is_not_waited_for(real_build: Path) -> None:
    command = [sys.executable, "-m", "kg", "query", "-", "--timeout", "1", "--graph", str(real_build)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.wait(100) == 1  # its input is still open
    out, err = process.communicate()
    assert not out and b"Stopped after 1 s" in err


def test_letters_that_a_terminal_lacks_are_replaced_and_data_keeps_them(real_build: Path) -> None:
    words = ("query", 'SELECT ("Škoda – 한 ™" AS ?x) {}', "--graph", str(real_build))
    for encoding in ("cp949", "ascii", "latin-1"):
        code, out, err = kg_command(*words, PYTHONIOENCODING=encoding)
        assert code == 0 and "Traceback" not in err and "?" in out and "koda" in out
        assert kg_command(*words, "--format", "csv", PYTHONIOENCODING=encoding) == (0, "x\nŠkoda – 한 ™\n", "")
