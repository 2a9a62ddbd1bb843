"""What ran, what did not and why, in a table at the end; KG_REQUIRE=all lets nothing be left out."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

import pytest
from helpers.public_suites import NOT_SET

ROOT = Path(__file__).resolve().parents[1]
os.environ["KG_LANG"] = "en"  # tests read English messages unless they ask for Korean
REQUIRED = os.environ.get("KG_REQUIRE") == "all"

_outcomes: dict[str, list[tuple[str, str]]] = defaultdict(list)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "part(name): the part of the run that a test belongs to")
    config.addinivalue_line("markers", "suite: runs a public test suite from KG_SUITES (make conformance runs these)")


def _part(item: pytest.Item) -> str:
    marker = item.get_closest_marker("part")
    return str(marker.args[0]) if marker else Path(str(item.fspath)).stem.removeprefix("test_").replace("_", " ")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):  # type: ignore[no-untyped-def]  # pytest's own form
    report = yield
    report.kg_part, report.kg_reason = _part(item), ""  # carried to the process that prints the table
    if report.skipped:
        report.kg_reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if REQUIRED and NOT_SET not in report.kg_reason:  # suites lie outside the clone: .ci/run names their folder
            report.outcome = "failed"
            report.longrepr = f"not run, but KG_REQUIRE=all: {report.kg_reason}"
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" or not report.passed:
        part, reason = getattr(report, "kg_part", "other"), getattr(report, "kg_reason", "")
        _outcomes[part].append((report.outcome if not reason else "not run", reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not _outcomes:
        return
    terminalreporter.section("parts")
    width = max(len(name) for name in _outcomes)
    for name in sorted(_outcomes):
        found = _outcomes[name]
        ran = [outcome for outcome, _ in found if outcome != "not run"]
        failed = ran.count("failed")
        reasons = sorted({reason for outcome, reason in found if outcome == "not run"})
        state = f"{len(ran)} run" + (f", {failed} failed" if failed else "")
        if reasons:
            state += f", {len(found) - len(ran)} not run: {'; '.join(reasons)}"
        terminalreporter.write_line(f"{name:<{width}}  {state}")


@pytest.fixture(scope="session")
def real_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One build of the real tables for all tests that query the real graph; the processes of a run share it."""
    from kg.build import build_if_missing

    shared = tmp_path_factory.getbasetemp()
    out = (shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared) / "real-build"
    build_if_missing(ROOT / "data", out)
    return out
