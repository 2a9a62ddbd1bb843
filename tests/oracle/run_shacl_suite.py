"""Our engine on the W3C test suite for SHACL Core: ``run_shacl_suite.py FOLDER``.

FOLDER is ``data-shapes-test-suite/tests/core`` of the repository w3c/data-shapes. Compared are focus node, value,
component and severity of every result, blank nodes as such. Exit code 1, and what is missing or too much, where a test
gives anything else.
"""

from __future__ import annotations

import logging
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
import rdflib

from kg.errors import KgError
from kg.shacl.engine import Engine
from kg.shacl.shapes import SH, read_shapes
from kg.shacl.triples import read_triples

SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")

Outcome = tuple[str, str, str, str]


def main(folder: Path) -> int:
    logging.disable(logging.CRITICAL)  # rdflib says of every ill-formed literal that it is one, as the tests mean it
    good = bad = 0
    for file in sorted(folder.rglob("*.ttl")):
        graph = rdflib.Graph().parse(file, publicID=file.resolve().as_uri())
        for test in graph.subjects(rdflib.RDF.type, SHT.Validate):
            action = graph.value(test, MF.action)
            data, shapes = (local(graph.value(action, SHT[name])) for name in ("dataGraph", "shapesGraph"))
            try:
                wanted, found = expected(file, str(test)), reported(data, shapes)
            except KgError as error:
                wanted, found = Counter({(str(error), "", "", ""): 1}), Counter()
            if wanted == found:
                good += 1
                continue
            bad += 1
            print(f"{file.relative_to(folder)}: missing {wanted - found}, too much {found - wanted}")
    print(f"{good} tests as expected, {bad} not")
    return 1 if bad or not good else 0


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


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
