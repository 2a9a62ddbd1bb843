"""Disagreements are found by rules: those of the real data and those planted into a copy; none is invented."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from helpers.accepted_tables import accepted_tables
from helpers.planted_conflicts import COUNT, TYPES, plant

from kg.analysis import (
    TABLES,
    analyse,
    find_conflicts,
    open_records,
    prepare,
    read_checks,
    read_conflicts,
    read_derived,
)
from kg.analysis.read import Check, Checked, Conflict, Label, Member
from kg.errors import KgError, Text
from kg.records import read_schema
from kg.settings import Settings
from kg.vocab import BASE

ROOT = Path(__file__).resolve().parents[1]
CONFLICT = BASE + "id/conflict/"


def conflicts(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str, str]]:
    """Status, reason and rule of each conflict."""
    rows = connection.execute("SELECT conflict, status, reason, rule FROM analysis.conflicts").fetchall()
    return {iri.removeprefix(CONFLICT): (status, reason, rule) for iri, status, reason, rule in rows}


def members(connection: duckdb.DuckDBPyConnection, conflict: str) -> dict[str, list[str]]:
    """Values of a conflict with the sources that give them."""
    rows = connection.execute(
        "SELECT value, list(source ORDER BY source) FROM analysis.conflict_members WHERE conflict = ? GROUP BY value",
        [CONFLICT + conflict],
    ).fetchall()
    return dict(rows)


@pytest.fixture(scope="module")
def real() -> duckdb.DuckDBPyConnection:
    connection = accepted_tables(ROOT / "data")
    analyse(connection, read_schema())
    return connection


NINE = {
    "2013.lg-hausys": ("corrected", "correction"),
    "2016.gs-enc": ("corrected", "latest-correction"),
    "2016.hyundai-wia": ("corrected", "correction"),
    "2018.daelim-industrial": ("corrected", "correction"),
    "2019.lotte-super": ("corrected", "correction"),
    "2020.lg-household-health-care": ("corrected", "correction"),
    "2016.ob": ("followed", "announcement"),
    "2016.hyundai-enc": ("followed", "announcement"),
    "2021.daesang": ("followed", "announcement"),
}


def test_the_nine_ratings_differ_and_corrections_are_distinguished_from_errors(real: duckdb.DuckDBPyConnection) -> None:
    found = {
        name.removeprefix("value/rating.win-win-index.").removesuffix(".grade"): entry[:2]
        for name, entry in conflicts(real).items()
        if name.startswith("value/rating.")
    }
    assert found == NINE


def test_the_totals_of_the_real_data_that_differ_are_found(real: duckdb.DuckDBPyConnection) -> None:
    found = {name: entry[0] for name, entry in conflicts(real).items() if name.startswith("value/total.")}
    assert found == {
        "value/total.public-institution-evaluation.2023.assessed.-.count": "open",
        "value/total.win-win-index.2012.assessed.-.count": "open",
        "value/total.win-win-index.2013.assessed.-.count": "open",
        "value/total.win-win-index.2014.assessed.-.count": "open",
        "value/total.win-win-index.2016.assessed.-.count": "open",
        # 31 firms in June, 30 in December after one grade was lowered: a correction between them, no error
        "value/total.win-win-index.2018.grade-count.outstanding.count": "corrected",
    }


def test_streak_payment_ceremony_and_percentage_of_the_real_data_are_found(real: duckdb.DuckDBPyConnection) -> None:
    assert members(real, "value/streak.win-win-index.samsung-electronics.consecutive.2014.count").keys() == {"3", "4"}
    paid = members(real, "value/payment.lg-electronics.win-win-payment-tier2.year.2020.value")
    assert paid == {
        "531400000000 KRW": ["asiae-20211206", "metroseoul-20211206"],
        "531700000000 KRW": ["asiae-20210321", "viva100-20210321"],
    }
    assert members(real, "value/event.wwh-2025-1-ceremony.start").keys() == {"2025-04-25", "2025-09-25"}
    (shares,) = (name for name in conflicts(real) if name.startswith("definition/"))
    assert shares == "definition/payment.lg-electronics.win-win-payment-trickle-down.year.2019.period.7.4-percent"
    assert {value[-4:] for value in members(real, shares)} == {"2019", "2020"}


def test_the_press_release_differs_twice_between_prose_and_table(real: duckdb.DuckDBPyConnection) -> None:
    found = {name: entry[2] for name, entry in conflicts(real).items() if name.startswith("prose-against-table/")}
    assert sorted(found.values()) == ["award-not-in-row", "several-and-first-time"]
    for name in found:
        assert ".lotte-enc." in name
        places = real.execute(
            "SELECT DISTINCT source, place FROM analysis.conflict_members WHERE conflict = ?", [CONFLICT + name]
        ).fetchall()
        assert sorted(places) == [("mss-20241128", "annex 2 row 4"), ("mss-20241128", "body")]


def test_the_policy_follows_one_side_and_marks_only_its_members(real: duckdb.DuckDBPyConnection) -> None:
    rows = real.execute(
        "SELECT source, followed FROM analysis.conflict_members WHERE conflict = ?",
        [CONFLICT + "value/payment.lg-electronics.win-win-payment-tier2.year.2020.value"],
    ).fetchall()
    assert {source for source, followed in rows if followed} == {"asiae-20210321", "viva100-20210321"}


def test_a_policy_that_accepts_less_leaves_more_open() -> None:
    connection = accepted_tables(ROOT / "data", "strictest")
    analyse(connection, read_schema(), Settings(policy="strictest"))
    found = conflicts(connection)
    assert found["value/rating.win-win-index.2021.daesang.grade"][0] == "open"
    assert {row[0] for row in connection.execute("SELECT DISTINCT policy FROM analysis.conflicts").fetchall()} == {
        "strictest"
    }


def test_no_rule_names_an_organisation() -> None:
    names = {
        row[0]
        for row in duckdb.execute(
            f"SELECT organisation FROM read_csv('{ROOT / 'data' / 'organisations.csv'}', all_varchar = true)"
            f" UNION SELECT name FROM read_csv('{ROOT / 'data' / 'names.csv'}', all_varchar = true)"
        ).fetchall()
    }
    modules = sorted((ROOT / "src" / "kg" / "analysis").glob("*.py"))
    code = "\n".join(path.read_text(encoding="utf-8") for path in modules)
    assert len(modules) > 8
    quoted = set(re.findall(r"""['"]([^'"\n]+)['"]""", code))
    assert len(names) > 1000
    assert names & quoted == set()
    long = {name for name in names if len(name) > 4}
    assert [name for name in sorted(long) if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", code)] == []


def test_twenty_planted_disagreements_of_each_type_are_found_and_none_is_invented(
    real: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    tables = plant(ROOT / "data", tmp_path / "data")
    assert Counter(tables.expected.values()) == dict.fromkeys(TYPES, COUNT)
    assert tables.near == COUNT * len(TYPES)
    connection = accepted_tables(tmp_path / "data")
    prepare(connection, read_schema())
    find_conflicts(connection, read_schema(), Settings())
    before, after = conflicts(real), conflicts(connection)
    assert before.items() <= after.items()
    found = after.keys() - before.keys()
    assert sorted(tables.expected.keys() - found) == []
    assert sorted(found - tables.expected.keys()) == []


def test_each_conflict_has_two_members_or_one_unsure_name(real: duckdb.DuckDBPyConnection) -> None:
    rows = real.execute(
        "SELECT c.conflict, count(*) FROM analysis.conflicts c JOIN analysis.conflict_members m USING (conflict)"
        " GROUP BY ALL HAVING count(*) < 2"
    ).fetchall()
    assert [iri.removeprefix(CONFLICT).split(".")[0] for iri, _ in rows] == ["identity/name"] * len(rows)
    lost = real.execute(
        "SELECT count(*) FROM analysis.conflicts c ANTI JOIN analysis.conflict_members m USING (conflict)"
    ).fetchone()
    assert lost == (0,)


@pytest.fixture(scope="module")
def finished(real: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished build as far as evidence reads it: Parquet of text columns."""
    folder = tmp_path_factory.mktemp("build")
    names = [table.name for table in read_schema().tables]
    facts = [table.name for table in read_schema().facts]
    for schema, place, tables in (
        ("resolved", "records", names),
        ("analysis", "records/analysis", TABLES),
        ("accepted", "records/accepted", [*facts, "links", "verdicts", "organisations", "renames"]),
    ):
        (folder / place).mkdir(parents=True, exist_ok=True)
        for name in tables:
            real.execute(
                f"COPY (SELECT columns(*)::VARCHAR FROM {schema}.{name})"
                f" TO '{folder / place / name}.parquet' (FORMAT parquet)"
            )
    return folder


