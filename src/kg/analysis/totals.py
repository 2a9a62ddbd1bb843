"""Announced numbers against lists: ratings of a grade, sums of grades, cases of a round, rounds so far."""

from __future__ import annotations

import duckdb

# The list of the text's own announcement; where it has none, the accepted ratings that no correction changed.
LIST_TOTALS = """
WITH stated AS (SELECT t.claim, t.thing, t.scheme, t.year::INT AS year, t.grade, try_cast(t.count AS INT) AS count,
    t.origin,
    CASE WHEN o.names IS NULL THEN 'accepted' ELSE t.origin END AS list_origin
  FROM resolved.rating_totals t LEFT JOIN worked.lists o
    ON o.scheme = t.scheme AND o.year = t.year::INT AND o.grade = t.grade AND o.origin = t.origin
  WHERE t.measure = 'grade-count' AND t.grade IS NOT NULL AND t.count IS NOT NULL)
SELECT 'list-against-total/' || concat_ws('.', t.scheme, t.year, t.grade, t.count, nullif(t.origin, 'announcement'))
    AS key, t.*,
  coalesce(l.names, 0) AS names, coalesce(l.fewest, 0) AS fewest, g.label_ko, g.label_en, g.scheme_ko, g.scheme_en
FROM stated t LEFT JOIN worked.lists l
  ON l.scheme = t.scheme AND l.year = t.year AND l.grade = t.grade AND l.origin = t.list_origin
LEFT JOIN worked.grades g ON g.scheme = t.scheme AND g.grade = t.grade
"""

LIST_CHECKS = """
SELECT DISTINCT key, 'list-against-total', CASE WHEN count BETWEEN fewest AND names THEN 'supported'
    WHEN fewest > count AND list_origin <> 'accepted' THEN 'refuted' ELSE 'undecidable' END,
  concat_ws(' ', coalesce(scheme_ko, scheme) || ' ' || year || '년도분 ' || coalesce(label_ko, grade) || ' ' || count
      || '곳.',
    CASE list_origin WHEN 'accepted' THEN '받아들인 등급으로 센 ' ELSE '같은 발표의 ' END || '명단 ' || fewest ||
        '곳.',
    CASE WHEN names > fewest THEN '이름은 ' || names || '개이나 기업과 그 사업부가 함께 적힌 경우는 하나로 셈.' END,
    CASE WHEN fewest < count AND names < count THEN '명단이 완전하지 않음.' END),
  concat_ws(' ', coalesce(scheme_en, scheme) || ' ' || year || ', ' || coalesce(label_en, grade) || ': ' || count ||
      '.',
    CASE list_origin WHEN 'accepted' THEN 'List of accepted ratings: ' ELSE 'List of the same announcement: ' END ||
        fewest || '.',
    CASE WHEN names > fewest THEN names || ' names, but a firm beside its own unit is counted once.' END,
    CASE WHEN fewest < count AND names < count THEN 'The list is not complete.' END)
FROM worked.list_totals
"""

LIST_PARENTS = """
SELECT DISTINCT l.key, t.claim FROM worked.list_totals l JOIN resolved.ratings t
  ON t.scheme = l.scheme AND t.year::INT = l.year AND t.grade = l.grade AND t.origin = l.list_origin
UNION SELECT DISTINCT l.key, a.thing FROM worked.list_totals l JOIN accepted.ratings a
  ON a.scheme = l.scheme AND a.year::INT = l.year AND a.grade = l.grade WHERE l.list_origin = 'accepted'
"""

# Firms assessed or published against the announced numbers of all grades of the edition, with or without the deferred.
SUMS = """
WITH counted AS (SELECT scheme, year::INT AS year, grade, try_cast(count AS INT) AS count, thing FROM
    accepted.rating_totals
  WHERE measure = 'grade-count'),
sums AS (SELECT e.scheme, e.year, sum(c.count) AS sum, count(*) = count(c.count) AS complete, list(c.thing ORDER BY
    g.position) AS things,
    string_agg(c.count::VARCHAR, '+' ORDER BY g.position) AS text
  FROM worked.editions e JOIN worked.grades g ON g.scheme = e.scheme AND coalesce(g.from_year, 0) <= e.year
    AND coalesce(g.to_year, 9999) >= e.year LEFT JOIN counted c ON c.scheme = e.scheme AND c.year = e.year AND
        c.grade = g.grade
  GROUP BY ALL),
held AS (SELECT scheme, year::INT AS year, try_cast(count AS INT) AS deferred, thing FROM accepted.rating_totals
    WHERE measure = 'deferred')
SELECT 'sum-of-grades/' || concat_ws('.', t.scheme, t.year, t.measure, t.count) AS key, t.claim, t.scheme, t.year,
    t.measure,
  try_cast(t.count AS INT) AS count, s.sum, coalesce(s.complete, false) AS complete, s.text, h.deferred,
  list_filter(list_append(s.things, h.thing), lambda x: x IS NOT NULL) AS things,
  coalesce(r.label_ko, t.scheme) AS scheme_ko, coalesce(r.label_en, t.scheme) AS scheme_en
FROM resolved.rating_totals t JOIN sums s ON s.scheme = t.scheme AND s.year = t.year::INT
LEFT JOIN held h ON h.scheme = t.scheme AND h.year = t.year::INT LEFT JOIN codes."rating-scheme" r ON r.code =
    t.scheme
WHERE t.measure IN ('assessed', 'published') AND t.grade IS NULL AND t.count IS NOT NULL
"""

