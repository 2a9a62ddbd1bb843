"""The document of conformance is compared by section; suites are skipped only where KG_SUITES is not set."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.public_suites import NOT_SET, check_section, read_sections, section, suite


def test_a_section_counts_its_tests_and_names_each_failure() -> None:
    text = section("About.", {"b": None, "a": "gives 1 | 2\nnot 3", "c": None})
    assert text == (
        "About.\n\nPassed: 2 of 3. Failed: 1.\n\n| test | reason |\n|---|---|\n| a | gives 1 &#124; 2 not 3 |\n"
    )
    assert section("About.", {"a": None}) == "About.\n\nPassed: 1 of 1. Failed: 0.\n"


def test_sections_are_written_and_compared_separately(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = tmp_path / "conformance.md"
    first, second = section("First.", {"a": None}), section("Second.", {"a": "a reason"})
    monkeypatch.setenv("KG_WRITE_CONFORMANCE", "1")
    for title, text in (("Two", second), ("One", second), ("One", first)):
        check_section(title, text, document)
    monkeypatch.delenv("KG_WRITE_CONFORMANCE")
    assert read_sections(document) == {"One": first, "Two": second}
    check_section("One", first, document)
    check_section("Two", second, document)
    for title, text in (("Two", first), ("Three", first)):
        with pytest.raises(AssertionError, match=f"'{title}'"):
            check_section(title, text, document)


def test_a_suite_is_skipped_without_a_folder_and_required_with_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "known").mkdir()
    monkeypatch.setenv("KG_SUITES", str(tmp_path))
    assert suite("known") == tmp_path / "known"
    with pytest.raises(pytest.fail.Exception, match="no folder 'unknown'"):
        suite("unknown")
    monkeypatch.setenv("KG_SUITES", "")
    with pytest.raises(pytest.skip.Exception, match=NOT_SET):
        suite("known")
