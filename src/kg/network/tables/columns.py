"""The tables of a network from the columns of a finished build: the rows that SPARQL gives, without asking a store.

Only for what the default policy accepts of cases and their parties, which is most of what a network reads; the rest is
small and comes by SPARQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.network.tables.rows import Case, Claim, NetworkTables, Organisation, Participation, Role
from kg.network.tables.sparql import CLAIMS_OF, Query, Source, tables_of
from kg.values import sql_path, sql_text
from kg.vocab import BASE, DEFAULT_POLICY

TABLES = {
    "parties": "accepted/case_participants",
    "cases": "accepted/cases",
    "organisations": "accepted/organisations",
    "links": "accepted/links",
    "printed": "case_participants",
    "sources": "sources",
}
# in the order in which the rows of SPARQL are put: by text, what is not stated first
_PARTICIPATIONS = """
SELECT thing, {things} || 'case/' || "case", role, {things} || 'org/' || org FROM {parties}
WHERE status <> 'undecided' AND role IS NOT NULL ORDER BY ALL NULLS FIRST"""
_CASES = """
SELECT thing, label, programme, round, TRY_CAST(selected_earliest AS DATE), TRY_CAST(selected_latest AS DATE)
FROM {cases} WHERE status <> 'undecided' OR thing IN (SELECT thing FROM {links} WHERE accepted_from IS NOT NULL)
ORDER BY ALL NULLS FIRST"""
_ORGANISATIONS = """
SELECT {things} || 'org/' || organisation, name_ko, name_en, accepted_kind
FROM {organisations} ORDER BY ALL NULLS FIRST"""
_CLAIMS = """
SELECT DISTINCT c.thing, c.claim, {things} || 'source/' || c.source, {things} || 'origin/' || s.origin
FROM {printed} c
JOIN {links} l ON l.thing = c.thing AND l.accepted_from = c.claim
LEFT JOIN {sources} s ON s.source = c.source
ORDER BY ALL NULLS FIRST"""


def read_build_tables(query: Query, records: Path, things_base: str, *, kind: str = "partnership") -> NetworkTables:
    """What :func:`kg.network.read_network_tables` reads by ``query`` alone, under the default policy.

    ``records`` is the folder of the build's tables, ``things_base`` the base of its ids.
    """
    return tables_of(Records(query, BASE, DEFAULT_POLICY, records, things_base), kind)


@dataclass(frozen=True)
class Records(Source):
    """A build that answers SPARQL and has its tables at hand; ``things_base`` is the base of its ids."""

    records: Path
    things_base: str

    def participations(self, roles: Iterable[Role]) -> list[Participation]:
        ties = {role.role: role.makes_tie for role in roles}
        rows = self._select(_PARTICIPATIONS)
        return [Participation(thing, case, role, party, ties.get(role, False)) for thing, case, role, party in rows]

    def cases(self) -> list[Case]:
        return [Case(*row) for row in self._select(_CASES)]

    def organisations(self) -> list[Organisation]:
        return [Organisation(*row) for row in self._select(_ORGANISATIONS)]

    def claims(self, claim_class: str) -> list[Claim]:
        if claim_class != CLAIMS_OF["partnership"]:
            return super().claims(claim_class)
        return [Claim(*row) for row in self._select(_CLAIMS)]

    def _select(self, sql: str) -> list[tuple[Any, ...]]:
        import duckdb

        paths = {name: sql_path(self.records / f"{path}.parquet") for name, path in TABLES.items()}
        tables = {name: f"read_parquet({path})" for name, path in paths.items()}
        with duckdb.connect() as connection:
            return connection.execute(sql.format(things=sql_text(f"{self.things_base}id/"), **tables)).fetchall()
