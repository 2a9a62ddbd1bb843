"""What ``kg validate`` does: validates record tables or RDF files with the toolkit's rules or with given shapes."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import rdflib

from kg.build import SHAPES, SHAPES_OF_ANALYSIS, InvalidGraph, build
from kg.codes import codes_to_turtle
from kg.errors import SHOWN_FAULTS, SHOWN_NOTES, Collector, Fault, KgError, Text
from kg.paths import shipped
from kg.settings import Limits
from kg.shacl.engine import Engine
from kg.shacl.features import extensions, finds_more_targets
from kg.shacl.graph import ShapesGraph
from kg.shacl.report import Report, Result, gather_report
from kg.shacl.shapes import ShapesError, UnsupportedShapes, build_shapes, load_shapes
from kg.shacl.triples import GraphChoice, TripleIndex, add_triples, read_triples
from kg.vocab import BASE, KG, RDF

__all__ = ["ENGINES", "Report", "Result", "ShapesError", "base_of", "check_files", "check_tables", "validate"]

ENGINES = ("auto", "columns", "pyshacl")
NOTHING = Text(
    f"규칙의 대상이 하나도 없습니다. 용어는 {KG}로 시작합니다(예: {KG.Organisation}).",
    f"nothing in it is a target of the rules, whose terms begin with {KG}, for example {KG.Organisation}.",
)


def validate(
    data: Path | rdflib.Graph | TripleIndex | Iterable[Any],
    *,
    shapes: Sequence[Path],
    background: Sequence[Path] = (),
    graphs: GraphChoice | None = None,
    engine: str = "columns",
    limits: Limits | None = None,
) -> Report:
    """Validate a graph with shapes.

    ``data`` is a file (its suffix states the format), an rdflib graph, pyoxigraph quads, or triples that are
    indexed already. All its triples form one graph; ``graphs`` chooses which named graphs take part
    (it is called with the IRI, or with an empty string for the default graph). ``background`` names files that
    are added to the data, such as the code lists.

    ``engine`` is ``columns`` (our own, SHACL Core), ``pyshacl``, or ``auto``: our own, and pySHACL for shapes that need
    more than SHACL Core. Raises ``ShapesError`` for shapes that are malformed or that the engine does not support.
    """
    index = data if isinstance(data, TripleIndex) else read_triples(data, graphs)
    for file in background:
        add_triples(index, file)
    return run_engine(index, load_shapes(shapes), engine, limits or Limits())


def run_engine(index: TripleIndex, shapes: ShapesGraph, engine: str, limits: Limits) -> Report:
    """The report of an engine on one graph; with ``auto`` a remark says when pySHACL was used."""
    if engine not in ENGINES:
        engines = ", ".join(ENGINES)
        raise KgError(
            Text(
                f"엔진 {engine!r}은(는) 없습니다. 사용할 수 있는 값: {engines}",
                f"there is no engine {engine!r}; the engines are {engines}",
            )
        )
    beyond = extensions(shapes)
    if engine == "columns" and beyond:
        raise UnsupportedShapes(beyond)
    by_pyshacl = engine == "pyshacl" or bool(beyond)
    built = build_shapes(shapes, recursive=not by_pyshacl)
    remarks = [fault.text for fault in shapes.remarks]
    if not finds_more_targets(shapes):
        if not built:
            raise ShapesError([Fault(next(iter(shapes.files.values()), ""), NO_SHAPE)])
        if not any(map(Engine(index).targets, built)):
            remarks.append(NO_TARGET)
    if not by_pyshacl:
        report = gather_report((index, finding) for finding in Engine(index).run(built))
        return report.with_remarks(*remarks)
    from kg.shacl.by_pyshacl import validate_by_pyshacl  # imported only when needed, since it is slow to import

    if engine == "auto":
        remarks.append(_checked_by_pyshacl(beyond))
    return validate_by_pyshacl(index, shapes, limits).with_remarks(*remarks)


NO_SHAPE = Text(
    "대상(sh:targetClass 등)이 있는 셰이프가 없습니다.", "no shape has a target (sh:targetClass and so on)."
)
NO_TARGET = Text(
    "데이터에 셰이프의 대상이 하나도 없어 검증한 것이 없습니다.",
    "No node of the data is a target of the shapes: nothing was checked.",
)


def _checked_by_pyshacl(beyond: Sequence[Fault]) -> Text:
    more = len(beyond) - 1
    return Text(
        f"pySHACL로 검증했습니다. {beyond[0].text.ko}" + (f" (외 {more}건)" if more else ""),
        f"Checked with pySHACL: {beyond[0].text.en}" + (f" (and {more} more)" if more else ""),
    )


def check_tables(
    data: Path,
    shapes: Sequence[Path] = (),
    *,
    engine: str = "auto",
    named_graph: str | None = None,
    limits: Limits | None = None,
) -> Report:
    """Build the graph of ``data`` in a temporary folder and report rule violations; raises ``InputFaults``.

    The remarks of the report name the rows of the tables concerned, files that were not read, and rows to check.
    A graph that conforms is then validated with ``shapes``, if given: all its triples, or those of ``named_graph``.
    """
    loaded = load_shapes(shapes) if shapes else None
    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        try:
            summary = build(data, Path(folder))
        except InvalidGraph as error:
            return error.report.with_remarks(*(fault.line for fault in error.faults[:SHOWN_FAULTS]))
        notes = [fault.line for fault in summary.notes[:SHOWN_NOTES]]
        if loaded is None:
            return Report().with_remarks(*notes)
        faults = Collector()
        index = _read(Path(folder) / "current" / "graph.nq", faults, named_graph)
        faults.raise_if_any()
        assert index is not None  # there was no fault
        return run_engine(index, loaded, engine, limits or Limits()).with_remarks(*notes)


def check_files(
    files: Sequence[Path],
    shapes: Sequence[Path] = (),
    *,
    engine: str = "auto",
    named_graph: str | None = None,
    limits: Limits | None = None,
) -> Report:
    """Validate RDF files (Turtle, N-Quads, JSON-LD …), each on its own.

    Without ``shapes`` the toolkit's own rules are used, together with the code lists. ``named_graph`` is the IRI of
    the only graph to validate; without it all triples of a file form one graph.
    """
    faults = Collector()
    loaded = load_shapes(shapes) if shapes else None
    report = Report()
    for path in files:
        index = _read(path, faults, named_graph)
        if index is None:
            continue
        chosen = loaded or _toolkit_shapes(index)
        if loaded is None:
            if not any(map(Engine(index).targets, build_shapes(chosen))):  # "conforms" would be misleading
                faults.add(Fault(str(path), NOTHING))
                continue
            _add_codes(index, base_of(index))
        if not faults.faults:
            report = report + run_engine(index, chosen, engine, limits or Limits())
    faults.raise_if_any()
    return report


def _toolkit_shapes(index: TripleIndex) -> ShapesGraph:
    return load_shapes([shipped("ontology") / name for name in (*SHAPES, SHAPES_OF_ANALYSIS)], base_of(index))


def _add_codes(index: TripleIndex, base: str) -> None:
    """Add the toolkit's codes except those that the file describes itself."""
    codes = codes_to_turtle(shipped("data") / "codelists", None, base)
    described = {index.terms[node] for node in index.out(index.iri(RDF.type))}
    add_triples(index, (quad for quad in ox.parse(codes, format=ox.RdfFormat.TURTLE) if quad.subject not in described))


