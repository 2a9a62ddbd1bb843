"""A finished build read again: its Parquet files under the schema names that a build itself uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from kg.dialect import csv_relation, parquet_relation
from kg.errors import KgError, Text
from kg.paths import shipped
from kg.values import sql_name

# a build keeps all columns as text; these are no text while it runs
TYPED = {"verdicts": "* REPLACE (ways::BIGINT AS ways)", "links": "* REPLACE (followed::BOOLEAN AS followed)"}
CODE_LISTS = ("award", "grade", "rating-scheme", "role")


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Raise ``KgError`` with the remedy where a file of the build in ``folder`` is missing, cut short or damaged."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise  # no fault of the build
    except (duckdb.Error, FileNotFoundError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise KgError(
            Text(
                f"{folder}: 빌드의 표를 읽을 수 없습니다({reason}). kg build로 다시 만드십시오.",
                f"{folder}: the tables of the build cannot be read ({reason}). Make it again with kg build.",
            )
        ) from error


def open_records(folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection with ``resolved.X``, ``accepted.X``, ``analysis.X`` and ``codes.X`` of the build in ``folder``.

    ``folder`` is the build (``build/current``) that holds ``records/``. Nothing in it is written to.
    """
    records = folder / "records"
    places = {"resolved": records, "accepted": records / "accepted", "analysis": records / "analysis"}
    connection = duckdb.connect()
    with reading(folder):
        for schema, place in places.items():
            connection.execute(f"CREATE SCHEMA {schema}")
            for path in sorted(place.glob("*.parquet")):
                table, columns = f"{schema}.{sql_name(path.stem)}", TYPED.get(path.stem, "*")
                connection.execute(f"CREATE TABLE {table} AS SELECT {columns} FROM {parquet_relation(path)}")
        connection.execute("CREATE SCHEMA codes")
        for name in CODE_LISTS:
            connection.execute(f"CREATE TABLE codes.{sql_name(name)} AS SELECT * FROM {label_list(folder, name)}")
    return connection


def label_list(folder: Path, name: str) -> str:
    """A code list as a relation: the one that the build used; the toolkit's own where the build did not keep one."""
    kept = folder / "records" / "codes" / f"{name}.parquet"
    if kept.exists():
        return parquet_relation(kept)
    return csv_relation(shipped("data") / "codelists" / f"{name}.csv")
