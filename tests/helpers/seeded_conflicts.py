"""Disagreements of each type to plant into a copy of the tables; each says which conflict it should make."""

from __future__ import annotations

from helpers.invented_tables import SCHEME, YEARS, Tables

IN_WON = {"measure": "win-win-payment", "unit": "KRW"}


def value(t: Tables, i: int) -> None:
    firm, year, start = t.firm(), t.year(), len(t.rows.get("sources", []))
    if i % 5 == 0:
        t.rate(firm, year, "first")
        t.rate(
            firm,
            year,
            t.chance.choice(["second", "third"]),
            stance=t.chance.choice(["correction", "retrospective", "announcement"]),
        )
        t.expect("value", f"rating.{SCHEME}.{year}.{firm}.grade")
    elif i % 5 == 1:
        t.streak(firm, "consecutive", 3, to_year=year)
        t.streak(firm, "consecutive", 4, to_year=year)
        t.expect("value", f"streak.{SCHEME}.{firm}.consecutive.{year}.count")
    elif i % 5 == 2:
        t.add(
            "rating_totals",
            scheme=SCHEME,
            year=YEARS[i],
            measure="assessed",
            count=50,
            source=t.source(),
            stance="announcement",
        )
        t.add(
            "rating_totals",
            scheme=SCHEME,
            year=YEARS[i],
            measure="assessed",
            count=51,
            source=t.source(),
            stance="announcement",
        )
        t.expect("value", f"total.{SCHEME}.{YEARS[i]}.assessed.-.count")
    elif i % 5 == 3:
        for day in ("2020-04-25", "2020-09-25"):
            t.add(
                "events",
                event=f"trial-event-{start}",
                name="시상식",
                start=day,
                source=t.source(),
                stance="announcement",
            )
        t.expect("value", f"event.trial-event-{start}.start")
    else:
        # nearly the same, and about 550 billion: the other figure cannot be rounded so
        amounts = ((531400000000, ""), (531700000000, "")) if i % 2 else ((550000000000, "true"), (531400000000, ""))
        for amount, about in amounts:
            pay(t, firm, year, amount, approximate=about, **IN_WON)
        t.expect("value", f"payment.{firm}.win-win-payment.year.{year}.value")


def count_against_streak(t: Tables, i: int) -> None:
    firm, year = t.firm(), t.year()
    thing = f"streak.{SCHEME}.{firm}"
    if i % 4 == 0:
        t.streak(firm, "total", 3, to_year=year)
        t.streak(firm, "consecutive", 5, to_year=year)
        t.expect("count-against-streak", f"{thing}.total.{year}.count.count-below-streak")
    elif i % 4 == 1:  # through a rename, and only in part inside the span of the count
        former = t.firm()
        t.add(
            "organisation_changes",
            change=f"rename-{firm}",
            kind="rename",
            before=former,
            after=firm,
            date=year - 3,
            judgement="same",
            source=t.source(),
            stance="report",
        )
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


def plan_against_report(t: Tables, i: int) -> None:
    name = f"trial-plan-{i}"
    planned, held = ("2020-05-01", "2020-05-08")
    if i % 2:
        t.add("events", event=name, name="간담회", start=planned, source=t.source(), stance="plan")
        t.add(
            "events",
            event=name,
            name="간담회",
            start=held,
            source=t.source(),
            stance=t.chance.choice(["report", "announcement"]),
        )
        t.expect("plan-against-report", f"event.{name}.start")
    else:
        t.add("events", event=name, name="간담회", start=planned, source=t.source(), stance="report")
        for minutes, stance in ((30, "plan"), (45, "report")):
            t.add(
                "event_agenda", event=name, position=1, name="발표", minutes=minutes, source=t.source(), stance=stance
            )
        t.expect("plan-against-report", f"agenda.{name}.1.minutes")


def total_against_list(t: Tables, i: int) -> None:
    listed(t, i, total=2, slug="total-against-list")


