"""The tables of a network from accepted tables in DuckDB, equal to those that SPARQL reads from a store."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb

from kg.network.tables.rows import (
    Attendance,
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
from kg.values import sql_text

CLAIMS_OF = {
    "partnership": "case_participants",
    "two-mode": "case_participants",
    "support": "case_contributions",
    "co-attendance": "event_participants",
    "shared-rating": "ratings",
}
IS_THERE = "EXISTS (SELECT 1 FROM accepted.links l WHERE l.thing = t.thing AND l.accepted_from IS NOT NULL)"


def network_tables(connection: duckdb.DuckDBPyConnection, base: str, kind: str, policy: str) -> NetworkTables:
    """What networks are made from; only things of which some claim is followed."""

    def iri(path: str, column: str) -> str:
        return f"{sql_text(base + 'id/' + path + '/')} || t.{column}"

    def rows(columns: str, table: str, joins: str = "") -> list[tuple[Any, ...]]:
        query = f"SELECT {columns} FROM accepted.{table} t {joins} WHERE {IS_THERE} ORDER BY ALL"
        return connection.execute(query).fetchall()

    case = iri("case", '"case"')
    parties = rows(
        f"t.thing, {case}, t.role, {iri('org', 'org')}, coalesce(r.ties = 'true', false)",
        "case_participants",
        "LEFT JOIN codes.role r ON r.code = t.role",
    )
    cases = rows("t.thing, t.label, t.programme, t.round, t.selected_earliest, t.selected_latest", "cases")
    gifts = rows(
        f"t.thing, {case}, {iri('org', 'giver_org')}, {iri('org', 'receiver_org')}, t.kind", "case_contributions"
    )
    events = rows("t.thing, t.name, t.start_earliest, t.start_latest", "events")
    attended = rows(f"t.thing, {iri('event', 'event')}, {iri('org', 'org')}, t.capacity", "event_participants")
    rated = rows(f"t.thing, t.scheme, t.year, t.grade, {iri('org', 'org')}", "ratings")
    return NetworkTables(
        participations=[Participation(*row) for row in parties],
        cases=[Case(a, b, c, d, _day(first), _day(last)) for a, b, c, d, first, last in cases],
        organisations=_organisations(connection, base),
        claims=_claims(connection, base, CLAIMS_OF.get(kind, "case_participants")),
        roles=[
            Role(*row)
            for row in connection.execute(
                "SELECT code, label_ko, label_en, coalesce(ties = 'true', false) FROM codes.role ORDER BY code"
            ).fetchall()
        ],
        kinds=[
            Kind(*row)
            for row in connection.execute(
                'SELECT code, label_ko, label_en FROM codes."organisation-kind" ORDER BY code'
            ).fetchall()
        ],
        contributions=[Contribution(*row) for row in gifts],
        events=[Event(event, name, _day(first), _day(last)) for event, name, first, last in events],
        attendances=[Attendance(*row) for row in attended],
        ratings=[Rating(a, b, int(str(year)[:4]), grade, org) for a, b, year, grade, org in rated if grade],
        policy=policy,
    )


def _organisations(connection: duckdb.DuckDBPyConnection, base: str) -> list[Organisation]:
    iri = f"{sql_text(base + 'id/org/')} || organisation"
    query = f"SELECT {iri}, name_ko, name_en, accepted_kind FROM accepted.organisations ORDER BY ALL"
    rows = connection.execute(query).fetchall()
    return [Organisation(*row) for row in rows]


def _claims(connection: duckdb.DuckDBPyConnection, base: str, table: str) -> list[Claim]:
    source, origin = (f"{sql_text(base + f'id/{name}/')} || t.{name}" for name in ("source", "origin"))
    rows = connection.execute(
        f"SELECT DISTINCT l.thing, l.claim, {source}, {origin}"
        f" FROM accepted.links l JOIN resolved.{table} t ON t.thing = l.thing AND t.claim = l.claim"
        " WHERE l.accepted_from IS NOT NULL ORDER BY ALL"
    ).fetchall()
    return [Claim(*row) for row in rows]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
