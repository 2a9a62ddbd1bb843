"""Claims checked by arithmetic; the expected verdicts were worked out by hand, with reasoning, before the rules."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from helpers.accepted_tables import CLAIM, accepted_tables, verdicts

from kg.analysis import analyse
from kg.records import read_schema

ROOT = Path(__file__).resolve().parents[1]
EXPECTED = list(csv.DictReader((ROOT / "tests" / "data" / "arithmetic" / "expected.csv").open(encoding="utf-8")))


@pytest.fixture(scope="module")
def real() -> duckdb.DuckDBPyConnection:
    connection = accepted_tables(ROOT / "data")
    analyse(connection, read_schema())
    return connection


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: f"{row['rule']}-{row['claim']}"[-70:])
def test_a_real_claim_gets_the_verdict_worked_out_by_hand(real: duckdb.DuckDBPyConnection, row: dict[str, str]) -> None:
    assert verdicts(real)[f"{row['claim']} {row['rule']}"][0] == row["verdict"], row["why_en"]


def test_fifteen_real_claims_and_each_verdict_are_expected() -> None:
    assert len(EXPECTED) >= 15
    assert (
        min(Counter(row["verdict"] for row in EXPECTED)[verdict] for verdict in ("supported", "refuted", "undecidable"))
        >= 4
    )
    assert all(row["why_ko"] and row["why_en"] for row in EXPECTED)


def test_a_grade_reaching_before_its_edition_is_checked_as_highest_grade_and_says_so(
    real: duckdb.DuckDBPyConnection,
) -> None:
    _, ko, en = verdicts(real)[
        "fnnews-20251031/streak.win-win-index.samsung-electronics.outstanding.consecutive.2024 streak-years"
    ]
    assert (
        "최고 등급이라는 뜻으로 확인함" in ko
        and "Checked as the highest grade (editions before this grade existed: 2011, 2012)" in en
    )


def test_no_wording_accuses(real: duckdb.DuckDBPyConnection) -> None:
    texts = " ".join(f"{ko} {en}" for _, ko, en in verdicts(real).values()).lower()
    assert [
        word
        for word in ("false", "wrong", "lie", "mislead", "거짓", "틀렸", "오류", "허위", "잘못")
        if word in texts.split() or (word in ("거짓", "허위") and word in texts)
    ] == []


def test_every_check_rests_on_something_unless_it_is_undecidable(real: duckdb.DuckDBPyConnection) -> None:
    rows = real.execute(
        'SELECT c."check", verdict FROM analysis.checks c ANTI JOIN analysis.check_parents p USING ("check")'
        " WHERE verdict <> 'undecidable'"
    ).fetchall()
    assert rows == []
    lost = real.execute(
        "SELECT parent FROM analysis.check_parents ANTI JOIN (SELECT thing AS parent FROM accepted.things"
        " UNION SELECT claim FROM resolved.claims) USING (parent)"
    ).fetchall()
    assert lost == []


def test_derived_ratings_stand_for_years_without_a_rating_and_name_their_claims(
    real: duckdb.DuckDBPyConnection,
) -> None:
    rows = real.execute(
        "SELECT replace(thing, '/id/derived/', '/id/'), thing, year FROM analysis.derived_ratings"
    ).fetchall()
    rated = {row[0] for row in real.execute("SELECT thing FROM accepted.ratings").fetchall()}
    assert rows and all(plain not in rated and "/id/derived/rating/" in thing for plain, thing, _ in rows)
    without = real.execute(
        "SELECT thing FROM analysis.derived_ratings ANTI JOIN analysis.derived_parents USING (thing)"
    ).fetchall()
    assert without == []
    ours = real.execute(
        "SELECT parent FROM analysis.derived_parents WHERE thing LIKE '%/2021/lg-uplus' ORDER BY 1"
    ).fetchall()
    assert [parent.removeprefix(CLAIM).split("/")[0] for (parent,) in ours] == [
        "ajunews-20230918",
        "ajunews-20251031",
        "kmib-20220921",
        "mbnmoney-20241008b",
        "mt-20241008",
    ]
