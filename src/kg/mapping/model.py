"""The content of an RML document as immutable values, independent of Turtle and SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kg.errors import KgError, Text, language


class MappingFault(NamedTuple):
    """A fault of a mapping: the triples map, the property in it, and the reason."""

    place: str
    property: str
    text: Text

    def __str__(self) -> str:
        return f"{self.place}, {self.property}: {self.text}"


class MappingError(KgError, ValueError):
    """All faults of a mapping, printed one per line; nothing was written."""

    def __init__(self, faults: Sequence[MappingFault]):
        count = len(faults)
        super().__init__(
            Text(f"매핑에 오류가 {count}건 있습니다.", f"The mapping has {count} fault{'s' * (count != 1)}.")
        )
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "\n".join([*(str(fault) for fault in self.faults), str(self.text)])

    def as_json(self) -> dict[str, object]:
        shown = [
            {"place": fault.place, "property": fault.property, "ko": fault.text.ko, "en": fault.text.en}
            for fault in self.faults
        ]
        return {**super().as_json(), "faults": shown, "language": language()}


class Column(NamedTuple):
    """A reference to a column of the logical source."""

    name: str


class TermMap(NamedTuple):
    """How a term is made: constant text and columns, in order.

    ``kind`` is ``constant``, ``template`` or ``reference``; an IRI made by a template has its values
    percent-encoded, with ``keeps_letters`` except letters of any script. ``suffix`` is what follows a literal:
    ``@ko``, ``^^<…>`` or nothing; ``suffix_map`` makes it from the row instead (an IRI: a datatype; a literal: a
    language). ``is_typed`` if the document states datatype or language.
    """

    kind: str
    parts: tuple[str | Column, ...]
    is_iri: bool = True
    suffix: str = ""
    suffix_map: TermMap | None = None
    is_typed: bool = False
    keeps_letters: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        names = tuple(part.name for part in self.parts if isinstance(part, Column))
        return names + (self.suffix_map.columns if self.suffix_map else ())


JoinEnd = tuple[str | Column, ...]


class ParentMap(NamedTuple):
    """An object that is the subject of another triples map, where pairs of child and parent have equal text."""

    parent: str
    joins: tuple[tuple[JoinEnd, JoinEnd], ...] = ()


class PredicateObjectMap(NamedTuple):
    """Each predicate with each object, in each graph (in addition to those of the subject map)."""

    predicates: tuple[TermMap, ...]
    objects: tuple[TermMap | ParentMap, ...]
    graphs: tuple[TermMap, ...] = ()


class TriplesMap(NamedTuple):
    """One ``rr:TriplesMap``; ``place`` is its name in messages. ``iterator`` is a JSONPath, for a JSON source."""

    place: str
    source: str
    subject: TermMap
    classes: tuple[str, ...] = ()
    graphs: tuple[TermMap, ...] = ()
    pairs: tuple[PredicateObjectMap, ...] = ()
    iterator: str | None = None
    base_iri: str = ""


class Mapping(NamedTuple):
    """A whole RML document; triples maps are in the order of their names."""

    triples_maps: tuple[TriplesMap, ...]

    def triples_map(self, place: str) -> TriplesMap:
        return next(found for found in self.triples_maps if found.place == place)

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(sorted({found.source for found in self.triples_maps}))
