"""Who states a tie and between which days: computed for one case at a time, joined for an edge."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from kg.network.selection import UsedCase
from kg.network.tables import NetworkTables, claim_id

Stated = tuple[frozenset[str], tuple[str, ...]]

NOTHING: Stated = (frozenset(), ())


class Evidence:
    """The claims by which each party stands in each case used."""

    def __init__(self, tables: NetworkTables, used: Sequence[UsedCase], ids: Mapping[str, str]):
        self._origin: dict[str, str] = {}
        by_participation: dict[str, list[tuple[str, str]]] = {}
        for participation, claim, source, origin in tables.claims:
            by_participation.setdefault(participation, []).append((claim_id(claim), source))
            if origin is not None:
                self._origin[source] = min(origin, self._origin.get(source, origin))
        self._stated: list[dict[str, Stated]] = []
        if by_participation:
            for case in used:
                self._stated.append({ids[party]: _joined(by, by_participation) for party, by in case.parties.items()})

    def of(self, one: str, other: str, cases: Iterable[int]) -> tuple[int, int, list[str]]:
        """How many sources state both parties in one case, how many origins, and the claims about either party there.

        A source that repeats nobody is its own origin. A tie put together from two sources, each of which
        names one party only, has claims but no source of its own.
        """
        if not self._stated:
            return 0, 0, []
        sources: set[str] = set()
        claims: set[str] = set()
        for case in cases:
            here = self._stated[case]
            sources |= here[one][0] & here[other][0]
            claims.update(here[one][1], here[other][1])
        origins = {self._origin.get(source, source) for source in sources}
        return len(sources), len(origins), sorted(claims)


def _joined(participations: Iterable[str], claims: Mapping[str, list[tuple[str, str]]]) -> Stated:
    found = [row for participation in participations for row in claims.get(participation, ())]
    if not found:
        return NOTHING
    return frozenset(source for _, source in found), tuple(claim for claim, _ in found)


class CaseDates:
    """The date bounds of each case used, as ISO text."""

    def __init__(self, used: Sequence[UsedCase]):
        self._first = [_iso(case.case.earliest) for case in used]
        self._last = [_iso(case.case.latest) for case in used]

    def bounds(self, cases: Sequence[int]) -> dict[str, str | None]:
        """Bounds of all dated cases together, and the first day on which one of them is certain."""
        firsts = [day for case in cases if (day := self._first[case])]
        lasts = [day for case in cases if (day := self._last[case])]
        return {
            "earliest": min(firsts, default=None),
            "latest": max(lasts, default=None),
            "certain_from": min(lasts, default=None),
        }


def _iso(day: object) -> str | None:
    return None if day is None else str(day)  # the text of a date is its ISO form


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
