"""Evidence for an open graph: what its methods ``explain``, ``without`` … and the commands for them call."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kg.errors import KgError, Text, language
from kg.explain.explanation import Explanation, explain
from kg.queries import QueryResult

if TYPE_CHECKING:
    from kg.whatif.scenario import PolicyLike
    from kg.whatif.whatif import WhatIf

MAX_ROWS = 1_000_000


class OpenGraph(Protocol):
    """What is needed of a graph: it answers SPARQL, and has a folder if it lies on disk."""

    @property
    def folder(self) -> Path: ...

    @property
    def policy(self) -> str: ...

    def ask_internal(self, sparql: str, *, max_rows: int = ...) -> QueryResult: ...


def explain_graph(graph: OpenGraph, text: str, policy: str | None = None) -> Explanation:
    """Explain by what the graph has accepted, or under another policy by what it would accept (on disk only)."""
    if policy in (None, graph.policy):
        return explain(_asker(graph), text, policy=graph.policy)
    return suppose(graph, under=policy).explain(text)


def suppose(
    graph: OpenGraph,
    *,
    without: Iterable[str] = (),
    under: PolicyLike | None = None,
    known_on: str | date | None = None,
) -> WhatIf:
    """The supposition about a graph on disk; an endpoint keeps no tables to compute it from."""
    from kg.whatif.whatif import what_if

    records = graph.folder / "records"  # an endpoint says here that it has none
    chosen = graph.policy if under is None else under
    return what_if(records, _asker(graph), without=without, under=chosen, known_on=known_on)


def _asker(graph: OpenGraph) -> Callable[[str], QueryResult]:
    return lambda sparql: graph.ask_internal(sparql, max_rows=MAX_ROWS)


def explain_command(options: argparse.Namespace, graph: OpenGraph) -> int:
    """``kg explain TERM|"A ~ B" [--policy P] [--json]``."""
    return _print(explain_graph(graph, options.term, options.policy), options.json)


def diff_command(options: argparse.Namespace, graph: OpenGraph) -> int:
    """``kg diff [--without S]… [--under P] [--known-on D] [--json]``: what would be accepted otherwise."""
    if not options.without and options.under in (None, graph.policy) and not options.known_on:
        raise KgError(
            Text(
                "무엇을 달리할지 주십시오: --without 출처, --under 방침, --known-on 날짜.",
                "Say what to suppose: --without SOURCE, --under POLICY or --known-on DAY.",
            )
        )
    found = suppose(graph, without=options.without, under=options.under, known_on=options.known_on)
    return _print(found, options.json)


def _print(found: Any, as_json: bool) -> int:
    text = json.dumps(found.as_json(), ensure_ascii=False) if as_json else found.as_text(language())
    sys.stdout.write(text + "\n")
    return 0
