"""Checks indexed triples against shapes; one small function a constraint, as the Recommendation words it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import pyoxigraph as ox

from kg.shacl.literals import order, well_formed
from kg.shacl.shapes import SH, Constraint, PropertyPath, Shape
from kg.shacl.triples import TripleIndex

Values = Sequence[int]
Offending = Iterable[int | None]
Follow = Callable[[int], Values]


@dataclass(frozen=True)
class Finding:
    """A focus node that a shape does not allow.

    ``value`` is the offending value, where one can be named; ``predicate`` the one that a closed shape does not know.
    """

    focus: int
    value: int | None
    shape: Shape
    component: str
    predicate: int | None = None


class Engine:
    """Checks one set of triples; what was found about a node and a shape is kept and asked once."""

    def __init__(self, data: TripleIndex):
        self.data = data
        self._follow: dict[PropertyPath, Follow] = {}
        self._conforms: dict[tuple[Shape, int], bool] = {}
        self._checks: dict[Constraint, frozenset[int]] = {}
        self._allowed: dict[tuple[Constraint, int], bool] = {}

    def run(self, shapes: Iterable[Shape]) -> Iterator[Finding]:
        """All findings of all shapes on their targets."""
        for shape in shapes:
            for focus in sorted(self.targets(shape)):
                yield from self.findings(shape, focus)

    def targets(self, shape: Shape) -> set[int]:
        found: set[int] = set()
        for kind, term in shape.targets:
            number = self.data.id(term)
            if kind == "targetClass":
                found |= self.data.instances(number)
            elif kind == "targetNode":
                found.add(number)
            elif kind == "targetSubjectsOf":
                found.update(self.data.out(number))
            else:
                found.update(self.data.incoming(number))
        return found

    def findings(self, shape: Shape, focus: int) -> Iterator[Finding]:
        values = self.follow(shape.path)(focus) if shape.path else (focus,)
        for constraint in shape.constraints:
            component = _COMPONENTS[constraint.parameter]
            if constraint.parameter == "closed":
                for predicate, held in _closed(self, constraint, values):
                    yield Finding(focus, held, shape, component, predicate)
                continue
            for value in _CHECKS[constraint.parameter](self, constraint, focus, values):
                yield Finding(focus, value, shape, component)
        for inner in shape.properties:
            for value in values:
                yield from self.findings(inner, value)

    def conforms(self, shape: Shape, node: int) -> bool:
        key = (shape, node)
        known = self._conforms.get(key)
        if known is None:
            self._conforms[key] = True  # a shape that leads back to itself is taken to hold
            known = self._conforms[key] = next(self.findings(shape, node), None) is None
        return known

    def follow(self, path: PropertyPath) -> Follow:
        known = self._follow.get(path)
        if known is None:
            known = self._follow[path] = self._compile(path)
        return known

    def _compile(self, path: PropertyPath) -> Follow:
        if path.kind == "predicate":
            forward = self.data.out(self.data.iri(path.predicate))
            return lambda node: forward.get(node, ())
        if path.kind == "inverse" and path.parts[0].kind == "predicate":
            back = self.data.incoming(self.data.iri(path.parts[0].predicate))
            return lambda node: back.get(node, ())
        if path.kind == "inverse":
            return self._compile(_turned(path.parts[0]))
        steps = [self.follow(part) for part in path.parts]
        if path.kind == "alternative":
            return lambda node: _unique(value for step in steps for value in step(node))
        if path.kind == "zeroOrOne":
            return lambda node: _unique((node, *steps[0](node)))
        if path.kind in ("zeroOrMore", "oneOrMore"):
            return partial(_reached, steps[0], itself=path.kind == "zeroOrMore")

        def walk(node: int) -> Values:
            reached: Values = (node,)
            for step in steps:
                reached = _unique(value for one in reached for value in step(one))
            return reached

        return walk

    def once(self, constraint: Constraint, value: int, check: Callable[[ox.Literal | ox.NamedNode], bool]) -> bool:
        """Whether a value is allowed, remembered: most values are met many times."""
        key = (constraint, value)
        known = self._allowed.get(key)
        if known is None:
            term = self.data.terms[value]
            known = self._allowed[key] = not isinstance(term, ox.BlankNode) and check(term)
        return known

    def wanted(self, constraint: Constraint) -> frozenset[int]:
        known = self._checks.get(constraint)
        if known is None:
            known = self._checks[constraint] = frozenset(self.data.id(term) for term in constraint.terms)
        return known


def _turned(path: PropertyPath) -> PropertyPath:
    """The same path walked from its end."""
    if path.kind == "predicate":
        return PropertyPath("inverse", parts=(path,))
    if path.kind == "inverse":
        return path.parts[0]
    parts = tuple(_turned(part) for part in path.parts)
    return PropertyPath(path.kind, parts=parts[::-1] if path.kind == "sequence" else parts)


def _reached(step: Follow, node: int, *, itself: bool) -> Values:
    """All that repeated steps lead to, each once; the node itself if asked, or if a way leads back to it."""
    found = dict.fromkeys((node,) if itself else ())
    waiting = [node]
    while waiting:
        for value in step(waiting.pop()):
            if value not in found:
                found[value] = None
                waiting.append(value)
    return tuple(found)


def _unique(values: Iterable[int]) -> Values:
    return tuple(dict.fromkeys(values))


def _min_count(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return () if len(values) >= constraint.number else (None,)


def _max_count(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return () if len(values) <= constraint.number else (None,)


def _class(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    (klass,) = engine.wanted(constraint)
    return [value for value in values if value not in engine.data.instances(klass)]


def _datatype(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    wanted = constraint.terms[0].value

    def fits(term: object) -> bool:
        return isinstance(term, ox.Literal) and term.datatype.value == wanted and well_formed(term)

    return [value for value in values if not engine.once(constraint, value, fits)]


_KINDS: dict[str, tuple[type, ...]] = {
    SH.IRI: (ox.NamedNode,),
    SH.Literal: (ox.Literal,),
    SH.BlankNode: (ox.BlankNode,),
    SH.IRIOrLiteral: (ox.NamedNode, ox.Literal),
    SH.BlankNodeOrIRI: (ox.NamedNode, ox.BlankNode),
    SH.BlankNodeOrLiteral: (ox.BlankNode, ox.Literal),
}


def _node_kind(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    kinds = _KINDS[constraint.terms[0].value]
    return [value for value in values if not isinstance(engine.data.terms[value], kinds)]


def _pattern(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    search = constraint.pattern.search  # type: ignore[union-attr]  # every such constraint has one
    return [
        value for value in values if not engine.once(constraint, value, lambda term: search(term.value) is not None)
    ]


def _min_length(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return [v for v in values if not engine.once(constraint, v, lambda term: len(term.value) >= constraint.number)]


def _max_length(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return [v for v in values if not engine.once(constraint, v, lambda term: len(term.value) <= constraint.number)]


def _bound(orders: set[int | None]) -> Callable[[Engine, Constraint, int, Values], Offending]:
    def check(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
        bound = constraint.terms[0]

        def fits(term: object) -> bool:
            return isinstance(term, ox.Literal) and isinstance(bound, ox.Literal) and order(term, bound) in orders

        return [value for value in values if not engine.once(constraint, value, fits)]

    return check


def _in(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return [value for value in values if value not in engine.wanted(constraint)]


def _language_in(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    ranges = [term.value.lower() for term in constraint.terms]

    def fits(term: object) -> bool:
        language = (term.language or "").lower() if isinstance(term, ox.Literal) else ""
        return any(language == one or language.startswith(one + "-") for one in ranges)

    return [value for value in values if not engine.once(constraint, value, fits)]


def _unique_lang(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    terms = [engine.data.terms[value] for value in values]
    languages = [term.language for term in terms if isinstance(term, ox.Literal) and term.language]
    return [None for _ in {one for one in languages if languages.count(one) > 1}]


def _has_value(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return () if engine.wanted(constraint) <= set(values) else (None,)


def _others(engine: Engine, constraint: Constraint, focus: int) -> Values:
    return engine.data.out(engine.data.id(constraint.terms[0])).get(focus, ())


def _equals(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return set(values) ^ set(_others(engine, constraint, focus))


def _disjoint(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return set(values) & set(_others(engine, constraint, focus))


def _less(orders: set[int | None]) -> Callable[[Engine, Constraint, int, Values], Offending]:
    def check(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
        terms = engine.data.terms
        for value in values:
            for other in _others(engine, constraint, focus):
                left, right = terms[value], terms[other]
                literals = isinstance(left, ox.Literal) and isinstance(right, ox.Literal)
                if not literals or order(left, right) not in orders:
                    yield value

    return check


def _closed(engine: Engine, constraint: Constraint, values: Values) -> Iterator[tuple[int, int]]:
    """Properties of the values that the shape does not know, with what they lead to."""
    known = engine.wanted(constraint)
    for node in values:
        for predicate in engine.data.predicates_of(node):
            if predicate not in known:
                yield from ((predicate, value) for value in engine.data.out(predicate)[node])


def _node(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return [value for value in values if not engine.conforms(constraint.shapes[0], value)]


def _not(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return [value for value in values if engine.conforms(constraint.shapes[0], value)]


def _or(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return [value for value in values if not any(engine.conforms(shape, value) for shape in constraint.shapes)]


def _and(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return [value for value in values if not all(engine.conforms(shape, value) for shape in constraint.shapes)]


def _xone(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return [value for value in values if sum(engine.conforms(shape, value) for shape in constraint.shapes) != 1]


def _qualified(engine: Engine, constraint: Constraint, values: Values) -> int:
    return sum(
        engine.conforms(constraint.shapes[0], value)
        and not any(engine.conforms(sibling, value) for sibling in constraint.siblings)
        for value in values
    )


def _qualified_min(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return () if _qualified(engine, constraint, values) >= constraint.number else (None,)


def _qualified_max(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return () if _qualified(engine, constraint, values) <= constraint.number else (None,)


_CHECKS: dict[str, Callable[[Engine, Constraint, int, Values], Offending]] = {
    "minCount": _min_count,
    "maxCount": _max_count,
    "class": _class,
    "datatype": _datatype,
    "nodeKind": _node_kind,
    "pattern": _pattern,
    "minLength": _min_length,
    "maxLength": _max_length,
    "minInclusive": _bound({0, 1}),
    "minExclusive": _bound({1}),
    "maxInclusive": _bound({-1, 0}),
    "maxExclusive": _bound({-1}),
    "in": _in,
    "languageIn": _language_in,
    "uniqueLang": _unique_lang,
    "hasValue": _has_value,
    "equals": _equals,
    "disjoint": _disjoint,
    "lessThan": _less({-1}),
    "lessThanOrEquals": _less({-1, 0}),
    "node": _node,
    "not": _not,
    "or": _or,
    "and": _and,
    "xone": _xone,
    "qualifiedMinCount": _qualified_min,
    "qualifiedMaxCount": _qualified_max,
}
_COMPONENTS = {name: f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent" for name in (*_CHECKS, "closed")}
