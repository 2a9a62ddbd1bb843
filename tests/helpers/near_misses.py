"""What only looks like a disagreement, of each type: none of it may be reported."""

from __future__ import annotations

from helpers.invented_tables import SCHEME, YEARS, Tables
from helpers.seeded_conflicts import IN_WON, doubtful, listed, pay


def no_value(t: Tables, i: int) -> None:
    firm, year, number = t.firm(), t.year(), len(t.rows.get("sources", []))
    if i % 6 == 0:  # two spellings of the lowest grade
        t.rate(firm, year, "improve")
        t.rate(firm, year, "needs-improvement")
    elif i % 6 == 1:  # a blank first year beside a stated one
        t.streak(firm, "consecutive", 3, to_year=year)
        t.streak(firm, "consecutive", 3, from_year=year - 2, to_year=year)
    elif i % 6 == 2:  # totals of different months
        for month, amount in (("01", 700), ("02", 900)):
            pay(t, firm, f"../{year}-{month}", amount, period_kind="cumulative", **IN_WON)
    elif i % 6 == 3:  # a month and the day in it
        for day in ("2020-04", "2020-04-25"):
            t.add(
                "events",
                event=f"trial-event-{number}",
                name="시상식",
                start=day,
                source=t.source(),
                stance="announcement",
            )
    elif i % 6 == 4:  # about 530 billion, and the figure that may be rounded so
        for amount, about in ((530000000000, "true"), (531400000000, "")):
            pay(t, firm, year, amount, approximate=about, **IN_WON)
    else:  # a unit and its firm
        unit = t.firm(part_of=firm)
        t.rate(firm, year, "second")
        t.rate(unit, year, "first")


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
        t.add(
            "organisation_changes",
            change=f"merger-{firm}",
            kind="merger",
            before=former,
            after=firm,
            date=year,
            judgement="same",
            source=t.source(),
            stance="report",
        )
        t.streak(firm, "total", 1, to_year=year)
        t.streak(former, "consecutive", 4, to_year=year - 1)
    else:  # the year before the streak has another grade
        t.streak(firm, "consecutive", 3, to_year=year)
        t.rate(firm, year - 3, "second")


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


def no_plan_against_report(t: Tables, i: int) -> None:
    name = f"trial-plan-near-{i}"
    planned = "2020-05" if i % 2 else "2020-05-08"
    t.add("events", event=name, name="간담회", start=planned, source=t.source(), stance="plan")
    t.add("events", event=name, name="간담회", start="2020-05-08", source=t.source(), stance="report")


def no_total_against_list(t: Tables, i: int) -> None:
    if i % 4 == 0:
        return listed(t, i, total=2, slug=None)
    if i % 4 == 1:  # a firm beside its own unit counts once
        origin, firm, year = f"trial-origin-{t.serial}", t.firm(), YEARS[i]
        for name in (firm, t.firm(part_of=firm)):
            t.rate(name, year, "second", t.source(origin=origin))
        return t.add(
            "rating_totals",
            scheme=SCHEME,
            year=year,
            measure="grade-count",
            grade="second",
            count=1,
            source=t.source(origin=origin),
            stance="announcement",
        )
    return listed(t, i, total=t.chance.choice([3, 8]), slug=None)


def no_identity(t: Tables, i: int) -> None:
    if i % 5 == 4:  # a unit and its firm are two, whatever a judge was unsure of
        firm = t.firm()
        unit = t.firm(part_of=firm)
        t.rate(firm, 2010, "second")
        t.rate(unit, 2012, "second")
        return t.add(
            "judgements",
            about="organisation",
            one=firm,
            other=unit,
            judgement="unsure",
            reason="trial",
            decided="2026-11-25",
        )
    if i % 5 == 3:  # no source mentions the second firm
        first, second = t.firm(), t.firm()
        t.rate(first, 2010, "first")
        return t.add(
            "judgements",
            about="organisation",
            one=first,
            other=second,
            judgement="unsure",
            reason="trial",
            decided="2026-11-25",
        )
    return doubtful(t, i, t.chance.choice(["different", "same"]) if i % 4 != 2 else "different")


def no_definition(t: Tables, i: int) -> None:
    firm, year = t.firm(), t.year()
    if i % 4 == 0:  # one source says it of both years
        source = t.source()
        pay(t, firm, year - 1, "7.4", source)
        pay(t, firm, year, "7.4", source)
    elif i % 4 == 1:  # two measures
        pay(t, firm, year - 1, "7.4")
        pay(t, firm, year, "7.4", measure="win-win-payment-share")
    elif i % 4 == 2:  # a sum so far, told again later
        for month in ("05", "06"):
            pay(t, firm, f"../{year}-{month}", 8255, period_kind="cumulative", unit="KRW", measure="win-win-payment")
    else:  # a round figure
        pay(t, firm, year - 1, 7)
        pay(t, firm, year, 7)


def no_kind(t: Tables, i: int) -> None:
    firm = t.firm()
    unit = t.firm(part_of=firm)
    for name, sources in ((firm, "large-company"), (firm, "large-company"), (unit, "sme")):
        t.add("organisation_kinds", organisation=name, kind=sources, source=t.source(), stance="report")
