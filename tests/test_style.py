"""The linter and the type checker have nothing to say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = {
    "ruff check": ["ruff", "check", "src", "tests", "benchmarks", "examples", "notebooks"],
    "mypy": ["mypy"],
}


@pytest.mark.part("style")
@pytest.mark.parametrize("name", COMMANDS)
def test_a_checker_finds_nothing(name: str) -> None:
    done = subprocess.run([sys.executable, "-m", *COMMANDS[name]], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
