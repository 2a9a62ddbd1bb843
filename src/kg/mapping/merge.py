"""Writes lines that arrive by subject, each once and in the order of their bytes, in bounded memory."""

from __future__ import annotations

import heapq
import io
import itertools
import operator
import queue
import tempfile
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO

HELD_BYTES = 32 << 20

# the subject, as text to sort by; its sorted lines; how many they are, where that is known without counting
Row = tuple[str, bytes, int | None]
_subject = operator.itemgetter(0)
_BEYOND = b"\xff"  # after every byte of UTF-8


class WriteBehind:
    """A stream to write to, emptied by a thread of its own: writing waits for the disk, not for Python.

    A fault of the stream is raised at the next ``writelines`` or on leaving.
    """

    def __init__(self, stream: IO[bytes], waiting: int = 16):
        self._stream = stream
        self._queue: queue.Queue[list[bytes] | None] = queue.Queue(waiting)
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        while (pieces := self._queue.get()) is not None:
            if self._fault is None:
                try:
                    self._stream.write(b"".join(pieces))
                except BaseException as fault:  # handed to whoever writes next
                    self._fault = fault

    def writelines(self, pieces: list[bytes]) -> None:
        if self._fault is not None:
            raise self._fault
        self._queue.put(pieces)

    def __enter__(self) -> WriteBehind:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self._queue.put(None)
        self._thread.join()
        if kind is None and self._fault is not None:
            raise self._fault


class LineWriter:
    """Takes rows in the order of subjects, each with lines of one subject; what one subject gets is merged and sorted.

    What one subject holds beyond ``HELD_BYTES`` waits in sorted runs in temporary files of ``folder``.
    """

    def __init__(
        self,
        stream: IO[bytes] | WriteBehind,
        folder: Path,
        progress: Callable[[int], None] | None = None,
        held_bytes: int = HELD_BYTES,
    ):
        self.stream, self.folder, self.progress, self.held_bytes = stream, folder, progress, held_bytes
        self.count = 0
        self._told = 0
        self._part = ""
        self._subject = ""
        self._held: list[bytes] = []
        self._size = 0
        self._runs: list[IO[bytes]] = []

    def begin(self, part: str) -> None:
        """Name the part of the output that comes next, by how its lines begin; all of it follows what was written."""
        if part != self._part:
            self.flush()
            self._part, self._subject = part, ""

    def add(self, runs: list[list[Row]]) -> None:
        """Rows of one or several streams, each in the order of subjects; the last subject waits, for it may go on."""
        subjects = [[row[0] for row in run] for run in runs]
        if len(runs) == 1 and len(runs[0]) > 1 and all(map(operator.lt, subjects[0], subjects[0][1:])):
            first, *between, last = runs[0]  # the usual case: each subject comes once
            self._hold(first[0], [first[1]])
            self.flush()
            self._write_rows(between)
            self._hold(last[0], [last[1]])
            return
        for found in subjects:
            if not all(map(operator.le, found, found[1:])):
                raise RuntimeError(f"rows are out of order between {found[0]!r} and {found[-1]!r}")
        first_subject, last_subject = min(found[0] for found in subjects), max(found[-1] for found in subjects)
        chunks = [row[1] for run in runs for row in run]
        if first_subject == last_subject:
            self._hold(first_subject, chunks)
            return
        lines = _unique_lines(chunks)
        end = bisect_right(lines, f"{self._part}{first_subject}".encode() + _BEYOND)
        start = bisect_left(lines, f"{self._part}{last_subject}".encode())
        self._hold(first_subject, [_joined(lines[:end])])
        self.flush()
        if end < start:
            self._write([_joined(lines[end:start])], start - end)
        self._hold(last_subject, [_joined(lines[start:])])

    def _hold(self, subject: str, chunks: list[bytes]) -> None:
        if subject != self._subject:
            if subject < self._subject:
                raise RuntimeError(f"rows are out of order: {subject!r} after {self._subject!r}")
            self.flush()
            self._subject = subject
        self._held += chunks
        self._size += sum(map(len, chunks))
        if self._size > self.held_bytes:
            self._condense()

    def flush(self) -> None:
        """Write what waits."""
        if self._runs:
            self._write_unique(heapq.merge(*self._runs, io.BytesIO(_merged(self._held))))
            for run in self._runs:
                run.close()
        elif self._held:
            lines = _merged(self._held)
            self._write([lines], lines.count(b"\n"))
        self._held, self._runs, self._size = [], [], 0

    def _condense(self) -> None:
        """Drop doubles; if that is not enough, put what is held into a run of its own."""
        lines = _merged(self._held)
        self._held, self._size = [lines], len(lines)
        if self._size > self.held_bytes // 2:
            run = tempfile.TemporaryFile(dir=self.folder)  # noqa: SIM115  # closed by flush
            run.write(lines)
            run.seek(0)
            self._runs.append(run)
            self._held, self._size = [], 0

    def _write_unique(self, lines: Iterable[bytes]) -> None:
        previous = b""
        for line in lines:
            if line != previous:
                self._write([line], 1)
                previous = line

    def _write_rows(self, rows: list[Row]) -> None:
        self._write([row[1] for row in rows], sum([row[1].count(b"\n") if row[2] is None else row[2] for row in rows]))

    def _write(self, pieces: list[bytes], count: int) -> None:
        self.stream.writelines(pieces)
        self.count += count
        if self.progress and self.count - self._told >= 1_000_000:
            self.progress(self.count)
            self._told = self.count


def _merged(chunks: list[bytes]) -> bytes:
    """The lines of several chunks, each once and sorted."""
    return chunks[0] if len(chunks) == 1 else _joined(_unique_lines(list(dict.fromkeys(chunks))))


def _joined(lines: list[bytes]) -> bytes:
    return b"\n".join([*lines, b""])


def _unique_lines(chunks: list[bytes]) -> list[bytes]:
    """The lines of several chunks, each once and sorted, without their line feeds."""
    lines = b"".join(chunks).split(b"\n")
    lines.pop()
    lines.sort()  # of runs that are sorted already, which it finds and merges
    if any(map(operator.eq, lines, itertools.islice(lines, 1, None))):  # hashing every line would cost more
        lines = sorted(set(lines))
    return lines


def in_order(streams: Iterable[Iterator[list[Row]]]) -> Iterator[list[list[Row]]]:
    """Several streams, each of batches in the order of subjects, so that all of one step comes before the next.

    A step is what each stream has up to a subject that none may precede any more: lists in the order of subjects. No
    batch may be empty, and neither is a list.
    """
    waiting = {stream: next(stream, []) for stream in streams}
    while waiting := {stream: batch for stream, batch in waiting.items() if batch}:
        if len(waiting) == 1:
            ((stream, batch),) = waiting.items()
            yield [batch]
            yield from ([batch] for batch in stream)
            return
        bound = min(batch[-1][0] for batch in waiting.values())
        taken: list[list[Row]] = []
        for stream, batch in waiting.items():
            if cut := bisect_right(batch, bound, key=_subject):
                taken.append(batch[:cut])
            waiting[stream] = batch[cut:] or next(stream, [])
        yield taken
