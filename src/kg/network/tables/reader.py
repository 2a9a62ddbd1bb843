"""Which tables each kind of network needs; the readers say where the rows of a table come from."""

from __future__ import annotations

from typing import Protocol

from kg.errors import Text
from kg.network.errors import unknown
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
)

# the claims that count as evidence, by the table that they are printed in
CLAIMS_OF = {
    "partnership": "case_participants",
    "two-mode": "case_participants",
    "support": "case_contributions",
    "co-attendance": "event_participants",
    "shared-rating": "ratings",
}


class TableReader(Protocol):
    """What a source of network tables gives, each table in order and one row for each key."""

    @property
    def policy(self) -> str: ...

    def participations(self) -> list[Participation]: ...

    def cases(self) -> list[Case]: ...

    def organisations(self) -> list[Organisation]: ...

    def claims(self, table: str) -> list[Claim]: ...

    def roles(self) -> list[Role]: ...

    def kinds(self) -> list[Kind]: ...

    def attribute_labels(self) -> list[AttributeLabel]: ...

    def contributions(self) -> list[Contribution]: ...

    def events(self) -> list[Event]: ...

    def attendances(self) -> list[Attendance]: ...

    def ratings(self) -> list[Rating]: ...


def require_known(kind: str) -> None:
    """Refuse a kind of network that does not exist; the known ones are named."""
    if kind not in CLAIMS_OF:
        raise unknown(Text("네트워크 종류", "kind of network"), kind, CLAIMS_OF)


def read_tables(reader: TableReader, kind: str) -> NetworkTables:
    """The tables of a network of this kind; those that it does not need stay empty."""
    require_known(kind)
    return NetworkTables(
        participations=reader.participations() if kind in ("partnership", "two-mode") else [],
        cases=reader.cases() if kind not in ("co-attendance", "shared-rating") else [],
        organisations=reader.organisations(),
        claims=reader.claims(CLAIMS_OF[kind]),
        roles=reader.roles(),
        kinds=reader.kinds(),
        attribute_labels=reader.attribute_labels(),
        contributions=reader.contributions() if kind == "support" else [],
        events=reader.events() if kind == "co-attendance" else [],
        attendances=reader.attendances() if kind == "co-attendance" else [],
        ratings=reader.ratings(),
        policy=reader.policy,
    )
