"""morph-kgc, another RML engine, run in an environment of its own."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ORACLE = Path(os.environ.get("KG_ORACLE_PYTHON", ROOT / ".venv-oracle" / "bin" / "python"))
RUNNER = Path(__file__).parents[1] / "oracle" / "run_morph.py"
needs_oracle = [
    pytest.mark.part("mapping oracle"),
    pytest.mark.skipif(
        not ORACLE.exists() and os.environ.get("KG_REQUIRE") != "all",
        reason="morph-kgc environment missing: make oracle",
    ),
]


def run_morph_kgc(mapping: Path, folder: Path, target: Path) -> None:
    assert ORACLE.exists(), "morph-kgc environment missing: make oracle"
    done = subprocess.run([ORACLE, RUNNER, mapping, folder, target], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
