"""What the rules of the analysis read: histories of organisations, grades of an edition, ratings and lists by year.

Tables of the schema ``worked``; each is one expression over ``resolved``, ``accepted`` and ``codes``.
"""

from __future__ import annotations

import duckdb

from kg.accept import gather_claims
from kg.records.schema import Schema

# Two organisations are one history if a rename that is judged "same" joins them; nothing else joins them.
RENAMES = "accepted.renames"

HISTORIES = f"""
WITH RECURSIVE joined AS (
  SELECT before AS one, after AS other FROM {RENAMES} UNION SELECT after, before FROM {RENAMES}),
reached AS (
  SELECT one AS org, one AS other FROM joined UNION
  SELECT r.org, j.other FROM reached r JOIN joined j ON j.one = r.other),
renamed AS (SELECT org, min(other) AS history FROM reached GROUP BY org)
SELECT o.organisation AS org, coalesce(r.history, o.organisation) AS history, o.name_ko, coalesce(o.name_en,
    o.name_ko) AS name_en,
  o.part_of, o.accepted_kind
FROM accepted.organisations o LEFT JOIN renamed r ON r.org = o.organisation
"""

# Related organisations of another history: while one of them is in a list, the absence of a name proves nothing.
KIN = """
WITH pairs AS (
  SELECT before AS one, after AS other FROM resolved.organisation_changes
  UNION SELECT organisation, part_of FROM accepted.organisations WHERE part_of IS NOT NULL
  UNION SELECT one, other FROM resolved.judgements WHERE about = 'organisation' AND judgement = 'unsure'),
named AS (SELECT a.history AS one, b.history AS other FROM pairs p JOIN worked.histories a ON a.org = p.one
  JOIN worked.histories b ON b.org = p.other WHERE a.history <> b.history)
SELECT one AS history, other FROM named UNION SELECT other, one FROM named
"""

# Two codes with a common printed spelling (an older and a newer one) count as one grade where prints are compared.
GRADES = """
WITH spelled AS (SELECT scheme, code, unnest(string_split(coalesce(printed, code), '|')) AS print FROM codes.grade),
first AS (SELECT a.scheme, a.code, min(b.code) AS alike FROM spelled a JOIN spelled b USING (scheme, print) GROUP BY
    ALL)
SELECT g.scheme, g.code AS grade, g.position::INT AS position, try_cast(g.from_year AS INT) AS from_year,
  try_cast(g.to_year AS INT) AS to_year, g.label_ko, g.label_en, f.alike, s.label_ko AS scheme_ko, s.label_en AS
      scheme_en
FROM codes.grade g LEFT JOIN first f ON f.scheme = g.scheme AND f.code = g.code
LEFT JOIN codes."rating-scheme" s ON s.code = g.scheme
"""

EDITIONS = """
SELECT e.scheme, e.year::INT AS year, e.announced_latest, arg_min(g.grade, g.position) AS top, arg_max(g.grade,
    g.position) AS lowest
FROM resolved.editions e LEFT JOIN worked.grades g ON g.scheme = e.scheme
  AND coalesce(g.from_year, 0) <= e.year::INT AND coalesce(g.to_year, 9999) >= e.year::INT
GROUP BY ALL
"""

# The kind that is stated for the time of an edition, from its year to its announcement: a kind of another time is not
# carried to it. Two kinds in that time give none.
EDITION_KINDS = """
SELECT h.history, e.scheme, e.year, CASE WHEN count(DISTINCT k.kind) = 1 THEN any_value(k.kind) END AS kind
FROM worked.editions e JOIN accepted.organisation_kinds k
  ON try_cast(k.stated_from AS INT) <= greatest(e.year, coalesce(year(e.announced_latest::DATE), e.year))
  AND try_cast(k.stated_to AS INT) >= e.year AND k.kind <> 'unknown'
JOIN worked.histories h ON h.org = k.org GROUP BY ALL
"""

RATINGS = """
SELECT h.history, a.scheme, a.year::INT AS year, CASE WHEN count(DISTINCT a.grade) = 1 AND count(*) = count(a.grade)
  THEN any_value(a.grade) END AS grade, list(a.thing ORDER BY a.thing) AS things,
  bool_or(a.reason IN ('correction', 'latest-correction')) AS corrected
FROM accepted.ratings a JOIN worked.histories h ON h.org = a.org GROUP BY ALL
"""

