"""The same network from pyoxigraph, from rdflib, from quads and from a Turtle file without graphs."""

from dataclasses import fields
from datetime import date

import pyoxigraph
import pytest
import rdflib

from kg.network import KINDS, NetworkError, NetworkTables, network, partnership_network, read_network_tables
from kg.network.tables.rows import Case, Contribution, Event, Kind, Organisation, Role
from kg.vocab import ID

PREFIXES = """
@prefix kg: <https://w3id.org/sangsaeng/def#> .
@prefix id: <https://w3id.org/sangsaeng/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

REGISTER = r"""
id:code\/role\/lead skos:inScheme id:code\/role ; kg:makesTie true ; skos:prefLabel "주관"@ko , "lead"@en .
id:code\/role\/partner skos:inScheme id:code\/role ; kg:makesTie true ; skos:prefLabel "협력"@ko , "partner"@en .
id:code\/role\/supporter skos:inScheme id:code\/role ; kg:makesTie false ; skos:prefLabel "지원"@ko , "supporter"@en .
id:code\/role\/host skos:inScheme id:code\/role ; skos:prefLabel "개최"@ko .
id:code\/organisation-kind\/large skos:inScheme id:code\/organisation-kind ; skos:prefLabel "대기업"@ko , "large"@en .
id:org\/hanbit a kg:Organisation ; rdfs:label "한빛기전"@ko , "Hanbit Electric"@en ;
  kg:kind id:code\/organisation-kind\/large .
id:org\/sol a kg:Organisation ; rdfs:label "솔정밀"@ko .
id:org\/agency a kg:Organisation ; rdfs:label "보기공단"@ko .
id:source\/paper-1 a kg:Source ; kg:origin id:origin\/release .
id:source\/paper-2 a kg:Source ; kg:origin id:origin\/release .
id:source\/site a kg:Source .
"""

ACCEPTED = r"""
id:case\/one a kg:Case ; rdfs:label "하나" ; kg:programme id:code\/programme\/honours ; kg:round id:round\/honours-1 ;
  kg:selectedEarliest "2024-11-01"^^xsd:date ; kg:selectedLatest "2024-11-30"^^xsd:date .
id:case\/two a kg:Case ; rdfs:label "둘" .
id:participation\/one\/lead\/hanbit a kg:Participation ; kg:case id:case\/one ; kg:role id:code\/role\/lead ;
  kg:organisation id:org\/hanbit ; kg:acceptedFrom id:claim\/paper-1\/a , id:claim\/paper-2\/a .
id:participation\/one\/partner\/sol a kg:Participation ; kg:case id:case\/one ; kg:role id:code\/role\/partner ;
  kg:organisation id:org\/sol ; kg:acceptedFrom id:claim\/paper-1\/b , id:claim\/paper-2\/b ;
  kg:setAside id:claim\/site\/b .
id:participation\/one\/supporter\/agency a kg:Participation ; kg:case id:case\/one ;
  kg:role id:code\/role\/supporter ; kg:organisation id:org\/agency ; kg:acceptedFrom id:claim\/site\/c .
id:participation\/two\/lead\/hanbit a kg:Participation ; kg:case id:case\/two ; kg:role id:code\/role\/lead ;
  kg:organisation id:org\/hanbit ; kg:acceptedFrom id:claim\/site\/d .
id:participation\/two\/partner\/unnamed a kg:Participation ; kg:case id:case\/two ; kg:role id:code\/role\/partner ;
  kg:unnamedReason id:code\/unnamed-reason\/not-printed ; kg:acceptedFrom id:claim\/site\/e .
id:contribution\/one\/money a kg:Contribution ; kg:case id:case\/one ; kg:giver id:org\/hanbit ;
  kg:receiver id:org\/sol ; kg:kind id:code\/contribution-kind\/funding ;
  kg:acceptedFrom id:claim\/site\/g .
id:event\/fair a kg:Event ; rdfs:label "보기 행사" ;
  kg:startEarliest "2024-11-20"^^xsd:date ; kg:startLatest "2024-11-20"^^xsd:date .
id:attendance\/fair\/-\/host\/agency a kg:Attendance ; kg:event id:event\/fair ; kg:organisation id:org\/agency ;
  kg:capacity id:code\/capacity\/host ; kg:acceptedFrom id:claim\/site\/h .
id:attendance\/fair\/-\/guest\/sol a kg:Attendance ; kg:event id:event\/fair ; kg:organisation id:org\/sol ;
  kg:capacity id:code\/capacity\/guest ; kg:acceptedFrom id:claim\/site\/i .
