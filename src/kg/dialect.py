"""The CSV dialect that the toolkit reads and writes, defined in one place and never guessed from a file.

Cells are separated by commas and rows by a line feed; a cell with a comma, a quote, a line feed or a carriage return
is in double quotes, and a quote inside it is doubled. This is RFC 4180 except for the line ends.
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
    for row in rows:  # csv leaves a carriage return unquoted, which other programs read as the end of a row
        has_return = any(isinstance(cell, str) and "\r" in cell for cell in row)
        (quoted if has_return else plain).writerow(row)


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Rows of cells as CSV."""
    text = io.StringIO(newline="")
    write_rows(text, rows)
    return text.getvalue()


def read_rows(path: Path) -> Iterator[list[str]]:
    """The rows of a file, the header first; raises ``csv.Error`` if the file is not in this dialect."""
    csv.field_size_limit(max(MAX_CELL, csv.field_size_limit()))  # a global setting of the process, 131,072 by default
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.reader(stream, strict=True)


def csv_relation(path: Path) -> str:
    """A CSV file with a header as a DuckDB relation: all columns are text, an empty cell is NULL."""
    header = next(read_rows(path), [])
    columns = ", ".join(f"{sql_text(name)}: 'VARCHAR'" for name in header)
    longest = max(path.stat().st_size, 1 << 20)  # bytes; no row is longer than the file
    return (
        f"read_csv({sql_path(path)}, header=true, delim=',', quote='\"', escape='\"', strict_mode=true,"
        f" auto_detect=false, nullstr='', allow_quoted_nulls=true, parallel=false, max_line_size={longest},"
        f" columns={{{columns}}}, compression='none', hive_partitioning=false)"
    )


def parquet_relation(path: Path) -> str:
    """A Parquet file as a DuckDB relation; a folder named ``year=2024`` does not add a column."""
    return f"read_parquet({sql_path(path)}, hive_partitioning=false)"
