"""Organisations joined by what they take part in: the pairs of every case, or of every event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from math import fsum
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.network.errors import unknown
from kg.network.kinds.attestation import CaseDates, Evidence, collector_paused
from kg.network.kinds.selection import Selection, UsedCase, select
from kg.network.kinds.window import Window
from kg.network.tables.rows import NetworkTables, Organisation, local_ids
from kg.romanise import romanised

if TYPE_CHECKING:
    import networkx as nx

WEIGHTS = ("count", "fractional")
UNNAMED_KIND = "unnamed"

Attributes = dict[str, Any]


def joined_network(
    tables: NetworkTables,
    days: Window,
    roles: tuple[str, ...],
    *,
    kind: str,
    unit: str,
    weight: str,
    unnamed: bool = False,
    programme: Iterable[str] | None = None,
    create_using: type[nx.Graph] | None = None,
) -> nx.Graph:
    """The projection of participations onto organisations; ``unit`` names what they share (cases, events)."""
    if weight not in WEIGHTS:
        raise unknown(Text("가중치", "weight"), weight, WEIGHTS)
    selection = select(tables, days, roles, unnamed=unnamed, programme=programme)
    names = party_rows(tables, selection.used, unnamed)
    ids = local_ids(names)

    import networkx as nx

    graph = (create_using or nx.Graph)(
        kind=kind,
        unit=unit,
        **days.facts(),
        weighting=weight,
        unnamed=unnamed,
        policy=tables.policy,
        labels=tables.labels(),
        **selection.facts(unit),
    )
    graph.add_nodes_from(organisation_nodes(tables, names, ids, selection.used, unit))
    with collector_paused():
        graph.add_edges_from(_edges(tables, selection, ids, unit, weight))
    return graph


def organisation_rows(tables: NetworkTables, iris: Iterable[str]) -> dict[str, Organisation]:
    """The row of each organisation; one that is in no table has its IRI alone."""
    known = {row[0]: Organisation(*row) for row in tables.organisations}
    return {iri: known.get(iri) or Organisation(iri, None, None, None) for iri in iris}


def party_rows(tables: NetworkTables, used: Iterable[UsedCase], unnamed: bool) -> dict[str, Organisation]:
    """The row of every party of the cases used; a party that no source names gets a row that says so."""
    rows = organisation_rows(tables, (party for case in used for party in case.parties))
    if unnamed:
        for participation, _, _, organisation, _ in tables.participations:
            if organisation is None and participation in rows:
                rows[participation] = Organisation(participation, "이름 없음", "unnamed", UNNAMED_KIND)
    return rows


def node_attributes(row: Organisation, rated: tuple[int, str] | None = None) -> Attributes:
    """What a node carries of its organisation.

    ``label_roman`` is generated where no source gives an English name; such a node also has ``label_roman_generated``.
    ``latest_grade`` is ``scheme/grade`` of ``latest_grade_year``; both None where no grade is known.
    """
    roman = romanised(row.label_ko) if row.label_ko and not row.label_en else None
    return {
        "iri": row.organisation,
        "label_ko": row.label_ko,
        "label_en": row.label_en,
        "label_roman": roman,
        **({"label_roman_generated": True} if roman else {}),
        "kind": row.kind or "unknown",
        "industry": row.industry,
        "region": row.region,
        "group": row.group,
        "latest_grade": rated[1] if rated else None,
        "latest_grade_year": rated[0] if rated else None,
    }


def organisation_nodes(
    tables: NetworkTables,
    names: Mapping[str, Organisation],
    ids: Mapping[str, str],
    used: Iterable[UsedCase],
    unit: str,
) -> Iterator[tuple[str, Attributes]]:
    """The nodes in order of their ids; the attribute named by ``unit`` counts the cases or events of each."""
    counts = dict.fromkeys(names, 0)
    for case in used:
        for party in case.parties:
            counts[party] += 1
    rated = tables.latest_grades()
    for iri in sorted(names, key=ids.__getitem__):
        yield ids[iri], {**node_attributes(names[iri], rated.get(iri)), unit: counts[iri]}


def _edges(
    tables: NetworkTables, selection: Selection, ids: Mapping[str, str], unit: str, weight: str
) -> Iterator[tuple[str, str, Attributes]]:
    """The edges in order; one pass over the pairs of every case, then one over the edges."""
    names = sorted(ids.values())
    stated = Evidence(tables, selection.used, ids)
    dates = CaseDates([used.case for used in selection.used])
    cases = [selection.case_ids[used.case.case] for used in selection.used]
    shares = [1 if weight == "count" else 1 / (len(used.parties) - 1) for used in selection.used]
    days = [dates.bounds([index]) for index in range(len(cases))]
    total = sum if weight == "count" else fsum
    for (left, right), indexes in _ties(selection, ids, names):
        sources, origins, claims = stated.of(left, right, indexes)
        single = len(indexes) == 1  # as most are; then nothing need be joined
        yield (
            left,
            right,
            {
                unit: [cases[index] for index in indexes],
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
        for left, right in combinations(sorted([number_of[party] for party in used.parties]), 2):
            pair = left * width + right
            if pair in ties:
                ties[pair].append(index)
            else:
                ties[pair] = [index]
    for pair in sorted(ties):
        yield (names[pair // width], names[pair % width]), ties[pair]
