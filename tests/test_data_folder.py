"""Every file of a data folder is read, refused as a fault with its remedy, or named in a note; none blocks a build."""

from __future__ import annotations

import gzip
import os
import socket
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from helpers.loading import load_folder
from helpers.small_tables import ROWS, edit, write_tables

from kg.dialect import csv_relation
from kg.errors import InputFaults
from kg.paths import shipped
from kg.records import load_records, read_schema
from kg.records.folder import read_folder
from kg.settings import read_settings
from kg.values import sql_text

SCHEMA = read_schema()
Change = Callable[[Path], object]


def looked_at(folder: Path) -> tuple[list[tuple[str, str]], list[str]]:
    """File and message of each fault of a folder's names, and the files in notes."""
    found = read_folder(folder, SCHEMA)
    assert all(fault.text.ko for fault in [*found.faults, *found.notes])
    return [(fault.file, fault.text.en) for fault in found.faults], [note.file for note in found.notes]


def _move(name: str) -> Change:
    def change(data: Path) -> None:
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / "cases.csv").rename(data / name)

    return change


MISPLACED: list[tuple[str, Change, str, str]] = [
    *(
        (name, _move(name), name, "save it as cases.csv / cases.parquet")
        for name in (
            "Cases.CSV",
            "cases.CSV",
            "CASES.csv",
            "cases.csv.gz",
            "cases.csv.zst",
            "cases.tsv",
            "cases.xlsx",
            "cases",
            "cases.txt",
            "cases.json",
            "cases.Parquet",
            "cases.parquet.gz",
            "cases (1).csv",
            "cases copy.csv",
            "cases.csv~",
            "cases.csv.bak",
            "cases .csv",
            "ｃａｓｅｓ.csv",
            "cases - Copy.csv",
        )
    ),
    (
        "folder",
        lambda data: (data / "cases.csv").unlink() or (data / "cases").mkdir(),
        "cases/",
        "write the file cases.csv",
    ),
    ("nested", _move("tables/2024/cases.csv"), "tables/", "move them up into the data folder"),
    ("nested parquet", _move("old/cases.parquet"), "old/", "(cases)"),
    ("near name", _move("case.csv"), "case.csv", "Near: cases.csv"),
    ("unknown", lambda data: (data / "zzz.parquet").touch(), "zzz.parquet", "not a record table or code list"),
    ("unknown packed", lambda data: (data / "zzz.csv.gz").touch(), "zzz.csv.gz", "not a record table or code list"),
    ("both forms", lambda data: (data / "cases.parquet").touch(), "cases.parquet", "same table as cases.csv"),
    ("packed beside", lambda data: (data / "cases.csv.gz").touch(), "cases.csv.gz", "same table as cases.csv"),
    ("other case beside", lambda data: (data / "Cases.csv").touch(), "Cases.csv", "same table as cases.csv"),
    ("lists", lambda data: (data / "CodeLists").mkdir(), "CodeLists/", "rename it to codelists"),
    ("lists 2", lambda data: (data / "code-lists").mkdir(), "code-lists/", "rename it to codelists"),
    ("settings", lambda data: (data / "Dataset.toml").touch(), "Dataset.toml", "save it as dataset.toml"),
    ("redirects", lambda data: (data / "Redirects.csv").touch(), "Redirects.csv", "save it as redirects.csv"),
]


@pytest.mark.parametrize(
    ("change", "file", "message"), [case[1:] for case in MISPLACED], ids=[case[0] for case in MISPLACED]
)
def test_a_table_in_the_wrong_name_or_form_is_one_fault(
    tmp_path: Path, change: Change, file: str, message: str
) -> None:
    data = write_tables(tmp_path / "data")
    change(data)
    ((found, text),), notes = looked_at(data)
    assert found == file and message in text and notes == []


@pytest.mark.parametrize(
    "name", ["role.CSV", "role.csv.gz", "role.parquet", "Role.csv", "role.xlsx", "rolle.csv", "mine.csv"]
)
def test_a_code_list_in_the_wrong_name_or_form_is_one_fault(tmp_path: Path, name: str) -> None:
    data = write_tables(tmp_path / "data")
    (data / "codelists").mkdir()
    (data / "codelists" / name).touch()
    ((found, text),), _ = looked_at(data)
    assert found == f"codelists/{name}" and ("role.csv" in text or name == "mine.csv")


