"""The small tables a network is made of; any tool that fills them gets the same network.

All rows are plain tuples, so lists of tuples from a spreadsheet or a database do as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from kg.vocab import DEFAULT_POLICY


class Participation(NamedTuple):
    """One party of one case in one role; ``organisation`` is None where no source names it."""

    participation: str
    case: str
    role: str
    organisation: str | None
    makes_tie: bool


class Case(NamedTuple):
    """A case with the first and last day on which it can have been attested; None is "not stated"."""

    case: str
    label: str | None
    programme: str | None
    round: str | None
    earliest: date | None
    latest: date | None


class Organisation(NamedTuple):
    """An organisation with its names and the codes of its kind, industry, region and business group."""

    organisation: str
    label_ko: str | None
    label_en: str | None
    kind: str | None
    industry: str | None = None
    region: str | None = None
    group: str | None = None


class AttributeLabel(NamedTuple):
    """The names of a code of an attribute (``industry``, ``region``) or of a business group (``group``)."""

    attribute: str
    code: str
    label_ko: str | None
    label_en: str | None


class Claim(NamedTuple):
    """A claim that an accepted participation, contribution or attendance follows.

    ``origin`` is None where the source repeats nobody.
    """

    thing: str
    claim: str
    source: str
    origin: str | None


class Role(NamedTuple):
    """A role of the code list, with its names."""

    role: str
    label_ko: str | None
    label_en: str | None
    makes_tie: bool


class Kind(NamedTuple):
    """A kind of organisation of the code list, with its names."""

    kind: str
    label_ko: str | None
    label_en: str | None


class Contribution(NamedTuple):
    """What one party of a case gave to another; giver or receiver is None where no source names it."""

    contribution: str
    case: str
    giver: str | None
    receiver: str | None
    kind: str | None


class Attendance(NamedTuple):
    """One organisation at one event in one capacity."""

    attendance: str
    event: str
    organisation: str | None
    capacity: str | None


class Event(NamedTuple):
    """An event with the first and last day on which it can have begun."""

    event: str
    label: str | None
    earliest: date | None
    latest: date | None


class Rating(NamedTuple):
    """An accepted grade of one organisation in one year that was assessed."""

    rating: str
    scheme: str
    year: int
    grade: str
    organisation: str


@dataclass(frozen=True)
class NetworkTables:
    """All that networks are computed from; a table not given is empty.

    Contributions are needed for support networks, events and attendances for co-attendance, the rest for ties.
    Ratings are needed for shared ratings, and give the latest grade of an organisation.
    """

    participations: Sequence[Participation]
    cases: Sequence[Case] = ()
    organisations: Sequence[Organisation] = ()
    claims: Sequence[Claim] = ()
    roles: Sequence[Role] = ()
    kinds: Sequence[Kind] = ()
    contributions: Sequence[Contribution] = ()
    events: Sequence[Event] = ()
    attendances: Sequence[Attendance] = ()
    ratings: Sequence[Rating] = ()
    attribute_labels: Sequence[AttributeLabel] = ()
    policy: str = DEFAULT_POLICY

    def latest_grades(self) -> dict[str, tuple[int, str]]:
        """See :func:`latest_grades`."""
        return latest_grades(self.ratings)

    def role_codes(self) -> dict[str, bool]:
        """Every role known here, with whether it makes a tie."""
        known = {role: bool(makes_tie) for role, _, _, makes_tie in self.roles}
        for _, _, role, _, makes_tie in self.participations:
            known[role] = known.get(role, False) or bool(makes_tie)
        return known

    def labels(self) -> dict[str, dict[str, list[str]]]:
        """See :func:`labels_of`."""
        return labels_of(self.roles, self.kinds, self.attribute_labels)


def latest_grades(ratings: Iterable[Rating]) -> dict[str, tuple[int, str]]:
    """Of each organisation that has one, the latest year with an accepted grade, and it as ``scheme/grade``.

    Of two schemes in one year the first by name.
    """
    found: dict[str, tuple[int, str]] = {}
    for _, scheme, year, grade, organisation in sorted(ratings, key=lambda row: (row[2], row[1]), reverse=True):
        if organisation not in found or found[organisation][0] == year:
            found[organisation] = (year, f"{scheme}/{grade}")
    return found


def labels_of(
    roles: Iterable[Role], kinds: Iterable[Kind], others: Iterable[AttributeLabel] = ()
) -> dict[str, dict[str, list[str]]]:
    """Korean and English name of every role, kind and further attribute; the code replaces a missing name."""
    named: dict[str, dict[str, list[str]]] = {}
    for attribute, code, ko, en in others:
        named.setdefault(attribute, {})[code] = [ko or en or code, en or ko or code]
    return named | {
        "role": {role: [ko or role, en or role] for role, ko, en, _ in roles},
        "kind": {kind: [ko or kind, en or kind] for kind, ko, en in kinds},
    }


def local_id(iri: str) -> str:
    """The last part of an IRI, safe as a node id.

    >>> local_id("https://w3id.org/sangsaeng/id/org/lg-electronics")
    'lg-electronics'
    """
    return re.split(r"[/#]", iri.rstrip("/#"))[-1] or iri


def local_ids(iris: Iterable[str]) -> dict[str, str]:
    """A plain id for each IRI: its last part, or the whole IRI for all those that share a last part.

    >>> local_ids(["http://a/x", "http://b/x", "http://a/y"])
    {'http://a/x': 'http://a/x', 'http://a/y': 'y', 'http://b/x': 'http://b/x'}
    """
    ordered = sorted(set(iris))
    owners: dict[str, int] = {}
    for iri in ordered:
        name = local_id(iri)
        owners[name] = owners.get(name, 0) + 1
    return {iri: local_id(iri) if owners[local_id(iri)] == 1 else iri for iri in ordered}


def contribution_id(iri: str) -> str:
    """A contribution's id, case included: what follows ``id/contribution/``, or the whole IRI of a foreign one."""
    return iri.partition("/id/contribution/")[2] or iri


def claim_id(iri: str) -> str:
    """A claim's id, source included: what follows ``id/claim/``, or the whole IRI of a foreign claim.

    >>> claim_id("https://w3id.org/sangsaeng/id/claim/mss-20241128/case_participants.a.b")
    'mss-20241128/case_participants.a.b'
    """
    return iri.partition("/id/claim/")[2] or iri
