"""The profile of a graph as values, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

FILE_NAME = "profile.json"
# parts of a graph: what a plain query reads, the claims of all sources, what is derived
DEFAULT, CLAIMS, ANALYSIS = "default", "claims", "analysis"


@dataclass(frozen=True)
class Usage:
    """How the members of a class use a property: the triples, and the number of members that have it."""

    triples: int
    subjects: int


@dataclass(frozen=True)
class ClassProfile:
    """A class: the number of its members, and its properties by IRI."""

    entities: int
    properties: dict[str, Usage] = field(default_factory=dict)


@dataclass(frozen=True)
class PropertyProfile:
    """A property: triples, different subjects and objects, and what the objects are.

    ``iris`` counts objects that are IRIs, ``datatypes`` and ``languages`` count literals (text with a language has no
    entry in ``datatypes``). ``codes`` counts the codes among the objects, by IRI. ``examples`` are up to three objects
    of at most 100 characters, as N-Triples. All counts are of triples, not of different values.
    """

    triples: int
    subjects: int
    objects: int
    iris: int = 0
    datatypes: dict[str, int] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class GraphProfile:
    """A part of the graph: its triples, different subjects, classes and properties by IRI."""

    triples: int
    subjects: int
    classes: dict[str, ClassProfile] = field(default_factory=dict)
    properties: dict[str, PropertyProfile] = field(default_factory=dict)

    def domain(self, property: str) -> dict[str, int]:
        """The classes whose members have the property, with the number of those members."""
        return {
            iri: found.properties[property].subjects
            for iri, found in self.classes.items()
            if property in found.properties
        }


@dataclass(frozen=True)
class Profile:
    """What a graph holds, by part.

    ``default`` is the default graph, ``claims`` the graphs of all sources taken together (a triple that is in two
    of them counts twice), ``analysis`` what is derived. A graph of any other name is a part under that name.
    """

    parts: dict[str, GraphProfile]

    def __getitem__(self, part: str) -> GraphProfile:
        """A part of the graph; an empty one if the graph has no such part."""
        return self.parts.get(part, GraphProfile(0, 0))

    def as_json(self) -> dict[str, object]:
        """The profile as plain values."""
        return {name: asdict(part) for name, part in self.parts.items()}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Profile:
        """The profile that ``as_json`` wrote."""
        return cls({name: _part(part) for name, part in found.items()})


def _part(found: Mapping[str, Any]) -> GraphProfile:
    classes = {
        iri: ClassProfile(each["entities"], {name: Usage(**usage) for name, usage in each["properties"].items()})
        for iri, each in found["classes"].items()
    }
    properties = {
        iri: PropertyProfile(**{**each, "examples": tuple(each["examples"])})
        for iri, each in found["properties"].items()
    }
    return GraphProfile(found["triples"], found["subjects"], classes, properties)
