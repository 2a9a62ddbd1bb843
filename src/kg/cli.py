"""The command ``kg``: each command parses, calls one function, prints."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kg.errors import KgError, Text, language
from kg.settings import Limits

_LIMITS = Limits()
FORMATS = ("ttl", "nt", "nq", "trig", "jsonld", "graphml", "gexf", "csv", "parquet")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; exit code 0 only when the job was done, 1 for a fault of the input, 2 for wrong usage."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    if not hasattr(options, "run"):
        parser.print_help()
        return 2
    try:
        return options.run(options)
    except KgError as error:
        if getattr(options, "json", False):
            print(json.dumps(error.as_json(), ensure_ascii=False))
        else:
            print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(Text("멈췄습니다.", "Stopped."), file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands; help in Korean or English after ``KG_LANG`` or the locale."""
    say = lambda ko, en: ko if language() == "ko" else en  # noqa: E731  # a local short name for many texts
    parser = argparse.ArgumentParser(
        prog="kg", description=say("누가 누구와 협력하는지, 근거와 함께", "Who partners with whom, with evidence")
    )
    commands = parser.add_subparsers(metavar=say("명령", "COMMAND"))

    one = commands.add_parser(
        "init", help=say("보기 행이 든 표를 쓴다", "write tables to begin with, each with a filled line")
    )
    one.add_argument("folder", type=Path, help=say("새 폴더", "a new folder"))
    one.set_defaults(run=init_command)

    one = commands.add_parser("build", help=say("표에서 지식그래프를 만든다", "build the graph of record tables"))
    one.add_argument(
        "data",
        nargs="?",
        type=Path,
        help=say("표 폴더 (없으면 ./data나 딸린 표)", "folder of tables (default: ./data or the shipped ones)"),
    )
    one.add_argument("--out", type=Path, default=Path("build"), help=say("만들 곳", "where to build (default: build)"))
    one.add_argument(
        "--quarantine",
        action="store_true",
        help=say("규칙을 어긴 행을 빼고 만든다", "leave out rows that break a rule"),
    )
    one.add_argument("--json", action="store_true")
    one.set_defaults(run=build_command)

    one = commands.add_parser(
        "validate", help=say("표나 RDF 파일을 규칙에 비추어 본다", "check tables or RDF files against the rules")
    )
    one.add_argument(
        "what", nargs="*", type=Path, help=say("표 폴더 또는 RDF 파일", "a folder of tables, or RDF files")
    )
    one.add_argument("--json", action="store_true")
    one.set_defaults(run=validate_command)

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
    _graph_option(one, say)
    one.set_defaults(run=query_command)

    one = commands.add_parser("queries", help=say("질문 목록", "list the questions"))
    one.add_argument("--json", action="store_true")
    one.set_defaults(run=queries_command)

    one = commands.add_parser("export", help=say("열린 형식으로 내보낸다", "write the graph in an open format"))
    one.add_argument("--format", choices=FORMATS, default="ttl")
    one.add_argument("--what", choices=("accepted", "claims", "all"))
    one.add_argument("--source", help=say("한 출처의 진술만", "only the claims of one source"))
    one.add_argument("--policy", default="default")
    one.add_argument("--output", default="-", help=say("파일이나 폴더, -는 표준 출력", "file or folder; - is stdout"))
    _graph_option(one, say)
    one.set_defaults(run=export_command)

    one = commands.add_parser(
        "explain", help=say("누가 어디서 그렇게 말하나", "who says so, where, and why it is followed")
    )
    what = say("이름, ‘이름 연도’, ‘A ~ B’, ID, IRI", "a name, 'name year', 'A ~ B', an id or IRI")
    one.add_argument("term", help=what)
    one.add_argument("--policy", default="default", help=say("방침", "the policy to follow"))
    one.add_argument("--json", action="store_true")
    _graph_option(one, say)
    one.set_defaults(run=explain_command)

    one = commands.add_parser(
        "diff", help=say("출처나 방침이 다르면 무엇이 달라지나", "what would be accepted otherwise")
    )
    left_out = say("이 출처 없이", "without this source")
    one.add_argument("--without", action="append", default=[], metavar="SOURCE", help=left_out)
    rules = say("이 방침이나 규칙(require-origins=2,prefer-table)으로", "under a policy, or rules: require-origins=2,…")
    one.add_argument("--under", default="default", metavar="POLICY", help=rules)
    known = say("이 날까지 알려진 것만", "with what was surely published by this day")
    one.add_argument("--known-on", metavar="YYYY-MM-DD", help=known)
    one.add_argument("--json", action="store_true")
    _graph_option(one, say)
    one.set_defaults(run=diff_command)

    one = commands.add_parser("conflicts", help=say("서로 맞지 않는 진술", "claims that do not agree"))
    one.add_argument("--type", metavar="T", help=say("엇갈림의 종류", "only this type of conflict"))
    one.add_argument("--json", action="store_true")
    _graph_option(one, say)
    one.set_defaults(run=conflicts_command)

    one = commands.add_parser("check", help=say("발표된 수와 해를 셈해 본다", "check published figures by arithmetic"))
    one.add_argument("--source", help=say("한 출처의 진술만", "only the claims of one source"))
    one.add_argument("--verdict", metavar="V", help="supported | refuted | undecidable")
    one.add_argument("--json", action="store_true")
    _graph_option(one, say)
    one.set_defaults(run=check_command)

    network = commands.add_parser(
        "network", help=say("누가 누구와 협력하는지 그물로", "networks of who partners with whom")
    )
    parts = network.add_subparsers(metavar=say("할 일", "WHAT"), required=True)
    one = parts.add_parser("summary", help=say("그물의 요약", "what the network holds, and what it leaves out"))
    one.add_argument("--at", metavar="YYYY-MM-DD")
    one.add_argument("--between", nargs=2, metavar=("FROM", "TO"))
    one.add_argument("--mode", choices=("certain", "possible"), default="certain")
    one.add_argument("--roles", help=say("쉼표로 나눈 역할", "role codes separated by commas"))
    one.add_argument("--weight", choices=("count", "fractional"), default="count")
    one.add_argument("--json", action="store_true")
    _graph_option(one, say)
    one.set_defaults(run=summary_command)
    return parser


