r"""SPARQL text split into tokens, so that comments, strings and IRIs are never mistaken for code (or code for them).

The work grows with the length of the text and no faster, whatever the text is: the patterns do not backtrack, a run of
letters is searched once for the colon of a prefixed name, and a string that is not closed is a single token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
PROLOGUE = ("PREFIX", "BASE", "VERSION", "DEFINE")  # DEFINE is Virtuoso's

_STRING = "|".join(
    (
        r'"""(?:[^"\\]++|\\.|""?(?!"))*+"""',
        r"'''(?:[^'\\]++|\\.|''?(?!'))*+'''",
        r'"(?!"")[^"\\\r\n]*+(?:\\[^\r\n][^"\\\r\n]*+)*+"',
        r"'(?!'')[^'\\\r\n]*+(?:\\[^\r\n][^'\\\r\n]*+)*+'",
    )
)
_NAME = r"(?P<name>(?:[^\W\d][\w\-]*+)?:(?:[\w\-:%]|\\.|\.++(?=[\w\-:%\\]))*+) |"
_TOKEN = r"""
      (?P<space>\s++)
    | (?P<comment>\#[^\r\n]*+)
    | (?P<string>{string})
    | (?P<unclosed>\"\"\".*+|\'\'\'.*+|["'][^\r\n]*+)
    | (?P<iri><[^<>"{{}}|^`\\\x00-\x20]*+>)
    | (?P<variable>[?$][^\W]\w*+)
    | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
    | (?P<number>[0-9]++(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+)
    | {name} (?P<word>[^\W\d]\w*+)
    | (?P<open>[{{(\[])
    | (?P<close>[}})\]])
    | (?P<other>.)
    """
_WITH_NAMES = re.compile(_TOKEN.format(string=_STRING, name=_NAME), re.VERBOSE | re.DOTALL)
_WITHOUT_NAMES = re.compile(_TOKEN.format(string=_STRING, name=""), re.VERBOSE | re.DOTALL)
_RUN = re.compile(r"[\w\-]*+")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_OPERANDS = frozenset({"variable", "number", "string", "name", "close"})
_BLANK = frozenset({"space", "comment"})


class Token(NamedTuple):
    """A piece of the text: its kind (``word``, ``name``, ``iri``, ``variable`` …) and the text itself.

    ``unclosed`` is a string without its end: to the end of the line, or of the text if it is a long one.
    """

    kind: str
    text: str


def tokens(text: str, less_than: bool = False) -> Iterator[Token]:
    """All tokens; joined again they are the text.

    In ``FILTER(?a<1)SERVICE#>`` the standard's longest match sees an IRI, and a parser that backtracks sees a
    comparison. With ``less_than`` the second reading is taken (a comparison ends with a parenthesis): a guard must
    hold under both.
    """
    position = run_end = 0
    pattern, before = _WITHOUT_NAMES, ""
    while position < len(text):
        if position >= run_end:  # only a run that ends with a colon can hold a prefixed name
            run_end = _RUN.match(text, position).end()  # type: ignore[union-attr]  # it also matches nothing
            pattern = _WITH_NAMES if text.startswith(":", run_end) else _WITHOUT_NAMES
        match = pattern.match(text, position)
        assert match is not None and match.lastgroup is not None  # the last branch takes any character
        kind, piece = match.lastgroup, match.group()
        if kind == "iri" and less_than and before in _OPERANDS and ")" in piece:
            kind, piece = "other", "<"
        yield Token(kind, piece)
        position += len(piece)
        if kind not in _BLANK:
            before = kind


def code(text: str, less_than: bool = False) -> Iterator[Token]:
    """The tokens without white space and comments."""
    return (token for token in tokens(text, less_than) if token.kind not in _BLANK)


def unescaped(text: str) -> str:
    r"""The text with ``\u0041`` and ``\U00000041`` replaced, as a server reads it that replaces them first.

    >>> unescaped(r"\u0041SK {}")
    'ASK {}'
    """

    def character(match: re.Match[str]) -> str:
        number = int(match[1] or match[2], 16)
        return chr(number) if number < 0x110000 else match[0]

    return _ESCAPE.sub(character, text) if "\\" in text else text


def query_form(text: str) -> str:
    """``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``: the first word after the prologue; else empty.

    >>> query_form("PREFIX a: <urn:a> SELECT * { }"), query_form("INSERT { ?s ?p ?o } WHERE { { SELECT * { } } }")
    ('SELECT', '')
    """
    word = next((token.text.upper() for token in code(text) if _starts_a_form(token)), "")
    return word if word in FORMS else ""


def _starts_a_form(token: Token) -> bool:
    """Whether the token cannot belong to the prologue, whose entries are words, names, IRIs and strings."""
    if token.kind == "word":
        return token.text.upper() not in PROLOGUE
    return token.kind not in ("name", "iri", "string", "number", "other")


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of a character, both from 1."""
    line = text.count("\n", 0, offset) + 1
    return line, offset - (text.rfind("\n", 0, offset) + 1) + 1
