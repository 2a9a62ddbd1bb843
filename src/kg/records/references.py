"""Checks of references: codes, ids, names, keys. A value that is missing in the other table is one fault."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import duckdb

from kg.characters import without_hidden
from kg.errors import Collector, Fault, Text
from kg.records.cells import mark, unmarked
from kg.records.loaded import PER_RULE, ROW, Loaded
from kg.records.schema import Field, ForeignKey, RecordTable
from kg.values import nfc, sql_name

SHOWN_ROWS = 5
LIKE = 0.8  # difflib's ratio from which a reference is taken to mean a faulty id


class Column(NamedTuple):
    """A column of a record table or code list that other columns refer to."""

    relation: str
    name: str


def unknown_codes(
    connection: duckdb.DuckDBPyConnection,
    table: RecordTable,
    file: str,
    field: Field,
    loaded: Mapping[str, Loaded],
    faults: Collector,
) -> None:
    """Codes that are not in the list of the column; a grade has to be in the list for the scheme of its row."""
    name = field.codelist or ""
    listed, column = f"codes.{sql_name(name)}", sql_name(field.name)
    scoped = name == "grade" and "scheme" in table.columns
    needed = ("code", "scheme") if scoped else ("code",)
    has_scheme = not scoped or "scheme" in loaded[f"raw.{table.name}"].columns
    if not has_scheme or not loaded[f"codes.{name}"].has(*needed):
        return
    match = f"c.code = t.{column}" + (" AND c.scheme = t.scheme" if scoped else "")
    condition = f"NOT EXISTS (SELECT 1 FROM {listed} c WHERE {match})"
    if scoped and loaded["codes.rating-scheme"].has("code"):  # an unknown scheme is reported separately
        condition += ' AND scheme IN (SELECT code FROM codes."rating-scheme")'
    found = _values(connection, f"raw.{table.name}", field.name, condition, faults)
    found = _without_explained(connection, found, Column(listed, "code"))
    if not found:
        return
    query = f"SELECT DISTINCT code FROM {listed} WHERE code IS NOT NULL ORDER BY 1"
    known = [row[0] for row in connection.execute(query).fetchall()]
    for value, rows, count in found:
        near = ", ".join(difflib.get_close_matches(value, known, 3, 0.3) or known[:8]) or "-"
        text = Text(
            f"목록 {name}에 없는 코드입니다. 비슷한 값: {near}.", f"is not a code of the list {name}. Near: {near}."
        )
        faults.add(Fault(file, _with_rows(text, rows, count), rows[0], field.name, value, "code"))


def duplicate_keys(connection: duckdb.DuckDBPyConnection, table: RecordTable, file: str, faults: Collector) -> None:
    """Rows that have the key of an earlier row."""
    relation = f"raw.{table.name}"
    keys = ", ".join(f"coalesce({sql_name(column)}, '')" for column in table.key)
    shown = " || ' · ' || ".join(f"coalesce({sql_name(column)}, '-')" for column in table.key)
    rows = connection.execute(
        f"SELECT {ROW}, shown, first FROM (SELECT {ROW}, {shown} AS shown, min({ROW}) OVER (PARTITION BY {keys})"
        f" AS first FROM {relation} WHERE {unmarked(relation, *table.key)}) WHERE {ROW} <> first ORDER BY {ROW}"
    ).fetchall()
    names = ", ".join(table.key)
    free = [column for column in table.key if not table.field(column).required] or list(table.key)
    differ = ", ".join(free)
    for row, value, first in rows[:PER_RULE]:
        text = Text(
            f"키({names})가 {first}행과 같습니다. 한 행을 지우거나 {differ}을(를) 다르게 쓰십시오.",
            f"has the same key ({names}) as row {first}: remove one of the rows, or correct {differ}.",
        )
        faults.add(Fault(file, text, row, names, value, "key"))
    faults.more += len(rows[PER_RULE:])
    mark(connection, relation, "", [row for row, _, _ in rows])


def dangling(
    connection: duckdb.DuckDBPyConnection,
    table: RecordTable,
    file: str,
    key: ForeignKey,
    loaded: Mapping[str, Loaded],
    faults: Collector,
) -> bool:
    """Report ids that the other table lacks; true if there are any and the folder does not have that table."""
    target = Column(f"raw.{key.table}", key.target)
    id_column = sql_name(key.target)
    condition = f"NOT EXISTS (SELECT 1 FROM {target.relation} o WHERE o.{id_column} = t.{sql_name(key.column)})"
    present = loaded[target.relation].present
    found = _values(connection, f"raw.{table.name}", key.column, condition, faults if present else Collector())
    found = _without_explained(connection, found, target)
    if not found or not present:
        return bool(found)
    query = f"SELECT DISTINCT {id_column} FROM {target.relation} WHERE {id_column} IS NOT NULL ORDER BY 1"
    known = [row[0] for row in connection.execute(query).fetchall()]
    for value, rows, count in found:
        near = ", ".join(difflib.get_close_matches(value, known, 3, 0.5)) or "-"
        text = Text(
            f"{key.table} 표에 없는 {key.target}입니다. 비슷한 값: {near}.",
            f"is not in the column {key.target} of the table {key.table}. Near: {near}.",
        )
        faults.add(Fault(file, _with_rows(text, rows, count), rows[0], key.column, value, "reference"))
    return False


def unknown_names(
    connection: duckdb.DuckDBPyConnection, table: RecordTable, file: str, field: Field, faults: Collector
) -> None:
    """Printed names that have no judgement in the table ``names``."""
    judged = f"SELECT 1 FROM raw.names n WHERE n.name = t.{sql_name(field.name)} AND n.judgement <> 'different'"
    found = _values(connection, f"raw.{table.name}", field.name, f"NOT EXISTS ({judged})", faults)
    found = _without_explained(connection, found, Column("raw.names", "name"))
    found = _without_explained(connection, found, Column("raw.names", "judgement"), "name")
    if not found:
        return
    from kg.matching import loaded_matcher, nearest  # imported only here, because the matcher is slow to import

    matcher = loaded_matcher(connection)
    for value, rows, count in found:
        near = nearest(matcher.suggest(value))
        text = Text(
            f"names 표에 없는 이름입니다. names에 적거나 고치십시오. 비슷한 값: {near.ko}.",
            f"is not in the table names: add a judgement for it, or correct it. Near: {near.en}.",
        )
        faults.add(Fault(file, _with_rows(text, rows, count), rows[0], field.name, value, "name"))


def _values(
    connection: duckdb.DuckDBPyConnection, relation: str, column: str, condition: str, faults: Collector
) -> list[tuple[str, list[int], int]]:
    """The values of valid cells of rows ``t`` that meet a condition: value, its first rows, the number of its rows."""
    name = sql_name(column)
    found = connection.execute(
        f"SELECT {name}, list({ROW} ORDER BY {ROW})[:{SHOWN_ROWS}], count(*) FROM {relation} t"
        f" WHERE {name} IS NOT NULL AND {condition} AND {unmarked(relation, column)} GROUP BY 1 ORDER BY min({ROW})"
    ).fetchall()
    faults.more += len(found[PER_RULE:])
    return found[:PER_RULE]


def _without_explained(
    connection: duckdb.DuckDBPyConnection, found: Sequence[tuple[str, list[int], int]], target: Column, shown: str = ""
) -> list[tuple[str, list[int], int]]:
    """Leave out the values that are explained by a faulty cell of the other table: one cause gives one fault.

    A blank cell explains any value.
    """
    if not found:
        return []
    query = (
        f"SELECT {sql_name(shown or target.name)} FROM {target.relation}"
        f' WHERE {ROW} IN (SELECT {ROW} FROM raw.faulty_ WHERE relation = ? AND "column" = ?)'
    )
    faulty = [row[0] for row in connection.execute(query, list(target)).fetchall()]
    if None in faulty:
        return []
    intended = {nfc(without_hidden(cell)).strip() for cell in faulty}
    return [
        (value, rows, count)
        for value, rows, count in found
        if value not in intended and not difflib.get_close_matches(value, intended, 1, LIKE)
    ]


def _with_rows(text: Text, rows: Sequence[int], count: int) -> Text:
    """The message, with the other rows that have the same value."""
    if count == 1:
        return text
    other_rows = ", ".join(map(str, rows[1:])) + (", …" if count > len(rows) else "")
    return Text(f"{text.ko} 모두 {count}행({other_rows}행에도).", f"{text.en} In {count} rows (also {other_rows}).")


def missing_table(table: str, referring: Sequence[str]) -> Fault:
    """The fault of a missing table that other tables refer to."""
    listed = ", ".join(referring)
    text = Text(
        f"파일이 없습니다. {listed}이(가) 참조하므로 파일을 넣어야 합니다.",
        f"is missing, and {listed} refer{'s' * (len(referring) == 1)} to it: add it.",
    )
    return Fault(f"{table}.csv", text, rule="file")


__all__ = ["dangling", "duplicate_keys", "missing_table", "unknown_codes", "unknown_names"]
