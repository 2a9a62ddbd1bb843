"""Bounds of a measure against brute force over every reading, and on the real graph."""

import random
from datetime import date, timedelta
from itertools import combinations, permutations
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg.network import (
    Identities,
    NetworkError,
    NetworkTables,
    rank,
    rank_all,
    read_identities,
    readings,
    side_by_side,
)
from kg.network.tables.rows import Attendance, Case, Contribution, Event, Participation
from kg.network.uncertainty import readings as readings_module
from kg.network.uncertainty.merging import Cluster, clusters, merged_tables
from kg.network.uncertainty.readings import Reading

ROOT = Path(__file__).resolve().parents[1]
DAY0 = date(2024, 1, 1)
FAR = 400
ASKED = 5
AT = (DAY0 + timedelta(days=ASKED)).isoformat()
CASES = ["case/1", "case/2", "case/3", "case/4"]
FIRMS = ["org/a", "org/b", "org/c", "org/d"]


# --- which merges there are --------------------------------------------------------------------------------------


def partitions(things):
    """Every way to put things into blocks."""
    if not things:
        yield []
        return
    first, *rest = things
    for blocks in partitions(rest):
        yield [[first], *blocks]
        for place, block in enumerate(blocks):
            yield [*blocks[:place], [first, *block], *blocks[place + 1 :]]


def allowed(blocks, unsure, different):
    """A block must hang together by unsure pairs and hold no two that differ."""
    for block in blocks:
        graph = nx.Graph(pair for pair in unsure if set(pair) <= set(block))
        graph.add_nodes_from(block)
        if not nx.is_connected(graph) or any(set(pair) <= set(block) for pair in different):
            return False
    return True


PAIRS = st.lists(st.sampled_from(list(combinations("abcde", 2))), max_size=6, unique=True)


@settings(deadline=None)
@given(PAIRS, PAIRS)
def test_the_ways_to_merge_are_all_partitions_that_the_judgements_allow(unsure, different):
    different = [pair for pair in different if pair not in unsure]
    found = [()]
    for cluster in clusters(Identities(tuple(unsure), tuple(different)), "abcde"):
        found = [one + way for one in found for way in cluster.groupings()]
    expected = {
        frozenset(frozenset(block) for block in blocks if len(block) > 1)
        for blocks in partitions(list("abcde"))
        if allowed(blocks, unsure, different)
    }
    assert len(found) == len(expected)
    assert {frozenset(map(frozenset, way)) for way in found} == expected


@given(PAIRS, PAIRS, st.integers(0, 9))
def test_a_random_reading_and_the_most_merged_one_are_among_the_readings(unsure, different, seed):
    different = [pair for pair in different if pair not in unsure]
    for cluster in clusters(Identities(tuple(unsure), tuple(different)), "abcde"):
        ways = cluster.groupings()
        assert cluster.draw(random.Random(seed)) in ways
        assert cluster.most() in ways
        assert cluster.most() != ()  # an unsure pair alone can always be merged


def test_a_pair_of_which_the_tables_know_one_thing_only_is_no_choice():
    tables = NetworkTables([("p1", "case/1", "lead", "org/a", True)])
    found = readings(tables, Identities(unsure=(("org/a", "org/elsewhere"), ("case/1", "case/elsewhere"))))
    assert found.all == (Reading("certain"),)
    assert found.exact


# --- merged tables -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ((1, 9), (3, 5), (3, 5)),
        ((1, 4), (3, 9), (3, 4)),
        ((1, 2), (5, 9), (1, 9)),
        ((None, None), (3, 5), (3, 5)),
        ((None, 4), (2, None), (2, 4)),
        ((None, 2), (5, None), (None, None)),
        ((None, 2), (5, 9), (None, 9)),
    ],
)
def test_one_case_said_twice_has_the_days_both_allow_or_all_days_of_both(one, other, both):
    def rows(bounds):
        return [None if number is None else date(2024, 1, number) for number in bounds]

    for kind, table in ((Case, "cases"), (Event, "events")):
        middle = [None, None] if kind is Case else []
        made = [kind(name, None, *middle, *rows(bounds)) for name, bounds in (("x", one), ("y", other))]
        (joined,) = getattr(merged_tables(NetworkTables([], **{table: made}), (("x", "y"),)), table)
        assert [joined.earliest, joined.latest] == rows(both)
        assert joined[0] == "x"


def test_three_records_of_one_case_give_the_same_days_in_any_order():
    cases = [Case(*row) for row in (("x", *[None] * 3, DAY0, DAY0), ("y", *[None] * 5), ("z", *[None] * 5))]
    cases[1] = cases[1]._replace(earliest=date(2024, 5, 1), latest=date(2024, 5, 9))
    for order in permutations(cases):
        (joined,) = merged_tables(NetworkTables([], order), (("x", "y", "z"),)).cases
        assert (joined.earliest, joined.latest) == (DAY0, date(2024, 5, 9))


