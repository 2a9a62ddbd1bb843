"""The header of a question is read whole, its faults are reported together, and the page of questions is up to date."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from helpers.question_data import QUESTIONS, ROOT

from kg.errors import InputFaults
from kg.queries import Question, list_questions, read_question
from kg.queries.catalogue import catalogue
from kg.queries.questions import projection

GOOD = """# title: 누가 있나
# title-en: Who is there?
# description: 기관의 이름.
# description-en: Names of organisations.
# param: name (string) default=하나 | 이름 | name
# columns: thing, label
# labels: 기관, 이름
# labels-en: organisation, name
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?thing (STR(?l) AS ?label) WHERE { ?thing rdfs:label ?l FILTER(STR(?l) = $name) } ORDER BY ?thing
"""


def read(tmp_path: Path, text: str, name: str = "who-is-there.rq") -> Question:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_question(path)


def test_a_header_is_read(tmp_path: Path) -> None:
    question = read(tmp_path, GOOD)
    assert question.name == "who-is-there"
    assert (question.title.ko, question.title.en) == ("누가 있나", "Who is there?")
    assert [(p.name, p.type, p.required, p.default) for p in question.params] == [("name", "string", False, "하나")]
    assert question.labels("ko") == {"thing": "기관", "label": "이름"}
    assert json.loads(json.dumps(question.as_json()))["columns"][1]["label"]["en"] == "name"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("# title-en: Who is there?\n", "", "'title-en'"),
        ("(string)", "(word)", "unknown type 'word'"),
        ("default=하나 | 이름 | name", "default=하나", "has the form"),
        ("(string)", "(one two)", "default '하나' is none of one, two"),
        ("# labels: 기관, 이름", "# labels: 기관", "differ in number"),
        ("# columns: thing, label", "# columns: label, thing", "columns differ from the SELECT clause"),
        ("= $name", "= ?name", "write the parameter $name"),
        ("= $name", "= $other", "$other has no param line"),
        ("(STR(?l) AS ?label)", "(STR(?l) AS ?label) $name", "cannot stand in the SELECT clause"),
        ("# title: 누가 있나", "# title: 누가 있나\n# title: 또", "stands twice"),
        ("# title: 누가 있나", "# titel: 누가 있나", "unknown entry 'titel'"),
        ("# labels: 기관, 이름", "# empty-because: 아직\n# labels: 기관, 이름", "`한국어 | English`"),
        ("# labels: 기관, 이름", "# example: who=me\n# labels: 기관, 이름", "'who=me' in example is no parameter"),
        ("SELECT ?thing (STR(?l) AS ?label) WHERE", "ASK WHERE", "a question is a SELECT query"),
    ],
)
def test_a_fault_of_a_header_is_named(
    old: str, new: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_LANG", "en")
    assert old in GOOD
    with pytest.raises(InputFaults) as caught:
        read(tmp_path, GOOD.replace(old, new))
    assert said in str(caught.value)


def test_all_faults_of_all_files_are_reported_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_LANG", "en")
    (tmp_path / "one.rq").write_text(GOOD.replace("(string)", "(word)").replace("= $name", "= $other"), "utf-8")
    (tmp_path / "Two.rq").write_text(GOOD, "utf-8")
    with pytest.raises(InputFaults) as caught:
        list_questions(tmp_path)
    assert len(caught.value.faults) == 4  # type, undeclared, unused, and the name of the second file
    assert "kebab-case" in str(caught.value)


def test_the_values_to_choose_from_are_those_of_the_code_list() -> None:
    lists = {("checks-by-verdict", "verdict"): "verdict", ("conflicts-by-type", "type"): "conflict-type"}
    chosen = {
        (question.name, param.name): param
        for question in list_questions(QUESTIONS)
        for param in question.params
        if param.type == "choice"
    }
    assert lists.keys() < chosen.keys()
    for place, name in lists.items():
        with (ROOT / "data" / "codelists" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            assert sorted(chosen[place].choices) == sorted(row["code"] for row in csv.DictReader(stream))
    shown = {param["name"]: param for param in read_question(QUESTIONS / "ties-at-date.rq").as_json()["params"]}
    assert shown["mode"]["choices"] == ["certain", "possible"]


def test_the_projection_is_that_of_the_outermost_select() -> None:
    text = "SELECT DISTINCT ?a (COALESCE(?x, IF(?y = 1, ?z, 2)) AS ?b) WHERE { { SELECT ?c WHERE { ?c ?d ?e } } }"
    assert projection(text) == ["?a", "?b"]


def test_shipped_questions_are_at_least_forty_one_and_well_formed() -> None:
    questions = list_questions(QUESTIONS)
    assert len(questions) >= 41
    for question in questions:
        assert all(param.required or param.default or "모두" in param.label.ko for param in question.params)
        required = {param.name for param in question.params if param.required}
        assert required <= dict(question.example).keys(), question.name


def test_a_question_is_valid_sparql() -> None:
    for question in list_questions(QUESTIONS):
        answer = ox.Store().query(question.text)
        assert isinstance(answer, ox.QuerySolutions)
        assert [variable.value for variable in answer.variables] == [column.name for column in question.columns]


def test_the_page_of_questions_is_generated() -> None:
    written = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
    assert written == catalogue(list_questions(QUESTIONS))
