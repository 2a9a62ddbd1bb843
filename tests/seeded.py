"""Disagreements and near-misses planted into a copy of the real tables: invented firms, a trial index of their own."""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kg.records import read_schema

SCHEME = "trial-index"
COUNT = 20
TYPES = ("value", "count-against-streak", "prose-against-table", "plan-against-report", "total-against-list", "identity",
         "definition", "kind")
YEARS = range(2001, 2021)
FIRST_SINCE = 2003  # the highest grade was introduced then; before it, the second was the highest


@dataclass
class Tables:
    """Rows to append, and the conflicts that they should and should not make."""

    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    expected: dict[str, str] = field(default_factory=dict)  # IRI below id/conflict/ -> type
    near: int = 0
    serial: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(20241128))

    def add(self, table: str, **row: object) -> None:
        self.rows.setdefault(table, []).append({name: str(value) for name, value in row.items()})

    def source(self, **more: str) -> str:
        """A newspaper with an origin of its own."""
        self.serial += 1
        name = f"trial-{self.serial}"
        self.add("sources", **{"source": name, "url": f"https://trial.example/{name}", "publisher": "시험일보", "topic": "시험",
                               "published": "2021-06-01", "language": "ko", "kind": "press"} | more)
        return name

    def firm(self, **more: str) -> str:
        """An organisation with one printed name, its own id."""
        self.serial += 1
        name = f"trial-firm-{self.serial}"
        self.add("organisations", **{"organisation": name, "name_ko": name, "kind": "unknown"} | more)
        self.add("names", name=name, organisation=name, judgement="same", kind="usual", mention=name)
        return name

    def expect(self, type: str, slug: str) -> None:
        self.expected[f"{type}/{slug}"] = type

    def rate(self, firm: str, year: int, grade: str, source: str | None = None, **more: str) -> None:
        self.add("ratings", scheme=SCHEME, year=year, organisation=firm, grade=grade, source=source or self.source(),
                 **{"stance": "announcement"} | more)

    def streak(self, firm: str, kind: str, count: object, **more: object) -> None:
        self.add("rating_streaks", **{"scheme": SCHEME, "organisation": firm, "grade": "first", "grade_meaning": "named-grade",
                                      "kind": kind, "count": count, "source": self.source(), "stance": "announcement"} | more)

    def year(self) -> int:
        return self.chance.choice(YEARS[8:])


Plant = Callable[[Tables, int], None]


# --- value


def value(t: Tables, i: int) -> None:
    firm, year, start = t.firm(), t.year(), len(t.rows.get("sources", []))
    if i % 5 == 0:
        t.rate(firm, year, "first")
        t.rate(firm, year, t.chance.choice(["second", "third"]), stance=t.chance.choice(["correction", "retrospective", "announcement"]))
        t.expect("value", f"rating.{SCHEME}.{year}.{firm}.grade")
    elif i % 5 == 1:
        t.streak(firm, "consecutive", 3, to_year=year)
        t.streak(firm, "consecutive", 4, to_year=year)
        t.expect("value", f"streak.{SCHEME}.{firm}.consecutive.{year}.count")
    elif i % 5 == 2:
        t.add("rating_totals", scheme=SCHEME, year=YEARS[i], measure="assessed", count=50, source=t.source(), stance="announcement")
        t.add("rating_totals", scheme=SCHEME, year=YEARS[i], measure="assessed", count=51, source=t.source(), stance="announcement")
        t.expect("value", f"total.{SCHEME}.{YEARS[i]}.assessed.-.count")
    elif i % 5 == 3:
        for day in ("2020-04-25", "2020-09-25"):
            t.add("events", event=f"trial-event-{start}", name="시상식", start=day, source=t.source(), stance="announcement")
        t.expect("value", f"event.trial-event-{start}.start")
    else:
        for amount in (531400000000, 531700000000):
            t.add("payments", organisation=firm, scope="organisation", measure="win-win-payment", modality="given", period_kind="year",
                  period=year, value=amount, unit="KRW", source=t.source(), stance="announcement")
        t.expect("value", f"payment.{firm}.win-win-payment.year.{year}.value")


