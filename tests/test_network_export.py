"""Exports read back equal, with the same bytes whatever the order or the hash seed."""

import csv
import io
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import date

import networkx as nx
import pytest
from helpers.exported_networks import networks
from hypothesis import given, settings

from kg.network import (
    NetworkError,
    NetworkTables,
    partnership_network,
    write_edge_csv,
    write_gexf,
    write_graphml,
    write_node_csv,
)
from kg.network.formats.flat import flattened
from kg.network.tables.rows import Case, Organisation, Participation

WRITERS = [write_graphml, write_gexf, write_node_csv, write_edge_csv]


def example():
    rows = [
        ("x", "org/b"),
        ("x", "org/a"),
        ("y", "org/a"),
        ("y", "org/b"),
        ("y", "org/c"),
        ("z", "org/a"),
        ("z", "org/c"),
    ]
    cases = [
        Case("case/x", None, None, None, date(2023, 11, 1), date(2023, 11, 30)),
        Case("case/y", None, None, None, date(2024, 3, 27), date(2024, 3, 27)),
        Case("case/z", None, None, None, None, None),
    ]
    organisations = [
        Organisation("org/a", "가나기전", "Gana, Inc.", "large"),
        Organisation("org/b", "나무\n정밀", None, None),
    ]
    participations = [Participation(f"p/{c}/{o}", f"case/{c}", "lead", o, True) for c, o in rows]
    return partnership_network(NetworkTables(participations, cases, organisations))


def written(writer, graph):
    out = io.BytesIO()
    writer(graph, out)
    return out.getvalue()


def assert_labelled(back, flat):
    """Every node has the label by which programs show it; takes it away."""
    for node, data in back.nodes(data=True):
        assert data.pop("label") == flat.nodes[node].get("label_ko", flat.nodes[node].get("label_en", node))


@settings(deadline=None)
@given(networks())
def test_graphml_reads_back_equal(graph):
    back = nx.read_graphml(io.BytesIO(written(write_graphml, graph)))
    flat = flattened(graph)
    assert_labelled(back, flat)
    assert dict(back.nodes(data=True)) == dict(flat.nodes(data=True))
    assert list(back.edges(data=True)) == list(flat.edges(data=True))
    assert {
        name: value for name, value in back.graph.items() if name not in ("node_default", "edge_default")
    } == flat.graph


@settings(deadline=None)
@given(networks())
def test_gexf_reads_back_equal_with_the_day_from_which_a_tie_counts(graph):
    back = nx.read_gexf(io.BytesIO(written(write_gexf, graph)))
    flat = flattened(graph)
    assert_labelled(back, flat)
    assert dict(back.nodes(data=True)) == dict(flat.nodes(data=True))
    begins = "earliest" if graph.graph["mode"] == "possible" else "certain_from"
    for _, _, data in back.edges(data=True):
        del data["id"]
        assert data.pop("start", None) == data.get(begins)
    assert list(back.edges(data=True)) == list(flat.edges(data=True))


@settings(deadline=None)
@given(networks())
def test_csv_reads_back_equal(graph):
    flat = flattened(graph)
    nodes = list(csv.DictReader(io.StringIO(written(write_node_csv, graph).decode(), newline="")))
    assert [row["id"] for row in nodes] == list(flat)
    for row in nodes:
        assert {name: text for name, text in row.items() if text and name != "id"} == {
            name: str(value) for name, value in flat.nodes[row["id"]].items()
        }
    edges = list(csv.DictReader(io.StringIO(written(write_edge_csv, graph).decode(), newline="")))
    assert [(row["source"], row["target"]) for row in edges] == list(flat.edges())
    for row in edges:
        carried = flat.edges[row.pop("source"), row.pop("target")]
        assert {name: text for name, text in row.items() if text} == {n: str(v) for n, v in carried.items()}


def test_lists_are_joined_and_what_is_not_stated_is_left_out():
    flat = flattened(example())
    assert flat.edges["a", "b"]["cases"] == "x | y"
    assert flat.edges["a", "b"]["earliest"] == "2023-11-01"
    assert "earliest" not in flattened(partnership_network(NetworkTables([
        ("p1", "c", "lead", "org/a", True), ("p2", "c", "lead", "org/b", True),
    ]))).edges["a", "b"]  # fmt: skip
    assert "label_en" not in flat.nodes["b"]
    assert flat.graph["roles"] == "lead"
    assert "at" not in flat.graph


def test_gexf_has_starts_and_no_ends_and_no_day_of_writing():
    root = ET.fromstring(written(write_gexf, example()))  # our own bytes
    space = {"g": root.tag[1:].split("}")[0]}
    starts = {(e.get("source"), e.get("target")): e.get("start") for e in root.iterfind(".//g:edge", space)}
    assert starts == {("a", "b"): "2023-11-30", ("a", "c"): "2024-03-27", ("b", "c"): "2024-03-27"}
    assert not [element for element in root.iter() if element.get("end")]
    assert root.find("g:meta", space).attrib == {}
    assert root.find("g:graph", space).get("timeformat") == "date"


@pytest.mark.parametrize("writer", WRITERS)
def test_the_order_in_which_a_graph_was_made_does_not_change_the_bytes(writer):
    graph = example()
    again = graph.__class__(**graph.graph)
    again.add_edges_from((b, a, data) for a, b, data in reversed(list(graph.edges(data=True))))
    again.add_nodes_from(graph.nodes(data=True))
    assert written(writer, again) == written(writer, graph)


def test_the_bytes_are_the_same_on_any_hash_seed():
    code = (
        "import io, sys, test_network_export as t\n"
        "sys.stdout.buffer.write(b''.join(t.written(writer, t.example()) for writer in t.WRITERS))"
    )
    here = os.path.dirname(__file__)
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            cwd=here,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in "123"
    }
    assert len(runs) == 1
    assert b"graphml" in runs.pop()


@pytest.mark.parametrize("writer", WRITERS)
def test_a_path_is_as_good_as_a_stream(writer, tmp_path):
    writer(example(), tmp_path / "네트워크")
    assert (tmp_path / "네트워크").read_bytes() == written(writer, example())


@pytest.mark.parametrize("writer", WRITERS)
def test_an_empty_network_is_written_too(writer):
    assert written(writer, partnership_network(NetworkTables([])))


def test_an_empty_network_reads_back_empty():
    nothing = partnership_network(NetworkTables([]))
    assert nx.read_graphml(io.BytesIO(written(write_graphml, nothing))).number_of_nodes() == 0
    assert written(write_node_csv, nothing) == (
        b"id,label_ko,label_en,label_roman,kind,industry,region,group,cases,latest_grade,latest_grade_year,iri\n"
    )


def test_a_character_that_xml_cannot_hold_is_named_with_its_place():
    rows = [("p1", "c", "lead", "org/a", True), ("p2", "c", "lead", "org/b", True)]
    graph = partnership_network(NetworkTables(rows, organisations=[("org/a", "가\x0b나", None, None)]))
    with pytest.raises(NetworkError, match=r"a, label_ko: .*U\+000B"):
        written(write_graphml, graph)
