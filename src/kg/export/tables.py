"""Rebuilds the record tables from the graph alone, by inverting the RML mapping."""

from __future__ import annotations

import itertools
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph

from kg.dialect import csv_text
from kg.errors import KgError, Text
from kg.files import written
from kg.mapping import read_mapping
from kg.mapping.model import Column, TermMap, TriplesMap
from kg.paths import shipped
from kg.records import RecordTable, Schema, read_schema
from kg.values import sql_name, sql_text
from kg.vocab import GRAPH_REGISTER, KG, RDF, RDFS

Values = Mapping[str, set[tuple[str, str]]]  # predicate -> (value, language)


@dataclass(frozen=True)
class Inverse:
    """The inverse of a triples map: reads the rows of a table from the subjects that the map made."""

    table: RecordTable
    subject: TermMap
    classes: frozenset[str]
    constants: tuple[tuple[str, str], ...]
    cells: tuple[tuple[str, TermMap], ...]

    def matches(self, values: Values) -> bool:
        types = {value for value, _ in values.get(RDF.type, ())}
        return self.classes <= types and all(
            (value, "") in values.get(predicate, ()) for predicate, value in self.constants
        )

    def row(self, subject: str, values: Values) -> dict[str, str] | None:
        """The cells of a subject, or ``None`` if it is not a row of this table (a required cell has no value)."""
        row: dict[str, str] = {}
        self._read(row, self.subject, subject)
        for predicate, term in self.cells:
            if predicate == RDFS.label and term.suffix == "@en" and KG.preferredName in values:
                continue  # a label that is the name of a source; the table has none
            for value, tag in values.get(predicate, ()):
                if term.suffix == (f"@{tag}" if tag else "") or not term.suffix.startswith("@"):
                    self._read(row, term, value)
        if any(field.required and field.name not in row for field in self.table.fields):
            return None
        return row

    def _read(self, row: dict[str, str], term: TermMap, value: str) -> None:
        for name, cell in invert(term, value).items():
            if name not in self.table.columns:
                continue
            if row.setdefault(name, cell) != cell:
                raise KgError(
                    Text(
                        f"{self.table.name}.{name}에 값이 둘입니다: {row[name]!r}, {cell!r}",
                        f"{self.table.name}.{name} has two values: {row[name]!r}, {cell!r}",
                    )
                )


def invert(term: TermMap, value: str) -> dict[str, str]:
    """The column values from which a term was made; ``{}`` if the term map could not have made it."""
    if term.kind == "reference":
        return {term.columns[0]: value}
    pattern = "".join(
        f"(?P<c{i}>[^/]+)" if isinstance(part, Column) else re.escape(part) for i, part in enumerate(term.parts)
    )
    match = re.fullmatch(pattern, value)
    if not match:
        return {}
    return {part.name: unquote(match[f"c{i}"]) for i, part in enumerate(term.parts) if isinstance(part, Column)}


def inverses(schema: Schema, base: str) -> list[Inverse]:
    """The inverse for each table, from the triples map that covers most of its columns."""
    mapping = read_mapping(shipped("ontology") / "mapping.rml.ttl", base=base)
    found = []
    for table in schema.tables:
        candidates = [
            triples_map
            for triples_map in mapping.triples_maps
            if _stem(triples_map.source) == table.name
            and not (table.is_fact and triples_map.source.startswith("accepted/"))
        ]
        best = max(candidates, key=lambda triples_map: len(_covered(triples_map, table)))
        missing = set(table.columns) - _covered(best, table)
        if missing:
            raise KgError(
                Text(
                    f"매핑에 {table.name}의 열이 빠져 있습니다: {', '.join(sorted(missing))}",
                    f"the mapping does not carry these columns of {table.name}: {', '.join(sorted(missing))}",
                )
            )
        found.append(_inverse(best, table))
    return sorted(found, key=lambda inverse: -len(inverse.constants))


def _stem(source: str) -> str:
    return source.rsplit("/", 1)[-1].removesuffix(".parquet")


def _covered(triples_map: TriplesMap, table: RecordTable) -> set[str]:
    columns = set(triples_map.subject.columns)
    for pair in triples_map.pairs:
        for term in pair.objects:
            if isinstance(term, TermMap):
                columns |= set(term.columns)
    return columns & set(table.columns)


def _inverse(triples_map: TriplesMap, table: RecordTable) -> Inverse:
    constants, cells = [], []
    for pair in triples_map.pairs:
        for predicate, term in itertools.product(pair.predicates, pair.objects):
            if predicate.kind != "constant" or not isinstance(term, TermMap):
                continue
            name = _plain(predicate)
            if term.kind == "constant":
                constants.append((name, _plain(term)))
            elif set(term.columns) & set(table.columns):
                cells.append((name, term))
    return Inverse(table, triples_map.subject, frozenset(triples_map.classes), tuple(constants), tuple(cells))


