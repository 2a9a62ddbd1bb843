"""Turns triples maps into templates of the N-Quads lines that one row gives, as plain values without SQL."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pyoxigraph as ox

from kg.mapping.model import Column, JoinEnd, Mapping, ParentMap, TermMap, TriplesMap
from kg.mapping.terms import DEFAULT_GRAPH
from kg.vocab import RDF


class ColumnForm(NamedTuple):
    """A column and the form in which it is written into a line.

    ``form`` is ``raw`` (a complete IRI), ``encoded`` (in an IRI), ``encoded-iri`` (in an IRI, except letters),
    ``escaped`` (in a literal) or ``tag`` (in a language tag).
    """

    column: str
    form: str
    side: str = "child"


Segments = tuple[str | ColumnForm, ...]


class QuadTemplate(NamedTuple):
    """The part of a line after its subject; ``only_if`` restricts it to rows in which a graph term equals an IRI."""

    rest: Segments
    only_if: tuple[Segments, str] | None = None

    @property
    def fields(self) -> list[ColumnForm]:
        tested = self.only_if[0] if self.only_if else ()
        return [part for part in (*self.rest, *tested) if isinstance(part, ColumnForm)]


class Rows(NamedTuple):
    """A row source: a logical source, or one joined with a parent source on pairs of columns."""

    child: str
    parent: str = ""
    joins: tuple[tuple[JoinEnd, JoinEnd], ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.child, self.parent) if self.parent else (self.child,)


Group = tuple[QuadTemplate, ...]


@dataclass
class Block:
    """All lines that the rows of one source give for one subject.

    A chunk is what one row writes together: groups of lines in the order of their bytes. A group of two holds lines
    whose order differs from row to row (two labels, say); more than two of that kind need another chunk.
    """

    rows: Rows
    subject: Segments
    chunks: list[list[Group]] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        """The constant text that every line of the block begins with."""
        return str(self.subject[0])

    def add(self, line: QuadTemplate) -> None:
        """Add a line to the first chunk in which its place is the same for all values."""
        twins = [
            old_line for chunk in self.chunks for group in chunk for old_line in group if old_line.rest == line.rest
        ]
        if any(twin.only_if in (None, line.only_if) for twin in twins):
            return
        for chunk in self.chunks:
            if _placed(line, chunk):
                return
        self.chunks.append([(line,)])


def _placed(line: QuadTemplate, chunk: list[Group]) -> bool:
    orders = [[compare(line.rest, old_line.rest) for old_line in group] for group in chunk]
    unknown = [place for place, found in enumerate(orders) if not set(found) <= {1} and not set(found) <= {-1}]
    before = sum(set(found) <= {1} for found in orders)
    if not unknown:
        chunk.insert(before, (line,))
        return True
    if unknown == [before] and len(chunk[before]) == 1:
        chunk[before] = (*chunk[before], line)
        return True
    return False


def compare(first: Segments, second: Segments) -> int | None:
    """-1, 0 or 1 if the order of the two texts is the same for all rows, else ``None``.

    >>> compare(("<a/", ColumnForm("x", "encoded"), ">"), ("<b>",)), compare(("<a",), ("<", ColumnForm("x", "encoded")))
    (-1, None)
    """
    left, right = list(first), list(second)
    while left and right:
        a, b = left.pop(0), right.pop(0)
        if isinstance(a, str) and isinstance(b, str):
            shared = min(len(a), len(b))
            if a[:shared] != b[:shared]:
                return -1 if a < b else 1
            left[:0], right[:0] = ([a[shared:]] if a[shared:] else []), ([b[shared:]] if b[shared:] else [])
        elif a != b:
            return None
    return 0 if not left and not right else None


def cuts(chunks: list[list[Group]]) -> list[list[int]] | None:
    """Positions at which to cut each chunk so that, for one subject, pieces of different chunks do not overlap.

    ``None`` if that depends on the values. A cut is the position of the first group after it.

    >>> a, b, c = (QuadTemplate((f"<{name}> 1",)) for name in "abc")
    >>> outer, inner = [(a,), (c,)], [(b,)]
    >>> cuts([outer, inner]), cuts([outer, outer])
    ([[1], []], None)
    """
    found = []
    for place, chunk in enumerate(chunks):
        other_lines = [line for at, groups in enumerate(chunks) if at != place for group in groups for line in group]
        before = set()
        for other_line in other_lines:
            orders = [_apart(line, other_line) for group in chunk for line in group]
            if None in orders:
                return None
            before.add(sum(_apart(group[0], other_line) == -1 for group in chunk))
        found.append(sorted(before - {0, len(chunk)}))
    return found


def _apart(first: QuadTemplate, second: QuadTemplate) -> int | None:
    """-1 or 1 if the constant beginnings of two lines determine their order for any rows, else ``None``."""
    a, b = first.rest[0], second.rest[0]
    return (compare((a,), (b,)) or None) if isinstance(a, str) and isinstance(b, str) else None


def ever_equal(first: QuadTemplate, second: QuadTemplate) -> bool:
    """Whether two lines of one row can be equal; not if the constants at their ends differ, as ``@ko`` and ``@en``.

    >>> korean, english = (QuadTemplate((ColumnForm("a", "escaped"), f'"@{tag} .')) for tag in ("ko", "en"))
    >>> ever_equal(korean, english)
    False
    """
    ends = [
        tuple(part[::-1] if isinstance(part, str) else part for part in reversed(line.rest)) for line in (first, second)
    ]
    return compare(*ends) not in (-1, 1)


def blocks(mapping: Mapping, also_default: Collection[str] = ()) -> list[Block]:
    """All lines of the mapping, grouped by row source and subject; graphs of ``also_default`` are written twice."""
    found: dict[tuple[Rows, Segments], Block] = {}
    for triples_map in mapping.triples_maps:
        subject = segments(triples_map.subject, " ")
        for rows, start, graph in _statements(mapping, triples_map):
            block = found.setdefault((rows, subject), Block(rows, subject))
            for line in _lines(start, graph, also_default):
                block.add(line)
    return list(found.values())


def _statements(mapping: Mapping, triples_map: TriplesMap) -> Iterator[tuple[Rows, Segments, TermMap | None]]:
    """Rows, predicate with object, and graph of each kind of quad that a triples map makes."""
    rows = Rows(triples_map.source)
    for iri in triples_map.classes:
        for graph in triples_map.graphs or (None,):
            yield rows, (f"<{RDF.type}> <{iri}>",), graph
    for pair in triples_map.pairs:
        for term_map in pair.objects:
            if isinstance(term_map, ParentMap):
                parent = mapping.triples_map(term_map.parent)
                side = "parent" if term_map.joins else "child"
                from_, thing = (
                    Rows(triples_map.source, parent.source, term_map.joins) if term_map.joins else rows,
                    parent.subject,
                )
            else:
                side, from_, thing = "child", rows, term_map
            for predicate in pair.predicates:
                for graph in (*triples_map.graphs, *pair.graphs) or (None,):
                    yield from_, merged(*segments(predicate, " "), *segments(thing, side=side)), graph


def _lines(start: Segments, graph: TermMap | None, also_default: Collection[str]) -> Iterator[QuadTemplate]:
    plain = QuadTemplate(merged(*start, " .\n"))
    if graph is None or (graph.kind == "constant" and graph.parts[0] in DEFAULT_GRAPH):
        yield plain
        return
    name = segments(graph)
    yield QuadTemplate(merged(*start, " ", *name, " .\n"))
    for iri in sorted(also_default):
        if graph.kind == "constant":
            if graph.parts[0] == iri:
                yield plain
        elif _may_be(graph, iri):
            yield QuadTemplate(plain.rest, (name, f"<{iri}>"))


def _may_be(graph: TermMap, iri: str) -> bool:
    return bool(
        re.fullmatch("".join(".+" if isinstance(part, Column) else re.escape(part) for part in graph.parts), iri)
    )


def segments(term: TermMap, after: str = "", side: str = "child") -> Segments:
    """The segments of a term in N-Quads: constants, and columns with their form."""
    if term.is_iri:
        form = "raw" if term.kind != "template" else "encoded-iri" if term.keeps_letters else "encoded"
        inner = [ColumnForm(part.name, form, side) if isinstance(part, Column) else part for part in term.parts]
        return merged("<", *inner, ">" + after)
    literal = [
        ColumnForm(part.name, "escaped", side) if isinstance(part, Column) else str(ox.Literal(part))[1:-1]
        for part in term.parts
    ]
    return merged('"', *literal, '"' + term.suffix, *_suffix_segments(term.suffix_map, side), after)


def _suffix_segments(term_map: TermMap | None, side: str) -> Segments:
    """The segments of a datatype or language that comes from the row."""
    if term_map is None:
        return ()
    if term_map.is_iri:
        return merged("^^", *segments(term_map, side=side))
    return merged(
        "@", *(ColumnForm(part.name, "tag", side) if isinstance(part, Column) else part for part in term_map.parts)
    )


def merged(*parts: str | ColumnForm) -> Segments:
    """The segments with adjacent constants joined."""
    result: list[str | ColumnForm] = []
    for part in parts:
        if isinstance(part, str) and result and isinstance(result[-1], str):
            result[-1] += part
        elif part:
            result.append(part)
    return tuple(result)


def clusters(found: list[Block]) -> list[tuple[str, list[Block]]]:
    """Blocks that may have common subjects, under their shared prefix, in the byte order of their lines.

    If neither of two prefixes begins with the other, their lines do not mix, so clusters can be written one by one.
    """
    gathered: list[tuple[str, list[Block]]] = []
    for block in sorted(found, key=lambda block: (block.prefix, block.rows.child, block.rows.parent)):
        if gathered and block.prefix.startswith(gathered[-1][0]):
            gathered[-1][1].append(block)
        else:
            gathered.append((block.prefix, [block]))
    return gathered