"""

CLAIMS = {
    "paper-1": {"a": "one/lead/hanbit", "b": "one/partner/sol"},
    "paper-2": {"a": "one/lead/hanbit", "b": "one/partner/sol"},
    "site": {
        "b": "one/partner/sol",
        "c": "one/supporter/agency",
        "d": "two/lead/hanbit",
        "e": "two/partner/unnamed",
    },
}
OTHER_CLAIMS = {
    "g": ("ContributionClaim", "contribution/one/money"),
    "h": ("AttendanceClaim", "attendance/fair/-/host/agency"),
    "i": ("AttendanceClaim", "attendance/fair/-/guest/sol"),
}


def claims_of(source):
    rows = {key: ("ParticipationClaim", f"participation/{thing}") for key, thing in CLAIMS[source].items()}
    rows.update(OTHER_CLAIMS if source == "site" else {})
    return "\n".join(
        f"<{ID}claim/{source}/{key}> a kg:{kind} ; kg:about <{ID}{thing}> ; kg:statedIn <{ID}source/{source}> ."
        for key, (kind, thing) in rows.items()
    )


QUADS = "\n".join([PREFIXES, REGISTER, ACCEPTED, *(f"<{ID}source/{s}> {{ {claims_of(s)} }}" for s in CLAIMS)])
TURTLE = "\n".join([PREFIXES, REGISTER, ACCEPTED, *map(claims_of, CLAIMS)])


def python_value(term):
    if term is None or isinstance(term, pyoxigraph.NamedNode):
        return term and term.value
    return term.value == "true" if term.datatype.value.endswith("#boolean") else term.value


def by_pyoxigraph(text, trig):
    store = pyoxigraph.Store()
    store.load(text.encode(), pyoxigraph.RdfFormat.TRIG if trig else pyoxigraph.RdfFormat.TURTLE)
    return lambda sparql: [tuple(python_value(value) for value in row) for row in store.query(sparql)]


def by_rdflib(text, trig):
    dataset = rdflib.Dataset()
    (dataset if trig else dataset.default_graph).parse(data=text, format="trig" if trig else "turtle")
    return lambda sparql: [tuple(term and term.toPython() for term in row) for row in dataset.query(sparql)]


def by_mappings(text, trig):
    """Rows as mappings with unbound variables left out, as SPARQLWrapper's JSON bindings become."""
    rows = by_pyoxigraph(text, trig)

    def query(sparql):
        names = [word[1:] for word in sparql.split("WHERE")[0].split() if word.startswith("?")]
        return [
            {name: value for name, value in zip(names, row, strict=True) if value is not None} for row in rows(sparql)
        ]

    return query


WAYS = [by_pyoxigraph, by_rdflib, by_mappings]


@pytest.mark.parametrize("trig", [True, False], ids=["quads", "turtle"])
@pytest.mark.parametrize("way", WAYS)
def test_every_engine_and_format_gives_the_same_tables(way, trig):
    tables = read_network_tables(way(QUADS if trig else TURTLE, trig))
    assert tables.cases == [
        Case(ID["case/one"], "하나", "honours", "honours-1", date(2024, 11, 1), date(2024, 11, 30)),
        Case(ID["case/two"], "둘", None, None, None, None),
    ]
    assert tables.organisations == [
        Organisation(ID["org/agency"], "보기공단", None, None),
        Organisation(ID["org/hanbit"], "한빛기전", "Hanbit Electric", "large"),
        Organisation(ID["org/sol"], "솔정밀", None, None),
    ]
    assert tables.roles == [
        Role("host", "개최", None, False),
        Role("lead", "주관", "lead", True),
        Role("partner", "협력", "partner", True),
        Role("supporter", "지원", "supporter", False),
    ]
    assert tables.kinds == [Kind("large", "대기업", "large")]
    assert [(row.role, row.organisation, row.makes_tie) for row in tables.participations] == [
        ("lead", ID["org/hanbit"], True),
        ("partner", ID["org/sol"], True),
        ("supporter", ID["org/agency"], False),
        ("lead", ID["org/hanbit"], True),
        ("partner", None, True),
    ]
    followed = {(s, k) for s, claims in CLAIMS.items() for k in claims} - {("site", "b")}  # that one is set aside
    assert {tuple(row.claim.split("/")[-2:]) for row in tables.claims} == followed
    assert all(type(value) in (str, type(None), bool, date) for row in tables.claims for value in row)


