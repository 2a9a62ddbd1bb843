"""The words that make two spellings one name: legal forms, letter names, affixes. All of them are data."""

from __future__ import annotations

import csv
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from kg.paths import shipped

FOLDER = "matching"


@dataclass(frozen=True)
class Forms:
    """What ``data/matching/*.csv`` says; longest words come first, so that the longest match wins."""

    legal: dict[str, str]  # form: country and what it means there, blank where it may stand beside another
    letters: dict[str, str]
    other_letters: dict[str, tuple[str, ...]]
    affixes: dict[str, tuple[tuple[str, str], ...]]
    initials: dict[str, str]
    vowels: dict[str, str]
    finals: dict[str, str]

    def words(self, kind: str) -> tuple[str, ...]:
        """Words of one kind of affix: ``national``, ``unit``, ``field``, ``tail``, ``body``, ``group`` …"""
        return tuple(word for word, _ in self.affixes.get(kind, ()))

    def pairs(self, kind: str) -> tuple[tuple[str, str], ...]:
        """Long and short form of each word of the kind ``clip`` or ``variant``."""
        return self.affixes.get(kind, ())

    def only(self, kinds: tuple[str, ...], used: set[str]) -> Forms:
        """The same without the words of ``kinds`` that are not in ``used``: what a benchmark needs to be blind."""
        kept = {
            kind: tuple(pair for pair in pairs if kind not in kinds or pair[0] in used)
            for kind, pairs in self.affixes.items()
        }
        return replace(self, affixes=kept)


def read_forms(folder: Path | None = None) -> Forms:
    """Read the word lists of ``folder``; a list that it does not bring is the toolkit's own."""
    legal = {
        _plain(row["form"]): f"{row['country']} {row['means']}".strip() if row["means"] else ""
        for row in _rows("legal-form", folder)
    }
    letters, others = {}, defaultdict(list)
    for row in _rows("letter-name", folder):
        if row["reading"] == "usual":
            letters[row["letter"]] = row["hangul"]
        else:
            others[row["letter"]].append(row["hangul"])
    affixes = defaultdict(list)
    for row in _rows("name-affix", folder):
        affixes[row["kind"]].append((_plain(row["word"]), row["short"]))
    latin: dict[str, dict[str, str]] = {"initial": {}, "vowel": {}, "final": {}}
    for row in _rows("jamo-latin", folder):
        latin[row["place"]][row["jamo"]] = row["latin"]
    return Forms(
        legal={form: legal[form] for form in sorted(legal, key=lambda form: (-len(form), form))},
        letters=letters,
        other_letters={letter: tuple(names) for letter, names in others.items()},
        affixes={kind: tuple(sorted(pairs, key=lambda p: (-len(p[0]), p))) for kind, pairs in affixes.items()},
        initials=latin["initial"],
        vowels=latin["vowel"],
        finals=latin["final"],
    )


def _rows(name: str, folder: Path | None) -> list[dict[str, str]]:
    own = folder / FOLDER / f"{name}.csv" if folder else None
    path = own if own and own.exists() else shipped("data") / FOLDER / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
