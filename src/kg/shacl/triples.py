"""Triples in memory, indexed by predicate over whole numbers, so that a quarter of a million cost little."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import rdflib

from kg.vocab import RDF, RDFS

Term = ox.NamedNode | ox.BlankNode | ox.Literal
GraphChoice = Callable[[str], bool]

_NOTHING: Mapping[int, Sequence[int]] = {}


class TripleIndex:
    """A set of triples; each term is met once and then stands for a whole number.

    >>> index = TripleIndex()
    >>> index.add(ox.NamedNode("urn:a"), ox.NamedNode("urn:p"), ox.Literal("x"))
    >>> [index.terms[i].value for i in index.out(index.id(ox.NamedNode("urn:p")))[index.id(ox.NamedNode("urn:a"))]]
    ['x']
    """

    def __init__(self) -> None:
        self.terms: list[Term] = []
        self.size = 0
        self._ids: dict[Term, int] = {}
        self._out: dict[int, dict[int, list[int]]] = {}
        self._in: dict[int, dict[int, list[int]]] = {}
        self._instances: dict[int, frozenset[int]] = {}

    def id(self, term: Term) -> int:
        """The number of a term, whether or not a triple has it."""
        number = self._ids.get(term)
        if number is None:
            number = self._ids[term] = len(self.terms)
            self.terms.append(term)
        return number

    def iri(self, text: str) -> int:
        return self.id(ox.NamedNode(text))

    def add(self, subject: Term, predicate: Term, value: Term) -> None:
        """Add one triple; one that is there already changes nothing."""
        number = self.id(value)
        values = self._out.setdefault(self.id(predicate), {}).setdefault(self.id(subject), [])
        if number not in values:
            values.append(number)
            self.size += 1
            self._in.clear()
            self._instances.clear()

    def out(self, predicate: int) -> Mapping[int, Sequence[int]]:
        """Values by subject."""
        return self._out.get(predicate, _NOTHING)

    def incoming(self, predicate: int) -> Mapping[int, Sequence[int]]:
        """Subjects by value; made when it is first asked for."""
        found = self._in.get(predicate)
        if found is None:
            found = self._in[predicate] = {}
            for subject, values in self.out(predicate).items():
                for value in values:
                    found.setdefault(value, []).append(subject)
        return found

    def predicates_of(self, subject: int) -> Iterator[int]:
        return (predicate for predicate, subjects in self._out.items() if subject in subjects)

    def instances(self, klass: int) -> frozenset[int]:
        """Nodes of a class or of a class that the triples put below it."""
        known = self._instances.get(klass)
        if known is None:
            below, waiting = {klass}, [klass]
            while waiting:
                for narrower in self.incoming(self.iri(RDFS.subClassOf)).get(waiting.pop(), ()):
                    if narrower not in below:
                        below.add(narrower)
                        waiting.append(narrower)
            typed = self.incoming(self.iri(RDF.type))
            known = self._instances[klass] = frozenset(node for one in below for node in typed.get(one, ()))
        return known


def read_triples(data: Path | rdflib.Graph | Iterable[Any], graphs: GraphChoice | None = None) -> TripleIndex:
    """Index a file, an rdflib graph or pyoxigraph quads; ``graphs`` picks named graphs ('' is the default graph)."""
    index = TripleIndex()
    add_triples(index, data, graphs)
    return index


def add_triples(
    index: TripleIndex, data: Path | rdflib.Graph | Iterable[Any], graphs: GraphChoice | None = None
) -> None:
    """Add to an index what :func:`read_triples` reads."""
    if isinstance(data, Path):
        quads: Iterable[Any] = ox.parse(path=str(data), format=_format(data), base_iri=data.resolve().as_uri())
    elif isinstance(data, rdflib.Graph):
        quads = (ox.Triple(*map(_from_rdflib, triple)) for triple in data)  # type: ignore[arg-type]  # three terms
    else:
        quads = data
    wanted: dict[Any, bool] = {}
    for quad in quads:
        if graphs is not None:
            graph = getattr(quad, "graph_name", None)
            if graph not in wanted:
                wanted[graph] = graphs(graph.value if isinstance(graph, ox.NamedNode) else "")
            if not wanted[graph]:
                continue
        index.add(quad.subject, quad.predicate, quad.object)


def _format(path: Path) -> ox.RdfFormat | None:
    return ox.RdfFormat.from_extension(path.suffix.lstrip("."))


def _from_rdflib(term: rdflib.term.Node) -> Term:
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(str(term))
    assert isinstance(term, rdflib.Literal)  # rdflib graphs hold nothing else
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))) if term.datatype else ox.Literal(str(term))
