"""What is refused before it runs, and that looking for it takes time in proportion to the text."""

from __future__ import annotations

import re
import socket
import threading
from pathlib import Path

import pyoxigraph as ox
import pytest
from helpers.question_data import QUESTIONS, quads, write_store
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.queries import run
from kg.queries import tokens as tokens_module
from kg.queries.deadline import QueryFailed
from kg.queries.guard import (
    QueryRefused,
    asks_other_servers,
    check_query,
    check_read_only,
    check_size,
    nesting,
    outlines_of,
)
from kg.queries.questions import find_query
from kg.queries.syntax import InvalidQuery
from kg.queries.tokens import place, query_form, tokens, unescaped
from kg.settings import Limits

LIMITS = Limits()


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_LANG", "en")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_store(tmp_path_factory.mktemp("guard") / "store", quads())


# --- updates -----------------------------------------------------------------------------------------------------


UPDATES = [
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "# SELECT\nINSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "# SELECT * {}\rDROP ALL",
    "PREFIX SELECT: <urn:SELECT> DELETE WHERE { ?s ?p ?o }",
    "PREFIX a: <urn:a> # ASK\nBASE <urn:SELECT> insert { ?s ?p ?o } WHERE { { SELECT * { ?s ?p ?o } } }",
    "DELETE { ?s ?p ?o } INSERT { ?s ?p 'SELECT' } WHERE { ?s ?p ?o }",
    "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { SELECT * { ?s ?p ?o } }",
    "LOAD <http://127.0.0.1/> INTO GRAPH <urn:SELECT>",
    "LOAD:x",
    "PREFIX : <urn:> ADD:a TO :b",
    "ASK {} ; DROP ALL",
    "SELECT * {} ; PREFIX : <urn:> LOAD:x",
    "ASK {} ; PREFIX : <urn:> COPY:a TO :b",
    "ASK { FILTER(?a<1)}; CLEAR ALL#>\n",
    "ASK {} ;\n# SELECT\nCREATE GRAPH <urn:g>",
    r"\u0049NSERT DATA { <urn:a> <urn:b> <urn:c> }",
    r"INS\U00000045RT DATA { <urn:a> <urn:b> <urn:c> }",
    r"SELECT * { ?s ?p '\u0027 } ; DROP ALL #' }",
    'SELECT * { ?s ?p "\\u0022 } } ; INSERT DATA { <urn:a> <urn:b> <urn:c> } #" }',
    r"SELECT * { ?s ?p <urn:\u003e> } ; DROP ALL #> }",
    "SELECT * {} # \\u000a ; DROP ALL",
    'DEFINE sql:log-enable 2 INSERT { ?s ?p ?o } WHERE { SELECT * { ?s ?p ?o } }',
    "MODIFY <urn:g> DELETE { ?s ?p ?o } INSERT { } WHERE { SELECT * { ?s ?p ?o } }",
    "VERSION '1.2' MOVE <urn:a> TO <urn:b>",
]  # fmt: skip


@pytest.mark.parametrize("text", UPDATES)
def test_no_update_passes_in_any_disguise(text: str, store: Path) -> None:
    for check in (check_query, check_read_only):
        try:
            check(text)
        except QueryRefused as error:
            assert "Only SELECT, ASK, CONSTRUCT and DESCRIBE" in str(error)
        else:  # refused by the parser, as a query of no form that we would send nowhere
            assert check is check_query
    with pytest.raises((QueryRefused, QueryFailed)):
        run(store, text)


QUERIES = [
    "SELECT * { ?insert <urn:DELETE> 'DROP ALL' ; <urn:x> 1 } # CLEAR ALL ; LOAD",
    "PREFIX insert: <urn:i> SELECT ?add { ?add insert:x insert:delete , _:drop ; a insert:load }",
    'SELECT * { ?s ?p "INSERT"@add, """; DROP ALL""", \'\'\'a \'; DROP ALL\'\'\' }',
    "BASE <urn:base> PREFIX a: <urn:a> SELECT (COUNT(*) AS ?n) WHERE { ?s a:b [ a:c 1 ; a:d 2 ] }",
    "ASK { ?s <http://x/O'Neil_(a)> ?o . ?s ?p 'b' }",
    'DEFINE input:inference "rules" SELECT * { ?s ?p ?o }',
    "describe <urn:a>",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
]


@pytest.mark.parametrize("text", QUERIES)
def test_a_query_that_only_mentions_updates_passes(text: str) -> None:
    check_query(text)
    assert check_read_only(text) == query_form(text) != ""


def test_the_shipped_questions_pass() -> None:
    for path in QUESTIONS.glob("*.rq"):
        assert check_read_only(path.read_text(encoding="utf-8")) == "SELECT"


@given(st.text(alphabet="\\u0049NSERT DaTa{}<>#'\"\n;:?$ SELECT*", max_size=60))
@settings(max_examples=300)
def test_what_passes_is_no_update_for_the_parser_either(text: str) -> None:
    try:
        check_read_only(text)
    except QueryRefused:
        return
    with pytest.raises(SyntaxError):
        ox.Store().update(text)
    with pytest.raises(SyntaxError):
        ox.Store().update(unescaped(text))