def test_merged_firms_neither_give_to_themselves_nor_attend_apart():
    given_rows = [
        Contribution("g1", "case/1", "org/a", "org/b", "data"),
        Contribution("g2", "case/1", "org/a", "org/c", None),
    ]
    there = [Attendance("t1", "event/x", "org/a", "host"), Attendance("t2", "event/y", "org/b", "guest")]
    tables = NetworkTables([], contributions=given_rows, attendances=there)
    same = Identities(unsure=(("org/a", "org/b"),))
    arrows = [list(graph.edges) for _, graph in readings(tables, same, kind="support").networks()]
    assert arrows == [[("a", "b"), ("a", "c")], [("a", "c")]]
    one_event = Identities(unsure=(("event/x", "event/y"),))
    met = [list(graph.edges) for _, graph in readings(tables, one_event, kind="co-attendance").networks()]
    assert met == [[], [("a", "b")]]


def test_a_party_not_named_in_one_record_is_the_party_named_in_the_other():
    rows = [
        Participation("p1", "case/1", "lead", "org/a", True),
        Participation("p2", "case/1", "partner", None, True),
        Participation("p3", "case/2", "partner", "org/b", True),
        Participation("p4", "case/2", "lead", None, True),
        Participation("p5", "case/3", "lead", None, True),
    ]
    merged = merged_tables(NetworkTables(rows), (("case/1", "case/2"),))
    assert [row.participation for row in merged.participations] == ["p1", "p3", "p5"]


# --- bounds against brute force ----------------------------------------------------------------------------------


@st.composite
def unsure_tables(draw):
    bounds = st.sampled_from([(None, None), (1, 2), (4, 8), (7, 9), (None, 3), (2, None)])
    cases = {case: draw(bounds) for case in CASES}
    parties = draw(st.lists(st.tuples(st.sampled_from(CASES), st.sampled_from(FIRMS)), max_size=9, unique=True))
    unsure = draw(
        st.lists(st.sampled_from([*combinations(CASES, 2), *combinations(FIRMS, 2)]), max_size=3, unique=True)
    )
    others = [pair for pair in [*combinations(CASES, 2), *combinations(FIRMS, 2)] if pair not in unsure]
    different = draw(st.lists(st.sampled_from(others), max_size=2, unique=True))
    return cases, parties, unsure, different


def as_tables(cases, parties):
    days = {
        case: [None if number is None else DAY0 + timedelta(days=number) for number in bounds]
        for case, bounds in cases.items()
    }
    return NetworkTables(
        [Participation(f"p{n}", case, "lead", firm, True) for n, (case, firm) in enumerate(parties)],
        [Case(case, None, None, None, *days[case]) for case in CASES],
    )


def brute_networks(cases, parties, unsure, different, dates):
    """Every network straight from the definition: blocks, days, pairs; with the block of each firm."""
    things = sorted(set(CASES) | {firm for _, firm in parties})
    unsure = [pair for pair in unsure if set(pair) <= set(things)]
    for blocks in partitions(things):
        if not allowed(blocks, unsure, different):
            continue
        block_of = {thing: frozenset(block) for block in blocks for thing in block}
        sure, maybe = [], []
        for block in {block_of[case] for case in CASES}:
            ranges = [
                (-FAR if cases[case][0] is None else cases[case][0], FAR if cases[case][1] is None else cases[case][1])
                for case in block
            ]
            first, last = max(low for low, _ in ranges), min(high for _, high in ranges)
            if first > last:
                dated = [bounds for bounds in ranges if bounds != (-FAR, FAR)]
                first, last = min(low for low, _ in dated), max(high for _, high in dated)
            undated = (first, last) == (-FAR, FAR)
            ties = {
                frozenset((block_of[a], block_of[b]))
                for case, a in parties
                for other, b in parties
                if case in block and other in block and block_of[a] != block_of[b]
            }
            if not ties:
                continue
            if last <= ASKED and not undated:
                sure.append(ties)
            elif undated or first <= ASKED:
                maybe.append(ties)
        sizes = range(len(maybe) + 1) if dates == "apart" else (0, len(maybe))
        for chosen in {some for size in sizes for some in combinations(range(len(maybe)), size)}:
            graph = nx.Graph()
            graph.add_edges_from(tuple(tie) for ties in [*sure, *(maybe[n] for n in chosen)] for tie in ties)
            yield graph, block_of


