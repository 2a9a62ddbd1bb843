"""Bodies of answers: whatever JSON comes, it gives an answer or a sentence."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.queries import QueryResult, Term, to_csv, to_dataframe, to_json, to_table, to_tsv
from kg.queries.responses import NotAnAnswer, read_json, read_turtle
from kg.vocab import XSD

TYPE = "application/sparql-results+json"


def read(data: Any, form: str = "SELECT", max_rows: int = 100, most: int | None = None) -> QueryResult:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return read_json(body, TYPE, form, max_rows, most, 0.0)


def results(*values: Any, names: Any = ("x",)) -> dict[str, Any]:
    """A result with one column ``x`` and these values."""
    return {"head": {"vars": list(names)}, "results": {"bindings": [{"x": value} for value in values]}}


def one(value: Any) -> Term:
    ((term,),) = read(results(value)).rows
    assert term is not None
    return term


@pytest.mark.parametrize(
    ("value", "term"),
    [
        ({"type": "uri", "value": "http://a"}, Term("iri", "http://a")),
        ({"type": "bnode", "value": "nodeID://b1"}, Term("bnode", "nodeID://b1")),
        ({"type": "literal", "value": "a"}, Term("literal", "a", XSD.string)),
        ({"type": "literal", "value": "a", "xml:lang": ""}, Term("literal", "a", XSD.string)),
        ({"type": "literal", "value": "a", "xml:lang": None}, Term("literal", "a", XSD.string)),
        ({"type": "literal", "value": "a", "xml:lang": "ko"}, Term("literal", "a", "", "ko")),
        ({"type": "literal", "value": "a", "xml:lang": "ar", "its:dir": "rtl"}, Term("literal", "a", "", "ar--rtl")),
        ({"type": "typed-literal", "value": "1", "datatype": XSD.integer}, Term("literal", "1", XSD.integer)),
        ({"type": "literal", "value": "1", "datatype": XSD.boolean}, Term("literal", "true", XSD.boolean)),
        ({"type": "literal", "value": "0", "datatype": XSD.boolean, "extra": 1}, Term("literal", "false", XSD.boolean)),
    ],
)
def test_terms_are_read(value: dict[str, Any], term: Term) -> None:
    assert one(value) == term


def test_a_triple_term_keeps_its_terms() -> None:
    subject, text = {"type": "uri", "value": "urn:a"}, {"type": "literal", "value": 'q"', "xml:lang": "ko"}
    inner = {"type": "triple", "value": {"subject": subject, "predicate": subject, "object": text}}
    term = one({"type": "triple", "value": {"subject": subject, "predicate": subject, "object": inner}})
    assert term.value == '<<( <urn:a> <urn:a> <<( <urn:a> <urn:a> "q\\""@ko )>> )>>'
    result = QueryResult("select", ("x",), ((term,),))
    assert json.loads(to_json(result))["results"]["bindings"][0]["x"]["value"]["object"] == inner
    for written in (to_tsv(result), to_table(result, "en"), to_dataframe(result)["x"][0]):
        assert '"q\\""@ko )>> )>>' in written
    assert '""q\\""""@ko )>> )>>' in to_csv(result)
    parsed = ox.parse_query_results(to_tsv(result), format=ox.QueryResultsFormat.TSV)
    assert isinstance(parsed, ox.QuerySolutions) and isinstance(next(iter(parsed))["x"], ox.Triple)


ODD = {
    "not an object": [],
    "no head": {"results": {"bindings": []}},
    "no results": {"head": {"vars": ["x"]}},
    "vars of no names": {"head": {"vars": [1]}, "results": {"bindings": []}},
    "vars no list": {"head": {"vars": "x"}, "results": {"bindings": []}},
    "a name twice": results(names=("x", "x")),
    "null": {"head": None, "results": None},
    "bindings no list": {"head": {"vars": ["x"]}, "results": {"bindings": {}}},
    "bindings of rows that are none": {"head": {"vars": ["x"]}, "results": {"bindings": [3]}},
    "a variable that is not declared": results({"type": "uri", "value": "urn:a"}, names=("y",)),
    "a value that is null": results(None),
    "a value that is text": results("a"),
    "a value without a type": results({"value": "a"}),
    "a value without a value": results({"type": "literal"}),
    "a type that is unknown": results({"type": "list", "value": "a"}),
    "a value that is a number": results({"type": "literal", "value": 3}),
    "a value that is nested": results({"type": "literal", "value": {"type": "literal", "value": "a"}}),
    "a datatype that is a number": results({"type": "literal", "value": "a", "datatype": 3}),
    "a language that is a list": results({"type": "literal", "value": "a", "xml:lang": ["ko"]}),
    "half a surrogate pair": results({"type": "literal", "value": "\ud800"}),
    "half a triple": results({"type": "triple", "value": {"subject": {"type": "uri", "value": "urn:a"}}}),
    "a triple of text": results({"type": "triple", "value": "a"}),
}


