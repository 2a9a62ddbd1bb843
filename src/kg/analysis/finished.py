"""A finished build opened for evidence: its Parquet files under the schema names that a build itself uses."""

from __future__ import annotations

from pathlib import Path

import duckdb

from kg.dialect import csv_relation
from kg.paths import shipped
from kg.values import sql_name, sql_path

# a build keeps all columns as text; these are no text while it runs
TYPED = {"verdicts": "* REPLACE (ways::BIGINT AS ways)", "links": "* REPLACE (followed::BOOLEAN AS followed)"}
CODE_LISTS = ("award", "grade", "rating-scheme", "role")


def open_records(folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection with ``resolved.X``, ``accepted.X``, ``analysis.X`` and ``codes.X`` of the build in ``folder``.

    ``folder`` is the build (``build/current``) that holds ``records/``. Nothing in it is written to.
    """
    connection = duckdb.connect()
    records = folder / "records"
    for schema, place in (
        ("resolved", records),
        ("accepted", records / "accepted"),
        ("analysis", records / "analysis"),
    ):
        connection.execute(f"CREATE SCHEMA {schema}")
        for path in sorted(place.glob("*.parquet")):
            table, columns = f"{schema}.{sql_name(path.stem)}", TYPED.get(path.stem, "*")
            connection.execute(f"CREATE TABLE {table} AS SELECT {columns} FROM read_parquet({sql_path(path)})")
    connection.execute("CREATE SCHEMA codes")
    for name in CODE_LISTS:
        connection.execute(f"CREATE TABLE codes.{sql_name(name)} AS SELECT * FROM {label_list(folder, name)}")
    return connection


def label_list(folder: Path, name: str) -> str:
    """A code list as a relation: the one that the build used; the toolkit's own where the build did not keep one."""
    kept = folder / "records" / "codes" / f"{name}.parquet"
    if kept.exists():
        return f"read_parquet({sql_path(kept)})"
    return csv_relation(shipped("data") / "codelists" / f"{name}.csv")
