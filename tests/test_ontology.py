"""The words of the graph: each is declared once, in both languages, and serves a question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from kg.validate import validate
from kg.vocab import BASE

ROOT = Path(__file__).resolve().parents[1]
ONTOLOGY = ROOT / "ontology"
KG = rdflib.Namespace(BASE + "def#")
ORG = rdflib.Namespace("http://www.w3.org/ns/org#")
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
SCHEMA = rdflib.Namespace("http://schema.org/")
DCTERMS = rdflib.Namespace("http://purl.org/dc/terms/")
KINDS = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
# keys of ontology/tables.json, which write `kg:` before what the standard does not have; no words of the graph
TABLE_KEYS = {"codelist", "title", "claim", "thing", "optional"}
# words for what is derived, which the build itself does not make
OF_THE_ANALYSIS = {KG.Conflict, KG.derivedFrom}
# columns that no row of the real tables fills yet
NOT_FILLED = {KG.country, KG.fromAgenda}
# words of measures, written only when somebody asks for them; tests/test_results_rdf.py holds what is written
ON_REQUEST = "measure-ranking"


@pytest.fixture(scope="module")
def words() -> rdflib.Graph:
    graph = rdflib.Graph()
    for name in ("partnership.ttl", "codes.ttl"):
        graph.parse(ONTOLOGY / name)
    return graph


def declared(graph: rdflib.Graph) -> set[rdflib.term.Node]:
    return {term for kind in KINDS for term in graph.subjects(RDF.type, kind) if str(term).startswith(str(KG))}


def used_in(path: Path) -> Iterator[str]:
    yield from re.findall(r"(?<![\w/])kg:([A-Za-z]\w*)", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "path",
    [
        "docs/model.md",
        "ontology/mapping.rml.ttl",
        "ontology/shapes.ttl",
        "ontology/shapes-claims.ttl",
        "ontology/shapes-advice.ttl",
        "ontology/alignment.ttl",
        "ontology/codes.ttl",
    ],
)
def test_every_word_in_use_is_declared(path: str, words: rdflib.Graph) -> None:
    known = {str(term)[len(KG) :] for term in declared(words)}
    assert set(used_in(ROOT / path)) - known - TABLE_KEYS == set()


def test_every_word_of_the_questions_is_declared(words: rdflib.Graph) -> None:
    known = {str(term)[len(KG) :] for term in declared(words)}
    files = sorted((ROOT / "queries").rglob("*.rq"))
    assert files
    assert {(file.name, word) for file in files for word in used_in(file) if word not in known} == set()


def test_every_word_has_label_and_definition_in_both_languages_and_an_example(words: rdflib.Graph) -> None:
    terms = declared(words)
    assert len(terms) > 150
    for term in terms:
        for predicate in (RDFS.label, SKOS.definition):
            languages = sorted(text.language for text in words.objects(term, predicate))
            assert languages == ["en", "ko"], (term, predicate)
            assert all(str(text).strip() for text in words.objects(term, predicate)), term
        assert words.value(term, SKOS.example), term


def test_every_word_serves_a_question_that_exists(words: rdflib.Graph) -> None:
    questions = {file.stem for file in (ROOT / "queries").glob("*.rq")}
    for term in declared(words):
        answers = {str(name) for name in words.objects(term, KG.answers)}
        assert answers, term
        assert answers <= questions, (term, answers - questions)


def test_a_term_has_one_kind_only(words: rdflib.Graph) -> None:
    for term in declared(words):
        assert len(KINDS & set(words.objects(term, RDF.type))) == 1, term


def test_whatever_is_used_as_a_property_or_class_is_declared_as_such(words: rdflib.Graph) -> None:
    """OWL 2 DL: no undeclared properties, no class where a property stands."""
    builtin = (str(OWL), str(RDF), str(RDFS), str(SKOS))
    properties = {term for kind in KINDS - {OWL.Class} for term in words.subjects(RDF.type, kind)}
    classes = set(words.subjects(RDF.type, OWL.Class))
    for subject, predicate, value in words:
        assert predicate in properties or str(predicate).startswith(builtin), predicate
        if predicate == RDF.type:
            assert value in classes or str(value).startswith(builtin), (subject, value)
        if predicate in (RDFS.subClassOf, RDFS.domain, SCHEMA.domainIncludes):
            assert value in classes, (subject, value)
        if predicate == RDFS.subPropertyOf:
            assert value in properties, (subject, value)
    assert not [node for triple in words for node in triple if isinstance(node, rdflib.BNode)]


def test_object_properties_lead_to_things_and_datatype_properties_to_values(words: rdflib.Graph) -> None:
    objects, values = (set(words.subjects(RDF.type, kind)) for kind in (OWL.ObjectProperty, OWL.DatatypeProperty))
    graph = rdflib.Graph()
    for file in [*sorted((ONTOLOGY / "examples").glob("*.ttl")), ONTOLOGY / "codes.ttl"]:
        graph.parse(file)
    seen = set()
    for _, predicate, value in graph:
        if predicate in objects:
            assert isinstance(value, rdflib.URIRef), (predicate, value)
            seen.add(predicate)
        elif predicate in values:
            assert isinstance(value, rdflib.Literal), (predicate, value)
            seen.add(predicate)
        else:
            assert not str(predicate).startswith(str(KG)) or predicate in (KG.roleProperty, KG.answers), predicate
    assert len(seen) > 40


def test_domains_and_ranges_infer_nothing_wrong(words: rdflib.Graph) -> None:
    """What a domain or range would add as a class, the examples state already."""
    graph = rdflib.Graph()
    for file in sorted((ONTOLOGY / "examples").glob("*.ttl")):
        graph.parse(file)
    wider = {(subject_class, object_class) for subject_class, object_class in words.subject_objects(RDFS.subClassOf)}
    checked = 0
    for predicate, side in ((RDFS.domain, 0), (RDFS.range, 1)):
        for prop, klass in words.subject_objects(predicate):
            if not str(klass).startswith(str(KG)):
                continue
            for pair in graph.subject_objects(prop):
                types = set(graph.objects(pair[side], RDF.type))
                assert klass in types or any((subject_class, klass) in wider for subject_class in types), (
                    prop,
                    pair[side],
                    klass,
                )
                checked += 1
    assert checked > 50


def test_the_ontology_has_metadata(words: rdflib.Graph) -> None:
    ontology = rdflib.URIRef(BASE + "def")
    assert words.value(ontology, OWL.versionInfo)
    assert words.value(ontology, DCTERMS.license)
    assert words.value(ontology, DCTERMS.creator) == rdflib.Literal("Sangsaeng KG contributors")
    assert {title.language for title in words.objects(ontology, DCTERMS.title)} == {"ko", "en"}


def test_every_term_is_in_the_documentation(words: rdflib.Graph) -> None:
    text = (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8")
    own = {
        str(term)[len(KG) :]
        for term in declared(words)
        if (term, RDFS.isDefinedBy, rdflib.URIRef(BASE + "def")) in words
    }
    assert {word for word in own if f"`{word}`" not in text} == set()


def test_alignments_do_not_make_a_claim_an_activity() -> None:
    """PROV-O holds entities and activities apart; org:ChangeEvent is an activity and a claim is an entity."""
    graph = rdflib.Graph()
    for name in ("partnership.ttl", "alignment.ttl"):
        graph.parse(ONTOLOGY / name)
    on_claims = {KG[word] for word in ("before", "after", "kind", "organisation", "value", "start", "end")}
    assert not [(s, o) for s, o in graph.subject_objects(RDFS.subPropertyOf) if s in on_claims]
    assert (KG.Change, RDFS.subClassOf, ORG.ChangeEvent) in graph
    assert (KG.Claim, RDFS.subClassOf, PROV.Entity) in graph
    assert (KG.acceptedFrom, RDFS.subPropertyOf, PROV.wasDerivedFrom) not in graph


@pytest.mark.parametrize("file", sorted(path.name for path in (ONTOLOGY / "examples").glob("*.ttl")))
def test_the_examples_keep_every_rule(file: str) -> None:
    shapes = [ONTOLOGY / "shapes.ttl", ONTOLOGY / "shapes-claims.ttl"]
    report = validate(ONTOLOGY / "examples" / file, shapes=shapes, background=[ONTOLOGY / "codes.ttl"])
    assert report.results == (), report.as_text("en")


def test_every_term_is_used_by_the_real_graph(real_build: Path, words: rdflib.Graph) -> None:
    import kg

    graph = kg.open(real_build)
    used = graph.query(
        "SELECT DISTINCT ?word WHERE { { ?s ?word ?o } UNION { ?s a ?word } UNION { GRAPH ?g { ?s ?word ?o } }"
        " UNION { GRAPH ?g { ?s a ?word } } }"
    )
    names = {str(name) for name in used["word"]}
    on_request = set(words.subjects(KG.answers, rdflib.Literal(ON_REQUEST)))
    assert len(on_request) == 19
    assert {str(term) for term in declared(words) - OF_THE_ANALYSIS - NOT_FILLED - on_request} - names == set()
