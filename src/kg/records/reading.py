"""Reads record tables from disk (CSV or Parquet) into DuckDB and reports every fault of a file."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from kg.dialect import csv_relation
from kg.errors import Collector, Fault, Text
from kg.input_files import CsvFile
from kg.records.loaded import NOTHING, PER_RULE, ROW, Loaded, header_faults, make_empty
from kg.records.parquet import load_parquet
from kg.values import sql_name

BATCH_ROWS = 10_000


def load_table(
    connection: duckdb.DuckDBPyConnection,
    target: str,
    path: Path,
    columns: Sequence[str],
    faults: Collector,
    *,
    shown: str = "",
    ordered: bool = True,
    optional: Collection[str] = (),
) -> Loaded:
    """Make the table ``target`` from a file, all columns as text, with ``row_`` (2 is the first row after the header).

    A CSV file has the columns in this order, unless not ``ordered``; it may leave out the ``optional`` ones, which are
    then empty. Of a file with faults, named as ``shown``,
    ``target`` holds what could be read, so that its values can be checked as well; columns that it has not are empty.
    """
    shown = shown or path.name
    if path.suffix == ".parquet":
        read = load_parquet(connection, target, path, columns, faults, shown, optional)
        return Loaded(frozenset(columns) & (read | frozenset(optional))) if read is not None else NOTHING
    scan = _scan_csv(path, shown, columns, ordered, optional)
    faults.extend(scan.faults)
    faults.more += scan.more
    if scan.faults or not scan.plain:
        return _load_rows(connection, target, path, columns, scan, optional)
    absent = "".join(f", NULL::VARCHAR AS {sql_name(name)}" for name in columns if name not in scan.header)
    connection.execute(
        f"CREATE OR REPLACE TABLE {target} AS"
        f" SELECT *{absent}, (row_number() OVER () + 1)::BIGINT AS {ROW} FROM {csv_relation(path)}"
    )
    return Loaded(frozenset(columns))


def _load_rows(
    connection: duckdb.DuckDBPyConnection,
    target: str,
    path: Path,
    columns: Sequence[str],
    scan: _Scan,
    optional: Collection[str],
) -> Loaded:
    """The rows that have as many cells as the header, read with Python's csv.

    DuckDB's reader reports a fault for a carriage return in a cell and for a file with both kinds of line ends.
    """
    import pandas

    make_empty(connection, target, columns)
    places = [scan.header.index(column) if column in scan.header else None for column in columns]
    rows = ((number, row) for number, row in CsvFile(path, path.name).rows() if number > 1)
    good = ((number, row) for number, row in rows if len(row) == len(scan.header))
    while batch := list(itertools.islice(good, BATCH_ROWS)):
        cells = [[None if place is None else row[place] or None for place in places] + [at] for at, row in batch]
        frame = pandas.DataFrame(cells, columns=[*columns, ROW], dtype=object)  # noqa: F841  # read by name
        connection.execute(f"INSERT INTO {target} SELECT * FROM frame")
    return Loaded(frozenset(columns) & frozenset((*scan.header, *optional)), scan.complete)


@dataclass
class _Scan:
    """The result of scanning a CSV file: its faults, its header, whether all rows can be read.

    ``plain`` tells that DuckDB reads the file in the same way as Python's csv.
    """

    header: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    more: int = 0
    complete: bool = True
    plain: bool = True


def _scan_csv(path: Path, shown: str, columns: Sequence[str], ordered: bool, optional: Collection[str]) -> _Scan:
    """Faults of the file as a file: encoding, quotes, header, cells of a row. Reads in bounded memory."""
    scan, file = _Scan(), CsvFile(path, shown)
    uneven = 0
    for number, row in file.rows():
        if number == 1:
            scan.header = row
            found = list(_csv_header_faults(shown, row, columns, ordered, optional))
            scan.faults += found[:PER_RULE]
            scan.more += len(found[PER_RULE:])
        elif len(row) != len(scan.header):
            uneven += 1
            if uneven <= PER_RULE:
                scan.faults.append(_cells_fault(shown, number, row, len(scan.header)))
    scan.more += max(0, uneven - PER_RULE)
    scan.faults += file.faults
    scan.complete = file.complete and not uneven
    scan.plain = file.plain
    return scan


def _csv_header_faults(
    name: str, header: Sequence[str], columns: Sequence[str], ordered: bool, optional: Collection[str]
) -> Iterator[Fault]:
    if len(header) == 1:
        separators = [sign for sign in ";\t|" if header[0].count(sign) >= len(columns) - 1 > 0]
        if separators:
            ko, en = {"\t": ("탭", "tabs")}.get(separators[0], (f"‘{separators[0]}’", f"'{separators[0]}'"))
            text = Text(
                f"칸이 {ko}(으)로 나뉘어 있습니다. 쉼표로 구분하여 저장하십시오.",
                f"has its cells separated by {en}: save it with commas.",
            )
            yield Fault(name, text, row=1)
            return
    yield from header_faults(name, header, columns, optional)
    columns = [column for column in columns if column not in optional or column in header]
    twice = sorted({column for column in header if column in columns and header.count(column) > 1})
    if twice:
        text = Text("두 번 있는 열입니다. 하나를 지우십시오.", "is the name of two columns: remove one.")
        yield from (Fault(name, text, row=1, column=column) for column in twice)
    elif ordered and set(header) == set(columns) and list(header) != list(columns):
        listed = ", ".join(columns)
        text = Text(
            f"열의 순서가 다릅니다. {listed}의 순서로 쓰십시오.", f"has its columns in the wrong order: write {listed}."
        )
        yield Fault(name, text, row=1)


def _cells_fault(name: str, number: int, row: Sequence[str], width: int) -> Fault:
    if not row:
        text = Text("빈 줄입니다. 지우십시오.", "is a blank line: remove it.")
        return Fault(name, text, row=number)
    text = Text(
        f"칸이 {len(row)}개입니다. {width}개여야 합니다. 쉼표나 따옴표를 확인하십시오.",
        f"has {len(row)} cells instead of {width}: look for a comma or a quote.",
    )
    return Fault(name, text, row=number, value=",".join(row[:80])[:80])
