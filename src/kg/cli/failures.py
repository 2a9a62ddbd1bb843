"""How a command fails: one line in the person's language and an exit code, whatever went wrong.

The exit code is 0 only when the job was done, 1 for a fault of the input or of the machine, 2 for wrong usage, 70 for a
fault of the toolkit itself, and 130 after Ctrl-C.
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
    "Stopped: the memory is not enough. Close other programs, or do it in parts.",
)
_REPLACE = "kg-replace"
_FILE_ERROR = re.compile(
    r"IO Error|(Could not|Cannot|Failed to) (open|read|write|sync|truncate|create|remove)|No space left"
)
_interrupted = threading.Event()


def report(error: BaseException) -> int:
    """Print what went wrong on one line (faults of an input: one line each) and return the exit code."""
    text, code = describe(error)
    if os.environ.get("KG_TRACEBACK") and not isinstance(error, KgError | KeyboardInterrupt):
        import traceback

        traceback.print_exception(error)
    if sys.stderr is not None:
        with suppress(OSError):  # the place for messages is full or closed, and there is no other
            print(printable(str(text), keep="\n"), file=sys.stderr, flush=True)
    return code


def describe(error: BaseException) -> tuple[object, int]:
    """What to say of an error, and the exit code."""
    if isinstance(error, KeyboardInterrupt):
        return Text("중단했습니다.", "Stopped."), INTERRUPTED
    if isinstance(error, KgError):
        return error, FAILED
    if isinstance(error, MemoryError) or _is_duckdb(error, "OutOfMemoryException"):
        return MEMORY, FAILED
    if isinstance(error, OSError):
        return _os_error(error), FAILED
    if _is_duckdb(error, "Error") and _FILE_ERROR.search(str(error)):  # of several classes, whatever it was doing
        reason = _first_line(error)
        return Text(f"읽거나 쓸 수 없습니다: {reason}", reason), FAILED
    shown = f"{type(error).__name__}: {_first_line(error)}"
    return (
        Text(
            f"도구의 오류입니다({shown}). KG_TRACEBACK=1로 다시 실행한 출력을 명령과 함께 알려 주십시오.",
            f"A fault of the toolkit ({shown}). Please report it with the command and what KG_TRACEBACK=1 shows.",
        ),
        BUG,
    )


def _os_error(error: OSError) -> Text:
    """A place that cannot be read or written, a full disk."""
    where = f"{error.filename}: " if error.filename else ""
    reason = error.strerror or _first_line(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Text(
            f"{where}저장 공간이 부족합니다({reason}). 공간을 확보한 뒤 다시 실행하십시오.",
            f"{where}no room to write ({reason}). Make room and try again.",
        )
    return Text(f"{where}읽거나 쓸 수 없습니다: {reason}", f"{where}{reason}")


def _is_duckdb(error: BaseException, name: str) -> bool:
    """Whether it is this error of DuckDB, which is not imported for the question."""
    duckdb = sys.modules.get("duckdb")
    return duckdb is not None and isinstance(error, getattr(duckdb, name))


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0]


# --- Ctrl-C -------------------------------------------------------------------------------------------------------


@contextmanager
def hear_ctrl_c() -> Iterator[None]:
    """Remember that Ctrl-C was pressed: DuckDB and others report it as an error of their own."""
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


# --- letters that the output cannot show -----------------------------------------------------------------------------


class Replaced:
    """How many letters the encoding of the output could not show."""

    count = 0
    encoding = ""


@contextmanager
def tolerant_output() -> Iterator[Replaced]:
    """Let the standard streams show ``?`` for a letter that their encoding has not, and count these."""
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
            with suppress(OSError, ValueError):  # a stream that is full or closed keeps what it has
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
