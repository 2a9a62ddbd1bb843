"""A person's list from a file: CSV, Parquet, or the first sheet of an XLSX workbook; all cells are text."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from kg.dialect import parquet_relation
from kg.errors import Collector, Fault, KgError, Text
from kg.input_files import CsvFile, not_a_file

if TYPE_CHECKING:
    import pandas

SHEET = "xl/worksheets/sheet1.xml"
MAX_SHEET_BYTES = 1 << 30  # of one part of a workbook when unpacked
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_list(path: Path) -> pandas.DataFrame:
    """The rows of a file; raises ``KgError`` for a file that cannot be read, and for a header with a name twice."""
    import pandas

    if problem := not_a_file(path):
        raise KgError(Text(f"{path}: {problem.ko}", f"{path}: {problem.en}"))
    readers = {".csv": _csv, ".parquet": _parquet, ".xlsx": _xlsx}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise KgError(
            Text(
                f"{path}: CSV, Parquet, XLSX 파일이 아닙니다. 그 가운데 하나로 저장하십시오.",
                f"{path} is not a CSV, Parquet or XLSX file: save it as one of these.",
            )
        )
    header, rows = reader(path)
    if not header or len(set(header)) < len(header):
        raise KgError(
            Text(
                f"{path}: 첫 행에 서로 다른 열 이름을 적으십시오.",
                f"{path}: the first row must have column names that differ.",
            )
        )
    return pandas.DataFrame(rows, columns=header, dtype=object)


def _csv(path: Path) -> tuple[list[str], list[list[str]]]:
    file = CsvFile(path, path.name)
    rows = [row for _, row in file.rows()]
    faults = Collector()
    faults.extend(file.faults)
    width = len(rows[0]) if rows else 0
    for number, row in enumerate(rows[1:], 2):
        if len(row) != width:
            text = Text(f"칸이 {len(row)}개입니다. {width}개여야 합니다.", f"has {len(row)} cells instead of {width}.")
            faults.add(Fault(path.name, text, number))
    faults.raise_if_any()
    return (rows[0], rows[1:]) if rows else ([], [])


def _parquet(path: Path) -> tuple[list[str], list[list[str]]]:
    import duckdb

    try:
        with duckdb.connect() as connection:
            found = connection.execute(f"SELECT COLUMNS(*)::VARCHAR FROM {parquet_relation(path)}")
            header = [column[0] for column in found.description or ()]
            return header, [[cell or "" for cell in row] for row in found.fetchall()]
    except duckdb.Error as error:
        reason = str(error).splitlines()[0][:200]
        raise KgError(
            Text(f"{path}: Parquet으로 읽을 수 없습니다({reason}).", f"{path} cannot be read as Parquet ({reason}).")
        ) from error


def _xlsx(path: Path) -> tuple[list[str], list[list[str]]]:
    try:
        with zipfile.ZipFile(path) as book:
            texts = list(_shared_texts(book))
            rows = [row for row in _sheet_rows(book, texts) if any(row)]
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, ValueError, IndexError) as error:
        raise KgError(
            Text(f"{path}: XLSX로 읽을 수 없습니다({error}).", f"{path} cannot be read as XLSX ({error}).")
        ) from error
    width = len(rows[0]) if rows else 0
    return (rows[0], [(row + [""] * width)[:width] for row in rows[1:]]) if rows else ([], [])


def _part(book: zipfile.ZipFile, name: str) -> bytes:
    if book.getinfo(name).file_size > MAX_SHEET_BYTES:
        raise ValueError(f"{name} has more than {MAX_SHEET_BYTES:,} bytes")
    text = book.read(name)
    if b"<!DOCTYPE" in text[:1000]:
        raise ValueError(f"{name} declares entities")
    return text


def _shared_texts(book: zipfile.ZipFile) -> Iterator[str]:
    if "xl/sharedStrings.xml" in book.namelist():
        for item in ElementTree.fromstring(_part(book, "xl/sharedStrings.xml")).iter(f"{_MAIN}si"):
            yield "".join(text.text or "" for text in item.iter(f"{_MAIN}t"))


def _sheet_rows(book: zipfile.ZipFile, texts: list[str]) -> Iterator[list[str]]:
    """The cells of each row at their places; a number is as it is stored, so write identifiers as text."""
    for row in ElementTree.fromstring(_part(book, SHEET)).iter(f"{_MAIN}row"):
        cells: dict[int, str] = {}
        for place, cell in enumerate(row.iter(f"{_MAIN}c")):
            letters = re.match("[A-Z]+", cell.get("r", ""))
            at = _column(letters[0]) if letters else place
            value = cell.find(f"{_MAIN}v")
            if cell.get("t") == "s" and value is not None:
                cells[at] = texts[int(value.text or 0)]
            elif cell.get("t") == "inlineStr":
                cells[at] = "".join(text.text or "" for text in cell.iter(f"{_MAIN}t"))
            elif value is not None:
                cells[at] = value.text or ""
        yield [cells.get(at, "").strip() for at in range(max(cells, default=-1) + 1)]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
