"""Code lists of CSV become SKOS, the same bytes every time, and faults are named with file and row."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SKOS, XSD

from kg.codes import codelist_faults, codes_to_turtle, read_codelists
from kg.errors import InputFaults
from kg.vocab import BASE

ROOT = Path(__file__).resolve().parents[1]
LISTS = ROOT / "data" / "codelists"
FEW = ROOT / "tests" / "data" / "shapes" / "codelists"
KG = rdflib.Namespace(BASE + "def#")
ID = rdflib.Namespace(BASE + "id/")


@pytest.fixture(scope="module")
def few() -> rdflib.Graph:
    return rdflib.Graph().parse(data=codes_to_turtle(FEW, None, BASE))


def test_the_committed_code_lists_equal_the_generated_ones() -> None:
    assert (ROOT / "ontology" / "codes.ttl").read_text(encoding="utf-8") == codes_to_turtle(LISTS, None, BASE)


def test_the_same_lists_give_the_same_bytes_on_any_hash_seed() -> None:
    command = [sys.executable, "-m", "kg.codes", str(FEW)]
    outputs = {
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("0", "1", "31337")
    }
    assert outputs == {codes_to_turtle(FEW, None, BASE).encode()}


def test_a_concept_has_code_labels_position_and_scheme(few: rdflib.Graph) -> None:
    lead = ID["code/role/lead"]
    assert set(few.objects(lead, SKOS.prefLabel)) == {rdflib.Literal("주관", "ko"), rdflib.Literal("lead", "en")}
    assert set(few.objects(lead, SKOS.definition)) == {
        rdflib.Literal("이끄는 기관", "ko"),
        rdflib.Literal("Leads the case.", "en"),
    }
    assert few.value(lead, SKOS.notation) == rdflib.Literal("lead")
    assert few.value(lead, SKOS.inScheme) == few.value(lead, SKOS.topConceptOf) == ID["code/role"]
    assert few.value(lead, KG.position) == rdflib.Literal(1)
    assert (ID["code/role"], RDF.type, SKOS.ConceptScheme) in few


def test_an_empty_definition_is_left_out(few: rdflib.Graph) -> None:
    assert list(few.objects(ID["code/role/supporter"], SKOS.definition)) == []


def test_a_role_has_ties_and_its_own_property(few: rdflib.Graph) -> None:
    assert few.value(ID["code/role/supporter"], KG.makesTie) == rdflib.Literal(False)
    assert few.value(ID["code/role/lead"], KG.makesTie) == rdflib.Literal(True)
    assert few.value(ID["code/role/lead"], KG.roleProperty) == KG.leadParticipation
    assert (KG.leadParticipation, RDF.type, OWL.ObjectProperty) in few
    assert (KG.leadParticipation, RDFS.subPropertyOf, KG.participation) in few
    assert {label.language for label in few.objects(KG.leadParticipation, RDFS.label)} == {"ko", "en"}


def test_grades_of_one_name_belong_to_their_own_schemes(few: rdflib.Graph) -> None:
    first_grade, second_grade = ID["grade/index/excellent"], ID["grade/evaluation/excellent"]
    assert few.value(first_grade, SKOS.inScheme) == ID["grade/index"]
    assert few.value(second_grade, SKOS.inScheme) == ID["grade/evaluation"]
    assert few.value(first_grade, KG.ratingScheme) == ID["code/rating-scheme/index"]


def test_a_grade_has_its_editions_and_every_spelling(few: rdflib.Graph) -> None:
    improve = ID["grade/index/improve"]
    assert few.value(improve, KG.fromYear) == rdflib.Literal("2011", datatype=XSD.gYear)
    assert few.value(improve, KG.toYear) == rdflib.Literal("2012", datatype=XSD.gYear)
    assert (few.value(improve, KG.fromEdition), few.value(improve, KG.toEdition)) == (
        rdflib.Literal(2011),
        rdflib.Literal(2012),
    )
    assert set(few.objects(improve, KG.printedForm)) == {rdflib.Literal("개선"), rdflib.Literal("개선 필요")}
    assert few.value(ID["grade/index/outstanding"], KG.toEdition) is None


def test_a_later_folder_replaces_whole_lists_only(tmp_path: Path) -> None:
    text = "code,label_ko,label_en,definition_ko,definition_en,position\nEUR,유로,euro,,,1\n"
    (tmp_path / "unit.csv").write_text(text, encoding="utf-8")
    lists = read_codelists(FEW, tmp_path)
    assert [row["code"] for row in lists["unit"]] == ["EUR"]
    assert [row["code"] for row in lists["role"]] == ["lead", "partner", "supporter"]
    graph = rdflib.Graph().parse(data=codes_to_turtle(tmp_path, FEW, BASE))
    assert (ID["code/unit/EUR"], None, None) in graph
    assert (ID["code/unit/KRW"], None, None) not in graph


def test_another_base_changes_ids_but_not_terms() -> None:
    turtle = codes_to_turtle(FEW, None, "https://example.org/kg/")
    assert f"{BASE}id/" not in turtle and "<https://example.org/kg/def#" not in turtle
    graph = rdflib.Graph().parse(data=turtle)
    assert (rdflib.URIRef("https://example.org/kg/id/code/role/lead"), RDF.type, SKOS.Concept) in graph


def test_quotes_and_line_ends_in_a_label_are_preserved(tmp_path: Path) -> None:
    label = 'a "quoted"\nback\\slash'
    cell = '"' + label.replace('"', '""') + '"'
    text = f"code,label_ko,label_en,definition_ko,definition_en,position\nx,가,{cell},,,1\n"
    (tmp_path / "unit.csv").write_text(text, encoding="utf-8")
    graph = rdflib.Graph().parse(data=codes_to_turtle(tmp_path, None, BASE))
    assert rdflib.Literal(label, "en") in set(graph.objects(ID["code/unit/x"], SKOS.prefLabel))


HEADER = "code,label_ko,label_en,definition_ko,definition_en,position"
FAULTY = {
    "an invisible character": ("unit.csv", f"{HEADER}\nx,가\u200b,a,,,1\n", 2, "label_ko"),
    "an invisible character in a code": ("unit.csv", f"{HEADER}\n\ufeffx,가,a,,,1\n", 2, "code"),
    "an override of direction in a definition": ("unit.csv", f"{HEADER}\nx,가,a,\u202e,,1\n", 2, "definition_ko"),
    "decomposed Hangul": ("unit.csv", f"{HEADER}\nx,\u1112\u1161\u11ab,a,,,1\n", 2, "label_ko"),
    "leading or trailing spaces": ("unit.csv", f"{HEADER}\nx,가,a ,,,1\n", 2, "label_en"),
    "a number of thousands of digits": ("unit.csv", f"{HEADER}\nx,가,a,,,{'9' * 5000}\n", 2, "position"),
    "a row of fewer cells": ("unit.csv", f"{HEADER}\nx,가,a\n", 2, None),
    "an open quote": ("unit.csv", f'{HEADER}\nx,가,"a,,,1\n', 2, None),
    "two of one code": ("unit.csv", f"{HEADER}\nx,가,a,,,1\nx,나,b,,,2\n", 3, "code"),
    "no Korean label": ("unit.csv", f"{HEADER}\nx,,a,,,1\n", 2, "label_ko"),
    "a place that is no number": ("unit.csv", f"{HEADER}\nx,가,a,,,first\n", 2, "position"),
    "a code of Hangul": ("unit.csv", f"{HEADER}\n원,가,a,,,1\n", 2, "code"),
    "a missing column": ("unit.csv", "code,label_ko,label_en\nx,가,a\n", None, None),
    "neither true nor false": ("role.csv", f"{HEADER},ties,property\nx,가,a,,,1,yes,xParticipation\n", 2, "ties"),
    "a grade of no scheme": (
        "grade.csv",
        f"scheme,{HEADER},from_year,to_year,printed\nq,x,가,a,,,1,,,가\n",
        2,
        "scheme",
    ),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_has_file_row_and_column(name: str, tmp_path: Path) -> None:
    file, text, row, column = FAULTY[name]
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(InputFaults) as caught:
        read_codelists(tmp_path)
    (fault,) = caught.value.faults
    assert (fault.file, fault.row, fault.column) == (f"codelists/{file}", row, column)
    assert fault.text.ko and fault.text.en


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / "unit.csv").write_text(f"{HEADER}\nx,,a,,,1\ny,나,,,,2\n", encoding="utf-8")
    with pytest.raises(InputFaults) as caught:
        read_codelists(tmp_path)
    assert [fault.row for fault in caught.value.faults] == [2, 3]


@pytest.mark.parametrize(("first", "last", "count"), [("2011", "2012", 0), ("2012", "2012", 0), ("2012", "2011", 1)])
def test_a_grade_does_not_end_before_it_starts(first: str, last: str, count: int) -> None:
    faults = list(codelist_faults("grade", {2: {"code": "x", "from_year": first, "to_year": last}}))
    assert [(fault.row, fault.column, fault.value) for fault in faults] == [(2, "to_year", last)] * count
