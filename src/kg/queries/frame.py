"""Query results as pandas DataFrames."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from kg.queries.formats import as_rows
from kg.queries.results import QueryResult
from kg.queries.terms import DECIMALS, INTEGERS, Term
from kg.vocab import XSD

if TYPE_CHECKING:
    import pandas


def to_dataframe(result: QueryResult, labels: Mapping[str, str] | None = None) -> pandas.DataFrame:
    """A DataFrame: IRIs and text as ``str``, numbers as numbers, years as whole numbers, days as ``date``.

    ``labels`` (``question.labels(language)``) renames the columns; gaps are missing values.
    """
    import pandas

    names, rows = as_rows(result)
    frame = {}
    for index, name in enumerate(names):
        values = [_value(row[index]) for row in rows]
        frame[(labels or {}).get(name, name)] = pandas.Series(values, dtype=_dtype(values))
    return pandas.DataFrame(frame)


def _value(term: Term | None) -> Any:
    if term is None:
        return None
    if term.datatype in INTEGERS or (term.datatype == str(XSD.gYear) and term.value.isdigit()):
        return int(term.value)
    if term.datatype in DECIMALS:
        return float(term.value)
    if term.datatype == str(XSD.boolean):
        return term.value in ("true", "1")
    if term.datatype == str(XSD.date):
        try:
            return date.fromisoformat(term.value)
        except ValueError:  # a date with a time zone is left as written
            return term.value
    return term.value


def _dtype(values: list[Any]) -> str:
    kinds = {type(value) for value in values if value is not None}
    names = {int: "Int64", float: "float64", bool: "boolean", str: "str"}
    if kinds == {int, float}:
        return "float64"
    return names.get(kinds.pop(), "object") if len(kinds) == 1 else "object"
