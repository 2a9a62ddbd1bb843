"""Validation by pySHACL, for shapes that need more than SHACL Core, in a process with limits of time and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.errors import Fault, KgError, Text
from kg.settings import Limits
from kg.shacl.features import entailment
from kg.shacl.graph import ShapesGraph
from kg.shacl.model import PropertyPath
from kg.shacl.patterns import compile_pattern
from kg.shacl.report import Report, Result
from kg.shacl.shapes import ShapesError, read_path
from kg.shacl.triples import Term, TripleIndex
from kg.shacl.vocabulary import SH
from kg.vocab import OWL, XSD


class OutOfBounds(KgError):
    """pySHACL was stopped because it exceeded its limit of time or memory."""


def validate_by_pyshacl(index: TripleIndex, shapes: ShapesGraph, limits: Limits) -> Report:
    """The report of pySHACL on the triples of an index. Rules infer in a copy; the data is not changed.

    Raises ``ShapesError`` with the message of pySHACL for shapes that it cannot apply, and ``OutOfBounds``.
    """
    if faults := [shapes.fault(node, _WRONG_ORDER) for node in shapes.shapes if _inverts_a_sequence(shapes, node)]:
        raise ShapesError(faults)
    with tempfile.TemporaryDirectory(prefix="kg-") as name:
        folder = Path(name)
        _write(folder / "data.nt", _triples(index, "d"))
        _write(folder / "shapes.nt", _shapes_triples(shapes))
        options = {"inference": entailment(shapes), "memory_mb": limits.shapes_memory_mb}
        (folder / "options.json").write_text(json.dumps(options), encoding="utf-8")
        _run(folder, limits)
        error = folder / "error.json"
        if error.exists():
            _raise(json.loads(error.read_text(encoding="utf-8")), shapes, limits)
        return _read_report(folder / "report.nt", index, shapes)


_WRONG_ORDER = (
    "순차 경로의 sh:inversePath를 pySHACL이 잘못된 순서로 따라갑니다."
    " ( [ sh:inversePath b ] [ sh:inversePath a ] )로 쓰십시오",
    "the sh:inversePath of a sequence is walked in the wrong order by pySHACL: write"
    " ( [ sh:inversePath b ] [ sh:inversePath a ] )",
)


def _inverts_a_sequence(shapes: ShapesGraph, node: int) -> bool:
    def found(path: PropertyPath, inverted: bool) -> bool:
        if inverted and path.kind == "sequence":
            return True
        return any(found(part, inverted or path.kind == "inverse") for part in path.parts)

    return any(found(read_path(shapes.index, value), False) for value in shapes.values(node, "path"))


def _run(folder: Path, limits: Limits) -> None:
    command = [
        sys.executable,
        "-P",
        "-m",
        "kg.shacl.pyshacl_process",
        str(folder),
    ]  # -P: import nothing from the working folder
    environment = {**os.environ, "PYTHONHASHSEED": "0"}  # the same order of results in every run
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=limits.shapes_timeout_s, env=environment
        )
    except subprocess.TimeoutExpired:
        limit = f"{limits.shapes_timeout_s:g}"
        en = f"pySHACL was stopped after {limit} s; try fewer shapes or a smaller graph."
        raise OutOfBounds(Text(f"pySHACL이 {limit}초를 넘겨 중단했습니다. 셰이프나 그래프를 나누십시오.", en)) from None
    if done.returncode and not (folder / "error.json").exists():
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [f"code {done.returncode}"]
        raise KgError(Text(f"pySHACL이 비정상 종료했습니다: {last[0]}", f"pySHACL did not finish: {last[0]}"))


def _raise(error: dict[str, str], shapes: ShapesGraph, limits: Limits) -> None:
    if error["kind"] == "memory":
        limit = limits.shapes_memory_mb
        en = f"pySHACL was stopped because it needs more than {limit} MB; try a smaller graph."
        raise OutOfBounds(Text(f"pySHACL이 메모리 {limit}MB를 넘겨 중단했습니다. 그래프를 나누십시오.", en))
    message = " ".join(error["message"].split())
    if error["node"]:
        node = shapes.index.id(_own_term(error["node"], shapes))
        raise ShapesError([shapes.fault(node, (message, message))])
    file = next(iter(shapes.files.values()), "")
    raise ShapesError([Fault(file, Text(f"pySHACL: {message}", f"pySHACL: {message}"))])


# --- terms: blank nodes carry the number of their index, so that they can be found again ---------------------------


def _triples(index: TripleIndex, prefix: str) -> Iterator[ox.Triple]:
    for predicate in range(len(index.terms)):
        for subject, values in index.out(predicate).items():
            for value in values:
                first, last = _numbered(index, subject, prefix), _numbered(index, value, prefix)
                yield ox.Triple(first, index.terms[predicate], last)  # type: ignore[arg-type]  # no literal is a subject


def _numbered(index: TripleIndex, number: int, prefix: str) -> Term:
    term = index.terms[number]
    return ox.BlankNode(f"{prefix}{number}") if isinstance(term, ox.BlankNode) else term


def _shapes_triples(shapes: ShapesGraph) -> Iterator[ox.Triple]:
    """The shapes for pySHACL: patterns as Python regular expressions, prefixes declared where they are used."""
    yield from _imported_prefixes(shapes)
    pattern, flags = ox.NamedNode(SH.pattern), ox.NamedNode(SH.flags)
    for triple in _triples(shapes.index, "s"):
        if triple.predicate == flags:
            continue
        if triple.predicate == pattern and isinstance(triple.object, ox.Literal):
            number = _number(triple.subject, shapes.index)
            letters = "".join(term.value for term in shapes.terms(number, "flags"))
            text = compile_pattern(triple.object.value, letters).pattern
            text = f"(?i:{text})" if "i" in letters else text
            yield ox.Triple(triple.subject, pattern, ox.Literal(text, datatype=ox.NamedNode(XSD.string)))
        else:
            yield triple


def _imported_prefixes(shapes: ShapesGraph) -> Iterator[ox.Triple]:
    """The declarations of prefixes that ``owl:imports`` brings to a value of ``sh:prefixes``, which pySHACL ignores."""
    index = shapes.index
    imports, declare = index.out(index.iri(OWL.imports)), ox.NamedNode(SH.declare)
    for node in shapes.subjects("prefixes"):
        for prefixes in shapes.values(node, "prefixes"):
            reached, waiting = {prefixes}, [prefixes]
            while waiting:
                for imported in imports.get(waiting.pop(), ()):
                    if imported not in reached:
                        reached.add(imported)
                        waiting.append(imported)
                        for value in shapes.values(imported, "declare"):
                            subject, declared = _numbered(index, prefixes, "s"), _numbered(index, value, "s")
                            yield ox.Triple(subject, declare, declared)  # type: ignore[arg-type]  # no literal declares


def _number(term: object, index: TripleIndex) -> int:
    return int(term.value[1:]) if isinstance(term, ox.BlankNode) else index.id(term)  # type: ignore[arg-type]  # a subject or path is a term


def _own_term(text: str, shapes: ShapesGraph) -> Term:
    return shapes.index.terms[int(text[3:])] if text.startswith("_:s") else ox.NamedNode(text)


def _write(path: Path, triples: Iterator[ox.Triple]) -> None:
    with path.open("wb") as stream:
        ox.serialize(triples, stream, format=ox.RdfFormat.N_TRIPLES)


# --- the report ----------------------------------------------------------------------------------------------------


def _read_report(path: Path, data: TripleIndex, shapes: ShapesGraph) -> Report:
    found = TripleIndex()
    for triple in ox.parse(path=str(path), format=ox.RdfFormat.N_TRIPLES):
        found.add(triple.subject, triple.predicate, triple.object)

    def values(node: int, name: str) -> list[Term]:
        return [found.terms[value] for value in found.out(found.iri(SH[name])).get(node, ())]

    def text(node: int, name: str) -> str:
        return next((_label(term, data, shapes.index) for term in values(node, name)), "")

    results = set()
    for report in found.out(found.iri(SH.conforms)):
        for node in found.out(found.iri(SH.result)).get(report, ()):
            paths = values(node, "resultPath")
            steps = _path(paths[0], shapes.index) if paths else None
            results.add(
                Result(
                    focus=text(node, "focusNode"),
                    path=str(steps or ""),
                    value=text(node, "value"),
                    shape=text(node, "sourceShape"),
                    component=text(node, "sourceConstraintComponent"),
                    severity=text(node, "resultSeverity"),
                    texts=tuple(sorted(map(_message, values(node, "resultMessage")))),
                    steps=steps,
                )
            )
    return Report(tuple(sorted(results, key=lambda result: result.order)), engine="pyshacl")


def _message(term: Term) -> tuple[str, str]:
    return (term.language or "" if isinstance(term, ox.Literal) else "", term.value)


def _label(term: Term, data: TripleIndex, shapes: TripleIndex) -> str:
    if isinstance(term, ox.BlankNode) and term.value[1:].isdecimal() and term.value[0] in "ds":
        return (data if term.value[0] == "d" else shapes).label(int(term.value[1:]))
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def _path(term: Term, shapes: TripleIndex) -> PropertyPath:
    return read_path(shapes, _number(term, shapes))
