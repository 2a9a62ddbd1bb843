"""A pytest plugin that writes which lines of ``src/kg`` each test executes, fixtures and call apart, as JSON."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "kg"
_coverage = coverage.Coverage(data_file=None, source=[str(PACKAGE)])


def pytest_configure(config: pytest.Config) -> None:
    _coverage.start()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    _coverage.switch_context(f"{item.nodeid}|setup")
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    _coverage.switch_context(f"{item.nodeid}|call")
    return (yield)


def pytest_sessionfinish() -> None:
    _coverage.stop()
    data = _coverage.get_data()
    lines: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for name in data.measured_files():
        module = Path(name).relative_to(PACKAGE).as_posix()
        for line, contexts in data.contexts_by_lineno(name).items():
            for context in filter(None, contexts):
                lines[context][module].append(line)
    Path(os.environ["KG_LINES"]).write_text(json.dumps(lines), encoding="utf-8")
