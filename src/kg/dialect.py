"""The form of CSV that the toolkit writes and reads, said in one place: nothing about it is ever guessed.

Cells are separated by commas and rows by a line feed; a cell with a comma, a quote, a line feed or a carriage return
is in double quotes, and a quote inside it is doubled. This is RFC 4180 but for the line ends.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from kg.values import sql_path, sql_text

MAX_CELL = 1_000_000  # characters of a cell


def write_rows(stream: TextIO, rows: Iterable[Sequence[object]]) -> None:
    """Write rows of cells; ``None`` is an empty cell."""
    plain = csv.writer(stream, lineterminator="\n")
    quoted = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in rows:  # csv itself leaves a carriage return unquoted, which other programs take for the end of the row
        alone = any(isinstance(cell, str) and "\r" in cell for cell in row)
        (quoted if alone else plain).writerow(row)


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Rows of cells as CSV."""
    text = io.StringIO(newline="")
    write_rows(text, rows)
    return text.getvalue()


def read_rows(path: Path) -> Iterator[list[str]]:
    """The rows of a file, the header first; raises ``csv.Error`` where the file is not of this form."""
    csv.field_size_limit(max(MAX_CELL, csv.field_size_limit()))  # one for the process, and 131,072 at first
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.reader(stream, strict=True)


def csv_relation(path: Path) -> str:
    """A CSV file with a header as a relation of DuckDB: all columns text, an empty cell NULL."""
    header = next(read_rows(path), [])
    columns = ", ".join(f"{sql_text(name)}: 'VARCHAR'" for name in header)
    longest = max(path.stat().st_size, 1 << 20)  # bytes of a row, however long
    return (
        f"read_csv({sql_path(path)}, header=true, delim=',', quote='\"', escape='\"', strict_mode=true,"
        f" auto_detect=false, nullstr='', allow_quoted_nulls=true, parallel=false, max_line_size={longest},"
        f" columns={{{columns}}}, compression='none', hive_partitioning=false)"
    )


def parquet_relation(path: Path) -> str:
    """A Parquet file as a relation of DuckDB; a folder named ``year=2024`` gives no column."""
    return f"read_parquet({sql_path(path)}, hive_partitioning=false)"
