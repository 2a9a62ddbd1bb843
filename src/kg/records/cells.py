"""Checks of single cells, by column: each rule is one SQL condition; only the first fault of a cell is reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import duckdb

from kg.characters import PATTERN, hidden_text
from kg.codes import NOT_NFC, OUTER_SPACES
from kg.errors import Collector, Fault, Text
from kg.records.loaded import PER_RULE, ROW
from kg.records.schema import Field
from kg.values import (
    FIRST_YEAR,
    LAST_YEAR,
    PARTIAL_DATE_PATTERN,
    sql_earliest,
    sql_latest,
    sql_name,
    sql_text,
)

PHONE = r"\b0\d{1,2}[-. )]\s?\d{3,4}[-. ]\d{4}\b"
MAIL = r"[\w.+-]+@[\w-]+\.[\w.-]+"
BLANK_SIGNS = " \t\r\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
HIDDEN = "hidden"
REQUIRED = "required"


class Rule(NamedTuple):
    """A rule of a column: its name, the SQL condition of a faulty cell, and the message."""

    name: str
    condition: str
    text: Text


def make_marks(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table of faulty cells (``raw.faulty_``), to which no further rule is applied."""
    connection.execute(f'CREATE OR REPLACE TABLE raw.faulty_ (relation VARCHAR, "column" VARCHAR, {ROW} BIGINT)')


def unmarked(relation: str, *columns: str) -> str:
    """SQL condition: the row of ``relation`` has no fault in these columns (in any, if none is given)."""
    among = f' AND "column" IN ({", ".join(map(sql_text, columns))})' if columns else ""
    return f"{ROW} NOT IN (SELECT {ROW} FROM raw.faulty_ WHERE relation = {sql_text(relation)}{among})"


def mark(connection: duckdb.DuckDBPyConnection, relation: str, column: str, rows: Sequence[int]) -> None:
    """Record that these rows have a fault in a column."""
    if not rows:
        return
    connection.execute(
        f"INSERT INTO raw.faulty_ SELECT ?, ?, unnest(?::BIGINT[]) AS {ROW}", [relation, column, list(rows)]
    )


def check_cells(
    connection: duckdb.DuckDBPyConnection, relation: str, file: str, fields: Iterable[Field], faults: Collector
) -> None:
    """The faults of the cells of ``relation``, each with file, row, column and value."""
    fields = list(fields)
    filled = _filled(connection, relation, fields)  # an empty column can only violate the rule that requires a value
    rules = [
        (field, rule) for field in fields for rule in field_rules(field) if field in filled or rule.name == REQUIRED
    ]
    if not _any_hidden(
        connection, relation, fields
    ):  # a long pattern: one search of whole rows, not one for each column
        rules = [(field, rule) for field, rule in rules if rule.name != HIDDEN]
    with_bounds = _with_bounds(relation, filled)
    counts = ", ".join(["1", *(f"count(*) FILTER ({rule.condition})" for _, rule in rules)])
    found = connection.execute(f"SELECT {counts} FROM {with_bounds}").fetchone() or ()
    for count, (field, rule) in zip(found[1:], rules, strict=True):
        if not count:
            continue
        column = sql_name(field.name)
        rows = connection.execute(
            f"SELECT {ROW}, {column} FROM {with_bounds} WHERE ({rule.condition}) AND {unmarked(relation, field.name)}"
            f" ORDER BY {ROW}"
        ).fetchall()
        faulty = [(row, value, hidden_text(value) if rule.name == HIDDEN else rule.text) for row, value in rows]
        faulty = [(row, value, text) for row, value, text in faulty if text]
        for row, value, text in faulty[:PER_RULE]:
            faults.add(Fault(file, text or rule.text, row, field.name, value, rule.name))
        faults.more += len(faulty[PER_RULE:])
        mark(connection, relation, field.name, [row for row, _, _ in faulty])


def _with_bounds(relation: str, fields: Sequence[Field]) -> str:
    """SQL: the rows with the first and last day of each date. The rules name these long expressions several times."""
    dates = [field.name for field in fields if field.kind == "partial-date"]
    bounds = [
        f"{sql(sql_name(name))} AS {sql_name(f'{name}.{end}')}"
        for name in dates
        for end, sql in (("first", sql_earliest), ("last", sql_latest))
    ]
    return f"(SELECT {', '.join(['*', *bounds])} FROM {relation})"


def _filled(connection: duckdb.DuckDBPyConnection, relation: str, fields: Sequence[Field]) -> list[Field]:
    """The columns that have a value in some row; the rules of empty columns need not be run."""
    counts = ", ".join(["1", *(f"count({sql_name(field.name)})" for field in fields)])
    found = connection.execute(f"SELECT {counts} FROM {relation}").fetchone() or ()
    return [field for field, count in zip(fields, found[1:], strict=True) if count]


def _any_hidden(connection: duckdb.DuckDBPyConnection, relation: str, fields: Sequence[Field]) -> bool:
    cells = ", ".join(sql_name(field.name) for field in fields)
    query = f"SELECT 1 FROM {relation} WHERE regexp_matches(concat_ws(' ', {cells}), {sql_text(PATTERN)}) LIMIT 1"
    return bool(fields) and connection.execute(query).fetchone() is not None


