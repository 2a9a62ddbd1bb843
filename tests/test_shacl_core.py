"""SHACL Core: on random shapes and data pySHACL gives the same report; Oxigraph agrees on paths and literals."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

from kg.shacl.engine import Engine
from kg.shacl.literals import order, well_formed
from kg.shacl.shapes import read_shapes
from kg.shacl.triples import TripleIndex, read_triples
from kg.validate import Result, validate
from kg.vocab import XSD

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
PREFIXES = f"""@prefix sh: <{SH}> . @prefix xsd: <{XSD}> . @prefix : <urn:x:> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
NODES, PROPERTIES = [f":n{number}" for number in range(7)], [":p", ":q", ":r"]
LITERALS = ['"a"', '"bb"', '"가나다"@ko', '"one"@en', '"One"@en-gb', "1", "2.50", "30", "true", '"x"^^xsd:integer',
            '"2024-02-30"^^xsd:date', '"2024-02-28"^^xsd:date', '"300"^^xsd:byte', '"7"^^xsd:byte']  # fmt: skip
REPEATS = ("sh:zeroOrMorePath", "sh:oneOrMorePath", "sh:zeroOrOnePath", "sh:inversePath")


def random_data(rng: random.Random) -> str:
    lines = [":B rdfs:subClassOf :A ."]
    lines += [f"{node} a {rng.choice([':A', ':B', ':C'])} ." for node in NODES]
    for _ in range(24):
        value = rng.choice(NODES) if rng.random() < 0.6 else rng.choice(LITERALS)
        lines.append(f"{rng.choice(NODES)} {rng.choice(PROPERTIES)} {value} .")
    return PREFIXES + "\n".join(lines)


def random_path(rng: random.Random, depth: int = 2, *, inverted: bool = False) -> str:
    """A property path; ``inverted`` allows the inverse of a sequence, whose order pySHACL 0.40 does not turn."""
    kind = (
        rng.choice(["predicate", "predicate", "predicate", "sequence", "alternative", *REPEATS])
        if depth
        else "predicate"
    )
    if kind == "predicate":
        return rng.choice(PROPERTIES)
    if kind in REPEATS:
        inner = random_path(rng, depth - 1, inverted=inverted)
        return f"[ {kind} {inner} ]" if inverted or (kind, inner[0]) != ("sh:inversePath", "(") else inner
    both = f"( {random_path(rng, depth - 1, inverted=inverted)} {random_path(rng, depth - 1, inverted=inverted)} )"
    return both if kind == "sequence" else f"[ sh:alternativePath {both} ]"


def constraints(rng: random.Random, depth: int, *, of_property: bool) -> list[str]:
    """A few constraints of SHACL Core, some with shapes within."""

    def inner() -> str:
        return random_shape(rng, depth - 1)

    known = [
        lambda: f"sh:class {rng.choice([':A', ':B', ':C'])}",
        lambda: f"sh:datatype {rng.choice(['xsd:integer', 'xsd:date', 'xsd:string', 'xsd:byte'])}",
        lambda: f"sh:nodeKind {rng.choice(['sh:IRI', 'sh:Literal', 'sh:BlankNodeOrIRI', 'sh:IRIOrLiteral'])}",
        lambda: f'sh:pattern "{rng.choice(["^a", "N", "n[0-3]$"])}" ; sh:flags "{rng.choice(["", "i"])}"',
        lambda: f"sh:{rng.choice(['minLength', 'maxLength'])} {rng.randrange(1, 9)}",
        lambda: f"sh:in ( {' '.join(rng.sample(NODES + LITERALS, 8))} )",
        lambda: f'sh:languageIn ( "{rng.choice(["en", "ko"])}" )',
        lambda: f"sh:hasValue {rng.choice(NODES + LITERALS)}",
        lambda: f"sh:equals {rng.choice(PROPERTIES)}",
        lambda: f"sh:disjoint {rng.choice(PROPERTIES)}",
        lambda: f"sh:closed true ; sh:ignoredProperties ( rdfs:label {rng.choice(PROPERTIES)} )",
    ]
    if of_property:
        known = known[:-1]
        known += [
            lambda: f"sh:{rng.choice(['minCount', 'maxCount'])} {rng.randrange(3)}",
            lambda: "sh:uniqueLang true",
        ]
    if depth:
        known += [
            lambda: f"sh:{rng.choice(['node', 'not'])} {inner()}",
            lambda: f"sh:{rng.choice(['or', 'and', 'xone'])} ( {inner()} {inner()} )",
            lambda: f"sh:property {random_property(rng, depth - 1)}",
            lambda: f"sh:property {random_property(rng, depth - 1)}",
        ]
        if of_property:
            known.append(
                lambda: (
                    f"sh:qualifiedValueShape {inner()} ; sh:qualified{rng.choice(['Min', 'Max'])}Count 1"
                    + rng.choice(["", " ; sh:qualifiedValueShapesDisjoint true"])
                )
            )
    return [make() for make in rng.sample(known, rng.randrange(1, 3))]


