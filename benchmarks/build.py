"""The whole build of the real tables: seconds and memory by step, and the cold start of a question.

    python benchmarks/build.py            # the shipped tables
    python benchmarks/build.py DATA       # another folder of record tables

Prints a table and, with --json, one JSON object. Each figure is of a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def measured(words: list[str]) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and peak memory in MB of one process."""
    start = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "kg", *words], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"kg {' '.join(words)} ended with {status}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=ROOT / "data")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "build"
        rows = {"build": measured(["build", str(options.data), "--out", str(out)])}
        summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
        rows["question, cold"] = min(
            measured(["query", "disagreements", "--graph", str(out), "--format", "csv"]) for _ in range(5)
        )
        for format in ("ttl", "nq", "jsonld", "csv"):
            rows[f"export {format}"] = measured(
                ["export", "--graph", str(out), "--format", format, "--output", f"{folder}/{format}"]
            )
    if options.json:
        print(json.dumps({"quads": summary["quads"], "seconds_by_step": summary["seconds"], "rows": rows}))
        return
    print(
        f"{summary['quads']:,} quads from {sum(summary['rows'].values()):,} rows; seconds by step: {summary['seconds']}"
    )
    print(f"{'':18}{'wall s':>8}{'cpu s':>8}{'MB':>8}")
    for name, (wall, cpu, memory) in rows.items():
        print(f"{name:18}{wall:8.2f}{cpu:8.2f}{memory:8.0f}")


if __name__ == "__main__":
    main()