def test_a_finished_build_gives_the_same_analysis_as_the_build_itself(
    real: duckdb.DuckDBPyConnection, finished: Path
) -> None:
    with open_records(finished) as again:
        again.execute("DROP SCHEMA analysis CASCADE")
        analyse(again, read_schema())
        for name in TABLES:
            ours, theirs = (
                one.execute(f"SELECT columns(*)::VARCHAR FROM analysis.{name} ORDER BY ALL").fetchall()
                for one in (real, again)
            )
            assert ours == theirs, name


def test_conflicts_checks_and_derived_ratings_are_read_and_shown(finished: Path) -> None:
    found = read_conflicts(finished)
    assert len(found) == len({conflict.iri for conflict in found})
    (one,) = (conflict for conflict in found if conflict.iri.endswith(".2016.gs-enc.grade"))
    assert one.names[0].ko == "GS건설"
    assert "정정됨" in one.as_text("ko") and "→ fair  yna-20171221" in one.as_text("en")
    assert one.as_json()["type"]["code"] == "value"
    assert {conflict.type.code for conflict in read_conflicts(finished, "identity")} == {"identity"}
    checks = read_checks(finished, source="mss-20241128", verdict="refuted")
    assert [check.rule.code for check in checks] == ["several-years"]
    assert "[refuted]" in checks[0].as_text("en")
    derived = read_derived(finished)
    assert derived and all(
        "derived" in rating.as_text("en") and "/id/derived/rating/" in rating.iri for rating in derived
    )


