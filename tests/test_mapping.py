"""The mapping engine: what it reads, what it refuses and why, and what it writes."""
# ruff: noqa: E501  # Turtle, SQL and messages read best on one line

from __future__ import annotations

import io
import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyoxigraph as ox
import pytest
from helpers.mapping_cases import CASES, NAMES, reading, tables_of_case, write_parquet
from hypothesis import given
from hypothesis import strategies as st

from kg.mapping import MappingError, compile_to_sql, read_mapping, write_quads
from kg.mapping.merge import LineWriter, Run, WriteBehind, in_order

HEAD = """
@prefix rr: <http://www.w3.org/ns/r2rml#> . @prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> . @prefix fnml: <http://semweb.mmlab.be/ns/fnml#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix ex: <http://example.org/> . @base <http://example.org/m> .
"""
SOURCE = 'rml:logicalSource [ rml:source "t.parquet" ; rml:referenceFormulation ql:CSV ] ;'
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SUBJECT = 'rr:subjectMap [ rr:template "http://example.org/{id}" ] ;'


def mapping_of(tmp_path: Path, text: str, base: str | None = None):  # type: ignore[no-untyped-def]  # a Mapping
    path = tmp_path / "mapping.ttl"
    path.write_text(HEAD + text, encoding="utf-8")
    return read_mapping(path, base)


def faults_of(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(MappingError) as caught:
        mapping_of(tmp_path, text)
    return [f"{fault.place.rsplit('#', 1)[-1]} {fault.property}: {fault.text.en}" for fault in caught.value.faults]


def written(tmp_path: Path, text: str, select: str, **options) -> str:  # type: ignore[no-untyped-def]  # as write_quads
    target = tmp_path / "out.nq"
    with duckdb.connect() as connection:
        write_quads(connection, mapping_of(tmp_path, text), lambda _: f"({select})", target, **options)
    return target.read_text(encoding="utf-8")


# --- what is written -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_case_gives_the_expected_quads(name: str, tmp_path: Path) -> None:
    folder = tables_of_case(name, tmp_path)
    target = tmp_path / "out.nq"
    with duckdb.connect() as connection:
        count = write_quads(connection, read_mapping(CASES / name / "mapping.ttl"), reading(folder), target)
    expected = (CASES / name / "expected.nq").read_bytes()
    assert target.read_bytes() == expected
    assert count == expected.count(b"\n")


@pytest.mark.parametrize("name", NAMES)
def test_expected_lines_are_sorted_unique_and_canonical(name: str) -> None:
    lines = (CASES / name / "expected.nq").read_bytes().splitlines(keepends=True)
    assert lines == sorted(set(lines))
    again = ox.serialize(ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS), format=ox.RdfFormat.N_QUADS)
    assert again == b"".join(lines)


def test_control_characters_are_escaped_as_in_canonical_n_quads(tmp_path: Path) -> None:
    codes = [*range(1, 0xA0), 0xFFFD, 0xFFFE, 0xFFFF, 0x10FFFF]
    cells = ", ".join(f"({code}, 'a' || chr({code}) || 'b')" for code in codes)
    text = f'<#a> {SOURCE} {SUBJECT} rr:predicateObjectMap [ rr:predicate ex:p ; rr:objectMap [ rml:reference "v" ] ] .'
    lines = written(tmp_path, text, f"SELECT * FROM (VALUES {cells}) AS t(id, v)").splitlines(keepends=True)
    # str.splitlines also parts at controls that stay as they are (U+0085), so the count is taken from the bytes
    assert "".join(lines).count("\n") == len(codes)
    expected = {
        f"<http://example.org/{code}> <http://example.org/p> {ox.Literal(f'a{chr(code)}b')} .\n" for code in codes
    }
    assert set("".join(lines).split("\n")) - {""} == {line.rstrip("\n") for line in expected}


