"""Open formats read back as the same graph by two libraries, and the tables rebuilt from the graph alone."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import duckdb
import networkx
import pyoxigraph
import pytest
import rdflib
from helpers.small_tables import ROWS, write_tables
from rdflib.compare import to_isomorphic

from kg.build import build
from kg.cli import main
from kg.errors import KgError
from kg.export import export
from kg.export.rdf import graph_of
from kg.export.tables import rebuild
from kg.records import read_schema

DATA = Path(__file__).resolve().parents[1] / "data"
RDFLIB = {"nq": "nquads", "trig": "trig", "jsonld": "json-ld", "ttl": "turtle", "nt": "nt"}
Cells = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def small_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    build(write_tables(folder / "data"), folder / "build")
    return folder / "build" / "current"


def _quads(build_folder: Path) -> set[pyoxigraph.Quad]:
    return set(pyoxigraph.parse(path=str(build_folder / "graph.nq"), format=pyoxigraph.RdfFormat.N_QUADS))


def _read(path: Path, format: str) -> set[pyoxigraph.Quad]:
    from kg.export.rdf import RDF_FORMATS

    return set(pyoxigraph.parse(path=str(path), format=RDF_FORMATS[format]))


@pytest.mark.parametrize("format", ["nq", "trig", "jsonld"])
def test_dataset_formats_read_back_as_the_same_dataset(small_build: Path, tmp_path: Path, format: str) -> None:
    export(small_build, tmp_path / "x", format)
    assert _read(tmp_path / "x", format) == _quads(small_build)


@pytest.mark.parametrize("format", ["ttl", "nt"])
def test_graph_formats_read_back_as_the_same_graph(small_build: Path, tmp_path: Path, format: str) -> None:
    export(small_build, tmp_path / "x", format)
    derived = ("/graph/analysis/", "/graph/profile")  # chosen by --what all
    expected = {
        quad.triple for quad in _quads(small_build) if not any(graph in str(quad.graph_name) for graph in derived)
    }
    assert len(expected) > 500  # accepted things, register and claims
    assert {quad.triple for quad in _read(tmp_path / "x", format)} == expected


@pytest.mark.parametrize("format", list(RDFLIB))
def test_rdflib_reads_what_pyoxigraph_reads(small_build: Path, tmp_path: Path, format: str) -> None:
    export(small_build, tmp_path / "x", format)
    dataset = rdflib.Dataset()
    dataset.parse(tmp_path / "x", format=RDFLIB[format])
    theirs = rdflib.Graph()
    for subject, predicate, value, _ in dataset.quads((None, None, None, None)):
        theirs.add((subject, predicate, value))
    ours = rdflib.Graph()
    ours.parse(data="".join(sorted({f"{quad.triple} .\n" for quad in _read(tmp_path / "x", format)})), format="nt")
    assert len(theirs) == len(ours) > 500
    assert to_isomorphic(theirs) == to_isomorphic(ours)


def test_what_and_source_choose_graphs(small_build: Path, tmp_path: Path) -> None:
    def graphs(**chosen: str) -> set[str]:
        export(small_build, tmp_path / "x.nq", "nq", **chosen)
        return {graph_of(line) for line in (tmp_path / "x.nq").read_bytes().splitlines(keepends=True)}

    base = "https://w3id.org/sangsaeng/id/"
    assert graphs(what="accepted") == {f"{base}graph/register", f"{base}graph/accepted/default"}
    assert graphs(what="claims") == {f"{base}source/daily-1", f"{base}source/daily-2", f"{base}source/weekly-1"}
    assert graphs(source="daily-2") == {f"{base}source/daily-2"}
    assert "" in graphs(what="all")


def test_the_graph_of_a_line_is_distinguished_from_an_object() -> None:
    assert graph_of(b"<urn:s> <urn:p> <urn:o> .\n") == ""
    assert graph_of(b"<urn:s> <urn:p> <urn:o> <urn:g> .\n") == "urn:g"
    assert graph_of(b'<urn:s> <urn:p> "a <urn:x> b" .\n') == ""
    assert graph_of(b'<urn:s> <urn:p> "a <urn:x> ."@ko <urn:g> .\n') == "urn:g"
    assert graph_of(b'<urn:s> <urn:p> "1"^^<urn:d> .\n') == ""
    assert graph_of(b'<urn:s> <urn:p> "1"^^<urn:d> <urn:g> .\n') == "urn:g"


def test_an_unknown_format_names_the_known_ones(small_build: Path, tmp_path: Path) -> None:
    with pytest.raises(KgError, match=r"Supported formats: ttl.*jsonld"):
        export(small_build, tmp_path / "x", "rdfxml")


def test_a_failed_export_leaves_no_half_file(small_build: Path, tmp_path: Path) -> None:
    with pytest.raises(KgError):
        export(small_build, tmp_path / "no" / "x.ttl", "ttl")
    (tmp_path / "x.ttl").write_text("old")
    export(small_build, tmp_path / "x.ttl", "ttl")
    assert [path.name for path in tmp_path.iterdir()] == ["x.ttl"]


def test_graphml_reads_back_equal(real_build: Path, tmp_path: Path) -> None:
    assert (
        main(["export", "--graph", str(real_build), "--format", "graphml", "--output", str(tmp_path / "x.graphml")])
        == 0
    )
    read = networkx.read_graphml(tmp_path / "x.graphml")
    from kg.opening import open_graph

    with open_graph(real_build) as graph:
        made = graph.network()
    assert set(read.nodes) == set(made.nodes) and len(read.nodes) > 100
    assert {frozenset(edge) for edge in read.edges} == {frozenset(edge) for edge in made.edges}
    assert read.nodes["lg-electronics"]["label_ko"] == "LG전자"


def _tables(folder: Path) -> Cells:
    found: Cells = {}
    for table in read_schema().tables:
        path = folder / f"{table.name}.csv"
        if path.exists():
            with path.open(encoding="utf-8", newline="") as stream:
                found[table.name] = [{k: v for k, v in row.items() if v} for row in csv.DictReader(stream)]
    return found


def _key(rows: list[dict[str, str]]) -> list[tuple[tuple[str, str], ...]]:
    return sorted(tuple(sorted(row.items())) for row in rows)


@pytest.mark.part("loss test")
def test_the_real_tables_are_rebuilt_cell_by_cell_from_the_graph(real_build: Path) -> None:
    back = rebuild(real_build / "graph.nq")
    given = _tables(DATA)
    assert sum(len(rows) for rows in given.values()) > 9_000
    for name, rows in given.items():
        assert _key(back[name]) == _key(rows), name


@pytest.mark.part("loss test")
def test_a_changed_cell_is_noticed(real_build: Path) -> None:
    back = rebuild(real_build / "graph.nq")
    given = _tables(DATA)
    given["payments"][0]["value"] += "1"
    assert _key(back["payments"]) != _key(given["payments"])


NASTY = [
    '따옴표 "둘"',
    "쉼표, 그리고",
    "줄\n바꿈",
    "역빗금 \\ n",
    "중괄호 {x}",
    "백분율 100%",
    "꺾쇠 <b>",
    "이모지 🌱",
    "탭\t안",
    "홑 '따옴표'",
    "@ko ^^<x> .",
]


@pytest.mark.part("loss test")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_generated_tables_come_back_cell_by_cell(tmp_path: Path, seed: int) -> None:
    choose = random.Random(seed)
    rows = {name: [dict(row) for row in found] for name, found in ROWS.items()}
    for number in range(30):
        organisation, text = f"gen-{number}", choose.choice(NASTY)
        rows["organisations"].append(
            {"organisation": organisation, "name_ko": f"생성 {number}", "kind": "unknown", "note": text}
        )
        rows["names"].append(
            {
                "name": f"생성 {number} {text}",
                "organisation": organisation,
                "judgement": "same",
                "kind": "usual",
                "mention": organisation,
                "reason": choose.choice(NASTY),
            }
        )
        rows["case_contributions"].append(
            {
                "case": "display",
                "contribution": f"c-{number}",
                "giver": f"생성 {number} {text}",
                "kind": "funding",
                "modality": "given",
                "value": choose.choice(["0", "5", "7.25", "12345678901234567890"]),
                "unit": "KRW",
                "source": "daily-1",
                "place": choose.choice(["", "body", "표 1 행 2"]),
                "as_printed": choose.choice(["", text]),
                "description": choose.choice(NASTY),
                "approximate": choose.choice(["", "true", "false"]),
                "period": choose.choice(["", "2024", "2015/2019-09", "../2024-10"]),
            }
        )
    data = write_tables(tmp_path / "data", rows)
    build(data, tmp_path / "build")
    back = rebuild(tmp_path / "build" / "graph.nq")
    for name, given in _tables(data).items():
        assert _key(back[name]) == _key(given), name


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_the_command_writes_tables(small_build: Path, tmp_path: Path, format: str) -> None:
    assert main(["export", "--graph", str(small_build), "--format", format, "--output", str(tmp_path / "t")]) == 0
    assert (tmp_path / "t" / f"ratings.{format}").exists()
    if format == "parquet":
        found = duckdb.sql(f"SELECT grade FROM '{tmp_path}/t/ratings.parquet' ORDER BY 1").fetchall()
        assert found == [("excellent",), ("outstanding",)]
    built_again = build(tmp_path / "t", tmp_path / "again")
    assert built_again.quads > 0


def test_text_export_of_the_api(small_build: Path) -> None:
    import kg

    text = kg.open(small_build).export(format="nt", what="accepted")
    assert (
        text is not None
        and len(list(pyoxigraph.parse(io.BytesIO(text.encode()), format=pyoxigraph.RdfFormat.N_TRIPLES))) > 100
    )
