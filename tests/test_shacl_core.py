"""Shapes and data by chance: our engine and pySHACL report the same; comparing literals, Oxigraph says the same."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

from kg.shacl.engine import Engine
from kg.shacl.literals import order, well_formed
from kg.shacl.shapes import ShapesError, read_shapes
from kg.shacl.triples import read_triples
from kg.validate import Result, validate
from kg.vocab import XSD

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
PREFIXES = f"""@prefix sh: <{SH}> . @prefix xsd: <{XSD}> . @prefix : <urn:x:> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
NODES, PROPERTIES = [f":n{one}" for one in range(7)], [":p", ":q", ":r"]
LITERALS = ['"a"', '"bb"', '"가나다"@ko', '"one"@en', '"One"@en-gb', "1", "2.50", "30", "true", '"x"^^xsd:integer',
            '"2024-02-30"^^xsd:date', '"2024-02-28"^^xsd:date', '"300"^^xsd:byte', '"7"^^xsd:byte']  # fmt: skip
REPEATS = ("sh:zeroOrMorePath", "sh:oneOrMorePath", "sh:zeroOrOnePath", "sh:inversePath")


def some_data(chance: random.Random) -> str:
    lines = [":B rdfs:subClassOf :A ."]
    lines += [f"{node} a {chance.choice([':A', ':B', ':C'])} ." for node in NODES]
    for _ in range(24):
        value = chance.choice(NODES) if chance.random() < 0.6 else chance.choice(LITERALS)
        lines.append(f"{chance.choice(NODES)} {chance.choice(PROPERTIES)} {value} .")
    return PREFIXES + "\n".join(lines)


def a_path(chance: random.Random, depth: int = 2, *, turned: bool = False) -> str:
    """A property path; ``turned`` allows the inverse of a sequence, whose order pySHACL 0.40 does not turn."""
    kind = chance.choice(["one", "one", "one", "sequence", "alternative", *REPEATS]) if depth else "one"
    if kind == "one":
        return chance.choice(PROPERTIES)
    if kind in REPEATS:
        inner = a_path(chance, depth - 1, turned=turned)
        return f"[ {kind} {inner} ]" if turned or (kind, inner[0]) != ("sh:inversePath", "(") else inner
    both = f"( {a_path(chance, depth - 1, turned=turned)} {a_path(chance, depth - 1, turned=turned)} )"
    return both if kind == "sequence" else f"[ sh:alternativePath {both} ]"


def constraints(chance: random.Random, depth: int, *, of_property: bool) -> list[str]:
    """A few constraints of SHACL Core, some with shapes within."""

    def inner() -> str:
        return a_shape(chance, depth - 1)

    known = [
        lambda: f"sh:class {chance.choice([':A', ':B', ':C'])}",
        lambda: f"sh:datatype {chance.choice(['xsd:integer', 'xsd:date', 'xsd:string', 'xsd:byte'])}",
        lambda: f"sh:nodeKind {chance.choice(['sh:IRI', 'sh:Literal', 'sh:BlankNodeOrIRI', 'sh:IRIOrLiteral'])}",
        lambda: f'sh:pattern "{chance.choice(["^a", "N", "n[0-3]$"])}" ; sh:flags "{chance.choice(["", "i"])}"',
        lambda: f"sh:{chance.choice(['minLength', 'maxLength'])} {chance.randrange(1, 9)}",
        lambda: f"sh:in ( {' '.join(chance.sample(NODES + LITERALS, 8))} )",
        lambda: f'sh:languageIn ( "{chance.choice(["en", "ko"])}" )',
        lambda: f"sh:hasValue {chance.choice(NODES + LITERALS)}",
        lambda: f"sh:equals {chance.choice(PROPERTIES)}",
        lambda: f"sh:disjoint {chance.choice(PROPERTIES)}",
        lambda: f"sh:closed true ; sh:ignoredProperties ( rdfs:label {chance.choice(PROPERTIES)} )",
    ]
    if of_property:
        known = known[:-1]
        known += [
            lambda: f"sh:{chance.choice(['minCount', 'maxCount'])} {chance.randrange(3)}",
            lambda: "sh:uniqueLang true",
        ]
    if depth:
        known += [
            lambda: f"sh:{chance.choice(['node', 'not'])} {inner()}",
            lambda: f"sh:{chance.choice(['or', 'and', 'xone'])} ( {inner()} {inner()} )",
            lambda: f"sh:property {a_property(chance, depth - 1)}",
            lambda: f"sh:property {a_property(chance, depth - 1)}",
        ]
        if of_property:
            known.append(
                lambda: (
                    f"sh:qualifiedValueShape {inner()} ; sh:qualified{chance.choice(['Min', 'Max'])}Count 1"
                    + chance.choice(["", " ; sh:qualifiedValueShapesDisjoint true"])
                )
            )
    return [make() for make in chance.sample(known, chance.randrange(1, 3))]