def test_an_unknown_type_source_or_verdict_names_the_nearest(finished: Path) -> None:
    with pytest.raises(KgError, match=r"no type of conflict 'identty'. Nearest: identity. Known: .*identity"):
        read_conflicts(finished, "identty")
    with pytest.raises(KgError, match=r"Nearest: .*Known: refuted, supported, undecidable"):
        read_checks(finished, verdict="wrong")
    with pytest.raises(KgError, match=r"no source 'mss-20241182'. Nearest: mss-20241128"):
        read_checks(finished, source="mss-20241182")
    for empty in ({"source": ""}, {"verdict": ""}):
        with pytest.raises(KgError, match="there is no"):
            read_checks(finished, **empty)


def test_a_source_is_known_by_its_iri_too(finished: Path) -> None:
    by_iri = read_checks(finished, source=BASE + "id/source/mss-20241128")
    assert by_iri and by_iri == read_checks(finished, source="mss-20241128")


@pytest.mark.parametrize("damage", ["missing", "cut", "changed", "no-column"])
def test_a_damaged_build_is_reported_with_the_remedy(finished: Path, tmp_path: Path, damage: str) -> None:
    readers = {"conflicts": read_conflicts, "checks": read_checks, "derived_ratings": read_derived}
    for name, read in readers.items():
        copy = tmp_path / name
        shutil.copytree(finished, copy)
        file = copy / "records" / "analysis" / f"{name}.parquet"
        if damage == "missing":
            file.unlink()
        elif damage == "cut":
            file.write_bytes(file.read_bytes()[:-9])
        elif damage == "changed":
            whole = file.read_bytes()
            file.write_bytes(whole[:4] + bytes(len(whole) - 12) + whole[-8:])
        else:
            duckdb.execute(f"COPY (SELECT 1 AS x) TO '{file}' (FORMAT parquet)")
        with pytest.raises(KgError, match="Make it again with kg build"):
            read(copy)


def test_control_characters_of_the_data_do_not_reach_the_terminal() -> None:
    label, hostile = Label("a", "가", "a"), "\x1b[2J\u202e"
    conflict = Conflict(
        "i", label, label, None, label, label, "p", ("t",), (Text(hostile, hostile),), (Member(*[hostile] * 6, True),)
    )
    check = Check("i", label, label, "p", Text(hostile, hostile), (Checked("c", hostile),), ())
    for shown in (conflict.as_text("ko"), check.as_text("en")):
        assert "\\x1b[2J\\u202e" in shown and not set(shown) & {"\x1b", "\u202e"}
