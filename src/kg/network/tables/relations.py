"""The tables of a network from relations in DuckDB: the Parquet files of a build, or accepted tables in memory.

The rows are those that SPARQL gives of the same graph; tests compare them. The conditions are those of the SPARQL
reader: a party or an attendance counts unless it is undecided; a case, contribution or event unless it is contested
and nothing of it is accepted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kg.analysis.pairs import CASES, FOLLOWED, PARTIES
from kg.dialect import parquet_relation
from kg.network.tables.reader import read_tables
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
from kg.values import sql_name, sql_text
from kg.vocab import BASE, DEFAULT_POLICY

if TYPE_CHECKING:
    import duckdb

Row = TypeVar("Row")

ACCEPTED = (
    "case_participants",
    "cases",
    "case_contributions",
    "events",
    "event_participants",
    "ratings",
    "organisations",
    "links",
)
RESOLVED = ("case_participants", "case_contributions", "event_participants", "ratings")
LABELLED = ("industry", "region")  # attributes of organisations whose codes have labels
CODES = ("role", "organisation-kind", *LABELLED)
GROUPS = "resolved.business_groups"  # a table that a subject may leave out

_CLAIMS = """SELECT DISTINCT l.thing, l.claim, {source} || t.source, {origin} || t.origin
FROM accepted.links l JOIN resolved.{table} t ON t.thing = l.thing AND t.claim = l.claim
WHERE l.accepted_from IS NOT NULL AND l.table_name = '{table}'"""


def build_relations(records: Path) -> duckdb.DuckDBPyConnection:
    """The tables of a finished build (``build/current/records``) as relations; each file is read when it is used.

    Schemas: ``accepted`` (what the graph's own policy accepts), ``resolved`` (the claims) and ``codes``.
    """
    import duckdb

    connection = duckdb.connect()
    for schema, folder, names in (("accepted", "accepted/", ACCEPTED), ("resolved", "", RESOLVED)):
        connection.execute(f"CREATE SCHEMA {schema}")
        for name in names:
            source = parquet_relation(records / f"{folder}{name}.parquet")
            connection.execute(f"CREATE VIEW {schema}.{name} AS SELECT * FROM {source}")
    if (groups := records / "business_groups.parquet").exists():
        connection.execute(f"CREATE VIEW {GROUPS} AS SELECT * FROM {parquet_relation(groups)}")
    connection.execute("CREATE SCHEMA codes")
    for name in CODES:
        source = parquet_relation(records / "codes" / f"{name}.parquet")
        connection.execute(f"CREATE VIEW codes.{sql_name(name)} AS SELECT * FROM {source}")
    return connection


def read_relations(
    connection: duckdb.DuckDBPyConnection,
    *,
    kind: str = "partnership",
    policy: str = DEFAULT_POLICY,
    base: str = BASE,
) -> NetworkTables:
    """What a network of this kind needs, from the relations of :func:`build_relations` or tables in their form.

    ``policy`` is the policy that made the accepted tables; ``base`` is the base of the ids.
    """
    return read_tables(RelationReader(connection, policy, base), kind)


@dataclass(frozen=True)
class RelationReader:
    """Accepted tables in DuckDB, made under one policy; ids are made whole IRIs under ``base``."""

    connection: duckdb.DuckDBPyConnection
    policy: str
    base: str

    def participations(self) -> list[Participation]:
        case, org = self._iri("case", '"case"'), self._iri("org", "org")
        return self._rows(Participation, f"SELECT thing, {case}, role, {org}, makes_tie FROM ({PARTIES})")

    def cases(self) -> list[Case]:
        return self._rows(Case, f"SELECT thing, label, programme, round, earliest, latest FROM ({CASES})")

    def organisations(self) -> list[Organisation]:
        iri = self._iri("org", "organisation")
        columns = "name_ko, name_en, accepted_kind, industry, region, business_group"
        return self._rows(Organisation, f"SELECT {iri}, {columns} FROM accepted.organisations")

    def claims(self, table: str) -> list[Claim]:
        source, origin = (sql_text(f"{self.base}id/{name}/") for name in ("source", "origin"))
        return self._rows(Claim, _CLAIMS.format(source=source, origin=origin, table=table), key=2)

    def roles(self) -> list[Role]:
        return self._rows(
            Role, "SELECT code, label_ko, label_en, coalesce(ties = 'true', false) AS makes_tie FROM codes.role"
        )

    def kinds(self) -> list[Kind]:
        return self._rows(Kind, 'SELECT code, label_ko, label_en FROM codes."organisation-kind"')

    def attribute_labels(self) -> list[AttributeLabel]:
        known = "SELECT schema_name || '.' || view_name FROM duckdb_views()"
        views = {row[0] for row in self.connection.execute(known).fetchall()}
        queries = [
            f"SELECT '{attribute}', code, label_ko, label_en FROM codes.{attribute} WHERE code IN"
            f" (SELECT {attribute} FROM accepted.organisations)"
            for attribute in LABELLED
            if f"codes.{attribute}" in views
        ]
        if GROUPS in views:
            queries.append(f"SELECT 'group', business_group, name_ko, name_en FROM {GROUPS}")
        return self._rows(AttributeLabel, " UNION ALL ".join(queries), key=2) if queries else []

    def contributions(self) -> list[Contribution]:
        case = self._iri("case", '"case"')
        giver, receiver = (self._iri("org", column) for column in ("giver_org", "receiver_org"))
        query = f"SELECT thing, {case}, {giver}, {receiver}, kind FROM accepted.case_contributions t"
        return self._rows(
            Contribution,
            f'{query} WHERE "case" IS NOT NULL AND {FOLLOWED.format(table="case_contributions")}',
            key=4,
        )

    def events(self) -> list[Event]:
        first, last = (f"TRY_CAST(start_{end} AS DATE)" for end in ("earliest", "latest"))
        where = FOLLOWED.format(table="events")
        return self._rows(Event, f"SELECT thing, name, {first}, {last} FROM accepted.events t WHERE {where}")

    def attendances(self) -> list[Attendance]:
        event, org = self._iri("event", "event"), self._iri("org", "org")
        query = f"SELECT thing, {event}, {org}, capacity FROM accepted.event_participants"
        return self._rows(Attendance, f"{query} WHERE status <> 'undecided' AND event IS NOT NULL")

    def ratings(self) -> list[Rating]:
        query = f"SELECT thing, scheme, year, grade, {self._iri('org', 'org')} FROM accepted.ratings"
        stated = " AND ".join(f"{column} IS NOT NULL" for column in ("scheme", "year", "grade", "org"))
        rows = self._rows(lambda *row: row, f"{query} WHERE {stated}")
        return [Rating(thing, scheme, int(str(year)[:4]), grade, org) for thing, scheme, year, grade, org in rows]

    def _iri(self, folder: str, column: str) -> str:
        return f"{sql_text(f'{self.base}id/{folder}/')} || {column}"

    def _rows(self, make: Callable[..., Row], query: str, key: int = 1) -> list[Row]:
        """The rows in the order of the SPARQL reader, the first of each key (so many leading columns)."""
        found: dict[tuple[Any, ...], Row] = {}
        for row in self.connection.execute(f"{query} ORDER BY ALL NULLS FIRST").fetchall():
            found.setdefault(row[:key], make(*row))
        return list(found.values())
