"""Runs a mapping in DuckDB: sorted, unique N-Quads, written aside and then put in place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import duckdb

from kg.mapping.check import look_at_tables
from kg.mapping.lines import Block, Group, blocks, clusters, cuts
from kg.mapping.merge import LineWriter, Run, WriteBehind, in_order
from kg.mapping.model import Mapping
from kg.mapping.sql import Seen, Tables, select

BATCH_ROWS = 1024
SORTED_AT_ONCE = 2  # tables below a row group (122,880 rows) occupy one core each
_Begun = tuple[duckdb.DuckDBPyConnection, Future[None]]


class _Cluster(NamedTuple):
    """Streams of rows whose subjects may meet: each a chunk of a block, cut so that all pieces lie ``apart``."""

    prefix: str
    streams: list[tuple[Block, list[Group], list[int]]]
    apart: bool


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
    gathered = clusters(blocks(mapping, frozenset(also_default)))
    seen = look_at_tables(connection, mapping, tables)
    found = [_filled(prefix, together, seen) for prefix, together in gathered]
    aside = target.with_name(f".{target.name}.part")
    try:
        with aside.open("wb", buffering=1 << 20) as stream, WriteBehind(stream) as behind:
            writer = LineWriter(behind, target.parent, progress)
            for one, runs in _runs(connection, found, tables, seen):
                writer.begin(one.prefix, apart=one.apart)
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
    """What is to be written, in order, each part with its cluster.

    The queries of the next cluster are sorted while the rows of this one are taken, and no sooner: what waits sorted
    holds memory.
    """
    begun: list[_Begun] = []
    coming: list[_Begun] = []
    with ThreadPoolExecutor(SORTED_AT_ONCE) as pool:

        def begin(cluster: _Cluster) -> list[_Begun]:
            queries = [
                select(block, chunk, cluster.prefix, tables, ordered=True, seen=seen, cuts=places)
                for block, chunk, places in cluster.streams
            ]
            return [(cursor := connection.cursor(), pool.submit(_begin, cursor, query)) for query in queries]

        try:
            coming = begin(found[0]) if found else []
            for place, cluster in enumerate(found, 1):
                begun, coming = coming, begin(found[place]) if place < len(found) else []
                for runs in in_order(_batches(*one) for one in begun):
                    yield cluster, runs
        finally:  # when it ends early, nobody waits for sorts that nobody needs
            for cursor, future in (*begun, *coming):
                if not future.done() and not future.cancel():
                    cursor.interrupt()


def _filled(prefix: str, together: list[Block], seen: Seen) -> _Cluster:
    """The cluster of the blocks that have rows."""
    filled = [block for block in together if seen.empty.isdisjoint((block.rows.child, block.rows.parent))]
    chunks = [(block, chunk) for block in filled for chunk in block.chunks]
    places = cuts([chunk for _, chunk in chunks])
    streams = [(*one, places[at] if places else []) for at, one in enumerate(chunks)]
    return _Cluster(prefix, streams, places is not None)


def _begin(cursor: duckdb.DuckDBPyConnection, query: str) -> None:
    """Returns when the rows are sorted and the first of them can be taken; the others are streamed."""
    cursor.execute(f"SELECT k, line_count, encode(COLUMNS('^lines')) FROM ({query})")


def _batches(cursor: duckdb.DuckDBPyConnection, begun: Future[None]) -> Iterator[Run]:
    """What one query gives, in the order of subjects."""
    begun.result()
    with cursor:
        while found := cursor.fetchmany(BATCH_ROWS):
            subjects, counts, *pieces = (list(map(itemgetter(column), found)) for column in range(len(found[0])))
            yield Run(subjects, counts, tuple(pieces))
