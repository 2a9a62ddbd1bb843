"""Answers as tables, CSV, TSV, JSON, Turtle and DataFrames."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pyoxigraph as ox
import pytest
import rdflib

from kg.errors import KgError
from kg.queries import QueryResult, Term, to_csv, to_dataframe, to_json, to_table, to_tsv, to_ttl
from kg.tabular import width
from kg.vocab import ID, KG, XSD


def typed(value: str, name: str) -> Term:
    return Term("literal", value, XSD[name])


ROWS = QueryResult(
    "select",
    ("who", "name", "won", "n", "year", "day", "sure", "note"),
    (
        (Term("iri", ID["org/lg"]), Term("literal", "LG전자", "", "ko"), typed("1100000000000.0", "decimal"),
         typed("3", "integer"), typed("2023", "gYear"), typed("2024-11-28", "date"), typed("true", "boolean"), None),
        (Term("iri", ID["org/b"]), Term("literal", 'a,"b"\n탭\t', XSD["string"]), None, typed("12345", "integer"),
         typed("2024", "gYear"), None, None, None),
    ),
)  # fmt: skip
GRAPH = QueryResult(
    "graph",
    triples=(
        (Term("iri", ID["org/b"]), Term("iri", KG["printedName"]), Term("literal", "나", "", "ko")),
        (Term("iri", ID["org/a"]), Term("iri", KG["value"]), typed("1.50", "decimal")),
        (Term("bnode", "x"), Term("iri", KG["printedName"]), Term("literal", 'q"\\', XSD["string"])),
    ),
)


def test_a_table_lines_up_with_hangul() -> None:
    text = to_table(ROWS, "ko", {"name": "이름", "won": "금액"})
    lines = text.splitlines()
    assert lines[0].split() == ["who", "이름", "금액", "n", "year", "day", "sure", "note"]
    assert "1,100,000,000,000" in lines[2] and "id:org/lg" in lines[2] and " 3 " in lines[2]
    assert width(lines[2].split("LG전자")[0]) == width(lines[3].split('a,"b"')[0])
    starts = [width(line[: line.index(mark)]) for line, mark in ((lines[2], "2023"), (lines[3], "2024"))]
    assert starts[0] == starts[1]
    assert lines[-1] == "(2건)"
    assert width("가a나̈") == 5


def test_a_table_says_when_rows_were_cut() -> None:
    cut = QueryResult("select", ("n",), ((typed("1", "integer"),),), truncated=True)
    assert "the first 1 only" in to_table(cut, "en") and "--max-rows" in to_table(cut, "ko")
    assert to_table(QueryResult("ask", answer=False), "ko") == "아니요"
    assert to_table(QueryResult("select", ("a",)), "en").endswith("(0 rows)\n")


def test_long_cells_are_shortened_in_tables_only() -> None:
    long = QueryResult("select", ("t",), ((Term("literal", "가" * 100),),))
    assert "…" in to_table(long, "en") and max(map(width, to_table(long, "en").splitlines())) <= 60
    assert "가" * 100 in to_csv(long)


def test_csv_reads_back() -> None:
    rows = list(csv.reader(io.StringIO(to_csv(ROWS))))
    assert rows[0] == list(ROWS.variables)
    assert rows[2][1] == 'a,"b"\n탭\t' and rows[2][2] == ""
    assert to_csv(QueryResult("ask", answer=True)) == "answer\ntrue\n"


def test_json_and_tsv_are_the_standard_formats() -> None:
    for text, form in ((to_json(ROWS), ox.QueryResultsFormat.JSON), (to_tsv(ROWS), ox.QueryResultsFormat.TSV)):
        parsed = ox.parse_query_results(text, format=form)
        assert isinstance(parsed, ox.QuerySolutions)
        solutions = list(parsed)
        assert solutions[0]["name"] == ox.Literal("LG전자", language="ko")
        assert solutions[0]["year"] == ox.Literal("2023", datatype=ox.NamedNode(XSD["gYear"]))
        assert solutions[1]["name"] == ox.Literal('a,"b"\n탭\t')
        assert solutions[1]["day"] is None
    assert json.loads(to_json(QueryResult("ask", answer=True)))["boolean"] is True
    assert json.loads(to_json(QueryResult("select", ("n",), truncated=True)))["truncated"] is True


def test_turtle_is_sorted_and_reads_back() -> None:
    text = to_ttl(GRAPH)
    shuffled = QueryResult("graph", triples=GRAPH.triples[::-1])
    assert to_ttl(shuffled) == text
    graph = rdflib.Graph().parse(data=text, format="turtle")
    assert len(graph) == 3
    assert (rdflib.URIRef(ID["org/b"]), rdflib.URIRef(KG["printedName"]), rdflib.Literal("나", lang="ko")) in graph
    with pytest.raises(KgError, match="CONSTRUCT"):
        to_ttl(ROWS)


def test_a_dataframe_has_python_values() -> None:
    frame = to_dataframe(ROWS, {"who": "기관"})
    assert list(frame.columns) == ["기관", "name", "won", "n", "year", "day", "sure", "note"]
    first = frame.iloc[0]
    assert first["기관"] == ID["org/lg"] and first["name"] == "LG전자"
    assert first["won"] == 1.1e12 and first["n"] == 3 and first["year"] == 2023 and first["sure"]
    assert first["day"] == date(2024, 11, 28)
    assert frame["n"].dtype == "Int64" and frame["year"].sum() == 4047
    assert frame["won"].isna().tolist() == [False, True] and frame["note"].isna().all()
    assert to_dataframe(GRAPH).shape == (3, 3)
    assert to_dataframe(QueryResult("select", ("a", "b"))).columns.tolist() == ["a", "b"]


ODD = {
    "abc": "integer", "1_000": "integer", "٣": "integer", "12345678901234567890": "integer", "9" * 5000: "integer",
    "x": "decimal", "1_0.5": "decimal", "nan": "double", "²": "gYear", "2024Z": "gYear", "yes": "boolean",
    "2024-02-30": "date", "20240228": "date", "2024-W05-1": "date", "2024-02-28Z": "date", "5": "string",
}  # fmt: skip


@pytest.mark.parametrize(("value", "name"), ODD.items(), ids=[f"{value[:20]}-{name}" for value, name in ODD.items()])
def test_a_value_that_is_not_of_its_datatype_stays_text(value: str, name: str) -> None:
    result = QueryResult("select", ("x",), ((typed(value, name),), (None,)))
    assert to_dataframe(result)["x"].tolist()[0] == value
    for text in (to_csv(result), to_json(result), to_tsv(result), to_table(result, "en")):
        assert value[:20].lstrip("0") in text.replace(",", "")
    read = ox.parse_query_results(to_tsv(result), format=ox.QueryResultsFormat.TSV)
    assert isinstance(read, ox.QuerySolutions)
    assert next(iter(read))["x"] == ox.Literal(value, datatype=ox.NamedNode(XSD[name]))


VALUES = [
    (" 5 ", "integer", 5), ("-5", "long", -5), ("+5", "unsignedByte", 5), (str(2**63 - 1), "integer", 2**63 - 1),
    (str(2**63), "integer", str(2**63)), (str(-(2**63)), "integer", -(2**63)),
    (str(-(2**63) - 1), "integer", str(-(2**63) - 1)), ("1.50", "decimal", 1.5), (".5", "decimal", 0.5),
    ("-1e-3", "double", -0.001), ("INF", "double", float("inf")), ("-INF", "float", float("-inf")),
    ("2024", "gYear", 2024), ("true", "boolean", True), ("0", "boolean", False), ("1", "boolean", True),
    ("false", "boolean", False), ("2024-02-29", "date", date(2024, 2, 29)), ("12345", "gYear", "12345"),
    (" a ", "string", " a "),
]  # fmt: skip


@pytest.mark.parametrize(("value", "name", "expected"), VALUES)
def test_a_value_of_its_datatype_is_read(value: str, name: str, expected: object) -> None:
    found = to_dataframe(QueryResult("select", ("x",), ((typed(value, name),),)))["x"].tolist()[0]
    assert found == expected and isinstance(found, type(expected))


def test_columns_of_several_kinds_lose_nothing() -> None:
    def column(*terms: Term) -> list[object]:
        return list(to_dataframe(QueryResult("select", ("x",), tuple((term,) for term in terms)))["x"].tolist())

    assert column(typed("1", "integer"), typed("1.5", "decimal")) == [1.0, 1.5]
    assert column(typed(str(2**53), "integer"), typed("1.5", "decimal")) == [2.0**53, 1.5]
    assert column(typed(str(2**53 + 1), "integer"), typed("1.5", "decimal")) == [2**53 + 1, 1.5]
    assert column(typed("1", "integer"), Term("literal", "a")) == [1, "a"]
    result = QueryResult("select", ("a", "b"), ((Term("literal", "1"), Term("literal", "2")),))
    assert to_dataframe(result, {"a": "같음", "b": "같음"}).to_numpy().tolist() == [["1", "2"]]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        *(("1234", "1234"), ("12345", "12,345"), ("-12345", "-12,345"), ("123456", "123,456"), ("1.0", "1")),
        *(("1234567.80", "1,234,567.80"), ("1234567.00", "1,234,567"), ("0001234", "1,234"), ("00000", "0")),
        *(("1.", "1"), ("1e5", "1e5"), ("1" * 6000, "111,111,111"), ("٣٣٣٣٣", "٣٣٣٣٣")),
    ],
)
def test_long_numbers_are_grouped_whatever_their_length(value: str, shown: str) -> None:
    line = to_table(QueryResult("select", ("x",), ((typed(value, "decimal"),),)), "en").splitlines()[2].strip()
    assert line.startswith(shown) and (len(value) > 100 or line == shown)


def test_control_characters_are_escaped_on_the_terminal_and_kept_in_data() -> None:
    value = "a\x1b[31mb\u202ec\x07\x9b\u2066\ufeff\x7f"
    result = QueryResult("select", ("x",), ((Term("literal", value),),))
    shown = to_table(result, "en", {"x": "h\x1bx"})
    assert r"a\x1b[31mb\u202ec\x07\x9b\u2066\ufeff\x7f" in shown and r"h\x1bx" in shown
    graph = QueryResult("graph", triples=((Term("iri", "urn:a"), Term("iri", "urn:b"), Term("literal", value)),))
    for text in (shown, to_table(graph, "en")):
        assert not any(hidden in text for hidden in value if hidden not in "a[31mbc")
    assert value in to_csv(result) and json.loads(to_json(result))["results"]["bindings"][0]["x"]["value"] == value
    assert rdflib.Graph().parse(data=to_ttl(graph), format="turtle").value(rdflib.URIRef("urn:a")) is None
    assert [str(o) for o in rdflib.Graph().parse(data=to_ttl(graph), format="turtle").objects()] == [value]


def test_terms_that_queries_refuse_are_written_all_the_same() -> None:
    row = (Term("literal", r"C:\users"), Term("iri", "http://a/b c"), Term("literal", "a", "", "ar--rtl"))
    result = QueryResult("select", ("path", "iri", "text"), (row,))
    assert to_tsv(result).splitlines()[1] == '"C:\\\\users"\t<http://a/b\\u0020c>\t"a"@ar--rtl'
    assert json.loads(to_json(result))["results"]["bindings"][0]["text"] == {
        "type": "literal", "value": "a", "xml:lang": "ar", "its:dir": "rtl",
    }  # fmt: skip


def test_a_cell_of_any_length_is_cut_at_the_column() -> None:
    for letters, size in (("a", 60), ("가", 30)):
        exact = QueryResult("select", ("x",), ((Term("literal", letters * size),),))
        assert to_table(exact, "en").splitlines()[2] == letters * size
        longer = QueryResult("select", ("x",), ((Term("literal", letters * (size + 1)),),))
        assert to_table(longer, "en").splitlines()[2] == letters * (size - 1) + "…"
    huge = QueryResult("select", ("x",), ((Term("literal", "가나" * 2_000_000),),))
    assert width(to_table(huge, "en").splitlines()[2]) <= 60
