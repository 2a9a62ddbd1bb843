"""Features of shapes beyond SHACL Core: those that are left to pySHACL, and those that are refused."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator

import pyoxigraph as ox

from kg.errors import Fault
from kg.shacl.graph import Problem, ShapesGraph
from kg.shacl.vocabulary import ENTAILMENTS, EXTENSIONS, KNOWN_IMPORTS, PREDICATES, REFUSED, SH, THINGS, words
from kg.vocab import OWL

Found = Iterator[tuple[int, Problem]]
_QUERIES = ("select", "ask", "construct", "update")
#: keywords of queries that read other data or change data
_KEYWORDS = words("SERVICE FROM LOAD INSERT DELETE CLEAR CREATE DROP COPY MOVE ADD")


def feature_faults(graph: ShapesGraph) -> list[Fault]:
    """Unknown terms of SHACL, and unsupported features: JavaScript, imports, reading other data."""
    found = [*_refused(graph), *_imports(graph), *_queries(graph)]
    for node, name, known in _unknown(graph):
        if graph.is_part(node) or difflib.get_close_matches(name, known, cutoff=0.85):
            found.append((node, _not_known(name, known)))
        else:  # a resource that uses the namespace but is not a shape
            graph.remarks.append(graph.fault(node, _not_known(name, known)))
    return [graph.fault(node, problem) for node, problem in found]


def extensions(graph: ShapesGraph) -> list[Fault]:
    """Features beyond SHACL Core of shapes that are not deactivated, in the order of the shapes in their files."""
    found: list[tuple[int, Problem]] = []
    for node in filter(graph.is_active, graph.shapes):
        names = graph.names(node)
        for name, (ko, en) in EXTENSIONS.items():
            if name in names:
                found.append((node, _beyond(f"sh:{name}({ko})", f"sh:{name} ({en})")))
        for predicate in graph.index.predicates_of(node):
            if predicate in graph.declared:
                component, parameter = graph.index.label(graph.declared[predicate]), graph.index.label(predicate)
                en = f"{parameter} (constraint component {component})"
                found.append((node, _beyond(f"{parameter}(제약 요소 {component})", en)))
    entailments = graph.subjects("entailment")
    found += [(node, _beyond("sh:entailment(추론)", "sh:entailment (inference)")) for node in entailments]
    return [graph.fault(node, problem) for node, problem in found]


def _beyond(ko: str, en: str) -> Problem:
    return f"{ko}은(는) SHACL Core에 없습니다", f"{en} is beyond SHACL Core"


def finds_more_targets(graph: ShapesGraph) -> bool:
    """Whether targets may come from a query, a rule or inference, and so are not known from the data alone."""
    names = {name for node in graph.shapes for name in graph.names(node)}
    return not names.isdisjoint({"target", "rule"}) or bool(graph.subjects("entailment"))


def entailment(graph: ShapesGraph) -> str:
    """The name in pySHACL of the entailment that the shapes require, or ``none``."""
    regimes = {term.value for node in graph.subjects("entailment") for term in graph.terms(node, "entailment")}
    return next((ENTAILMENTS[regime] for regime in sorted(regimes) if ENTAILMENTS[regime] != "none"), "none")


def _refused(graph: ShapesGraph) -> Found:
    for name, (ko, en) in REFUSED.items():
        for node in graph.subjects(name):
            yield node, (f"sh:{name}({ko})은(는) 지원하지 않습니다", f"sh:{name} is {en}, which is not supported")


def _unknown(graph: ShapesGraph) -> Iterator[tuple[int, str, Collection[str]]]:
    """Undefined names in the namespace of SHACL, with the node that uses them and the names it might mean."""
    index = graph.index
    for predicate in range(len(index.terms)):
        subjects = index.out(predicate)
        if not subjects:
            continue
        iri = index.terms[predicate].value
        name = iri[len(SH) :] if iri.startswith(SH) else ""
        if name and name not in PREDICATES:
            yield from ((subject, name, PREDICATES) for subject in subjects)
        if name == "nodeKind":  # whose values are checked with the shapes
            continue
        for subject, values in subjects.items():
            for value in values:
                term = index.terms[value]
                if isinstance(term, ox.NamedNode) and term.value.startswith(SH):
                    thing = term.value[len(SH) :].split("-")[0]  # sh:InConstraintComponent-in is a parameter of one
                    if thing and thing not in THINGS and thing not in PREDICATES:
                        yield subject, thing, THINGS


def _not_known(name: str, known: Collection[str]) -> Problem:
    near = difflib.get_close_matches(name, sorted(known), n=3, cutoff=0.6)
    nearest = ", ".join(f"sh:{name_}" for name_ in near)
    return (
        f"sh:{name}은(는) SHACL의 용어가 아닙니다" + (f". 비슷한 값: {nearest}" if near else ""),
        f"sh:{name} is not a term of SHACL" + (f"; the nearest are {nearest}" if near else ""),
    )


def _imports(graph: ShapesGraph) -> Found:
    index = graph.index
    for subject, imported in index.out(index.iri(OWL.imports)).items():
        for value in imported:
            iri = index.label(value)
            if iri not in KNOWN_IMPORTS and not index.predicates_of(value):
                ko = f"owl:imports {iri}은(는) 따라가지 않습니다. 그 파일을 내려받아 --shapes로 함께 지정하십시오"
                yield (
                    subject,
                    (ko, f"owl:imports {iri} is not followed: save that file and give it as another --shapes"),
                )
    for subject in graph.subjects("entailment"):
        for term in graph.terms(subject, "entailment"):
            if term.value not in ENTAILMENTS:
                en = f"sh:entailment {term.value} is not supported; known: {', '.join(ENTAILMENTS)}"
                ko = f"sh:entailment {term.value}은(는) 지원하지 않습니다. 사용할 수 있는 값: {', '.join(ENTAILMENTS)}"
                yield subject, (ko, en)


def _queries(graph: ShapesGraph) -> Found:
    for name in _QUERIES:
        for node in graph.subjects(name):
            for term in graph.terms(node, name):
                for keyword in sorted(keywords(term.value) & _KEYWORDS):
                    en = f"sh:{name} uses {keyword}, which is refused: shapes read the given data only"
                    yield node, (f"sh:{name}의 {keyword}은(는) 쓸 수 없습니다. 셰이프는 주어진 데이터만 읽습니다", en)


def keywords(query: str) -> set[str]:
    """The words of a SPARQL query in capitals, except those in strings, IRIs, comments, variables and prefixed names.

    >>> sorted(keywords("SELECT ?service { ex:from ?p 'LOAD' } # SERVICE"))
    ['SELECT']
    """
    plain = _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), query)  # SPARQL replaces these first
    return {found[0].upper() for found in _TOKEN.finditer(plain) if found.lastgroup == "word"}


_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(000[0-9A-Fa-f]{5}|0010[0-9A-Fa-f]{4})")
_TOKEN = re.compile(
    r'"{3}(?:\\.|[^\\])*?"{3}' + "|" + r"'{3}(?:\\.|[^\\])*?'{3}"
    r'|"(?:\\.|[^"\\\n\r])*"' + "|" + r"'(?:\\.|[^'\\\n\r])*'"
    r"|<[^<>\"{}|^`\\\x00-\x20]*>|#[^\n\r]*|[?$@]\w+"
    r"|\w[\w.-]*:(?:[\w.:%-]|\\.)*|:(?:[\w.:%-]|\\.)+|\d+|(?P<word>\w+)",
    re.DOTALL,
)
