"""The invented partnerships that the questions are tested on, how they are loaded, and what they must contain."""

from __future__ import annotations

import pyoxigraph as ox
from helpers.question_data import (
    FOLDER,
    QUESTIONS,
    quads,
    table,
)

from kg.vocab import ID, KG


def test_every_claim_followed_or_set_aside_is_in_the_graph_of_its_source() -> None:
    data = quads()
    graphs = {quad.subject.value: quad.graph_name.value for quad in data if quad.object == ox.NamedNode(KG["Claim"])}
    links = {KG[name] for name in ("acceptedFrom", "setAside", "contestedBy")}
    linked = {quad.object.value for quad in data if quad.predicate.value in links}
    assert linked and linked <= graphs.keys()
    for claim, graph in graphs.items():
        assert claim.startswith(ID["claim/"]) and graph == ID["source/" + claim.split("/")[6]]


def test_every_question_has_an_expected_table_and_a_mutation() -> None:
    names = {path.stem for path in QUESTIONS.glob("*.rq")}
    assert {row["question"] for row in table("asked.csv")} == names
    assert {row["question"] for row in table("mutations.csv")} == names
    assert {row["expected"] for row in table("asked.csv")} == {p.stem for p in (FOLDER / "expected").glob("*.csv")}
