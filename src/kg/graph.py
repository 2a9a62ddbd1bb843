"""``Graph``: questions, networks and exports of a build on disk or an endpoint, with the same methods."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import KgError, Text, language
from kg.paths import shipped
from kg.queries import (
    EndpointDataset,
    GraphAccess,
    QueryResult,
    Question,
    StoreSession,
    bind,
    list_questions,
    read_dataset,
    resolve_term,
    run_endpoint,
    to_dataframe,
)
from kg.queries.address import shown_place
from kg.queries.deadline import Deadline, Timeout
from kg.queries.parameters import as_text
from kg.queries.questions import find_query
from kg.queries.syntax import InvalidQuery
from kg.settings import Limits
from kg.store import Snapshot
from kg.vocab import BASE, DEFAULT_POLICY, rebased

if TYPE_CHECKING:
    import duckdb
    import networkx
    import pandas
    import rdflib

    from kg.accept import PolicyLike
    from kg.explain import Explanation
    from kg.network import NetworkTables, Ranking
    from kg.network.columns import EdgeColumns
    from kg.network.uncertainty.readings import Readings
    from kg.whatif import WhatIf

_LIMITS = Limits()
_NO_PARAMETERS = Text(
    "SPARQL 질의에는 매개변수를 쓸 수 없습니다.", "Parameters go with a question, not with SPARQL text."
)


class Graph:
    """A knowledge graph open for reading. Make one with :func:`kg.open`.

    A graph on disk is a snapshot: a newer build does not change it. Close it, or use ``with``, to release it.
    """

    def __init__(self, place: str, snapshot: Snapshot | None):
        self.place = place
        self._snapshot = snapshot

    def __enter__(self) -> Graph:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<kg.Graph {shown_place(self.place)}>"

    def close(self) -> None:
        if columns := self.__dict__.pop("_columns", None):
            columns.close()
        if session := self.__dict__.pop("_session", None):
            session.close()
        if self._snapshot:
            self._snapshot.close()

    @functools.cached_property
    def base(self) -> str:
        """The base of the graph's ids: that of the build, or that of the register at an endpoint."""
        return self._dataset.base if self._snapshot is None else str(self._summary.get("base", BASE))

    @functools.cached_property
    def policy(self) -> str:
        """The policy whose accepted values the graph holds."""
        return self._dataset.policy if self._snapshot is None else str(self._summary.get("policy", DEFAULT_POLICY))

    @functools.cached_property
    def access(self) -> GraphAccess[QueryResult]:
        """Access for the readers of other packages: the query function, the base and the policy in one value."""
        return GraphAccess(functools.partial(self.ask_internal, max_rows=1_000_000), self.base, self.policy)

    @functools.cached_property
    def _dataset(self) -> EndpointDataset:
        """How the endpoint stores the graph; read once."""
        return read_dataset(self.place)

    @functools.cached_property
    def _summary(self) -> dict[str, Any]:
        assert self._snapshot is not None  # an endpoint has a dataset instead
        content: dict[str, Any] = json.loads(self._snapshot.summary.read_text(encoding="utf-8"))
        return content

    @functools.cached_property
    def _session(self) -> StoreSession:
        """Answers queries from the store; its process stays between queries."""
        return StoreSession(self._on_disk.store)

    @property
    def folder(self) -> Path:
        """The folder of the build, after a check that its tables are unchanged; raises ``KgError`` for an endpoint."""
        return self._on_disk.records.parent

    @property
    def _on_disk(self) -> Snapshot:
        if self._snapshot is None:
            raise KgError(
                Text(
                    "엔드포인트에는 폴더가 없습니다. 빌드한 그래프를 여십시오.",
                    "An endpoint has no folder: open a build on disk for this.",
                )
            )
        return self._snapshot

    def ask(
        self, sparql: str, *, timeout_s: Timeout = _LIMITS.timeout_s, max_rows: int = _LIMITS.max_rows
    ) -> QueryResult:
        """Answer a SPARQL query given by the user, as RDF terms; ``query`` gives a DataFrame."""
        return self._run(sparql, Deadline.of(timeout_s), max_rows)

    def ask_internal(
        self, sparql: str, *, timeout_s: Timeout = _LIMITS.timeout_s, max_rows: int = _LIMITS.max_rows
    ) -> QueryResult:
        """Answer a query of the toolkit, written for the toolkit's base; raises ``KgError`` if the answer is truncated.

        The query is rebased and has no limit of length; where the default graph of an endpoint is the union of all
        graphs, it names its graphs.
        """
        result = self._run_rebased(sparql, Deadline.of(timeout_s), max_rows, max_query_bytes=None)
        result.require_whole(repr(self))
        return result

    def _run_rebased(
        self, sparql: str, deadline: Deadline, max_rows: int, *, max_query_bytes: int | None
    ) -> QueryResult:
        """Answer a query that is written for the toolkit's base."""
        if self._snapshot is None and "_dataset" not in self.__dict__:  # read within the same deadline
            self.__dict__["_dataset"] = read_dataset(self.place, deadline)
        dataset = self._dataset if self._snapshot is None else None
        text = rebased(sparql, self.base)
        return self._run(text, deadline, max_rows, dataset=dataset, max_query_bytes=max_query_bytes)

    def _run(
        self,
        sparql: str,
        deadline: Deadline,
        max_rows: int,
        *,
        dataset: EndpointDataset | None = None,
        max_query_bytes: int | None = _LIMITS.max_query_bytes,
    ) -> QueryResult:
        if self._snapshot is None:
            return run_endpoint(self.place, sparql, deadline, max_rows, dataset, max_query_bytes=max_query_bytes)
        return self._session.run(sparql, timeout_s=deadline, max_rows=max_rows, max_query_bytes=max_query_bytes)

    def questions(self) -> list[Question]:
        """The shipped questions."""
        return list_questions(shipped("queries"))

    def answer(
        self,
        name_or_sparql: str,
        values: Mapping[str, object] | None = None,
        /,
        *,
        timeout_s: Timeout = _LIMITS.timeout_s,
        max_rows: int = _LIMITS.max_rows,
        **params: object,
    ) -> tuple[QueryResult, Question | None]:
        """Answer a shipped question by name, a file with a question or SPARQL, or SPARQL text; names are resolved.

        Values of parameters are given by keyword or in ``values``; ``timeout_s`` is the time of all steps together.
        """
        deadline = Deadline.of(timeout_s)
        parameters = {**(values or {}), **params}
        question = find_query(name_or_sparql)
        if isinstance(question, str):
            if parameters:
                raise KgError(_NO_PARAMETERS)
            return self.ask(question, timeout_s=deadline, max_rows=max_rows), None
        sparql = bind(question, as_text(question, parameters), functools.partial(self.resolve, timeout_s=deadline))
        max_bytes = _LIMITS.max_query_bytes
        try:
            return self._run_rebased(sparql, deadline, max_rows, max_query_bytes=max_bytes), question
        except InvalidQuery:  # in a file of the user: report the position in the text as written
            self._run(question.text, deadline, max_rows, max_query_bytes=max_bytes)
            raise

    def query(
        self,
        name_or_sparql: str,
        values: Mapping[str, object] | None = None,
        /,
        *,
        timeout_s: Timeout = _LIMITS.timeout_s,
        max_rows: int = _LIMITS.max_rows,
        **params: object,
    ) -> pandas.DataFrame:
        """The answer as a DataFrame: a column for each variable, IRIs as text, numbers and days as values.

        The arguments are those of :meth:`answer`.

        >>> graph.query("partners-of", organisation="LG전자")  # doctest: +SKIP
        """
        deadline = Deadline.of(timeout_s)
        result, question = self.answer(name_or_sparql, values, timeout_s=deadline, max_rows=max_rows, **params)
        frame = to_dataframe(result, deadline=deadline)
        if question:
            frame.attrs["title"] = getattr(question.title, language())
            frame.attrs["labels"] = question.labels(language())
        frame.attrs["truncated"] = result.truncated
        return frame

    def resolve(self, kind: str, text: str, *, timeout_s: Timeout = _LIMITS.timeout_s) -> str:
        """The IRI for ``text`` (an IRI, an id, a label or a printed name); the error names the three nearest."""
        deadline = Deadline.of(timeout_s)

        def ask(sparql: str) -> QueryResult:
            return self._run_rebased(sparql, deadline, _LIMITS.max_rows, max_query_bytes=None)

        return resolve_term(ask, kind, text)

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

        return network(kind, self.network_tables(kind, policy), **{"create_using": graph_class(kind), **options})

    def network_columns(self, *, policy: str | None = None, **options: Any) -> EdgeColumns:
        """The partnership network as columns of numbers, for large graphs: ties, measures, NetworkX on request.

        ``options`` are ``at``, ``between``, ``mode``, ``roles`` and ``weight`` as for :meth:`network`, and the
        organisations have the same ids. Read from the tables of a build, under another policy computed from
        them, or read from an endpoint by SPARQL.
        """
        from kg.network.columns import columns_network
        from kg.network.kinds import require_options

        require_options("partnership", columns_network, options)
        if self._snapshot is None or policy not in (None, self.policy):
            return columns_network(self.network_tables("partnership", policy), **options).with_plain_ids()
        with self._columns.cursor() as tables:
            return columns_network(tables, **options)

    @functools.cached_property
    def _columns(self) -> duckdb.DuckDBPyConnection:
        """The participations, read and numbered once for all networks in columns."""
        from kg.network.columns import build_parties

        return build_parties(self.folder / "records")

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
