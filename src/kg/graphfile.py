"""The files of a build: tables as Parquet, ``graph.nq`` of the mapped tables and the code lists, and its profile."""

from __future__ import annotations

import functools
import json
import mmap
import shutil
from pathlib import Path
from typing import IO

import duckdb
import pyoxigraph

from kg.analysis import TABLES as ANALYSIS
from kg.codes import codes_to_turtle
from kg.dialect import parquet_relation, write_rows
from kg.mapping import Mapping, read_mapping, write_quads
from kg.paths import shipped
from kg.profile import FILE_NAME as PROFILE
from kg.profile.measure import measure_profile
from kg.profile.void import void_lines
from kg.records import Schema, read_schema
from kg.settings import Settings
from kg.values import sql_name, sql_text
from kg.vocab import GRAPH_REGISTER, accepted_graph, rebased

# unsure judgements, to be decided by a person
UNSURE = """
SELECT 'names' AS "table", name AS one, organisation AS other, reason, source FROM raw.names WHERE judgement = 'unsure'
UNION ALL SELECT 'code_names', name, list || '/' || code, reason, source FROM raw.code_names WHERE judgement = 'unsure'
UNION ALL SELECT 'judgements', one, other, reason, source FROM raw.judgements WHERE judgement = 'unsure'
UNION ALL SELECT 'case_identity', one, other, reason, source FROM raw.case_identity WHERE judgement = 'unsure'
UNION ALL SELECT 'event_identity', one, other, reason, source FROM raw.event_identity WHERE judgement = 'unsure'
UNION ALL SELECT 'organisation_changes', before, after, note, source FROM raw.organisation_changes
WHERE judgement = 'unsure'
UNION ALL SELECT 'fact_judgements', organisation, coalesce(scheme, property) || '/' || value, reason, source
FROM raw.fact_judgements WHERE judgement = 'unsure' ORDER BY ALL
"""
SMALL_FILE = 4 << 20  # bytes; below, lines are sorted in memory, which is faster than searching their places
TYPED = ("pairs",)  # read as columns only, never mapped: days, truth values and lists are kept
# code lists that the evidence of a finished build is read with
CODELISTS_USED = (
    "acceptance-reason", "analysis-rule", "award", "conflict-status", "conflict-type", "grade", "identifier-scheme",
    "industry", "industry-scheme", "organisation-kind", "programme", "rating-scheme", "region", "role",
    "unnamed-reason", "verdict",
)  # fmt: skip


