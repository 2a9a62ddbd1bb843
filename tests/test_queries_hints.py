"""Hints explain why a query found nothing, and appear for no other query."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.cli import main
from kg.graph import Graph
from kg.opening import open_graph
from kg.queries.hints import hints
from kg.queries.questions import list_questions
from kg.vocab import ID

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def graph(real_build: Path) -> Iterator[Graph]:
    with open_graph(real_build) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("SELECT * WHERE { ?o a kg:Organization }", "kg:Organization is not a class or property .* kg:Organisation"),
        ("SELECT * WHERE { ?r kg:grde ?g }", "kg:grde is not .* nearest: kg:grade"),
        ("SELECT (COUNT(*) AS ?n) WHERE { ?r kg:grde ?g }", "kg:grde is not"),
        ("ASK { ?o skos:prefLable ?l }", "skos:prefLable is not .* skos:prefLabel"),
        ("PREFIX k: <https://w3id.org/sangsaeng/def#> ASK { ?o k:Labl ?l ; k:case2 ?c }", "kg:case2 is not .* kg:case"),
        (f"ASK {{ ?p kg:role <{ID['code/role/leed']}> }}", r"no value in this graph is the code .*role/lead"),
        ("SELECT * WHERE { ?r kg:year 2023 }", r'kg:year .* write "2023"\^\^xsd:gYear'),
        ('SELECT * WHERE { ?o rdfs:label "LG전자"@fr }', r'rdfs:label .* "LG전자"@en, "LG전자"@ko'),
        ('SELECT * WHERE { ?c kg:sourceCount "1" }', r'"1"\^\^xsd:integer'),
        ('SELECT * WHERE { ?c kg:selected ?d FILTER(?d < "2000-01-01"^^xsd:date) }', "kg:selectedEarliest"),
        ("SELECT * WHERE { ?c a kg:Claim }", "kg:Claim occurs only in the graphs of sources"),
        ("SELECT * WHERE { ?c a kg:Conflict }", "kg:Conflict occurs only in the analysis graph"),
    ],
)
def test_an_empty_answer_is_explained(graph: Graph, query: str, hint: str) -> None:
    frame = graph.query(query)
    assert any(re.search(hint, text) for text in frame.attrs["hints"]), frame.attrs["hints"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE { ?o a kg:Organisation ; kg:nothing ?x } LIMIT 0 # kg:Organization",
        "SELECT * WHERE { ?o a kg:Organisation } LIMIT 1",
        'ASK { ?o rdfs:label "no such name"@ko }',
        "ASK { GRAPH ?g { ?c a kg:Claim } FILTER(false) }",
        "ASK { ?o <urn:unknown> ?x }",
    ],
)
def test_what_can_be_found_has_no_hint(graph: Graph, query: str) -> None:
    found = graph.query(query).attrs["hints"]
    assert all("kg:nothing" in text for text in found), found


def test_no_shipped_question_has_a_literal_of_another_datatype(graph: Graph) -> None:
    profile = graph.profile()
    for question in list_questions(ROOT / "queries"):
        wrong = [hint.en for hint in hints(question.text, profile) if "datatype or language" in hint.en]
        assert wrong == [], question.name


def test_hints_go_to_standard_error(real_build: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "SELECT ?g WHERE { ?r kg:grde ?g }", "--format", "csv", "--graph", str(real_build)]) == 0
    out, err = capsys.readouterr()
    assert out.split() == ["g"]
    assert "nearest: kg:grade" in err
