"""``kg validate`` with shapes of one's own: engines, the W3C report, and the bounds within which pySHACL runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

from kg.cli import main
from kg.errors import KgError
from kg.settings import Limits
from kg.shacl.by_pyshacl import OutOfBounds
from kg.shacl.shapes import ShapesError
from kg.validate import Report, check_files, validate

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
PREFIXES = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <urn:x:> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
)
CORE = (
    ':S a sh:NodeShape ; sh:targetClass :A ; sh:property [ sh:path :p ; sh:maxCount 1 ; sh:message "Too many."@en ] .'
)
SPARQL = """:S a sh:NodeShape ; sh:targetClass :A ; sh:sparql [ sh:message "Above 5: {?value}" ;
    sh:select "SELECT $this ?value { $this <urn:x:p> ?value FILTER (?value > 5) }" ] ."""
DATA = ":a a :A ; :p 1, 2 . :b a :A ; :p 7 ."


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("data.ttl", DATA), ("core.ttl", CORE), ("sparql.ttl", SPARQL)):
        (tmp_path / name).write_text(PREFIXES + text, encoding="utf-8")
    return tmp_path


def check(folder: Path, shapes: str, data: str = DATA, *, engine: str = "auto", limits: Limits | None = None) -> Report:
    for name, text in (("d.ttl", data), ("s.ttl", shapes)):
        (folder / name).write_text(PREFIXES + text, encoding="utf-8")
    return validate(folder / "d.ttl", shapes=[folder / "s.ttl"], engine=engine, limits=limits)


# --- the command ---------------------------------------------------------------------------------------------------


def test_shapes_of_core_are_checked_by_our_engine(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for engine in ([], ["--engine", "auto"], ["--engine", "columns"]):
        assert main(["validate", "data.ttl", "--shapes", "core.ttl", *engine]) == 1
        shown = capsys.readouterr()
        assert shown.err == ""
        assert shown.out.splitlines()[0].endswith(" Too many.")
        assert shown.out.splitlines()[1:] == ["  urn:x:a · <urn:x:p>", "1 violation; 0 advice."]


def test_shapes_with_sparql_are_validated_by_pyshacl_which_is_reported(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", "data.ttl", "--shapes", "core.ttl", "--shapes", "sparql.ttl", "--json"]) == 1
    shown = capsys.readouterr()
    (line,) = shown.err.splitlines()
    assert line == "Checked with pySHACL: shape urn:x:S: sh:sparql (a SPARQL constraint) is beyond SHACL Core."
    answer = json.loads(shown.out)
    assert answer["engine"] == "pyshacl"
    assert [(found["focus"], found["value"], found["messages"]["en"]) for found in answer["results"]] == [
        ("urn:x:a", "", "Too many."),
        ("urn:x:b", '"7"^^<http://www.w3.org/2001/XMLSchema#integer>', "Above 5: 7"),
    ]


def test_our_engine_refuses_them_by_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "data.ttl", "--shapes", "sparql.ttl", "--engine", "columns"]) == 1
    assert capsys.readouterr().err == (
        "sparql.ttl: shape urn:x:S: sh:sparql (a SPARQL constraint) is beyond SHACL Core.\n"
    )


def test_a_report_of_either_engine_is_the_w3c_report_in_turtle(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    graphs = []
    for engine in ("columns", "pyshacl"):
        arguments = ["validate", "data.ttl", "--shapes", "core.ttl", "--engine", engine, "--report"]
        assert main([*arguments, "report.ttl"]) == 1
        first = (folder / "report.ttl").read_bytes()
        capsys.readouterr()
        assert main([*arguments, "-"]) == 1
        assert capsys.readouterr().out.encode() == first  # the same bytes in every run
        graphs.append(rdflib.Graph().parse(data=first))
    for graph in graphs:
        graph.remove((None, SH.sourceShape, None))
    assert isomorphic(*graphs)


def test_the_w3c_report_has_every_part_of_a_result(folder: Path) -> None:
    path = "( :p [ sh:alternativePath ( [ sh:inversePath :q ] [ sh:zeroOrMorePath :r ] ) ] )"
    shapes = f""":S sh:targetNode :a ; sh:path {path} ; sh:nodeKind sh:BlankNode ; sh:severity sh:Warning ;
        sh:message "One\\nline \\"quoted\\" \\\\"@en, "말"@ko, "plain" ."""
    report = check(folder, shapes, ':a :p :b, _:x . _:x :r "text\\n"@en .')
    assert report.conforms and len(report.results) == 2
    text = report.as_turtle()
    graph = rdflib.Graph().parse(data=text)
    wanted = rdflib.Graph().parse(data=PREFIXES + f"""[] a sh:ValidationReport ; sh:conforms false ; sh:result
        [ a sh:ValidationResult ; sh:focusNode :a ; sh:resultPath {path} ; sh:value :b ; sh:resultSeverity sh:Warning ;
          sh:sourceShape :S ; sh:sourceConstraintComponent sh:NodeKindConstraintComponent ;
          sh:resultMessage "One\\nline \\"quoted\\" \\\\"@en, "말"@ko, "plain" ] ,
        [ a sh:ValidationResult ; sh:focusNode :a ; sh:resultPath {path} ; sh:value "text\\n"@en ;
          sh:resultSeverity sh:Warning ; sh:sourceShape :S ;
          sh:sourceConstraintComponent sh:NodeKindConstraintComponent ;
          sh:resultMessage "One\\nline \\"quoted\\" \\\\"@en, "말"@ko, "plain" ] .""")  # fmt: skip
    assert isomorphic(graph, wanted)
    assert text.index("urn:x:b") > text.index('"text')


def test_a_graph_without_results_conforms_in_the_w3c_report(folder: Path) -> None:
    report = check(folder, CORE, ":b a :A .")
    graph = rdflib.Graph().parse(data=report.as_turtle())
    assert {str(value) for value in graph.objects(predicate=SH.conforms)} == {"true"}
    assert len(graph) == 2


def test_a_report_that_cannot_be_written_is_refused_before_the_work(folder: Path) -> None:
    (folder / "folder").mkdir()
    assert main(["validate", "no-such-file.ttl", "--shapes", "core.ttl", "--report", "folder"]) == 1
    assert main(["validate", "data.ttl", "--shapes", "core.ttl", "--report", "none/report.ttl"]) == 1
    assert main(["validate", "data.ttl", "--shapes", "core.ttl", "--report", ""]) == 1
    assert main(["validate", "data.ttl", "--shapes", "core.ttl", "--report", "-", "--json"]) == 1
    assert not (folder / "none").exists()


def test_only_the_named_graph_is_checked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    quads = [
        ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(f"urn:g:{quad.subject.value[-1]}"))
        for quad in ox.parse(PREFIXES + DATA, format=ox.RdfFormat.TURTLE)
    ]
    (folder / "data.nq").write_bytes(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
    for engine in ("columns", "pyshacl"):
        found = {
            graph: check_files([Path("data.nq")], [Path("core.ttl")], engine=engine, named_graph=graph).conforms
            for graph in (None, "urn:g:a", "urn:g:b")
        }
        assert found == {None: False, "urn:g:a": False, "urn:g:b": True}
    assert main(["validate", "data.nq", "--shapes", "core.ttl", "--named-graph", "urn:g:c"]) == 1
    assert "has no graph urn:g:c; it has: urn:g:a, urn:g:b" in capsys.readouterr().err


def test_files_are_checked_each_by_itself(folder: Path) -> None:
    (folder / "more.ttl").write_text(PREFIXES + ":a a :A ; :p 3 . :c a :A ; :p 1, 2 .", encoding="utf-8")
    report = check_files([Path("data.ttl"), Path("more.ttl")], [Path("core.ttl")])
    assert [result.focus for result in report.results] == ["urn:x:a", "urn:x:c"]


def test_an_unknown_engine_is_refused(folder: Path) -> None:
    with pytest.raises(KgError, match="there is no engine 'rows'; the engines are auto, columns, pyshacl"):
        check(folder, CORE, engine="rows")


def test_a_folder_of_tables_needs_shapes_for_an_engine(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for option in (["--engine", "pyshacl"], ["--named-graph", "urn:g"]):
        assert main(["validate", str(folder), *option]) == 1
        assert "need --shapes" in capsys.readouterr().err


def test_pyshacl_is_imported_by_its_own_process_only() -> None:
    import subprocess

    code = "import sys, kg.validate, kg.cli; sys.exit('pyshacl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=120).returncode == 0


# --- pySHACL ---------------------------------------------------------------------------------------------------------

WITH_PYSHACL = {
    "a SPARQL target": ":S a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ;"
    ' sh:select "SELECT ?this { ?this a <urn:x:A> }" ] ;'
    " sh:property [ sh:path :p ; sh:maxCount 1 ] .",
    "a constraint component": ":C a sh:ConstraintComponent ; sh:parameter [ sh:path <http://example.org/most> ] ;"
    ' sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER ($value < $most) }" ] .'
    " :S a sh:NodeShape ; sh:targetClass :A ; sh:property [ sh:path :p ; <http://example.org/most> 2 ] .",
    "a rule": ":S a sh:NodeShape ; sh:targetClass :A ; sh:rule [ a sh:TripleRule ; sh:subject sh:this ;"
    " sh:predicate :q ; sh:object [ sh:path :p ] ] ; sh:property [ sh:path :q ; sh:maxCount 1 ] .",
    "inference": "<> sh:entailment <http://www.w3.org/ns/entailment/RDFS> . :S a sh:NodeShape ; sh:targetClass :Above ;"
    " sh:property [ sh:path :p ; sh:maxCount 1 ] .",
}  # fmt: skip


@pytest.mark.parametrize("kind", WITH_PYSHACL)
def test_features_beyond_core_are_applied_without_changing_the_data(kind: str, folder: Path) -> None:
    data = DATA + " :A <http://www.w3.org/2000/01/rdf-schema#subClassOf> :Above ."
    report = check(folder, WITH_PYSHACL[kind], data)
    assert report.engine == "pyshacl"
    assert {result.focus for result in report.results} == (
        {"urn:x:a", "urn:x:b"} if "component" in kind else {"urn:x:a"}
    )
    assert (folder / "d.ttl").read_text(encoding="utf-8") == PREFIXES + data


def test_patterns_are_those_of_xpath_for_pyshacl_as_well(folder: Path) -> None:
    shapes = r':S sh:targetNode :a ; sh:path :p ; sh:pattern "^[A-Z-[B]]{3}$" ; sh:flags "i" .'
    data = ':a :p "ACD", "acd", "abc", "ACD\\n" .'
    results = [check(folder, shapes, data, engine=engine).results for engine in ("columns", "pyshacl")]
    assert [[result.value for result in found] for found in results] == [['"ACD\\n"', '"abc"']] * 2


def test_blank_nodes_keep_their_labels(folder: Path) -> None:
    shapes = ":S sh:targetSubjectsOf :p ; sh:path ( :p [ sh:inversePath :p ] ) ; sh:nodeKind sh:IRI ."
    results = [check(folder, shapes, "_:mine :p [ ] .", engine=engine).results for engine in ("columns", "pyshacl")]
    for (result,) in results:
        assert (result.focus, result.path) == ("_:mine", "<urn:x:p>/^<urn:x:p>")


def test_the_inverse_of_a_sequence_is_refused_where_pyshacl_would_walk_it(folder: Path) -> None:
    for path in ("[ sh:inversePath ( :p :q ) ]", "( :p [ sh:inversePath [ sh:zeroOrMorePath ( :p :q ) ] ] )"):
        shapes = f":S sh:targetNode :a ; sh:path {path} ; sh:minCount 1 ."
        assert check(folder, shapes).engine == "columns"
        with pytest.raises(ShapesError, match="walked in the wrong order by pySHACL"):
            check(folder, shapes, engine="pyshacl")


FAULTY = {
    "sh:select is not SPARQL": SPARQL.replace("SELECT $this", "SELEKT $this"),
    "Unknown namespace prefix : ex": SPARQL.replace("<urn:x:p>", "ex:p"),
    "MINUS": SPARQL.replace("FILTER", "MINUS { $this a <urn:x:B> } FILTER"),
    "refers to itself": SPARQL[:-1] + "; sh:property [ sh:path :q ; sh:node :S ] .",
}


@pytest.mark.parametrize("named", FAULTY)
@pytest.mark.parametrize("data", [DATA, ":a a :B ."])
def test_faulty_shapes_beyond_core_are_refused(named: str, data: str, folder: Path) -> None:
    if named == "MINUS" and data != DATA:
        return  # it is allowed in SPARQL, and refused when the constraint is applied
    with pytest.raises(ShapesError, match=named):
        check(folder, FAULTY[named], data)


def test_pyshacl_is_stopped_after_its_time(folder: Path) -> None:
    query = "SELECT $this { $this ?p ?o . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER (?a = 7) }"
    shapes = f':S a sh:NodeShape ; sh:targetClass :A ; sh:sparql [ sh:select "{query}" ] .'
    data = " ".join(f":n{number} a :A ; :p {number} ." for number in range(80))
    with pytest.raises(OutOfBounds, match="stopped after 4 s"):
        check(folder, shapes, data, limits=Limits(shapes_timeout_s=4))


@pytest.mark.skipif(sys.platform != "linux", reason="the bound on memory is that of Linux")
def test_pyshacl_is_stopped_at_its_memory(folder: Path) -> None:
    data = " ".join(f":n{number} a :A ; :p {number} ." for number in range(30_000))
    with pytest.raises(OutOfBounds, match="needs more than 90 MB"):
        check(folder, SPARQL, data, limits=Limits(shapes_memory_mb=90))


def test_the_process_of_pyshacl_opens_no_connection(folder: Path) -> None:
    import subprocess

    code = (
        "import socket, subprocess, sys\n"
        "from kg.shacl.pyshacl_process import refuse_connections\n"
        "refuse_connections()\n"
        "for attempt in (lambda: socket.create_connection(('127.0.0.1', 9)),\n"
        "                lambda: socket.getaddrinfo('localhost', 80),\n"
        "                lambda: subprocess.run([sys.executable, '-c', '']), lambda: __import__('os').system('true'),\n"
        "                lambda: __import__('urllib.request').request.urlopen('http://127.0.0.1:9/')):\n"
        "    try:\n"
        "        attempt()\n"
        "    except PermissionError as error:\n"
        "        assert 'refused' in str(error)\n"
        "    else:\n"
        "        sys.exit(3)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=120).returncode == 0


def test_generated_labels_of_blank_nodes_are_not_shown() -> None:
    """It makes up a label of 32 hexadecimal digits in every run, less where the first are zeros."""
    from kg.shacl.triples import read_triples

    for _ in range(400):
        index = read_triples(ox.parse("[] <urn:p> _:mine .", format=ox.RdfFormat.TURTLE))
        labels = [index.label(number) for number in range(len(index.terms))]
        assert sorted(labels) == sorted(["urn:p", "_:mine", next(label for label in labels if "anon" in label)])
