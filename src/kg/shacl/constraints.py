"""The constraint components of SHACL Core, one function each, as defined in the Recommendation."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.shacl.literals import MAX_ZONE_S, Key, order, well_formed
from kg.shacl.model import Constraint
from kg.shacl.vocabulary import SH

if TYPE_CHECKING:
    from kg.shacl.engine import Engine

Values = Sequence[int]
Offending = Iterable[int | None]
Check = Callable[["Engine", Constraint, int, Values], Offending]


#: maximum number of results for one value that is not less than several other values
MAX_REPEATED = 100


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
    search = constraint.pattern.search  # type: ignore[union-attr]  # every constraint of this kind has a pattern
    return [
        value for value in values if not engine.once(constraint, value, lambda term: search(term.value) is not None)
    ]


def _min_length(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return [v for v in values if not engine.once(constraint, v, lambda term: len(term.value) >= constraint.number)]


def _max_length(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return [v for v in values if not engine.once(constraint, v, lambda term: len(term.value) <= constraint.number)]


def _bound(orders: set[int | None]) -> Check:
    def check(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
        bound = constraint.terms[0]

        def fits(term: object) -> bool:
            return isinstance(term, ox.Literal) and isinstance(bound, ox.Literal) and order(term, bound) in orders

        return [value for value in values if not engine.once(constraint, value, fits)]

    return check


def _in(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return [value for value in values if value not in engine.wanted(constraint)]


def _language_in(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    """Language ranges match as in SPARQL's ``langMatches``: ``en`` also matches ``en-GB``, ``*`` any language."""
    ranges = [term.value.lower() for term in constraint.terms]

    def fits(term: object) -> bool:
        language = (term.language or "").lower() if isinstance(term, ox.Literal) else ""
        return any(language == tag or language.startswith(tag + "-") or (language and tag == "*") for tag in ranges)

    return [value for value in values if not engine.once(constraint, value, fits)]


def _unique_lang(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    terms = (engine.data.terms[value] for value in values)
    languages = Counter(term.language for term in terms if isinstance(term, ox.Literal) and term.language)
    return [None for number in languages.values() if number > 1]


def _has_value(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return () if engine.wanted(constraint) <= set(values) else (None,)


def _compared_values(engine: Engine, constraint: Constraint, focus: int) -> Values:
    return engine.data.out(engine.data.id(constraint.terms[0])).get(focus, ())


def _equals(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return set(values) ^ set(_compared_values(engine, constraint, focus))


def _disjoint(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
    return set(values) & set(_compared_values(engine, constraint, focus))


def _less(*, or_equal: bool) -> Check:
    """A value is reported once for each value that it is not less than, as the Recommendation requires.

    The compared values are sorted once, so that the time does not grow with the product of both numbers.
    """
    search = bisect_left if or_equal else bisect_right

    def check(engine: Engine, constraint: Constraint, focus: int, values: Values) -> Offending:
        compared = _compared_values(engine, constraint, focus)
        sorted_keys: dict[tuple[str, bool], list] = {}
        for compared_value in compared:
            if key := engine.order_key(compared_value):
                sorted_keys.setdefault((key.kind, key.zoned), []).append(key.value)
        for known in sorted_keys.values():
            known.sort()

        def greater(key: Key) -> int:
            """The number of compared values that are greater (or equal)."""
            same, apart = (sorted_keys.get((key.kind, zoned), ()) for zoned in (key.zoned, not key.zoned))
            found = len(same) - search(same, key.value)
            return found + (len(apart) - bisect_right(apart, key.value + MAX_ZONE_S) if apart else 0)

        for value in values:
            key = engine.order_key(value)
            for _ in range(min(len(compared) - (greater(key) if key else 0), MAX_REPEATED)):
                yield value

    return check


def closed(engine: Engine, constraint: Constraint, values: Values) -> Iterator[tuple[int, int]]:
    """Properties of the values that a closed shape does not allow, with their objects."""
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


CHECKS: dict[str, Check] = {
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
    "lessThan": _less(or_equal=False),
    "lessThanOrEquals": _less(or_equal=True),
    "node": _node,
    "not": _not,
    "or": _or,
    "and": _and,
    "xone": _xone,
    "qualifiedMinCount": _qualified_min,
    "qualifiedMaxCount": _qualified_max,
}
COMPONENTS = {name: f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent" for name in (*CHECKS, "closed")}