@pytest.mark.parametrize("trig", [True, False], ids=["quads", "turtle"])
@pytest.mark.parametrize("way", WAYS)
def test_a_network_from_sparql_carries_cases_dates_and_evidence(way, trig):
    graph = partnership_network(read_network_tables(way(QUADS if trig else TURTLE, trig)), at="2024-12-31")
    assert list(graph.edges(data=True)) == [
        (
            "hanbit",
            "sol",
            {
                "cases": ["one"],
                "weight": 1,
                "sources": 2,
                "origins": 1,
                "claims": ["paper-1/a", "paper-1/b", "paper-2/a", "paper-2/b"],
                "earliest": "2024-11-01",
                "latest": "2024-11-30",
                "certain_from": "2024-11-30",
            },
        )
    ]
    assert graph.graph["left_out"] == {"undated": ["two"]}
    assert graph.nodes["hanbit"]["iri"] == ID["org/hanbit"]


@pytest.mark.parametrize("way", WAYS)
def test_another_policy_is_read_from_its_own_graph(way):
    other = f"<{ID}graph/accepted/strict> {{ {ACCEPTED} }}"
    quads = "\n".join([PREFIXES, REGISTER, other, *(f"<{ID}source/{s}> {{ {claims_of(s)} }}" for s in CLAIMS)])
    query = way(quads, True)
    assert partnership_network(read_network_tables(query)).number_of_edges() == 0
    graph = partnership_network(read_network_tables(query, policy="strict"))
    assert graph.edges["hanbit", "sol"]["sources"] == 2
    assert graph.graph["policy"] == "strict"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("policy", ["strict", "a> {} GRAPH <b"])
def test_a_policy_of_which_nothing_is_stored_names_the_known_ones(way, policy):
    with pytest.raises(NetworkError, match=": default, lenient"):
        read_network_tables(way(QUADS + f"<{ID}graph/accepted/lenient> {{ {ACCEPTED} }}", True), policy=policy)


@pytest.mark.parametrize("way", WAYS)
def test_a_graph_with_another_base_is_read(way):
    other = QUADS.replace(ID, "http://example.org/kg/id/")
    graph = partnership_network(read_network_tables(way(other, True), base="http://example.org/kg/"))
    assert graph.edges["hanbit", "sol"]["claims"] == ["paper-1/a", "paper-1/b", "paper-2/a", "paper-2/b"]


@pytest.mark.parametrize("way", WAYS)
def test_contributions_and_attendances_are_read_with_their_own_claims(way):
    query = way(QUADS, True)
    support = read_network_tables(query, kind="support")
    assert support.contributions == [
        Contribution(ID["contribution/one/money"], ID["case/one"], ID["org/hanbit"], ID["org/sol"], "funding")
    ]
    assert network("support", support).edges["hanbit", "sol"] == {
        "contributions": ["one/money"],
        "kinds": ["funding"],
        "cases": ["one"],
        "weight": 1,
        "sources": 1,
        "origins": 1,
        "claims": ["site/g"],
        "earliest": "2024-11-01",
        "latest": "2024-11-30",
        "certain_from": "2024-11-30",
    }
    fair = read_network_tables(query, kind="co-attendance")
    assert fair.events == [Event(ID["event/fair"], "보기 행사", date(2024, 11, 20), date(2024, 11, 20))]
    graph = network("co-attendance", fair)
    assert list(graph.edges) == [("agency", "sol")]
    assert graph.edges["agency", "sol"]["events"] == ["fair"]
    assert graph.edges["agency", "sol"]["claims"] == ["site/h", "site/i"]


def test_an_unknown_kind_of_network_names_the_known_ones():
    with pytest.raises(NetworkError, match="co-attendance, partnership, shared-rating, support, two-mode"):
        read_network_tables(by_pyoxigraph(PREFIXES, True), kind="friendship")
    with pytest.raises(NetworkError, match="co-attendance, partnership, shared-rating, support, two-mode"):
        network("friendship", NetworkTables([]))


@pytest.mark.parametrize("way", WAYS)
def test_an_empty_source_gives_empty_tables(way):
    for kind in KINDS:
        tables = read_network_tables(way(PREFIXES, True), kind=kind)
        assert not any(getattr(tables, field.name) for field in fields(tables) if field.name != "policy")
        assert network(kind, tables).number_of_nodes() == 0


def test_a_thing_with_two_labels_is_still_one_thing():
    twice = QUADS + f'\n<{ID}case/one> rdfs:label "다른 제목" .'
    tables = read_network_tables(by_pyoxigraph(twice, True))
    assert [case.label for case in tables.cases] == ["다른 제목", "둘"]
