"""What an RML document says, as frozen values; nothing here knows Turtle or SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kg.errors import KgError, Text, language


class MappingFault(NamedTuple):
    """One thing that cannot be mapped: the triples map, the property in it, and why."""

    place: str
    property: str
    text: Text

    def __str__(self) -> str:
        return f"{self.place}, {self.property}: {self.text}"


class MappingError(KgError, ValueError):
    """All faults of a mapping, drawn one a line; nothing was written."""

    def __init__(self, faults: Sequence[MappingFault]):
        count = len(faults)
        super().__init__(
            Text(f"매핑에 잘못이 {count}곳 있습니다.", f"The mapping has {count} fault{'s' * (count != 1)}.")
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
    """How a term is made: text and columns in turn.

    ``kind`` is ``constant``, ``template`` or ``reference``; an IRI made by a template has its values
    percent-encoded. ``suffix`` is what follows a literal: ``@ko``, ``^^<…>`` or nothing.
    """

    kind: str
    parts: tuple[str | Column, ...]
    is_iri: bool = True
    suffix: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(part.name for part in self.parts if isinstance(part, Column))


class ParentMap(NamedTuple):
    """An object that is the subject of another triples map, met on equal columns (child, parent)."""

    parent: str
    joins: tuple[tuple[str, str], ...] = ()


class PredicateObjectMap(NamedTuple):
    """Every predicate with every object, in every graph (those of the subject map come on top)."""

    predicates: tuple[TermMap, ...]
    objects: tuple[TermMap | ParentMap, ...]
    graphs: tuple[TermMap, ...] = ()


class TriplesMap(NamedTuple):
    """One ``rr:TriplesMap``; ``place`` is how messages name it."""

    place: str
    source: str
    subject: TermMap
    classes: tuple[str, ...] = ()
    graphs: tuple[TermMap, ...] = ()
    pairs: tuple[PredicateObjectMap, ...] = ()


class Mapping(NamedTuple):
    """A whole RML document; triples maps stand in the order of their names."""

    triples_maps: tuple[TriplesMap, ...]

    def triples_map(self, place: str) -> TriplesMap:
        return next(one for one in self.triples_maps if one.place == place)

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(sorted({one.source for one in self.triples_maps}))
