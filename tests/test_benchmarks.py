"""The benchmarks run, and what they measure is the same work; a small size, so the ratios they print are not judged."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from helpers.morph_kgc import needs_oracle

ROOT = Path(__file__).resolve().parents[1]
pytestmark = needs_oracle


def test_all_three_programs_map_the_same_quads(tmp_path: Path) -> None:
    command = [sys.executable, ROOT / "benchmarks" / "mapping.py", "--organisations", "1000", "--rounds", "1"]
    done = subprocess.run([*command, "--json", tmp_path / "figures.json"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr  # it fails when the lines differ
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert figures["quads"] > 75_000
    assert set(figures["cpu"]) >= {"morph-kgc", "rdflib"}
