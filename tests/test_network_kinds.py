"""Support, two-mode and co-attendance networks, each against a count by hand or by brute force."""

import io
from datetime import date

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networkx.algorithms import bipartite

from kg.network import (
    KINDS,
    NetworkError,
    NetworkTables,
    co_attendance_network,
    network,
    partnership_network,
    shared_rating_network,
    summary,
    support_network,
    two_mode_network,
    write_gexf,
    write_graphml,
)
from kg.network.formats.flat import flattened
from kg.network.tables.rows import Attendance, Case, Claim, Contribution, Event, Participation, Rating

CASES = [
    Case("case/x", "엑스", "honours", "1", date(2023, 11, 1), date(2023, 11, 30)),
    Case("case/y", None, None, None, None, None),
]
ORGANISATIONS = [f"org/{letter}" for letter in "abcd"]
PARTIES = st.none() | st.sampled_from(ORGANISATIONS)


@st.composite
def contributions(draw):
    rows = draw(st.lists(st.tuples(PARTIES, PARTIES, st.none() | st.sampled_from(["data", "funding"])), max_size=12))
    cases = [draw(st.sampled_from(["case/x", "case/y"])) for _ in rows]
    return [Contribution(f"g{n:02}", case, *row) for n, (case, row) in enumerate(zip(cases, rows, strict=True))]


@settings(deadline=None)
@given(contributions(), st.none() | st.just("2024-01-01"), st.sampled_from(["certain", "possible"]), st.booleans())
def test_a_support_network_equals_the_brute_force_oracle(rows, at, mode, only_funding):
    claims = [Claim(row.contribution, f"claim/{row.contribution}", "src/s", None) for row in rows]
    tables = NetworkTables([], CASES, claims=claims, contributions=rows)
    asks_funding = only_funding and any(row.kind == "funding" for row in rows)
    graph = support_network(tables, at=at, mode=mode, kinds=["funding"] if asks_funding else None)
    counted = [
        row
        for row in rows
        if (not asks_funding or row.kind == "funding") and not (at and mode == "certain" and row.case == "case/y")
    ]
    arrows = 0
    for giver in ORGANISATIONS:
        for receiver in ORGANISATIONS:
            found = [row for row in counted if (row.giver, row.receiver) == (giver, receiver)]
            if giver == receiver or not found:
                assert not graph.has_edge(giver[-1], receiver[-1])
                continue
            arrows += 1
            data = graph.edges[giver[-1], receiver[-1]]
            assert data["weight"] == len(found)
            assert data["contributions"] == [row.contribution for row in found]
            assert data["claims"] == [f"claim/{row.contribution}" for row in found]
            assert data["cases"] == sorted({row.case[-1] for row in found})
            assert data["kinds"] == sorted({row.kind for row in found if row.kind})
            assert data["sources"] == data["origins"] == 1
    assert graph.number_of_edges() == arrows
    left_out = [thing for things in graph.graph["left_out"].values() for thing in things]
    used = [thing for _, _, things in graph.edges(data="contributions") for thing in things]
    assert sorted(left_out + used) == [row.contribution for row in rows]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("case/x", None, "org/b", "data"), "giver-unnamed"),
        (("case/x", "org/a", None, "data"), "receiver-unnamed"),
        (("case/x", "org/a", "org/a", "data"), "giver-is-receiver"),
        (("case/x", "org/a", "org/b", "funding"), "kind-not-asked"),
        (("case/y", "org/a", "org/b", "data"), "undated"),
    ],
)
def test_a_contribution_without_an_arrow_has_its_reason(row, reason):
    other = Contribution("g0", "case/x", "org/c", "org/d", "data")
    tables = NetworkTables([], CASES, contributions=[other, Contribution("g1", *row)])
    graph = support_network(tables, at="2024-01-01", kinds=["data"])
    assert graph.graph["left_out"] == {reason: ["g1"]}
    assert list(graph.edges) == [("c", "d")]


MEMBERS = st.lists(
    st.tuples(st.sampled_from("xyz"), st.sampled_from(["lead", "partner", "supporter"]), PARTIES),
    max_size=14,
    unique=True,
)


