"""Record tables on disk (CSV for people, Parquet for machines) into DuckDB, with every fault of a file named."""

from __future__ import annotations

import codecs
import csv
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import duckdb

from kg.errors import Collector, Fault, Text
from kg.values import sql_name, sql_text

MAX_CELL = 1_000_000
PER_RULE = 50  # rows shown of those that have the same fault; the others are counted
BATCH_ROWS = 10_000
ROW = "row_"


def find_table(folder: Path, name: str) -> Path | None:
    """``name.parquet`` or ``name.csv`` in the folder; Parquet first, because a machine wrote it."""
    for suffix in (".parquet", ".csv"):
        path = folder / f"{name}{suffix}"
        if path.exists():
            return path
    return None


class Loaded(NamedTuple):
    """What DuckDB holds of a file: these columns, in all its rows or only in those that could be read."""

    columns: frozenset[str]
    complete: bool = True

    def has(self, *columns: str) -> bool:
        """Whether every value of these columns is there, so that what is not found among them is nowhere."""
        return self.complete and self.columns.issuperset(columns)


NOTHING = Loaded(frozenset(), complete=False)


def load_table(
    connection: duckdb.DuckDBPyConnection,
    target: str,
    path: Path,
    columns: Sequence[str],
    faults: Collector,
    *,
    shown: str = "",
    ordered: bool = True,
) -> Loaded:
    """Make ``target`` from a file, all columns text, with ``row_`` (2 is the first row under the header).

    A CSV file has the columns in this order, unless not ``ordered``. Of a file with faults, named as ``shown``,
    ``target`` holds what could be read, so that its values can be checked as well; columns that it has not are empty.
    """
    shown = shown or path.name
    if path.suffix == ".parquet":
        return _load_parquet(connection, target, path, columns, faults)
    scan = _scan_csv(path, shown, columns, ordered)
    if scan.faults:
        faults.extend(scan.faults)
        faults.more += scan.more
        return _load_readable(connection, target, path, columns, scan)
    names = ", ".join(f"{sql_text(name)}: 'VARCHAR'" for name in scan.header)
    connection.execute(
        f"CREATE OR REPLACE TABLE {target} AS SELECT *, (row_number() OVER () + 1)::BIGINT AS {ROW} FROM read_csv("
        f"{sql_text(str(path))}, header=true, delim=',', quote='\"', escape='\"', strict_mode=true, auto_detect=false,"
        f" nullstr='', allow_quoted_nulls=true, parallel=false, max_line_size={MAX_CELL * 8}, columns={{{names}}})"
    )
    return Loaded(frozenset(columns))


def make_empty(connection: duckdb.DuckDBPyConnection, target: str, columns: Sequence[str]) -> None:
    """A table of these columns without a row."""
    declared = ", ".join(f"{sql_name(column)} VARCHAR" for column in columns)
    connection.execute(f"CREATE OR REPLACE TABLE {target} ({declared}, {ROW} BIGINT)")


def _load_readable(
    connection: duckdb.DuckDBPyConnection, target: str, path: Path, columns: Sequence[str], scan: _Scan
) -> Loaded:
    import pandas

    make_empty(connection, target, columns)
    places = [scan.header.index(column) if column in scan.header else None for column in columns]
    rows = _good_rows(path, len(scan.header))
    while batch := list(itertools.islice(rows, BATCH_ROWS)):
        cells = [[None if place is None else row[place] or None for place in places] + [at] for at, row in batch]
        frame = pandas.DataFrame(cells, columns=[*columns, ROW], dtype=object)  # noqa: F841  # read by name
        connection.execute(f"INSERT INTO {target} SELECT * FROM frame")
    return Loaded(frozenset(columns) & frozenset(scan.header), scan.complete)


