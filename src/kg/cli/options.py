"""Common parts of the commands: texts in the user's language, options, and opening the graph."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import KgError, Text, language

if TYPE_CHECKING:
    from kg.graph import Graph


def say(ko: str, en: str) -> str:
    """The text in the user's language."""
    return ko if language() == "ko" else en


def named_path(text: str) -> Path:
    """A path as the type of an argument; an empty one, which would mean the current folder, is refused."""
    if not text.strip():
        raise KgError(Text("이름이 비었습니다. 폴더나 파일의 이름을 지정하십시오(예: --out build).",
                           "The name is empty: give the name of a folder or a file, such as --out build."))  # fmt: skip
    return Path(text)


def graph_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--graph", metavar="DIR", help=say("빌드 폴더 (기본값: ./build)", "a build folder (default: ./build)")
    )
    parser.add_argument("--endpoint", metavar="URL", help=say("SPARQL 엔드포인트", "a SPARQL endpoint"))


def opened(options: argparse.Namespace) -> Graph:
    from kg.opening import open_graph

    if options.endpoint is None:
        return open_graph(None if options.graph is None else named_path(options.graph))
    if options.graph is not None:
        raise KgError(
            Text("--graph와 --endpoint 가운데 하나만 지정하십시오.", "Give either --graph or --endpoint, not both.")
        )
    if not options.endpoint.startswith(("http://", "https://")):
        raise KgError(
            Text(
                f"--endpoint {options.endpoint!r}: http나 https 주소가 아닙니다. 폴더는 --graph로 지정하십시오.",
                f"--endpoint {options.endpoint!r} is not an http or https address: use --graph for a folder.",
            )
        )
    return open_graph(options.endpoint)