@pytest.mark.parametrize("data", ODD.values(), ids=ODD.keys())
def test_json_that_is_not_a_result_is_refused(data: Any) -> None:
    with pytest.raises(NotAnAnswer, match=r"not a SPARQL result|it sent|incomplete"):
        read(data)


@pytest.mark.parametrize(
    "body",
    [b"{" * 100_000, b'{"a":' + b"[" * 100_000, b'{"a":' + b"1" * 5000 + b"}", b'{"a":NaN', b"{}{}",
     b"\xff\xfe{", b"{\xff}"],
)  # fmt: skip
def test_bytes_that_are_not_json_are_refused(body: bytes) -> None:
    with pytest.raises(NotAnAnswer):
        read(body)


@pytest.mark.parametrize("value", [None, "true", 1, 0, [], {}])
def test_an_answer_to_ask_is_true_or_false(value: Any) -> None:
    with pytest.raises(NotAnAnswer, match="'boolean'"):
        read({"head": {}, "boolean": value}, "ASK")


def test_ask_is_answered_as_the_standard_says_or_as_virtuoso_does() -> None:
    assert read({"boolean": True}, "ASK").answer is True
    assert read({"head": {"link": []}, "boolean": False}, "ASK").answer is False
    for value, answer in (("1", True), ("true", True), ("0", False), ("false", False)):
        virtuoso = {"__ASK_RETVAL": {"type": "literal", "value": value}}
        data = {"head": {"vars": ["__ASK_RETVAL"]}, "results": {"bindings": [virtuoso]}}
        assert read(data, "ASK").answer is answer
    nothing: dict[str, Any] = {"head": {"vars": ["__ASK_RETVAL"]}, "results": {"bindings": []}}
    assert read(nothing, "ASK").answer is False
    for value in ({"type": "literal", "value": "maybe"}, None, "1"):
        with pytest.raises(NotAnAnswer, match="'boolean'"):
            read({"head": nothing["head"], "results": {"bindings": [{"__ASK_RETVAL": value}]}}, "ASK")
    twice = {
        "head": nothing["head"],
        "results": {"bindings": [{"__ASK_RETVAL": {"type": "literal", "value": "1"}}] * 2},
    }
    for data in (
        twice,
        results(),
        results({"type": "literal", "value": "1"}),
        {"head": {"vars": []}, "results": {"bindings": []}},
    ):
        with pytest.raises(NotAnAnswer, match="'boolean'"):
            read(data, "ASK")
    with pytest.raises(NotAnAnswer):
        read({"boolean": True}, "SELECT")


def test_rows_are_cut_at_the_stated_limit() -> None:
    three = results(*({"type": "literal", "value": str(number)} for number in range(3)))
    cut = {rows: (len(found := read(three, max_rows=rows)), found.truncated) for rows in (0, 2, 3, 4)}
    assert cut == {0: (0, True), 2: (2, True), 3: (3, False), 4: (3, False)}
    assert [read(three, most=most).truncated for most in (2, 3, 4, 0, None)] == [True, True, False, False, False]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["uri", "literal"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["head", "vars", "results", "bindings", "x", "type", "value", "boolean"]), inner
        )
    ),
    max_leaves=12,
)


@given(JSON_VALUES, st.sampled_from(["SELECT", "ASK"]))
@settings(max_examples=300, deadline=None)
def test_any_json_gives_an_answer_or_a_sentence(data: Any, form: str) -> None:
    try:
        result = read(data, form)
    except NotAnAnswer:
        return
    assert result.kind == form.lower()


@given(st.binary(max_size=60))
@settings(deadline=None)
def test_any_bytes_give_an_answer_or_a_sentence(body: bytes) -> None:
    for form in ("SELECT", "ASK"):
        with pytest.raises(NotAnAnswer):
            read(body, form)
    try:
        assert read_turtle(body, "text/turtle", 10, 0.0).kind == "graph"
    except NotAnAnswer as error:
        assert error.text.ko and error.text.en
