"""Which queries are refused before they run: too long, too deep, changing data, or asking other servers."""

from __future__ import annotations

from dataclasses import dataclass

from kg.errors import KgError, Text
from kg.queries.tokens import place, query_form, tokens, unescaped
from kg.settings import Limits

_LIMITS = Limits()
_UPDATES = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "MODIFY"}  # MODIFY: old Virtuoso
)


class QueryRefused(KgError):
    """A query that is not run."""


@dataclass
class Outline:
    """What one reading of a query shows.

    ``update`` is the first word or sign of an update, ``unclosed`` the offset of a string without its end.
    """

    update: str = ""
    asks_other_servers: bool = False
    nesting: int = 0
    unclosed: int | None = None


def check_query(text: str, max_query_bytes: int | None = _LIMITS.max_query_bytes) -> None:
    """Refuse what would harm this machine, change data or make requests to other servers.

    ``max_query_bytes=None`` is for queries that the toolkit wrote itself.
    """
    check_size(text, max_query_bytes)
    outlines = outlines_of(text)
    _check_read_only(text, outlines)
    if any(outline.asks_other_servers for outline in outlines):
        raise QueryRefused(
            Text(
                "SERVICE는 쓸 수 없습니다. 질의는 다른 서버에 요청을 보내지 않습니다.",
                "SERVICE is not allowed: a query makes no requests to other servers.",
            )
        )
    deepest = max(outline.nesting for outline in outlines)
    if deepest > _LIMITS.max_query_nesting:
        raise QueryRefused(
            Text(
                f"괄호가 {deepest}겹입니다. {_LIMITS.max_query_nesting}겹까지 쓸 수 있습니다.",
                f"The query is nested {deepest} deep; at most {_LIMITS.max_query_nesting} is allowed.",
            )
        )


def check_read_only(text: str, max_query_bytes: int | None = _LIMITS.max_query_bytes) -> str:
    """Refuse what is not surely a query, for a server that might also take updates; returns the form of the query."""
    check_size(text, max_query_bytes)
    _check_read_only(text, outlines_of(text))
    form = query_form(text)
    if not form or query_form(unescaped(text)) != form:
        raise QueryRefused(_READ_ONLY)
    return form


def check_size(text: str, max_query_bytes: int | None = _LIMITS.max_query_bytes) -> None:
    """Refuse text with half a surrogate pair, which is not Unicode, and text over the limit."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        line, column = place(text, error.start)
        raise QueryRefused(
            Text(
                f"질의의 {line}행 {column}열이 UTF-8 글자가 아닙니다. UTF-8로 주십시오.",
                f"The query is not UTF-8 at line {line}, column {column}: give it in UTF-8.",
            )
        ) from None
    if max_query_bytes is not None and size > max_query_bytes:
        raise QueryRefused(
            Text(
                f"질의가 {size:,}바이트입니다. {max_query_bytes:,}바이트까지 쓸 수 있습니다.",
                f"The query has {size:,} bytes; at most {max_query_bytes:,} are allowed.",
            )
        )


_READ_ONLY = Text(
    "SELECT, ASK, CONSTRUCT, DESCRIBE로 시작하는 질의만 할 수 있습니다.",
    "Only SELECT, ASK, CONSTRUCT and DESCRIBE queries are answered.",
)


def outlines_of(text: str) -> list[Outline]:
    r"""The outline of each way to read the text: ``<`` as IRI or comparison, ``\u`` escapes replaced last or first."""
    texts = [text] if (plain := unescaped(text)) == text else [text, plain]
    return [_outline(each, less_than) for each in texts for less_than in (False, True)]


def _outline(text: str, less_than: bool) -> Outline:
    found = Outline()
    depth = offset = 0
    before = service = ""  # the kind of token or word before; a name that may be SERVICE and a name
    for token in tokens(text, less_than):
        kind, piece = token
        if kind == "word":
            word = piece.upper()
            found.update = found.update or (word if word in _UPDATES else "")
            found.asks_other_servers |= "SERVICE" in word  # also glued to another word, as some parsers read it
        elif kind == "open":
            found.asks_other_servers |= piece == "{" and bool(service)
            depth += 1
            found.nesting = max(found.nesting, depth)
        elif kind == "close":
            depth = max(0, depth - 1)
        elif piece == ";" and not depth:  # what follows would be another operation
            found.update = found.update or ";"
        elif kind == "unclosed" and found.unclosed is None:
            found.unclosed = offset
        if kind not in ("space", "comment"):
            suspect = kind == "name" and depth and before != "GRAPH" and "service" in piece.split(":")[0].lower()
            service = piece if suspect else ""
            before = piece.upper() if kind == "word" else kind
        offset += len(piece)
    return found


def _check_read_only(text: str, outlines: list[Outline]) -> None:
    update = next((outline.update for outline in outlines if outline.update), "")
    if update:
        raise QueryRefused(
            Text(
                f"{update}: 그래프는 읽기만 할 수 있습니다. {_READ_ONLY.ko}",
                f"{update}: the graph is read-only. {_READ_ONLY.en}",
            )
        )
    if outlines[0].unclosed is not None:  # the reading of the standard
        line, column = place(text, outlines[0].unclosed)
        raise QueryRefused(
            Text(
                f"{line}행 {column}열에서 시작하는 문자열이 닫히지 않았습니다.",
                f"The string that starts at line {line}, column {column} is not closed.",
            )
        )


def asks_other_servers(text: str) -> bool:
    """Whether ``SERVICE`` is code in any reading of the text."""
    return any(outline.asks_other_servers for outline in outlines_of(text))


def nesting(text: str) -> int:
    """How deep brackets of all kinds are nested."""
    return max(outline.nesting for outline in outlines_of(text))
