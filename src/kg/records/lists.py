"""Checks of the other tables of a data folder: the redirects of ids, and the word lists of the matcher."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import duckdb

from kg.errors import Collector, Fault, Text
from kg.records.loaded import ROW, Loaded
from kg.records.reading import load_table
from kg.values import PartialDate, sql_name

Row = Mapping[str, str]
REDIRECTS = "redirects"
REDIRECT_COLUMNS = ("old", "new", "reason", "date")
# tables whose ids may be merged: the column that holds the id
IDS = {"organisations": "organisation", "cases": "case", "events": "event", "sources": "source", "rounds": "round"}


def check_lists(
    connection: duckdb.DuckDBPyConnection, folder: Path, loaded: Mapping[str, Loaded], faults: Collector
) -> None:
    """Add the faults of ``redirects.csv`` and of ``matching/*.csv`` in ``folder``, if they exist."""
    path = folder / f"{REDIRECTS}.csv"
    if path.exists():
        rows = _rows(connection, path, path.name, REDIRECT_COLUMNS, faults)
        complete = all(loaded[f"raw.{table}"].has(column) for table, column in IDS.items())
        faults.extend(redirect_faults(rows, _known_ids(connection) if complete else None))
    for name, word_list in LISTS.items():
        path, shown = folder / "matching" / f"{name}.csv", f"matching/{name}.csv"
        if path.exists():
            rows = _rows(connection, path, shown, tuple(word_list.columns), faults)
            faults.extend(list_faults(shown, word_list, rows))


def _rows(
    connection: duckdb.DuckDBPyConnection, path: Path, shown: str, columns: tuple[str, ...], faults: Collector
) -> dict[int, Row]:
    """The rows of a file that can be read, by row number, with the columns that it has; an empty cell is ''."""
    file_faults = Collector()
    table = load_table(connection, "raw.list_", path, columns, file_faults, shown=shown, ordered=False)
    faults.extend(
        fault for fault in file_faults.faults if fault not in faults.faults
    )  # some were reported as faults of the file
    faults.more += file_faults.more
    present = [column for column in columns if column in table.columns]
    cells = ", ".join(map(sql_name, (ROW, *present)))
    found = connection.execute(f"SELECT {cells} FROM raw.list_ ORDER BY {ROW}").fetchall()
    connection.execute("DROP TABLE raw.list_")
    return {number: {column: cell or "" for column, cell in zip(present, row, strict=True)} for number, *row in found}


def _known_ids(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    queries = (f"SELECT {sql_name(column)} FROM raw.{table}" for table, column in IDS.items())
    return frozenset(row[0] for query in queries for row in connection.execute(query).fetchall() if row[0])


# --- redirects ---------------------------------------------------------------------------------------------------


def redirect_faults(rows: Mapping[int, Row], known: frozenset[str] | None) -> Iterator[Fault]:
    """The faults of redirects, given by row number; ``known``: the ids in use, if all could be read."""
    file = f"{REDIRECTS}.csv"
    leads: dict[str, str] = {}
    for number, row in rows.items():
        for column in REDIRECT_COLUMNS:
            if row.get(column, "-") == "":
                yield Fault(file, _EMPTY, number, column, "", "redirect-empty")
        yield from _date_faults(file, number, row)
        old, new = row.get("old", ""), row.get("new", "")
        if not old:
            continue
        if old in leads:
            text = Text("이 ID의 행이 이미 있습니다. 하나만 남기십시오.", "has a row already: keep one of them.")
            yield Fault(file, text, number, "old", old, "redirect-twice")
            continue
        leads[old] = new
        if known is not None and old in known:
            text = Text(
                "아직 사용 중인 ID입니다. 행을 빼거나 표에서 그 ID를 바꾸십시오.",
                "is still in use: remove this row, or change the id in the tables.",
            )
            yield Fault(file, text, number, "old", old, "redirect-in-use")
    for number, row in rows.items():
        if row.get("old") and row.get("new"):
            yield from _target_faults(file, number, row, leads, known)


_EMPTY = Text("칸이 비었습니다. 채우거나 행을 빼십시오.", "is empty: fill it in, or remove the row.")


def _date_faults(file: str, number: int, row: Row) -> Iterator[Fault]:
    try:
        if row.get("date"):
            PartialDate.parse(row["date"])
    except ValueError:
        text = Text("날짜가 아닙니다. 2026-11-25처럼 쓰십시오.", "is not a date: write it as 2026-11-25.")
        yield Fault(file, text, number, "date", row["date"], "redirect-date")


def _target_faults(
    file: str, number: int, row: Row, leads: Mapping[str, str], known: frozenset[str] | None
) -> Iterator[Fault]:
    """Faults of the targets; a cycle is reported once, at the row of the first of its ids in order."""
    old, new = row["old"], row["new"]
    path = [old]
    while path[-1] in leads and leads[path[-1]] not in path:
        path.append(leads[path[-1]])
    if leads.get(path[-1]) == old:
        if old == min(path) and leads[old] == new:
            text = Text(
                "리디렉션이 순환합니다. 한 행을 고치십시오.", "the redirects form a cycle: correct one of them."
            )
            yield Fault(file, text, number, "old, new", " → ".join([*path, old]), "redirect-circle")
    elif known is not None and new not in known and new not in leads:
        near = ", ".join(difflib.get_close_matches(new, known, 3, 0.5)) or "-"
        text = Text(
            f"어느 표에도 없는 ID입니다. 고치십시오. 비슷한 값: {near}.",
            f"is not an id of any table: correct it. Near: {near}.",
        )
        yield Fault(file, text, number, "new", new, "redirect-unknown")


# --- word lists of the matcher -----------------------------------------------------------------------------------


class Column(NamedTuple):
    """The pattern of a cell, and the message for a cell that does not match."""

    form: re.Pattern[str]
    text: Text


class WordList(NamedTuple):
    """One list: its columns in order, the columns of its key, and checks of several cells."""

    columns: Mapping[str, Column]
    key: tuple[str, ...]
    check: Callable[[str, Mapping[int, Row]], Iterable[Fault]] = lambda shown, rows: ()


def list_faults(shown: str, word_list: WordList, rows: Mapping[int, Row]) -> Iterator[Fault]:
    """The faults of the rows of a list, given by row number; columns that the file lacks are not checked."""
    row_of_key: dict[tuple[str, ...], int] = {}
    for number, row in rows.items():
        for column, wanted in word_list.columns.items():
            if column in row and not wanted.form.fullmatch(row[column]):
                yield Fault(shown, wanted.text, number, column, row[column], f"list-{column}")
        key = tuple(row.get(column, "") for column in word_list.key)
        if key in row_of_key and any(key):
            text = Text(
                f"{row_of_key[key]}행과 같습니다. 하나만 남기십시오.",
                f"is the same as row {row_of_key[key]}: keep one.",
            )
            yield Fault(shown, text, number, ", ".join(word_list.key), ", ".join(key), "list-twice")
        row_of_key.setdefault(key, number)
    yield from word_list.check(shown, rows)


def _column(pattern: str, ko: str, en: str) -> Column:
    return Column(re.compile(pattern, re.DOTALL), Text(ko, en))


def _one_of(*codes: str) -> Column:
    known = ", ".join(code or "''" for code in codes)
    return _column("|".join(map(re.escape, codes)), f"쓸 수 있는 값이 아닙니다: {known}.", f"is not one of {known}.")


HANGUL = _column("[가-힣]+", "한글로 적으십시오.", "must be written in Hangul.")
FILLED = _column(r".*\S.*", "칸이 비었습니다. 채우십시오.", "is empty: fill it in.")
ANY = _column(".*", "", "")
SPELLINGS = _column(
    r"[a-z]*(\|[a-z]*)*",
    "소문자 로마자를 |로 구분하여 적으십시오.",
    "must be lower-case Latin spellings, separated by |.",
)
JAMO_PLACES = {
    "initial": "[ㄱ-ㅎ]", "final": "[ㄱ-ㅎ]", "vowel": "[ㅏ-ㅣ][이우]?", "syllable": "[가-힣]",
}  # fmt: skip
AFFIX_KINDS = (
    "body", "clip", "clip-not", "country", "field", "former", "former-apart", "group", "national", "office", "place",
    "public", "regional", "school", "site", "tail", "unit", "variant",
)  # fmt: skip
WITH_SHORT = ("clip", "variant")


def _letter_faults(shown: str, rows: Mapping[int, Row]) -> Iterator[Fault]:
    usual: dict[str, int] = {}
    for number, row in rows.items():
        letter = row.get("letter", "")
        if row.get("reading") == "usual":
            if letter in usual:
                text = Text(
                    f"{usual[letter]}행에 흔한 이름이 이미 있습니다. 하나만 usual로 두십시오.",
                    f"row {usual[letter]} has a usual name of this letter already: keep one.",
                )
                yield Fault(shown, text, number, "letter", letter, "list-usual")
            usual.setdefault(letter, number)
    for number, row in rows.items():
        if row.get("letter") and row.get("reading") == "other" and row["letter"] not in usual:
            text = Text(
                "흔한 이름(usual)이 없는 글자입니다. 그 행을 추가하십시오.",
                "has no usual name: add a row with the reading usual.",
            )
            yield Fault(shown, text, number, "letter", row["letter"], "list-usual")


def _jamo_faults(shown: str, rows: Mapping[int, Row]) -> Iterator[Fault]:
    for number, row in rows.items():
        form = JAMO_PLACES.get(row.get("place", ""))
        if form and "jamo" in row and not re.fullmatch(form, row["jamo"]):
            text = Text(f"{row['place']} 자리의 자모가 아닙니다.", f"is not a jamo of the place {row['place']}.")
            yield Fault(shown, text, number, "jamo", row["jamo"], "list-jamo")


def _affix_faults(shown: str, rows: Mapping[int, Row]) -> Iterator[Fault]:
    old = {row.get("word") for row in rows.values() if row.get("kind") == "variant"}
    for number, row in rows.items():
        kind, short = row.get("kind", ""), row.get("short")
        if short is None:
            continue
        if (kind in WITH_SHORT) != bool(short):
            text = Text(
                "clip과 variant에는 반드시 쓰고, 다른 종류에는 쓰지 마십시오.",
                "must be given for the kinds clip and variant, and only for these.",
            )
            yield Fault(shown, text, number, "short", short, "list-short")
        elif kind == "variant" and short in old:
            text = Text(
                "이 표기도 다른 표기로 바뀌는 것으로 등록되어 있습니다. 마지막 표기를 적으십시오.",
                "is itself listed as another spelling: give the last one.",
            )
            yield Fault(shown, text, number, "short", short, "list-chain")


def _hanja_faults(shown: str, rows: Mapping[int, Row]) -> Iterator[Fault]:
    for number, row in rows.items():
        twice = sorted({char for char in row.get("hanja", "") if row["hanja"].count(char) > 1})
        if twice:
            text = Text("한 행에 같은 한자가 두 번 있습니다. 하나만 남기십시오.", "is in the row twice: keep one.")
            yield Fault(shown, text, number, "hanja", "".join(twice), "list-twice")


LISTS: Mapping[str, WordList] = {
    "hanja": WordList({
        "hangul": _column("[가-힣]", "한글 한 글자를 적으십시오.", "must be one Hangul syllable."),
        "hanja": _column("[\u3400-\u9fff]+", "한자만 붙여 적으십시오.", "must be hanja without spaces."),
    }, ("hangul",), _hanja_faults),
    "jamo-latin": WordList(
        {"jamo": FILLED, "place": _one_of(*JAMO_PLACES), "latin": SPELLINGS, "usual": SPELLINGS},
        ("jamo", "place"), _jamo_faults),
    "legal-form": WordList({
        "form": FILLED,
        "country": _column("([A-Z]{2})?", "국가 코드(ISO 3166, 두 글자)가 아닙니다.",
                           "is not a country code of two letters (ISO 3166)."),
        "means": _column(r"([a-z-]+(\|[a-z-]+)*)?", "영문 소문자 단어를 |로 구분하여 적으십시오.",
                         "must be words in lower case, separated by |."),
        "place": _one_of("", "apart", "office"),
        "note_ko": ANY, "note_en": ANY,
    }, ("form",)),
    "letter-name": WordList({
        "letter": _column("[A-Z&+]", "로마자 대문자 하나나 &, +를 적으십시오.", "must be one capital letter, & or +."),
        "hangul": HANGUL, "reading": _one_of("usual", "other"),
    }, ("letter", "hangul"), _letter_faults),
    "name-affix": WordList(
        {"word": FILLED, "kind": _one_of(*AFFIX_KINDS), "short": ANY, "note_ko": ANY, "note_en": ANY},
        ("word", "kind"), _affix_faults),
    "number-name": WordList(
        {"number": _column("[0-9]+", "숫자로 적으십시오.", "must be written in figures."), "hangul": HANGUL},
        ("number", "hangul")),
}  # fmt: skip
