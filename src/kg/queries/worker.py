"""The process that answers queries on one store, one after another: it can be killed, and its memory is watched.

Started as a program of its own, not forked from the caller: a notebook has threads, and a store open in the
caller has more of them, which a fork would leave half alive. It imports nothing of the toolkit.
The first message on stdin is the path of the store, each further one a query. Answers are frames on stdout, each
after its length. The process ends when stdin closes (the caller is gone).
"""

from __future__ import annotations

import contextlib
import marshal
import os
import queue
import sys
import threading
import time
from typing import Any

CHUNK = 512
LENGTH_BYTES = 8


def _be_ended_before_the_caller() -> None:
    """No core file; and where the system itself runs out of memory, this process ends before the caller's."""
    with contextlib.suppress(ImportError):  # a system without resource limits
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:  # Linux only
        score.write("1000")


def _send(frame: Any) -> None:
    raw = marshal.dumps(frame)
    sys.stdout.buffer.write(len(raw).to_bytes(LENGTH_BYTES, "big") + raw)


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


def _answer(store: Any, text: str, prefixes: dict[str, str], max_rows: int, ox: Any) -> None:
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


def _receive(requests: queue.SimpleQueue[Any]) -> None:
    """Read requests, also while a query runs; leave at once, without tidying up, when the caller is gone."""
    while True:
        try:
            requests.put(marshal.load(sys.stdin.buffer))
        except (EOFError, ValueError, TypeError):  # closed, perhaps in the middle of a request
            os._exit(1)


def main() -> None:
    """Open the store when the first query comes, and answer queries until the caller is gone."""
    _be_ended_before_the_caller()
    requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(requests,), daemon=True).start()
    path, store = requests.get(), None
    import pyoxigraph as ox

    while True:
        text, prefixes, max_rows = requests.get()
        _send(("started",))
        sys.stdout.buffer.flush()
        try:
            if store is None:
                store = ox.Store.read_only(path)
            _answer(store, text, prefixes, max_rows, ox)
        except SyntaxError as error:
            _send(("error", "syntax", str(error)))
        except MemoryError:
            _send(("error", "memory", ""))
        except OSError as error:
            _send(("error", "store", str(error)))
        except Exception as error:  # whatever the engine raises must reach the caller as a message, not as silence
            _send(("error", "query", f"{error}"))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
