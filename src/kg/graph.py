"""``Graph``: questions, networks and exports of a build on disk or an endpoint, with the same methods."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.queries import GraphAccess
from kg.queryable import QueryableGraph

if TYPE_CHECKING:
    import networkx
    import pandas
    import rdflib

    from kg.accept import PolicyLike
    from kg.explain import Explanation
    from kg.network import NetworkTables, Ranking
    from kg.network.columns import EdgeColumns, PairNetworks
    from kg.network.summary import NetworkSummary
    from kg.network.uncertainty.readings import Readings
    from kg.whatif import WhatIf


class Graph(QueryableGraph):
    """A knowledge graph open for reading. Make one with :func:`kg.open`.

    A graph on disk is a snapshot: a newer build does not change it. Close it, or use ``with``, to release it.
    """

    def close(self) -> None:
        """Release the files, and end the process that answered queries."""
        if networks := self.__dict__.pop("_networks", None):
            networks.close()
        super().close()

    def network_tables(self, kind: str = "partnership", policy: str | None = None) -> NetworkTables:
        """The tables that a network of ``kind`` is made from, read from the files of a build or by SPARQL.

        For a policy other than the graph's, accepted values are computed from the tables; an endpoint must hold them.
        """
        from kg.network.tables.relations import build_relations, read_relations
        from kg.network.tables.sparql import read_access

        if self._snapshot is None:
            return read_access(self.row_access(policy), kind)
        if policy not in (None, self.policy):
            return self.under(policy).network_tables(kind)
        with build_relations(self.folder / "records") as relations:
            return read_relations(relations, kind=kind, policy=self.policy, base=self.base)

    def network(self, kind: str = "partnership", *, policy: str | None = None, **options: Any) -> networkx.Graph:
        """A network of organisations as a NetworkX graph with an additional method, ``plot``.

        Parameters
        ----------
        kind : 'partnership', 'support', 'two-mode', 'shared-rating' or 'co-attendance'
            Ties of one case (:func:`kg.network.partnership_network`), giver to receiver, organisations with their
            cases, organisations at the same event.
        policy : str, optional
            The policy whose accepted values are used: the name of a stored policy, or rules, as for :meth:`under`. By
            default the policy of the graph.
        **options
            Options of the function for this kind: ``at``, ``between``, ``mode``, ``roles``, ``weight`` and so on.
        """
        from kg.network import network
        from kg.pictures.graphs import graph_class

        options = {"create_using": graph_class(kind), **options}
        if kind != "partnership" or self._snapshot is None or options.get("unnamed"):
            return network(kind, self.network_tables(kind, policy), **options)
        if policy in (None, self.policy):
            return self._networks.network(**options)
        return self.under(policy).network(kind, **options)

    def network_summary(
        self, kind: str = "partnership", *, policy: str | None = None, **options: Any
    ) -> NetworkSummary:
        """The summary of a network; of a build's partnership network without making the graph.

        The arguments are those of :meth:`network`.
        """
        from kg.network import summary

        stored = self._snapshot is not None and policy in (None, self.policy)
        if kind == "partnership" and stored and not options.get("unnamed"):
            return self._networks.summary(**options)
        return summary(self.network(kind, policy=policy, **options))

    def network_columns(self, *, policy: str | None = None, **options: Any) -> EdgeColumns:
        """The partnership network as columns of numbers, for large graphs: ties, measures, NetworkX on request.

        ``options`` are ``at``, ``between``, ``mode``, ``roles``, ``programme`` and ``weight`` as for :meth:`network`,
        and the organisations have the same ids. Read from the tables of a build, under another policy computed from
        them, or read from an endpoint by SPARQL.
        """
        from kg.network.columns import columns_network
        from kg.network.kinds import require_options

        require_options("partnership", columns_network, options)
        if self._snapshot is None or policy not in (None, self.policy):
            return columns_network(self.network_tables("partnership", policy), **options).with_plain_ids()
        return self._networks.columns(**options)

    @functools.cached_property
    def _networks(self) -> PairNetworks:
        """The pairs of the build, read once for all its partnership networks."""
        from kg.network.columns import build_networks

        return build_networks(self.folder / "records", self.policy, self.base)

    def rank(
        self,
        measure: str,
        *,
        kind: str = "partnership",
        policy: str | None = None,
        dates: str = "together",
        limit: int = 256,
        seed: int = 1,
        measured: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Ranking:
        """Value and rank of each organisation under a measure, with bounds over all readings of unsure data.

        Parameters
        ----------
        measure : str
            A name of :data:`kg.network.MEASURES`; ``measured`` holds its options, such as ``weighted``.
        dates, limit, seed
            How unsure dates are treated and how many readings are evaluated (:func:`kg.network.readings`).
        **options
            Options of the function for this kind, except ``mode``: both modes are evaluated.
        """
        from kg.network import rank

        all_readings = self.readings(kind=kind, policy=policy, dates=dates, limit=limit, seed=seed, **options)
        return rank(measure, all_readings, **(measured or {}))

    def readings(self, *, kind: str = "partnership", policy: str | None = None, **options: Any) -> Readings:
        """All readings of unsure data, to rank by several measures (:func:`kg.network.rank_all`) or to inspect each.

        ``options`` are ``dates``, ``limit``, ``seed`` and those of the kind, as for :meth:`rank`.
        """
        from kg.network import read_identities, readings

        tables, identities = self.network_tables(kind, policy), read_identities(self.rows, base=self.base)
        return readings(tables, identities, kind=kind, **options)

    def explain(self, text: str, *, policy: str | None = None) -> Explanation:
        """The claims behind a name, a rating (``롯데건설 2023``), an edge (``A ~ B``) or an IRI."""
        from kg.explain import explain

        if policy in (None, self.policy):
            return explain(self.access, text)
        return self.under(policy).explain(text)

    def link(
        self,
        frame: pandas.DataFrame,
        *,
        name: str | None = None,
        identifiers: Mapping[str, str] | None = None,
        extras: Iterable[str] = (),
    ) -> pandas.DataFrame:
        """A list of your own joined to the organisations, by identifiers and then by names.

        ``name`` is the column of names, ``identifiers`` gives the column of each scheme; both are found by their
        headings if left out. ``extras`` brings columns back: ``kind``, ``industry``, ``region``, ``group``,
        ``partners``. The columns added are ``organisation`` (an id, where the judgement is ``same``),
        ``organisation_name``, ``judgement`` (``same``, ``unsure``, ``none``), ``reason``, ``candidates``, and
        ``table`` and ``row``, a row to look at and add. Only for a build on disk. Raises ``KgError`` for a column, a
        scheme or an extra that does not exist.
        """
        from kg.link import link_rows

        return link_rows(self.folder / "records", frame, name=name, identifiers=identifiers, extras=extras)

    def without(self, *sources: str) -> WhatIf:
        """The graph as it would be without these sources, and the differences as a table."""
        return self._what_if(without=sources)

    def under(self, policy: PolicyLike) -> WhatIf:
        """The graph under another policy, given by name or by rules such as ``require-origins=2, prefer-table``."""
        return self._what_if(under=policy)

    def as_known_on(self, day: str | date) -> WhatIf:
        """The graph as certainly known on a day; undated sources are left out, and counted."""
        return self._what_if(known_on=day)

    def _what_if(self, **supposed: Any) -> WhatIf:
        from kg.whatif import what_if

        return what_if(self.folder / "records", self.access, **supposed)

    def export(
        self,
        target: str | Path | None = None,
        *,
        format: str = "ttl",
        what: str | None = None,
        source: str | None = None,
        policy: str | None = None,
    ) -> str | None:
        """Export the graph in an open format; without a target the text is returned, except for csv and parquet.

        :data:`kg.export.FORMATS` lists the formats and the options of each; an option that a format cannot honour is
        refused. ``graphml`` and ``gexf`` hold the partnership network.

        Under another policy its accepted values replace those of the graph, and what was derived from the latter is
        left out.
        """
        from kg.export import export, export_network, export_text, require_options
        from kg.export.formats import NETWORKS

        require_options(format, what, source, policy, target)
        if format in NETWORKS:
            return export_network(self.network(policy=policy), target, format)
        if target is None:
            return export_text(self.folder, format, what=what, source=source, policy=policy, access=self.access)
        export(self.folder, target, format, what=what, source=source, policy=policy, access=self.access)
        return None

    def rdflib(self) -> rdflib.Dataset:
        """All quads as an rdflib ``Dataset``: a copy in memory (about 30 µs and 1.5 kB a quad)."""
        import rdflib

        dataset = rdflib.Dataset()
        dataset.parse(self._on_disk.quads, format="nquads")
        return dataset

    def rows(self, sparql: str) -> list[tuple[Any, ...]]:
        """The rows of a SELECT as plain values, the form that :func:`kg.network.read_network_tables` takes."""
        result = self.ask_internal(sparql, timeout_s=300, max_rows=10_000_000)
        return [tuple(term.value if term else None for term in row) for row in result.rows]

    def row_access(self, policy: str | None = None) -> GraphAccess[list[tuple[Any, ...]]]:
        """This graph for the readers of :mod:`kg.network`: ``rows``, the base, and a policy (default: its own)."""
        return GraphAccess(self.rows, self.base, policy or self.policy)
