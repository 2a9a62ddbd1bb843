"""The invented partnerships that the questions are tested on, how they are loaded, and what they must contain."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox

from kg.queries import QueryResult, Term, bind, read_question, resolve_term, run
from kg.vocab import GRAPH_REGISTER, ID, KG, XSD, accepted_graph

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "data" / "questions"
QUESTIONS = ROOT / "queries"
NUMERIC = {str(XSD[name]) for name in ("integer", "decimal", "double", "float")}


def table(name: str) -> list[dict[str, str]]:
    """A CSV table of the test data."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def quads() -> list[ox.Quad]:
    """The test data, with register and accepted graph in the default graph too, as the build makes it."""
    read = list(ox.parse(path=str(FOLDER / "partnerships.trig"), format=ox.RdfFormat.TRIG))
    plain = {GRAPH_REGISTER, accepted_graph()}
    copies = [ox.Quad(q.subject, q.predicate, q.object) for q in read if q.graph_name.value in plain]
    return read + copies


def write_store(path: Path, data: list[ox.Quad]) -> Path:
    """A store on disk, as the build leaves it."""
    store = ox.Store(str(path))
    store.bulk_extend(data)
    store.flush()
    del store
    return path


def mutated(data: list[ox.Quad], subject: str, name: str, old: str, new: str) -> list[ox.Quad]:
    """The data with one value of one thing changed, wherever that value is stated of it."""
    about, predicate = ox.NamedNode(ID[subject]), ox.NamedNode(KG[name])

    def changed(quad: ox.Quad) -> ox.Quad:
        value = quad.object
        if quad.subject != about or quad.predicate != predicate or value.value not in (old, ID[old]):
            return quad
        other = ox.Literal(new, datatype=value.datatype) if isinstance(value, ox.Literal) else ox.NamedNode(ID[new])
        return ox.Quad(quad.subject, quad.predicate, other, quad.graph_name)

    result = [changed(quad) for quad in data]
    assert result != data, f"{subject} has no {name} {old}"
    return result


def parameters(row: dict[str, str]) -> dict[str, str]:
    """``from=A;to=B`` as values by name."""
    return dict(part.split("=", 1) for part in row["parameters"].split(";") if part)


def bound(row: dict[str, str], store: Path) -> str:
    """The SPARQL text of a row of asked.csv, names resolved in the store."""
    question = read_question(QUESTIONS / f"{row['question']}.rq")
    return bind(question, parameters(row), lambda kind, text: resolve_term(lambda q: run(store, q), kind, text))


def expected(name: str) -> list[list[str]]:
    """The expected table: header, then rows."""
    with (FOLDER / "expected" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def shown(value: str, datatype: str) -> str:
    """A value as the expected tables write it: numbers by value, everything else as it is."""
    return f"{Decimal(value).normalize():f}" if datatype in NUMERIC else value


def rows_of(result: QueryResult) -> list[list[str]]:
    """An answer in the form of the expected tables."""

    def cell(term: Term | None) -> str:
        return "" if term is None else shown(term.value, term.datatype)

    return [list(result.variables), *([cell(term) for term in row] for row in result.rows)]
