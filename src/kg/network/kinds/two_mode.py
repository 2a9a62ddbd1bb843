"""The two-mode network: organisations on one side, cases on the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from kg.network.days import iso
from kg.network.kinds.attestation import Stated
from kg.network.kinds.projection import organisation_nodes, party_rows
from kg.network.kinds.selection import Selection, chosen_roles, select
from kg.network.kinds.window import window
from kg.network.tables.rows import Case, NetworkTables, local_ids

if TYPE_CHECKING:
    import networkx as nx


def two_mode_network(
    tables: NetworkTables,
    *,
    at: str | date | None = None,
    between: tuple[str | date, str | date] | None = None,
    mode: str = "certain",
    roles: Iterable[str] | None = None,
    programme: Iterable[str] | None = None,
    unnamed: bool = False,
    create_using: type[nx.Graph] | None = None,
) -> nx.Graph:
    """Who takes part in which case: a bipartite graph, organisations with ``bipartite=0``, cases with ``bipartite=1``.

    A case with one party is in it, unlike in :func:`kg.network.partnership_network`, whose parameters it shares.
    Its projection onto the organisations, by NetworkX's ``bipartite.weighted_projected_graph``, has the edges and
    the counts of the partnership network.

    Returns
    -------
    networkx.Graph
        Organisation nodes as in a partnership; case nodes: ``iri``, ``label``, ``programme``, ``round``,
        ``earliest``, ``latest``, kind ``case``. Edges: ``roles``, ``weight`` 1, ``sources``, ``origins``, ``claims``.

    Examples
    --------
    >>> rows = [("p1", "case/c1", "lead", "org/a", True), ("p2", "case/c1", "partner", "org/b", True),
    ...         ("p3", "case/c2", "lead", "org/a", True)]
    >>> graph = two_mode_network(NetworkTables(rows))
    >>> [(one, other, data["roles"]) for one, other, data in graph.edges(data=True)]
    [('a', 'c1', ['lead']), ('a', 'c2', ['lead']), ('b', 'c1', ['partner'])]
    """
    days = window(at, between, mode)
    selection = select(tables, days, chosen_roles(tables, roles), unnamed=unnamed, least=1, programme=programme)
    names = party_rows(tables, selection.used, unnamed)
    ids = local_ids([*names, *(used.case.case for used in selection.used)])

    import networkx as nx

    graph = (create_using or nx.Graph)(
        kind="two-mode",
        unit="cases",
        **days.facts(),
        weighting="count",
        unnamed=unnamed,
        policy=tables.policy,
        labels=tables.labels(),
        **selection.facts("cases"),
    )
    graph.add_nodes_from(organisation_nodes(tables, names, ids, selection.used, "cases"), bipartite=0)
    graph.add_nodes_from((ids[used.case.case], _case_attributes(used.case)) for used in selection.used)
    graph.add_edges_from(sorted(_memberships(tables, selection, ids), key=lambda edge: edge[:2]))
    return graph


def _case_attributes(case: Case) -> dict[str, Any]:
    return {
        "bipartite": 1,
        "kind": "case",
        "iri": case.case,
        "label": case.label,
        "programme": case.programme,
        "round": case.round,
        "earliest": iso(case.earliest),
        "latest": iso(case.latest),
    }


def _memberships(
    tables: NetworkTables, selection: Selection, ids: dict[str, str]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    stated = Stated(tables)
    role_of = {row[0]: row[2] for row in tables.participations}
    for used in selection.used:
        for party, participations in used.parties.items():
            sources, claims = stated.by(participations)
            yield (
                ids[party],
                ids[used.case.case],
                {
                    "roles": sorted({role_of[participation] for participation in participations}),
                    "weight": 1,
                    "sources": len(sources),
                    "origins": stated.origins(sources),
                    "claims": sorted(claims),
                },
            )
