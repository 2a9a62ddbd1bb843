"""Reads a Parquet file as a record table, all columns as text; a type without a unique text form is a fault."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path

import duckdb

from kg.dialect import parquet_relation
from kg.errors import Collector, Fault, Text
from kg.input_files import not_a_file
from kg.records.loaded import PER_RULE, ROW, header_faults, make_empty
from kg.values import sql_name

# DuckDB types with a unique text form
_TEXTUAL = re.compile(r"VARCHAR|ENUM\(.*\)|BOOLEAN|DATE|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL\(.*\)|DOUBLE|FLOAT")


def load_parquet(
    connection: duckdb.DuckDBPyConnection,
    target: str,
    path: Path,
    columns: Sequence[str],
    faults: Collector,
    shown: str,
    optional: Collection[str] = (),
) -> frozenset[str] | None:
    """Make the table ``target`` from the file; returns its columns, or ``None`` if the file cannot be read."""
    problem = not_a_file(path) or _damage(path)
    if problem:
        faults.add(Fault(shown, problem, rule="file"))
        make_empty(connection, target, columns)
        return None
    source = parquet_relation(path).removesuffix(")") + ", file_row_number=true)"
    described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    types = {row[0]: row[1] for row in described if row[0] != "file_row_number"}
    found = list(header_faults(shown, list(types), columns, optional))
    found += [
        _type_fault(shown, name, type_) for name, type_ in types.items() if name in columns and _has_no_text_form(type_)
    ]
    faults.extend(found[:PER_RULE])
    faults.more += len(found[PER_RULE:])
    good = [name for name, type_ in types.items() if not _has_no_text_form(type_)]
    cell = {name: f"nullif({sql_name(name)}::VARCHAR, '')" for name in good}
    cells = ", ".join(f"{cell.get(name, 'NULL::VARCHAR')} AS {sql_name(name)}" for name in columns)
    connection.execute(
        f"CREATE OR REPLACE TABLE {target} AS SELECT {cells}, (file_row_number + 2)::BIGINT AS {ROW} FROM {source}"
    )
    return frozenset(good)


def _damage(path: Path) -> Text | None:
    """The reason why the file cannot be read; in a connection of its own, because an error may end the connection."""
    if path.stat().st_size == 0:
        return Text("빈 파일입니다. 표를 다시 저장하십시오.", "is empty: write the table again.")
    try:
        with duckdb.connect() as probe:
            source = parquet_relation(path)
            names = [row[0] for row in probe.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
            sums = ", ".join(f"count({sql_name(name)}), bit_xor(hash({sql_name(name)}))" for name in names)
            probe.execute(f"SELECT {sums} FROM {source}").fetchall()
    except (duckdb.Error, RuntimeError, MemoryError, UnicodeDecodeError) as error:  # damaged pages raise any of these
        reason = (str(error).splitlines() or [type(error).__name__])[0].replace(str(path), path.name)[:200]
        return Text(
            f"Parquet 파일로 읽을 수 없습니다. 다시 만드십시오({reason}).",
            f"cannot be read as Parquet: make it again ({reason}).",
        )
    return None


def _has_no_text_form(type_: str) -> bool:
    return not _TEXTUAL.fullmatch(type_)


def _type_fault(shown: str, name: str, type_: str) -> Fault:
    kind = re.split(r"[(\[]", type_)[0] if not type_.endswith("]") else "LIST"
    text = Text(
        f"{kind} 형식의 열입니다. 문자열로 저장하십시오.", f"is a column of type {kind}: save it as text (strings)."
    )
    return Fault(shown, text, row=1, column=name, rule="type")
