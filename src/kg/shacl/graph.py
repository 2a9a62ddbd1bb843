"""A shapes graph before it is checked: the nodes that are shapes, and their names in messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeGuard

import pyoxigraph as ox

from kg.errors import Fault, Text
from kg.shacl.triples import Term, TripleIndex
from kg.shacl.vocabulary import PARAMETERS, PREDICATES, SH, SHAPE_LISTS, SHAPES, TARGETS
from kg.vocab import RDF, XSD

Problem = tuple[str, str]  # in Korean and English, to follow the name of the shape


class ShapesGraph:
    """The triples of one or more shapes files. ``files`` has, for each subject, the file that describes it first."""

    def __init__(self, index: TripleIndex, files: Mapping[int, str]):
        self.index, self.files = index, files
        #: predicates that a constraint component of these files declares as its parameters
        self.declared = {path: component for component, path in self._declared_parameters()}
        self.shapes = self._shape_nodes()
        #: statements that have no effect, though the shapes are well formed
        self.remarks: list[Fault] = []
        self._parents: dict[int, int] | None = None

    def values(self, node: int, name: str) -> list[int]:
        return list(self.index.out(self.index.iri(SH[name])).get(node, ()))

    def terms(self, node: int, name: str) -> list[Term]:
        return [self.index.terms[value] for value in self.values(node, name)]

    def subjects(self, name: str) -> list[int]:
        return list(self.index.out(self.index.iri(SH[name])))

    def is_active(self, node: int) -> bool:
        return not any(is_true(term) for term in self.terms(node, "deactivated"))

    def _declared_parameters(self) -> Iterator[tuple[int, int]]:
        for component in self.index.instances(self.index.iri(SH.ConstraintComponent)):
            for parameter in self.values(component, "parameter"):
                paths = self.values(parameter, "path")
                yield from ((component, path) for path in paths if not self.index.label(path).startswith(SH))

    def _shape_nodes(self) -> list[int]:
        """All nodes that are shapes according to SHACL: by type, target, parameter, or as the value of a parameter."""
        index = self.index
        found = set(index.instances(index.iri(SH.NodeShape)) | index.instances(index.iri(SH.PropertyShape)))
        for name in (*TARGETS, "target", "sparql", "rule", "expression", *(PARAMETERS - {"deactivated"})):
            found.update(self.subjects(name))
        for name in SHAPES:
            found.update(value for node in self.subjects(name) for value in self.values(node, name))
        for name in SHAPE_LISTS:
            for node in self.subjects(name):
                found.update(item for value in self.values(node, name) for item in index.list_items(value) or ())
        return sorted(node for node in found if not isinstance(index.terms[node], ox.Literal))

    def is_part(self, node: int) -> bool:
        """Whether a node is a shape, a part of a shape, or has a type of SHACL."""
        types = self.index.out(self.index.iri(RDF.type)).get(node, ())
        return (
            isinstance(self.index.terms[node], ox.BlankNode)
            or not self.names(node).isdisjoint(PREDICATES)
            or any(self.index.label(value).startswith(SH) for value in types)
        )

    def names(self, node: int) -> set[str]:
        iris = (self.index.terms[predicate].value for predicate in self.index.predicates_of(node))
        return {iri[len(SH) :] for iri in iris if iri.startswith(SH)}

    def fault(self, node: int, problem: Problem) -> Fault:
        ko, en = problem
        name = self.name(node)
        file = self.files.get(node) or next(iter(self.files.values()), "")
        return Fault(file, Text(f"셰이프 {name}: {ko}.", f"shape {name}: {en}."))

    def name(self, node: int) -> str:
        """The IRI of a shape; of a blank node that of the shape around it, with the property that it is about."""
        paths = [value for value in self.values(node, "path") if isinstance(self.index.terms[value], ox.NamedNode)]
        about = f" (sh:path {self.index.label(paths[0])})" if len(paths) == 1 else ""
        if self._parents is None:
            self._parents = {}
            for predicate in range(len(self.index.terms)):
                for subject, values in self.index.out(predicate).items():
                    for value in values:
                        self._parents.setdefault(value, subject)
        outer = node
        for _ in range(1000):  # a blank node may contain itself
            if not isinstance(self.index.terms[outer], ox.BlankNode) or outer not in self._parents:
                break
            outer = self._parents[outer]
        return self.index.label(outer) + about


def is_a(term: object, datatype: str) -> TypeGuard[ox.Literal]:
    return isinstance(term, ox.Literal) and term.datatype.value == datatype


def is_true(term: object) -> bool:
    return is_a(term, XSD.boolean) and term.value in ("true", "1")
