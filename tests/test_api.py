"""docs/api.md names every public name, and its examples are true."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

from kg.graph import Graph

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "api.md"
PACKAGES = ("kg", "kg.network", "kg.pictures", "kg.mapping", "kg.notebook")
INTERNAL = {"access", "ask_internal", "row_access"}  # methods of Graph that the toolkit's own modules call


def public_names() -> list[str]:
    names = [name for package in PACKAGES for name in importlib.import_module(package).__all__]
    return names + [name for name in vars(Graph) if not name.startswith("_") and name not in INTERNAL]


@pytest.mark.parametrize("name", sorted(set(public_names())))
def test_a_public_name_is_described_and_used_in_an_example(name: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    examples = "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    prose = re.sub(r"```python\n.*?```", "", text, flags=re.DOTALL)
    word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    assert word.search(prose) or name.startswith("__")
    assert word.search(examples)


def test_the_examples_of_the_page_are_true(real_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_GRAPH", "")  # an example sets it, and pytest takes it back
    names = {"BUILD": real_build, "FOLDER": tmp_path, "EXAMPLE": ROOT / "examples" / "eu-research"}
    found = doctest.testfile(str(PAGE), module_relative=False, globs=names, optionflags=doctest.ELLIPSIS)
    assert found.failed == 0 and found.attempted > 60
