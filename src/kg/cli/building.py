"""Tables into a graph: ``kg init``, ``kg build``, ``kg validate``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from kg.cli.options import say
from kg.errors import KgError, Text, language


def add(commands: Any) -> None:
    """The parsers of these commands."""
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
    one.set_defaults(run=validate_command, take=lambda options, value: options.what.append(Path(value)))


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
