"""Runs a mapping in DuckDB: sorted, unique N-Quads, written aside and then put in place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import duckdb

from kg.mapping.check import look_at_tables
from kg.mapping.lines import Block, blocks, clusters
from kg.mapping.merge import LineWriter, Row, WriteBehind, in_order
from kg.mapping.model import Mapping
from kg.mapping.sql import Seen, Tables, select

BATCH_ROWS = 1024


def write_quads(
    connection: duckdb.DuckDBPyConnection,
    mapping: Mapping,
    tables: Tables,
    target: Path,
    *,
    also_default: Iterable[str] = (),
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write the quads of ``mapping`` to ``target`` and return their number.

    ``tables`` gives, for each ``rml:source``, the SQL to read it from. Graphs named in ``also_default`` are written
    to the default graph as well. The lines are canonical N-Quads in the order of their bytes, each once. Sorting is
    left to DuckDB, which spills to its temporary directory, so memory does not grow with the tables. ``progress`` is
    told the number of lines written so far. Raises ``MappingError`` before anything is written if a column is
    missing or a value cannot be part of an IRI; on any failure ``target`` stays as it was.
    """
    found = clusters(blocks(mapping, frozenset(also_default)))
    seen = look_at_tables(connection, mapping, tables)
    aside = target.with_name(f".{target.name}.part")
    try:
        with aside.open("wb", buffering=1 << 20) as stream, WriteBehind(stream) as behind:
            writer = LineWriter(behind, target.parent, progress)
            for cluster, rows in _rows(connection, found, tables, seen):
                writer.begin(cluster)
                writer.add(rows)
            writer.flush()
        os.replace(aside, target)
    finally:
        aside.unlink(missing_ok=True)
    return writer.count


def _rows(
    connection: duckdb.DuckDBPyConnection,
    found: list[tuple[str, list[Block]]],
    tables: Tables,
    seen: Seen,
) -> Iterator[tuple[str, list[Row]]]:
    """What is to be written, in order, each part with the prefix of its cluster."""
    for prefix, together in found:
        queries = [
            select(block, chunk, prefix, tables, ordered=True, seen=seen)
            for block in together
            for chunk in block.chunks
        ]
        for rows in in_order(_batches(connection, query) for query in queries):
            yield prefix, rows


def _batches(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[list[Row]]:
    """What one query gives, in the order of subjects, streamed through a cursor of its own."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT k, encode(lines), line_count FROM ({query})")
        while found := cursor.fetchmany(BATCH_ROWS):
            if rows := [row for row in found if row[1]]:  # a row may give no line
                yield rows
