"""Word lists of the matcher: legal forms, names of letters, affixes, readings. All are data."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from kg.matching.legal import LegalForm, LegalForms
from kg.paths import shipped

FOLDER = "matching"
Readings = dict[str, tuple[str, ...]]  # spellings of a jamo, letter, number or hanja


@dataclass(frozen=True)
class Forms:
    """The word lists of ``data/matching/*.csv``; longest words first, so that the longest match is found.

    ``letters`` are the usual Hangul names of letters, ``other_letters`` the less usual ones. ``initials``, ``vowels``
    and ``finals`` give the Latin spellings of each jamo; the ``usual_`` fields those that are allowed in short names.
    """

    legal_forms: tuple[LegalForm, ...]
    letters: dict[str, str]
    other_letters: Readings
    affixes: dict[str, tuple[tuple[str, str], ...]]
    initials: Readings
    vowels: Readings
    finals: Readings
    syllables: Readings
    usual_initials: Readings
    usual_vowels: Readings
    usual_finals: Readings
    usual_syllables: Readings
    numbers: Readings
    hanja: Readings

    @cached_property
    def readings(self) -> dict[tuple[str, bool], dict[str, set[int]]]:
        """The spellings of syllables that were asked for, by the syllable and the next, and whether only usual ones."""
        return {}

    @cached_property
    def legal(self) -> LegalForms:
        """Patterns that find the legal forms in a name."""
        return LegalForms(self.legal_forms, self.words("office"), self.words("body"))

    @cached_property
    def letter_names(self) -> Readings:
        """The names of each letter in lower case, the usual one first."""
        return {letter.lower(): (name, *self.other_letters.get(letter, ())) for letter, name in self.letters.items()}

    @cached_property
    def loan_words(self) -> tuple[re.Pattern[str], dict[str, str]]:
        """A pattern of the old spellings of loan words, and the usual spelling of each."""
        words = dict(self.pairs("variant"))
        return re.compile("|".join(map(re.escape, words)) or "(?!)"), words

    def words(self, kind: str) -> tuple[str, ...]:
        """Words of one kind of affix: ``national``, ``unit``, ``field``, ``tail``, ``body``, ``group`` …"""
        return tuple(word for word, _ in self.affixes.get(kind, ()))

    def pairs(self, kind: str) -> tuple[tuple[str, str], ...]:
        """Long and short form of each word of the kind ``clip``, old and usual spelling of the kind ``variant``."""
        return self.affixes.get(kind, ())

    def only(self, kinds: tuple[str, ...], used: set[str]) -> Forms:
        """These lists without the words of ``kinds`` that are not in ``used``, for benchmarks on unseen names."""
        remaining = {
            kind: tuple(pair for pair in pairs if kind not in kinds or pair[0] in used)
            for kind, pairs in self.affixes.items()
        }
        return replace(self, affixes=remaining)


def read_forms(folder: Path | None = None) -> Forms:
    """Read the word lists of ``folder``; for a missing list the toolkit's list is used."""
    letters, rare_names = {}, defaultdict(list)
    for row in _rows("letter-name", folder):
        if row["reading"] == "usual":
            letters[row["letter"]] = row["hangul"]
        else:
            rare_names[row["letter"]].append(row["hangul"])
    affixes = defaultdict(list)
    for row in _rows("name-affix", folder):
        affixes[row["kind"]].append((plain(row["word"]), row["short"]))
    latin: dict[str, Readings] = defaultdict(dict)
    for row in _rows("jamo-latin", folder):
        latin[row["place"]][row["jamo"]] = tuple(row["latin"].split("|"))
        if row.get("usual") or row["jamo"] == SILENT:
            latin[f"usual {row['place']}"][row["jamo"]] = tuple((row.get("usual") or "").split("|"))
    return Forms(
        legal_forms=tuple(_legal(row) for row in _rows("legal-form", folder)),
        letters=letters,
        other_letters={letter: tuple(names) for letter, names in rare_names.items()},
        affixes={kind: tuple(sorted(pairs, key=lambda p: (-len(p[0]), p))) for kind, pairs in affixes.items()},
        initials=latin["initial"],
        vowels=latin["vowel"],
        finals=latin["final"],
        syllables=latin["syllable"],
        usual_initials=latin["usual initial"],
        usual_vowels=latin["usual vowel"],
        usual_finals=latin["usual final"],
        usual_syllables=latin["usual syllable"],
        numbers=_readings(_rows("number-name", folder), "number", "hangul"),
        hanja=_hanja(_rows("hanja", folder)),
    )


SILENT = "ㅇ"  # written as no letter before a vowel


def _legal(row: dict[str, str]) -> LegalForm:
    means = frozenset(filter(None, row["means"].split("|")))
    english = row["country"] in ("", "US", "GB")
    return LegalForm(plain(row["form"]), means, row.get("place") or "", english)


def _readings(rows: list[dict[str, str]], key: str, value: str) -> Readings:
    found = defaultdict(list)
    for row in rows:
        found[row[key]].append(row[value])
    return {written: tuple(read) for written, read in found.items()}


def _hanja(rows: list[dict[str, str]]) -> Readings:
    found = defaultdict(list)
    for row in rows:
        for char in row["hanja"]:
            found[char].append(row["hangul"])
    return {char: tuple(read) for char, read in found.items()}


def _rows(name: str, folder: Path | None) -> list[dict[str, str]]:
    own_file = folder / FOLDER / f"{name}.csv" if folder else None
    path = own_file if own_file and own_file.exists() else shipped("data") / FOLDER / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def plain(text: str) -> str:
    """The text with compatibility characters replaced: full-width letters, ㈜, Roman numerals."""
    return unicodedata.normalize("NFKC", text)
