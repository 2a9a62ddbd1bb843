"""Claims about several editions (streaks, counts, "first time", "most times") against the accepted ratings by year.

Each claim becomes a span of editions; each edition of the span is ``held``, ``other`` (another grade is accepted),
``absent`` (a complete list of the grade has no such name) or ``unknown``. Absence is concluded only where no near
relation (a unit, its firm, a merger, an unsure judgement) is in the list.
"""

from __future__ import annotations

import duckdb

IN_FORCE = "coalesce(g.from_year, 0)"

# one row for each distinct claim; `start` and `until` are the first and the last edition that it covers
SPAN_CLAIMS = f"""
WITH stated AS (
  SELECT CASE kind WHEN 'consecutive' THEN 'streak-years' WHEN 'total' THEN 'count-years' ELSE 'several-years' END AS
      rule,
    claim, org, history, scheme, grade, meaning, kind, count, from_year, anchor, until FROM worked.ends
  UNION ALL SELECT 'first-time', t.claim, t.org, h.history, t.scheme, t.grade, 'named-grade', 'first', 1, NULL,
      'stated', t.year::INT - 1
  FROM resolved.ratings t JOIN worked.histories h ON h.org = t.org WHERE t.note = 'first-time')
SELECT rule || '/' || concat_ws('.', t.scheme, t.history, kind, t.grade, CASE WHEN meaning <> 'named-grade' THEN
    meaning END,
    count, 'from-' || t.from_year, 'to-' || until, CASE WHEN anchor NOT IN ('stated', 'from-year') THEN anchor END)
        AS key,
  t.*, g.label_ko, g.label_en, g.scheme_ko, g.scheme_en, {IN_FORCE} AS introduced,
  CASE WHEN kind = 'consecutive' THEN until - count + 1
    ELSE coalesce(t.from_year, CASE meaning WHEN 'named-grade' THEN {IN_FORCE} ELSE 0 END) END AS start,
  coalesce(t.from_year, CASE meaning WHEN 'named-grade' THEN {IN_FORCE} - 1 END, -1) >= e.first_year AS closed
FROM stated t LEFT JOIN worked.grades g ON g.scheme = t.scheme AND g.grade = t.grade
LEFT JOIN (SELECT scheme, min(year) AS first_year FROM worked.editions GROUP BY scheme) e ON e.scheme = t.scheme
"""

SPANS = "SELECT DISTINCT ON (key) * EXCLUDE (claim) FROM worked.span_claims ORDER BY key, org"

# the edition before a streak is included, to report that the run is longer
YEARS = """
WITH wanted AS (
  SELECT s.key, s.history, s.scheme, e.year, e.lowest, e.year < s.start AS is_before, e.year < s.introduced AS
      is_older,
    CASE WHEN s.meaning = 'highest-grade' OR e.year < s.introduced THEN e.top ELSE s.grade END AS grade
  FROM {spans} s JOIN worked.editions e ON e.scheme = s.scheme AND e.year <= s.until
    AND e.year >= s.start - (s.kind = 'consecutive')::INT),
listed AS (SELECT DISTINCT scheme, year, grade, history FROM worked.listed),
near AS (SELECT DISTINCT k.history, l.scheme, l.year, l.grade FROM worked.kin k JOIN listed l ON l.history = k.other),
complete AS (SELECT scheme, year, grade, min(thing) AS thing FROM worked.complete GROUP BY ALL),
announced AS (SELECT DISTINCT h.history, t.scheme, t.year::INT AS year, t.grade FROM resolved.ratings t
  JOIN worked.histories h ON h.org = t.org WHERE t.stance IS DISTINCT FROM 'correction')
SELECT w.*, r.grade AS found, r.things, w.grade IS NOT NULL AND r.grade = w.lowest AS is_lowest,
  coalesce(r.corrected AND a.grade IS NOT NULL, false) AS was_corrected,
  CASE WHEN r.grade = w.grade THEN 'held' WHEN r.grade IS NOT NULL THEN 'other' WHEN r.things IS NOT NULL THEN
      'unknown'
    WHEN c.thing IS NOT NULL AND l.history IS NULL AND n.history IS NULL THEN 'absent' ELSE 'unknown' END AS state,
  CASE WHEN r.things IS NULL THEN c.thing END AS list_thing
FROM wanted w LEFT JOIN worked.ratings r ON r.history = w.history AND r.scheme = w.scheme AND r.year = w.year
LEFT JOIN complete c ON c.scheme = w.scheme AND c.year = w.year AND c.grade = w.grade
LEFT JOIN listed l ON l.history = w.history AND l.scheme = w.scheme AND l.year = w.year AND l.grade = w.grade
LEFT JOIN near n ON n.history = w.history AND n.scheme = w.scheme AND n.year = w.year AND n.grade = w.grade
LEFT JOIN announced a ON a.history = w.history AND a.scheme = w.scheme AND a.year = w.year AND a.grade = w.grade
"""

