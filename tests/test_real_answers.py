"""The questions that the first release must answer, run on the real graph."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.graph import Graph
from kg.opening import open_graph
from kg.queries import list_questions

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.part("real answers")


@pytest.fixture(scope="module")
def graph(real_build: Path) -> Iterator[Graph]:
    with open_graph(real_build) as opened:
        yield opened


def _rows(graph: Graph, name: str, **values: str) -> list[dict[str, str]]:
    result, _ = graph.answer(name, language="ko", **values)
    return [
        {variable: term.value if term else "" for variable, term in zip(result.variables, row, strict=True)}
        for row in result.rows
    ]


def test_with_whom_did_lg_electronics_work(graph: Graph) -> None:
    rows = {row["partnerName"]: row for row in _rows(graph, "partners-of", organisation="LG전자")}
    assert set(rows) == {"고모텍", "미래코리아", "삼원동관", "세미솔루션", "신성오토텍"}
    assert rows["세미솔루션"]["sources"] == "3" and rows["세미솔루션"]["origins"] == "2"
    assert rows["세미솔루션"]["publishers"] == "연합뉴스, 이데일리, 중소벤처기업부"
    assert rows["미래코리아"]["sources"] == "2" and rows["미래코리아"]["origins"] == "1"  # both repeat one visit
    claims = _rows(graph, "evidence-of-case", case="wwh-4-lge-semisolution")
    assert {"중소벤처기업부", "연합뉴스", "이데일리"} <= {row["publisher"] for row in claims}


def test_what_did_korea_western_power_give_and_gain(graph: Graph) -> None:
    rows = _rows(graph, "gave-and-gained", organisation="서부발전")
    amounts = {(row["direction"], row["value"], row["howLabel"]) for row in rows if row["value"]}
    assert amounts == {
        ("준 것", "20000000", "이행"),
        ("얻은 것", "850000000", "사례"),
        ("얻은 것", "11950000000", "기관 전체"),
    }
    assert {"데이터", "자금 지원"} <= {row["kindLabel"] for row in rows}


def test_grades_of_lotte_enc_by_year_with_gaps_as_unknown(graph: Graph) -> None:
    rows = {row["year"]: row for row in _rows(graph, "rating-history", organisation="롯데건설", scheme="win-win-index")}
    assert len(rows) == 14
    assert rows["2023"]["gradeLabel"] == "최우수" and rows["2022"]["statusLabel"] == "모름"


def test_a_history_follows_a_rename_and_gives_the_name_used(graph: Graph) -> None:
    rows = _rows(graph, "rating-history", organisation="SK에코플랜트", scheme="win-win-index")
    named = {row["year"]: row["namedLabel"] for row in rows}
    assert named["2019"] == "SK건설" and named["2020"] == "SK에코플랜트"


def test_a_history_joins_different_organisations_and_nothing_leads_to_itself(graph: Graph) -> None:
    history = graph.query("SELECT ?one ?other WHERE { ?one kg:history ?other }")
    pairs = {
        (str(name).rsplit("/", 1)[-1], str(other_name).rsplit("/", 1)[-1]) for name, other_name in history.to_numpy()
    }
    assert ("sk-ecoplant", "sk-engineering-construction") in pairs
    assert {(other_name, name) for name, other_name in pairs} == pairs
    loops = graph.query("SELECT DISTINCT ?p WHERE { { ?x ?p ?x } UNION { GRAPH ?g { ?x ?p ?x } } }")
    assert list(loops["p"]) == []


def test_who_met_at_the_round_table_and_in_what_order(graph: Graph) -> None:
    rows = _rows(graph, "event-agenda", event="mss-2024-11-28-roundtable")
    assert [row["minutes"] for row in rows] == ["5", "5", "15", "15", "63", "2"]
    attended = _rows(graph, "event-attendance", event="mss-2024-11-28-roundtable")
    assert len({row["organisation"] for row in attended}) == 15


def test_cases_of_each_round_against_what_was_announced(graph: Graph) -> None:
    rows = {row["round"].rsplit("/", 1)[-1]: row for row in _rows(graph, "winners-by-round")}
    assert (rows["wwh-1"]["certain"], rows["wwh-1"]["possible"], rows["wwh-1"]["announced"]) == ("5", "5", "5")
    assert (rows["wwh-4"]["certain"], rows["wwh-4"]["possible"], rows["wwh-4"]["announced"]) == ("5", "7", "15")


def test_every_question_returns_a_row_or_gives_the_reason(graph: Graph) -> None:
    silent = []
    for question in list_questions(ROOT / "queries"):
        result, _ = graph.answer(question.name, timeout_s=60, **dict(question.example))
        if not len(result) and question.empty_because is None:
            silent.append(question.name)
    assert silent == []


def test_an_edge_opens_to_its_evidence_and_to_the_source_that_states_no_partner(graph: Graph) -> None:
    text = graph.explain("SK에코플랜트 ~ 티제이랩스").as_text("en")
    assert "5 sources state both ends" in text
    assert "Sources that state no partner\n  mss-20241128" in text


def test_cumulative_numbers_of_different_days_are_different_numbers_and_no_conflict(graph: Graph) -> None:
    totals = graph.query(
        "SELECT ?measure ?day ?count WHERE { ?t a kg:AwardTotal ; kg:asOf ?day ; kg:count ?count ; kg:award ?a ;"
        " kg:measure ?m . ?a skos:notation 'voluntary-win-win-firm' . ?m skos:notation ?measure }"
    )
    assert {tuple(map(str, row)) for row in totals.to_numpy()} == {
        ("cumulative", "2020-12-16", "25"),
        ("cumulative", "2021-12-16", "35"),
        ("cumulative", "2022-10", "37"),
        ("in-force", "2022-10", "35"),
    }
    disagreeing = {row["thing"] for row in _rows(graph, "disagreements")}
    assert not [thing for thing in disagreeing if "award-total" in thing]
