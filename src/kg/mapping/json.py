"""JSON sources as tables: one row for each item of the iterator, one column for each reference.

References are JSONPath (RFC 9535), read by ``python-jsonpath``. Numbers and booleans keep their natural datatype
(RML-Core): where the document gives neither datatype nor language, a whole number becomes ``xsd:integer``, any other
number ``xsd:double``, and true and false ``xsd:boolean``.
"""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from kg.errors import KgError, Text
from kg.mapping.iri import is_absolute_iri
from kg.mapping.model import Column, Mapping, MappingError, MappingFault, ParentMap, TermMap, TriplesMap
from kg.values import sql_name
from kg.vocab import XSD

MAX_COMBINATIONS = 100_000  # of the values of one item, if its references have several
NATURAL = {"": "", "integer": f"^^<{XSD.integer}>", "double": f"^^<{XSD.double}>", "boolean": f"^^<{XSD.boolean}>"}


class _Value(NamedTuple):
    """A value as text, with its natural datatype; the empty name is text."""

    text: str
    datatype: str = ""


class _Column(NamedTuple):
    """A column of the table: a reference, limited to values of one datatype, or with IRIs resolved against a base."""

    reference: str
    datatype: str | None = None
    base_iri: str | None = None

    @property
    def name(self) -> str:
        datatype = "" if self.datatype is None else f" ^^{self.datatype}"
        return self.reference + datatype + ("" if self.base_iri is None else f" <{self.base_iri}>")


def read_json_sources(
    connection: duckdb.DuckDBPyConnection, mapping: Mapping, folder: Path
) -> tuple[Mapping, dict[str, str]]:
    """The mapping with tables in place of its JSON sources, and the relation of each table.

    Files are looked for in ``folder``. Raises ``MappingError`` with every file that cannot be read, path that is not
    JSONPath, and reference whose value is a list or an object.
    """
    by_source: dict[tuple[str, str], list[TriplesMap]] = defaultdict(list)
    for triples_map in mapping.triples_maps:
        if triples_map.iterator is not None:
            by_source[triples_map.source, triples_map.iterator].append(triples_map)
    if not by_source:
        return mapping, {}
    sources = {key: _Source(folder / key[0], key[1], maps, mapping) for key, maps in by_source.items()}
    if faults := [fault for source in sources.values() for fault in source.faults]:
        raise MappingError(faults)
    relations = {}
    for number, (key, source) in enumerate(sources.items()):
        table = f"json_{number}"
        source.write(connection, table)
        relations[" ".join(key)] = table
    return Mapping(
        tuple(_over_tables(triples_map, sources, mapping) for triples_map in mapping.triples_maps)
    ), relations


