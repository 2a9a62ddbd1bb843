"""Published figures checked by arithmetic: each check has a rule, a verdict, its parents and an explanation.

A verdict states what the accepted facts show, not who is to blame. What the data cannot decide is *undecidable*.
"""

from __future__ import annotations

import duckdb

from kg.analysis.spans import YEARS
from kg.settings import Settings
from kg.values import sql_text

# A grade repeated by a later text: another origin must state it too.
AGAIN = """
SELECT 'rating-again/' || concat_ws('.', t.scheme, h.history, t.year, t.grade) AS key, t.claim, t.thing, h.history,
    t.scheme, t.year, t.grade,
  h.name_ko, h.name_en, r.grade AS accepted, g.label_ko, g.label_en, g.scheme_ko, g.scheme_en, f.label_ko AS
      found_ko, f.label_en AS found_en
FROM resolved.ratings t JOIN worked.histories h ON h.org = t.org
LEFT JOIN worked.ratings r ON r.history = h.history AND r.scheme = t.scheme AND r.year = t.year::INT
LEFT JOIN worked.grades g ON g.scheme = t.scheme AND g.grade = t.grade
LEFT JOIN worked.grades f ON f.scheme = t.scheme AND f.grade = r.grade
WHERE t.stance IS DISTINCT FROM 'announcement' AND t.stance IS DISTINCT FROM 'correction'
"""

AGAIN_SUPPORT = """
SELECT a.key, count(DISTINCT t.origin) FILTER (t.grade = a.grade) AS origins,
  bool_or(t.grade = a.grade AND t.stance = 'announcement') AS announced,
  list(DISTINCT t.claim) FILTER (NOT list_contains(a.claims, t.claim)) AS parents
FROM (SELECT key, scheme, year, history, grade, list(claim) AS claims FROM worked.again GROUP BY ALL) a
JOIN (SELECT t.*, h.history FROM resolved.ratings t JOIN worked.histories h ON h.org = t.org) t
  ON t.history = a.history AND t.scheme = a.scheme AND t.year = a.year GROUP BY a.key
"""

AGAIN_CHECKS = """
SELECT DISTINCT ON (key) key, 'rating-again', CASE WHEN accepted <> grade THEN 'refuted'
    WHEN accepted = grade AND origins > 1 THEN 'supported' ELSE 'undecidable' END,
  concat_ws(' ', name_ko || ', ' || coalesce(scheme_ko, scheme) || ' ' || year || '년도분 ' || coalesce(label_ko,
      grade) || '.',
    '같은 등급을 밝힌 계통 ' || origins || '개.', CASE WHEN accepted <> grade THEN '받아들인 등급은 ' ||
        coalesce(found_ko, accepted) || '.' END,
    CASE WHEN accepted <> grade AND announced THEN '발표 당시의 등급과는 맞으며, 그 등급은 나중에 정정됨.' END,
    CASE WHEN accepted IS NULL THEN '받아들인 등급이 정해지지 않음.' WHEN origins = 1 AND accepted = grade THEN
        '이 해의 등급을 밝힌 다른 계통이 없음.' END),
  concat_ws(' ', name_en || ', ' || coalesce(label_en, grade) || ' in ' || coalesce(scheme_en, scheme) || ' ' || year
      || '.',
    'Origins that give this grade: ' || origins || '.', CASE WHEN accepted <> grade THEN 'Accepted grade: ' ||
        coalesce(found_en, accepted) || '.' END,
    CASE WHEN accepted <> grade AND announced THEN
        'It agrees with the grade as announced, which was corrected later.' END,
    CASE WHEN accepted IS NULL THEN 'No grade is accepted.' WHEN origins = 1 AND accepted = grade THEN
        'No other origin gives a grade for this year.' END)
FROM worked.again JOIN worked.again_support USING (key) ORDER BY key, name_en
"""

# "Most times" in a group: all who were ever rated are counted up to the last edition announced by the day of the text.
MOST = """
WITH stated AS (SELECT t.claim, t.scheme, t.grade, t."group", try_cast(t.value AS INT) AS value, h.history, h.name_ko,
    h.name_en,
    max(e.year) AS until FROM resolved.superlatives t JOIN worked.histories h ON h.org = t.org
    JOIN worked.editions e ON e.scheme = t.scheme AND e.announced_latest <= t.published_latest
  WHERE t.measure = 'most-times' AND t.value IS NOT NULL GROUP BY ALL)
SELECT 'most-times/' || concat_ws('.', scheme, history, "group", grade, value, 'to-' || until) AS key, * FROM stated
"""

CANDIDATES = """
SELECT m.scheme || '/' || m.grade || '/' || m.until || '/' || r.history AS key, r.history, m.scheme, m.grade,
    'named-grade' AS meaning,
  'candidate' AS kind, coalesce(g.from_year, 0) AS start, m.until, coalesce(g.from_year, 0) AS introduced
FROM (SELECT DISTINCT scheme, grade, until FROM worked.most) m JOIN (SELECT DISTINCT scheme, history FROM
    worked.ratings) r
  ON r.scheme = m.scheme LEFT JOIN worked.grades g ON g.scheme = m.scheme AND g.grade = m.grade
"""