SUM_CHECKS = """
SELECT DISTINCT key, 'sum-of-grades', CASE WHEN NOT complete THEN 'undecidable' WHEN count = sum OR count = sum +
    deferred THEN 'supported'
    WHEN count < sum THEN 'refuted' ELSE 'undecidable' END,
  concat_ws(' ', scheme_ko || ' ' || year || '년도분 ' || CASE measure WHEN 'assessed' THEN '평가대상 ' ELSE
      '공표대상 ' END || count || '곳.',
    CASE WHEN complete THEN '등급별 발표 수의 합 ' || text || '=' || sum || '.' ELSE
        '발표 수가 알려지지 않은 등급이 있음.' END,
    CASE WHEN count = sum + deferred AND count <> sum THEN '공표유예 ' || deferred || '곳을 더하면 ' || sum +
        deferred || '.' END,
    CASE WHEN complete AND count > sum AND count IS DISTINCT FROM sum + deferred THEN
        '등급을 공표하지 않은 곳이 있었는지는 알 수 없음.' END),
  concat_ws(' ', scheme_en || ' ' || year || ', ' || measure || ': ' || count || '.',
    CASE WHEN complete THEN 'Announced numbers of the grades: ' || text || '=' || sum || '.' ELSE
        'The number for at least one grade is not known.' END,
    CASE WHEN count = sum + deferred AND count <> sum THEN 'With ' || deferred || ' deferred: ' || sum + deferred ||
        '.' END,
    CASE WHEN complete AND count > sum AND count IS DISTINCT FROM sum + deferred THEN
        'Whether some grades were not published is not known.' END)
FROM worked.sums
"""

# Cases of a round: the number if every unsure pair is one case, and the number if every unsure pair is two.
CASE_GROUPS = """
WITH RECURSIVE pairs AS (SELECT one, other, judgement FROM resolved.case_identity WHERE judgement IN ('same',
    'unsure')
  UNION SELECT other, one, judgement FROM resolved.case_identity WHERE judgement IN ('same', 'unsure')),
loosely AS (SELECT one AS start, one AS other FROM pairs UNION SELECT l.start, p.other FROM loosely l JOIN pairs p ON
    p.one = l.other),
surely AS (SELECT one AS start, one AS other FROM pairs UNION
  SELECT s.start, p.other FROM surely s JOIN pairs p ON p.one = s.other AND p.judgement = 'same')
SELECT c."case", c.round, c.programme, c.thing, coalesce(l.first, c."case") AS certain, coalesce(s.first, c."case")
    AS possible
FROM accepted.cases c LEFT JOIN (SELECT start, min(other) AS first FROM loosely GROUP BY start) l ON l.start =
    c."case"
LEFT JOIN (SELECT start, min(other) AS first FROM surely GROUP BY start) s ON s.start = c."case"
"""

ROUNDS = """
WITH stated AS (SELECT t.*, 'list-against-total/' || concat_ws('.', 'award', t.award, coalesce(t.round, t.as_of, '-'),
    t.count) AS key
  FROM resolved.award_totals t WHERE t.measure = 'in-round' AND t.count IS NOT NULL),
listed AS (SELECT t.key, g.certain, g.possible, g.thing FROM stated t JOIN worked.case_groups g ON g.round = t.round
  UNION SELECT t.key, h.history, h.history, a.thing FROM stated t JOIN accepted.events e ON e.start_earliest =
      t.as_of_earliest
    JOIN accepted.awards a ON a.event = e.event AND a.award = t.award JOIN worked.histories h ON h.org = a.org WHERE
        t.round IS NULL)
SELECT t.key, t.claim, t.award, t.round, t.count::INT AS count, list(DISTINCT l.thing) FILTER (l.thing IS NOT NULL)
    AS things,
  count(DISTINCT l.certain) AS certain, count(DISTINCT l.possible) AS possible, r.name_ko, r.name_en
FROM stated t LEFT JOIN listed l ON l.key = t.key LEFT JOIN resolved.rounds r ON r.round = t.round GROUP BY ALL
"""