def no_value(t: Tables, i: int) -> None:
    firm, year, number = t.firm(), t.year(), len(t.rows.get("sources", []))
    if i % 5 == 0:  # two spellings of the lowest grade
        t.rate(firm, year, "improve")
        t.rate(firm, year, "needs-improvement")
    elif i % 5 == 1:  # a blank first year beside a stated one
        t.streak(firm, "consecutive", 3, to_year=year)
        t.streak(firm, "consecutive", 3, from_year=year - 2, to_year=year)
    elif i % 5 == 2:  # totals of different months
        for month, amount in (("01", 700), ("02", 900)):
            t.add("payments", organisation=firm, scope="organisation", measure="win-win-payment", modality="given", period_kind="cumulative",
                  period=f"../{year}-{month}", value=amount, unit="KRW", source=t.source(), stance="announcement")
    elif i % 5 == 3:  # a month and the day in it
        for day in ("2020-04", "2020-04-25"):
            t.add("events", event=f"trial-event-{number}", name="시상식", start=day, source=t.source(), stance="announcement")
    else:  # a unit and its firm
        unit = t.firm(part_of=firm)
        t.rate(firm, year, "second")
        t.rate(unit, year, "first")


# --- count against streak


def count_against_streak(t: Tables, i: int) -> None:
    firm, year = t.firm(), t.year()
    thing = f"streak.{SCHEME}.{firm}"
    if i % 4 == 0:
        t.streak(firm, "total", 3, to_year=year)
        t.streak(firm, "consecutive", 5, to_year=year)
        t.expect("count-against-streak", f"{thing}.total.{year}.count.count-below-streak")
    elif i % 4 == 1:  # through a rename, and only in part inside the span of the count
        former = t.firm()
        t.add("organisation_changes", change=f"rename-{firm}", kind="rename", before=former, after=firm, date=year - 3, judgement="same",
              source=t.source(), stance="report")
        t.streak(firm, "total", 1, from_year=year - 3, to_year=year)
        t.streak(former, "consecutive", 4, to_year=year - 1)
        t.expect("count-against-streak", f"{thing}.total.{year}.count.count-below-streak")
    elif i % 4 == 2:
        t.streak(firm, "total", 6, to_year=year - 1)
        t.streak(firm, "total", 4, to_year=year)
        t.expect("count-against-streak", f"{thing}.total.{year - 1}.count.count-that-falls")
    else:
        t.streak(firm, "consecutive", 4, to_year=year)
        t.rate(firm, year - 2, "second")
        t.expect("count-against-streak", f"{thing}.consecutive.{year}.count.streak-over-other-grade")


def no_count_against_streak(t: Tables, i: int) -> None:
    firm, year = t.firm(), t.year()
    if i % 4 == 0:
        t.streak(firm, "total", 5, to_year=year)
        t.streak(firm, "consecutive", 5, to_year=year)
    elif i % 4 == 1:  # the count spans fewer years than the streak
        t.streak(firm, "total", 2, from_year=year - 1, to_year=year)
        t.streak(firm, "consecutive", 6, to_year=year)
    elif i % 4 == 2:  # a merger is no rename, so the streak is of another history
        former = t.firm()
        t.add("organisation_changes", change=f"merger-{firm}", kind="merger", before=former, after=firm, date=year, judgement="same",
              source=t.source(), stance="report")
        t.streak(firm, "total", 1, to_year=year)
        t.streak(former, "consecutive", 4, to_year=year - 1)
    else:  # the year before the streak has another grade
        t.streak(firm, "consecutive", 3, to_year=year)
        t.rate(firm, year - 3, "second")


# --- prose against table