MOST_CHECKS = """
WITH counts AS (SELECT key, count(*) FILTER (state = 'held') AS held, count(*) FILTER (state = 'unknown') AS unknown
  FROM worked.candidate_years GROUP BY key),
standing AS (SELECT c.history, c.scheme, c.grade, c.until, k.held, k.unknown, any_value(d.kind) AS kind
  FROM worked.candidates c JOIN counts k USING (key)
  LEFT JOIN worked.edition_kinds d ON d.history = c.history AND d.scheme = c.scheme AND d.year = c.until GROUP BY ALL),
compared AS (SELECT m.key, any_value(m.name_ko) AS name_ko, any_value(m.name_en) AS name_en, any_value(m.value) AS
    value, any_value(m.until) AS until,
  max(s.held) FILTER (s.history = m.history) AS own, max(s.unknown) FILTER (s.history = m.history) AS own_unknown,
  count(*) FILTER (s.history <> m.history AND s.held > m.value AND (m."group" IS NULL OR s.kind = m."group")) AS
      above,
  count(*) FILTER (s.history <> m.history AND s.held + s.unknown > m.value AND (m."group" IS NULL OR coalesce(s.kind,
      m."group") = m."group")) AS perhaps,
  count(*) FILTER (s.history <> m.history AND s.held + s.unknown > m.value AND s.kind IS NULL) AS no_kind
  FROM (SELECT DISTINCT ON (key) * FROM worked.most ORDER BY key, claim) m JOIN standing s USING (scheme, grade,
      until) GROUP BY m.key)
SELECT key, 'most-times', CASE WHEN above > 0 OR own > value OR own + own_unknown < value THEN 'refuted'
    WHEN perhaps = 0 AND own = value THEN 'supported' ELSE 'undecidable' END,
  concat_ws(' ', name_ko || ', ' || until || '년도분까지 가장 많은 ' || value || '번.', '받아들인 등급으로 ' || own
      || '번.',
    '같은 집단에서 더 많은 곳 ' || above || '곳.',
    CASE WHEN perhaps > above THEN '더 많을 수 있는 곳 ' || perhaps - above || '곳' || CASE WHEN no_kind > 0 THEN
        '(그중 ' || no_kind || '곳은 종류를 밝힌 출처가 없음)' ELSE '' END || '.' END),
  concat_ws(' ', name_en || ', most times up to ' || until || ': ' || value || '.', 'By accepted ratings: ' || own ||
      '.',
    'With more, in the same group: ' || above || '.',
    CASE WHEN perhaps > above THEN 'Possibly with more: ' || perhaps - above || CASE WHEN no_kind > 0 THEN ' (for ' ||
        no_kind || ' of them no source gives the kind)' ELSE '' END || '.' END)
FROM compared
"""

MOST_PARENTS = """
SELECT DISTINCT m.key, unnest(y.things) FROM worked.most m JOIN worked.candidate_years y
  ON y.history = m.history AND y.scheme = m.scheme AND y.grade = m.grade AND y.year <= m.until WHERE y.state = 'held'
"""

MINUTES = "date_diff('minute', try_cast({start} AS TIMESTAMPTZ), try_cast({end} AS TIMESTAMPTZ))"

ITEMS = f"""
SELECT 'agenda-item-minutes/' || concat_ws('.', t.event, t.position, t.minutes) AS key, t.claim, t.name,
    try_cast(t.minutes AS INT) AS minutes,
  {MINUTES.format(start="a.start", end='a."end"')} AS lasts, [a.thing] AS things
FROM resolved.event_agenda t JOIN accepted.event_agenda a ON a.thing = t.thing WHERE t.minutes IS NOT NULL
"""

ITEM_CHECKS = """
SELECT DISTINCT ON (key) key, 'agenda-item-minutes', CASE WHEN lasts IS NULL THEN 'undecidable' WHEN lasts = minutes
    THEN 'supported' ELSE 'refuted' END,
  name || ' ' || minutes || '분. ' || coalesce('시작과 끝의 차이 ' || lasts || '분.',
      '시작이나 끝이 적혀 있지 않음.'),
  name || ': ' || minutes || ' minutes. ' || coalesce('From start to end: ' || lasts || '.',
      'No start or end is stated.')
FROM worked.items ORDER BY key, name
"""

