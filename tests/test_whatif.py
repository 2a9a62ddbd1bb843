"""What if: without a source, under another policy, on an earlier day; checked against builds from scratch."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import pytest
from helpers.extended_tables import extended_tables
from helpers.small_tables import write_tables

from kg.accept import Rule, find_policy, stored_choices
from kg.build import build
from kg.cli import main
from kg.errors import KgError
from kg.graph import Graph
from kg.opening import open_graph
from kg.records import read_schema
from kg.records.schema import built_schema
from kg.shacl.report import Report
from kg.values import PartialDate
from kg.vocab import ID, accepted_graph
from kg.whatif import WhatIf, what_if

RATING = ID["rating/win-win-index/"]
SOURCES = ("daily-1", "daily-2", "late-1", "release-1", "undated-1", "weekly-1")


def remaining(found: dict[str, list[dict[str, str]]], sources: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    """The rows without the claims of these sources; the sources themselves stay, for the register names them."""
    facts = {table.name for table in read_schema().facts}
    gone = set(sources)
    left = {
        name: [row for row in table if name not in facts or row["source"] not in gone] for name, table in found.items()
    }
    for row in left["organisations"]:
        if row.get("kind_source") in gone:
            row["kind_source"] = ""
    cases = {row["case"] for row in left["cases"]}
    left["case_identity"] = [row for row in left["case_identity"] if {row["one"], row["other"]} <= cases]
    return left


def known_by(found: dict[str, list[dict[str, str]]], day: str) -> set[str]:
    """Sources surely published by that day, reckoned here without SQL."""
    known = set()
    for row in found["sources"]:
        latest = PartialDate.parse(row["published"]).latest if row.get("published") else None
        if latest is not None and latest <= date.fromisoformat(day):
            known.add(row["source"])
    return known


def built(folder: Path, found: dict[str, list[dict[str, str]]], policy: str = "default") -> set[bytes]:
    """The accepted graph of a build from scratch, as lines."""
    write_tables(folder / "data", found)
    (folder / "data" / "dataset.toml").write_text(f'policy = "{policy}"\n', encoding="utf-8")
    build(folder / "data", folder / "out")
    mark = f"<{accepted_graph(policy)}> .".encode()
    return {line for line in (folder / "out" / "graph.nq").read_bytes().splitlines() if line.endswith(mark)}


def supposed(found: WhatIf, target: Path) -> set[bytes]:
    found.write(target)
    return set(target.read_bytes().splitlines())


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whatif")
    write_tables(folder / "data", extended_tables())
    build(folder / "data", folder / "out")
    return folder / "out"


def suppose(folder: Path, **supposed: object) -> WhatIf:
    """What would be accepted of the build in ``folder``."""
    with open_graph(folder) as graph:
        return what_if(graph.folder / "records", graph.access, **supposed)  # type: ignore[arg-type]


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds of what is left after a source is gone: a case may have one party then, which the shapes refuse."""
    monkeypatch.setattr("kg.build.check_graph", lambda quads, base: Report())


def change(found: WhatIf, thing: str, name: str) -> tuple[object, ...]:
    """Kind of change, value before and after, and the reason after, of one value; empty if it does not differ."""
    frame = found.difference
    chosen = frame[(frame["thing"] == thing) & (frame["property"] == name)]
    return tuple(
        tuple(row)
        for row in chosen[["change", "value_before", "value_after", "reason"]].fillna("").itertuples(index=False)
    )


# --- the same as a build from scratch ----------------------------------------------------------------------------


