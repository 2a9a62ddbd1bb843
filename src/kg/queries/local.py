"""Answer queries from a store on disk, in a process that can be killed at a deadline or by Ctrl-C."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kg.errors import Text
from kg.queries.deadline import Deadline, QueryFailed, Timeout, check_max_rows
from kg.queries.guard import check_query
from kg.queries.results import QueryResult
from kg.queries.syntax import InvalidQuery
from kg.queries.terms import Term, triple_term
from kg.queries.workers import MemoryExceeded, WorkerEnded, WorkerPool
from kg.settings import Limits
from kg.vocab import PREFIXES

_LIMITS = Limits()


class StoreSession:
    """Answers queries from one store; its worker process stays for the next query, until ``close``.

    Queries may come from several threads. A worker that ended, or had to be stopped, is replaced.
    """

    def __init__(self, store_path: str | Path):
        self._path = Path(store_path)
        self._workers = WorkerPool(self._path)

    def __enter__(self) -> StoreSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker; a later query starts a new one."""
        self._workers.close()

    def run(
        self,
        sparql: str,
        *,
        timeout_s: Timeout = _LIMITS.timeout_s,
        max_rows: int = _LIMITS.max_rows,
        memory_mb: int = _LIMITS.query_memory_mb,
        max_query_bytes: int | None = _LIMITS.max_query_bytes,
    ) -> QueryResult:
        """Answer ``sparql``; the arguments and errors are those of :func:`run`."""
        deadline = Deadline.of(timeout_s)
        check_max_rows(max_rows)
        check_query(sparql, max_query_bytes)
        deadline.check()
        if not self._path.is_dir():
            raise QueryFailed(
                Text(
                    f"{self._path}: 그래프 저장소가 없습니다. 먼저 `kg build`를 실행하십시오.",
                    f"{self._path}: there is no store; run `kg build` first.",
                )
            )
        try:
            frames = self._workers.answer((sparql, PREFIXES, max_rows), deadline, memory_mb)
        except MemoryExceeded:
            raise _failure("memory", "", sparql, memory_mb) from None
        except WorkerEnded:
            raise _failure("ended", "", sparql, memory_mb) from None
        return _result(frames, sparql, memory_mb, deadline)


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
    ``memory_mb`` bounds the resident memory of the process that answers. ``max_query_bytes=None`` is for queries that
    the toolkit wrote itself. Raises ``QueryRefused`` before anything runs, and ``QueryFailed`` when the query is wrong,
    exceeds its time or memory, or the store cannot be read. For many queries, keep a :class:`StoreSession`.
    """
    with StoreSession(store_path) as session:
        return session.run(
            sparql, timeout_s=timeout_s, max_rows=max_rows, memory_mb=memory_mb, max_query_bytes=max_query_bytes
        )


def _result(frames: Sequence[tuple[Any, ...]], sparql: str, memory_mb: int, deadline: Deadline) -> QueryResult:
    last = frames[-1]
    if last[0] == "error":
        raise _failure(last[1], last[2], sparql, memory_mb)
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
                f"질의가 메모리 {memory_mb} MB를 넘어 멈췄습니다. 질의를 좁히십시오.",
                f"The query was stopped: it needs more than {memory_mb} MB of memory. Narrow it.",
            )
        )
    if kind == "ended":
        return QueryFailed(
            Text(
                "질의를 처리하던 프로세스가 끝났습니다. 질의가 너무 깊거나 시스템의 메모리가 모자랍니다.",
                "The process that answered the query ended: the query is nested too deep, or the system has too little"
                " memory.",
            )
        )
    if kind == "store":
        return QueryFailed(Text(f"저장소를 읽지 못했습니다: {message}", f"The store could not be read: {message}"))
    return QueryFailed(Text(f"질의에 실패했습니다: {message}", f"The query failed: {message}"))