AGENDAS = f"""
WITH items AS (SELECT event, position::INT AS position, try_cast(minutes AS INT) AS minutes, try_cast(start AS
    TIMESTAMPTZ) AS start,
    try_cast("end" AS TIMESTAMPTZ) AS "end", thing,
    lag(try_cast("end" AS TIMESTAMPTZ)) OVER (PARTITION BY event ORDER BY position::INT) AS previous FROM
        accepted.event_agenda),
sums AS (SELECT event, sum(minutes) AS sum, count(*) = count(minutes) AS complete, min(start) AS first, max("end") AS
    last,
    coalesce(bool_or(previous > start), false) AS overlap, coalesce(bool_or(previous < start), false) AS gap,
    list(thing ORDER BY position) AS things, string_agg(minutes::VARCHAR, '+' ORDER BY position) AS text FROM items
        GROUP BY event)
SELECT 'agenda-minutes/' || t.event || '.' || {MINUTES.format(start="t.start", end='t."end"')} AS key, t.claim,
    t.name,
  {MINUTES.format(start="t.start", end='t."end"')} AS lasts, s.*,
  coalesce(s.first < try_cast(t.start AS TIMESTAMPTZ) OR s.last > try_cast(t."end" AS TIMESTAMPTZ), false) AS outside
FROM resolved.events t JOIN sums s ON s.event = t.event WHERE t.start_time IS NOT NULL AND t.end_time IS NOT NULL
"""

AGENDA_CHECKS = """
SELECT DISTINCT ON (key) key, 'agenda-minutes', CASE WHEN sum > lasts OR outside OR overlap THEN 'refuted'
    WHEN complete AND sum = lasts AND NOT gap THEN 'supported' ELSE 'undecidable' END,
  concat_ws(' ', name || ' ' || lasts || '분.', '순서별 분의 합 ' || text || '=' || sum || '.', CASE WHEN NOT complete
      THEN '분이 적히지 않은 순서가 있음.' END,
    CASE WHEN overlap THEN '순서가 겹침.' END, CASE WHEN gap THEN '순서 사이에 빈 시간이 있음.' END, CASE WHEN outside
        THEN '행사 시간을 벗어난 순서가 있음.' END),
  concat_ws(' ', name || ': ' || lasts || ' minutes.', 'Minutes of the agenda: ' || text || '=' || sum || '.',
    CASE WHEN NOT complete THEN 'Some items have no minutes.' END, CASE WHEN overlap THEN 'Items overlap.' END,
    CASE WHEN gap THEN 'There is a gap between items.' END, CASE WHEN outside THEN
        'An item lies outside the hours of the event.' END)
FROM worked.agendas ORDER BY key, name
"""

# a table of `worked`, its query, the query of its checks, and the query of their parents
STEPS = (
    ("items", ITEMS, ITEM_CHECKS, "SELECT DISTINCT key, unnest(things) FROM worked.items"),
    ("agendas", AGENDAS, AGENDA_CHECKS, "SELECT DISTINCT key, unnest(things) FROM worked.agendas"),
    ("again", AGAIN, AGAIN_CHECKS, "SELECT DISTINCT key, unnest(parents) FROM worked.again_support"),
    ("most", MOST, MOST_CHECKS, MOST_PARENTS),
)
BETWEEN = {
    "again": (("again_support", AGAIN_SUPPORT),),
    "most": (("candidates", CANDIDATES), ("candidate_years", YEARS.format(spans="worked.candidates"))),
}


def check_claims(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Make ``analysis.checks``, ``analysis.check_claims`` and ``analysis.check_parents`` from the accepted facts.

    Reads ``resolved``, ``accepted``, ``codes`` and what :func:`kg.analysis.prepare` made.
    """
    for name, query, checks, parents in STEPS:
        for table, select in ((name, query), *BETWEEN.get(name, ())):
            connection.execute(f"CREATE OR REPLACE TABLE worked.{table} AS {select}")
        connection.execute(f"INSERT INTO worked.checks {checks}")
        connection.execute(f"INSERT INTO worked.check_claims SELECT DISTINCT key, claim FROM worked.{name}")
        connection.execute(f"INSERT INTO worked.check_parents {parents}")
    _make_check_tables(connection, settings)


def _make_check_tables(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Keys become IRIs under ``base``; the order of rows is fixed."""
    check = f"'{settings.base}id/check/' || regexp_replace(key, '[^A-Za-z0-9._~/-]+', '-', 'g') AS \"check\""
    name = sql_text(settings.policy)
    connection.execute(
        f"CREATE OR REPLACE TABLE analysis.checks AS SELECT {check}, {name} AS policy, rule, verdict,"
        " explanation_ko, explanation_en"
        " FROM worked.checks ORDER BY key"
    )
    connection.execute(
        f"CREATE OR REPLACE TABLE analysis.check_claims AS SELECT {check}, {name} AS policy, claim,"
        " split_part(split_part(claim, '/id/claim/', 2), '/', 1) AS source FROM worked.check_claims ORDER BY key, claim"
    )
    connection.execute(
        f"CREATE OR REPLACE TABLE analysis.check_parents AS SELECT DISTINCT {check}, {name} AS policy, parent"
        " FROM worked.check_parents"
        " WHERE parent IS NOT NULL ORDER BY 1, 3"
    )
