"""Claims, accepted values, names and derived facts of some things, read with two SPARQL queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from kg.errors import Text
from kg.queries import GraphAccess, QueryResult, Term
from kg.queries.terms import iri
from kg.records import read_schema
from kg.records.schema import RecordTable as Table
from kg.vocab import KG, RDF, RDFS, SKOS

Access = GraphAccess[QueryResult]
Node = dict[str, list[Term]]

# columns whose property is not their own name in lowerCamel
OTHER_PROPERTIES = {
    "identifier": "identifierValue",
    "org": "organisation",
    "giver_org": "giver",
    "receiver_org": "receiver",
}

# the properties that lead from a claim to what it is about
LINKS = "kg:about|kg:case|kg:event|kg:round|kg:organisation|kg:giver|kg:receiver|kg:before|kg:after|kg:statedIn"

_CLAIMS = """SELECT DISTINCT ?part ?s ?p ?o WHERE {{
  {{ SELECT DISTINCT ?thing WHERE {{ {which} }} }}
  {{ GRAPH ?source {{ ?s kg:about ?thing ; kg:statedIn ?source ; ?p ?o }} BIND("claim" AS ?part) }}
  UNION {{ GRAPH ?source {{ ?claim kg:about ?thing ; kg:evidence ?s . ?s ?p ?o }} BIND("span" AS ?part) }}
  UNION {{ GRAPH <{accepted}> {{ ?thing ?p ?o }} BIND(?thing AS ?s) BIND("thing" AS ?part) }}
}}"""

_NAMES = """SELECT DISTINCT ?part ?s ?p ?o WHERE {{
  {{ VALUES ?s {{ {named} }} ?s ?p ?o FILTER(?p IN (rdfs:label, skos:prefLabel, skos:definition, kg:name))
    BIND("name" AS ?part) }}
  UNION {{ VALUES ?s {{ {sources} }} ?s ?p ?o BIND("source" AS ?part) }}
  UNION {{ <{policy}> kg:rule ?s . ?s ?p ?o BIND("rule" AS ?part) }}
  UNION {{ <{policy}> kg:rule/kg:ruleKind ?s . ?s skos:prefLabel ?o BIND(skos:prefLabel AS ?p) BIND("name" AS ?part) }}
  UNION {{ VALUES ?root {{ {roots} }} GRAPH <{analysis}> {{ ?s kg:derivedFrom+ ?root . ?s ?p ?o }}
    BIND("derived" AS ?part) }}
  UNION {{ VALUES ?root {{ {roots} }} GRAPH <{analysis}> {{ ?fact kg:derivedFrom+ ?root . ?fact ?any ?s }}
           ?s ?p ?o FILTER(?p IN (rdfs:label, skos:prefLabel)) BIND("name" AS ?part) }}
}}"""


@dataclass
class Found:
    """Nodes by IRI as the graph has them; ``names`` has labels and definitions in both languages."""

    access: Access
    claims: dict[str, Node] = field(default_factory=dict)
    spans: dict[str, Node] = field(default_factory=dict)
    things: dict[str, Node] = field(default_factory=dict)
    names: dict[str, Node] = field(default_factory=dict)
    sources: dict[str, Node] = field(default_factory=dict)
    rules: dict[str, Node] = field(default_factory=dict)
    derived: dict[str, Node] = field(default_factory=dict)

    def name(self, subject: str) -> Text:
        """Label in both languages; the end of the IRI if there is none."""
        node = self.names.get(subject) or {}
        terms = node.get(str(RDFS.label), []) + node.get(str(SKOS.prefLabel), []) + node.get("name", [])
        return _both(terms) or Text(*[subject.rsplit("/", 1)[-1].rsplit("#", 1)[-1]] * 2)

    def meaning(self, subject: str) -> Text | None:
        """Definition of a concept in both languages."""
        return _both((self.names.get(subject) or {}).get(str(SKOS.definition), []))


def _both(terms: Iterable[Term]) -> Text | None:
    by_language = {term.language: term.value for term in terms}
    if not by_language:
        return None
    first = next(iter(by_language.values()))
    return Text(by_language.get("ko", by_language.get("", first)), by_language.get("en", by_language.get("", first)))


def about(access: Access, subject: str) -> str:
    """The pattern of the things to explain for ``subject``: itself, what claims link to it, what it is derived from."""
    this = iri(subject)
    analysis = iri(access.analysis_graph)
    return (
        f"{{ GRAPH ?any {{ ?c {LINKS} {this} ; kg:about ?thing }} }}"
        f" UNION {{ GRAPH ?any {{ {this} kg:about ?thing }} }}"
        f" UNION {{ GRAPH {analysis} {{ {this} kg:derivedFrom+ ?leaf }} GRAPH ?any {{ ?leaf kg:about ?thing }} }}"
        f" UNION {{ GRAPH {analysis} {{ {this} kg:derivedFrom+ ?thing }} }}"
    )


def read_claims(access: Access, which: str) -> Found:
    """All claims about the things of the pattern ``which``, their spans, and what the policy accepts of them."""
    found = Found(access)
    places = {"claim": found.claims, "span": found.spans, "thing": found.things}
    _gather(access.ask(_CLAIMS.format(which=which, accepted=access.accepted_graph)), places)
    found.claims = {claim: node for claim, node in sorted(found.claims.items()) if first(node, "about")}
    return found


def read_names(found: Found, policy: str, more: Iterable[str] = ()) -> None:
    """Add names of all that the nodes mention, sources, rules of ``policy``, and what is derived from the nodes.

    ``more`` are further IRIs whose names are needed.
    """
    access = found.access
    nodes = [*found.claims.values(), *found.things.values()]
    mentioned = {term.value for node in nodes for terms in node.values() for term in terms if term.kind == "iri"}
    named = {name for name in {*mentioned, *more} if "/id/claim/" not in name and "#" not in name}
    sources = {term.value for node in found.claims.values() for term in node.get("statedIn", [])}
    roots = {*found.claims, *found.things, *more}
    text = _NAMES.format(
        named=_values(named),
        sources=_values(sources),
        policy=access.iri(f"policy/{policy}"),
        roots=_values(roots),
        analysis=access.analysis_graph,
    )
    places = {"name": found.names, "source": found.sources, "rule": found.rules, "derived": found.derived}
    _gather(access.ask(text), places)


def _values(iris: Iterable[str]) -> str:
    return " ".join(map(iri, sorted(iris)))


def _gather(result: QueryResult, places: Mapping[str, dict[str, Node]]) -> None:
    for part, subject, predicate, value in result.rows:
        assert part and subject and predicate and value  # no OPTIONAL in the queries above
        node = places[part.value].setdefault(subject.value, {})
        node.setdefault(local(predicate.value), []).append(value)
    for nodes in places.values():
        for node in nodes.values():
            for terms in node.values():
                terms.sort()


def local(predicate: str) -> str:
    """The name of one of our own properties; others by their whole IRI, the type as ``type``."""
    if predicate == str(RDF.type):
        return "type"
    return predicate.removeprefix(str(KG))


def first(node: Node | None, name: str) -> str | None:
    """The first value of a property as text."""
    terms = (node or {}).get(name)
    return terms[0].value if terms else None


def path_of(subject: str) -> str:
    """What follows ``id/``: ``rating/win-win-index/2016/gs-enc``."""
    return subject.partition("/id/")[2]


@cache
def tables_by_folder() -> Mapping[str, Table]:
    """The fact table of each folder of ids."""
    return {table.claimed.thing_path.split("/")[0]: table for table in read_schema().facts if table.claimed}


def table_of(thing: str) -> Table | None:
    return tables_by_folder().get(path_of(thing).split("/")[0])


def property_of(column: str) -> str:
    """The property of a claim that carries a column; a test compares it with the RML mapping.

    >>> property_of("from_year")
    'fromYear'
    """
    head, *rest = column.split("_")
    return OTHER_PROPERTIES.get(column) or head + "".join(part.capitalize() for part in rest)
