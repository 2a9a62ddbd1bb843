"""Disagreements as objects: each is found by a rule and has a type, members, a status and the reason of the policy.

No rule knows an organisation. A rule gives rows ``rule, type, key, property, thing, claim``; rows of one key are one
    conflict.
"""

from __future__ import annotations

import duckdb

from kg.analysis.conflict_tables import make_conflict_tables
from kg.analysis.identity import identity_queries
from kg.records.schema import Schema
from kg.settings import Settings
from kg.values import sql_name

# Values as they are compared: codes that share a printed spelling are one grade; a month over two claimed days is mute.
PLAIN_NUMBER = r"regexp_replace(regexp_replace(c.value, '(\.[0-9]*?)0+( |$)', '\1\2'), '\.( |$)', '\1')"
COMPARED = f"""
SELECT c.claim, c.thing, c.property, c.table_name, c.source, c.stance, c.place_kind,
  CASE WHEN c.property = 'grade' THEN coalesce(g.alike, c.value) ELSE {PLAIN_NUMBER} END AS value
FROM resolved.claims c
JOIN (SELECT thing, property FROM resolved.claims WHERE NOT is_vague GROUP BY ALL HAVING count(DISTINCT value) > 1) d
    USING (thing, property)
LEFT JOIN (SELECT 'ratings' AS table_name, claim, scheme FROM resolved.ratings UNION ALL
  SELECT 'rating_streaks', claim, scheme FROM resolved.rating_streaks) s
  ON s.claim = c.claim AND s.table_name = c.table_name AND c.property = 'grade'
LEFT JOIN worked.grades g ON g.scheme = s.scheme AND g.grade = c.value
WHERE NOT c.is_vague AND c.property <> 'exists'
"""

# Which claims of one thing and property disagree: prose with the table of its document, a plan with what was reported,
# otherwise value with value (kind with kind).
DIVIDED = """
WITH ways AS (SELECT thing, property FROM worked.compared GROUP BY ALL HAVING count(DISTINCT value) > 1),
c AS (SELECT * FROM worked.compared JOIN ways USING (thing, property)),
tabled AS (SELECT thing, property, source, list(DISTINCT value) AS tables FROM c WHERE place_kind = 'table' GROUP BY
    ALL),
against AS (SELECT c.claim, c.thing, c.property, c.source FROM c JOIN tabled t USING (thing, property, source)
  WHERE c.place_kind = 'prose' AND NOT list_contains(t.tables, c.value)),
done AS (SELECT thing, property, list(DISTINCT value) AS reported FROM c
  WHERE stance IS DISTINCT FROM 'plan' GROUP BY ALL),
planned AS (SELECT c.claim, c.thing, c.property FROM c JOIN done d USING (thing, property)
  WHERE c.stance = 'plan' AND NOT list_contains(d.reported, c.value)),
rest AS (SELECT c.* FROM c ANTI JOIN against USING (claim, thing, property) ANTI JOIN planned USING (claim, thing,
    property)),
open AS (SELECT thing, property FROM rest GROUP BY ALL HAVING count(DISTINCT value) > 1)
SELECT 'document-prose-table' AS rule, 'prose-against-table' AS type, a.source AS part, c.thing, c.property, c.claim
  FROM (SELECT DISTINCT thing, property, source FROM against) a JOIN c USING (thing, property, source)
  WHERE c.place_kind IN ('prose', 'table')
UNION ALL SELECT 'plan-and-report', 'plan-against-report', NULL, c.thing, c.property, c.claim
  FROM (SELECT DISTINCT thing, property FROM planned) p JOIN c USING (thing, property)
UNION ALL SELECT CASE r.table_name WHEN 'organisation_kinds' THEN 'differing-kinds' ELSE 'differing-values' END,
  CASE r.table_name WHEN 'organisation_kinds' THEN 'kind' ELSE 'value' END, NULL, r.thing, r.property, r.claim
  FROM rest r JOIN open USING (thing, property)
"""

