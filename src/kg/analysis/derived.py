"""Facts that follow from claims without being claims: the years of a streak whose end a source states.

They are in the analysis graph only, with a class and IRIs of their own, their rule and the claims they follow from.
"""

from __future__ import annotations

import duckdb

from kg.settings import Settings
from kg.values import sql_text

# A year of a streak for which there is no rating and no complete list. Nothing is derived from a streak that covers an
# accepted rating of another grade, or whose last year is only guessed from the day of its source, nor for a year that a
# predecessor (a merger, a split, an unsure rename) has a rating for.
UNFOLDED = """
WITH stated AS (SELECT key, history, scheme, org FROM worked.tallies WHERE rule = 'streak-years' AND against = 0 AND
    count > 0
    AND anchor IN ('stated', 'from-year', 'other-source') AND (from_year IS NULL OR until - from_year + 1 = count)),
near AS (SELECT DISTINCT k.history, r.scheme, r.year FROM worked.kin k JOIN worked.ratings r ON r.history = k.other)
SELECT t.key, t.org, y.history, y.scheme, y.year, y.grade FROM stated t JOIN worked.years y ON y.key = t.key
LEFT JOIN near n ON n.history = y.history AND n.scheme = y.scheme AND n.year = y.year
WHERE y.state = 'unknown' AND NOT y.is_before AND y.things IS NULL AND n.history IS NULL AND y.grade IS NOT NULL
"""

DERIVED = """
SELECT history, scheme, year, min(org) AS org, min(grade) AS grade FROM worked.unfolded GROUP BY ALL HAVING
    count(DISTINCT grade) = 1
"""

# The streaks themselves, and for a streak without years the one of another source that states them.
PARENTS = """
WITH rested AS (SELECT DISTINCT d.history, d.scheme, d.year, u.key FROM worked.derived d
    JOIN worked.unfolded u ON u.history = d.history AND u.scheme = d.scheme AND u.year = d.year)
SELECT r.history, r.scheme, r.year, a.claim FROM rested r JOIN worked.span_claims a ON a.key = r.key
UNION SELECT r.history, r.scheme, r.year, o.claim FROM rested r JOIN worked.spans s ON s.key = r.key AND s.anchor =
    'other-source'
  JOIN worked.ends o ON o.history = s.history AND o.scheme = s.scheme AND o.grade = s.grade AND o.kind = s.kind AND
      o.count = s.count
    AND o.until = s.until AND o.anchor = 'stated'
"""


def derive(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Make ``analysis.derived_ratings`` and ``analysis.derived_parents`` from streaks whose years a source states.

    Reads what :func:`kg.analysis.prepare` made.
    """
    for name, query in (("unfolded", UNFOLDED), ("derived", DERIVED), ("derived_from", PARENTS)):
        connection.execute(f"CREATE OR REPLACE TABLE worked.{name} AS {query}")
    thing = f"'{settings.base}id/derived/rating/' || d.scheme || '/' || d.year || '/' || d.org AS thing"
    name = sql_text(settings.policy)
    connection.execute(
        f"CREATE OR REPLACE TABLE analysis.derived_ratings AS SELECT {thing}, {name} AS policy,"
        " 'streak-unfolded' AS rule, d.scheme, d.year::VARCHAR AS year, d.org, d.grade FROM worked.derived d ORDER BY 1"
    )
    connection.execute(
        f"CREATE OR REPLACE TABLE analysis.derived_parents AS SELECT DISTINCT {thing}, {name} AS policy,"
        " p.claim AS parent FROM worked.derived d JOIN worked.derived_from p USING (history, scheme, year)"
        " ORDER BY 1, 3"
    )
