"""The support network: who gave what to whom, from the contributions of cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.network.errors import unknown
from kg.network.kinds.attestation import CaseDates, Stated
from kg.network.kinds.projection import node_attributes, organisation_rows
from kg.network.kinds.selection import case_or_blank, chosen_programmes, first_and_last, in_order
from kg.network.kinds.window import Window, window
from kg.network.tables.rows import Case, Contribution, NetworkTables, Organisation, contribution_id, local_ids

if TYPE_CHECKING:
    import networkx as nx


def support_network(
    tables: NetworkTables,
    *,
    at: str | date | None = None,
    between: tuple[str | date, str | date] | None = None,
    mode: str = "certain",
    programme: Iterable[str] | None = None,
    kinds: Iterable[str] | None = None,
    create_using: type[nx.DiGraph] | None = None,
) -> nx.DiGraph:
    """Who gave to whom: an arrow from giver to receiver for each pair that a contribution joins.

    Parameters
    ----------
    tables : NetworkTables
        With ``contributions``: from ``read_network_tables(query, kind="support")``, or made by hand.
    at, between, mode, programme
        As in :func:`kg.network.partnership_network`; date and programme are the case's.
    kinds : iterable of contribution kinds, optional
        Which kinds count; by default all of them.
    create_using : type, optional
        The class of the graph, as in NetworkX's own functions; by default ``networkx.DiGraph``.

    Returns
    -------
    networkx.DiGraph
        Edges: ``weight`` counts contributions, money of different kinds is never added up; ``kinds``,
        ``contributions`` and ``cases`` list ids; ``sources``, ``origins``, ``claims`` and dates as in a partnership.
        A contribution whose giver or receiver is not named gives no arrow and is counted as left out; one of several
        givers or receivers (a row each) gives an arrow for each pair.

    Examples
    --------
    >>> given = [("g1", "c1", "org/big", "org/small", "funding"), ("g2", "c1", "org/big", "org/small", "data"),
    ...          ("g3", "c2", "org/big", None, "funding")]
    >>> graph = support_network(NetworkTables([], contributions=given))
    >>> list(graph.edges(data="weight")), graph.graph["left_out"]
    ([('big', 'small', 2)], {'receiver-unnamed': ['g3']})
    """
    days = window(at, between, mode)
    chosen = _chosen_kinds(tables, kinds)
    cases = {row[0]: Case(*row) for row in tables.cases}
    programmes = chosen_programmes((case.programme for case in cases.values()), programme)
    used, facts = _choose(tables, days, cases, programmes, chosen)
    names = organisation_rows(tables, [party for row in used for party in (row.giver, row.receiver) if party])
    ids = local_ids(names)

    import networkx as nx

    graph = (create_using or nx.DiGraph)(
        kind="support",
        unit="contributions",
        **days.facts(),
        weighting="count",
        contribution_kinds=chosen,
        policy=tables.policy,
        labels=tables.labels(),
        **facts,
    )
    graph.add_nodes_from(_nodes(tables, names, ids))
    graph.add_edges_from(_arrows(tables, used, cases, ids))
    return graph


def _nodes(
    tables: NetworkTables, names: Mapping[str, Organisation], ids: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    rated = tables.latest_grades()
    for iri in sorted(names, key=ids.__getitem__):
        yield ids[iri], node_attributes(names[iri], rated.get(iri))


def _chosen_kinds(tables: NetworkTables, kinds: Iterable[str] | None) -> list[str] | None:
    if kinds is None:
        return None
    known = {row[4] for row in tables.contributions if row[4] is not None}
    given = {kinds} if isinstance(kinds, str) else set(kinds)
    for kind in sorted(given - known):
        raise unknown(Text("기여 종류", "kind of contribution"), kind, known)
    return sorted(given)


def _choose(
    tables: NetworkTables,
    days: Window,
    cases: Mapping[str, Case],
    programmes: tuple[str, ...] | None,
    kinds: list[str] | None,
) -> tuple[list[Contribution], dict[str, Any]]:
    """The contributions that give an arrow, and what the graph says of the others; the date is looked at first."""
    rows = sorted((Contribution(*row) for row in tables.contributions), key=lambda row: contribution_id(row[0]))
    used: list[Contribution] = []
    left_out: dict[str, list[str]] = {}
    in_time: set[str] = set()
    for row in rows:
        case = case_or_blank(cases, row.case)
        reason = days.reason_out(case.earliest, case.latest)
        if reason is None:
            in_time.add(row.contribution)
        if reason is None and programmes is not None and case.programme not in programmes:
            reason = "programme-not-asked"
        reason = reason or _reason_without_arrow(row, kinds)
        if reason:
            left_out.setdefault(reason, []).append(contribution_id(row.contribution))
        else:
            used.append(row)
    facts: dict[str, Any] = {
        "programme": None if programmes is None else list(programmes),
        "roles": [],
        "contributions_total": len({row.contribution for row in rows}),
        "contributions_in_time": len(in_time),
        "contributions_used": len({row.contribution for row in used}),
        "left_out": in_order({reason: list(dict.fromkeys(ids)) for reason, ids in left_out.items()}),
        **first_and_last(case_or_blank(cases, row.case) for row in used),
    }
    return used, facts


def _reason_without_arrow(row: Contribution, kinds: list[str] | None) -> str | None:
    if kinds is not None and row.kind not in kinds:
        return "kind-not-asked"
    if row.giver is None:
        return "giver-unnamed"
    if row.receiver is None:
        return "receiver-unnamed"
    return "giver-is-receiver" if row.giver == row.receiver else None


def _arrows(
    tables: NetworkTables, used: Iterable[Contribution], cases: Mapping[str, Case], ids: Mapping[str, str]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    case_ids = local_ids([*cases, *(row.case for row in used)])
    stated = Stated(tables)
    arrows: dict[tuple[str, str], list[Contribution]] = {}
    for row in used:
        arrows.setdefault((ids[str(row.giver)], ids[str(row.receiver)]), []).append(row)
    for pair in sorted(arrows):
        rows = arrows[pair]
        sources, claims = stated.by(row.contribution for row in rows)
        yield (
            *pair,
            {
                "contributions": [contribution_id(row.contribution) for row in rows],
                "kinds": sorted({row.kind for row in rows if row.kind}),
                "cases": sorted({case_ids[row.case] for row in rows}),
                "weight": len(rows),
                "sources": len(sources),
                "origins": stated.origins(sources),
                "claims": sorted(claims),
                **CaseDates([case_or_blank(cases, row.case) for row in rows]).bounds(range(len(rows))),
            },
        )
