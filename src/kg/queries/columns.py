"""Questions answered from the Parquet tables of a build: ``NAME.sql`` beside ``NAME.rq``, with the same rows.

A ``.sql`` file is one SELECT of DuckDB that ends in ORDER BY. It reads ``resolved.X``, ``accepted.X``, ``analysis.X``
and ``codes.X``, the Parquet files of the build, takes the parameters of the question as ``$name`` (IRIs as text, NULL
for a parameter without a value), and gives the columns of the question as terms: ``iri('org/' || id)``,
``label(ko, en, $language)`` and ``text(value)``; whole numbers and days as they are; NULL where SPARQL leaves a
variable unbound. ``$row_limit`` is the number of rows that are wanted.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import KgError, Text
from kg.paths import shipped
from kg.queries.deadline import Deadline, QueryFailed, check_max_rows
from kg.queries.questions import Question
from kg.queries.results import QueryResult
from kg.queries.terms import Term
from kg.settings import Limits
from kg.values import sql_name, sql_text
from kg.vocab import ID, XSD, rebased

if TYPE_CHECKING:
    import duckdb

ENGINES = ("auto", "sparql", "columns")
_LIMITS = Limits()
_FOLDERS = {"resolved": "", "accepted": "accepted", "analysis": "analysis", "codes": "codes"}
_TABLE = re.compile(r'\b(resolved|accepted|analysis|codes)\.(?:"([a-z_-]+)"|([a-z_]+))')
_PARAMETER = re.compile(r"\$([a-zA-Z_]+)")
_ROW_LIMIT = "row_limit"  # rows that are needed: a parameter for queries that look up labels for those alone
_COMMENT = re.compile(r"--[^\n]*")
_IRI, _TAGGED, _TEXT = "I", "L", "T"  # what the text of a column is; a language and a space follow the second

# how the terms of an answer are written in SQL
_MACROS = f"""
CREATE MACRO iri(path) AS '{_IRI}' || {{ids}} || path;
CREATE MACRO text(value) AS '{_TEXT}' || value;
CREATE MACRO tagged(value, tag) AS '{_TAGGED}' || tag || ' ' || value;
CREATE MACRO label(ko, en, language) AS CASE WHEN language = 'ko'
    THEN coalesce(tagged(ko, 'ko'), tagged(en, 'en')) ELSE coalesce(tagged(en, 'en'), tagged(ko, 'ko')) END;
CREATE MACRO wanted(ko, en, language) AS CASE WHEN language = 'ko' THEN tagged(ko, 'ko') ELSE tagged(en, 'en') END;
"""


class NoColumns(KgError):
    """A question that cannot be answered from columns, with the reason."""


def sql_of(question: Question) -> str | None:
    """The SQL of a shipped question; nothing for a question without, and for a file of the user's own."""
    if question.path is None or question.path.resolve().parent != shipped("queries").resolve():
        return None
    path = question.path.with_suffix(".sql")
    return path.read_text(encoding="utf-8") if path.is_file() else None


def check_engine(engine: str) -> None:
    """Refuse a name that is none of ``ENGINES``."""
    if engine not in ENGINES:
        known = ", ".join(ENGINES)
        raise KgError(
            Text(f"엔진 {engine!r}: {known} 가운데 하나를 쓰십시오.", f"engine {engine!r}: use one of {known}.")
        )


def no_columns(name: str, reason: Text) -> NoColumns:
    """The error for a question that is to be answered from columns and cannot be."""
    return NoColumns(
        Text(
            f"{name}: 표에서 답할 수 없습니다(--engine columns). {reason.ko}",
            f"{name} cannot be answered from columns (--engine columns): {reason.en}",
        )
    )


