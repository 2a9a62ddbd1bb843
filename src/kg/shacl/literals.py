"""Well-formed literals and the order of literals, by the rules of XML Schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.vocab import XSD

_ZONE = r"(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_YEAR = r"(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))"
_MONTH = r"(0[1-9]|1[0-2])"
_DAY = r"(0[1-9]|[12][0-9]|3[01])"
_DATE = f"{_YEAR}-{_MONTH}-{_DAY}"
_TIME = r"((?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_DAYS = r"(?:[0-9]+D)?(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?"
_SIX_BITS = "(?:[A-Za-z0-9+/] ?)"
_NAME = r"[^\W\d][\w.\-\u00B7]*"
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # of the months, in a leap year

_RANGES: dict[str, tuple[int | None, int | None]] = {
    XSD.integer: (None, None),
    XSD.nonNegativeInteger: (0, None),
    XSD.positiveInteger: (1, None),
    XSD.nonPositiveInteger: (None, 0),
    XSD.negativeInteger: (None, -1),
    **{getattr(XSD, name): (-(2**bits) // 2, 2**bits // 2 - 1) for name, bits in (("long", 64), ("int", 32))},
    **{getattr(XSD, name): (-(2**bits) // 2, 2**bits // 2 - 1) for name, bits in (("short", 16), ("byte", 8))},
    **{getattr(XSD, name): (0, 2**bits - 1) for name, bits in (("unsignedLong", 64), ("unsignedInt", 32))},
    **{getattr(XSD, name): (0, 2**bits - 1) for name, bits in (("unsignedShort", 16), ("unsignedByte", 8))},
}
INTEGERS = set(_RANGES)

_FORMS: dict[str, re.Pattern[str]] = {
    name: re.compile(form)
    for name, form in {
        XSD.decimal: r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
        XSD.double: r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN",
        XSD.float: r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN",
        XSD.boolean: r"true|false|1|0",
        XSD.date: _DATE + _ZONE,
        XSD.dateTime: f"{_DATE}T{_TIME}{_ZONE}",
        XSD.dateTimeStamp: f"{_DATE}T{_TIME}{_ZONE[:-1]}",
        XSD.time: _TIME + _ZONE,
        XSD.gYear: _YEAR + _ZONE,
        XSD.gYearMonth: f"{_YEAR}-{_MONTH}{_ZONE}",
        XSD.gMonth: f"--{_MONTH}{_ZONE}",
        XSD.gDay: f"---{_DAY}{_ZONE}",
        XSD.gMonthDay: f"--{_MONTH}-{_DAY}{_ZONE}",
        XSD.duration: rf"-?P(?=[0-9T])(?:[0-9]+Y)?(?:[0-9]+M)?{_DAYS}",
        XSD.yearMonthDuration: r"-?P(?=[0-9])(?:[0-9]+Y)?(?:[0-9]+M)?",
        XSD.dayTimeDuration: rf"-?P(?=[0-9T]){_DAYS}",
        XSD.hexBinary: r"(?:[0-9a-fA-F]{2})*",
        XSD.base64Binary: rf"(?:{_SIX_BITS}{{4}})*(?:{_SIX_BITS}{{2}}(?:{_SIX_BITS}=|= ?=))?(?<! )",
        XSD.normalizedString: r"[^\t\n\r]*",
        XSD.token: r"(?:[^\s](?:[^\t\n\r]*[^\s])?)?",
        XSD.language: r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
        XSD.Name: rf":*(?:{_NAME}:*)+",
        XSD.NCName: _NAME,
        XSD.NMTOKEN: r"[\w.\-:\u00B7]+",
    }.items()
}
_INTEGER = re.compile(r"[+-]?[0-9]+")


def well_formed(literal: ox.Literal) -> bool:
    """Whether the lexical form is in the lexical space of the datatype (XML Schema 1.1, part 2); any if it is unknown.

    >>> well_formed(ox.Literal("2024-13", datatype=ox.NamedNode(XSD.gYearMonth)))
    False
    >>> well_formed(ox.Literal("300", datatype=ox.NamedNode(XSD.byte)))
    False
    """
    datatype, text = literal.datatype.value, literal.value
    if datatype in _RANGES:
        least, most = _RANGES[datatype]
        if not _INTEGER.fullmatch(text):
            return False
        number = Decimal(text)  # of any length, which int() refuses beyond 4,300 digits
        return (least is None or number >= least) and (most is None or number <= most)
    form = _FORMS.get(datatype)
    if form is None:
        return True
    found = form.fullmatch(text)
    if not found:
        return False
    if datatype in (XSD.date, XSD.dateTime, XSD.dateTimeStamp):
        return _is_day(*map(int, found.groups()[:3]))
    return datatype != XSD.gMonthDay or _is_day(2000, *map(int, found.groups()[:2]))


def _is_day(year: int, month: int, day: int) -> bool:
    """Whether the month has that day, in the proleptic Gregorian calendar of XML Schema."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day <= (28 if month == 2 and not leap else _LENGTHS[month - 1])