class _Source:
    """The items of one JSON source, with the values of every reference to it."""

    def __init__(self, path: Path, iterator: str, maps: list[TriplesMap], mapping: Mapping):
        self.path, self.maps, self.faults = path, maps, []  # type: ignore[var-annotated]  # list of MappingFault
        self.references = sorted({name for triples_map in maps for name in _references(triples_map, mapping)})
        self.columns: dict[_Column, str] = {}
        self.items: list[dict[str, list[_Value]]] = []
        queries = {name: self._compile(name, "rml:reference") for name in self.references}
        items = self._compile(iterator, "rml:iterator")
        data = self._load()
        if self.faults:
            return
        for item in items.findall(data):
            self.items.append({name: self._values(name, query.findall(item)) for name, query in queries.items()})
        self._check_repeated()

    @property
    def place(self) -> str:
        return self.maps[0].place

    def _fault(self, name: str, ko: str, en: str) -> None:
        fault = MappingFault(self.place, name, Text(ko, en))
        if fault not in self.faults:
            self.faults.append(fault)

    def _compile(self, path: str, name: str) -> Any:
        try:
            import jsonpath
        except ImportError:
            raise KgError(
                Text(
                    "JSON 소스에는 python-jsonpath가 필요합니다: pip install 'sangsaeng-kg[json]'",
                    "JSON sources need python-jsonpath: pip install 'sangsaeng-kg[json]'",
                )
            ) from None
        try:
            return jsonpath.JSONPathEnvironment(strict=True).compile(path if path.startswith("$") else f"$.{path}")
        except jsonpath.JSONPathError as error:
            reason = str(error).splitlines()[0]
            self._fault(name, f"{path!r}은(는) JSONPath가 아닙니다: {reason}", f"{path!r} is not JSONPath: {reason}")
            return None

    def _load(self) -> Any:
        try:
            return json.loads(self.path.read_text(encoding="utf-8"), parse_constant=_no_number)
        except FileNotFoundError:
            self._fault("rml:source", f"{self.path.name}: 파일이 없습니다.", f"there is no file {self.path.name}")
        except (OSError, ValueError, RecursionError) as error:
            self._fault(
                "rml:source",
                f"{self.path.name}을(를) JSON으로 읽을 수 없습니다: {error}",
                f"{self.path.name} cannot be read as JSON: {error}",
            )
        return None

    def _values(self, name: str, found: Iterable[Any]) -> list[_Value]:
        values = []
        for value in found:
            if isinstance(value, list | dict):
                self._fault(
                    "rml:reference",
                    f"{name!r}의 값이 목록이나 객체입니다. 그 안의 값을 참조하십시오({name}[*]).",
                    f"{name!r} leads to a list or an object; refer to the values in it ({name}[*])",
                )
            elif value is not None:
                values.append(_value(value))
        return values

    def _check_repeated(self) -> None:
        """Refuse a reference with several values that one quad uses twice: each would be paired only with itself."""
        several = {name for item in self.items for name, values in item.items() if len(values) > 1}
        for triples_map in self.maps:
            outer = [triples_map.subject, *triples_map.graphs]
            for pair in triples_map.pairs:
                inner = [*outer, *pair.predicates, *pair.graphs]
                for made in (found for found in pair.objects if isinstance(found, TermMap)):
                    used = [name for term in [*inner, made] for name in set(term.columns)]
                    for name in sorted(several.intersection(name for name in used if used.count(name) > 1)):
                        self._fault(
                            "rml:reference",
                            f"{name!r}은(는) 값이 여럿이어서 한 쿼드에 두 번 쓸 수 없습니다.",
                            f"{name!r} has several values, so one quad cannot use it twice",
                        )

    def datatypes(self, name: str) -> list[str]:
        """The natural datatypes that the values of a reference have."""
        found = {value.datatype for item in self.items for value in item[name]}
        return sorted(found) or [""]

    def parts(
        self, parts: tuple[str | Column, ...], datatype: str | None = None, base_iri: str | None = None
    ) -> tuple[str | Column, ...]:
        """The parts of a term, with each reference replaced by the column that has its values in this form."""
        return tuple(
            self._column(part.name, datatype, base_iri) if isinstance(part, Column) else part for part in parts
        )

    def _column(self, reference: str, datatype: str | None = None, base_iri: str | None = None) -> Column:
        made = _Column(reference, datatype, base_iri)
        if made not in self.columns:  # DuckDB treats names that differ only in case as equal
            twins = sum(name.casefold().startswith(made.name.casefold()) for name in self.columns.values())
            self.columns[made] = f"{made.name} ({twins})" if twins else made.name
        return Column(self.columns[made])

    def write(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        """Write the table, with a column for each form in which the mapping uses a reference."""
        import pandas

        for reference in self.references:
            self._column(reference)
            for datatype in self.datatypes(reference):
                self._column(reference, datatype=datatype)
            for base_iri in sorted({triples_map.base_iri for triples_map in self.maps}):
                self._column(reference, base_iri=base_iri)
        columns = list(self.columns)
        rows = [[_cell(column, row[column.reference]) for column in columns] for row in self._rows()]
        frame = pandas.DataFrame(rows, columns=list(self.columns.values()), dtype="object")
        names = ", ".join(f"{sql_name(name)} VARCHAR" for name in self.columns.values()) or '"-" VARCHAR'
        connection.execute(f"CREATE TABLE {table} ({names})")
        if rows and columns:
            connection.register("json_frame", frame)
            connection.execute(f"INSERT INTO {table} SELECT * FROM json_frame")
            connection.unregister("json_frame")
        elif rows:  # only constants: just the number of items matters
            connection.execute(f"INSERT INTO {table} SELECT '' FROM range({len(rows)})")

    def _rows(self) -> Iterator[dict[str, _Value | None]]:
        for item in self.items:
            choices: list[list[_Value] | list[None]] = [item[name] or [None] for name in self.references]
            count = 1
            for choice in choices:
                count *= len(choice)
            if count > MAX_COMBINATIONS:
                self._fault(
                    "rml:reference",
                    f"한 항목의 값 조합이 {count:,}개로, {MAX_COMBINATIONS:,}개를 넘습니다.",
                    f"one item has {count:,} combinations of values, more than {MAX_COMBINATIONS:,}",
                )
                raise MappingError(self.faults)
            for values in itertools.product(*choices):
                yield dict(zip(self.references, values, strict=True))


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _value(value: Any) -> _Value:
    """The text of a scalar, and its natural datatype; a double in its canonical form, 3.0E1."""
    if isinstance(value, bool):
        return _Value("true" if value else "false", "boolean")
    if isinstance(value, int):
        return _Value(str(value), "integer")
    if isinstance(value, float):
        forms = (f"{value:.{digits}E}" for digits in range(1, 18))
        mantissa, _, exponent = next(form for form in forms if float(form) == value).partition("E")
        return _Value(f"{mantissa}E{int(exponent)}", "double")
    return _Value(str(value))


def _cell(column: _Column, value: _Value | None) -> str | None:
    if value is None or column.datatype not in (None, value.datatype):
        return None
    if column.base_iri is not None and not is_absolute_iri(value.text):
        return column.base_iri + value.text
    return value.text


def _references(triples_map: TriplesMap, mapping: Mapping) -> Iterator[str]:
    """The references of a triples map to its source, and those of triples maps that have it as their parent."""
    for term in _terms(triples_map):
        yield from term.columns
    for pair in triples_map.pairs:
        for made in (found for found in pair.objects if isinstance(found, ParentMap)):
            yield from _ends(child for child, _ in made.joins)
            if not made.joins:
                yield from mapping.triples_map(made.parent).subject.columns
    for child_map in mapping.triples_maps:
        for pair in child_map.pairs:
            for made in (found for found in pair.objects if isinstance(found, ParentMap)):
                if made.parent == triples_map.place:
                    yield from _ends(parent for _, parent in made.joins)


def _ends(ends: Iterable[tuple[str | Column, ...]]) -> Iterator[str]:
    return (part.name for end in ends for part in end if isinstance(part, Column))


def _terms(triples_map: TriplesMap) -> Iterator[TermMap]:
    yield triples_map.subject
    yield from triples_map.graphs
    for pair in triples_map.pairs:
        yield from pair.predicates
        yield from pair.graphs
        yield from (made for made in pair.objects if isinstance(made, TermMap))


def _over_tables(triples_map: TriplesMap, sources: dict[tuple[str, str], _Source], mapping: Mapping) -> TriplesMap:
    """The triples map on its table: IRIs resolved, and literals split by their natural datatype."""
    if triples_map.iterator is None:
        return triples_map
    source = sources[triples_map.source, triples_map.iterator]

    def term(made: TermMap) -> TermMap:
        is_whole = made.is_iri and made.kind == "reference"
        parts = source.parts(made.parts, base_iri=triples_map.base_iri if is_whole else None)
        return made._replace(parts=parts, suffix_map=term(made.suffix_map) if made.suffix_map else None)

    def objects(made: TermMap | ParentMap) -> Iterator[TermMap | ParentMap]:
        if isinstance(made, ParentMap):
            parent = mapping.triples_map(made.parent)
            parent_source = sources[parent.source, parent.iterator] if parent.iterator is not None else None
            joins = [(source.parts(a), parent_source.parts(b) if parent_source else b) for a, b in made.joins]
            yield made._replace(joins=tuple(joins))
        elif made.kind == "reference" and not made.is_iri and not made.is_typed:
            for datatype in source.datatypes(made.columns[0]):
                parts = source.parts(made.parts, datatype=datatype)
                yield made._replace(parts=parts, suffix=NATURAL[datatype])
        else:
            yield term(made)

    pairs = tuple(
        pair._replace(
            predicates=tuple(map(term, pair.predicates)),
            objects=tuple(found for made in pair.objects for found in objects(made)),
            graphs=tuple(map(term, pair.graphs)),
        )
        for pair in triples_map.pairs
    )
    return triples_map._replace(
        source=f"{triples_map.source} {triples_map.iterator}",
        subject=term(triples_map.subject),
        graphs=tuple(map(term, triples_map.graphs)),
        pairs=pairs,
        iterator=None,
    )
