"""The profile as triples of VoID, the vocabulary of the W3C for what a dataset holds.

``id/profile`` is the graph as a ``void:Dataset`` with a subset for each part; a subset has class and property
partitions, and a class partition has property partitions of its own. They are in the graph ``id/graph/profile``.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from kg.profile.model import GraphProfile, Profile
from kg.vocab import BASE, GRAPH_PROFILE, ID, PREFIXES, RDF, VOID, XSD, rebased

Triple = tuple[str, str, str | int]


def void_lines(profile: Profile, base: str = BASE) -> list[bytes]:
    """The profile as sorted lines of N-Quads, each with its line end."""
    graph = rebased(GRAPH_PROFILE, base)
    lines = {
        f"<{subject}> <{property}> {_term(value)} <{graph}> .\n".encode()
        for subject, property, value in _triples(profile, rebased(ID["profile"], base))
    }
    return sorted(lines)


def _term(value: str | int) -> str:
    return f'"{value}"^^<{XSD.integer}>' if isinstance(value, int) else f"<{value}>"


def _triples(profile: Profile, dataset: str) -> Iterator[Triple]:
    yield dataset, RDF.type, VOID.Dataset
    for name, part in profile.parts.items():
        subset = f"{dataset}/{_local(name)}"
        yield dataset, VOID.subset, subset
        yield from _part(subset, part)


def _part(subset: str, part: GraphProfile) -> Iterator[Triple]:
    yield subset, RDF.type, VOID.Dataset
    yield subset, VOID.triples, part.triples
    yield subset, VOID.distinctSubjects, part.subjects
    yield subset, VOID.classes, len(part.classes)
    yield subset, VOID.properties, len(part.properties)
    for iri, members in part.classes.items():
        partition = f"{subset}/class/{_local(iri)}"
        yield subset, VOID.classPartition, partition
        yield partition, VOID["class"], iri
        yield partition, VOID.entities, members.entities
        for property, usage in members.properties.items():
            inner = f"{partition}/property/{_local(property)}"
            yield partition, VOID.propertyPartition, inner
            yield inner, VOID.property, property
            yield inner, VOID.triples, usage.triples
            yield inner, VOID.distinctSubjects, usage.subjects
    for iri, used in part.properties.items():
        partition = f"{subset}/property/{_local(iri)}"
        yield subset, VOID.propertyPartition, partition
        yield partition, VOID.property, iri
        yield partition, VOID.triples, used.triples
        yield partition, VOID.distinctSubjects, used.subjects
        yield partition, VOID.distinctObjects, used.objects


def _local(iri: str) -> str:
    """A name for an IRI that can be part of another: ``kg-Case``, or the IRI with its signs escaped."""
    for prefix, start in PREFIXES.items():
        rest = iri.removeprefix(start)
        if rest != iri and rest.replace("_", "").isalnum() and rest.isascii():
            return f"{prefix}-{rest}"
    return quote(iri, safe="")
