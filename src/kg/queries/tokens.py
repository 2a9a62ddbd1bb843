"""SPARQL text cut into tokens, so that comments, strings and IRIs are never mistaken for code (or code for them)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_STRINGS = "|".join(
    (
        r'"""(?:(?:""?)?(?:[^"\\]|\\.))*"""',
        r"'''(?:(?:''?)?(?:[^'\\]|\\.))*'''",
        r'"(?:[^"\\\r\n]|\\[^\r\n])*"',
        r"'(?:[^'\\\r\n]|\\[^\r\n])*'",
    )
)
_TOKEN = re.compile(
    rf"""
      (?P<space>\s+)
    | (?P<comment>\#[^\r\n]*)
    | (?P<string>{_STRINGS})
    | (?P<iri><[^<>"{{}}|^`\\\x00-\x20]*>)
    | (?P<variable>[?$][^\W]\w*)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    | (?P<name>[^\W\d]?[\w\-]*:(?:[\w\-:%]|\\.|\.(?=[\w\-:%\\]))*)
    | (?P<word>[^\W\d]\w*)
    | (?P<open>[{{(\[])
    | (?P<close>[}})\]])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_OPERANDS = frozenset({"variable", "number", "string", "name", "close"})


class Token(NamedTuple):
    """A piece of the text: its kind (``word``, ``name``, ``iri``, ``variable`` …) and the text itself."""

    kind: str
    text: str


def tokens(text: str, less_than: bool = False) -> Iterator[Token]:
    """All tokens; joined again they are the text.

    In ``FILTER(?a<1)SERVICE#>`` the standard's longest match sees an IRI, and a parser that backtracks sees a
    comparison. With ``less_than`` the second reading is taken (a comparison ends with a parenthesis): a guard must
    hold under both.
    """
    position, before = 0, ""
    while position < len(text):
        match = _TOKEN.match(text, position)
        assert match is not None and match.lastgroup is not None  # the last branch takes any character
        kind, piece = match.lastgroup, match.group()
        if kind == "iri" and less_than and before in _OPERANDS and ")" in piece:
            kind, piece = "other", "<"
        yield Token(kind, piece)
        position += len(piece)
        if kind not in ("space", "comment"):
            before = kind


def query_form(text: str) -> str:
    """``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``; empty if the text is no query."""
    forms = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
    words = (token.text.upper() for token in tokens(text) if token.kind == "word")
    return next((word for word in words if word in forms), "")
