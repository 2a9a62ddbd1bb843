"""Pairs of a build: compared with brute force on random tables, and with the SPARQL reader on the real data."""

from dataclasses import replace
from datetime import date
from itertools import combinations

import duckdb
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg.analysis import make_pairs, make_ties
from kg.build import SHAPES_OF_ANALYSIS
from kg.dialect import parquet_relation
from kg.network import partnership_network, summary
from kg.network.columns import PairNetworks, columns_network
from kg.network.tables.relations import read_relations
from kg.network.tables.sparql import read_access
from kg.paths import shipped
from kg.settings import Settings
from kg.shacl.engine import Engine
from kg.shacl.shapes import read_shapes
from kg.shacl.triples import TripleIndex, add_triples
from kg.summary import Summary
from kg.vocab import BASE, ID, KG, RDF, SKOS

ROLES = {"lead": True, "partner": True, "supporter": False}
SOURCES = {"s1": "o1", "s2": "o1", "s3": "s3", "s4": "s4"}
COLUMNS = """organisation, partner, "case", organisation_roles, partner_roles, makes_tie, certain, parties, programme,
    earliest, latest, sources, origins"""


@st.composite
def accepted_tables(draw):
    """Participations with their claims: (case, role, organisation, undecided, {source: (followed, name judged)})."""
    keys = st.tuples(
        st.sampled_from(["c1", "c2", "c3"]), st.sampled_from(sorted(ROLES)), st.none() | st.sampled_from("abcd")
    )
    claims = st.dictionaries(
        st.sampled_from(sorted(SOURCES)), st.tuples(st.booleans(), st.sampled_from(["same", "unsure"])), min_size=1
    )
    found = draw(st.lists(keys, max_size=14, unique=True))
    rows = [(*key, draw(st.integers(0, 4)) == 0, draw(claims)) for key in found]
    dates = {case: draw(st.none() | st.dates(date(2020, 1, 1), date(2020, 1, 9))) for case in ("c1", "c2")}
    return rows, dates


TABLES = """
    CREATE SCHEMA accepted; CREATE SCHEMA resolved; CREATE SCHEMA codes; CREATE SCHEMA analysis; CREATE SCHEMA worked;
    CREATE TABLE worked.case_groups ("case" TEXT, certain TEXT, possible TEXT);
    CREATE TABLE codes.role (code TEXT, label_ko TEXT, label_en TEXT, ties TEXT);
    CREATE TABLE codes."organisation-kind" (code TEXT, label_ko TEXT, label_en TEXT);
    CREATE TABLE accepted.case_participants (thing TEXT, "case" TEXT, role TEXT, org TEXT, status TEXT);
    CREATE TABLE accepted.cases (thing TEXT, "case" TEXT, label TEXT, programme TEXT, round TEXT,
        selected_earliest TEXT, selected_latest TEXT);
    CREATE TABLE accepted.links (thing TEXT, claim TEXT, table_name TEXT, accepted_from TEXT, contested_by TEXT);
    CREATE TABLE accepted.organisations (organisation TEXT, name_ko TEXT, name_en TEXT, accepted_kind TEXT,
        industry TEXT, region TEXT, business_group TEXT);
    CREATE TABLE accepted.ratings (thing TEXT, scheme TEXT, year TEXT, grade TEXT, org TEXT);
    CREATE TABLE resolved.case_participants (thing TEXT, claim TEXT, source TEXT, origin TEXT,
        organisation_judgement TEXT);
"""
TIES = ("ties", "tie_cases")
FILLED = ("accepted.cases", "accepted.case_participants", "accepted.links", "resolved.case_participants")


@pytest.fixture(scope="module")
def connection():
    """Empty tables in the form of a build."""
    with duckdb.connect() as made:
        made.execute(TABLES)
        made.execute("INSERT INTO worked.case_groups VALUES ('c1', 'c1', 'c1'), ('c2', 'c1', 'c2')")  # perhaps one case
        roles = [(role, role, role, str(ties).lower()) for role, ties in ROLES.items()]
        made.executemany("INSERT INTO codes.role VALUES (?, ?, ?, ?)", roles)
        yield made


def fill(connection, made):
    """Put random rows in place of those of the tables."""
    rows, dates = made
    filled = {name: [] for name in FILLED}
    for case, day in dates.items():
        iso = day and day.isoformat()
        filled["accepted.cases"].append((ID[f"case/{case}"], case, case, "honours", None, iso, iso))
    for case, role, organisation, undecided, claims in rows:
        thing = ID[f"participation/{case}/{role}/{organisation}"]
        status = "undecided" if undecided else "accepted"
        filled["accepted.case_participants"].append((thing, case, role, organisation, status))
        for source, (followed, judgement) in claims.items():
            claim = ID[f"claim/{source}/{case}.{role}.{organisation}"]
            filled["accepted.links"].append((thing, claim, "case_participants", claim if followed else None, None))
            filled["resolved.case_participants"].append((thing, claim, source, SOURCES[source], judgement))
    for name, found in filled.items():
        connection.execute(f"DELETE FROM {name}")
        if found:
            connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(found[0]))})", found)


