"""Which cases stand inside a date or a span of dates, for certain or possibly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kg.errors import Text
from kg.network.days import day, iso
from kg.network.errors import NetworkError, unknown

MODES = ("certain", "possible")


@dataclass(frozen=True)
class Window:
    """Days asked for; without a date every case is inside, dated or not."""

    start: date | None
    end: date | None
    mode: str

    def facts(self) -> dict[str, object]:
        """What a graph says of the days asked for."""
        return {
            "at": None if self.start else iso(self.end),
            "between": [self.start.isoformat(), self.end.isoformat()] if self.start and self.end else None,
            "mode": self.mode,
        }

    def reason_out(self, earliest: date | None, latest: date | None) -> str | None:
        """Why a thing with these bounds is outside, or None if it is inside.

        >>> year = Window(None, date(2024, 12, 31), "certain")
        >>> year.reason_out(date(2024, 11, 1), date(2024, 11, 30)) is None
        True
        >>> year.reason_out(date(2024, 1, 1), date(2025, 12, 31)), year.reason_out(None, None)
        ('not-certain', 'undated')
        """
        if self.start is None and self.end is None:
            return None
        if earliest is None and latest is None:
            return None if self.mode == "possible" else "undated"
        if self.end and earliest and earliest > self.end:
            return "later"
        if self.start and latest and latest < self.start:
            return "earlier"
        if self.mode == "possible":
            return None
        begins_inside = self.start is None or (earliest is not None and earliest >= self.start)
        ends_inside = self.end is None or (latest is not None and latest <= self.end)
        return None if begins_inside and ends_inside else "not-certain"

    def sql(self, earliest: str, latest: str) -> str:
        """The same choice as a SQL condition over two date columns: true inside, false outside, never NULL.

        >>> Window(None, date(2024, 12, 31), "certain").sql("a", "b")
        "coalesce((a IS NOT NULL OR b IS NOT NULL) AND b <= DATE '2024-12-31', false)"
        """
        if self.start is None and self.end is None:
            return "true"
        if self.mode == "possible":
            parts = [f"({latest} IS NULL OR {latest} >= DATE '{self.start}')"] if self.start else []
            parts += [f"({earliest} IS NULL OR {earliest} <= DATE '{self.end}')"] if self.end else []
            return " AND ".join(parts)
        parts = [f"({earliest} IS NOT NULL OR {latest} IS NOT NULL)"]
        parts += [f"{earliest} >= DATE '{self.start}'"] if self.start else []
        parts += [f"{latest} <= DATE '{self.end}'"] if self.end else []
        return f"coalesce({' AND '.join(parts)}, false)"


def window(at: str | date | None, between: tuple[str | date, str | date] | None, mode: str) -> Window:
    """Read ``at``, ``between`` and ``mode`` as a person gives them."""
    if mode not in MODES:
        raise unknown(Text("방식", "mode"), mode, MODES)
    if at is not None and between is not None:
        raise NetworkError(Text("at과 between 가운데 하나만 쓸 수 있습니다.", "Give either at or between, not both."))
    if between is not None:
        if isinstance(between, str) or len(between) != 2:
            raise NetworkError(
                Text("between에는 날짜 둘을 씁니다(처음, 끝).", "between takes two dates: the first day and the last.")
            )
        start, end = day(between[0]), day(between[1])
        if start > end:
            raise NetworkError(
                Text(
                    f"between의 처음({start})이 끝({end})보다 늦습니다.",
                    f"between starts ({start}) after its end ({end}).",
                )
            )
        return Window(start, end, mode)
    return Window(None, None if at is None else day(at), mode)
