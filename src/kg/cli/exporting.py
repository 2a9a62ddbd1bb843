"""The command ``kg export``."""

from __future__ import annotations

import argparse
from typing import Any

from kg.cli.options import graph_options, opened, say
from kg.export.formats import FORMATS, WHAT


def add(commands: Any) -> None:
    """Add the parser of this command."""
    parser = commands.add_parser("export", help=say("개방형 형식으로 내보낸다", "write the graph in an open format"))
    parser.add_argument("--format", choices=tuple(FORMATS), default="ttl")
    parser.add_argument("--what", choices=WHAT, help=say("내보낼 것(RDF만)", "which part, in the RDF formats"))
    parser.add_argument(
        "--source", help=say("한 출처의 진술만(RDF만)", "only the claims of one source, in the RDF formats")
    )
    parser.add_argument("--policy", help=say("방침 (기본값: 그래프의 방침)", "the policy whose values are accepted"))
    place = say("파일이나 폴더, -는 표준 출력", "file or folder; - is stdout")
    parser.add_argument("--output", default="-", help=place)
    graph_options(parser)
    parser.set_defaults(run=export_command)


def export_command(options: argparse.Namespace) -> int:
    """Export the graph according to the options."""
    from kg.export.formats import require_options

    chosen = {name: getattr(options, name) for name in ("format", "what", "source", "policy")}
    require_options(**chosen, target=options.output)  # before the graph is opened, or built
    with opened(options) as graph:
        graph.export(options.output, **chosen)
    return 0
