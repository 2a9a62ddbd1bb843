"""Shapes that are not well formed, or that no engine here applies whole, are refused by name and all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.shacl.features import keywords
from kg.shacl.shapes import ShapesError, UnsupportedShapes, load_shapes, read_shapes
from kg.validate import validate

PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <urn:x:> .
@prefix dash: <http://datashapes.org/dash#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
NODE = ":S a sh:NodeShape ; sh:targetClass :A ; "
PROPERTY = ":S sh:targetClass :A ; sh:property [ sh:path :p ; "


def fault_text(tmp_path: Path, text: str) -> str:
    file = tmp_path / "shapes.ttl"
    file.write_text(PREFIXES + text, encoding="utf-8")
    with pytest.raises(ShapesError) as caught:
        read_shapes([file])
    assert "shapes.ttl: 셰이프 " in caught.value.text.ko
    assert all(line.startswith("shapes.ttl: shape ") for line in caught.value.text.en.splitlines())
    return caught.value.text.en


def accepted(tmp_path: Path, text: str) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(PREFIXES + text, encoding="utf-8")
    read_shapes([file])


PROPERTY_FAULTS = {
    # kind of value
    "sh:class 1": 'sh:class "1"^^<http://www.w3.org/2001/XMLSchema#integer> must be an IRI',
    "sh:class [ ]": "must be an IRI",
    'sh:datatype "xsd:integer"': 'sh:datatype "xsd:integer" must be an IRI',
    "sh:nodeKind sh:Iri": "is not one of sh:BlankNode, sh:IRI,",
    'sh:nodeKind "sh:IRI"': "is not one of sh:BlankNode, sh:IRI,",
    "sh:nodeKind :IRI": "is not one of sh:BlankNode, sh:IRI,",
    'sh:equals "p"': "must be an IRI",
    "sh:disjoint 1": "must be an IRI",
    "sh:lessThan [ ]": "must be an IRI",
    "sh:lessThanOrEquals 1": "must be an IRI",
    'sh:minCount "one"': 'sh:minCount "one" must be an xsd:integer',
    "sh:minCount 1.0": "must be an xsd:integer",
    'sh:maxCount "1"^^xsd:nonNegativeInteger': "must be an xsd:integer",
    'sh:minLength "x"^^xsd:integer': "must be an xsd:integer",
    "sh:maxLength 1e0": "must be an xsd:integer",
    "sh:minInclusive :one": "must be a literal",
    'sh:maxExclusive "2024-02-30"^^xsd:date': "is not of its datatype",
    "sh:pattern 1": "must be an xsd:string",
    'sh:pattern "a"@en': "must be an xsd:string",
    'sh:pattern "a" ; sh:flags 1': "must be an xsd:string",
    'sh:uniqueLang "yes"': "must be true or false",
    'sh:uniqueLang "yes"^^xsd:boolean': "must be true or false",
    "sh:uniqueLang 1": "must be true or false",
    'sh:deactivated "true"': "must be true or false",
    # lists
    "sh:in 1": "the value of sh:in is not a well-formed RDF list",
    "sh:in :list": "the value of sh:in is not a well-formed RDF list",
    "sh:in [ rdf:first 1 ]": "the value of sh:in is not a well-formed RDF list",
    "sh:in [ rdf:rest ( 1 ) ]": "the value of sh:in is not a well-formed RDF list",
    "sh:in [ rdf:first 1, 2 ; rdf:rest ( ) ]": "the value of sh:in is not a well-formed RDF list",
    "sh:in [ rdf:first 1 ; rdf:rest ( ), ( 2 ) ]": "the value of sh:in is not a well-formed RDF list",
    "sh:in [ rdf:first 1 ; rdf:rest 2 ]": "the value of sh:in is not a well-formed RDF list",
    "sh:or [ sh:class :B ]": "the value of sh:or is not a well-formed RDF list",
    'sh:and ( "x" )': 'sh:and "x" must be a shape',
    "sh:xone :x": "the value of sh:xone is not a well-formed RDF list",
    'sh:languageIn "en"': "the value of sh:languageIn is not a well-formed RDF list",
    "sh:languageIn ( :en )": "in sh:languageIn must be an xsd:string",
    'sh:languageIn ( "en"@en )': "in sh:languageIn must be an xsd:string",
    # shapes
    "sh:node 1": "must be a shape",
    "sh:node :Nowhere": "shape urn:x:Nowhere: is referred to, but not described",
    "sh:not :Nowhere": "not described",
    "sh:or ( :Nowhere )": "not described",
    "sh:property :Nowhere": "not described",
    "sh:property [ sh:minCount 1 ]": "has no sh:path",
    "sh:node [ sh:path :q ]": "must be a node shape, which has no sh:path",
    # how many
    "sh:minCount 1, 2": "has more than one sh:minCount",
    "sh:datatype xsd:date, xsd:string": "has more than one sh:datatype",
    "sh:nodeKind sh:IRI, sh:Literal": "has more than one sh:nodeKind",
    "sh:in ( 1 ), ( 2 )": "has more than one sh:in",
    'sh:pattern "a", "b"': "has more than one sh:pattern",
    "sh:minExclusive 1, 2": "has more than one sh:minExclusive",
    "sh:uniqueLang true, false": "has more than one sh:uniqueLang",
    "sh:severity sh:Info, sh:Warning": "has more than one sh:severity",
    "sh:path :q": "has more than one sh:path",
    # what needs something else
    'sh:flags "i"': "sh:flags has no effect without sh:pattern",
    "sh:ignoredProperties ( :p )": "sh:ignoredProperties has no effect without sh:closed",
    "sh:qualifiedValueShape [ ]": "has no effect without sh:qualifiedMinCount or sh:qualifiedMaxCount",
    "sh:closed true ; sh:ignoredProperties ( 1 )": "in sh:ignoredProperties must be an IRI",
    # texts
    "sh:severity 'Warning'": "sh:severity \"Warning\" must be an IRI",
    "sh:message :text": "sh:message urn:x:text must be a string",
    "sh:name 1": "must be a string",
    "sh:description 1.5": "must be a string",
    "sh:order 'first'": "sh:order \"first\" must be a number",
    # terms
    "sh:minCounts 1": "sh:minCounts is not a term of SHACL; the nearest are sh:minCount",
    "sh:MinCount 1": "sh:MinCount is not a term of SHACL",
    "sh:value 1": "sh:value is a term of SHACL, but not one of shapes",
    "sh:severity sh:Warnin": "sh:Warnin is not a term of SHACL; the nearest are sh:Warning",
    "dash:singleLine true": "dash:singleLine is a constraint that the shapes do not define",
    "sh:values [ sh:path :q ]": "sh:values is a rule for values, which is not supported",
    # patterns
    'sh:pattern "("': "is not a regular expression of XPath",
    'sh:pattern "a" ; sh:flags "g"': "flag 'g' is none of",
    r'sh:pattern "(?<n>a)"': "XPath has no group of the kind",
}  # fmt: skip


@pytest.mark.parametrize("constraint", PROPERTY_FAULTS)
def test_a_faulty_constraint_is_named(constraint: str, tmp_path: Path) -> None:
    assert PROPERTY_FAULTS[constraint] in fault_text(tmp_path, f"{PROPERTY}{constraint} ] .")


NODE_FAULTS = {
    "sh:path :p .": "is a sh:NodeShape, which cannot have a sh:path",
    "sh:minCount 1 .": "sh:minCount is only for property shapes",
    "sh:uniqueLang true .": "sh:uniqueLang is only for property shapes",
    "sh:lessThan :q .": "sh:lessThan is only for property shapes",
    "sh:qualifiedValueShape [ ] ; sh:qualifiedMinCount 1 .": "sh:qualifiedValueShape is only for property shapes",
    "sh:targetClass 'A' .": "sh:targetClass \"A\" must be an IRI",
    "sh:targetSubjectsOf [ ] .": "must be an IRI",
    "sh:targetObjectsOf 1 .": "must be an IRI",
    "sh:targetNode [ ] .": "sh:targetNode cannot be a blank node",
    "sh:proprety [ sh:path :p ] .": "sh:proprety is not a term of SHACL; the nearest are sh:property",
    "sh:js [ ] .": "sh:js is JavaScript, which is not supported",
    "sh:closed 1 .": "must be true or false",
    "sh:property :P . :P a sh:PropertyShape .": "shape urn:x:P: is a sh:PropertyShape without a sh:path",
    "rdfs:label 'S' . :O owl:imports <urn:other> .": "owl:imports urn:other is not followed",
    "rdfs:label 'S' . <> sh:entailment <urn:e> .": "sh:entailment urn:e is not supported",
    "sh:sparql [ sh:select 'SELECT $this { SERVICE <urn:x> { } }' ] .": "sh:select uses SERVICE, which is refused",
    "sh:sparql [ sh:select 'SELECT $this FROM <urn:x> { }' ] .": "sh:select uses FROM, which is refused",
    "sh:targetClas :B .": "sh:targetClas is not a term of SHACL; the nearest are sh:targetClass",
    "sh:class :B . :T sh:targetClas :B .": "shape urn:x:T: sh:targetClas is not a term of SHACL",
}  # fmt: skip


@pytest.mark.parametrize("rest", NODE_FAULTS)
def test_a_faulty_node_shape_is_named(rest: str, tmp_path: Path) -> None:
    assert NODE_FAULTS[rest] in fault_text(tmp_path, NODE + rest)


PATHS = {
    "1": "is neither a property nor a path",
    "()": "is neither a property nor a path",
    "( :p )": "a sequence path must be a well-formed list of two or more paths",
    "[ rdf:first :p ]": "a sequence path must be a well-formed list",
    "( :p 'x' )": "is neither a property nor a path",
    "[ ]": "or have exactly one of sh:inversePath",
    "[ :unknownPath :p ]": "or have exactly one of sh:inversePath",
    "[ sh:inversePath :p ; sh:zeroOrMorePath :q ]": "or have exactly one of sh:inversePath",
    "[ sh:inversePath :p, :q ]": "or have exactly one of sh:inversePath",
    "[ sh:inversePath [ ] ]": "or have exactly one of sh:inversePath",
    "[ sh:alternativePath :p ]": "sh:alternativePath must be a well-formed list of two or more paths",
    "[ sh:alternativePath ( :p ) ]": "sh:alternativePath must be a well-formed list of two or more paths",
    "[ sh:alternativePath ( :p [ sh:oneOrMorePath 1 ] ) ]": "is neither a property nor a path",
    "_:loop . _:loop sh:inversePath _:loop": "is nested too deeply or within itself",
}


@pytest.mark.parametrize("path", PATHS)
def test_a_faulty_path_is_named(path: str, tmp_path: Path) -> None:
    first, _, rest = path.partition(" . ")
    text = f":S sh:targetClass :A ; sh:path {first} ; sh:minCount 1 . {rest}{' .' * bool(rest)}"
    assert PATHS[path] in fault_text(tmp_path, text)


def test_paths_may_be_nested_fifty_deep_and_no_deeper(tmp_path: Path) -> None:
    def nested(depth: int) -> str:
        return f":S sh:targetClass :A ; sh:minCount 1 ; sh:path {'[ sh:inversePath ' * depth}:p{' ]' * depth} ."

    accepted(tmp_path, nested(50))
    assert "nested too deeply" in fault_text(tmp_path, nested(51))


WELL_FORMED = [
    NODE + "sh:property [ sh:path :p ; sh:in () ; sh:class :B, :C ; sh:hasValue 1, 2 ] .",
    NODE + "sh:or () ; sh:and ( [ ] ) ; sh:not [ ] .",
    NODE + "sh:closed false ; sh:ignoredProperties ( ) ; sh:severity :own ; sh:targetNode 'text', 5 .",
    NODE + "sh:property [ sh:path ( :p [ sh:inversePath :q ] ) ; sh:minCount 0 ; sh:order 1.5 ; sh:group :G ] .",
    NODE + "sh:message 'a', 'b'@en ; rdfs:label 1 ; :own 'annotation' ; dash:editor dash:TextFieldEditor .",
    NODE + "sh:property [ sh:path :p ; sh:minCount -1 ; sh:defaultValue :x ] .",
    NODE + "sh:class :B . :O owl:imports :P, sh:, dash: . :P a owl:Ontology .",
    ":S a sh:NodeShape ; sh:targetClass :A ; sh:deactivated true ; sh:sparql [ sh:select 'SELECT $this { }' ] .",
    NODE + "sh:class sh:NodeShape ; sh:property [ sh:path sh:targetClass ; sh:nodeKind sh:IRI ] .",
    ":C a sh:ConstraintComponent ; sh:parameter [ sh:path :longest ] . " + NODE + "sh:class :B .",
]


@pytest.mark.parametrize("text", WELL_FORMED)
def test_well_formed_shapes_are_accepted(text: str, tmp_path: Path) -> None:
    accepted(tmp_path, text)


def test_all_faults_of_all_files_are_named_at_once_with_their_file(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(f"{PREFIXES}{PROPERTY}sh:minCount 1.5 ; sh:in 1 ] .", encoding="utf-8")
    (tmp_path / "b.ttl").write_text(f"{PREFIXES}:T sh:targetClass 1 .", encoding="utf-8")
    with pytest.raises(ShapesError) as caught:
        load_shapes([tmp_path / "a.ttl", tmp_path / "b.ttl"])
    assert [fault.file for fault in caught.value.faults] == ["a.ttl", "a.ttl", "b.ttl"]
    assert "shape urn:x:S (sh:path urn:x:p): sh:minCount" in caught.value.text.en
    assert str(caught.value) == caught.value.text.en


def test_files_that_cannot_be_read_are_all_named(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("kgsh:X a", encoding="utf-8")
    (tmp_path / "b.ttl").write_bytes("@prefix : <urn:x:> . :가 a :나 .".encode("cp949"))
    with pytest.raises(ShapesError) as caught:
        load_shapes([tmp_path / name for name in ("a.ttl", "b.ttl", "c.ttl")])
    assert [fault.file for fault in caught.value.faults] == ["a.ttl", "b.ttl", "c.ttl"]


def test_blank_nodes_of_two_files_are_two(tmp_path: Path) -> None:
    for name, node in (("a.ttl", ":p"), ("b.ttl", ":q")):
        text = f"{PREFIXES}:S{name[0]} sh:targetClass :A ; sh:property _:x . _:x sh:path {node} ; sh:minCount 1 ."
        (tmp_path / name).write_text(text, encoding="utf-8")
    shapes, _ = read_shapes([tmp_path / "a.ttl", tmp_path / "b.ttl"])
    assert [str(shape.properties[0].path) for shape in shapes] == ["<urn:x:p>", "<urn:x:q>"]


EXTENSIONS = {
    "sh:sparql (a SPARQL constraint)": NODE + "sh:sparql [ sh:select 'SELECT $this { }' ] .",
    "sh:target (a SPARQL target)": ":S a sh:NodeShape ; sh:target [ sh:select 'SELECT ?this { }' ] .",
    "sh:rule (a rule)": NODE + "sh:rule [ a sh:TripleRule ] .",
    "sh:expression (a node expression constraint)": NODE + "sh:expression [ sh:path :p ] .",
    "sh:entailment (inference)": NODE + "sh:class :B . <> sh:entailment <http://www.w3.org/ns/entailment/RDFS> .",
    "urn:x:longest (constraint component urn:x:C)": ":C a sh:ConstraintComponent ; sh:parameter [ sh:path :longest ] . "
    + NODE + ":longest 2 .",
}  # fmt: skip


@pytest.mark.parametrize("named", EXTENSIONS)
def test_shapes_beyond_shacl_core_are_refused_by_our_engine(named: str, tmp_path: Path) -> None:
    text = fault_text(tmp_path, EXTENSIONS[named])
    assert f"{named} is beyond SHACL Core" in text
    with pytest.raises(UnsupportedShapes):
        read_shapes([tmp_path / "shapes.ttl"])


def test_statements_without_effect_are_remarked(tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text(PREFIXES + ":a a :A .", encoding="utf-8")
    text = PREFIXES + NODE + "sh:qualifiedMinCount 5 ; sh:class :A . :data sh:nodeShape :S ; :p 1 ."
    (tmp_path / "shapes.ttl").write_text(text, encoding="utf-8")
    report = validate(tmp_path / "data.ttl", shapes=[tmp_path / "shapes.ttl"])
    first, second = (remark.en for remark in report.remarks)
    assert first == "shape urn:x:S: sh:qualifiedMinCount has no effect without sh:qualifiedValueShape."
    assert second.startswith("shape urn:x:data: sh:nodeShape is not a term of SHACL; the nearest are ")


@pytest.mark.parametrize("shapes", [":a :b :c .", ":S a sh:NodeShape ; sh:class :A ."])
def test_shapes_without_a_target_are_refused(shapes: str, tmp_path: Path) -> None:
    for name, text in (("data.ttl", ":a a :A ."), ("shapes.ttl", shapes)):
        (tmp_path / name).write_text(PREFIXES + text, encoding="utf-8")
    with pytest.raises(ShapesError, match="no shape has a target"):
        validate(tmp_path / "data.ttl", shapes=[tmp_path / "shapes.ttl"])


def test_data_without_a_target_is_remarked(tmp_path: Path) -> None:
    for name, text in (("data.ttl", ":a a :B ."), ("shapes.ttl", NODE + "sh:class :C .")):
        (tmp_path / name).write_text(PREFIXES + text, encoding="utf-8")
    report = validate(tmp_path / "data.ttl", shapes=[tmp_path / "shapes.ttl"])
    assert report.conforms and ["nothing was checked" in remark.en for remark in report.remarks] == [True]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT ?service { ex:from ?p 'LOAD' } # SERVICE", {"SELECT"}),
        ("ASK { <urn:x#SERVICE> a:b ?c . SERVICE<x> { } }", {"ASK", "SERVICE"}),
        ("ASK{?s ?p 1SERVICE<x>{}}", {"ASK", "SERVICE"}),
        (r"\u0053ERVICE \U00000046ROM", {"SERVICE", "FROM"}),
        ("'''a SERVICE ''' service", {"SERVICE"}),
        (r'"a\" SERVICE" LOAD', {"LOAD"}),
        ("?a<?b&&?c>?d SERVICE", {"SERVICE"}),
        ("ex:p{SERVICE", {"SERVICE"}),
        (r"x:a\'SERVICE 'LOAD' :SERVICE _:SERVICE ex:SERVICE.LOAD", set()),
        ("# comment\nSERVICE", {"SERVICE"}),
        ('"""a " SERVICE""" @service', set()),
    ],
)
def test_keywords_of_a_query_are_found_and_nothing_else(query: str, words: set[str]) -> None:
    assert keywords(query) == words


@pytest.mark.parametrize(
    "text",
    [
        PROPERTY[: PROPERTY.index("sh:path")] + "sh:minCount 1 ; sh:uniqueLang true ] .",  # the path is what is missing
        NODE + "sh:property :P . :P a sh:PropertyShape ; sh:minCount 1 .",
        ":P a sh:PropertyShape ; sh:targetClass :A ; sh:maxCount 1 .",
        NODE + "sh:property :Nowhere .",
        PROPERTY + "sh:nodeKind sh:Iri ] .",
        PROPERTY + "sh:in [ rdf:first 1 ] ] .",
        PROPERTY + "sh:minCount 'one' ] .",
    ],
)
def test_a_cause_gives_a_single_fault(text: str, tmp_path: Path) -> None:
    assert len(fault_text(tmp_path, text).splitlines()) == 1
