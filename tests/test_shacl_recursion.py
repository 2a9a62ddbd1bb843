"""Shapes that lead back to themselves: the largest set of nodes that conform, in any order and at any depth."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path

import pytest

from kg.shacl.engine import Engine
from kg.shacl.shapes import ShapesError, read_shapes
from kg.shacl.triples import read_triples
from kg.validate import Report, validate

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <urn:x:> .\n"
NODES, PROPERTIES, SHAPES = range(6), "pq", range(4)

Rule = tuple[str, str, int]  # kind, property, shape
Data = set[tuple[int, str, int]]


def random_rules(rng: random.Random) -> list[list[Rule]]:
    kinds = ("every", "some", "has", "itself", "either", "none")
    return [
        [(rng.choice(kinds), rng.choice(PROPERTIES), rng.choice(SHAPES)) for _ in range(rng.randint(1, 3))]
        for _ in SHAPES
    ]


def random_data(rng: random.Random) -> Data:
    return {(rng.choice(NODES), rng.choice(PROPERTIES), rng.choice(NODES)) for _ in range(rng.randint(3, 12))}


def as_shapes(rules: list[list[Rule]]) -> list[str]:
    """Statements, in any order; every constraint has a shape with an IRI."""
    targets = ", ".join(f":n{node}" for node in NODES)
    lines = [f":R{shape} sh:targetNode {targets} ." for shape in SHAPES]
    for shape, own_node in enumerate(rules):
        for number, (kind, name, referred) in enumerate(own_node):
            text = {
                "every": f"sh:path :{name} ; sh:node :R{referred}",
                "some": f"sh:path :{name} ; sh:qualifiedValueShape :R{referred} ; sh:qualifiedMinCount 1",
                "has": f"sh:path :{name} ; sh:minCount 1",
            }.get(kind)
            if text:
                lines.append(f":R{shape} sh:property :R{shape}-{number} .")
                lines.append(f":R{shape}-{number} {text} .")
            elif kind == "itself":
                lines.append(f":R{shape} sh:and ( :R{referred} ) .")
            elif kind == "either":
                lines.append(f":R{shape} sh:or ( :R{referred} [ sh:property [ sh:path :{name} ; sh:minCount 1 ] ] ) .")
            else:
                lines.append(f":R{shape} sh:not [ sh:property [ sh:path :{name} ; sh:minCount 2 ] ] .")
    return lines


def largest_set(rules: list[list[Rule]], data: Data) -> set[tuple[int, int]]:
    """The pairs of shape and node that conform, computed as the definition has it: all, less what fails, again."""

    def holds(rule: Rule, node: int, conforming: set[tuple[int, int]]) -> bool:
        kind, name, other = rule
        values = [value for subject, predicate, value in data if (subject, predicate) == (node, name)]
        if kind == "every":
            return all((other, value) in conforming for value in values)
        if kind == "some":
            return any((other, value) in conforming for value in values)
        if kind == "itself":
            return (other, node) in conforming
        if kind == "either":
            return (other, node) in conforming or bool(values)
        return bool(values) if kind == "has" else len(values) < 2

    conforming = set(product(SHAPES, NODES))
    while True:
        kept = {(s, n) for s, n in conforming if all(holds(rule, n, conforming) for rule in rules[s])}
        if kept == conforming:
            return kept
        conforming = kept


def check(folder: Path, shapes: Iterable[str], data: Iterable[str]) -> Report:
    (folder / "shapes.ttl").write_text(PREFIXES + "\n".join(shapes), encoding="utf-8")
    (folder / "data.ttl").write_text(PREFIXES + "\n".join(data), encoding="utf-8")
    return validate(folder / "data.ttl", shapes=[folder / "shapes.ttl"])


def as_data(data: Data) -> list[str]:
    return [f":n{subject} :{name} :n{value} ." for subject, name, value in sorted(data)]


def failing(report: Report) -> set[tuple[int, int]]:
    """Pairs of shape and node that the report names; ``:R2-1`` is a part of ``:R2``."""
    return {
        (int(result.shape.removeprefix("urn:x:R").partition("-")[0]), int(result.focus.removeprefix("urn:x:n")))
        for result in report.results
    }


@pytest.mark.parametrize("block", range(4))
def test_the_largest_set_conforms_for_any_order_of_the_triples(block: int, tmp_path: Path) -> None:
    recursive = unlike = 0
    for seed in range(block * 60, block * 60 + 60):
        rng = random.Random(seed)
        rules, data = random_rules(rng), random_data(rng)
        shapes, lines = as_shapes(rules), as_data(data)
        report = check(tmp_path, shapes, lines)
        conforming = largest_set(rules, data)
        assert failing(report) == set(product(SHAPES, NODES)) - conforming, f"seed {seed}"
        rng.shuffle(shapes)
        rng.shuffle(lines)
        assert check(tmp_path, shapes, lines).results == report.results, f"seed {seed}"
        recursive += any(shape.cycle is not None for shape in read_shapes([tmp_path / "shapes.ttl"])[0])
        unlike += 0 < len(conforming) < len(SHAPES) * len(NODES)
    assert recursive > 20 and unlike > 20


CHAIN = ":R sh:targetNode :n0 ; sh:property :P, [ sh:path :ok ; sh:minCount 1 ] ."
THROUGH = {
    "sh:node": ":P sh:path :next ; sh:node :R .",
    "sh:and": ":P sh:path :next ; sh:and ( :R ) .",
    "sh:or": ":P sh:path :next ; sh:or ( [ sh:nodeKind sh:Literal ] :R ) .",
    "sh:qualifiedMinCount": ":P sh:path :next ; sh:qualifiedValueShape :R ; sh:qualifiedMinCount 1 .",
    "another shape": ":P sh:path :next ; sh:node :Q . :Q sh:node :R .",
}


@pytest.mark.parametrize("through", THROUGH)
@pytest.mark.parametrize("last", ["", ":n3000 :next :n0 ."])
def test_a_chain_of_3000_nodes_is_followed_to_its_end(through: str, last: str, tmp_path: Path) -> None:
    closed = bool(last) or through == "sh:qualifiedMinCount"  # which wants a value of the last node as well
    lines = [f":n{node} :next :n{node + 1} ; :ok 1 ." for node in range(3000)]
    good = check(tmp_path, [CHAIN, THROUGH[through]], [*lines, ":n3000 :ok 1 .", last if closed else ""])
    assert good.results == () or (through == "sh:qualifiedMinCount" and not last)
    bad = check(tmp_path, [CHAIN, THROUGH[through]], [*lines, last])
    assert [result.focus for result in bad.results] == ["urn:x:n0"]


def test_property_shapes_within_themselves_report_each_node_once(tmp_path: Path) -> None:
    shapes = [":P sh:targetNode :n0, :n7 ; sh:path :next ; sh:minCount 1 ; sh:property :P ."]
    lines = [f":n{node} :next :n{node + 1} ." for node in range(3000)]
    report = check(tmp_path, shapes, lines)
    assert [result.focus for result in report.results] == ["urn:x:n3000"]
    assert check(tmp_path, shapes, [*lines, ":n3000 :next :n5 ."]).conforms


@pytest.mark.parametrize("kind", ["sh:not", "sh:node"])
def test_shapes_may_be_nested_3000_deep(kind: str, tmp_path: Path) -> None:
    shapes = [":S0 sh:targetNode :n .", *(f":S{number} {kind} :S{number + 1} ." for number in range(3000))]
    innermost = ":S3000 sh:class :A ."
    assert not check(tmp_path, [*shapes, innermost], [":n :p 1 ."]).conforms
    assert check(tmp_path, [*shapes, innermost], [":n a :A ."]).conforms


NEGATIONS = {
    "sh:not": ":R sh:targetNode :n ; sh:not :R .",
    "sh:xone": ":R sh:targetNode :n ; sh:xone ( [ sh:class :A ] :R ) .",
    "sh:qualifiedMaxCount": ":R sh:targetNode :n ; sh:property [ sh:path :p ; sh:qualifiedValueShape :R ; "
    "sh:qualifiedMinCount 0 ; sh:qualifiedMaxCount 1 ] .",
    "sh:qualifiedValueShapesDisjoint": ":R sh:targetNode :n ; sh:property [ sh:path :p ; sh:qualifiedValueShape :Q ; "
    "sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true ] , [ sh:path :p ; sh:qualifiedValueShape :R ; "
    "sh:qualifiedMinCount 1 ] . :Q a sh:NodeShape .",
}


@pytest.mark.parametrize("name", NEGATIONS)
@pytest.mark.parametrize("between", [None, "sh:node", "sh:property"])
def test_recursion_through_a_negation_is_refused_by_name(name: str, between: str | None, tmp_path: Path) -> None:
    shapes = NEGATIONS[name]
    if between == "sh:node":  # a longer circle: R leads to N, and N back to R
        shapes = shapes.replace(":R .", ":N .").replace(":R )", ":N )").replace("Shape :R", "Shape :N")
        shapes += " :N sh:node :R ."
    elif between == "sh:property":
        shapes = shapes.replace(":R .", ":N .").replace(":R )", ":N )").replace("Shape :R", "Shape :N")
        shapes += " :N sh:property [ sh:path :q ; sh:node :R ] ."
    with pytest.raises(ShapesError) as caught:
        check(tmp_path, [shapes], [":n :p 1 ."])
    assert f"refers to itself through {name}," in caught.value.text.en
    assert name in caught.value.text.ko


def test_a_negation_outside_the_circle_is_allowed(tmp_path: Path) -> None:
    shapes = [":S sh:targetNode :n0 ; sh:not :R .", ":R sh:property [ sh:path :next ; sh:node :R ; sh:minCount 1 ] ."]
    assert not check(tmp_path, shapes, [":n0 :next :n1 . :n1 :next :n0 ."]).conforms
    assert check(tmp_path, shapes, [":n0 :next :n1 ."]).conforms


def count_evaluations(monkeypatch: pytest.MonkeyPatch, run: Callable[[], object]) -> int:
    counted = 0
    evaluate = Engine.evaluate

    def counting(self, *arguments):  # type: ignore[no-untyped-def]  # as the method it replaces
        nonlocal counted
        counted += 1
        return evaluate(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Engine, "evaluate", counting)
        run()
    return counted


@pytest.mark.parametrize("values", [500, 2000])
def test_a_node_with_many_failing_values_is_evaluated_a_few_times(
    values: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = [
        ":S sh:targetNode :hub ; sh:node :R .",
        ":R sh:or ( [ sh:hasValue :hub ] [ sh:property [ sh:path :ok ; sh:minCount 1 ] ] ) ;",
        " sh:property [ sh:path :p ; sh:qualifiedValueShape :R ; sh:qualifiedMinCount 0 ] .",
    ]
    lines = [f":hub :p :n{number} ." for number in range(values)]
    counted = count_evaluations(monkeypatch, lambda: check(tmp_path, shapes, lines))
    assert values <= counted <= 7 * values  # of the value itself and the two shapes within


def test_a_shape_with_many_references_is_evaluated_once(tmp_path: Path) -> None:
    """Each pair is settled once, so a lattice of shapes takes as many evaluations as it has pairs."""
    shapes = [":S0 sh:targetNode :n ."]
    shapes += [
        f":S{number} sh:node :S{number + 1}, :T{number + 1} . :T{number} sh:node :S{number + 1} ."
        for number in range(40)
    ]
    shapes += [":S40 sh:class :A . :T40 sh:class :A ."]
    assert not check(tmp_path, shapes, [":n :p 1 ."]).conforms


def test_settled_pairs_are_cached(tmp_path: Path) -> None:
    check(tmp_path, [":S sh:targetNode :n ; sh:node [ sh:class :A ] ."], [":n a :A ."])
    index = read_triples(tmp_path / "data.ttl")
    (shape,), _ = read_shapes([tmp_path / "shapes.ttl"])
    engine = Engine(index)
    node = index.iri("urn:x:n")
    inner = shape.constraints[0].shapes[0]
    assert engine.conforms(inner, node) and engine.is_settled((inner, node))
    engine.settle({(inner, node): False})
    assert [finding.focus for finding in engine.run([shape])] == [node]
