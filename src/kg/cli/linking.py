"""The command ``kg link``: a person's own list joined to the graph."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from kg.cli.options import graph_options, named_path, opened, say
from kg.errors import KgError, Text, language


def add(commands: Any) -> None:
    """Add the parser of this command."""
    parser = commands.add_parser(
        "link",
        help=say("내 명단(CSV, Parquet, XLSX)을 그래프의 기관과 잇는다", "join your own list to the organisations"),
    )
    parser.add_argument("file", type=named_path, help=say("명단 파일", "the list: CSV, Parquet or XLSX"))
    parser.add_argument("--name", metavar="COLUMN", help=say("이름이 있는 열", "the column of names"))
    parser.add_argument(
        "--identifier", metavar="SCHEME=COLUMN", action="append", default=[],
        help=say("식별자가 있는 열", "the column of the identifiers of a scheme"),
    )  # fmt: skip
    parser.add_argument(
        "--with", dest="extras", metavar="A,B", default="",
        help=say("가져올 열: ", "columns to bring back: ") + "kind, industry, region, group, partners",
    )  # fmt: skip
    parser.add_argument("--output", type=named_path, metavar="FILE", help=say("CSV로 쓸 파일", "the CSV file to write"))
    graph_options(parser)
    parser.set_defaults(run=link_command)


def link_command(options: argparse.Namespace) -> int:
    from kg.dialect import csv_text
    from kg.files import written
    from kg.link import read_list

    frame = read_list(Path(options.file))
    with opened(options) as graph:
        joined = graph.link(
            frame,
            name=options.name,
            identifiers=dict(map(_scheme_and_column, options.identifier)),
            extras=[extra.strip() for extra in options.extras.split(",") if extra.strip()],
        )
    text = csv_text([list(map(str, joined.columns)), *joined.astype(str).itertuples(index=False)])
    if options.output:
        with written(options.output) as stream:
            stream.write(text.encode())
    else:
        sys.stdout.write(text)
    judgement = "judgement" if "judgement" not in frame.columns else "kg_judgement"
    counts = joined[judgement].value_counts()
    same, unsure, none = (int(counts.get(code, 0)) for code in ("same", "unsure", "none"))
    korean = f"{len(joined):,}행: 이은 것 {same:,}, 확실하지 않은 것 {unsure:,}, 없는 것 {none:,}"
    english = f"{len(joined):,} rows: {same:,} joined, {unsure:,} unsure, {none:,} not in the graph"
    print(korean if language() == "ko" else english, file=sys.stderr)
    return 0


def _scheme_and_column(text: str) -> tuple[str, str]:
    scheme, sign, column = text.partition("=")
    if not sign or not column:
        raise KgError(
            Text(
                f"--identifier {text!r}: SCHEME=COLUMN으로 적으십시오. 예: krx=종목코드",
                f"--identifier {text!r}: write SCHEME=COLUMN, such as krx=code.",
            )
        )
    return scheme.strip(), column
