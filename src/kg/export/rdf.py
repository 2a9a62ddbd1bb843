"""RDF formats, streamed from the sorted lines of ``graph.nq``: the same graph gives the same bytes."""

from __future__ import annotations

import heapq
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

import pyoxigraph

from kg.vocab import DEFAULT_POLICY, PREFIXES

RDF_FORMATS = {
    "ttl": pyoxigraph.RdfFormat.TURTLE,
    "nt": pyoxigraph.RdfFormat.N_TRIPLES,
    "nq": pyoxigraph.RdfFormat.N_QUADS,
    "trig": pyoxigraph.RdfFormat.TRIG,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
}
WITH_GRAPHS = ("nq", "trig", "jsonld")
CHUNK = 200_000

# the graph at the end of a canonical N-Quads line, or nothing for the default graph
_GRAPH = re.compile(rb" <([^<>\"{}|^`\\\x00-\x20]*)> \.\n$")

# the register graph holds the accepted values of organisations
_REGISTERED = re.compile(
    rb"^<[^ ]*/id/org/[^ ]*> <[^ ]*(?:def#(?:kind|industry|region|businessGroup|preferredName)|rdf-schema#label)> .*"
    rb" <[^ ]*/id/graph/register> \.\n$"
)


@dataclass(frozen=True)
class Keep:
    """The selection of graphs, by name (``""`` is the default graph).

    ``default`` are the graphs to merge for formats with a single graph: the accepted ones, or else all selected.
    """

    graphs: Callable[[str], bool]
    default: Callable[[str], bool]

    def __call__(self, graph: str) -> bool:
        return self.graphs(graph)


def write_rdf(quads: Sequence[Path], target: BinaryIO, format: str, keep: Keep) -> None:
    """Write those quads of sorted files whose graph is selected (the default graph is ``""``)."""
    if format == "nq":
        target.writelines(line for line, graph in graph_lines(quads) if keep(graph))
        return
    if format == "jsonld":
        lines = by_graph(quads, keep, default=None if keep("") else keep.default)
    else:
        lines = by_graph(quads, keep) if format in WITH_GRAPHS else triples(quads, keep)
    if format == "nt":
        target.writelines(lines)
        return
    reader = cast(IO[bytes], _Reader(lines))  # pyoxigraph only calls ``read``
    parsed: Iterable = pyoxigraph.parse(reader, format=pyoxigraph.RdfFormat.N_QUADS)
    if format == "ttl":
        parsed = (quad.triple for quad in parsed)
    pyoxigraph.serialize(parsed, target, format=RDF_FORMATS[format], prefixes=_prefixes(format))


def _prefixes(format: str) -> dict[str, str] | None:
    return dict(PREFIXES) if format in ("ttl", "trig") else None


def chooser(what: str | None, source: str | None, policy: str, format: str, own: str = DEFAULT_POLICY) -> Keep:
    """The graphs that ``--what``, ``--source`` and ``--policy`` select.

    Under a policy other than the build's ``own``, the default graph and what was derived from it are not selected.
    """

    def accepted(graph: str) -> bool:
        return _local(graph) in ("graph/register", f"graph/accepted/{policy}")

    def claimed(graph: str) -> bool:
        return _local(graph).startswith("source/") if source is None else _local(graph) == f"source/{source}"

    if source is not None or what == "claims":
        return Keep(claimed, claimed)
    if what == "accepted":
        return Keep(accepted, accepted)
    if policy == own and (format in WITH_GRAPHS or what == "all"):
        return Keep(lambda graph: True, accepted)
    return Keep(lambda graph: accepted(graph) or claimed(graph), accepted)


def _local(graph: str) -> str:
    """The part of a graph name after ``id/``, for any base."""
    return graph.partition("/id/")[2]


def graph_lines(quads: Sequence[Path]) -> Iterator[tuple[bytes, str]]:
    """Lines of sorted N-Quads files, in order and each once, with the IRI of their graph.

    Further files hold the values accepted by another policy; what they accept of organisations replaces the same in
    the first.
    """
    with ExitStack() as stack:
        main_file, *more_files = [stack.enter_context(path.open("rb")) for path in quads]
        if not more_files:
            yield from ((line, graph_of(line)) for line in main_file)
            return
        previous = b""
        for line in heapq.merge((line for line in main_file if not _REGISTERED.search(line)), *more_files):
            if line != previous:
                yield line, graph_of(line)
            previous = line


def graph_of(line: bytes) -> str:
    """The graph of a canonical line; a triple with an IRI as object looks similar, so the terms are counted."""
    match = _GRAPH.search(line)
    if not match:
        return ""
    head = line[: match.start()]
    # are there subject, predicate and object before it? With only two terms before it, the match is the object
    if head.count(b"> <") == 1 and head.endswith(b">") and b'"' not in head:
        return ""
    return match.group(1).decode()


def triples(quads: Sequence[Path], keep: Keep) -> Iterator[bytes]:
    """Unique triples in order: in sorted lines, the same triple in several graphs is adjacent."""
    previous = b""
    for line, graph in graph_lines(quads):
        if not keep(graph):
            continue
        triple = _triple(line, graph)
        if triple != previous:
            yield triple
            previous = triple


def _triple(line: bytes, graph: str) -> bytes:
    """A line without its graph."""
    return line[: -len(graph.encode()) - 6] + b" .\n" if graph else line


def by_graph(quads: Sequence[Path], keep: Keep, default: Callable[[str], bool] | None = None) -> Iterator[bytes]:
    """Lines sorted by graph, then in their order, in bounded memory: runs are sorted and merged.

    Those of graphs that ``default`` names are in the default graph as well.
    """
    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        runs: list[Path] = []
        chunk: list[bytes] = []
        for line, graph in graph_lines(quads):
            if keep(graph):
                chunk.append(graph.encode() + b"\x00" + line)
                if default is not None and default(graph):
                    chunk.append(b"\x00" + _triple(line, graph))
            if len(chunk) >= CHUNK:
                runs.append(_write_run(Path(folder), len(runs), chunk))
                chunk = []
        runs.append(_write_run(Path(folder), len(runs), chunk))
        streams = [run.open("rb") for run in runs]
        try:
            previous = b""
            for line in heapq.merge(*streams):
                if line != previous:  # a triple in two graphs is written once to the default graph
                    yield line.split(b"\x00", 1)[1]
                previous = line
        finally:
            for stream in streams:
                stream.close()


def _write_run(folder: Path, number: int, chunk: list[bytes]) -> Path:
    path = folder / f"{number}.run"
    with path.open("wb") as stream:
        stream.writelines(sorted(chunk))
    return path


class _Reader:
    """Lines as a file that pyoxigraph can read from."""

    def __init__(self, lines: Iterable[bytes]):
        self._lines = iter(lines)
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        parts = [self._left]
        length = len(self._left)
        while size < 0 or length < size:
            line = next(self._lines, None)
            if line is None:
                break
            parts.append(line)
            length += len(line)
        data = b"".join(parts)
        if size < 0:
            self._left = b""
            return data
        self._left = data[size:]
        return data[:size]
