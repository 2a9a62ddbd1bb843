"""What would be accepted under a supposition.

Computed in columns from the Parquet files of a build by the same ``kg.accept`` that the build uses. Claims are left out
before anything is computed from them, so that the answer is what a build of the remaining rows would accept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from kg.accept import (
    Choices,
    PolicyLike,
    accept,
    find_policy,
    find_sources,
    gather_claims,
    make_accepted,
    stored_choices,
)
from kg.analysis.finished import reading
from kg.dialect import parquet_relation
from kg.errors import KgError, Text, language
from kg.explain import AcceptedRow, Explanation, Substitute, explain
from kg.mapping import Mapping as Rml
from kg.mapping import read_mapping, write_quads
from kg.paths import shipped
from kg.queries import GraphAccess, QueryResult
from kg.records import Schema, built_schema
from kg.values import sql_name, sql_text
from kg.whatif.difference import Difference, read_difference
from kg.whatif.supposition import Supposition, find_day

if TYPE_CHECKING:
    import networkx
    import pandas

    from kg.network import NetworkTables

ALWAYS = (
    "cases",
    "case_participants",
    "organisation_changes",
    "organisation_kinds",
    "organisation_names",
    "organisation_industries",
    "organisation_regions",
    "group_memberships",
)  # labels of cases, and what is accepted of organisations, are computed from these
FACT_JUDGEMENTS = "fact_judgements"
NETWORK = (*ALWAYS, "case_contributions", "events", "event_participants", "ratings")


class WhatIf:
    """The accepted things under a supposition, and how they differ from what the build accepted.

    Made by ``graph.without(source)``, ``graph.under(policy)`` and ``graph.as_known_on(day)``, which can be chained.
    """

    def __init__(self, records: Path, supposition: Supposition, access: GraphAccess[QueryResult], choices: Choices):
        self.records = records
        self.supposition = supposition
        self._access = access
        self._choices = choices

    def __repr__(self) -> str:
        return f"<kg.WhatIf {self.supposition.as_text('en')}>"

    # ---- further suppositions

    def without(self, *sources: str) -> WhatIf:
        """The same without these sources too."""
        return self._supposing(self.supposition.leaving_out(find_sources(sources, self._choices.sources)))

    def under(self, policy: PolicyLike) -> WhatIf:
        """The same under another policy: a stored one by name, or rules given now."""
        return self._supposing(replace(self.supposition, policy=find_policy(policy, self._choices)))

    def as_known_on(self, day: str | date) -> WhatIf:
        """The same with only what was surely published by that day."""
        return self._supposing(replace(self.supposition, known_on=find_day(day)))

    def _supposing(self, supposition: Supposition) -> WhatIf:
        return WhatIf(self.records, supposition, self._access, self._choices)

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
                    f"표 {name!r}이(가) 없습니다. 사용할 수 있는 표: {', '.join(known)}.",
                    f"there is no table {name!r}. Known: {', '.join(known)}.",
                )
            )
        with self._accepted((name,) if name in facts else facts) as connection:
            return connection.sql(f"SELECT * FROM accepted.{sql_name(name)} ORDER BY ALL").df()

    def network_tables(self, kind: str = "partnership") -> NetworkTables:
        """The small tables that networks are made from; a thing of which nothing is accepted is not in them."""
        from kg.network.tables.relations import read_relations

        with self._accepted(NETWORK) as relations:
            return read_relations(relations, kind=kind, policy=self.supposition.policy.name, base=self._access.base)

    def network(self, kind: str = "partnership", **options: Any) -> networkx.Graph:
        """The network as it would be; options are those of ``graph.network``."""
        from kg.network import network
        from kg.network.columns import PairNetworks

        if kind != "partnership" or options.get("unnamed"):
            return network(kind, self.network_tables(kind), **options)
        with PairNetworks(self._accepted(NETWORK), self.supposition.policy.name, self._access.base) as networks:
            return networks.network(**options)

    def explain(self, text: str) -> Explanation:
        """Who claims a thing, a name or an edge, and what would be accepted; claims left out are shown as such."""
        words = Text(self.supposition.as_text("ko"), self.supposition.as_text("en"))
        return explain(self._access, text, Substitute(self.supposition.policy, words, self.accepted_rows))

    def write(self, target: Path, *, organisations: bool = False) -> int:
        """The accepted graph as it would be, as sorted N-Quads; returns their number.

        With ``organisations`` also their part of the register, because their kinds are accepted values too.
        """
        whole = read_mapping(shipped("ontology") / "mapping.rml.ttl", base=self._access.base)
        chosen = [map_ for map_ in whole.triples_maps if _is_accepted(map_.source, organisations)]
        with self._accepted([table.name for table in self._schema.facts]) as connection:
            made = connection.execute(
                "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'accepted'"
            ).fetchall()
            chosen = [map_ for map_ in chosen if (Path(map_.source).stem,) in made]  # tables left out have no quads
            return write_quads(
                connection, Rml(tuple(chosen)), lambda source: _as_text(connection, Path(source).stem), target
            )

    def accepted_rows(self, things: Iterable[str], tables: Iterable[str]) -> dict[str, AcceptedRow]:
        """What would be accepted of each thing; ``tables`` are the names of the tables that they are in."""
        wanted = ", ".join(sql_text(thing) for thing in sorted(set(things))) or "NULL"
        with self._accepted(tuple(tables)) as connection:
            found = {
                thing: AcceptedRow(status, reason)
                for thing, status, reason in connection.execute(
                    f"SELECT thing, status, reason FROM accepted.things WHERE thing IN ({wanted})"
                ).fetchall()
            }
            for thing, name, value, status in connection.execute(
                f"SELECT thing, property, value, status FROM accepted.verdicts WHERE thing IN ({wanted})"
            ).fetchall():
                found[thing].values[name] = value if status == "accepted" else None
            for thing, claim, standing in connection.execute(
                "SELECT thing, claim, CASE WHEN followed THEN 'followed' WHEN contested_by IS NOT NULL THEN 'contested'"
                f" WHEN set_aside IS NOT NULL THEN 'set-aside' END FROM accepted.links WHERE thing IN ({wanted})"
            ).fetchall():
                found[thing].links[claim] = standing
            return found

    def as_text(self, language: str) -> str:
        return self._difference.as_text(self.supposition, language)

    def as_json(self) -> dict[str, object]:
        return self._difference.as_json(self.supposition)

    def _repr_html_(self) -> str:
        return self._difference.as_html(self.supposition, language())

    # ---- computation

    @cached_property
    def _schema(self) -> Schema:
        return built_schema(self.records)

    @cached_property
    def _difference(self) -> Difference:
        with reading(self.records.parent), duckdb.connect() as connection:
            self._open(connection, self._schema)
            gather_claims(connection, self._schema, self.supposition.policy)
            connection.execute(f"CREATE TABLE verdicts AS {accept(self.supposition.policy)}")
            return read_difference(connection, self._schema, self._parquet, self.supposition)

    def _parquet(self, name: str) -> str:
        return parquet_relation(self.records / f"{name}.parquet")

    def _open(self, connection: duckdb.DuckDBPyConnection, schema: Schema) -> None:
        """Views on the resolved tables without the claims left out; DuckDB reads only the columns it needs."""
        for name in ("raw", "resolved", "accepted", "codes"):
            connection.execute(f"CREATE SCHEMA {name}")
        for table in schema.facts:
            connection.execute(
                f"CREATE VIEW resolved.{table.name} AS SELECT * FROM {self._parquet(table.name)}"
                f" WHERE {self.supposition.condition}"
            )
        connection.execute(f"CREATE VIEW raw.organisations AS SELECT * FROM {self._parquet('organisations')}")
        if (self.records / "business_groups.parquet").exists():
            connection.execute(
                f"CREATE VIEW resolved.business_groups AS SELECT * FROM {self._parquet('business_groups')}"
            )
        for name in ("role", "organisation-kind", "identifier-scheme", "industry-scheme", "industry", "region"):
            codes = f"codes.{sql_name(name)}"
            connection.execute(f"CREATE VIEW {codes} AS SELECT * FROM {self._parquet(f'codes/{name}')}")

    def _accepted(self, names: Iterable[str]) -> duckdb.DuckDBPyConnection:
        """A connection with the accepted tables of these names, made as a build makes them."""
        wanted = {*names, *ALWAYS}
        schema = Schema(tuple(table for table in self._schema.facts if table.name in wanted))
        connection = duckdb.connect()
        with reading(self.records.parent):
            self._open(connection, schema)
            for name in schema.by_name:
                connection.execute(f"CREATE TABLE raw.{name}_ AS SELECT * FROM resolved.{name}")
                connection.execute(f"CREATE OR REPLACE VIEW resolved.{name} AS SELECT * FROM raw.{name}_")
            gather_claims(connection, schema, self.supposition.policy)
            judged = self.records / f"{FACT_JUDGEMENTS}.parquet"
            if judged.exists():
                connection.execute(f"CREATE VIEW raw.{FACT_JUDGEMENTS} AS SELECT * FROM {parquet_relation(judged)}")
                schema = Schema((*schema.tables, self._schema.by_name[FACT_JUDGEMENTS]))
            make_accepted(connection, schema, self.supposition.policy)
        return connection


def what_if(
    records: Path,
    access: GraphAccess[QueryResult],
    *,
    without: Iterable[str] = (),
    under: PolicyLike | None = None,
    known_on: str | date | None = None,
) -> WhatIf:
    """What would be accepted of the build whose folder ``records`` this is and which ``access`` reads.

    ``under`` is the policy of ``access`` unless another is given. Raises ``KgError`` for a source, a policy or a rule
    that does not exist, and for text that is no day.
    """
    with reading(records.parent):
        choices = stored_choices(records, built_schema(records))
    policy = find_policy(access.policy if under is None else under, choices)
    supposition = Supposition(policy, find_sources(without, choices.sources), find_day(known_on))
    return WhatIf(records, supposition, access, choices)


def _is_accepted(source: str, organisations: bool) -> bool:
    """Whether a logical source holds accepted things; organisations are in the register."""
    return source.startswith("accepted/") and (organisations or Path(source).stem != "organisations")


def _as_text(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    columns = [row[0] for row in connection.execute(f"DESCRIBE accepted.{name}").fetchall()]
    texts = ", ".join(f"{sql_name(column)}::VARCHAR AS {sql_name(column)}" for column in columns)
    return f"(SELECT {texts} FROM accepted.{name})"
