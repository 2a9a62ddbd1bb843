"""Query results as pandas DataFrames."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from kg.queries.deadline import Deadline
from kg.queries.formats import as_rows
from kg.queries.results import QueryResult
from kg.queries.terms import DECIMALS, INTEGERS, Term
from kg.vocab import XSD

if TYPE_CHECKING:
    import pandas

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")  # what Int64 may hold; longer ones stay text
_YEAR = re.compile(r"[0-9]{4}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INT64 = 2**63


def to_dataframe(
    result: QueryResult, labels: Mapping[str, str] | None = None, deadline: Deadline | None = None
) -> pandas.DataFrame:
    """A DataFrame: IRIs and text as ``str``, numbers as numbers, years as whole numbers, days as ``date``.

    ``labels`` (``question.labels(language)``) renames the columns; gaps are missing values. A value that is not of its
    datatype (``"abc"^^xsd:integer``), or that the type of pandas cannot hold, stays text; its column is then of
    objects.
    """
    import pandas

    names, rows = as_rows(result)
    frame = {}
    for index, name in enumerate(names):
        values = [_value(row[index]) for row in (deadline.each(rows) if deadline else rows)]
        frame[name] = pandas.Series(values, dtype=_dtype(values))
    found = pandas.DataFrame(frame)
    found.columns = [(labels or {}).get(name, name) for name in names]  # two columns may have the same label
    return found


def _value(term: Term | None) -> Any:
    if term is None:
        return None
    text = term.value.strip(" \t\r\n") if term.datatype in _TYPED else term.value  # XML Schema collapses white space
    if term.datatype in INTEGERS and _INTEGER.fullmatch(text) and -_INT64 <= int(text) < _INT64:
        return int(text)
    if term.datatype == str(XSD.gYear) and _YEAR.fullmatch(text):
        return int(text)
    if term.datatype in DECIMALS and (_DECIMAL.fullmatch(text) or text in ("INF", "+INF", "-INF", "NaN")):
        return float(text)
    if term.datatype == str(XSD.boolean) and text in ("true", "false", "1", "0"):
        return text in ("true", "1")
    if term.datatype == str(XSD.date) and _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:  # a day that no calendar has stays as written
            return term.value
    return term.value


_TYPED = INTEGERS | DECIMALS | {str(XSD.gYear), str(XSD.boolean), str(XSD.date)}


def _dtype(values: list[Any]) -> str:
    kinds = {type(value) for value in values if value is not None}
    names = {int: "Int64", float: "float64", bool: "boolean", str: "str"}
    if kinds == {int, float}:
        return "float64" if all(abs(value) <= 2**53 for value in values if isinstance(value, int)) else "object"
    return names.get(kinds.pop(), "object") if len(kinds) == 1 else "object"