def _good_rows(path: Path, width: int) -> Iterator[tuple[int, list[str]]]:
    """The rows under the header with as many cells, and their numbers, up to where the file cannot be read."""
    with suppress(csv.Error), _cell_limit():
        for number, row in enumerate(csv.reader(_bounded_lines(path, path.name, []), strict=True), 1):
            if number > 1 and len(row) == width:
                yield number, row


def _load_parquet(
    connection: duckdb.DuckDBPyConnection, target: str, path: Path, columns: Sequence[str], faults: Collector
) -> Loaded:
    source = f"read_parquet({sql_text(str(path))}, file_row_number=true)"
    try:
        present = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
    except duckdb.Error as error:
        message = str(error).splitlines()[0]
        faults.add(
            Fault(
                path.name, Text(f"Parquet 파일로 읽을 수 없습니다: {message}", f"cannot be read as Parquet: {message}")
            )
        )
        make_empty(connection, target, columns)
        return NOTHING
    faults.extend(_header_faults(path.name, [name for name in present if name != "file_row_number"], columns))
    cell = {name: f"nullif({sql_name(name)}::VARCHAR, '')" for name in present}
    cells = ", ".join(f"{cell.get(name, 'NULL::VARCHAR')} AS {sql_name(name)}" for name in columns)
    connection.execute(
        f"CREATE OR REPLACE TABLE {target} AS SELECT {cells}, (file_row_number + 2)::BIGINT AS {ROW} FROM {source}"
    )
    return Loaded(frozenset(columns).intersection(present))


@dataclass
class _Scan:
    """What a look at a CSV file as a file gave: its faults, its header, whether all rows can be read."""

    header: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    more: int = 0
    complete: bool = True


def _scan_csv(path: Path, shown: str, columns: Sequence[str], ordered: bool) -> _Scan:
    """Faults of the file as a file: encoding, quotes, header, cells a row. Reads in bounded memory."""
    scan, stops = _Scan(), list[Fault]()
    number = uneven = 0
    try:
        with _cell_limit():
            for number, row in enumerate(csv.reader(_bounded_lines(path, shown, stops), strict=True), 1):
                if number == 1:
                    scan.header = row
                    scan.faults += _csv_header_faults(shown, row, columns, ordered)
                elif len(row) != len(scan.header):
                    uneven += 1
                    if uneven <= PER_RULE:
                        scan.faults.append(_cells_fault(shown, number, row, len(scan.header)))
    except csv.Error as error:
        scan.complete = False
        if not stops:
            scan.faults.append(_quote_fault(shown, number + 1, error))
    scan.more = max(0, uneven - PER_RULE)
    scan.complete &= not uneven and all(fault.rule == "bom" for fault in stops)
    scan.faults += stops
    if number == 0 and not scan.faults:
        text = Text("빈 파일입니다. 첫 행에 열 이름을 쓰십시오.", "is empty: write the column names in its first row.")
        scan.faults.append(Fault(shown, text))
    return scan