def a_shape(chance: random.Random, depth: int) -> str:
    return f"[ {' ; '.join(constraints(chance, depth, of_property=False))} ]"


def a_property(chance: random.Random, depth: int) -> str:
    return f"[ sh:path {a_path(chance)} ; {' ; '.join(constraints(chance, depth, of_property=True))} ]"


def some_shapes(chance: random.Random) -> str:
    """Shapes with every kind of target; the last is a class, meant for its own instances."""
    targets = ["sh:targetClass :A", "sh:targetNode :n1, :n2", "sh:targetSubjectsOf :p", "sh:targetObjectsOf :q"]
    lines = [
        f":S{number} a sh:NodeShape ; {target} ; {' ; '.join(constraints(chance, 2, of_property=False))} ;"
        f" sh:property {a_property(chance, 2)}, {a_property(chance, 2)} ."
        for number, target in enumerate(targets)
    ]
    kind = chance.choice(["rdfs:Class", "owl:Class"])
    lines.append(f":C a sh:NodeShape, {kind} ; {' ; '.join(constraints(chance, 2, of_property=False))} .")
    return PREFIXES + "owl:Class rdfs:subClassOf rdfs:Class .\n" + "\n".join(lines)


def by_pyshacl(data: str, shapes: str) -> set[tuple[str, str, str, str]]:
    _, report, _ = pyshacl.validate(
        rdflib.Graph().parse(data=data), shacl_graph=rdflib.Graph().parse(data=shapes), advanced=False, inference="none"
    )
    found = []
    for one in set(report.objects(predicate=SH.result)):  # what stands within sh:detail is of inner shapes
        shape = report.value(one, SH.sourceShape)
        named = str(shape) if isinstance(shape, rdflib.URIRef) else ""
        focus, value, component = (
            report.value(one, SH[n]) for n in ("focusNode", "value", "sourceConstraintComponent")
        )
        found.append((plain(focus), plain(value), str(component), named))
    return set(found)


def by_us(data: Path, shapes: Path) -> set[tuple[str, str, str, str]]:
    def seen(one: Result) -> tuple[str, str, str, str]:
        named = one.shape if one.shape.startswith("urn:") else ""
        return (as_rdflib(one.focus), as_rdflib(one.value), one.component, named)

    return {seen(one) for one in validate(data, shapes=[shapes]).results}


def plain(term: rdflib.term.Node | None) -> str:
    return "" if term is None else str(term) if isinstance(term, rdflib.URIRef) else term.n3()


def as_rdflib(text: str) -> str:
    """A literal as rdflib writes it."""
    return plain(rdflib.util.from_n3(text)) if text.startswith('"') else text


@pytest.mark.parametrize("block", range(10))
def test_pyshacl_reports_the_same_of_shapes_by_chance(block: int, tmp_path: Path) -> None:
    tripped: set[str] = set()
    for seed in range(block * 20, block * 20 + 20):
        chance = random.Random(seed)
        data, shapes = some_data(chance), some_shapes(chance)
        (tmp_path / "data.ttl").write_text(data, encoding="utf-8")
        (tmp_path / "shapes.ttl").write_text(shapes, encoding="utf-8")
        ours, theirs = by_us(tmp_path / "data.ttl", tmp_path / "shapes.ttl"), by_pyshacl(data, shapes)
        assert ours == theirs, f"seed {seed}: we miss {theirs - ours}, we add {ours - theirs}\n{shapes}\n{data}"
        tripped |= {component for _, _, component, _ in ours}
    assert len(tripped) > 12


# --- paths and literals, with Oxigraph as the second opinion ---------------------------------------------------------


