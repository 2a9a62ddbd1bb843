"""Checks of record tables in columns: each rule is one query that returns the offending rows."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

import duckdb

from kg.errors import Fault, Text
from kg.records.reading import ROW
from kg.records.schema import Field, Schema, Table
from kg.values import PARTIAL_DATE_PATTERN, sql_earliest, sql_latest, sql_name, sql_text

PER_RULE = 50
PHONE = r"\b0\d{1,2}[-. )]\s?\d{3,4}[-. ]\d{4}\b"
MAIL = r"[\w.+-]+@[\w-]+\.[\w.-]+"


def check_table(connection: duckdb.DuckDBPyConnection, table: Table, schema: Schema) -> Iterator[Fault]:
    """All faults of one loaded table ``raw.NAME``."""
    if not connection.execute(f"SELECT 1 FROM raw.{table.name} LIMIT 1").fetchall():
        return
    rules = [(field, rule) for field in table.fields for rule in _field_rules(field, sql_name(field.name))]
    counts = ", ".join(f"count(*) FILTER ({condition})" for _, (_, condition, _) in rules)
    found = connection.execute(f"SELECT {counts} FROM raw.{table.name}").fetchone() or ()
    for count, (field, (rule, condition, text)) in zip(found, rules, strict=True):
        if not count:
            continue
        for row, value in _rows(connection, table, field.name, condition):
            yield Fault(_file(connection, table), text, row, field.name, value, rule)
    for field in table.fields:
        if field.codelist:
            yield from _unknown_codes(connection, table, field)
    yield from _duplicate_keys(connection, table)
    for key in table.foreign_keys:
        yield from _dangling(connection, table, key.column, key.table, key.target)
    for field in table.of_kind("name"):
        yield from _unknown_names(connection, table, field)


def _rows(connection: duckdb.DuckDBPyConnection, table: Table, column: str, condition: str) -> list[tuple]:
    return connection.execute(
        f"SELECT {ROW}, {sql_name(column)} FROM raw.{table.name} WHERE {condition} ORDER BY {ROW} LIMIT {PER_RULE}"
    ).fetchall()


def _field_rules(field: Field, column: str) -> Iterable[tuple[str, str, Text]]:
    if field.required:
        yield (
            "required",
            f"{column} IS NULL",
            Text("비어 있습니다. 값을 쓰십시오.", "is blank: a value is needed here."),
        )
    yield (
        "nfc",
        f"nfc_normalize({column}) <> {column}",
        Text(
            "NFC가 아닙니다(자모가 풀려 있음). NFC로 저장하십시오.",
            "is not in Unicode NFC (decomposed Hangul?): save it as NFC.",
        ),
    )
    yield (
        "blank",
        f"trim({column}, ' \t\r\n\u00a0\u3000') <> {column}",
        Text("앞뒤에 빈칸이 있습니다. 지우십시오.", "has blanks around it: remove them."),
    )
    yield (
        "control",
        f"regexp_matches({column}, '[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]')",
        Text("제어 문자가 들어 있습니다. 지우십시오.", "holds a control character: remove it."),
    )
    if field.kind in ("text", "printed", "name"):
        yield (
            "personal",
            f"regexp_matches({column}, {sql_text(PHONE)}) OR regexp_matches({column}, {sql_text(MAIL)})",
            Text(
                "전화번호나 전자우편으로 보입니다. 지우십시오.",
                "looks like a phone number or an e-mail address: remove it.",
            ),
        )
    if field.max_length:
        yield (
            "length",
            f"length({column}) > {field.max_length}",
            Text(f"{field.max_length}자를 넘습니다.", f"is longer than {field.max_length} code points: shorten it."),
        )
    yield from _kind_rules(field.kind, column)


_PATTERNS = {
    "id": (
        r"^[A-Za-z0-9][A-Za-z0-9._~-]*$",
        "ID가 아닙니다. 영문자·숫자·점·줄표로 쓰십시오.",
        "is not an id: use ASCII letters, digits, '.', '_', '~' and '-'.",
    ),
    "integer": (r"^-?(0|[1-9]\d{0,17})$", "정수가 아닙니다. 12처럼 쓰십시오.", "is not a whole number such as 12."),
    "decimal": (
        r"^-?(0|[1-9]\d{0,19})(\.\d{0,9}[1-9])?$",
        "수가 아닙니다. 850000000이나 7.4처럼(쉼표·단위·끝의 0 없이) 쓰십시오.",
        "is not a number such as 850000000 or 7.4 (no separators, no unit, no closing zeros).",
    ),
    "year": (r"^[12]\d{3}$", "연도가 아닙니다. 2024처럼 쓰십시오.", "is not a year such as 2024."),
    "boolean": (r"^(true|false)$", "true나 false로 쓰십시오.", "is neither true nor false."),
    "uri": (r"^https?://[^\s<>\"{}|\\^`]+$", "웹 주소가 아닙니다.", "is not a web address (http or https)."),
}


def _kind_rules(kind: str, column: str) -> Iterable[tuple[str, str, Text]]:
    if kind in _PATTERNS:
        pattern, ko, en = _PATTERNS[kind]
        yield kind, f"NOT regexp_matches({column}, {sql_text(pattern)})", Text(ko, en)
    if kind == "partial-date":
        first, last = sql_earliest(column), sql_latest(column)
        open_ = f"({column} LIKE '../%' OR {column} LIKE '%/..')"
        yield (
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


def _unknown_codes(connection: duckdb.DuckDBPyConnection, table: Table, field: Field) -> Iterator[Fault]:
    listed = f"codes.{sql_name(field.codelist or '')}"
    column = sql_name(field.name)
    scoped = field.codelist == "grade" and "scheme" in table.columns
    match = f"c.code = t.{column}" + (" AND c.scheme = t.scheme" if scoped else "")
    rows = connection.execute(
        f"SELECT {ROW}, {column} FROM raw.{table.name} t WHERE {column} IS NOT NULL"
        f" AND NOT EXISTS (SELECT 1 FROM {listed} c WHERE {match}) ORDER BY {ROW} LIMIT {PER_RULE}"
    ).fetchall()
    if not rows:
        return
    known = [row[0] for row in connection.execute(f"SELECT DISTINCT code FROM {listed} ORDER BY 1").fetchall()]
    for row, value in rows:
        near = ", ".join(difflib.get_close_matches(value, known, 3, 0.3) or known[:8])
        yield Fault(
            _file(connection, table),
            Text(
                f"목록 {field.codelist}에 없는 부호입니다. 가까운 것: {near}.",
                f"is not a code of the list {field.codelist}. Near: {near}.",
            ),
            row,
            field.name,
            value,
            "code",
        )


def _duplicate_keys(connection: duckdb.DuckDBPyConnection, table: Table) -> Iterator[Fault]:
    keys = ", ".join(f"coalesce({sql_name(column)}, '')" for column in table.key)
    shown = " || ' · ' || ".join(f"coalesce({sql_name(column)}, '-')" for column in table.key)
    rows = connection.execute(
        f"SELECT {ROW}, shown, first FROM (SELECT {ROW}, {shown} AS shown, min({ROW}) OVER (PARTITION BY {keys})"
        " AS first"
        f" FROM raw.{table.name}) WHERE {ROW} <> first ORDER BY {ROW} LIMIT {PER_RULE}"
    ).fetchall()
    for row, value, first in rows:
        names = ", ".join(table.key)
        yield Fault(
            _file(connection, table),
            Text(
                f"열쇠({names})가 {first}행과 같습니다. 한 행을 지우거나 자리(place)를 나누어 쓰십시오.",
                f"has the same key ({names}) as row {first}: remove one or tell them apart.",
            ),
            row,
            names,
            value,
            "key",
        )


def _dangling(
    connection: duckdb.DuckDBPyConnection, table: Table, column: str, target: str, target_column: str
) -> Iterator[Fault]:
    name = sql_name(column)
    rows = connection.execute(
        f"SELECT {ROW}, {name} FROM raw.{table.name} t WHERE {name} IS NOT NULL AND NOT EXISTS"
        f" (SELECT 1 FROM raw.{target} o WHERE o.{sql_name(target_column)} = t.{name}) ORDER BY {ROW} LIMIT {PER_RULE}"
    ).fetchall()
    if not rows:
        return
    known = [
        row[0]
        for row in connection.execute(
            f"SELECT DISTINCT {sql_name(target_column)} FROM raw.{target} WHERE {sql_name(target_column)} IS NOT NULL"
        ).fetchall()
    ]
    for row, value in rows:
        near = ", ".join(difflib.get_close_matches(value, known, 3, 0.5)) or "-"
        yield Fault(
            _file(connection, table),
            Text(
                f"{target} 표에 없는 {target_column}입니다. 가까운 것: {near}.",
                f"is no {target_column} of the table {target}. Near: {near}.",
            ),
            row,
            column,
            value,
            "reference",
        )


def _unknown_names(connection: duckdb.DuckDBPyConnection, table: Table, field: Field) -> Iterator[Fault]:
    column = sql_name(field.name)
    rows = connection.execute(
        f"SELECT {ROW}, {column} FROM raw.{table.name} t WHERE {column} IS NOT NULL AND NOT EXISTS"
        f" (SELECT 1 FROM raw.names n WHERE n.name = t.{column} AND n.judgement <> 'different')"
        f" ORDER BY {ROW} LIMIT {PER_RULE}"
    ).fetchall()
    if not rows:
        return
    from kg.matching import loaded_matcher, nearest

    matcher = loaded_matcher(connection)
    for row, value in rows:
        near = nearest(matcher.suggest(value))
        yield Fault(
            _file(connection, table),
            Text(
                f"names 표에 없는 이름입니다. names에 적거나 고치십시오. 가까운 것: {near.ko}.",
                f"is not in the table names: add a judgement for it, or correct it. Near: {near.en}.",
            ),
            row,
            field.name,
            value,
            "name",
        )


def _file(connection: duckdb.DuckDBPyConnection, table: Table) -> str:
    found = connection.execute("SELECT file FROM raw.files_ WHERE name = ?", [table.name]).fetchone()
    return found[0] if found else f"{table.name}.csv"


def check_policies(connection: duckdb.DuckDBPyConnection) -> Iterator[Fault]:
    """Arguments of the rules of ``raw.policies`` that the rule cannot use.

    A source that a subject has not is none of them: such a policy accepts nothing, and the toolkit's own names one.
    """
    named = connection.execute("SELECT file FROM raw.files_ WHERE name = 'policies'").fetchone()
    file = named[0] if named else "policies.csv"
    stances = {row[0] for row in connection.execute("SELECT code FROM codes.stance").fetchall()}
    found = connection.execute(f"SELECT {ROW}, rule, argument FROM raw.policies ORDER BY {ROW}").fetchall()
    for row, rule, argument in found:
        given = argument or ""
        text = None
        if rule == "require-origins" and given and not (given.isdigit() and int(given) > 0):
            text = Text("1 이상의 정수여야 합니다. 2처럼 쓰십시오.", "must be a whole number from 1, such as 2.")
        elif rule in ("prefer-stance", "prefer-latest") and (wrong := set(filter(None, given.split(">"))) - stances):
            known = ", ".join(sorted(stances))
            which = ", ".join(sorted(wrong))
            text = Text(f"{which}: 모르는 성격입니다. 쓸 수 있는 값: {known}.", f"{which}: no stance; known: {known}.")
        if text:
            yield Fault(file, text, row, "argument", given, rule)
