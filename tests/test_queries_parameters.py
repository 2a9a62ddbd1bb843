"""Parameters are bound as terms: nothing a person types can become code."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pyoxigraph as ox
import pytest
import rdflib
from helpers.question_data import QUESTIONS
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputFaults, KgError, Text
from kg.queries import QueryResult, Term, bind, read_question, resolve_term
from kg.queries.guard import asks_other_servers
from kg.queries.parameters import as_text, substitute
from kg.queries.questions import Param, Question
from kg.queries.terms import iri, is_iri, literal
from kg.queries.tokens import tokens
from kg.vocab import ID

NASTY = (
    st.text()
    | st.text(alphabet="\\\"'<>{}#?$.;u0022\n\r\t} SERVICE\u00e9가")
    | st.sampled_from(
        ['"', '\\"', "\\", '" . ?s ?p ?o . #', "\\u0022", '"""', "\\\\u0022", "x\\", "} SERVICE <http://x/> {", "\\N"]
    )
)


def asking(text: str, *params: Param) -> Question:
    """A question with this text."""
    return Question("test", Text("", ""), Text("", ""), params, (), text)


def param(name: str, kind: str, **more: object) -> Param:
    return replace(Param(name, kind, Text("", "")), **more)  # type: ignore[arg-type]  # fields of Param


def never(kind: str, text: str) -> str:
    raise AssertionError(f"{kind} {text} was resolved")


@given(NASTY)
@settings(max_examples=400)
def test_a_string_stays_one_string(value: str) -> None:
    question = asking("SELECT ?x WHERE { BIND($value AS ?x) }", param("value", "string"))
    try:
        text = bind(question, {"value": value}, never)
    except InputFaults:
        assert "\\u" in value.lower() or "\0" in value or any(0xD800 <= ord(c) <= 0xDFFF for c in value)
        return
    if not value:  # nothing was given: the parameter stays open
        assert text == question.text
        return
    before = ["string" if token.text == "$value" else token.kind for token in tokens(question.text)]
    assert [token.kind for token in tokens(text)] == before
    (row,) = list(ox.Store().query(text))
    assert row["x"].value == unicodedata.normalize("NFC", value)


@given(NASTY.filter(bool))
@settings(max_examples=60, deadline=None)
def test_rdflib_reads_the_same_string(value: str) -> None:
    try:
        term = literal(value)
    except ValueError:
        return
    (row,) = list(rdflib.Graph().query(f"SELECT ?x WHERE {{ BIND({term} AS ?x) }}"))
    assert str(row[0]) == value


@given(NASTY)
def test_an_iri_is_one_token_or_refused(value: str) -> None:
    if not is_iri(value):
        with pytest.raises(ValueError, match="IRI"):
            iri(value)
        return
    assert [token.kind for token in tokens(iri(value))] == ["iri"]


@given(st.text(alphabet="$name ?<>\"'#\n{}", max_size=40))
def test_only_whole_variables_of_that_name_are_replaced(text: str) -> None:
    replaced = substitute(text, {"name": "<urn:x>"})
    pieces = [token for token in tokens(text)]
    assert "".join(token.text for token in pieces) == text
    expected = ["<urn:x>" if t.kind == "variable" and t.text == "$name" else t.text for t in pieces]
    assert replaced == "".join(expected)


def test_strings_comments_and_iris_are_left_alone() -> None:
    text = "SELECT ?x WHERE { ?x <urn:$name> \"$name\" , '''$name''' , $names , $name } # $name"
    assert substitute(text, {"name": "5"}) == text.replace(", $name }", ", 5 }")


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("year", "2020", '"2020"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
        ("date", "2024-02-29", '"2024-02-29"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("integer", "-012", '"-12"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("language", "en", '"en"'),
        ("iri", "https://example.org/가", "<https://example.org/가>"),
    ],
)
def test_a_value_has_the_type_of_its_parameter(kind: str, value: str, written: str) -> None:
    assert bind(asking("$v", param("v", kind)), {"v": value}, never) == written


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("year", "24"),
        ("year", "２０２０"),
        ("date", "2024-02-30"),
        ("date", "2024"),
        ("integer", "1.5"),
        ("language", "fr"),
        ("iri", "lg"),
        ("iri", "http://x/> <http://y"),
    ],
)
def test_a_value_of_another_type_is_refused(kind: str, value: str) -> None:
    with pytest.raises(InputFaults):
        bind(asking("$v", param("v", kind)), {"v": value}, never)


def test_a_choice_takes_one_of_its_words_and_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_LANG", "en")
    question = asking("$mode", param("mode", "choice", default="certain", choices=("certain", "possible")))
    assert bind(question, {}, never) == '"certain"'
    assert bind(question, {"mode": "possible"}, never) == '"possible"'
    with pytest.raises(InputFaults) as caught:
        bind(question, {"mode": "posible"}, never)
    assert "must be one of: certain, possible ('posible')" in str(caught.value)


def test_an_open_parameter_stays_a_variable_and_a_default_is_bound() -> None:
    question = asking("$a $b", param("a", "year"), param("b", "language", default="ko"))
    assert bind(question, {}, never) == '$a "ko"'


def test_all_faults_of_the_values_are_reported_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_LANG", "en")
    question = asking("$a $b $c", param("a", "year", required=True), param("b", "date"), param("c", "organisation"))

    def unknown(kind: str, text: str) -> str:
        raise KgError(Text("없음", "nearest: X (x)"))

    with pytest.raises(InputFaults) as caught:
        bind(question, {"b": "soon", "c": "Y", "d": "1"}, unknown)
    said = str(caught.value)
    assert len(caught.value.faults) == 4
    assert all(piece in said for piece in ("known: a, b, c", "needs a value", "YYYY-MM-DD", "nearest: X (x)"))


@given(NASTY)
@settings(max_examples=200)
def test_a_name_is_looked_up_as_a_term(name: str) -> None:
    asked: list[str] = []

    def ask(text: str) -> QueryResult:
        asked.append(text)
        list(ox.Store().query(text))  # a syntax error would fail the test
        return QueryResult("select", ("thing",), ((Term("iri", ID["org/x"]),),))

    resolve = read_question(QUESTIONS / "partners-of.rq")
    try:
        bind(resolve, {"organisation": name}, lambda kind, text: resolve_term(ask, kind, text))
    except InputFaults:
        return
    assert not any(asks_other_servers(text) for text in asked)
    assert len({tuple(t.kind for t in tokens(text) if t.kind != "space") for text in asked}) <= 2


def test_labels_come_in_the_language_of_the_person_unless_another_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    question = asking("$a $b", param("a", "year"), param("b", "language", default="ko"))
    monkeypatch.setenv("KG_LANG", "en")
    assert as_text(question, {"a": 2020, "c": None}) == {"a": "2020", "b": "en"}
    assert as_text(question, {"b": "ko"}) == {"b": "ko"}
