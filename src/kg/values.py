"""Values parsed once, on input: partial dates (EDTF), in Python and as SQL expressions."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path

_POINT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)?)?)?")
FIRST_YEAR, LAST_YEAR = 1800, 2100  # of a date in a table: a year outside is a typing error
PARTIAL_DATE_PATTERN = (
    r"^(\.\.|\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?)?)?)"
    r"(/(\.\.|\d{4}(-\d{2}(-\d{2})?)?))?$"
)


@dataclass(frozen=True)
class PartialDate:
    """A date as precise as its source: a year, a month, a day, an hour, or an interval with an open end.

    >>> PartialDate.parse("2024-11").earliest, PartialDate.parse("2024-11").latest
    (datetime.date(2024, 11, 1), datetime.date(2024, 11, 30))
    >>> PartialDate.parse("../2024-10").latest
    datetime.date(2024, 10, 31)
    """

    text: str
    earliest: date | None
    latest: date | None

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Parse a level-0 EDTF date or interval; raises ``ValueError`` with the reason if it is malformed."""
        start, slash, end = text.partition("/")
        first_bounds = _bounds(start)
        last_bounds = _bounds(end) if slash else first_bounds
        if first_bounds[0] is None and last_bounds[1] is None:
            raise ValueError("an interval needs a start or an end")
        if first_bounds[0] and last_bounds[1] and first_bounds[0] > last_bounds[1]:
            raise ValueError("the start is after the end")
        return cls(text, first_bounds[0], last_bounds[1])


def _bounds(text: str) -> tuple[date | None, date | None]:
    if text == "..":
        return None, None
    match = _POINT.fullmatch(text)
    if not match:
        raise ValueError("not a date of the form YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day, hour, minute = (int(part) if part else None for part in match.groups())
    assert year is not None  # the pattern requires it
    if year < 1 or (hour is not None and hour > 23) or (minute is not None and minute > 59):
        raise ValueError("no such time")
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if not 1 <= month <= 12:
        raise ValueError("no such month")
    last_day = calendar.monthrange(year, month)[1]
    if day is None:
        return date(year, month, 1), date(year, month, last_day)
    if not 1 <= day <= last_day:
        raise ValueError("no such day")
    return date(year, month, day), date(year, month, day)


def sql_earliest(column: str) -> str:
    """DuckDB expression: first possible day of a partial-date column, NULL where it is open or blank.

    >>> sql_earliest("d").startswith("CASE")
    True
    """
    point = f"split_part({column}, '/', 1)"
    return _sql_first_day(point)


def sql_latest(column: str) -> str:
    """DuckDB expression: last possible day of a partial-date column."""
    point = f"(CASE WHEN contains({column}, '/') THEN split_part({column}, '/', 2) ELSE {column} END)"
    first_day = _sql_first_day(point)
    return (
        f"CASE length({point}) WHEN 4 THEN try_cast({point} || '-12-31' AS DATE)"
        f" WHEN 7 THEN last_day({first_day}) ELSE {first_day} END"
    )


def _sql_first_day(point: str) -> str:
    return (
        f"CASE length({point}) WHEN 4 THEN try_cast({point} || '-01-01' AS DATE)"
        f" WHEN 7 THEN try_cast({point} || '-01' AS DATE)"
        f" ELSE try_cast(substr({point}, 1, 10) AS DATE) END"
    )


def nfc(text: str) -> str:
    """Unicode Normalization Form C, the form of all text in the tables."""
    return unicodedata.normalize("NFC", text)


def nfd(text: str) -> str:
    """Normalization Form D: Hangul syllables as jamo, so that a wrong vowel is one wrong character."""
    return unicodedata.normalize("NFD", text)


def fold(text: str) -> str:
    """Text in the form in which names and ids are compared: NFC, white space collapsed and stripped.

    >>> fold(" LG   전자 ")
    'LG 전자'
    """
    return " ".join(nfc(text).split())


def fold_case(text: str) -> str:
    """:func:`fold` without regard to case.

    >>> fold_case("LG  Straße") == fold_case("lg STRASSE")
    True
    """
    return nfc(fold(text).casefold())


_HIDDEN = re.compile(
    # C0 and C1 controls; soft hyphen; marks, embeddings and overrides of direction; invisible letters and fillers; line
    # and paragraph separators; half surrogates; tags. Joiners (200C, 200D) and variation selectors belong to scripts.
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)


def printable(text: str, keep: str = "") -> str:
    r"""Text for a terminal: invisible characters and control sequences are replaced by escapes.

    >>> printable("a\x1b[31mb\u202e"), printable("one\ntwo\x07", keep="\n")
    ('a\\x1b[31mb\\u202e', 'one\ntwo\\x07')
    """

    def shown(match: re.Match[str]) -> str:
        number = ord(match[0])
        if match[0] in keep:
            return match[0]
        return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"

    return _HIDDEN.sub(shown, text)


def slug(text: str) -> str:
    """The part of an IRI made from ``text``: ASCII letters, digits, ``_``, ``~`` and ``-``.

    >>> slug("annex 2 row 9")
    'annex-2-row-9'
    """
    return re.sub(r"[^A-Za-z0-9_~]+", "-", text).strip("-")


def sql_slug(column: str) -> str:
    """The same as :func:`slug`, as an SQL expression."""
    return f"trim(regexp_replace({column}, '[^A-Za-z0-9_~]+', '-', 'g'), '-')"


def sql_text(value: str) -> str:
    """An SQL string literal."""
    return "'" + value.replace("'", "''") + "'"


def sql_path(path: Path) -> str:
    """A path as an SQL string literal, with the wildcards of DuckDB (``*``, ``?``, ``[``) escaped."""
    return sql_text(re.sub(r"[*?\[]", r"[\g<0>]", str(path)))


def sql_name(name: str) -> str:
    """A quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
