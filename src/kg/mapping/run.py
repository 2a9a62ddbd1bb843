"""Runs a mapping in DuckDB: sorted, unique N-Quads, written aside and then put in place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import duckdb

from kg.mapping.check import look_at_tables
from kg.mapping.lines import Block, blocks, clusters
from kg.mapping.merge import LineWriter, Row, WriteBehind, in_order
from kg.mapping.model import Mapping
from kg.mapping.sql import Seen, Tables, select

BATCH_ROWS = 1024
SORTED_AT_ONCE = 2  # tables below a row group (122,880 rows) occupy one core each
_Begun = tuple[duckdb.DuckDBPyConnection, Future[None]]


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
            for cluster, runs in _runs(connection, found, tables, seen):
                writer.begin(cluster)
                writer.add(runs)
            writer.flush()
        os.replace(aside, target)
    finally:
        aside.unlink(missing_ok=True)
    return writer.count


def _runs(
    connection: duckdb.DuckDBPyConnection,
    found: list[tuple[str, list[Block]]],
    tables: Tables,
    seen: Seen,
) -> Iterator[tuple[str, list[list[Row]]]]:
    """What is to be written, in order, each part with the prefix of its cluster.

    The queries of the next cluster are sorted while the rows of this one are taken, and no sooner: what waits sorted
    holds memory.
    """
    begun: list[_Begun] = []
    coming: list[_Begun] = []
    with ThreadPoolExecutor(SORTED_AT_ONCE) as pool:

        def begin(cluster: tuple[str, list[Block]]) -> list[_Begun]:
            prefix, together = cluster
            filled = [block for block in together if seen.empty.isdisjoint((block.rows.child, block.rows.parent))]
            chunks = [(block, chunk) for block in filled for chunk in block.chunks]
            queries = [select(block, chunk, prefix, tables, ordered=True, seen=seen) for block, chunk in chunks]
            return [(cursor := connection.cursor(), pool.submit(_begin, cursor, query)) for query in queries]

        try:
            coming = begin(found[0]) if found else []
            for place, (prefix, _) in enumerate(found, 1):
                begun, coming = coming, begin(found[place]) if place < len(found) else []
                for runs in in_order(_batches(*one) for one in begun):
                    yield prefix, runs
        finally:  # when it ends early, nobody waits for sorts that nobody needs
            for cursor, future in (*begun, *coming):
                if not future.done() and not future.cancel():
                    cursor.interrupt()


def _begin(cursor: duckdb.DuckDBPyConnection, query: str) -> None:
    """Returns when the rows are sorted and the first of them can be taken; the others are streamed."""
    cursor.execute(f"SELECT k, encode(lines), line_count FROM ({query})")


def _batches(cursor: duckdb.DuckDBPyConnection, begun: Future[None]) -> Iterator[list[Row]]:
    """What one query gives, in the order of subjects."""
    begun.result()
    with cursor:
        while found := cursor.fetchmany(BATCH_ROWS):
            if rows := [row for row in found if row[1]]:  # a row may give no line
                yield rows