@pytest.mark.parametrize("block", range(4))
def test_a_path_leads_where_sparql_says(block: int, tmp_path: Path) -> None:
    """Also tells that the path as text, in reports, is what SPARQL writes."""
    for seed in range(block * 50, block * 50 + 50):
        chance = random.Random(seed)
        data, shapes = some_data(chance), f"{PREFIXES}:S sh:targetNode :n0 ; sh:path {a_path(chance, 3, turned=True)} ."
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
            assert {index.terms[one] for one in found} == wanted, f"seed {seed}: {shape.path} from {node}"
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
def test_a_text_is_one_of_its_datatype_or_not(datatype: str, text: str, good: bool) -> None:
    assert well_formed(ox.Literal(text, datatype=ox.NamedNode(XSD[datatype]))) is good


def a_literal(chance: random.Random) -> ox.Literal:
    def two(most: int) -> str:
        return f"{chance.randint(1, most):02}"

    zone = chance.choice(["", "", "Z", "+09:00", "-03:30"])
    year = chance.choice(["2024", "2023", "1900", "0004", "-0003"])
    day, hour = f"{year}-{two(12)}-{two(28)}", f"{two(23)}:{two(59)}:{two(59)}{chance.choice(['', '.5'])}"
    made = {
        "date": day + zone,
        "dateTime": f"{day}T{hour}{zone}",
        "time": hour + zone,
        "gYear": year + zone,
        "gYearMonth": f"{year}-{two(12)}{zone}",
        "integer": str(chance.randint(-3, 3)),
        "decimal": f"{chance.randint(-3, 3)}.{chance.choice('05')}",
        "double": chance.choice(["1.5e0", "-2", "INF", "-INF", "NaN"]),
        "string": chance.choice(["a", "b", "가", "나", ""]),
    }
    kind = chance.choice(list(made))
    return ox.Literal(made[kind], datatype=ox.NamedNode(XSD[kind]))


def test_oxigraph_compares_literals_alike() -> None:
    """But where one has a zone and the other has none: it knows that days lie apart, we do not say."""
    store, chance, told = ox.Store(), random.Random(1), 0
    for _ in range(20_000):
        one, other = a_literal(chance), a_literal(chance)
        ours = order(one, other)
        tests = " , ".join(f"IF({one} {sign} {other}, 1, 0)" for sign in ("<", "=", ">"))
        before, same, after = tests.split(" , ")
        (row,) = store.query(f"SELECT ({before} AS ?b) ({same} AS ?s) ({after} AS ?a) WHERE {{}}")
        theirs = [None if row[name] is None else row[name].value == "1" for name in "bsa"]
        if ours is None:
            unlike = any(re_zone(text) for text in (one.value, other.value)) or "NaN" in (one.value, other.value)
            assert unlike or theirs[0] is None, (one, other, theirs)
            continue
        told += 1
        assert theirs == [ours == -1, ours == 0, ours == 1], (one, other, ours, theirs)
    assert told > 1_000


def re_zone(text: str) -> bool:
    return text.endswith("Z") or (text[-3:-2] == ":" and text[-6:-5] in "+-")


# --- what is refused --------------------------------------------------------------------------------------------------

REFUSED = {
    "sh:sparql": ':S a sh:NodeShape ; sh:targetClass :A ; sh:sparql [ sh:select "SELECT $this {}" ] .',
    "sh:pattern": ':S a sh:NodeShape ; sh:targetClass :A ; sh:pattern "(" .',
    "sh:flags": ':S a sh:NodeShape ; sh:targetClass :A ; sh:pattern "a" ; sh:flags "z" .',
    "sh:rule": ":S a sh:NodeShape ; sh:targetClass :A ; sh:rule [ ] .",
    "path": ":S a sh:PropertyShape ; sh:targetClass :A ; sh:path [ :unknownPath :p ] ; sh:minCount 1 .",
}


@pytest.mark.parametrize("named", REFUSED)
def test_what_is_not_shacl_core_is_refused_by_name(named: str, tmp_path: Path) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(PREFIXES + REFUSED[named], encoding="utf-8")
    with pytest.raises(ShapesError) as caught:
        read_shapes([file])
    assert named in caught.value.text.en
    assert caught.value.text.ko
