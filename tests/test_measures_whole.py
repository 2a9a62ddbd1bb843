"""Measures of a whole network: mixing against chance, communities, the change between two dates."""

import os
import random
import subprocess
import sys
from datetime import date, timedelta
from math import sqrt
from statistics import mean, stdev

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.network import NetworkError, NetworkTables, assortativity, communities, compare, partnership_network
from kg.network.measures.mixing import _switched
from kg.network.tables.rows import Case, Participation

KARATE = nx.Graph(list(nx.karate_club_graph().edges))


def with_kinds(graph, kinds):
    graph = graph.copy()
    nx.set_node_attributes(graph, dict(zip(graph, kinds, strict=True)), "kind")
    return graph


# --- assortativity -----------------------------------------------------------------------------------------------


def newman(graph):
    """(sum of e_ii - sum of a_i b_i) / (1 - sum of a_i b_i), straight from Newman (2003)."""
    kinds = dict(graph.nodes(data="kind"))
    ends = [(kinds[a], kinds[b]) for a, b in graph.edges]
    ends += [] if graph.is_directed() else [(b, a) for a, b in ends]
    names = set(kinds.values())
    same = sum(a == b for a, b in ends) / len(ends)
    by_chance = sum(
        sum(a == name for a, _ in ends) / len(ends) * sum(b == name for _, b in ends) / len(ends) for name in names
    )
    return (same - by_chance) / (1 - by_chance)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_the_coefficient_is_that_of_newman(seed, directed):
    graph = nx.gnm_random_graph(12, 25, seed=seed, directed=directed)
    graph = with_kinds(graph, [random.Random(seed + n).choice("abc") for n in range(12)])
    assert assortativity(graph, samples=0).value == pytest.approx(newman(graph))


def test_the_null_model_keeps_every_degree_and_changes_the_ties():
    kinds = ["sme", "university"] * 17
    for graph in (with_kinds(KARATE, kinds), with_kinds(nx.gnm_random_graph(34, 90, seed=2, directed=True), kinds)):
        for other in _switched(graph, 5, seed=1):
            assert dict(other.degree()) == dict(graph.degree())
            if graph.is_directed():
                assert dict(other.in_degree()) == dict(graph.in_degree())
            assert len(set(other.edges) - set(graph.edges)) > graph.number_of_edges() / 2
            assert nx.number_of_selfloops(other) == 0


def test_mean_and_spread_of_chance_are_those_of_the_double_edge_swap_of_networkx():
    clubs = [nx.karate_club_graph().nodes[node]["club"] for node in KARATE]
    graph = with_kinds(KARATE, clubs)
    swapped, found = graph.copy(), []
    for step in range(150):
        nx.double_edge_swap(swapped, nswap=200, max_tries=100_000, seed=step)
        found.append(nx.attribute_assortativity_coefficient(swapped, "kind"))
    ours = assortativity(graph, samples=300, seed=5)
    assert ours.mean == pytest.approx(mean(found), abs=4 * stdev(found) / sqrt(150))
    assert ours.sd == pytest.approx(stdev(found), rel=0.25)
    assert ours.z == pytest.approx((ours.value - ours.mean) / ours.sd)
    assert (ours.samples, ours.seed, ours.ties, ours.ties_left_out) == (300, 5, 78, 0)


def test_mean_spread_and_z_are_those_of_the_samples():
    graph = with_kinds(KARATE, [n % 3 for n in range(34)])
    values = [newman(other) for other in _switched(graph, 12, seed=9)]
    found = assortativity(graph, samples=12, seed=9)
    assert found.mean == pytest.approx(mean(values))
    assert found.sd == pytest.approx(stdev(values))
    assert found.z == pytest.approx((newman(graph) - mean(values)) / stdev(values))