def prose_against_table(t: Tables, i: int) -> None:
    firm, source = t.firm(), t.source(published="2021-06-01")
    year = YEARS[-1]
    if i % 3 == 0:
        t.rate(firm, year, "second", source, place="table 1 row 1", stance="report")
        t.rate(firm, year, "first", source, place="body", stance="report")
        t.expect("prose-against-table", f"rating.{SCHEME}.{year}.{firm}.grade.{source}")
    elif i % 3 == 1:
        t.rate(firm, year, "first", source, place="table 1 row 1", note="first-time", stance="report")
        t.streak(firm, "several", "", source=source, place="body", stance="report")
        t.expect("prose-against-table", f"streak.{SCHEME}.{firm}.several.by-2021.count.several-and-first-time")
    else:
        other = t.firm()
        t.add("awards", award="win-win-ball", organisation=other, source=source, place="table 1 row 1", stance="report")
        t.rate(firm, year, "first", source, place="table 1 row 2", stance="report")
        t.add("awards", award="win-win-ball", organisation=firm, source=source, place="body", stance="report")
        t.expect("prose-against-table", f"award.win-win-ball.-.{firm}.award.award-not-in-row")


def no_prose_against_table(t: Tables, i: int) -> None:
    firm, other, source, year = t.firm(), t.firm(), t.source(), YEARS[-1]
    if i % 3 == 0:  # they agree
        t.rate(firm, year, "second", source, place="table 1 row 1", stance="report")
        t.rate(firm, year, "second", source, place="body", stance="report")
    elif i % 3 == 1:  # the prose speaks of another firm
        t.rate(firm, year, "first", source, place="table 1 row 1", note="first-time", stance="report")
        t.streak(other, "several", "", source=source, place="body", stance="report")
    else:  # the firm has no row, so the table does not leave its award out
        t.add("awards", award="win-win-ball", organisation=other, source=source, place="table 1 row 1", stance="report")
        t.add("awards", award="win-win-ball", organisation=firm, source=source, place="body", stance="report")


# --- plan against report


def plan_against_report(t: Tables, i: int) -> None:
    name = f"trial-plan-{i}"
    planned, held = ("2020-05-01", "2020-05-08")
    if i % 2:
        t.add("events", event=name, name="간담회", start=planned, source=t.source(), stance="plan")
        t.add("events", event=name, name="간담회", start=held, source=t.source(), stance=t.chance.choice(["report", "announcement"]))
        t.expect("plan-against-report", f"event.{name}.start")
    else:
        t.add("events", event=name, name="간담회", start=planned, source=t.source(), stance="report")
        for minutes, stance in ((30, "plan"), (45, "report")):
            t.add("event_agenda", event=name, position=1, name="발표", minutes=minutes, source=t.source(), stance=stance)
        t.expect("plan-against-report", f"agenda.{name}.1.minutes")


def no_plan_against_report(t: Tables, i: int) -> None:
    name = f"trial-plan-near-{i}"
    planned = "2020-05" if i % 2 else "2020-05-08"
    t.add("events", event=name, name="간담회", start=planned, source=t.source(), stance="plan")
    t.add("events", event=name, name="간담회", start="2020-05-08", source=t.source(), stance="report")


# --- total against list


def total_against_list(t: Tables, i: int) -> None:
    _listed(t, i, total=2, slug="total-against-list")


def _listed(t: Tables, i: int, total: int, slug: str | None) -> None:
    """A list of three names, and a number announced with it; each in an edition or a round of its own."""
    origin = f"trial-origin-{t.serial}"
    if i % 2:
        grade = "third" if slug else "second"
        year = YEARS[i]
        for _ in range(3):
            t.rate(t.firm(), year, grade, t.source(origin=origin))
        t.add("rating_totals", scheme=SCHEME, year=year, measure="grade-count", grade=grade, count=total, source=t.source(origin=origin),
              stance="announcement")
        if slug:
            t.expect(slug, f"total.{SCHEME}.{year}.grade-count.{grade}.count")
        return
    name = f"trial-round-{t.serial}"
    t.add("rounds", round=name, programme="other", year=2020, name_ko="시험", name_en="Trial")
    for number in range(3):
        t.add("cases", case=f"{name}-{number}", programme="other", round=name, source=t.source(), stance="announcement")
        t.add("case_participants", case=f"{name}-{number}", organisation=t.firm(), role="lead", source=t.source(), stance="announcement")
        t.add("case_participants", case=f"{name}-{number}", organisation=t.firm(), role="partner", source=t.source(), stance="announcement")
    t.add("award_totals", award="win-win-ball", round=name, measure="in-round", count=total, source=t.source(), stance="announcement")
    if slug:
        t.expect(slug, f"award-total.win-win-ball.{name}.in-round.count")
    elif i % 4 == 0:  # two of the three are judged to be one
        t.add("case_identity", one=f"{name}-0", other=f"{name}-1", judgement="same", reason="trial", decided="2026-11-25")


