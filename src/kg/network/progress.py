"""Progress of long measures: functions that report how far a measure is, or how long it has been running."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from kg.errors import Text

Progress = Callable[[Text], None]

EVERY_S = 5.0  # seconds between two reports


def step_reporter(name: str, progress: Progress | None) -> Callable[[str], None]:
    """A function that reports the steps of the measure ``name``, in words that read alike in both languages."""

    def report(done: str) -> None:
        if progress:
            progress(Text(f"{name}: {done}", f"{name}: {done}"))

    return report


@contextmanager
def elapsed_time(report: Callable[[str], None]) -> Iterator[None]:
    """Report every few seconds how long the block has been running: for a call that cannot say how far it is."""
    over = threading.Event()
    start = monotonic()

    def run() -> None:
        while not over.wait(EVERY_S):
            report(f"{monotonic() - start:.0f} s")

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
