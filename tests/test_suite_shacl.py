"""The W3C test suite for SHACL: SHACL Core by our own engine, SHACL-SPARQL by pySHACL."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import rdflib
from helpers.public_suites import check_section, section, suite

from kg.errors import KgError
from kg.settings import Limits
from kg.shacl.engine import Engine
from kg.shacl.shapes import load_shapes, read_path, read_shapes
from kg.shacl.triples import read_triples
from kg.shacl.vocabulary import SH
from kg.validate import run_engine

SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SUITE = "[w3c/data-shapes](https://github.com/w3c/data-shapes)"
COMPARED = "Compared are focus node, path, value, shape, component and severity of every result, blank nodes as such"
FIELDS = ("focusNode", "value", "sourceShape", "sourceConstraintComponent", "resultSeverity")

Outcome = tuple[str, ...]
Case = tuple[str, Path, str, Path, Path]  # name, file, test, data, shapes


@pytest.mark.suite
@pytest.mark.part("suite SHACL")
def test_shacl_core_by_our_engine() -> None:
    about = f"Our own engine (`--engine columns`) on the core tests of {SUITE}. {COMPARED}, and how often it occurs."
    check_section("SHACL Core", section(about, outcomes("core", by_columns)))


@pytest.mark.suite
@pytest.mark.part("suite SHACL")
def test_shacl_sparql_by_pyshacl() -> None:
    about = (
        f"`--engine auto`, which takes pySHACL, on the SPARQL tests of {SUITE}. {COMPARED}; or that shapes are refused."
    )
    check_section("SHACL-SPARQL", section(about, outcomes("sparql", by_auto)))


def outcomes(part: str, run: Callable[[Path, Path], Counter[Outcome]]) -> dict[str, str | None]:
    folder = suite("shacl") / "data-shapes-test-suite" / "tests" / part
    logging.getLogger("rdflib.term").disabled = True  # it warns of every ill-formed literal, and the suite has many
    found = {name: outcome(file, test, data, shapes, run) for name, file, test, data, shapes in cases(folder)}
    assert found
    return found


def cases(folder: Path) -> Iterator[Case]:
    for file in sorted(folder.rglob("*.ttl")):
        graph = rdflib.Graph().parse(file, publicID=file.resolve().as_uri())
        for test in sorted(graph.subjects(rdflib.RDF.type, SHT.Validate)):
            action = graph.value(test, MF.action)
            data, shapes = (local(graph.value(action, SHT[name])) for name in ("dataGraph", "shapesGraph"))
            yield str(file.relative_to(folder)), file, str(test), data, shapes


def outcome(
    file: Path, test: str, data: Path, shapes: Path, run: Callable[[Path, Path], Counter[Outcome]]
) -> str | None:
    """``None`` where a test gives the expected result, else what is different."""
    wanted = expected(file, test)
    try:
        found = run(data, shapes)
    except KgError as error:
        return None if wanted is None else f"refused: {error}"
    if wanted is None:
        return "should be refused, but is not"
    missing, extra = shown(wanted - found), shown(found - wanted)
    return None if wanted == found else f"missing: {missing or 'nothing'}; too much: {extra or 'nothing'}"


def shown(outcomes: Counter[Outcome]) -> str:
    return ", ".join(sorted(" ".join(filter(None, outcome)) for outcome in outcomes.elements()))


def local(iri: rdflib.term.Node | None) -> Path:
    return Path(unquote(urlsplit(str(iri)).path))


def plain(text: str) -> str:
    return "_" if text.startswith("_:") else text


def expected(file: Path, test: str) -> Counter[Outcome] | None:
    """The results that the file states, read by our index: rdflib and stores write some literals in another form.

    ``None`` where the shapes should be refused.
    """
    index = read_triples(file)

    def follow(node: int, iri: str) -> list[int]:
        return list(index.out(index.iri(iri)).get(node, ()))

    def stated(node: int) -> Outcome:
        paths = [str(read_path(index, path)) for path in follow(node, SH.resultPath)]
        fields = [next((plain(index.label(value)) for value in follow(node, SH[name])), "") for name in FIELDS]
        return (*paths, "")[:1] + tuple(fields)

    (report,) = follow(index.iri(test), MF.result)
    if index.label(report) == str(SHT.Failure):
        return None
    return Counter(stated(node) for node in follow(report, SH.result))


def by_columns(data: Path, shapes: Path) -> Counter[Outcome]:
    index = read_triples(data)

    def label(number: int | None) -> str:
        return "" if number is None else plain(index.label(number))

    return Counter(
        (
            str(found.shape.path or "") if found.predicate is None else f"<{label(found.predicate)}>",
            label(found.focus),
            label(found.value),
            plain(found.shape.name),
            found.component,
            found.shape.severity,
        )
        for found in Engine(index).run(read_shapes([shapes])[0])
    )


def by_auto(data: Path, shapes: Path) -> Counter[Outcome]:
    report = run_engine(read_triples(data), load_shapes([shapes]), "auto", Limits())
    return Counter(
        (found.path, plain(found.focus), plain(found.value), plain(found.shape), found.component, found.severity)
        for found in report.results
    )
