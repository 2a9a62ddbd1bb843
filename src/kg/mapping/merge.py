"""Merges lines that arrive by subject: writes them without duplicates, in byte order, in bounded memory."""

from __future__ import annotations

import heapq
import io
import itertools
import operator
import queue
import tempfile
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple

HELD_BYTES = 32 << 20


class Run(NamedTuple):
    """Rows in the order of their subjects, as columns.

    ``subjects`` are the sort keys; ``counts`` the number of lines of each row, if known without counting; ``pieces``
    the sorted lines of each row, in one or more columns.
    """

    subjects: Sequence[bytes]
    counts: Sequence[int | None]
    pieces: tuple[Sequence[bytes], ...]

    def part(self, start: int, end: int) -> Run:
        pieces = tuple([column[start:end] for column in self.pieces])
        return Run(self.subjects[start:end], self.counts[start:end], pieces)


_BEYOND = b"\xff"  # after every byte of UTF-8


class WriteBehind:
    """A stream that is written by a separate thread, so that the main thread does not wait for the disk.

    An error of the stream is raised at the next ``writelines`` or on exit.
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
                except BaseException as fault:  # raised at the next write
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
    """Takes rows in the order of subjects and writes the lines of each subject merged and sorted.

    Lines of one subject beyond ``HELD_BYTES`` are spilled as sorted runs to temporary files in ``folder``.
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
        self._reported = 0
        self._part, self._apart = b"", False
        self._subject = b""
        self._held: list[bytes] = []
        self._size = 0
        self._runs: list[IO[bytes]] = []

    def begin(self, part: bytes, *, apart: bool = False) -> None:
        """Begin the next part of the output, whose lines have this prefix and follow all lines written before.

        ``apart`` guarantees that no line of one stream falls inside a piece of another stream.
        """
        if part != self._part:
            self.flush()
            self._part, self._subject = part, b""
        self._apart = apart

    def add(self, runs: list[Run]) -> None:
        """Add rows of one or several streams, each in the order of subjects; the last subject may get more rows."""
        again = [_subjects_come_again(run) for run in runs]
        first_subject, last_subject = min(run.subjects[0] for run in runs), max(run.subjects[-1] for run in runs)
        if first_subject == last_subject:
            self._hold(first_subject, _pieces(runs))
            return
        if len(runs) == 1 or self._apart:
            runs = [_one_a_subject(run) if repeats else run for run, repeats in zip(runs, again, strict=True)]
            found = _pieces(runs)
            pieces = _sorted_once(found)
            count = _known(runs) if pieces is found else None
        else:
            pieces = _sorted_once(_lines(_pieces(runs)))
            count = len(pieces)
        end = bisect_right(pieces, self._part + first_subject + _BEYOND)
        start = max(end, bisect_left(pieces, self._part + last_subject))
        self._hold(first_subject, pieces[:end])
        self.flush()
        waits = [*pieces[:end], *pieces[start:]]
        self._write(pieces[end:start], None if count is None else count - _count(waits))
        self._hold(last_subject, pieces[start:])

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
        """Write the lines that are held."""
        if self._runs:
            self._write_unique(heapq.merge(*self._runs, io.BytesIO(_merged(self._held))))
            for run in self._runs:
                run.close()
        elif self._held:
            self._write([_merged(self._held)])
        self._held, self._runs, self._size = [], [], 0

    def _condense(self) -> None:
        """Drop duplicates; if that is not enough, spill the lines held as a sorted run."""
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
                self._write([line])
                previous = line

    def _write(self, pieces: list[bytes], count: int | None = None) -> None:
        self.stream.writelines(pieces)
        self.count += _count(pieces) if count is None else count
        if self.progress and self.count - self._reported >= 1_000_000:
            self.progress(self.count)
            self._reported = self.count


def _pieces(runs: Iterable[Run]) -> list[bytes]:
    found = list(itertools.chain.from_iterable(column for run in runs for column in run.pieces))
    return found if all(found) else list(filter(None, found))


def _count(pieces: Iterable[bytes]) -> int:
    return sum([piece.count(b"\n") for piece in pieces])


def _known(runs: Iterable[Run]) -> int | None:
    try:
        return sum(itertools.chain.from_iterable(run.counts for run in runs))  # type: ignore[misc]  # None: see below
    except TypeError:  # a count is not known
        return None


def _subjects_come_again(run: Run) -> bool:
    """Whether a subject has several rows; also checks that the rows are in order, which the rest relies on."""
    if all(map(operator.lt, run.subjects, itertools.islice(run.subjects, 1, None))):
        return False
    if not all(map(operator.le, run.subjects, itertools.islice(run.subjects, 1, None))):
        raise RuntimeError(f"rows are out of order between {run.subjects[0]!r} and {run.subjects[-1]!r}")
    return True


def _one_a_subject(run: Run) -> Run:
    """Rows of one stream with one row for each subject, or one line for each row, so that the pieces are ordered."""
    if set(run.counts) <= {0, 1}:
        return run
    starts = [place for place, same in enumerate(map(operator.eq, run.subjects, (None, *run.subjects))) if not same]
    ends = list(itertools.pairwise([*starts, len(run.subjects)]))
    pieces = tuple([_merged(column[start:end]) for start, end in ends] for column in run.pieces)
    return Run(
        [run.subjects[start] for start in starts],
        [
            run.counts[start] if end - start == 1 else _count(column[place] for column in pieces)
            for place, (start, end) in enumerate(ends)
        ],
        pieces,
    )


def _merged(chunks: Sequence[bytes]) -> bytes:
    """The lines of several chunks, each once and sorted."""
    return chunks[0] if len(chunks) == 1 else b"".join(_sorted_once(_lines(dict.fromkeys(chunks))))


def _lines(chunks: Iterable[bytes]) -> list[bytes]:
    return b"".join(chunks).splitlines(keepends=True)


def _sorted_once(found: list[bytes]) -> list[bytes]:
    found.sort()  # made of sorted runs, which the sort detects and merges
    if any(map(operator.eq, found, itertools.islice(found, 1, None))):  # hashing every line would cost more
        return sorted(set(found))
    return found


def in_order(streams: Iterable[Iterator[Run]]) -> Iterator[list[Run]]:
    """Merge several streams of runs, each in the order of subjects, into steps, each of which precedes the next.

    A step holds the rows of each stream up to a subject that no later row can precede. No run may be empty.
    """
    waiting = {stream: run for stream in streams if (run := next(stream, None))}
    while waiting:
        if len(waiting) == 1:
            ((stream, run),) = waiting.items()
            yield [run]
            yield from ([run] for run in stream)
            return
        bound = min(run.subjects[-1] for run in waiting.values())
        step: list[Run] = []
        for stream, run in list(waiting.items()):
            cut = bisect_right(run.subjects, bound)
            if cut:
                step.append(run.part(0, cut))
            remaining = run.part(cut, len(run.subjects)) if cut < len(run.subjects) else next(stream, None)
            if remaining:
                waiting[stream] = remaining
            else:
                del waiting[stream]
        yield step
