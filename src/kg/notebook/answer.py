"""The values that the magic returns: a DataFrame, yes or no, or Turtle text, each with a readable display."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

import pandas

from kg.errors import Text
from kg.notebook.page import html_table, text_table


class Answer(pandas.DataFrame):
    """An answer in rows: a DataFrame displayed with title, labels, links and marks for missing values.

    Results computed from it are plain DataFrames, so the title is never shown for other rows.
    """

    @property
    def _constructor(self) -> Any:
        return pandas.DataFrame

    @classmethod
    def of(cls, frame: pandas.DataFrame, title: str | None = None, empty_because: Text | None = None) -> Answer:
        answer = cls(frame)
        answer.attrs = dict(frame.attrs)
        if title is not None:
            answer.attrs["title"] = title
        if empty_because is not None:
            answer.attrs["empty_because"] = str(empty_because)
        return answer

    def _repr_html_(self) -> str:
        return html_table(self)

    def __repr__(self) -> str:
        return text_table(self)


@dataclass(frozen=True)
class YesNo:
    """The answer to ASK; it can be used in an ``if``."""

    answer: bool

    def __bool__(self) -> bool:
        return self.answer

    def __repr__(self) -> str:
        return str(Text("예", "yes") if self.answer else Text("아니요", "no"))


class Turtle(str):
    """The triples of CONSTRUCT or DESCRIBE as Turtle text."""

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self)}</pre>"