def random_shape(rng: random.Random, depth: int) -> str:
    return f"[ {' ; '.join(constraints(rng, depth, of_property=False))} ]"


def random_property(rng: random.Random, depth: int) -> str:
    return f"[ sh:path {random_path(rng)} ; {' ; '.join(constraints(rng, depth, of_property=True))} ]"


def random_shapes(rng: random.Random) -> str:
    """Shapes with every kind of target; the last is a class, meant for its own instances."""
    targets = ["sh:targetClass :A", "sh:targetNode :n1, :n2", "sh:targetSubjectsOf :p", "sh:targetObjectsOf :q"]
    lines = [
        f":S{number} a sh:NodeShape ; {target} ; {' ; '.join(constraints(rng, 2, of_property=False))} ;"
        f" sh:property {random_property(rng, 2)}, {random_property(rng, 2)} ."
        for number, target in enumerate(targets)
    ]
    kind = rng.choice(["rdfs:Class", "owl:Class"])
    lines.append(f":C a sh:NodeShape, {kind} ; {' ; '.join(constraints(rng, 2, of_property=False))} .")
    return PREFIXES + "owl:Class rdfs:subClassOf rdfs:Class .\n" + "\n".join(lines)


def by_pyshacl(data: str, shapes: str) -> set[tuple[str, str, str, str]]:
    _, report, _ = pyshacl.validate(
        rdflib.Graph().parse(data=data), shacl_graph=rdflib.Graph().parse(data=shapes), advanced=False, inference="none"
    )
    found = []
    for result in set(report.objects(predicate=SH.result)):  # results within sh:detail are of inner shapes
        shape = report.value(result, SH.sourceShape)
        named = str(shape) if isinstance(shape, rdflib.URIRef) else ""
        focus, value, component = (
            report.value(result, SH[n]) for n in ("focusNode", "value", "sourceConstraintComponent")
        )
        found.append((plain(focus), plain(value), str(component), named))
    return set(found)


def by_us(data: Path, shapes: Path) -> set[tuple[str, str, str, str]]:
    def outcome(result: Result) -> tuple[str, str, str, str]:
        named = result.shape if result.shape.startswith("urn:") else ""
        return (as_rdflib(result.focus), as_rdflib(result.value), result.component, named)

    return {outcome(result) for result in validate(data, shapes=[shapes]).results}


def plain(term: rdflib.term.Node | None) -> str:
    return "" if term is None else str(term) if isinstance(term, rdflib.URIRef) else term.n3()


def as_rdflib(text: str) -> str:
    """A literal as rdflib writes it."""
    return plain(rdflib.util.from_n3(text)) if text.startswith('"') else text


@pytest.mark.parametrize("block", range(10))
def test_pyshacl_gives_the_same_report_on_random_shapes(block: int, tmp_path: Path) -> None:
    tripped: set[str] = set()
    for seed in range(block * 20, block * 20 + 20):
        rng = random.Random(seed)
        data, shapes = random_data(rng), random_shapes(rng)
        (tmp_path / "data.ttl").write_text(data, encoding="utf-8")
        (tmp_path / "shapes.ttl").write_text(shapes, encoding="utf-8")
        report, oracle_report = by_us(tmp_path / "data.ttl", tmp_path / "shapes.ttl"), by_pyshacl(data, shapes)
        assert report == oracle_report, (
            f"seed {seed}: we miss {oracle_report - report}, we add {report - oracle_report}\n{shapes}\n{data}"
        )
        tripped |= {component for _, _, component, _ in report}
    assert len(tripped) > 12


