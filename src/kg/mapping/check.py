"""Inspects the tables before quads are written: columns, types, values that must be IRIs, text without escapes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import NamedTuple

import duckdb

from kg.errors import Text
from kg.mapping.model import Column, Mapping, MappingError, MappingFault, ParentMap, TermMap, TriplesMap
from kg.mapping.sql import Seen, Tables, may_not_be_an_iri, needs_escapes, not_a_tag, not_an_iri, table, value

# types with a unique text form: no exponents, no time zones, no containers
PLAIN_TYPES = re.compile(r"VARCHAR|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL\(.*\)|BOOLEAN|DATE|UUID|ENUM\(.*\)")

INSPECTED_AT_ONCE = (
    4  # tables below a row group (122,880 rows) occupy one core each; more than cores, since they take different times
)


class _Reference(NamedTuple):
    """One use of a column: its place in the mapping, and whether the value is a whole IRI."""

    source: str
    column: str
    place: str
    property: str
    as_iri: bool = False
    in_literal: bool = False
    as_tag: bool = False

    def fault(self, text: Text) -> MappingFault:
        return MappingFault(self.place, self.property, text)


def inspect_tables(connection: duckdb.DuckDBPyConnection, mapping: Mapping, tables: Tables) -> Seen:
    """Find the columns that need no escapes, and those that have a value in every row.

    Raises ``MappingError`` with every missing column, unfit type and value that is not an IRI. The tables may not
    change until the quads are written.
    """
    used: dict[str, list[_Reference]] = defaultdict(list)
    for triples_map in mapping.triples_maps:
        for reference in dict.fromkeys(_references(mapping, triples_map)):
            used[reference.source].append(reference)
    relations = {}
    for source in used:  # called in this thread, because the caller's function may use the connection
        with suppress(KeyError):
            relations[source] = table(tables, source)
    tasks = [(connection.cursor(), relations, source, references) for source, references in sorted(used.items())]
    with ThreadPoolExecutor(INSPECTED_AT_ONCE) as pool:
        inspected = list(pool.map(_inspect_table, *zip(*tasks, strict=True))) if tasks else []
    if faults := [fault for result in inspected for fault in result.faults]:
        raise MappingError(faults)
    return Seen(
        plain=frozenset().union(*(result.plain for result in inspected)),
        full=frozenset().union(*(result.full for result in inspected)),
        rows=dict(zip(sorted(used), (result.rows for result in inspected), strict=True)),
    )


class _Inspected(NamedTuple):
    """The result for one table: faults, columns without escapes and without gaps (source, column), number of rows."""

    faults: list[MappingFault]
    plain: frozenset[tuple[str, str]] = frozenset()
    full: frozenset[tuple[str, str]] = frozenset()
    rows: int = 0


def _inspect_table(
    cursor: duckdb.DuckDBPyConnection, tables: Tables, source: str, references: list[_Reference]
) -> _Inspected:
    try:
        described = cursor.execute(f"DESCRIBE SELECT * FROM {table(tables, source)} AS child").fetchall()
    except (duckdb.Error, KeyError) as error:
        reason = str(error).splitlines()[0]
        text = Text(f"{source}을(를) 읽을 수 없습니다: {reason}", f"{source} cannot be read: {reason}")
        return _Inspected([MappingFault(references[0].place, "rml:source", text)])
    types = {row[0]: row[1] for row in described}
    wrong = [(reference, _column_fault(reference, types)) for reference in references]
    faults = [reference.fault(text) for reference, text in wrong if text is not None]
    fit = [reference for reference, text in wrong if text is None]
    bad, clean, filled, rows = _inspect_values(cursor, tables, source, fit)
    for use in fit:
        kind = "iri" if use.as_iri else "tag" if use.as_tag else ""
        if (use.column, kind) in bad:
            faults.append(use.fault(_value_text(use, kind, *bad[use.column, kind])))
    plain, full = (frozenset((source, column) for column in columns) for columns in (clean, filled))
    return _Inspected(faults, plain, full, rows)


def _references(mapping: Mapping, triples_map: TriplesMap) -> Iterator[_Reference]:
    named: list[tuple[str, TermMap]] = [
        ("rr:subjectMap", triples_map.subject),
        *(("rr:graphMap", graph) for graph in triples_map.graphs),
    ]
    for pair in triples_map.pairs:
        named += [("rr:predicateMap", term) for term in pair.predicates]
        named += [("rr:objectMap", term) for term in pair.objects if isinstance(term, TermMap)]
        named += [("rr:graphMap", term) for term in pair.graphs]
        for parent in (term for term in pair.objects if isinstance(term, ParentMap)):
            parent_source = mapping.triples_map(parent.parent).source
            for child, parent_end in parent.joins:
                for source, name, end in (
                    (triples_map.source, "rr:child", child),
                    (parent_source, "rr:parent", parent_end),
                ):
                    for part in (part for part in end if isinstance(part, Column)):
                        yield _Reference(source, part.name, triples_map.place, name)
    for name, term in named:
        for term_map in (term, term.suffix_map):
            for part in (part for part in (term_map.parts if term_map else ()) if isinstance(part, Column)):
                assert term_map is not None  # it has parts
                as_iri = term_map.is_iri and term_map.kind == "reference"
                as_tag = term_map is term.suffix_map and not term_map.is_iri
                yield _Reference(
                    triples_map.source, part.name, triples_map.place, name, as_iri, not term_map.is_iri, as_tag
                )


def _column_fault(reference: _Reference, types: dict[str, str]) -> Text | None:
    if reference.column not in types:
        known = ", ".join(types)
        return Text(
            f"{reference.source}에 열 '{reference.column}'이(가) 없습니다. 열: {known}",
            f"{reference.source} has no column '{reference.column}'; it has {known}",
        )
    kind = types[reference.column]
    if not PLAIN_TYPES.fullmatch(kind):
        return Text(
            f"{reference.source}의 열 '{reference.column}'({kind})은 표기가 여럿입니다. 표에서 문자열로 바꾸십시오.",
            f"column '{reference.column}' of {reference.source} is {kind}, which can be written as text in"
            " more than one way; make it text in the table",
        )
    return None


def _inspect_values(
    connection: duckdb.DuckDBPyConnection, tables: Tables, source: str, references: list[_Reference]
) -> tuple[dict[tuple[str, str], tuple[str, int]], list[str], list[str], int]:
    """Inspect the values of a table.

    Returns the columns with values that are not IRIs or language tags (smallest value, count), the columns without
    escapes, the columns without gaps, and the number of rows.
    """
    checked = sorted({(reference.column, "iri") for reference in references if reference.as_iri})
    checked += sorted({(reference.column, "tag") for reference in references if reference.as_tag})
    literal = sorted({reference.column for reference in references if reference.in_literal})
    used = sorted({reference.column for reference in references})
    if not connection.execute(f"SELECT 1 FROM {table(tables, source)} AS child LIMIT 1").fetchone():
        return {}, literal, used, 0
    quick = {"iri": may_not_be_an_iri, "tag": not_a_tag}
    exact = {"iri": not_an_iri, "tag": not_a_tag}
    tests = [f"bool_or({quick[kind](value(column))})" for column, kind in checked]
    tests += [f"bool_or({needs_escapes(value(column))})" for column in literal]
    tests += [f"bool_or({value(column)} IS NULL)" for column in used]
    tests.append("count(*)")
    found = connection.execute(f"SELECT {', '.join(tests)} FROM {table(tables, source)} AS child").fetchone()
    assert found is not None
    answers = iter(found[:-1])
    suspect = [tested for tested in checked if next(answers)]
    clean = [column for column in literal if not next(answers)]
    filled = [column for column in used if not next(answers)]
    bad = {}
    for column, kind in suspect:
        test = f"CASE WHEN {exact[kind](value(column))} THEN {value(column)} END"
        query = f"SELECT min({test}), count({test}) FROM {table(tables, source)} AS child"
        sample, count = connection.execute(query).fetchone() or (None, 0)
        if count:
            bad[column, kind] = (sample, count)
    return bad, clean, filled, found[-1]


def _value_text(reference: _Reference, kind: str, sample: str, count: int) -> Text:
    kinds = {"iri": Text("절대 IRI", "absolute IRIs"), "tag": Text("언어 태그", "language tags")}[kind]
    shown = repr(sample if len(sample) <= 80 else sample[:80] + "…")
    return Text(
        f"{reference.source}의 열 '{reference.column}'에 {kinds.ko}가 아닌 값이 {count}개 있습니다. 예: {shown}",
        f"column '{reference.column}' of {reference.source} has {count} value(s) that are not {kinds.en},"
        f" such as {shown}",
    )
