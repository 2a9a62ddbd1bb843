"""Calendar days: read from what a person or a query gives, and written as ISO text."""

from __future__ import annotations

from datetime import date, datetime

from kg.errors import Text
from kg.network.errors import NetworkError


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
            f"'{value}': 날짜가 아닙니다. YYYY-MM-DD 꼴로 쓰십시오(보기: 2024-12-31).",
            f"'{value}' is not a known date; write YYYY-MM-DD, for example 2024-12-31.",
        )
    )
