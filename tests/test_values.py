"""Dates, names and SQL literals at their bounds; Python and SQL agree on every date."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.values import (
    FIRST_YEAR,
    LAST_YEAR,
    PARTIAL_DATE_PATTERN,
    PartialDate,
    fold,
    fold_case,
    nfc,
    nfd,
    printable,
    slug,
    sql_earliest,
    sql_latest,
    sql_name,
    sql_path,
    sql_slug,
    sql_text,
)

BOUNDS = {
    "2024": (date(2024, 1, 1), date(2024, 12, 31)),
    "0001": (date(1, 1, 1), date(1, 12, 31)),
    "9999": (date(9999, 1, 1), date(9999, 12, 31)),
    "2024-01": (date(2024, 1, 1), date(2024, 1, 31)),
    "2024-02": (date(2024, 2, 1), date(2024, 2, 29)),
    "2023-02": (date(2023, 2, 1), date(2023, 2, 28)),
    "1900-02": (date(1900, 2, 1), date(1900, 2, 28)),
    "2000-02": (date(2000, 2, 1), date(2000, 2, 29)),
    "2024-04": (date(2024, 4, 1), date(2024, 4, 30)),
    "2024-12": (date(2024, 12, 1), date(2024, 12, 31)),
    "2024-02-29": (date(2024, 2, 29), date(2024, 2, 29)),
    "2024-01-01": (date(2024, 1, 1), date(2024, 1, 1)),
    "2024-12-31": (date(2024, 12, 31), date(2024, 12, 31)),
    "2024-11-28T00:00": (date(2024, 11, 28), date(2024, 11, 28)),
    "2024-11-28T23:59": (date(2024, 11, 28), date(2024, 11, 28)),
    "2024-11-28T23:59:59+09:00": (date(2024, 11, 28), date(2024, 11, 28)),
    "2024-11-28T14:00Z": (date(2024, 11, 28), date(2024, 11, 28)),
    "2024/2024": (date(2024, 1, 1), date(2024, 12, 31)),
    "2024/2024-06": (date(2024, 1, 1), date(2024, 6, 30)),
    "2024-11-28/2024-11-28": (date(2024, 11, 28), date(2024, 11, 28)),
    "2015/2019-09": (date(2015, 1, 1), date(2019, 9, 30)),
    "2024-12/2024": (date(2024, 12, 1), date(2024, 12, 31)),
    "2024-12-31/2024": (date(2024, 12, 31), date(2024, 12, 31)),
    "../2024-10": (None, date(2024, 10, 31)),
    "2024-10/..": (date(2024, 10, 1), None),
    "../2024": (None, date(2024, 12, 31)),
    "2024/..": (date(2024, 1, 1), None),
}
WRONG = {
    "": "form",
    "24": "form",
    "2024-1": "form",
    "2024-1-1": "form",
    "2024-13": "no such month",
    "2024-00": "no such month",
    "2024-01-00": "day",
    "2024-01-32": "day",
    "2024-04-31": "day",
    "2023-02-29": "day",
    "1900-02-29": "day",
    "0000": "time",
    "0000-01-01": "time",
    "2024-01-01T24:00": "time",
    "2024-01-01T23:60": "time",
    "..": "start or an end",
    "../..": "start or an end",
    "2024/2023": "after",
    "2024-11-29/2024-11-28": "after",
    "2025/2024-12": "after",
    "2024-11-28T1:00": "form",
    "2024/": "form",
    "/2024": "form",
    "2024/2025/2026": "form",
    " 2024": "form",
    "2024 ": "form",
    "20245": "form",
    "2024-11-28T14:00+9": "form",
    "２０２４": "",
}


@pytest.mark.parametrize("text", BOUNDS)
def test_a_date_has_its_first_and_last_day(text: str) -> None:
    found = PartialDate.parse(text)
    assert (found.earliest, found.latest, found.text) == (*BOUNDS[text], text)


@pytest.mark.parametrize("text", [text for text in WRONG if WRONG[text]])
def test_a_malformed_date_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ValueError, match=WRONG[text]):
        PartialDate.parse(text)


def _in_sql(texts: list[str]) -> list[tuple[date | None, date | None, bool]]:
    with duckdb.connect() as connection:
        return connection.execute(
            f"SELECT {sql_earliest('d')}, {sql_latest('d')}, regexp_matches(d, {sql_text(PARTIAL_DATE_PATTERN)})"
            " FROM (SELECT unnest(?::VARCHAR[]) AS d)",
            [texts],
        ).fetchall()


def test_sql_gives_the_same_days() -> None:
    texts = [text for text in BOUNDS if text not in ("0001", "9999")]
    assert _in_sql(texts) == [(*BOUNDS[text], True) for text in texts]
    assert _in_sql(["2024-13", "2023-02-29", "2024-02-30", "2024-00", "..", ""]) == [
        (None, None, True),
        (None, None, True),
        (None, None, True),
        (None, None, True),
        (None, None, True),
        (None, None, False),
    ]


def test_the_pattern_of_dates_refuses_other_forms() -> None:
    wrong = [
        "24",
        "2024-1",
        "2024/",
        "/2024",
        "2024/2025/2026",
        " 2024",
        "2024 ",
        "20245",
        "2024-11-28T1:00",
        "２０２４",
    ]
    assert [found[2] for found in _in_sql(wrong)] == [False] * len(wrong)
    right = ["2024/..", "../2024", "2024-11-28T14:00", "2024-11-28T14:00:01Z", "2024-11-28T14:00-05:30/2025"]
    assert [found[2] for found in _in_sql(right)] == [True] * len(right)


@settings(deadline=None, max_examples=50)  # no test depends on the speed of a machine
@given(st.dates(date(1800, 1, 1), date(2100, 12, 31)), st.integers(0, 400))
def test_an_interval_lasts_from_its_first_day_to_its_last(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    found = PartialDate.parse(f"{start}/{end}")
    assert (found.earliest, found.latest) == (start, end)
    month = PartialDate.parse(f"{start:%Y-%m}")
    assert month.earliest == start.replace(day=1)
    assert month.latest == start.replace(day=calendar.monthrange(start.year, start.month)[1])
    with pytest.raises(ValueError, match="after"):
        PartialDate.parse(f"{end + timedelta(days=1)}/{start}")


def test_years_of_tables_have_bounds() -> None:
    assert (FIRST_YEAR, LAST_YEAR) == (1800, 2100)


def test_text_is_compared_in_nfc_with_single_blanks() -> None:
    assert nfc(nfd("한빛")) == "한빛" and len(nfd("서")) == 2 and len(nfd("설")) == 3
    assert fold("  LG\t \u3000전자\n") == "LG 전자" and fold(nfd("한빛")) == "한빛"
    assert fold("LG") != fold("lg") and fold_case(" LG  STRASSE") == fold_case("lg straße")
    assert fold_case("İ") == nfc("İ".casefold())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("annex 2 row 9", "annex-2-row-9"),
        ("-a-", "a"),
        ("a--b", "a--b".replace("--", "-")),
        ("A_z~0-9", "A_z~0-9"),
        ("표 1", "1"),
        ("", ""),
        ("...", ""),
        ("a.b/c", "a-b-c"),
        ("Zz09", "Zz09"),
    ],
)
def test_a_slug_is_the_same_in_python_and_in_sql(text: str, expected: str) -> None:
    assert slug(text) == expected
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT {sql_slug('t')} FROM (SELECT ? AS t)", [text]).fetchone() == (expected,)


@settings(deadline=None, max_examples=50)  # no test depends on the speed of a machine
@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00")))
def test_literals_and_names_of_sql_hold_any_text(text: str) -> None:
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT {sql_text(text)} AS {sql_name('x' + text)}")
        assert found.description[0][0] == "x" + text and found.fetchone() == (text,)


@pytest.mark.parametrize(
    "name", ["a*b", "a?b", "[ab]", "a'b", 'a"b', "a[", "{a,b}", "year=2024", "**", "한 글", "#;--"]
)
def test_a_path_in_sql_has_no_wildcards(name: str, tmp_path: Path) -> None:
    for folder in (name, "axb", "ab"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "t.csv").write_text(f"{folder}\n", encoding="utf-8")
    with duckdb.connect() as connection:
        path = sql_path(tmp_path / name / "t.csv")
        found = connection.execute(
            f"SELECT c FROM read_csv({path}, header=false, auto_detect=false, quote='', delim='\x1f',"
            " columns={c: 'VARCHAR'}, hive_partitioning=false)"
        ).fetchall()
    assert found == [(name,)]


def test_control_sequences_of_terminals_are_escaped() -> None:
    assert printable("a\nb\x1b", keep="\n") == "a\nb\\x1b" and printable("a\n") == "a\\x0a"
    assert printable("\x9b\u202e\U000e0041 한글") == "\\x9b\\u202e\\U000e0041 한글"
