"""The mapping engine on tables of any text, against a writer in plain Python."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import duckdb
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kg.mapping import DUCKDB, compile_to_sql, read_mapping, write_quads
from kg.mapping.iri import is_absolute_iri
from kg.mapping.lines import blocks, compare, cuts
from kg.mapping.model import Mapping
from kg.mapping.sql import may_not_be_an_iri, not_an_iri

MAPPING = read_mapping(Path(__file__).parent / "data" / "mapping-any" / "mapping.ttl")
NASTY = [
    "k", '"', "\\", "\n", "\r\n", "\t", "\x00", "\x1f", "\x7f", "\ufffe", "\uffff", "\ufffd", " ", "%", "{a}", "'", "~",
    "한국", "\u1100\u1161\u11a8", "\U0001f91d", "\u200b", "\\n", "<x>", "\u0085", "/", "b>", "e\u0301",
]  # fmt: skip
CELL = (
    st.none()
    | st.just("")
    | st.sampled_from(NASTY)
    | st.text(st.sampled_from("".join(NASTY)), max_size=6)
    | st.text(max_size=8)
)
ROWS = st.lists(st.tuples(CELL, CELL, CELL, CELL), max_size=12)
ALSO_DEFAULT = "http://example.org/graph/k"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def expected_lines(rows: list[tuple[str | None, ...]]) -> list[bytes]:
    """The quads of mapping-any, written down a second time without any of our code."""
    found: set[str] = set()

    def say(subject: str | None, predicate: str | None, thing: str | None, graph: str | None = "") -> None:
        if None not in (subject, predicate, thing, graph):
            found.add(f"<{subject}> <{predicate}> {thing} {graph and f'<{graph}> '}.\n")
            if graph == ALSO_DEFAULT:
                found.add(f"<{subject}> <{predicate}> {thing} .\n")

    def filled(make: Callable[..., str], *cells: str | None) -> str | None:
        return make(*cells) if all(cells) else None

    def iri(text: str) -> str:
        return quote(text, safe="")

    for a, b, c, d in rows:
        subject = filled(lambda x, y: f"http://example.org/{iri(x)}/{iri(y)}", a, b)
        graph = filled(lambda x: f"http://example.org/graph/{iri(x)}", c)
        define = "http://example.org/def#"
        say(subject, RDF_TYPE, f"<{define}Claim>", graph)
        say(subject, define + "plain", filled(lambda x: str(ox.Literal(x)), c), graph)
        say(subject, define + "korean", filled(lambda x: str(ox.Literal(x, language="ko")), d), graph)
        say(subject, define + "made", filled(lambda x, y: str(ox.Literal(f"«{x}{{{y}»")), c, d), graph)
        say(subject, define + "thing", filled(lambda x: f"<http://example.org/thing/{iri(x)}>", d), graph)
        say(
            subject,
            filled(lambda x: f"http://example.org/property/{iri(x)}", b),
            filled(lambda x: str(ox.Literal(x)), a),
            graph,
        )
        thing = filled(lambda x: f"http://example.org/{iri(x)}", a)
        for cell in (b, c):
            say(thing, define + "value", filled(lambda x: str(ox.Literal(x)), cell))
        say(thing, define + "value", filled(lambda x: str(ox.Literal(x, language="en")), d))
    return sorted(line.encode() for line in found)


def table_of(rows: list[tuple[str | None, ...]]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE made (a VARCHAR, b VARCHAR, c VARCHAR, d VARCHAR)")
    if rows:
        connection.executemany("INSERT INTO made VALUES (?, ?, ?, ?)", [list(row) for row in rows])
    return connection


@MANY
@given(ROWS)
@example([("k", "k", "k", "k")])
@example([("a", "b", "k", '"\\\n'), ("a", "b", "k", '"\\\n'), ("a", "b/", "\x00", None)])
def test_any_table_gives_the_lines_of_a_plain_python_implementation(rows: list[tuple[str | None, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder, table_of(rows) as connection:
        target = Path(folder) / "out.nq"
        count = write_quads(connection, MAPPING, {"any.parquet": "made"}, target, also_default=[ALSO_DEFAULT])
        written = target.read_bytes()
    assert written == b"".join(expected_lines(rows))
    assert count == written.count(b"\n") == len(list(ox.parse(written, format=ox.RdfFormat.N_QUADS)))


@MANY
@given(ROWS, st.booleans())
def test_the_compiled_sql_gives_the_same_lines(rows: list[tuple[str | None, ...]], rare_apart: bool) -> None:
    found: set[bytes] = set()
    with table_of(rows) as connection:
        for query in compile_to_sql(MAPPING, lambda _: "made", DUCKDB._replace(rare_apart=rare_apart)):
            for (lines,) in connection.execute(query).fetchall():
                found.update(lines.encode().splitlines(keepends=True))
    expected = [line for line in expected_lines(rows) if not _only_in_default(line)]
    assert sorted(found) == expected


def _only_in_default(line: bytes) -> bool:
    """A claim without graph: it is there only because its graph is written to the default graph as well."""
    quad = next(iter(ox.parse(line, format=ox.RdfFormat.N_QUADS)))
    return isinstance(quad.graph_name, ox.DefaultGraph) and quad.predicate.value != "http://example.org/def#value"


IRI_TEXT = st.from_regex(r"\A(https?://|urn:|[a-z]:)[a-z0-9:/?#@!$&'()*+,;=%.~_\[\]{}|^` \\\"<>-]{0,12}\Z") | st.builds(
    "http://example.org/{}".format, st.text(max_size=6)
)


@MANY
@given(st.lists(IRI_TEXT, min_size=1, max_size=30))
@example(
    [
        "http://a:80x/",
        "http://a/#b#c",
        "a://b@c:1/d?e#f",
        "a:%4",
        "http://[::1]/",
        "a:",
        "a:/b",
        "a://",
        "http://예/가?나",
    ]
)
def test_accepted_iris_are_valid(texts: list[str]) -> None:
    with duckdb.connect() as connection:
        query = f"SELECT v, {may_not_be_an_iri('v')}, {not_an_iri('v')} FROM (SELECT unnest(?) AS v)"
        for text, doubtful, refused in connection.execute(query, [texts]).fetchall():
            if not refused:
                assert is_absolute_iri(text), text
            assert doubtful or not refused, text


@given(
    st.lists(st.sampled_from(["<a", "/b", '"', ">", " .\n"]), max_size=4),
    st.lists(st.sampled_from(["<a", "/b", '"', ">", " .\n"]), max_size=4),
)
def test_constant_lines_are_ordered_by_their_text(first_line: list[str], second_line: list[str]) -> None:
    left, right = "".join(first_line), "".join(second_line)
    known = compare((left,), (right,))
    assert known is None or known == (left > right) - (left < right)


# --- several sources with the same subjects --------------------------------------------------------------------------

TWO_SOURCES = """
@prefix rr: <http://www.w3.org/ns/r2rml#> . @prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> . @prefix ex: <http://example.org/> . @base <http://example.org/m> .
"""


def two_sources(folder: Path, first_source: str, second_source: str) -> Mapping:
    """``a.parquet`` gives the properties ``one`` to ``ex:{id}``, ``b.parquet`` the properties ``other``."""
    text = TWO_SOURCES
    for source, properties in (("a", first_source), ("b", second_source)):
        pairs = " ; ".join(
            f'rr:predicateObjectMap [ rr:predicate ex:{name[0]} ; rr:objectMap [ rml:reference "{name[-1]}" ] ]'
            for name in properties.split()
        )
        text += (
            f'<#{source}> rml:logicalSource [ rml:source "{source}.parquet" ; rml:referenceFormulation ql:CSV ] ;'
            f' rr:subjectMap [ rr:template "http://example.org/{{id}}" ] ; {pairs} .\n'
        )
    (folder / "two.ttl").write_text(text, encoding="utf-8")
    return read_mapping(folder / "two.ttl")


FEW_IDS = st.lists(st.tuples(st.sampled_from("ab가c"), st.sampled_from("xy") | st.none(), CELL), max_size=14)


@MANY
@given(
    FEW_IDS,
    FEW_IDS,
    st.sampled_from([("av mw zv", "bv"), ("av mw zv", "bv yw"), ("av mw", "zv"), ("av mw", "mv"), ("bv bw", "av cw")]),
    st.integers(1, 5),
)
@example([("a", "x", "x")] * 2 + [("b", "x", "y")], [("a", "y", "x"), ("a", "x", "y")], ("av mw zv", "bv"), 1)
def test_sources_with_common_subjects_are_merged_as_in_plain_python(
    one: list[tuple[str, str | None, str | None]],
    other: list[tuple[str, str | None, str | None]],
    properties: tuple[str, str],
    rows_at_once: int,
) -> None:
    found = set()
    for rows, names in ((one, properties[0]), (other, properties[1])):
        for key, v, w in rows:
            for name in names.split():
                if cell := (v if name[-1] == "v" else w):
                    subject = f"<http://example.org/{quote(key, safe='')}>"
                    found.add(f"{subject} <http://example.org/{name[0]}> {ox.Literal(cell)} .\n".encode())
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection, pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.mapping.run.BATCH_ROWS", rows_at_once)
        for table, rows in (("a", one), ("b", other)):
            connection.execute(f"CREATE TABLE {table} (id VARCHAR, v VARCHAR, w VARCHAR)")
            if rows:
                connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", [list(row) for row in rows])
        mapping = two_sources(Path(folder), *properties)
        target = Path(folder) / "out.nq"
        count = write_quads(connection, mapping, {"a.parquet": "a", "b.parquet": "b"}, target)
        assert target.read_bytes() == b"".join(sorted(found))
        assert count == len(found)


def test_lines_are_split_only_where_constants_fix_their_order(tmp_path: Path) -> None:
    def places(one: str, other: str) -> list[list[int]] | None:
        return cuts([chunk for block in blocks(two_sources(tmp_path, one, other)) for chunk in block.chunks])

    assert places("av mw zv", "bv") == [[1], []]
    assert places("av mw zv", "bv yw") == [[1, 2], [1]]
    assert places("av mw", "zv") == [[], []]
    assert places("av mw", "mv") is None, "both give values of one property"


def test_every_line_of_a_mapping_is_in_one_chunk() -> None:
    found = blocks(MAPPING)
    shape = [[[len(group) for group in chunk] for chunk in block.chunks] for block in found]
    assert shape == [[[1, 1, 1, 1, 1, 1]], [[2], [1]]], "two lines of unknown order share a row, a third one does not"