def test_planted_assortativity_is_significant_and_random_kinds_are_not():
    planted = nx.planted_partition_graph(3, 15, 0.4, 0.03, seed=4)
    own = with_kinds(planted, [node // 15 for node in planted])
    assert assortativity(own).z > 10
    assert assortativity(own).value > 0.6
    shuffled = list(range(45))
    random.Random(3).shuffle(shuffled)
    assert abs(assortativity(with_kinds(planted, [n % 3 for n in shuffled])).z) < 3
    sides = nx.complete_multipartite_graph(6, 6)
    across = with_kinds(nx.Graph(random.Random(1).sample(list(sides.edges), 20)), [0] * 12)
    nx.set_node_attributes(across, {node: node // 6 for node in across}, "kind")
    assert assortativity(across).value == pytest.approx(-1)
    assert assortativity(across).z < -3


def test_ties_with_an_organisation_of_unknown_kind_are_left_out_and_counted():
    graph = nx.Graph([("a", "b"), ("c", "d"), ("d", "e"), ("e", "f")])
    kinds = {"a": "sme", "b": "sme", "c": "university", "d": "university", "e": "unknown", "f": None}
    nx.set_node_attributes(graph, kinds, "kind")
    found = assortativity(graph)
    assert (found.value, found.ties, found.ties_left_out) == (1.0, 2, 2)


def test_where_chance_or_the_coefficient_says_nothing_the_answer_is_none():
    nothing = assortativity(partnership_network(NetworkTables([])))
    assert (nothing.value, nothing.mean, nothing.z, nothing.samples) == (None, None, None, 0)
    one_kind = assortativity(with_kinds(nx.path_graph(4), ["sme"] * 4))
    assert (one_kind.value, one_kind.z) == (None, None)
    star = assortativity(with_kinds(nx.star_graph(3), ["sme", "sme", "university", "university"]))
    assert star.value is not None  # a star has no other ties with the same degrees
    assert (star.mean, star.sd, star.z) == (pytest.approx(star.value), pytest.approx(0), None)
    with pytest.raises(NetworkError, match="give 0 or more"):
        assortativity(nx.path_graph(3), samples=-1)


# --- communities -------------------------------------------------------------------------------------------------


def test_the_karate_club_gets_the_best_modularity_there_is():
    found = communities(KARATE)
    assert found.modularity == pytest.approx(0.4198, abs=5e-5)  # the optimum: Brandes et al. (2008)
    assert sorted(map(len, found.parts)) == [5, 6, 11, 12]
    assert nx.community.is_partition(KARATE, found.parts)
    assert found.of()[0] == found.of()[1]
    assert (found.method[:14], found.library, found.seed, found.runs) == ("ParallelLeiden", "networkit", 1, 10)


def test_of_several_runs_the_best_is_taken():
    novel = nx.les_miserables_graph()
    alone = [communities(novel, seed=seed, runs=1).modularity for seed in range(3, 13)]
    assert min(alone) < max(alone)
    assert communities(novel, seed=3).modularity == max(alone)


def test_planted_communities_are_found_and_resolution_makes_more_of_them():
    planted = nx.planted_partition_graph(4, 20, 0.6, 0.02, seed=1)
    assert [set(part) for part in sorted(communities(planted).parts)] == [
        set(range(n, n + 20)) for n in (0, 20, 40, 60)
    ]
    assert len(communities(planted, resolution=8).parts) > 4
    assert len(communities(planted, resolution=0).parts) == 1


def test_strong_ties_hold_a_community_together_unless_weight_is_not_read():
    ring = nx.cycle_graph(8)
    for one, other in ring.edges:
        ring.edges[one, other]["weight"] = 9 if one // 2 == other // 2 else 1
    assert communities(ring).parts == ((0, 1), (2, 3), (4, 5), (6, 7))
    assert communities(ring, weighted=False).parts != communities(ring).parts


def test_an_empty_network_has_no_communities_and_one_without_ties_only_single_ones():
    assert (communities(nx.Graph()).parts, communities(nx.Graph()).modularity) == ((), None)
    assert communities(nx.empty_graph(3)).parts == ((0,), (1,), (2,))
    with pytest.raises(NetworkError, match="1 or more"):
        communities(KARATE, runs=0)


def test_the_same_network_gives_the_same_answer_in_any_order_and_under_any_hash_seed():
    code = (
        "import networkx as nx, random, sys\n"
        "from kg.network import assortativity, communities\n"
        "g = nx.les_miserables_graph(); e = list(g.edges(data=True)); random.Random(int(sys.argv[1])).shuffle(e)\n"
        "h = nx.Graph(); h.add_edges_from(e)\n"
        "nx.set_node_attributes(h, {n: n[0] for n in h}, 'kind')\n"
        "a = assortativity(h, samples=20)\n"
        "print(communities(h), round(a.value, 12), round(a.mean, 12), round(a.sd, 12))\n"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", code, seed],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1
    assert "modularity=0.56" in answers.pop()


# --- two dates ---------------------------------------------------------------------------------------------------

DAY0 = date(2024, 1, 1)


@st.composite
def dated_tables(draw):
    days = draw(st.lists(st.integers(0, 9), min_size=4, max_size=4))
    cases = [Case(f"case/{n}", None, None, None, *[DAY0 + timedelta(days=day)] * 2) for n, day in enumerate(days)]
    rows = draw(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abcd")), max_size=10, unique=True))
    parts = [Participation(f"p{n}", f"case/{case}", "lead", f"org/{firm}", True) for n, (case, firm) in enumerate(rows)]
    return NetworkTables(parts, cases), days, rows


@given(dated_tables(), st.integers(0, 9), st.integers(0, 9))
def test_what_became_of_each_tie_and_organisation_is_read_from_the_cases_by_brute_force(made, one, other):
    tables, days, rows = made
    first, last = min(one, other), max(one, other)
    earlier, later = (partnership_network(tables, at=DAY0 + timedelta(days=day)) for day in (first, last))
    found = compare(earlier, later)
    ties = {}
    for case, firm in rows:
        for same, partner in rows:
            if case == same and firm < partner:
                ties.setdefault((firm, partner), set()).add(days[case])
    firms = {firm: {day for tie, on in ties.items() if firm in tie for day in on} for firm in "abcd"}
    for change, table in ((found.ties, ties), (found.organisations, firms)):
        seen = {name: on for name, on in table.items() if any(day <= last for day in on)}
        old = {name for name, on in seen.items() if any(day <= first for day in on)}
        after = {name for name, on in seen.items() if any(first < day <= last for day in on)}
        assert set(change.new) == set(seen) - old
        assert set(change.again) == old & after
        assert set(change.not_again) == old - after
        assert change.gone == ()
    assert (found.earlier, found.later) == (earlier.graph["at"], later.graph["at"])
    assert "No source states an end" in found.why_none_gone.en


def test_a_tie_is_gone_only_if_an_end_is_stated_by_the_later_day_and_an_organisation_if_all_its_ties_are():
    def at(day):
        graph = nx.Graph([("a", "b", {"cases": ["c1"], "ended": "2023-05-01"}), ("b", "c", {"cases": ["c2"]})], at=day)
        graph.add_edge("c", "d", cases=["c3"], ended="2030-01-01")
        return graph

    found = compare(at("2022-12-31"), at("2024-12-31"))
    assert (found.ties.gone, found.ties.not_again) == ((("a", "b"),), (("b", "c"), ("c", "d")))
    assert found.organisations.gone == ("a",)
    assert found.why_none_gone is None
    assert compare(at("2022-01-01"), at("2022-12-31")).ties.gone == ()


def test_two_windows_compare_by_their_cases():
    one = nx.Graph([("a", "b", {"cases": ["c1"]}), ("a", "c", {"cases": ["c2"]})], between=["2023-01-01", "2023-12-31"])
    two = nx.Graph([("b", "a", {"cases": ["c3"]})], between=["2024-01-01", "2024-12-31"])
    found = compare(one, two)
    assert (found.ties.again, found.ties.not_again) == ((("a", "b"),), (("a", "c"),))
    assert found.organisations.not_again == ("c",)


def test_networks_asked_for_in_different_ways_or_in_the_wrong_order_are_refused():
    tables = NetworkTables([("p1", "c1", "lead", "org/a", True)])
    supported = NetworkTables([("p1", "c1", "supporter", "org/a", False)])
    early, late = (partnership_network(tables, at=day) for day in ("2023-01-01", "2024-01-01"))
    with pytest.raises(NetworkError, match="change their order"):
        compare(late, early)
    with pytest.raises(NetworkError, match="differ in mode"):
        compare(early, partnership_network(tables, at="2024-01-01", mode="possible"))
    with pytest.raises(NetworkError, match="differ in roles"):
        compare(early, partnership_network(supported, at="2024-01-01", roles=["supporter"]))
    assert compare(early, partnership_network(tables)).ties.new == ()
