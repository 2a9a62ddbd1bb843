"""Loads a folder of record tables into DuckDB (``raw.TABLE``, ``codes.LIST``) and reports all faults at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb

from kg.characters import hidden_text
from kg.codes import OPTIONAL_COLUMNS, codelist_columns, codelist_faults, codelist_file, codes_of, grade_faults
from kg.errors import Collector, Fault, Text
from kg.input_files import CsvFile
from kg.paths import shipped
from kg.records.cells import make_marks, mark
from kg.records.checks import check_mentions, check_policies, check_tables
from kg.records.folder import CODELISTS, DataFolder, read_folder
from kg.records.lists import check_lists
from kg.records.loaded import NOTHING, PER_RULE, ROW, Loaded, make_empty
from kg.records.reading import load_table
from kg.records.references import missing_table
from kg.records.rows import two_roles
from kg.records.schema import RecordTable, Schema
from kg.values import sql_name

OWN_CODES = (
    "acceptance-reason", "analysis-rule", "conflict-status", "conflict-type", "evidence-level", "judgement",
    "network-measure", "policy-rule", "status", "verdict",
)  # fmt: skip
TABLES_WITH_DEFAULT = ("policies",)  # if a folder lacks them, the toolkit's are used, as for code lists
REQUIRED = ("sources", "organisations", "names")
TEXT_TABLES = ("redirects.csv", "not-carried.csv")  # read by other modules; only checked as files here


def load_records(connection: duckdb.DuckDBPyConnection, folder: Path, schema: Schema) -> list[Fault]:
    """Load and check all tables of ``folder``; raises ``InputFaults`` with every fault of every file.

    Tables that are not needed may be missing, except ``sources``, ``organisations`` and ``names``. Returns notes: files
    that were not read, and rows to check.
    """
    faults = Collector()
    if problem := _not_a_folder(folder):
        faults.add(Fault(os.fspath(folder).encode("utf-8", "backslashreplace").decode(), problem))
        faults.raise_if_any()
    found = read_folder(folder, schema)
    faults.extend(found.faults)
    connection.execute("CREATE SCHEMA IF NOT EXISTS raw; CREATE SCHEMA IF NOT EXISTS codes")
    connection.execute("CREATE OR REPLACE TABLE raw.files_ (name VARCHAR, file VARCHAR)")
    make_marks(connection)
    loaded = {f"codes.{name}": read for name, read in _load_codelists(connection, found, schema, faults).items()}
    loaded |= {f"raw.{table.name}": _load_one(connection, folder, found, table, faults) for table in schema.tables}
    for name in TEXT_TABLES:
        if os.path.lexists(folder / name):
            _check_text_table(folder / name, faults)
    absent = check_tables(connection, schema, loaded, faults)
    faults.extend(missing_table(target, referring) for target, referring in absent.items())
    if loaded["raw.names"].columns.issuperset(("name", "mention")):
        faults.extend(check_mentions(connection))
    if loaded["codes.stance"].has("code"):
        faults.extend(check_policies(connection))
    check_lists(connection, folder, loaded, faults)
    from kg.matching import check_judgements  # imported only here, because the matcher is slow to import

    faults.extend(check_judgements(connection))
    faults.faults.sort(key=lambda fault: (fault.file, fault.row or 0))
    faults.raise_if_any()
    file = next((path.name for name, path in found.tables.items() if name == "case_participants"), "")
    return found.notes + two_roles(connection, file)


def tables_left_out(connection: duckdb.DuckDBPyConnection, schema: Schema) -> list[str]:
    """The optional tables of which the loaded folder has no file."""
    present = {row[0] for row in connection.execute("SELECT name FROM raw.files_").fetchall()}
    return [table.name for table in schema.tables if table.optional and table.name not in present]


def _not_a_folder(folder: Path) -> Text | None:
    if not os.path.lexists(folder):
        return Text("폴더가 없습니다. 표 폴더를 지정하십시오.", "does not exist: give the folder of the tables.")
    if not folder.is_dir():
        return Text(
            "폴더가 아닙니다. 표 폴더를 지정하십시오.", "is not a folder: give the folder of the record tables."
        )
    try:
        os.fspath(folder.resolve()).encode("utf-8")
        os.listdir(folder)
    except UnicodeEncodeError:
        return Text(
            "이름이 UTF-8이 아닙니다. 폴더 이름을 바꾸십시오.", "has a name that is not UTF-8: rename the folder."
        )
    except OSError as error:
        return Text(f"폴더를 읽을 수 없습니다: {error.strerror}.", f"cannot be read: {error.strerror}.")
    return None


def _load_one(
    connection: duckdb.DuckDBPyConnection, folder: Path, found: DataFolder, table: RecordTable, faults: Collector
) -> Loaded:
    path, target = found.tables.get(table.name), f"raw.{table.name}"
    misplaced = table.name in found.misplaced
    if path is None and table.name in TABLES_WITH_DEFAULT and not misplaced:
        path = shipped("data") / f"{table.name}.csv"
    if path is not None:
        connection.execute("INSERT INTO raw.files_ VALUES (?, ?)", [table.name, path.name])
        return load_table(connection, target, path, table.columns, faults, optional=table.optional_columns)
    make_empty(connection, target, table.columns)
    if misplaced:
        return NOTHING
    if table.name not in REQUIRED:
        return Loaded(frozenset(table.columns), present=False)
    text = Text(f"파일이 없습니다. {folder}에 넣으십시오.", f"is missing: put it into {folder}.")
    faults.add(Fault(f"{table.name}.csv", text))
    return NOTHING


def _check_text_table(path: Path, faults: Collector) -> None:
    """Check a CSV file as a file, and for invisible characters."""
    file, found = CsvFile(path, path.name), list[Fault]()
    header: list[str] = []
    for number, row in file.rows():
        header = header or row
        for column, cell in zip(header, row, strict=False):  # rows of another length are reported by its reader
            if text := hidden_text(cell):
                found.append(Fault(path.name, text, number, column, cell, "hidden"))
    faults.extend([*file.faults, *found[:PER_RULE]])
    faults.more += len(found[PER_RULE:])


def _load_codelists(
    connection: duckdb.DuckDBPyConnection, found: DataFolder, schema: Schema, faults: Collector
) -> dict[str, Loaded]:
    """Load each list of the folder, or else that of the toolkit, into ``codes.LIST``."""
    fallback = {path.stem: path for path in (shipped("data") / CODELISTS).glob("*.csv")}
    names = {field.codelist for table in schema.tables for field in table.fields if field.codelist}
    unused = schema.lists_only_of({table.name for table in schema.tables if table.name not in found.tables})
    loaded, rows = {}, {}
    for name in sorted({*names, *found.lists, *fallback}):
        path = found.lists.get(name) or fallback.get(name)
        target, columns = f"codes.{sql_name(name)}", codelist_columns(name)
        if name in unused and name not in found.lists:
            make_empty(connection, target, columns)
            loaded[name] = Loaded(frozenset(columns), complete=False)
            continue
        if path is None:
            faults.add(Fault(codelist_file(name), Text("파일이 없습니다. 목록을 넣으십시오.", "is missing: add it.")))
            make_empty(connection, target, columns)
            loaded[name] = NOTHING
            continue
        shown, optional = codelist_file(name), OPTIONAL_COLUMNS.get(name, ())
        loaded[name] = load_table(
            connection, target, path, columns, faults, shown=shown, ordered=False, optional=optional
        )
        rows[name] = _rows_of(connection, target, loaded[name])
        in_rows = list(codelist_faults(name, rows[name]))
        faults.extend(in_rows[:PER_RULE])
        faults.more += len(in_rows[PER_RULE:])
        mark(connection, target, "code", [fault.row for fault in in_rows if fault.row and fault.column == "code"])
        if name in found.lists and name in OWN_CODES and loaded[name].has("code"):
            faults.extend(_missing_codes(name, fallback[name], {row["code"] for row in rows[name].values()}))
        if found.lists_misplaced or name in found.misplaced:
            loaded[name] = NOTHING
    if loaded["rating-scheme"].has("code") and "grade" in rows:
        faults.extend(grade_faults(rows["grade"], rows["rating-scheme"].values()))
    return loaded


def _rows_of(connection: duckdb.DuckDBPyConnection, target: str, loaded: Loaded) -> dict[int, dict[str, str]]:
    columns = sorted(loaded.columns)
    shown = ", ".join(map(sql_name, (ROW, *columns)))
    found = connection.execute(f"SELECT {shown} FROM {target} ORDER BY {ROW}").fetchall()
    return {row: {column: cell or "" for column, cell in zip(columns, cells, strict=True)} for row, *cells in found}


def _missing_codes(name: str, toolkit_file: Path, given_codes: set[str]) -> Iterator[Fault]:
    """Codes missing from a list of which the toolkit itself writes codes: they would have no label."""
    for code in codes_of(toolkit_file):
        if code not in given_codes:
            text = Text(
                "도구가 직접 쓰는 코드인데 목록에 없습니다. 그 행을 되살리십시오.",
                "is a code that the toolkit itself writes, and not in the list: add its row.",
            )
            yield Fault(codelist_file(name), text, None, "code", code, "codelist-own")