def listed(t: Tables, i: int, total: int, slug: str | None) -> None:
    """A list of three names, and a number announced with it; each in an edition or a round of its own."""
    origin = f"trial-origin-{t.serial}"
    if i % 2:
        grade = "third" if slug else "second"
        year = YEARS[i]
        for _ in range(3):
            t.rate(t.firm(), year, grade, t.source(origin=origin))
        t.add(
            "rating_totals",
            scheme=SCHEME,
            year=year,
            measure="grade-count",
            grade=grade,
            count=total,
            source=t.source(origin=origin),
            stance="announcement",
        )
        if slug:
            t.expect(slug, f"total.{SCHEME}.{year}.grade-count.{grade}.count")
        return
    name = f"trial-round-{t.serial}"
    t.add("rounds", round=name, programme="other", year=2020, name_ko="시험", name_en="Trial")
    for number in range(3):
        t.add("cases", case=f"{name}-{number}", programme="other", round=name, source=t.source(), stance="announcement")
        t.add(
            "case_participants",
            case=f"{name}-{number}",
            organisation=t.firm(),
            role="lead",
            source=t.source(),
            stance="announcement",
        )
        t.add(
            "case_participants",
            case=f"{name}-{number}",
            organisation=t.firm(),
            role="partner",
            source=t.source(),
            stance="announcement",
        )
    t.add(
        "award_totals",
        award="win-win-ball",
        round=name,
        measure="in-round",
        count=total,
        source=t.source(),
        stance="announcement",
    )
    if slug:
        t.expect(slug, f"award-total.win-win-ball.{name}.in-round.count")
    elif i % 4 == 0:  # two of the three are judged to be one
        t.add(
            "case_identity", one=f"{name}-0", other=f"{name}-1", judgement="same", reason="trial", decided="2026-11-25"
        )


def identity(t: Tables, i: int) -> None:
    doubtful(t, i, "unsure")


def doubtful(t: Tables, i: int, judgement: str) -> None:
    judged = {"judgement": judgement, "reason": "trial", "decided": "2026-11-25"}
    first_name, second_name = (f"trial-{judgement}-{i}-{part}" for part in "ab")
    if i % 4 == 0:
        for case in (first_name, second_name):
            t.add("cases", case=case, programme="other", source=t.source(), stance="announcement")
            t.add(
                "case_participants",
                case=case,
                organisation=t.firm(),
                role="lead",
                source=t.source(),
                stance="announcement",
            )
            t.add(
                "case_participants",
                case=case,
                organisation=t.firm(),
                role="partner",
                source=t.source(),
                stance="announcement",
            )
        t.add("case_identity", one=first_name, other=second_name, **judged)
        slug = f"case.{first_name}.{second_name}"
    elif i % 4 == 1:
        for event in (first_name, second_name):
            t.add("events", event=event, name="행사", start="2020-05-08", source=t.source(), stance="announcement")
        t.add("event_identity", one=first_name, other=second_name, **judged)
        slug = f"event.{first_name}.{second_name}"
    elif i % 4 == 2:
        first, second = t.firm(), t.firm()
        t.rate(first, 2010, "first")
        t.rate(second, 2012, "first")
        t.add("judgements", about="organisation", one=first, other=second, **judged)
        slug = f"org.{min(first, second)}.{max(first, second)}"
    else:
        firm = t.firm()
        t.add("names", name=first_name, organisation=firm, kind="short", mention=first_name, **judged)
        if judgement != "different":
            t.rate(first_name, 2010, "first")
        slug = f"name.{first_name}"
    if judgement == "unsure":
        t.expect("identity", slug)


def pay(t: Tables, firm: str, period: object, value: object, source: str | None = None, **more: str) -> None:
    t.add(
        "payments",
        **{
            "organisation": firm,
            "scope": "organisation",
            "measure": "win-win-payment-trickle-down",
            "modality": "given",
            "period_kind": "year",
            "period": period,
            "value": value,
            "unit": "percent",
            "source": source or t.source(),
            "stance": "announcement",
        }
        | more,
    )


def definition(t: Tables, i: int) -> None:
    firm, year, value = t.firm(), t.year(), f"{t.chance.randint(2, 9)}.{t.chance.randint(1, 9)}"
    pay(t, firm, year - 1, value)
    pay(t, firm, year, value)
    if i % 2:
        pay(t, firm, year, value)
    t.expect("definition", f"payment.{firm}.win-win-payment-trickle-down.year.{year - 1}.period.{value}-percent")


def kind(t: Tables, i: int) -> None:
    firm = t.firm()
    for name in t.chance.sample(["large-company", "mid-size-company", "sme", "start-up"][:3], 2):
        t.add("organisation_kinds", organisation=firm, kind=name, source=t.source(), stance="report")
    t.expect("kind", f"kind.{firm}.2021.kind")