def test_numbers_booleans_and_dates_are_written_as_plain_text(tmp_path: Path) -> None:
    text = f'<#a> {SOURCE} {SUBJECT} rr:predicateObjectMap [ rr:predicate ex:p ; rr:objectMap [ rml:reference "v" ] ] .'
    cells = [
        "9007199254740993::BIGINT",
        "12345678901234567.50::DECIMAL(20,2)",
        "true",
        "DATE '2024-11-28'",
        "0::INTEGER",
    ]
    found = [written(tmp_path, text, f"SELECT 1 AS id, {cell} AS v").split()[2] for cell in cells]
    assert found == ['"9007199254740993"', '"12345678901234567.50"', '"true"', '"2024-11-28"', '"0"']


def test_a_graph_can_be_written_to_the_default_graph_as_well(tmp_path: Path) -> None:
    text = f"""<#a> {SOURCE} rr:subjectMap [ rr:template "http://example.org/{{id}}" ; rr:graphMap [ rr:template "http://example.org/g/{{g}}" ] ] ;
      rr:predicateObjectMap [ rr:predicate ex:p ; rr:object 1 ] .
    <#b> {SOURCE} rr:subjectMap [ rr:template "http://example.org/b{{id}}" ; rr:graph <http://example.org/register> ] ;
      rr:predicateObjectMap [ rr:predicate ex:p ; rr:object 1 ] ."""
    both = ["http://example.org/g/default", "http://example.org/register", "http://example.org/other"]
    lines = written(
        tmp_path, text, "SELECT * FROM (VALUES (1, 'default'), (2, 'strict')) AS t(id, g)", also_default=both
    )
    one = '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert lines.splitlines() == [
        f"<http://example.org/1> <http://example.org/p> {one} .",
        f"<http://example.org/1> <http://example.org/p> {one} <http://example.org/g/default> .",
        f"<http://example.org/2> <http://example.org/p> {one} <http://example.org/g/strict> .",
        f"<http://example.org/b1> <http://example.org/p> {one} .",
        f"<http://example.org/b1> <http://example.org/p> {one} <http://example.org/register> .",
        f"<http://example.org/b2> <http://example.org/p> {one} .",
        f"<http://example.org/b2> <http://example.org/p> {one} <http://example.org/register> .",
    ]


def test_another_base_replaces_ours_in_ids_but_not_in_terms(tmp_path: Path) -> None:
    text = """@prefix kg: <https://w3id.org/sangsaeng/def#> .
    <#a> rml:logicalSource [ rml:source "t.parquet" ; rml:referenceFormulation ql:CSV ] ;
      rr:subjectMap [ rr:template "https://w3id.org/sangsaeng/id/org/{id}" ; rr:class kg:Organisation ; rr:graph <https://w3id.org/sangsaeng/id/g> ] ;
      rr:predicateObjectMap [ rr:predicate kg:p ; rr:objectMap [ rml:reference "id" ; rr:datatype kg:Code ] ] ."""
    mapping = mapping_of(tmp_path, text, base="https://eu.example/kg/")
    target = tmp_path / "out.nq"
    with duckdb.connect() as connection:
        write_quads(connection, mapping, {"t.parquet": "(SELECT 1 AS id)"}, target)
    terms, things = "https://w3id.org/sangsaeng/def#", "https://eu.example/kg/id/"
    assert target.read_text(encoding="utf-8").splitlines() == [
        f"<{things}org/1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{terms}Organisation> <{things}g> .",
        f'<{things}org/1> <{terms}p> "1"^^<{terms}Code> <{things}g> .',
    ]


def test_many_rows_of_one_subject_are_merged_and_sorted(tmp_path: Path) -> None:
    text = f"""<#a> {SOURCE} rr:subjectMap [ rr:template "http://example.org/{{hub}}" ; rr:class ex:Hub ] ;
      rr:predicateObjectMap [ rr:predicate ex:p ; rr:objectMap [ rr:template "http://example.org/x/{{n}}" ] ] ."""
    rows = "SELECT 'hub-' || (i % 3) AS hub, i % 5000 AS n FROM range(30000) AS t(i)"
    lines = written(tmp_path, text, rows).splitlines()
    assert len(lines) == 3 * 5000 + 3
    assert lines == sorted(set(lines))


