"""Displays a DataFrame: formatted cells, HTML for a notebook, text for a terminal."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.queries.formats import compact
from kg.tabular import Cell, cut
from kg.tabular import html_table as tabular_html
from kg.tabular import text_table as tabular_text

if TYPE_CHECKING:
    import pandas

SHOWN_ROWS = 100
_LINK = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_MAX_TEXT_COLUMNS = 60


def read_cell(value: Any) -> Cell:
    """The cell that shows a value. Text that is an http IRI becomes a link with a short label."""
    import pandas

    if value is None or (pandas.api.types.is_scalar(value) and pandas.isna(value)):
        return Cell(None)
    if isinstance(value, str):
        text = " ".join(value.split())
        return Cell(cut(compact(text), _MAX_TEXT_COLUMNS), text) if _LINK.fullmatch(text) else Cell(text)
    if pandas.api.types.is_bool(value):
        return Cell(str(Text("예", "yes") if value else Text("아니요", "no")))
    if pandas.api.types.is_number(value):
        return Cell(_number(value))
    return Cell(" ".join(str(value).split()))


def _number(value: Any) -> str:
    """The number without an empty fraction; digits are grouped from five digits on, so that years are unchanged."""
    whole = int(value) if float(value).is_integer() and abs(value) < 1e15 else value
    return f"{whole:,}" if abs(whole) >= 10_000 else str(whole)


def heads(frame: pandas.DataFrame) -> list[tuple[str, str]]:
    """Name and label of each column; a column that the question does not label keeps its name."""
    labels = frame.attrs.get("labels") or {}
    return [(str(name), str(labels.get(name, name))) for name in frame.columns]


def numeric_columns(frame: pandas.DataFrame) -> list[int]:
    """The positions of the columns of numbers."""
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    numbers = enumerate(frame.dtypes)
    return [place for place, dtype in numbers if is_numeric_dtype(dtype) and not is_bool_dtype(dtype)]


def rows(frame: pandas.DataFrame) -> list[list[Cell]]:
    """The cells of the rows that are shown."""
    shown = frame.head(SHOWN_ROWS)
    columns = [[read_cell(value) for value in shown.iloc[:, index]] for index in range(shown.shape[1])]
    return [list(row) for row in zip(*columns, strict=True)]


def footer(frame: pandas.DataFrame) -> list[str]:
    """Lines on the number of rows, whether some are not shown or were cut off, and why there are none."""
    count = len(frame)
    shown = Text(f"{count:,}행", f"{count:,} {'row' if count == 1 else 'rows'}")
    if frame.attrs.get("truncated"):
        shown = Text(
            f"앞의 {count:,}행만 가져왔습니다. 더 있습니다(--max-rows).",
            f"Cut after the first {count:,} rows; there are more (--max-rows).",
        )
    lines = [str(shown)]
    if count > SHOWN_ROWS:
        lines.append(
            str(Text(f"그 가운데 앞의 {SHOWN_ROWS}행만 표시합니다.", f"The first {SHOWN_ROWS} of them are shown."))
        )
    if not count and frame.attrs.get("empty_because"):
        lines.append(str(frame.attrs["empty_because"]))
    return lines


def html_table(frame: pandas.DataFrame) -> str:
    """The frame as an HTML table with its title, and a line on how many rows there are."""
    names, labels = zip(*heads(frame), strict=True) if len(frame.columns) else ((), ())
    table = tabular_html(
        labels, rows(frame), names=names, right=numeric_columns(frame), caption=frame.attrs.get("title") or ""
    )
    end = html.escape(" ".join(footer(frame)))
    return f'<div style="max-height: 36em; overflow: auto">\n{table}\n</div>\n<p>{end}</p>'


def text_table(frame: pandas.DataFrame) -> str:
    """The same table for a terminal."""
    cells = [["—" if cell.text is None else cell.text for cell in row] for row in rows(frame)]
    labels = [label for _, label in heads(frame)]
    lines = tabular_text(labels, cells, right=numeric_columns(frame), cell_columns=_MAX_TEXT_COLUMNS)
    title = [str(frame.attrs["title"])] if frame.attrs.get("title") else []
    return "\n".join([*title, *lines, *footer(frame)])
