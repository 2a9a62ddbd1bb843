"""Tables as text for a terminal and as HTML for a notebook; a Hangul letter is two terminal columns wide."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from kg.errors import Text, language
from kg.values import printable

MAX_CELL = 44  # terminal columns
ONE_LINE = 24  # terminal columns; a longer text may wrap in HTML
NOT_STATED = Text("적혀 있지 않음", "not stated")
STYLE = (  # of headings and notes between the tables of an explanation
    "<style>.kg-why{font-family:system-ui,sans-serif;line-height:1.45}.kg-why table{margin:.3em 0 .8em}"
    ".kg-why h3,.kg-why h4{margin:.8em 0 .2em}.kg-why .kg-note{color:#555}</style>"
)
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'{}|\\^`]+")


def width(text: str) -> int:
    """The width of ``text`` in terminal columns.

    >>> width("LG전자"), width("e\u0301")
    (6, 1)
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """``text`` filled with spaces to ``columns`` terminal columns, aligned left or right."""
    gap = " " * max(0, columns - width(text))
    return gap + text if right else text + gap


def aligned(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """Rows as lines with aligned columns; the columns numbered in ``right`` (numbers) are aligned right.

    >>> aligned([["기관", "3"], ["LG", "12"]], right=[1])
    ['기관   3', 'LG    12']
    """
    if not rows:
        return []
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(pad(text, widths[number], right=number in right) for number, text in enumerate(row)).rstrip()
        for row in rows
    ]


def cut(text: str, columns: int = MAX_CELL) -> str:
    """The text on one line, cut to ``columns`` terminal columns, with control characters escaped."""
    text = printable(" ".join(text.split()))
    used = fits = 0
    for number, letter in enumerate(text, 1):
        used += width(letter)
        if used > columns:
            return text[:fits] + "…"
        if used < columns:
            fits = number
    return text


def text_table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    indent: str = "",
    cell_columns: int = MAX_CELL,
    keep_empty: bool = True,
) -> list[str]:
    """Lines of an aligned table with a rule under the header; each cell is one line of at most ``cell_columns``.

    The columns numbered in ``right`` (numbers) are aligned right. Without ``keep_empty`` a column that is empty in
    every row is left out, and a table without rows has no lines.
    """
    cells = [[cut(cell, cell_columns) for cell in row] for row in rows]
    visible = _visible_columns(len(heads), cells, keep_empty)
    if not visible or not (cells or keep_empty):
        return []
    shown = [[heads[index] for index in visible], *([row[index] for index in visible] for row in cells)]
    lines = aligned(shown, right=[place for place, index in enumerate(visible) if index in right])
    widths = [max(map(width, column)) for column in zip(*shown, strict=True)]
    lines.insert(1, "  ".join("─" * size for size in widths))
    return [indent + line for line in lines]


def _visible_columns(count: int, rows: Sequence[Sequence[object]], keep_empty: bool) -> list[int]:
    return [index for index in range(count) if keep_empty or any(row[index] for row in rows)]


@dataclass(frozen=True)
class Cell:
    """A cell of an HTML table: its text, ``None`` for a value that is not stated, and the address that it links to."""

    text: str | None
    href: str | None = None

    def __bool__(self) -> bool:
        return bool(self.text)


def html_table(
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell | str]],
    *,
    names: Sequence[str] = (),
    right: Sequence[int] = (),
    caption: str = "",
    keep_empty: bool = True,
) -> str:
    """The table as HTML, without scripts and style sheets, in the colours of the reader's theme, all text escaped.

    A cell given as text links to itself where it is a web address. ``names`` are the names of the columns, shown
    as tooltips of the heads.
    """
    visible = _visible_columns(len(heads), rows, keep_empty)
    if not visible or not (rows or keep_empty):
        return ""
    lines = [f'<table class="kg-table" lang="{language()}" style="word-break: keep-all">']
    if caption:
        style = "text-align: left; font-weight: bold; caption-side: top; white-space: nowrap"
        lines.append(f'<caption style="{style}">{escape(caption)}</caption>')
    lines.append("<thead><tr>")
    for index in visible:
        title = f' title="{escape(names[index])}"' if names else ""
        lines.append(f'<th scope="col"{_alignment(index in right)}{title}>{escape(heads[index])}</th>')
    lines.append("</tr></thead>\n<tbody>")
    lines += [f"<tr>{''.join(_html_cell(row[index], index in right) for index in visible)}</tr>" for row in rows]
    return "\n".join([*lines, "</tbody>\n</table>"])


def _alignment(right: bool, more: str = "") -> str:
    style = "right; font-variant-numeric: tabular-nums" if right else "left"
    return f' style="text-align: {style}{more}"'


def _html_cell(cell: Cell | str, right: bool) -> str:
    """A cell of an HTML table: short text does not wrap, and long text gets a column of readable width."""
    if isinstance(cell, str):
        cell = Cell(cell, cell if _WEB_ADDRESS.fullmatch(cell) else None)
    if cell.text is None:
        return f'<td{_alignment(right)}><span title="{escape(str(NOT_STATED))}">—</span></td>'
    text = escape(cell.text)
    if cell.href:
        text = f'<a href="{escape(cell.href)}" rel="noopener" target="_blank">{text}</a>'
    room = "; white-space: nowrap" if cell.href or width(cell.text) <= ONE_LINE else "; min-width: 14em"
    return f"<td{_alignment(right, room)}>{text}</td>"


def in_language(text: str, language: str) -> str:
    """One half of a text written ``한국어 / English``; a text without a slash is the same in both."""
    korean, bar, english = text.partition(" / ")
    if not bar:
        return text
    return korean if language == "ko" else english