def test_progress_gets_the_number_of_lines_written(tmp_path: Path) -> None:
    text = f"<#a> {SOURCE} {SUBJECT} rr:predicateObjectMap [ rr:predicate ex:p ; rr:object 1 ] ."
    counts: list[int] = []
    written(tmp_path, text, "SELECT i AS id FROM range(1200000) AS t(i)", progress=counts.append)
    assert counts and 1_000_000 <= counts[0] <= 1_200_000


def test_sql_for_other_engines_has_no_quoted_backslash_or_apostrophe(tmp_path: Path) -> None:
    text = f"""<#a> {SOURCE} {SUBJECT} rr:predicateObjectMap [ rr:predicate ex:p ; rr:object "it's a \\\\ in a constant" ;
      rr:objectMap [ rml:reference "group" ] ] ."""
    queries = compile_to_sql(mapping_of(tmp_path, text), {"t.parquet": "t"})
    assert len(queries) == 1
    assert not any("\\" in query or "''s" in query for query in queries)
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS id, 'x' AS \"group\"")
        found = connection.execute(queries[0]).fetchall()[0][0].splitlines(keepends=True)
    assert found == [
        '<http://example.org/1> <http://example.org/p> "it\'s a \\\\ in a constant" .\n',
        '<http://example.org/1> <http://example.org/p> "x" .\n',
    ]


# --- bounded memory, and nothing half-written -----------------------------------------------------------------------


def run_of(*rows: bytes) -> Run:
    """Rows as a query gives them, each with its lines in one piece."""
    return Run([lines[1 : lines.index(b">") + 1] for lines in rows], [None] * len(rows), (rows,))


def test_lines_of_a_large_subject_are_spilled_and_merged(tmp_path: Path) -> None:
    stream = io.BytesIO()
    writer = LineWriter(stream, tmp_path, held_bytes=2000)
    writer.begin(b"<")
    chunks = [b"<a> %05d .\n<a> %05d .\n" % (n % 700, n % 700 + 700) for n in range(3000)]
    writer.add([run_of(b"<A> 1 .\n")])
    for chunk in chunks:
        writer.add([run_of(chunk)])
    writer.add([run_of(b"<b> 1 .\n")])
    writer.flush()
    lines = stream.getvalue().splitlines(keepends=True)
    assert lines == [
        b"<A> 1 .\n",
        *sorted({line for chunk in chunks for line in chunk.splitlines(keepends=True)}),
        b"<b> 1 .\n",
    ]
    assert writer.count == 1402
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        [b"<a> 1 .\n", b"<c> 1 .\n"],
        [b"<d> 1 .\n", b"<c> 1 .\n"],
        [b"<c> 1 .\n", b"<e> 1 .\n", b"<d> 1 .\n", b"<f> 1 .\n"],
    ],
)
def test_rows_out_of_order_stop_the_run(wrong: list[bytes], tmp_path: Path) -> None:
    writer = LineWriter(io.BytesIO(), tmp_path)
    writer.add([run_of(b"<b> 1 .\n")])
    with pytest.raises(RuntimeError, match="out of order"):
        writer.add([run_of(*wrong)])


