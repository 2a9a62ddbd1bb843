"""The networks that follow from what is not sure, each settled in one way.

Not sure are cases whose dates may or may not stand inside the days asked for, and pairs of cases,
events or organisations that are judged ``unsure``: one thing or two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations, product
from math import prod
from random import Random
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.network.errors import NetworkError, unknown
from kg.network.kinds import network
from kg.network.tables.rows import NetworkTables, local_ids
from kg.network.uncertainty.merging import Cluster, Grouping, Identities, clusters, merged_tables, things_in

if TYPE_CHECKING:
    import networkx as nx

LIMIT = 256
COUNTABLE = 1024  # ways to merge; each costs two networks to see which dates are unsure
DATES = ("together", "apart")


@dataclass(frozen=True)
class Reading:
    """One way to settle what is not sure.

    ``merged`` are the things taken for one. ``mode`` is certain (no case of unsure date counts), possible (all of
    them) or some (those in ``counted``).
    """

    mode: str
    merged: Grouping = ()
    counted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Readings:
    """The readings looked at, the base first: certain dates, nothing merged.

    ``exact`` says that there are no others; ``of`` is how many there are, None where they were too many to count.
    """

    kind: str
    tables: NetworkTables
    asked: Mapping[str, Any]
    dates: str
    all: tuple[Reading, ...]
    exact: bool
    of: int | None
    seed: int

    def __len__(self) -> int:
        return len(self.all)

    def networks(self) -> Iterator[tuple[Reading, nx.Graph]]:
        """Every reading with its network, made when it is come to."""
        for reading in self.all:
            yield reading, reading_network(self.kind, self.tables, reading, self.asked)


def readings(
    tables: NetworkTables,
    identities: Identities | None = None,
    *,
    kind: str = "partnership",
    dates: str = "together",
    limit: int = LIMIT,
    seed: int = 1,
    **asked: Any,
) -> Readings:
    """All readings of a network, or a sample of them and the extremes where they are more than ``limit``.

    Parameters
    ----------
    tables, kind
        As for :func:`kg.network.network`; ``asked`` are the options of the kind, but ``mode``.
    identities : Identities, optional
        From :func:`kg.network.read_identities`. Pairs of which the tables know both things count.
    dates : 'together' or 'apart'
        Whether the cases of unsure date count all or none (certain, possible), or each on its own. A value that can
        fall when a tie is added (betweenness, constraint) may leave the interval of ``together``, never of ``apart``.
    limit, seed
        Above ``limit`` combinations: nothing and as much as possible merged, each certain and possible, and others
        at random from ``seed`` up to the limit. Such bounds are inner bounds.

    Examples
    --------
    >>> rows = [("p1", "c1", "lead", "org/a", True), ("p2", "c2", "partner", "org/b", True)]
    >>> found = readings(NetworkTables(rows), Identities(unsure=(("c1", "c2"),)))
    >>> [(reading.merged, graph.number_of_edges()) for reading, graph in found.networks()]
    [((), 0), ((('c1', 'c2'),), 1)]
    """
    if dates not in DATES:
        raise unknown(Text("날짜 처리", "treatment of dates"), dates, DATES)
    if "mode" in asked:
        raise NetworkError(
            Text("읽기에는 mode를 주지 않습니다. 둘 다 봅니다.", "Give no mode with readings: they look at both.")
        )
    if limit < 4:
        raise NetworkError(Text(f"limit {limit}: 4 이상이어야 합니다.", f"limit is {limit}; give 4 or more."))
    parts = clusters(identities or Identities(), things_in(tables))
    space = _Space(kind, tables, asked, dates, parts)
    count = space.count()
    exact = count is not None and count <= limit
    chosen = list(space.every()) if exact else space.sample(limit, Random(seed))
    return Readings(kind, tables, asked, dates, tuple(chosen), exact, count, seed)


@dataclass(frozen=True)
class _Space:
    """All combinations of what is not sure."""

    kind: str
    tables: NetworkTables
    options: Mapping[str, Any]
    dates: str
    clusters: list[Cluster]
    known_dates: dict[Grouping, list[str]] = field(default_factory=dict)

    def ways(self) -> list[Grouping] | None:
        """Every way to merge, nothing merged first; None where they are too many to go through."""
        ways = [cluster.groupings() for cluster in self.clusters]
        known = [way for way in ways if way is not None]
        if len(known) < len(ways) or prod(map(len, known)) > COUNTABLE:
            return None
        return [_together(way) for way in product(*known)]

    def every(self) -> Iterator[Reading]:
        """Each reading once, the base first."""
        for merged in self.ways() or ():
            yield from self.by_dates(merged)

    def by_dates(self, merged: Grouping) -> Iterator[Reading]:
        unsure = self.unsure_dates(merged)
        yield Reading("certain", merged)
        if self.dates == "apart":
            for size in range(1, len(unsure)):
                yield from (Reading("some", merged, frozenset(some)) for some in combinations(unsure, size))
        if unsure:
            yield Reading("possible", merged)

    def count(self) -> int | None:
        """How many readings there are; None where the ways to merge are too many to go through."""
        ways = self.ways()
        if ways is None:
            return None
        unsure = [len(self.unsure_dates(merged)) for merged in ways]
        return sum(2**number if self.dates == "apart" else min(number, 1) + 1 for number in unsure)

    def sample(self, limit: int, random: Random) -> list[Reading]:
        """The extremes, then random readings, each once, up to the limit."""
        most = _together(cluster.most() for cluster in self.clusters)
        found = dict.fromkeys(
            reading for merged in ((), most) for reading in (Reading("certain", merged), Reading("possible", merged))
        )
        for _ in range(20 * limit):
            if len(found) >= limit:
                break
            found[self.draw(random)] = None
        return list(found)

    def draw(self, random: Random) -> Reading:
        merged = _together(cluster.draw(random) for cluster in self.clusters)
        if self.dates == "together":
            return Reading(random.choice(("certain", "possible")), merged)
        unsure = self.unsure_dates(merged)
        some = frozenset(case for case in unsure if random.random() < 0.5)
        if not some or len(some) == len(unsure):
            return Reading("possible" if some else "certain", merged)
        return Reading("some", merged, some)

    def unsure_dates(self, merged: Grouping) -> list[str]:
        """The cases (events) that count in the possible network and not in the certain one."""
        if merged not in self.known_dates:
            tables = merged_tables(self.tables, merged)
            certain, possible = (_counted(self.kind, tables, mode, self.options) for mode in ("certain", "possible"))
            self.known_dates[merged] = sorted(possible - certain)
        return self.known_dates[merged]


def reading_network(kind: str, tables: NetworkTables, reading: Reading, asked: Mapping[str, Any]) -> nx.Graph:
    """The network of one reading."""
    tables = merged_tables(tables, reading.merged)
    if reading.mode == "some":
        certain, possible = (_counted(kind, tables, mode, asked) for mode in ("certain", "possible"))
        tables = _without(tables, possible - certain - reading.counted)
    mode = "certain" if reading.mode == "certain" else "possible"
    return network(kind, tables, mode=mode, **asked)


def _counted(kind: str, tables: NetworkTables, mode: str, options: Mapping[str, Any]) -> set[str]:
    """The cases or events, as whole IRIs, that the network of this mode rests on."""
    graph = network(kind, tables, mode=mode, **options)
    if kind == "two-mode":
        return {data["iri"] for _, data in graph.nodes(data=True) if data["bipartite"] == 1}
    unit = "events" if kind == "co-attendance" else "cases"
    whole = {short: iri for iri, short in local_ids(_dated_things(tables)).items()}
    return {whole[short] for _, _, shared in graph.edges(data=unit) for short in shared}


def _dated_things(tables: NetworkTables) -> set[str]:
    found = {row[0] for row in tables.cases} | {row[0] for row in tables.events}
    found |= {row[1] for row in tables.participations} | {row[1] for row in tables.contributions}
    return found | {row[1] for row in tables.attendances}


def _without(tables: NetworkTables, things: set[str]) -> NetworkTables:
    return replace(
        tables,
        participations=[row for row in tables.participations if row[1] not in things],
        contributions=[row for row in tables.contributions if row[1] not in things],
        attendances=[row for row in tables.attendances if row[1] not in things],
        cases=[row for row in tables.cases if row[0] not in things],
        events=[row for row in tables.events if row[0] not in things],
    )


def _together(groupings: Iterable[Grouping]) -> Grouping:
    return tuple(sorted(group for grouping in groupings for group in grouping))