def test_supposing_nothing_changes_nothing(small: Path, tmp_path: Path) -> None:
    mark = f"<{accepted_graph()}> .".encode()
    whole = {line for line in (small / "graph.nq").read_bytes().splitlines() if line.endswith(mark)}
    assert len(whole) > 200
    assert supposed(suppose(small), tmp_path / "a.nq") == whole
    assert suppose(small).difference.empty


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("source", ["daily-1", "late-1", "release-1"])
def test_without_a_source_is_what_a_build_without_its_rows_accepts(small: Path, tmp_path: Path, source: str) -> None:
    assert supposed(suppose(small, without=[source]), tmp_path / "a.nq") == built(
        tmp_path, remaining(extended_tables(), [source])
    )


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("day", ["2024-03-05", "2024-12-31"])
def test_as_known_on_a_day_is_what_a_build_of_the_sources_of_that_day_accepts(
    small: Path, tmp_path: Path, day: str
) -> None:
    gone = set(SOURCES) - known_by(extended_tables(), day)
    assert "undated-1" in gone
    assert supposed(suppose(small, known_on=day), tmp_path / "a.nq") == built(
        tmp_path, remaining(extended_tables(), gone)
    )


@pytest.mark.usefixtures("unchecked")
def test_under_a_policy_is_what_a_build_with_that_policy_accepts(small: Path, tmp_path: Path) -> None:
    assert supposed(suppose(small, under="strictest"), tmp_path / "a.nq") == built(
        tmp_path, extended_tables(), "strictest"
    )


# --- the difference ----------------------------------------------------------------------------------------------


def test_each_kind_of_change_is_reported(small: Path) -> None:
    corrected = RATING + "2023/hanbit-electronics"
    without = suppose(small).without
    assert change(without("daily-2"), corrected, "grade") == (("changed", "excellent", "outstanding", "only-claim"),)
    assert change(without("late-1"), RATING + "2021/garam-logistics", "grade") == (
        ("undecided", "good", "", "undecided"),
    )
    assert change(without("late-1"), RATING + "2022/garam-logistics", "grade") == (
        ("gained", "", "excellent", "only-claim"),
    )
    assert change(without("undated-1"), RATING + "2020/garam-logistics", "grade") == (
        ("lost", "good", "", "no-claim-left"),
    )
    assert change(without("late-1"), corrected, "grade") == ()


def test_a_day_known_only_from_the_source_left_out_is_a_month_again(small: Path) -> None:
    found = suppose(small, without=["daily-1"])
    assert change(found, ID["case/display"], "selected") == (("changed", "2024-03-05", "2024-03", "only-claim"),)


def test_a_value_that_the_policy_asks_more_for_is_lost_and_one_that_differs_is_undecided(small: Path) -> None:
    found = suppose(small, under="require-origins=2")
    assert change(found, RATING + "2023/hanbit-electronics", "grade")[0][0] == "lost"
    assert change(found, RATING + "2021/garam-logistics", "grade") == ()  # two origins say good
    plain = suppose(small, under=[("prefer-table", None)])
    assert change(plain, RATING + "2023/hanbit-electronics", "grade")[0][:3] == ("undecided", "excellent", "")


def test_undated_sources_are_known_on_no_day_and_counted(small: Path) -> None:
    found = suppose(small, known_on="2030-01-01")
    assert set(found.difference["thing"]) == {RATING + "2020/garam-logistics"}
    assert found.as_json()["counts"]["undated_claims"] == 1  # type: ignore[index]
    assert "1 claims of 1 undated sources" in found.as_text("en")
    assert "펴낸 날을 모르는 출처 1곳" in found.as_text("ko")


@pytest.mark.parametrize(
    "day",
    ["2024-03-04", "2024-03-05", "2024-03-30", "2024-03-31", "2024-08-31", "2024-09-01", "0001-01-01", "9999-12-31"],
)
def test_a_source_is_known_from_the_last_day_on_which_it_can_have_been_published(small: Path, day: str) -> None:
    counts = suppose(small, known_on=day).as_json()["counts"]
    assert counts["sources_left_out"] == len(set(SOURCES) - known_by(extended_tables(), day))  # type: ignore[index]


def test_a_day_may_be_a_date_or_a_time(small: Path) -> None:
    days = [date(2024, 3, 5), datetime(2024, 3, 5, 23, 59), " 2024-03-05 "]
    assert {suppose(small, known_on=day).supposition.known_on for day in days} == {date(2024, 3, 5)}
    for text in ("2024-3-5", "20240305", "2024-03-05T00:00", "2024-02-30", "２０２４-03-05"):
        with pytest.raises(KgError, match="is not a day"):
            suppose(small, known_on=text)


