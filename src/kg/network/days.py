"""Calendar days: read from what a person or a query gives, and written as ISO text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from kg.errors import Text
from kg.network.errors import NetworkError

Bounds = tuple[date | None, date | None]


def span_of(bounds: Iterable[Bounds]) -> Bounds:
    """The first and the last day on which any of several things can have happened, from the bounds of each.

    Things without any bound are left out. An end is None where one of the others leaves it open: of "by 2007" and
    "in 2014" the first day is not known, and 2014 would be wrong.

    >>> span_of([(date(2014, 1, 1), date(2014, 12, 31)), (None, date(2007, 6, 1)), (None, None)])
    (None, datetime.date(2014, 12, 31))
    """
    dated = [pair for pair in bounds if pair != (None, None)]
    firsts, lasts = [first for first, _ in dated], [last for _, last in dated]
    earliest = None if None in firsts else min((day for day in firsts if day), default=None)
    latest = None if None in lasts else max((day for day in lasts if day), default=None)
    return earliest, latest


def iso(value: date | None) -> str | None:
    """The day as ISO text."""
    return None if value is None else value.isoformat()


def day(value: object) -> date:
    """A calendar day from a ``date`` or from text of the form YYYY-MM-DD."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and len(value) == 10:  # fromisoformat alone would also take 20241231 and 2024-W52-2
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass  # reported below, with the form that is known
    raise NetworkError(
        Text(
            f"'{value}': 날짜가 아닙니다. YYYY-MM-DD 꼴로 쓰십시오(예: 2024-12-31).",
            f"'{value}' is not a known date; write YYYY-MM-DD, for example 2024-12-31.",
        )
    )