def test_a_full_disk_is_reported_even_if_writing_is_delayed(tmp_path: Path) -> None:
    class Full(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"), WriteBehind(Full()) as behind:
        writer = LineWriter(behind, tmp_path)
        for number in range(100):
            writer.add([run_of(b"<%03d> 1 .\n" % number)])
        writer.flush()


def test_an_error_outside_the_writing_thread_is_not_hidden() -> None:
    with pytest.raises(ValueError, match="elsewhere"), WriteBehind(io.BytesIO()):
        raise ValueError("elsewhere")


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    text = f'<#a> {SOURCE} {SUBJECT} rr:predicateObjectMap [ rr:predicate ex:p ; rr:objectMap [ rml:reference "v" ] ] .'
    (tmp_path / "out.nq").write_text("old", encoding="utf-8")
    with pytest.raises(duckdb.Error):
        written(
            tmp_path,
            text,
            "SELECT i AS id, CASE WHEN i = 99999 THEN error('torn') ELSE 'x' END AS v FROM range(100000) AS t(i)",
        )
    assert (tmp_path / "out.nq").read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mapping.ttl", "out.nq"]


# --- what is refused ------------------------------------------------------------------------------------------------


def test_all_unsupported_features_are_reported_at_once(tmp_path: Path) -> None:
    text = """
    <#sql> rr:logicalTable [ rr:sqlQuery "SELECT 1" ] ; rr:subjectMap [ rr:column "id" ] .
    <#xml> rml:logicalSource [ rml:source "t.xml" ; rml:referenceFormulation ql:XPath ; rml:iterator "/x" ] ;
      rr:subjectMap [ rr:template "http://example.org/{id}" ] .
    <#table> rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation ql:CSV ; rml:iterator "$" ] ;
      rr:subjectMap [ rr:template "http://example.org/{id}" ; rr:termType rml:UnsafeIRI ] .
    <#json> rml:logicalSource [ rml:source "t.json" ; rml:referenceFormulation ql:JSONPath ; rml:iterator "$.x[*]" ] ;
      rr:subjectMap [ rr:template "http://example.org/{id}" ; rr:termType rr:BlankNode ] ;
      rr:predicateObjectMap [ rr:predicate ex:p ; rr:objectMap [ fnml:functionValue [ ] ] ] ;
      rr:predicateObjectMap [ rr:predicate ex:p ; rr:objectMap [ rr:parentTriplesMap <#none> ] ] .
    """
    assert faults_of(tmp_path, text) == [
        "json fnml:functionValue: functions are not supported; compute the value into a column of the table",
        "json rr:objectMap: needs exactly one of constant, template and reference",
        "json rr:subjectMap rr:termType: blank nodes are not made, because the output would lose its canonical form; mint an IRI",
        "sql rml:logicalSource: there is no logical source",
        "sql rr:column: rr:column belongs to SQL sources; write rml:reference",
        "sql rr:logicalTable: SQL sources are not supported; keep the table as a file and name it by rml:source",
        "sql rr:subjectMap: needs exactly one of constant, template and reference",
        "table rml:iterator: does not apply to a table",
        "table rr:subjectMap rr:termType: unknown term type http://semweb.mmlab.be/ns/rml#UnsafeIRI",
        "xml rml:referenceFormulation: ql:XPath: only tables and JSON are read; write ql:CSV or ql:JSONPath",
    ]


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        ('rr:objectMap [ rml:reference "v" ; rr:language "ko_KR" ]', "a rr:language: not a language tag: ko_KR"),
        ('rr:objectMap [ rml:reference "v" ; rr:language "ko" ; rr:datatype ex:d ]', "a rr:datatype: datatype and language exclude each other"),
        ('rr:objectMap [ rml:reference "v" ; rr:termType rr:IRI ; rr:datatype ex:d ]', "a rr:objectMap: an IRI has neither datatype nor language"),
        ('rr:objectMap [ rml:reference "v" ; rr:termType ex:Other ]', "a rr:objectMap rr:termType: unknown term type http://example.org/Other"),
        ('rr:objectMap [ rr:template "id/{v}" ]', "a rr:objectMap: does not make an absolute IRI: id/{v}"),
        ('rr:objectMap [ rr:template "http://example.org/{v" ]', "a rr:objectMap: the braces of the template do not match: http://example.org/{v"),
        ('rr:objectMap [ rr:template "http://example.org/ {v}" ]', "a rr:objectMap: does not make an absolute IRI: http://example.org/ {v}"),
        ('rr:objectMap [ rr:constant "x" ; rr:language "ko" ]', "a rr:objectMap: write datatype or language into the constant itself"),
        ("rr:objectMap [ rr:constant _:b ]", "a rr:objectMap: a constant of this kind is not allowed here"),
        ('rr:objectMap [ rml:reference "v" ; rr:colunm "v" ]', "a rr:colunm: this property is not supported here"),
        ('rr:objectMap [ rml:reference "v" , "w" ]', "a rr:objectMap: there may only be one"),
        ("rr:objectMap [ rr:parentTriplesMap <#none> ]", "a rr:parentTriplesMap: no such triples map: http://example.org/m#none"),
        ("rr:predicate \"p\" ; rr:object 1", "a rr:predicate: a constant of this kind is not allowed here"),
        ("rr:graph \"g\" ; rr:object 1", "a rr:graph: a constant of this kind is not allowed here"),
    ],
)  # fmt: skip
def test_a_faulty_part_is_reported_with_its_reason(part: str, fault: str, tmp_path: Path) -> None:
    text = f"<#a> {SOURCE} {SUBJECT} rr:predicateObjectMap [ rr:predicate ex:p ; {part} ] ."
    assert faults_of(tmp_path, text) == [fault]


