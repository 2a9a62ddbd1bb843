"""The co-attendance network: organisations at the same event. It says nothing of partnership and is kept apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from kg.errors import Text
from kg.network.errors import unknown
from kg.network.kinds.projection import joined_network
from kg.network.kinds.window import window
from kg.network.tables.rows import Case, NetworkTables, Participation

if TYPE_CHECKING:
    import networkx as nx

NOT_STATED = "not-stated"


def co_attendance_network(
    tables: NetworkTables,
    *,
    at: str | date | None = None,
    between: tuple[str | date, str | date] | None = None,
    mode: str = "certain",
    capacities: Iterable[str] | None = None,
    weight: str = "count",
    create_using: type[nx.Graph] | None = None,
) -> nx.Graph:
    """Who was at the same event. Attending together is not a partnership: never add these edges to one.

    Parameters
    ----------
    tables : NetworkTables
        With ``events`` and ``attendances``: from ``read_network_tables(query, kind="co-attendance")``, or made by hand.
    at, between, mode, weight
        As in :func:`kg.network.partnership_network`; the date is the day on which the event began.
    capacities : iterable of capacities, optional
        In what capacity one must have attended to count (host, guest, speaker, …); by default in any.
    create_using : type, optional
        The class of the graph, as in NetworkX's own functions; by default ``networkx.Graph``.

    Returns
    -------
    networkx.Graph
        Edges: ``events`` in place of ``cases``, else as in a partnership.

    Examples
    --------
    >>> there = [("t1", "event/fair", "org/a", "host"), ("t2", "event/fair", "org/b", "guest"),
    ...          ("t3", "event/talk", "org/a", "guest"), ("t4", "event/talk", "org/b", "guest")]
    >>> graph = co_attendance_network(NetworkTables([], attendances=there))
    >>> graph.edges["a", "b"]["events"]
    ['fair', 'talk']
    """
    days = window(at, between, mode)
    chosen = _chosen_capacities(tables, capacities)
    return joined_network(
        _as_cases(tables), days, chosen, kind="co-attendance", unit="events", weight=weight, create_using=create_using
    )


def _as_cases(tables: NetworkTables) -> NetworkTables:
    """Events in place of cases, attendances in place of participations."""
    return replace(
        tables,
        participations=[
            Participation(thing, event, capacity or NOT_STATED, organisation, True)
            for thing, event, organisation, capacity in tables.attendances
        ],
        cases=[Case(event, label, None, None, first, last) for event, label, first, last in tables.events],
        roles=(),
    )


def _chosen_capacities(tables: NetworkTables, capacities: Iterable[str] | None) -> tuple[str, ...]:
    known = {row[3] or NOT_STATED for row in tables.attendances}
    if capacities is None:
        return tuple(sorted(known))
    given = {capacities} if isinstance(capacities, str) else set(capacities)
    for capacity in sorted(given - known):
        raise unknown(Text("참석 자격", "capacity"), capacity, known)
    return tuple(sorted(given))
