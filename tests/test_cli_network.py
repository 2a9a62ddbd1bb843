"""``kg network …`` on the real graph: what people read and what programs read."""

from __future__ import annotations

import io
import json
import sys
import time
from pathlib import Path

import networkx as nx
import pytest

from kg.cli import main
from kg.cli.network import _elapsed_line

DAY = ["--at", "2024-12-31"]


@pytest.fixture
def ask(real_build: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]  # a function
    def run(*words: str, code: int = 0, language: str = "en") -> str:
        monkeypatch.setenv("KG_LANG", language)
        assert main(["network", *words, "--graph", str(real_build)]) == code
        printed = capsys.readouterr()
        return printed.out if code == 0 else printed.err

    return run


def test_the_best_placed_come_first_with_rank_and_meaning(ask) -> None:  # type: ignore[no-untyped-def]  # the fixture
    text = ask("central", "--measures", "betweenness,degree", "--top", "3", *DAY)
    lines = text.splitlines()
    assert lines[0].split() == ["organisation", "kind", "betweenness", "degree"]
    assert "(1)" in lines[1] and "(1)" in lines[2] and "(3)" in lines[3] and lines[4] == ""  # two are equal
    assert "betweenness: On what share of the shortest paths" in text
    found = json.loads(ask("central", "--measures", "betweenness,degree", "--top", "3", "--json", *DAY))
    values = [row["betweenness"] for row in found]
    assert values == sorted(values, reverse=True) and [row["rank_betweenness"] for row in found] == [1, 1, 3]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_large_network_is_measured_in_columns_and_reads_the_same(  # type: ignore[no-untyped-def]  # the fixture
    ask, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import kg.network.columns.central as large

    words = ["central", "--top", "5", *DAY]
    small, rows = ask(*words, language=language), json.loads(ask(*words, "--json"))
    monkeypatch.setattr(large, "LARGE", 100)
    monkeypatch.setattr("kg.cli.network._network", None)  # nobody makes a NetworkX graph now
    assert ask(*words, language=language) == small
    for found, row in zip(json.loads(ask(*words, "--json")), rows, strict=True):
        assert found == pytest.approx(row)
    assert "network has no tie" in ask("central", "--at", "2001-01-01")


def test_an_estimate_says_how_far_off_it_may_be(ask) -> None:  # type: ignore[no-untyped-def]  # the fixture
    words = ["central", "--measures", "betweenness", "--top", "3", "--sources", *DAY]
    exact = json.loads(ask(*words[:-3], *DAY, "--json"))
    found = json.loads(ask(*words[:-2], "60", *DAY, "--json"))
    assert 0 < found[0]["standard_error_betweenness"] < found[0]["error_betweenness"] < 1
    assert abs(found[0]["betweenness"] - exact[0]["betweenness"]) < found[0]["error_betweenness"]
    assert "betweenness: estimated from 60 organisations" in ask(*words[:-2], "60", *DAY)
    assert "기관 60곳에서 추정" in ask(*words[:-2], "60", *DAY, language="ko")
    assert json.loads(ask(*words[:-2], "1000", *DAY, "--json"))[0] == pytest.approx(exact[0])  # more than there are


def test_bounds_come_from_all_readings_and_are_written_back_as_rdf(ask, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # the fixture
    import pyoxigraph as ox

    from kg.queries import bind, read_question

    words = ["central", "--bounds", "--measures", "betweenness", "--top", "3", *DAY]
    (found,) = json.loads(ask(*words, "--json", "--rdf", str(tmp_path / "m.nq")))
    assert found["exact"] and found["readings"] == found["of"] > found["networks"] > 1
    assert all(row["lower"] <= row["value"] <= row["upper"] for row in found["rows"])
    assert any(row["lower"] < row["upper"] for row in found["rows"])
    text = ask(*words)
    assert "k-water" not in text and "readings looked at" in text and "[1, 5]" in text.splitlines()[1]
    store = ox.Store()
    store.bulk_load(path=str(tmp_path / "m.nq"), format=ox.RdfFormat.N_QUADS)
    root = Path(__file__).resolve().parents[1]
    rows = store.query(bind(read_question(root / "queries" / "measure-ranking.rq"), {}, lambda kind, name: name))
    first = next(iter(rows))  # type: ignore[arg-type]  # of a SELECT query
    assert first["organisation"].value.endswith("/org/" + found["rows"][0]["organisation"])
    assert float(first["value"].value) == pytest.approx(found["rows"][0]["value"])
    assert float(first["upper"].value) == pytest.approx(found["rows"][0]["upper"])


def test_an_organisation_is_found_by_its_printed_name_and_its_ties_name_their_cases(ask) -> None:  # type: ignore[no-untyped-def]  # the fixture
    text = ask("ego", "LG전자", *DAY)
    assert "세미솔루션" in text and "wwh-4-lge-semisolution" in text
    found = json.loads(ask("ego", "LG전자", "--json", *DAY))
    assert found["ego"] == "lg-electronics"
    assert {edge["source"] for edge in found["edges"]} | {edge["target"] for edge in found["edges"]} == {
        node["id"] for node in found["nodes"]
    }


def test_a_path_names_the_cases_of_every_step(ask) -> None:  # type: ignore[no-untyped-def]  # the fixture
    found = json.loads(ask("path", "한국석유공사", "한국가스공사", "--json"))
    assert found["length"] == len(found["steps"]) >= 1
    assert all(step["shared"] for step in found["steps"])
    assert "이어지는 길이 없습니다" in ask("path", "LG전자", "삼성전자", *DAY, language="ko")


def test_two_dates_are_compared_without_calling_anything_ended(ask) -> None:  # type: ignore[no-untyped-def]  # the fixture
    found = json.loads(ask("compare", "2023-12-31", "2024-12-31", "--json"))
    assert found["ties"]["gone"] == [] and len(found["ties"]["new"]) > 10
    text = ask("compare", "2023-12-31", "2024-12-31")
    assert "has not ended" in text and "LG Electronics Inc. ~ 세미솔루션" in text


def test_communities_say_how_they_were_found(ask) -> None:  # type: ignore[no-untyped-def]  # the fixture
    found = json.loads(ask("communities", "--json", *DAY))
    members = [node for part in found["parts"] for node in part]
    assert len(members) == len(set(members)) >= 100
    text = ask("communities", *DAY)
    assert "networkit" in text and "seed 1" in text and f"modularity {found['modularity']:.3f}" in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["central", "--measures", "fame"], "'fame' is not a known measure; known: betweenness,"),
        (["central", "--sources", "9", "--measures", "constraint"], "--sources is for betweenness"),
        (["central", "--sources", "9", "--bounds"], "--sources is for betweenness"),
        (["central", "--sources", "1"], "2 or more"),
        (["central", "--sources", "9", "--scheme", "x"], "'scheme' is not a known option of the partnership network"),
        (["central", "--sources", "9", "--roles", "boss"], "'boss' is not a known role"),
        (["central", "--sources", "9", "--weight", "heavy"], "'heavy' is not a known weight"),
        (["summary", "--kind", "friendship"], "'friendship' is not a known kind of network; known: co-attendance,"),
        (["summary", "--roles", "boss"], "'boss' is not a known role; known: "),
        (["summary", "--at", "2024-13-01"], "2024-13-01"),
        (["ego", "LG전자", "--at", "2001-01-01"], "'lg-electronics' has no tie in this network"),
        (["ego", "LG전쟈"], "LG전쟈"),
        (["compare", "2024-12-31", "2023-12-31"], "change their order"),
    ],
)
def test_unknown_values_are_reported_with_known_ones(words: list[str], says: str, ask) -> None:  # type: ignore[no-untyped-def]  # the fixture
    assert says in ask(*words, code=1)


