"""All checks of a record table, as far as it could be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import duckdb

from kg.errors import Collector, Fault, Text
from kg.records.cells import check_cells, unmarked
from kg.records.identifiers import check_identifiers
from kg.records.loaded import ROW, Loaded
from kg.records.references import dangling, duplicate_keys, unknown_codes, unknown_names
from kg.records.rows import check_rows
from kg.records.schema import RecordTable, Schema

_WHOLE = re.compile(r"0*[1-9][0-9]{0,8}")


def check_tables(
    connection: duckdb.DuckDBPyConnection, schema: Schema, loaded: Mapping[str, Loaded], faults: Collector
) -> dict[str, list[str]]:
    """All faults of the values of the tables ``raw.NAME``.

    ``loaded`` has the columns read of each ``raw.TABLE`` and ``codes.LIST``; references to a table that could not be
    read completely are not checked. Returns the missing tables that other tables refer to, with the latter.
    """
    files = dict(connection.execute("SELECT name, file FROM raw.files_").fetchall())
    tables = [table for table in schema.tables if table.name in files]
    for table in tables:  # cells first: a reference to a faulty cell is not another fault
        here = loaded[f"raw.{table.name}"].columns
        fields = [field for field in table.fields if field.name in here]
        check_cells(connection, f"raw.{table.name}", files[table.name], fields, faults)
    absent: dict[str, list[str]] = {}
    for table in tables:
        for target in _check_references(connection, table, files[table.name], loaded, faults):
            absent.setdefault(target, []).append(files[table.name])
    return {target: sorted(set(names)) for target, names in absent.items()}


def _check_references(
    connection: duckdb.DuckDBPyConnection,
    table: RecordTable,
    file: str,
    loaded: Mapping[str, Loaded],
    faults: Collector,
) -> Iterator[str]:
    table_read = loaded[f"raw.{table.name}"]
    for field in table.fields:
        if field.codelist and field.name in table_read.columns:
            unknown_codes(connection, table, file, field, loaded, faults)
    if table_read.columns.issuperset(table.key):
        duplicate_keys(connection, table, file, faults)
    check_rows(connection, table.name, file, table_read, faults)
    check_identifiers(connection, table.name, file, loaded, faults)
    for key in table.foreign_keys:
        is_complete = loaded[f"raw.{key.table}"].has(key.target)
        if key.column in table_read.columns and is_complete and dangling(connection, table, file, key, loaded, faults):
            yield key.table
    if loaded["raw.names"].has("name", "judgement"):
        for field in table.of_kind("name"):
            if field.name in table_read.columns:
                unknown_names(connection, table, file, field, faults)


def check_mentions(connection: duckdb.DuckDBPyConnection) -> Iterator[Fault]:
    """Mentions of several names, and names with several mentions."""
    for column, counted, text in (
        ("mention", "name", Text("여러 이름의 mention입니다. 이름마다 따로 쓰십시오.",
                                 "is the mention of several names: give each name its own.")),
        ("name", "mention", Text("mention이 여럿인 이름입니다. 하나만 쓰십시오.",
                                 "is a name with several mentions: give it one.")),
    ):  # fmt: skip
        rows = connection.execute(
            f"SELECT max({ROW}), {column}, string_agg(DISTINCT {counted}, ', ' ORDER BY {counted}) FROM raw.names"
            f" WHERE {unmarked('raw.names')} GROUP BY {column} HAVING count(DISTINCT {counted}) > 1 ORDER BY 1"
        ).fetchall()
        for row, value, count in rows:
            yield Fault("names.csv", text, row, column, f"{value}: {count}", "mention")


def check_policies(connection: duckdb.DuckDBPyConnection) -> Iterator[Fault]:
    """Arguments of the rules of ``raw.policies`` that the rule cannot use.

    An unknown source is allowed: policies of the toolkit name one, and accept nothing in other subjects.
    """
    named = connection.execute("SELECT file FROM raw.files_ WHERE name = 'policies'").fetchone()
    file = named[0] if named else "policies.csv"
    stances = {row[0] for row in connection.execute("SELECT code FROM codes.stance").fetchall()}
    kinds = {row[0] for row in connection.execute('SELECT code FROM codes."organisation-name-kind"').fetchall()}
    found = connection.execute(
        f"SELECT {ROW}, rule, argument FROM raw.policies WHERE {unmarked('raw.policies', 'rule', 'argument')}"
        f" ORDER BY {ROW}"
    ).fetchall()
    for row, rule, argument in found:
        text_given = argument or ""
        text = None
        if rule == "require-origins" and text_given and not _WHOLE.fullmatch(text_given):
            text = Text("1 이상의 정수여야 합니다. 2처럼 쓰십시오.", "must be a whole number from 1, such as 2.")
        elif rule in ("prefer-stance", "prefer-latest") and (
            wrong := set(filter(None, text_given.split(">"))) - stances
        ):
            known = ", ".join(sorted(stances))
            which = ", ".join(sorted(wrong))
            text = Text(
                f"{which}: 없는 진술 성격(stance)입니다. 사용할 수 있는 값: {known}.",
                f"{which}: unknown stance; the stances are {known}.",
            )
        elif rule == "prefer-name" and kinds and (wrong := set(filter(None, text_given.split(">"))) - kinds):
            which = ", ".join(sorted(wrong))
            text = Text(
                f"{which}: organisation-name-kind 목록에 없습니다.", f"{which}: not in the list organisation-name-kind."
            )
        if text:
            yield Fault(file, text, row, "argument", text_given, rule)