def test_an_additional_code_list_is_read_if_the_list_of_lists_names_it(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    (data / "codelists").mkdir()
    head = "code,label_ko,label_en,definition_ko,definition_en,position\n"
    (data / "codelists" / "mine.csv").write_text(f"{head}a,가,a,,,\n", encoding="utf-8")
    own = (shipped("data") / "codelists" / "code-list.csv").read_text(encoding="utf-8")
    (data / "codelists" / "code-list.csv").write_text(f"{own}mine,내 목록,mine,,,\n", encoding="utf-8")
    assert looked_at(data) == ([], []) and set(read_folder(data, SCHEMA).lists) == {"mine", "code-list"}


def test_other_files_are_reported_as_notes_and_hidden_files_are_ignored(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    for name in (
        "README.md",
        "LICENSE",
        "readme.txt",
        ".cases.csv.swp",
        ".git/config",
        "convert.py",
        "notes.txt",
        "figures/map.png",
        "cases.md",
        "cases.xlsx",
        "cases.csv~",
        "notes.xlsx",
        "matching/notes.txt",
        "codelists/README.md",
    ):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).touch()
    faults, notes = looked_at(data)
    assert faults == []
    assert sorted(notes) == [
        "cases.csv~",
        "cases.md",
        "cases.xlsx",
        "convert.py",
        "figures/",
        "matching/notes.txt",
        "notes.txt",
        "notes.xlsx",
    ]


def test_tables_of_a_build_inside_the_data_folder_are_not_reported(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    (data / "build" / "versions" / "1" / "records").mkdir(parents=True)
    (data / "build" / "versions" / "1" / "records" / "payments.parquet").touch()
    (data / "build" / "current").symlink_to("versions/1")
    assert looked_at(data) == ([], ["build/"])


def test_nothing_is_checked_against_a_misplaced_table(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    (data / "sources.csv").rename(data / "Sources.csv")
    (data / "rounds.csv").rename(data / "rounds.tsv")
    faults, _ = load_folder(data)
    assert [(fault.file, fault.row) for fault in faults] == [("Sources.csv", None), ("rounds.tsv", None)]


def test_a_table_that_is_left_out_is_missed_once_where_others_refer_to_it(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    (data / "cases.csv").unlink()
    (fault,), _ = load_folder(data)
    assert fault.file == "cases.csv" and "case_contributions.csv, case_participants.csv refer to it" in fault.text.en


def _replace(make: Callable[[Path], object]) -> Change:
    def change(path: Path) -> None:
        path.unlink(missing_ok=True)
        make(path)

    return change


def _socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # the name of a socket has at most 107 bytes
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


NO_FILES = [
    ("named pipe", _replace(os.mkfifo), "a named pipe (FIFO)"),
    ("folder", _replace(Path.mkdir), "a folder"),
    ("socket", _replace(_socket), "a socket"),
    ("device", _replace(lambda path: path.symlink_to("/dev/zero")), "a character device"),
    ("link to nothing", _replace(lambda path: path.symlink_to("nowhere")), "a link to a file that does not exist"),
    ("link to itself", _replace(lambda path: path.symlink_to(path.name)), "a link to a file that does not exist"),
]


@pytest.mark.parametrize(("make", "message"), [case[1:] for case in NO_FILES], ids=[case[0] for case in NO_FILES])
def test_an_entry_that_is_not_a_file_is_a_fault(tmp_path: Path, make: Change, message: str) -> None:
    data = write_tables(tmp_path / "data")
    (data / "codelists").mkdir()
    names = ["cases.csv", "payments.parquet", "codelists/role.csv", "redirects.csv"]
    for name in names:
        make(data / name)
    faults, _ = load_folder(data)
    assert sorted(fault.file for fault in faults) == sorted(names)
    assert all(message in fault.text.en for fault in faults)
    make(data / "dataset.toml")
    with pytest.raises(InputFaults, match=r"dataset\.toml"):
        read_settings(data)


def test_a_file_that_may_not_be_opened_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = write_tables(tmp_path / "data")
    original = Path.open

    def refuse(self: Path, *args: object, **kwargs: object) -> object:
        if self.name == "cases.csv":
            raise PermissionError(13, "Permission denied", str(self))
        return original(self, *args, **kwargs)  # type: ignore[call-overload]  # passed on as given

    monkeypatch.setattr(Path, "open", refuse)
    (fault,), _ = load_folder(data)
    assert fault.file == "cases.csv" and fault.text.en == "cannot be opened: Permission denied."


@pytest.mark.parametrize(
    "name", ["a*b", "[x]", "it's", 'say "so"', "what?", "year=1999", "kind=x/year=2024", "{a,b}", "é 한글"]
)
def test_wildcards_in_folder_names_are_not_expanded(tmp_path: Path, name: str) -> None:
    data = write_tables(tmp_path / name)
    for matching_folder in ("axb", "x", "whatx"):
        write_tables(tmp_path / matching_folder, {**ROWS, "editions": []})
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT * FROM {csv_relation(data / 'editions.csv')})"
            f" TO {sql_text(str(tmp_path / 'e.parquet'))} (FORMAT parquet)"
        )
        (data / "editions.csv").unlink()
        (tmp_path / "e.parquet").rename(data / "editions.parquet")
        assert load_records(connection, data, SCHEMA) == []
        assert connection.execute("SELECT year, announced FROM raw.editions").fetchall() == [("2023", "2024-01-10")]
        assert connection.execute("SELECT DISTINCT kind FROM raw.sources").fetchall() == [("press",)]


def test_a_folder_whose_name_is_not_utf_8_is_named(tmp_path: Path) -> None:
    data = tmp_path / os.fsdecode(b"caf\xe9")
    write_tables(data)
    (fault,), _ = load_folder(data)
    assert "not UTF-8" in fault.text.en and fault.file.encode("utf-8")


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "does not exist" in load_folder(tmp_path / "none")[0][0].text.en
    assert "not a folder" in load_folder(tmp_path / "file")[0][0].text.en


HEADS = [
    (lambda text: text.encode("utf-16"), "is UTF-16"),
    (lambda text: text.encode("utf-16-le"), "is UTF-16"),
    (lambda text: text.encode("utf-16-be"), "is UTF-16"),
    (lambda text: text.encode("utf-32"), "is UTF-32"),
    (lambda text: text.encode("utf-32-be"), "is UTF-32"),
    (lambda text: text.encode("cp949"), "looks like CP949"),
    (
        lambda text: text.replace("협력", "Fran\u00e7ois caf\u00e9").encode("cp1252", "ignore"),
        "looks like Windows-1252",
    ),
    (lambda text: gzip.compress(text.encode()), "compressed with gzip"),
    (lambda text: b"PK\x03\x04" + text.encode(), "an Excel workbook (.xlsx)"),
    (lambda text: b"PAR1" + text.encode(), "a Parquet file"),
    (lambda text: text.replace("\n", "\r").encode(), "end in CR (U+000D) alone"),
    (lambda text: b"", "is empty"),
    (lambda text: text.replace("\n", "\r", 2).encode(), "end in CR (U+000D) alone"),
    (lambda text: text.encode()[:-60] + b"\xea\xb0", "is not UTF-8"),
    (lambda text: b"x" * 4_000_001, "longer than 4,000,000 bytes"),
    (lambda text: (text + '"' + "x\n" * 600_000).encode(), "longer than 1,000,000 characters"),
]


@pytest.mark.parametrize("number", range(len(HEADS)))
def test_a_file_that_is_not_csv_in_utf_8_is_one_fault_with_its_actual_format(tmp_path: Path, number: int) -> None:
    make, message = HEADS[number]
    data = write_tables(tmp_path / "data")
    path = data / "sources.csv"
    path.write_bytes(make(path.read_text(encoding="utf-8")))
    (fault,), _ = load_folder(data)
    assert fault.file == "sources.csv" and message in fault.text.en, fault


def test_a_header_of_very_many_columns_is_counted_not_listed(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    (data / "editions.csv").write_text(",".join(f"c{number}" for number in range(400_000)) + "\n")
    with duckdb.connect() as connection, pytest.raises(InputFaults) as caught:
        load_records(connection, data, SCHEMA)
    assert len(caught.value.faults) == 50 and caught.value.more == 400_000 + 6 - 50
    assert all(len(str(fault)) < 400 for fault in caught.value.faults)


def test_settings_that_cannot_be_read_are_one_fault(tmp_path: Path) -> None:
    cases = [
        (b"\xef\xbb\xbfbase = 'x'", "byte order mark"),
        ("base = 'x'".encode("utf-16"), "UTF-16"),
        ("title_ko = '협력'".encode("cp949"), "CP949"),
        (b"policy = " + b"9" * 5000, "cannot be read as TOML"),
        (b"x = " + b"[" * 5000, "cannot be read as TOML"),
        (b"#" * 1_000_001, "longer than 1,000,000 bytes"),
        ("title_en = 'a\u202eb'".encode(), "U+202E RIGHT-TO-LEFT OVERRIDE"),
        (b"base = 'x'\rpolicy = 'y'", "TOML"),
        (b"policy = " + b"9" * 4000, "quotes"),
    ]
    for raw, message in cases:
        (tmp_path / "dataset.toml").write_bytes(raw)
        with pytest.raises(InputFaults) as caught:
            read_settings(tmp_path)
        (fault,) = caught.value.faults
        assert message in fault.text.en and fault.file == "dataset.toml"


def test_redirects_and_not_carried_are_checked_as_files(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    row = "old-name,hanbit-electronics,사유\u200b,2024\n"
    (data / "redirects.csv").write_text("old,new,reason,date\n" + row, encoding="utf-8")
    (data / "not-carried.csv").write_bytes("table,key,column,value,reason\n가,,,,\n".encode("cp949"))
    faults, _ = load_folder(data)
    assert [(fault.file, fault.row, fault.column) for fault in faults] == [
        ("not-carried.csv", 2, None),
        ("redirects.csv", 2, "reason"),
    ]
    assert "CP949" in faults[0].text.en and "U+200B ZERO WIDTH SPACE" in faults[1].text.en


def test_names_of_a_folder_leave_the_data_as_it_is(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    edit(data / "rounds.csv", "제9기", "제９기")
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    assert load_folder(data) == ([], [])
    assert {path.name: path.read_bytes() for path in data.iterdir()} == before
