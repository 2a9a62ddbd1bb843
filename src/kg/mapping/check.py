"""What must hold of the tables before a line is written: columns, types with one plain text, IRIs that are IRIs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import duckdb

from kg.errors import Text
from kg.mapping.model import Mapping, MappingError, MappingFault, ParentMap, TermMap, TriplesMap
from kg.mapping.sql import Tables, not_an_iri, table, value

# types whose text is the same everywhere: no exponents, no time zones, no containers
PLAIN_TYPES = re.compile(r"VARCHAR|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL\(.*\)|BOOLEAN|DATE|UUID|ENUM\(.*\)")


def check_tables(connection: duckdb.DuckDBPyConnection, mapping: Mapping, tables: Tables) -> None:
    """Raise ``MappingError`` with every missing column, unfit type and value that is not an IRI."""
    faults: list[MappingFault] = []
    used: dict[str, list[tuple[str, str, bool, TriplesMap]]] = defaultdict(list)
    for triples_map in mapping.triples_maps:
        for source, name, column, is_iri in _references(mapping, triples_map):
            used[source].append((name, column, is_iri, triples_map))
    for source, references in sorted(used.items()):
        try:
            described = connection.execute(f"DESCRIBE SELECT * FROM {table(tables, source)} AS child").fetchall()
        except (duckdb.Error, KeyError) as error:
            text = Text(f"{source}을(를) 읽을 수 없습니다: {error}", f"{source} cannot be read: {error}")
            faults.append(MappingFault(references[0][3].place, "rml:source", text))
            continue
        types = {row[0]: row[1] for row in described}
        for name, column, _, triples_map in references:
            wrong = _column_fault(source, column, types)
            if wrong is not None and MappingFault(triples_map.place, name, wrong) not in faults:
                faults.append(MappingFault(triples_map.place, name, wrong))
        whole = {column for _, column, is_iri, _ in references if is_iri and column in types}
        bad = _bad_values(connection, tables, source, sorted(whole))
        for name, column, is_iri, triples_map in references:
            if is_iri and column in bad:
                faults.append(MappingFault(triples_map.place, name, _value_text(source, column, *bad[column])))
    if faults:
        raise MappingError(faults)


def _references(mapping: Mapping, one: TriplesMap) -> Iterator[tuple[str, str, str, bool]]:
    """Source, property, column, and whether the value is taken as a whole IRI."""
    named: list[tuple[str, TermMap]] = [
        ("rr:subjectMap", one.subject),
        *(("rr:graphMap", graph) for graph in one.graphs),
    ]
    for pair in one.pairs:
        named += [("rr:predicateMap", term) for term in pair.predicates]
        named += [("rr:objectMap", term) for term in pair.objects if isinstance(term, TermMap)]
        named += [("rr:graphMap", term) for term in pair.graphs]
        for parent in (term for term in pair.objects if isinstance(term, ParentMap)):
            other = mapping.triples_map(parent.parent)
            for child_end, parent_end in parent.joins:
                yield one.source, "rr:child", child_end, False
                yield other.source, "rr:parent", parent_end, False
    for name, term in named:
        for column in term.columns:
            yield one.source, name, column, term.is_iri and term.kind == "reference"


def _column_fault(source: str, column: str, types: dict[str, str]) -> Text | None:
    if column not in types:
        known = ", ".join(types)
        return Text(f"{source}에 열 '{column}'이(가) 없습니다. 있는 열: {known}",
                    f"{source} has no column '{column}'; it has {known}")  # fmt: skip
    if not PLAIN_TYPES.fullmatch(types[column]):
        return Text(f"{source}의 열 '{column}'({types[column]})은 글로 적는 법이 여럿입니다. 표에서 문자열로 바꾸세요.",
                    f"column '{column}' of {source} is {types[column]}, which has more than one text; make it text"
                    " in the table")  # fmt: skip
    return None


def _bad_values(
    connection: duckdb.DuckDBPyConnection, tables: Tables, source: str, columns: list[str]
) -> dict[str, tuple[str, int]]:
    """For each column with values that are not absolute IRIs: the least of them, and how many there are."""
    if not columns:
        return {}
    tests = [f"CASE WHEN {not_an_iri(value(column))} THEN {value(column)} END" for column in columns]
    aggregates = ", ".join(f"min({test}), count({test})" for test in tests)
    found = connection.execute(f"SELECT {aggregates} FROM {table(tables, source)} AS child").fetchone()
    assert found is not None
    return {
        column: (found[2 * number], found[2 * number + 1])
        for number, column in enumerate(columns)
        if found[2 * number + 1]
    }


def _value_text(source: str, column: str, sample: str, count: int) -> Text:
    shown = repr(sample if len(sample) <= 80 else sample[:80] + "…")
    ko = f"{source}의 열 '{column}'에 IRI가 아닌 값이 {count}개 있습니다. 보기: {shown}"
    return Text(ko, f"column '{column}' of {source} has {count} value(s) that are no absolute IRI, such as {shown}")