def write_records(connection: duckdb.DuckDBPyConnection, schema: Schema, folder: Path) -> None:
    """Write the resolved tables, and in subfolders the accepted tables, the analysis and its code lists, as Parquet."""
    for part in ("accepted", "analysis", "codes"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for name in [table.name for table in schema.tables]:
        _copy(connection, f"resolved.{name}", folder / f"{name}.parquet")
    accepted_tables = ("links", "verdicts", "organisations", "change_sides", "renames", "histories", "external")
    for name in [*(table.name for table in schema.facts), *accepted_tables]:
        _copy(connection, f"accepted.{name}", folder / "accepted" / f"{name}.parquet")
    for name in ANALYSIS:
        _copy(connection, f"analysis.{name}", folder / "analysis" / f"{name}.parquet", typed=name in TYPED)
    unsure = connection.execute(UNSURE)
    names = [column[0] for column in unsure.description or ()]
    with (folder.parent / "unsure.csv").open("w", encoding="utf-8", newline="") as stream:
        write_rows(stream, [names, *unsure.fetchall()])
    for name in CODELISTS_USED:
        _copy(connection, f"codes.{sql_name(name)}", folder / "codes" / f"{name}.parquet")


def _copy(connection: duckdb.DuckDBPyConnection, relation: str, target: Path, *, typed: bool = False) -> None:
    """Write a table in its own order: all columns as text, or with their types."""
    columns = [row[0] for row in connection.execute(f"DESCRIBE {relation}").fetchall()]
    texts = ", ".join(f"{sql_name(column)}::VARCHAR AS {sql_name(column)}" for column in columns if column != "row_")
    rows = f"SELECT {'*' if typed else texts} FROM {relation}"
    connection.execute(f"COPY ({rows}) TO {sql_text(str(target))} (FORMAT parquet, COMPRESSION zstd)")


def write_graph(
    connection: duckdb.DuckDBPyConnection, schema: Schema, settings: Settings, data: Path, aside: Path
) -> None:
    """``graph.nq``: the mapped tables and the code lists in use, one sorted file of unique quads."""
    mapping = read_mapping(shipped("ontology") / "mapping.rml.ttl", base=settings.base)
    folder = aside / "records"
    filled = tuple(each for each in mapping.triples_maps if (folder / each.source).exists())  # of tables left out, none
    graphs = tuple(rebased(graph, settings.base) for graph in (GRAPH_REGISTER, accepted_graph(settings.policy)))
    write_quads(
        connection,
        Mapping(filled),
        lambda name: parquet_relation(folder / name),
        aside / "mapped.nq",
        also_default=graphs,
    )
    whole = read_schema()
    unused = whole.lists_only_of(whole.by_name.keys() - schema.by_name.keys())
    turtle = codes_to_turtle(data / "codelists", shipped("data") / "codelists", settings.base, unused)
    insert_lines(aside / "mapped.nq", _code_lines(turtle, rebased(GRAPH_REGISTER, settings.base)), aside / "graph.nq")


def write_profile(connection: duckdb.DuckDBPyConnection, settings: Settings, aside: Path) -> None:
    """``profile.json``, what ``graph.nq`` holds in numbers; and the same as VoID, added to ``graph.nq``."""
    quads, plain = aside / "graph.nq", aside / "plain.nq"
    profile = measure_profile(connection, quads, base=settings.base, policy=settings.policy)
    text = json.dumps(profile.as_json(), ensure_ascii=False, indent=1)
    (aside / PROFILE).write_text(text, encoding="utf-8", newline="\n")
    quads.rename(plain)
    insert_lines(plain, void_lines(profile, settings.base), quads)
    plain.unlink()


def insert_lines(big: Path, lines: list[bytes], target: Path) -> None:
    """Merge a few sorted lines into the sorted, unique lines of ``big``; the bytes between are copied in blocks."""
    if (size := big.stat().st_size) == 0 or size < SMALL_FILE:
        target.write_bytes(b"".join(sorted({*big.read_bytes().splitlines(keepends=True), *lines})))
        return
    with (
        big.open("rb") as stream,
        target.open("wb") as output,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as text,
    ):
        copied = 0
        for line in lines:
            position = _place(text, line, copied)
            stream.seek(copied)
            _copy_bytes(stream, output, position - copied)
            copied = position
            if text[position : position + len(line)] != line:
                output.write(line)
        stream.seek(copied)
        shutil.copyfileobj(stream, output, 1 << 20)


def _place(text: mmap.mmap, line: bytes, low: int) -> int:
    """The position of the first line that does not sort before ``line``."""
    high = len(text)
    while low < high:
        start = text.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = text.find(b"\n", start) + 1
        if text[start:end] < line:
            low = end
        else:
            high = start
    return low


def _copy_bytes(stream: IO[bytes], target: IO[bytes], count: int) -> None:
    while count and (part := stream.read(min(count, 1 << 20))):
        target.write(part)
        count -= len(part)


@functools.lru_cache(maxsize=4)
def _code_lines(turtle: str, graph: str) -> list[bytes]:
    lines = set()
    for triple in pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE):
        text = f"{triple.subject} {triple.predicate} {triple.object}"
        lines.add(f"{text} .\n".encode())
        lines.add(f"{text} <{graph}> .\n".encode())
    return sorted(lines)
