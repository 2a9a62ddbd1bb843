"""Which literals are well formed, and which of two comes first, by the rules of XML Schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from kg.vocab import XSD

_ZONE = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_YEAR = r"-?([1-9][0-9]{3,}|0[0-9]{3})"
_MONTH = r"(0[1-9]|1[0-2])"
_DATE = rf"{_YEAR}-{_MONTH}-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?"

INTEGERS = {
    *(XSD.integer, XSD.nonNegativeInteger, XSD.positiveInteger, XSD.nonPositiveInteger, XSD.negativeInteger),
    *(XSD.long, XSD.int, XSD.short, XSD.byte),
    *(XSD.unsignedLong, XSD.unsignedInt, XSD.unsignedShort, XSD.unsignedByte),
}

_FORMS: dict[str, re.Pattern[str]] = {
    XSD.decimal: re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"),
    XSD.double: re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN"),
    XSD.boolean: re.compile(r"true|false|1|0"),
    XSD.date: re.compile(_DATE + _ZONE),
    XSD.dateTime: re.compile(f"{_DATE}T{_TIME}{_ZONE}"),
    XSD.gYear: re.compile(_YEAR + _ZONE),
    XSD.gYearMonth: re.compile(f"{_YEAR}-{_MONTH}{_ZONE}"),
    XSD.nonNegativeInteger: re.compile(r"\+?[0-9]+|-0+"),
    XSD.positiveInteger: re.compile(r"\+?0*[1-9][0-9]*"),
}
_FORMS[XSD.float] = _FORMS[XSD.double]
_INTEGER = re.compile(r"[+-]?[0-9]+")


def well_formed(literal: ox.Literal) -> bool:
    """Whether the text is one that its datatype allows; an unknown datatype allows any.

    >>> well_formed(ox.Literal("2024-13", datatype=ox.NamedNode(XSD.gYearMonth)))
    False
    """
    datatype, text = literal.datatype.value, literal.value
    form = _FORMS.get(datatype, _INTEGER if datatype in INTEGERS else None)
    if form is None:
        return True
    if not form.fullmatch(text):
        return False
    return datatype not in (XSD.date, XSD.dateTime) or _is_day(text[:10])


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _number(text: str) -> object:
    return Decimal(text)


def _moment(text: str) -> object:
    moment = datetime.fromisoformat(text)
    return (moment.tzinfo is not None, moment)


def _plain_date(text: str) -> object:
    return date.fromisoformat(text[:10]) if len(text) == 10 else None


_KEYS: dict[str, tuple[str, Callable[[str], object]]] = {
    **dict.fromkeys(INTEGERS | {XSD.decimal}, ("number", _number)),
    XSD.double: ("number", lambda text: Decimal(str(float(text)))),
    XSD.float: ("number", lambda text: Decimal(str(float(text)))),
    XSD.string: ("text", str),
    XSD.date: ("date", _plain_date),
    XSD.dateTime: ("moment", _moment),
    XSD.gYear: ("year", lambda text: int(text) if len(text) == 4 else None),
    XSD.gYearMonth: ("month", lambda text: text if len(text) == 7 else None),
    XSD.boolean: ("boolean", lambda text: text in ("true", "1")),
}


def order(one: Any, other: Any) -> int | None:
    """-1, 0 or 1, or ``None`` where the two cannot be compared (a day with an hour, a text with a number).

    >>> day = ox.NamedNode(XSD.date)
    >>> order(ox.Literal("2024-11-01", datatype=day), ox.Literal("2024-11-30", datatype=day))
    -1
    """
    left, right = _key(one), _key(other)
    if left is None or right is None or left[0] != right[0]:
        return None
    first: Any = left[1]  # the same kind, so the same Python type
    second: Any = right[1]
    return int(first > second) - int(first < second)


def _key(literal: ox.Literal) -> tuple[object, object] | None:
    known = _KEYS.get(literal.datatype.value)
    if known is None or literal.language or not well_formed(literal):
        return None
    kind, read = known
    value = read(literal.value)
    if isinstance(value, tuple):  # an hour with a zone and one without are not comparable
        return (kind, value[0]), value[1]
    return None if value is None else (kind, value)