def test_labels_and_comments_in_a_mapping_are_ignored(tmp_path: Path) -> None:
    text = f"<#a> a rr:TriplesMap ; rdfs:label '줄'@ko ; {SOURCE} {SUBJECT} rr:predicateObjectMap [ rdfs:comment 'x' ; rr:predicate ex:p ; rr:object 1 ] ."
    assert len(mapping_of(tmp_path, text).triples_maps) == 1


def test_a_file_that_is_not_turtle_or_has_no_triples_map_is_reported(tmp_path: Path) -> None:
    assert "cannot be read as Turtle" in faults_of(tmp_path, "<#a> rr:subjectMap [")[0]
    assert faults_of(tmp_path, "ex:a ex:b ex:c .") == ["— rr:subjectMap: there is no triples map"]


def test_missing_columns_wrong_types_and_invalid_iris_are_reported_together(tmp_path: Path) -> None:
    text = f"""<#a> {SOURCE} rr:subjectMap [ rml:reference "page" ; rr:graphMap [ rr:template "http://example.org/{{none}}" ] ] ;
      rr:predicateObjectMap [ rr:predicate ex:p ; rr:objectMap [ rml:reference "double" ] , [ rml:reference "Double" ] ] ."""
    rows = "SELECT * FROM (VALUES ('http://example.org/a b', 1.5::DOUBLE), ('id/1', 2), ('http://example.org/ok', 3)) AS t(page, double)"
    with pytest.raises(MappingError) as caught:
        written(tmp_path, text, rows)
    assert [(fault.property, fault.text.en) for fault in caught.value.faults] == [
        ("rr:graphMap", "t.parquet has no column 'none'; it has page, double"),
        (
            "rr:objectMap",
            "column 'double' of t.parquet is DOUBLE, which can be written as text in more than one way; make it text in the table",
        ),
        ("rr:objectMap", "t.parquet has no column 'Double'; it has page, double"),
        (
            "rr:subjectMap",
            "column 'page' of t.parquet has 2 value(s) that are not absolute IRIs, such as 'http://example.org/a b'",
        ),
    ]
    assert not (tmp_path / "out.nq").exists()


def test_a_missing_table_is_reported(tmp_path: Path) -> None:
    mapping = mapping_of(
        tmp_path, f"<#a> {SOURCE} {SUBJECT} rr:predicateObjectMap [ rr:predicate ex:p ; rr:object 1 ] ."
    )
    with duckdb.connect() as connection, pytest.raises(MappingError, match=r"t\.parquet"):
        write_quads(connection, mapping, reading(tmp_path), tmp_path / "out.nq")


def test_faults_are_in_the_language_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MappingError) as caught:
        mapping_of(tmp_path, f"<#a> {SOURCE} rr:subjectMap [ rr:column 'id' ] .")
    monkeypatch.setenv("KG_LANG", "ko")
    assert "rr:column은 SQL 소스에만 쓰는 용어입니다" in str(caught.value)
    monkeypatch.setenv("KG_LANG", "en")
    assert str(caught.value).endswith("The mapping has 2 faults.")
    assert caught.value.as_json()["faults"]