# Who is printed with a grade in the texts of one origin; a firm printed next to its own unit may be the same entry.
LISTED = """
SELECT DISTINCT t.scheme, t.year::INT AS year, t.grade, t.origin, h.history FROM resolved.ratings t
JOIN worked.histories h ON h.org = t.org WHERE t.grade IS NOT NULL
UNION SELECT scheme, year, grade, 'accepted', history FROM worked.ratings WHERE grade IS NOT NULL AND NOT corrected
"""

LISTS = """
WITH parents AS (SELECT DISTINCT u.history AS unit, f.history AS firm FROM worked.histories u JOIN worked.histories f
  ON f.org = u.part_of WHERE u.history <> f.history),
doubled AS (SELECT DISTINCT f.scheme, f.year, f.grade, f.origin, f.history FROM worked.listed f JOIN parents p ON
    p.firm = f.history
  JOIN worked.listed u ON u.history = p.unit AND u.scheme = f.scheme AND u.year = f.year AND u.grade = f.grade AND
      u.origin = f.origin)
SELECT l.scheme, l.year, l.grade, l.origin, count(*) AS names, count(*) - count(d.history) AS fewest
FROM worked.listed l LEFT JOIN doubled d USING (scheme, year, grade, origin, history) GROUP BY ALL
"""

# A list is complete only where its length equals the number announced by the same origin.
COMPLETE = """
SELECT DISTINCT l.scheme, l.year, l.grade, l.origin, t.thing FROM worked.lists l JOIN resolved.rating_totals t
  ON t.scheme = l.scheme AND t.year::INT = l.year AND t.grade = l.grade AND t.origin = l.origin
  AND t.measure = 'grade-count' AND t.count::INT BETWEEN l.fewest AND l.names
"""

# Streaks and counts with the year at which they end: as stated; as another text of the same streak states it; else the
# last edition announced by the day of the text.
ENDS = """
WITH stated AS (
  SELECT t.claim, t.thing, t.source, t.scheme, t.org, h.history, t.grade, coalesce(t.grade_meaning, 'named-grade') AS
      meaning,
    t.kind, try_cast(t.count AS INT) AS count, try_cast(t.from_year AS INT) AS from_year, try_cast(t.to_year AS INT)
        AS to_year,
    t.place_kind, t.published_latest
  FROM resolved.rating_streaks t JOIN worked.histories h ON h.org = t.org),
latest AS (SELECT t.claim, max(e.year) AS year FROM (SELECT DISTINCT claim, scheme, published_latest FROM stated) t
  JOIN worked.editions e ON e.scheme = t.scheme AND e.announced_latest <= t.published_latest GROUP BY ALL)
SELECT t.* EXCLUDE (to_year),
  CASE WHEN to_year IS NOT NULL THEN 'stated' WHEN kind = 'consecutive' AND from_year + count IS NOT NULL THEN
      'from-year'
    WHEN EXISTS (SELECT 1 FROM stated o WHERE o.history = t.history AND o.scheme = t.scheme AND o.grade = t.grade AND
        o.kind = t.kind
      AND o.count = t.count AND o.to_year = l.year AND o.source <> t.source) THEN 'other-source'
    WHEN l.year IS NOT NULL THEN 'publication' ELSE 'none' END AS anchor,
  coalesce(to_year, CASE WHEN kind = 'consecutive' THEN from_year + count - 1 END, l.year) AS until
FROM stated t LEFT JOIN latest l USING (claim)
"""

TABLES = {
    "histories": HISTORIES,
    "kin": KIN,
    "grades": GRADES,
    "editions": EDITIONS,
    "edition_kinds": EDITION_KINDS,
    "ratings": RATINGS,
    "listed": LISTED,
    "lists": LISTS,
    "complete": COMPLETE,
    "ends": ENDS,
}


def make_histories(connection: duckdb.DuckDBPyConnection, schema: Schema) -> None:
    """Make the tables of ``worked``, and ``resolved.claims`` where a finished build was opened without it."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS worked; CREATE SCHEMA IF NOT EXISTS analysis")
    known = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE schema_name = 'resolved' AND table_name = 'claims'"
    ).fetchone()
    if not known:
        gather_claims(connection, schema)
    for name, query in TABLES.items():
        connection.execute(f"CREATE OR REPLACE TABLE worked.{name} AS {query}")
