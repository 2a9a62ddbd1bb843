"""``TripleIndex``: triples in memory, indexed by predicate, with a number for each term to save memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import rdflib

from kg.vocab import RDF, RDFS

Term = ox.NamedNode | ox.BlankNode | ox.Literal
GraphChoice = Callable[[str], bool]

_NOTHING: Mapping[int, Sequence[int]] = {}
_LARGE = 16  # values of one subject and predicate, from which on they are looked up in a set
_GENERATED = re.compile("N?[0-9a-f]{20,32}|anon[0-9]+")  # without leading zeros


class TripleIndex:
    """A set of triples; each term has a number.

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
        self._large: dict[tuple[int, int], set[int]] = {}
        self._predicates: dict[int, list[int]] | None = None

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
        """Add a triple, unless it is already in the index."""
        if self._append(self.id(predicate), self.id(subject), self.id(value)):
            self._in.clear()
            self._instances.clear()
            self._predicates = None

    def _append(self, predicate: int, subject: int, value: int) -> bool:
        """Add a triple of numbers and return whether it is new. Long lists of values also have a set for look-up."""
        values = self._out.setdefault(predicate, {}).setdefault(subject, [])
        if len(values) < _LARGE:
            if value in values:
                return False
        else:
            known = self._large.get((predicate, subject))
            if known is None:
                known = self._large[predicate, subject] = set(values)
            if value in known:
                return False
            known.add(value)
        values.append(value)
        self.size += 1
        return True

    def out(self, predicate: int) -> Mapping[int, Sequence[int]]:
        """Values by subject."""
        return self._out.get(predicate, _NOTHING)

    def incoming(self, predicate: int) -> Mapping[int, Sequence[int]]:
        """Subjects by value; made when it is first used."""
        found = self._in.get(predicate)
        if found is None:
            found = self._in[predicate] = {}
            for subject, values in self.out(predicate).items():
                for value in values:
                    found.setdefault(value, []).append(subject)
        return found

    def predicates_of(self, subject: int) -> Sequence[int]:
        """Predicates of a subject in the order of their numbers; all subjects are looked at when first called."""
        if self._predicates is None:
            self._predicates = {}
            for predicate in sorted(self._out):
                for node in self._out[predicate]:
                    self._predicates.setdefault(node, []).append(predicate)
        return self._predicates.get(subject, ())

    def list_items(self, head: int) -> list[int] | None:
        """The members of an RDF list; ``None`` if it is not a list, or a broken or cyclic one."""
        first, rest, end = self.out(self.iri(RDF.first)), self.out(self.iri(RDF.rest)), self.iri(RDF.nil)
        items: list[int] = []
        visited: set[int] = set()
        while head != end:
            item, further = first.get(head, ()), rest.get(head, ())
            if head in visited or len(item) != 1 or len(further) != 1:
                return None
            visited.add(head)
            items.append(item[0])
            head = further[0]
        return items

    def label(self, number: int) -> str:
        """IRIs in full, literals as in N-Triples, blank nodes by their label in the file or else by their number."""
        term = self.terms[number]
        if isinstance(term, ox.NamedNode):
            return term.value
        if isinstance(term, ox.BlankNode) and _GENERATED.fullmatch(term.value):
            return f"_:anon{number}"  # the parser makes up another label in every run
        return str(term)

    def instances(self, klass: int) -> frozenset[int]:
        """Instances of a class and of its subclasses."""
        known = self._instances.get(klass)
        if known is None:
            below, waiting = {klass}, [klass]
            while waiting:
                for narrower in self.incoming(self.iri(RDFS.subClassOf)).get(waiting.pop(), ()):
                    if narrower not in below:
                        below.add(narrower)
                        waiting.append(narrower)
            typed = self.incoming(self.iri(RDF.type))
            known = self._instances[klass] = frozenset(node for each in below for node in typed.get(each, ()))
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
