"""Runs a mapping in DuckDB and writes sorted N-Quads without duplicates."""

from __future__ import annotations

import itertools
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import duckdb

from kg.mapping.check import inspect_tables
from kg.mapping.lines import Block, Group, blocks, clusters, cuts
from kg.mapping.merge import LineWriter, Run, WriteBehind, in_order
from kg.mapping.model import Mapping
from kg.mapping.sql import Seen, Select, Tables, select

BATCH_ROWS = 1024
SORTED_AT_ONCE = 2  # tables below a row group (122,880 rows) occupy one core each
ROWS_AHEAD = 200_000


class _Begun(NamedTuple):
    """A query whose rows are being sorted."""

    cursor: duckdb.DuckDBPyConnection
    lines_a_row: int | None
    sorted: Future[None]


class _Cluster(NamedTuple):
    """Streams of rows that may have common subjects: each is a chunk of a block, cut so that pieces are ``apart``.

    ``rows`` is the total number of rows, before any join.
    """

    prefix: str
    streams: list[tuple[Block, list[Group], list[int]]]
    apart: bool
    rows: int


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
    to the default graph as well. The lines are canonical N-Quads in byte order, without duplicates. Sorting is
    left to DuckDB, which spills to its temporary directory, so memory does not grow with the tables. ``progress`` gets
    the number of lines written so far. Raises ``MappingError`` before anything is written if a column is
    missing or a value cannot be part of an IRI; on any failure ``target`` stays as it was.
    """
    gathered = clusters(blocks(mapping, frozenset(also_default)))
    seen = inspect_tables(connection, mapping, tables)
    found = [_filled(prefix, together, seen) for prefix, together in gathered]
    aside = target.with_name(f".{target.name}.part")
    try:
        with aside.open("wb", buffering=1 << 20) as stream, WriteBehind(stream) as behind:
            writer = LineWriter(behind, target.parent, progress)
            for cluster, runs in _runs(connection, found, tables, seen):
                writer.begin(cluster.prefix.encode(), apart=cluster.apart)
                writer.add(runs)
            writer.flush()
        os.replace(aside, target)
    finally:
        aside.unlink(missing_ok=True)
    return writer.count


def _runs(
    connection: duckdb.DuckDBPyConnection,
    found: list[_Cluster],
    tables: Tables,
    seen: Seen,
) -> Iterator[tuple[_Cluster, list[Run]]]:
    """The runs to write, in order, each with its cluster.

    The queries of the next cluster are sorted while the rows of this one are read. Sorted rows take memory, so further
    clusters are started only while few rows are waiting.
    """
    waiting: deque[list[_Begun]] = deque()
    with ThreadPoolExecutor(SORTED_AT_ONCE) as pool:

        def begin(cluster: _Cluster) -> list[_Begun]:
            queries = [
                select(block, chunk, cluster.prefix, tables, ordered=True, seen=seen, cuts=places)
                for block, chunk, places in cluster.streams
            ]
            return [
                _Begun(cursor := connection.cursor(), query.lines_a_row, pool.submit(_begin, cursor, query))
                for query in queries
            ]

        try:
            for place, cluster in enumerate(found):
                while (coming := place + len(waiting)) < len(found) and (
                    len(waiting) < 2 or sum(cluster_run.rows for cluster_run in found[place : coming + 1]) <= ROWS_AHEAD
                ):
                    waiting.append(begin(found[coming]))
                for runs in in_order(map(_batches, waiting[0])):
                    yield cluster, runs
                waiting.popleft()
        finally:  # if it ends early, do not wait for sorts that are no longer needed
            for cluster_run in itertools.chain.from_iterable(waiting):
                if not cluster_run.sorted.done() and not cluster_run.sorted.cancel():
                    cluster_run.cursor.interrupt()


def _filled(prefix: str, together: list[Block], seen: Seen) -> _Cluster:
    """The cluster of the blocks that have rows."""
    filled = [block for block in together if all(seen.rows.get(source, 1) for source in block.rows.sources)]
    chunks = [(block, chunk) for block in filled for chunk in block.chunks]
    places = cuts([chunk for _, chunk in chunks])
    streams = [(block, chunk, places[at] if places else []) for at, (block, chunk) in enumerate(chunks)]
    rows = sum(seen.rows.get(block.rows.child, 0) for block, _ in chunks)
    return _Cluster(prefix, streams, places is not None, rows)


def _begin(cursor: duckdb.DuckDBPyConnection, query: Select) -> None:
    """Run the query until the rows are sorted and the first can be read; the others are streamed."""
    counted = "line_count, " if query.lines_a_row is None else ""
    cursor.execute(f"SELECT encode(k), {counted}encode(COLUMNS('^lines')) FROM ({query.sql})")


def _batches(begun: _Begun) -> Iterator[Run]:
    """The rows of one query, in the order of subjects."""
    begun.sorted.result()
    with begun.cursor as cursor:
        while found := cursor.fetchmany(BATCH_ROWS):
            subjects, *rest = (list(map(itemgetter(column), found)) for column in range(len(found[0])))
            counts = rest.pop(0) if begun.lines_a_row is None else [begun.lines_a_row] * len(subjects)
            yield Run(subjects, counts, tuple(rest))
