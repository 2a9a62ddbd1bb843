"""Run a query on a store on disk, in a process that can be killed at a deadline or by Ctrl-C."""

from __future__ import annotations

import contextlib
import io
import marshal
import os
import selectors
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.errors import Text
from kg.queries.deadline import Deadline, QueryFailed, Timeout, check_max_rows
from kg.queries.guard import check_query
from kg.queries.results import QueryResult
from kg.queries.syntax import InvalidQuery
from kg.queries.terms import Term, triple_term
from kg.settings import Limits
from kg.vocab import PREFIXES

_LIMITS = Limits()
_WORKER = Path(__file__).with_name("worker.py")
_BLOCK_BYTES = 1 << 20


def run(
    store_path: str | Path,
    sparql: str,
    *,
    timeout_s: Timeout = _LIMITS.timeout_s,
    max_rows: int = _LIMITS.max_rows,
    memory_mb: int = _LIMITS.query_memory_mb,
    max_query_bytes: int | None = _LIMITS.max_query_bytes,
) -> QueryResult:
    """Answer ``sparql`` from the store; at most ``max_rows`` rows come back, and ``truncated`` says if there are more.

    The well-known prefixes need no declaration. ``timeout_s`` is a number of seconds, or the deadline of a longer task.
    ``max_query_bytes=None`` is for queries that the toolkit wrote itself. Raises ``QueryRefused`` before anything runs,
    and ``QueryFailed`` when the query is wrong, exceeds its time or ``memory_mb``, or the store cannot be read.
    """
    deadline = Deadline.of(timeout_s)
    check_max_rows(max_rows)
    check_query(sparql, max_query_bytes)
    deadline.check()
    if not Path(store_path).is_dir():
        raise QueryFailed(
            Text(
                f"{store_path}: 그래프 저장소가 없습니다. 먼저 `kg build`를 실행하십시오.",
                f"{store_path}: there is no store; run `kg build` first.",
            )
        )
    request = marshal.dumps((str(store_path), sparql, PREFIXES, max_rows, memory_mb))
    worker = subprocess.Popen(
        [sys.executable, "-P", str(_WORKER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # so that Ctrl-C reaches us, and we end the worker
    )
    try:
        answer = _exchange(worker, request, deadline)
    finally:
        worker.kill()
        worker.wait()
        for pipe in (worker.stdin, worker.stdout):
            if pipe:
                with contextlib.suppress(BrokenPipeError):  # it died before it read all; the answer says so
                    pipe.close()
    return _result(answer, sparql, memory_mb, deadline)


def _exchange(worker: subprocess.Popen[bytes], request: bytes, deadline: Deadline) -> bytes:
    """Send the request and gather the answer until the worker closes its end or the deadline passes."""
    assert worker.stdin is not None and worker.stdout is not None
    answer = bytearray()
    unsent = memoryview(request)
    os.set_blocking(worker.stdin.fileno(), False)  # a worker that does not read must not hold us beyond the deadline
    with selectors.DefaultSelector() as selector:
        selector.register(worker.stdin, selectors.EVENT_WRITE)
        selector.register(worker.stdout, selectors.EVENT_READ)
        while True:
            ready = {key.fileobj for key, _ in selector.select(deadline.left())}
            deadline.check()
            if worker.stdin in ready:
                try:
                    unsent = unsent[os.write(worker.stdin.fileno(), unsent[:_BLOCK_BYTES]) :]
                except BrokenPipeError:  # it died at once: the empty answer is reported below
                    unsent = unsent[:0]
                if not unsent:  # the pipe stays open: the worker ends when it closes
                    selector.unregister(worker.stdin)
            if worker.stdout in ready:
                block = os.read(worker.stdout.fileno(), _BLOCK_BYTES)
                if not block:
                    return bytes(answer)
                answer += block
                if len(answer) > _LIMITS.max_result_bytes:
                    raise QueryFailed(_too_large(_LIMITS.max_result_bytes))


def _too_large(max_bytes: int) -> Text:
    return Text(
        f"결과가 {max_bytes >> 20} MB를 넘습니다. 질의를 좁히거나 --max-rows를 줄이십시오.",
        f"The result exceeds {max_bytes >> 20} MB; narrow the query or lower --max-rows.",
    )


def _frames(answer: bytes) -> Iterator[Any]:
    stream = io.BytesIO(answer)
    while stream.tell() < len(answer):
        try:
            yield marshal.load(stream)
        except (EOFError, ValueError, TypeError):  # the worker was cut off in the middle of a frame
            return


def _result(answer: bytes, sparql: str, memory_mb: int, deadline: Deadline) -> QueryResult:
    frames = []
    for frame in _frames(answer):
        deadline.check()
        frames.append(frame)
    last: tuple[Any, ...] = frames[-1] if frames else ("cut off",)
    if last[0] == "error":
        raise _failure(last[1], last[2], sparql, memory_mb)
    if last[0] != "end":  # it died in the middle: out of memory, or out of stack
        raise _failure("memory", "", sparql, memory_mb)
    kind, head = frames[0]
    _, truncated, seconds = last
    if kind == "ask":
        return QueryResult("ask", answer=head, seconds=seconds)
    rows = tuple(tuple(map(_term, row)) for frame in frames[1:-1] for row in deadline.each(frame[1]))
    if kind == "graph":
        triples = tuple((row[0], row[1], row[2]) for row in rows)
        return QueryResult("graph", triples=triples, truncated=truncated, seconds=seconds)  # type: ignore[arg-type]  # a triple has no gaps
    return QueryResult("select", head, rows, truncated=truncated, seconds=seconds)


def _term(sent: tuple[Any, ...] | None) -> Term | None:
    if sent is None:
        return None
    if sent[0] == "triple":
        subject, predicate, object = map(_term, sent[1:])
        assert subject and predicate and object  # a triple has no gaps
        return triple_term(subject, predicate, object)
    return Term(*sent)


def _failure(kind: str, message: str, sparql: str, memory_mb: int) -> QueryFailed:
    if kind == "syntax":
        return InvalidQuery(sparql, message)
    if kind == "memory":
        return QueryFailed(
            Text(
                f"질의가 메모리 {memory_mb} MB를 넘었거나 너무 깊어 멈췄습니다.",
                f"The query was stopped: it needs more than {memory_mb} MB, or is nested too deep.",
            )
        )
    if kind == "store":
        return QueryFailed(Text(f"저장소를 읽지 못했습니다: {message}", f"The store could not be read: {message}"))
    return QueryFailed(Text(f"질의에 실패했습니다: {message}", f"The query failed: {message}"))