# --- paths and literals, with Oxigraph as the second opinion ---------------------------------------------------------


@pytest.mark.parametrize("block", range(4))
def test_a_path_gives_the_same_nodes_as_in_sparql(block: int, tmp_path: Path) -> None:
    """Also that a path as text, in reports, is a path of SPARQL."""
    for seed in range(block * 50, block * 50 + 50):
        rng = random.Random(seed)
        data, shapes = (
            random_data(rng),
            f"{PREFIXES}:S sh:targetNode :n0 ; sh:path {random_path(rng, 3, inverted=True)} .",
        )
        (tmp_path / "shapes.ttl").write_text(shapes, encoding="utf-8")
        (shape,), _ = read_shapes([tmp_path / "shapes.ttl"])
        store = ox.Store()
        store.load(data.encode(), ox.RdfFormat.TURTLE)
        index = read_triples(store)
        follow = Engine(index).follow(shape.path)
        for node in NODES:
            iri = f"<urn:x:{node[1:]}>"
            wanted = {row["o"] for row in store.query(f"SELECT DISTINCT ?o WHERE {{ {iri} {shape.path} ?o }}")}
            found = follow(index.iri(iri[1:-1]))
            assert {index.terms[value] for value in found} == wanted, f"seed {seed}: {shape.path} from {node}"
            assert len(found) == len(wanted)


WELL = {
    "byte": ["-128", "+127", "007"],
    "unsignedShort": ["65535", "-0"],
    "negativeInteger": ["-1"],
    "integer": ["1" * 5000],
    "date": ["-0044-03-15", "12024-02-29", "2024-11-28+09:00", "2000-02-29"],
    "dateTime": ["2024-11-28T24:00:00", "2024-11-28T09:30:00.25Z"],
    "dateTimeStamp": ["2024-11-28T09:30:00Z"],
    "time": ["09:30:00", "23:59:59.9-05:00"],
    "gMonthDay": ["--02-29"],
    "duration": ["P1Y2M3DT4H5M6.7S", "-P1D", "PT0S"],
    "dayTimeDuration": ["P3DT1H"],
    "yearMonthDuration": ["P2Y6M"],
    "hexBinary": ["", "0fA1"],
    "base64Binary": ["", "a2c=", "a2Zn", "a w = ="],
    "language": ["ko", "en-GB"],
    "NCName": ["가-1", "_x"],
    "token": ["a  b", ""],
}
ILL = {
    "byte": ["128", "-129", "1.0", ""],
    "unsignedShort": ["65536", "-1"],
    "negativeInteger": ["0"],
    "date": ["2024-02-30", "1900-02-29", "2024-11-28T00:00:00", "24-11-28", "2024-1-1", "2024-11-28+15:00"],
    "dateTime": ["2024-11-28T24:00:01", "2024-11-28", "2024-11-28 09:30:00"],
    "dateTimeStamp": ["2024-11-28T09:30:00"],
    "time": ["9:30:00", "24:30:00"],
    "gMonthDay": ["--02-30", "02-29"],
    "duration": ["P", "PT", "P1DT", "1D", "P1S"],
    "dayTimeDuration": ["P1Y"],
    "yearMonthDuration": ["P", "P1D"],
    "hexBinary": ["f", "0g"],
    "base64Binary": ["a", "a===", "a2c= "],
    "language": ["koreanlanguage", ""],
    "NCName": ["1x", "a:b", ""],
    "token": [" a", "a\tb"],
}


@pytest.mark.parametrize(
    ("datatype", "text", "good"),
    [(kind, text, good) for good, known in ((True, WELL), (False, ILL)) for kind in known for text in known[kind]],
    ids=lambda value: str(value)[:20],
)
def test_a_literal_is_well_formed_or_not(datatype: str, text: str, good: bool) -> None:
    assert well_formed(ox.Literal(text, datatype=ox.NamedNode(XSD[datatype]))) is good


