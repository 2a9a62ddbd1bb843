"""Reads an RML document (Turtle) into a ``Mapping``, or reports all its faults at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from kg.errors import Text
from kg.mapping import terms
from kg.mapping.iri import is_absolute_iri, is_language_tag
from kg.mapping.model import (
    Column,
    Mapping,
    MappingError,
    MappingFault,
    ParentMap,
    PredicateObjectMap,
    TermMap,
    TriplesMap,
)
from kg.mapping.terms import short
from kg.vocab import BASE, RDF, XSD, rebased

_Made = TypeVar("_Made")
Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_TOKEN = re.compile(r"\\(?P<escaped>[\\{}])|\{(?P<column>(?:[^{}\\]|\\.)+)\}|(?P<brace>[{}])|(?P<text>[^\\{}]+|\\)")


def read_mapping(path: Path, base: str | None = None, *, base_iri: str = "") -> Mapping:
    """The mapping in the RML document at ``path``.

    A document is written for the base IRI of the toolkit; ``base`` replaces it in ids, and terms stay as they are.
    ``base_iri`` is put before relative IRIs if the document has no ``rml:baseIRI``; without either, a relative IRI
    is a fault. Raises ``MappingError`` with every unsupported or faulty part, each with its triples map and property.
    """
    reader = _Reader(_parse(path), base or BASE, base_iri)
    mapping = reader.read()
    if reader.faults:
        raise MappingError(sorted(reader.faults, key=lambda fault: (fault.place, fault.property, fault.text.en)))
    return mapping


def _parse(path: Path) -> dict[Node, dict[str, list[Node]]]:
    graph: dict[Node, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
    try:
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
            graph[quad.subject][quad.predicate.value].append(quad.object)
    except SyntaxError as error:
        text = Text(f"Turtle로 읽을 수 없습니다: {error}", f"cannot be read as Turtle: {error}")
        raise MappingError([MappingFault(path.name, f"line {error.lineno}", text)]) from error
    return graph


class _Reader:
    """One pass over the graph of a document; faults are collected, and faulty parts are left out."""

    def __init__(self, graph: dict[Node, dict[str, list[Node]]], base: str, base_iri: str):
        self.graph = graph
        self.base = base
        self.default_base_iri = self.base_iri = base_iri
        self.faults: list[MappingFault] = []
        self.place = ""

    def read(self) -> Mapping:
        nodes = [node for node, found in self.graph.items() if self._is_triples_map(found)]
        found = [self._triples_map(node) for node in nodes]
        maps = sorted(filter(None, found), key=lambda triples_map: triples_map.place)
        if not nodes:
            self.place = "—"
            self._fault("rr:subjectMap", "트리플 맵이 하나도 없습니다.", "there is no triples map")
        self._check_parents(maps)
        return Mapping(tuple(maps))

    # --- faults and access -----------------------------------------------------------------------------------

    def _fault(self, name: str, ko: str, en: str) -> None:
        self.faults.append(MappingFault(self.place, name, Text(ko, en)))

    @staticmethod
    def _is_triples_map(properties: dict[str, list[Node]]) -> bool:
        words = {terms.PROPERTIES.get(iri) for iri in properties}
        typed = {getattr(value, "value", "") for value in properties.get(RDF.type, ())}
        return bool(words & {"logicalSource", "subjectMap", "subject"}) or bool(
            typed & {terms.RR["TriplesMap"], terms.RML_CORE["TriplesMap"]}
        )

    def _words(self, node: Node, allowed: set[str]) -> dict[str, list[Node]]:
        """The properties of a node by short name; other properties of R2RML or RML are faults, labels are ignored."""
        found: dict[str, list[Node]] = defaultdict(list)
        for iri, values in self.graph.get(node, {}).items():
            word = terms.PROPERTIES.get(iri)
            if word in allowed:
                found[word].extend(values)
            elif iri.startswith(terms.OURS):
                local = re.split(r"[#/]", iri)[-1]
                reason = terms.REASONS.get(local, terms.UNKNOWN)
                self._fault(short(iri), reason.ko, reason.en)
        return found

    def _only(self, found: dict[str, list[Node]], word: str, name: str) -> Node | None:
        values = found.get(word, [])
        if len(values) > 1:
            self._fault(name, "하나만 있어야 합니다.", "there may only be one")
        return values[0] if values else None

    def _rebased(self, iri: str) -> str:
        return rebased(iri, self.base)

    # --- triples maps ----------------------------------------------------------------------------------------

    def _triples_map(self, node: Node) -> TriplesMap | None:
        self.place = node.value if isinstance(node, ox.NamedNode) else self._unnamed(node)
        found = self._words(node, terms.TRIPLES_MAP)
        stated = self._only(found, "baseIRI", "rml:baseIRI")
        self.base_iri = stated.value if isinstance(stated, ox.NamedNode) else self.default_base_iri
        source, iterator = self._source(self._only(found, "logicalSource", "rml:logicalSource"))
        subject, classes, graphs = self._subject(found)
        pairs = tuple(self._pair(pair) for pair in found["predicateObjectMap"])
        if source is None or subject is None:
            return None
        return TriplesMap(self.place, source, subject, classes, graphs, pairs, iterator, self.base_iri)

    def _unnamed(self, node: Node) -> str:
        """The name of a triples map without IRI, from its source and its subject."""
        texts = []
        for path in (("logicalSource", "source"), ("subjectMap", "template"), ("subjectMap", "reference")):
            nodes: list[Node] = [node]
            for word in path:
                nodes = [
                    value for node in nodes for iri, values in self.graph.get(node, {}).items() for value in values
                    if terms.PROPERTIES.get(iri) == word
                ]  # fmt: skip
            texts += sorted(value.value for value in nodes if isinstance(value, ox.Literal))
        return f"[{', '.join(texts)}]"

    def _source(self, node: Node | None) -> tuple[str | None, str | None]:
        """The file that a triples map reads, and for JSON the JSONPath of its items."""
        if node is None:
            self._fault("rml:logicalSource", "논리 소스가 없습니다.", "there is no logical source")
            return None, None
        found = self._words(node, terms.SOURCE)
        formulation = self._only(found, "referenceFormulation", "rml:referenceFormulation")
        chosen = getattr(formulation, "value", "")
        if chosen not in terms.TABLES | terms.JSON:
            shown = short(formulation.value) if isinstance(formulation, ox.NamedNode) else "—"
            self._fault(
                "rml:referenceFormulation",
                f"{shown}: 표(ql:CSV)와 JSON(ql:JSONPath)만 읽습니다.",
                f"{shown}: only tables and JSON are read; write ql:CSV or ql:JSONPath",
            )
        iterator = getattr(self._only(found, "iterator", "rml:iterator"), "value", None)
        if iterator is not None and chosen in terms.TABLES:
            self._fault("rml:iterator", "표에는 쓸 수 없습니다.", "does not apply to a table")
        return self._file(found), (iterator or "$") if chosen in terms.JSON else None

    def _file(self, found: dict[str, list[Node]]) -> str | None:
        name = self._only(found, "source", "rml:source")
        if name is not None and not isinstance(name, ox.Literal):  # RML-Core describes a file by its path
            name = next(iter(self.graph.get(name, {}).get(terms.RML_CORE.path, ())), None)
        if not isinstance(name, ox.Literal):
            self._fault(
                "rml:source",
                "소스는 표의 파일 이름(문자열)이어야 합니다.",
                "a source is the file name of a table, a plain string",
            )
            return None
        return name.value

    def _subject(self, found: dict[str, list[Node]]) -> tuple[TermMap | None, tuple[str, ...], tuple[TermMap, ...]]:
        node, constant = self._only(found, "subjectMap", "rr:subjectMap"), self._only(found, "subject", "rr:subject")
        if (node is None) == (constant is None):
            self._fault("rr:subjectMap", "주어 맵은 정확히 하나여야 합니다.", "there must be exactly one subject map")
            return None, (), ()
        if constant is not None:
            return self._constant(constant, "rr:subject", literals=False), (), ()
        assert node is not None
        words = self._words(node, terms.SUBJECT)
        subject = self._term(words, "rr:subjectMap", literals=False)
        classes = tuple(sorted(self._class(value) for value in words["class"]))
        return subject, classes, self._graphs(words)

    def _class(self, node: Node) -> str:
        if not isinstance(node, ox.NamedNode):
            self._fault("rr:class", "클래스는 IRI여야 합니다.", "a class is an IRI")
            return ""
        return self._rebased(node.value)

    def _pair(self, node: Node) -> PredicateObjectMap:
        found = self._words(node, terms.PAIR)
        predicates = [self._constant(value, "rr:predicate", literals=False) for value in found["predicate"]]
        for value in found["predicateMap"]:
            predicates.append(self._term(self._words(value, terms.EXPRESSION), "rr:predicateMap", literals=False))
        objects = [self._object(value) for value in found["objectMap"]]
        objects += [self._constant(value, "rr:object") for value in found["object"]]
        if not predicates:
            self._fault("rr:predicateObjectMap", "술어가 없습니다.", "there is no predicate")
        if not objects:
            self._fault("rr:predicateObjectMap", "목적어가 없습니다.", "there is no object")
        return PredicateObjectMap(_without_none(predicates), _without_none(objects), self._graphs(found))

    def _graphs(self, found: dict[str, list[Node]]) -> tuple[TermMap, ...]:
        graphs = [self._constant(value, "rr:graph", literals=False) for value in found["graph"]]
        for value in found["graphMap"]:
            graphs.append(self._term(self._words(value, terms.EXPRESSION), "rr:graphMap", literals=False))
        return _without_none(graphs)

    # --- terms -----------------------------------------------------------------------------------------------

    def _object(self, node: Node) -> TermMap | ParentMap | None:
        if any(terms.PROPERTIES.get(iri) == "parentTriplesMap" for iri in self.graph.get(node, {})):
            return self._parent(node)
        return self._term(self._words(node, terms.OBJECT), "rr:objectMap")

    def _parent(self, node: Node) -> ParentMap | None:
        found = self._words(node, terms.PARENT)
        parent = self._only(found, "parentTriplesMap", "rr:parentTriplesMap")
        joins = []
        for join in found["joinCondition"]:
            words = self._words(join, terms.JOIN)
            child, parent_end = self._join_end(words, "child"), self._join_end(words, "parent")
            if child and parent_end:
                joins.append((child, parent_end))
            else:
                self._fault("rr:joinCondition", "child와 parent가 있어야 합니다.", "needs a child and a parent")
        if isinstance(parent, ox.NamedNode):
            return ParentMap(parent.value, tuple(sorted(joins, key=repr)))
        self._fault("rr:parentTriplesMap", "IRI가 있는 트리플 맵이어야 합니다.", "must be a triples map with an IRI")
        return None

    def _join_end(self, words: dict[str, list[Node]], word: str) -> tuple[str | Column, ...] | None:
        """One end of a join: a column, or the text of a child or parent map."""
        column, node = self._only(words, word, f"rr:{word}"), self._only(words, f"{word}Map", f"rml:{word}Map")
        if node is None:
            return (Column(column.value),) if isinstance(column, ox.Literal) else None
        found = self._words(node, terms.EXPRESSION)
        made = self._term({**found, "termType": [ox.NamedNode(terms.RR["Literal"])]}, f"rml:{word}Map")
        return made.parts if made else None

    def _term(self, found: dict[str, list[Node]], name: str, literals: bool = True) -> TermMap | None:
        present = [word for word in ("constant", "template", "reference") if found.get(word)]
        if len(present) != 1:
            self._fault(
                name,
                "constant, template, reference 가운데 정확히 하나가 있어야 합니다.",
                "needs exactly one of constant, template and reference",
            )
            return None
        kind = present[0]
        value = self._only(found, kind, name)
        assert value is not None
        suffix, suffix_map = self._suffix(found)
        is_typed = any(found.get(word) for word in ("datatype", "datatypeMap", "language", "languageMap"))
        is_iri = self._is_iri(found, name, default=not (literals and (kind == "reference" or is_typed)))
        if is_iri is None:
            return None
        if is_iri and is_typed:
            self._fault(name, "IRI에는 데이터형이나 언어가 없습니다.", "an IRI has neither datatype nor language")
        if not is_iri and not literals:
            self._fault(name, "여기는 IRI여야 합니다.", "only an IRI is allowed here")
        if kind == "constant":
            if is_typed:
                self._fault(
                    name,
                    "상수에는 데이터형이나 언어를 직접 적으십시오.",
                    "write datatype or language into the constant itself",
                )
            return self._constant(value, name, literals)
        if not isinstance(value, ox.Literal):
            self._fault(name, f"{kind}은(는) 문자열이어야 합니다.", f"a {kind} is a string")
            return None
        parts = (Column(value.value),) if kind == "reference" else self._template(value.value, name, is_iri)
        if not parts:
            return None
        keeps_letters = is_iri and kind == "template" and self._keeps_letters(found)
        return TermMap(kind, parts, is_iri, suffix, suffix_map, is_typed, keeps_letters)

    @staticmethod
    def _keeps_letters(found: dict[str, list[Node]]) -> bool:
        """Whether the term is an IRI as defined by RML-Core, in which letters of any script are not encoded."""
        return any(getattr(value, "value", "") == terms.RML_CORE["IRI"] for value in found.get("termType", ()))

    def _is_iri(self, found: dict[str, list[Node]], name: str, default: bool) -> bool | None:
        node = self._only(found, "termType", "rr:termType")
        chosen = getattr(node, "value", None)
        if chosen in terms.BLANK_NODE:
            self._fault(
                f"{name} rr:termType",
                "빈 노드는 만들지 않습니다(출력이 결정적이지 않게 됩니다). IRI를 쓰십시오.",
                "blank nodes are not made, because the output would lose its canonical form; mint an IRI",
            )
            return None
        if chosen in terms.UNSAFE:
            self._fault(
                f"{name} rr:termType",
                "IRI가 아닌 값이 나올 수 있습니다. rml:IRI를 쓰십시오.",
                "may give a value that is not an IRI; write rml:IRI",
            )
        elif node is not None and chosen not in terms.IRI | terms.LITERAL:
            self._fault(f"{name} rr:termType", "알 수 없는 항 종류입니다.", f"unknown term type {chosen}")
        return default if node is None else chosen not in terms.LITERAL

    def _constant(self, value: Node, name: str, literals: bool = True) -> TermMap | None:
        if isinstance(value, ox.NamedNode):
            iri = self._rebased(value.value)
            if not is_absolute_iri(iri):
                iri = self.base_iri + iri
            if not is_absolute_iri(iri):
                self._fault(name, f"<{iri}>은(는) 올바른 IRI가 아닙니다.", f"<{iri}> is not a valid IRI")
            return TermMap("constant", (iri,))
        if isinstance(value, ox.Literal) and literals:
            suffix = f"@{value.language}" if value.language else self._datatype_suffix(value.datatype.value)
            return TermMap("constant", (value.value,), False, suffix)
        self._fault(name, "여기에 올 수 없는 상수입니다.", "a constant of this kind is not allowed here")
        return None

    def _template(self, text: str, name: str, is_iri: bool) -> tuple[str | Column, ...]:
        parts: list[str | Column] = [""]
        for token in _TOKEN.finditer(text):
            if token["column"] is not None:
                parts += [Column(re.sub(r"\\([\\{}])", r"\1", token["column"])), ""]
            elif token["brace"]:
                self._fault(
                    name, f"템플릿의 중괄호가 맞지 않습니다: {text}", f"the braces of the template do not match: {text}"
                )
            else:
                parts[-1] = f"{parts[-1]}{token['escaped'] or token['text']}"
        if is_iri:
            parts[0] = self._rebased(str(parts[0]))
            if not is_absolute_iri("".join(part if isinstance(part, str) else "a" for part in parts)):
                parts[0] = f"{self.base_iri}{parts[0]}"
            if not is_absolute_iri("".join(part if isinstance(part, str) else "a" for part in parts)):
                self._fault(name, f"절대 IRI가 되지 않습니다: {text}", f"does not make an absolute IRI: {text}")
        return tuple(part for part in parts if part != "")

    def _suffix(self, found: dict[str, list[Node]]) -> tuple[str, TermMap | None]:
        """The suffix of a literal: as text if it is the same in every row, else as a term map."""
        datatype = self._shortcut(found, "datatype", "datatypeMap", literals=False)
        language = self._shortcut(found, "language", "languageMap", literals=True)
        if datatype is not None and language is not None:
            self._fault(
                "rr:datatype", "데이터형과 언어는 함께 쓸 수 없습니다.", "datatype and language exclude each other"
            )
        made = datatype if datatype is not None else language
        if made is None:
            return "", None
        if made.kind != "constant":
            return "", made
        value = str(made.parts[0])
        if made.is_iri:
            return self._datatype_suffix(value), None
        if not is_language_tag(value):
            self._fault("rr:language", f"언어 태그가 아닙니다: {value}", f"not a language tag: {value}")
        return f"@{value.lower()}", None

    def _shortcut(self, found: dict[str, list[Node]], word: str, map_word: str, literals: bool) -> TermMap | None:
        """The term map of ``rr:datatype`` or ``rml:datatypeMap``, an IRI (and of a language, a literal)."""
        value, node = self._only(found, word, f"rr:{word}"), self._only(found, map_word, f"rml:{map_word}")
        if value is not None:
            return self._constant(value, f"rr:{word}", literals)
        if node is None:
            return None
        kind = terms.RR["Literal" if literals else "IRI"]
        return self._term({**self._words(node, terms.EXPRESSION), "termType": [ox.NamedNode(kind)]}, f"rml:{map_word}")

    def _datatype_suffix(self, iri: str) -> str:
        if iri == RDF.langString:
            self._fault("rr:datatype", "rdf:langString에는 언어가 있어야 합니다.", "rdf:langString needs a language")
        return "" if iri == XSD.string else f"^^<{self._rebased(iri)}>"

    # --- parents ---------------------------------------------------------------------------------------------

    def _check_parents(self, maps: Iterable[TriplesMap]) -> None:
        map_of_place = {triples_map.place: triples_map for triples_map in maps}
        for child in map_of_place.values():
            self.place = child.place
            for made in (made for pair in child.pairs for made in pair.objects if isinstance(made, ParentMap)):
                parent = map_of_place.get(made.parent)
                if parent is None:
                    self._fault(
                        "rr:parentTriplesMap",
                        f"그런 트리플 맵이 없습니다: {made.parent}",
                        f"no such triples map: {made.parent}",
                    )
                elif parent.source != child.source and not made.joins:
                    self._fault(
                        "rr:parentTriplesMap",
                        "다른 표의 주어에는 rr:joinCondition이 있어야 합니다.",
                        "the subject of another table needs an rr:joinCondition",
                    )


def _without_none(found: Iterable[_Made | None]) -> tuple[_Made, ...]:
    return tuple(item for item in found if item is not None)
