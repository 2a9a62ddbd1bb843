"""A folder of record tables into DuckDB: ``raw.TABLE`` and ``codes.LIST``; nothing is written when a fault is found."""

from __future__ import annotations

from pathlib import Path

import duckdb

from kg.errors import Collector, Fault, Text
from kg.paths import shipped
from kg.records.checks import check_policies, check_table
from kg.records.reading import ROW, find_table, load_table
from kg.records.schema import Schema, Table
from kg.values import sql_name, sql_text

CODE_COLUMNS = ("code", "label_ko", "label_en", "definition_ko", "definition_en", "position")


def load_records(connection: duckdb.DuckDBPyConnection, folder: Path, schema: Schema) -> None:
    """Load and check all tables of ``folder``; raises ``InputFaults`` with every fault of every file.

    A table that a subject has no use for may be left out, except ``sources``, ``organisations`` and ``names``.
    """
    faults = Collector()
    if not folder.is_dir():
        faults.add(
            Fault(
                str(folder),
                Text("그런 폴더가 없습니다.", "there is no such folder: give the folder of the record tables."),
            )
        )
        faults.raise_if_any()
    connection.execute("CREATE SCHEMA IF NOT EXISTS raw; CREATE SCHEMA IF NOT EXISTS codes")
    connection.execute("CREATE OR REPLACE TABLE raw.files_ (name VARCHAR, file VARCHAR)")
    _load_codelists(connection, folder, schema, faults)
    loaded = [table for table in schema.tables if _load_one(connection, folder, table, faults)]
    _unknown_files(folder, schema, faults)
    for table in loaded:
        if all(key.table in {other.name for other in loaded} for key in table.foreign_keys):
            faults.extend(check_table(connection, table, schema))
    faults.extend(_mention_faults(connection))
    faults.extend(check_policies(connection))
    from kg.matching import check_judgements  # here, because the matcher takes a moment to import

    faults.extend(check_judgements(connection))
    faults.raise_if_any()


OWN_TABLES = ("policies",)  # where a subject brings none, the toolkit's own are used, as with code lists
REQUIRED = ("sources", "organisations", "names")


def _load_one(connection: duckdb.DuckDBPyConnection, folder: Path, table: Table, faults: Collector) -> bool:
    path = find_table(folder, table.name)
    if path is None and table.name in OWN_TABLES:
        path = find_table(shipped("data"), table.name)
    if path is None:
        if table.name in REQUIRED:
            faults.add(
                Fault(
                    f"{table.name}.csv",
                    Text(f"파일이 없습니다. {folder}에 두십시오.", f"is missing: put it into {folder}."),
                )
            )
        columns = ", ".join(f"{sql_name(column)} VARCHAR" for column in table.columns)
        connection.execute(f"CREATE OR REPLACE TABLE raw.{table.name} ({columns}, {ROW} BIGINT)")
        return table.name not in REQUIRED
    connection.execute("INSERT INTO raw.files_ VALUES (?, ?)", [table.name, path.name])
    if load_table(connection, f"raw.{table.name}", path, table.columns, faults):
        return True
    columns = ", ".join(f"{sql_name(column)} VARCHAR" for column in table.columns)
    connection.execute(f"CREATE OR REPLACE TABLE raw.{table.name} ({columns}, {ROW} BIGINT)")
    return False


def _unknown_files(folder: Path, schema: Schema, faults: Collector) -> None:
    known = {table.name for table in schema.tables} | {"redirects", "not-carried"}
    for path in sorted(folder.glob("*.csv")) + sorted(folder.glob("*.parquet")):
        if path.stem not in known:
            faults.add(
                Fault(
                    path.name,
                    Text(
                        "모르는 표입니다. 이름을 고치거나 옮기십시오.", "is no record table: rename it or move it away."
                    ),
                )
            )


def _load_codelists(connection: duckdb.DuckDBPyConnection, folder: Path, schema: Schema, faults: Collector) -> None:
    names = {field.codelist for table in schema.tables for field in table.fields if field.codelist}
    own, fallback = folder / "codelists", shipped("data") / "codelists"
    names |= {path.stem for path in own.glob("*.csv")} | {path.stem for path in fallback.glob("*.csv")}
    for name in sorted(names):
        path = next((base / f"{name}.csv" for base in (own, fallback) if (base / f"{name}.csv").exists()), None)
        if path is None:
            faults.add(Fault(f"codelists/{name}.csv", Text("파일이 없습니다.", "is missing.")))
            connection.execute(f"CREATE OR REPLACE TABLE codes.{sql_name(name)} (code VARCHAR, scheme VARCHAR)")
            continue
        header = path.open(encoding="utf-8", errors="replace").readline().strip().split(",")
        columns = [column for column in CODE_COLUMNS if column not in header] + header
        if load_table(connection, f"codes.{sql_name(name)}", path, columns, faults):
            continue
        connection.execute(f"CREATE OR REPLACE TABLE codes.{sql_name(name)} (code VARCHAR, scheme VARCHAR)")


def _mention_faults(connection: duckdb.DuckDBPyConnection) -> list[Fault]:
    rows = connection.execute(
        "SELECT max(row_), mention, string_agg(DISTINCT name, ', ') FROM raw.names GROUP BY mention"
        " HAVING count(DISTINCT name) > 1 ORDER BY 1"
    ).fetchall()
    twice = connection.execute(
        "SELECT max(row_), name, string_agg(DISTINCT mention, ', ') FROM raw.names GROUP BY name"
        " HAVING count(DISTINCT mention) > 1 ORDER BY 1"
    ).fetchall()
    text_one = Text("여러 이름이 한 mention을 씁니다.", "one mention stands for several names: give each its own.")
    text_two = Text("한 이름에 mention이 여럿입니다.", "one name has several mentions: give it one.")
    return [
        Fault("names.csv", text_one, row, "mention", f"{mention}: {names}", "mention") for row, mention, names in rows
    ] + [Fault("names.csv", text_two, row, "name", f"{name}: {mentions}", "mention") for row, name, mentions in twice]


def code_table(name: str) -> str:
    """The relation of a code list, for SQL."""
    return f"codes.{sql_name(name)}"


def sql_list(values: list[str]) -> str:
    return ", ".join(sql_text(value) for value in values)
