"""The time that an answer may take, shared by all its steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from kg.errors import KgError, Text

MAX_TIMEOUT_S = 1_000_000  # eleven days; waits of the operating system take at most 2**31 milliseconds
STEPS = 256  # how many items are worked on between two looks at the clock

Item = TypeVar("Item")


class QueryFailed(KgError):
    """A query that could not be answered: wrong text, too slow, too large, or no store."""


class QueryTimeout(QueryFailed):
    """A query that is not answered in its time."""


class Deadline:
    """The end of the time that reading a query, answering it and writing the answer may take together."""

    def __init__(self, timeout_s: float, clock: Callable[[], float] = time.monotonic):
        if not isinstance(timeout_s, int | float) or not 0 < timeout_s <= MAX_TIMEOUT_S:  # nan compares as false
            raise KgError(
                Text(
                    f"제한 시간 {timeout_s}: 0보다 크고 {MAX_TIMEOUT_S:,} 이하인 초를 주십시오(--timeout, timeout_s).",
                    f"timeout {timeout_s}: give a number of seconds above 0, at most {MAX_TIMEOUT_S:,}"
                    " (--timeout, timeout_s).",
                )
            )
        self.timeout_s = float(timeout_s)
        self._clock = clock
        self._end = clock() + self.timeout_s

    @classmethod
    def of(cls, timeout: Timeout) -> Deadline:
        """A deadline so many seconds from now, or the one that is given."""
        return timeout if isinstance(timeout, Deadline) else cls(timeout)

    def left(self) -> float:
        """Seconds left; 0 if the time is over."""
        return max(0.0, self._end - self._clock())

    def check(self) -> None:
        """Raise :class:`QueryTimeout` if the time is over."""
        if not self.left():
            raise QueryTimeout(
                Text(
                    f"{self.timeout_s:g}초 안에 끝나지 않아 멈췄습니다. 질의를 좁히거나 --timeout을 늘리십시오.",
                    f"Stopped after {self.timeout_s:g} s; narrow the query or raise --timeout.",
                )
            )

    def each(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items, looking at the clock now and then."""
        for number, item in enumerate(items):
            if not number % STEPS:
                self.check()
            yield item


Timeout = float | Deadline


def check_max_rows(max_rows: int) -> None:
    """Refuse a number of rows that is none."""
    if isinstance(max_rows, bool) or not isinstance(max_rows, int) or max_rows < 0:
        raise KgError(
            Text(
                f"행 수 {max_rows}: 0 이상의 정수를 주십시오(--max-rows, max_rows).",
                f"rows {max_rows}: give a whole number, 0 or more (--max-rows, max_rows).",
            )
        )
