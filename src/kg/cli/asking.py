"""Questions and open files: ``kg query``, ``kg queries``, ``kg export``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kg.cli.options import graph_options, opened, say
from kg.errors import KgError, Text, language
from kg.settings import Limits

_LIMITS = Limits()
FORMATS = ("ttl", "nt", "nq", "trig", "jsonld", "graphml", "gexf", "csv", "parquet")


def add(commands: Any) -> None:
    """The parsers of these commands."""
    one = commands.add_parser("query", help=say("질문하거나 SPARQL을 던진다", "ask a question or SPARQL"))
    one.add_argument(
        "query", help=say("질문 이름, .rq 파일, SPARQL, 또는 -", "name of a question, .rq file, SPARQL text, or -")
    )
    one.add_argument("values", nargs="*", metavar="name=value")
    one.add_argument("--format", choices=("table", "csv", "json", "tsv", "ttl"), default="table")
    one.add_argument(
        "--timeout", type=float, default=_LIMITS.timeout_s, metavar="S", help=say("초", "seconds (default: 30)")
    )
    one.add_argument("--max-rows", type=int, default=_LIMITS.max_rows, metavar="N")
    graph_options(one)
    one.set_defaults(run=query_command, take=lambda options, value: options.values.append(value))

    one = commands.add_parser("queries", help=say("질문 목록", "list the questions"))
    one.add_argument("--json", action="store_true")
    one.set_defaults(run=queries_command)

    one = commands.add_parser("export", help=say("열린 형식으로 내보낸다", "write the graph in an open format"))
    one.add_argument("--format", choices=FORMATS, default="ttl")
    one.add_argument("--what", choices=("accepted", "claims", "all"))
    one.add_argument("--source", help=say("한 출처의 진술만", "only the claims of one source"))
    one.add_argument("--policy", help=say("방침 (없으면 그래프의 것)", "the policy whose values are accepted"))
    one.add_argument("--output", default="-", help=say("파일이나 폴더, -는 표준 출력", "file or folder; - is stdout"))
    graph_options(one)
    one.set_defaults(run=export_command)


def query_command(options: argparse.Namespace) -> int:
    from kg.queries import to_csv, to_json, to_table, to_tsv, to_ttl

    text = sys.stdin.read() if options.query == "-" else options.query
    with opened(options) as graph:
        result, question = graph.answer(
            text, timeout_s=options.timeout, max_rows=options.max_rows, **_parameters(options.values)
        )
    if options.format == "table":
        print(to_table(result, language(), question.labels(language()) if question else None))
        if question and question.empty_because and not len(result):
            print(question.empty_because)
        return 0
    shown = {"csv": to_csv, "json": to_json, "tsv": to_tsv, "ttl": to_ttl}[options.format](result)
    sys.stdout.write(shown if shown.endswith("\n") else shown + "\n")
    if result.truncated:
        print(Text(f"{len(result)}행에서 잘랐습니다.", f"Cut at {len(result)} rows."), file=sys.stderr)
    return 0


def _parameters(values: Sequence[str]) -> dict[str, str]:
    wrong = [value for value in values if "=" not in value]
    if wrong:
        raise KgError(
            Text(f"매개변수는 이름=값으로 쓰십시오: {wrong[0]!r}", f"Write parameters as name=value: {wrong[0]!r}")
        )
    return dict(value.split("=", 1) for value in values)


def queries_command(options: argparse.Namespace) -> int:
    from kg.paths import shipped
    from kg.queries import list_questions

    questions = list_questions(shipped("queries"))
    if options.json:
        print(json.dumps([question.as_json() for question in questions], ensure_ascii=False))
        return 0
    for question in questions:
        given = " ".join(f"{p.name}=…" if p.required else f"[{p.name}=…]" for p in question.params)
        print(f"{question.name}  {given}\n    {question.title}")
    return 0


def export_command(options: argparse.Namespace) -> int:
    with opened(options) as graph:
        if options.format in ("graphml", "gexf"):
            from kg.network import write_gexf, write_graphml

            writer = write_graphml if options.format == "graphml" else write_gexf
            writer(graph.network(policy=options.policy), _network_target(options.output))
            return 0
        graph.export(
            options.output,
            format=options.format,
            what=options.what,
            source=options.source,
            policy=options.policy,
        )
    return 0


def _network_target(output: str) -> Any:
    return sys.stdout.buffer if output == "-" else Path(output)