# --- other servers -----------------------------------------------------------------------------------------------


NAMED_SERVICE = [
    "PREFIX service: <http://x.example/> SELECT * { ?s service:p ?o }",
    "PREFIX myservice: <http://x.example/> SELECT * { GRAPH myservice:g { ?s myservice:p myservice:o } }",
    "PREFIX service: <http://x.example/> SELECT * FROM NAMED service:g { ?s ?p ?o FILTER(service:f(?o)) { ?s ?p 1 } }",
    "PREFIX service: <http://x.example/> CONSTRUCT { ?s service:p ?o } WHERE { ?s service:p ?o }",
    "PREFIX service: <http://x.example/> DESCRIBE service:x { ?s service:p* ?o }",
]


@pytest.mark.parametrize("text", NAMED_SERVICE)
def test_a_prefix_may_be_called_service(text: str, store: Path) -> None:
    assert not asks_other_servers(text)
    try:
        run(store, text)
    except QueryFailed as error:  # the function is not known, which is found when it is called
        assert "service:f" in text, error


HIDDEN = [
    "PREFIX : <{url}> ASK {{ SERVICE: {{ }} }}",
    "PREFIX : <{url}> ASK {{ service:#x\n{{ }} }}",
    "PREFIX : <{url}> PREFIX service: <urn:> ASK {{ service:x {{ }} }}",
    "PREFIX : <{url}> ASK {{ {{ }} SERVICESILENT:x {{ }} }}",
    "PREFIX : <{url}> ASK {{ ?s ?p true.SERVICE:x {{ }} }}",
    r"ASK {{ \u0053ERVICE <{url}> {{ }} }}",
    r"ASK {{ ?s ?p '\u0027 SERVICE <{url}> {{ }} #' }}",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_other_servers_are_not_asked_under_another_spelling(text: str, store: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        heard = threading.Event()

        def listen() -> None:
            try:
                listener.accept()
                heard.set()
            except TimeoutError:
                return

        thread = threading.Thread(target=listen)
        thread.start()
        with pytest.raises(QueryRefused, match="SERVICE"):
            run(store, text.format(url=f"http://127.0.0.1:{listener.getsockname()[1]}/"))
        thread.join()
        assert not heard.is_set()


# --- size and depth ----------------------------------------------------------------------------------------------


def test_the_limits_are_kept_to_the_byte_and_bracket() -> None:
    start = "ASK { ?s ?p ?o } #"
    filled = start + "가" * ((LIMITS.max_query_bytes - len(start)) // 3)
    filled += "x" * (LIMITS.max_query_bytes - len(filled.encode()))
    check_query(filled)
    with pytest.raises(QueryRefused, match=r"has 65,537 bytes; at most 65,536"):
        check_query(filled + "x")
    check_query(filled + "x", None)
    most = LIMITS.max_query_nesting
    check_query("{" * most + "}" * most)
    with pytest.raises(QueryRefused, match=f"nested {most + 1} deep"):
        check_query("[" * (most + 1) + "]" * (most + 1))
    assert nesting("(){}[]") == 1 and nesting(")))((") == 2 and nesting("'((' # ((") == 0


def test_text_that_is_no_unicode_is_refused_with_its_place() -> None:
    with pytest.raises(QueryRefused, match="line 2, column 3"):
        check_size("ASK\n{ \udcff }")


def test_a_string_that_is_not_closed_is_named_with_its_place(store: Path) -> None:
    for text, where in (("ASK {\n ?s ?p 'a }\n", "line 2, column 8"), ('ASK { """a\n""}', "line 1, column 7")):
        with pytest.raises(QueryRefused, match=f"{where} is not closed"):
            run(store, text)


N = 100_000
HOSTILE = {
    "minus signs": f"ASK {{ FILTER(1{'-' * N}1) }}",
    "letters and minus signs": "a-" * N,
    "digits and letters before a colon": "1a-" * N + ":",
    "a long name": "ASK { ?s kg:" + "x" * 21_000_000 + " ?o }",
    "a long prefix": "ASK { ?s " + "x" * N + ":y ?o }",
    "names": "a:b" * N,
    "colons": ":" * N,
    "colons and dots": ":." * N,
    "dots": "a:b" + "." * N,
    "strings that are not closed": "'a\n" * N,
    "long strings that are not closed": "'''\\" * N,
    "quotes": "'" * (2 * N + 1),
    "escaped quotes": '"\\' + '\\"' * N,
    "less-than signs": "<" * N,
    "IRIs that are not closed": "<a" * N,
    "comparisons that may be IRIs": "?a<1)>" * N,
    "hashes": "#" * N,
    "lines": "\n" * N,
    "brackets": "{[(" * N,
    "closing brackets": "}" * N,
    "backslashes": "\\" * N,
    "escapes": r"\u005c" * N,
    "variables": "?a$b" * N,
    "languages": "@a-" * N,
    "numbers": "1.1e1." * N,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_work_grows_with_the_text_and_no_faster(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters searched for the colon of a name, and pieces matched, are counted; a text of this size squared would
    not end."""
    looked = 0
    real = tokens_module._RUN

    class Counted:
        def match(self, text: str, position: int) -> re.Match[str] | None:
            nonlocal looked
            found = real.match(text, position)
            looked += 1 + (len(found.group()) if found else 0)
            return found

    monkeypatch.setattr(tokens_module, "_RUN", Counted())
    pieces = length = 0
    for token in tokens(text):
        pieces += 1
        length += len(token.text)
    assert length == len(text) and pieces <= len(text)
    assert looked <= 2 * len(text) + 1


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_query_is_refused_at_once_or_answered_in_its_time(text: str, store: Path) -> None:
    for query in (text, text[: LIMITS.max_query_bytes]):
        with pytest.raises((QueryRefused, QueryFailed)):
            run(store, query, timeout_s=20)


@given(st.text(alphabet="abc:-_1.<>'\"\\#?$@{}() \n", max_size=80))
@settings(max_examples=400)
def test_tokens_make_up_the_text_in_both_readings(text: str) -> None:
    for reading in (False, True):
        found = list(tokens(text, reading))
        assert "".join(token.text for token in found) == text
        assert all(token.text for token in found)
    assert len(outlines_of(text)) in (2, 4)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("a-b:c-d", ["name"]),
        ("a-b c:d", ["word", "other", "word", "space", "name"]),
        ("1a:b", ["number", "name"]),
        ("kg:a.b. ", ["name", "other", "space"]),
        ("kg:a..b", ["name"]),
        ("kg:it\\'s", ["name"]),
        (":", ["name"]),
        ("_:b1", ["name"]),
        ("''", ["string"]),
        ("'a''b'", ["string", "string"]),
        ('""""""', ["string"]),
        ('"""a""b"c"""', ["string"]),
        ('"""a""""', ["string", "unclosed"]),
        ("'a\\'", ["unclosed"]),
        ("'a\nb", ["unclosed", "space", "word"]),
        ("1.5e-3", ["number"]),
        ("?a<b", ["variable", "other", "word"]),
        ("<urn:a>", ["iri"]),
        ("'a'@en-GB", ["string", "language"]),
    ],
)
def test_tokens_are_those_of_the_grammar(text: str, kinds: list[str]) -> None:
    assert [token.kind for token in tokens(text)] == kinds


# --- places ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "where", "shown"),
    [
        ("SELECT ?s { ?s kg:x }", "1:21", "}"),
        ("# first\nSELECT ?s\n{ ?s kg:x }", "3:11", "}"),
        ("SELECT ?가 {\n\t?가 kg:x }", "2:10", "}"),
        ("SELECT * { ?s wdt:P31 ?o ; kg:x 1 }", "1:15", "wdt:P31"),
        ("SELECT *\n{ ?s kg:x 1 ; a wdt:Q1, wd:Q2 }", "2:17", "wdt:Q1"),
    ],
)
def test_a_fault_is_shown_at_its_place_in_the_text_of_the_user(query: str, where: str, shown: str, store: Path) -> None:
    with pytest.raises(InvalidQuery) as caught:
        run(store, query)
    said, line, caret = str(caught.value).replace("\\x09", " ").split("\n")
    assert f"not valid SPARQL at {where} " in said
    assert ("The prefix wdt: is not declared." in said) == ("wdt:" in query)
    from kg.tabular import width

    at = next(index for index in range(len(line)) if width(line[:index]) == len(caret) - 1)
    assert line[at:].startswith(shown)


def test_the_place_of_a_fault_in_a_question_of_ones_own_is_that_in_its_file(store: Path, tmp_path: Path) -> None:
    header = "# title: 물음\n# title-en: Q\n# description: 무엇\n# description-en: what\n"
    header += (
        "# param: who (organisation) | 기관, 없으면 모두 | organisation\n# columns: x\n# labels: 것\n# labels-en: x\n"
    )
    path = tmp_path / "mine.rq"
    path.write_text(header + "SELECT ?x WHERE { $who kg:x ?x . ?x kg:y }", encoding="utf-8")
    question = find_query(str(path))
    assert not isinstance(question, str)
    from kg.graph import Graph
    from kg.store import Snapshot

    graph = Graph("test", Snapshot(store.parent))
    graph.__dict__["_summary"] = {}
    with pytest.raises(InvalidQuery, match="at 9:42 "):
        graph.query(str(path), who="https://example.org/a-long-name-of-an-organisation")


def test_lines_and_columns_count_from_one() -> None:
    assert [place("a\nbc", offset) for offset in range(5)] == [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3)]


@pytest.mark.parametrize(
    ("text", "plain"),
    [(r"\u0041", "A"), (r"\U0001F600", "😀"), (r"\U00110000", r"\U00110000"), (r"\u004", r"\u004"), ("a", "a")],
)
def test_escapes_are_replaced_as_a_server_may(text: str, plain: str) -> None:
    assert unescaped(text) == plain
