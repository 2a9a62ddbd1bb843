"""Read the tables of a network from any SPARQL source: a store, a file, an endpoint.

``query`` is any function that takes SPARQL text and gives rows of Python values (tuples in the order of SELECT,
or mappings by variable name): IRIs and text as ``str``, booleans as ``bool``, dates as ``date`` or ISO text,
an unbound variable as ``None``. With rdflib give it a ``Dataset``: a plain ``Graph`` refuses queries with GRAPH.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from kg.errors import Text
from kg.network.days import day
from kg.network.errors import unknown
from kg.network.tables.reader import read_tables, require_known
from kg.network.tables.rows import (
    Attendance,
    AttributeLabel,
    Case,
    Claim,
    Contribution,
    Event,
    Kind,
    NetworkTables,
    Organisation,
    Participation,
    Rating,
    Role,
    local_id,
)
from kg.queries import GraphAccess
from kg.vocab import BASE, DEFAULT_POLICY, KG, RDFS, SKOS

CLASSES = {
    "case_participants": "ParticipationClaim",
    "case_contributions": "ContributionClaim",
    "event_participants": "AttendanceClaim",
    "ratings": "RatingClaim",
}

Query = Callable[[str], Iterable[Any]]
Row = TypeVar("Row", bound=tuple[Any, ...])

_PREFIXES = f"PREFIX rdfs: <{RDFS}> PREFIX skos: <{SKOS}> PREFIX kg: <{KG}>\n"

_GRAPHS = """SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?case a kg:Case } }"""

_PARTICIPATIONS = """SELECT ?participation ?case ?role ?organisation WHERE { %s }"""
_PARTICIPATION_PATTERN = """?participation a kg:Participation ; kg:case ?case ; kg:role ?role .
  OPTIONAL { ?participation kg:organisation ?organisation }
  MINUS { ?participation kg:status <%s> }"""

_CONCEPTS = """SELECT ?concept ?label_ko ?label_en ?makes_tie WHERE {
  ?concept skos:inScheme <%s> .
  OPTIONAL { ?concept kg:makesTie ?makes_tie }
  OPTIONAL { ?concept skos:prefLabel ?label_ko FILTER (LANG(?label_ko) = "ko") }
  OPTIONAL { ?concept skos:prefLabel ?label_en FILTER (LANG(?label_en) = "en") }
}"""

# leaves out that of which nothing is accepted: under a strict policy most of what is claimed
_FOLLOWED = "MINUS { ?it kg:contestedBy ?contested FILTER NOT EXISTS { ?it kg:acceptedFrom ?followed } }"

_CASES = """SELECT ?case ?label ?programme ?round ?earliest ?latest WHERE { %s }"""
_CASE_PATTERN = """?case a kg:Case .
  OPTIONAL { ?case rdfs:label ?label }
  OPTIONAL { ?case kg:programme ?programme }
  OPTIONAL { ?case kg:round ?round }
  OPTIONAL { ?case kg:selectedEarliest ?earliest }
  OPTIONAL { ?case kg:selectedLatest ?latest }
  """ + _FOLLOWED.replace("?it", "?case")

_ORGANISATIONS = """SELECT ?organisation ?label_ko ?label_en ?kind ?industry ?region ?group WHERE {
  ?organisation a kg:Organisation .
  OPTIONAL { ?organisation rdfs:label ?label_ko FILTER (LANG(?label_ko) = "ko") }
  OPTIONAL { ?organisation rdfs:label ?label_en FILTER (LANG(?label_en) = "en") }
  OPTIONAL { ?organisation kg:kind ?kind }
  OPTIONAL { ?organisation kg:industry ?industry }
  OPTIONAL { ?organisation kg:region ?region }
  OPTIONAL { ?organisation kg:businessGroup ?group }
}"""

_ATTRIBUTE_LABELS = """SELECT DISTINCT ?attribute ?thing ?label_ko ?label_en WHERE {
  { ?organisation a kg:Organisation ; kg:industry ?thing . BIND("industry" AS ?attribute) }
  UNION { ?organisation a kg:Organisation ; kg:region ?thing . BIND("region" AS ?attribute) }
  UNION { ?thing a kg:BusinessGroup . BIND("group" AS ?attribute) }
  OPTIONAL { ?thing skos:prefLabel|rdfs:label ?label_ko FILTER (LANG(?label_ko) = "ko") }
  OPTIONAL { ?thing skos:prefLabel|rdfs:label ?label_en FILTER (LANG(?label_en) = "en") }
}"""

# rdflib sets the shape: with the source first it opens one graph a source instead of trying every graph for every
# claim, and with the acceptance inside each branch 2 s on the real graph are not 60.
# The second branch is for a file without graphs (Turtle), where claims and accepted values are in one graph.
_CLAIMS = """SELECT DISTINCT ?thing ?claim ?source ?origin WHERE {{
  ?source a kg:Source .
  {{ GRAPH ?source {{ ?claim a kg:{0} ; kg:about ?thing ; kg:statedIn ?source }} {1} }}
  UNION {{ ?claim kg:statedIn ?source ; a kg:{0} ; kg:about ?thing . {1} }}
  OPTIONAL {{ ?source kg:origin ?origin }}
}}"""
_CLAIM_PATTERN = "?thing kg:acceptedFrom ?claim ."

_CONTRIBUTIONS = """SELECT ?contribution ?case ?giver ?receiver ?kind WHERE { %s }"""
_CONTRIBUTION_PATTERN = """?contribution a kg:Contribution ; kg:case ?case .
  OPTIONAL { ?contribution kg:giver ?giver }
  OPTIONAL { ?contribution kg:receiver ?receiver }
  OPTIONAL { ?contribution kg:kind ?kind }
  """ + _FOLLOWED.replace("?it", "?contribution")

_EVENTS = """SELECT ?event ?label ?earliest ?latest WHERE { %s }"""
_EVENT_PATTERN = """?event a kg:Event .
  OPTIONAL { ?event rdfs:label ?label }
  OPTIONAL { ?event kg:startEarliest ?earliest }
  OPTIONAL { ?event kg:startLatest ?latest }
  """ + _FOLLOWED.replace("?it", "?event")

_ATTENDANCES = """SELECT ?attendance ?event ?organisation ?capacity WHERE { %s }"""
_ATTENDANCE_PATTERN = """?attendance a kg:Attendance ; kg:event ?event .
  OPTIONAL { ?attendance kg:organisation ?organisation }
  OPTIONAL { ?attendance kg:capacity ?capacity }
  MINUS { ?attendance kg:status <%s> }"""

_RATINGS = """SELECT ?rating ?scheme ?year ?grade ?organisation WHERE { %s }"""
_RATING_PATTERN = """?rating a kg:Rating ; kg:scheme ?scheme ; kg:year ?year ; kg:grade ?grade ;
    kg:organisation ?organisation"""


def read_network_tables(
    query: Query, *, kind: str = "partnership", policy: str = DEFAULT_POLICY, base: str = BASE
) -> NetworkTables:
    """What a network of this kind needs, by at most eight queries of the model in ``docs/model.md``.

    ``policy`` names the accepted graph to read; what the default policy accepts is in the default graph.
    ``base`` is the base of the graph's ids; terms (``def#``) always have the toolkit's own.
    """
    return read_access(GraphAccess(query, base, policy), kind)


def read_access(access: GraphAccess[Iterable[Any]], kind: str) -> NetworkTables:
    """The same of a graph whose base and policy are in ``access``."""
    require_known(kind)
    reader = SparqlReader(access)
    reader.check_policy()
    return read_tables(reader, kind)


def query_rows(access: GraphAccess[Iterable[Any]], text: str) -> Iterable[tuple[Any, ...]]:
    """The rows of a SELECT as plain tuples in the order of its variables; prefixes rdfs, skos and kg are known."""
    names = [word[1:] for word in text.split(" WHERE")[0].split() if word.startswith("?")]
    for row in access.ask(_PREFIXES + text):
        yield tuple(_plain(value) for value in (map(row.get, names) if isinstance(row, Mapping) else row))


@dataclass(frozen=True)
class SparqlReader:
    """A graph that answers SPARQL, read under the policy of ``access``."""

    access: GraphAccess[Iterable[Any]]

    @property
    def policy(self) -> str:
        return self.access.policy

    def check_policy(self) -> None:
        """Refuse a policy of which nothing is stored: an empty network would look like an answer."""
        if self.policy == DEFAULT_POLICY:
            return
        start = self.access.with_policy("").accepted_graph
        graphs = [graph for (graph,) in query_rows(self.access, _GRAPHS)]
        known = {graph.removeprefix(start) for graph in graphs if graph.startswith(start)} | {DEFAULT_POLICY}
        if self.policy not in known:
            raise unknown(Text("채택 방침", "policy"), self.policy, known)

    def participations(self) -> list[Participation]:
        ties = {role.role: role.makes_tie for role in self.roles()}
        rows = self._accepted(_PARTICIPATIONS, self._decided(_PARTICIPATION_PATTERN))
        found = [(thing, case, local_id(role), organisation) for thing, case, role, organisation in rows]
        return _one_each([Participation(*row, ties.get(row[2], False)) for row in found], 1)

    def cases(self) -> list[Case]:
        rows = self._accepted(_CASES, _CASE_PATTERN)
        cases = [Case(a, b, _code(c), _code(d), _date(first), _date(last)) for a, b, c, d, first, last in rows]
        return _one_each(cases, 1)

    def organisations(self) -> list[Organisation]:
        rows = query_rows(self.access, _ORGANISATIONS)
        found = [Organisation(iri, ko, en, *map(_code, codes)) for iri, ko, en, *codes in rows]
        return _one_each(found, 1)

    def attribute_labels(self) -> list[AttributeLabel]:
        rows = query_rows(self.access, _ATTRIBUTE_LABELS)
        return _one_each([AttributeLabel(name, local_id(thing), ko, en) for name, thing, ko, en in rows], 2)

    def claims(self, table: str) -> list[Claim]:
        rows = query_rows(self.access, _CLAIMS.format(CLASSES[table], self._inside(_CLAIM_PATTERN)))
        return _one_each([Claim(*row) for row in rows], 2)

    def contributions(self) -> list[Contribution]:
        rows = self._accepted(_CONTRIBUTIONS, _CONTRIBUTION_PATTERN)
        return _one_each([Contribution(a, b, c, d, _code(kind)) for a, b, c, d, kind in rows], 4)

    def ratings(self) -> list[Rating]:
        found = [
            Rating(rating, local_id(scheme), int(str(year)[:4]), local_id(grade), organisation)
            for rating, scheme, year, grade, organisation in self._accepted(_RATINGS, _RATING_PATTERN)
        ]
        return _one_each(found, 1)

    def events(self) -> list[Event]:
        rows = self._accepted(_EVENTS, _EVENT_PATTERN)
        return _one_each([Event(event, label, _date(first), _date(last)) for event, label, first, last in rows], 1)

    def attendances(self) -> list[Attendance]:
        rows = self._accepted(_ATTENDANCES, self._decided(_ATTENDANCE_PATTERN))
        return _one_each(
            [Attendance(thing, event, party, _code(capacity)) for thing, event, party, capacity in rows], 1
        )

    def roles(self) -> list[Role]:
        return self._roles

    @functools.cached_property
    def _roles(self) -> list[Role]:
        return [Role(*row) for row in self._concepts("role")]

    def kinds(self) -> list[Kind]:
        return [Kind(code, ko, en) for code, ko, en, _ in self._concepts("organisation-kind")]

    def _concepts(self, code_list: str) -> list[tuple[str, str | None, str | None, bool]]:
        rows = query_rows(self.access, _CONCEPTS % self.access.iri(f"code/{code_list}"))
        return _one_each([(local_id(iri), ko, en, _truth(ties)) for iri, ko, en, ties in rows], 1)

    def _accepted(self, query: str, pattern: str) -> Iterable[tuple[Any, ...]]:
        return query_rows(self.access, query % self._inside(pattern))

    def _decided(self, pattern: str) -> str:
        return pattern % self.access.iri("code/status/undecided")

    def _inside(self, pattern: str) -> str:
        """The pattern where the accepted things of the policy are."""
        if self.policy == DEFAULT_POLICY:
            return pattern
        return f"GRAPH <{self.access.accepted_graph}> {{ {pattern} }}"


def _plain(value: Any) -> Any:
    """Terms that are a kind of ``str`` (rdflib's are) become plain text, so that ids compare and print alike."""
    return value if value is None or isinstance(value, bool | date) else str(value)


def _one_each(rows: Iterable[Row], key: int) -> list[Row]:
    """The rows in order, one a key: a thing with two labels is still one thing."""
    ordered = sorted(set(rows), key=lambda row: [(value is not None, str(value)) for value in row])
    return list({row[:key]: row for row in reversed(ordered)}.values())[::-1]


def _code(iri: str | None) -> str | None:
    return None if iri is None else local_id(iri)


def _date(value: Any) -> date | None:
    return None if value is None else day(value)


def _truth(value: Any) -> bool:
    return value is True or str(value).lower() in ("true", "1")
