"""The rules of arithmetic on small tables, where the answer is plain."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.accepted_tables import Verdicts, accepted_tables, verdicts
from helpers.invented_tables import SCHEME, Tables, add_codes, add_editions
from helpers.small_tables import write_tables

from kg.analysis import analyse
from kg.records import read_schema

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def checked(tmp_path: Path) -> Callable[[Tables], Verdicts]:
    """Build the tables that a test filled and return the verdicts; derived ratings stay in ``checked.derived``."""

    def run(tables: Tables) -> Verdicts:
        add_editions(tables)
        folder = write_tables(tmp_path / "data", tables.rows)
        shutil.copytree(ROOT / "data" / "codelists", folder / "codelists")
        add_codes(folder / "codelists")
        with accepted_tables(folder) as connection:
            analyse(connection, read_schema())
            run.derived = dict(
                connection.execute("SELECT year || ' ' || org, grade FROM analysis.derived_ratings").fetchall()
            )  # type: ignore[attr-defined]
            return {
                key.split(".", 1)[0].split("/")[1] + " " + key.split(" ")[1]: value
                for key, value in verdicts(connection).items()
            }

    return run


def _rated(tables: Tables, years: dict[int, str], firm: str | None = None) -> str:
    firm = firm or tables.firm()
    for year, grade in years.items():
        tables.rate(firm, year, grade)
    return firm


def test_a_streak_over_another_grade_is_refuted_and_derives_nothing(checked: Callable[[Tables], Verdicts]) -> None:
    tables = Tables()
    tables.streak(_rated(tables, {2010: "first", 2012: "second"}), "consecutive", 3, to_year=2012)
    assert checked(tables)["streak streak-years"][0] == "refuted"
    assert checked.derived == {}  # type: ignore[attr-defined]


def test_a_streak_with_a_year_that_nobody_rates_is_undecidable_and_gives_that_year(
    checked: Callable[[Tables], Verdicts],
) -> None:
    tables = Tables()
    firm = _rated(tables, {2010: "first", 2012: "first"})
    tables.streak(firm, "consecutive", 3, to_year=2012)
    assert checked(tables)["streak streak-years"][0] == "undecidable"
    assert checked.derived == {f"2011 {firm}": "first"}  # type: ignore[attr-defined]


def test_a_streak_without_years_takes_its_end_from_another_source(checked: Callable[[Tables], Verdicts]) -> None:
    tables = Tables()
    firm = _rated(tables, {2019: "first"})
    tables.streak(firm, "consecutive", 2, source=tables.source(published="2021-06-01"))
    assert "마지막 회차까지로 봄" in checked(tables)["streak streak-years"][1]
    assert checked.derived == {}  # type: ignore[attr-defined]  # the day of the source alone is a guess


def test_the_same_streak_with_its_year_elsewhere_gives_the_years(checked: Callable[[Tables], Verdicts]) -> None:
    tables = Tables()
    firm = _rated(tables, {2019: "first"})
    tables.streak(firm, "consecutive", 2, source=tables.source(published="2021-06-01"))
    tables.streak(firm, "consecutive", 2, to_year=2020)
    checked(tables)
    assert checked.derived == {f"2020 {firm}": "first"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kind", "verdict"), [("rename", "supported"), ("split", "undecidable"), ("merger", "undecidable")]
)
def test_a_history_follows_renames_only(checked: Callable[[Tables], Verdicts], kind: str, verdict: str) -> None:
    tables = Tables()
    before = _rated(tables, {2010: "first"})
    after = _rated(tables, {2011: "first", 2012: "first"})
    tables.add(
        "organisation_changes",
        change="c",
        kind=kind,
        before=before,
        after=after,
        date="2011",
        judgement="same",
        source=tables.source(),
        stance="report",
    )
    tables.streak(after, "consecutive", 3, to_year=2012)
    assert checked(tables)["streak streak-years"][0] == verdict
    assert checked.derived == {}  # type: ignore[attr-defined]  # the year is rated, if under the former name


def test_years_before_the_grade_are_read_as_highest_grade(checked: Callable[[Tables], Verdicts]) -> None:
    tables = Tables()
    firm = _rated(tables, {2001: "second", 2002: "second", 2003: "first"})
    tables.streak(firm, "consecutive", 3, to_year=2003, grade_meaning="highest-grade")
    verdict, _, en = checked(tables)["streak streak-years"]
    assert verdict == "supported" and "Checked as the highest grade" in en and "2001, 2002" in en


@pytest.mark.parametrize(("count", "verdict"), [(1, "refuted"), (2, "supported"), (3, "refuted")])
def test_a_count_has_to_be_the_very_number_where_every_edition_is_known(
    checked: Callable[[Tables], Verdicts], count: int, verdict: str
) -> None:
    tables = Tables()
    firm = _rated(tables, {2010: "first", 2011: "second", 2012: "first"})
    tables.streak(firm, "total", count, from_year=2010, to_year=2012)
    assert checked(tables)["streak count-years"][0] == verdict


@pytest.mark.parametrize(
    ("grades", "verdict"),
    [
        (dict.fromkeys(range(2003, 2012), "second"), "supported"),
        ({2005: "first"}, "refuted"),
        ({2010: "second"}, "undecidable"),
    ],
)
def test_a_first_time_looks_at_every_edition_since_the_grade_exists(
    checked: Callable[[Tables], Verdicts], grades: dict[int, str], verdict: str
) -> None:
    tables = Tables()
    firm = _rated(tables, grades)
    tables.rate(firm, 2012, "first", note="first-time")
    assert checked(tables)["rating first-time"][0] == verdict


@pytest.mark.parametrize(("count", "verdict"), [(1, "refuted"), (2, "supported"), (3, "undecidable")])
def test_a_list_counts_as_complete_only_at_the_announced_number(
    checked: Callable[[Tables], Verdicts], count: int, verdict: str
) -> None:
    tables = Tables()
    for _ in range(2):
        tables.rate(tables.firm(), 2010, "first", tables.source(origin="o"))
    tables.add(
        "rating_totals",
        scheme=SCHEME,
        year=2010,
        measure="grade-count",
        grade="first",
        count=count,
        source=tables.source(origin="o"),
        stance="announcement",
    )
    assert checked(tables)["total list-against-total"][0] == verdict


def test_absence_from_a_complete_list_excludes_the_grade_unless_a_unit_is_listed(
    checked: Callable[[Tables], Verdicts],
) -> None:
    tables = Tables()
    firm = _rated(tables, {2011: "first"})
    tables.rate(tables.firm(part_of=firm), 2010, "first", tables.source(origin="o"))
    tables.add(
        "rating_totals",
        scheme=SCHEME,
        year=2010,
        measure="grade-count",
        grade="first",
        count=1,
        source=tables.source(origin="o"),
        stance="announcement",
    )
    tables.streak(firm, "consecutive", 2, to_year=2011)
    assert checked(tables)["streak streak-years"][0] == "undecidable"


def test_a_stranger_to_a_complete_list_refutes_a_streak(checked: Callable[[Tables], Verdicts]) -> None:
    tables = Tables()
    tables.rate(tables.firm(), 2010, "first", tables.source(origin="o"))
    tables.add(
        "rating_totals",
        scheme=SCHEME,
        year=2010,
        measure="grade-count",
        grade="first",
        count=1,
        source=tables.source(origin="o"),
        stance="announcement",
    )
    tables.streak(_rated(tables, {2011: "first"}), "consecutive", 2, to_year=2011)
    assert checked(tables)["streak streak-years"][0] == "refuted"


@pytest.mark.parametrize(("count", "verdict"), [(8, "supported"), (9, "refuted"), (7, "refuted")])
def test_rounds_add_up_to_the_number_so_far(checked: Callable[[Tables], Verdicts], count: int, verdict: str) -> None:
    tables = Tables()
    for number, announced in ((1, 5), (2, 3), (3, 4)):
        tables.add(
            "rounds",
            round=f"r{number}",
            programme="win-win-honors",
            year=2020,
            ordinal=number,
            held=f"2020-0{number}-10",
            name_ko="회",
            name_en="Round",
        )
        tables.add(
            "award_totals",
            award="win-win-honors",
            round=f"r{number}",
            measure="in-round",
            count=announced,
            source=tables.source(),
            stance="announcement",
        )
    tables.firm()
    tables.add(
        "award_totals",
        award="win-win-honors",
        measure="cumulative",
        as_of="2020-02-28",
        count=count,
        source=tables.source(),
        stance="announcement",
    )
    assert checked(tables)["award-total rounds-so-far"][0] == verdict


@pytest.mark.parametrize(
    ("minutes", "end", "item", "verdict"),
    [
        (30, "10:30", "supported", "supported"),
        (40, "10:30", "refuted", "refuted"),
        (20, "10:20", "supported", "undecidable"),
    ],
)
def test_agenda_minutes_against_the_length_of_the_event(
    checked: Callable[[Tables], Verdicts], minutes: int, end: str, item: str, verdict: str
) -> None:
    tables = Tables()
    tables.firm()
    source = tables.source()
    tables.add(
        "events",
        event="e",
        name="행사",
        start="2020-01-01T10:00:00+09:00",
        end="2020-01-01T10:30:00+09:00",
        source=source,
        stance="plan",
    )
    tables.add(
        "event_agenda",
        event="e",
        position=1,
        name="발표",
        start="2020-01-01T10:00:00+09:00",
        end=f"2020-01-01T{end}:00+09:00",
        minutes=minutes,
        source=source,
        stance="plan",
    )
    found = checked(tables)
    assert (found["agenda agenda-item-minutes"][0], found["event agenda-minutes"][0]) == (item, verdict)


@pytest.mark.parametrize(
    ("other_kind", "times", "verdict"),
    [
        ("mid-size-company", 3, "refuted"),
        ("large-company", 3, "supported"),
        ("", 3, "undecidable"),
        ("", 2, "supported"),
    ],
)
def test_most_times_needs_the_kind_of_everyone_with_more(
    checked: Callable[[Tables], Verdicts], other_kind: str, times: int, verdict: str
) -> None:
    tables = Tables()
    known = dict.fromkeys(range(2003, 2021), "second")
    firm = _rated(tables, known | {2010: "first", 2011: "first"})
    other = _rated(tables, known | dict.fromkeys(range(2010, 2010 + times), "first"))
    tables.add(
        "organisation_kinds", organisation=firm, kind="mid-size-company", source=tables.source(), stance="report"
    )
    if other_kind:
        tables.add("organisation_kinds", organisation=other, kind=other_kind, source=tables.source(), stance="report")
    tables.add(
        "superlatives",
        scheme=SCHEME,
        organisation=firm,
        grade="first",
        measure="most-times",
        group="mid-size-company",
        value=2,
        source=tables.source(published="2021-06-01"),
        stance="report",
    )
    assert checked(tables)["superlative most-times"][0] == verdict


def test_nothing_is_checked_where_nothing_is_claimed(tmp_path: Path) -> None:
    with accepted_tables(write_tables(tmp_path / "data")) as connection:
        analyse(connection, read_schema())
        assert connection.execute("SELECT count(*) FROM analysis.checks WHERE rule <> 'rating-again'").fetchone() == (
            0,
        )