def brute_force(made):
    """The rows of the table, counted pair by pair."""
    rows, dates = made
    known = [(case, role, org, claims) for case, role, org, undecided, claims in rows if org and not undecided]
    expected = []
    for case in sorted({row[0] for row in known}):
        here = [row[1:] for row in known if row[0] == case]
        organisations = sorted({org for _, org, _ in here})
        tied = {org for role, org, _ in here if ROLES[role]}
        for first, second in combinations(organisations, 2):
            makes_tie = {first, second} <= tied
            sides = []
            for end in (first, second):
                counted = [claims for role, org, claims in here if org == end and (ROLES[role] or not makes_tie)]
                followed = [(source, name) for claims in counted for source, (yes, name) in claims.items() if yes]
                sides.append(({source for source, _ in followed}, any(name == "same" for _, name in followed)))
            sources = sorted(sides[0][0] & sides[1][0])
            expected.append((
                first, second, case,
                sorted({role for role, org, _ in here if org == first}),
                sorted({role for role, org, _ in here if org == second}),
                makes_tie, sides[0][1] and sides[1][1], len(tied),
                "honours" if case in dates else None, dates.get(case), dates.get(case),
                sources, sorted({SOURCES[source] for source in sources}),
            ))  # fmt: skip
    return sorted(expected, key=lambda row: row[:3])


EDGES = """SELECT organisation, partner, list("case" ORDER BY "case"), len(list_distinct(flatten(list(sources)))),
    len(list_distinct(flatten(list(origins)))), min(latest)::VARCHAR FROM {pairs} WHERE {condition}
    GROUP BY ALL ORDER BY ALL"""


def edges_of(network):
    """What ``EDGES`` gives, of a network."""
    return sorted(
        (*sorted((first, second)), data["cases"], data["sources"], data["origins"], data["certain_from"])
        for first, second, data in network.edges(data=True)
    )


def ties_of(pairs):
    """The ties that brute force counts from the pairs: a row for each, and the cases of each."""
    ties, cases = [], []
    for ends in sorted({row[:2] for row in pairs}):
        rows = [row for row in pairs if row[:2] == ends and row[5]]
        sure = [row for row in rows if row[6]]
        if not sure:
            continue
        days = [row[9] for row in sure if row[9]]
        groups = {"c1" if row[2] == "c2" else row[2] for row in sure}
        sources, origins = ({name for row in sure for name in row[place]} for place in (11, 12))
        basis = "stated-together" if sources else "combined"
        first, last = min(days, default=None), max(days, default=None)
        ties.append(
            ("default", *ends, len(groups), len(rows), first, first, last, last, len(sources), len(origins), basis)
        )
        cases += [("default", *row[:3]) for row in sure]
    return ties, cases


@settings(max_examples=40, deadline=None)
@given(made=accepted_tables())
def test_the_pairs_and_ties_are_those_of_brute_force_and_the_edges_of_the_network(connection, made):
    fill(connection, made)
    make_pairs(connection, Settings())
    assert connection.execute(f"SELECT {COLUMNS} FROM analysis.pairs").fetchall() == brute_force(made)
    make_ties(connection, Settings())
    found = [connection.execute(f"FROM analysis.{name}").fetchall() for name in TIES]
    assert found == list(ties_of(brute_force(made)))
    found = connection.execute(EDGES.format(pairs="analysis.pairs", condition="makes_tie")).fetchall()
    assert found == edges_of(partnership_network(read_relations(connection)))


@pytest.mark.parametrize("roles", [None, ["lead", "partner", "beneficiary", "supporter", "host", "unknown"]])
def test_the_pairs_of_the_real_build_are_the_edges_that_sparql_gives(real_build, roles):
    with kg.open(real_build) as graph:
        tables = read_access(graph.row_access(), "partnership")
        known = [role for role in roles or () if role in tables.role_codes()]
        network = partnership_network(tables, roles=known or None)
        pairs = parquet_relation(graph.folder / "records" / "analysis" / "pairs.parquet")
        condition = f"list_has_any(organisation_roles, {known}) AND list_has_any(partner_roles, {known})"
        found = duckdb.execute(EDGES.format(pairs=pairs, condition=condition if known else "makes_tie")).fetchall()
    assert len(found) > 100
    assert found == edges_of(network)


OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "at": st.just("2020-01-05"),
        "mode": st.sampled_from(["certain", "possible"]),
        "roles": st.sampled_from(["lead", ["lead", "supporter"], sorted(ROLES)]),
        "programme": st.just("honours"),
        "weight": st.sampled_from(["count", "fractional"]),
    },
)


