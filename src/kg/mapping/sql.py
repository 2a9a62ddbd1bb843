"""Compiles line templates to SQL: one ``SELECT`` for each block, whose rows hold complete lines.

The expressions run unchanged on DuckDB and Spark; the few spellings that differ are in ``Dialect``. Backslash and
apostrophe are written ``chr(92)`` and ``chr(39)``, because engines disagree on how to quote them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Names
from types import MappingProxyType
from typing import NamedTuple

from kg.errors import Text
from kg.mapping.iri import ABSOLUTE_IRI, PLAIN_IRI, UNRESERVED_BEYOND_ASCII
from kg.mapping.lines import Block, ColumnForm, Group, QuadTemplate, Rows, Segments, blocks, ever_equal
from kg.mapping.model import Column, JoinEnd, Mapping, MappingError, MappingFault

Tables = Names[str, str] | Callable[[str], str]


# percent-encodes all except unreserved characters of IRIs (RFC 3987), character by character if not ASCII only
_ENCODE_IRI = (
    "CASE WHEN regexp_matches(COLUMN, '[^\\x00-\\x7F]') THEN list_reduce(list_prepend('', list_transform("
    "string_split(COLUMN, ''), lambda sign: CASE WHEN regexp_matches(sign, '^[" + UNRESERVED_BEYOND_ASCII + "]$')"
    " THEN sign ELSE url_encode(sign) END)), lambda left_, right_: left_ || right_) ELSE ENCODED END"
)


_NOT_ON_THIS_ENGINE = Text(
    "이 엔진에서는 rml:IRI 템플릿의 글자를 그대로 둘 수 없습니다. rml:URI를 쓰십시오.",
    "this engine cannot keep letters in a template of an rml:IRI; write rml:URI",
)


class Dialect(NamedTuple):
    """What differs between engines: quoted identifiers, and percent-encoding of reserved characters.

    ``rare_apart`` escapes rare characters in a separate branch: faster, but longer; Spark compiles it to Java methods,
    which are limited to 64 kB.
    """

    quote: str
    encode: str
    rare_apart: bool = True
    encode_iri: str = _ENCODE_IRI  # empty where the engine cannot

    def name(self, identifier: str) -> str:
        return self.quote + identifier.replace(self.quote, self.quote * 2) + self.quote


DUCKDB = Dialect('"', "url_encode({})")
SPARK = Dialect("`", "replace(replace(replace(url_encode({}), '+', '%20'), '*', '%2A'), '%7E', '~')", False, "")


class Seen(NamedTuple):
    """The result of inspecting the tables, by source and column; nothing is known of columns not listed."""

    plain: frozenset[tuple[str, str]] = frozenset()  # no character that N-Quads escape
    full: frozenset[tuple[str, str]] = frozenset()  # a value in every row
    rows: Names[str, int] = MappingProxyType({})  # of each source


NOTHING_SEEN = Seen()


class Select(NamedTuple):
    """A query for lines, and the number of lines of each row if it is the same for all rows."""

    sql: str
    lines_a_row: int | None


_NAMED = {8: "b", 9: "t", 10: "n", 12: "f", 13: "r"}
_CONTROLS = [code for code in (*range(32), 127, 0xFFFE, 0xFFFF)]
_TO_ESCAPE = '[\\x00-\\x1f"\\\\\\x7f\\x{FFFE}\\x{FFFF}]'
_COMMON = (9, 10, 13)  # control characters that are common in text
_RARE = [code for code in _CONTROLS if code not in _COMMON]
_IS_RARE = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\\x{FFFE}\\x{FFFF}]"


def compile_to_sql(mapping: Mapping, tables: Tables, dialect: Dialect = DUCKDB) -> list[str]:
    """One ``SELECT`` for each source and subject; its column ``lines`` holds one or more complete lines.

    They are not sorted and may repeat: the caller splits at line feeds, drops duplicates and sorts.
    """
    return [
        f"SELECT lines FROM ({select(block, chunk, block.prefix, tables, dialect).sql}) AS made WHERE lines <> ''"
        for block in blocks(mapping)
        for chunk in block.chunks
    ]


def select(
    block: Block,
    chunk: list[Group],
    prefix: str,
    tables: Tables,
    dialect: Dialect = DUCKDB,
    *,
    ordered: bool = False,
    seen: Seen = NOTHING_SEEN,
    cuts: Iterable[int] = (),
) -> Select:
    """The query with ``k`` (the subject after ``prefix``, the sort key), ``lines``, and ``line_count`` if it varies.

    After each of the ``cuts`` the lines continue in another column, named by its position (``lines4``). Rows are sorted
    before the lines are made, so that short values are moved and not long text. ``seen`` saves tests and escapes.
    """
    lines = [line for group in chunk for line in group]
    subject = [part for part in block.subject if isinstance(part, ColumnForm)]
    fields = list(dict.fromkeys([*subject, *(found for line in lines for found in line.fields)]))
    columns = list(dict.fromkeys((found.side, found.column) for found in fields))
    names = {found: f"f{number}" for number, found in enumerate(fields)}
    forms = []
    for found, name in names.items():
        column = f"v{columns.index((found.side, found.column))}"
        forms.append(
            f"{_form(found, _source(found.side, block.rows, found.column) in seen.plain, column, dialect)} AS {name}"
        )
    # a row without its subject, or without a value that every line needs, gives no line
    needed = set(subject).union(set.intersection(*(set(line.fields) for line in lines)))
    sure = needed.union(found for found in fields if _source(found.side, block.rows, found.column) in seen.full)
    known = " AND ".join(f"{name} IS NOT NULL" for found, name in names.items() if found in needed) or "1 = 1"
    key = (str(block.subject[0])[len(prefix) :], *block.subject[1:])
    valued = _values(block.rows, columns, tables, dialect, seen)
    keyed = (
        f"SELECT {', '.join([f'{_concat(key, names)} AS k', *names.values()])} FROM"
        f" (SELECT {', '.join(forms) or '1 AS one'} FROM ({valued}) AS valued)"
        f" AS formed WHERE {known}{' ORDER BY k' if ordered else ''}"
    )
    ends = itertools.pairwise([0, *cuts, len(chunk)])
    pieces = [f"{_chunk(chunk[start:end], prefix, sure, names)} AS lines{start or ''}" for start, end in ends]
    count = _count(chunk, sure, names)
    counted = [] if count.isdigit() else [f"{count} AS line_count"]
    made = ", ".join(["k", *counted, *pieces])
    return Select(f"SELECT {made} FROM ({keyed}) AS keyed", int(count) if count.isdigit() else None)


def _values(rows: Rows, columns: list[tuple[str, str]], tables: Tables, dialect: Dialect, seen: Seen) -> str:
    """The columns that are used, as text; an empty cell is NULL."""
    chosen = [
        f"{(_cell if _source(side, rows, column) in seen.full else value)(column, dialect, side)} AS v{number}"
        for number, (side, column) in enumerate(columns)
    ]
    return f"SELECT {', '.join(chosen) or '1 AS one'} FROM {from_clause(rows, columns, tables, dialect)}"


def value(column: str, dialect: Dialect = DUCKDB, side: str = "child") -> str:
    return f"nullif({_cell(column, dialect, side)}, '')"


def _cell(column: str, dialect: Dialect, side: str) -> str:
    return f"CAST({side}.{dialect.name(column)} AS STRING)"


def from_clause(rows: Rows, columns: Iterable[tuple[str, str]], tables: Tables, dialect: Dialect = DUCKDB) -> str:
    clause = f"{table(tables, rows.child)} AS child"
    if not rows.joins:
        return clause
    ends = (part.name for _, end in rows.joins for part in end if isinstance(part, Column))
    needed = dict.fromkeys([*(name for side, name in columns if side == "parent"), *ends])
    parent = ", ".join(dialect.name(name) for name in needed)
    met = " AND ".join(
        f"{_end(child, dialect, 'child')} = {_end(parent, dialect, 'parent')}" for child, parent in rows.joins
    )
    return f"{clause} JOIN (SELECT DISTINCT {parent} FROM {table(tables, rows.parent)} AS whole) AS parent ON {met}"


def _end(end: JoinEnd, dialect: Dialect, side: str) -> str:
    """The text of one end of a join; NULL if one of its columns is NULL."""
    return " || ".join(value(part.name, dialect, side) if isinstance(part, Column) else text(part) for part in end)


def table(tables: Tables, source: str) -> str:
    return tables(source) if callable(tables) else tables[source]


def _source(side: str, rows: Rows, column: str) -> tuple[str, str]:
    """Source and column, the key under which columns were inspected."""
    return (rows.child if side == "child" else rows.parent), column


def _form(form: ColumnForm, plain: bool, column: str, dialect: Dialect) -> str:
    if form.form == "encoded":
        return dialect.encode.format(column)
    if form.form == "encoded-iri":
        if not dialect.encode_iri:
            raise MappingError([MappingFault(form.column, "rml:termType", _NOT_ON_THIS_ENGINE)])
        return dialect.encode_iri.replace("COLUMN", column).replace("ENCODED", dialect.encode.format(column))
    if form.form == "tag":
        return f"lower({column})"
    return escaped(column, dialect.rare_apart) if form.form == "escaped" and not plain else column


def escaped(column: str, rare_apart: bool = True) -> str:
    """The canonical escapes of N-Quads; common values take the short path."""
    made = f"replace(replace({column}, chr(92), concat(chr(92), chr(92))), '\"', concat(chr(92), '\"'))"
    made = _replaced(made, _COMMON)
    whole = _replaced(made, _RARE)
    if rare_apart:
        whole = f"CASE WHEN {_holds(column, _IS_RARE)} THEN {whole} ELSE {made} END"
    return f"CASE WHEN {needs_escapes(column)} THEN {whole} ELSE {column} END"


def _replaced(expression: str, codes: Iterable[int]) -> str:
    for code in codes:
        sign = f"chr({code})" if code < 128 else f"'{chr(code)}'"  # Spark's chr is limited to 255
        expression = f"replace({expression}, {sign}, concat(chr(92), '{_NAMED.get(code, f'u{code:04X}')}'))"
    return expression


def needs_escapes(column: str) -> str:
    return _holds(column, _TO_ESCAPE)


def _holds(column: str, signs: str) -> str:
    return f"regexp_extract({column}, {text(signs)}, 0) <> ''"


def may_not_be_an_iri(column: str) -> str:
    """A quick first test: false only for values that certainly are IRIs."""
    return f"regexp_extract({column}, {text(PLAIN_IRI)}, 0) = ''"


def not_an_iri(column: str) -> str:
    """True for values that cannot be written between ``<`` and ``>`` as they are."""
    return f"regexp_extract({column}, {text(ABSOLUTE_IRI)}, 0) = ''"


def not_a_tag(column: str) -> str:
    """True for values that cannot be a language tag, or a part of one."""
    return f"regexp_extract({column}, '^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$', 0) = ''"


def _chunk(chunk: list[Group], prefix: str, sure: set[ColumnForm], names: dict[ColumnForm, str]) -> str:
    """All lines of a row, joined; lines that lack a value are left out, adjacent ones by one test."""
    key = ColumnForm("k", "key")
    names = {**names, key: "k"}
    parts: list[str | ColumnForm] = []

    def whole(lines: Iterable[QuadTemplate]) -> list[str | ColumnForm]:
        return [part for line in lines for part in (prefix, key, *line.rest)]

    def put(expression: str) -> None:
        made = ColumnForm(expression, "sql")
        names[made] = expression
        parts.append(made)

    for (paired, test), groups in itertools.groupby(
        chunk, lambda group: (len(group) > 1, _test(group[0], sure, names))
    ):
        if paired:
            for left, right in groups:
                both = [_tested(whole([line]), _test(line, sure, names), names) for line in (left, right)]
                put(_pair(*both, may_be_equal=ever_equal(left, right)))
        elif test:
            put(_tested(whole(line for (line,) in groups), test, names))
        else:
            parts += whole(line for (line,) in groups)
    return _concat(parts, names)


def _count(chunk: list[Group], sure: set[ColumnForm], names: dict[ColumnForm, str]) -> str:
    """The number of lines of a row; NULL if two of them may be equal."""
    if any(len(group) > 1 and ever_equal(*group) for group in chunk):
        return "NULL"
    tests = [_test(line, sure, names) for group in chunk for line in group]
    some = [f"CASE WHEN {test} THEN 1 ELSE 0 END" for test in tests if test]
    return " + ".join([str(tests.count("")), *some])


def _tested(parts: list[str | ColumnForm], test: str, names: dict[ColumnForm, str]) -> str:
    made = _concat(parts, names)
    return f"CASE WHEN {test} THEN {made} ELSE '' END" if test else made


def _pair(line: str, other_line: str, *, may_be_equal: bool) -> str:
    """Two lines in byte order, or one line if they are equal."""
    second = f"greatest({line}, {other_line})"
    if may_be_equal:
        second = f"CASE WHEN {line} = {other_line} THEN '' ELSE {second} END"
    return f"concat(least({line}, {other_line}), {second})"


def _test(line: QuadTemplate, sure: set[ColumnForm], names: dict[ColumnForm, str]) -> str:
    tests = [f"{names[found]} IS NOT NULL" for found in dict.fromkeys(line.fields) if not _is_sure(found, sure)]
    if line.only_if:
        tests.append(f"{_concat(line.only_if[0], names)} = {text(line.only_if[1])}")
    return " AND ".join(tests)


def _is_sure(column: ColumnForm, sure: set[ColumnForm]) -> bool:
    return any((sure_column.column, sure_column.side) == (column.column, column.side) for sure_column in sure)


def _concat(parts: Iterable[str | ColumnForm] | Segments, names: dict[ColumnForm, str]) -> str:
    arguments: list[str] = []
    run = ""
    for part in [*parts, None]:
        if isinstance(part, str):
            run += part
            continue
        arguments += _pieces(run)
        run = ""
        if part is not None:
            arguments.append(names[part])
    return f"concat({', '.join(arguments)})" if arguments else "''"


def _pieces(constant: str) -> list[str]:
    spelled = {"\\": "chr(92)", "'": "chr(39)"}
    return [spelled.get(piece, f"'{piece}'") for piece in re.split(r"([\\'])", constant) if piece]


def text(constant: str) -> str:
    """A constant as SQL that means the same in all engines."""
    pieces = _pieces(constant)
    return pieces[0] if len(pieces) == 1 else f"concat({', '.join(pieces)})" if pieces else "''"
