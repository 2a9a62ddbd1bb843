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
