"""The ties of a partnership network computed in columns by DuckDB, for tables too large for Python objects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from kg.errors import Text
from kg.network.columns.parties import chosen_roles_in
from kg.network.errors import unknown
from kg.network.kinds.projection import WEIGHTS
from kg.network.kinds.window import window
from kg.values import sql_text

if TYPE_CHECKING:
    import duckdb

_TIES = """
WITH party AS (
    SELECT DISTINCT p."case", p.organisation
    FROM participations p LEFT JOIN cases c ON c."case" = p."case"
    WHERE p.role IN ({roles}) AND p.organisation IS NOT NULL AND {inside}
),
counted AS (
    SELECT "case", organisation, count(*) OVER (PARTITION BY "case") AS parties FROM party
),
pair AS (
    SELECT a."case", a.organisation AS one, b.organisation AS other, {share} AS share
    FROM counted a JOIN counted b ON a."case" = b."case" AND a.organisation < b.organisation
),
tie AS (
    SELECT one, other, list(p."case" ORDER BY p."case") AS cases, {total} AS weight,
           CASE WHEN bool_and(c.earliest IS NOT NULL OR c.latest IS NULL) THEN min(c.earliest) END AS earliest,
           CASE WHEN bool_and(c.latest IS NOT NULL OR c.earliest IS NULL) THEN max(c.latest) END AS latest,
           min(c.latest) AS certain_from
    FROM pair p LEFT JOIN cases c ON c."case" = p."case"
    GROUP BY one, other
)"""

_EVIDENCE = """,
stated AS (
    SELECT DISTINCT p."case", p.organisation, s.claim, s.source
    FROM participations p JOIN claims s ON s.thing = p.participation
    WHERE p.role IN ({roles}) AND p.organisation IS NOT NULL
),
origin AS (SELECT source, coalesce(min(origin), source) AS origin FROM claims GROUP BY source),
says AS (SELECT DISTINCT "case", organisation, source FROM stated),
by_source AS (
    SELECT p.one, p.other, count(DISTINCT a.source) AS sources, count(DISTINCT o.origin) AS origins
    FROM pair p
    JOIN says a ON a."case" = p."case" AND a.organisation = p.one
    JOIN says b ON b."case" = p."case" AND b.organisation = p.other AND b.source = a.source
    JOIN origin o ON o.source = a.source
    GROUP BY p.one, p.other
),
by_claim AS (
    SELECT p.one, p.other, list(DISTINCT s.claim ORDER BY s.claim) AS claims
    FROM pair p JOIN stated s ON s."case" = p."case" AND s.organisation IN (p.one, p.other)
    GROUP BY p.one, p.other
)
SELECT tie.*, coalesce(sources, 0) AS sources, coalesce(origins, 0) AS origins, coalesce(claims, []) AS claims
FROM tie LEFT JOIN by_source USING (one, other) LEFT JOIN by_claim USING (one, other)
ORDER BY one, other"""


def ties_in_columns(
    connection: duckdb.DuckDBPyConnection,
    *,
    at: str | date | None = None,
    between: tuple[str | date, str | date] | None = None,
    mode: str = "certain",
    roles: Iterable[str] | None = None,
    weight: str = "count",
    evidence: bool = True,
) -> duckdb.DuckDBPyRelation:
    """The edges of :func:`kg.network.partnership_network` as a relation, without a Python object for each.

    ``connection`` holds tables or views ``participations`` (participation, case, role, organisation, makes_tie),
    ``cases`` (case, earliest, latest) and, for ``evidence``, ``claims`` (thing, claim, source, origin), with unique
    cases. Ids stay as they are in the tables. Columns of the answer: one, other, cases, weight, earliest, latest,
    certain_from, and with evidence sources, origins, claims; rows in order of one and other.

    >>> import duckdb
    >>> connection = duckdb.connect()
    >>> rows = "VALUES ('p1','c','lead','a',true), ('p2','c','partner','b',true), ('p3','c','supporter','d',false)"
    >>> columns = "participation, \\"case\\", role, organisation, makes_tie"
    >>> _ = connection.execute(f"CREATE TABLE participations AS SELECT * FROM ({rows}) rows({columns})")
    >>> _ = connection.execute('CREATE TABLE cases ("case" VARCHAR, earliest DATE, latest DATE)')
    >>> ties_in_columns(connection, evidence=False).fetchall()
    [('a', 'b', ['c'], 1, None, None, None)]
    """
    if weight not in WEIGHTS:
        raise unknown(Text("가중치", "weight"), weight, WEIGHTS)
    days = window(at, between, mode)
    chosen = chosen_roles_in(connection, roles)
    text = _TIES + (_EVIDENCE if evidence else "\nSELECT * FROM tie ORDER BY one, other")
    return connection.sql(
        text.format(
            roles=", ".join(map(sql_text, chosen)) or "NULL",
            inside=days.sql("c.earliest", "c.latest"),
            share="1" if weight == "count" else "1.0::DOUBLE / (a.parties - 1)",
            total="count(*)" if weight == "count" else "fsum(share)",
        )
    )
