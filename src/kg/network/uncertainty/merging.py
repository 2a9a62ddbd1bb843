"""Pairs judged unsure to be the same: how they can be merged, and the tables after merging."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from random import Random
from typing import Any, TypeVar

from kg.network.days import Bounds, span_of
from kg.network.tables.rows import (
    Attendance,
    Case,
    Contribution,
    Event,
    NetworkTables,
    Organisation,
    Participation,
    local_id,
)
from kg.network.tables.sparql import Query, query_rows
from kg.queries import GraphAccess
from kg.vocab import BASE

Pair = tuple[str, str]
Grouping = tuple[tuple[str, ...], ...]  # each a set of two things or more taken for one, in order
Row = TypeVar("Row", bound=tuple[Any, ...])

MOST_PAIRS = 12  # of one cluster; 2 to this power is how many ways are tried

_JUDGEMENTS = """SELECT ?one ?other ?judgement WHERE {
  ?pair a kg:IdentityJudgement ; kg:one ?one ; kg:other ?other ; kg:judgement ?judgement
}"""


@dataclass(frozen=True)
class Identities:
    """Judged pairs of cases, events or organisations, by IRI: those that may be one thing, and those that are two."""

    unsure: tuple[Pair, ...] = ()
    different: tuple[Pair, ...] = ()


def read_identities(query: Query, *, base: str = BASE) -> Identities:
    """The judged pairs of a graph; ``query`` and ``base`` are those of :func:`kg.network.read_network_tables`."""
    found: dict[str, set[Pair]] = {"unsure": set(), "different": set()}
    for left, right, judgement in query_rows(GraphAccess(query, base), _JUDGEMENTS):
        if local_id(judgement) in found:
            found[local_id(judgement)].add((min(left, right), max(left, right)))
    return Identities(tuple(sorted(found["unsure"])), tuple(sorted(found["different"])))


@dataclass(frozen=True)
class Cluster:
    """Unsure pairs that hang together, and the pairs among their things that are known to be two."""

    pairs: tuple[Pair, ...]
    different: frozenset[Pair]

    def groupings(self) -> list[Grouping] | None:
        """Every way to merge some of them that follows through (a=b, b=c, so a=c) and merges no two that differ.

        Nothing merged comes first. None where the pairs are too many to try.

        >>> triangle = Cluster((("a", "b"), ("a", "c"), ("b", "c")), frozenset())
        >>> len(triangle.groupings()), len(Cluster((("a", "b"), ("b", "c")), frozenset({("a", "c")})).groupings())
        (5, 3)
        """
        if len(self.pairs) > MOST_PAIRS:
            return None
        found = {
            grouping: None
            for size in range(len(self.pairs) + 1)
            for chosen in combinations(self.pairs, size)
            if (grouping := self._closed(chosen)) is not None
        }
        return list(found)

    def draw(self, random: Random) -> Grouping:
        """A random grouping: pairs in random order, each with probability 1/2, if no two that differ would meet."""
        return self._merged(pair for pair in random.sample(self.pairs, len(self.pairs)) if random.random() < 0.5)

    def most(self) -> Grouping:
        """As much merged as goes, in the order of the pairs."""
        return self._merged(self.pairs)

    def _merged(self, pairs: Iterable[Pair]) -> Grouping:
        taken: list[Pair] = []
        for pair in pairs:
            if self._closed([*taken, pair]) is not None:
                taken.append(pair)
        return self._closed(taken) or ()

    def _closed(self, pairs: Iterable[Pair]) -> Grouping | None:
        """The groups that these pairs make, None if two that differ would meet in one."""
        grouping = _groups(pairs)
        together = {pair for group in grouping for pair in combinations(group, 2)}
        return None if together & self.different else grouping


def clusters(identities: Identities, present: Iterable[str]) -> list[Cluster]:
    """The unsure pairs of which both things are ``present``, in clusters that do not touch each other."""
    known = set(present)
    unsure = sorted({(min(pair), max(pair)) for pair in identities.unsure if known.issuperset(pair)})
    different = {(min(pair), max(pair)) for pair in identities.different}
    return [
        Cluster(
            tuple(pair for pair in unsure if pair[0] in group),
            frozenset(different.intersection(combinations(group, 2))),
        )
        for group in _groups(unsure)
    ]


def _groups(pairs: Iterable[Pair]) -> Grouping:
    group_of: dict[str, set[str]] = {}
    for left, right in pairs:
        joined = group_of.get(left, {left}) | group_of.get(right, {right})
        for member in joined:
            group_of[member] = joined
    return tuple(sorted({tuple(sorted(group)) for group in group_of.values()}))


def things_in(tables: NetworkTables) -> set[str]:
    """Every case, event and organisation that the tables speak of."""
    found = {row[0] for row in tables.cases} | {row[0] for row in tables.events}
    for _, case, _, organisation, _ in tables.participations:
        found.update(thing for thing in (case, organisation) if thing)
    for _, case, giver, receiver, _ in tables.contributions:
        found.update(thing for thing in (case, giver, receiver) if thing)
    for _, event, organisation, _ in tables.attendances:
        found.update(thing for thing in (event, organisation) if thing)
    return found


def merged_tables(tables: NetworkTables, grouping: Grouping) -> NetworkTables:
    """The tables with each group taken for one thing, under the first id of the group.

    Dates of one case said twice hold together: the days that both allow, and where none is, all days of both.
    A party that one record does not name is the one that the other names in the same role.

    >>> tables = NetworkTables(
    ...     [("p1", "c1", "lead", "org/a", True), ("p2", "c1", "partner", None, True),
    ...      ("p3", "c2", "partner", "org/b", True)])
    >>> [(row.case, row.organisation) for row in merged_tables(tables, (("c1", "c2"),)).participations]
    [('c1', 'org/a'), ('c1', 'org/b')]
    """
    if not grouping:
        return tables
    first = {member: group[0] for group in grouping for member in group}

    def as_one(row: Row) -> Row:
        return _like(row, [first.get(cell, cell) if isinstance(cell, str) else cell for cell in row])

    return replace(
        tables,
        participations=_named_once(
            [as_one(Participation(*row)) for row in tables.participations], {group[0] for group in grouping}
        ),
        contributions=[as_one(Contribution(*row)) for row in tables.contributions],
        attendances=[as_one(Attendance(*row)) for row in tables.attendances],
        cases=_joined(as_one(Case(*row)) for row in tables.cases),
        events=_joined(as_one(Event(*row)) for row in tables.events),
        organisations=_joined(as_one(Organisation(*row)) for row in tables.organisations),
    )


def _named_once(rows: list[Participation], merged: set[str]) -> list[Participation]:
    named = {(row.case, row.role) for row in rows if row.organisation is not None}
    return [
        row
        for row in rows
        if row.organisation is not None or row.case not in merged or (row.case, row.role) not in named
    ]


def _joined(rows: Iterable[Row]) -> list[Row]:
    """One row a thing: what the first leaves open the next fills, and date bounds are taken together."""
    by_thing: dict[str, list[Row]] = {}
    for row in rows:
        by_thing.setdefault(row[0], []).append(row)
    found = []
    for same in by_thing.values():
        cells = [next((cell for cell in column if cell is not None), None) for column in zip(*same, strict=True)]
        if len(same) > 1 and isinstance(same[0], Case | Event):
            cells[-2:] = _bounds([row[-2:] for row in same])
        found.append(_like(same[0], cells))
    return found


def _like(row: Row, cells: list[Any]) -> Row:
    named_tuple: Any = type(row)
    same_type: Row = named_tuple(*cells)
    return same_type


def _bounds(stated: list[Bounds]) -> Bounds:
    """The days that all these bounds of one thing allow; where there is none, all days of those that state one."""
    dated = [bounds for bounds in stated if bounds != (None, None)]
    firsts, lasts = [first for first, _ in dated if first], [last for _, last in dated if last]
    earliest, latest = max(firsts, default=None), min(lasts, default=None)
    if earliest and latest and earliest > latest:
        return span_of(dated)
    return earliest, latest
