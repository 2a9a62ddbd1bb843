"""Read the tables of a network from any SPARQL source: a store, a file, an endpoint.

``query`` is any function that takes SPARQL text and gives rows of Python values (tuples in the order of SELECT,
or mappings by variable name): IRIs and text as ``str``, booleans as ``bool``, dates as ``date`` or ISO text,
an unbound variable as ``None``. With rdflib give it a ``Dataset``: a plain ``Graph`` refuses queries with GRAPH.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from kg.errors import Text
from kg.network.errors import unknown
from kg.network.tables import (
    Attendance,
    Case,
    Claim,
    Contribution,
    Event,
    Kind,
    NetworkTables,
    Organisation,
    Participation,
    Role,
    local_id,
)
from kg.network.window import day
from kg.vocab import DEFAULT_POLICY, ID, KG, RDFS, SKOS, accepted_graph

CLAIMS_OF = {
    "partnership": "ParticipationClaim",
    "two-mode": "ParticipationClaim",
    "support": "ContributionClaim",
    "co-attendance": "AttendanceClaim",
}

Query = Callable[[str], Iterable[Any]]
Row = TypeVar("Row", bound=tuple[Any, ...])

_PREFIXES = f"PREFIX kg: <{KG}> PREFIX rdfs: <{RDFS}> PREFIX skos: <{SKOS}>\n"

_PARTICIPATIONS = """SELECT ?participation ?case ?role ?organisation WHERE { %s }"""
_PARTICIPATION_PATTERN = """?participation a kg:Participation ; kg:case ?case ; kg:role ?role .
  OPTIONAL { ?participation kg:organisation ?organisation }"""

_CONCEPTS = """SELECT ?concept ?label_ko ?label_en ?makes_tie WHERE {
  ?concept skos:inScheme <%s> .
  OPTIONAL { ?concept kg:makesTie ?makes_tie }
  OPTIONAL { ?concept skos:prefLabel ?label_ko FILTER (LANG(?label_ko) = "ko") }
  OPTIONAL { ?concept skos:prefLabel ?label_en FILTER (LANG(?label_en) = "en") }
}"""

_CASES = """SELECT ?case ?label ?programme ?round ?earliest ?latest WHERE { %s }"""
_CASE_PATTERN = """?case a kg:Case .
  OPTIONAL { ?case rdfs:label ?label }
  OPTIONAL { ?case kg:programme ?programme }
  OPTIONAL { ?case kg:round ?round }
  OPTIONAL { ?case kg:selectedEarliest ?earliest }
  OPTIONAL { ?case kg:selectedLatest ?latest }"""

_ORGANISATIONS = """SELECT ?organisation ?label_ko ?label_en ?kind WHERE {
  ?organisation a kg:Organisation .
  OPTIONAL { ?organisation rdfs:label ?label_ko FILTER (LANG(?label_ko) = "ko") }
  OPTIONAL { ?organisation rdfs:label ?label_en FILTER (LANG(?label_en) = "en") }
  OPTIONAL { ?organisation kg:kind ?kind }
}"""

# rdflib sets the shape: with the source first it opens one graph a source instead of trying every graph for every
# claim, and with the acceptance inside each branch 2 s on the real graph are not 60.
# The second branch is for a file without graphs (Turtle), where the claims stand beside what is accepted.
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
  OPTIONAL { ?contribution kg:kind ?kind }"""

_EVENTS = """SELECT ?event ?label ?earliest ?latest WHERE { %s }"""
_EVENT_PATTERN = """?event a kg:Event .
  OPTIONAL { ?event rdfs:label ?label }
  OPTIONAL { ?event kg:startEarliest ?earliest }
  OPTIONAL { ?event kg:startLatest ?latest }"""

_ATTENDANCES = """SELECT ?attendance ?event ?organisation ?capacity WHERE { %s }"""
_ATTENDANCE_PATTERN = """?attendance a kg:Attendance ; kg:event ?event .
  OPTIONAL { ?attendance kg:organisation ?organisation }
  OPTIONAL { ?attendance kg:capacity ?capacity }"""


