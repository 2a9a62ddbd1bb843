"""The process that runs one query on a store: it can be killed, and its memory is bounded.

Started as a program of its own, not forked from the caller: a notebook has threads, and a store open in the
caller has more of them, which a fork would leave half alive. It imports nothing of the toolkit.
It reads one request from stdin, writes frames to stdout, and ends when stdin closes (the caller is gone).
"""

from __future__ import annotations

import marshal
import os
import sys
import threading
import time
from typing import Any

CHUNK = 512


def _limit(memory_mb: int) -> None:
    try:
        import resource
    except ImportError:  # a system without resource limits still has the caller's deadline
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    wanted = memory_mb << 20
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard < 0 else min(wanted, hard), hard))


def _send(frame: Any) -> None:
    marshal.dump(frame, sys.stdout.buffer)


def _plain(term: Any, ox: Any) -> tuple[Any, ...] | None:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return ("iri", term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            direction = f"--{term.direction}" if term.direction else ""
            return ("literal", term.value, "", term.language + direction)
        return ("literal", term.value, term.datatype.value)
    if isinstance(term, ox.BlankNode):
        return ("bnode", term.value)
    return ("triple", *(_plain(part, ox) for part in (term.subject, term.predicate, term.object)))


def _rows(items: Any, max_rows: int, width: int, ox: Any) -> bool:
    """Send rows in chunks; true if there were more than asked for."""
    chunk: list[tuple[Any, ...]] = []
    for sent, item in enumerate(items):
        if sent == max_rows:
            _send(("rows", chunk))
            return True
        chunk.append(tuple(_plain(item[index], ox) for index in range(width)))
        if len(chunk) == CHUNK:
            _send(("rows", chunk))
            chunk = []
    _send(("rows", chunk))
    return False


def _answer(path: str, text: str, prefixes: dict[str, str], max_rows: int) -> None:
    import pyoxigraph as ox

    store = ox.Store.read_only(path)
    start = time.perf_counter()
    result = store.query(text, prefixes=prefixes)
    truncated = False
    if isinstance(result, ox.QueryBoolean):
        _send(("ask", bool(result)))
    elif isinstance(result, ox.QueryTriples):
        _send(("graph", ()))
        truncated = _rows(((t.subject, t.predicate, t.object) for t in result), max_rows, 3, ox)
    else:
        names = tuple(variable.value for variable in result.variables)
        _send(("select", names))
        truncated = _rows(result, max_rows, len(names), ox)
    _send(("end", truncated, time.perf_counter() - start))


def _end_with_caller() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def main() -> None:
    """Read the request, answer it, and leave without tidying up: the store was only read."""
    path, text, prefixes, max_rows, memory_mb = marshal.load(sys.stdin.buffer)
    threading.Thread(target=_end_with_caller, daemon=True).start()
    _limit(memory_mb)
    try:
        _answer(path, text, prefixes, max_rows)
    except SyntaxError as error:
        _send(("error", "syntax", str(error)))
    except MemoryError:
        _send(("error", "memory", ""))
    except OSError as error:
        _send(("error", "store", str(error)))
    except Exception as error:  # whatever the engine raises must reach the caller as a message, not as silence
        _send(("error", "query", f"{error}"))
    sys.stdout.buffer.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
