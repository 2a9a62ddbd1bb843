"""Partnership networks against a brute-force oracle, and their words to a person."""

import doctest
import importlib
import json
import pkgutil
import subprocess
import sys
from datetime import date, datetime
from itertools import combinations
from pathlib import Path

import pytest
from helpers.random_networks import (
    DAY0,
    FAR,
    ORIGINS,
    ROLES,
    WINDOWS,
    network_tables,
    small_network_tables,
    window_options,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st

import kg.network
from kg.network import KINDS, NetworkError, NetworkTables, partnership_network, summary
from kg.network.days import span_of
from kg.network.kinds.selection import REASONS
from kg.network.tables.rows import Case, Participation
from kg.tabular import width


def days_of(case):
    """Every day on which a case can have been attested, as numbers, an open bound reaching far out."""
    first = -FAR if case.earliest is None else (case.earliest - DAY0).days
    last = FAR if case.latest is None else (case.latest - DAY0).days
    return set(range(first, last + 1))


def stands_inside(case, asked, mode):
    if asked is None:
        return True
    undated = case.earliest is None and case.latest is None
    if mode == "certain":
        return not undated and days_of(case) <= asked
    return undated or bool(days_of(case) & asked)


def oracle(given_tables, asked, mode, roles, unnamed):
    """Edges by looking at every pair of parties in every case, straight from the definition."""
    cases = {case.case: case for case in given_tables.cases}
    cases["case/not-listed"] = Case("case/not-listed", None, None, None, None, None)
    rows = [p for p in given_tables.participations if p.role in roles and (p.organisation or unnamed)]
    party = {p.participation: p.organisation or p.participation for p in rows}
    stated = {p.participation: {c.source for c in given_tables.claims if c.thing == p.participation} for p in rows}
    edges = {}
    for one, other in combinations(sorted(set(party.values())), 2):
        found = {"cases": [], "fraction": 0.0, "sources": set(), "claims": set(), "bounds": []}
        for iri, case in cases.items():
            ones = [p.participation for p in rows if p.case == iri and party[p.participation] == one]
            others = [p.participation for p in rows if p.case == iri and party[p.participation] == other]
            if not ones or not others or not stands_inside(case, asked, mode):
                continue
            found["cases"].append(iri.split("/")[1])
            found["fraction"] += 1 / (len({party[p.participation] for p in rows if p.case == iri}) - 1)
            found["sources"] |= set.union(*(stated[p] for p in ones)) & set.union(*(stated[p] for p in others))
            found["claims"] |= {c.claim for c in given_tables.claims if c.thing in ones + others}
            found["bounds"] += [(case.earliest, case.latest)]
        if found["cases"]:
            edges[frozenset((one, other))] = found
    return edges


@settings(max_examples=400, deadline=None)
@given(
    network_tables(),
    WINDOWS,
    st.sampled_from(["certain", "possible"]),
    st.none() | st.sets(st.sampled_from(sorted(ROLES))),
    st.booleans(),
)
def test_a_partnership_network_equals_the_brute_force_oracle(made, window, mode, roles, unnamed):
    words, asked = window_options(window)
    graph = partnership_network(made, mode=mode, roles=roles, unnamed=unnamed, **words)
    fractional = partnership_network(made, mode=mode, roles=roles, unnamed=unnamed, weight="fractional", **words)
    expected = oracle(made, asked, mode, {"lead", "partner"} if roles is None else roles, unnamed)
    iri = dict(graph.nodes(data="iri"))
    assert {frozenset((iri[a], iri[b])) for a, b in graph.edges()} == set(expected)
    for one, other, data in graph.edges(data=True):
        right = expected[frozenset((iri[one], iri[other]))]
        assert data["cases"] == sorted(right["cases"])
        assert data["weight"] == len(right["cases"])
        assert fractional.edges[one, other]["weight"] == pytest.approx(right["fraction"])
        assert data["sources"] == len(right["sources"])
        assert data["origins"] == len({ORIGINS[source] or source for source in right["sources"]})
        assert data["claims"] == sorted(right["claims"])
        dated = [bounds for bounds in right["bounds"] if any(bounds)]
        firsts, lasts = [[bounds[side] and bounds[side].isoformat() for bounds in dated] for side in (0, 1)]
        assert data["earliest"] == (None if None in firsts else min(firsts, default=None))
        assert data["latest"] == (None if None in lasts else max(lasts, default=None))
        assert data["certain_from"] == min(filter(None, lasts), default=None)


@settings(deadline=None)
@given(network_tables(), WINDOWS, st.sampled_from(["certain", "possible"]))
def test_every_case_is_counted_once_as_used_or_left_out_with_a_reason(made, window, mode):
    words, asked = window_options(window)
    graph = partnership_network(made, mode=mode, **words)
    used = {case for _, _, cases in graph.edges(data="cases") for case in cases}
    left_out = [case for cases in graph.graph["left_out"].values() for case in cases]
    spoken_of = {p.case for p in made.participations} | {case.case for case in made.cases}
    assert sorted([*used, *left_out]) == sorted(iri.split("/")[1] for iri in spoken_of)
    assert graph.graph["cases_used"] == len(used)
    assert graph.graph["cases_total"] == len(spoken_of)
    listed = {case.case: case for case in made.cases}
    blank = Case("case/not-listed", None, None, None, None, None)
    inside = [iri for iri in spoken_of if stands_inside(listed.get(iri, blank), asked, mode)]
    assert graph.graph["cases_in_time"] == len(inside)


@settings(deadline=None)
@given(network_tables(), WINDOWS)
def test_what_is_certain_is_also_possible(made, window):
    words, _ = window_options(window)
    certain = partnership_network(made, mode="certain", **words)
    possible = partnership_network(made, mode="possible", **words)
    for one, other, cases in certain.edges(data="cases"):
        assert set(cases) <= set(possible.edges[one, other]["cases"])


@settings(deadline=None)
@given(network_tables())
def test_fractional_strength_is_the_number_of_cases_with_a_partner(made):
    graph = partnership_network(made, weight="fractional")
    for node, strength in graph.degree(weight="weight"):
        assert strength == pytest.approx(graph.nodes[node]["cases"])


@settings(deadline=None)
@given(network_tables(), st.randoms())
def test_the_order_of_rows_does_not_matter(made, random):
    graph = partnership_network(made)
    shuffled = [list(rows) for rows in (made.participations, made.cases, made.claims)]
    for rows in shuffled:
        random.shuffle(rows)
    again = partnership_network(NetworkTables(shuffled[0], shuffled[1], claims=shuffled[2], roles=made.roles))
    assert list(again.nodes(data=True)) == list(graph.nodes(data=True))
    assert list(again.edges(data=True)) == list(graph.edges(data=True))
    assert again.graph == graph.graph


def test_the_small_network_is_what_a_hand_count_gives():
    graph = partnership_network(small_network_tables())
    assert list(graph.edges(data="weight")) == [("lge", "roas", 1), ("lge", "semi", 2), ("roas", "semi", 1)]
    assert graph.edges["lge", "semi"] == {
        "cases": ["c1", "c2"],
        "weight": 2,
        "sources": 3,
        "origins": 2,
        "claims": ["claim/s1/c1.org/lge", "claim/s1/c1.org/semi", "claim/s2/c1.org/lge", "claim/s2/c1.org/semi",
                   "claim/s3/c2.org/lge", "claim/s3/c2.org/semi"],
        "earliest": "2023-11-01",
        "latest": "2023-11-30",
        "certain_from": "2023-11-30",
    }  # fmt: skip
    assert graph.edges["lge", "roas"]["sources"] == 0  # one source names one party only, the other the other
    assert graph.nodes["lge"] == {
        "iri": "org/lge", "label_ko": "엘지보기", "label_en": "Example LG", "kind": "large", "cases": 2,
        "label_roman": None,
        "industry": None, "region": None, "group": None, "latest_grade": None, "latest_grade_year": None,
    }  # fmt: skip
    assert graph.nodes["roas"]["kind"] == "unknown"
    assert graph.graph["left_out"] == {
        "role-not-asked": ["c4"],
        "unnamed-partner": ["c3"],
        "no-second-party": ["c5"],
    }


def test_undated_cases_count_only_as_possible_and_wide_dates_not_as_certain():
    certain = partnership_network(small_network_tables(), at="2023-11-15")
    assert certain.graph["left_out"]["undated"] == ["c2"]
    assert certain.graph["left_out"]["not-certain"] == ["c1"]
    assert certain.graph["left_out"]["later"] == ["c3", "c4", "c5"]
    assert certain.number_of_edges() == 0
    possible = partnership_network(small_network_tables(), at="2023-11-15", mode="possible")
    assert possible.edges["lge", "semi"]["cases"] == ["c1", "c2"]
    before = partnership_network(small_network_tables(), between=("2024-01-01", "2024-12-31"), mode="certain")
    assert before.graph["left_out"]["earlier"] == ["c1"]
    assert before.graph["between"] == ["2024-01-01", "2024-12-31"]


def test_supporters_make_ties_only_if_asked():
    assert "ministry" not in partnership_network(small_network_tables())
    asked = partnership_network(small_network_tables(), roles=["lead", "supporter"])
    assert asked.edges["lge", "ministry"]["cases"] == ["c1", "c4"]
    assert asked.graph["roles"] == ["lead", "supporter"]


def test_an_unnamed_party_is_a_node_only_if_asked():
    graph = partnership_network(small_network_tables(), unnamed=True)
    (partner,) = graph["roas"].keys() - {"lge", "semi"}
    assert graph.nodes[partner]["kind"] == "unnamed"
    assert graph.graph["left_out"] == {"role-not-asked": ["c4"], "no-second-party": ["c5"]}


def test_ids_that_would_clash_are_whole_iris():
    rows = [("p1", "c", "lead", "http://a/x", True), ("p2", "c", "partner", "http://b/x", True)]
    assert sorted(partnership_network(NetworkTables(rows))) == ["http://a/x", "http://b/x"]


@pytest.mark.parametrize(
    ("words", "known"),
    [
        ({"roles": ["leader"]}, "host, lead, partner, supporter"),
        ({"roles": "leader"}, "host, lead, partner, supporter"),
        ({"mode": "sure"}, "certain, possible"),
        ({"weight": "money"}, "count, fractional"),
        ({"at": "2024-13-01"}, "YYYY-MM-DD"),
        ({"at": "2024"}, "YYYY-MM-DD"),
        ({"at": 20241231}, "YYYY-MM-DD"),
        ({"between": ("2024-01-01", "soon")}, "YYYY-MM-DD"),
        ({"between": "2024-01-01"}, "two dates"),
        ({"between": ("2024-02-01", "2024-01-01")}, "after its end"),
        ({"between": ("2024-02-01", "2024-02-02"), "at": "2024-01-01"}, "not both"),
    ],
)
def test_a_wrong_word_gets_the_known_ones(words, known):
    with pytest.raises(NetworkError) as caught:
        partnership_network(small_network_tables(), **words)
    assert isinstance(caught.value, ValueError)
    assert known in caught.value.text.en
    assert caught.value.text.ko != caught.value.text.en


def test_a_date_may_be_text_a_date_or_a_time():
    asked = ["2024-03-27", date(2024, 3, 27), datetime(2024, 3, 27, 14, 30)]
    assert {partnership_network(small_network_tables(), at=day).graph["at"] for day in asked} == {"2024-03-27"}


def test_a_summary_counts_what_was_used_and_what_was_left_out():
    figures = summary(small_network_tables(), at="2024-12-31", mode="possible")
    assert (figures.organisations, figures.ties, figures.repeat_ties, figures.density) == (3, 3, 1, 1.0)
    assert (figures.total, figures.in_time, figures.used) == (5, 5, 2)
    assert figures.left_out == {"role-not-asked": 1, "unnamed-partner": 1, "no-second-party": 1}
    assert figures.ties_by_origins == {"several": 1, "one": 0, "none": 2}
    assert (figures.components, figures.largest_component) == (1, 3)
    assert [(leader.organisation, leader.degree, leader.strength) for leader in figures.top] == [
        ("lge", 2, 3), ("semi", 2, 3), ("roas", 2, 2),
    ]  # fmt: skip
    assert (figures.first_date, figures.last_date) == ("2023-11-01", "2023-11-30")
    plain = json.loads(json.dumps(figures.as_json()))
    assert plain["left_out"]["unnamed-partner"] == 1
    assert (plain["cases_total"], plain["cases_in_time"], plain["cases_used"]) == (5, 5, 2)
    assert "total" not in plain
    assert summary(partnership_network(small_network_tables(), at="2024-12-31", mode="possible")) == figures


def test_the_page_of_a_summary_is_aligned_in_both_languages():
    figures = summary(small_network_tables(), at="2024-12-31", mode="possible")
    korean, english = figures.as_text("ko"), figures.as_text("en")
    assert "2024-12-31까지 (가능한 것까지)" in korean
    assert "둘째 기관의 이름이 적혀 있지 않음" in korean
    assert "대기업" in korean
    assert "주관" in korean
    assert "up to 2024-12-31 (also possible)" in english
    assert "the second party is not named" in english
    assert "large company" in english
    for page, first in ((korean, "  모두"), (english, "  all")):
        lines = page.splitlines()
        start = next(number for number, line in enumerate(lines) if line.startswith(first))
        assert len({width(line) for line in lines[start : start + 6]}) == 1  # figures end in one column


def test_an_empty_network_is_an_answer_with_a_sentence_why():
    figures = summary(small_network_tables(), at="2020-01-01")
    assert (figures.organisations, figures.ties, figures.components, figures.top) == (0, 0, 0, ())
    assert "no date is stated (1)" in figures.as_text("en")
    assert "later than the day asked for (4)" in figures.as_text("en")
    assert "비어 있습니다" in figures.as_text("ko")
    nothing = summary(NetworkTables([]))
    assert "there are no cases" in nothing.as_text("en")
    assert nothing.as_json()["why_empty"]["ko"].startswith("사례: 하나도 없어")


def test_importing_the_package_does_not_import_networkx():
    code = "import sys, kg.network; sys.exit('networkx' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_examples_in_the_documentation_of_the_package_are_true():
    attempted = 0
    for module in pkgutil.walk_packages(kg.network.__path__, "kg.network."):
        result = doctest.testmod(importlib.import_module(module.name))
        assert result.failed == 0, module.name
        attempted += result.attempted
    assert attempted > 30


@example("엘지")
@example("a\u0301")
@given(st.text(st.characters(categories=["L", "N"]), max_size=8))
def test_the_width_of_two_texts_adds_up(text):
    assert width(text + "전자") == width(text) + 4


def test_the_examples_of_the_page_on_networks_are_true(monkeypatch):
    monkeypatch.setenv("KG_LANG", "en")
    page = Path(__file__).resolve().parents[1] / "docs" / "networks.md"
    result = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert result.failed == 0
    assert result.attempted > 10


def test_the_page_on_networks_names_everything_that_can_be_asked_and_every_reason():
    docs = Path(__file__).resolve().parents[1] / "docs"
    page = "".join((docs / name).read_text(encoding="utf-8") for name in ("networks.md", "measures.md"))
    names = {name for name in kg.network.__all__ if name not in ("KINDS", "Summary")} | set(REASONS) | set(KINDS)
    assert sorted(name for name in names if name not in page) == []


DAYS = st.dates(date(2023, 1, 1), date(2023, 1, 4)) | st.none()


@given(st.lists(st.tuples(DAYS, DAYS), max_size=4))
def test_a_span_has_no_end_that_one_of_its_things_leaves_open(bounds):
    first, last = span_of(bounds)
    dated = [pair for pair in bounds if any(pair)]
    for side, (found, outermost) in enumerate(((first, min), (last, max))):
        sides = [pair[side] for pair in dated]
        assert found == (outermost(sides) if sides and None not in sides else None)


def of_days(*bounds):
    cases = [Case(f"c{number}", None, None, None, *pair) for number, pair in enumerate(bounds)]
    rows = [
        Participation(f"p{number}{side}", f"c{number}", role, f"org/{side}", True)
        for number in range(len(bounds))
        for side, role in (("a", "lead"), ("b", "partner"))
    ]
    return NetworkTables(rows, cases)


@pytest.mark.parametrize(
    ("bounds", "ko", "en"),
    [
        ([(date(2014, 1, 1), date(2014, 12, 31)), (None, date(2007, 6, 1))],
         "늦어도 2007-06-01 ~ 2014-12-31", "2007-06-01 or earlier ~ 2014-12-31"),
        ([(date(2014, 1, 1), date(2014, 12, 31)), (date(2016, 1, 1), None)],
         "2014-01-01 ~ 일러도 2016-01-01", "2014-01-01 ~ 2016-01-01 or later"),
        ([(None, date(2007, 6, 1))], "늦어도 2007-06-01 ~ 2007-06-01", "2007-06-01 or earlier ~ 2007-06-01"),
        ([(date(2014, 1, 1), date(2014, 1, 1)), (None, None)], "2014-01-01 ~ 2014-01-01", "2014-01-01 ~ 2014-01-01"),
        ([(None, None)], "없음", "none"),
    ],
)  # fmt: skip
def test_the_summary_gives_no_first_or_last_day_that_the_dates_contradict(bounds, ko, en):
    figures = summary(of_days(*bounds))
    assert next(line for line in figures.as_text("ko").splitlines() if line.startswith("첫날")).endswith(f"  {ko}")
    assert next(line for line in figures.as_text("en").splitlines() if line.startswith("First")).endswith(f"  {en}")


def test_a_tie_with_a_case_of_open_dates_has_an_open_bound():
    graph = partnership_network(of_days((date(2014, 1, 1), date(2014, 12, 31)), (None, date(2007, 6, 1))))
    data = graph.edges["a", "b"]
    assert (data["earliest"], data["latest"], data["certain_from"]) == (None, "2014-12-31", "2007-06-01")
    facts = graph.graph
    assert (facts["first_date"], facts["first_date_by"]) == (None, "2007-06-01")
    assert (facts["last_date"], facts["last_date_from"]) == ("2014-12-31", "2014-01-01")
