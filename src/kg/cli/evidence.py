"""The commands ``kg explain``, ``kg diff``, ``kg conflicts`` and ``kg check``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from kg.cli.options import graph_options, opened, say
from kg.errors import KgError, Text, language
from kg.values import printable


def add(commands: Any) -> None:
    """Add the parsers of these commands."""
    parser = commands.add_parser(
        "explain",
        help=say(
            "진술의 출처와 자리, 따르는 이유를 보여 준다", "show the claims behind a fact and why they are followed"
        ),
    )
    what = say("이름, ‘이름 연도’, ‘A ~ B’, ID, IRI", "a name, 'name year', 'A ~ B', an id or IRI")
    parser.add_argument("term", help=what)
    parser.add_argument("--policy", help=say("방침", "the policy to follow"))
    parser.add_argument("--json", action="store_true")
    graph_options(parser)
    parser.set_defaults(run=explain_command)

    parser = commands.add_parser(
        "diff",
        help=say(
            "출처나 방침을 바꾸면 달라지는 값을 보여 준다",
            "show what would change without a source or under another policy",
        ),
    )
    left_out = say("이 출처를 뺀다", "without this source")
    parser.add_argument("--without", action="append", default=[], metavar="SOURCE", help=left_out)
    rules = say(
        "이 방침이나 규칙(require-origins=2,prefer-table)을 적용한다", "under a policy, or rules: require-origins=2,…"
    )
    parser.add_argument("--under", metavar="POLICY", help=rules)
    known = say("이날까지 알려진 것만 남긴다", "only with what was certainly published by this day")
    parser.add_argument("--known-on", metavar="YYYY-MM-DD", help=known)
    parser.add_argument("--json", action="store_true")
    graph_options(parser)
    parser.set_defaults(run=diff_command)

    parser = commands.add_parser("conflicts", help=say("서로 어긋나는 진술을 보여 준다", "list claims that disagree"))
    parser.add_argument("--type", metavar="T", help=say("이 종류의 불일치만", "only this type of conflict"))
    parser.add_argument("--json", action="store_true")
    graph_options(parser)
    parser.set_defaults(run=conflicts_command)

    parser = commands.add_parser(
        "check", help=say("발표된 수치와 연도를 계산해 검증한다", "check published figures by arithmetic")
    )
    parser.add_argument("--source", help=say("한 출처의 진술만", "only the claims of one source"))
    parser.add_argument("--verdict", metavar="V", help="supported | refuted | undecidable")
    parser.add_argument("--json", action="store_true")
    graph_options(parser)
    parser.set_defaults(run=check_command)


def explain_command(options: argparse.Namespace) -> int:
    with opened(options) as graph:
        _print(graph.explain(options.term, policy=options.policy), options.json)
    return 0


def diff_command(options: argparse.Namespace) -> int:
    with opened(options) as graph:
        if not options.without and options.under in (None, graph.policy) and options.known_on is None:
            raise KgError(
                Text(
                    "바꿀 조건을 지정하십시오: --without 출처, --under 방침, --known-on 날짜.",
                    "Give a condition to change: --without SOURCE, --under POLICY or --known-on DAY.",
                )
            )
        found = graph.under(graph.policy if options.under is None else options.under).without(*options.without)
        _print(found if options.known_on is None else found.as_known_on(options.known_on), options.json)
    return 0


def conflicts_command(options: argparse.Namespace) -> int:
    from kg.analysis import read_conflicts

    with opened(options) as graph:
        _print_all(read_conflicts(graph.folder, options.type), options.json)
    return 0


def check_command(options: argparse.Namespace) -> int:
    from kg.analysis import read_checks

    with opened(options) as graph:
        _print_all(read_checks(graph.folder, options.source, options.verdict), options.json)
    return 0


def _print(found: Any, as_json: bool) -> None:
    shown = printable(found.as_text(language()), keep="\n")
    print(json.dumps(found.as_json(), ensure_ascii=False) if as_json else shown)


def _print_all(found: Sequence[Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps([entry.as_json() for entry in found], ensure_ascii=False))
        return
    text = "\n\n".join(entry.as_text(language()) for entry in found) or str(Text("없습니다.", "None."))
    print(printable(text, keep="\n"))
