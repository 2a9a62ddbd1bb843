"""Checks that shapes are well formed, and reports all faults before any shape is applied.

Source: Shapes Constraint Language (SHACL), W3C Recommendation of 20 July 2017, sections 2 to 4 (the syntax rules).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pyoxigraph as ox

from kg.errors import Fault
from kg.shacl.graph import Problem, ShapesGraph, is_a
from kg.shacl.literals import order_key, well_formed
from kg.shacl.patterns import PatternError, compile_pattern
from kg.shacl.vocabulary import (
    ABOUT_SHAPES,
    BOOLEANS,
    BOUNDS,
    DASH,
    DASH_ABOUT_SHAPES,
    IGNORED_ALONE,
    INTEGERS,
    IRIS,
    NEEDS,
    NODE_KINDS,
    OF_PROPERTIES,
    ON_SHAPES,
    PARAMETERS,
    PATH_KINDS,
    PREDICATES,
    REFUSED,
    REPEATABLE,
    SH,
    SHAPE_LISTS,
    SHAPES,
    STRINGS,
    TARGETS,
    TERM_LISTS,
)
from kg.vocab import RDF, XSD

MAX_PATH_DEPTH = 50


def shape_faults(graph: ShapesGraph) -> list[Fault]:
    """The faults of the shapes of a graph, in the order of the shapes in their files."""
    checker = _Checker(graph)
    return [graph.fault(node, problem) for node in graph.shapes for problem in checker.problems(node)]


class _Checker:
    def __init__(self, graph: ShapesGraph):
        self.graph, self.index = graph, graph.index
        self.values, self.terms = graph.values, graph.terms

    def problems(self, node: int) -> Iterator[Problem]:
        names = self.graph.names(node)
        if not names and not self.index.predicates_of(node) and isinstance(self.index.terms[node], ox.NamedNode):
            yield "셰이프 파일 어디에도 설명이 없습니다", "is referred to, but not described in the shapes"
            return
        for name in sorted(names & set(PREDICATES) - ON_SHAPES - set(REFUSED)):
            yield (
                f"sh:{name}은(는) 셰이프에 쓰는 용어가 아닙니다",
                f"sh:{name} is a term of SHACL, but not one of shapes",
            )
        for name in sorted(names & PARAMETERS):
            yield from self._count(node, name, names)
            for value in self.values(node, name):
                yield from self._value(name, value)
        yield from self._described(node)
        yield from self._targets(node)
        yield from self._kind(node, "path" in names)
        yield from self._pattern(node)
        for value in self.values(node, "path"):
            if problem := self._path(value):
                yield problem
        for predicate in self.index.predicates_of(node):
            iri = self.index.terms[predicate].value
            if (
                iri.startswith(DASH)
                and iri[len(DASH) :] not in DASH_ABOUT_SHAPES
                and predicate not in self.graph.declared
            ):
                name = iri[len(DASH) :]
                yield (
                    f"dash:{name}의 정의가 셰이프에 없습니다",
                    f"dash:{name} is a constraint that the shapes do not define",
                )

    def _count(self, node: int, name: str, names: set[str]) -> Iterator[Problem]:
        if len(self.values(node, name)) > 1 and name not in REPEATABLE:
            yield f"sh:{name}의 값이 둘 이상입니다", f"has more than one sh:{name}"
        needed = [] if names & set(NEEDS.get(name, names)) else [f"sh:{required}" for required in NEEDS[name]]
        if needed:
            ko = f"sh:{name}은(는) {' 또는 '.join(needed)}와(과) 함께 써야 의미가 있습니다"
            problem = ko, f"sh:{name} has no effect without {' or '.join(needed)}"
            if name in IGNORED_ALONE:
                self.graph.remarks.append(self.graph.fault(node, problem))
            else:
                yield problem
        elif name in OF_PROPERTIES and "path" not in names and not self._is_missing_a_path(node):
            yield (
                f"sh:{name}은(는) sh:path가 있는 속성 셰이프에만 쓸 수 있습니다",
                f"sh:{name} is only for property shapes, which have a sh:path",
            )

    def _is_missing_a_path(self, node: int) -> bool:
        """Whether a node is meant to be a property shape, so that the fault is its missing path."""
        is_used = node in self.index.incoming(self.index.iri(SH.property))
        return is_used or self.index.iri(SH.PropertyShape) in self._types(node)

    def _types(self, node: int) -> Collection[int]:
        return self.index.out(self.index.iri(RDF.type)).get(node, ())

    def _value(self, name: str, value: int) -> Iterator[Problem]:
        """The problems of one value of a parameter."""
        term = self.index.terms[value]
        shown = self.index.label(value)
        if name == "nodeKind":
            if not (isinstance(term, ox.NamedNode) and term.value in {SH[kind] for kind in NODE_KINDS}):
                kinds = ", ".join(f"sh:{kind}" for kind in NODE_KINDS)
                yield (
                    f"sh:nodeKind {shown}은(는) 없습니다. 사용할 수 있는 값: {kinds}",
                    f"sh:nodeKind {shown} is not one of {kinds}",
                )
        elif name in IRIS:
            if not isinstance(term, ox.NamedNode):
                yield f"sh:{name} {shown}: IRI여야 합니다", f"sh:{name} {shown} must be an IRI"
        elif name in INTEGERS:
            if not (is_a(term, XSD.integer) and well_formed(term)):
                yield f"sh:{name} {shown}: xsd:integer여야 합니다", f"sh:{name} {shown} must be an xsd:integer"
        elif name in BOUNDS:
            if not isinstance(term, ox.Literal):
                yield f"sh:{name} {shown}: 리터럴이어야 합니다", f"sh:{name} {shown} must be a literal"
            elif not well_formed(term):
                yield f"sh:{name} {shown}: 데이터형에 맞지 않습니다", f"sh:{name} {shown} is not of its datatype"
        elif name in STRINGS:
            if not is_a(term, XSD.string):
                yield f"sh:{name} {shown}: xsd:string이어야 합니다", f"sh:{name} {shown} must be an xsd:string"
        elif name in BOOLEANS:
            if not (is_a(term, XSD.boolean) and well_formed(term)):
                yield f"sh:{name} {shown}: true나 false여야 합니다", f"sh:{name} {shown} must be true or false"
        elif name in TERM_LISTS | SHAPE_LISTS:
            yield from self._list(name, value)
        elif name in SHAPES:
            yield from self._shape_value(name, value)

    def _list(self, name: str, value: int) -> Iterator[Problem]:
        items = self.index.list_items(value)
        if items is None:
            yield (
                f"sh:{name}의 값이 올바른 RDF 목록이 아닙니다. 예: ( … )",
                f"the value of sh:{name} is not a well-formed RDF list such as ( … )",
            )
            return
        for item in items:
            term, shown = self.index.terms[item], self.index.label(item)
            if name == "languageIn" and not is_a(term, XSD.string):
                yield (
                    f"sh:languageIn의 {shown}: xsd:string이어야 합니다",
                    f"{shown} in sh:languageIn must be an xsd:string",
                )
            elif name == "ignoredProperties" and not isinstance(term, ox.NamedNode):
                yield (
                    f"sh:ignoredProperties의 {shown}: IRI여야 합니다",
                    f"{shown} in sh:ignoredProperties must be an IRI",
                )
            elif name in SHAPE_LISTS:
                yield from self._shape_value(name, item)

    def _shape_value(self, name: str, value: int) -> Iterator[Problem]:
        shown = self.index.label(value)
        if isinstance(self.index.terms[value], ox.Literal):
            yield f"sh:{name} {shown}: 셰이프여야 합니다", f"sh:{name} {shown} must be a shape"
            return
        paths = self.values(value, "path")
        named_by_itself = self.index.iri(SH.PropertyShape) in self._types(value) or (
            isinstance(self.index.terms[value], ox.NamedNode) and not self.index.predicates_of(value)
        )
        if name == "property" and not paths and not named_by_itself:
            yield f"sh:property {shown}에 sh:path가 없습니다", f"sh:property {shown} has no sh:path"
        if name == "node" and paths:
            yield (
                f"sh:node {shown}: sh:path가 없는 노드 셰이프여야 합니다",
                f"sh:node {shown} must be a node shape, which has no sh:path",
            )

    def _described(self, node: int) -> Iterator[Problem]:
        """Severity and texts of a shape."""
        for name in ABOUT_SHAPES - {"defaultValue", "group"}:
            for value in self.values(node, name):
                term, shown = self.index.terms[value], self.index.label(value)
                if name == "severity":
                    if not isinstance(term, ox.NamedNode):
                        yield f"sh:severity {shown}: IRI여야 합니다", f"sh:severity {shown} must be an IRI"
                elif name == "order":
                    key = order_key(term)
                    if key is None or key.kind != "number":
                        yield f"sh:order {shown}: 수여야 합니다", f"sh:order {shown} must be a number"
                elif not (is_a(term, XSD.string) or is_a(term, RDF.langString)):
                    yield f"sh:{name} {shown}: 문자열이어야 합니다", f"sh:{name} {shown} must be a string"
        if len(self.values(node, "severity")) > 1:
            yield "sh:severity의 값이 둘 이상입니다", "has more than one sh:severity"

    def _targets(self, node: int) -> Iterator[Problem]:
        for name in TARGETS:
            for value in self.values(node, name):
                term, shown = self.index.terms[value], self.index.label(value)
                if name == "targetNode":
                    if isinstance(term, ox.BlankNode):
                        yield "sh:targetNode는 빈 노드일 수 없습니다", "sh:targetNode cannot be a blank node"
                elif not isinstance(term, ox.NamedNode):
                    yield f"sh:{name} {shown}: IRI여야 합니다", f"sh:{name} {shown} must be an IRI"

    def _kind(self, node: int, has_path: bool) -> Iterator[Problem]:
        """A property shape has exactly one path, a node shape none."""
        types = self._types(node)
        if self.index.iri(SH.PropertyShape) in types and not has_path:
            yield "속성 셰이프(sh:PropertyShape)에 sh:path가 없습니다", "is a sh:PropertyShape without a sh:path"
        if self.index.iri(SH.NodeShape) in types and has_path:
            yield (
                "노드 셰이프(sh:NodeShape)에는 sh:path를 쓸 수 없습니다",
                "is a sh:NodeShape, which cannot have a sh:path",
            )
        if len(self.values(node, "path")) > 1:
            yield "sh:path가 둘 이상입니다", "has more than one sh:path"

    def _pattern(self, node: int) -> Iterator[Problem]:
        patterns = [term for term in self.terms(node, "pattern") if is_a(term, XSD.string)]
        flags = [term.value for term in self.terms(node, "flags")] or [""]
        for term in patterns:
            try:
                compile_pattern(term.value, flags[0])
            except PatternError as error:
                shown = f"sh:pattern {term}" + (f" ; sh:flags {flags[0]!r}" if flags[0] else "")
                yield (
                    f"{shown}: XPath의 정규식이 아닙니다({error})",
                    f"{shown} is not a regular expression of XPath: {error}",
                )

    def _path(self, node: int, depth: int = 0) -> Problem | None:
        """The problem of a node that is not a well-formed property path, or ``None``."""
        term, shown = self.index.terms[node], self.index.label(node)
        if depth > MAX_PATH_DEPTH:
            return (
                f"sh:path가 너무 깊거나 자신을 포함합니다({shown})",
                f"sh:path is nested too deeply or within itself ({shown})",
            )
        if isinstance(term, ox.Literal) or node == self.index.iri(RDF.nil):
            return f"sh:path {shown}: 속성이나 경로여야 합니다", f"sh:path {shown} is neither a property nor a path"
        if isinstance(term, ox.NamedNode):
            return None
        kinds = [(name, value) for name in PATH_KINDS for value in self.values(node, name)]
        if node in self.index.out(
            self.index.iri(RDF.first)
        ):  # a list, even with other properties: path-strange of the suite
            return self._members("sequence", node, depth)
        if len(kinds) != 1:
            known = ", ".join(f"sh:{name}" for name in PATH_KINDS)
            return (
                f"sh:path는 속성이거나, 목록이거나, {known} 가운데 정확히 하나를 가져야 합니다",
                f"sh:path must be a property, a list, or have exactly one of {known}",
            )
        ((kind, value),) = kinds
        return self._members(kind, value, depth) if kind == "alternativePath" else self._path(value, depth + 1)

    def _members(self, kind: str, node: int, depth: int) -> Problem | None:
        items = self.index.list_items(node)
        if items is None or len(items) < 2:
            ko, en = ("순차 경로", "a sequence path") if kind == "sequence" else (f"sh:{kind}", f"sh:{kind}")
            return (
                f"{ko}: 둘 이상의 경로로 된 올바른 목록이어야 합니다",
                f"{en} must be a well-formed list of two or more paths",
            )
        return next(filter(None, (self._path(item, depth + 1) for item in items)), None)
