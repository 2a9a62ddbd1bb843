"""The networks of accepted tables in DuckDB, all made from one table of pairs: graphs, columns and summaries."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.dialect import parquet_relation
from kg.network.columns.graphs import pairs_network
from kg.network.columns.network import EdgeColumns
from kg.network.columns.pairs import ChosenPairs, Pairs, choose_pairs, read_pairs
from kg.network.columns.summary import summarise_pairs
from kg.network.kinds import require_options
from kg.network.kinds.partnership import partnership_network
from kg.network.kinds.window import Window, window
from kg.network.tables.relations import RelationReader, build_relations

if TYPE_CHECKING:
    import duckdb
    import networkx as nx

    from kg.network.summary import NetworkSummary


class PairNetworks:
    """Partnership networks of accepted tables, such as those of a build or of a supposition.

    ``connection`` has the schemas ``accepted``, ``resolved`` and ``codes``, and may have ``analysis.pairs``. The pairs
    of the default roles are read once. Several threads may use one object.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, policy: str, base: str):
        self._connection = connection
        self._policy, self._base = policy, base
        self._default: Pairs | None = None

    def __enter__(self) -> PairNetworks:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def network(self, **options: Any) -> nx.Graph:
        """The graph; ``options`` are those of :func:`kg.network.partnership_network` except ``unnamed``."""
        create_using = options.pop("create_using", None)
        chosen, days = self._chosen(options)
        with self._connection.cursor() as cursor:
            return pairs_network(RelationReader(cursor, self._policy, self._base), chosen, days, create_using)

    def summary(self, **options: Any) -> NetworkSummary:
        """The summary of the same network, without the graph."""
        chosen, days = self._chosen(options)
        with self._connection.cursor() as cursor:
            return summarise_pairs(RelationReader(cursor, self._policy, self._base), chosen, days)

    def columns(self, **options: Any) -> EdgeColumns:
        """The same network as columns of numbers."""
        import numpy

        chosen, days = self._chosen(options)
        starts = chosen.starts
        first, second = chosen.first[starts], chosen.second[starts]
        tied = numpy.zeros(len(chosen.pairs.organisations), bool)
        tied[first] = tied[second] = True
        place = numpy.cumsum(tied) - 1
        facts = {**days.facts(), "kind": "partnership", "weighting": chosen.weighting}
        facts |= {name: chosen.facts[name] for name in ("roles", "programme")}
        weights = numpy.asarray(chosen.weights, float)
        return EdgeColumns(chosen.pairs.organisations[tied], place[first], place[second], weights, facts)

    def _chosen(self, options: dict[str, Any]) -> tuple[ChosenPairs, Window]:
        require_options("partnership", partnership_network, options)
        days = window(options.get("at"), options.get("between"), options.get("mode", "certain"))
        pairs = self._pairs(options.get("roles"))
        chosen = choose_pairs(pairs, days, programme=options.get("programme"), weight=options.get("weight", "count"))
        return chosen, days

    def _pairs(self, roles: Iterable[str] | None) -> Pairs:
        if roles is None and self._default is not None:
            return self._default
        with self._connection.cursor() as cursor:
            found = read_pairs(cursor, roles)
        if roles is None:
            self._default = found
        return found


def build_networks(records: Path, policy: str, base: str) -> PairNetworks:
    """The networks of a finished build (``build/current/records``)."""
    connection = build_relations(records)
    pairs = records / "analysis" / "pairs.parquet"
    if pairs.exists():  # else the build is of an earlier version, and its pairs are computed now
        connection.execute("CREATE SCHEMA analysis")
        connection.execute(f"CREATE VIEW analysis.pairs AS SELECT * FROM {parquet_relation(pairs)}")
    return PairNetworks(connection, policy, base)
