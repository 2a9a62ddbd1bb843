"""Each format and tool gets the same network, read back by its own reader."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import networkx as nx
import pytest
from helpers.exported_networks import networks
from hypothesis import HealthCheck, given, settings

from kg.network import NetworkTables, network, partnership_network, support_network
from kg.network.errors import NetworkError
from kg.network.formats import FORMATS, to_igraph, to_pandas, write_network
from kg.network.formats.flat import flattened
from kg.network.formats.pajek import PAJEK_NODES

PARTICIPATIONS = [
    ("p1", "case/c1", "lead", "org/hanbit", True),
    ("p2", "case/c1", "partner", "org/sol", True),
    ("p3", "case/c2", "lead", "org/hanbit", True),
    ("p4", "case/c2", "partner", "org/sol", True),
    ("p5", "case/c2", "partner", "org/nara", True),
]
ORGANISATIONS = [
    ("org/hanbit", "한빛 \"전자\" 'A'", "Hanbit \\ Co.\nLtd", "large-company"),
    ("org/sol", "솔정밀", None, "sme"),
    ("org/nara", "나라공사", None, None),
]
CASES = [("case/c1", "첫 사례", None, None, date(2024, 1, 1), date(2024, 1, 31))]


@pytest.fixture
def graph() -> nx.Graph:
    return partnership_network(
        NetworkTables(PARTICIPATIONS, cases=CASES, organisations=ORGANISATIONS), weight="fractional"
    )


def read_pajek(path: Path) -> nx.Graph:
    """The network with its ids as nodes; in the file a vertex has its label first and the id as an attribute."""
    read = nx.read_pajek(path)
    return nx.relabel_nodes(read, dict(read.nodes(data="id")))


def test_pajek_shows_names_and_distinguishes_organisations_with_equal_names(tmp_path: Path) -> None:
    graph = nx.Graph([("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")])
    names = {"a": "한빛", "b": "한빛", "c": "한빛 [a]", "d": "솔정밀"}
    nx.set_node_attributes(graph, names, "label_ko")
    write_network(graph, tmp_path / "net.net")
    labels = {data["id"]: label for label, data in nx.read_pajek(tmp_path / "net.net").nodes(data=True)}
    assert labels == {"a": "한빛 [a] [a]", "b": "한빛 [b]", "c": "한빛 [a]", "d": "솔정밀", "e": "e"}


@pytest.mark.parametrize("directed", [False, True])
def test_graphml_nodes_have_a_label_by_which_programs_show_them(tmp_path: Path, directed: bool) -> None:
    graph = nx.DiGraph([("a", "b"), ("b", "c")]) if directed else nx.Graph([("a", "b"), ("b", "c")])
    graph.nodes["a"].update(label_ko="한빛", label_en="Hanbit")
    graph.nodes["b"].update(label_en="Sol")
    write_network(graph, tmp_path / "net.graphml")
    assert dict(nx.read_graphml(tmp_path / "net.graphml").nodes(data="label")) == {"a": "한빛", "b": "Sol", "c": "c"}


def test_pajek_reads_back_with_ids_weights_names_and_cases(graph: nx.Graph, tmp_path: Path) -> None:
    write_network(graph, tmp_path / "net.net")
    read = read_pajek(tmp_path / "net.net")
    assert set(read) == {"hanbit", "nara", "sol"} and not read.is_directed()
    ties = {frozenset(tie[:2]): tie[2] for tie in read.edges(data=True)}
    assert {tie: data["weight"] for tie, data in ties.items()} == {
        frozenset(("hanbit", "sol")): 1.5,
        frozenset(("hanbit", "nara")): 0.5,
        frozenset(("nara", "sol")): 0.5,
    }
    assert ties[frozenset(("hanbit", "sol"))]["cases"] == "c1 | c2"
    assert read.nodes["hanbit"]["label_ko"] == "한빛 '전자' 'A'"  # Pajek has no quotation mark inside a text
    assert read.nodes["hanbit"]["label_en"] == "Hanbit / Co. Ltd"
    assert read.nodes["sol"]["kind"] == "sme" and "label_en" not in read.nodes["sol"]


def test_pajek_keeps_direction(tmp_path: Path) -> None:
    gifts = [("g1", "case/c1", "org/hanbit", "org/sol", "money")]
    directed = support_network(NetworkTables(PARTICIPATIONS, organisations=ORGANISATIONS, contributions=gifts))
    write_network(directed, tmp_path / "net.net")
    assert list(read_pajek(tmp_path / "net.net").edges()) == [("hanbit", "sol")]


def test_parquet_holds_lists_numbers_and_gaps(graph: nx.Graph, tmp_path: Path) -> None:
    write_network(graph, tmp_path / "net", "parquet")
    edges = duckdb.sql(f"SELECT source, target, weight, cases, claims, earliest FROM '{tmp_path}/net/edges.parquet'")
    assert edges.fetchall() == [
        ("hanbit", "nara", 0.5, ["c2"], [], None),
        ("hanbit", "sol", 1.5, ["c1", "c2"], [], "2024-01-01"),
        ("nara", "sol", 0.5, ["c2"], [], None),
    ]
    nodes = duckdb.sql(f"SELECT id, label_ko, label_en, kind, cases FROM '{tmp_path}/net/nodes.parquet'").fetchall()
    assert nodes == [
        ("hanbit", "한빛 \"전자\" 'A'", "Hanbit \\ Co.\nLtd", "large-company", 2),
        ("nara", "나라공사", None, "unknown", 1),
        ("sol", "솔정밀", None, "sme", 2),
    ]


@pytest.mark.parametrize("kind", ["two-mode", "support"])
def test_every_list_is_a_list_in_parquet(kind: str, tmp_path: Path) -> None:
    gifts = [("g1", "case/c1", "org/hanbit", "org/sol", "money"), ("g2", "case/c1", "org/hanbit", "org/sol", "data")]
    made = network(kind, NetworkTables(PARTICIPATIONS, CASES, ORGANISATIONS, contributions=gifts))
    write_network(made, tmp_path / "net", "parquet")
    for table, expected in zip(("nodes", "edges"), to_pandas(made), strict=True):
        read = duckdb.sql(f"FROM '{tmp_path}/net/{table}.parquet'")
        stated = expected.astype(object).where(expected.notna(), None).to_dict("records")
        assert [dict(zip(read.columns, row, strict=True)) for row in read.fetchall()] == stated
    lists = {"two-mode": ["claims", "roles"], "support": ["cases", "claims", "contributions", "kinds"]}[kind]
    edges = duckdb.sql(f"FROM '{tmp_path}/net/edges.parquet'")
    assert sorted(name for name, type_ in zip(edges.columns, edges.types, strict=True) if type_ == "VARCHAR[]") == lists


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(networks())
def test_any_network_reads_back_from_pajek_but_for_what_it_cannot_say(tmp_path: Path, graph: nx.Graph) -> None:
    write_network(graph, tmp_path / "net.net")
    read = read_pajek(tmp_path / "net.net")
    sayable = {node: said(node) for node in graph}
    assert set(read) == set(sayable.values())
    flat = flattened(graph)
    for node, data in flat.nodes(data=True):
        kept = {name: said(data[name]) for name in PAJEK_NODES if data.get(name)}
        assert {name: read.nodes[sayable[node]].get(name) for name in kept} == kept
    ties = {(sayable[a], sayable[b]): (data["weight"], data["cases"]) for a, b, data in flat.edges(data=True)}
    found = {}
    for one, other, data in read.edges(data=True):
        found[(one, other) if (one, other) in ties else (other, one)] = (data["weight"], data["cases"])
    assert found == ties


def said(text: object) -> str:
    return " ".join(str(text).replace('"', "'").replace("\\", "/").splitlines())


def test_pandas_gets_all_that_the_network_carries(graph: nx.Graph) -> None:
    nodes, edges = to_pandas(graph)
    marked = {node: {"label_roman_generated": None, **data} for node, data in graph.nodes(data=True)}
    assert {row.pop("id"): row for row in nodes.astype(object).to_dict("records")} == marked
    for row in edges.astype(object).to_dict("records"):
        data = graph.edges[row.pop("source"), row.pop("target")]
        assert {name: value for name, value in row.items() if value is not None} == {
            name: value for name, value in data.items() if value is not None
        }
    assert str(edges["weight"].dtype) == "Float64" and str(nodes["cases"].dtype) == "Int64"
    empty = to_pandas(nx.Graph())
    assert [list(frame.columns) for frame in empty] == [["id"], ["source", "target"]]


def test_igraph_gets_the_same_network_and_measures_it_alike(graph: nx.Graph) -> None:
    pytest.importorskip("igraph", reason="igraph is not installed")
    made = to_igraph(graph)
    assert made.vs["name"] == list(graph) and not made.is_directed()
    assert dict(zip(made.vs["name"], made.strength(weights="weight"), strict=True)) == dict(
        graph.degree(weight="weight")
    )
    assert sorted(map(tuple, made.es["cases"])) == sorted(tuple(cases) for _, _, cases in graph.edges(data="cases"))


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_an_empty_network_is_written_in_every_format(format: str, tmp_path: Path) -> None:
    write_network(partnership_network(NetworkTables([])), tmp_path / "empty", format)
    assert (tmp_path / "empty").exists() and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_the_same_network_gives_the_same_bytes(format: str, graph: nx.Graph, tmp_path: Path) -> None:
    turned = nx.Graph(**graph.graph)
    turned.add_nodes_from(reversed(list(graph.nodes(data=True))))
    turned.add_edges_from((other, one, data) for one, other, data in reversed(list(graph.edges(data=True))))
    for name, one in (("one", graph), ("other", turned)):
        write_network(one, tmp_path / name, format)
        write_network(one, tmp_path / name, format)  # what lies there is replaced
    files = [sorted((tmp_path / name).rglob("*")) or [tmp_path / name] for name in ("one", "other")]
    assert [path.read_bytes() for path in files[0]] == [path.read_bytes() for path in files[1]]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "other"]


def test_an_unknown_format_names_the_known_ones_and_writes_nothing(graph: nx.Graph, tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match=r"'net\.xyz' is not a known format .*csv, gexf, graphml, pajek, parquet"):
        write_network(graph, tmp_path / "net.xyz")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "format", "says"),
    [
        ("net.csv", None, "the format csv is not one file but a folder .* --format csv"),
        ("net.CSV", "csv", "the format csv is not one file but a folder"),
        ("net.parquet", None, "the format parquet is not one file but a folder .* --format parquet"),
        ("net.csv", "parquet", "the format parquet is not one file but a folder"),
        ("net.gexf", "graphml", "its ending is that of gexf, but --format is graphml"),
        ("net.net", "csv", "its ending is that of pajek, but --format is csv"),
    ],
)
def test_a_name_that_does_not_suit_the_format_is_refused(
    graph: nx.Graph, tmp_path: Path, name: str, format: str | None, says: str
) -> None:
    with pytest.raises(NetworkError, match=says):
        write_network(graph, tmp_path / name, format)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_may_have_any_name(graph: nx.Graph, tmp_path: Path) -> None:
    (tmp_path / "net.csv").mkdir()
    write_network(graph, tmp_path / "net.csv", "csv")
    assert sorted(path.name for path in (tmp_path / "net.csv").iterdir()) == ["edges.csv", "nodes.csv"]


@pytest.mark.parametrize(("target", "format"), [("none/net.gexf", None), ("", "gexf"), (".", "csv")])
def test_a_place_that_is_none_is_named(graph: nx.Graph, target: str, format: str | None, tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="is no place to write to: give a name inside a folder that is there"):
        write_network(graph, tmp_path / target if "/" in target else target, format)


def test_a_file_is_not_replaced_by_a_folder_nor_a_folder_by_a_file(graph: nx.Graph, tmp_path: Path) -> None:
    write_network(graph, tmp_path / "net", "csv")
    with pytest.raises(NetworkError, match="net is a folder, and gexf is a file"):
        write_network(graph, tmp_path / "net", "gexf")
    with pytest.raises(NetworkError, match=r"net holds other things \(edges\.csv\)"):
        write_network(graph, tmp_path / "net", "parquet")
    (tmp_path / "thesis").write_text("x", encoding="utf-8")
    with pytest.raises(NetworkError, match="thesis is a file, and csv is a folder"):
        write_network(graph, tmp_path / "thesis", "csv")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["edges.csv", "net", "nodes.csv", "thesis"]


def test_a_folder_with_other_things_in_it_is_left_alone(graph: nx.Graph, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x", encoding="utf-8")
    with pytest.raises(NetworkError, match=r"thesis\.txt"):
        write_network(graph, tmp_path / "mine", "csv")
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "thesis.txt"]
