"""The tables of a network from the columns of a finished build: the rows that SPARQL gives, without asking a store.

Only for what the default policy accepts of cases and their parties, which is most of what a network reads; the rest is
small and comes by SPARQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import Text
from kg.network.errors import unknown
from kg.network.read import CLAIMS_OF, Query, Source, tables_of
from kg.network.tables import Case, Claim, NetworkTables, Organisation, Participation, Role
from kg.values import sql_text
from kg.vocab import BASE, DEFAULT_POLICY

# in the order in which the rows of SPARQL are put: by text, what is not stated first
_PARTICIPATIONS = """
SELECT thing, {things} || 'case/' || "case", role, {things} || 'org/' || org FROM {accepted}case_participants.parquet')
WHERE status <> 'undecided' AND role IS NOT NULL ORDER BY ALL NULLS FIRST"""
_CASES = """
SELECT thing, label, programme, round, TRY_CAST(selected_earliest AS DATE), TRY_CAST(selected_latest AS DATE)
FROM {accepted}cases.parquet') ORDER BY ALL NULLS FIRST"""
_ORGANISATIONS = """
SELECT {things} || 'org/' || organisation, name_ko, name_en, accepted_kind
FROM {accepted}organisations.parquet') ORDER BY ALL NULLS FIRST"""
_CLAIMS = """
SELECT DISTINCT c.thing, c.claim, {things} || 'source/' || c.source, {things} || 'origin/' || s.origin
FROM {raw}case_participants.parquet') c
JOIN {accepted}links.parquet') l ON l.thing = c.thing AND l.accepted_from = c.claim
LEFT JOIN {raw}sources.parquet') s ON s.source = c.source
ORDER BY ALL NULLS FIRST"""


def read_build_tables(query: Query, records: Path, things_base: str, *, kind: str = "partnership") -> NetworkTables:
    """What :func:`kg.network.read_network_tables` reads by ``query`` alone, under the default policy.

    ``records`` is the folder of the build's tables, ``things_base`` the base of its ids.
    """
    if kind not in CLAIMS_OF:
        raise unknown(Text("망 종류", "kind of network"), kind, CLAIMS_OF)
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

        raw = f"read_parquet('{sql_text(str(self.records))[1:-1]}/"
        asked = sql.format(raw=raw, accepted=f"{raw}accepted/", things=sql_text(f"{self.things_base}id/"))
        with duckdb.connect() as connection:
            return connection.execute(asked).fetchall()
