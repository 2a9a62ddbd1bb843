"""The partnership network: organisations joined by the cases they are parties of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from kg.network.kinds.projection import joined_network
from kg.network.kinds.selection import chosen_roles
from kg.network.kinds.window import window
from kg.network.tables.rows import NetworkTables

if TYPE_CHECKING:
    import networkx as nx


def partnership_network(
    tables: NetworkTables,
    *,
    at: str | date | None = None,
    between: tuple[str | date, str | date] | None = None,
    mode: str = "certain",
    roles: Iterable[str] | None = None,
    programme: Iterable[str] | None = None,
    weight: str = "count",
    unnamed: bool = False,
    create_using: type[nx.Graph] | None = None,
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
    programme : iterable of programme codes, optional
        Only the cases of these programmes; by default those of all, and cases without one.
    weight : 'count' or 'fractional'
        What a case of n parties adds to each of its pairs: 1, or 1/(n-1) (Newman 2001), so that a case
        adds 1 to the strength of each party however many they are. Named in ``graph.graph["weighting"]``.
    unnamed : bool
        Whether a party that no source names is a node of its own (kind ``unnamed``), one a participation.
    create_using : type, optional
        The class of the graph, as in NetworkX's own functions; by default ``networkx.Graph``.

    Returns
    -------
    networkx.Graph
        Nodes: plain ids with ``iri``, ``label_ko``, ``label_en``, ``kind``, ``cases`` (how many it is tied by).
        Edges: ``cases`` (ids), ``weight`` (closeness, not distance), ``sources`` and ``origins`` (how many state
        both parties in one case), ``claims`` (ids), ``earliest`` and ``latest`` (ISO days: bounds of all its
        dated cases), ``certain_from`` (first day on which the tie is certain). None is "not stated".
        ``graph.graph`` has the options, which cases were used, and why the others were left out.

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
    days = window(at, between, mode)
    chosen = chosen_roles(tables, roles)
    return joined_network(
        tables,
        days,
        chosen,
        kind="partnership",
        unit="cases",
        weight=weight,
        unnamed=unnamed,
        programme=programme,
        create_using=create_using,
    )
