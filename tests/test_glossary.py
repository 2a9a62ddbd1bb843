"""Korean messages, labels and documents use the terms of ``docs/glossary.md`` and none of the rejected words."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GLOSSARY = ROOT / "docs" / "glossary.md"
HANGUL = re.compile("[가-힣]")


def glossary() -> list[tuple[str, list[str], list[str]]]:
    """English term, Korean terms and rejected words of each row."""
    rows = [line.strip("|").split("|") for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    cells = [[cell.strip() for cell in row] for row in rows[2:]]
    return [(row[0], row[1].split(", "), [word for word in row[2].split(", ") if word]) for row in cells]


def strings_of(path: Path) -> list[str]:
    """The string constants of a module with Hangul in them, docstrings included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [text for text in constants if isinstance(text, str) and HANGUL.search(text)]


@pytest.fixture(scope="module")
def korean_texts() -> list[tuple[str, str]]:
    """File and text of every Korean message, label and line of documentation."""
    found = [(path.name, text) for path in (ROOT / "src").rglob("*.py") for text in strings_of(path)]
    documents = [
        *(ROOT / "ontology").glob("*.ttl"), *(ROOT / "queries").glob("*.rq"), *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "src").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md",
    ]  # fmt: skip
    for path in documents:
        if path != GLOSSARY:
            lines = path.read_text(encoding="utf-8").splitlines()
            found += [(path.name, line) for line in lines if HANGUL.search(line)]
    return found


def test_no_korean_text_uses_a_rejected_word(korean_texts: list[tuple[str, str]]) -> None:
    rejected = {word: re.compile(rf"(?<![가-힣]){word}") for _, _, words in glossary() for word in words}
    found = [(file, word, text) for file, text in korean_texts for word, form in rejected.items() if form.search(text)]
    assert found == []


def test_every_term_is_in_use(korean_texts: list[tuple[str, str]]) -> None:
    everything = "\n".join(text for _, text in korean_texts)
    assert [term for _, terms, _ in glossary() for term in terms if term not in everything] == []


def test_a_term_has_one_row_and_no_rejected_word_is_a_term() -> None:
    terms = [term for _, korean, _ in glossary() for term in korean]
    assert len(terms) == len(set(terms))
    assert not set(terms) & {word for _, _, words in glossary() for word in words}
