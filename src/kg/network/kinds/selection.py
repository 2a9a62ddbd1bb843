"""Which cases make ties under a date, a mode and a choice of roles, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.errors import Text
from kg.network.days import iso, span_of
from kg.network.errors import unknown
from kg.network.kinds.window import Window
from kg.network.tables.rows import Case, NetworkTables, local_ids

REASONS: Mapping[str, Text] = {
    "undated": Text("날짜가 적혀 있지 않음", "no date is stated"),
    "later": Text("물은 날보다 뒤", "later than the day asked for"),
    "earlier": Text("물은 기간보다 앞", "earlier than the days asked for"),
    "not-certain": Text("날짜가 넓어 그날까지인지 확실하지 않음", "dated too widely to be certain"),
    "programme-not-asked": Text("묻지 않은 사업", "a programme not asked for"),
    "role-not-asked": Text("둘째 기관의 역할은 묻지 않은 역할", "the second party has a role not asked for"),
    "unnamed-partner": Text("둘째 기관의 이름이 적혀 있지 않음", "the second party is not named"),
    "no-second-party": Text("둘째 기관이 없음", "no second party is stated"),
    "unnamed-party": Text("기관의 이름이 적혀 있지 않음", "the party is not named"),
    "no-party": Text("기관이 없음", "no party is stated"),
    "kind-not-asked": Text("묻지 않은 종류", "a kind not asked for"),
    "giver-unnamed": Text("준 기관의 이름이 없음", "the giver is not named"),
    "receiver-unnamed": Text("받은 기관의 이름이 없음", "the receiver is not named"),
    "giver-is-receiver": Text("준 기관과 받은 기관이 같음", "giver and receiver are the same"),
}


@dataclass(frozen=True)
class UsedCase:
    """A case that makes ties: its parties, each with the participations by which it is one."""

    case: Case
    parties: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Selection:
    """The outcome: cases in order of their ids; ``left_out`` names every other case once, under one reason."""

    used: tuple[UsedCase, ...]
    left_out: Mapping[str, list[str]]
    case_ids: Mapping[str, str]
    in_time: int
    roles: tuple[str, ...]
    programmes: tuple[str, ...] | None = None

    def facts(self, unit: str) -> dict[str, object]:
        """What the graph says of itself about its cases (or events, by ``unit``)."""
        return {
            "programme": None if self.programmes is None else list(self.programmes),
            "roles": list(self.roles),
            f"{unit}_total": len(self.case_ids),
            f"{unit}_in_time": self.in_time,
            f"{unit}_used": len(self.used),
            "left_out": {reason: list(cases) for reason, cases in self.left_out.items()},
            **first_and_last(used.case for used in self.used),
        }


def case_or_blank(cases: Mapping[str, Case], iri: str) -> Case:
    """The row of a case; one that only its participations speak of is undated and has no label."""
    return cases.get(iri) or Case(iri, None, None, None, None, None)


def in_order(left_out: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Reasons that hold for something, in the order in which they are looked at."""
    return {reason: left_out[reason] for reason in REASONS if left_out.get(reason)}


def first_and_last(cases: Iterable[Case]) -> dict[str, str | None]:
    """The first and last day of these cases, as ISO text.

    ``first_date`` and ``last_date`` are the outer bounds, None where a dated case leaves that side open. Then
    ``first_date_by`` is the day by which the first case is certain, and ``last_date_from`` the day from which the last
    one can have been attested.
    """
    dated = [(case.earliest, case.latest) for case in cases]
    first, last = span_of(dated)
    return {
        "first_date": iso(first),
        "last_date": iso(last),
        "first_date_by": iso(min((latest for _, latest in dated if latest), default=None)),
        "last_date_from": iso(max((earliest for earliest, _ in dated if earliest), default=None)),
    }


def chosen_roles(tables: NetworkTables, roles: Iterable[str] | None) -> tuple[str, ...]:
    """The roles asked for, in order; by default those that make a tie. An unknown role names the known ones."""
    known = tables.role_codes()
    if roles is None:
        return tuple(sorted(role for role, makes_tie in known.items() if makes_tie))
    given = [roles] if isinstance(roles, str) else list(roles)
    for role in given:
        if role not in known:
            raise unknown(Text("역할", "role"), role, known)
    return tuple(sorted(set(given)))


def chosen_programmes(known: Iterable[str | None], programme: Iterable[str] | None) -> tuple[str, ...] | None:
    """The programmes asked for, in order, or None for all; one that no case has names the known ones."""
    if programme is None:
        return None
    given = {programme} if isinstance(programme, str) else set(programme)
    named = {code for code in known if code}
    for code in sorted(given - named):
        raise unknown(Text("사업", "programme"), code, named)
    return tuple(sorted(given))


def select(
    tables: NetworkTables,
    days: Window,
    roles: tuple[str, ...],
    *,
    unnamed: bool = False,
    least: int = 2,
    programme: Iterable[str] | None = None,
) -> Selection:
    """Choose the cases with at least ``least`` parties (two make a tie, one is enough for a two-mode network).

    The date is checked first, then the programme and the parties; a case left out has the first reason that holds.
    """
    cases = {row[0]: Case(*row) for row in tables.cases}
    programmes = chosen_programmes((case.programme for case in cases.values()), programme)
    parties = _parties(tables, cases, roles, unnamed)
    ids = local_ids(parties)
    used: list[UsedCase] = []
    left_out: dict[str, list[str]] = {}
    in_time = 0
    for iri in sorted(parties, key=ids.__getitem__):
        case = case_or_blank(cases, iri)
        reason = days.reason_out(case.earliest, case.latest)
        in_time += reason is None
        if reason is None and programmes is not None and case.programme not in programmes:
            reason = "programme-not-asked"
        reason = reason or parties[iri].reason_out(unnamed, least)
        if reason:
            left_out.setdefault(reason, []).append(ids[iri])
        else:
            used.append(UsedCase(case, {party: tuple(sorted(by)) for party, by in parties[iri].tied.items()}))
    return Selection(tuple(used), in_order(left_out), ids, in_time, roles, programmes)


@dataclass
class _Parties:
    """The parties of one case: those in the roles asked for, and what else is said of it."""

    tied: dict[str, list[str]] = field(default_factory=dict)
    untied: set[str] = field(default_factory=set)
    unnamed: bool = False

    def reason_out(self, unnamed: bool, least: int) -> str | None:
        named = len(self.untied.union(self.tied))
        return reason_by_counts(len(self.tied), named, self.unnamed, unnamed=unnamed, least=least)


def reason_by_counts(tied: int, named: int, has_unnamed: bool, *, unnamed: bool = False, least: int = 2) -> str | None:
    """Why a case makes no tie, by the number of its parties in the roles asked for and of all that are named."""
    if tied >= least:
        return None
    if named >= least or (has_unnamed and unnamed):
        return "role-not-asked"
    if has_unnamed:
        return "unnamed-partner" if least == 2 else "unnamed-party"
    return "no-second-party" if least == 2 else "no-party"


def _parties(tables: NetworkTables, cases: Iterable[str], roles: tuple[str, ...], unnamed: bool) -> dict[str, _Parties]:
    parties = {case: _Parties() for case in cases}
    for participation, case, role, organisation, _ in tables.participations:
        here = parties.get(case)
        if here is None:  # a case that only its participations speak of
            here = parties[case] = _Parties()
        if role in roles and (organisation is not None or unnamed):
            here.tied.setdefault(organisation or participation, []).append(participation)
        elif organisation is not None:
            here.untied.add(organisation)
        else:
            here.unnamed = True
    return parties
