"""What the commands share: words in the person's language, and the graph that is opened."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from kg.errors import language

if TYPE_CHECKING:
    from kg.graph import Graph


def say(ko: str, en: str) -> str:
    """The words in the person's language, when the parser is made."""
    return ko if language() == "ko" else en


def graph_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--graph", metavar="DIR", help=say("만든 그래프 (없으면 ./build)", "a build folder (default: ./build)")
    )
    parser.add_argument("--endpoint", metavar="URL", help=say("SPARQL 엔드포인트", "a SPARQL endpoint"))


def opened(options: argparse.Namespace) -> Graph:
    from kg.graph import open_graph

    return open_graph(options.endpoint or options.graph)
