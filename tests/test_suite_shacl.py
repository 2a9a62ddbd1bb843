"""The W3C test suite for SHACL: our own engine on SHACL Core."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
import pytest
import rdflib
from suites import check_section, section, suite

from kg.errors import KgError
from kg.shacl.engine import Engine
from kg.shacl.shapes import SH, read_shapes
from kg.shacl.triples import read_triples

SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")

Outcome = tuple[str, str, str, str]


@pytest.mark.suite
def test_shacl_core() -> None:
    folder = suite("shacl") / "data-shapes-test-suite" / "tests" / "core"
    logging.getLogger("rdflib.term").disabled = True  # it warns of every ill-formed literal, and the suite has many
    outcomes = {}
    for file in sorted(folder.rglob("*.ttl")):
        graph = rdflib.Graph().parse(file, publicID=file.resolve().as_uri())
        for test in graph.subjects(rdflib.RDF.type, SHT.Validate):
            action = graph.value(test, MF.action)
            data, shapes = (local(graph.value(action, SHT[name])) for name in ("dataGraph", "shapesGraph"))
            try:
                wanted, found = expected(file, str(test)), reported(data, shapes)
            except KgError as error:
                wanted, found = Counter({(str(error), "", "", ""): 1}), Counter()
            different = f"missing {wanted - found}, too much {found - wanted}"
            outcomes[str(file.relative_to(folder))] = None if wanted == found else different
    about = (
        "Our own engine on the core tests of [w3c/data-shapes](https://github.com/w3c/data-shapes). Compared are focus"
        " node, value, component and severity of every result, blank nodes as such."
    )
    check_section("SHACL Core", section(about, outcomes))


def local(iri: rdflib.term.Node | None) -> Path:
    return Path(unquote(urlsplit(str(iri)).path))


def plain(term: object) -> str:
    return "_" if isinstance(term, ox.BlankNode) else "" if term is None else str(term)


def expected(file: Path, test: str) -> Counter[Outcome]:
    """The results that the file states, read by our index: rdflib and stores write some literals in another form."""
    index = read_triples(file)

    def follow(node: int, iri: str) -> list[int]:
        return list(index.out(index.iri(iri)).get(node, ()))

    def said(node: int, name: str) -> str:
        return next((plain(index.terms[value]) for value in follow(node, SH[name])), "")

    names = ("focusNode", "value", "sourceConstraintComponent", "resultSeverity")
    (report,) = follow(index.iri(test), MF.result)
    return Counter(tuple(said(one, name) for name in names) for one in follow(report, SH.result))


def reported(data: Path, shapes: Path) -> Counter[Outcome]:
    index = read_triples(data)
    return Counter(
        (
            plain(index.terms[one.focus]),
            plain(None if one.value is None else index.terms[one.value]),
            f"<{one.component}>",
            f"<{one.shape.severity}>",
        )
        for one in Engine(index).run(read_shapes([shapes])[0])
    )
