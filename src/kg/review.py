"""What ``kg review`` does: lists what a person has to judge in record tables that have no fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from kg.errors import Fault, Text
from kg.records import load_records, read_schema
from kg.records.loaded import ROW
from kg.resolve import resolve
from kg.settings import read_settings

DAYS_OF_ONE_ANNOUNCEMENT = 1
DAYS_BETWEEN_EVENTS = 7
DAYS_OF_ANNOUNCEMENT = 31

_SITE_PREFIX = re.compile(r"^(www\d*|m\d*|amp|cm|mobile|web\d*|mnews|news)\.")
_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{7,}(?![a-z])")


@dataclass(frozen=True)
class Rule:
    """``query`` gives row, value and another id for each finding; the texts take these two as ``{0}`` and ``{1}``."""

    name: str
    file: str
    column: str
    query: str
    ko: str
    en: str


SAME_ANNOUNCEMENT = Rule(
    "same-announcement",
    "cases.csv",
    "source",
    f"""
SELECT min(c.{ROW}), c.source, d.source FROM resolved.cases c
JOIN resolved.cases d ON d."case" = c."case" AND d.source > c.source AND d.origin <> c.origin
JOIN raw.sources s ON s.source = c.source JOIN raw.sources t ON t.source = d.source
WHERE length(s.published) >= 10 AND length(t.published) >= 10
  AND abs(date_diff('day', c.published_earliest::DATE, d.published_earliest::DATE)) <= {DAYS_OF_ONE_ANNOUNCEMENT}
GROUP BY ALL ORDER BY 2, 3
""",
    "출처 {1}도 같은 때에 같은 사례를 전합니다. 한 발표를 되풀이했으면 sources.csv의 origin을 같게 하십시오.",
    "and source {1} report the same case at the same time: if both repeat one announcement, give them one origin.",
)
COPIED_DAY = Rule(
    "copied-day",
    "cases.csv",
    "selected",
    f"""
SELECT c.{ROW}, c.selected, c."case" FROM resolved.cases c JOIN raw.sources s ON s.source = c.source
WHERE length(c.selected) >= 10 AND coalesce(length(s.published), 0) < 10 AND c.note IS NULL AND c.place IS NULL
  AND EXISTS (FROM resolved.cases d JOIN raw.sources t ON t.source = d.source
    WHERE d."case" = c."case" AND d.selected = c.selected AND length(t.published) >= 10)
ORDER BY 1
""",
    "사례 {1}의 날짜인데 이 출처는 낸 날을 모릅니다. 적혀 있으면 비고에 그렇게 쓰고, 아니면 비우십시오.",
    "is the day of case {1}, and this source's own day is not known: note that it prints the day, or empty the cell.",
)
LATE_ANNOUNCEMENT = Rule(
    "late-announcement",
    "cases.csv",
    "stance",
    f"""
SELECT {ROW}, stance, "case" FROM resolved.cases WHERE stance = 'announcement'
  AND published_earliest::DATE > selected_latest::DATE + {DAYS_OF_ANNOUNCEMENT} ORDER BY 1
""",
    f"사례 {{1}}의 날짜보다 {DAYS_OF_ANNOUNCEMENT}일 넘게 지나 나온 출처의 행입니다. retrospective로 쓰십시오.",
    f"but the source came out over {DAYS_OF_ANNOUNCEMENT} days after the day of case {{1}}: write retrospective.",
)
EVENTS = Rule(
    "events-to-judge",
    "events.csv",
    "event",
    f"""
WITH days AS (SELECT event, min(start_earliest::DATE) AS first, max(start_latest::DATE) AS last, min({ROW}) AS row
  FROM resolved.events WHERE start_earliest IS NOT NULL GROUP BY event)
SELECT e.row, e.event, f.event FROM days e JOIN days f ON f.event > e.event
  AND e.first <= f.last + {DAYS_BETWEEN_EVENTS} AND f.first <= e.last + {DAYS_BETWEEN_EVENTS}
ANTI JOIN (SELECT one AS a, other AS b FROM raw.event_identity UNION SELECT other, one FROM raw.event_identity
    UNION SELECT event, whole FROM raw.event_parts UNION SELECT whole, event FROM raw.event_parts) j
  ON j.a = e.event AND j.b = f.event ORDER BY 2, 3
""",
    f"행사 {{1}}과(와) {DAYS_BETWEEN_EVENTS}일 안에 있습니다. event_identity.csv에 판단을 적으십시오.",
    f"is within {DAYS_BETWEEN_EVENTS} days of event {{1}}: judge the pair in event_identity.csv.",
)
CASES = Rule(
    "cases-to-judge",
    "cases.csv",
    "case",
    f"""
WITH days AS (SELECT "case", min(selected_earliest::DATE) AS first, max(selected_latest::DATE) AS last,
    min({ROW}) AS row FROM resolved.cases GROUP BY "case"),
