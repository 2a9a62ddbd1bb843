"""Measures of organisations against published values, igraph, NetworkX and brute force."""

import doctest
import importlib
import itertools
import math
import pkgutil
from pathlib import Path

import networkx as nx
import pytest
from helpers.measures_page import tables as page_tables
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import kg.network.measures
from kg.network import NetworkError, NetworkTables, central, measure, network, partnership_network, two_mode_network
from kg.network.measures import MEASURES, WHOLE_MEASURES, brokerage, brokerage_roles, ranks, with_lengths

ROOT = Path(__file__).resolve().parents[1]
KINDS = ["sme", "large-company", "university", "unknown"]


def unweighted(graph):
    return nx.Graph(list(graph.edges))


KARATE = unweighted(nx.karate_club_graph())
FLORENCE = nx.florentine_families_graph()
KITE = nx.krackhardt_kite_graph()
NOVEL = nx.les_miserables_graph()


@st.composite
def networks(draw, directed=False, nodes=7):
    pairs = list(itertools.permutations(range(nodes), 2) if directed else itertools.combinations(range(nodes), 2))
    graph = (nx.DiGraph if directed else nx.Graph)()
    graph.add_nodes_from((node, {"kind": draw(st.sampled_from(KINDS))}) for node in range(nodes))
    for one, other in draw(st.lists(st.sampled_from(pairs), max_size=14, unique=True)):
        graph.add_edge(one, other, weight=draw(st.integers(1, 4)))
    return graph


def igraph_of(graph, weight="weight"):
    igraph = pytest.importorskip("igraph", reason="igraph is not installed")
    nodes = list(graph)
    made = igraph.Graph(n=len(nodes), edges=[(nodes.index(a), nodes.index(b)) for a, b in graph.edges])
    made.es["weight"] = [data.get(weight, 1) for _, _, data in graph.edges(data=True)]
    return nodes, made


def close(found, expected, tolerance=1e-6):
    assert list(found) == list(expected)
    assert [found[node] for node in found] == pytest.approx([expected[node] for node in expected], abs=tolerance)


# --- published values --------------------------------------------------------------------------------------------


def test_the_medici_have_the_published_centrality_among_the_families_of_florence():
    # Wasserman and Faust (1994): betweenness 47.5 before normalising by 91 pairs of the 15 families with a tie
    assert measure(FLORENCE, "betweenness")["Medici"] * 91 == pytest.approx(47.5)
    assert measure(FLORENCE, "degree")["Medici"] == 6
    assert measure(FLORENCE, "closeness")["Medici"] == pytest.approx(0.56)
    assert ranks(measure(FLORENCE, "betweenness"))["Medici"] == 1
    assert ranks(measure(FLORENCE, "betweenness"))["Guadagni"] == 2


def test_the_kite_of_krackhardt_has_a_different_leader_under_each_centrality():
    # Krackhardt (1990), table 1: Diane 6 ties; Fernando and Garth closest, 9/14; Heather most between, 14 of 36 pairs
    degree, closeness, betweenness = (measure(KITE, name) for name in ("degree", "closeness", "betweenness"))
    assert [node for node in KITE if ranks(degree)[node] == 1] == [3]
    assert [node for node in KITE if ranks(closeness)[node] == 1] == [5, 6]
    assert [node for node in KITE if ranks(betweenness)[node] == 1] == [7]
    assert (degree[3], closeness[5]) == (6, pytest.approx(9 / 14))
    assert betweenness[7] == pytest.approx(14 / 36)


def test_the_karate_club_has_its_known_cores():
    cores = measure(KARATE, "core_number")
    assert sorted(node for node in cores if cores[node] == 4) == [0, 1, 2, 3, 7, 8, 13, 30, 32, 33]
    assert min(cores.values()) == 1


