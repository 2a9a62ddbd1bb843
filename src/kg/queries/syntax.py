"""Syntax errors, with their place in the text that the user wrote."""

from __future__ import annotations

import re

from kg.errors import Text
from kg.queries.deadline import QueryFailed
from kg.queries.rewriting import undeclared
from kg.queries.tokens import place
from kg.tabular import width
from kg.values import printable
from kg.vocab import PREFIXES

_PLACE = re.compile(r"error at (\d+):(\d+)")
_AROUND = 50  # letters shown before and after the place of an error


class InvalidQuery(QueryFailed):
    """A query that is not valid SPARQL: ``line`` and ``column`` (from 1) in its text, and ``why`` if that is known."""

    def __init__(self, sparql: str, message: str):
        self.why = Text("", "")
        self.line, self.column = 0, 0
        unknown = unknown_prefixes(sparql)
        if unknown:
            prefix, offset = unknown[0]
            self.line, self.column = place(sparql, offset)
            self.why = Text(f" 접두어 {prefix}:를 선언하지 않았습니다.", f" The prefix {prefix}: is not declared.")
        elif found := _PLACE.search(message):  # what the parser expected there misleads more than it helps
            self.line, self.column = int(found[1]), int(found[2])
        lines = sparql.split("\n")
        self.shown = lines[self.line - 1].rstrip("\r") if 0 < self.line <= len(lines) else ""
        if not unknown and re.search(r"\bid:[\w-]+/", self.shown):  # as tables show it, but a slash ends a name
            self.why = Text(
                r" 줄인 IRI의 /는 \/로 쓰거나, IRI를 <…>에 다 쓰십시오.",
                r" In a short IRI write / as \/, or write the whole IRI in <…>.",
            )
        super().__init__(self._text(message))

    def _text(self, message: str) -> Text:
        if not self.line:
            said = " ".join(message.split())[:300]
            return Text(f"질의의 문법이 틀렸습니다: {said}", f"The query is not valid SPARQL: {said}")
        where = f"{self.line}:{self.column}"
        start = max(0, self.column - 1 - _AROUND)
        before = printable(self.shown[start : self.column - 1].replace("\t", " "))
        shown = before + printable(self.shown[self.column - 1 : self.column - 1 + _AROUND].replace("\t", " "))
        caret = " " * width(before) + "^"
        return Text(
            f"질의의 문법이 {where}(행:열)에서 틀렸습니다.{self.why.ko}\n  {shown}\n  {caret}",
            f"The query is not valid SPARQL at {where} (line:column).{self.why.en}\n  {shown}\n  {caret}",
        )


def unknown_prefixes(sparql: str) -> list[tuple[str, int]]:
    """Prefixes that are neither declared in the text nor well known, each with the offset of its first use."""
    return [(prefix, offset) for prefix, offset in undeclared(sparql) if prefix not in PREFIXES]
