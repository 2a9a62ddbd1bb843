"""A DataFrame as people read it: the cells as shown, then HTML for a notebook and text for a terminal."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import Text, language
from kg.queries.formats import compact
from kg.tabular import width

if TYPE_CHECKING:
    import pandas

SHOWN_ROWS = 100
NOT_STATED = Text("적혀 있지 않음", "not stated")
_LINK = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_MAX_TEXT_COLUMNS = 60
_ONE_LINE_COLUMNS = 24


@dataclass(frozen=True)
class Cell:
    """One cell as shown: ``None`` for what is not stated, an address to follow where it is an IRI."""

    text: str | None
    href: str | None = None


def read_cell(value: Any) -> Cell:
    """How a value is shown. A text that is an http IRI becomes a link with a short text; nothing else is linked."""
    import pandas

    if value is None or (pandas.api.types.is_scalar(value) and pandas.isna(value)):
        return Cell(None)
    if isinstance(value, str):
        text = " ".join(value.split())
        return Cell(_shortened(compact(text)), text) if _LINK.fullmatch(text) else Cell(text)
    if pandas.api.types.is_bool(value):
        return Cell(str(Text("예", "yes") if value else Text("아니요", "no")))
    if pandas.api.types.is_number(value):
        return Cell(_number(value))
    return Cell(" ".join(str(value).split()))


def _number(value: Any) -> str:
    """No empty fraction, and groups of three from five digits on, so that a year stays a year."""
    whole = int(value) if float(value).is_integer() and abs(value) < 1e15 else value
    return f"{whole:,}" if abs(whole) >= 10_000 else str(whole)


def heads(frame: pandas.DataFrame) -> list[tuple[str, str]]:
    """Name and label of each column; a column that the question does not label keeps its name."""
    labels = frame.attrs.get("labels") or {}
    return [(str(name), str(labels.get(name, name))) for name in frame.columns]


def numeric_columns(frame: pandas.DataFrame) -> list[bool]:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    return [is_numeric_dtype(dtype) and not is_bool_dtype(dtype) for dtype in frame.dtypes]


def rows(frame: pandas.DataFrame) -> list[list[Cell]]:
    """The cells of the rows that are shown."""
    shown = frame.head(SHOWN_ROWS)
    columns = [[read_cell(value) for value in shown.iloc[:, index]] for index in range(shown.shape[1])]
    return [list(row) for row in zip(*columns, strict=True)]


def footer(frame: pandas.DataFrame) -> list[str]:
    """How many rows there are, whether some are not shown or were cut, and why there are none."""
    count = len(frame)
    shown = Text(f"{count:,}행", f"{count:,} {'row' if count == 1 else 'rows'}")
    if frame.attrs.get("truncated"):
        shown = Text(
            f"앞의 {count:,}행에서 잘랐습니다. 더 있습니다(--max-rows).",
            f"Cut after the first {count:,} rows; there are more (--max-rows).",
        )
    lines = [str(shown)]
    if count > SHOWN_ROWS:
        lines.append(
            str(Text(f"그 가운데 앞의 {SHOWN_ROWS}행을 보입니다.", f"The first {SHOWN_ROWS} of them are shown."))
        )
    if not count and frame.attrs.get("empty_because"):
        lines.append(str(frame.attrs["empty_because"]))
    return lines


def html_table(frame: pandas.DataFrame) -> str:
    """The table as HTML: no script, no style sheet, colours left to the reader's theme."""
    numeric = numeric_columns(frame)
    title = frame.attrs.get("title")
    lines = ['<div style="max-height: 36em; overflow: auto">']
    lines.append(f'<table class="kg-answer" lang="{language()}" style="word-break: keep-all">')
    if title:
        style = "text-align: left; font-weight: bold; caption-side: top; white-space: nowrap"
        lines.append(f'<caption style="{style}">{html.escape(title)}</caption>')
    lines.append("<thead><tr>")
    for (name, label), right in zip(heads(frame), numeric, strict=True):
        lines.append(f'<th scope="col"{_aligned(right)} title="{html.escape(name)}">{html.escape(label)}</th>')
    lines.append("</tr></thead>\n<tbody>")
    for row in rows(frame):
        cells = (_cell_html(cell, right) for cell, right in zip(row, numeric, strict=True))
        lines.append(f"<tr>{''.join(cells)}</tr>")
    lines.append(f"</tbody>\n</table>\n</div>\n<p>{html.escape(' '.join(footer(frame)))}</p>")
    return "\n".join(lines)


def _aligned(right: bool, more: str = "") -> str:
    style = "right; font-variant-numeric: tabular-nums" if right else "left"
    return f' style="text-align: {style}{more}"'


def _cell_html(cell: Cell, right: bool) -> str:
    """What is short stays on one line; a long text keeps the room to be read in."""
    if cell.text is None:
        return f'<td{_aligned(right)}><span title="{html.escape(str(NOT_STATED))}">—</span></td>'
    text = html.escape(cell.text)
    if cell.href:
        text = f'<a href="{html.escape(cell.href)}" rel="noopener" target="_blank">{text}</a>'
    room = "; white-space: nowrap" if cell.href or width(cell.text) <= _ONE_LINE_COLUMNS else "; min-width: 14em"
    return f"<td{_aligned(right, room)}>{text}</td>"


def text_table(frame: pandas.DataFrame) -> str:
    """The same table for a terminal; Hangul takes two columns a letter."""
    numeric = numeric_columns(frame)
    cells = [[label for _, label in heads(frame)]]
    cells += [[_shortened("—" if cell.text is None else cell.text) for cell in row] for row in rows(frame)]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    lines = [str(frame.attrs["title"])] if frame.attrs.get("title") else []
    for number, row in enumerate(cells):
        padded = []
        for cell, size, right in zip(row, widths, numeric, strict=True):
            space = " " * (size - width(cell))
            padded.append(space + cell if right else cell + space)
        lines.append("  ".join(padded).rstrip())
        if number == 0:
            lines.append("  ".join("─" * size for size in widths))
    return "\n".join([*lines, *footer(frame)])


def _shortened(text: str) -> str:
    if width(text) <= _MAX_TEXT_COLUMNS:
        return text
    while width(text) > _MAX_TEXT_COLUMNS - 1:
        text = text[:-1]
    return text + "…"