# --- another library ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("graph", [KARATE, FLORENCE, KITE, NOVEL], ids=["karate", "florence", "kite", "novel"])
@pytest.mark.parametrize("weighted", [False, True])
def test_measures_equal_those_of_igraph(graph, weighted):
    nodes, other = igraph_of(graph)
    weights = other.es["weight"] if weighted else None
    distances = [1 / weight for weight in weights] if weighted else None
    pairs = (len(nodes) - 1) * (len(nodes) - 2) / 2
    between = [value / pairs for value in other.betweenness(weights=distances)]
    close(measure(graph, "betweenness", weighted=weighted), dict(zip(nodes, between, strict=True)))
    near = other.closeness(weights=distances)
    close(measure(graph, "closeness", weighted=weighted), dict(zip(nodes, near, strict=True)))
    vector = other.eigenvector_centrality(weights=weights, scale=True)
    length = math.sqrt(sum(value**2 for value in vector))
    close(measure(graph, "eigenvector", weighted=weighted), {n: v / length for n, v in zip(nodes, vector, strict=True)})
    close(measure(graph, "pagerank", weighted=weighted), dict(zip(nodes, other.pagerank(weights=weights), strict=True)))
    held = other.constraint(weights=weights)
    close(measure(graph, "constraint", weighted=weighted), dict(zip(nodes, held, strict=True)))
    if not weighted:
        local = other.transitivity_local_undirected(mode="zero")
        close(measure(graph, "clustering"), dict(zip(nodes, local, strict=True)))
        close(measure(graph, "core_number"), dict(zip(nodes, other.coreness(), strict=True)))


# --- brute force -------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(networks())
def test_closeness_is_the_formula_of_wasserman_and_faust(graph):
    found = measure(graph, "closeness")
    for node in graph:
        far = [length for other, length in nx.single_source_shortest_path_length(graph, node).items() if other != node]
        expected = len(far) / (len(graph) - 1) * len(far) / sum(far) if far else 0
        assert found[node] == pytest.approx(expected)


@settings(deadline=None, max_examples=60)
@given(st.booleans().flatmap(lambda directed: networks(directed=directed, nodes=6)), st.booleans())
def test_structural_holes_are_the_formulas_of_burt_with_and_without_arrows(graph, weighted):
    def mutual(one, other):
        ties = [graph.edges[tie] for tie in ((one, other), (other, one)) if graph.has_edge(*tie)]
        return sum(tie["weight"] if weighted else 1 for tie in ties)

    def share(one, other):
        return mutual(one, other) / sum(mutual(one, each) for each in graph)

    size = measure(graph, "effective_size", weighted=weighted)
    held = measure(graph, "constraint", weighted=weighted)
    assert set(size) == set(held) == {node for node in graph if graph.degree(node)}
    for one in size:
        partners = [other for other in graph if mutual(one, other)]
        redundant = [
            share(one, third) * mutual(other, third) / max(mutual(other, each) for each in graph)
            for other in partners
            for third in partners
            if third != other
        ]
        assert size[one] == pytest.approx(len(partners) - sum(redundant))
        spent = [
            share(one, other) + sum(share(one, third) * share(third, other) for third in partners if third != other)
            for other in partners
        ]
        assert held[one] == pytest.approx(sum(value**2 for value in spent))


@settings(deadline=None)
@given(networks(), st.sampled_from([1, 3, 0.25]))
def test_a_tie_twice_as_strong_is_half_as_far_and_the_unit_of_weight_does_not_matter(graph, unit):
    scaled = graph.copy()
    for _, _, data in scaled.edges(data=True):
        data["weight"] *= unit
    one, other = measure(graph, "betweenness", weighted=True), measure(scaled, "betweenness", weighted=True)
    assert one == other
    near, nearer = measure(graph, "closeness", weighted=True), measure(scaled, "closeness", weighted=True)
    assert nearer == pytest.approx({node: value * unit for node, value in near.items()})


