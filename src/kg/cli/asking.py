"""Questions: ``kg query``, ``kg queries``."""

from __future__ import annotations

import argparse
import json
import os
import selectors
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kg.cli.options import graph_options, opened, say
from kg.errors import KgError, Text, language
from kg.settings import Limits

if TYPE_CHECKING:
    from kg.queries.deadline import Deadline

_LIMITS = Limits()


def add(commands: Any) -> None:
    """Add the parsers of these commands."""
    query = commands.add_parser(
        "query", help=say("질문에 답하거나 SPARQL을 실행한다", "answer a question or run SPARQL")
    )
    query.add_argument(
        "query", help=say("질문 이름, .rq 파일, SPARQL, 또는 -", "name of a question, .rq file, SPARQL text, or -")
    )
    query.add_argument("values", nargs="*", metavar="name=value")
    query.add_argument("--format", choices=("table", "csv", "json", "tsv", "ttl"), default="table")
    query.add_argument(
        "--timeout",
        type=float,
        default=_LIMITS.timeout_s,
        metavar="S",
        help=say("전체 제한 시간(초, 기본값: 30)", "seconds for the whole answer (default: 30)"),
    )
    query.add_argument(
        "--max-rows",
        type=int,
        default=_LIMITS.max_rows,
        metavar="N",
        help=say(f"최대 행 수(기본값: {_LIMITS.max_rows:,})", f"most rows (default: {_LIMITS.max_rows:,})"),
    )
    query.add_argument(
        "--engine",
        choices=("auto", "sparql", "columns"),
        default="auto",
        help=say(
            "답을 찾는 방법(기본값 auto: 큰 그래프에서는 되는 질문을 빌드의 표에서)",
            "how to answer (default: auto, from the columns of a large build where a question can)",
        ),
    )
    graph_options(query)
    query.set_defaults(run=query_command, take=lambda options, value: options.values.append(value))

    queries = commands.add_parser("queries", help=say("질문 목록", "list the questions"))
    queries.add_argument("--json", action="store_true")
    queries.set_defaults(run=queries_command)


def query_command(options: argparse.Namespace) -> int:
    from kg.queries import to_csv, to_json, to_table, to_tsv, to_ttl
    from kg.queries.deadline import Deadline

    deadline = Deadline(options.timeout)
    if options.query != "-":
        text = options.query
    elif sys.stdin.isatty():  # no time limit for typing
        text = _standard_input(None)
        deadline = Deadline(options.timeout)
    else:
        text = _standard_input(deadline)
    values = _parameters(options.values)
    with opened(options) as graph:
        result, question = graph.answer(
            text, values, timeout_s=deadline, max_rows=options.max_rows, engine=options.engine
        )
        hints = [] if question else graph.hints(text, result)
    for hint in hints:
        print(hint, file=sys.stderr)
    if options.format == "table":
        labels = question.labels(language()) if question else None
        table = to_table(result, language(), labels, deadline)
        deadline.check()
        print(table)
        if question and question.empty_because and not len(result):
            print(question.empty_because)
        return 0
    writers: dict[str, Any] = {"csv": to_csv, "json": to_json, "tsv": to_tsv, "ttl": to_ttl}
    _write_data(writers[options.format](result, deadline=deadline))
    if result.truncated:
        print(Text(f"{len(result)}행에서 잘랐습니다.", f"Cut at {len(result)} rows."), file=sys.stderr)
    return 0


def _standard_input(deadline: Deadline | None) -> str:
    """The query on standard input, read within its deadline and up to the maximum size of a query."""
    from kg.queries.questions import decoded

    most = _LIMITS.max_query_bytes + 1
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:  # replaced by a text stream, as in tests and notebooks
        return sys.stdin.read(most)
    name = str(Text("표준 입력", "standard input"))
    if deadline is None:
        return decoded(stream.read(most), name)
    raw = bytearray()
    with selectors.DefaultSelector() as selector:
        try:
            selector.register(stream, selectors.EVENT_READ)
        except (OSError, ValueError):  # a regular file, which is always ready
            return decoded(stream.read(most), name)
        while len(raw) < most:
            ready = selector.select(deadline.left())
            deadline.check()
            block = os.read(stream.fileno(), most - len(raw)) if ready else b""
            if not block:
                break
            raw += block
    return decoded(bytes(raw), name)


def _write_data(text: str) -> None:
    """Write data to standard output in UTF-8, the encoding of CSV, TSV, JSON and Turtle, on any terminal."""
    text = text if text.endswith("\n") else text + "\n"
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:  # replaced by a text stream, as in tests and notebooks
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    stream.write(text.encode())
    stream.flush()


def _parameters(values: Sequence[str]) -> dict[str, str]:
    wrong = [value for value in values if "=" not in value]
    if wrong:
        raise KgError(
            Text(f"매개변수는 이름=값으로 쓰십시오: {wrong[0]!r}", f"Write parameters as name=value: {wrong[0]!r}")
        )
    found: dict[str, str] = {}
    for name, value in (value.split("=", 1) for value in values):
        if name in found:
            raise KgError(Text(f"매개변수 {name}을(를) 두 번 지정했습니다.", f"The parameter {name} is given twice."))
        found[name] = value
    return found


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