def _graph_option(parser: argparse.ArgumentParser, say: Any) -> None:
    parser.add_argument(
        "--graph", metavar="DIR", help=say("만든 그래프 (없으면 ./build)", "a build folder (default: ./build)")
    )
    parser.add_argument("--endpoint", metavar="URL", help=say("SPARQL 엔드포인트", "a SPARQL endpoint"))


def _open(options: argparse.Namespace) -> Any:
    from kg.graph import open_graph

    return open_graph(options.endpoint or options.graph)


def _data_folder(given: Path | None) -> Path:
    from kg.paths import shipped

    if given is not None:
        return given
    return Path("data") if Path("data/sources.csv").exists() else shipped("data")


def init_command(options: argparse.Namespace) -> int:
    from kg.init import init_folder

    count = len(init_folder(options.folder))
    print(
        Text(
            f"{options.folder}에 파일 {count}개를 썼습니다. README.md를 보십시오. 다음: kg build {options.folder}",
            f"Wrote {count} files into {options.folder}: see README.md. Next: kg build {options.folder}",
        )
    )
    return 0


def build_command(options: argparse.Namespace) -> int:
    from kg.build import build

    progress = _progress if sys.stderr.isatty() else None
    summary = build(_data_folder(options.data), options.out, quarantine=options.quarantine, progress=progress)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    print(json.dumps(summary.as_json(), ensure_ascii=False) if options.json else summary.as_text(language()))
    return 0


def _progress(text: Text) -> None:
    print(f"\r\033[K… {text}", end="", file=sys.stderr, flush=True)


def validate_command(options: argparse.Namespace) -> int:
    from kg.check import check_files, check_tables

    targets = options.what or [_data_folder(None)]
    folders = [path for path in targets if path.is_dir()]
    if folders and len(targets) > 1:
        raise KgError(Text("표 폴더 하나나 RDF 파일 여럿을 주십시오.", "Give one folder of tables, or RDF files."))
    report = check_tables(targets[0]) if folders else check_files(targets)
    print(json.dumps(report.as_json(), ensure_ascii=False) if options.json else report.as_text(language()))
    return 0 if report.conforms else 1


def query_command(options: argparse.Namespace) -> int:
    from kg.queries import to_csv, to_json, to_table, to_tsv, to_ttl

    text = sys.stdin.read() if options.query == "-" else options.query
    with _open(options) as graph:
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
        print(Text(f"{options.max_rows}행에서 잘랐습니다.", f"Cut at {options.max_rows} rows."), file=sys.stderr)
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
    from kg.export import export

    with _open(options) as graph:
        if options.format in ("graphml", "gexf"):
            from kg.network import write_gexf, write_graphml

            writer = write_graphml if options.format == "graphml" else write_gexf
            writer(graph.network(policy=options.policy), _network_target(options.output))
            return 0
        export(
            graph.folder,
            options.output,
            options.format,
            what=options.what,
            source=options.source,
            policy=options.policy,
        )
    return 0


def explain_command(options: argparse.Namespace) -> int:
    from kg.evidence.use import explain_command

    with _open(options) as graph:
        return explain_command(options, graph)


def diff_command(options: argparse.Namespace) -> int:
    from kg.evidence.use import diff_command

    with _open(options) as graph:
        return diff_command(options, graph)


def conflicts_command(options: argparse.Namespace) -> int:
    from kg.evidence import read_conflicts

    with _open(options) as graph:
        _print_all(read_conflicts(graph.folder, options.type), options.json)
    return 0


def check_command(options: argparse.Namespace) -> int:
    from kg.evidence import read_checks

    with _open(options) as graph:
        _print_all(read_checks(graph.folder, options.source, options.verdict), options.json)
    return 0


def _print_all(found: Sequence[Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps([one.as_json() for one in found], ensure_ascii=False))
        return
    print("\n\n".join(one.as_text(language()) for one in found) or str(Text("없습니다.", "None.")))


def _network_target(output: str) -> Any:
    return sys.stdout.buffer if output == "-" else Path(output)


def summary_command(options: argparse.Namespace) -> int:
    from kg.network import summary

    chosen = {
        "at": options.at,
        "between": tuple(options.between) if options.between else None,
        "mode": options.mode,
        "roles": options.roles.split(",") if options.roles else None,
        "weight": options.weight,
    }
    with _open(options) as graph:
        found = summary(graph.network(**chosen))
    print(json.dumps(found.as_json(), ensure_ascii=False) if options.json else found.as_text(language()))
    return 0
