"""Results as quads: readable by two engines, the same bytes every time, and saying what was done."""

from importlib.metadata import version

import networkx as nx
import pyoxigraph
import pytest
import rdflib

from kg.network import (
    Identities,
    NetworkError,
    NetworkTables,
    co_attendance_network,
    measure,
    partnership_network,
    rank,
    readings,
    results_quads,
    two_mode_network,
)
from kg.network.tables.rows import Attendance, Case, Participation
from kg.vocab import ID, KG, RDF, analysis_graph

AT = "2024-12-31"
ROWS = [("1", "a"), ("1", "b"), ("2", "b"), ("2", "c"), ("3", "c"), ("4", "d")]
TABLES = NetworkTables(
    [
        Participation(f"p{n}", f"{ID}case/{case}", "lead", f"{ID}org/{firm}", True)
        for n, (case, firm) in enumerate(ROWS)
    ],
    [Case(f"{ID}case/1", None, None, None, None, None)],
    organisations=[(f"{ID}org/b", "나", None, "sme")],
)
UNSURE = Identities(unsure=((f"{ID}case/3", f"{ID}case/4"),))
HEAD = "default/partnership/all/certain/lead"
QUESTION = f"""PREFIX kg: <{KG}>
SELECT ?organisation ?value ?rank ?lower ?upper ?best ?worst WHERE {{ GRAPH <{analysis_graph()}> {{
  ?result a kg:MeasureResult ; kg:organisation ?organisation ; kg:value ?value ; kg:rank ?rank .
  OPTIONAL {{ ?result kg:lowerBound ?lower ; kg:upperBound ?upper ; kg:bestRank ?best ; kg:worstRank ?worst }}
}} }} ORDER BY ?rank ?organisation"""


def parsed(lines):
    return list(pyoxigraph.parse("\n".join(lines).encode(), pyoxigraph.RdfFormat.N_QUADS))


def statements_of(lines, subject):
    found = {}
    for quad in parsed(lines):
        if quad.subject.value == subject:
            found.setdefault(quad.predicate.value.replace(KG, ""), set()).add(quad.object.value)
    return found


def test_values_ranks_and_bounds_read_back_in_two_engines():
    ranking = rank("degree", readings(TABLES, UNSURE))
    lines = results_quads(ranking.base, "degree", ranking)
    store = pyoxigraph.Store()
    store.bulk_extend(parsed(lines))
    dataset = rdflib.Dataset()
    dataset.parse(data="\n".join(lines), format="nquads")
    expected = [
        ("b", 2, 1, 2, 2, 1, 1),
        ("a", 1, 2, 1, 1, 2, 3),
        ("c", 1, 2, 1, 2, 1, 2),
        ("d", 0, 4, 0, 1, 3, 4),
    ]
    for rows in (store.query(QUESTION), dataset.query(QUESTION)):
        found = [[getattr(term, "value", term) for term in row] for row in rows]
        found = [(str(row[0]).removeprefix(f"{ID}org/"), *(int(str(cell)) for cell in row[1:])) for row in found]
        assert found == expected


def test_a_bound_below_the_value_is_written_as_such():
    ranking = rank("degree", readings(TABLES, Identities(unsure=((f"{ID}org/a", f"{ID}org/c"),))))  # b has two or one
    lines = results_quads(ranking.base, "degree", ranking)
    found = statements_of(lines, f"{ID}result/{HEAD}/degree.readings-together/b")
    assert (found["value"], found["lowerBound"], found["upperBound"]) == ({"2"}, {"1"}, {"2"})


def test_a_measurement_says_what_was_done():
    tables = NetworkTables(TABLES.participations, [Case(f"{ID}case/2", None, None, None, None, None)])
    graph = partnership_network(tables, at=AT, mode="possible", weight="fractional", unnamed=True)
    lines = results_quads(graph, "betweenness", measure(graph, "betweenness", weighted=True), weighted=True)
    key = f"default/partnership/{AT}/possible/lead.fractional.unnamed/betweenness.weighted-True"
    assert statements_of(lines, f"{ID}measurement/{key}") == {
        RDF.type: {KG.Measurement},
        "measure": {ID["code/network-measure/betweenness"]},
        "method": {"Freeman 1977; Brandes 2001"},
        "library": {"networkx"},
        "libraryVersion": {version("networkx")},
        "parameter": {"weighted=true", "unnamed=true"},
        "policy": {ID["policy/default"]},
        "networkKind": {"partnership"},
        "networkMode": {"possible"},
        "weighting": {"fractional"},
        "role": {ID["code/role/lead"]},
        "asOf": {AT},
        "nodeCount": {"3"},
        "tieCount": {"2"},
    }
    assert statements_of(lines, f"{ID}result/{key}/b") == {
        RDF.type: {KG.MeasureResult},
        "measurement": {f"{ID}measurement/{key}"},
        "organisation": {f"{ID}org/b"},
        "value": {"1"},
        "rank": {"1"},
    }
    concept = statements_of(lines, ID["code/network-measure/betweenness"])
    assert {"매개 중심성", "betweenness"} <= set.union(*concept.values())


