"""The partnership network of a build as a NetworkX graph, made from its pairs.

The same graph as :func:`kg.network.partnership_network` makes of rows; tests compare them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kg.analysis.pairs import PARTIES
from kg.network.columns.pairs import ChosenPairs, Pairs
from kg.network.days import iso
from kg.network.kinds.attestation import CaseDates, collector_paused
from kg.network.kinds.projection import node_attributes
from kg.network.kinds.window import Window
from kg.network.tables.relations import RelationReader
from kg.network.tables.rows import Organisation, claim_id, labels_of, latest_grades
from kg.values import sql_text

if TYPE_CHECKING:
    import networkx as nx

# the followed claims by which an organisation takes part in a case in one of the roles
_CLAIMS = """SELECT p."case", p.org, list(DISTINCT l.claim) FROM ({parties}) p
JOIN accepted.links l ON l.thing = p.thing AND l.table_name = 'case_participants' AND l.accepted_from IS NOT NULL
WHERE p.org IS NOT NULL AND p.role IN ({roles}) GROUP BY ALL"""


def pairs_network(
    reader: RelationReader, chosen: ChosenPairs, days: Window, create_using: type[nx.Graph] | None = None
) -> nx.Graph:
    """The network of ``chosen``; ``reader`` reads names, kinds, grades and claims from the tables they come from."""
    import networkx as nx

    graph = (create_using or nx.Graph)(
        kind="partnership",
        unit="cases",
        **days.facts(),
        weighting=chosen.weighting,
        unnamed=False,
        policy=reader.policy,
        labels=labels_of(reader.roles(), reader.kinds(), reader.attribute_labels()),
        **chosen.facts,
    )
    graph.add_nodes_from(_nodes(reader, chosen))
    with collector_paused():
        graph.add_edges_from(_edges(reader, chosen))
    return graph


def _nodes(reader: RelationReader, chosen: ChosenPairs) -> Iterator[tuple[str, dict[str, Any]]]:
    """The organisations in order of their ids; ``cases`` counts the cases of each."""
    import numpy

    ids, iri = chosen.pairs.organisations, f"{reader.base}id/org/"
    ends = numpy.concatenate([chosen.first, chosen.second]).astype(numpy.int64)
    parts = numpy.unique(ends * len(chosen.pairs.cases) + numpy.tile(chosen.case, 2)) // max(len(chosen.pairs.cases), 1)
    counts = numpy.bincount(parts, minlength=len(ids)).tolist()
    known, rated = {row.organisation: row for row in reader.organisations()}, latest_grades(reader.ratings())
    for name, count in zip(ids.tolist(), counts, strict=True):
        if count:
            row = known.get(iri + name) or Organisation(iri + name, None, None, None)
            yield name, {**node_attributes(row, rated.get(iri + name)), "cases": count}


def _edges(reader: RelationReader, chosen: ChosenPairs) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The edges in order of their ends; what has one case, as most have, shares the days of the case."""
    pairs = chosen.pairs
    names, claims = pairs.organisations.tolist(), _claims(reader, pairs)
    ids = [case.row.case for case in pairs.cases]
    dates = CaseDates([case.row for case in pairs.cases])
    days = [(iso(row.earliest), iso(row.latest)) for row, *_ in pairs.cases]
    numbers = chosen.case.tolist()
    columns = (
        chosen.starts.tolist(),
        chosen.lengths.tolist(),
        chosen.first[chosen.starts].tolist(),
        chosen.second[chosen.starts].tolist(),
        chosen.weights,
        chosen.stated(pairs.sources),
        chosen.stated(pairs.origins),
    )
    for start, length, left, right, weight, sources, origins in zip(*columns, strict=True):
        number = numbers[start]
        if length == 1:
            parties = claims[number]
            cases, (earliest, latest) = [ids[number]], days[number]
            certain = latest
            listed = _joined(parties.get(left, ()), parties.get(right, ()))
        else:
            held = numbers[start : start + length]
            cases = [ids[number] for number in held]
            bounds = dates.bounds(held)
            earliest, latest, certain = bounds["earliest"], bounds["latest"], bounds["certain_from"]
            listed = sorted(
                {claim for number in held for end in (left, right) for claim in claims[number].get(end, ())}
            )
        yield (
            names[left],
            names[right],
            {
                "cases": cases,
                "weight": weight,
                "sources": sources,
                "origins": origins,
                "claims": listed,
                "earliest": earliest,
                "latest": latest,
                "certain_from": certain,
            },
        )


def _joined(left: Sequence[str], right: Sequence[str]) -> list[str]:
    """Two ordered lists of claims as one."""
    if len(left) == len(right) == 1 and left[0] != right[0]:
        return [left[0], right[0]] if left[0] < right[0] else [right[0], left[0]]
    return sorted({*left, *right})


def _claims(reader: RelationReader, pairs: Pairs) -> list[dict[int, list[str]]]:
    """For each case, the followed claims by place of the organisation."""
    place = {name: number for number, name in enumerate(pairs.organisations.tolist())}
    number_of = {case.row.case: number for number, case in enumerate(pairs.cases)}
    found: list[dict[int, list[str]]] = [{} for _ in pairs.cases]
    roles = ", ".join(map(sql_text, pairs.roles)) or "NULL"
    for case, organisation, claims in reader.connection.execute(
        _CLAIMS.format(parties=PARTIES, roles=roles)
    ).fetchall():
        if organisation in place:
            found[number_of[case]][place[organisation]] = sorted(map(claim_id, claims))
    return found
