"""What an explanation is made of: frozen notes on sources, claims, things, derived facts and ties."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.errors import Text

Values = tuple[tuple[Text, Text], ...]  # title of a property, and its value, in both languages


@dataclass(frozen=True)
class SourceNote:
    """A source: publisher, day of publication with its bounds, kind, and the announcement that it repeats."""

    iri: str
    id: str
    publisher: str
    topic: str
    published: str | None
    earliest: str | None
    latest: str | None
    kind: Text | None
    origin: str | None
    url: str | None


@dataclass(frozen=True)
class ClaimNote:
    """What one source states: the value, the figure and name as printed, the place, and how far it can be checked.

    ``standing`` is ``followed``, ``set-aside``, ``contested``, ``partly``, ``short`` (the policy asks for more) or
    ``left-out`` (by a supposition);
    ``agrees`` and ``disagrees`` hold the numbers of other claims about the same thing, the latter with the properties.
    """

    iri: str
    number: int
    source: SourceNote
    standing: str
    values: Values
    stance: Text | None
    level: str
    level_label: Text | None
    place: str | None
    span: tuple[int, int] | None
    printed: str | None
    printed_name: str | None
    approximate: bool
    note: str | None
    agrees: tuple[int, ...] = ()
    disagrees: tuple[tuple[int, tuple[Text, ...]], ...] = ()


@dataclass(frozen=True)
class RuleNote:
    """A rule of the policy in words: its place in the order, its kind, its argument, and why it is there."""

    position: int
    code: str
    kind: Text
    argument: str | None
    why: Text | None


@dataclass(frozen=True)
class ThingNote:
    """One thing claimed: what the policy accepts of it and why, and every claim about it."""

    iri: str
    path: str
    kind: Text
    label: Text
    values: Values
    status: str | None
    status_label: Text | None
    reason: str | None
    reason_label: Text | None
    reason_meaning: Text | None
    rule: RuleNote | None
    claims: tuple[ClaimNote, ...]


@dataclass(frozen=True)
class DerivedNote:
    """A fact that no source states: its values, the rule, and what it is derived from, down to the claims."""

    iri: str
    path: str
    kind: str
    label: Text
    rule: Text | None
    values: Values
    rests_on: tuple[DerivedNote, ...] = ()
    leaves: tuple[str, ...] = ()


@dataclass(frozen=True)
class End:
    """One organisation of an edge."""

    iri: str
    label: Text


@dataclass(frozen=True)
class SourceStates:
    """What a source states about the two ends in one case; empty for an end that it does not name there."""

    source: SourceNote
    one: tuple[ClaimNote, ...]
    other: tuple[ClaimNote, ...]

    @property
    def states_both(self) -> bool:
        return all(any(claim.standing != "left-out" for claim in side) for side in (self.one, self.other))


@dataclass(frozen=True)
class JointCase:
    """A case that both ends take part in; it makes a tie if both do in roles that tie and both are accepted."""

    iri: str
    label: Text
    selected: str | None
    roles_one: tuple[Text, ...]
    roles_other: tuple[Text, ...]
    makes_tie: bool
    sources: tuple[SourceStates, ...]


@dataclass(frozen=True)
class OneSided:
    """A source that states a case of one end without the partner; the case may be the joint one or another."""

    source: SourceNote
    case: str
    label: Text
    joint_case: str
    judgement: str
    judgement_label: Text
    reason: str | None
    end: End
    claims: tuple[ClaimNote, ...]
    unnamed: Text | None
    unnamed_role: Text | None


@dataclass(frozen=True)
class Meeting:
    """An event that both ends attended: no tie."""

    iri: str
    label: Text
    sources: tuple[str, ...]


@dataclass(frozen=True)
class EdgeNote:
    """What joins two organisations, source by source, and what does not count as a tie."""

    one: End
    other: End
    cases: tuple[JointCase, ...]
    one_sided: tuple[OneSided, ...]
    meetings: tuple[Meeting, ...]

    @property
    def tied_by(self) -> tuple[JointCase, ...]:
        return tuple(case for case in self.cases if case.makes_tie)

    @property
    def stated_by(self) -> tuple[SourceNote, ...]:
        """Sources that state both ends in one tying case, those left out by a supposition excepted."""
        found = {each.source.iri: each.source for case in self.tied_by for each in case.sources if each.states_both}
        return tuple(found.values())

    @property
    def origins(self) -> tuple[str, ...]:
        return tuple(sorted({source.origin or source.id for source in self.stated_by}))


@dataclass(frozen=True)
class Request:
    """What is explained: the text given, what it means, and the policy.

    ``supposed`` says in words what was supposed, if anything.
    """

    text: str
    iris: tuple[str, ...]
    label: Text
    policy: str
    rules: tuple[RuleNote, ...] = field(default=())
    supposed: Text | None = None


@dataclass(frozen=True, repr=False)
class Content:
    """All that an explanation holds: what is explained, notes on things, derived facts, and the edge if it is one."""

    asked: Request
    things: tuple[ThingNote, ...]
    derived: tuple[DerivedNote, ...] = ()
    edge: EdgeNote | None = None