def read_network_tables(query: Query, *, kind: str = "partnership", policy: str = DEFAULT_POLICY) -> NetworkTables:
    """What a network of this kind needs, by at most seven queries of the model in ``docs/model.md``.

    ``policy`` names the accepted graph to read; the default policy's things stand in the default graph.
    """
    if kind not in CLAIMS_OF:
        raise unknown(Text("망 종류", "kind of network"), kind, CLAIMS_OF)
    roles = [Role(code, ko, en, makes_tie) for code, ko, en, makes_tie in _concepts(query, "role")]
    events, attendances = _events(query, policy) if kind == "co-attendance" else ([], [])
    organisations = [
        Organisation(iri, label_ko, label_en, _code(kind_of))
        for iri, label_ko, label_en, kind_of in _rows(query, _ORGANISATIONS)
    ]
    claims = [Claim(*row) for row in _rows(query, _CLAIMS.format(CLAIMS_OF[kind], _in(policy, _CLAIM_PATTERN)))]
    return NetworkTables(
        participations=_participations(query, policy, roles) if kind in ("partnership", "two-mode") else [],
        cases=_cases(query, policy) if kind != "co-attendance" else [],
        organisations=_one_each(organisations, 1),
        claims=_one_each(claims, 2),
        roles=roles,
        kinds=[Kind(code, ko, en) for code, ko, en, _ in _concepts(query, "organisation-kind")],
        contributions=_contributions(query, policy) if kind == "support" else [],
        events=events,
        attendances=attendances,
        policy=policy,
    )


def _participations(query: Query, policy: str, roles: Iterable[Role]) -> list[Participation]:
    ties = {role.role: role.makes_tie for role in roles}
    rows = _rows(query, _PARTICIPATIONS % _in(policy, _PARTICIPATION_PATTERN))
    found = [(thing, case, local_id(role), organisation) for thing, case, role, organisation in rows]
    return _one_each([Participation(*row, ties.get(row[2], False)) for row in found], 1)


def _cases(query: Query, policy: str) -> list[Case]:
    rows = _rows(query, _CASES % _in(policy, _CASE_PATTERN))
    return _one_each([Case(a, b, _code(c), _code(d), _date(first), _date(last)) for a, b, c, d, first, last in rows], 1)


def _contributions(query: Query, policy: str) -> list[Contribution]:
    rows = _rows(query, _CONTRIBUTIONS % _in(policy, _CONTRIBUTION_PATTERN))
    return _one_each([Contribution(a, b, c, d, _code(kind)) for a, b, c, d, kind in rows], 1)


def _events(query: Query, policy: str) -> tuple[list[Event], list[Attendance]]:
    rows = _rows(query, _EVENTS % _in(policy, _EVENT_PATTERN))
    events = [Event(event, label, _date(first), _date(last)) for event, label, first, last in rows]
    rows = _rows(query, _ATTENDANCES % _in(policy, _ATTENDANCE_PATTERN))
    attendances = [Attendance(thing, event, party, _code(capacity)) for thing, event, party, capacity in rows]
    return _one_each(events, 1), _one_each(attendances, 1)


def _concepts(query: Query, scheme: str) -> list[tuple[str, str | None, str | None, bool]]:
    rows = _rows(query, _CONCEPTS % ID[f"code/{scheme}"])
    return _one_each([(local_id(iri), ko, en, _truth(ties)) for iri, ko, en, ties in rows], 1)


def _in(policy: str, pattern: str) -> str:
    return pattern if policy == DEFAULT_POLICY else f"GRAPH <{accepted_graph(policy)}> {{ {pattern} }}"


def _rows(query: Query, text: str) -> Iterable[tuple[Any, ...]]:
    names = [word[1:] for word in text.split(" WHERE")[0].split() if word.startswith("?")]
    for row in query(_PREFIXES + text):
        yield tuple(_plain(value) for value in (map(row.get, names) if isinstance(row, Mapping) else row))


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