def test_paths_that_tie_by_weight_still_tie_after_it_is_turned_into_distance():
    # six steps of 1/6 and one of 1: as floats 0.9999999999999999 and 1.0
    graph = nx.path_graph(7)
    nx.set_edge_attributes(graph, 6, "weight")
    graph.add_edge(0, "x", weight=2)
    graph.add_edge("x", 6, weight=2)
    lengths, scale = with_lengths(graph)
    assert nx.shortest_path_length(lengths, 0, 6, weight="length") == scale
    assert len(list(nx.all_shortest_paths(lengths, 0, 6, weight="length"))) == 2
    fractional = nx.Graph([("a", "b", {"weight": 1 / 3 + 1 / 3 + 1 / 7}), ("b", "c", {"weight": 0.1 + 0.2})])
    lengths, scale = with_lengths(fractional)
    assert {scale / length for _, _, length in lengths.edges(data="length")} == {17 / 21, 0.3}
    with pytest.raises(NetworkError, match="must be above 0"):
        with_lengths(nx.Graph([("a", "b", {"weight": 0})]))


def brute_roles(graph):
    """The definition, by looking at every ordered triple."""
    leads = graph.has_edge
    counts = {node: dict.fromkeys([*kg.network.measures.ROLES], 0) for node in graph}
    for a, b, c in itertools.permutations(graph, 3):
        if not leads(a, b) or not leads(b, c) or leads(a, c):
            continue
        x, y, z = (graph.nodes[node]["kind"] for node in (a, b, c))
        if "unknown" in (x, y, z):
            role = "kind-unknown"
        elif x == y == z:
            role = "coordinator"
        elif x == y:
            role = "representative"
        elif y == z:
            role = "gatekeeper"
        elif x == z:
            role = "consultant"
        else:
            role = "liaison"
        counts[b][role] += 1
    return counts


@settings(max_examples=60, deadline=None)
@given(st.booleans().flatmap(lambda directed: networks(directed=directed)))
def test_the_roles_of_brokers_are_those_of_every_triple_by_brute_force(graph):
    expected = brute_roles(graph)
    assert brokerage_roles(graph) == expected
    assert brokerage(graph) == {node: sum(counts.values()) for node, counts in expected.items()}
    assert brokerage(graph, role="liaison") == {node: counts["liaison"] for node, counts in expected.items()}


