"""Runs a mapping in DuckDB: sorted, unique N-Quads, written aside and then put in place."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import duckdb

from kg.mapping.check import look_at_tables
from kg.mapping.lines import Block, blocks, clusters
from kg.mapping.merge import LineWriter, in_order
from kg.mapping.model import Mapping
from kg.mapping.sql import Tables, select

BATCH_ROWS = 2048
FETCHING_THREADS = 2
Row = tuple[bytes]


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
    plain = look_at_tables(connection, mapping, tables)
    aside = target.with_name(f".{target.name}.part")
    try:
        with aside.open("wb", buffering=1 << 20) as stream, ThreadPoolExecutor(FETCHING_THREADS) as pool:
            writer = LineWriter(stream, target.parent, progress)
            for streams in _started(connection, pool, found, tables, plain):
                writer.begin()
                for chunks in in_order(stream.batches() for stream in streams):
                    writer.add(chunks)
            writer.flush()
        os.replace(aside, target)
    finally:
        aside.unlink(missing_ok=True)
    return writer.count


class _Stream:
    """What one query gives, in the order of subjects; the next batch is fetched while this one is written."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, pool: ThreadPoolExecutor, query: str):
        self.cursor, self.pool = connection.cursor(), pool
        self.next: Future[list[Row]] = pool.submit(self._start, f"SELECT encode(lines) FROM ({query})")

    def _start(self, query: str) -> list[Row]:
        return self.cursor.execute(query).fetchmany(BATCH_ROWS)

    def batches(self) -> Iterator[list[bytes]]:
        while rows := self.next.result():
            self.next = self.pool.submit(self.cursor.fetchmany, BATCH_ROWS)
            if chunks := [row[0] for row in rows if row[0]]:  # a row may give no line
                yield chunks
        self.cursor.close()


def _started(
    connection: duckdb.DuckDBPyConnection,
    pool: ThreadPoolExecutor,
    found: list[tuple[str, list[Block]]],
    tables: Tables,
    plain: Collection[tuple[str, str]],
) -> Iterator[list[_Stream]]:
    """The streams of each cluster; those of the next one already sort while one is written."""
    started: deque[list[_Stream]] = deque()
    for prefix, together in found:
        queries = [
            select(block, chunk, prefix, tables, ordered=True, plain=plain)
            for block in together
            for chunk in block.chunks
        ]
        started.append([_Stream(connection, pool, query) for query in queries])
        if len(started) > 1:
            yield started.popleft()
    yield from started