class ColumnSession:
    """Answers questions from the tables of one build; ``close`` frees what it holds."""

    def __init__(self, records: Path, base: str):
        import duckdb  # here, because most commands do without

        self._records = records
        self._connection = duckdb.connect(config={"memory_limit": f"{_LIMITS.query_memory_mb}MB", "threads": 2})
        self._connection.execute("SET temp_directory = ''")  # a query writes nothing to disk
        self._connection.execute("SET disabled_optimizers = 'join_order'")  # joins run in the order of the text
        self._connection.execute(_MACROS.format(ids=sql_text(rebased(ID, base))))
        self._views: set[str] = set()
        self._lock = threading.Lock()

    def close(self) -> None:
        self._connection.close()

    def missing(self, sql: str) -> list[str]:
        """The tables that the SQL reads and the build does not have, as builds of earlier versions."""
        return [f"{schema}/{name}" for schema, name in _tables(sql) if not self._path(schema, name).is_file()]

    def answer(
        self, question: Question, sql: str, bound: Mapping[str, str], deadline: Deadline, max_rows: int
    ) -> QueryResult:
        """The answer with SPARQL terms ``bound`` to parameters; at most ``max_rows`` rows. Raises ``QueryFailed``."""
        check_max_rows(max_rows)
        start = time.perf_counter()
        code = _COMMENT.sub("", sql)
        parameters: dict[str, Any] = {name: _plain(bound.get(name)) for name in _PARAMETER.findall(code)}
        if _ROW_LIMIT in parameters:
            parameters[_ROW_LIMIT] = max_rows + 1
        with self._lock:
            self._make_views(sql)
            cursor = self._connection.cursor()
        rows = _fetch(cursor, f"{code}\nLIMIT {max_rows + 1}", parameters, deadline)
        names = tuple(column.name for column in question.columns)
        terms = tuple(tuple(map(_term, row)) for row in deadline.each(rows[:max_rows]))
        return QueryResult("select", names, terms, truncated=len(rows) > max_rows, seconds=time.perf_counter() - start)

    def _path(self, schema: str, name: str) -> Path:
        return self._records / _FOLDERS[schema] / f"{name}.parquet"

    def _make_views(self, sql: str) -> None:
        for schema, name in _tables(sql):
            view = f"{schema}.{sql_name(name)}"
            if view not in self._views:
                self._connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
                path = sql_text(str(self._path(schema, name)))
                self._connection.execute(f"CREATE VIEW {view} AS SELECT * FROM read_parquet({path})")
                self._views.add(view)


def _tables(sql: str) -> list[tuple[str, str]]:
    found = {(schema, quoted or plain) for schema, quoted, plain in _TABLE.findall(_COMMENT.sub("", sql))}
    return sorted(found)


def _fetch(
    cursor: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any], deadline: Deadline
) -> list[tuple[Any, ...]]:
    """The rows, or an error when the time is over; another thread watches the clock while DuckDB works."""
    import duckdb

    deadline.check()
    watch = threading.Timer(deadline.left(), cursor.interrupt)
    watch.daemon = True
    watch.start()
    try:
        return cursor.execute(sql, parameters).fetchall()
    except duckdb.InterruptException:
        deadline.check()
        raise
    except duckdb.OutOfMemoryException:
        most = _LIMITS.query_memory_mb
        raise QueryFailed(
            Text(
                f"질의가 메모리 {most} MB를 넘어 멈췄습니다. 질의를 좁히십시오.",
                f"The query was stopped: it needs more than {most} MB of memory. Narrow it.",
            )
        ) from None
    finally:
        watch.cancel()
        cursor.close()


def _plain(term: str | None) -> str | None:
    """An IRI or the text of a literal without its datatype; IRIs have the base of the graph."""
    if term is None or term[0] == "<":
        return term and term[1:-1]
    return str(json.loads(term[: term.rindex('"') + 1]))  # escaped as in JSON


def _term(value: Any) -> Term | None:
    if value is None:
        return None
    if isinstance(value, str):
        kind, rest = value[0], value[1:]
        if kind == _IRI:
            return Term("iri", rest)
        if kind == _TEXT:
            return Term("literal", rest, str(XSD.string))
        language, _, text = rest.partition(" ")
        return Term("literal", text, "", language)
    if isinstance(value, date):
        return Term("literal", value.isoformat(), str(XSD.date))
    return Term("literal", str(int(value)), str(XSD.integer))
