"""Each fault of the input is named with file, row, value and remedy, all in one pass; the build stays as it was."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.small_tables import ROWS, edit, write_tables

from kg.build import InvalidGraph, build
from kg.cli import main
from kg.errors import InputFaults
from kg.paths import shipped
from kg.settings import read_settings

Spoil = Callable[[Path], object]


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as stream:
        stream.write(text)


def _huge_cell(data: Path) -> None:
    with (data / "ratings.csv").open("ab") as stream:
        stream.write(b'win-win-index,2023,"')
        for _ in range(64):
            stream.write(b"x" * 1_000_000)
        stream.write(b'",outstanding,daily-1,,,,,\n')


CASES: list[tuple[str, Spoil, str, int | None, str]] = [
    ("missing file", lambda d: (d / "names.csv").unlink(), "names.csv", None, "missing"),
    ("missing column", lambda d: edit(d / "ratings.csv", ",grade,", ",", 1), "ratings.csv", 1, "'grade' is missing"),
    (
        "extra column",
        lambda d: edit(d / "editions.csv", "scheme,", "colour,scheme,"),
        "editions.csv",
        1,
        "'colour' is not known",
    ),
    (
        "CP949",
        lambda d: (d / "sources.csv").write_bytes((d / "sources.csv").read_text().encode("cp949")),
        "sources.csv",
        2,
        "CP949",
    ),
    (
        "BOM",
        lambda d: (d / "sources.csv").write_bytes(b"\xef\xbb\xbf" + (d / "sources.csv").read_bytes()),
        "sources.csv",
        1,
        "byte order mark",
    ),
    ("bad date", lambda d: edit(d / "sources.csv", "2024-03-05", "2024-02-30"), "sources.csv", 2, "is not a date"),
    (
        "reversed interval",
        lambda d: edit(d / "sources.csv", "2024-03-05", "2024/2023"),
        "sources.csv",
        2,
        "is not a date",
    ),
    (
        "bad number",
        lambda d: edit(d / "case_contributions.csv", "20000000", '"20,000,000"'),
        "case_contributions.csv",
        2,
        "is not a number",
    ),
    ("bad year", lambda d: edit(d / "editions.csv", ",2023,", ",23,"), "editions.csv", 2, "is not a year"),
    (
        "unknown code",
        lambda d: edit(d / "ratings.csv", "outstanding", "outstandin"),
        "ratings.csv",
        2,
        "Near: outstanding",
    ),
    (
        "dangling id",
        lambda d: edit(d / "cases.csv", "wwh-9", "wwh-8"),
        "cases.csv",
        2,
        "not in the column round of the table rounds",
    ),
    (
        "dangling source",
        lambda d: edit(d / "ratings.csv", "daily-1", "daily-9"),
        "ratings.csv",
        2,
        "not in the column source of the table sources",
    ),
    (
        "duplicate key",
        lambda d: _append(d / "rounds.csv", "wwh-9,win-win-honors,,,,,,\n"),
        "rounds.csv",
        3,
        "same key (round) as row 2",
    ),
    ("unknown name", lambda d: edit(d / "ratings.csv", "한빛전자", "한빋전자"), "ratings.csv", 2, "Near: 한빛전자"),
    (
        "NFD",
        lambda d: edit(d / "cases.csv", "표시 장치", unicodedata.normalize("NFD", "표시 장치")),
        "cases.csv",
        2,
        "NFC",
    ),
    (
        "open quote",
        lambda d: _append(d / "rounds.csv", '"wwh-10,win-win-honors,,,,,,\n'),
        "rounds.csv",
        3,
        "quote is not closed",
    ),
    (
        "too many cells",
        lambda d: _append(d / "rounds.csv", "wwh-10,win-win-honors,,,,,,,,\n"),
        "rounds.csv",
        3,
        "cells instead of",
    ),
    ("empty file", lambda d: (d / "editions.csv").write_text(""), "editions.csv", None, "is empty"),
    ("blank required", lambda d: edit(d / "cases.csv", "water,win-win-honors", "water,"), "cases.csv", 4, "is blank"),
    (
        "phone number",
        lambda d: edit(d / "cases.csv", "물 관리", "문의 02" + "-123-4567"),
        "cases.csv",
        4,
        "phone number",
    ),
    ("too long print", lambda d: edit(d / "ratings.csv", "최우수", "가" * 41), "ratings.csv", 2, "longer than 40"),
    ("unknown table", lambda d: (d / "rating.csv").write_text("a\n"), "rating.csv", None, "is not a record table"),
    ("outer spaces", lambda d: edit(d / "cases.csv", "물 관리", " 물 관리"), "cases.csv", 4, "or trailing spaces"),
    (
        "mention for two names",
        lambda d: edit(d / "names.csv", "hanbit-electronics.misprint", "hanbit-electronics"),
        "names.csv",
        3,
        "several names",
    ),
    ("huge cell", _huge_cell, "ratings.csv", 4, "longer than"),
]


@pytest.mark.parametrize(("name", "spoil", "file", "row", "message"), CASES, ids=[case[0] for case in CASES])
def test_a_fault_is_named_with_file_row_and_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, spoil: Spoil, file: str, row: int | None, message: str
) -> None:
    monkeypatch.setenv("KG_LANG", "en")
    data = write_tables(tmp_path / "data")
    spoil(data)
    with pytest.raises(InputFaults) as caught:
        build(data, tmp_path / "build")
    found = [
        fault for fault in caught.value.faults if fault.file == file and fault.row == row and message in str(fault)
    ]
    assert found, str(caught.value)
    assert len(str(found[0])) < 400
    assert not (tmp_path / "build" / "current").exists()


def test_all_faults_are_reported_in_one_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = write_tables(tmp_path / "data")
    edit(data / "sources.csv", "2024-03-05", "2024-13")
    edit(data / "cases.csv", "wwh-9", "wwh-8")
    edit(data / "ratings.csv", "outstanding", "super")
    assert main(["build", str(data), "--out", str(tmp_path / "build")]) == 1
    printed = capsys.readouterr().err
    assert "sources.csv" in printed and "cases.csv" in printed and "ratings.csv" in printed


def faults_of(data: Path) -> list[tuple[str, int | None, str | None]]:
    """File, row and column of every fault, in the order reported."""
    with pytest.raises(InputFaults) as caught:
        build(data, data.parent / "out")
    return [(fault.file, fault.row, fault.column) for fault in caught.value.faults]


def test_the_values_of_a_file_with_a_format_fault_are_checked_too(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    edit(data / "sources.csv", "2024-09-01", "2024-13")  # row 3
    _append(data / "sources.csv", "short,row\nlate,https://late.example/,나,가,2024-99,ko,press,,,\n")  # rows 5, 6
    assert faults_of(data) == [
        ("sources.csv", 3, "published"), ("sources.csv", 5, None), ("sources.csv", 6, "published"),
    ]  # fmt: skip


def test_an_unreadable_table_causes_no_faults_in_other_tables(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    edit(data / "names.csv", "name,", "names,")
    _append(data / "sources.csv", "short,row\n")
    edit(data / "rounds.csv", "wwh-9", "wwh-8")  # of which cases.csv names the old id
    found = faults_of(data)
    assert found[0] == ("cases.csv", 2, "round")  # of rows 2, 3 and 4
    assert found[1:] == [("names.csv", 1, "name"), ("names.csv", 1, "names"), ("sources.csv", 5, None)]


def test_an_extra_or_missing_column_is_one_fault_and_not_one_of_every_row(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    first, *rest = (data / "cases.csv").read_text(encoding="utf-8").splitlines()
    coloured = [f"colour,{first}", *(f"red,{line}" for line in rest)]
    (data / "cases.csv").write_text("\n".join(coloured) + "\n", encoding="utf-8")
    edit(data / "ratings.csv", ",grade,", ",", 1)
    edit(data / "ratings.csv", ",outstanding,", ",")
    edit(data / "ratings.csv", ",excellent,", ",")
    assert faults_of(data) == [("cases.csv", 1, "colour"), ("ratings.csv", 1, "grade")]


def test_an_unreadable_code_list_does_not_make_codes_unknown(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    folder = data / "codelists"
    folder.mkdir(exist_ok=True)
    head = "code,label_ko,label_en,definition_ko,definition_en"
    (folder / "stance.csv").write_text(f"{head},position\nannouncement,발표,announcement,,\n", encoding="utf-8")
    (folder / "source-kind.csv").write_text(f"{head}\npress,언론,press,,\n", encoding="utf-8")
    (folder / "identifier-scheme.csv").write_text(f"{head},position\n,거래소,exchange,,,1\n", encoding="utf-8")
    (folder / "unit.csv").write_text(f"{head},position\nKRW,원,,,,first\n", encoding="utf-8")
    found = faults_of(data)
    of_lists = [
        ("codelists/identifier-scheme.csv", 2, "code"), ("codelists/source-kind.csv", 1, "position"),
        ("codelists/stance.csv", 2, None), ("codelists/unit.csv", 2, "label_en"),
        ("codelists/unit.csv", 2, "position"),
    ]  # fmt: skip
    assert [place for place in found if place[0].startswith("codelists/")] == of_lists
    assert not [place for place in found if place[2] in ("stance", "kind") and place[0] != "organisations.csv"]


def test_a_code_list_must_have_the_codes_that_the_toolkit_writes(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    (data / "codelists").mkdir(exist_ok=True)
    own = (shipped("data") / "codelists" / "status.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    rows = [line for line in own if not line.startswith("undecided,")]
    (data / "codelists" / "status.csv").write_text("".join(rows), encoding="utf-8")
    assert faults_of(data) == [("codelists/status.csv", None, "code")]


@pytest.mark.parametrize(("sign", "message"), [(";", "';'"), ("\t", "tabs")])
def test_other_separators_are_one_fault_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sign: str, message: str
) -> None:
    monkeypatch.setenv("KG_LANG", "en")
    data = write_tables(tmp_path / "data")
    text = (data / "editions.csv").read_text(encoding="utf-8")
    (data / "editions.csv").write_text(text.replace(",", sign), encoding="utf-8")
    with pytest.raises(InputFaults) as caught:
        build(data, tmp_path / "out")
    (fault,) = caught.value.faults
    assert f"separated by {message}: save it with commas" in str(fault) and fault.row == 1


def test_the_first_faults_of_a_rule_are_shown_and_all_are_counted(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    rounds = "".join(f"extra-{number},win-win-honours-{number},,,,,,\n" for number in range(300))
    _append(data / "rounds.csv", rounds + "x\n" * 70)
    with pytest.raises(InputFaults) as caught:
        build(data, tmp_path / "out")
    assert len(caught.value.faults) == 100 and caught.value.more == 270
    assert "370" in caught.value.text.en


def test_a_faulty_input_leaves_the_last_build_as_it_was(tmp_path: Path) -> None:
    data, out = write_tables(tmp_path / "data"), tmp_path / "build"
    build(data, out)
    before = (out / "graph.nq").read_bytes()
    version = (out / "current").resolve()
    edit(data / "ratings.csv", "outstanding", "super")
    with pytest.raises(InputFaults):
        build(data, out)
    assert (out / "current").resolve() == version
    assert (out / "graph.nq").read_bytes() == before
    assert not list((out / "versions").glob(".new-*"))


def test_an_empty_table_is_a_valid_table(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    (data / "rating_streaks.csv").write_text(
        "scheme,organisation,grade,grade_meaning,kind,count,from_year,to_year,source,place,as_printed,stance,approximate,note\n"
    )
    assert build(data, tmp_path / "build").quads > 0


def test_two_rows_that_make_one_claim_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_LANG", "en")
    data = write_tables(tmp_path / "data")
    _append(
        data / "ratings.csv",
        "win-win-index,2023,한빛전자,good,daily-1,a b,,,,\nwin-win-index,2023,한빛전자,good,daily-1,a-b,,,,\n",
    )
    with pytest.raises(InputFaults) as caught:
        build(data, tmp_path / "build")
    assert "makes the same claim as row 4" in str(caught.value)


def test_messages_exist_in_both_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = write_tables(tmp_path / "data")
    edit(data / "ratings.csv", "outstanding", "super")
    with pytest.raises(InputFaults) as caught:
        build(data, tmp_path / "build")
    monkeypatch.setenv("KG_LANG", "ko")
    korean = str(caught.value)
    monkeypatch.setenv("KG_LANG", "en")
    english = str(caught.value)
    assert "행" in korean and "row 2" in english and korean != english


def test_all_faults_of_the_settings_are_reported_at_once(tmp_path: Path) -> None:
    write_tables(tmp_path)
    rows = ['base = "partners.example"', "policy = 3", 'bass = "x"', 'ties = "no"']
    (tmp_path / "dataset.toml").write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(InputFaults) as caught:
        read_settings(tmp_path)
    found = {fault.column: fault.text.en for fault in caught.value.faults}
    assert found.keys() == {"base", "policy", "bass", "ties"}
    assert "https://example.org/kg/" in found["base"] and "quotes" in found["policy"]
    assert "settings are base" in found["bass"]
    assert "true or false" in found["ties"]


@pytest.mark.parametrize("base", ["https://a.example", "https://a.example/id/x/", "ftp://a.example/", "https://a b/"])
def test_a_base_without_room_for_ids_is_refused(base: str, tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").write_text(f'base = "{base}"\n', encoding="utf-8")
    with pytest.raises(InputFaults):
        read_settings(tmp_path)


def test_a_rule_whose_argument_it_cannot_use_is_named_with_row_and_remedy(tmp_path: Path) -> None:
    write_tables(tmp_path / "data")
    rules = ["require-origins,two", "only-source,elsewhere-1", "prefer-stance,correction>rumour"]
    rows = "".join(f"default,{place},{rule},x / x\n" for place, rule in enumerate(rules, 1))
    (tmp_path / "data" / "policies.csv").write_text(f"policy,position,rule,argument,reason\n{rows}", encoding="utf-8")
    with pytest.raises(InputFaults) as caught:
        build(tmp_path / "data", tmp_path / "out")
    found = {(fault.row, fault.value): fault.text.en for fault in caught.value.faults}
    assert found.keys() == {(2, "two"), (4, "correction>rumour")}  # of a source that is not here nothing is accepted
    assert "whole number from 1, such as 2" in found[2, "two"]
    assert "rumour: unknown stance; the stances are announcement, correction" in found[4, "correction>rumour"]
    assert not (tmp_path / "out" / "current").exists()


def test_a_row_that_breaks_a_rule_is_shown_with_file_row_and_value(tmp_path: Path) -> None:
    rows = {name: [dict(row) for row in table] for name, table in ROWS.items()}
    rows["case_participants"] = [row for row in rows["case_participants"] if "unnamed_reason" not in row]
    with pytest.raises(InvalidGraph) as caught:
        build(write_tables(tmp_path / "data", rows), tmp_path / "out")
    (fault,) = caught.value.faults
    assert (fault.file, fault.row, fault.value) == ("cases.csv", 4, "case/water")
    assert str(fault) in str(caught.value) and "two parties" in fault.text.en
    assert caught.value.as_json()["faults"]
