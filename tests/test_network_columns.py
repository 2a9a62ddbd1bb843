"""Ties computed in columns equal the ties of the network, edge for edge."""

from datetime import date

import duckdb
import pytest
from helpers.random_networks import WINDOWS, network_tables, small_network_tables, window_options
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.network import NetworkError, NetworkTables, partnership_network
from kg.network.columns import ties_in_columns
from kg.network.kinds.window import window
from kg.network.tables.rows import Case, Participation, claim_id, local_id


def as_relations(made):
    """The same rows as DuckDB tables."""
    connection = duckdb.connect()
    connection.execute(
        'CREATE TABLE participations (participation TEXT, "case" TEXT, role TEXT, organisation TEXT, makes_tie BOOLEAN)'
    )
    connection.execute('CREATE TABLE cases ("case" TEXT, earliest DATE, latest DATE)')
    connection.execute("CREATE TABLE claims (thing TEXT, claim TEXT, source TEXT, origin TEXT)")
    for name, rows in (
        ("participations", made.participations),
        ("cases", [(case.case, case.earliest, case.latest) for case in made.cases]),
        ("claims", made.claims),
    ):
        for row in rows:
            connection.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})", list(row))
    return connection


def iso(day):
    return day and day.isoformat()


@settings(max_examples=60, deadline=None)
@given(
    network_tables(),
    WINDOWS,
    st.sampled_from(["certain", "possible"]),
    st.booleans(),
    st.sampled_from(["count", "fractional"]),
)
def test_ties_in_columns_equal_the_edges_of_the_network(made, words, mode, all_roles, weight):
    asked, _ = window_options(words)
    present = {row.role for row in made.participations}
    roles = sorted(present) if all_roles else None
    graph = partnership_network(made, mode=mode, roles=roles, weight=weight, **asked)
    found = ties_in_columns(as_relations(made), mode=mode, roles=roles, weight=weight, **asked).fetchall()
    assert [(local_id(row[0]), local_id(row[1])) for row in found] == list(graph.edges)
    for one, other, cases, value, earliest, latest, certain_from, sources, origins, claims in found:
        data = dict(graph.edges[local_id(one), local_id(other)])
        assert data.pop("weight") == pytest.approx(value)
        assert data == {
            "cases": [local_id(case) for case in cases],
            "sources": sources,
            "origins": origins,
            "claims": [claim_id(claim) for claim in claims],
            "earliest": iso(earliest),
            "latest": iso(latest),
            "certain_from": iso(certain_from),
        }


@settings(deadline=None)
@given(WINDOWS, st.sampled_from(["certain", "possible"]), network_tables())
def test_a_window_in_sql_chooses_what_the_window_chooses(words, mode, made):
    asked, _ = window_options(words)
    days = window(asked.get("at"), asked.get("between"), mode)
    connection = as_relations(made)
    inside = connection.execute(
        f'SELECT "case" FROM cases WHERE {days.sql("earliest", "latest")} ORDER BY 1'
    ).fetchall()
    assert [row[0] for row in inside] == [
        case.case for case in made.cases if days.reason_out(case.earliest, case.latest) is None
    ]


def test_without_evidence_the_claims_are_not_needed():
    connection = as_relations(small_network_tables())
    connection.execute("DROP TABLE claims")
    rows = ties_in_columns(connection, evidence=False).fetchall()
    assert [row[:4] for row in rows] == [
        ("org/lge", "org/roas", ["case/c2"], 1),
        ("org/lge", "org/semi", ["case/c1", "case/c2"], 2),
        ("org/roas", "org/semi", ["case/c2"], 1),
    ]


def test_a_tie_of_two_dated_cases_has_the_bounds_of_both_and_the_first_certain_day():
    rows = [Participation(f"p/{c}/{o}", c, "lead", o, True) for c in ("case/x", "case/y") for o in ("org/a", "org/b")]
    cases = [
        Case("case/x", None, None, None, date(2023, 11, 1), date(2023, 11, 30)),
        Case("case/y", None, None, None, date(2023, 10, 1), date(2024, 12, 31)),
    ]
    ((_, _, both, weight, *days),) = ties_in_columns(
        as_relations(NetworkTables(rows, cases)), evidence=False
    ).fetchall()
    assert (both, weight) == (["case/x", "case/y"], 2)
    assert days == [date(2023, 10, 1), date(2024, 12, 31), date(2023, 11, 30)]


def test_empty_tables_give_no_ties():
    assert ties_in_columns(as_relations(NetworkTables([]))).fetchall() == []


@pytest.mark.parametrize(
    ("words", "known"),
    [
        ({"roles": "boss"}, "lead, partner, supporter"),
        ({"weight": "money"}, "count, fractional"),
        ({"mode": "sure"}, "certain, possible"),
        ({"at": "2024"}, "YYYY-MM-DD"),
    ],
)
def test_a_wrong_word_gets_the_known_ones_in_columns_too(words, known):
    with pytest.raises(NetworkError, match=known):
        ties_in_columns(as_relations(small_network_tables()), **words)