@contextmanager
def _cell_limit() -> Iterator[None]:
    previous = csv.field_size_limit(MAX_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(previous)


def _bounded_lines(path: Path, shown: str, faults: list[Fault]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stream:
        number = 0
        while raw := stream.readline(MAX_CELL * 4):
            number += 1
            if number == 1 and raw.startswith(codecs.BOM_UTF8):
                faults.append(
                    Fault(
                        shown,
                        Text(
                            "파일 머리에 BOM이 있습니다. ‘UTF-8’(BOM 없음)로 저장하십시오.",
                            "starts with a byte order mark: save it as UTF-8 without BOM.",
                        ),
                        row=1,
                        rule="bom",
                    )
                )
                raw = raw[len(codecs.BOM_UTF8) :]
            if len(raw) >= MAX_CELL * 4 and not raw.endswith(b"\n"):
                faults.append(
                    Fault(
                        shown,
                        Text(
                            f"한 행이 {MAX_CELL * 4:,}바이트를 넘습니다. 따옴표가 닫혔는지 보십시오.",
                            f"a line is longer than {MAX_CELL * 4:,} bytes: is a quote left open?",
                        ),
                        row=number,
                    )
                )
                return
            try:
                yield decoder.decode(raw)
            except UnicodeDecodeError as error:
                faults.append(_encoding_fault(shown, number, raw, error))
                return


def _encoding_fault(name: str, number: int, raw: bytes, error: UnicodeDecodeError) -> Fault:
    try:
        raw.decode("cp949")
        guess = ("CP949로 보입니다.", "It looks like CP949.")
    except UnicodeDecodeError:
        guess = ("", "")
    shown = raw[max(0, error.start - 4) : error.start + 8]
    return Fault(
        name,
        Text(
            f"UTF-8이 아닙니다. {guess[0]} UTF-8로 저장하십시오.".replace("  ", " "),
            f"is not UTF-8. {guess[1]} Save it as UTF-8.".replace("  ", " "),
        ),
        row=number,
        value=repr(shown),
    )


def _csv_header_faults(name: str, header: Sequence[str], columns: Sequence[str], ordered: bool) -> Iterator[Fault]:
    separators = [sign for sign in ";\t|" if header[0].count(sign) >= len(columns) - 1 > 0] if len(header) == 1 else []
    for separator in separators:
        sign = {"\t": ("탭", "tabs")}.get(separator, (f"‘{separator}’", f"'{separator}'"))
        yield Fault(
            name,
            Text(
                f"칸이 {sign[0]}(으)로 나뉘어 있습니다. 쉼표로 나누어 저장하십시오.",
                f"has its cells separated by {sign[1]}: save it with commas.",
            ),
            row=1,
        )
    if separators:
        return
    yield from _header_faults(name, header, columns)
    twice = len(header) > len(set(header))
    if twice or (ordered and set(header) == set(columns) and list(header) != list(columns)):
        yield Fault(
            name,
            Text(
                f"열의 순서가 다릅니다. {', '.join(columns)}의 순서로 쓰십시오.",
                f"the columns are in another order, or twice. Write {', '.join(columns)}.",
            ),
            row=1,
        )


def _header_faults(name: str, header: Sequence[str], columns: Sequence[str]) -> Iterator[Fault]:
    for column in columns:
        if column not in header:
            yield Fault(
                name,
                Text(
                    f"열 {column!r}이(가) 없습니다. 열은 {', '.join(columns)}입니다.",
                    f"column {column!r} is missing. The columns are {', '.join(columns)}.",
                ),
                row=1,
                column=column,
            )
    for column in header:
        if column not in columns:
            yield Fault(
                name,
                Text(
                    f"모르는 열 {column!r}입니다. 열은 {', '.join(columns)}입니다.",
                    f"column {column!r} is not known. The columns are {', '.join(columns)}.",
                ),
                row=1,
                column=column,
            )


def _cells_fault(name: str, number: int, row: Sequence[str], width: int) -> Fault:
    return Fault(
        name,
        Text(
            f"칸이 {len(row)}개입니다. {width}개여야 합니다. 쉼표나 따옴표를 보십시오.",
            f"has {len(row)} cells instead of {width}: look for a comma or a quote.",
        ),
        row=number,
        value=",".join(row)[:80],
    )


def _quote_fault(name: str, number: int, error: csv.Error) -> Fault:
    if "limit" in str(error):
        return Fault(
            name,
            Text(
                f"칸이 {MAX_CELL:,}자를 넘습니다. 따옴표가 닫혔는지 보십시오.",
                f"a cell is longer than {MAX_CELL:,} characters: is a quote left open?",
            ),
            row=number,
        )
    return Fault(
        name,
        Text(
            "따옴표가 닫히지 않았거나 칸 안에서 잘못 쓰였습니다. 칸 안의 따옴표는 두 번 쓰십시오.",
            f"a quote is not closed or misplaced ({error}): write a quote inside a cell twice.",
        ),
        row=number,
    )
