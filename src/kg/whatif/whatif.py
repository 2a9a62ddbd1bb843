"""What if: the accepted things as they would be without a source, under another policy, or on an earlier day.

Computed in columns from the Parquet files of a build by the same ``kg.accept`` that the build uses. Claims are left out
before anything is computed from them, so that the answer is what a build of the remaining rows would accept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from kg.accept import Policy, accept, gather_claims, make_accepted, read_policies
from kg.errors import KgError, Text, language
from kg.explain.explanation import Explanation, Supposition, explain
from kg.explain.reading import Ask
from kg.mapping import Mapping as Rml
from kg.mapping import read_mapping, write_quads
from kg.paths import shipped
from kg.records import Schema, read_schema
from kg.values import sql_name, sql_path, sql_text
from kg.vocab import BASE, DEFAULT_POLICY
from kg.whatif.difference import Difference, read_difference
from kg.whatif.scenario import FILTERS, PolicyLike, Scenario, find_day, find_policy, find_sources

if TYPE_CHECKING:
    import networkx
    import pandas

    from kg.network import NetworkTables

ALWAYS = (
    "cases",
    "case_participants",
    "organisation_changes",
    "organisation_kinds",
)  # labels of cases, kinds and histories of organisations rest on these
NETWORK = (*ALWAYS, "case_contributions", "events", "event_participants", "ratings")


class WhatIf:
    """The accepted things under a supposition, and how they differ from what the build accepted.

    Made by ``graph.without(source)``, ``graph.under(policy)`` and ``graph.as_known_on(day)``, which can be chained.
    """

    def __init__(self, records: Path, scenario: Scenario, ask: Ask | None = None):
        self.records = records
        self.scenario = scenario
        self._ask = ask

    def __repr__(self) -> str:
        return f"<kg.WhatIf {self.scenario.as_text('en')}>"

    # ---- suppose more

    def without(self, *sources: str) -> WhatIf:
        """The same without these sources too."""
        return WhatIf(self.records, self.scenario.leaving_out(find_sources(sources, self._sources)), self._ask)

    def under(self, policy: PolicyLike) -> WhatIf:
        """The same under another policy: a stored one by name, or rules given now."""
        chosen = find_policy(policy, self._policies, self._sources)
        return WhatIf(self.records, Scenario(chosen, self.scenario.without, self.scenario.known_on), self._ask)

    def as_known_on(self, day: str | date) -> WhatIf:
        """The same with only what was surely published by that day."""
        return WhatIf(self.records, Scenario(self.scenario.policy, self.scenario.without, find_day(day)), self._ask)

    # ---- answers

    @cached_property
    def difference(self) -> pandas.DataFrame:
        """A row for each value that is lost, gained, changed or undecided, before (as built) and after."""
        return self._difference.frame

    def table(self, name: str) -> pandas.DataFrame:
        """An accepted table as it would be: ``ratings``, ``cases`` …, ``verdicts``, ``links``, ``organisations``."""
        facts = [table.name for table in self._schema.facts]
        known = [*facts, "verdicts", "links", "things", "organisations", "histories"]
        if name not in known:
            raise KgError(
                Text(
                    f"표 {name!r}이(가) 없습니다. 있는 표: {', '.join(known)}.",
                    f"there is no table {name!r}. Known: {', '.join(known)}.",
                )
            )
        with self._accepted((name,) if name in facts else facts) as connection:
            return connection.sql(f"SELECT * FROM accepted.{sql_name(name)} ORDER BY ALL").df()

    def network_tables(self, kind: str = "partnership") -> NetworkTables:
        """The small tables that networks are made from; a thing of which nothing is accepted is not in them."""
        from kg.network.tables.relations import read_relations

        with self._accepted(NETWORK) as relations:
            return read_relations(relations, kind=kind, policy=self.scenario.policy.name, base=self.base)

    def network(self, kind: str = "partnership", **options: Any) -> networkx.Graph:
        """The network as it would be; options are those of ``graph.network``."""
        from kg.network import network

        return network(kind, self.network_tables(kind), **options)

    def explain(self, text: str) -> Explanation:
        """What stands behind a thing, a name or an edge under the supposition; claims left out are shown as such."""
        if self._ask is None:
            raise KgError(
                Text("그래프에서 만든 가정만 설명할 수 있습니다.", "Only a supposition made from a graph can explain.")
            )
        words = Text(self.scenario.as_text("ko"), self.scenario.as_text("en"))
        return explain(self._ask, text, supposed=Supposition(self.scenario.policy, words, self.accepted_rows))

    def write(self, target: Path, *, organisations: bool = False) -> int:
        """The accepted graph as it would be, as sorted N-Quads; returns their number.

        With ``organisations`` also what the register says of these, whose kinds are accepted values too.
        """
        whole = read_mapping(shipped("ontology") / "mapping.rml.ttl", base=self.base)
        chosen = tuple(one for one in whole.triples_maps if _is_accepted(one.source, organisations))
        with self._accepted([table.name for table in self._schema.facts]) as connection:
            return write_quads(connection, Rml(chosen), lambda source: _as_text(connection, Path(source).stem), target)

    def accepted_rows(self, things: Iterable[str], tables: Iterable[str]) -> dict[str, dict[str, Any]]:
        """For each thing its ``status``, ``reason``, ``values`` (by property) and ``links`` (claim to its standing)."""
        wanted = ", ".join(sql_text(thing) for thing in sorted(set(things))) or "NULL"
        with self._accepted(tuple(tables)) as connection:
            found: dict[str, dict[str, Any]] = {}
            for thing, status, reason in connection.execute(
                f"SELECT thing, status, reason FROM accepted.things WHERE thing IN ({wanted})"
            ).fetchall():
                found[thing] = {"status": status, "reason": reason, "values": {}, "links": {}}
            for thing, name, value, status in connection.execute(
                f"SELECT thing, property, value, status FROM accepted.verdicts WHERE thing IN ({wanted})"
            ).fetchall():
                found[thing]["values"][name] = value if status == "accepted" else None
            for thing, claim, standing in connection.execute(
                "SELECT thing, claim, CASE WHEN followed THEN 'followed' WHEN contested_by IS NOT NULL THEN 'contested'"
                f" WHEN set_aside IS NOT NULL THEN 'set-aside' END FROM accepted.links WHERE thing IN ({wanted})"
            ).fetchall():
                found[thing]["links"][claim] = standing
            return found

    def as_text(self, language: str) -> str:
        return self._difference.as_text(self.scenario, language)

    def as_json(self) -> dict[str, object]:
        return self._difference.as_json(self.scenario)

    def _repr_html_(self) -> str:
        return self._difference.as_html(self.scenario, language())

    # ---- how

    @cached_property
    def base(self) -> str:
        """The base of the build's IRIs, as its claims bear it."""
        with duckdb.connect() as connection:
            for table in self._schema.facts:
                row = connection.execute(
                    f"SELECT regexp_extract(claim, '^(.*)id/claim/', 1) FROM {self._parquet(table.name)} LIMIT 1"
                ).fetchone()
                if row:
                    return str(row[0])
        return BASE

    @cached_property
    def _schema(self) -> Schema:
        return read_schema()

    @cached_property
    def _policies(self) -> Mapping[str, Policy]:
        return stored_policies(self.records)

    @cached_property
    def _sources(self) -> Mapping[str, str]:
        return stored_sources(self.records)

    @cached_property
    def _difference(self) -> Difference:
        with duckdb.connect() as connection:
            self._open(connection, self._schema)
            gather_claims(connection, self._schema, self.scenario.policy)
            connection.execute(f"CREATE TABLE verdicts AS {verdicts_query(connection, self.scenario.policy)}")
            return read_difference(connection, self._schema, self._parquet, self.scenario)

    def _parquet(self, name: str) -> str:
        return f"read_parquet({sql_path(self.records / (name + '.parquet'))})"

    def _open(self, connection: duckdb.DuckDBPyConnection, schema: Schema) -> None:
        """Views on the resolved tables without the claims left out; DuckDB reads only the columns asked for."""
        for name in ("raw", "resolved", "accepted", "codes"):
            connection.execute(f"CREATE SCHEMA {name}")
        for table in schema.facts:
            connection.execute(
                f"CREATE VIEW resolved.{table.name} AS SELECT * FROM {self._parquet(table.name)}"
                f" WHERE {kept(self.scenario)}"
            )
        connection.execute(f"CREATE VIEW raw.organisations AS SELECT * FROM {self._parquet('organisations')}")
        connection.execute(f"CREATE VIEW resolved.sources AS SELECT * FROM {self._parquet('sources')}")
        for name in ("role", "organisation-kind"):
            codes = f"codes.{sql_name(name)}"
            connection.execute(f"CREATE VIEW {codes} AS SELECT * FROM {self._parquet(f'codes/{name}')}")

    def _accepted(self, names: Iterable[str]) -> duckdb.DuckDBPyConnection:
        """A connection with the accepted tables of these names, made as a build makes them."""
        wanted = {*names, *ALWAYS}
        schema = Schema(tuple(table for table in self._schema.facts if table.name in wanted))
        connection = duckdb.connect()
        self._open(connection, schema)
        for name in schema.by_name:
            connection.execute(f"CREATE TABLE raw.{name}_ AS SELECT * FROM resolved.{name}")
            connection.execute(f"CREATE OR REPLACE VIEW resolved.{name} AS SELECT * FROM raw.{name}_")
        gather_claims(connection, schema, self.scenario.policy)
        make_accepted(connection, schema, self.scenario.policy)
        return connection


