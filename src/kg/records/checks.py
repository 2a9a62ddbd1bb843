"""Checks of record tables in columns: each rule is one query that returns the offending rows."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import duckdb

from kg.errors import Collector, Fault, Text
from kg.records.reading import PER_RULE, ROW, Loaded
from kg.records.schema import Field, Table
from kg.values import PARTIAL_DATE_PATTERN, sql_earliest, sql_latest, sql_name, sql_text

PHONE = r"\b0\d{1,2}[-. )]\s?\d{3,4}[-. ]\d{4}\b"
MAIL = r"[\w.+-]+@[\w-]+\.[\w.-]+"


def check_table(
    connection: duckdb.DuckDBPyConnection, table: Table, loaded: Mapping[str, Loaded], faults: Collector
) -> None:
    """All faults of the values of one table ``raw.NAME``, as far as it could be read.

    ``loaded`` says what is there of each ``raw.TABLE`` and ``codes.LIST``; against one that could not be read whole
    nothing is held.
    """
    here = loaded[f"raw.{table.name}"]
    if not connection.execute(f"SELECT 1 FROM raw.{table.name} LIMIT 1").fetchall():
        return
    fields = [field for field in table.fields if field.name in here.columns]
    _check_fields(connection, table, fields, faults)
    for field in fields:
        if field.codelist:
            _unknown_codes(connection, table, field, loaded, faults)
    if here.columns.issuperset(table.key):
        _duplicate_keys(connection, table, faults)
    for key in table.foreign_keys:
        if key.column in here.columns and loaded[f"raw.{key.table}"].has(key.target):
            _dangling(connection, table, key.column, key.table, key.target, faults)
    if loaded["raw.names"].has("name", "judgement"):
        for field in fields:
            if field.kind == "name":
                _unknown_names(connection, table, field, faults)


def _check_fields(
    connection: duckdb.DuckDBPyConnection, table: Table, fields: Iterable[Field], faults: Collector
) -> None:
    rules = [(field, rule) for field in fields for rule in _field_rules(field, sql_name(field.name))]
    counts = ", ".join(["1", *(f"count(*) FILTER ({condition})" for _, (_, condition, _) in rules)])
    found = connection.execute(f"SELECT {counts} FROM raw.{table.name}").fetchone() or ()
    for count, (field, (rule, condition, text)) in zip(found[1:], rules, strict=True):
        if count:
            for row, value in _rows(connection, table, sql_name(field.name), condition, faults):
                faults.add(Fault(_file(connection, table), text, row, field.name, value, rule))


def _rows(
    connection: duckdb.DuckDBPyConnection, table: Table, shown: str, condition: str, faults: Collector
) -> list[tuple[Any, ...]]:
    """Number and value of the first rows ``t`` that meet a condition; the others are counted."""
    found = connection.execute(
        f"SELECT {ROW}, {shown}, count(*) OVER () FROM raw.{table.name} t WHERE {condition} ORDER BY {ROW}"
        f" LIMIT {PER_RULE}"
    ).fetchall()
    faults.more += found[0][2] - len(found) if found else 0
    return [(row, value) for row, value, _ in found]


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


def _unknown_codes(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    field: Field,
    loaded: Mapping[str, Loaded],
    faults: Collector,
) -> None:
    listed, column = f"codes.{sql_name(field.codelist or '')}", sql_name(field.name)
    scoped = field.codelist == "grade" and "scheme" in table.columns
    needed = ("code", "scheme") if scoped else ("code",)
    here = not scoped or "scheme" in loaded[f"raw.{table.name}"].columns
    if not here or not loaded[f"codes.{field.codelist}"].has(*needed):
        return
    match = f"c.code = t.{column}" + (" AND c.scheme = t.scheme" if scoped else "")
    condition = f"{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {listed} c WHERE {match})"
    rows = _rows(connection, table, column, condition, faults)
    if not rows:
        return
    known = [
        row[0]
        for row in connection.execute(
            f"SELECT DISTINCT code FROM {listed} WHERE code IS NOT NULL ORDER BY 1"
        ).fetchall()
    ]
    for row, value in rows:
        near = ", ".join(difflib.get_close_matches(value, known, 3, 0.3) or known[:8]) or "-"
        text = Text(
            f"목록 {field.codelist}에 없는 부호입니다. 가까운 것: {near}.",
            f"is not a code of the list {field.codelist}. Near: {near}.",
        )
        faults.add(Fault(_file(connection, table), text, row, field.name, value, "code"))


def _duplicate_keys(connection: duckdb.DuckDBPyConnection, table: Table, faults: Collector) -> None:
    keys = ", ".join(f"coalesce({sql_name(column)}, '')" for column in table.key)
    shown = " || ' · ' || ".join(f"coalesce({sql_name(column)}, '-')" for column in table.key)
    rows = connection.execute(
        f"SELECT {ROW}, shown, first, count(*) OVER () FROM (SELECT {ROW}, {shown} AS shown,"
        f" min({ROW}) OVER (PARTITION BY {keys}) AS first FROM raw.{table.name})"
        f" WHERE {ROW} <> first ORDER BY {ROW} LIMIT {PER_RULE}"
    ).fetchall()
    names = ", ".join(table.key)
    for row, value, first, _ in rows:
        text = Text(
            f"열쇠({names})가 {first}행과 같습니다. 한 행을 지우거나 자리(place)를 나누어 쓰십시오.",
            f"has the same key ({names}) as row {first}: remove one or tell them apart.",
        )
        faults.add(Fault(_file(connection, table), text, row, names, value, "key"))
    faults.more += rows[0][3] - len(rows) if rows else 0


def _dangling(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    column: str,
    target: str,
    target_column: str,
    faults: Collector,
) -> None:
    name, there = sql_name(column), sql_name(target_column)
    condition = f"{name} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM raw.{target} o WHERE o.{there} = t.{name})"
    rows = _rows(connection, table, name, condition, faults)
    if not rows:
        return
    listed = f"SELECT DISTINCT {there} FROM raw.{target} WHERE {there} IS NOT NULL ORDER BY 1"
    known = [row[0] for row in connection.execute(listed).fetchall()]
    for row, value in rows:
        near = ", ".join(difflib.get_close_matches(value, known, 3, 0.5)) or "-"
        text = Text(
            f"{target} 표에 없는 {target_column}입니다. 가까운 것: {near}.",
            f"is no {target_column} of the table {target}. Near: {near}.",
        )
        faults.add(Fault(_file(connection, table), text, row, column, value, "reference"))


def _unknown_names(connection: duckdb.DuckDBPyConnection, table: Table, field: Field, faults: Collector) -> None:
    column = sql_name(field.name)
    judged = f"SELECT 1 FROM raw.names n WHERE n.name = t.{column} AND n.judgement <> 'different'"
    rows = _rows(connection, table, column, f"{column} IS NOT NULL AND NOT EXISTS ({judged})", faults)
    if not rows:
        return
    from kg.matching import loaded_matcher, nearest

    matcher = loaded_matcher(connection)
    for row, value in rows:
        near = nearest(matcher.suggest(value))
        text = Text(
            f"names 표에 없는 이름입니다. names에 적거나 고치십시오. 가까운 것: {near.ko}.",
            f"is not in the table names: add a judgement for it, or correct it. Near: {near.en}.",
        )
        faults.add(Fault(_file(connection, table), text, row, field.name, value, "name"))


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
