"""Checks of rows: values of one row that contradict each other, and organisations that are part of themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import duckdb

from kg.codes import END_BEFORE_START
from kg.errors import Collector, Fault, Text
from kg.records.cells import unmarked
from kg.records.loaded import PER_RULE, ROW, Loaded
from kg.values import sql_earliest, sql_latest, sql_name


class RowRule(NamedTuple):
    """A rule of a table: the columns that it reads, the SQL condition of a faulty row, the column shown, the text."""

    table: str
    columns: tuple[str, ...]
    condition: str
    shown: str
    text: Text


def _ends_before(start: str, end: str) -> str:
    """SQL condition: the end is before the start; by time of day if both have one, else by day."""
    first, last = sql_name(start), sql_name(end)
    zoned = [f"regexp_matches({column}, 'T.*(Z|[+-]\\d\\d:\\d\\d)$')" for column in (first, last)]
    local = [f"contains({column}, 'T') AND NOT {zone}" for column, zone in zip((first, last), zoned, strict=True)]
    return (
        f"CASE WHEN {zoned[0]} AND {zoned[1]}"
        f" THEN try_cast({last} AS TIMESTAMPTZ) < try_cast({first} AS TIMESTAMPTZ)"
        f" WHEN {local[0]} AND {local[1]} THEN try_cast({last} AS TIMESTAMP) < try_cast({first} AS TIMESTAMP)"
        f" ELSE ({sql_latest(last)}) < ({sql_earliest(first)}) END"
    )


_SAME_PAIR = Text("자기 자신과 비교한 판단입니다. 다른 ID를 쓰십시오.", "is judged against itself: write another id.")
_NEGATIVE = Text("0보다 작습니다. 값을 바로잡으십시오.", "is less than 0: correct the value.")
_ABOVE_ALL = Text("100퍼센트를 넘습니다. 값을 바로잡으십시오.", "is more than 100 percent: correct the value.")
_SHARE = "try_cast(value AS DECIMAL(38, 9)) > 100 AND unit = 'percent'"

RULES = (
    RowRule(
        "organisations", ("organisation", "part_of"), "part_of = organisation", "part_of",
        Text("상위 기관이 자기 자신입니다. 칸을 비우거나 다른 기관을 쓰십시오.",
             "is part of itself: leave the cell empty or write another organisation."),
    ),
    RowRule(
        "organisation_changes", ("before", "after"), '"before" = "after"', "after",
        Text("바뀌기 전과 후가 같은 기관입니다. 하나를 바로잡으십시오.",
             "is the same organisation before and after the change: correct one of the two."),
    ),
    RowRule("case_identity", ("one", "other"), "one = other", "other", _SAME_PAIR),
    RowRule("event_identity", ("one", "other"), "one = other", "other", _SAME_PAIR),
    RowRule("judgements", ("one", "other"), "one = other", "other", _SAME_PAIR),
    RowRule("events", ("start", "end"), _ends_before("start", "end"), "end", END_BEFORE_START),
    RowRule("event_agenda", ("start", "end"), _ends_before("start", "end"), "end", END_BEFORE_START),
    RowRule("group_memberships", ("start", "end"), _ends_before("start", "end"), "end", END_BEFORE_START),
    RowRule(
        "organisation_names", ("language",), "NOT regexp_full_match(language, '[a-z]{2,3}(-[A-Za-z0-9]{2,8})*')",
        "language",
        Text("언어 태그가 아닙니다. en이나 zh-Hant처럼 쓰십시오.",
             "is not a language tag: write one such as en or zh-Hant."),
    ),
    RowRule(
        "business_groups", ("name_ko", "name_en"), "coalesce(name_ko, name_en) IS NULL", "name_ko",
        Text("이름이 없습니다. 한국어나 영어 이름을 쓰십시오.", "has no name: write a Korean or an English one."),
    ),
    RowRule(
        "fact_judgements", ("property", "scheme"), "(property = 'identifier') <> (scheme IS NOT NULL)", "scheme",
        Text("식별자에만, 그리고 빠짐없이 적으십시오.", "must be given for identifiers, and for nothing else."),
    ),
    RowRule(
        "spans", ("start", "end"), 'try_cast("end" AS BIGINT) <= try_cast(start AS BIGINT)', "end",
        Text("끝이 시작보다 뒤가 아닙니다. 둘 가운데 하나를 바로잡으십시오.",
             "is not after the start: correct one of the two."),
    ),
    RowRule("rating_streaks", ("from_year", "to_year"), "to_year < from_year", "to_year", END_BEFORE_START),
    RowRule(
        "rating_streaks", ("count", "from_year", "to_year"),
        'to_year >= from_year AND try_cast("count" AS BIGINT) > to_year::INT - from_year::INT + 1',
        "count",
        Text("횟수가 from_year부터 to_year까지의 햇수보다 많습니다. 횟수나 연도를 바로잡으십시오.",
             "is more than the years from from_year to to_year: correct the count or the years."),
    ),
    RowRule("payments", ("value", "unit"), _SHARE, "value", _ABOVE_ALL),
    RowRule("case_contributions", ("value", "unit"), _SHARE, "value", _ABOVE_ALL),
    # a change in percent can be negative
    RowRule(
        "case_outcomes", ("value", "unit"), "value LIKE '-%' AND unit IS DISTINCT FROM 'percent'", "value", _NEGATIVE
    ),
    RowRule(
        "case_contributions", ("giver", "receiver"), "giver = receiver", "receiver",
        Text("준 기관과 받은 기관이 같습니다. 하나를 바로잡으십시오.",
             "is both giver and receiver: correct one of the two."),
    ),
)  # fmt: skip


def check_rows(connection: duckdb.DuckDBPyConnection, table: str, file: str, loaded: Loaded, faults: Collector) -> None:
    """Report rows of ``raw.TABLE`` whose values are valid on their own but contradict each other."""
    relation = f"raw.{table}"
    for rule in RULES:
        if rule.table != table or not loaded.columns.issuperset(rule.columns):
            continue
        rows = connection.execute(
            f"SELECT {ROW}, {sql_name(rule.shown)} FROM {relation} WHERE ({rule.condition})"
            f" AND {unmarked(relation, *rule.columns)} ORDER BY {ROW}"
        ).fetchall()
        for row, value in rows[:PER_RULE]:
            faults.add(Fault(file, rule.text, row, rule.shown, value, "row"))
        faults.more += len(rows[PER_RULE:])
    if table == "organisations" and loaded.columns.issuperset(("organisation", "part_of")):
        faults.extend(_cycles(connection, file))


def _cycles(connection: duckdb.DuckDBPyConnection, file: str) -> Iterator[Fault]:
    """Organisations that are part of themselves through other organisations: one fault for each cycle."""
    relation = "raw.organisations"
    found = connection.execute(
        f"SELECT organisation, part_of, {ROW} FROM {relation} WHERE part_of IS NOT NULL AND part_of <> organisation"
        f" AND organisation IS NOT NULL AND {unmarked(relation, 'organisation', 'part_of')} ORDER BY {ROW}"
    ).fetchall()
    above: Mapping[str, tuple[str, int]] = {part: (parent, row) for part, parent, row in reversed(found)}
    done: set[str] = set()
    for start in list(above):
        path: dict[str, None] = {}
        node = start
        while node in above and node not in done and node not in path:
            path[node] = None
            node = above[node][0]
        if node in path:
            cycle = list(path)[list(path).index(node) :]
            first = min(cycle, key=lambda part: above[part][1])
            at = cycle.index(first)
            chain = " → ".join([*cycle[at:], *cycle[:at], first][:12])
            text = Text(
                f"상위 기관을 따라가면 자기 자신으로 돌아옵니다({chain}). 한 곳을 바로잡으십시오.",
                f"is part of itself in a cycle ({chain}): correct one of these rows.",
            )
            yield Fault(file, text, above[first][1], "part_of", above[first][0], "circle")
        done.update(path)


def two_roles(connection: duckdb.DuckDBPyConnection, file: str) -> list[Fault]:
    """Notes on organisations that have two roles in one case, under the same or different names."""
    rows = connection.execute(
        f'WITH parties AS (SELECT p."case", n.organisation, p.role, p.organisation AS name, min(p.{ROW}) AS {ROW}'
        " FROM raw.case_participants p JOIN raw.names n ON n.name = p.organisation AND n.judgement = 'same'"
        " GROUP BY ALL)"
        f' SELECT arg_max(name, {ROW}), max({ROW}), "case", organisation,'
        " string_agg(DISTINCT role, ', ' ORDER BY role)"
        f' FROM parties GROUP BY "case", organisation HAVING count(DISTINCT role) > 1 ORDER BY max({ROW})'
    ).fetchall()
    return [
        Fault(
            file,
            Text(
                f"사례 {case}에서 {organisation}의 역할이 둘 이상입니다({roles}). 맞는지 확인하십시오.",
                f"is {organisation}, which has several roles in the case {case} ({roles}): check whether that is so.",
            ),
            row,
            "organisation",
            name,
            "roles",
        )
        for name, row, case, organisation, roles in rows
    ]
