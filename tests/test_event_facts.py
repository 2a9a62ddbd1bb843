"""Offices, numbers, access and larger events; bodies of programmes; names of codes; release times, end to end."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kg.build import build
from kg.init import init_folder
from kg.opening import open_graph

TABLES = (
    "code_names", "event_access", "event_offices", "event_parts", "event_totals", "programme_bodies", "source_releases",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The tables of `kg init`, with a filled line each."""
    init_folder(tmp_path / "mine")
    return tmp_path / "mine"


def append(path: Path, row: dict[str, str]) -> None:
    """One more row, sorted in where the columns before ``source`` put it."""
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    rows = sorted([*rows, [row.get(column, "") for column in header]])
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])


def test_each_fact_of_the_starter_is_reached_by_a_question(folder: Path, tmp_path: Path) -> None:
    build(folder, tmp_path / "build")
    with open_graph(tmp_path / "build") as graph:
        facts = graph.query("event-details", event="round-table", language="en")
        shown = {str(what): str(value) for what, value in facts[["whatLabel", "valueLabel"]].to_numpy()}
        assert shown["attendees"] == "30" and shown["access"] == "open" and shown["part of"] == "협력 주간"
        assert shown["venue"] == "보기회관"
        offices = graph.query("event-offices", event="round-table", language="en")
        assert list(offices["officeLabel"]) == ["chief executive"] and list(offices["capacityLabel"]) == ["speaker"]
        agenda = graph.query("event-agenda", event="round-table", language="en")
        assert set(agenda["accessLabel"]) == {"open"} and set(agenda["venue"]) == {"보기회관"}
        bodies = graph.query("programme-bodies", programme="윈윈 아너즈", language="en")
        assert list(bodies["responsibilityLabel"]) == ["selects"]
        assert list(graph.query("release-times")["printed"]) == ["3.5(화) 14:00"]
        misprints = graph.query("misprints", language="en")
        assert list(misprints["meantName"]) == ["Win-Win Honors"]


def test_a_folder_without_the_seven_tables_builds_without_their_things(folder: Path, tmp_path: Path) -> None:
    for name in TABLES:
        (folder / f"{name}.csv").unlink()
    summary = build(folder, tmp_path / "build")
    assert not set(TABLES) & summary.rows.keys() and summary.quarantined == 0
    with open_graph(tmp_path / "build") as graph:
        assert graph.query("event-offices", event="round-table").empty
        assert set(graph.query("event-details", event="round-table", language="en")["whatLabel"]) == {"start", "venue"}


def test_rows_that_violate_a_rule_are_quarantined_with_their_name(folder: Path, tmp_path: Path) -> None:
    source = "daily-20240305"
    append(folder / "code_names.csv", {
        "name": "없는 사업", "list": "programme", "code": "none", "judgement": "same", "kind": "usual",
        "mention": "none", "source": source,
    })  # fmt: skip
    append(folder / "event_parts.csv", {"event": "cooperation-week", "whole": "cooperation-week", "source": source})
    append(folder / "event_access.csv", {
        "event": "round-table", "access": "closed", "from_agenda": "3", "to_agenda": "2", "source": source,
    })  # fmt: skip
    summary = build(folder, tmp_path / "build", quarantine=True)
    assert summary.quarantined == 3
    apart = sorted(path.name for path in (tmp_path / "build" / "quarantine").glob("*.csv"))
    assert apart == ["code_names.csv", "event_access.csv", "event_parts.csv"]
    assert "없는 사업" in (tmp_path / "build" / "quarantine" / "code_names.csv").read_text(encoding="utf-8")
    with open_graph(tmp_path / "build") as graph:
        assert list(graph.query("misprints")["printedName"]) == ["윈윈 아너즈"]


def test_an_unsure_name_of_a_code_is_counted_and_listed(folder: Path, tmp_path: Path) -> None:
    append(folder / "code_names.csv", {
        "name": "함께하는 상생", "list": "programme", "code": "other", "judgement": "unsure", "kind": "variant",
        "mention": "together", "source": "daily-20240305",
    })  # fmt: skip
    summary = build(folder, tmp_path / "build")
    assert summary.unsure["code_names"] == 1
    with open_graph(tmp_path / "build") as graph:
        unsure = graph.query("uncertain-identities", language="en")
        assert "함께하는 상생" in set(unsure["oneLabel"])
        assert "programme/other" in (tmp_path / "build" / "current" / "unsure.csv").read_text(encoding="utf-8")
        assert graph.query("programme-bodies", programme="윈윈 아너즈").shape[0] == 1
