"""Quarantine: the rows that violate a rule, found from a validation report, with the rule and the message."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb

from kg.dialect import write_rows
from kg.errors import Fault, Text
from kg.records.loaded import ROW
from kg.records.schema import RecordTable, Schema
from kg.values import sql_name


class Violation(Protocol):
    """The fields of a validation result that are used: focus node, value, shape and the message in both languages.

    Nodes are IRIs, literals are as in N-Triples, and the value is empty where there is none.
    """

    @property
    def focus(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def shape(self) -> str: ...
    @property
    def ko(self) -> str: ...
    @property
    def en(self) -> str: ...


@dataclass(frozen=True)
class QuarantinedRow:
    """One row of a record table that violates a rule; ``focus`` and ``value`` are those of the violation."""

    table: str
    row: int
    cells: tuple[str | None, ...]
    rule: str
    ko: str
    en: str
    focus: str = ""
    value: str = ""


@dataclass(frozen=True)
class Quarantine:
    """The quarantined rows, with the columns and the file of each table."""

    rows: tuple[QuarantinedRow, ...] = ()
    columns: tuple[tuple[str, tuple[str, ...]], ...] = ()
    files: tuple[tuple[str, str], ...] = ()

    @property
    def count(self) -> int:
        return len({(row.table, row.row) for row in self.rows})

    def __add__(self, more: Quarantine) -> Quarantine:
        return Quarantine(
            self.rows + more.rows,
            tuple(dict([*self.columns, *more.columns]).items()),
            tuple(dict([*self.files, *more.files]).items()),
        )

    def faults(self) -> list[Fault]:
        """One fault for each focus node and message: its first row, and the other rows concerned."""
        grouped: dict[tuple[str, str, str], list[QuarantinedRow]] = {}
        for found in sorted(self.rows, key=lambda found: (found.table, found.row)):
            grouped.setdefault((found.table, found.focus, found.en), []).append(found)
        columns, files = dict(self.columns), dict(self.files)
        faults: dict[tuple[str, int, str], Fault] = {}
        for (table, _, _), rows in grouped.items():
            first, numbers = rows[0], sorted({found.row for found in rows})
            column, value = _cell(columns[table], first)
            other_rows = ", ".join(map(str, numbers[1:6])) + (", …" if len(numbers) > 6 else "")
            text = Text(
                first.ko + (f" ({other_rows}행도)" if other_rows else ""),
                first.en + (f" (with rows {other_rows})" if other_rows else ""),
            )
            fault = Fault(files.get(table, f"{table}.csv"), text, first.row, column, value, first.rule)
            faults.setdefault((table, first.row, first.en), fault)
        return list(faults.values())


def _cell(columns: tuple[str, ...], found: QuarantinedRow) -> tuple[str | None, str]:
    """Column and text of the cell from which the value of a violation was made; without a value, the focus node."""
    value = found.value
    if not value:
        return None, found.focus.rpartition("/id/")[2]
    text = value[1 : value.rindex('"')] if value.startswith('"') else value.rsplit("/", 1)[-1]
    column = next((name for name, cell in zip(columns, found.cells, strict=True) if cell == text), None)
    return column, text


# register rows by the IRIs that the mapping gives them, without the base
_REGISTER = {
    "organisations": "'id/org/' || organisation, 'id/claim/' || kind_source || '/kind.register.' || organisation",
    "sources": "'id/source/' || source",
    "rounds": "'id/round/' || round",
    "editions": "'id/edition/' || scheme || '/' || year",
    "names": "'id/judgement/name/' || mention || '/' || organisation",
    "code_names": "'id/judgement/code-name/' || list || '/' || mention || '/' || code || '/' || source,"
    " 'id/mention/' || list || '/' || mention",
    "judgements": "'id/judgement/' || about || '/' || one || '/' || other",
    "case_identity": "'id/judgement/case/' || one || '/' || other",
    "event_identity": "'id/judgement/event/' || one || '/' || other",
    "business_groups": "'id/group/' || business_group",
    "policies": "'id/policy/' || policy || '/' || position",
}


def find_rows(connection: duckdb.DuckDBPyConnection, schema: Schema, violations: Sequence[Violation]) -> Quarantine:
    """The rows behind the focus nodes: one row for a claim, and for a thing all rows with claims about it."""
    focus = [result.focus for result in violations]
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE focus_ AS SELECT iri, regexp_extract(iri, '/(id/.*)$', 1) AS tail,"
        " row_number() OVER () - 1 AS number FROM (SELECT unnest(?::VARCHAR[]) AS iri)",
        [focus],
    )
    found: list[QuarantinedRow] = []
    for table in schema.tables:
        query = _rows_behind(table)
        if not query:
            continue
        cells = ", ".join(f"t.{sql_name(column)}" for column in table.columns)
        rows = connection.execute(
            f"SELECT DISTINCT h.number, t.{ROW}, {cells} FROM ({query}) h"
            f" JOIN raw.{table.name} t ON t.{ROW} = h.{ROW} ORDER BY 1, 2"
        ).fetchall()
        for number, row, *values in rows:
            result = violations[number]
            found.append(
                QuarantinedRow(
                    table.name, row, tuple(values), result.shape, result.ko, result.en, result.focus, result.value
                )
            )
    connection.execute("DROP TABLE focus_")
    names = {row.table for row in found}
    files = connection.execute("SELECT name, file FROM raw.files_ ORDER BY name").fetchall()
    return Quarantine(
        tuple(found),
        tuple((table.name, table.columns) for table in schema.tables if table.name in names),
        tuple((name, file) for name, file in files),
    )


def _rows_behind(table: RecordTable) -> str | None:
    """The SELECT of the number of the violation and the row; each case is a separate join, which is faster."""
    if table.is_fact:
        printed = " WHERE r.organisation IS NOT NULL" if table.name == "organisation_kinds" else ""
        return " UNION ".join(
            f"SELECT f.number, r.{ROW} FROM focus_ f JOIN resolved.{table.name} r ON f.iri = r.{column}{printed}"
            for column in ("claim", "thing", "evidence")
        )
    if table.name not in _REGISTER:
        return None
    return (
        f"SELECT f.number, r.{ROW} FROM focus_ f JOIN (SELECT {ROW}, unnest([{_REGISTER[table.name]}]) AS tail"
        f" FROM raw.{table.name}) r ON f.tail = r.tail"
    )


def remove_rows(connection: duckdb.DuckDBPyConnection, schema: Schema, quarantine: Quarantine) -> None:
    """Remove the rows from the loaded tables, and then rows with dangling references."""
    for name, row in sorted({(row.table, row.row) for row in quarantine.rows}):
        connection.execute(f"DELETE FROM raw.{name} WHERE {ROW} = ?", [row])
    for table in schema.tables:
        for key in table.foreign_keys:
            column = sql_name(key.column)
            connection.execute(
                f"DELETE FROM raw.{table.name} WHERE {column} IS NOT NULL AND {column} NOT IN"
                f" (SELECT {sql_name(key.target)} FROM raw.{key.table} WHERE {sql_name(key.target)} IS NOT NULL)"
            )


def write_quarantine(quarantine: Quarantine, folder: Path) -> None:
    """``quarantine/TABLE.csv``: the row's number and cells, the rule, and the message in both languages."""
    shutil.rmtree(folder, ignore_errors=True)
    if not quarantine.rows:
        return
    folder.mkdir(parents=True)
    for table, columns in quarantine.columns:
        rows = sorted({row for row in quarantine.rows if row.table == table}, key=lambda row: (row.row, row.rule))
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
            write_rows(stream, [["row", *columns, "rule", "message_ko", "message_en"]])
            write_rows(stream, ([row.row, *row.cells, row.rule, row.ko, row.en] for row in rows))