@settings(max_examples=25, deadline=None)
@given(made=accepted_tables(), options=OPTIONS)
def test_a_network_of_pairs_equals_that_of_rows(connection, made, options):
    fill(connection, made)
    connection.execute("DROP TABLE IF EXISTS analysis.pairs")
    tables, networks = read_relations(connection), PairNetworks(connection.cursor(), "default", BASE)
    expected, found = partnership_network(tables, **options), networks.network(**options)
    assert found.graph == expected.graph
    assert dict(found.nodes(data=True)) == dict(expected.nodes(data=True)) and list(found) == list(expected)
    assert list(found.edges(data=True)) == list(expected.edges(data=True))
    assert networks.summary(**options) == summary(expected)
    columns, by_rows = networks.columns(**options), columns_network(tables, **options).with_plain_ids()
    for name in ("ids", "one", "other"):
        assert getattr(columns, name).tolist() == getattr(by_rows, name).tolist()
    assert columns.weight.tolist() == pytest.approx(by_rows.weight.tolist())


def test_bounds_of_a_tie_are_open_where_those_of_a_case_are(connection):
    claims = {"s1": (True, "same")}
    fill(connection, ([(case, "lead", org, False, claims) for case in ("c1", "c2") for org in "ab"], {}))
    connection.execute(
        'INSERT INTO accepted.cases (thing, "case", selected_earliest, selected_latest) VALUES'
        " ('t1', 'c1', NULL, '2007-06-01'), ('t2', 'c2', '2014-01-01', '2014-12-31')"
    )
    make_pairs(connection, Settings())
    make_ties(connection, Settings())
    (row,) = connection.execute("SELECT * EXCLUDE (policy) FROM analysis.ties").fetchall()
    assert row[4:8] == (None, date(2007, 6, 1), date(2014, 1, 1), date(2014, 12, 31))


def test_the_ties_of_the_real_graph_are_its_pairs(real_build):
    with kg.open(real_build) as graph:
        found = graph.rows(
            "SELECT ?tie ?one ?other (GROUP_CONCAT(STR(?case) ; separator=' ') AS ?cases) ?least ?most ?sources ?basis"
            f" WHERE {{ GRAPH <{graph.access.analysis_graph}> {{ ?tie a kg:Tie ; kg:between ?one , ?other ;"
            " kg:tieCase ?case ; kg:leastCases ?least ; kg:mostCases ?most ; kg:sourceCount ?sources ; kg:basis ?basis"
            " FILTER(STR(?one) < STR(?other)) } } GROUP BY ?tie ?one ?other ?least ?most ?sources ?basis"
        )
        edges = {(first, second): data for first, second, data in graph.network().edges(data=True)}
    assert len(found) == len(edges) > 100
    for tie, *ends, cases, least, most, sources, basis in found:
        first, second = (iri.rsplit("/", 1)[-1] for iri in ends)
        data = edges.get((first, second)) or edges[second, first]
        assert tie == ID[f"tie/{first}/{second}"]
        assert sorted(case.rsplit("/", 1)[-1] for case in cases.split()) == data["cases"]
        assert int(least) <= int(most) == len(data["cases"])
        assert int(sources) == data["sources"]
        assert basis == ID[f"code/tie-basis/{'stated-together' if data['sources'] else 'combined'}"]


def test_the_ties_of_the_real_graph_keep_their_rules(real_build):
    index = TripleIndex()
    parts = (f"<{ID['tie/']}".encode(), RDF.type.encode(), SKOS.inScheme.encode())
    with (real_build / "graph.nq").open("rb") as lines:
        chosen = b"".join(
            line for line in lines if line.startswith(parts[0]) or any(part in line for part in parts[1:])
        )
    add_triples(index, ox.parse(chosen, format=ox.RdfFormat.N_QUADS))
    shapes, _ = read_shapes([shipped("ontology") / SHAPES_OF_ANALYSIS])
    assert len(index.instances(index.iri(KG.Tie))) > 100
    assert list(Engine(index).run(shapes)) == []


def test_a_setting_leaves_ties_out_and_the_summary_says_so(connection):
    claims = {"s1": (True, "same")}
    fill(connection, ([("c1", "lead", org, False, claims) for org in "ab"], {}))
    make_pairs(connection, Settings(ties=False))
    make_ties(connection, Settings(ties=False))
    counts = [connection.execute(f"SELECT count(*) FROM analysis.{name}").fetchone() for name in ("pairs", *TIES)]
    assert counts == [(1,), (0,), (0,)]
    made = Summary("b", "default", 1, 1, 1, {}, 0, 0, 0, {}, 0)
    assert "ties = false in dataset.toml" in made.as_text("en") and "ties = false" in made.as_text("ko")
    assert "1,234 ties" in replace(made, ties=1234).as_text("en") and "1,234개" in replace(made, ties=1234).as_text(
        "ko"
    )