TALLIES = """
WITH runs AS (SELECT key, state, year, year - row_number() OVER (PARTITION BY key, state ORDER BY year) AS run FROM
    worked.years
  WHERE NOT is_before AND state <> 'other'),
ranges AS (SELECT key, state, min(year) AS first, CASE WHEN min(year) = max(year) THEN min(year)::VARCHAR
  ELSE min(year) || '–' || max(year) END AS text FROM runs GROUP BY key, state, run),
texts AS (SELECT key, string_agg(text, ', ' ORDER BY first) FILTER (state = 'held') AS held_years,
  string_agg(text, ', ' ORDER BY first) FILTER (state = 'absent') AS absent_years,
  string_agg(text, ', ' ORDER BY first) FILTER (state = 'unknown') AS unknown_years FROM ranges GROUP BY key),
counts AS (SELECT y.key, count(*) FILTER (NOT is_before) AS editions, count(*) FILTER (state = 'held' AND NOT
    is_before) AS held,
  count(*) FILTER (state IN ('other', 'absent') AND NOT is_before) AS against,
  count(*) FILTER (state = 'unknown' AND NOT is_before) AS unknown,
  bool_or(is_before AND state = 'held') AS longer, max(y.year) FILTER (is_before) AS year_before,
  string_agg(y.year::VARCHAR, ', ' ORDER BY y.year) FILTER (is_older AND NOT is_before) AS older_years,
  bool_and(is_lowest) FILTER (NOT is_before) AS all_lowest,
  count(*) FILTER (state IN ('other', 'absent') AND NOT is_before) = count(*) FILTER (was_corrected AND state =
      'other' AND NOT is_before)
    AS only_corrected,
  string_agg(y.year || ' ' || g.label_ko, ', ' ORDER BY y.year) FILTER (state = 'other' AND NOT is_before) AS
      other_ko,
  string_agg(y.year || ' ' || g.label_en, ', ' ORDER BY y.year) FILTER (state = 'other' AND NOT is_before) AS other_en
  FROM worked.years y LEFT JOIN worked.grades g ON g.scheme = y.scheme AND g.grade = y.found GROUP BY y.key)
SELECT s.*, coalesce(c.editions, 0) AS editions, coalesce(c.held, 0) AS held, coalesce(c.against, 0) AS against,
  coalesce(c.unknown, 0) AS unknown, coalesce(c.longer, false) AS longer, c.year_before, c.older_years,
  coalesce(c.all_lowest, false) AS all_lowest, coalesce(c.only_corrected, false) AS only_corrected, c.other_ko,
      c.other_en,
  t.held_years, t.absent_years, t.unknown_years, h.name_ko, h.name_en,
  EXISTS (SELECT 1 FROM worked.years y, unnest(y.things) AS u(thing) WHERE y.key = s.key AND NOT y.is_before
    AND NOT ends_with(u.thing, '/' || s.org)) AS renamed
FROM worked.spans s LEFT JOIN counts c USING (key) LEFT JOIN texts t USING (key) JOIN worked.histories h ON h.org =
    s.org
"""

