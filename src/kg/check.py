"""Validation without publishing: of a folder of record tables, or of RDF files."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from kg.build import SHAPES, InvalidGraph, build
from kg.errors import Collector, Fault, Text
from kg.paths import shipped
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
    for path in files:
        if not path.exists():
            faults.add(Fault(str(path), Text("그런 파일이 없습니다.", "there is no such file.")))
    faults.raise_if_any()
    ontology = shipped("ontology")
    report = Report()
    for path in files:
        report = report + validate(
            path, shapes=[ontology / name for name in SHAPES], inoculate=[ontology / "codes.ttl"]
        )
    return report
