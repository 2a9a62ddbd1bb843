"""Pairs of names for the benchmark: true ones from the tables, and false ones that look true."""

from __future__ import annotations

import csv
import hashlib
import random
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import OSA

from kg.matching.forms import Forms
from kg.matching.normal import compact, jamo

Row = dict[str, str]


@dataclass(frozen=True)
class Positive:
    """A printed name and the organisation it means."""

    name: str
    organisation: str
    usual: str
    kind: str


@dataclass(frozen=True)
class Negative:
    """A name of one organisation and another organisation that it does not mean."""

    name: str
    owner: str
    organisation: str
    usual: str
    kind: str


@dataclass(frozen=True)
class Labelled:
    """Two names with a judgement (``same``, ``different``, ``unsure``), what sort of difference it is, and why."""

    one: str
    other: str
    judgement: str
    kind: str
    reason: str


def read_labelled(path: Path) -> list[Labelled]:
    """The pairs of a file with those columns."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Labelled(row["one"], row["other"], row["judgement"], row["kind"], row["reason"])
            for row in csv.DictReader(lines, strict=True)
        ]


@dataclass(frozen=True)
class Tables:
    """The rows that the benchmark reads."""

    organisations: list[Row]
    names: list[Row]
    changes: list[Row]
    judgements: list[Row]

    @property
    def usual(self) -> dict[str, str]:
        return {row["organisation"]: row["name_ko"] or row["name_en"] for row in self.organisations}


def half(organisation: str) -> int:
    """The half of an organisation, by the first byte of the SHA-256 of its id."""
    return hashlib.sha256(organisation.encode()).digest()[0] % 2


def read_tables(folder: Path) -> Tables:
    def rows(name: str) -> list[Row]:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines, strict=True))

    return Tables(rows("organisations"), rows("names"), rows("organisation_changes"), rows("judgements"))


def positives(tables: Tables, part: int) -> list[Positive]:
    """Printed names that are judged *same* and are not the usual name itself; joint names mean two and are left out."""
    usual = tables.usual
    return [
        Positive(row["name"], row["organisation"], usual[row["organisation"]], row["kind"])
        for row in tables.names
        if half(row["organisation"]) == part and row["judgement"] == "same" and row["kind"] != "joint"
        and row["name"] != usual[row["organisation"]]
    ]


def hard_negatives(tables: Tables, part: int) -> list[Negative]:
    """Pairs of similar names: shared first or last syllables, at most two jamo apart, a unit and its firm."""
    usual = tables.usual
    parent = {row["organisation"]: row["part_of"] for row in tables.organisations}
    bodies = [body for body in usual if half(body) == part]
    found = []
    for row in tables.names:
        owner, name = row["organisation"], row["name"]
        if half(owner) != part or row["judgement"] != "same" or row["kind"] == "joint":
            continue
        for body in bodies:
            kind = _similarity(name, usual[body])
            if body in (parent[owner],) or parent[body] == owner:
                kind = "unit and firm"
            if body != owner and kind:
                found.append(Negative(name, owner, body, usual[body], kind))
    return found


def _similarity(name: str, other_name: str) -> str:
    first, second = compact(name), compact(other_name)
    if OSA.distance(jamo(name), jamo(other_name), score_cutoff=2) <= 2:
        return "two jamo apart or fewer"
    if first[:2] == second[:2]:
        return "shared prefix"
    return "shared suffix" if first[-2:] == second[-2:] else ""


def invented_neighbours(tables: Tables, part: int, forms: Forms) -> list[Negative]:
    """Firms that are not in the register but might be: the line of business, or the initials, of another firm."""
    chance = random.Random(20241128)
    taken = {compact(row["name"]) for row in tables.names}
    fields_ = [word for word in forms.words("field") if len(word) > 1]
    leads = ["LG", "SK", "GS", "CJ", "DL", "KT", "LS"]
    found = []
    for body, usual in sorted(tables.usual.items()):
        if half(body) != part:
            continue
        made = [usual[: -len(word)] + chance.choice(fields_) for word in fields_ if usual.endswith(word)][:1]
        made += [chance.choice(leads) + usual[2:] for lead in leads if usual.startswith(lead)]
        free = [name for name in made if compact(name) not in taken]
        found += [Negative(name, body, body, usual, "invented neighbour") for name in free]
    return found


def made_misprints(tables: Tables, part: int) -> list[Positive]:
    """One jamo of each usual name of four syllables or more changed at random, unless the result is another name."""
    chance = random.Random(20250417)
    taken = {compact(row["name"]) for row in tables.names}
    found = []
    for body, usual in sorted(tables.usual.items()):
        places = [position for position, char in enumerate(usual) if "가" <= char <= "힣"]
        if half(body) != part or len(places) < 4 or len(places) != len(usual):
            continue
        place = chance.choice(places)
        lead, rest = divmod(ord(usual[place]) - 0xAC00, 588)
        vowel, final = divmod(rest, 28)
        turn = chance.randrange(2)
        vowel, final = ((vowel + chance.randrange(1, 21)) % 21, final) if turn else (vowel, 0 if final else 21)
        name = usual[:place] + chr(0xAC00 + lead * 588 + vowel * 28 + final) + usual[place + 1:]
        if compact(name) not in taken:
            found.append(Positive(name, body, usual, "misprint (made)"))
    return found


def unknown_names(tables: Tables, part: int) -> list[Negative]:
    """Each name of the half against a register without its owner: whatever is merged then is wrong."""
    return [
        Negative(row["name"], row["organisation"], "", "", "unknown name") for row in tables.names
        if half(row["organisation"]) == part and row["judgement"] == "same" and row["kind"] != "joint"
    ]