def test_readings_stand_in_the_measurement_and_tell_it_from_one_without_bounds():
    ranking = rank("degree", readings(TABLES, UNSURE))
    found = statements_of(
        results_quads(ranking.base, "degree", ranking), f"{ID}measurement/{HEAD}/degree.readings-together"
    )
    assert (found["readings"], found["exact"], found["parameter"]) == ({"2"}, {"true"}, {"dates=together"})
    plain = statements_of(
        results_quads(ranking.base, "degree", measure(ranking.base, "degree")), f"{ID}measurement/{HEAD}/degree"
    )
    assert "readings" not in plain
    many = Identities(unsure=tuple((f"{ID}case/{a}", f"{ID}case/{b}") for a, b in ("12", "13", "14", "23", "24", "34")))
    sampled = rank("degree", readings(TABLES, many, limit=5, seed=7))
    found = statements_of(
        results_quads(sampled.base, "degree", sampled), f"{ID}measurement/{HEAD}/degree.readings-together-5-seed-7"
    )
    assert (found["exact"], found["parameter"]) == ({"false"}, {"dates=together", "readings-seed=7"})


def test_lines_are_sorted_unique_without_blank_nodes_and_the_same_whatever_the_order():
    graph = partnership_network(TABLES)
    values = measure(graph, "pagerank")
    lines = results_quads(graph, "pagerank", values)
    assert lines == sorted(set(lines))
    assert not [line for line in lines if "_:" in line]
    assert all(line.endswith(f" <{analysis_graph()}> .") for line in lines)
    assert len(parsed(lines)) == len(lines)
    turned = partnership_network(NetworkTables(TABLES.participations[::-1], organisations=TABLES.organisations))
    assert results_quads(turned, "pagerank", dict(reversed(values.items()))) == lines


def test_a_value_is_a_plain_decimal_without_an_exponent():
    graph = nx.Graph([("a", "b")])
    lines = results_quads(graph, "pagerank", {"a": 1.25e-9, "b": 2 / 3})
    values = {quad.object.value for quad in parsed(lines) if quad.predicate.value == KG.value}
    assert values == {"0.00000000125", "0.6666666667"}


def test_ids_that_are_no_plain_words_make_valid_and_different_iris():
    graph = nx.Graph([("https://x.example/org/a", "가 나"), ("가-나", "a/b")])
    lines = results_quads(graph, "degree", measure(graph, "degree"))
    subjects = {quad.subject.value for quad in parsed(lines) if quad.predicate.value == KG.value}
    assert len(subjects) == 4
    assert all(subject.isascii() and " " not in subject for subject in subjects)


def test_the_cases_of_a_two_mode_network_are_cases_and_capacities_are_no_roles():
    two_mode = two_mode_network(TABLES)
    lines = results_quads(two_mode, "degree", measure(two_mode, "degree"))
    held = {quad.predicate.value for quad in parsed(lines) if quad.object.value == f"{ID}case/1"}
    assert held == {KG.case}
    there = [Attendance(f"t{n}", f"{ID}event/x", f"{ID}org/{firm}", "guest") for n, firm in enumerate("ab")]
    met = co_attendance_network(NetworkTables([], attendances=there))
    lines = results_quads(met, "degree", measure(met, "degree"))
    found = statements_of(lines, f"{ID}measurement/default/co-attendance/all/certain/guest/degree")
    assert found["capacity"] == {ID["code/capacity/guest"]}
    assert "role" not in found


def test_another_base_and_policy_are_kept_apart():
    graph = partnership_network(NetworkTables(TABLES.participations, policy="strict"))
    lines = results_quads(graph, "degree", measure(graph, "degree"), "strict", base="https://example.org/")
    assert all(line.endswith(" <https://example.org/id/graph/analysis/strict> .") for line in lines)
    assert [line for line in lines if "<https://example.org/id/measurement/strict/partnership/" in line]
    with pytest.raises(NetworkError, match="policy 'strict', and 'default' was asked for"):
        results_quads(graph, "degree", {}, "default")


def test_what_does_not_belong_together_is_refused():
    ranking = rank("degree", readings(TABLES, UNSURE))
    with pytest.raises(NetworkError, match="ranking is of degree"):
        results_quads(ranking.base, "strength", ranking)
    with pytest.raises(NetworkError, match="of another network"):
        results_quads(partnership_network(TABLES, at=AT), "degree", ranking)
    with pytest.raises(NetworkError, match="'wheighted' is not a known option"):
        results_quads(ranking.base, "betweenness", {}, wheighted=True)
    with pytest.raises(NetworkError, match="makes no sense for a network of kind 'two-mode'"):
        results_quads(two_mode_network(TABLES), "betweenness", {})
