"""The profile of a graph has the numbers that SPARQL counts, on random graphs and on the real one."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyoxigraph as ox
import pytest
from helpers.question_data import quads as question_quads
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import KgError
from kg.graph import Graph
from kg.opening import open_graph
from kg.profile import ClassProfile, GraphProfile, Profile, PropertyProfile, Usage
from kg.profile.measure import measure_profile
from kg.profile.void import void_lines
from kg.vocab import GRAPH_PROFILE, GRAPH_REGISTER, ID, KG, RDF, VOID, XSD, accepted_graph, analysis_graph

SOURCES = [ID["source/a"], ID["source/b-1"]]
ELSEWHERE = "https://example.org/graph"


def pattern_of(part: str, body: str) -> str:
    """A pattern over one part of the graph."""
    if part == "default":
        return body
    if part == "claims":
        return f'GRAPH ?g {{ {body} }} FILTER(STRSTARTS(STR(?g), "{ID["source/"]}"))'
    return f"GRAPH <{analysis_graph() if part == 'analysis' else part}> {{ {body} }}"


def counted(store: ox.Store, part: str) -> GraphProfile:
    """The profile of one part by SPARQL, without examples."""

    def rows(select: str, body: str, end: str = "") -> Iterator[tuple[Any, ...]]:
        found = store.query(f"SELECT {select} WHERE {{ {pattern_of(part, body)} }} {end}")
        assert isinstance(found, ox.QuerySolutions)
        for row in found:
            terms = [row[index] for index in range(len(found.variables))]
            yield tuple(
                int(term.value) if isinstance(term, ox.Literal) and term.datatype.value == XSD.integer else term.value  # type: ignore[union-attr]  # no blank nodes here
                for term in terms
            )

    types: dict[str, dict[str, int]] = defaultdict(dict)
    languages: dict[str, dict[str, int]] = defaultdict(dict)
    codes: dict[str, dict[str, int]] = defaultdict(dict)
    uses: dict[str, dict[str, Usage]] = defaultdict(dict)
    plain = "?s ?p ?o FILTER(isLiteral(?o) && LANG(?o) = '')"
    for property, name, count in rows("?p ?t (COUNT(*) AS ?n)", f"{plain} BIND(DATATYPE(?o) AS ?t)", "GROUP BY ?p ?t"):
        types[property][name] = count
    tagged = "?s ?p ?o FILTER(isLiteral(?o) && LANG(?o) != '') BIND(LANG(?o) AS ?l)"
    for property, name, count in rows("?p ?l (COUNT(*) AS ?n)", tagged, "GROUP BY ?p ?l"):
        languages[property][name] = count
    coded = f'?s ?p ?o FILTER(isIRI(?o) && REGEX(STR(?o), "^{ID["(code|grade)/"]}"))'
    for property, code, count in rows("?p ?o (COUNT(*) AS ?n)", coded, "GROUP BY ?p ?o"):
        codes[property][code] = count
    member = f"SELECT DISTINCT ?s ?c WHERE {{ {pattern_of(part, f'?s <{RDF.type}> ?c FILTER(isIRI(?c))')} }}"
    used = f"{{ {member} }} {pattern_of(part, '?s ?p ?o')}"
    found = store.query(f"SELECT ?c ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?m) WHERE {{ {used} }} GROUP BY ?c ?p")
    assert isinstance(found, ox.QuerySolutions)
    for row in found:
        uses[row["c"].value][row["p"].value] = Usage(int(row["n"].value), int(row["m"].value))
    classes = {
        name: ClassProfile(count, uses[name])
        for name, count in rows("?c (COUNT(DISTINCT ?s) AS ?n)", f"?s <{RDF.type}> ?c FILTER(isIRI(?c))", "GROUP BY ?c")
    }
    numbers = (
        "?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?a) (COUNT(DISTINCT ?o) AS ?b) (SUM(IF(isIRI(?o), 1, 0)) AS ?i)"
    )
    properties = {
        name: PropertyProfile(*counts, types[name], languages[name], codes[name])
        for name, *counts in rows(numbers, "?s ?p ?o", "GROUP BY ?p")
    }
    ((triples, subjects),) = rows("(COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?m)", "?s ?p ?o")
    return GraphProfile(triples, subjects, classes, properties)


def without_examples(part: GraphProfile) -> GraphProfile:
    bare = {
        iri: PropertyProfile(p.triples, p.subjects, p.objects, p.iris, p.datatypes, p.languages, p.codes)
        for iri, p in part.properties.items()
    }
    return GraphProfile(part.triples, part.subjects, part.classes, bare)


def check_examples(store: ox.Store, part: str, profile: GraphProfile) -> None:
    for iri, used in profile.properties.items():
        assert len(set(used.examples)) == len(used.examples) <= 3
        for example in used.examples:
            assert store.query(f"ASK {{ {pattern_of(part, f'?s <{iri}> {example}')} }}"), (iri, example)


def profiled(data: list[ox.Quad], folder: Path) -> Profile:
    path = folder / "graph.nq"
    lines = {ox.serialize([quad], format=ox.RdfFormat.N_QUADS) for quad in data}
    path.write_bytes(b"".join(sorted(lines)))
    with duckdb.connect() as connection:
        return measure_profile(connection, path)


def check(data: list[ox.Quad], folder: Path) -> None:
    profile, store = profiled(data, folder), ox.Store()
    store.bulk_extend(data)
    names = {quad.graph_name.value for quad in data if isinstance(quad.graph_name, ox.NamedNode)}
    others = {name for name in names if name not in {*SOURCES, GRAPH_REGISTER, accepted_graph(), analysis_graph()}}
    others -= {name for name in others if name.startswith(ID["source/"])}
    for part in ("default", "claims", "analysis", *others):
        assert without_examples(profile[part]) == counted(store, part), part
        check_examples(store, part, profile[part])
    assert Profile.from_json(json.loads(json.dumps(profile.as_json()))) == profile
    assert list(ox.parse(b"".join(void_lines(profile)), format=ox.RdfFormat.N_QUADS))


hostile = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        '" .',
        "> .",
        "<http://x> .",
        '"@en .',
        '"^^<a> .',
        " ",
        "\\",
        "\n",
        "\r\n",
        "\t",
        f"<{GRAPH_REGISTER}> .",
        "",
        "가",
    ]
)
things = st.sampled_from([ID["org/a"], ID["org/b"], ID["code/role/lead"], ID["grade/x/y"], "urn:a", KG.Case, KG.Source])
iris = things.map(ox.NamedNode)
literals = (
    hostile.map(ox.Literal)
    | st.builds(lambda text, tag: ox.Literal(text, language=tag), hostile, st.sampled_from(["ko", "en", "zh-hant"]))
    | st.builds(lambda n: ox.Literal(str(n), datatype=ox.NamedNode(XSD.integer)), st.integers(0, 3))
    | st.builds(lambda text: ox.Literal(text, datatype=ox.NamedNode(GRAPH_REGISTER)), hostile)
)
properties = st.sampled_from([RDF.type, KG["title"], KG.role, "urn:p"]).map(ox.NamedNode)
graphs = st.sampled_from([*SOURCES, GRAPH_REGISTER, accepted_graph(), analysis_graph(), ELSEWHERE]).map(
    ox.NamedNode
) | st.just(ox.DefaultGraph())


@given(st.lists(st.builds(ox.Quad, iris, properties, iris | literals, graphs), max_size=25))
@settings(max_examples=60, deadline=None)
def test_random_graphs(tmp_path_factory: pytest.TempPathFactory, data: list[ox.Quad]) -> None:
    check(data, tmp_path_factory.mktemp("random"))


def test_the_invented_partnerships(tmp_path: Path) -> None:
    check(question_quads(), tmp_path)


def test_codes_and_the_domain_of_a_property(tmp_path: Path) -> None:
    profile = profiled(question_quads(), tmp_path)["default"]
    assert ID["code/role/lead"] in profile.properties[KG.role].codes
    assert profile.domain(KG.role) == {KG.Participation: profile.properties[KG.role].subjects}
    assert "ko" in profile.properties["http://www.w3.org/2000/01/rdf-schema#label"].languages


@pytest.fixture(scope="module")
def graph(real_build: Path) -> Iterator[Graph]:
    with open_graph(real_build) as opened:
        yield opened


def test_the_real_graph(graph: Graph) -> None:
    profile = graph.profile()
    store = ox.Store.read_only(str(graph.folder / "store"))
    for part in ("default", "claims", "analysis"):
        assert without_examples(profile[part]) == counted(store, part), part
        check_examples(store, part, profile[part])


def test_void_of_the_real_graph_has_the_same_numbers(graph: Graph) -> None:
    rows = graph.query(f"""SELECT ?class ?entities WHERE {{ GRAPH <{GRAPH_PROFILE}> {{
        <{ID["profile/default"]}> <{VOID.classPartition}> ?part .
        ?part <{VOID["class"]}> ?class ; <{VOID.entities}> ?entities
    }} }}""")
    found = dict(zip(rows["class"], rows["entities"], strict=True))
    assert found == {iri: each.entities for iri, each in graph.profile()["default"].classes.items()}
    assert not graph.ask(f"ASK {{ ?s <{VOID.triples}> ?n }}").answer  # plain queries are about partnerships


def test_a_build_of_an_earlier_version_has_no_profile(graph: Graph, tmp_path: Path) -> None:
    from kg.store import Snapshot

    with pytest.raises(KgError, match="earlier version"):
        Snapshot(tmp_path).profile()
    with pytest.raises(KgError, match="endpoint"):
        Graph("http://127.0.0.1:1/", None).profile()
