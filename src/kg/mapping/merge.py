"""Writes lines that arrive by subject, each once and in the order of their bytes, in bounded memory."""

from __future__ import annotations

import heapq
import io
import itertools
import operator
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

HELD_BYTES = 32 << 20


class LineWriter:
    """Takes chunks, each the sorted lines of one subject, in the order of subjects; a subject's chunks are merged.

    What one subject holds beyond ``HELD_BYTES`` waits in sorted runs in temporary files of ``folder``.
    """

    def __init__(
        self,
        stream: IO[bytes],
        folder: Path,
        progress: Callable[[int], None] | None = None,
        held_bytes: int = HELD_BYTES,
    ):
        self.stream, self.folder, self.progress, self.held_bytes = stream, folder, progress, held_bytes
        self.count = 0
        self._told = 0
        self._part = ""
        self._subject = b""
        self._held: list[bytes] = []
        self._size = 0
        self._runs: list[IO[bytes]] = []

    def begin(self, part: str) -> None:
        """Name the part of the output that comes next; all of a new part follows what was written."""
        if part != self._part:
            self.flush()
            self._part, self._subject = part, b""

    def add(self, chunks: list[bytes]) -> None:
        """Chunks in the order of subjects; the last subject waits, for it may go on."""
        subjects = [subject_of(lines) for lines in chunks]
        if len(chunks) > 1 and all(map(operator.lt, subjects, subjects[1:])):  # the usual case: each comes once
            groups = [[lines] for lines in (chunks[0], chunks[-1])]
            between = chunks[1:-1]
        else:
            if not all(map(operator.le, subjects, subjects[1:])):
                raise RuntimeError(f"rows are out of order between {subjects[0]!r} and {subjects[-1]!r}")
            groups = [list(group) for _, group in itertools.groupby(chunks, subject_of)]
            between = [_merged(group) for group in groups[1:-1]]
        self._hold(subjects[0], groups[0])
        if len(groups) > 1:
            self.flush()
            self._write(b"".join(between))
            self._hold(subjects[-1], groups[-1])

    def _hold(self, subject: bytes, chunks: list[bytes]) -> None:
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
            self._write(_merged(self._held))
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
                self._write(line)
                previous = line

    def _write(self, lines: bytes) -> None:
        self.stream.write(lines)
        self.count += lines.count(b"\n")
        if self.progress and self.count - self._told >= 1_000_000:
            self.progress(self.count)
            self._told = self.count


def subject_of(lines: bytes) -> bytes:
    """``<…>`` at the start: no IRI begins another when the closing bracket is counted."""
    return lines[: lines.find(b">") + 1]


def _merged(chunks: list[bytes]) -> bytes:
    """The lines of several chunks, each once and sorted."""
    if len(chunks) < 2:
        return b"".join(chunks)
    lines = b"".join(chunks if len(chunks) < 10 else set(chunks)).split(b"\n")
    lines.pop()
    lines.sort()  # of runs that are sorted already
    if any(map(operator.eq, lines, itertools.islice(lines, 1, None))):  # hashing every line would cost more
        lines = sorted(set(lines))
    return b"\n".join([*lines, b""])


def in_order(streams: Iterable[Iterator[list[bytes]]]) -> Iterator[list[bytes]]:
    """Several streams as one. Each gives batches of chunks in the order of subjects, and no empty batch.

    Whole runs of batches are sorted at once, which costs less than a heap of single chunks.
    """
    waiting = {stream: next(stream, []) for stream in streams}
    while waiting := {stream: batch for stream, batch in waiting.items() if batch}:
        if len(waiting) == 1:
            stream, batch = waiting.popitem()
            yield batch
            yield from stream
            return
        bound = min(subject_of(batch[-1]) for batch in waiting.values())
        taken: list[bytes] = []
        for stream, batch in waiting.items():
            cut = bisect_right(batch, bound, key=subject_of)
            taken += batch[:cut]
            waiting[stream] = batch[cut:] or next(stream, [])
        yield sorted(taken)