VERDICT = """CASE
  WHEN until IS NULL OR (count IS NULL AND kind IN ('consecutive', 'total')) THEN 'undecidable'
  WHEN rule = 'streak-years' THEN CASE WHEN count < 1 OR (from_year IS NOT NULL AND until - from_year + 1 <> count)
      THEN 'undecidable'
    WHEN against > 0 THEN 'refuted' WHEN held = count THEN 'supported' ELSE 'undecidable' END
  WHEN rule = 'count-years' THEN CASE WHEN held > count OR (closed AND held + unknown < count) THEN 'refuted'
    WHEN closed AND held = count AND unknown = 0 THEN 'supported' ELSE 'undecidable' END
  WHEN rule = 'several-years' THEN CASE WHEN held >= 2 THEN 'supported' WHEN closed AND held + unknown < 2 THEN
      'refuted'
    ELSE 'undecidable' END
  WHEN held > 0 THEN 'refuted' WHEN closed AND unknown = 0 THEN 'supported' ELSE 'undecidable' END"""

_CLAIM_KO = """CASE rule
  WHEN 'streak-years' THEN ' ' || count || '회차 연속' || coalesce('(' || start || '–' || until || ')', '')
  WHEN 'count-years' THEN ' 총 ' || count || '회' || coalesce('(' || from_year || '–' || until || ')', coalesce('('
      || until || '년도분까지)', ''))
  WHEN 'several-years' THEN ' 여러 번' || coalesce('(' || until || '년도분까지)', '')
  ELSE ' 처음(' || until + 1 || '년도분)' END"""
_CLAIM_EN = """CASE rule
  WHEN 'streak-years' THEN ', ' || count || ' editions in a row' || coalesce(' (' || start || '–' || until || ')', '')
  WHEN 'count-years' THEN ', ' || count || ' times in all' || coalesce(' (' || from_year || '–' || until || ')',
      coalesce(' (up to ' || until || ')', ''))
  WHEN 'several-years' THEN ', several times' || coalesce(' (up to ' || until || ')', '')
  ELSE ' for the first time in ' || until + 1 END"""

EXPLANATION_KO = f"""concat_ws(' ',
  name_ko || ', ' || coalesce(scheme_ko, scheme) || ' ' || coalesce(label_ko, grade) || {_CLAIM_KO} || '.',
  '그 등급인 해: ' || held_years || '.', '다른 등급인 해: ' || other_ko || '.',
  '완전한 명단에 이름이 없는 해: ' || absent_years || '.', '알 수 없는 해: ' || unknown_years || '.',
  CASE WHEN kind = 'consecutive' AND count > editions AND until IS NOT NULL THEN '자료에 없는 회차: ' || (count -
      editions) || '개.' END,
  CASE WHEN until IS NULL THEN '어느 해까지인지 알 수 없음.' END,
  CASE WHEN rule IN ('count-years', 'several-years') AND NOT closed THEN '자료에 없는 이전 회차는 알 수 없음.' END,
  CASE WHEN kind = 'consecutive' AND from_year IS NOT NULL AND until - from_year + 1 <> count THEN
      '적힌 연도와 횟수가 서로 맞지 않음.' END,
  CASE WHEN meaning = 'highest-grade' OR (kind = 'consecutive' AND older_years IS NOT NULL)
    THEN '최고 등급이라는 뜻으로 확인함' || coalesce('(이 등급이 생기기 전인 ' || older_years ||
        '년도분은 그해의 최고 등급)', '') || '.' END,
  CASE anchor WHEN 'publication' THEN '끝나는 해가 적혀 있지 않아 출처가 나온 날까지 발표된 마지막 회차까지로 봄.'
    WHEN 'other-source' THEN '끝나는 해는 같은 내용을 밝힌 다른 출처에서 가져옴.' END,
  CASE WHEN renamed THEN '이름이 바뀌기 전의 해도 합해 셈.' END,
  CASE WHEN longer AND against = 0 THEN '바로 앞 ' || year_before ||
      '년도분도 같은 등급이어서 실제 연속 기간은 더 김.' END,
  CASE WHEN against > 0 AND only_corrected AND kind <> 'first' THEN
      '발표 당시의 등급과는 맞으며, 그 등급은 나중에 정정됨.' END,
  CASE WHEN rule = 'streak-years' AND against > 0 AND all_lowest THEN '다만 해마다 그해의 가장 낮은 등급이었음.'
      END)"""

