"""Ties as things of the graph: one for each pair of organisations that certainly share a case, from ``analysis.pairs``.

A tie is derived: accepted data place both organisations in roles that make ties in one case.
"""

from __future__ import annotations

import duckdb

from kg.settings import Settings

# Bounds are those of the days of selection of all dated cases; where a dated case leaves a side open, so does the tie.
# Cases that are perhaps the same count once in the least number and apart in the most.
_TIES = """
WITH counted AS (
  SELECT p.*, coalesce(g.certain, p."case") AS merged, coalesce(g.possible, p."case") AS apart
  FROM analysis.pairs p LEFT JOIN worked.case_groups g ON g."case" = p."case" WHERE p.makes_tie AND {wanted}),
most AS (SELECT organisation, partner, count(DISTINCT apart) AS most_cases FROM counted GROUP BY ALL)
SELECT c.policy, c.organisation, c.partner, count(DISTINCT merged) AS least_cases,
  any_value(m.most_cases) AS most_cases,
  CASE WHEN bool_and(earliest IS NOT NULL OR latest IS NULL) THEN min(earliest) END AS first_earliest,
  min(latest) AS first_latest, max(earliest) AS last_earliest,
  CASE WHEN bool_and(latest IS NOT NULL OR earliest IS NULL) THEN max(latest) END AS last_latest,
  len(list_distinct(flatten(list(sources)))) AS sources, len(list_distinct(flatten(list(origins)))) AS origins,
  CASE WHEN bool_or(len(sources) > 0) THEN 'stated-together' ELSE 'combined' END AS basis
FROM counted c JOIN most m USING (organisation, partner) WHERE certain
GROUP BY ALL ORDER BY c.organisation, c.partner
"""

_TIE_CASES = """
SELECT policy, organisation, partner, "case" FROM analysis.pairs WHERE makes_tie AND certain AND {wanted}
ORDER BY organisation, partner, "case"
"""


def make_ties(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Make ``analysis.ties`` and ``analysis.tie_cases``; both are empty where ``settings.ties`` is false.

    Reads ``analysis.pairs``, and ``worked.case_groups`` of :func:`kg.analysis.prepare`.
    """
    for name, query in (("ties", _TIES), ("tie_cases", _TIE_CASES)):
        rows = query.format(wanted=str(settings.ties).lower())
        connection.execute(f"CREATE OR REPLACE TABLE analysis.{name} AS {rows}")