def test_suppositions_can_be_chained(small: Path) -> None:
    chained = suppose(small).without("daily-2").as_known_on("2024-12-31").under("strictest")
    at_once = suppose(small, without=["daily-2"], known_on="2024-12-31", under="strictest")
    assert chained.supposition == at_once.supposition
    assert chained.difference.equals(at_once.difference)
    assert len(chained.difference) > len(suppose(small, without=["daily-2"]).difference)


def test_an_accepted_table_can_be_had(small: Path) -> None:
    table = suppose(small, without=["daily-2"]).table("ratings")
    grades = dict(zip(table["thing"], table["grade"], strict=True))
    assert grades[RATING + "2023/hanbit-electronics"] == "outstanding"
    with pytest.raises(KgError, match="there is no table 'gradings'"):
        suppose(small).table("gradings")


def test_the_network_is_that_of_the_supposition(small: Path) -> None:
    with open_graph(small) as graph:
        assert set(graph.without().network().edges) == {("hanbit-electronics", "sesol-parts")}
        assert not graph.without("daily-1").network().edges
        assert not graph.under("strictest").network().edges
        assert graph.without("daily-1").network("co-attendance").number_of_edges() == 1


def test_it_shows_in_a_terminal_and_in_a_notebook(small: Path) -> None:
    found = suppose(small, without=["daily-2"])
    korean = found.as_text("ko")
    assert "가정: 방침 default, 출처 daily-2 없이" in korean
    assert "바뀜 (1)" in korean and "한빛전자" in korean
    page = found._repr_html_()
    assert "<table" in page and "rating/win-win-index/2023/hanbit-electronics" in page
    assert "src=" not in page and "@import" not in page
    again = json.loads(json.dumps(found.as_json(), ensure_ascii=False))
    assert again["changes"]["changed"] == 1
    assert again["supposed"]["without"] == ["daily-2"]


# --- policies and bad input --------------------------------------------------------------------------------------


def test_three_policies_come_with_the_tables(small: Path) -> None:
    choices = stored_choices(small / "current" / "records", built_schema(small / "current" / "records"))
    assert set(choices.policies) == {"default", "press-release", "strictest"}


@pytest.mark.parametrize("given", ["prefer-newest", "prefer-table, prefer-newest=3"])
def test_an_unknown_rule_names_the_rule_and_the_known_ones(small: Path, given: str) -> None:
    with pytest.raises(KgError) as error:
        suppose(small, under=given)
    assert "prefer-newest" in error.value.text.en and "prefer-newest" in error.value.text.ko
    assert "require-origins" in error.value.text.en


def test_an_unknown_rule_of_a_policy_in_the_tables_is_named_by_the_build(tmp_path: Path) -> None:
    found = extended_tables()
    found["policies"] = [{"policy": "default", "position": "1", "rule": "prefer-newest"}]
    write_tables(tmp_path / "data", found)
    with pytest.raises(KgError) as error:
        build(tmp_path / "data", tmp_path / "out")
    assert "prefer-newest" in str(error.value)
    assert not (tmp_path / "out" / "current").exists()


def test_an_unknown_rule_is_named_with_the_known_ones_when_it_is_made() -> None:
    with pytest.raises(KgError, match=r"there is no rule 'prefer-newest'\. Known rules: only-source, prefer-latest"):
        Rule("prefer-newest")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"under": "strict"}, "there is no policy 'strict'. Known: default, press-release, strictest"),
        ({"under": "require-origins=many"}, "whole number from 1"),
        ({"under": "only-source=daly-1"}, "there is no source 'daly-1'. Nearest: daily-1 (가나일보)"),
        ({"without": ["weakly-1"]}, "there is no source 'weakly-1'. Nearest: weekly-1 (마바주보)"),
        ({"known_on": "2024-03"}, "'2024-03' is not a day"),
        ({"known_on": "2024-02-30"}, "'2024-02-30' is not a day"),
    ],
)
def test_what_is_not_known_is_named(small: Path, asked: dict, message: str) -> None:
    with pytest.raises(KgError) as error:
        suppose(small, **asked)
    assert message in error.value.text.en
    assert error.value.text.ko != error.value.text.en


