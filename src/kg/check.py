"""Validation without publishing: of a folder of record tables, or of RDF files."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from kg.build import SHAPES, InvalidGraph, build
from kg.errors import Collector, Fault, Text
from kg.paths import shipped
from kg.shacl.triples import TripleIndex, read_triples
from kg.validation import Report, validate


def check_tables(data: Path) -> Report:
    """Build the graph of ``data`` aside and say what the shapes say; ``InputFaults`` for faults of the tables."""
    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        try:
            build(data, Path(folder))
        except InvalidGraph as error:
            return error.report
    return Report()


def check_files(files: Sequence[Path]) -> Report:
    """What the shapes say of RDF files (Turtle, N-Quads, JSON-LD …), each with the code lists beside it."""
    faults = Collector()
    read = [_read(path, faults) for path in files]
    faults.raise_if_any()
    shapes, codes = [shipped("ontology") / name for name in SHAPES], [shipped("ontology") / "codes.ttl"]
    report = Report()
    for index in filter(None, read):
        report = report + validate(index, shapes=shapes, inoculate=codes)
    return report


def _read(path: Path, faults: Collector) -> TripleIndex | None:
    """The triples of an RDF file, or its first fault."""
    if not path.exists():
        faults.add(Fault(str(path), Text("그런 파일이 없습니다.", "there is no such file.")))
        return None
    try:
        return read_triples(path)
    except SyntaxError as error:
        reason = str(error.msg).removeprefix("Parser error ")
        text = Text(f"RDF로 읽을 수 없습니다: {reason}", f"cannot be read as RDF: {reason}")
        faults.add(Fault(str(path), text, error.lineno))
    except ValueError:
        known = ".ttl .nt .nq .trig .jsonld .rdf"
        text = Text(
            f"확장자 {path.suffix!r}은(는) RDF 형식이 아닙니다. 아는 것: {known}",
            f"{path.suffix!r} is no RDF format; known: {known}",
        )
        faults.add(Fault(str(path), text))
    return None
