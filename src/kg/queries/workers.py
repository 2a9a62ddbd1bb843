"""The worker processes of one store: started when needed, kept for the next query, watched, replaced, ended.

Memory is bounded by what is resident: the caller reads it from ``/proc`` while it waits and ends a worker that exceeds
the bound. A limit of address space (``RLIMIT_AS``) would count what allocators and thread stacks reserve and never
touch, and stop queries that fit; pages of files (the store) can be dropped by the system and are not counted.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import selectors
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path
from typing import Any

from kg.errors import Text
from kg.queries.deadline import Deadline, QueryFailed
from kg.queries.worker import LENGTH_BYTES
from kg.settings import Limits

_LIMITS = Limits()
_WORKER = Path(__file__).with_name("worker.py")
_BLOCK_BYTES = 1 << 20
# at the memory of a worker, which can grow by some 2 GB/s; where ps must be started for a look, less often
_LOOK_EVERY_S = 0.02 if sys.platform == "linux" else 0.5
_KEPT_PART = 4  # a worker that holds more than this part of the bound after its answer is not kept

Frame = tuple[Any, ...]


class MemoryExceeded(Exception):
    """A query that needs more memory than its bound; its worker was ended."""


class WorkerEnded(Exception):
    """A worker that ended before its answer was complete."""


class _NotStarted(Exception):
    """A worker that was gone before it read the query: another one can answer it."""


class WorkerPool:
    """The workers of one store. Each answers one query at a time; one without work is kept for the next query."""

    def __init__(self, store_path: Path):
        self._path = store_path
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()
        self._process = os.getpid()
        # also at the end of the program, and when nobody closes the graph
        self._finalizer = weakref.finalize(self, _end_idle, self._idle, self._process)

    def answer(self, request: Any, deadline: Deadline, memory_mb: int) -> list[Frame]:
        """The frames of the answer, the last of which is ``end`` or ``error``."""
        while True:
            worker = self._idle_worker()
            is_new = worker is None
            worker = worker or _Worker(self._path)
            try:
                frames = worker.answer(request, deadline, memory_mb << 20)
            except _NotStarted:
                worker.end()
                if is_new:
                    raise WorkerEnded from None
                continue  # it died while it waited for work
            except BaseException:  # also Ctrl-C: what the worker does now is of no use to anyone
                worker.end()
                raise
            self._give_back(worker, (memory_mb << 20) // _KEPT_PART)
            return frames

    def close(self) -> None:
        """End the workers that wait for work."""
        with self._lock:
            _end_idle(self._idle, self._process)

    def _idle_worker(self) -> _Worker | None:
        with self._lock:
            if self._process != os.getpid():  # after a fork the workers are the parent's
                self._idle.clear()
                self._process = os.getpid()
                self._finalizer.detach()
                self._finalizer = weakref.finalize(self, _end_idle, self._idle, self._process)
            while self._idle:
                worker = self._idle.pop()
                if worker.is_running():
                    return worker
                worker.end()
        return None

    def _give_back(self, worker: _Worker, max_bytes: int) -> None:
        with self._lock:
            if self._idle or worker.memory_bytes() > max_bytes:
                worker.end()
            else:
                self._idle.append(worker)


def _end_idle(idle: list[_Worker], process: int) -> None:
    while idle:
        worker = idle.pop()
        if process == os.getpid():
            worker.end()


class _Worker:
    """One process that answers queries."""

    def __init__(self, store_path: Path):
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(_WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # so that Ctrl-C reaches us, and we end the worker
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._requests, self._answers = self._process.stdin, self._process.stdout
        os.set_blocking(self._requests.fileno(), False)  # one that does not read must not hold us beyond the deadline
        self._unsent = marshal.dumps(str(store_path))

    def is_running(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        """Kill the process and wait for its end, so that nothing of it is left."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._requests, self._answers):
            with contextlib.suppress(BrokenPipeError):  # it died before it read all
                pipe.close()

    def memory_bytes(self) -> int:
        """Resident memory that belongs to the process alone, without pages of files."""
        return _resident_bytes(self._process.pid)

    def answer(self, request: Any, deadline: Deadline, max_bytes: int) -> list[Frame]:
        """Send the request and gather the answer until it is complete, or a bound is exceeded."""
        unsent = memoryview(self._unsent + marshal.dumps(request))
        self._unsent = b""
        received = _Received()
        looked = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(self._requests, selectors.EVENT_WRITE)
            selector.register(self._answers, selectors.EVENT_READ)
            while not received.is_complete:
                ready = {key.fileobj for key, _ in selector.select(min(deadline.left(), _LOOK_EVERY_S))}
                deadline.check()
                if time.monotonic() - looked >= _LOOK_EVERY_S:
                    if self.memory_bytes() > max_bytes:
                        raise MemoryExceeded
                    looked = time.monotonic()
                if self._requests in ready:
                    try:
                        unsent = unsent[os.write(self._requests.fileno(), unsent[:_BLOCK_BYTES]) :]
                    except BrokenPipeError:  # it is gone: its empty answer says so
                        unsent = unsent[:0]
                    if not unsent:
                        selector.unregister(self._requests)
                if self._answers in ready:
                    received.add(os.read(self._answers.fileno(), _BLOCK_BYTES))
        return received.frames[1:]


class _Received:
    """The frames of an answer as they come in."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self._rest = bytearray()
        self._size = 0

    @property
    def is_complete(self) -> bool:
        return bool(self.frames) and self.frames[-1][0] in ("end", "error")

    def add(self, block: bytes) -> None:
        """Take the next bytes; none means that the worker ended."""
        if not block:
            raise WorkerEnded if self.frames else _NotStarted
        self._size += len(block)
        if self._size > _LIMITS.max_result_bytes:
            raise QueryFailed(_too_large(_LIMITS.max_result_bytes))
        self._rest += block
        start = 0
        while len(self._rest) >= start + LENGTH_BYTES:
            first = start + LENGTH_BYTES
            end = first + int.from_bytes(self._rest[start:first], "big")
            if len(self._rest) < end:
                break
            self.frames.append(marshal.loads(self._rest[first:end]))
            start = end
        del self._rest[:start]


def _too_large(max_bytes: int) -> Text:
    return Text(
        f"결과가 {max_bytes >> 20} MB를 넘습니다. 질의를 좁히거나 --max-rows를 줄이십시오.",
        f"The result exceeds {max_bytes >> 20} MB; narrow the query or lower --max-rows.",
    )


def _resident_bytes(process: int) -> int:
    """Resident memory of a process without pages of files; by ``ps``, which counts those too, where there is no /proc.

    0 for a process that has ended.
    """
    try:
        with open(f"/proc/{process}/statm", "rb") as stream:
            _, resident, shared, *_ = map(int, stream.read().split())
            return (resident - shared) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):  # no /proc, or it has just ended
        if sys.platform == "linux":
            return 0
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(process)], capture_output=True, text=True, check=False).stdout
    return int(shown.strip() or 0) << 10