def no_total_against_list(t: Tables, i: int) -> None:
    if i % 4 == 0:
        return _listed(t, i, total=2, slug=None)
    if i % 4 == 1:  # a firm beside its own unit counts once
        origin, firm, year = f"trial-origin-{t.serial}", t.firm(), YEARS[i]
        for name in (firm, t.firm(part_of=firm)):
            t.rate(name, year, "second", t.source(origin=origin))
        return t.add("rating_totals", scheme=SCHEME, year=year, measure="grade-count", grade="second", count=1,
                     source=t.source(origin=origin), stance="announcement")
    return _listed(t, i, total=t.chance.choice([3, 8]), slug=None)


# --- identity


def identity(t: Tables, i: int) -> None:
    _doubtful(t, i, "unsure")


def _doubtful(t: Tables, i: int, judgement: str) -> None:
    judged = {"judgement": judgement, "reason": "trial", "decided": "2026-11-25"}
    one, other = (f"trial-{judgement}-{i}-{part}" for part in "ab")
    if i % 4 == 0:
        for case in (one, other):
            t.add("cases", case=case, programme="other", source=t.source(), stance="announcement")
            t.add("case_participants", case=case, organisation=t.firm(), role="lead", source=t.source(), stance="announcement")
            t.add("case_participants", case=case, organisation=t.firm(), role="partner", source=t.source(), stance="announcement")
        t.add("case_identity", one=one, other=other, **judged)
        slug = f"case.{one}.{other}"
    elif i % 4 == 1:
        for event in (one, other):
            t.add("events", event=event, name="행사", start="2020-05-08", source=t.source(), stance="announcement")
        t.add("event_identity", one=one, other=other, **judged)
        slug = f"event.{one}.{other}"
    elif i % 4 == 2:
        first, second = t.firm(), t.firm()
        t.rate(first, 2010, "first")
        t.rate(second, 2012, "first")
        t.add("judgements", about="organisation", one=first, other=second, **judged)
        slug = f"org.{min(first, second)}.{max(first, second)}"
    else:
        firm = t.firm()
        t.add("names", name=one, organisation=firm, kind="short", mention=one, **judged)
        if judgement != "different":
            t.rate(one, 2010, "first")
        slug = f"name.{one}"
    if judgement == "unsure":
        t.expect("identity", slug)


def no_identity(t: Tables, i: int) -> None:
    if i % 5 == 4:  # a unit and its firm are two, whatever a judge was unsure of
        firm = t.firm()
        unit = t.firm(part_of=firm)
        t.rate(firm, 2010, "second")
        t.rate(unit, 2012, "second")
        return t.add("judgements", about="organisation", one=firm, other=unit, judgement="unsure", reason="trial", decided="2026-11-25")
    if i % 5 == 3:  # one of the two is never told of
        first, second = t.firm(), t.firm()
        t.rate(first, 2010, "first")
        return t.add("judgements", about="organisation", one=first, other=second, judgement="unsure", reason="trial", decided="2026-11-25")
    return _doubtful(t, i, t.chance.choice(["different", "same"]) if i % 4 != 2 else "different")


# --- definition


def _pay(t: Tables, firm: str, period: object, value: object, source: str | None = None, **more: str) -> None:
    t.add("payments", **{"organisation": firm, "scope": "organisation", "measure": "win-win-payment-trickle-down", "modality": "given",
                         "period_kind": "year", "period": period, "value": value, "unit": "percent", "source": source or t.source(),
                         "stance": "announcement"} | more)