def _plain(term: TermMap) -> str:
    return "".join(part for part in term.parts if isinstance(part, str)).removeprefix("<").removesuffix(">")


def subjects(quads: Path) -> Iterator[tuple[str, dict[str, set[tuple[str, str]]]]]:
    """Each subject of a sorted N-Quads file with its values, named graphs together."""
    parsed = pyoxigraph.parse(path=str(quads), format=pyoxigraph.RdfFormat.N_QUADS)
    for subject, group in itertools.groupby(parsed, key=lambda quad: quad.subject.value):
        values: dict[str, set[tuple[str, str]]] = {}
        for quad in group:
            term = quad.object
            tag = (term.language or "") if isinstance(term, pyoxigraph.Literal) else ""
            values.setdefault(quad.predicate.value, set()).add((term.value, tag))
        yield subject, values


def rebuild(quads: Path, schema: Schema | None = None) -> dict[str, list[dict[str, str]]]:
    """Rows of every record table, from the graph alone, in the order of their keys."""
    schema = schema or read_schema()
    base = find_base(quads)
    ways = inverses(schema, base)
    rows: dict[str, list[dict[str, str]]] = {table.name: [] for table in schema.tables}
    for subject, values in subjects(quads):
        for way in ways:
            if way.matches(values) and (row := way.row(subject, values)) is not None:
                rows[way.table.name].append(row)
                break
    for table in schema.tables:
        rows[table.name].sort(key=lambda row: tuple(row.get(column, "") for column in table.key))
    return rows


def find_base(quads: Path) -> str:
    """The base of the graph's IRIs: what precedes ``id/graph/register`` in its quads."""
    tail = GRAPH_REGISTER.split("/id/")[1]
    pattern = re.compile(rf"<([^<>]*/)id/{tail}>".encode())
    with quads.open("rb") as stream:
        for line in stream:
            if match := pattern.search(line):
                return match[1].decode()
    raise KgError(
        Text(
            "그래프에 register가 없습니다. kg build의 결과인지 확인하십시오.",
            "The graph has no register: was it made by kg build?",
        )
    )


def write_tables(quads: Path, folder: Path, format: str) -> None:
    """``folder/TABLE.csv`` or ``.parquet`` for each table that has rows, all or none; other files in the folder stay.

    Raises ``KgError`` if the folder has a record table that would not be replaced, as it would be read with the others.
    """
    schema = read_schema()
    rows = {name: found for name, found in rebuild(quads, schema).items() if found}
    _require_no_other_tables(folder, schema, {f"{name}.{format}" for name in rows})
    encode = _to_csv if format == "csv" else _to_parquet
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as together:  # the files are replaced when all have been written
        for name, found in rows.items():
            columns = schema.by_name[name].columns
            cells = [[row.get(column) for column in columns] for row in found]
            together.enter_context(written(folder / f"{name}.{format}")).write(encode(columns, cells))


def _require_no_other_tables(folder: Path, schema: Schema, written_names: set[str]) -> None:
    tables = {table.name for table in schema.tables}
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    unexpected = [name for name in names if name.split(".")[0] in tables and "." in name and name not in written_names]
    if unexpected:
        shown = ", ".join(unexpected[:3]) + (", …" if len(unexpected) > 3 else "")
        raise KgError(
            Text(
                f"{folder}에 다른 표({shown})가 있어 함께 읽힐 수 있습니다. 새 폴더를 지정하십시오.",
                f"{folder} holds other tables ({shown}), which would be read with these: give a new folder.",
            )
        )


def _to_csv(columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> bytes:
    return csv_text([columns, *rows]).encode()


def _to_parquet(columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> bytes:
    import duckdb
    import pandas

    frame = pandas.DataFrame(rows, columns=list(columns), dtype=object)  # noqa: F841  # read by name
    cells = ", ".join(f"{sql_name(column)}::VARCHAR AS {sql_name(column)}" for column in columns)
    with tempfile.TemporaryDirectory(prefix="kg-") as aside, duckdb.connect() as connection:
        target = Path(aside) / "table.parquet"
        connection.execute(
            f"COPY (SELECT {cells} FROM frame) TO {sql_text(str(target))} (FORMAT parquet, COMPRESSION zstd)"
        )
        return target.read_bytes()


__all__ = ["rebuild", "write_tables"]