# A count of times below the years that a streak covers inside the span of the count.
SHORT_COUNTS = """
SELECT 'count-below-streak' AS rule, 'count-against-streak' AS type, NULL AS part, t.thing, 'count' AS property,
  unnest([t.claim, s.claim]) AS claim
FROM worked.ends t JOIN worked.ends s ON s.history = t.history AND s.scheme = t.scheme AND s.grade = t.grade AND
    s.kind = 'consecutive'
LEFT JOIN worked.grades g ON g.scheme = t.scheme AND g.grade = t.grade
WHERE t.kind = 'total' AND least(s.until, t.until) - greatest(s.until - s.count + 1, coalesce(t.from_year, 0),
  CASE WHEN t.meaning = 'named-grade' THEN coalesce(g.from_year, 0) ELSE 0 END) + 1 > t.count
"""

# Two counts (or streaks) of one history that end in the same year but are two things; a count that decreases.
TWO_COUNTS = """
SELECT CASE WHEN a.until = b.until THEN 'counts-of-one-end' ELSE 'count-that-falls' END, 'count-against-streak', NULL,
  least(a.thing, b.thing), 'count', unnest([a.claim, b.claim])
FROM worked.ends a JOIN worked.ends b ON b.history = a.history AND b.scheme = a.scheme AND b.grade = a.grade AND
    b.kind = a.kind
  AND b.meaning = a.meaning AND b.from_year IS NOT DISTINCT FROM a.from_year AND b.thing <> a.thing
WHERE a.kind IN ('total', 'consecutive') AND a.count > b.count
  AND ((a.until = b.until) OR (a.kind = 'total' AND a.until < b.until))
"""

# A streak over a year whose accepted rating is another grade.
CONTRADICTED = """
SELECT 'streak-over-other-grade', 'count-against-streak', NULL, a.thing, 'count', unnest(list_append(r.claims,
    a.claim))
FROM (SELECT DISTINCT e.thing, e.claim, k.key FROM worked.span_claims k JOIN worked.ends e USING (claim) WHERE k.rule =
    'streak-years') a
JOIN (SELECT y.key, list(DISTINCT l.accepted_from) AS claims FROM (SELECT key, unnest(things) AS thing FROM
    worked.years
    WHERE state = 'other' AND NOT is_before) y JOIN accepted.links l ON l.thing = y.thing AND l.accepted_from IS NOT
        NULL GROUP BY y.key) r
  ON r.key = a.key
"""

# One document: its prose says several years, its table says the first time.
FIRST_AND_SEVERAL = """
SELECT 'several-and-first-time', 'prose-against-table', NULL, e.thing, 'count', unnest([e.claim, t.claim])
FROM worked.ends e JOIN resolved.ratings t ON t.source = e.source AND t.scheme = e.scheme AND t.grade = e.grade AND
    t.note = 'first-time'
JOIN worked.histories h ON h.org = t.org AND h.history = e.history
WHERE (e.kind = 'several' OR e.count > 1) AND e.place_kind IS DISTINCT FROM t.place_kind
  AND coalesce(e.until, t.year::INT) <= t.year::INT AND 'table' IN (e.place_kind, t.place_kind)
"""

# One document: an award in the prose, and a table that gives it to others but not in the row of this organisation.
ROW = "regexp_extract({place}, '^(.*?) *(row [0-9]+|[0-9]+ ?행)', 1)"
AWARD_NOT_IN_ROW = f"""
WITH awards AS (SELECT a.*, h.history, {ROW.format(place="a.place")} AS sheet FROM resolved.awards a JOIN
    worked.histories h ON h.org = a.org),
rows AS (SELECT DISTINCT p.source, {ROW.format(place="p.place")} AS sheet, h.history, p.claim FROM worked.placed p
    JOIN worked.histories h ON h.org = p.org
  WHERE p.place_kind = 'table')
SELECT 'award-not-in-row', 'prose-against-table', NULL, p.thing, 'award', unnest([p.claim, r.claim])
FROM awards p JOIN rows r ON r.source = p.source AND r.history = p.history AND r.sheet <> ''
JOIN (SELECT DISTINCT source, sheet, award FROM awards WHERE place_kind = 'table') s
  ON s.source = p.source AND s.sheet = r.sheet AND s.award = p.award
LEFT JOIN awards o ON o.source = p.source AND o.history = p.history AND o.award = p.award AND o.place_kind = 'table'
WHERE p.place_kind = 'prose' AND o.claim IS NULL
"""

