"""Run a query on a store on disk, in a process that can be killed at a deadline or by Ctrl-C."""

from __future__ import annotations

import contextlib
import io
import marshal
import os
import selectors
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from kg.errors import KgError, Text
from kg.queries.guard import MAX_QUERY_BYTES, check_query
from kg.queries.results import QueryResult
from kg.queries.rewriting import with_prefixes
from kg.queries.terms import Term

TIMEOUT_S = 30.0
MAX_ROWS = 100_000
MEMORY_MB = 2048
MAX_RESULT_BYTES = 256 << 20

_WORKER = Path(__file__).with_name("worker.py")


class QueryFailed(KgError):
    """A query that could not be answered: wrong text, too slow, too large, or no store."""


def run(
    store_path: str | Path,
    sparql: str,
    *,
    timeout_s: float = TIMEOUT_S,
    max_rows: int = MAX_ROWS,
    memory_mb: int = MEMORY_MB,
    max_query_bytes: int | None = MAX_QUERY_BYTES,
) -> QueryResult:
    """Answer ``sparql`` from the store; at most ``max_rows`` rows come back, and ``truncated`` says if more were there.

    Raises ``QueryRefused`` before anything runs, and ``QueryFailed`` when the query is wrong, exceeds
    ``timeout_s`` or ``memory_mb``, or the store cannot be read.
    """
    check_query(sparql, max_query_bytes)
    if not Path(store_path).is_dir():
        raise QueryFailed(
            Text(
                f"{store_path}: 그래프 저장소가 없습니다. 먼저 `kg build`를 실행하십시오.",
                f"{store_path}: there is no store; run `kg build` first.",
            )
        )
    request = marshal.dumps((str(store_path), with_prefixes(sparql), max_rows, memory_mb))
    worker = subprocess.Popen(
        [sys.executable, "-P", str(_WORKER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # so that Ctrl-C reaches us, and we end the worker
    )
    try:
        answer = _exchange(worker, request, time.monotonic() + timeout_s, timeout_s)
    finally:
        worker.kill()
        worker.wait()
        for pipe in (worker.stdin, worker.stdout):
            if pipe:
                with contextlib.suppress(BrokenPipeError):  # it died before it read all; the answer says so
                    pipe.close()
    return _result(answer, memory_mb)


def _exchange(worker: subprocess.Popen[bytes], request: bytes, deadline: float, timeout_s: float) -> bytes:
    """Send the request and gather the answer until the worker closes its end or the deadline passes."""
    assert worker.stdin is not None and worker.stdout is not None
    try:
        worker.stdin.write(request)
        worker.stdin.flush()
    except BrokenPipeError:  # it died at once: the empty answer is reported below
        return b""
    chunks: list[bytes] = []
    size = 0
    with selectors.DefaultSelector() as selector:
        selector.register(worker.stdout, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise QueryFailed(
                    Text(
                        f"{timeout_s:g}초 안에 끝나지 않아 멈췄습니다. 질의를 좁히거나 --timeout을 늘리십시오.",
                        f"Stopped after {timeout_s:g} s; narrow the query or raise --timeout.",
                    )
                )
            chunk = os.read(worker.stdout.fileno(), 1 << 20)
            if not chunk:
                return b"".join(chunks)
            chunks.append(chunk)
            size += len(chunk)
            if size > MAX_RESULT_BYTES:
                raise QueryFailed(
                    Text(
                        f"결과가 {MAX_RESULT_BYTES >> 20} MB를 넘습니다. 질의를 좁히거나 --max-rows를 줄이십시오.",
                        f"The result exceeds {MAX_RESULT_BYTES >> 20} MB; narrow the query or lower --max-rows.",
                    )
                )


def _frames(answer: bytes) -> list[Any]:
    stream = io.BytesIO(answer)
    frames = []
    while stream.tell() < len(answer):
        try:
            frames.append(marshal.load(stream))
        except (EOFError, ValueError, TypeError):  # the worker was cut off in the middle of a frame
            break
    return frames


def _result(answer: bytes, memory_mb: int) -> QueryResult:
    frames = _frames(answer)
    last: tuple[Any, ...] = frames[-1] if frames else ("cut off",)
    if last[0] == "error":
        raise _failure(last[1], last[2], memory_mb)
    if last[0] != "end":  # it died in the middle: out of memory, or out of stack
        raise _failure("memory", "", memory_mb)
    kind, head = frames[0]
    _, truncated, seconds = last
    if kind == "ask":
        return QueryResult("ask", answer=head, seconds=seconds)
    rows = tuple(
        tuple(None if term is None else Term(*term) for term in row) for frame in frames[1:-1] for row in frame[1]
    )
    if kind == "graph":
        triples = tuple((row[0], row[1], row[2]) for row in rows)
        return QueryResult("graph", triples=triples, truncated=truncated, seconds=seconds)  # type: ignore[arg-type]  # a triple has no gaps
    return QueryResult("select", head, rows, truncated=truncated, seconds=seconds)


def _failure(kind: str, message: str, memory_mb: int) -> QueryFailed:
    if kind == "syntax":
        return QueryFailed(Text(f"질의의 문법이 틀렸습니다: {message}", f"The query is not valid SPARQL: {message}"))
    if kind == "memory":
        return QueryFailed(
            Text(
                f"질의가 기억 공간 {memory_mb} MB를 넘었거나 너무 깊어 멈췄습니다.",
                f"The query was stopped: it needs more than {memory_mb} MB, or is nested too deep.",
            )
        )
    if kind == "store":
        return QueryFailed(Text(f"저장소를 읽지 못했습니다: {message}", f"The store could not be read: {message}"))
    return QueryFailed(Text(f"질의에 실패했습니다: {message}", f"The query failed: {message}"))
