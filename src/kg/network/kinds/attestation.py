"""Who states a tie and between which days: computed for one case at a time, joined for an edge."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from kg.network.days import iso, span_of
from kg.network.kinds.selection import UsedCase
from kg.network.tables.rows import Case, NetworkTables, claim_id

NOTHING: tuple[frozenset[str], tuple[str, ...]] = (frozenset(), ())


class Stated:
    """Which sources state a thing, by which claims, and whom they repeat."""

    def __init__(self, tables: NetworkTables):
        self._origin: dict[str, str] = {}
        self._claims: dict[str, list[tuple[str, str]]] = {}
        for thing, claim, source, origin in tables.claims:
            self._claims.setdefault(thing, []).append((claim_id(claim), source))
            if origin is not None:
                self._origin[source] = min(origin, self._origin.get(source, origin))

    def __bool__(self) -> bool:
        return bool(self._claims)

    def by(self, things: Iterable[str]) -> tuple[frozenset[str], tuple[str, ...]]:
        """The sources and the claims of all these things together."""
        found = [row for thing in things for row in self._claims.get(thing, ())]
        if not found:
            return NOTHING
        return frozenset(source for _, source in found), tuple({claim: None for claim, _ in found})

    def origins(self, sources: Iterable[str]) -> int:
        """How many origins the sources go back to; a source that repeats nobody is its own origin."""
        return len({self._origin.get(source, source) for source in sources})


class Evidence:
    """The claims that make each party a party of each case used."""

    def __init__(self, tables: NetworkTables, used: Sequence[UsedCase], ids: Mapping[str, str]):
        self._stated = Stated(tables)
        self._cases: list[dict[str, tuple[frozenset[str], tuple[str, ...]]]] = []
        if self._stated:
            for case in used:
                self._cases.append({ids[party]: self._stated.by(by) for party, by in case.parties.items()})

    def of(self, one: str, other: str, cases: Iterable[int]) -> tuple[int, int, list[str]]:
        """How many sources state both parties in one case, how many origins, and the claims about either party there.

        A tie put together from two sources, each of which names one party only, has claims but no source of its own.
        """
        if not self._cases:
            return 0, 0, []
        sources: set[str] = set()
        claims: set[str] = set()
        for case in cases:
            here = self._cases[case]
            sources |= here[one][0] & here[other][0]
            claims.update(here[one][1], here[other][1])
        return len(sources), self._stated.origins(sources), sorted(claims)


class CaseDates:
    """The date bounds of each case."""

    def __init__(self, cases: Sequence[Case]):
        self._bounds = [(case.earliest, case.latest) for case in cases]

    def bounds(self, cases: Sequence[int]) -> dict[str, str | None]:
        """Bounds of all dated cases together, and the first day on which one of them is certain, as ISO text.

        A bound is None where one of the dated cases leaves that side open.
        """
        found = [self._bounds[case] for case in cases]
        earliest, latest = span_of(found)
        certain = min((last for _, last in found if last), default=None)
        return {"earliest": iso(earliest), "latest": iso(latest), "certain_from": iso(certain)}


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the cycle collector: a million new edges hold no cycle, and looking for one takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
