"""The result of reading the file of a record table, for the readers of CSV and Parquet and for the checks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import duckdb

from kg.errors import Fault, Text
from kg.values import sql_name

PER_RULE = 50  # faults listed for one rule in one file; further ones are counted
ROW = "row_"


class Loaded(NamedTuple):
    """The columns of a file that DuckDB holds, for all its rows or only for those that could be read.

    ``present`` is false for a table that the folder does not have.
    """

    columns: frozenset[str]
    complete: bool = True
    present: bool = True

    def has(self, *columns: str) -> bool:
        """Whether all values of these columns were read, so that a value not found among them does not exist."""
        return self.complete and self.columns.issuperset(columns)


NOTHING = Loaded(frozenset(), complete=False)


def make_empty(connection: duckdb.DuckDBPyConnection, target: str, columns: Sequence[str]) -> None:
    """Make a table with these columns and no rows."""
    declared = ", ".join(f"{sql_name(column)} VARCHAR" for column in columns)
    connection.execute(f"CREATE OR REPLACE TABLE {target} ({declared}, {ROW} BIGINT)")


def header_faults(
    name: str, header: Sequence[str], columns: Sequence[str], optional: Collection[str] = ()
) -> Iterator[Fault]:
    """Columns that are missing, unless they are ``optional``, and columns that are not known."""
    listed, declared, given = ", ".join(columns), set(columns), set(header)
    for column in columns:
        if column not in given and column not in optional:
            text = Text(
                f"열 {column!r}이(가) 없습니다. 열은 {listed}입니다.",
                f"column {column!r} is missing. The columns are {listed}.",
            )
            yield Fault(name, text, row=1, column=column)
    for column in dict.fromkeys(header):
        if column not in declared:
            shown = column if len(column) <= 60 else column[:60] + "…"
            text = Text(
                f"알 수 없는 열 {shown!r}입니다. 열은 {listed}입니다.",
                f"column {shown!r} is not known. The columns are {listed}.",
            )
            yield Fault(name, text, row=1, column=shown)