def field_rules(field: Field) -> Iterator[Rule]:
    """The rules of a column, in the order in which faults are to be reported."""
    column = sql_name(field.name)
    if field.required:
        yield Rule(REQUIRED, f"{column} IS NULL", Text("비어 있습니다. 값을 쓰십시오.", "is blank: write a value."))
    # the pattern finds cells that may have one; whether it is allowed depends on the characters next to it
    yield Rule(HIDDEN, f"regexp_matches({column}, {sql_text(PATTERN)})", Text("", ""))
    yield Rule("nfc", f"nfc_normalize({column}) <> {column}", NOT_NFC)
    yield Rule("blank", f"trim({column}, {sql_text(BLANK_SIGNS)}) <> {column}", OUTER_SPACES)
    yield from _kind_rules(field, column)
    yield from _range_rules(field, column)
    if field.max_length:
        text = Text(
            f"{field.max_length}자를 넘습니다. 줄이십시오.",
            f"is longer than {field.max_length} characters: shorten it.",
        )
        yield Rule("length", f"length({column}) > {field.max_length}", text)
    if field.kind in ("text", "printed", "name"):
        text = Text(
            "전화번호나 이메일 주소로 보입니다. 지우십시오.",
            "looks like a phone number or an e-mail address: remove it.",
        )
        matches = [f"regexp_matches({column}, {sql_text(pattern)})" for pattern in (PHONE, MAIL)]
        yield Rule("personal", " OR ".join(matches), text)


_PATTERNS = {
    "id": (
        r"^[A-Za-z0-9][A-Za-z0-9._~-]*$",
        "ID가 아닙니다. 영문자·숫자·점·하이픈으로 쓰십시오.",
        "is not an id: use ASCII letters, digits, '.', '_', '~' and '-'.",
    ),
    "integer": (r"^-?(0|[1-9]\d{0,17})$", "정수가 아닙니다. 12처럼 쓰십시오.", "is not a whole number such as 12."),
    "decimal": (
        r"^-?(0|[1-9]\d{0,19})(\.\d{0,9}[1-9])?$",
        "수가 아닙니다. 쉼표, 단위, 끝의 0 없이 850000000이나 7.4처럼 쓰십시오.",
        "is not a number such as 850000000 or 7.4 (no separators, no unit, no trailing zeros).",
    ),
    "year": (r"^\d{4}$", "연도가 아닙니다. 2024처럼 쓰십시오.", "is not a year such as 2024."),
    "boolean": (r"^(true|false)$", "true나 false로 쓰십시오.", "is neither true nor false: write one of them."),
    "uri": (
        r"^https?://[^\s<>\"{}|\\^`]+$",
        "웹 주소가 아닙니다. https://로 시작하는 주소를 쓰십시오.",
        "is not a web address: write one that starts with https:// or http://.",
    ),
}


def _kind_rules(field: Field, column: str) -> Iterator[Rule]:
    if field.kind in _PATTERNS:
        pattern, ko, en = _PATTERNS[field.kind]
        yield Rule(field.kind, f"NOT regexp_matches({column}, {sql_text(pattern)})", Text(ko, en))
    if field.kind == "partial-date":
        first, last = (sql_name(f"{field.name}.{end}") for end in ("first", "last"))
        open_ = f"({column} LIKE '../%' OR {column} LIKE '%/..')"
        yield Rule(
            "date",
            (
                f"{column} IS NOT NULL AND (NOT regexp_matches({column}, {sql_text(PARTIAL_DATE_PATTERN)})"
                f" OR {column} = '..'"
                f" OR (NOT {open_} AND (({first}) IS NULL OR ({last}) IS NULL OR ({first}) > ({last})))"
                f" OR ({open_} AND ({first}) IS NULL AND ({last}) IS NULL))"
            ),
            Text(
                "날짜가 아닙니다. 2024, 2024-11, 2024-11-20, 2015/2019-09처럼 쓰십시오.",
                "is not a date: write 2024, 2024-11, 2024-11-20 or an interval 2015/2019-09.",
            ),
        )
        yield Rule("range", f"year({first}) < {FIRST_YEAR} OR year({last}) > {LAST_YEAR}", _YEARS)


_YEARS = Text(
    f"{FIRST_YEAR}년에서 {LAST_YEAR}년 사이가 아닙니다. 연도를 바로잡으십시오.",
    f"is not between {FIRST_YEAR} and {LAST_YEAR}: correct the year.",
)


def _range_rules(field: Field, column: str) -> Iterator[Rule]:
    number = f"try_cast({column} AS DECIMAL(38, 9))"
    if field.kind == "year":
        yield Rule("range", f"{number} NOT BETWEEN {FIRST_YEAR} AND {LAST_YEAR}", _YEARS)
    if field.minimum is not None:
        text = Text(
            f"{field.minimum}보다 작습니다. 값을 바로잡으십시오.", f"is less than {field.minimum}: correct the value."
        )
        yield Rule("range", f"{number} < {field.minimum}", text)
