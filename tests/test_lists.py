"""The tables beside the record tables: nonsense in redirects and in the matcher's word lists is named, all at once."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from helpers.small_tables import write_tables

from kg.errors import Fault, InputFaults
from kg.paths import shipped
from kg.records import load_records, read_schema
from kg.records.lists import LISTS, REDIRECT_COLUMNS, list_faults, redirect_faults

IDS = frozenset({"hanbit", "saesol", "case-1"})


def faults_of(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(InputFaults) as error:
        load_records(duckdb.connect(), folder, read_schema())
    return error.value.faults


def redirects(*rows: tuple[str, str]) -> dict[int, dict[str, str]]:
    return {
        number: dict(zip(REDIRECT_COLUMNS, (old, new, "merged", "2026-11-25"), strict=True))
        for number, (old, new) in enumerate(rows, start=2)
    }


def rules(faults: Iterator[Fault]) -> list[tuple[str, int | None, str | None, str | None]]:
    return [(fault.rule, fault.row, fault.column, fault.value) for fault in faults]


# --- redirects ---------------------------------------------------------------------------------------------------


def test_direct_and_indirect_redirects_to_ids_in_use_are_valid() -> None:
    assert rules(redirect_faults(redirects(("old-1", "hanbit"), ("old-2", "old-1"), ("old-3", "case-1")), IDS)) == []
    assert rules(redirect_faults({}, IDS)) == []


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([("old", "nobody")], [("redirect-unknown", 2, "new", "nobody")]),
        ([("hanbit", "saesol")], [("redirect-in-use", 2, "old", "hanbit")]),
        ([("old", "hanbit"), ("old", "saesol")], [("redirect-twice", 3, "old", "old")]),
        ([("old", "old")], [("redirect-circle", 2, "old, new", "old → old")]),
        ([("b", "a"), ("a", "b")], [("redirect-circle", 3, "old, new", "a → b → a")]),
        ([("c", "a"), ("a", "b"), ("b", "a")], [("redirect-circle", 3, "old, new", "a → b → a")]),
        ([("", "hanbit")], [("redirect-empty", 2, "old", "")]),
        ([("old", "")], [("redirect-empty", 2, "new", "")]),
    ],
)
def test_a_dangling_redirect_is_reported(rows: list[tuple[str, str]], found: list[tuple[str, int, str, str]]) -> None:
    assert rules(redirect_faults(redirects(*rows), IDS)) == found


def test_an_unknown_target_gets_the_nearest_ids_and_none_where_the_tables_could_not_be_read() -> None:
    (fault,) = redirect_faults(redirects(("old", "hanbid")), IDS)
    assert fault.text.en.endswith("Near: hanbit.") and fault.text.ko.endswith("비슷한 값: hanbit.")
    assert rules(redirect_faults(redirects(("hanbit", "nobody")), None)) == []


def test_reason_and_date_of_a_redirect_are_needed() -> None:
    row = {"old": "old", "new": "hanbit", "reason": "", "date": ""}
    assert rules(redirect_faults({2: row}, IDS)) == [
        ("redirect-empty", 2, "reason", ""),
        ("redirect-empty", 2, "date", ""),
    ]
    (fault,) = redirect_faults({2: {**row, "reason": "merged", "date": "25.11.2026"}}, IDS)
    assert (fault.rule, fault.column, fault.value) == ("redirect-date", "date", "25.11.2026")
    assert rules(redirect_faults({2: {"old": "old", "new": "hanbit"}}, IDS)) == []  # a missing column is another fault


# --- word lists --------------------------------------------------------------------------------------------------

GOOD = {
    "hanja": {"hangul": "가", "hanja": "家加"},
    "jamo-latin": {"jamo": "ㅏ", "place": "vowel", "latin": "a|ar", "usual": "a"},
    "legal-form": {
        "form": "(주)",
        "country": "KR",
        "means": "stock|limited",
        "place": "",
        "note_ko": "",
        "note_en": "",
    },
    "letter-name": {"letter": "A", "hangul": "에이", "reading": "usual"},
    "name-affix": {"word": "써비스", "kind": "variant", "short": "서비스", "note_ko": "", "note_en": ""},
    "number-name": {"number": "3", "hangul": "쓰리"},
}
BAD = [
    ("hanja", "hangul", "가나"), ("hanja", "hangul", ""), ("hanja", "hangul", "a"), ("hanja", "hanja", ""),
    ("hanja", "hanja", "家 加"), ("hanja", "hanja", "家가"),
    ("jamo-latin", "jamo", ""), ("jamo-latin", "place", "middle"), ("jamo-latin", "latin", "A"),
    ("jamo-latin", "usual", "a,b"), ("legal-form", "form", " "), ("legal-form", "country", "KOR"),
    ("legal-form", "country", "kr"), ("legal-form", "means", "stock|"), ("legal-form", "means", "Stock"),
    ("legal-form", "place", "end"), ("letter-name", "letter", "a"), ("letter-name", "letter", "AB"),
    ("letter-name", "letter", ""), ("letter-name", "hangul", "ei"), ("letter-name", "hangul", ""),
    ("letter-name", "reading", "rare"), ("name-affix", "word", ""), ("name-affix", "kind", "ending"),
    ("number-name", "number", "III"), ("number-name", "number", ""), ("number-name", "hangul", "three"),
]  # fmt: skip


def test_every_list_has_a_good_row_and_every_column_with_a_form_a_bad_value() -> None:
    assert GOOD.keys() == LISTS.keys()
    for name, row in GOOD.items():
        assert tuple(row) == tuple(LISTS[name].columns)
        assert rules(list_faults(name, LISTS[name], {2: row})) == []
    checked = {
        (name, column)
        for name, listed in LISTS.items()
        for column, wanted in listed.columns.items()
        if not wanted.form.fullmatch("\0")
    }
    assert checked <= {(name, column) for name, column, _ in BAD}


@pytest.mark.parametrize(("name", "column", "value"), BAD)
def test_a_cell_that_cannot_be_used_is_named(name: str, column: str, value: str) -> None:
    found = rules(list_faults(f"matching/{name}.csv", LISTS[name], {2: {**GOOD[name], column: value}}))
    assert (f"list-{column}", 2, column, value) in found


def test_rows_that_contradict_each_other_are_named() -> None:
    for name, row in GOOD.items():
        found = rules(list_faults(name, LISTS[name], {2: row, 3: row}))
        assert [one[:2] for one in found if one[0] == "list-twice"] == [("list-twice", 3)], name
    letters = LISTS["letter-name"]
    second = {"letter": "A", "hangul": "애이", "reading": "usual"}
    assert rules(list_faults("", letters, {2: GOOD["letter-name"], 3: second})) == [("list-usual", 3, "letter", "A")]
    assert rules(list_faults("", letters, {3: {**second, "reading": "other"}})) == [("list-usual", 3, "letter", "A")]
    assert rules(list_faults("", letters, {2: GOOD["letter-name"], 3: {**second, "reading": "other"}})) == []
    affix, row = LISTS["name-affix"], GOOD["name-affix"]
    assert rules(list_faults("", affix, {2: {**row, "short": ""}})) == [("list-short", 2, "short", "")]
    assert rules(list_faults("", affix, {2: {**row, "kind": "body"}})) == [("list-short", 2, "short", "서비스")]
    chain = {2: row, 3: {**row, "word": "써어비스", "short": "써비스"}}
    assert rules(list_faults("", affix, chain)) == [("list-chain", 3, "short", "써비스")]
    for place, jamo in (("initial", "ㅏ"), ("final", "ㅏ"), ("vowel", "ㄱ"), ("syllable", "ㅏ"), ("vowel", "ㅏ어")):
        row = {**GOOD["jamo-latin"], "place": place, "jamo": jamo}
        assert rules(list_faults("", LISTS["jamo-latin"], {2: row})) == [("list-jamo", 2, "jamo", jamo)]
    double = {"hangul": "가", "hanja": "家加家"}
    assert rules(list_faults("", LISTS["hanja"], {2: double})) == [("list-twice", 2, "hanja", "家")]


def test_the_lists_of_the_toolkit_have_no_fault() -> None:
    folder = shipped("data") / "matching"
    assert {path.stem for path in folder.iterdir()} == set(LISTS)
    for path in folder.iterdir():
        with path.open(encoding="utf-8", newline="") as lines:
            rows = dict(enumerate(csv.DictReader(lines, strict=True), start=2))
        assert rules(list_faults(path.name, LISTS[path.stem], rows)) == [], path.name


# --- in a folder of tables -----------------------------------------------------------------------------------------


def test_nonsense_in_redirects_and_word_lists_is_reported_in_one_pass_with_that_of_the_tables(tmp_path: Path) -> None:
    write_tables(tmp_path)
    (tmp_path / "redirects.csv").write_text(
        "old,new,reason,date\nold,nobody,merged,2026-11-25\nolder,,merged,yesterday\n", encoding="utf-8"
    )
    lists = tmp_path / "matching"
    lists.mkdir()
    (lists / "letter-name.csv").write_text("letter,hangul,reading\na,에이,usual\n", encoding="utf-8")
    (lists / "number-name.csv").write_text("number,hangul,colour\n3,삼,red\n", encoding="utf-8")
    (lists / "letters.csv").write_text("letter\n", encoding="utf-8")
    (lists / "hanja.csv").write_bytes("hangul,hanja\n가,家\n".encode("cp949"))
    (tmp_path / "stray.csv").write_text("a\n", encoding="utf-8")
    found = {(fault.file, fault.row, fault.column) for fault in faults_of(tmp_path)}
    assert found >= {
        ("redirects.csv", 2, "new"),
        ("redirects.csv", 3, "new"),
        ("redirects.csv", 3, "date"),
        ("matching/letter-name.csv", 2, "letter"),
        ("matching/number-name.csv", 1, "colour"),
        ("matching/letters.csv", None, None),
        ("matching/hanja.csv", 2, None),
        ("stray.csv", None, None),
    }


def test_an_id_of_the_tables_may_not_be_redirected_and_may_be_the_target(tmp_path: Path) -> None:
    write_tables(tmp_path)
    with (tmp_path / "organisations.csv").open(encoding="utf-8", newline="") as lines:
        first, second, *_ = [row["organisation"] for row in csv.DictReader(lines)]
    target = f"old,new,reason,date\nold,{first},merged,2026-11-25\n"
    (tmp_path / "redirects.csv").write_text(target, encoding="utf-8")
    load_records(duckdb.connect(), tmp_path, read_schema())
    (tmp_path / "redirects.csv").write_text(target + f"{first},{second},merged,2026-11-25\n", encoding="utf-8")
    (fault,) = faults_of(tmp_path)
    assert (fault.file, fault.row, fault.rule, fault.value) == ("redirects.csv", 3, "redirect-in-use", first)
    assert "아직 사용 중인 ID" in fault.text.ko