def test_an_open_triad_without_arrows_counts_both_ways_so_gatekeeper_and_representative_are_equal():
    graph = KARATE.copy()
    nx.set_node_attributes(graph, dict(nx.karate_club_graph().nodes(data="club")), "kind")
    roles = brokerage_roles(graph)
    assert all(counts["gatekeeper"] == counts["representative"] for counts in roles.values())
    open_triads = sum(d * (d - 1) // 2 for _, d in graph.degree()) - 3 * 45  # the club has 45 triangles
    assert sum(brokerage(graph).values()) == 2 * open_triads


@settings(deadline=None)
@given(networks())
def test_constraint_without_weight_reaches_from_above_zero_to_that_of_a_lone_triangle(graph):
    values = measure(graph, "constraint").values()
    assert all(0 < value <= 1.125 + 1e-12 for value in values)
    assert measure(nx.complete_graph(3), "constraint")[0] == pytest.approx(1.125)


@settings(deadline=None)
@given(networks(), st.randoms(use_true_random=False))
def test_the_order_in_which_a_network_was_made_changes_no_value(graph, random):
    nodes, edges = list(graph.nodes(data=True)), list(graph.edges(data=True))
    random.shuffle(nodes)
    random.shuffle(edges)
    other = nx.Graph()
    other.add_nodes_from(nodes)
    other.add_edges_from(edges)
    for name in MEASURES:
        if name == "eigenvector" and len({len(part) for part in nx.connected_components(graph)}) < 2:
            assume(nx.is_connected(graph))
        assert measure(graph, name) == pytest.approx(measure(other, name), abs=1e-9), name


# --- parts, empties, refusals ------------------------------------------------------------------------------------


def test_betweenness_of_a_larger_network_is_that_of_networkx_in_any_order(monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("scipy")
    graph = nx.relabel_nodes(nx.gnm_random_graph(600, 1500, seed=1), str)
    turned = nx.Graph(list(graph.edges)[::-1])
    turned.add_nodes_from(graph)
    found = measure(graph, "betweenness")
    assert list(found) == list(graph) and found == measure(turned, "betweenness")
    monkeypatch.setattr("kg.network.measures.distance.MANY", 1_000)
    plain = measure(graph, "betweenness")
    assert plain == nx.betweenness_centrality(graph)
    assert max(abs(found[node] - plain[node]) for node in graph) < 1e-12
    assert measure(nx.path_graph(600), "betweenness") == nx.betweenness_centrality(nx.path_graph(600))


def test_the_eigenvector_speaks_of_the_largest_component_alone_and_of_the_first_of_equals():
    graph = nx.Graph([("x", "y"), ("y", "z"), ("a", "b")])
    assert set(measure(graph, "eigenvector")) == {"x", "y", "z"}
    assert set(measure(nx.Graph([("x", "y"), ("a", "b")]), "eigenvector")) == {"a", "b"}


def test_an_organisation_without_a_tie_has_no_constraint_and_no_effective_size():
    graph = nx.Graph([("a", "b")])
    graph.add_node("alone")
    assert set(measure(graph, "constraint")) == set(measure(graph, "effective_size")) == {"a", "b"}
    assert measure(graph, "betweenness")["alone"] == measure(graph, "closeness")["alone"] == 0


@pytest.mark.parametrize("name", MEASURES)
def test_an_empty_network_gives_an_empty_answer(name):
    assert measure(partnership_network(NetworkTables([])), name) == {}
    assert MEASURES[name].function(nx.Graph()) == {}
    assert central(partnership_network(NetworkTables([])), [name]).empty


def test_a_measure_refuses_a_kind_without_meaning_and_names_the_valid_ones():
    two_mode = two_mode_network(NetworkTables([("p1", "case/1", "lead", "org/a", True)]))
    support = network("support", NetworkTables([], contributions=[("g1", "case/1", "org/a", "org/b", None)]))
    for name, each in {**MEASURES, **WHOLE_MEASURES}.items():
        for graph in (two_mode, support):
            if graph.graph["kind"] in each.kinds:
                each.function(graph)
                continue
            with pytest.raises(NetworkError) as refused:
                each.function(graph)
            works = ", ".join(each.kinds)
            kind = graph.graph["kind"]
            assert (
                refused.value.text.en == f"{name} makes no sense for a network of kind '{kind}'; it works for: {works}."
            )
            assert works in refused.value.text.ko
    assert {name for name, each in MEASURES.items() if "two-mode" in each.kinds} == {"degree", "strength"}
    assert {name for name, each in MEASURES.items() if "support" not in each.kinds} == {"eigenvector", "core_number"}


def test_in_a_support_network_paths_follow_the_arrows():
    given_rows = [
        ("g1", "c", "org/a", "org/b", None),
        ("g2", "c", "org/b", "org/c", None),
        ("g3", "c", "org/d", "org/b", None),
    ]
    graph = network("support", NetworkTables([], contributions=given_rows))
    assert measure(graph, "betweenness") == {"a": 0, "b": 2 / 6, "c": 0, "d": 0}
    assert measure(graph, "closeness") == {"a": 0, "b": pytest.approx(2 / 3), "c": pytest.approx(3 / 5), "d": 0}
    assert measure(graph, "brokerage") == {"a": 0, "b": 2, "c": 0, "d": 0}


def test_an_unknown_measure_option_or_role_names_those_that_are_known():
    graph = nx.Graph([("a", "b")])
    with pytest.raises(NetworkError, match="'fame' is not a known measure; known: betweenness, brokerage, closeness"):
        measure(graph, "fame")
    with pytest.raises(NetworkError, match="'wheighted' is not a known option of betweenness; known: weighted"):
        measure(graph, "betweenness", wheighted=True)
    with pytest.raises(NetworkError, match="known: all, consultant, coordinator, gatekeeper"):
        brokerage(graph, role="boss")


# --- tables and words --------------------------------------------------------------------------------------------


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 4)), st.booleans())
def test_a_rank_is_one_more_than_the_number_of_better_ones(values, low_is_first):
    better = (lambda a, b: a < b) if low_is_first else (lambda a, b: a > b)
    expected = {node: 1 + sum(better(other, value) for other in values.values()) for node, value in values.items()}
    assert ranks(values, low_is_first=low_is_first) == expected


