"""The commands ``kg init``, ``kg review``, ``kg build`` and ``kg validate``."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kg.cli.options import named_path, say
from kg.errors import KgError, Text, language


def add(commands: Any) -> None:
    """Add the parsers of these commands."""
    _add_init(commands)
    _add_review(commands)
    _add_build(commands)
    _add_validate(commands)


def _add_init(commands: Any) -> None:
    parser = commands.add_parser(
        "init", help=say("예시 행이 있는 표를 만든다", "write tables to start from, each with an example row")
    )
    parser.add_argument("folder", type=named_path, help=say("새 폴더", "a new folder"))
    parser.set_defaults(run=init_command)


def _add_review(commands: Any) -> None:
    parser = commands.add_parser(
        "review", help=say("표에서 사람이 판단할 것을 보인다", "list what a person has to judge in the tables")
    )
    parser.add_argument("data", nargs="?", type=named_path, help=say("표 폴더", "folder of tables"))
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=review_command)


def _add_build(commands: Any) -> None:
    parser = commands.add_parser("build", help=say("표를 지식그래프로 빌드한다", "build the graph of record tables"))
    parser.add_argument(
        "data",
        nargs="?",
        type=named_path,
        help=say(
            "표 폴더 (기본값: ./data 또는 함께 배포된 표)", "folder of tables (default: ./data or the shipped tables)"
        ),
    )
    parser.add_argument(
        "--out", type=named_path, default=Path("build"), help=say("빌드할 폴더", "build folder (default: build)")
    )
    parser.add_argument(
        "--quarantine",
        action="store_true",
        help=say("규칙을 어긴 행을 빼고 빌드한다", "leave out rows that violate a rule"),
    )
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=build_command)


def _add_validate(commands: Any) -> None:
    parser = commands.add_parser(
        "validate", help=say("표나 RDF 파일을 규칙으로 검증한다", "validate tables or RDF files with the rules")
    )
    parser.add_argument(
        "what", nargs="*", type=named_path, help=say("표 폴더 또는 RDF 파일", "a folder of tables, or RDF files")
    )
    parser.add_argument(
        "--shapes",
        metavar="FILE",
        action="append",
        type=named_path,
        default=[],
        help=say(
            "SHACL 셰이프 파일 (여러 개 가능, 기본값: 함께 배포된 규칙)",
            "a file of SHACL shapes, repeatable (default: the shipped rules)",
        ),
    )
    parser.add_argument(
        "--engine",
        choices=("auto", "columns", "pyshacl"),
        default="auto",
        help=say(
            "columns: SHACL Core만, pyshacl: pySHACL로, auto: SHACL Core를 벗어나면 pySHACL로",
            "columns: SHACL Core only; pyshacl; auto (default): pySHACL for shapes that need more than SHACL Core",
        ),
    )
    parser.add_argument(
        "--named-graph", metavar="IRI", help=say("이 이름의 그래프만 검증한다", "validate only the graph of this name")
    )
    parser.add_argument(
        "--report",
        metavar="FILE",
        help=say(
            "W3C 검증 보고서를 Turtle로 쓸 파일 (-: 표준 출력)",
            "write a W3C validation report in Turtle (-: to stdout)",
        ),
    )
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=validate_command, take=lambda options, value: options.what.append(Path(value)))


def _data_folder(given: Path | None) -> Path:
    from kg.paths import shipped
    from kg.records.folder import find_table

    if given is not None:
        return given
    return Path("data") if find_table(Path("data"), "sources") else shipped("data")


def init_command(options: argparse.Namespace) -> int:
    from kg.init import init_folder

    count = len(init_folder(options.folder))
    print(
        Text(
            f"{options.folder}에 파일 {count}개를 썼습니다. README.md를 참고하십시오. 다음: kg build {options.folder}",
            f"Wrote {count} files into {options.folder}: see README.md. Next: kg build {options.folder}",
        )
    )
    return 0


def review_command(options: argparse.Namespace) -> int:
    from kg.errors import fault_lines
    from kg.review import review

    found = review(_data_folder(options.data))
    if options.json:
        print(json.dumps([asdict(finding) for finding in found], ensure_ascii=False))
        return 0
    print("\n".join(fault_lines(found)) or Text("판단할 것이 없습니다.", "Nothing to judge."))
    return 0


def build_command(options: argparse.Namespace) -> int:
    from kg.build import build
    from kg.progress import terminal_progress

    with terminal_progress() as progress:
        summary = build(_data_folder(options.data), options.out, quarantine=options.quarantine, progress=progress)
    print(json.dumps(summary.as_json(), ensure_ascii=False) if options.json else summary.as_text(language()))
    return 0


def validate_command(options: argparse.Namespace) -> int:
    from kg.files import require_writable, write_file
    from kg.validate import check_files, check_tables

    targets = options.what or [_data_folder(None)]
    folders = [path for path in targets if path.is_dir()]
    if folders and len(targets) > 1:
        raise KgError(
            Text("표 폴더 하나 또는 RDF 파일을 하나 이상 지정하십시오.", "Give one folder of tables, or RDF files.")
        )
    if folders and not options.shapes and (options.named_graph or options.engine != "auto"):
        ko = "표 폴더에 --engine이나 --named-graph를 쓰려면 --shapes도 지정하십시오."
        raise KgError(Text(ko, "With a folder of tables, --engine and --named-graph need --shapes."))
    if options.report == "-" and options.json:
        ko = "--json과 --report -는 둘 다 표준 출력에 쓰므로 하나만 지정하십시오."
        raise KgError(Text(ko, "--json and --report - both write to standard output: give one of them."))
    if options.report not in (None, "-"):
        require_writable(options.report)
    chosen = {"engine": options.engine, "named_graph": options.named_graph}
    report = (
        check_tables(targets[0], options.shapes, **chosen)
        if folders
        else check_files(targets, options.shapes, **chosen)
    )
    for remark in report.remarks:
        print(remark, file=sys.stderr)
    if options.report == "-":
        print(report.as_turtle(), end="")
        return 0 if report.conforms else 1
    if options.report is not None:
        write_file(options.report, report.as_turtle().encode())
    print(json.dumps(report.as_json(), ensure_ascii=False) if options.json else report.as_text(language()))
    return 0 if report.conforms else 1