parties AS (SELECT DISTINCT p."case", p.org FROM resolved.case_participants p JOIN codes.role r ON r.code = p.role
  WHERE r.ties = 'true' AND p.org IS NOT NULL),
pairs AS (SELECT p."case" AS a, q."case" AS b FROM parties p JOIN parties q ON q.org = p.org AND q."case" > p."case"
  GROUP BY ALL HAVING count(*) >= 2)
SELECT d.row, a, b FROM pairs JOIN days d ON d."case" = a JOIN days e ON e."case" = b
ANTI JOIN (SELECT one, other FROM raw.case_identity UNION SELECT other, one FROM raw.case_identity) j
  ON j.one = a AND j.other = b
WHERE d.first IS NULL OR e.first IS NULL OR (d.first <= e.last AND e.first <= d.last) ORDER BY 2, 3
""",
    "사례 {1}과(와) 두 기관 이상이 같고 날짜로 구별되지 않습니다. case_identity.csv에 판단을 적으십시오.",
    "has two parties in common with case {1}, and no days tell them apart: judge the pair in case_identity.csv.",
)
UNDATED_NUMBER = Rule(
    "number-without-day",
    "award_totals.csv",
    "count",
    f"""
SELECT {ROW}, count::VARCHAR, award FROM raw.award_totals
WHERE as_of IS NULL AND NOT (measure = 'in-round' AND round IS NOT NULL) ORDER BY 1
""",
    "상 {1}의 수에 기준일이 없습니다. 누적 수와 유효한 수는 날마다 다르므로 as_of를 적으십시오.",
    "of award {1} has no day: a number so far or in force differs from day to day, so state as_of.",
)
UNUSED_PROGRAMME = Rule(
    "unused-programme",
    "codelists/programme.csv",
    "code",
    """
SELECT NULL, code, NULL FROM codes.programme ANTI JOIN raw.cases ON programme = code
WHERE code NOT IN (SELECT programme FROM raw.rounds UNION SELECT programme FROM raw.programme_bodies) ORDER BY 2
""",
    "이 사업의 사례가 없습니다. 첫 사례와 함께 넣으십시오.",
    "has no case: add it with its first case.",
)
RULES = (SAME_ANNOUNCEMENT, COPIED_DAY, LATE_ANNOUNCEMENT, EVENTS, CASES, UNDATED_NUMBER)


def review(folder: Path) -> list[Fault]:
    """What a person should judge in the tables of ``folder``; raises ``InputFaults`` if the tables have faults.

    Each finding has a ``rule``: ``same-article``, one of ``RULES`` or ``unused-programme``. A finding is no fault: it
    disappears with a judgement, a note, an origin or a correction, and some remain because nothing decides them.
    The list of programmes is reviewed only if the folder has its own: the toolkit's has more than one subject uses.
    """
    own_programmes = (folder / "codelists" / "programme.csv").exists()
    with duckdb.connect() as connection:
        load_records(connection, folder, read_schema())
        resolve(connection, read_schema(), read_settings(folder).base)
        findings = [*_same_articles(connection)]
        for rule in (*RULES, *([UNUSED_PROGRAMME] if own_programmes else [])):
            for row, value, second in connection.execute(rule.query).fetchall():
                text = Text(rule.ko.format(value, second), rule.en.format(value, second))
                findings.append(Fault(rule.file, text, row, rule.column, value, rule.name))
    return findings


def _same_articles(connection: duckdb.DuckDBPyConnection) -> Iterator[Fault]:
    rows = connection.execute(f"SELECT {ROW}, source, url FROM raw.sources WHERE url IS NOT NULL ORDER BY 1")
    seen: dict[tuple[str, str], str] = {}
    for row, source, url in rows.fetchall():
        article = article_of(url)
        if article and article in seen:
            text = Text(
                f"출처 {seen[article]}과(와) 사이트와 번호가 같습니다. 한 기사이면 출처 하나로 합치십시오.",
                f"has the site and the number of source {seen[article]}: if it is one article, keep one source.",
            )
            yield Fault("sources.csv", text, row, "source", source, "same-article")
        elif article:
            seen[article] = source


def article_of(url: str) -> tuple[str, str] | None:
    """The site and the longest number of an address, or ``None`` if no number has seven digits.

    >>> article_of("https://m.daily.example/amp/read?newsId=00123456&mode=257")
    ('daily.example', '00123456')
    >>> article_of("https://www.daily.example/read/00123456") == article_of("http://daily.example/x?no=00123456")
    True
    """
    site, _, path = url.split("://", 1)[-1].partition("/")
    numbers = _NUMBER.findall(path)
    return (_SITE_PREFIX.sub("", site.casefold()), max(numbers, key=len)) if numbers else None
