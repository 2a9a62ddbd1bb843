"""Tables as text for a terminal and as HTML for a notebook; a Hangul letter is two terminal columns wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from html import escape

MAX_CELL = 44

STYLE = (
    "<style>.kg-why{font-family:system-ui,sans-serif;line-height:1.45}"
    ".kg-why table{border-collapse:collapse;margin:.3em 0 .8em}"
    ".kg-why th,.kg-why td{border-bottom:1px solid #ccc;padding:.15em .6em;text-align:left;vertical-align:top}"
    ".kg-why h3,.kg-why h4{margin:.8em 0 .2em}.kg-why .kg-note{color:#555}</style>"
)


def width(text: str) -> int:
    """How many terminal columns ``text`` takes.

    >>> width("LG전자"), width("e\u0301")
    (6, 1)
    """
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
    """The text in one line, cut to so many terminal columns."""
    text = " ".join(text.split())
    if width(text) <= columns:
        return text
    while text and width(text) > columns - 1:
        text = text[:-1]
    return text + "…"


def text_table(heads: Sequence[str], rows: Iterable[Sequence[str]], indent: str = "") -> list[str]:
    """Lines of an aligned table; a column that is empty in every row is left out."""
    cells = [[cut(cell) for cell in row] for row in rows]
    kept = [index for index in range(len(heads)) if any(row[index] for row in cells)]
    if not cells or not kept:
        return []
    shown = [[heads[index] for index in kept], *([row[index] for index in kept] for row in cells)]
    widths = [max(width(row[index]) for row in shown) for index in range(len(kept))]
    lines = [_padded(row, widths) for row in shown]
    lines.insert(1, "  ".join("─" * size for size in widths))
    return [indent + line for line in lines]


def _padded(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell + " " * (size - width(cell)) for cell, size in zip(row, widths, strict=True)).rstrip()


def html_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The same as HTML, everything escaped; an address becomes a link only if it is a web address."""
    kept = [index for index in range(len(heads)) if any(row[index] for row in rows)]
    if not kept:
        return ""
    head = "".join(f"<th>{escape(heads[index])}</th>" for index in kept)
    body = "".join("<tr>" + "".join(f"<td>{html_cell(row[index])}</td>" for index in kept) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def html_cell(text: str) -> str:
    if text.startswith(("https://", "http://")) and not any(mark in text for mark in " \"'<>"):
        return f'<a href="{escape(text)}">{escape(text)}</a>'
    return escape(text)


def in_language(text: str, language: str) -> str:
    """One half of a text written ``한국어 / English``; a text without the bar stands for both."""
    korean, bar, english = text.partition(" / ")
    if not bar:
        return text
    return korean if language == "ko" else english
