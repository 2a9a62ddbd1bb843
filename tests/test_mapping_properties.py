"""The mapping engine on tables of any text, against a writer in plain Python."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import duckdb
import pyoxigraph as ox
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kg.mapping import DUCKDB, compile_to_sql, read_mapping, write_quads
from kg.mapping.iri import is_absolute_iri
from kg.mapping.lines import blocks, compare
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
def test_any_table_is_written_as_plain_python_writes_it(rows: list[tuple[str | None, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder, table_of(rows) as connection:
        target = Path(folder) / "out.nq"
        count = write_quads(connection, MAPPING, {"any.parquet": "made"}, target, also_default=[ALSO_DEFAULT])
        written = target.read_bytes()
    assert written == b"".join(expected_lines(rows))
    assert count == written.count(b"\n") == len(list(ox.parse(written, format=ox.RdfFormat.N_QUADS)))


@MANY
@given(ROWS)
def test_the_compiled_sql_gives_the_same_lines(rows: list[tuple[str | None, ...]]) -> None:
    found: set[bytes] = set()
    with table_of(rows) as connection:
        for query in compile_to_sql(MAPPING, lambda _: "made", DUCKDB):
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
def test_what_passes_as_an_iri_is_one(texts: list[str]) -> None:
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
def test_the_order_of_constant_lines_is_that_of_their_text(one: list[str], other: list[str]) -> None:
    left, right = "".join(one), "".join(other)
    known = compare((left,), (right,))
    assert known is None or known == (left > right) - (left < right)


def test_every_line_of_a_mapping_stands_in_one_chunk() -> None:
    found = blocks(MAPPING)
    shape = [[[len(group) for group in chunk] for chunk in block.chunks] for block in found]
    assert shape == [[[1, 1, 1, 1, 1, 1]], [[2], [1]]], "two lines of unknown order share a row, a third one does not"
