"""An open graph as something to query: questions, SPARQL, names, from a build on disk or an endpoint."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from kg.errors import KgError, Text, language
from kg.paths import shipped
from kg.queries import (
    EndpointDataset,
    GraphAccess,
    QueryResult,
    Question,
    StoreSession,
    list_questions,
    read_dataset,
    resolve_term,
    run_endpoint,
    to_dataframe,
)
from kg.queries.address import shown_place
from kg.queries.columns import ColumnSession, check_engine, no_columns, sql_of
from kg.queries.deadline import Deadline, Timeout
from kg.queries.hints import hints, is_empty
from kg.queries.parameters import as_text, bound_terms, substitute
from kg.queries.questions import find_query
from kg.queries.syntax import InvalidQuery
from kg.settings import Limits
from kg.store import Snapshot
from kg.vocab import BASE, DEFAULT_POLICY, rebased

if TYPE_CHECKING:
    import pandas

    from kg.profile import Profile

_LIMITS = Limits()
COLUMNS_FROM = 2_000_000  # quads: below, SPARQL answers before DuckDB has started
_NO_PARAMETERS = Text(
    "SPARQL 질의에는 매개변수를 쓸 수 없습니다.", "Parameters go with a question, not with SPARQL text."
)


class QueryableGraph:
    """What :class:`kg.graph.Graph` can do with SPARQL alone."""

    def __init__(self, place: str, snapshot: Snapshot | None):
        self.place = place
        self._snapshot = snapshot

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<kg.Graph {shown_place(self.place)}>"

    def close(self) -> None:
        """Release the files, and end the process that answered queries."""
        for name in ("_session", "_column_session"):
            if session := self.__dict__.pop(name, None):
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

    @functools.cached_property
    def _column_session(self) -> ColumnSession:
        """Answers questions from the tables of the build."""
        return ColumnSession(self._on_disk.records, self.base)

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
        engine: str = "auto",
        **params: object,
    ) -> tuple[QueryResult, Question | None]:
        """Answer a shipped question by name, a file with a question or SPARQL, or SPARQL text; names are resolved.

        Values of parameters are given by keyword or in ``values``; ``timeout_s`` is the time of all steps together.
        ``engine`` is ``sparql``, ``columns`` (the tables of a build, for questions that have a ``.sql`` file; raises
        ``KgError`` where that is not possible) or ``auto``: columns where possible in a graph of two million quads or
        more, else SPARQL, which starts sooner. All give the same rows.
        """
        deadline = Deadline.of(timeout_s)
        parameters = {**(values or {}), **params}
        question = find_query(name_or_sparql)
        sql = self._sql(question, engine)
        if isinstance(question, str):
            if parameters:
                raise KgError(_NO_PARAMETERS)
            return self.ask(question, timeout_s=deadline, max_rows=max_rows), None
        bound = bound_terms(
            question, as_text(question, parameters), functools.partial(self.resolve, timeout_s=deadline)
        )
        if sql is not None:
            at_base = {name: rebased(term, self.base) for name, term in bound.items()}
            return self._column_session.answer(question, sql, at_base, deadline, max_rows), question
        max_bytes = _LIMITS.max_query_bytes
        try:
            sparql = substitute(question.text, bound)
            return self._run_rebased(sparql, deadline, max_rows, max_query_bytes=max_bytes), question
        except InvalidQuery:  # in a file of the user: report the position in the text as written
            self._run(question.text, deadline, max_rows, max_query_bytes=max_bytes)
            raise

    def _sql(self, question: Question | str, engine: str) -> str | None:
        """The SQL to answer with; nothing if the question goes to the SPARQL engine."""
        check_engine(engine)
        small = self._snapshot is not None and self._summary.get("quads", COLUMNS_FROM) < COLUMNS_FROM
        if engine == "sparql" or (engine == "auto" and small):
            return None
        sql, reason = None, Text("엔드포인트는 SPARQL로만 답합니다.", "an endpoint answers SPARQL only.")
        if self._snapshot is not None:
            sql = sql_of(question) if isinstance(question, Question) else None
            reason = Text("SPARQL로만 쓴 질의입니다.", "it is written in SPARQL only.")
        if sql is not None and (missing := self._column_session.missing(sql)):
            listed = ", ".join(missing)
            sql, reason = (
                None,
                Text(
                    f"이 빌드에는 {listed}이(가) 없습니다. 다시 만드십시오: kg build",
                    f"this build has no {listed}. Make it again: kg build",
                ),
            )
        if sql is None and engine == "columns":
            raise no_columns(question if isinstance(question, str) else question.name, reason)
        return sql

    def query(
        self,
        name_or_sparql: str,
        values: Mapping[str, object] | None = None,
        /,
        *,
        timeout_s: Timeout = _LIMITS.timeout_s,
        max_rows: int = _LIMITS.max_rows,
        engine: str = "auto",
        **params: object,
    ) -> pandas.DataFrame:
        """The answer as a DataFrame: a column for each variable, IRIs as text, numbers and days as values.

        The arguments are those of :meth:`answer`.

        >>> graph.query("partners-of", organisation="LG전자")  # doctest: +SKIP
        """
        deadline = Deadline.of(timeout_s)
        result, question = self.answer(
            name_or_sparql, values, timeout_s=deadline, max_rows=max_rows, engine=engine, **params
        )
        frame = to_dataframe(result, deadline=deadline)
        if question:
            frame.attrs["title"] = getattr(question.title, language())
            frame.attrs["labels"] = question.labels(language())
        frame.attrs["truncated"] = result.truncated
        if not question:
            frame.attrs["hints"] = [str(hint) for hint in self.hints(name_or_sparql, result)]
        return frame

    def hints(self, sparql: str, result: QueryResult) -> list[Text]:
        """Why a query of the user's own found nothing: unknown terms and codes, literals of another datatype, claims.

        Empty for an answer with something in it, and where the graph has no profile. ``query`` gives the same as text
        in ``frame.attrs["hints"]``.
        """
        if self._snapshot is None or not is_empty(result):
            return []
        text = find_query(sparql)
        if not isinstance(text, str) or not self._snapshot.has_profile:
            return []
        return hints(text, self.profile())

    def profile(self) -> Profile:
        """What the graph holds: classes, properties, datatypes, languages, codes, examples, each with its counts.

        Read from the file of a build, which counted them; an endpoint has none. The same numbers are in the graph
        ``id/graph/profile`` in VoID.
        """
        return self._on_disk.profile()

    def resolve(self, kind: str, text: str, *, timeout_s: Timeout = _LIMITS.timeout_s) -> str:
        """The IRI for ``text`` (an IRI, an id, a label or a printed name); the error names the three nearest."""
        deadline = Deadline.of(timeout_s)

        def ask(sparql: str) -> QueryResult:
            return self._run_rebased(sparql, deadline, _LIMITS.max_rows, max_query_bytes=None)

        return resolve_term(ask, kind, text)
