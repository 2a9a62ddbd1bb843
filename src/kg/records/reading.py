"""Record tables on disk (CSV for people, Parquet for machines) into DuckDB, with every fault of a file named."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from kg.errors import Collector, Fault, Text
from kg.values import sql_name, sql_text

MAX_CELL = 1_000_000
ROW = "row_"


def find_table(folder: Path, name: str) -> Path | None:
    """``name.parquet`` or ``name.csv`` in the folder; Parquet first, because a machine wrote it."""
    for suffix in (".parquet", ".csv"):
        path = folder / f"{name}{suffix}"
        if path.exists():
            return path
    return None


def load_table(
    connection: duckdb.DuckDBPyConnection, target: str, path: Path, columns: Sequence[str], faults: Collector
) -> bool:
    """Make ``target`` from a file, all columns text, with ``row_`` (2 is the first row under the header)."""
    if path.suffix == ".parquet":
        return _load_parquet(connection, target, path, columns, faults)
    found = list(_scan_csv(path, columns))
    if found:
        faults.extend(found)
        return False
    names = ", ".join(f"{sql_text(name)}: 'VARCHAR'" for name in columns)
    connection.execute(
        f"CREATE OR REPLACE TABLE {target} AS SELECT *, (row_number() OVER () + 1)::BIGINT AS {ROW} FROM read_csv("
        f"{sql_text(str(path))}, header=true, delim=',', quote='\"', escape='\"', strict_mode=true, auto_detect=false,"
        f" nullstr='', allow_quoted_nulls=true, parallel=false, max_line_size={MAX_CELL * 8}, columns={{{names}}})"
    )
    return True


def _load_parquet(
    connection: duckdb.DuckDBPyConnection, target: str, path: Path, columns: Sequence[str], faults: Collector
) -> bool:
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
        return False
    wrong = list(_header_faults(path.name, [name for name in present if name != "file_row_number"], columns, False))
    if wrong:
        faults.extend(wrong)
        return False
    cells = ", ".join(f"nullif({sql_name(name)}::VARCHAR, '') AS {sql_name(name)}" for name in columns)
    connection.execute(
        f"CREATE OR REPLACE TABLE {target} AS SELECT {cells}, (file_row_number + 2)::BIGINT AS {ROW} FROM {source}"
    )
    return True


def _scan_csv(path: Path, columns: Sequence[str]) -> Iterator[Fault]:
    """Faults of the file as a file: encoding, quotes, header, cells a row. Reads in bounded memory."""
    name = path.name
    faults: list[Fault] = []
    reader = csv.reader(_bounded_lines(path, faults), strict=True)
    previous = csv.field_size_limit(MAX_CELL)
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            if number == 1:
                yield from _header_faults(name, row, columns, True)
            elif len(row) != len(columns):
                yield _cells_fault(name, number, row, columns)
    except csv.Error as error:
        if not faults:
            yield _quote_fault(name, number + 1, error)
    finally:
        csv.field_size_limit(previous)
    yield from faults
    if number == 0 and not faults:
        yield Fault(
            name,
            Text("빈 파일입니다. 첫 행에 열 이름을 쓰십시오.", "is empty: write the column names in its first row."),
        )


def _bounded_lines(path: Path, faults: list[Fault]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stream:
        number = 0
        while raw := stream.readline(MAX_CELL * 4):
            number += 1
            if number == 1 and raw.startswith(codecs.BOM_UTF8):
                faults.append(
                    Fault(
                        path.name,
                        Text(
                            "파일 머리에 BOM이 있습니다. ‘UTF-8’(BOM 없음)로 저장하십시오.",
                            "starts with a byte order mark: save it as UTF-8 without BOM.",
                        ),
                        row=1,
                    )
                )
                raw = raw[len(codecs.BOM_UTF8) :]
            if len(raw) >= MAX_CELL * 4 and not raw.endswith(b"\n"):
                faults.append(
                    Fault(
                        path.name,
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
                faults.append(_encoding_fault(path.name, number, raw, error))
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


def _header_faults(name: str, header: Sequence[str], columns: Sequence[str], ordered: bool) -> Iterator[Fault]:
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
    if ordered and set(header) == set(columns) and list(header) != list(columns):
        yield Fault(
            name,
            Text(
                f"열의 순서가 다릅니다. {', '.join(columns)}의 순서로 쓰십시오.",
                f"the columns are in another order, or twice. Write {', '.join(columns)}.",
            ),
            row=1,
        )


def _cells_fault(name: str, number: int, row: Sequence[str], columns: Sequence[str]) -> Fault:
    return Fault(
        name,
        Text(
            f"칸이 {len(row)}개입니다. {len(columns)}개여야 합니다. 쉼표나 따옴표를 보십시오.",
            f"has {len(row)} cells instead of {len(columns)}: look for a comma or a quote.",
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