LONG_LISTS = """
SELECT 'list-longer-than-total', 'total-against-list', NULL, t.thing, 'count', unnest(list_prepend(t.claim, r.claims))
FROM worked.list_totals t JOIN (SELECT l.key, list(DISTINCT r.claim) AS claims FROM worked.list_totals l JOIN
    resolved.ratings r
    ON r.scheme = l.scheme AND r.year::INT = l.year AND r.grade = l.grade AND (r.origin = l.list_origin OR
        l.list_origin = 'accepted')
  WHERE l.fewest > l.count GROUP BY l.key) r ON r.key = t.key WHERE t.fewest > t.count
UNION ALL SELECT 'list-longer-than-total', 'total-against-list', NULL, a.thing, 'count', unnest(list_prepend(r.claim,
    g.claims))
FROM worked.rounds r JOIN resolved.award_totals a ON a.claim = r.claim
JOIN (SELECT r.key, list(DISTINCT l.claim) AS claims FROM (SELECT key, unnest(things) AS thing FROM worked.rounds
    WHERE certain > count) r
  JOIN accepted.links l ON l.thing = r.thing GROUP BY r.key) g ON g.key = r.key WHERE r.certain > r.count
"""

# One figure of one measure and party for two periods of one kind, where no source states it for both.
TWO_PERIODS = """
WITH stated AS (SELECT claim, thing, source, coalesce(org, scope) AS party, measure, period_kind, period,
    concat_ws(' ', value, unit) AS figure
  FROM resolved.payments WHERE value IS NOT NULL AND period IS NOT NULL AND approximate IS DISTINCT FROM 'true'
    AND period_kind IN ('year', 'first-half', 'second-half') AND length(replace(rtrim(value, '0'), '.', '')) > 1),
alike AS (SELECT DISTINCT party, measure, period_kind, figure FROM stated GROUP BY party, measure, period_kind, figure,
    source
  HAVING count(DISTINCT period) > 1),
differing AS (SELECT party, measure, period_kind, figure, min(thing) AS thing FROM stated ANTI JOIN alike USING (party,
    measure, period_kind, figure)
  GROUP BY ALL HAVING count(DISTINCT period) > 1)
SELECT 'one-figure-two-periods', 'definition', replace(t.figure, ' ', '-'), d.thing, 'period', t.claim
FROM differing d JOIN stated t USING (party, measure, period_kind, figure)
"""


def find_conflicts(connection: duckdb.DuckDBPyConnection, schema: Schema, settings: Settings) -> None:
    """Make ``analysis.conflicts``, ``analysis.conflict_things`` and ``analysis.conflict_members``.

    Reads ``resolved``, ``accepted``, ``codes`` and what :func:`kg.analysis.prepare` made.
    """
    connection.execute(f"CREATE OR REPLACE TABLE worked.placed AS {_placed(schema)}")
    connection.execute(f"CREATE OR REPLACE TABLE worked.compared AS {COMPARED}")
    connection.execute(
        "CREATE OR REPLACE TABLE worked.found"
        " (rule VARCHAR, type VARCHAR, part VARCHAR, thing VARCHAR, property VARCHAR, claim VARCHAR)"
    )
    for rule in (
        DIVIDED,
        SHORT_COUNTS,
        TWO_COUNTS,
        CONTRADICTED,
        FIRST_AND_SEVERAL,
        AWARD_NOT_IN_ROW,
        LONG_LISTS,
        TWO_PERIODS,
        *identity_queries(schema, settings.base),
    ):
        connection.execute(f"INSERT INTO worked.found {rule}")
    make_conflict_tables(connection, settings)


def _placed(schema: Schema) -> str:
    """Every claim with its place and its value: the compared columns of its row, joined by spaces."""
    parts = []
    for table in schema.facts:
        assert table.claimed  # a fact table has claims
        org = "org" if "organisation" in table.columns else "NULL AS org"
        columns = [*table.claimed.compared, *(["period"] if "period" in table.columns else [])]
        values = ", ".join(sql_name(column) for column in columns) or "NULL"
        parts.append(
            f"SELECT '{table.name}' AS table_name, claim, source, place, place_kind, stance, as_printed, {org},"
            f" nullif(concat_ws(' ', {values}), '') AS claimed FROM resolved.{table.name}"
        )
    return " UNION ALL ".join(parts)
