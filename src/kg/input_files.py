"""Checks of the files of a data folder: what is not a regular file, not UTF-8 or not CSV is reported once."""

from __future__ import annotations

import codecs
import csv
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kg.dialect import MAX_CELL
from kg.errors import Fault, Text

MAX_LINE = MAX_CELL * 4  # bytes
HEAD = 4096  # bytes that show what a file is

_KINDS = (
    (stat.S_ISDIR, "폴더", "a folder"),
    (stat.S_ISFIFO, "이름 있는 파이프(FIFO)", "a named pipe (FIFO)"),
    (stat.S_ISSOCK, "소켓", "a socket"),
    (stat.S_ISCHR, "문자 장치", "a character device"),
    (stat.S_ISBLK, "블록 장치", "a block device"),
)
_FORMATS = (
    (b"PK\x03\x04", "엑셀 문서(.xlsx)나 ZIP 파일", "an Excel workbook (.xlsx) or a ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "엑셀 문서(.xls)", "an Excel workbook (.xls)"),
    (b"\x1f\x8b", "gzip으로 압축된 파일", "compressed with gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd로 압축된 파일", "compressed with zstd"),
    (b"\xfd7zXZ", "xz로 압축된 파일", "compressed with xz"),
    (b"BZh", "bzip2로 압축된 파일", "compressed with bzip2"),
    (b"PAR1", "Parquet 파일", "a Parquet file"),
    (b"%PDF", "PDF 문서", "a PDF document"),
    (b"SQLite format 3\x00", "SQLite 데이터베이스", "an SQLite database"),
)


def not_a_file(path: Path) -> Text | None:
    """Why ``path`` cannot be read as a file: it is a folder, pipe, socket or device, or cannot be opened."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        if path.is_symlink():
            return Text(
                "링크가 가리키는 파일이 없습니다. 파일을 넣으십시오.",
                "is a link to a file that does not exist: put the file there.",
            )
        return _cannot_open(error)
    for is_kind, ko, en in _KINDS:
        if is_kind(mode):
            return Text(f"파일이 아니라 {ko}입니다. 파일을 넣으십시오.", f"is {en}, not a file: put a file there.")
    try:
        path.open("rb").close()
    except OSError as error:
        return _cannot_open(error)
    return None


def _cannot_open(error: OSError) -> Text:
    return Text(f"열 수 없습니다: {error.strerror}.", f"cannot be opened: {error.strerror}.")


def not_text(head: bytes) -> Text | None:
    """The message for a file whose first bytes show that it is not UTF-8 text; ``None`` if they do not."""
    for name, marks in (
        ("UTF-32", (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)),
        ("UTF-16", (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)),
    ):
        if head.startswith(marks):
            return _wrong_encoding(name)
    for mark, ko, en in _FORMATS:
        if head.startswith(mark):
            return Text(
                f"{ko}입니다. 쉼표로 구분한 CSV(UTF-8)로 저장하십시오.",
                f"is {en}: save it as CSV with commas, in UTF-8.",
            )
    zeros = head.count(0)
    if zeros * 4 >= len(head) > 3:  # ASCII letters have one zero byte in UTF-16 and three in UTF-32
        return _wrong_encoding("UTF-32" if zeros * 5 >= len(head) * 3 else "UTF-16")
    return None


def _wrong_encoding(name: str) -> Text:
    return Text(f"UTF-8이 아니라 {name}입니다. UTF-8로 저장하십시오.", f"is {name}, not UTF-8: save it as UTF-8.")


def encoding_text(raw: bytes) -> Text:
    """The message for bytes that are not UTF-8, with a guess at their encoding."""
    guess = _guess(raw)
    return Text(
        "UTF-8이 아닙니다." + (f" {guess}(으)로 보입니다." if guess else "") + " UTF-8로 저장하십시오.",
        "is not UTF-8." + (f" It looks like {guess}." if guess else "") + " Save it as UTF-8.",
    )


def _guess(raw: bytes) -> str:
    for name, script in (("cp949", "HANGUL"), ("shift_jis", ("HIRAGANA", "KATAKANA")), ("cp1252", "LATIN")):
        try:
            text = raw.decode(name)
        except UnicodeDecodeError:
            continue
        letters = [sign for sign in text if ord(sign) > 127 and sign.isalpha()]
        if letters and sum(unicodedata.name(sign, "").startswith(script) for sign in letters) * 2 >= len(letters):
            return {"cp949": "CP949", "shift_jis": "Shift_JIS", "cp1252": "Windows-1252"}[name]
    return ""


@dataclass
class CsvFile:
    """A CSV file read row by row in bounded memory.

    After :meth:`rows` has ended, ``faults`` holds the faults of the file as a whole, and ``complete`` tells whether it
    was read to its end. ``plain`` means that every line ends in LF alone and that no cell has a carriage return.
    """

    path: Path
    shown: str
    faults: list[Fault] = field(default_factory=list)
    complete: bool = True
    plain: bool = True

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows with their numbers, the header as 1; ends before the first row that cannot be read."""
        problem = not_a_file(self.path)
        if problem is None:
            with self.path.open("rb") as stream:
                problem = not_text(stream.read(HEAD))
        if problem:
            self._stop(problem, None)
            return
        number = 0
        csv.field_size_limit(MAX_CELL)  # a global setting of the process, 131,072 by default
        try:
            for number, row in enumerate(csv.reader(self._lines(), strict=True), 1):
                yield number, row
        except csv.Error as error:
            if self.complete:
                self._stop(_quote_text(error), number + 1)
        if number == 0 and self.complete:
            self._stop(
                Text(
                    "빈 파일입니다. 첫 행에 열 이름을 쓰십시오.", "is empty: write the column names in its first row."
                ),
                None,
            )

    def _stop(self, text: Text, row: int | None, value: str | None = None) -> None:
        self.complete = False
        self.faults.append(Fault(self.shown, text, row, value=value, rule="file"))

    def _lines(self) -> Iterator[str]:
        with self.path.open("rb") as stream:
            number = 0
            while raw := stream.readline(MAX_LINE):
                number += 1
                if number == 1 and raw.startswith(codecs.BOM_UTF8):
                    self.faults.append(Fault(self.shown, BOM, 1, rule="file"))
                    self.plain = False
                    raw = raw[len(codecs.BOM_UTF8) :]
                if b"\r" in raw:
                    self.plain = False
                    if number == 1 and _ends_in_cr(raw):
                        return self._stop(CR_ALONE, 1)
                if len(raw) >= MAX_LINE and not raw.endswith(b"\n"):
                    return self._stop(LONG_LINE, number)
                try:
                    yield raw.decode("utf-8")
                except UnicodeDecodeError as error:
                    value = repr(raw[max(0, error.start - 4) : error.start + 8])
                    return self._stop(encoding_text(raw), number, value)


BOM = Text(
    "파일 첫머리에 BOM(U+FEFF)이 있습니다. ‘UTF-8’(BOM 없음)로 저장하십시오.",
    "starts with a byte order mark (U+FEFF): save it as UTF-8 without BOM.",
)
CR_ALONE = Text(
    "줄이 CR(U+000D)만으로 끝납니다. 줄 끝을 LF로 저장하십시오.",
    "has lines that end in CR (U+000D) alone: save it with LF line ends.",
)
LONG_LINE = Text(
    f"한 줄이 {MAX_LINE:,}바이트를 넘습니다. 따옴표가 닫혔는지 확인하십시오.",
    f"has a line longer than {MAX_LINE:,} bytes: is a quote left open?",
)


def _ends_in_cr(line: bytes) -> bool:
    """Whether the first line holds several rows that end in CR alone, that is, has a CR outside quotes."""
    position = line.find(b"\r")
    while position >= 0:
        if line[position + 1 : position + 2] != b"\n" and line.count(b'"', 0, position) % 2 == 0:
            return True
        position = line.find(b"\r", position + 1)
    return False


def _quote_text(error: csv.Error) -> Text:
    reason = str(error)
    if "limit" in reason:
        return Text(
            f"칸이 {MAX_CELL:,}자를 넘습니다. 따옴표가 닫혔는지 확인하십시오.",
            f"a cell is longer than {MAX_CELL:,} characters: is a quote left open?",
        )
    if "new-line character" in reason:
        return Text(
            "따옴표 밖에 CR(U+000D)이 있습니다. 줄 끝은 LF로 쓰고, 칸 안의 CR은 칸을 따옴표로 묶으십시오.",
            "has a CR (U+000D) outside quotes: end lines in LF, and put a cell that has a CR in quotes.",
        )
    return Text(
        "따옴표가 닫히지 않았거나 칸 안에서 잘못 쓰였습니다. 칸 안의 따옴표는 두 번 쓰십시오.",
        f"a quote is not closed or misplaced ({error}): write a quote inside a cell twice.",
    )