def _number(text: str) -> Decimal:
    return Decimal(text)


def _float(text: str) -> Decimal | None:
    number = Decimal(str(float(text)))
    return None if number.is_nan() else number


def _moment(text: str) -> tuple[bool, Decimal]:
    """Whether a zone is stated, and the seconds since the year 0 at which the day, month, year or hour begins."""
    head, hour, zone = _MOMENT.fullmatch(text).groups()  # type: ignore[union-attr]  # it is well formed
    before = head.startswith("-")
    year, month, day = (int(part) for part in [*head.lstrip("-").split("-"), "1", "1"][:3])
    seconds = Decimal(_days(-year if before else year, month, day) * 86_400)
    for part, size in zip(hour.split(":") if hour else (), (3600, 60, 1), strict=False):
        seconds += Decimal(part) * size
    if zone and zone != "Z":
        shift = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
        seconds -= shift if zone[0] == "+" else -shift
    return bool(zone), seconds


def _time(text: str) -> tuple[bool, Decimal]:
    return _moment(f"2000-01-01T{text.replace('24:', '00:', 1) if text.startswith('24:') else text}")


def _span(text: str) -> Decimal:
    """Months of a duration in years and months, seconds of one in days and shorter."""
    total, day, sizes = Decimal(0), text.partition("T"), {"Y": 12, "M": 1, "D": 86_400}
    for part, known in ((day[0], sizes), (day[2], {"H": 3600, "M": 60, "S": 1})):
        for number, unit in re.findall(r"([0-9.]+)([YMDHS])", part):
            total += Decimal(number) * known[unit]
    return -total if text.startswith("-") else total


_MOMENT = re.compile(r"(-?[0-9]+(?:-[0-9]{2}(?:-[0-9]{2})?)?)(?:T([0-9:.]+))?" + _ZONE)


def _days(year: int, month: int, day: int) -> int:
    """Days since 1 January of the year 0, in the Gregorian calendar."""
    year -= month < 3
    month = (month + 9) % 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5 + day + 59


_KEYS: dict[str, tuple[str, Callable[[str], object]]] = {
    **dict.fromkeys(INTEGERS | {XSD.decimal}, ("number", _number)),
    XSD.double: ("number", _float),
    XSD.float: ("number", _float),
    XSD.string: ("text", str),
    XSD.date: ("date", _moment),
    XSD.dateTime: ("moment", _moment),
    XSD.dateTimeStamp: ("moment", _moment),
    XSD.time: ("time", _time),
    XSD.gYear: ("year", _moment),
    XSD.gYearMonth: ("month", _moment),
    XSD.gMonthDay: ("day of a year", lambda text: _moment(f"2000{text[1:]}")),
    XSD.gMonth: ("month of a year", lambda text: _moment(f"2000{text[1:]}")),
    XSD.gDay: ("day of a month", lambda text: _moment(f"2000-01{text[2:]}")),
    XSD.yearMonthDuration: ("months", _span),
    XSD.dayTimeDuration: ("seconds", _span),
    XSD.boolean: ("boolean", lambda text: text in ("true", "1")),
}
#: maximum offset of a time zone from UTC, in seconds
MAX_ZONE_S = 14 * 3600


class Key(NamedTuple):
    """The position of a literal in the order of its kind. ``zoned`` is set for dates and times with a time zone."""

    kind: str
    zoned: bool
    value: Any


def order_key(literal: object) -> Key | None:
    """The key of a literal whose datatype has an order; ``None`` for everything else, and for not-a-number."""
    if not isinstance(literal, ox.Literal) or literal.language or literal.datatype.value not in _KEYS:
        return None
    if not well_formed(literal):
        return None
    kind, read = _KEYS[literal.datatype.value]
    value = read(literal.value)
    if isinstance(value, tuple):
        return Key(kind, *value)
    return None if value is None else Key(kind, False, value)


def order(left: object, right: object) -> int | None:
    """-1, 0 or 1, or ``None`` where the two cannot be compared (a day with an hour, a text with a number).

    Of two moments one with a zone and one without, the order is known where they are more than 14 hours apart, since no
    zone is further from UTC (XML Schema 1.1, part 2, D.2.2).

    >>> day = ox.NamedNode(XSD.date)
    >>> order(ox.Literal("2024-11-01", datatype=day), ox.Literal("2024-11-30", datatype=day))
    -1
    >>> order(ox.Literal("2024-11-01Z", datatype=day), ox.Literal("2024-11-01", datatype=day)) is None
    True
    """
    first, second = order_key(left), order_key(right)
    if first is None or second is None or first.kind != second.kind:
        return None
    if first.zoned != second.zoned and abs(first.value - second.value) <= MAX_ZONE_S:
        return None
    return int(first.value > second.value) - int(first.value < second.value)