def test_a_policy_may_be_given_in_every_form(small: Path) -> None:
    choices = stored_choices(small / "current" / "records", built_schema(small / "current" / "records"))
    as_text = find_policy("require-origins=2, prefer-table", choices)
    as_pairs = find_policy([("require-origins", "2"), ("prefer-table", None)], choices)
    assert as_text == as_pairs == find_policy(["require-origins=2", "prefer-table"], choices)
    assert as_text == find_policy(as_text, choices)
    assert find_policy("strictest", choices) is choices.policies["strictest"]


def test_an_endpoint_keeps_no_tables_to_suppose_from() -> None:
    with pytest.raises(KgError, match="An endpoint has no folder"):
        Graph("http://localhost:1/query", None).without("daily-1")


# --- the command -------------------------------------------------------------------------------------------------


def test_the_command_prints_the_difference(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    diff = ["diff", "--graph", str(small)]
    assert main([*diff, "--without", "daily-2", "--without", "late-1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["changes"] == {"changed": 2, "gained": 1}
    assert main([*diff, "--known-on", "2024-03-31"]) == 0
    assert "2024-03-31" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "Give a condition to change"),
        (["--under", "default"], "Give a condition to change"),
        (["--known-on", ""], "'' is not a day"),
        (["--under", ""], "there is no policy ''"),
        (["--without", ""], "there is no source ''"),
        (["--under", "prefer-stance=anouncement"], "names a stance that does not exist: 'anouncement'"),
        (["--under", "prefer-table=1"], "takes no argument"),
    ],
)
def test_the_command_refuses_what_it_cannot_do(
    small: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    assert main(["diff", "--graph", str(small), *words]) != 0
    shown = capsys.readouterr()
    assert message in shown.err and not shown.out


# --- the real graph ----------------------------------------------------------------------------------------------


def test_what_the_real_graph_would_have_accepted_in_september_2017(real_build: Path) -> None:
    found = suppose(real_build, known_on="2017-09-30")
    assert change(found, RATING + "2016/gs-enc", "grade") == (("changed", "fair", "good", "correction"),)


def test_what_only_the_press_release_says_is_lost_without_it(real_build: Path) -> None:
    found = suppose(real_build, without=["mss-20241128"])
    lost = set(found.difference.query("change == 'lost' and property == 'exists'")["thing"])
    assert ID["case/wwh-4-stub-skecoplant"] in lost
    assert ID["participation/wwh-4-skecoplant-tjlabs/partner/tj-labs"] not in lost
    heard = suppose(real_build, under="press-release").difference
    changed = heard.query("change != 'lost'")  # two days that the release does not say, only the month
    assert (
        changed[["change", "property", "value_before", "value_after", "reason"]].to_numpy().tolist()
        == [["changed", "selected", "2024-11-20", "2024-11", "only-claim"]] * 2
    )


def test_the_strictest_policy_keeps_only_what_two_origins_state(real_build: Path) -> None:
    found = suppose(real_build, under="strictest")
    ratings = found.table("ratings")
    kept = ratings[ratings["status"] == "accepted"]
    assert 100 < len(kept) < len(ratings)
    assert (kept["origins"].astype(int) >= 2).all()


def test_the_network_without_a_supposition_is_the_one_read_by_sparql(real_build: Path) -> None:
    networkx = pytest.importorskip("networkx")
    with open_graph(real_build) as graph:
        computed, stored = graph.without().network(), graph.network()
    assert stored.number_of_edges() > 100
    assert networkx.utils.graphs_equal(computed, stored)
    assert computed.graph == stored.graph


def test_a_supposition_about_the_real_graph_changes_values_and_the_network(real_build: Path) -> None:
    found = suppose(real_build, without=["mss-20241128"])
    assert len(found.difference) > 100
    assert found.network().number_of_edges() > 100