@pytest.mark.parametrize("words", [["central"], ["communities"], ["summary"]])
def test_an_empty_network_is_a_sentence_and_no_error(words: list[str], ask) -> None:  # type: ignore[no-untyped-def]  # the fixture
    text = ask(*words, "--at", "2001-01-01")
    assert "network has no tie" in text or "The network is empty" in text


def test_organisations_of_one_grade_are_a_network_of_their_own(ask) -> None:  # type: ignore[no-untyped-def]  # the fixture
    words = ["--kind", "shared-rating", "--scheme", "win-win-index", "--grades", "outstanding"]
    found = json.loads(ask("summary", *words, "--between", "2023-01-01", "2023-12-31", "--json"))
    assert (found["kind"], found["editions_used"]) == ("shared-rating", 1)
    assert found["ties"] == found["organisations"] * (found["organisations"] - 1) // 2 > 900
    only = json.loads(ask("summary", *words, "--years", "2023", "--json"))
    assert (only["ties"], only["editions_total"]) == (found["ties"], 1) != (found["ties"], found["editions_total"])
    assert "2O23" in ask("summary", *words, "--years", "2O23", code=1)
    assert "several rating schemes" in ask("summary", "--kind", "shared-rating", code=1)
    assert "scheme" in ask("summary", "--scheme", "win-win-index", code=1)


def test_an_exported_network_reads_back_the_same(ask, real_build: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # the fixture
    from kg.opening import open_graph

    ask("export", "--output", str(tmp_path / "net.graphml"), *DAY)
    with open_graph(real_build) as graph:
        network = graph.network(at="2024-12-31")
    read = nx.read_graphml(tmp_path / "net.graphml")
    assert set(read) == set(network)
    assert {frozenset(tie) for tie in read.edges} == {frozenset(tie) for tie in network.edges}
    assert "known" in ask("export", "--output", str(tmp_path / "net.xyz"), code=1)


def test_a_picture_is_written_where_it_was_asked_for(ask, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # the fixture
    ask("plot", "--output", str(tmp_path / "net.svg"), *DAY)
    assert "인천항만공사" in (tmp_path / "net.svg").read_text(encoding="utf-8")
    ask("plot", "--output", str(tmp_path / "ego.html"), "--ego", "LG전자", *DAY, language="ko")
    page = (tmp_path / "ego.html").read_text(encoding="utf-8")
    assert "세미솔루션" in page and "인천항만공사" not in page
    ask("plot", "--output", str(tmp_path / "top.svg"), "--top", "5", *DAY)
    assert "5 organisations" in (tmp_path / "top.svg").read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ego.html", "net.svg", "top.svg"]


def test_a_terminal_is_elapsed_line_a_measure_has_run(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("KG_LANG", "en")
    monkeypatch.setattr("kg.network.progress.EVERY_S", 0.01)
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    with _elapsed_line():
        time.sleep(0.1)
    assert "measuring: 0 s" in terminal.getvalue() and terminal.getvalue().endswith("\r\x1b[K")
    monkeypatch.setattr(sys, "stderr", file := io.StringIO())
    with _elapsed_line():
        time.sleep(0.05)
    assert file.getvalue() == ""