def random_literal(rng: random.Random) -> ox.Literal:
    def two(most: int) -> str:
        return f"{rng.randint(1, most):02}"

    zone = rng.choice(["", "", "Z", "+09:00", "-03:30", "+14:00", "-14:00"])
    year = rng.choice(["2024", "2023", "1900", "0004", "-0003"])
    day, hour = f"{year}-{two(2)}-{two(28)}", f"{two(23)}:{two(59)}:{two(59)}{rng.choice(['', '.5'])}"
    seconds = rng.choice(["", "1.5S"])
    made = {
        "date": day + zone,
        "dateTime": f"{day}T{hour}{zone}",
        "dateTimeStamp": f"{day}T{hour}{zone or 'Z'}",
        "time": hour + zone,
        "gYear": year + zone,
        "gYearMonth": f"{year}-{two(12)}{zone}",
        "gMonthDay": f"--{two(12)}-{two(28)}{zone}",
        "gMonth": f"--{two(12)}{zone}",
        "gDay": f"---{two(28)}{zone}",
        "yearMonthDuration": f"{rng.choice(['', '-'])}P{rng.randrange(3)}Y{rng.randrange(14)}M",
        "dayTimeDuration": f"{rng.choice(['', '-'])}P{rng.randrange(2)}DT{rng.randrange(25)}H{seconds}",
        "integer": str(rng.randint(-3, 3)),
        "decimal": f"{rng.randint(-3, 3)}.{rng.choice('05')}",
        "double": rng.choice(["1.5e0", "-2", "INF", "-INF", "NaN"]),
        "string": rng.choice(["a", "b", "가", "나", ""]),
    }
    kind = rng.choice(list(made))
    return ox.Literal(made[kind], datatype=ox.NamedNode(XSD[kind]))


def test_oxigraph_orders_literals_in_the_same_way() -> None:
    """Where we say that two cannot be compared, no comparison of Oxigraph is true."""
    store, rng, compared, mixed = ox.Store(), random.Random(1), 0, 0
    for _ in range(20_000):
        left, right = random_literal(rng), random_literal(rng)
        if left.datatype != right.datatype and rng.random() < 0.7:  # most of these cannot be compared at all
            continue
        if left.datatype != right.datatype and left.value.lstrip("-")[0:1] == right.value.lstrip("-")[0:1] == "P":
            continue  # Oxigraph orders months and seconds by four days of reference, XPath does not order them
        ours = order(left, right)
        before, same, after = (f"IF({left} {sign} {right}, 1, 0)" for sign in ("<", "=", ">"))
        (row,) = store.query(f"SELECT ({before} AS ?b) ({same} AS ?s) ({after} AS ?a) WHERE {{}}")
        theirs = [row[name] is not None and row[name].value == "1" for name in "bsa"]
        assert theirs == [ours == -1, ours == 0, ours == 1], (left, right, ours, theirs)
        compared += ours is not None
        mixed += ours is not None and has_zone(left) != has_zone(right)
    assert compared > 1_000 and mixed > 100


def has_zone(literal: ox.Literal) -> bool:
    text = literal.value
    return text.endswith("Z") or (text[-3:-2] == ":" and text[-6:-5] in "+-")


def moment(text: str, datatype: str = "dateTime") -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD[datatype]))


