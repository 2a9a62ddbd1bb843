"""The partnership network: organisations joined by the cases they are parties of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations
from math import fsum
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.network.errors import unknown
from kg.network.evidence import CaseDates, Evidence, collector_paused
from kg.network.selection import Selection, UsedCase, chosen_roles, select
from kg.network.tables import NetworkTables, Organisation, local_ids
from kg.network.window import window

if TYPE_CHECKING:
    import networkx as nx

WEIGHTS = ("count", "fractional")
UNNAMED_KIND = "unnamed"

Attributes = dict[str, Any]


def partnership_network(
    tables: NetworkTables,
    *,
    at: str | date | None = None,
    between: tuple[str | date, str | date] | None = None,
    mode: str = "certain",
    roles: Iterable[str] | None = None,
    weight: str = "count",
    unnamed: bool = False,
) -> nx.Graph:
    """Who partners with whom: organisations joined by the cases they are parties of.

    A *tie* joins two organisations that take part in one case in roles that make ties (lead, partner, beneficiary);
    supporters and hosts make ties only if ``roles`` names them. Attending the same event is no tie.
    Organisations without a tie are not in the graph.

    Parameters
    ----------
    tables : NetworkTables
        From :func:`kg.network.read_network_tables`, or made by hand.
    at : date or 'YYYY-MM-DD', optional
        Cases attested up to this day. Without ``at`` and ``between`` every case counts, dated or not.
    between : pair of dates, optional
        Cases attested from the first day to the last, both included.
    mode : 'certain' or 'possible'
        With a date: ``certain`` takes cases whose bounds stand inside it, ``possible`` also those that may,
        undated cases among them.
    roles : iterable of role codes, optional
        The roles that make ties, in place of the default ones.
    weight : 'count' or 'fractional'
        What a case of n parties adds to each of its pairs: 1, or 1/(n-1) (Newman 2001), so that a case
        adds 1 to the strength of each party however many they are. Named in ``graph.graph["weighting"]``.
    unnamed : bool
        Whether a party that no source names is a node of its own (kind ``unnamed``), one a participation.

    Returns
    -------
    networkx.Graph
        Nodes: plain ids with ``iri``, ``label_ko``, ``label_en``, ``kind``, ``cases`` (how many it is tied by).
        Edges: ``cases`` (ids), ``weight`` (closeness, not distance), ``sources`` and ``origins`` (how many state
        both parties in one case), ``claims`` (ids), ``earliest`` and ``latest`` (ISO days: bounds of all its
        dated cases), ``certain_from`` (first day on which the tie is certain). None is "not stated".
        ``graph.graph`` tells what was asked, which cases were used, and why the others were left out.

    Examples
    --------
    >>> from kg.network import NetworkTables
    >>> rows = [("p1", "c1", "lead", "org/a", True), ("p2", "c1", "partner", "org/b", True),
    ...         ("p3", "c2", "lead", "org/a", True), ("p4", "c2", "partner", "org/b", True),
    ...         ("p5", "c2", "partner", "org/c", True), ("p6", "c2", "supporter", "org/d", False)]
    >>> graph = partnership_network(NetworkTables(rows))
    >>> [(a, b, data["weight"]) for a, b, data in graph.edges(data=True)]
    [('a', 'b', 2), ('a', 'c', 1), ('b', 'c', 1)]
    >>> half = partnership_network(NetworkTables(rows), weight="fractional")
    >>> half.edges["a", "b"]["weight"], half.edges["a", "c"]["weight"]
    (1.5, 0.5)
    """
    if weight not in WEIGHTS:
        raise unknown(Text("가중치", "weight"), weight, WEIGHTS)
    days = window(at, between, mode)
    selection = select(tables, days, chosen_roles(tables, roles), unnamed=unnamed)
    names = party_rows(tables, selection.used, unnamed)
    ids = local_ids(names)

    import networkx as nx

    graph = nx.Graph(
        kind="partnership",
        at=days.end.isoformat() if days.end and not days.start else None,
        between=[days.start.isoformat(), days.end.isoformat()] if days.start and days.end else None,
        mode=mode,
        weighting=weight,
        unnamed=unnamed,
        policy=tables.policy,
        labels=tables.labels(),
        **selection.facts(),
    )
    graph.add_nodes_from(nodes(names, ids, selection.used))
    with collector_paused():
        graph.add_edges_from(_edges(tables, selection, ids, weight))
    return graph


def party_rows(tables: NetworkTables, used: Iterable[UsedCase], unnamed: bool) -> dict[str, Organisation]:
    """The organisation row of every party of the cases used; an unnamed party gets a row that says so."""
    known = {row[0]: Organisation(*row) for row in tables.organisations}
    nameless = {row[0] for row in tables.participations if row[3] is None} if unnamed else set()
    rows = {}
    for case in used:
        for party in case.parties:
            if party in nameless:
                rows[party] = Organisation(party, "이름 없음", "unnamed", UNNAMED_KIND)
            else:
                rows[party] = known.get(party) or Organisation(party, None, None, None)
    return rows


def nodes(
    names: Mapping[str, Organisation], ids: Mapping[str, str], used: Iterable[UsedCase]
) -> Iterator[tuple[str, Attributes]]:
    """The nodes in order of their ids."""
    counts = dict.fromkeys(names, 0)
    for case in used:
        for party in case.parties:
            counts[party] += 1
    for iri in sorted(names, key=ids.__getitem__):
        row = names[iri]
        yield (
            ids[iri],
            {
                "iri": iri,
                "label_ko": row.label_ko,
                "label_en": row.label_en,
                "kind": row.kind or "unknown",
                "cases": counts[iri],
            },
        )


def _edges(
    tables: NetworkTables, selection: Selection, ids: Mapping[str, str], weight: str
) -> Iterator[tuple[str, str, Attributes]]:
    """The edges in order; one pass over the pairs of every case, then one over the edges."""
    names = sorted(ids.values())
    stated = Evidence(tables, selection.used, ids)
    dates = CaseDates(selection.used)
    cases = [selection.case_ids[used.case.case] for used in selection.used]
    shares = [1 if weight == "count" else 1 / (len(used.parties) - 1) for used in selection.used]
    days = [dates.bounds([index]) for index in range(len(cases))]
    total = sum if weight == "count" else fsum
    for (one, other), indexes in _ties(selection, ids, names):
        sources, origins, claims = stated.of(one, other, indexes)
        single = len(indexes) == 1  # as most are; then nothing need be joined
        yield (
            one,
            other,
            {
                "cases": [cases[index] for index in indexes],
                "weight": shares[indexes[0]] if single else total([shares[index] for index in indexes]),
                "sources": sources,
                "origins": origins,
                "claims": claims,
                **(days[indexes[0]] if single else dates.bounds(indexes)),
            },
        )


def _ties(
    selection: Selection, ids: Mapping[str, str], names: list[str]
) -> Iterator[tuple[tuple[str, str], list[int]]]:
    """Every pair that shares a case, in order, with the cases it shares; pairs are numbers while they are gathered."""
    width = len(names)
    place = {name: number for number, name in enumerate(names)}
    number_of = {iri: place[name] for iri, name in ids.items()}
    ties: dict[int, list[int]] = {}
    for index, used in enumerate(selection.used):
        for one, other in combinations(sorted([number_of[party] for party in used.parties]), 2):
            pair = one * width + other
            if pair in ties:
                ties[pair].append(index)
            else:
                ties[pair] = [index]
    for pair in sorted(ties):
        yield (names[pair // width], names[pair % width]), ties[pair]