def definition(t: Tables, i: int) -> None:
    firm, year, value = t.firm(), t.year(), f"{t.chance.randint(2, 9)}.{t.chance.randint(1, 9)}"
    _pay(t, firm, year - 1, value)
    _pay(t, firm, year, value)
    if i % 2:
        _pay(t, firm, year, value)
    t.expect("definition", f"payment.{firm}.win-win-payment-trickle-down.year.{year - 1}.period.{value}-percent")


def no_definition(t: Tables, i: int) -> None:
    firm, year = t.firm(), t.year()
    if i % 4 == 0:  # one source says it of both years
        source = t.source()
        _pay(t, firm, year - 1, "7.4", source)
        _pay(t, firm, year, "7.4", source)
    elif i % 4 == 1:  # two measures
        _pay(t, firm, year - 1, "7.4")
        _pay(t, firm, year, "7.4", measure="win-win-payment-share")
    elif i % 4 == 2:  # a sum so far, told again later
        for month in ("05", "06"):
            _pay(t, firm, f"../{year}-{month}", 8255, period_kind="cumulative", unit="KRW", measure="win-win-payment")
    else:  # a round figure
        _pay(t, firm, year - 1, 7)
        _pay(t, firm, year, 7)


# --- kind


def kind(t: Tables, i: int) -> None:
    firm = t.firm()
    for name in t.chance.sample(["large-company", "mid-size-company", "sme", "start-up"][:3], 2):
        t.add("organisation_kinds", organisation=firm, kind=name, source=t.source(), stance="report")
    t.expect("kind", f"org.{firm}.kind")


def no_kind(t: Tables, i: int) -> None:
    firm = t.firm()
    unit = t.firm(part_of=firm)
    for name, told in ((firm, "large-company"), (firm, "large-company"), (unit, "sme")):
        t.add("organisation_kinds", organisation=name, kind=told, source=t.source(), stance="report")


PLANTS: dict[str, tuple[Plant, Plant]] = {
    "value": (value, no_value), "count-against-streak": (count_against_streak, no_count_against_streak),
    "prose-against-table": (prose_against_table, no_prose_against_table),
    "plan-against-report": (plan_against_report, no_plan_against_report),
    "total-against-list": (total_against_list, no_total_against_list), "identity": (identity, no_identity),
    "definition": (definition, no_definition), "kind": (kind, no_kind),
}


def plant(data: Path, folder: Path, kinds: tuple[str, ...] = TYPES) -> Tables:
    """Copy the tables of ``data`` to ``folder`` and append twenty disagreements and twenty near-misses of each type."""
    shutil.copytree(data, folder)
    tables = Tables()
    for name in kinds:
        planted, near = PLANTS[name]
        for number in range(COUNT):
            planted(tables, number)
            near(tables, number)
            tables.near += 1
    add_editions(tables)
    schema = read_schema()
    for name, rows in tables.rows.items():
        with (folder / f"{name}.csv").open("a", encoding="utf-8", newline="") as stream:
            csv.DictWriter(stream, schema.by_name[name].columns, lineterminator="\n", restval="").writerows(rows)
    add_codes(folder / "codelists")
    return tables


def add_editions(tables: Tables) -> None:
    for year in YEARS:
        tables.add("editions", scheme=SCHEME, year=year, announced=f"{year + 1}-05-01", name_ko=f"시험 {year}", name_en=f"Trial {year}")


def add_codes(folder: Path) -> None:
    """The trial index and its grades; two codes of the lowest grade share a spelling."""
    with (folder / "rating-scheme.csv").open("a", encoding="utf-8", newline="") as stream:
        stream.write(f"{SCHEME},시험지수,Trial Index,시험.,A trial.,99\n")
    with (folder / "grade.csv").open("a", encoding="utf-8", newline="") as stream:
        for place, (code, printed) in enumerate(
            [("first", "첫째"), ("second", "둘째"), ("third", "셋째"), ("improve", "개선"), ("needs-improvement", "개선 필요|개선필요|개선")], 1
        ):
            since = FIRST_SINCE if code == "first" else ""
            stream.write(f"{SCHEME},{code},{printed.split('|')[0]},{code},시험.,A trial.,{place},{since},,{printed}\n")
