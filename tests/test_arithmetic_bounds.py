"""The rules of arithmetic at their bounds: the same day, the first and the last year, one too few, one too many.

All claims are about firms of their own, so one set of tables holds them all and is analysed once.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from helpers.accepted_tables import CLAIM, accepted_tables
from helpers.invented_tables import SCHEME, Tables, add_codes, add_editions
from helpers.small_tables import write_tables

from kg.analysis import analyse
from kg.records import read_schema

ROOT = Path(__file__).resolve().parents[1]
GRADES = ("first", "second", "third", "improve", "needs-improvement")
HELD = dict.fromkeys(range(2003, 2021), "second")  # every edition since the grade exists is known


@dataclass
class Expected:
    """What a check of the claim whose path holds ``claim`` must say."""

    claim: str
    rule: str
    verdict: str
    texts: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    parents: int | None = None


@dataclass
class Trial:
    """Tables that are filled, with what is expected of each claim by a name, and of the derived ratings."""

    tables: Tables = field(default_factory=Tables)
    expected: dict[str, Expected] = field(default_factory=dict)
    derived: dict[str, str] = field(default_factory=dict)

    def rated(self, years: dict[int, str], **more: str) -> str:
        firm = self.tables.firm(**more)
        for year, grade in years.items():
            self.tables.rate(firm, year, grade)
        return firm

    def streak(
        self,
        name: str,
        verdict: str,
        years: dict[int, str],
        count: object,
        *texts: str,
        kind: str = "consecutive",
        absent: tuple[str, ...] = (),
        published: str = "2021-06-01",
        derived: tuple[int, ...] = (),
        **more: object,
    ) -> str:
        firm = self.rated(years)
        self.tables.streak(firm, kind, count, source=self.tables.source(published=published), **more)
        rule = {"consecutive": "streak-years", "total": "count-years", "several": "several-years"}[kind]
        self.expected[name] = Expected(f"streak.{SCHEME}.{firm}.", rule, verdict, texts, absent)
        self.derived |= {f"{year} {firm}": "first" for year in derived}
        return firm

    def announce(self, year: int, measure: str, count: int, grade: str = "", origin: str = "") -> str:
        source = self.tables.source(**({"origin": origin} if origin else {}))
        self.tables.add(
            "rating_totals",
            scheme=SCHEME,
            year=year,
            measure=measure,
            grade=grade,
            count=count,
            source=source,
            stance="announcement",
        )
        return source


def _streaks(t: Trial) -> None:
    firsts = dict.fromkeys((2010, 2011, 2012), "first")
    longer, unfit = "so the run is longer", "do not match"
    end = {"to_year": 2012}
    t.streak("all held", "supported", firsts, 3, absent=(longer, "Unknown"), **end)
    t.streak("one of one", "supported", {2012: "first"}, 1, absent=(longer,), **end)
    t.streak("first unknown", "undecidable", {2011: "first", 2012: "first"}, 3, "2010", derived=(2010,), **end)
    t.streak("last unknown", "undecidable", {2010: "first", 2011: "first"}, 3, derived=(2012,), **end)
    t.streak("first other", "refuted", firsts | {2010: "second"}, 3, **end)
    t.streak("last other", "refuted", firsts | {2012: "second"}, 3, **end)
    t.streak("before other", "supported", firsts | {2009: "second"}, 3, absent=(longer,), **end)
    t.streak("before held", "supported", firsts | {2009: "first"}, 3, longer, "2009", **end)
    t.streak("after other", "supported", firsts | {2013: "second"}, 3, **end)
    t.streak("years fit", "supported", firsts, 3, absent=(unfit,), from_year=2010, **end)
    t.streak("from too early", "undecidable", firsts | {2009: "first"}, 3, unfit, from_year=2009, **end)
    t.streak("from alone", "supported", firsts, 3, from_year=2010)
    t.streak("outside the data", "undecidable", firsts, 13, "Editions not in the data: 1", **end)
    t.streak("to the first edition", "undecidable", firsts, 12, absent=("not in the data",), **end)
    lowest = dict.fromkeys((2011, 2012), "needs-improvement")
    t.streak("lowest", "refuted", lowest, 2, "the lowest grade of its edition", **end)
    t.streak("not the lowest", "refuted", lowest | {2011: "improve"}, 2, absent=("the lowest grade",), **end)
    # the edition of 2012 is announced on 2013-05-01
    days = {"the same day": ("2013-05-01", "2011–2012"), "the day before": ("2013-04-30", "2010–2011")}
    for name, (day, years) in days.items():
        t.streak(name, "supported", firsts, 2, years, "No year is printed", published=day)
    t.streak(
        "before every edition",
        "undecidable",
        firsts,
        2,
        "The last year is not known",
        published="2002-04-30",
    )
    firm = t.streak("corrected", "refuted", {2011: "first"}, 2, "as announced, which was corrected later", **end)
    t.tables.rate(firm, 2012, "first")
    t.tables.rate(firm, 2012, "second", stance="correction")
    firm = t.streak("corrected, and not announced", "refuted", {2011: "second"}, 2, absent=("as announced",), **end)
    t.tables.rate(firm, 2012, "first")
    t.tables.rate(firm, 2012, "second", stance="correction")
    t.streak(
        "highest before the grade",
        "supported",
        {2002: "second", 2003: "first"},
        2,
        "Checked as the highest grade",
        to_year=2003,
    )
    t.streak("grade exists", "supported", {2003: "first"}, 1, absent=("highest grade",), to_year=2003)


def _counts(t: Trial) -> None:
    known = {2010: "first", 2011: "second", 2012: "first"}
    gap = {2010: "first", 2011: "second"}
    span = {"kind": "total", "from_year": 2010, "to_year": 2012}
    for count, verdict in ((1, "refuted"), (2, "supported"), (3, "refuted")):
        t.streak(f"known, {count}", verdict, known, count, **span)
    for count, verdict in ((1, "undecidable"), (2, "undecidable"), (3, "refuted")):
        t.streak(f"one unknown, {count}", verdict, gap, count, **span)
    t.streak("more than told", "refuted", known, 1, absent=("earlier than the data",), **span)
    full = dict.fromkeys(range(2001, 2013), "third") | {2012: "first"}
    more = {"kind": "total", "to_year": 2012}
    t.streak("since the first edition", "refuted", full, 2, from_year=2001, absent=("earlier than the data",), **more)
    t.streak("since before it", "undecidable", full, 2, "earlier than the data", from_year=2000, **more)
    t.streak("since the grade exists", "refuted", HELD | {2012: "first"}, 2, **more)
    t.streak("since the grade exists, right", "supported", HELD | {2012: "first"}, 1, **more)
    t.streak("as highest grade", "undecidable", full, 2, "earlier than the data", grade_meaning="highest-grade", **more)
    several = {"kind": "several", "to_year": 2012}
    t.streak("several: two", "supported", {2011: "first", 2012: "first"}, "", **several)
    t.streak("several: one", "refuted", HELD | {2012: "first"}, "", **several)
    t.streak(
        "several: one and one unknown",
        "undecidable",
        {k: v for k, v in HELD.items() if k != 2010} | {2012: "first"},
        "",
        **several,
    )


def _first_times(t: Trial) -> None:
    for name, years, verdict in (
        ("never before", {}, "supported"),
        ("the year before", {2011: "first"}, "refuted"),
        ("the first edition", {2003: "first"}, "refuted"),
        ("later only", {2013: "first"}, "supported"),
    ):
        firm = t.rated({year: grade for year, grade in (HELD | years).items() if year != 2012})
        t.tables.rate(firm, 2012, "first", note="first-time")
        t.expected[f"first time: {name}"] = Expected(f"rating.{SCHEME}.2012.{firm}", "first-time", verdict)
    firm = t.rated({year: grade for year, grade in HELD.items() if year not in (2003, 2012)})
    t.tables.rate(firm, 2012, "first", note="first-time")
    t.expected["first time: first edition unknown"] = Expected(
        f"rating.{SCHEME}.2012.{firm}", "first-time", "undecidable"
    )


def _repeated(t: Trial) -> None:
    """A grade repeated by a later text."""
    for name, others, verdict, text in (
        ("alone", (), "undecidable", "No other origin gives a grade for this year."),
        ("same origin", (("first", "report", "trial-same"),), "undecidable", "Origins that give this grade: 1."),
        ("another origin", (("first", "report", "trial-else"),), "supported", "Origins that give this grade: 2."),
        ("announced otherwise", (("second", "announcement", "trial-else"),), "refuted", "Accepted grade: second."),
        (
            "corrected later",
            (("first", "announcement", "trial-else"), ("second", "correction", "trial-third")),
            "refuted",
            "as announced, which was corrected later",
        ),
    ):
        firm = t.tables.firm()
        source = t.tables.source(origin="trial-same")
        t.tables.rate(firm, 2012, "first", source, stance="report")
        for grade, stance, origin in others:
            t.tables.rate(firm, 2012, grade, t.tables.source(origin=origin), stance=stance)
        t.expected[f"repeated: {name}"] = Expected(
            f"{source}/rating.{SCHEME}.2012.{firm}", "rating-again", verdict, (text,)
        )


def _sums(t: Trial) -> None:
    """The announced numbers of all grades are 1, 2, 3, 4 and 5: 15."""
    for year, assessed, deferred, verdict in (
        (2004, 15, None, "supported"),
        (2005, 14, None, "refuted"),
        (2006, 16, None, "undecidable"),
        (2007, 17, 2, "supported"),
        (2008, 16, 2, "undecidable"),
        (2009, 15, 2, "supported"),
        (2010, 14, 2, "refuted"),
    ):
        for place, grade in enumerate(GRADES, 1):
            t.announce(year, "grade-count", place, grade)
        if deferred is not None:
            t.announce(year, "deferred", deferred)
        source = t.announce(year, "assessed", assessed)
        t.expected[f"sum {year}"] = Expected(f"{source}/total.{SCHEME}.{year}.", "sum-of-grades", verdict)
    for year, missing, verdict in ((2002, "first", "supported"), (2003, "first", "undecidable")):
        for place, grade in enumerate(GRADES, 1):
            if grade != missing:
                t.announce(year, "grade-count", place, grade)
        source = t.announce(year, "assessed", 14)
        t.expected[f"sum {year}"] = Expected(f"{source}/total.{SCHEME}.{year}.", "sum-of-grades", verdict)


def _most(t: Trial) -> None:
    """The edition of 2019 is announced on 2020-05-01; a rival has the grade three times, the last time in 2019.

    Firms of other tests have no kind, so that more than two times remains possible for them.
    """
    group = {"kind": "mid-size-company"}
    times = {2010: "first", 2011: "first"}
    for name, day, value, verdict in (
        ("the same day", "2020-05-01", 2, "refuted"),
        ("the day before", "2020-04-30", 2, "undecidable"),
        ("one less than its own", "2020-04-30", 1, "refuted"),
        ("one more than its own", "2020-04-30", 3, "refuted"),
    ):
        firm = t.rated(HELD | times)
        source = t.tables.source(published=day)
        t.tables.add("organisation_kinds", organisation=firm, source=t.tables.source(), stance="report", **group)
        t.tables.add(
            "superlatives",
            scheme=SCHEME,
            organisation=firm,
            grade="first",
            measure="most-times",
            group="mid-size-company",
            value=value,
            source=source,
            stance="report",
        )
        t.expected[f"most: {name}"] = Expected(f"{source}/superlative.", "most-times", verdict)
    # the edition of 2004 is the second since the grade exists: nobody can have the grade more than twice by then
    for name, day, value, verdict in (
        ("nobody can have more", "2005-05-01", 2, "supported"),
        ("somebody may have more", "2006-05-01", 2, "undecidable"),
    ):
        firm = t.rated(HELD | dict.fromkeys((2003, 2004), "first"))
        source = t.tables.source(published=day)
        t.tables.add(
            "superlatives",
            scheme=SCHEME,
            organisation=firm,
            grade="first",
            measure="most-times",
            value=value,
            source=source,
            stance="report",
        )
        t.expected[f"most: {name}"] = Expected(f"{source}/superlative.", "most-times", verdict)
    rival = t.rated(HELD | times | {2019: "first"})
    group |= {"as_of": "2019/2020"}
    t.tables.add("organisation_kinds", organisation=rival, source=t.tables.source(), stance="report", **group)


def _agendas(t: Trial) -> None:
    for name, items, verdict in (
        ("whole", [("10:00", "10:15", 15), ("10:15", "10:30", 15)], "supported"),
        ("a gap of a minute", [("10:00", "10:14", 14), ("10:15", "10:30", 15)], "undecidable"),
        ("an overlap of a minute", [("10:00", "10:16", 16), ("10:15", "10:29", 14)], "refuted"),
        ("a minute too early", [("09:59", "10:29", 30)], "refuted"),
        ("a minute too late", [("10:01", "10:31", 30)], "refuted"),
        ("a minute too long", [("10:00", "10:30", 31)], "refuted"),
        ("no minutes", [("10:00", "10:15", 15), ("10:15", "10:30", "")], "undecidable"),
    ):
        event, source = f"trial-{name.replace(' ', '-')}", t.tables.source()
        day = "2020-01-01T{}:00+09:00"
        t.tables.add(
            "events",
            event=event,
            name="행사",
            start=day.format("10:00"),
            end=day.format("10:30"),
            source=source,
            stance="plan",
        )
        for place, (start, end, minutes) in enumerate(items, 1):
            t.tables.add(
                "event_agenda",
                event=event,
                position=place,
                name="발표",
                start=day.format(start),
                end=day.format(end),
                minutes=minutes,
                source=source,
                stance="plan",
            )
        t.expected[f"agenda: {name}"] = Expected(f"{source}/event.{event}", "agenda-minutes", verdict)


def _rounds(t: Trial) -> None:
    rounds = [("win-win-honors", 1, 5), ("win-win-honors", 2, 3), ("voluntary-win-win-firm", 2, 6)]
    for award, number, announced in rounds:
        t.tables.add(
            "rounds",
            round=f"trial-{award}-{number}",
            programme=award,
            year=2020,
            ordinal=number,
            held=f"2020-0{number}-10",
            name_ko="회",
            name_en="Round",
        )
        source = t.tables.source()
        t.tables.add(
            "award_totals",
            award=award,
            round=f"trial-{award}-{number}",
            measure="in-round",
            count=announced,
            source=source,
            stance="announcement",
        )
    for name, award, day, count, verdict in (
        ("the same day", "win-win-honors", "2020-02-10", 8, "supported"),
        ("the day before", "win-win-honors", "2020-02-09", 5, "supported"),
        ("one less", "win-win-honors", "2020-02-11", 7, "refuted"),
        ("one more", "win-win-honors", "2020-02-12", 9, "refuted"),
        ("no first round", "voluntary-win-win-firm", "2020-02-10", 6, "undecidable"),
        ("no first round, and one more", "voluntary-win-win-firm", "2020-02-11", 7, "undecidable"),
        ("no first round, and one less", "voluntary-win-win-firm", "2020-02-12", 5, "refuted"),
    ):
        source = t.tables.source()
        t.tables.add(
            "award_totals",
            award=award,
            measure="cumulative",
            as_of=day,
            count=count,
            source=source,
            stance="announcement",
        )
        t.expected[f"so far: {name}"] = Expected(f"{source}/award-total.", "rounds-so-far", verdict)


def _lists(t: Trial) -> None:
    """Three names, of which one is a unit of another: two or three entries."""
    for year, count, verdict in (
        (2013, 1, "refuted"),
        (2014, 2, "supported"),
        (2015, 3, "supported"),
        (2016, 4, "undecidable"),
    ):
        origin = f"trial-list-{year}"
        firm = t.tables.firm()
        for name in (firm, t.tables.firm(part_of=firm), t.tables.firm()):
            t.tables.rate(name, year, "third", t.tables.source(origin=origin))
        source = t.announce(year, "grade-count", count, "third", origin)
        t.expected[f"list {year}"] = Expected(
            f"{source}/total.{SCHEME}.{year}.", "list-against-total", verdict, parents=3
        )


@pytest.fixture(scope="module")
def trial() -> Trial:
    found = Trial()
    for fill in (_streaks, _counts, _first_times, _repeated, _sums, _most, _agendas, _rounds, _lists):
        fill(found)
    add_editions(found.tables)
    return found


@pytest.fixture(scope="module")
def analysed(trial: Trial, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[tuple[str, ...]], dict[str, str]]:
    """Claim, rule, verdict and both explanations of every check; the derived ratings by year and organisation."""
    folder = write_tables(tmp_path_factory.mktemp("bounds") / "data", trial.tables.rows)
    shutil.copytree(ROOT / "data" / "codelists", folder / "codelists")
    add_codes(folder / "codelists")
    with accepted_tables(folder) as connection:
        analyse(connection, read_schema())
        checks = connection.execute(
            "SELECT claim, rule, verdict, explanation_ko, explanation_en,"
            ' (SELECT count(*) FROM analysis.check_parents p WHERE p."check" = c."check")'
            ' FROM analysis.checks c JOIN analysis.check_claims USING ("check")'
        ).fetchall()
        derived = connection.execute("SELECT year || ' ' || org, grade FROM analysis.derived_ratings").fetchall()
    return [(claim.removeprefix(CLAIM) + ".", *rest) for claim, *rest in checks], dict(derived)


def test_each_claim_at_a_bound_gets_its_verdict_and_reason(
    trial: Trial, analysed: tuple[list[tuple[str, ...]], dict[str, str]]
) -> None:
    faults = []
    for name, wanted in trial.expected.items():
        found = {row[2:] for row in analysed[0] if wanted.claim in row[0] and row[1] == wanted.rule}
        if len(found) != 1:
            faults.append(f"{name}: {len(found)} checks")
            continue
        ((verdict, ko, en, parents),) = found
        missing = [text for text in wanted.texts if text not in en] + [text for text in wanted.absent if text in en]
        if wanted.parents not in (None, parents):
            missing.append(f"{parents} parents")
        if verdict != wanted.verdict or missing or not ko:
            faults.append(f"{name}: {verdict}, not {wanted.verdict}; {missing}; {en}")
    assert len(trial.expected) > 70
    assert not faults, "\n".join(faults)


def test_only_unknown_years_of_a_streak_with_a_stated_end_are_derived(
    trial: Trial, analysed: tuple[list[tuple[str, ...]], dict[str, str]]
) -> None:
    of_streaks = {name: grade for name, grade in analysed[1].items() if name in trial.derived}
    assert of_streaks == trial.derived


PHRASES = {  # what is stated in English is stated in Korean, and nothing else
    "so the run is longer": "실제 연속 기간은 더 김",
    "do not match": "서로 맞지 않음",
    "The last year is not known": "어느 해까지인지 알 수 없음",
    "Checked as the highest grade": "최고 등급이라는 뜻으로 확인함",
    "which was corrected later": "나중에 정정됨",
    "the lowest grade of its edition": "가장 낮은 등급이었음",
    "earlier than the data": "자료에 없는 이전 회차",
    "No year is printed": "끝나는 해가 적혀 있지 않아",
    "Editions not in the data": "자료에 없는 회차:",
    "No other origin gives a grade": "밝힌 다른 계통이 없음",
    "The list is not complete": "명단이 완전하지 않음",
    "counted once": "하나로 셈",
    "Items overlap": "순서가 겹침",
    "There is a gap": "빈 시간이 있음",
    "outside the hours": "행사 시간을 벗어난",
}


def test_both_languages_give_the_same_reasons(analysed: tuple[list[tuple[str, ...]], dict[str, str]]) -> None:
    faults = [
        f"{claim}: {en} / {ko}"
        for claim, _, _, ko, en, *_ in analysed[0]
        for english, korean in PHRASES.items()
        if (english in en) != (korean in ko)
    ]
    assert not faults, "\n".join(faults)
    texts = " ".join(row[4] for row in analysed[0])
    assert [english for english in PHRASES if english not in texts] == []