@pytest.mark.parametrize(
    ("left", "right", "datatype", "expected"),
    [
        ("2024-06-01T00:00:00Z", "2024-06-01T14:00:00", "dateTime", None),  # exactly 14 hours: still undecided
        ("2024-06-01T00:00:00Z", "2024-06-01T14:00:01", "dateTime", -1),
        ("2024-06-01T00:00:00Z", "2024-05-31T10:00:00", "dateTime", None),
        ("2024-06-01T00:00:00Z", "2024-05-31T09:59:59", "dateTime", 1),
        ("2024-06-01T00:00:00", "2024-06-01T14:00:01Z", "dateTime", -1),
        ("2024-06-01T00:00:00", "2024-06-01T00:00:00Z", "dateTime", None),
        ("2024-06-01T12:00:00+14:00", "2024-05-31T22:00:00Z", "dateTime", 0),
        ("2024-06-01T00:00:00-00:30", "2024-06-01T00:30:00Z", "dateTime", 0),
        ("2024-12-31T24:00:00Z", "2025-01-01T00:00:00Z", "dateTime", 0),
        ("2024-06-01Z", "2024-06-02", "date", -1),
        ("2024-06-01Z", "2024-06-01", "date", None),
        ("2024-06-01+14:00", "2024-05-31", "date", None),  # begins 10 hours after the other
        ("2024-06-01-14:00", "2024-05-31", "date", 1),
        ("2024Z", "2025", "gYear", -1),
        ("2024Z", "2024", "gYear", None),
        ("2024-02Z", "2024-03", "gYearMonth", -1),
        ("-0001-12-31", "0000-01-01", "date", -1),
        ("24:00:00", "00:00:00", "time", 0),
        ("09:00:00Z", "23:00:00", "time", None),
        ("09:00:00Z", "23:00:01", "time", -1),
        ("--02-29", "--03-01", "gMonthDay", -1),
        ("--12", "--01", "gMonth", 1),
        ("---31", "---01", "gDay", 1),
        ("P1Y", "P12M", "yearMonthDuration", 0),
        ("-P1Y1M", "-P1Y", "yearMonthDuration", -1),
        ("P1D", "PT24H", "dayTimeDuration", 0),
        ("PT1M", "PT59.9S", "dayTimeDuration", 1),
        ("P1M", "P31D", "duration", None),
        ("true", "0", "boolean", 1),
        ("NaN", "NaN", "double", None),
        ("INF", "1e308", "float", 1),
    ],
)
def test_two_literals_are_in_order(left: str, right: str, datatype: str, expected: int | None) -> None:
    assert order(moment(left, datatype), moment(right, datatype)) == expected
    assert order(moment(right, datatype), moment(left, datatype)) == (None if expected is None else -expected)


def test_language_tagged_strings_have_no_order() -> None:
    assert order(ox.Literal("a", language="en"), ox.Literal("b", language="en")) is None
    assert order(ox.NamedNode("urn:a"), ox.NamedNode("urn:b")) is None


# --- comparing two properties, and subjects with many values ------------------------------------------------------

VALUES = ["1", "2", "2.0", "3", '"a"', '"b"', '"NaN"^^xsd:double', '"2024"^^xsd:gYear', ":n1",
          '"2024-06-01"^^xsd:date', '"2024-06-02Z"^^xsd:date', '"2024-06-03"^^xsd:date', '"x"@en']  # fmt: skip