def brute_bounds(cases, parties, unsure, different, dates, function):
    seen = []
    for graph, block_of in brute_networks(cases, parties, unsure, different, dates):
        seen.append((function(graph) if graph else {}, block_of, set(graph)))
    everyone = {firm for _, block_of, nodes in seen for firm in block_of if block_of[firm] in nodes}
    bounds = {}
    for firm in everyone:
        values, places = [], []
        for found, block_of, _ in seen:
            everyones = {block_of[one]: round(found.get(block_of[one], 0), 9) for one in everyone}
            mine = everyones[block_of[firm]]
            values.append(mine)
            places.append(1 + sum(value > mine for value in everyones.values()))
        bounds[firm[4:]] = (min(values), max(values), min(places), max(places))
    return bounds, len(seen)


@pytest.mark.parametrize("dates", ["together", "apart"])
@pytest.mark.parametrize(
    ("name", "function"), [("degree", lambda graph: dict(graph.degree())), ("betweenness", nx.betweenness_centrality)]
)
@settings(max_examples=40, deadline=None)
@given(unsure_tables())
def test_bounds_and_ranks_are_those_of_every_reading_by_brute_force(name, function, dates, given_case):
    cases, parties, unsure, different = given_case
    expected, count = brute_bounds(*given_case, dates, function)
    identities = Identities(tuple(unsure), tuple(different))
    under = readings(as_tables(cases, parties), identities, at=AT, dates=dates, limit=2000)
    ranking = rank(name, under)
    assert ranking.exact
    assert (ranking.looked_at, ranking.of) == (count, count)
    found = {row.organisation: (row.lower, row.upper, row.best, row.worst) for row in ranking.rows}
    assert {firm: (round(low, 9), round(high, 9), *places) for firm, (low, high, *places) in found.items()} == expected
    assert all(row.lower <= row.value <= row.upper and row.best <= row.rank <= row.worst for row in ranking.rows)


def line_of_cases(number):
    """Firms in a line, each tie an undated case: each case on its own may count or not."""
    return NetworkTables(
        [
            Participation(f"p{n}{side}", f"case/{n:02}", "lead", f"org/{n + side:02}", True)
            for n in range(number)
            for side in (0, 1)
        ]
    )


def test_above_the_limit_a_sample_with_the_extremes_is_looked_at_and_says_so():
    under = readings(line_of_cases(12), at=AT, dates="apart", limit=100)
    assert (under.exact, under.of, len(under), len(set(under.all))) == (False, 2**12, 100, 100)
    assert [reading.mode for reading in under.all[:2]] == ["certain", "possible"]
    whole = rank("degree", readings(line_of_cases(5), at=AT, dates="apart"))
    sample = rank("degree", under)
    assert (whole.exact, whole.looked_at) == (True, 32)
    assert {(row.lower, row.upper) for row in whole.rows} == {(0, 1), (0, 2)}
    assert [(row.lower, row.upper) for row in sample.rows if row.organisation == "06"] == [(0, 2)]
    assert under.all == readings(line_of_cases(12), at=AT, dates="apart", limit=100).all
    assert under.all != readings(line_of_cases(12), at=AT, dates="apart", limit=100, seed=2).all


def test_a_cluster_too_wide_to_go_through_is_sampled_and_never_merges_what_differs():
    pairs = tuple(combinations([f"case/{n:02}" for n in range(8)], 2))
    assert Cluster(pairs, frozenset()).groupings() is None
    under = readings(line_of_cases(8), Identities(pairs[1:], pairs[:1]), limit=50)
    assert (under.exact, under.of) == (False, None)
    assert 10 < len(under) <= 50
    together = [group for reading in under.all for group in reading.merged]
    assert together
    assert not [group for group in together if set(pairs[0]) <= set(group)]


def test_betweenness_can_leave_the_interval_of_dates_together_but_not_of_dates_apart():
    rows = [("1", "a"), ("1", "b"), ("2", "b"), ("2", "c"), ("3", "a"), ("3", "c")]  # 2 and 3 undated
    tables = NetworkTables(
        [Participation(f"p{n}", f"case/{case}", "lead", f"org/{firm}", True) for n, (case, firm) in enumerate(rows)],
        [Case("case/1", None, None, None, DAY0, DAY0)],
    )
    upper = {
        dates: {row.organisation: row.upper for row in rank("betweenness", readings(tables, at=AT, dates=dates)).rows}
        for dates in ("together", "apart")
    }
    assert upper["together"] == {"a": 0, "b": 0, "c": 0}  # one tie, or a triangle
    assert upper["apart"] == {"a": 1, "b": 1, "c": 0}  # a or b between the others