def what_if(
    records: Path,
    ask: Ask | None = None,
    *,
    without: Iterable[str] = (),
    under: PolicyLike = DEFAULT_POLICY,
    known_on: str | date | None = None,
) -> WhatIf:
    """Suppose something of the build whose ``records`` folder this is; raises ``KgError`` for what it does not know."""
    sources = stored_sources(records)
    policy = find_policy(under, stored_policies(records), sources)
    return WhatIf(records, Scenario(policy, find_sources(without, sources), find_day(known_on)), ask)


def stored_policies(records: Path) -> Mapping[str, Policy]:
    """The policies that came with the tables of a build."""
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA raw")
        connection.execute(
            f"CREATE VIEW raw.policies AS SELECT * FROM read_parquet({sql_path(records / 'policies.parquet')})"
        )
        return read_policies(connection)


def stored_sources(records: Path) -> Mapping[str, str]:
    """Id and publisher of every source of a build."""
    with duckdb.connect() as connection:
        path = sql_path(records / "sources.parquet")
        return dict(
            connection.execute(f"SELECT source, publisher FROM read_parquet({path}) ORDER BY source").fetchall()
        )


def kept(scenario: Scenario) -> str:
    """The SQL condition on a claim that it is not left out."""
    conditions = ["true"]
    if scenario.without:
        conditions.append(f"source NOT IN ({', '.join(map(sql_text, scenario.without))})")
    if scenario.known_on:
        conditions.append(f"published_latest <= {sql_text(scenario.known_on.isoformat())}")
    return " AND ".join(conditions)


