"""Measures that read weights, and closeness by sampling: in columns, on graphs and from the command line."""

import io
import pickle
import random

import networkx as nx
import numpy
import pytest
from helpers.random_networks import small_network_tables

from kg.network import NetworkError, central, flattened, measure, partnership_network
from kg.network.columns import can_measure
from kg.network.columns.closeness import sampled_closeness
from kg.network.columns.measures import WEIGHTED
from kg.network.columns.network import EdgeColumns
from kg.network.measures.registry import MEASURES
from kg.pictures.graphs import graph_class


def random_network(seed, organisations=90, ties=100):
    """A graph of several components with weights, and the same as columns."""
    chance = random.Random(seed)
    graph = nx.relabel_nodes(nx.gnm_random_graph(organisations, ties, seed=seed), "n{:03}".format)
    for first, second in graph.edges:
        graph.edges[first, second]["weight"] = chance.choice([1, 2, 3, 1.5])
    ids = sorted(graph)
    place = {name: number for number, name in enumerate(ids)}
    rows = sorted((*sorted((place[a], place[b])), weight) for a, b, weight in graph.edges(data="weight"))
    first, second, weights = (numpy.array(column) for column in zip(*rows, strict=True))
    return graph, EdgeColumns(numpy.array(ids, object), first, second, weights.astype(float))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_closeness_from_all_sources_is_exact_and_a_sample_keeps_its_error(seed, weighted):
    graph, columns = random_network(seed)
    expected = numpy.array([measure(graph, "closeness", weighted=weighted)[name] for name in columns.ids])
    parts = columns.measure("components").to_numpy()
    found, facts = sampled_closeness(columns, parts, len(graph), 1, weighted=weighted, report=lambda _: None)
    assert facts == {"exact": True} and found == pytest.approx(expected)
    found, facts = sampled_closeness(columns, parts, 25, 1, weighted=weighted, report=lambda _: None)
    assert facts["sources"] == 25 and not facts["exact"]
    assert abs(found - expected).max() <= facts["error"] < float("inf")
    assert abs(found - expected).max() <= 6 * facts["standard_error"]
    small = numpy.bincount(parts)[parts] <= 25
    assert found[small] == pytest.approx(expected[small])


@pytest.mark.parametrize("name", sorted(set(WEIGHTED) - {"communities", "strength"}))
def test_weighted_measures_in_columns_equal_those_of_the_graph(name):
    graph, columns = random_network(4)
    expected = measure(graph, name, weighted=True)
    found = columns.measure(name, weighted=True).dropna().to_dict()
    assert found == pytest.approx(expected, abs=1e-6)
    assert found != pytest.approx(columns.measure(name).dropna().to_dict(), abs=1e-4)


def test_a_measure_that_reads_no_weights_in_columns_refuses_them():
    _, columns = random_network(5)
    with pytest.raises(NetworkError, match="clustering reads no weights"):
        columns.measure("clustering", weighted=True)
    assert can_measure(["clustering"]) and not can_measure(["clustering"], weighted=True)
    assert can_measure(["degree", "pagerank", "closeness"], weighted=True)


def test_the_table_of_measures_reads_weights_on_request():
    graph, _ = random_network(6)
    table = central(graph, ["pagerank", "degree"], weighted=True).set_index("organisation")
    assert table["pagerank"].to_dict() == pytest.approx(measure(graph, "pagerank", weighted=True))
    assert table["degree"].to_dict() == measure(graph, "degree")
    readers = {name for name, found in MEASURES.items() if found.weighing(True)}
    assert readers == {
        "betweenness", "closeness", "clustering", "constraint", "effective_size", "eigenvector", "pagerank"
    }  # fmt: skip


def test_a_network_is_pickled_and_written_by_networkx():
    graph = partnership_network(small_network_tables(), create_using=graph_class("partnership"))
    again = pickle.loads(pickle.dumps(graph))
    assert (
        again.graph == graph.graph and dict(again.edges) == dict(graph.edges) and dict(again.nodes) == dict(graph.nodes)
    )
    text = io.BytesIO()
    nx.write_graphml(flattened(graph), text)
    back = nx.read_graphml(io.BytesIO(text.getvalue()))
    assert set(map(frozenset, back.edges)) == set(map(frozenset, graph.edges))
    assert back.edges["lge", "semi"]["cases"] == "c1 | c2" and back.edges["lge", "semi"]["sources"] == 3
