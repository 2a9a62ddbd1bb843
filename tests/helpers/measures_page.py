"""The tables of docs/measures.md, written from the registry so that the page cannot fall behind."""

from __future__ import annotations

from collections.abc import Mapping

from kg.network.measures.applicable import EVERY, ONE_MODE, UNDIRECTED
from kg.network.measures.registry import MEASURES, WEIGHTS, WHOLE_MEASURES, Measure

KIND_NAMES = {EVERY: "all", ONE_MODE: "one-mode", UNDIRECTED: "undirected"}
HEAD = "| measure | 이름 | meaning | 뜻 | range | weight · 가중치 | kinds | says little below | source |"


def tables() -> str:
    """Both tables as Markdown: measures of an organisation, measures of a whole network.

    >>> print(tables().splitlines()[2][:35])
    | `degree` | 연결 수 | With how many o
    """
    return "\n".join([*_table(MEASURES), "", *_table(WHOLE_MEASURES)])


def _table(measures: Mapping[str, Measure]) -> list[str]:
    return [HEAD, "|---" * (HEAD.count("|") - 1) + "|", *map(_row, measures.values())]


def _row(each: Measure) -> str:
    cells = [
        f"`{each.name}`",
        each.label.ko,
        each.meaning.en,
        each.meaning.ko,
        each.range,
        f"{WEIGHTS[each.weight].en} · {WEIGHTS[each.weight].ko}",
        KIND_NAMES[each.kinds],
        f"{each.least} {each.least_of}",
        each.source,
    ]
    return "| " + " | ".join(cells) + " |"
