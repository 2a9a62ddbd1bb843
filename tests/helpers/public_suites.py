"""Public test suites, which lie outside the clone, and ``docs/conformance.md``, which states their results.

``make test KG_SUITES=FOLDER`` runs the suites of a folder (one subfolder per suite); without it they are reported as
not run. ``make conformance KG_SUITES=FOLDER`` writes the document anew.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "conformance.md"
NOT_SET = "KG_SUITES is not set"  # conftest.py knows this reason: a suite is required only where it is set
HEAD = """# Conformance

Results of public test suites. `make test KG_SUITES=FOLDER` runs them and compares this document;
`make conformance KG_SUITES=FOLDER` writes it.
"""


def suite(name: str) -> Path:
    """The folder of a suite below ``KG_SUITES`` (relative to the clone); skips the test where that is not set."""
    given = os.environ.get("KG_SUITES", "")
    if not given:
        pytest.skip(NOT_SET)
    folder = (ROOT / given / name).resolve()
    if not folder.is_dir():
        pytest.fail(f"KG_SUITES has no folder '{name}'")
    return folder


def section(about: str, outcomes: Mapping[str, str | None]) -> str:
    """The text of one suite: how many of its tests give the expected result, and why the others do not.

    ``about`` says in a sentence or two what is run and compared. ``outcomes`` has the name of every test, with
    ``None`` where the result is the expected one and else with the reason, in one line, why it is not.
    """
    failed = {name: reason for name, reason in sorted(outcomes.items()) if reason is not None}
    lines = [about, "", f"Passed: {len(outcomes) - len(failed)} of {len(outcomes)}. Failed: {len(failed)}."]
    if failed:
        lines += ["", "| test | reason |", "|---|---|"]
        lines += [f"| {name} | {' '.join(reason.split()).replace('|', '&#124;')} |" for name, reason in failed.items()]
    return "\n".join(lines) + "\n"


def check_section(title: str, text: str, document: Path = DOCUMENT) -> None:
    """Compare ``text`` with the section of that title; where ``KG_WRITE_CONFORMANCE`` is set, write it instead."""
    sections = read_sections(document)
    if os.environ.get("KG_WRITE_CONFORMANCE"):
        sections[title] = text
        written = [f"## {name}\n\n{sections[name]}" for name in sorted(sections)]
        document.write_text("\n".join([HEAD, *written]), encoding="utf-8")
        return
    assert sections.get(title) == text, f"section '{title}' of {document.name} differs: run `make conformance`"


def read_sections(document: Path) -> dict[str, str]:
    """The text of each section of second level, by its title."""
    if not document.exists():
        return {}
    _, *parts = document.read_text(encoding="utf-8").split("\n## ")
    found = dict(part.split("\n\n", 1) for part in parts)
    return {title: text.rstrip("\n") + "\n" for title, text in found.items()}
