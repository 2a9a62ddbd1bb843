"""Shapes read once into plain values; whatever is not supported is refused by name and never skipped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kg.errors import KgError, Text
from kg.shacl.triples import Term, TripleIndex, add_triples
from kg.vocab import BASE, OWL, RDF, RDFS, Namespace, rebased

SH = Namespace("http://www.w3.org/ns/shacl#")

ONE_TERM = {"class", "datatype", "nodeKind", "hasValue", "equals", "disjoint", "lessThan", "lessThanOrEquals"}
ONE_NUMBER = {"minCount", "maxCount", "minLength", "maxLength"}
ONE_BOUND = {"minInclusive", "maxInclusive", "minExclusive", "maxExclusive"}
TERM_LISTS = {"in", "languageIn"}
ONE_SHAPE = {"node", "not"}
SHAPE_LISTS = {"or", "and", "xone"}
TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
REPEATED = ("zeroOrMore", "oneOrMore", "zeroOrOne")
NOT_CONSTRAINTS = {
    *TARGETS,
    *("path", "property", "severity", "message", "name", "description", "order", "group", "deactivated", "flags"),
    *("qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint", "ignoredProperties", "defaultValue"),
}


class ShapesError(KgError):
    """A shapes file that cannot be read as SHACL Core, or that uses what is not supported."""


@dataclass(frozen=True, eq=False)  # each is itself: met millions of times, they are looked up by identity
class PropertyPath:
    """A property path: ``kind`` is ``predicate``, ``inverse``, ``sequence``, ``alternative`` or one of ``REPEATED``."""

    kind: str
    predicate: str = ""
    parts: tuple[PropertyPath, ...] = ()

    def __str__(self) -> str:
        if self.kind == "predicate":
            return f"<{self.predicate}>"
        if self.kind == "inverse":
            return f"^{self.parts[0]}" if self.parts[0].kind == "predicate" else f"^({self.parts[0]})"
        if self.kind in REPEATED:
            mark = "*+?"[REPEATED.index(self.kind)]
            return f"{self.parts[0]}{mark}" if self.parts[0].kind == "predicate" else f"({self.parts[0]}){mark}"
        return ("/" if self.kind == "sequence" else "|").join(
            f"({part})" if part.parts and part.kind != "inverse" else str(part) for part in self.parts
        )


@dataclass(frozen=True, eq=False)
class Constraint:
    """One parameter of a shape and what it asks for, in terms, numbers, a pattern or other shapes.

    ``siblings`` are the shapes that a value of ``qualifiedValueShape`` must not have, if it is to count.
    """

    parameter: str
    terms: tuple[Term, ...] = ()
    number: int = 0
    pattern: re.Pattern[str] | None = None
    shapes: tuple[Shape, ...] = ()
    siblings: tuple[Shape, ...] = ()


@dataclass
class Shape:
    """A node shape, or a property shape where ``path`` is given; ``name`` is its IRI."""

    name: str
    path: PropertyPath | None = None
    targets: tuple[tuple[str, Term], ...] = ()
    constraints: tuple[Constraint, ...] = ()
    properties: tuple[Shape, ...] = ()
    severity: str = SH.Violation
    messages: dict[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


def read_shapes(files: Sequence[Path], base: str = BASE) -> tuple[list[Shape], TripleIndex]:
    """All shapes of the files that have a target, and their triples; concepts stand under ``base``."""
    index = TripleIndex()
    for file in files:
        try:
            text = rebased(file.read_text(encoding="utf-8"), base)
            format = ox.RdfFormat.from_extension(file.suffix.lstrip("."))
            add_triples(index, ox.parse(text, format=format, base_iri=file.resolve().as_uri()))
        except (OSError, SyntaxError) as error:
            ko, en = f"{file.name}: 셰이프 파일을 읽을 수 없습니다({error}).", f"{file.name}: cannot be read ({error})."
            raise ShapesError(Text(ko, en)) from error
    reader = _Reader(index)
    targeted = {node for name in TARGETS for node in index.out(index.iri(SH[name]))} | reader.classes
    shapes = [reader.shape(node) for node in sorted(targeted, key=lambda node: str(index.terms[node]))]
    return [shape for shape in shapes if shape.targets], index


class _Reader:
    """Reads shapes as they are referred to, each once."""

    def __init__(self, index: TripleIndex):
        self.index = index
        self.known: dict[int, Shape] = {}
        kinds = index.instances(index.iri(SH.NodeShape)) | index.instances(index.iri(SH.PropertyShape))
        #: shapes that are classes: each is meant for the instances of itself
        self.classes = kinds & (index.instances(index.iri(RDFS.Class)) | index.instances(index.iri(OWL.Class)))

    def values(self, node: int, name: str) -> list[int]:
        return list(self.index.out(self.index.iri(SH[name])).get(node, ()))

    def terms(self, node: int, name: str) -> list[Term]:
        return [self.index.terms[value] for value in self.values(node, name)]

    def one(self, node: int, name: str) -> Term | None:
        found = self.terms(node, name)
        if len(found) > 1:
            raise self.error(node, f"sh:{name}이 둘 이상입니다", f"has more than one sh:{name}")
        return found[0] if found else None

    def items(self, node: int) -> list[int]:
        first, rest = self.index.out(self.index.iri(RDF.first)), self.index.out(self.index.iri(RDF.rest))
        found = []
        while node in first:
            found.append(first[node][0])
            node = rest[node][0]
        return found

    def error(self, node: int, ko: str, en: str) -> ShapesError:
        name = self.index.terms[node].value
        return ShapesError(Text(f"셰이프 {name}: {ko}.", f"Shape {name}: {en}."))

    def shape(self, node: int) -> Shape:
        if node in self.known:
            return self.known[node]
        shape = self.known[node] = Shape(self.index.terms[node].value)
        if any(term.value in ("true", "1") for term in self.terms(node, "deactivated")):
            return shape
        paths = self.values(node, "path")
        shape.path = self.path(paths[0]) if paths else None
        shape.targets = tuple((name, term) for name in TARGETS for term in self.terms(node, name))
        if node in self.classes:
            shape.targets += (("targetClass", self.index.terms[node]),)
        severity = self.one(node, "severity")
        shape.severity = severity.value if severity else SH.Violation
        shape.messages = {
            term.language or "": term.value for term in self.terms(node, "message") if isinstance(term, ox.Literal)
        }
        shape.constraints = tuple(self.constraints(node))
        shape.properties = tuple(self.shape(value) for value in self.values(node, "property"))
        return shape

    def path(self, node: int) -> PropertyPath:
        term = self.index.terms[node]
        if isinstance(term, ox.NamedNode):
            return PropertyPath("predicate", term.value)
        if sequence := self.items(node):
            return PropertyPath("sequence", parts=tuple(self.path(item) for item in sequence))
        if inverse := self.values(node, "inversePath"):
            return PropertyPath("inverse", parts=(self.path(inverse[0]),))
        if alternative := self.values(node, "alternativePath"):
            return PropertyPath("alternative", parts=tuple(self.path(item) for item in self.items(alternative[0])))
        for kind in REPEATED:
            if repeated := self.values(node, f"{kind}Path"):
                return PropertyPath(kind, parts=(self.path(repeated[0]),))
        raise self.error(node, "지원하지 않는 경로입니다", "this kind of path is not supported")

    def constraints(self, node: int) -> list[Constraint]:
        found: list[Constraint] = []
        for predicate in self.index.predicates_of(node):
            iri = self.index.terms[predicate].value
            name = iri[len(SH) :] if iri.startswith(SH) else ""
            if not name or name in NOT_CONSTRAINTS:
                continue
            found.extend(self.constraint(node, name))
        return sorted(found, key=lambda one: (one.parameter, str(one.terms)))

    def constraint(self, node: int, name: str) -> list[Constraint]:
        if name in ONE_TERM | ONE_BOUND:
            return [Constraint(name, (term,)) for term in self.terms(node, name)]
        if name in ONE_NUMBER:
            return [Constraint(name, number=self.number(node, name) or 0)]
        if name in TERM_LISTS:
            items = self.items(self.values(node, name)[0])
            return [Constraint(name, tuple(self.index.terms[item] for item in items))]
        if name in ONE_SHAPE:
            return [Constraint(name, shapes=(self.shape(value),)) for value in self.values(node, name)]
        if name in SHAPE_LISTS:
            return [
                Constraint(name, shapes=tuple(self.shape(item) for item in self.items(value)))
                for value in self.values(node, name)
            ]
        if name == "pattern":
            return [Constraint(name, (term,), pattern=self.regular(node, term)) for term in self.terms(node, name)]
        if name == "uniqueLang":
            return [Constraint(name)] if self.says_true(node, name) else []
        if name == "closed":
            return [Constraint(name, self.open_predicates(node))] if self.says_true(node, name) else []
        if name == "qualifiedValueShape":
            return self.qualified(node)
        raise self.error(node, f"sh:{name}은 지원하지 않습니다", f"sh:{name} is not supported")

    def number(self, node: int, name: str) -> int | None:
        term = self.one(node, name)
        return int(term.value) if term else None

    def says_true(self, node: int, name: str) -> bool:
        """Whether the value is the literal ``true``; the Recommendation does not count ``1``."""
        return any(term.value == "true" for term in self.terms(node, name))

    def regular(self, node: int, term: Term) -> re.Pattern[str]:
        """The pattern of ``sh:pattern`` with its flags (those of SPARQL's REGEX)."""
        given = self.one(node, "flags")
        letters = given.value if given else ""
        known = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE, "x": re.VERBOSE, "q": re.NOFLAG}
        try:
            flags = sum((known[letter] for letter in set(letters)), start=re.NOFLAG)
            return re.compile(re.escape(term.value) if "q" in letters else term.value, flags)
        except (re.error, KeyError) as error:
            ko = f"sh:pattern '{term.value}'과 sh:flags '{letters}'를 읽을 수 없습니다({error})"
            en = f"sh:pattern '{term.value}' with sh:flags '{letters}' cannot be read ({error})"
            raise self.error(node, ko, en) from error

    def open_predicates(self, node: int) -> tuple[Term, ...]:
        """The properties that a closed shape allows: those of its property shapes, and those it ignores."""
        paths = [path for shape in self.values(node, "property") for path in self.values(shape, "path")]
        named = [self.index.terms[path] for path in paths]
        ignored = [
            self.index.terms[item] for value in self.values(node, "ignoredProperties") for item in self.items(value)
        ]
        return tuple(term for term in (*named, *ignored) if isinstance(term, ox.NamedNode))

    def qualified(self, node: int) -> list[Constraint]:
        """Bounds of how many values have a shape; disjoint ones must not have that of a sibling as well."""
        own = self.values(node, "qualifiedValueShape")
        siblings: list[int] = []
        if self.says_true(node, "qualifiedValueShapesDisjoint"):
            parents = self.index.incoming(self.index.iri(SH.property)).get(node, ())
            beside = [value for parent in parents for value in self.values(parent, "property")]
            siblings = [one for shape in beside for one in self.values(shape, "qualifiedValueShape") if one not in own]
        shapes, others = (tuple(map(self.shape, dict.fromkeys(nodes))) for nodes in (own, siblings))
        bounds = {name: self.number(node, name) for name in ("qualifiedMinCount", "qualifiedMaxCount")}
        return [
            Constraint(name, number=bound, shapes=(shape,), siblings=others)
            for name, bound in bounds.items()
            if bound is not None
            for shape in shapes
        ]