def verdicts_query(connection: duckdb.DuckDBPyConnection, policy: Policy) -> str:
    """The same rows as ``accept``, in a third of the time: rules of preference only run where values differ."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE differing AS SELECT thing, property FROM resolved.claims WHERE NOT is_vague"
        " GROUP BY ALL HAVING count(DISTINCT value) > 1"
    )
    for name, join in (("differ", "SEMI"), ("agree", "ANTI")):
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW claims_that_{name} AS SELECT * FROM resolved.claims {join} JOIN differing"
            " USING (thing, property)"
        )
    filters = Policy(policy.name, tuple(rule for rule in policy.rules if rule.name in FILTERS))
    return (
        f"({accept(connection, policy, claims='claims_that_differ')})"
        f" UNION ALL ({accept(connection, filters, claims='claims_that_agree')})"
    )


def _is_accepted(source: str, organisations: bool) -> bool:
    """Whether a logical source holds accepted things; organisations stand in the register."""
    return source.startswith("accepted/") and (organisations or Path(source).stem != "organisations")


def _as_text(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    columns = [row[0] for row in connection.execute(f"DESCRIBE accepted.{name}").fetchall()]
    texts = ", ".join(f"{sql_name(column)}::VARCHAR AS {sql_name(column)}" for column in columns)
    return f"(SELECT {texts} FROM accepted.{name})"
