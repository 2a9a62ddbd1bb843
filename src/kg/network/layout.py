"""Columns of text that stay aligned when Hangul, two cells wide, stands in them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """How many terminal cells ``text`` takes.

    >>> width("LG전자"), width("e\u0301")
    (6, 1)
    """
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def pad(text: str, cells: int, *, right: bool = False) -> str:
    """``text`` filled up with spaces to ``cells`` cells, at the left if it is to stand at the right."""
    gap = " " * max(0, cells - width(text))
    return gap + text if right else text + gap


def columns(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """Rows as lines with aligned columns; the columns numbered in ``right`` (figures) stand at the right.

    >>> columns([["기관", "3"], ["LG", "12"]], right=[1])
    ['기관   3', 'LG    12']
    """
    if not rows:
        return []
    cells = [max(width(row[number]) for row in rows) for number in range(len(rows[0]))]
    return [
        "  ".join(pad(text, cells[number], right=number in right) for number, text in enumerate(row)).rstrip()
        for row in rows
    ]
