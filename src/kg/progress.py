"""Progress of a long job on one line of a terminal; nothing is written to a pipe or a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kg.errors import Text

Progress = Callable[[Text], None]
_CLEAR = "\r\033[K"


@contextmanager
def terminal_progress() -> Iterator[Progress | None]:
    """A function that replaces the last progress text by a new one, or ``None`` if stderr is not a terminal."""
    stream = sys.stderr
    if stream is None or not stream.isatty():
        yield None
        return
    shown = False

    def show(text: Text) -> None:
        nonlocal shown
        shown = True
        print(f"{_CLEAR}… {text}", end="", file=stream, flush=True)

    try:
        yield show
    finally:
        if shown:
            print(_CLEAR, end="", file=stream, flush=True)