ROUND_CHECKS = """
SELECT DISTINCT key, 'list-against-total',
  CASE WHEN certain = count THEN 'supported' WHEN certain > count THEN 'refuted' ELSE 'undecidable' END,
  coalesce(name_ko, award) || ' 발표된 수 ' || count || '. 확실히 알려진 것 ' || certain
    || CASE WHEN possible > certain THEN ', 확실하지 않은 것까지 ' || possible ELSE '' END || '.'
    || CASE WHEN certain < count THEN ' 명단이 완전하지 않음.' ELSE '' END,
  coalesce(name_en, award) || ', announced: ' || count || '. Known for certain: ' || certain
    || CASE WHEN possible > certain THEN ', including unsure ones: ' || possible ELSE '' END || '.'
    || CASE WHEN certain < count THEN ' The list is not complete.' ELSE '' END
FROM worked.rounds
"""

SO_FAR = """
WITH stated AS (SELECT t.claim, t.award, t.count::INT AS count, coalesce(t.as_of_latest, t.published_latest) AS day
    FROM resolved.award_totals t
  WHERE t.measure = 'cumulative' AND t.count IS NOT NULL),
announced AS (SELECT award, round, any_value(try_cast(count AS INT)) AS count, any_value(thing) AS thing FROM
    accepted.award_totals
  WHERE measure = 'in-round' AND round IS NOT NULL GROUP BY ALL)
SELECT 'rounds-so-far/' || concat_ws('.', t.award, t.day, t.count) AS key, t.claim, t.award, t.count, t.day,
    count(r.round) AS rounds,
  sum(a.count) AS sum, count(r.round) = count(a.count) AND min(r.ordinal::INT) = 1 AND max(r.ordinal::INT) =
      count(r.round) AS complete,
  string_agg(a.count::VARCHAR, '+' ORDER BY r.ordinal::INT) AS text, list(a.thing) FILTER (a.thing IS NOT NULL) AS
      things,
  coalesce(c.label_ko, t.award) AS award_ko, coalesce(c.label_en, t.award) AS award_en
FROM stated t LEFT JOIN resolved.rounds r ON r.programme = t.award AND r.held_latest <= t.day
LEFT JOIN announced a ON a.award = t.award AND a.round = r.round LEFT JOIN codes.award c ON c.code = t.award GROUP BY
    ALL
"""

SO_FAR_CHECKS = """
SELECT DISTINCT key, 'rounds-so-far', CASE WHEN complete AND sum = count THEN 'supported' WHEN sum > count OR
    (complete AND sum <> count)
    THEN 'refuted' ELSE 'undecidable' END,
  concat_ws(' ', award_ko || ' ' || day || '까지 ' || count || '.', '그날까지의 회차 ' || rounds || '개의 발표 수: '
      || text || '=' || sum || '.',
    CASE WHEN complete IS NOT TRUE THEN '발표 수나 순번이 알려지지 않은 회차가 있을 수 있음.' END),
  concat_ws(' ', award_en || ' up to ' || day || ': ' || count || '.', 'Announced numbers of the ' || rounds ||
      ' rounds by then: ' || text || '=' || sum || '.',
    CASE WHEN complete IS NOT TRUE THEN 'The number of some round may be missing.' END)
FROM worked.so_far
"""


def check_totals(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the checks of announced numbers to ``worked.checks``."""
    steps = (
        ("list_totals", LIST_TOTALS, LIST_CHECKS, LIST_PARENTS),
        ("sums", SUMS, SUM_CHECKS, None),
        ("rounds", ROUNDS, ROUND_CHECKS, None),
        ("so_far", SO_FAR, SO_FAR_CHECKS, None),
    )
    connection.execute(f"CREATE OR REPLACE TABLE worked.case_groups AS {CASE_GROUPS}")
    for name, query, checks, parents in steps:
        connection.execute(f"CREATE OR REPLACE TABLE worked.{name} AS {query}")
        connection.execute(f"INSERT INTO worked.checks {checks}")
        connection.execute(f"INSERT INTO worked.check_claims SELECT DISTINCT key, claim FROM worked.{name}")
        connection.execute(
            f"INSERT INTO worked.check_parents {parents or f'SELECT DISTINCT key, unnest(things) FROM worked.{name}'}"
        )
