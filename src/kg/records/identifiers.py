"""Identifiers against the description of their scheme: its pattern and its check digits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import duckdb

from kg.check_digits import has_right_check
from kg.errors import Collector, Fault, Text
from kg.records.cells import mark, unmarked
from kg.records.loaded import PER_RULE, ROW, Loaded

# the column of the identifier in each table that has some
COLUMNS = {"organisation_identifiers": "identifier", "fact_judgements": "value"}


def check_identifiers(
    connection: duckdb.DuckDBPyConnection, table: str, file: str, loaded: Mapping[str, Loaded], faults: Collector
) -> None:
    """Identifiers of ``raw.TABLE`` that do not have the form of their scheme, or whose check digits are wrong."""
    column = COLUMNS.get(table)
    if not column or not loaded[f"raw.{table}"].columns.issuperset(("scheme", column)):
        return
    if not loaded["codes.identifier-scheme"].columns.issuperset(("code", "pattern", "checksum")):
        return
    found = list(_faults(connection, table, file, column))
    for fault in found[:PER_RULE]:
        faults.add(fault)
    faults.more += len(found[PER_RULE:])
    mark(connection, f"raw.{table}", column, [fault.row for fault in found if fault.row])


def _faults(connection: duckdb.DuckDBPyConnection, table: str, file: str, column: str) -> Iterator[Fault]:
    described = connection.execute(
        'SELECT code, pattern, checksum FROM codes."identifier-scheme"'
        " WHERE code IS NOT NULL AND coalesce(pattern, checksum) IS NOT NULL ORDER BY code"
    ).fetchall()
    for scheme, pattern, checksum in described:
        try:
            form = re.compile(pattern or ".*")
        except re.error:  # a fault of the list, named there
            continue
        relation = f"raw.{table}"
        rows = connection.execute(
            f"SELECT {ROW}, {column} FROM {relation} WHERE scheme = ? AND {column} IS NOT NULL"
            f" AND {unmarked(relation, 'scheme', column)} ORDER BY {ROW}",
            [scheme],
        ).fetchall()
        for row, identifier in rows:
            if not form.fullmatch(identifier):
                text = Text(
                    f"{scheme} 식별자의 꼴이 아닙니다. {pattern}에 맞게 쓰십시오.",
                    f"does not have the form of an identifier of {scheme}: write one that matches {pattern}.",
                )
                yield Fault(file, text, row, column, identifier, "identifier-pattern")
            elif checksum and not has_right_check(checksum, identifier):
                text = Text(
                    f"{scheme}의 검사 숫자가 맞지 않습니다. 출처와 견주어 고치십시오.",
                    f"has wrong check digits for {scheme}: compare it with its source and correct it.",
                )
                yield Fault(file, text, row, column, identifier, "identifier-check")


__all__ = ["check_identifiers"]
