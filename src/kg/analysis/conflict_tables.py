"""The tables of conflicts: for each an IRI, its things and members, and its status and reason under the policy."""

from __future__ import annotations

import duckdb

from kg.settings import Settings
from kg.values import sql_text

# A later total that differs from the announced one by exactly the grades corrected in between is itself a correction.
EXPLAINED = """
WITH stated AS (
  SELECT thing, scheme, year::INT AS year, grade, count::INT AS count, min(published_latest) AS first,
      max(published_latest) AS last
  FROM resolved.rating_totals WHERE measure = 'grade-count' AND count IS NOT NULL GROUP BY ALL),
pairs AS (
  SELECT a.thing, a.scheme, a.year, a.grade, a.count AS before, b.count AS after, b.last
  FROM stated a JOIN stated b ON b.thing = a.thing AND b.first > a.first AND b.count <> a.count),
named AS (SELECT h.history, t.* FROM resolved.ratings t JOIN worked.histories h ON h.org = t.org),
corrections AS (
  SELECT history, scheme, year, grade, min(published_latest) AS day FROM named WHERE stance = 'correction' GROUP BY
      ALL),
moved AS (
  SELECT DISTINCT t.history, t.scheme, t.year::INT AS year, t.grade, c.grade AS now, c.day
  FROM named t JOIN corrections c USING (history, scheme, year) WHERE t.stance = 'announcement' AND c.grade <>
      t.grade)
SELECT p.thing FROM pairs p LEFT JOIN moved m ON m.scheme = p.scheme AND m.year = p.year AND m.day <= p.last
GROUP BY p.thing, p.before, p.after, p.grade
HAVING p.before - count(DISTINCT m.history) FILTER (m.grade = p.grade)
  + count(DISTINCT m.history) FILTER (m.now = p.grade) = p.after
"""

# Streaks that agreed with the grades as announced, which were corrected later.
OVERTAKEN = """
SELECT DISTINCT e.thing FROM worked.tallies t JOIN worked.span_claims a USING (key)
JOIN worked.ends e ON e.claim = a.claim
WHERE t.against > 0 AND t.only_corrected
"""

# rules whose type is enough in the IRI of a conflict; the others add their id, for two may concern one thing
PLAIN = (
    "'differing-values', 'differing-kinds', 'document-prose-table', 'plan-and-report', 'list-longer-than-total',"
    " 'one-figure-two-periods'"
)

KEYED = """
SELECT DISTINCT '{base}id/conflict/' || type || '/' || regexp_replace(
    CASE WHEN type IN ('identity', 'identifier') THEN part
    ELSE concat_ws('.', replace(substr(thing, {start}), '/', '.'), property, part, CASE WHEN rule NOT IN ({plain})
        THEN rule END) END,
  '[^A-Za-z0-9._~-]+', '-', 'g') AS conflict, * FROM worked.found WHERE claim IS NOT NULL
"""

# property_term is the local name of the property in the ontology
CONFLICTS = """
WITH joined AS (
  SELECT f.*, v.status AS given, v.reason AS because, coalesce(v.ways > 1, false) AS divided,
    e.thing IS NOT NULL OR (o.thing IS NOT NULL AND f.rule = 'streak-over-other-grade') AS settled
  FROM worked.keyed f
  LEFT JOIN accepted.verdicts v ON v.thing = f.thing AND v.property = f.property
    AND f.type NOT IN ('identity', 'identifier')
  LEFT JOIN worked.explained e ON e.thing = f.thing AND f.property = 'count' AND f.type = 'value'
  LEFT JOIN worked.overtaken o ON o.thing = f.thing)
SELECT conflict, {policy} AS policy, type, min(rule) AS rule, min(nullif(property, 'exists')) AS property,
  CASE min(property) WHEN 'exists' THEN NULL WHEN 'from_year' THEN 'fromYear' WHEN 'identifier' THEN 'identifierValue'
    ELSE min(property) END AS property_term,
  CASE WHEN bool_or(settled OR (given = 'accepted' AND divided AND because IN ('correction', 'latest-correction')))
      THEN 'corrected'
    WHEN bool_or(given = 'accepted' AND divided) THEN 'followed' ELSE 'open' END AS status,
  CASE WHEN bool_or(settled) THEN 'correction' WHEN bool_or(divided) THEN min(because) ELSE 'undecided' END AS reason
FROM joined GROUP BY conflict, type ORDER BY conflict
"""

THINGS = "SELECT DISTINCT conflict, {policy} AS policy, thing FROM worked.keyed ORDER BY 1, 3"

MEMBERS = """
SELECT k.conflict, {policy} AS policy, k.claim, min(p.source) AS source, min(p.place) AS place, min(p.stance) AS
    stance,
  min(p.as_printed) AS as_printed,
  coalesce(min(c.value) FILTER (k.property <> 'exists' AND v.ways > 1), min(p.claimed)) AS value,
  coalesce(bool_or(c.value = v.value AND v.ways > 1), false) AS followed
FROM worked.keyed k LEFT JOIN worked.placed p ON p.claim = k.claim
LEFT JOIN resolved.claims c ON c.claim = k.claim AND c.thing = k.thing AND c.property = k.property
LEFT JOIN accepted.verdicts v ON v.thing = k.thing AND v.property = k.property
GROUP BY k.conflict, k.claim ORDER BY 1, 3
"""


def make_conflict_tables(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Make ``analysis.conflicts`` and the tables of its things and members from ``worked.found``, in a fixed order."""
    keyed = KEYED.format(base=settings.base, start=len(settings.base) + len("id/") + 1, plain=PLAIN)
    for name, query in (("explained", EXPLAINED), ("overtaken", OVERTAKEN), ("keyed", keyed)):
        connection.execute(f"CREATE OR REPLACE TABLE worked.{name} AS {query}")
    for name, query in (("conflicts", CONFLICTS), ("conflict_things", THINGS), ("conflict_members", MEMBERS)):
        connection.execute(
            f"CREATE OR REPLACE TABLE analysis.{name} AS {query.format(policy=sql_text(settings.policy))}"
        )
