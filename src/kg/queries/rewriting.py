"""Queries completed before they are sent: prefixes declared, graphs named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.queries.tokens import query_form, tokens
from kg.vocab import PREFIXES


def with_prefixes(text: str) -> str:
    """Declare the well-known prefixes that the text uses and does not declare, on its first line."""
    return declarations(text) + text


def declarations(text: str) -> str:
    """``PREFIX`` lines, without line ends, for the well-known prefixes that the text uses and does not declare."""
    missing = sorted({prefix for prefix, _ in undeclared(text)} & PREFIXES.keys())
    return "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}> " for prefix in missing)


def undeclared(text: str) -> Iterator[tuple[str, int]]:
    """Each prefix that the text uses and does not declare, with the offset of its first use."""
    declared: set[str] = set()
    used: dict[str, int] = {}
    previous, offset = "", 0
    for token in tokens(text):
        if token.kind == "name":
            prefix = token.text.split(":")[0]
            if previous == "PREFIX":
                declared.add(prefix)
            else:
                used.setdefault(prefix, offset)
        if token.kind not in ("space", "comment"):
            previous = token.text.upper()
        offset += len(token.text)
    return ((prefix, first) for prefix, first in used.items() if prefix not in declared and prefix != "_")


def with_graphs(text: str, default: Sequence[str], named: Sequence[str]) -> str:
    """Name the graphs of the query's dataset by ``FROM`` and ``FROM NAMED``; a query that names its own keeps them.

    >>> with_graphs("SELECT * WHERE { ?s ?p ?o }", ["urn:a"], ["urn:b"])
    'SELECT * FROM <urn:a> FROM NAMED <urn:b> WHERE { ?s ?p ?o }'
    """
    template = query_form(text) == "CONSTRUCT"  # its first braces, unless WHERE comes before them
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
