"""The evidence of a tie: the cases that join two organisations, by source, and sources that name one end only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.errors import Text
from kg.explain.assemble import column_title
from kg.explain.notes import ClaimNote, EdgeNote, End, JointCase, Meeting, OneSided, SourceStates, ThingNote
from kg.explain.reading import Access, Found, Node, first, local, path_of, table_of
from kg.queries.terms import iri

_JOINS = """SELECT DISTINCT ?part ?s ?p ?o WHERE {{
  {{ VALUES ?s {{ {ends} }} GRAPH ?source {{ ?claim kg:organisation ?s ; a kg:ParticipationClaim ; kg:case ?o }}
     BIND(kg:case AS ?p) BIND("end" AS ?part) }}
  UNION {{ VALUES ?s {{ {ends} }} GRAPH ?source {{ ?claim kg:organisation ?s ; a kg:AttendanceClaim ; kg:event ?o }}
     BIND(kg:event AS ?p) BIND("end" AS ?part) }}
  UNION {{ VALUES ?end {{ {ends} }}
     GRAPH ?source {{ ?claim kg:organisation ?end ; a kg:ParticipationClaim ; kg:case ?case }}
     ?s kg:one|kg:other ?case ; a kg:IdentityJudgement ; ?p ?o BIND("judgement" AS ?part) }}
  UNION {{ ?s kg:makesTie ?o BIND(kg:makesTie AS ?p) BIND("role" AS ?part) }}
}}"""
MAY_BE_ONE = ("same", "unsure")


@dataclass
class Joins:
    """The cases and events of two organisations, judgements on those cases, and the roles that make ties."""

    ends: tuple[str, str]
    cases: Mapping[str, frozenset[str]]
    events: Mapping[str, frozenset[str]]
    judgements: Mapping[str, Node] = field(default_factory=dict)
    tying: frozenset[str] = frozenset()

    @property
    def joint(self) -> list[str]:
        """Cases in which both take part, by the claims."""
        return sorted(self.cases[self.ends[0]] & self.cases[self.ends[1]])

    @property
    def met(self) -> list[str]:
        return sorted(self.events[self.ends[0]] & self.events[self.ends[1]])

    def perhaps_joint(self) -> dict[tuple[str, str], Node]:
        """Cases of one end only that may be the same as a joint case: (case, joint case) with the judgement."""
        joint, own = set(self.joint), self.cases[self.ends[0]] | self.cases[self.ends[1]]
        found = {}
        for node in self.judgements.values():
            pair = first(node, "one") or "", first(node, "other") or ""
            for case, with_case in (pair, pair[::-1]):
                if _code(node) in MAY_BE_ONE and case in own - joint and with_case in joint:
                    found[case, with_case] = node
        return found

    def which(self) -> str:
        """The pattern of the things to read: joint cases and cases that are perhaps joint, with the participations of
        the two ends and those without a name; events with the attendances of the two ends.
        """
        cases = " ".join(iri(case) for case in sorted({*self.joint, *(case for case, _ in self.perhaps_joint())}))
        met, ends = (" ".join(map(iri, things)) for things in (self.met, self.ends))
        return (
            f"{{ VALUES ?thing {{ {cases} }} }}"
            f" UNION {{ VALUES ?case {{ {cases} }} VALUES ?end {{ {ends} }}"
            " GRAPH ?any { ?c kg:case ?case ; a kg:ParticipationClaim ; kg:organisation ?end ; kg:about ?thing } }"
            f" UNION {{ VALUES ?case {{ {cases} }}"
            " GRAPH ?any { ?c kg:case ?case ; a kg:ParticipationClaim ; kg:unnamedReason ?reason ; kg:about ?thing } }"
            f" UNION {{ VALUES ?event {{ {met} }} VALUES ?end {{ {ends} }}"
            " GRAPH ?any { ?c kg:event ?event ; kg:organisation ?end ; a kg:AttendanceClaim ; kg:about ?thing } }"
        )


def read_joins(access: Access, ends: tuple[str, str]) -> Joins:
    """Which cases and events the two ends share, by the claims of all sources; one query."""
    nodes: dict[str, dict[str, Node]] = {"end": {}, "judgement": {}, "role": {}}
    for part, subject, predicate, value in access.ask(_JOINS.format(ends=" ".join(map(iri, ends)))).rows:
        assert part and subject and predicate and value  # no OPTIONAL in the query above
        nodes[part.value].setdefault(subject.value, {}).setdefault(local(predicate.value), []).append(value)
    return Joins(
        ends,
        cases=_by_end(ends, nodes["end"], "case"),
        events=_by_end(ends, nodes["end"], "event"),
        judgements=nodes["judgement"],
        tying=frozenset(role for role, node in nodes["role"].items() if first(node, "makesTie") == "true"),
    )


def _by_end(ends: tuple[str, str], nodes: Mapping[str, Node], name: str) -> dict[str, frozenset[str]]:
    return {end: frozenset(term.value for term in nodes.get(end, {}).get(name, ())) for end in ends}


def _code(node: Node) -> str:
    return (first(node, "judgement") or "").rsplit("/", 1)[-1]


def edge_note(joins: Joins, found: Found, things: tuple[ThingNote, ...]) -> EdgeNote:
    """The edge from what was read: joint cases by source, sources that name one end only, and meetings."""
    first_end, second_end = (End(end, found.name(end)) for end in joins.ends)
    notes = _Notes(things)
    return EdgeNote(
        one=first_end,
        other=second_end,
        cases=tuple(_joint_case(joins, found, notes, case) for case in joins.joint),
        one_sided=tuple(
            note
            for (case, joint), node in sorted(joins.perhaps_joint().items())
            for note in _one_sided(joins, found, notes, case, joint, node)
        ),
        meetings=tuple(_meeting(joins, found, notes, event) for event in joins.met),
    )


class _Notes:
    """The notes on things: by IRI, and those on participations and attendances by case or event."""

    def __init__(self, things: Iterable[ThingNote]):
        self._by_iri: dict[str, ThingNote] = {}
        self._parts: dict[tuple[str, str], list[ThingNote]] = {}
        for thing in things:
            self._by_iri[thing.iri] = thing
            kind, _, rest = thing.path.partition("/")
            self._parts.setdefault((kind, rest.split("/")[0]), []).append(thing)

    def get(self, iri: str) -> ThingNote | None:
        return self._by_iri.get(iri)

    def participations(self, case: str) -> list[ThingNote]:
        """Those of a case; their path is ``participation/CASE/ROLE/ORGANISATION``."""
        return self._parts.get(("participation", path_of(case).removeprefix("case/")), [])

    def attendances(self, event: str) -> list[ThingNote]:
        """Those of an event; their path is ``attendance/EVENT/AGENDA/CAPACITY/ORGANISATION``."""
        return self._parts.get(("attendance", path_of(event).removeprefix("event/")), [])


def _of_end(parts: Iterable[ThingNote], end: str) -> list[ThingNote]:
    return [part for part in parts if part.path.endswith("/" + path_of(end).removeprefix("org/"))]


def _role(found: Found, part: ThingNote) -> str:
    return found.access.iri(f"code/role/{part.path.split('/')[2]}")


def _joint_case(joins: Joins, found: Found, notes: _Notes, case: str) -> JointCase:
    parts = notes.participations(case)
    sides = [_of_end(parts, end) for end in joins.ends]
    ties = [any(_role(found, part) in joins.tying and part.status == "accepted" for part in side) for side in sides]
    claims: list[dict[str, list[ClaimNote]]] = [{}, {}]
    for side, by_source in zip(sides, claims, strict=True):
        for part in side:
            for claim in part.claims:
                by_source.setdefault(claim.source.iri, []).append(claim)
    sources = {claim.source.iri: claim.source for by_source in claims for each in by_source.values() for claim in each}
    order = sorted(sources.values(), key=lambda source: (source.latest or "9999", source.id))
    return JointCase(
        iri=case,
        label=_case_label(found, notes, case),
        selected=_selected(notes, case),
        makes_tie=all(ties),
        roles_one=tuple(found.name(_role(found, part)) for part in sides[0]),
        roles_other=tuple(found.name(_role(found, part)) for part in sides[1]),
        sources=tuple(
            SourceStates(source, tuple(claims[0].get(source.iri, ())), tuple(claims[1].get(source.iri, ())))
            for source in order
        ),
    )


def _selected(notes: _Notes, case: str) -> str | None:
    """The accepted day of selection, as the note on the case has it."""
    table = table_of(case)
    title = column_title(table, "selected") if table else None
    thing = notes.get(case)
    values = [value for shown, value in thing.values if shown == title] if thing else []
    return values[0].ko if values else None


def _case_label(found: Found, notes: _Notes, case: str) -> Text:
    thing = notes.get(case)
    return thing.label if thing else found.name(case)


def _one_sided(joins: Joins, found: Found, notes: _Notes, case: str, joint: str, judgement: Node) -> Iterable[OneSided]:
    """One note for each source that states the case and, there, one end without the other."""
    parts = notes.participations(case)
    unnamed = [part for part in parts if part.path.endswith("/unnamed")]
    for end in joins.ends:
        by_source: dict[str, list[ClaimNote]] = {}
        for part in _of_end(parts, end):
            for claim in part.claims:
                by_source.setdefault(claim.source.iri, []).append(claim)
        for source, claims in sorted(by_source.items()):
            blank = next((part for part in unnamed if any(claim.source.iri == source for claim in part.claims)), None)
            reason = next(
                (value for part in [blank] if part for claim in part.claims for _, value in claim.values), None
            )
            label = found.name(first(judgement, "judgement") or "")
            yield OneSided(
                source=claims[0].source,
                case=case,
                label=_case_label(found, notes, case),
                joint_case=joint,
                judgement=_code(judgement),
                judgement_label=label,
                reason=first(judgement, "reasonText"),
                end=End(end, found.name(end)),
                claims=tuple(claims),
                unnamed=reason,
                unnamed_role=found.name(_role(found, blank)) if blank else None,
            )


def _meeting(joins: Joins, found: Found, notes: _Notes, event: str) -> Meeting:
    sides = [
        {claim.source.id for thing in _of_end(notes.attendances(event), end) for claim in thing.claims}
        for end in joins.ends
    ]
    return Meeting(event, found.name(event), tuple(sorted(sides[0] & sides[1])))
