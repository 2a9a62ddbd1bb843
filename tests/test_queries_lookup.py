"""Names given by a person are resolved exactly, or refused with what comes nearest."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from helpers.question_data import quads, write_store

from kg.matching.near_names import nearest_names
from kg.queries import QueryResult, resolve_term, run
from kg.queries.lookup import AmbiguousName, UnknownName
from kg.vocab import ID, KG


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import pyoxigraph as ox

    twice = ox.Quad(
        ox.NamedNode(ID["org/other"]), ox.NamedNode(KG["mention"]), ox.NamedNode(ID["mention/hanbit-short"])
    )
    kind = ox.Quad(
        ox.NamedNode(ID["org/other"]),
        ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
        ox.NamedNode(KG["Organisation"]),
    )
    return write_store(tmp_path_factory.mktemp("names") / "store", [*quads(), twice, kind])


@pytest.mark.parametrize(
    ("kind", "text", "path"),
    [
        ("organisation", "hanbit-electronics", "org/hanbit-electronics"),
        ("organisation", "한빛전자", "org/hanbit-electronics"),
        ("organisation", unicodedata.normalize("NFD", "한빛전자"), "org/hanbit-electronics"),
        ("organisation", "  Hanbit \t Electronics ", "org/hanbit-electronics"),
        ("organisation", "hanbit electronics", "org/hanbit-electronics"),
        ("organisation", "한빛전지", "org/hanbit-electronics"),
        ("organisation", "https://w3id.org/sangsaeng/id/org/never-seen", "org/never-seen"),
        ("case", "발전소 진단", "case/c-plant"),
        ("event", "상생 간담회", "event/round-table-2024"),
        ("source", "min-20241128", "source/min-20241128"),
        ("round", "제2차", "round/honors-2"),
        ("round", "Win-Win Honors round 2", "round/honors-2"),
        ("programme", "윈윈 아너스", "code/programme/win-win-honors"),
        ("scheme", "Win-Win Index", "code/rating-scheme/win-win-index"),
        ("scheme", "win-win-index", "code/rating-scheme/win-win-index"),
        ("grade", "win-win-index/outstanding", "grade/win-win-index/outstanding"),
    ],
)
def test_a_name_is_resolved(kind: str, text: str, path: str, store: Path) -> None:
    assert resolve_term(lambda q: run(store, q), kind, text) == ID[path]


def test_an_unsure_or_different_name_is_not_taken(store: Path) -> None:
    for name in ("HB전자", "한빛식품"):
        with pytest.raises(UnknownName):
            resolve_term(lambda q: run(store, q), "organisation", name)


@pytest.mark.parametrize(
    ("text", "near"),
    [("한빛전쟈", "hanbit-electronics"), ("새솔팁", "saesol-chip"), ("dodam-constructoin", "dodam-construction")],
)
def test_an_unknown_name_gets_the_nearest_three(
    text: str, near: str, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_LANG", "en")
    with pytest.raises(UnknownName) as caught:
        resolve_term(lambda q: run(store, q), "organisation", text)
    said = str(caught.value)
    assert "nearest: " in said
    shown = said.split("nearest: ")[1].split(", ")
    assert len(shown) <= 3 and f"({near})" in shown[0]


def test_a_part_of_a_name_gets_the_names_it_is_a_part_of_the_shortest_first() -> None:
    names = [("다소전자", "a"), ("한국다솜전자공업", "b"), ("다솜전자", "b"), ("큰다솜재단", "c"), ("다솝", "d")]
    assert nearest_names("다솜", names)[:2] == [("다솜전자", "b"), ("큰다솜재단", "c")]
    latin = [("INSTITUTE OF Mirelle", "x"), ("The Old University of Marelle", "y")]
    assert nearest_names("UNIVERSITY OF Marelle", latin)[0] == ("The Old University of Marelle", "y")


def test_a_name_of_several_things_names_them(store: Path) -> None:
    with pytest.raises(AmbiguousName, match="hanbit-electronics, other"):
        resolve_term(lambda q: run(store, q), "organisation", "한빛")
    with pytest.raises(AmbiguousName, match="public-institution-evaluation/good, win-win-index/good"):
        resolve_term(lambda q: run(store, q), "grade", "양호")


def test_a_kind_without_names_says_so_plainly() -> None:
    with pytest.raises(UnknownName) as caught:
        resolve_term(lambda q: QueryResult("select", ("thing",)), "event", "없는 행사")
    assert "nearest" not in caught.value.text.en and "행사" in caught.value.text.ko


def test_an_iri_that_could_end_early_is_refused() -> None:
    with pytest.raises(UnknownName):
        resolve_term(lambda q: QueryResult("select"), "organisation", "https://example.org/> . ?s ?p ?o")