def participations(rows):
    return [Participation(f"p/{c}/{r}/{o}", f"case/{c}", r, o, r != "supporter") for c, r, o in rows]


@settings(deadline=None)
@given(MEMBERS)
def test_the_projection_of_the_two_mode_network_is_the_partnership_network(rows):
    tables = NetworkTables(participations(rows), CASES)
    graph = two_mode_network(tables)
    assert nx.is_bipartite(graph)
    organisations = [node for node, side in graph.nodes(data="bipartite") if side == 0]
    projected = bipartite.weighted_projected_graph(graph, organisations) if organisations else nx.Graph()
    ties = partnership_network(tables)
    assert {frozenset(pair): weight for *pair, weight in projected.edges(data="weight")} == {
        frozenset(pair): weight for *pair, weight in ties.edges(data="weight")
    }
    expected = {(o[-1], c) for c, r, o in rows if o and r != "supporter"}
    assert {tuple(sorted(edge)) for edge in graph.edges} == expected


def test_a_two_mode_network_keeps_cases_with_one_party_and_says_what_a_case_is():
    rows = [("x", "lead", "org/a"), ("x", "partner", "org/a"), ("y", "lead", None), ("z", "supporter", "org/b")]
    tables = NetworkTables(participations(rows), [*CASES, Case("case/w", None, None, None, None, None)])
    graph = two_mode_network(tables)
    assert graph.edges["a", "x"]["roles"] == ["lead", "partner"]
    assert graph.nodes["x"] == {
        "bipartite": 1,
        "kind": "case",
        "iri": "case/x",
        "label": "엑스",
        "programme": "honours",
        "round": "1",
        "earliest": "2023-11-01",
        "latest": "2023-11-30",
    }
    assert graph.graph["left_out"] == {"role-not-asked": ["z"], "unnamed-party": ["y"], "no-party": ["w"]}
    with pytest.raises(NetworkError, match="co-attendance, partnership, shared-rating, support"):
        summary(graph)


def test_an_organisation_and_a_case_of_one_name_are_two_nodes():
    graph = two_mode_network(NetworkTables([Participation("p", "case/same", "lead", "org/same", True)]))
    assert sorted(graph) == ["case/same", "org/same"]


def guests():
    rows = [
        ("fair", "a", "host"),
        ("fair", "b", "guest"),
        ("talk", "a", "guest"),
        ("talk", "b", None),
        ("solo", "a", "host"),
    ]
    attendances = [Attendance(f"t/{e}/{o}", f"event/{e}", f"org/{o}", c) for e, o, c in rows]
    events = [
        Event("event/fair", "행사", date(2024, 11, 20), date(2024, 11, 20)),
        Event("event/talk", None, None, None),
    ]
    return NetworkTables([], events=events, attendances=attendances)


def test_co_attendance_joins_those_at_one_event_and_is_no_partnership():
    graph = co_attendance_network(guests())
    assert graph.edges["a", "b"]["events"] == ["fair", "talk"]
    assert graph.graph["events_used"] == 2
    assert graph.graph["left_out"] == {"no-second-party": ["solo"]}
    assert "cases" not in graph.edges["a", "b"]
    assert partnership_network(guests()).number_of_edges() == 0
    assert co_attendance_network(guests(), at="2024-12-31").edges["a", "b"]["events"] == ["fair"]
    assert co_attendance_network(guests(), capacities=["host", "guest"]).edges["a", "b"]["events"] == ["fair"]
    figures = summary(graph)
    assert figures.repeat_ties == 1
    assert "not a partnership" in figures.as_text("en")
    assert "협력 관계가 아님" in figures.as_text("ko")


