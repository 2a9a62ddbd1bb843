"""JSON and CSV files mapped by an RML document, as RML-Core defines it."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from helpers import public_suites
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import KgError
from kg.mapping import MappingError, map_files
from kg.mapping.json import _value

HEAD = "@base <http://example.org/> . @prefix rml: <http://w3id.org/rml/> . @prefix ex: <http://example.org/> .\n"
SOURCE = """rml:logicalSource [ rml:source [ a rml:RelativePathSource ; rml:path "t.json" ] ;
    rml:referenceFormulation rml:JSONPath ; rml:iterator "$.items[*]" ]"""
FIRMS = {
    "items": [{"id": 1, "name": "한빛전자", "staff": 30.5, "listed": True, "sites": ["서울", "부산"], "head": None}]
}

ABOUT_RML = (
    "`kg.mapping.map_files` on the JSON cases of"
    " [kg-construct/rml-core](https://github.com/kg-construct/rml-core). Compared are the quads, blank nodes by"
    " RDFC-1.0; a case without output must be refused."
)


def mapped(folder: Path, document: str, data: object = FIRMS, **options: str) -> set[str]:
    """The lines that the document makes of ``data``, without the final point."""
    (folder / "t.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    (folder / "m.ttl").write_text(HEAD + document, encoding="utf-8")
    count = map_files(folder / "m.ttl", folder / "out.nq", **options)
    lines = (folder / "out.nq").read_text(encoding="utf-8").split("\n")[:-1]  # not at U+2028
    assert len(lines) == count
    return {line.removesuffix(" .") for line in lines}


def objects_of(folder: Path, objects: str, data: object = FIRMS) -> set[str]:
    """The objects of ``ex:p`` that one object map makes for the subject ``ex:1``."""
    pair = f"rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ {objects} ] ]"
    subject = 'rml:subjectMap [ rml:template "http://example.org/{$.id}" ]'
    lines = mapped(folder, f"<#a> {SOURCE} ; {subject} ; {pair} .", data)
    return {line.removeprefix("<http://example.org/1> <http://example.org/p> ") for line in lines}


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        ('rml:reference "$.name"', {'"한빛전자"'}),
        ('rml:reference "name"', {'"한빛전자"'}),
        ('rml:reference "$.id"', {'"1"^^<http://www.w3.org/2001/XMLSchema#integer>'}),
        ('rml:reference "$.staff"', {'"3.05E1"^^<http://www.w3.org/2001/XMLSchema#double>'}),
        ('rml:reference "$.listed"', {'"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'}),
        ('rml:reference "$.id" ; rml:datatype ex:code', {'"1"^^<http://example.org/code>'}),
        ('rml:reference "$.id" ; rml:language "en"', {'"1"@en'}),
        ('rml:reference "$.sites[*]"', {'"서울"', '"부산"'}),
        ('rml:reference "$.head"', set()),
        ('rml:reference "$.missing"', set()),
        ('rml:template "{$.name} {$.sites[*]}" ; rml:termType rml:Literal', {'"한빛전자 서울"', '"한빛전자 부산"'}),
        ('rml:template "http://example.org/{$.name}"', {"<http://example.org/%ED%95%9C%EB%B9%9B%EC%A0%84%EC%9E%90>"}),
        (
            'rml:template "http://example.org/{$.name} /" ; rml:termType rml:Literal',
            {'"http://example.org/한빛전자 /"'},
        ),
        ('rml:template "http://example.org/{$.name}" ; rml:termType rml:IRI', {"<http://example.org/한빛전자>"}),
    ],
)
def test_a_reference_becomes_the_term_that_rml_core_defines(tmp_path: Path, objects: str, expected: set[str]) -> None:
    assert objects_of(tmp_path, objects) == expected


def test_an_iri_keeps_letters_and_encodes_signs(tmp_path: Path) -> None:
    data = {"items": [{"id": 1, "name": "가 é/%\u2028€"}]}
    found = objects_of(tmp_path, 'rml:template "http://example.org/{$.name}" ; rml:termType rml:IRI', data)
    assert found == {"<http://example.org/가%20é%2F%25\u2028€>"}


def test_values_of_several_datatypes_keep_their_datatypes(tmp_path: Path) -> None:
    data = {"items": [{"id": 1, "x": [1, "1", 1.0, True, None]}]}
    assert objects_of(tmp_path, 'rml:reference "$.x[*]"', data) == {
        '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"1"',
        '"1.0E0"^^<http://www.w3.org/2001/XMLSchema#double>',
        '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>',
    }


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_canonical_double_reads_back_equal(number: float) -> None:
    text = _value(number).text
    mantissa, _, exponent = text.partition("E")
    assert float(text) == number and int(exponent) == int(exponent.lstrip("+"))
    assert len(mantissa.lstrip("-").partition(".")[0]) == 1 and mantissa.partition(".")[2]


def test_sources_are_joined_on_text_regardless_of_datatype(tmp_path: Path) -> None:
    (tmp_path / "codes.json").write_text(
        '[{"code": "1", "label": "one"}, {"code": 2, "label": "two"}]', encoding="utf-8"
    )
    document = f"""
    <#a> {SOURCE} ; rml:subjectMap [ rml:template "http://example.org/{{$.id}}" ] ;
      rml:predicateObjectMap [ rml:predicate ex:code ; rml:objectMap [ rml:parentTriplesMap <http://example.org/b> ;
        rml:joinCondition [ rml:child "$.id" ; rml:parent "$.code" ] ] ] .
    <http://example.org/b> rml:logicalSource [ rml:source [ rml:path "codes.json" ] ;
      rml:referenceFormulation rml:JSONPath ; rml:iterator "$[*]" ] ;
      rml:subjectMap [ rml:template "http://example.org/code/{{$.label}}" ] .
    """
    expected = {"<http://example.org/1> <http://example.org/code> <http://example.org/code/one>"}
    assert mapped(tmp_path, document) == expected


def test_relative_iris_use_the_base_of_the_document_or_the_argument(tmp_path: Path) -> None:
    body = f'{SOURCE} ; rml:subjectMap [ rml:template "firm/{{$.id}}" ; rml:class ex:Firm ] .'
    with pytest.raises(MappingError, match="does not make an absolute IRI"):
        mapped(tmp_path, f"<#a> {body}")
    given_base = mapped(tmp_path, f"<#a> {body}", base_iri="http://given.example/")
    assert {line.split(" ")[0] for line in given_base} == {"<http://given.example/firm/1>"}
    stated = mapped(tmp_path, f"<#a> rml:baseIRI <http://stated.example/> ; {body}", base_iri="http://given.example/")
    assert {line.split(" ")[0] for line in stated} == {"<http://stated.example/firm/1>"}


def test_csv_files_are_read_with_the_same_function(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('id,name\n1,"a,""b"\n', encoding="utf-8")
    (tmp_path / "m.ttl").write_text(
        HEAD
        + """<#a> rml:logicalSource [ rml:source [ rml:path "t.csv" ] ; rml:referenceFormulation rml:CSV ] ;
          rml:subjectMap [ rml:template "http://example.org/{id}" ] ;
          rml:predicateObjectMap [ rml:predicate ex:name ; rml:objectMap [ rml:reference "name" ] ] .""",
        encoding="utf-8",
    )
    assert map_files(tmp_path / "m.ttl", tmp_path / "out.nq") == 1
    text = (tmp_path / "out.nq").read_text(encoding="utf-8")
    assert text == '<http://example.org/1> <http://example.org/name> "a,\\"b" .\n'


TAGGED = 'rml:reference "$.name" ; rml:languageMap [ rml:reference "$.more" ]'
TYPED = 'rml:reference "$.name" ; rml:datatypeMap [ rml:reference "$.more" ; rml:termType rml:IRI ]'


def firm(more: object) -> object:
    return {"items": [{"id": 1, "name": "x", "more": more}]}


@pytest.mark.parametrize(
    ("objects", "data", "message"),
    [
        ('rml:reference "$.sites"', FIRMS, r"'\$\.sites' leads to a list or an object"),
        ('rml:reference "$["', FIRMS, "is not JSONPath"),
        ('rml:reference "$.id" ; rml:termType rml:Sentence', FIRMS, "unknown term type"),
        (TAGGED, firm("e n"), "not language tags"),
        (TYPED, firm("a b"), "not absolute IRIs"),
    ],
)
def test_unmappable_values_are_reported_and_nothing_is_written(
    tmp_path: Path, objects: str, data: object, message: str
) -> None:
    with pytest.raises(MappingError, match=message):
        objects_of(tmp_path, objects, data)
    assert not (tmp_path / "out.nq").exists()


def test_language_and_datatype_can_come_from_the_data(tmp_path: Path) -> None:
    assert objects_of(tmp_path, TAGGED, firm("en-GB")) == {'"x"@en-gb'}
    assert objects_of(tmp_path, TYPED, firm("http://example.org/t")) == {'"x"^^<http://example.org/t>'}


def test_names_that_differ_only_in_case_are_different_columns(tmp_path: Path) -> None:
    data = {"items": [{"id": 1, "Name": "A", "name": "b"}]}
    objects = 'rml:template "{$.name} {$.Name}" ; rml:termType rml:Literal'
    assert objects_of(tmp_path, objects, data) == {'"b A"'}


def test_a_reference_may_have_a_thousand_values(tmp_path: Path) -> None:
    assert len(objects_of(tmp_path, 'rml:reference "$.more[*]"', firm([*range(1000)]))) == 1000


def test_a_reference_with_several_values_is_refused_twice_in_one_quad(tmp_path: Path) -> None:
    document = f"""<#a> {SOURCE} ; rml:subjectMap [ rml:template "http://example.org/{{$.sites[*]}}" ] ;
      rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference "$.sites[*]" ] ] ."""
    with pytest.raises(MappingError, match="one quad cannot use it twice"):
        mapped(tmp_path, document)


def test_too_many_combinations_are_refused(tmp_path: Path) -> None:
    data = {"items": [{"id": 1, "a": [*range(400)], "b": [*range(400)]}]}
    with pytest.raises(MappingError, match="160,000 combinations"):
        objects_of(tmp_path, 'rml:template "{$.a[*]} {$.b[*]}" ; rml:termType rml:Literal', data)


@pytest.mark.parametrize("text", ["", "{", '{"items": NaN}', "\ufeff[]", "[" * 100_000])
def test_a_file_that_is_not_json_is_reported(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.ttl").write_text(
        HEAD + f'<#a> {SOURCE} ; rml:subjectMap [ rml:template "http://example.org/{{$.id}}" ] .', encoding="utf-8"
    )
    (tmp_path / "t.json").write_text(text, encoding="utf-8")
    with pytest.raises(MappingError, match=r"t\.json cannot be read as JSON"):
        map_files(tmp_path / "m.ttl", tmp_path / "out.nq")


def _canonical(path: Path) -> set[str]:
    dataset = ox.Dataset(ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def _outcome(case: Path, target: Path) -> str | None:
    expected = case / "output.nq"
    try:
        map_files(case / "mapping.ttl", target, base_iri="http://example.com/")
    except KgError as error:
        return str(error).splitlines()[0] if expected.exists() else None
    if not expected.exists():
        return "is mapped, and must be refused"
    missing, more = _canonical(expected) - _canonical(target), _canonical(target) - _canonical(expected)
    return f"{len(missing)} quads are missing, {len(more)} are too many" if missing or more else None


@pytest.mark.suite
@pytest.mark.part("RML-Core")
def test_the_rml_core_cases_give_the_expected_output(tmp_path: Path) -> None:
    cases = sorted(path for path in (public_suites.suite("rml-core") / "test-cases").iterdir() if path.is_dir())
    outcomes = {case.name: _outcome(case, tmp_path / f"{case.name}.nq") for case in cases}
    public_suites.check_section("RML-Core", public_suites.section(ABOUT_RML, outcomes))
    assert len(cases) >= 76 and sum(reason is None for reason in outcomes.values()) >= 60