@pytest.mark.parametrize("name", ["lessThan", "lessThanOrEquals"])
def test_a_value_is_reported_for_each_value_that_it_is_not_less_than(name: str, tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(f"{PREFIXES}:S sh:targetNode :n ; sh:path :p ; sh:{name} :q .", "utf-8")
    shapes, _ = read_shapes([tmp_path / "shapes.ttl"])
    good = {"lessThan": {-1}, "lessThanOrEquals": {-1, 0}}[name]
    for seed in range(40):
        rng = random.Random(seed)
        left, right = (rng.sample(VALUES, rng.randrange(1, 7)) for _ in range(2))
        data = f"{PREFIXES}:n :p {', '.join(left)} ; :q {', '.join(right)} ."
        index = read_triples(ox.parse(data, format=ox.RdfFormat.TURTLE))
        node = index.iri("urn:x:n")
        sides = [index.out(index.iri(f"urn:x:{side}"))[node] for side in "pq"]
        wanted = [
            value for value in sides[0] for other in sides[1]
            if order(index.terms[value], index.terms[other]) not in good
        ]  # fmt: skip
        found = [finding.value for finding in Engine(index).run(shapes)]
        assert sorted(found) == sorted(wanted), f"seed {seed}"


def test_a_value_is_reported_a_hundred_times_at_most(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(f"{PREFIXES}:S sh:targetNode :n ; sh:path :p ; sh:lessThan :q .", "utf-8")
    shapes, _ = read_shapes([tmp_path / "shapes.ttl"])
    for compared, expected in ((99, 99), (100, 100), (101, 100)):
        data = f"{PREFIXES}:n :p 500 ; :q {', '.join(map(str, range(compared)))} ."
        index = read_triples(ox.parse(data, format=ox.RdfFormat.TURTLE))
        assert len(list(Engine(index).run(shapes))) == expected


class Compared(int):
    """A number that counts how often it is compared."""

    times = 0
    __hash__ = int.__hash__

    def __eq__(self, other: object) -> bool:
        Compared.times += 1
        return int(self) == other


def test_values_of_one_subject_are_added_without_comparing_each_with_all() -> None:
    index = TripleIndex()
    for _ in range(2):  # the second time none is new
        for number in range(5_000):
            index._append(0, 1, Compared(number))
    assert index.out(0)[1] == list(range(5_000))
    assert index.size == 5_000
    assert Compared.times < 5_000 * 40


HUB = {
    "minCount": "sh:minCount 1", "class": "sh:class :A", "datatype": "sh:datatype xsd:integer",
    "nodeKind": "sh:nodeKind sh:IRI", "pattern": 'sh:pattern "z"', "maxLength": "sh:maxLength 1",
    "maxInclusive": "sh:maxInclusive 3", "in": "sh:in ( 1 2 3 )", "languageIn": 'sh:languageIn ( "en" )',
    "uniqueLang": "sh:uniqueLang true", "hasValue": "sh:hasValue 1, 2, 3", "equals": "sh:equals :q",
    "disjoint": "sh:disjoint :q", "lessThan": "sh:lessThan :q", "lessThanOrEquals": "sh:lessThanOrEquals :p",
    "node": "sh:node [ sh:class :A ]", "not": "sh:not [ sh:class :A ]",
    "or": "sh:or ( [ sh:class :A ] [ sh:minLength 1 ] )",
    "and": "sh:and ( [ sh:class :A ] [ sh:minLength 1 ] )", "xone": "sh:xone ( [ sh:class :A ] [ sh:minLength 1 ] )",
    "qualified": "sh:qualifiedValueShape [ sh:class :A ] ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 2",
    "closed": "sh:closed true", "property": "sh:property [ sh:path :p ; sh:minCount 1 ]",
}  # fmt: skip


def count_calls(run: Callable[[], object]) -> int:
    counted = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal counted
        counted += 1

    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize("name", HUB)
@pytest.mark.parametrize("path", [":p", "( [ sh:zeroOrOnePath :p ] [ sh:zeroOrMorePath :q ] )"])
def test_the_work_on_a_subject_grows_with_its_values(name: str, path: str, tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(f"{PREFIXES}:S sh:targetNode :n ; sh:path {path} ; {HUB[name]} .", "utf-8")
    shapes, _ = read_shapes([tmp_path / "shapes.ttl"])

    def check(values: int) -> int:
        numbers = range(10, 10 + values)
        texts = (f'"{number}"@en' for number in numbers)
        data = f"{PREFIXES}:n :p {', '.join(map(str, numbers))} ; :q {', '.join(texts)} ."
        index = read_triples(ox.parse(data, format=ox.RdfFormat.TURTLE))
        return count_calls(lambda: list(Engine(index).run(shapes)))

    few, many = check(200), check(800)
    assert many < 5 * few + 2_000


def test_a_closed_shape_looks_only_at_the_properties_of_its_nodes(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(f"{PREFIXES}:S sh:targetClass :A ; sh:closed true .", "utf-8")
    shapes, _ = read_shapes([tmp_path / "shapes.ttl"])

    def check(nodes: int) -> int:
        lines = (f":n{number} a :A ; :p{number} 1 ." for number in range(nodes))
        index = read_triples(ox.parse(PREFIXES + "\n".join(lines), format=ox.RdfFormat.TURTLE))
        return count_calls(lambda: list(Engine(index).run(shapes)))

    assert check(800) < 5 * check(200) + 2_000