@pytest.mark.parametrize(
    ("kind", "asked", "known"),
    [
        ("co-attendance", {"capacities": ["chair"]}, "guest, host, not-stated"),
        ("support", {"kinds": "gold"}, "data"),
        ("two-mode", {"roles": ["chair"]}, "lead"),
    ],
)
def test_an_unknown_code_names_the_known_ones(kind, asked, known):
    tables = NetworkTables(
        participations([("x", "lead", "org/a")]),
        contributions=[Contribution("g", "case/x", "org/a", "org/b", "data")],
        attendances=guests().attendances,
    )
    with pytest.raises(NetworkError, match=known):
        network(kind, tables, **asked)


# --- the same grade --------------------------------------------------------------------------------------------------

RATINGS = [
    Rating("r1", "index", 2022, "best", "org/a"),
    Rating("r2", "index", 2022, "best", "org/b"),
    Rating("r3", "index", 2022, "good", "org/c"),
    Rating("r4", "index", 2023, "best", "org/a"),
    Rating("r5", "index", 2023, "best", "org/b"),
    Rating("r6", "index", 2023, "best", "org/c"),
    Rating("r7", "survey", 2023, "good", "org/a"),
]


@settings(deadline=None)
@given(st.sets(st.tuples(st.integers(2019, 2023), st.sampled_from(ORGANISATIONS)), max_size=20), st.randoms())
def test_a_shared_rating_network_equals_the_brute_force_oracle(rated, chance):
    rows = [Rating(f"r{n}", "index", year, chance.choice("xyz"), org) for n, (year, org) in enumerate(sorted(rated))]
    graph = shared_rating_network(NetworkTables([], ratings=rows))
    grade = {(row.year, row.organisation): row.grade for row in rows}
    for place, one in enumerate(ORGANISATIONS):
        for other in ORGANISATIONS[:place]:
            years = [
                y for y in range(2019, 2024) if grade.get((y, one)) and grade.get((y, one)) == grade.get((y, other))
            ]
            found = (
                graph.edges[one[-1], other[-1]] if graph.has_edge(one[-1], other[-1]) else {"editions": [], "weight": 0}
            )
            assert found["editions"] == [f"index.{year}.{grade[year, one]}" for year in years]
            assert found["weight"] == len(years)


def test_a_scheme_has_to_be_chosen_and_grades_and_days_may_be():
    tables = NetworkTables([], ratings=RATINGS)
    with pytest.raises(NetworkError, match=r"several rating schemes; choose one by scheme: index, survey"):
        shared_rating_network(tables)
    with pytest.raises(NetworkError, match="'fame' is not a known rating scheme; known: index, survey"):
        shared_rating_network(tables, scheme="fame")
    with pytest.raises(NetworkError, match="'poor' is not a known grade; known: best, good"):
        shared_rating_network(tables, scheme="index", grades=["poor"])
    assert shared_rating_network(tables, scheme="index").edges["a", "b"]["editions"] == [
        "index.2022.best",
        "index.2023.best",
    ]
    assert set(shared_rating_network(tables, scheme="index", at="2022-12-31").edges) == {("a", "b")}
    assert shared_rating_network(tables, scheme="index", at="2022-06-30").number_of_edges() == 0  # the year is not over
    assert shared_rating_network(tables, scheme="index", grades="good").number_of_edges() == 0
    assert set(shared_rating_network(tables, scheme="index", years=2022).edges) == {("a", "b")}
    one_of_two = shared_rating_network(tables, scheme="index", years=[2023])
    assert one_of_two.edges["a", "b"]["editions"] == ["index.2023.best"] and one_of_two.graph["years"] == [2023]
    with pytest.raises(NetworkError, match="'2019' is not a known year of a rating; known: 2022, 2023"):
        shared_rating_network(tables, scheme="index", years=2019)
    text = summary(shared_rating_network(tables, scheme="index")).as_text("ko")
    assert "협력 관계가 아님" in text and "회차의 등급" in text


