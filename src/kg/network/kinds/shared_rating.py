"""The shared-rating network: organisations with one grade in one edition, kept apart from partnerships."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from kg.errors import Text
from kg.network.errors import NetworkError, unknown
from kg.network.kinds.projection import joined_network
from kg.network.kinds.window import window
from kg.network.tables.rows import Case, NetworkTables, Participation, Rating

if TYPE_CHECKING:
    import networkx as nx

MAX_PAIRS = 2_000_000


def shared_rating_network(
    tables: NetworkTables,
    *,
    scheme: str | None = None,
    grades: Iterable[str] | None = None,
    years: int | Iterable[int] | None = None,
    at: str | date | None = None,
    between: tuple[str | date, str | date] | None = None,
    mode: str = "certain",
    weight: str = "count",
    create_using: type[nx.Graph] | None = None,
) -> nx.Graph:
    """Who had the same grade in the same edition. Sharing a grade is not a partnership: never add these edges to one.

    Parameters
    ----------
    tables : NetworkTables
        With ``ratings``: from ``read_network_tables(query, kind="shared-rating")``, or made by hand. Only accepted
        grades count; a year without a known grade ties nobody.
    scheme : str, optional
        The rating scheme; needed where there are several.
    grades : iterable of grade codes, optional
        Only these grades, such as the highest one; by default all.
    years : int or iterable of int, optional
        Only the editions of these years; by default all.
    at, between, mode, weight
        As in :func:`kg.network.partnership_network`; a rating is dated by the whole year that was assessed.
    create_using : type, optional
        The class of the graph, as in NetworkX's own functions; by default ``networkx.Graph``.

    Returns
    -------
    networkx.Graph
        Edges: ``editions`` (``scheme.year.grade``) in place of ``cases``, else as in a partnership.

    Examples
    --------
    >>> rows = [("r1", "index", 2022, "best", "org/a"), ("r2", "index", 2022, "best", "org/b"),
    ...         ("r3", "index", 2023, "best", "org/a"), ("r4", "index", 2023, "good", "org/b")]
    >>> shared_rating_network(NetworkTables([], ratings=rows)).edges["a", "b"]["editions"]
    ['index.2022.best']
    """
    days = window(at, between, mode)
    rows = _chosen(tables, scheme, grades, years)
    _require_few_pairs([row for row in rows if days.reason_out(*_bounds(row.year)) is None])
    shown = tuple(sorted({row.grade for row in rows}))
    graph = joined_network(
        _as_cases(tables, rows),
        days,
        shown,
        kind="shared-rating",
        unit="editions",
        weight=weight,
        create_using=create_using,
    )
    graph.graph["scheme"] = rows[0].scheme if rows else scheme
    graph.graph["years"] = None if years is None else sorted({row.year for row in rows})
    return graph


def _require_few_pairs(rows: Iterable[Rating]) -> None:
    """Refuse a network that a widely shared grade would fill with pairs."""
    shared = Counter((row.year, row.grade) for row in rows)
    pairs = sum(count * (count - 1) // 2 for count in shared.values())
    if pairs > MAX_PAIRS:
        raise NetworkError(
            Text(
                f"등급이 같은 기관의 짝이 {pairs:,}개로 {MAX_PAIRS:,}개를 넘습니다. grades나 years를 좁히십시오.",
                f"{pairs:,} pairs share a grade, more than {MAX_PAIRS:,}: ask for fewer grades or years.",
            )
        )


def _as_cases(tables: NetworkTables, rows: Iterable[Rating]) -> NetworkTables:
    """A grade of an edition in place of a case, ratings in place of participations."""
    rows = list(rows)
    return replace(
        tables,
        participations=[Participation(row.rating, _edition(row), row.grade, row.organisation, True) for row in rows],
        cases=[
            Case(f"{name}.{year}.{grade}", None, None, None, *_bounds(year))
            for name, year, grade in sorted({(row.scheme, row.year, row.grade) for row in rows})
        ],
        roles=(),
    )


def _bounds(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _edition(row: Rating) -> str:
    return f"{row.scheme}.{row.year}.{row.grade}"


def _chosen(
    tables: NetworkTables,
    scheme: str | None,
    grades: Iterable[str] | None,
    years: int | Iterable[int] | None,
) -> list[Rating]:
    rows = [Rating(*row) for row in tables.ratings]
    schemes = {row.scheme for row in rows}
    if scheme is None and len(schemes) > 1:
        raise NetworkError(
            Text(
                f"평가 체계가 여럿입니다. scheme으로 하나를 고르십시오: {', '.join(sorted(schemes))}.",
                f"There are several rating schemes; choose one by scheme: {', '.join(sorted(schemes))}.",
            )
        )
    if scheme is not None and scheme not in schemes:
        raise unknown(Text("평가 체계", "rating scheme"), scheme, schemes)
    rows = [row for row in rows if scheme in (None, row.scheme)]
    if grades is not None:
        given, known = ({grades} if isinstance(grades, str) else set(grades)), {row.grade for row in rows}
        for grade in sorted(given - known):
            raise unknown(Text("등급", "grade"), grade, known)
        rows = [row for row in rows if row.grade in given]
    if years is not None:
        wanted, held = ({years} if isinstance(years, int) else set(years)), {row.year for row in rows}
        for year in sorted(wanted - held, key=str):
            raise unknown(Text("평가 연도", "year of a rating"), year, map(str, held))
        rows = [row for row in rows if row.year in wanted]
    return rows
