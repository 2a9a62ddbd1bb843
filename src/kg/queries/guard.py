"""Which queries are refused before they run."""

from __future__ import annotations

from kg.errors import KgError, Text
from kg.queries.tokens import Token, tokens

MAX_QUERY_BYTES = 16_384
MAX_NESTING = 100


class QueryRefused(KgError):
    """A query that is not run: too long, too deep, or asking other servers."""


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


def check_query(text: str, max_query_bytes: int | None = MAX_QUERY_BYTES) -> None:
    """Refuse what would harm this machine or make requests; without ``max_query_bytes`` a text may be long."""
    size = len(text.encode())
    if max_query_bytes is not None and size > max_query_bytes:
        raise QueryRefused(
            Text(
                f"질의가 {size:,}바이트입니다. {max_query_bytes:,}바이트까지 받습니다.",
                f"The query has {size:,} bytes; at most {max_query_bytes:,} are taken.",
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
