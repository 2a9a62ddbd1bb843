"""What a build accepts comes back equal from every open format, whatever the text in the cells is like."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import duckdb
import pyoxigraph
import pytest
import rdflib
from helpers.small_tables import ROWS, write_tables

from kg.build import build
from kg.dialect import csv_text
from kg.errors import InputFaults
from kg.export.rdf import RDF_FORMATS
from kg.export.tables import rebuild
from kg.opening import open_graph
from kg.records import read_schema

Rows = dict[str, list[dict[str, str]]]
PIECES = (
    *(
        "'",
        '"',
        '""',
        ",",
        ";",
        "|",
        "\n",
        "\r",
        "\r\n",
        "\t",
        "\\",
        "\\n",
        "\\0",
        "\\u0041",
        "\\x00",
        "%",
        "%41",
        "{x}",
    ),
    *("=1+1", "+82", "@ko", "-1", "^^<x>", "<b>", "]]>", "&amp;", "#", "null", "NaN", "true", "007", "1e5", "`", "$"),
    *("가", "é", "ﬁ", "🌱", "👩‍👩‍👧", "𠮷", "\u00a0", "\u3000", "ا", "क्ष", "\u2028", "\x85", "\x1f", "\x7f", "\ufeff"),
    *(" ", "  ", "word", "글 이 긴 칸"),
)
FIXED = (
    "'상생 둘'",
    'it\'s, "late"\nbreak',
    "a\rb",
    "\r",
    "\n",
    " leading",
    "trailing ",
    "=1+1",
    "''",
    '"',
    ",",
    "글" * 700_000,
)


def _hostile(seed: int, count: int) -> list[str]:
    """Texts put together from pieces that some reader or writer takes for a sign of its own."""
    choose = random.Random(seed)
    made = ["".join(choose.choices(PIECES, k=choose.randint(1, 6))) for _ in range(count)]
    return [*FIXED, *PIECES, *made]


def _rows(texts: list[str]) -> Rows:
    rows = {name: [dict(row) for row in found] for name, found in ROWS.items()}
    for number, text in enumerate(texts):
        rows["organisations"].append(
            {"organisation": f"zz-{number:04d}", "name_ko": f"생성 {number}", "kind": "unknown", "note": text}
        )
        rows["case_contributions"].append(
            {
                "case": "display",
                "contribution": f"c-{number:04d}",
                "giver": "한빛전자",
                "kind": "funding",
                "modality": "given",
                "source": "daily-1",
                "description": text,
                "place": f"행 {number}",
            }
        )
    return rows


def _accepted(folder: Path, texts: list[str]) -> list[str]:
    """Build the texts that the toolkit accepts: those that it names as faults are left out, as a person would."""
    remaining = list(texts)
    for attempt in range(30):  # a rule names at most 50 rows at once
        data = _write(folder / f"data-{attempt}", _rows(remaining))
        try:
            build(data, folder / "build")
        except InputFaults as error:
            refused = {fault.row for fault in error.faults if fault.file == "organisations.csv"}
            before, offset = len(remaining), 2 + len(ROWS["organisations"])
            remaining = [text for number, text in enumerate(remaining) if number + offset not in refused]
            assert len(remaining) < before, str(error)
            continue
        return remaining
    raise AssertionError("the faults were not all named")


def _write(folder: Path, rows: Rows) -> Path:
    data = write_tables(folder, rows)
    for table in read_schema().tables:  # by the form that is stated, whatever the helper writes
        if found := rows.get(table.name):
            keyed = sorted(found, key=lambda row: [row.get(column, "") for column in table.key])
            cells = [[row.get(column, "") for column in table.columns] for row in keyed]
            (data / f"{table.name}.csv").write_text(csv_text([table.columns, *cells]), encoding="utf-8", newline="")
    return data


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    folder = tmp_path_factory.mktemp("hostile")
    texts = _accepted(folder, list(dict.fromkeys(_hostile(7, 220))))
    return folder / "build", texts


def _notes(rows: list[dict[str, str]]) -> list[str | None]:
    return [row.get("note") or None for row in rows if row["organisation"].startswith("zz-")]


def _descriptions(rows: list[dict[str, str]]) -> list[str | None]:
    return [row.get("description") or None for row in rows if row["contribution"].startswith("c-")]


def test_enough_of_it_is_accepted_to_mean_something(hostile: tuple[Path, list[str]]) -> None:
    _, texts = hostile
    assert len(texts) > 100
    for sign in ("'", '"', ",", "\\", "=1+1", "\\u0041", "🌱", "글" * 700_000):
        assert any(sign in text for text in texts), sign


def test_every_text_is_unchanged_in_the_graph(hostile: tuple[Path, list[str]]) -> None:
    out, texts = hostile
    back = rebuild(out / "graph.nq")
    assert _notes(back["organisations"]) == texts
    assert _descriptions(back["case_contributions"]) == texts


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_tables_come_back_equal_and_build_the_same_graph(
    hostile: tuple[Path, list[str]], tmp_path: Path, format: str
) -> None:
    out, texts = hostile
    with open_graph(out) as graph:
        graph.export(tmp_path / "tables", format=format)
    if format == "csv":
        csv.field_size_limit(1_000_000)
        with (tmp_path / "tables" / "organisations.csv").open(encoding="utf-8", newline="") as stream:
            assert _notes(list(csv.DictReader(stream, strict=True))) == texts
    else:
        with duckdb.connect() as connection:  # the default one may hold the unfinished query of another test
            for table in read_schema().tables:
                path = tmp_path / "tables" / f"{table.name}.parquet"
                if path.exists():
                    assert tuple(connection.read_parquet(str(path)).columns) == table.columns
            found = connection.execute(
                f"SELECT note FROM '{tmp_path}/tables/organisations.parquet' WHERE organisation LIKE 'zz-%'"
                " ORDER BY organisation"
            ).fetchall()
        assert [row[0] for row in found] == texts
    build(tmp_path / "tables", tmp_path / "again")
    assert (tmp_path / "again" / "graph.nq").read_bytes() == (out / "graph.nq").read_bytes()


@pytest.mark.parametrize("format", list(RDF_FORMATS))
def test_rdf_reads_back_as_the_same_statements(hostile: tuple[Path, list[str]], tmp_path: Path, format: str) -> None:
    out, _ = hostile
    with open_graph(out) as graph:
        graph.export(tmp_path / "x", format=format, what="all")
    quads = set(pyoxigraph.parse(path=str(out / "graph.nq"), format=pyoxigraph.RdfFormat.N_QUADS))
    read = set(pyoxigraph.parse(path=str(tmp_path / "x"), format=RDF_FORMATS[format]))
    if format in ("ttl", "nt"):
        assert {quad.triple for quad in read} == {quad.triple for quad in quads}
    else:
        assert read == quads


@pytest.mark.parametrize("what", ["claims", None])  # rdflib takes long; the other choices are read above
def test_json_ld_is_read_by_a_graph_and_by_a_dataset(
    hostile: tuple[Path, list[str]], tmp_path: Path, what: str
) -> None:
    """A graph of rdflib reads the default graph alone: the accepted values, or else all that was chosen."""
    out, _ = hostile
    with open_graph(out) as graph:
        graph.export(tmp_path / "x.jsonld", format="jsonld", what=what)
        expected = graph.export(format="nt", what="claims" if what == "claims" else "accepted")
        named = graph.export(format="nq", what=what)
    assert expected is not None and named is not None
    one, many = rdflib.Graph(), rdflib.Dataset()
    one.parse(tmp_path / "x.jsonld", format="json-ld")
    many.parse(tmp_path / "x.jsonld", format="json-ld")
    triples = rdflib.Graph()
    triples.parse(data=expected, format="nt")
    assert len(one) > 100 and set(one) == set(triples)
    wanted = rdflib.Dataset()
    wanted.parse(data=named, format="nquads")
    assert _in_named_graphs(many) == _in_named_graphs(wanted) and _in_named_graphs(many)


def _in_named_graphs(dataset: rdflib.Dataset) -> set[object]:
    return {found for found in dataset.quads() if found[3] not in (None, dataset.default_graph.identifier)}
