"""Validation without publishing: of a folder of record tables, or of RDF files."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox

from kg.build import SHAPES, InvalidGraph, build
from kg.codes import codes_to_turtle
from kg.errors import Collector, Fault, Text
from kg.paths import shipped
from kg.shacl.engine import Engine
from kg.shacl.shapes import read_shapes
from kg.shacl.triples import TripleIndex, add_triples, read_triples
from kg.validation import Report, gather_report
from kg.vocab import BASE, KG, RDF


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
    report = Report()
    for path, index in zip(files, read, strict=True):
        if index is None:
            continue
        base = base_of(index)
        shapes, _ = read_shapes([shipped("ontology") / name for name in SHAPES], base)
        if not any(map(Engine(index).targets, shapes)):  # and "conforms" would mislead
            faults.add(Fault(str(path), NOTHING))
            continue
        _add_codes(index, base)
        report = report + gather_report((index, finding) for finding in Engine(index).run(shapes))
    faults.raise_if_any()
    return report


NOTHING = Text(
    f"규칙이 말하는 것이 하나도 없습니다. 용어는 {KG} 아래에 있습니다(보기: {KG.Organisation}).",
    f"nothing in it is of what the rules speak; terms stand under {KG}, for example {KG.Organisation}.",
)


def _add_codes(index: TripleIndex, base: str) -> None:
    """The toolkit's codes, but for those that the file describes itself."""
    codes = codes_to_turtle(shipped("data") / "codelists", None, base)
    described = {index.terms[node] for node in index.out(index.iri(RDF.type))}
    add_triples(index, (one for one in ox.parse(codes, format=ox.RdfFormat.TURTLE) if one.subject not in described))


def base_of(index: TripleIndex) -> str:
    """The base of a graph's IRIs: what stands before ``id/code/`` in the codes that it uses; else the toolkit's own."""
    found: Counter[str] = Counter()
    for term in index.terms:
        if isinstance(term, ox.NamedNode) and (code := _CODE.match(term.value)):
            found[code[1]] += 1
    return max(found, key=lambda base: (found[base], base), default=BASE)


_CODE = re.compile(r"([^?#]*/)id/code/[a-z-]+/")


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
