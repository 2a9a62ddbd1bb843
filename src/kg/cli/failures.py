"""Errors of commands: one line in the user's language and an exit code, for any exception.

The exit code is 0 only if the job was done, 1 for a fault of the input or of the machine, 2 for wrong usage, 70 for a
bug of the toolkit, and 130 after Ctrl-C.
"""

from __future__ import annotations

import codecs
import errno
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from types import FrameType

from kg.errors import KgError, Text
from kg.values import printable

FAILED, MISTAKE, BUG, INTERRUPTED = 1, 2, 70, 130
OUTPUT_CLOSED = KgError(
    Text(
        "표준 출력이 닫혀 있어 결과를 쓸 곳이 없습니다.", "The standard output is closed: there is nowhere to print to."
    )
)
MEMORY = Text(
    "메모리가 부족해 중단했습니다. 다른 프로그램을 닫거나 데이터를 나누어 다시 실행하십시오.",
    "Stopped: not enough memory. Close other programs, or process the data in parts.",
)
_REPLACE = "kg-replace"
_FILE_ERROR = re.compile(
    r"IO Error|(Could not|Cannot|Failed to) (open|read|write|sync|truncate|create|remove)|No space left"
)
_interrupted = threading.Event()


def report(error: BaseException) -> int:
    """Print the error on one line (faults of an input: one line each) and return the exit code."""
    text, code = describe(error)
    if os.environ.get("KG_TRACEBACK") and not isinstance(error, KgError | KeyboardInterrupt):
        import traceback

        traceback.print_exception(error)
    if sys.stderr is not None:
        with suppress(OSError):  # stderr is full or closed, and messages have no other place
            print(printable(str(text), keep="\n"), file=sys.stderr, flush=True)
    return code


def describe(error: BaseException) -> tuple[object, int]:
    """The message for an error, and the exit code."""
    if isinstance(error, KeyboardInterrupt):
        return Text("중단했습니다.", "Stopped."), INTERRUPTED
    if isinstance(error, KgError):
        return error, FAILED
    if isinstance(error, MemoryError) or _is_duckdb(error, "OutOfMemoryException"):
        return MEMORY, FAILED
    if isinstance(error, OSError):
        return _os_error(error), FAILED
    if _is_duckdb(error, "Error") and _FILE_ERROR.search(str(error)):  # DuckDB raises several classes for such errors
        reason = _first_line(error)
        return Text(f"읽거나 쓸 수 없습니다: {reason}", reason), FAILED
    shown = f"{type(error).__name__}: {_first_line(error)}"
    return (
        Text(
            f"도구의 오류입니다({shown}). KG_TRACEBACK=1로 다시 실행한 출력을 명령과 함께 알려 주십시오.",
            f"A bug of the toolkit ({shown}). Please report it with the command and its output under KG_TRACEBACK=1.",
        ),
        BUG,
    )


def _os_error(error: OSError) -> Text:
    """The message for a path that cannot be read or written, or a full disk."""
    prefix = f"{error.filename}: " if error.filename else ""
    reason = error.strerror or _first_line(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Text(
            f"{prefix}저장 공간이 부족합니다({reason}). 공간을 확보한 뒤 다시 실행하십시오.",
            f"{prefix}no space left to write ({reason}). Free some space and try again.",
        )
    return Text(f"{prefix}읽거나 쓸 수 없습니다: {reason}", f"{prefix}{reason}")


def _is_duckdb(error: BaseException, name: str) -> bool:
    """Whether it is this error of DuckDB, tested without importing DuckDB."""
    duckdb = sys.modules.get("duckdb")
    return duckdb is not None and isinstance(error, getattr(duckdb, name))


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0]


# --- Ctrl-C -------------------------------------------------------------------------------------------------------


@contextmanager
def catch_ctrl_c() -> Iterator[None]:
    """Record that Ctrl-C was pressed, since DuckDB and other libraries report it as another error."""
    _interrupted.clear()
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, _on_ctrl_c)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _on_ctrl_c(number: int, frame: FrameType | None) -> None:
    _interrupted.set()
    raise KeyboardInterrupt


def is_interrupted() -> bool:
    """Whether Ctrl-C was pressed during this command."""
    return _interrupted.is_set()


# --- characters that the output encoding lacks ------------------------------------------------------------------------


class Replaced:
    """The number of characters that the output encoding lacks."""

    count = 0
    encoding = ""


@contextmanager
def tolerant_output() -> Iterator[Replaced]:
    """Replace characters that the encoding of the standard streams lacks by ``?``, and count them."""
    replaced = Replaced()

    def replace(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeEncodeError)
        replaced.count += error.end - error.start
        replaced.encoding = error.encoding
        return "?" * (error.end - error.start), error.end

    codecs.register_error(_REPLACE, replace)
    before = [(stream, stream.errors) for stream in (sys.stdout, sys.stderr) if isinstance(stream, TextIOWrapper)]
    for stream, _ in before:
        stream.reconfigure(errors=_REPLACE)
    try:
        yield replaced
    finally:
        for stream, errors in before:
            with suppress(OSError, ValueError):  # a stream that is full or closed stays as it is
                stream.reconfigure(errors=errors)


def report_replaced_letters(replaced: Replaced) -> None:
    """Report characters that were replaced in the output."""
    if replaced.count and sys.stderr is not None:
        count, encoding = replaced.count, replaced.encoding
        print(
            Text(
                f"출력 인코딩({encoding})에 없는 글자 {count}개를 ?로 바꾸었습니다. PYTHONIOENCODING=utf-8을 쓰십시오.",
                f"{count} characters that are not in the output encoding ({encoding}) were replaced by ?."
                " Set PYTHONIOENCODING=utf-8.",
            ),
            file=sys.stderr,
        )