def base_of(index: TripleIndex) -> str:
    """The base of a graph's IRIs: what precedes ``id/code/`` in the codes that it uses; by default the toolkit's."""
    bases: Counter[str] = Counter()
    for term in index.terms:
        if isinstance(term, ox.NamedNode) and (code := _CODE.match(term.value)):
            bases[code[1]] += 1
    return max(bases, key=lambda base: (bases[base], base), default=BASE)


_CODE = re.compile(r"([^?#]*/)id/code/[a-z-]+/")


def _read(path: Path, faults: Collector, named_graph: str | None) -> TripleIndex | None:
    """The triples of an RDF file, or its first fault."""
    if not path.exists():
        faults.add(Fault(str(path), Text("파일이 없습니다.", "there is no such file.")))
        return None
    names: set[str] = set()

    def is_chosen(name: str) -> bool:
        names.add(name)
        return named_graph in (None, name)

    try:
        index = read_triples(path, is_chosen)
    except SyntaxError as error:
        reason = str(error.msg).removeprefix("Parser error ")
        text = Text(f"RDF로 읽을 수 없습니다: {reason}", f"cannot be read as RDF: {reason}")
        faults.add(Fault(str(path), text, error.lineno))
        return None
    except ValueError:
        known = ".ttl .nt .nq .trig .jsonld .rdf"
        text = Text(
            f"확장자 {path.suffix!r}은(는) RDF 형식이 아닙니다. 사용할 수 있는 값: {known}",
            f"{path.suffix!r} is not an RDF format; the formats are {known}",
        )
        faults.add(Fault(str(path), text))
        return None
    if named_graph is not None and named_graph not in names:
        known = ", ".join(sorted(filter(None, names))[:5]) or "-"
        text = Text(
            f"그래프 {named_graph}이(가) 없습니다. 사용할 수 있는 값: {known}",
            f"has no graph {named_graph}; it has: {known}",
        )
        faults.add(Fault(str(path), text))
        return None
    return index
