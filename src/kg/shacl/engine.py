"""Validates indexed triples with shapes. For recursive shapes, a node conforms unless a violation is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import pyoxigraph as ox

from kg.shacl.constraints import CHECKS, COMPONENTS, Values, closed
from kg.shacl.literals import Key, order_key
from kg.shacl.model import Constraint, PropertyPath, Shape
from kg.shacl.triples import TripleIndex

Follow = Callable[[int], Values]
Pair = tuple[Shape, int]


@dataclass(frozen=True)
class Finding:
    """A focus node that violates a shape.

    ``value`` is the offending value, if there is one; ``predicate`` is a property that a closed shape does not allow.
    """

    focus: int
    value: int | None
    shape: Shape
    component: str
    predicate: int | None = None


class Engine:
    """Validates a set of triples; whether a node conforms to a shape is computed once and cached."""

    def __init__(self, data: TripleIndex):
        self.data = data
        self._follow: dict[PropertyPath, Follow] = {}
        self._wanted: dict[Constraint, frozenset[int]] = {}
        self._allowed: dict[tuple[Constraint, int], bool] = {}
        self._keys: dict[int, Key | None] = {}
        self._conforms: dict[Pair, bool] = {}
        self._reported: set[Pair] = set()
        #: the pair that is being evaluated, and the pairs that it depends on
        self._evaluated: _Recursive | None = None
        self._needed: list[Pair] | None = None

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
        """The findings of a shape and its property shapes on a node.

        For recursive shapes each node is reported once, however often it is reached.
        """
        waiting = [(shape, focus)]
        while waiting:
            pair = shape, focus = waiting.pop()
            if shape.cycle is not None:
                if pair in self._reported:
                    continue
                self._reported.add(pair)
            values = self._values(shape, focus)
            for constraint in shape.constraints:
                component = COMPONENTS[constraint.parameter]
                if constraint.parameter == "closed":
                    for predicate, held in closed(self, constraint, values):
                        yield Finding(focus, held, shape, component, predicate)
                    continue
                for value in CHECKS[constraint.parameter](self, constraint, focus, values):
                    yield Finding(focus, value, shape, component)
            waiting.extend((inner, value) for inner in shape.properties for value in values)

    def conforms(self, shape: Shape, node: int) -> bool:
        """Whether a node conforms to a shape.

        While a pair is being evaluated, a result that is not known yet is recorded as a dependency, and the value
        returned is not used.
        """
        pair = shape, node
        known = self._conforms.get(pair)
        if known is not None:
            return known
        if self._needed is None:
            return self._solve(pair)
        if self._evaluated is not None and self._evaluated.cycle == shape.cycle:
            return self._evaluated.assumed(pair)
        self._needed.append(pair)
        return True

    def _solve(self, pair: Pair) -> bool:
        """Evaluate a pair after its dependencies; without recursion, so that data may be nested deeply."""
        tasks = [_task(pair)]
        while tasks:
            if needed := tasks[-1].advance(self):
                tasks.extend(map(_task, needed))
            else:
                tasks.pop()
        return self._conforms[pair]

    def evaluate(self, pair: Pair, recursive: _Recursive | None) -> tuple[bool, list[Pair]]:
        """Whether a pair holds by the results so far, and the dependencies to settle before this result is final."""
        self._evaluated, self._needed = recursive, []
        try:
            return self._holds(*pair), self._needed
        finally:
            self._evaluated, self._needed = None, None

    def _holds(self, shape: Shape, focus: int) -> bool:
        waiting = [(shape, focus)]
        while waiting:
            shape, focus = waiting.pop()
            values = self._values(shape, focus)
            for constraint in shape.constraints:
                if constraint.parameter == "closed":
                    offending: Iterable[object] = closed(self, constraint, values)
                else:
                    offending = CHECKS[constraint.parameter](self, constraint, focus, values)
                if any(True for _ in offending):
                    return False
            for inner in shape.properties:
                if inner.cycle is None:
                    waiting.extend((inner, value) for value in values)
                elif not all([self.conforms(inner, value) for value in values]):
                    return False
        return True

    def settle(self, found: dict[Pair, bool]) -> None:
        self._conforms.update(found)

    def is_settled(self, pair: Pair) -> bool:
        return pair in self._conforms

    def _values(self, shape: Shape, focus: int) -> Values:
        return self.follow(shape.path)(focus) if shape.path else (focus,)

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
                reached = _unique(value for start in reached for value in step(start))
            return reached

        return walk

    def once(self, constraint: Constraint, value: int, check: Callable[[ox.Literal | ox.NamedNode], bool]) -> bool:
        """Whether a value is allowed; cached, because most values occur many times."""
        key = (constraint, value)
        known = self._allowed.get(key)
        if known is None:
            term = self.data.terms[value]
            known = self._allowed[key] = not isinstance(term, ox.BlankNode) and check(term)
        return known

    def wanted(self, constraint: Constraint) -> frozenset[int]:
        known = self._wanted.get(constraint)
        if known is None:
            known = self._wanted[constraint] = frozenset(self.data.id(term) for term in constraint.terms)
        return known

    def order_key(self, value: int) -> Key | None:
        if value not in self._keys:
            self._keys[value] = order_key(self.data.terms[value])
        return self._keys[value]


class _Single:
    """The evaluation of a pair whose shape is not recursive."""

    def __init__(self, pair: Pair):
        self.pair = pair

    def advance(self, engine: Engine) -> list[Pair]:
        """Pairs to settle first; none when this one is settled."""
        if engine.is_settled(self.pair):
            return []
        holds, needed = engine.evaluate(self.pair, None)
        if not needed:
            engine.settle({self.pair: holds})
        return needed


class _Recursive:
    """The evaluation of pairs of recursive shapes: the largest set that conforms (greatest fixed point).

    Every pair is assumed to conform; a pair that does not is removed, and the pairs that depend on it are evaluated
    again, until nothing changes. The result does not depend on the order, because removing a pair never makes another
    pair conform (shapes that depend on themselves through a negation are refused).
    """

    def __init__(self, pair: Pair):
        self.cycle = pair[0].cycle
        self.holds = {pair: True}
        self.fresh, self.again = [pair], dict[Pair, None]()
        self.relied_on: dict[Pair, dict[Pair, None]] = {}
        self.current = pair

    def assumed(self, pair: Pair) -> bool:
        """Whether a pair still conforms; the current pair depends on it."""
        self.relied_on.setdefault(pair, {})[self.current] = None
        if pair not in self.holds:
            self.holds[pair] = True
            self.fresh.append(pair)
        return self.holds[pair]

    def advance(self, engine: Engine) -> list[Pair]:
        """Pairs of other shapes to settle first; none when all pairs of the recursive are settled."""
        if engine.is_settled(next(iter(self.holds))):
            return []
        while self.fresh or self.again:
            # pairs that were never evaluated come first: then a pair with many values is evaluated again once for all
            self.current = self.fresh.pop() if self.fresh else self.again.popitem()[0]
            if not self.holds[self.current]:
                continue
            holds, needed = engine.evaluate(self.current, self)
            if needed:
                self.fresh.append(self.current)
                return needed
            if not holds:
                self.holds[self.current] = False
                self.again.update(self.relied_on.pop(self.current, {}))
        engine.settle(self.holds)
        return []


def _task(pair: Pair) -> _Single | _Recursive:
    return _Single(pair) if pair[0].cycle is None else _Recursive(pair)


def _turned(path: PropertyPath) -> PropertyPath:
    """The inverse of a path."""
    if path.kind == "predicate":
        return PropertyPath("inverse", parts=(path,))
    if path.kind == "inverse":
        return path.parts[0]
    parts = tuple(_turned(part) for part in path.parts)
    return PropertyPath(path.kind, parts=parts[::-1] if path.kind == "sequence" else parts)


def _reached(step: Follow, node: int, *, itself: bool) -> Values:
    """All nodes reached by repeated steps, without duplicates; ``itself`` adds the start node."""
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
