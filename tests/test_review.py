"""``kg review`` lists what a person has to judge, each finding once, and nothing in tables that leave nothing open."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.small_tables import ROWS, write_tables

from kg.cli import main
from kg.errors import InputFaults
from kg.review import RULES, UNUSED_PROGRAMME, article_of, review

ROOT = Path(__file__).resolve().parent.parent
Tables = dict[str, list[dict[str, str]]]
Change = Callable[[Tables], object]


def _source(tables: Tables, source: str, **cells: str) -> None:
    tables["sources"].append({**tables["sources"][0], "url": "https://x.example/", "source": source, **cells})


def _same_article(tables: Tables) -> None:
    tables["sources"][0]["url"] = "https://www.daily.example/read/20240305001"
    tables["sources"][1]["url"] = "https://m.daily.example/amp/view?id=20240305001&mode=1"


def _same_announcement(tables: Tables) -> None:
    _source(tables, "late-1", published="2024-03-06", origin="late-1")
    tables["cases"].append({**tables["cases"][0], "source": "late-1"})


def _copied_day(tables: Tables) -> None:
    tables["cases"][1]["selected"] = "2024-03-05"


def _late_announcement(tables: Tables) -> None:
    _source(tables, "late-1", published="2024-04-06", origin="announcement-r1")
    tables["cases"].append({**tables["cases"][0], "source": "late-1"})


def _events(tables: Tables, last: str = "2024-03-12") -> None:
    tables["events"] = [
        {"event": "fair", "name": "박람회", "start": "2024-03-05", "source": "daily-1", "stance": "announcement"},
        {"event": "prize", "name": "시상식", "start": last, "source": "daily-1", "stance": "announcement"},
    ]


def _cases(tables: Tables) -> None:
    tables["cases"].append({**tables["cases"][0], "case": "panel", "selected": ""})
    for party in tables["case_participants"][:2]:
        tables["case_participants"].append({**party, "case": "panel"})


def _number(tables: Tables) -> None:
    row = {"award": "win-win-honors", "measure": "cumulative", "count": "9", "source": "daily-1"}
    tables["award_totals"] = [{**row, "stance": "announcement"}]


CHANGES: dict[str, tuple[Change, str, str]] = {
    "same-article": (_same_article, "sources.csv", "daily-2"),
    "same-announcement": (_same_announcement, "cases.csv", "daily-1"),
    "copied-day": (_copied_day, "cases.csv", "2024-03-05"),
    "late-announcement": (_late_announcement, "cases.csv", "announcement"),
    "events-to-judge": (_events, "events.csv", "fair"),
    "cases-to-judge": (_cases, "cases.csv", "display"),
    "number-without-day": (_number, "award_totals.csv", "9"),
}


def _reviewed(folder: Path, change: Change | None = None) -> list[tuple[str, str, str | None]]:
    tables = copy.deepcopy(ROWS)
    if change:
        change(tables)
    found = review(write_tables(folder, tables))
    assert all(finding.text.ko and "{" not in finding.text.ko + finding.text.en for finding in found)
    return [(finding.rule, finding.file, finding.value) for finding in found]


def test_every_rule_is_tested_here() -> None:
    assert {rule.name for rule in RULES} | {"same-article"} == set(CHANGES)


@pytest.mark.parametrize("rule", sorted(CHANGES))
def test_what_is_left_open_is_found_once(tmp_path: Path, rule: str) -> None:
    change, file, value = CHANGES[rule]
    assert _reviewed(tmp_path, change) == [(rule, file, value)]


JUDGEMENT = {"judgement": "different", "reason": "주제가 다름", "decided": "2024-04-01"}
JUDGED: dict[str, Change] = {
    "nothing is open": lambda tables: None,
    "one origin": lambda tables: (_same_announcement(tables), tables["sources"][-1].update(origin="announcement-r1")),
    "a note on the day": lambda tables: (_copied_day(tables), tables["cases"][1].update(note="5일이라고 적음")),
    "a later report recalls": lambda tables: (
        _late_announcement(tables),
        tables["cases"][-1].update(stance="retrospective"),
    ),
    "events eight days apart": lambda tables: _events(tables, "2024-03-13"),
    "events judged": lambda tables: (
        _events(tables),
        tables.update(event_identity=[{"one": "prize", "other": "fair", **JUDGEMENT}]),
    ),
    "an event within another": lambda tables: (
        _events(tables),
        tables.update(event_parts=[{"event": "prize", "whole": "fair", "source": "daily-1", "stance": "announcement"}]),
    ),
    "cases judged": lambda tables: (
        _cases(tables),
        tables.update(case_identity=[{"one": "panel", "other": "display", **JUDGEMENT}]),
    ),
    "cases of two years": lambda tables: (
        _cases(tables),
        tables["cases"][-1].update(selected="2023", stance="retrospective"),
    ),
    "a number of a day": lambda tables: (_number(tables), tables["award_totals"][0].update(as_of="2024-03")),
    "a number of a round": lambda tables: (
        _number(tables),
        tables["award_totals"][0].update(measure="in-round", round="wwh-9"),
    ),
}


@pytest.mark.parametrize("change", JUDGED.values(), ids=list(JUDGED))
def test_what_is_judged_is_not_listed(tmp_path: Path, change: Change) -> None:
    assert _reviewed(tmp_path, change) == []


def test_a_programme_without_a_case_is_listed_where_the_folder_has_a_list_of_its_own(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    text = (ROOT / "data" / "codelists" / "programme.csv").read_text(encoding="utf-8")
    (data / "codelists").mkdir()
    rows = [line for line in text.splitlines() if line.split(",")[0] in ("code", "other", "win-win-honors")]
    (data / "codelists" / "programme.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert [(finding.rule, finding.value) for finding in review(data)] == [(UNUSED_PROGRAMME.name, "other")]


def test_tables_with_faults_are_not_reviewed(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    (data / "names.csv").unlink()
    with pytest.raises(InputFaults):
        review(data)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("https://m.a.example/amp/read?id=01234567&x=1", "http://www.a.example/news/01234567", True),
        ("https://a.example/01234567", "https://b.example/01234567", False),
        ("https://a.example/1234567", "https://a.example/1234568", False),
        ("https://a.example/read?no=12", "https://a.example/read?no=12", False),  # too short to identify an article
        ("https://a.example/bbs/B0000005/1", "https://a.example/bbs/B0000005/2", False),
        ("https://a.example/blob/c5617296345482/1", "https://a.example/blob/c5617296345482/2", False),
    ],
)
def test_an_article_is_its_site_and_its_number(first: str, second: str, same: bool) -> None:
    assert (article_of(first) is not None and article_of(first) == article_of(second)) == same


def test_the_shipped_tables_leave_only_days_and_one_announcement_open() -> None:
    """Lower these numbers with each day that is checked; docs/data/batches.md says how."""
    found = Counter(finding.rule for finding in review(ROOT / "data"))
    assert found == {"copied-day": 31, "same-announcement": 1}


def test_the_command_prints_findings_in_both_languages_and_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = copy.deepcopy(ROWS)
    _events(tables)
    folder = str(write_tables(tmp_path / "data", tables))
    monkeypatch.setenv("KG_LANG", "en")
    assert main(["review", folder]) == 0
    assert "within 7 days of event prize" in capsys.readouterr().out
    monkeypatch.setenv("KG_LANG", "ko")
    assert main(["review", folder]) == 0
    assert "event_identity.csv에 판단을 적으십시오" in capsys.readouterr().out
    assert main(["review", folder, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["rule"] == "events-to-judge"
    assert main(["review", str(write_tables(tmp_path / "plain"))]) == 0
    assert capsys.readouterr().out.strip() == "판단할 것이 없습니다."