def test_too_many_pairs_are_refused_with_a_remedy(monkeypatch):
    monkeypatch.setattr("kg.network.kinds.shared_rating.MAX_PAIRS", 3)
    with pytest.raises(NetworkError, match=r"4 pairs share a grade, more than 3: ask for fewer grades or years"):
        shared_rating_network(NetworkTables([], ratings=RATINGS), scheme="index")
    narrowed = [{"grades": "good"}, {"years": 2022}, {"at": "2022-12-31"}, {"between": ("2023-01-01", "2023-12-31")}]
    ties = [shared_rating_network(NetworkTables([], ratings=RATINGS), scheme="index", **asked) for asked in narrowed]
    assert [graph.number_of_edges() for graph in ties] == [0, 1, 1, 3]


def test_a_node_without_an_english_name_has_a_romanised_one_that_is_marked():
    rows = participations([("x", "lead", "org/a"), ("x", "partner", "org/b"), ("x", "partner", "org/c")])
    named = [("org/a", "LG전자", None, None), ("org/b", "솔정밀", "Sol Precision", None), ("org/c", None, None, None)]
    nodes = partnership_network(NetworkTables(rows, CASES, named)).nodes
    wanted = ("label_en", "label_roman", "label_roman_generated")
    assert {node: tuple(data.get(name) for name in wanted) for node, data in nodes.items()} == {
        "a": (None, "LG Jeonja", True),
        "b": ("Sol Precision", None, None),
        "c": (None, None, None),
    }


def test_a_node_carries_its_latest_grade():
    rows = participations([("x", "lead", "org/a"), ("x", "partner", "org/c"), ("x", "partner", "org/d")])
    nodes = partnership_network(NetworkTables(rows, CASES, ratings=RATINGS)).nodes
    assert (nodes["a"]["latest_grade"], nodes["a"]["latest_grade_year"]) == ("index/best", 2023)
    assert (nodes["c"]["latest_grade"], nodes["c"]["latest_grade_year"]) == ("index/best", 2023)
    assert (nodes["d"]["latest_grade"], nodes["d"]["latest_grade_year"]) == (None, None)


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("writer", [write_graphml, write_gexf])
def test_every_kind_of_network_is_written_and_reads_back_equal(kind, writer):
    tables = NetworkTables(
        participations([("x", "lead", "org/a"), ("x", "partner", "org/b"), ("y", "lead", "org/a")]),
        CASES,
        contributions=[Contribution("g", "case/x", "org/b", "org/a", "data")],
        events=guests().events,
        attendances=guests().attendances,
        ratings=RATINGS[:3],
    )
    graph = network(kind, tables)
    out = io.BytesIO()
    writer(graph, out)
    out.seek(0)
    back = (nx.read_graphml if writer is write_graphml else nx.read_gexf)(out)
    flat = flattened(graph)
    assert graph.number_of_edges() > 0
    assert sorted(back) == list(flat)
    assert back.is_directed() == (kind == "support")
    for one, other, data in flat.edges(data=True):
        assert data.items() <= back.edges[one, other].items()
    for node, data in flat.nodes(data=True):
        assert data.items() <= back.nodes[node].items()


def test_contributions_in_time_are_counted_apart_from_those_that_give_an_arrow():
    rows = [
        Contribution("g1", "case/in", "org/a", "org/b", "data"),
        Contribution("g2", "case/in", "org/a", None, "data"),
        Contribution("g3", "case/out", "org/a", "org/b", "data"),
    ]
    day, after = date(2024, 12, 31), date(2025, 1, 1)
    cases = [Case("case/in", None, None, None, day, day), Case("case/out", None, None, None, after, after)]
    facts = support_network(NetworkTables([], cases, contributions=rows), at=day).graph
    assert [facts[f"contributions_{name}"] for name in ("total", "in_time", "used")] == [3, 2, 1]
    assert facts["left_out"] == {"later": ["g3"], "receiver-unnamed": ["g2"]}


def test_only_unnamed_parties_of_cases_that_count_are_nodes():
    rows = [
        Participation("p1", "case/x", "lead", "org/a", True),
        Participation("p2", "case/x", "partner", None, True),
        Participation("p3", "case/alone", "partner", None, True),
    ]
    nodes = network("partnership", NetworkTables(rows), unnamed=True).nodes(data="kind")
    assert dict(nodes) == {"a": "unknown", "p2": "unnamed"}