def test_values_that_differ_by_the_rounding_of_sums_share_a_rank():
    assert ranks({"a": 0.1 + 0.2, "b": 0.3, "c": 0.29}) == {"a": 1, "b": 1, "c": 3}


def test_the_table_of_central_organisations_has_names_values_and_ranks_in_order_of_the_first_measure():
    rows = [("p1", "c1", "lead", "org/a", True), ("p2", "c1", "partner", "org/b", True)]
    rows += [("p3", "c2", "lead", "org/b", True), ("p4", "c2", "partner", "org/c", True)]
    tables = NetworkTables(rows, organisations=[("org/b", "나", "B", "sme")])
    table = central(partnership_network(tables), ["degree", "constraint", "betweenness"])
    assert table["organisation"].tolist() == ["b", "a", "c"]
    assert table[["label_ko", "label_en", "kind"]].iloc[0].tolist() == ["나", "B", "sme"]
    assert table["degree"].tolist() == [2, 1, 1]
    assert table["rank_degree"].tolist() == [1, 2, 2]
    assert table["constraint"].tolist() == [0.5, 1.0, 1.0]
    assert table["rank_constraint"].tolist() == [1, 2, 2]  # low is first: a broker is little constrained
    assert table["betweenness"].tolist() == [1.0, 0.0, 0.0]
    assert central(partnership_network(tables), ["degree"], top=2)["organisation"].tolist() == ["b", "a", "c"]
    assert central(partnership_network(tables), ["degree"], top=1)["organisation"].tolist() == ["b"]


def test_an_organisation_without_a_value_is_last_with_an_empty_cell():
    graph = nx.Graph([("b", "c"), ("c", "d"), ("x", "y")])
    table = central(graph, "eigenvector")
    assert table["organisation"].tolist() == ["c", "b", "d", "x", "y"]
    assert table["eigenvector"].isna().tolist() == [False] * 3 + [True] * 2
    assert len(central(graph, "eigenvector", top=9)) == 3


def test_every_measure_has_names_and_meaning_in_both_languages_and_what_a_reader_must_know():
    for name, each in {**MEASURES, **WHOLE_MEASURES}.items():
        assert each.name == name
        assert any("가" <= letter <= "힣" for letter in each.label.ko), name
        assert each.meaning.en.endswith(".") and each.meaning.ko.endswith("."), name
        doc = each.function.__doc__
        assert ">>>" in doc, name
        if name != "repeat_ties":  # a plain count
            assert "References:" in doc, name
        assert ("weighted" in each.options) == ("asked" in each.weight), name
        assert each.version and each.kinds and each.least > 0


def test_the_page_has_the_table_of_every_measure():
    page = (ROOT / "docs" / "measures.md").read_text(encoding="utf-8")
    assert page_tables() in page, page_tables()
    assert all(f"| `{name}` |" in page_tables() for name in {**MEASURES, **WHOLE_MEASURES})
    assert all(f"`{role}`" in page for role in kg.network.measures.ROLES if role != "kind-unknown")


def test_the_examples_of_the_page_and_of_the_measures_are_true(monkeypatch):
    monkeypatch.setenv("KG_LANG", "en")
    page = doctest.testfile(str(ROOT / "docs" / "measures.md"), module_relative=False, encoding="utf-8")
    assert (page.failed, page.attempted > 15) == (0, True)
    attempted = 0
    for module in pkgutil.iter_modules(kg.network.measures.__path__, "kg.network.measures."):
        result = doctest.testmod(importlib.import_module(module.name))
        assert result.failed == 0, module.name
        attempted += result.attempted
    assert attempted > 50


def test_weighted_closeness_is_scaled_by_the_share_of_others_reached():
    graph = nx.Graph([("a", "b", {"weight": 2}), ("c", "d", {"weight": 2}), ("d", "e", {"weight": 2})])
    found = measure(graph, "closeness", weighted=True)
    assert found["a"] == pytest.approx(1 / 4 * 1 / 0.5)  # reaches one of four, half a step away
    assert found["d"] == pytest.approx(2 / 4 * 2 / 1)
