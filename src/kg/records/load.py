"""A folder of record tables into DuckDB: ``raw.TABLE`` and ``codes.LIST``; all faults at once."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb

from kg.codes import codelist_columns, codelist_faults, codelist_file, grade_faults
from kg.errors import Collector, Fault, Text
from kg.paths import shipped
from kg.records.checks import check_policies, check_table
from kg.records.reading import NOTHING, ROW, Loaded, find_table, load_table, make_empty
from kg.records.schema import Schema, Table
from kg.values import sql_name, sql_text


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
    loaded = {f"codes.{name}": one for name, one in _load_codelists(connection, folder, schema, faults).items()}
    loaded |= {f"raw.{table.name}": _load_one(connection, folder, table, faults) for table in schema.tables}
    _unknown_files(folder, schema, faults)
    for table in schema.tables:
        check_table(connection, table, loaded, faults)
    if loaded["raw.names"].columns.issuperset(("name", "mention")):
        faults.extend(_mention_faults(connection))
    if loaded["codes.stance"].has("code"):
        faults.extend(check_policies(connection))
    from kg.matching import check_judgements  # here, because the matcher takes a moment to import

    faults.extend(check_judgements(connection))
    faults.faults.sort(key=lambda fault: (fault.file, fault.row or 0))
    faults.raise_if_any()


OWN_CODES = (
    "acceptance-reason", "analysis-rule", "conflict-status", "conflict-type", "evidence-level", "judgement",
    "network-measure", "policy-rule", "status", "verdict",
)  # fmt: skip
OWN_TABLES = ("policies",)  # where a subject brings none, the toolkit's own are used, as with code lists
REQUIRED = ("sources", "organisations", "names")


def _load_one(connection: duckdb.DuckDBPyConnection, folder: Path, table: Table, faults: Collector) -> Loaded:
    path = find_table(folder, table.name)
    if path is None and table.name in OWN_TABLES:
        path = find_table(shipped("data"), table.name)
    if path is not None:
        connection.execute("INSERT INTO raw.files_ VALUES (?, ?)", [table.name, path.name])
        return load_table(connection, f"raw.{table.name}", path, table.columns, faults)
    make_empty(connection, f"raw.{table.name}", table.columns)
    if table.name not in REQUIRED:
        return Loaded(frozenset(table.columns))
    text = Text(f"파일이 없습니다. {folder}에 두십시오.", f"is missing: put it into {folder}.")
    faults.add(Fault(f"{table.name}.csv", text))
    return NOTHING


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


def _load_codelists(
    connection: duckdb.DuckDBPyConnection, folder: Path, schema: Schema, faults: Collector
) -> dict[str, Loaded]:
    """Each list of the subject, or else the toolkit's own, into ``codes.LIST``."""
    names = {field.codelist for table in schema.tables for field in table.fields if field.codelist}
    own, fallback = folder / "codelists", shipped("data") / "codelists"
    names |= {path.stem for path in own.glob("*.csv")} | {path.stem for path in fallback.glob("*.csv")}
    loaded, rows = {}, {}
    for name in sorted(names):
        path = next((base / f"{name}.csv" for base in (own, fallback) if (base / f"{name}.csv").exists()), None)
        target, columns = f"codes.{sql_name(name)}", codelist_columns(name)
        if path is None:
            faults.add(Fault(codelist_file(name), Text("파일이 없습니다.", "is missing.")))
            make_empty(connection, target, columns)
            loaded[name] = NOTHING
            continue
        loaded[name] = load_table(connection, target, path, columns, faults, shown=codelist_file(name), ordered=False)
        shown = ", ".join(map(sql_name, (ROW, *sorted(loaded[name].columns))))
        found = connection.execute(f"SELECT {shown} FROM {target} ORDER BY {ROW}").fetchall()
        rows[name] = {
            row: {column: cell or "" for column, cell in zip(sorted(loaded[name].columns), cells, strict=True)}
            for row, *cells in found
        }
        faults.extend(codelist_faults(name, rows[name]))
        if path.parent == own and name in OWN_CODES and loaded[name].has("code"):
            faults.extend(_codes_gone(name, fallback / path.name, {row["code"] for row in rows[name].values()}))
    if loaded["rating-scheme"].has("code"):
        faults.extend(grade_faults(rows["grade"], rows["rating-scheme"].values()))
    return loaded


def _codes_gone(name: str, ours: Path, theirs: set[str]) -> Iterator[Fault]:
    """What a subject left out of a list whose codes the toolkit writes itself: it would have no label."""
    with ours.open(encoding="utf-8", newline="") as lines:
        needed = [row["code"] for row in csv.DictReader(lines)]
    for code in needed:
        if code not in theirs:
            text = Text(
                "도구가 스스로 쓰는 부호인데 목록에 없습니다. 그 행을 두십시오.",
                "is a code that the toolkit writes itself, and not in the list: keep its row.",
            )
            yield Fault(codelist_file(name), text, None, "code", code, "codelist-own")


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