def test_a_reading_in_which_a_measure_has_no_value_says_nothing_of_the_organisation():
    tables = NetworkTables(
        [Participation(f"p{n}", f"case/{n // 2}", "lead", f"org/{firm}", True) for n, firm in enumerate("abcd")],
        [Case("case/0", None, None, None, DAY0, DAY0)],
    )
    rows = {row.organisation: row for row in rank("constraint", readings(tables, at=AT)).rows}
    assert (rows["a"].value, rows["a"].readings, rows["a"].worst) == (1.0, 2, 1)
    assert (rows["c"].value, rows["c"].rank, rows["c"].readings, rows["c"].lower) == (None, None, 1, 1.0)


def test_what_cannot_be_asked_is_refused_with_what_can():
    tables = NetworkTables([])
    with pytest.raises(NetworkError, match="known: apart, together"):
        readings(tables, dates="each")
    with pytest.raises(NetworkError, match="Give no mode"):
        readings(tables, mode="certain")
    with pytest.raises(NetworkError, match="give 4 or more"):
        readings(tables, limit=3)
    assert rank("degree", readings(tables)).rows == ()
    assert rank("degree", readings(tables)).as_frame().empty


# --- the real graph ----------------------------------------------------------------------------------------------


def test_several_measures_are_ranked_over_networks_made_once(monkeypatch):
    under = readings(line_of_cases(4), at=AT, dates="apart")
    made = []
    whole = readings_module.reading_network
    monkeypatch.setattr(readings_module, "reading_network", lambda *asked: made.append(asked) or whole(*asked))
    both = rank_all({"degree": {}, "betweenness": {"weighted": True}}, under)
    assert len(made) == len(under) == 16
    assert both["degree"].rows == rank("degree", under).rows
    assert both["betweenness"].rows == rank("betweenness", under, weighted=True).rows
    assert both["betweenness"].options == {"weighted": True}


def judged(graph):
    return read_identities(lambda sparql: [[term.value for term in row] for row in graph.ask(sparql).rows])


def broker_rankings(graph):
    unsure, tables = judged(graph), graph.network_tables()
    everyone = ["lead", "partner", "beneficiary", "supporter"]
    return {
        "ties": rank("betweenness", readings(tables, unsure, at="2024-12-31")),
        "supported": rank("betweenness", readings(tables, unsure, at="2024-12-31", roles=everyone)),
    }


def brokers(graph):
    """The table of docs/measures.md."""
    lines = ["| organisation | ties alone: value [bounds] | rank [bounds] | with supporters: value [bounds] | rank |"]
    lines.append("|---" * 5 + "|")
    for row in side_by_side(broker_rankings(graph), top=5).to_dict("records"):
        name = row["label_ko"] + (f" ({row['label_en']})" if row["label_en"] else "")
        cells = [name]
        for title in ("ties", "supported"):
            numbers = [row[f"{title}_{part}"] for part in ("value", "lower", "upper", "rank", "best", "worst")]
            if numbers[0] is None:  # it has no tie in this network
                cells += ["–", "–"]
                continue
            value, low, high = (f"{number:.3f}" for number in numbers[:3])
            place, best, worst = numbers[3:]
            cells += [f"{value} [{low}, {high}]", f"{place} [{best}, {worst}]"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def real(real_build):
    with kg.open(real_build) as graph:
        yield graph


def test_the_judged_pairs_of_the_real_graph_are_those_of_the_tables(real):
    import csv

    expected = {"unsure": 0, "different": 0}
    for name in ("case_identity", "event_identity", "judgements"):
        with (ROOT / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["judgement"] in expected:
                    expected[row["judgement"]] += 1
    found = judged(real)
    assert {"unsure": len(found.unsure), "different": len(found.different)} == expected
    stub = "https://w3id.org/sangsaeng/id/case/wwh-4-stub-"
    assert (stub + "skecoplant", stub + "tjlabs") in found.unsure


def test_two_records_that_may_be_one_case_widen_the_strength_of_their_parties(real):
    ranking = rank("strength", readings(real.network_tables(), judged(real), at="2024-12-31"))
    by_id = {row.organisation: row for row in ranking.rows}
    assert ranking.exact
    # one case is certain; two records name one of the two each and may be a second case of both
    assert (by_id["tj-labs"].value, by_id["tj-labs"].lower, by_id["tj-labs"].upper) == (1, 1, 2)
    assert by_id["sk-ecoplant"].upper == by_id["sk-ecoplant"].value + 1


def test_the_page_shows_the_five_best_brokers_of_the_real_graph_with_bounds(real):
    page = (ROOT / "docs" / "measures.md").read_text(encoding="utf-8")
    assert brokers(real) in page, brokers(real)