EXPLANATION_EN = f"""concat_ws(' ',
  name_en || ', ' || coalesce(label_en, grade) || ' in ' || coalesce(scheme_en, scheme) || {_CLAIM_EN} || '.',
  'Editions with the grade: ' || held_years || '.', 'With another grade: ' || other_en || '.',
  'Not in a complete list of the grade: ' || absent_years || '.', 'Unknown: ' || unknown_years || '.',
  CASE WHEN kind = 'consecutive' AND count > editions AND until IS NOT NULL THEN 'Editions not in the data: ' ||
      (count - editions) || '.' END,
  CASE WHEN until IS NULL THEN 'The last year is not known.' END,
  CASE WHEN rule IN ('count-years', 'several-years') AND NOT closed THEN 'Editions earlier than the data are not known.'
      END,
  CASE WHEN kind = 'consecutive' AND from_year IS NOT NULL AND until - from_year + 1 <> count THEN
      'The printed years and the printed number do not match.' END,
  CASE WHEN meaning = 'highest-grade' OR (kind = 'consecutive' AND older_years IS NOT NULL)
    THEN 'Checked as the highest grade' || coalesce(' (editions before this grade existed: ' || older_years || ')',
        '') || '.' END,
  CASE anchor WHEN 'publication' THEN
      'No year is printed; counted up to the last edition announced by the date of the source.'
    WHEN 'other-source' THEN 'The last year comes from the same claim in another source.' END,
  CASE WHEN renamed THEN 'Years under the former name are included.' END,
  CASE WHEN longer AND against = 0 THEN 'The preceding edition (' || year_before ||
      ') has the grade too, so the run is longer.' END,
  CASE WHEN against > 0 AND only_corrected AND kind <> 'first' THEN
      'It agrees with the grade as announced, which was corrected later.' END,
  CASE WHEN rule = 'streak-years' AND against > 0 AND all_lowest THEN
      'However, each is the lowest grade of its edition.' END)"""

PARENTS = """
SELECT DISTINCT key, unnest(things) AS parent FROM worked.years WHERE state IN ('held', 'other')
UNION SELECT key, list_thing FROM worked.years WHERE state = 'absent'
UNION SELECT s.key, c.thing FROM worked.spans s JOIN worked.histories h ON h.history = s.history
  JOIN accepted.renames c ON c.before = h.org
"""


def check_spans(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the checks of streaks, counts, "several" and "first time" to ``worked.checks``."""
    for name, query in (
        ("span_claims", SPAN_CLAIMS),
        ("spans", SPANS),
        ("years", YEARS.format(spans="worked.spans")),
        ("tallies", TALLIES),
    ):
        connection.execute(f"CREATE OR REPLACE TABLE worked.{name} AS {query}")
    connection.execute(
        f"INSERT INTO worked.checks SELECT key, rule, {VERDICT}, {EXPLANATION_KO}, {EXPLANATION_EN} FROM worked.tallies"
    )
    connection.execute("INSERT INTO worked.check_claims SELECT DISTINCT key, claim FROM worked.span_claims")
    connection.execute(f"INSERT INTO worked.check_parents {PARENTS}")