def test_paths_are_relative_to_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_parquet(tmp_path / "t.parquet", ["id"], [["1"]])
    monkeypatch.chdir(tmp_path)
    text = f"<#a> {SOURCE} {SUBJECT} rr:predicateObjectMap [ rr:predicate ex:p ; rr:object 1 ] ."
    with duckdb.connect() as connection:
        write_quads(connection, mapping_of(tmp_path, text), lambda name: f"'{name}'", Path("out.nq"))
    assert os.path.getsize("out.nq") > 0


def test_an_empty_table_gives_no_lines_and_does_not_affect_others(tmp_path: Path) -> None:
    text = f"""<#a> {SOURCE} rr:subjectMap [ rr:template "http://example.org/{{id}}" ; rr:class ex:A ] .
      <#b> rml:logicalSource [ rml:source "u.parquet" ; rml:referenceFormulation ql:CSV ] ; 
      rr:subjectMap [ rr:template "http://example.org/{{id}}" ; rr:class ex:B ] ;
      rr:predicateObjectMap [ rr:predicate ex:p ; rr:objectMap [ rr:parentTriplesMap <#a> ;
        rr:joinCondition [ rr:child "id" ; rr:parent "id" ] ] ] ."""
    mapping = mapping_of(tmp_path, text)
    rows = {"t.parquet": "(SELECT '1' AS id)", "u.parquet": "(SELECT '2' AS id)"}
    none = {name: f"(SELECT * FROM {row} WHERE id = '9')" for name, row in rows.items()}
    a, b = (f"<http://example.org/{one}> <{RDF}type> <http://example.org/{kind}> .\n" for one, kind in ("1A", "2B"))
    for tables, lines in (
        (rows, a + b),
        ({**rows, "u.parquet": none["u.parquet"]}, a),
        ({**rows, "t.parquet": none["t.parquet"]}, b),
        (none, ""),
    ):
        with duckdb.connect() as connection:
            assert write_quads(connection, mapping, tables, tmp_path / "out.nq") == lines.count("\n")
        assert (tmp_path / "out.nq").read_text(encoding="utf-8") == lines


def steps(*streams: list[list[bytes]]) -> Iterator[list[Run]]:
    return in_order(iter([run_of(*batch) for batch in batches]) for batches in streams)


def test_merged_streams_never_go_back_in_order() -> None:
    first = [[b"<a> 9 .\n", b"<a> 8 .\n", b"<a> 1 .\n"], [b"<a> 7 .\n", b"<c> 1 .\n"]]
    second = [[b"<a> 5 .\n"], [b"<b> 2 .\n", b"<b> 1 .\n"], [b"<d> 1 .\n"]]
    found = [[list(run.subjects) for run in runs] for runs in steps(first, second, [])]
    assert sum(len(run) for runs in found for run in runs) == 9
    assert all(run == sorted(run) for runs in found for run in runs)
    assert all(max(map(max, lines_left)) <= min(map(min, right)) for lines_left, right in itertools.pairwise(found))


@given(
    st.lists(
        st.lists(
            st.lists(st.tuples(st.sampled_from("aábc가d"), st.integers(0, 9)), min_size=1, max_size=4), max_size=4
        ),
        max_size=4,
    ),
    st.integers(10, 200),
)
def test_merged_streams_give_each_line_once_in_byte_order(
    streams: list[list[list[tuple[str, int]]]], held_bytes: int
) -> None:
    lines = [f"<{key}> {number} .\n".encode() for batches in streams for batch in batches for key, number in batch]
    ordered = []
    for batches in streams:  # each stream as a query gives it: by subject, cut into batches
        rows = iter(sorted((key, number) for batch in batches for key, number in batch))
        cut = [[next(rows) for _ in batch] for batch in batches]
        ordered.append([[f"<{key}> {number} .\n".encode() for key, number in batch] for batch in cut])
    stream = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        writer = LineWriter(stream, Path(folder), held_bytes=held_bytes)
        writer.begin(b"<")
        for runs in steps(*ordered):
            writer.add(runs)
        writer.flush()
    assert stream.getvalue() == b"".join(sorted(set(lines)))
    assert writer.count == len(set(lines))
