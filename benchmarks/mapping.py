# ruff: noqa: E501  # tables and terms read best on one line
"""How fast is the mapping? Ours, morph-kgc on the same file, and rdflib by hand, in one run.

    python benchmarks/mapping.py                       10,000 organisations, 0.8 million triples
    python benchmarks/mapping.py --organisations 100000
    python benchmarks/mapping.py --smoke               the same as the first, and fails below the ratios we promise

Each program is a process of its own, measured whole: start, imports, work, writing. None frees its memory at the end
(the pools of the libraries below morph-kgc do not always survive that). All run equally often, and the
fastest run of each counts. Beyond 10,000 organisations rdflib runs on a tenth, and its figures are scaled.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
MAPPING = HERE / "mapping.rml.ttl"
ORACLE = Path(os.environ.get("KG_ORACLE_PYTHON", ROOT / ".venv-oracle" / "bin" / "python"))
PROMISED = {"morph-kgc": 8.0, "rdflib": 40.0}
WHOLE_BY_HAND = 10_000  # beyond this, rdflib gets a tenth of the organisations


@dataclass(frozen=True)
class Run:
    """One process: wall and CPU seconds, peak memory, lines written."""

    program: str
    lines: int
    wall_s: float
    cpu_s: float
    peak_mb: int
    scaled_by: float = 1.0


# --- the tables ------------------------------------------------------------------------------------------------------


def make_tables(folder: Path, organisations: int) -> None:
    """Tables in the shape of the real ones: text only, some cells missing, few hubs with many cases."""
    import duckdb

    def random_below(salt: int, below: int) -> str:
        return f"(hash(i * 1000003 + {salt}) % {below})"

    def one_of(salt: int, *words: str) -> str:
        return f"{list(words)}[1 + {random_below(salt, len(words))}::INT]"

    n, month = organisations, f"'20' || (10 + {random_below(7, 15)}) || '-0' || (1 + {random_below(8, 9)})"
    source = f"'source-' || {random_below(10, 50)} AS source"
    queries = {
        "organisations": f"""SELECT 'org-' || i AS organisation, '상생기업 ' || i || '호' AS name_ko,
            CASE WHEN {random_below(1, 10)} < 3 THEN 'Sangsaeng "' || i || '" Co.' END AS name_en,
            {one_of(2, "large", "sme", "public", "middle")} AS kind, 'KR' AS country,
            CASE WHEN {random_below(3, 10)} < 2 THEN 'org-' || {random_below(4, n)} END AS part_of, 'reg-' || i AS number
            FROM range({n}) AS t(i)""",
        "cases": f"""SELECT 'case-' || i AS "case", '협력 사례 ' || i || ' 공정 개선' AS title,
            {one_of(5, "smart-factory", "export", "safety", "energy")} AS theme, 'win-win' AS programme,
            'round-' || {random_below(6, 40)} AS round, {month} AS selected, {month} || '-01' AS selected_earliest,
            {month} || '-28' AS selected_latest, CASE WHEN {random_below(9, 10)} < 3 THEN '비고 \\ ' || i END AS note, {source}
            FROM range({2 * n}) AS t(i)""",
        "participations": f"""SELECT 'case-' || {random_below(11, 2 * n)} AS "case",
            {one_of(12, "lead", "partner", "supporter")} AS role,
            'org-' || floor({n} * power({random_below(13, 1000000)} / 1000000.0, 2))::BIGINT AS organisation,
            '기업 ' || {random_below(13, 1000000)} AS printed, {source}, '표 ' || {random_below(15, 20)} || ', ' || i || '행' AS place
            FROM range({6 * n}) AS t(i)""",
        "ratings": f"""SELECT 'shared-growth' AS scheme, '20' || (11 + {random_below(16, 14)}) AS year,
            'org-' || {random_below(17, n)} AS organisation, {one_of(18, "best", "excellent", "good", "fair")} AS grade,
            {source}, '표 ' || i AS place, '최우수' AS as_printed FROM range({7 * n // 10}) AS t(i)""",
    }
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        for name, query in queries.items():
            connection.execute(f"COPY ({query}) TO '{folder / name}.parquet' (FORMAT parquet)")
            connection.execute(f"COPY ({query}) TO '{folder / name}.csv' (FORMAT csv, HEADER)")


# --- measuring -------------------------------------------------------------------------------------------------------


def measure(
    program: str, command: Sequence[str | Path], target: Path, environment: dict[str, str] | None = None
) -> Run:
    target.unlink(missing_ok=True)  # none has to free the blocks of the run before
    # empty: ours may keep its compiled modules as well, like the others, which have been installed
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", **(environment or {})}
    started = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{program} failed")
    with target.open("rb") as stream:
        lines = sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))
    cpu_s = usage.ru_utime + usage.ru_stime
    return Run(program, lines, round(wall_s, 3), round(cpu_s, 3), usage.ru_maxrss // 1024)


def ours(folder: Path, target: Path) -> Run:
    command = [sys.executable, HERE / "mapping_ours.py", MAPPING, folder, target]
    return measure("ours", command, target, {"PYTHONPATH": str(ROOT / "src")})


def morph(folder: Path, target: Path, processes: int) -> Run:
    runner = [ORACLE, ROOT / "tests" / "oracle" / "run_morph.py", MAPPING, folder, target]
    name = f"morph-kgc, {processes} process{'es' * (processes > 1)}"
    return measure(name, runner, target, {"KG_ORACLE_PROCESSES": str(processes)})


def by_hand(folder: Path, target: Path, quads: int) -> Run:
    """Scaled where it ran on fewer rows; that multiplies its start as well, about half a second."""
    run = measure("rdflib by hand", [sys.executable, HERE / "mapping_by_hand.py", folder, target], target)
    factor = round(quads / run.lines, 1)
    if factor == 1:
        return run
    name = f"rdflib by hand, scaled {factor:.1f} times"
    return Run(name, quads, round(run.wall_s * factor, 1), round(run.cpu_s * factor, 1), run.peak_mb, round(factor, 2))


def in_child(name: str, *arguments: Path | int) -> None:
    """Whatever needs memory runs apart: Linux counts the memory of the starter into the peak of what it starts."""
    command = [sys.executable, __file__, "--program", name, *(str(one) for one in arguments)]
    if subprocess.run(command, check=False).returncode:
        sys.exit(1)


def see_same_lines(one: Path, other: Path) -> None:
    """As sets: only we sort."""
    with one.open("rb") as left, other.open("rb") as right:
        if set(left) != set(right) - {b"\n"}:
            sys.exit(f"{other.name} has other quads than {one.name}")


def compare(folder: Path, organisations: int, rounds: int) -> dict[str, Any]:
    """Every program once a round, so that a busy machine is busy for all; the fastest run of each counts."""
    whole = folder / "whole"
    in_child("tables", whole, organisations)
    hand = whole
    if organisations > WHOLE_BY_HAND:
        hand = folder / "tenth"
        in_child("tables", hand, organisations // 10)
    runs: list[Run] = []
    for _ in range(rounds):
        runs.append(ours(whole, folder / "ours.nq"))
        if ORACLE.exists():
            runs += [morph(whole, folder / "morph.nq", processes) for processes in (1, 2)]
        runs.append(by_hand(hand, folder / "rdflib.nq", runs[0].lines))
    if ORACLE.exists():
        in_child("same", folder / "ours.nq", folder / "morph.nq")
    ours(hand, folder / "check.nq")
    in_child("same", folder / "check.nq", folder / "rdflib.nq")
    return {
        "organisations": organisations,
        "quads": runs[0].lines,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "rounds": rounds,
        "runs": [asdict(run) for run in runs],
        "wall": ratios(runs, "wall_s"),
        "cpu": ratios(runs, "cpu_s"),
    }


def ratios(runs: list[Run], measure_of: str) -> dict[str, float]:
    """The fastest run of each rival over our fastest one."""

    def fastest(name: str) -> float:
        return min((getattr(run, measure_of) for run in runs if run.program.startswith(name)), default=0.0)

    return {name: round(fastest(name) / fastest("ours"), 1) for name in PROMISED if fastest(name)}


def show(result: dict[str, Any]) -> None:
    print(f"{result['organisations']:,} organisations, {result['quads']:,} quads, load {result['load']}")
    print(f"{'program':<34}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}")
    for run in result["runs"]:
        print(f"{run['program']:<34}{run['wall_s']:>9}{run['cpu_s']:>9}{run['peak_mb']:>9}")
    for name, ratio in result["wall"].items():
        print(f"{ratio} times as fast as {name} by wall clock, {result['cpu'][name]} times by CPU")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--organisations", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each program")
    parser.add_argument("--smoke", action="store_true", help="fail below the promised ratios")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--program", nargs=3, metavar=("NAME", "FROM", "TO"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.program:
        name, one, other = options.program
        if name == "tables":
            make_tables(Path(one), int(other))
        else:
            see_same_lines(Path(one), Path(other))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        result = compare(Path(scratch), options.organisations, options.rounds)
    show(result)
    if options.json:
        options.json.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if "morph-kgc" not in result["wall"]:
        print("morph-kgc was not run: its environment is missing (make oracle)")
    slow = [f"{name}: {ratio} < {PROMISED[name]}" for name, ratio in result["wall"].items() if ratio < PROMISED[name]]
    print(f"slower than promised: {', '.join(slow)}" if slow else "as fast as promised")
    return 1 if options.smoke and slow else 0


if __name__ == "__main__":
    sys.exit(main())
