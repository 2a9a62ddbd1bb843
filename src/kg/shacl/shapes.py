"""Reads shapes from files; malformed or unsupported shapes are refused by name and never skipped."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox

from kg.errors import Fault, InputFaults, Text
from kg.shacl.cycles import find_cycles
from kg.shacl.features import extensions, feature_faults
from kg.shacl.graph import ShapesGraph, is_true
from kg.shacl.model import Constraint, PropertyPath, Shape
from kg.shacl.patterns import compile_pattern
from kg.shacl.triples import Term, TripleIndex
from kg.shacl.vocabulary import (
    BOUNDS,
    INTEGERS,
    IRIS,
    PATH_KINDS,
    SH,
    SHAPE_LISTS,
    TARGETS,
)
from kg.shacl.wellformed import shape_faults
from kg.vocab import BASE, OWL, RDF, RDFS, rebased


class ShapesError(InputFaults):
    """Shapes that are malformed, or that use unsupported features."""

    def __init__(self, faults: Sequence[Fault], more: int = 0):
        super().__init__(list(dict.fromkeys(faults)), more)
        self.text = Text(*("\n".join(_line(fault, language) for fault in self.faults) for language in ("ko", "en")))

    def __str__(self) -> str:
        return str(self.text)


class UnsupportedShapes(ShapesError):
    """Shapes that are well formed, but go beyond SHACL Core."""


def _line(fault: Fault, language: str) -> str:
    return ": ".join(filter(None, (fault.file, fault.text.ko if language == "ko" else fault.text.en)))


def read_shapes(files: Sequence[Path], base: str = BASE) -> tuple[list[Shape], TripleIndex]:
    """The shapes of the files that have a target, and their triples, for our own engine.

    Raises ``ShapesError`` with all faults of the shapes, and ``UnsupportedShapes`` where they go beyond SHACL Core.
    Ids in the shapes are moved under ``base``.
    """
    graph = load_shapes(files, base)
    if found := extensions(graph):
        raise UnsupportedShapes(found)
    return build_shapes(graph), graph.index


def load_shapes(files: Sequence[Path], base: str = BASE) -> ShapesGraph:
    """The graph of some shapes files, well formed; else ``ShapesError`` with all its faults."""
    index = TripleIndex()
    described: dict[int, str] = {}
    unreadable = []
    for file in files:
        try:
            text = rebased(file.read_text(encoding="utf-8"), base)
            for quad in parse_shapes(file, text):
                index.add(quad.subject, quad.predicate, quad.object)
                described.setdefault(index.id(quad.subject), file.name)
        except (OSError, SyntaxError, ValueError) as error:
            reason = str(error).removeprefix("Parser error ")
            unreadable.append(
                Fault(file.name, Text(f"셰이프를 읽을 수 없습니다: {reason}", f"cannot be read: {reason}"))
            )
    if unreadable:
        raise ShapesError(unreadable)
    graph = ShapesGraph(index, described)
    if faults := [*shape_faults(graph), *feature_faults(graph)]:
        raise ShapesError(faults)
    return graph


def parse_shapes(file: Path, text: str) -> ox.QuadParser:
    """Parse a file; blank nodes of different files stay different, even with equal labels."""
    format = ox.RdfFormat.from_extension(file.suffix.lstrip("."))
    return ox.parse(text, format=format, base_iri=file.resolve().as_uri(), rename_blank_nodes=True)


def build_shapes(graph: ShapesGraph, *, recursive: bool = True) -> list[Shape]:
    """The shapes of a graph that have a target, in the order of their names; features beyond SHACL Core are left out.

    Raises ``ShapesError`` if a shape refers to itself through a negation, or, unless ``recursive``, in any way.
    """
    shapes = _Builder(graph).build()
    found = find_cycles(shapes)
    if not recursive:
        found += [(node, _RECURSIVE) for node, shape in shapes.items() if shape.cycle is not None]
    if found:
        raise ShapesError([graph.fault(node, problem) for node, problem in found])
    return sorted((shape for shape in shapes.values() if shape.targets), key=lambda shape: shape.name)


_RECURSIVE = (
    "자신을 가리킵니다. 그런 셰이프는 --engine columns로만, SHACL Core 안에서만 확인합니다",
    "refers to itself; such shapes are checked with --engine columns only, and within SHACL Core",
)


class _Builder:
    def __init__(self, graph: ShapesGraph):
        self.graph, self.index = graph, graph.index
        self.values, self.terms = graph.values, graph.terms
        self.shapes = {node: Shape(self.index.label(node)) for node in graph.shapes}

    def build(self) -> dict[int, Shape]:
        """All shapes by node; they are created first and then filled in, because shapes may refer to each other."""
        classes = self.index.instances(self.index.iri(RDFS.Class)) | self.index.instances(self.index.iri(OWL.Class))
        types = self.index.instances(self.index.iri(SH.NodeShape)) | self.index.instances(
            self.index.iri(SH.PropertyShape)
        )
        for node, shape in self.shapes.items():
            if not self.graph.is_active(node):
                continue
            shape.path = next((read_path(self.index, value) for value in self.values(node, "path")), None)
            shape.targets = tuple((name, term) for name in TARGETS for term in self.terms(node, name))
            if node in classes & types:  # a class that is a shape is meant for its own instances
                shape.targets += (("targetClass", self.index.terms[node]),)
            shape.severity = next((term.value for term in self.terms(node, "severity")), SH.Violation)
            messages = (term for term in self.terms(node, "message") if isinstance(term, ox.Literal))
            shape.messages = tuple(sorted((term.language or "", term.value) for term in messages))
            shape.constraints = tuple(self.constraints(node))
            shape.properties = tuple(self.shapes[value] for value in self.values(node, "property"))
        return self.shapes

    def constraints(self, node: int) -> list[Constraint]:
        found: list[Constraint] = []
        for name in self.graph.names(node):
            found.extend(self.constraint(node, name))
        return sorted(found, key=lambda constraint: (constraint.parameter, str(constraint.terms)))

    def constraint(self, node: int, name: str) -> list[Constraint]:
        """The constraints of one parameter; none for a part of another constraint, such as ``sh:flags``."""
        if name in IRIS | BOUNDS or name == "hasValue":
            return [Constraint(name, (term,)) for term in self.terms(node, name)]
        if name in INTEGERS and not name.startswith("qualified"):
            return [Constraint(name, number=number) for number in self.numbers(node, name)]
        if name in ("in", "languageIn"):
            return [Constraint(name, self.members(value)) for value in self.values(node, name)]
        if name in ("node", "not"):
            return [Constraint(name, shapes=(self.shapes[value],)) for value in self.values(node, name)]
        if name in SHAPE_LISTS:
            lists = [self.index.list_items(value) or [] for value in self.values(node, name)]
            return [Constraint(name, shapes=tuple(self.shapes[item] for item in items)) for items in lists]
        if name == "pattern":
            flags = next((term.value for term in self.terms(node, "flags")), "")
            patterns = self.terms(node, name)
            return [Constraint(name, (term,), pattern=compile_pattern(term.value, flags)) for term in patterns]
        if name == "uniqueLang":  # "1"^^xsd:boolean does not count here, according to a test of the W3C
            return [Constraint(name) for term in self.terms(node, name) if term.value == "true"]
        if name == "closed":
            return [Constraint(name, self.allowed(node)) for term in self.terms(node, name) if is_true(term)]
        return self.qualified(node) if name == "qualifiedValueShape" else []

    def numbers(self, node: int, name: str) -> list[int]:
        return [int(Decimal(term.value)) for term in self.terms(node, name)]  # int() alone refuses 4,300 digits

    def members(self, value: int) -> tuple[Term, ...]:
        return tuple(self.index.terms[item] for item in self.index.list_items(value) or ())

    def allowed(self, node: int) -> tuple[Term, ...]:
        """The properties that a closed shape allows: those of its property shapes, and those it ignores."""
        paths = [term for shape in self.values(node, "property") for term in self.terms(shape, "path")]
        ignored = [term for value in self.values(node, "ignoredProperties") for term in self.members(value)]
        return tuple(term for term in (*paths, *ignored) if isinstance(term, ox.NamedNode))

    def qualified(self, node: int) -> list[Constraint]:
        """Limits on the number of values that conform to a shape; disjoint ones must not conform to a sibling's."""
        (value_shape,) = self.values(node, "qualifiedValueShape")
        siblings: dict[int, None] = {}
        if any(is_true(term) for term in self.terms(node, "qualifiedValueShapesDisjoint")):
            parents = self.index.incoming(self.index.iri(SH.property)).get(node, ())
            beside = [value for parent in parents for value in self.values(parent, "property")]
            siblings = dict.fromkeys(value for shape in beside for value in self.values(shape, "qualifiedValueShape"))
            siblings.pop(value_shape, None)
        return [
            Constraint(
                name,
                number=number,
                shapes=(self.shapes[value_shape],),
                siblings=tuple(self.shapes[sibling] for sibling in siblings),
            )
            for name in ("qualifiedMinCount", "qualifiedMaxCount")
            for number in self.numbers(node, name)
        ]


def read_path(index: TripleIndex, node: int) -> PropertyPath:
    """The property path of a node that is a well-formed path."""

    def several(head: int) -> tuple[PropertyPath, ...]:
        return tuple(read_path(index, item) for item in index.list_items(head) or ())

    term = index.terms[node]
    if isinstance(term, ox.NamedNode):
        return PropertyPath("predicate", term.value)
    if node in index.out(index.iri(RDF.first)):
        return PropertyPath("sequence", parts=several(node))
    ((name, value),) = [(name, value) for name in PATH_KINDS for value in index.out(index.iri(SH[name])).get(node, ())]
    if name == "alternativePath":
        return PropertyPath("alternative", parts=several(value))
    return PropertyPath(name.removesuffix("Path"), parts=(read_path(index, value),))
