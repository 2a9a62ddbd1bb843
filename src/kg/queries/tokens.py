"""SPARQL text cut into tokens, so that comments, strings and IRIs are never mistaken for code (or code for them)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kg.errors import KgError, Text
from kg.vocab import PREFIXES

MAX_QUERY_BYTES = 16_384
MAX_NESTING = 100

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


class QueryRefused(KgError):
    """A query that is not run: too long, too deep, or asking other servers."""


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


def asks_other_servers(text: str) -> bool:
    """Whether ``SERVICE`` stands in the text as code, under either reading of ``<``."""
    return any(_is_service(token) for reading in (False, True) for token in tokens(text, reading))


def _is_service(token: Token) -> bool:
    if token.kind == "word":  # also glued to a word before it, which a lenient parser may take apart
        return "service" in token.text.lower()
    return token.kind == "name" and "service" in token.text.split(":")[0].lower()


def nesting(text: str) -> int:
    """How deep brackets of all kinds stand in each other."""
    return max(_depth(text, reading) for reading in (False, True))


def _depth(text: str, less_than: bool) -> int:
    depth = deepest = 0
    for token in tokens(text, less_than):
        if token.kind == "open":
            depth += 1
            deepest = max(deepest, depth)
        elif token.kind == "close":
            depth = max(0, depth - 1)
    return deepest


def check_query(text: str, shipped: bool = False) -> None:
    """Refuse what would harm this machine or make requests; a shipped question may be long."""
    size = len(text.encode())
    if size > MAX_QUERY_BYTES and not shipped:
        raise QueryRefused(
            Text(
                f"질의가 {size:,}바이트입니다. {MAX_QUERY_BYTES:,}바이트까지 받습니다.",
                f"The query has {size:,} bytes; at most {MAX_QUERY_BYTES:,} are taken.",
            )
        )
    if asks_other_servers(text):
        raise QueryRefused(
            Text(
                "SERVICE는 쓸 수 없습니다. 질의는 다른 서버에 묻지 않습니다.",
                "SERVICE is not allowed: a query makes no requests to other servers.",
            )
        )
    deep = nesting(text)
    if deep > MAX_NESTING:
        raise QueryRefused(
            Text(
                f"괄호가 {deep}겹입니다. {MAX_NESTING}겹까지 받습니다.",
                f"The query is nested {deep} deep; at most {MAX_NESTING} is taken.",
            )
        )


def with_prefixes(text: str) -> str:
    """Declare the well-known prefixes that the text uses and does not declare, on its first line."""
    declared: set[str] = set()
    used: set[str] = set()
    previous = ""
    for token in tokens(text):
        if token.kind == "name":
            prefix = token.text.split(":")[0]
            (declared if previous == "PREFIX" else used).add(prefix)
        if token.kind not in ("space", "comment"):
            previous = token.text.upper()
    missing = sorted((used - declared) & PREFIXES.keys())
    return "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}> " for prefix in missing) + text


def with_graphs(text: str, default: Sequence[str], named: Sequence[str]) -> str:
    """Name the graphs that are asked, by ``FROM`` and ``FROM NAMED``; a query that names its own keeps them.

    >>> with_graphs("SELECT * WHERE { ?s ?p ?o }", ["urn:a"], ["urn:b"])
    'SELECT * FROM <urn:a> FROM NAMED <urn:b> WHERE { ?s ?p ?o }'
    """
    template = query_form(text) == "CONSTRUCT"  # its first braces, unless WHERE stands before them
    clauses = "".join([*(f"FROM <{graph}> " for graph in default), *(f"FROM NAMED <{graph}> " for graph in named)])
    position = depth = 0
    for token in tokens(text):
        word = token.text.upper()
        if not depth and token.kind == "word" and word == "FROM":
            return text
        if not depth and (word == "WHERE" or (word == "{" and not template)):
            return text[:position] + clauses + text[position:]
        template = template and (depth, token.text) != (1, "}")
        depth += (token.kind == "open") - (token.kind == "close")
        position += len(token.text)
    return text
