"""The register of names, indexed for look-up: equal forms, shortened forms, divisions, spellings with misprints."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kg.matching.forms import Forms
from kg.matching.normal import Parsed, compact, jamo, parse
from kg.matching.romanised import Latin, beginnings, latin
from kg.matching.shortening import Shortened, shortened, without_country
from kg.matching.spelling import RARE, keys, meet
from kg.values import PartialDate, nfc

Row = Mapping[str, str | None]
NOT_A_SPELLING = ("joint", "misprint")  # matched as printed; no other form is derived from it
FULL = ("usual", "long-form", "variant")


@dataclass(frozen=True)
class Entry:
    """One name of one organisation."""

    organisation: str
    name: str
    kind: str
    parsed: Parsed


@dataclass
class Register:
    """Names and what is known about their organisations."""

    forms: Forms
    judged: dict[str, dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))
    entries: list[Entry] = field(default_factory=list)
    equal: dict[str, list[tuple[Entry, int]]] = field(default_factory=lambda: defaultdict(list))  # with the distance
    bracketed: dict[str, list[tuple[Entry, int, bool]]] = field(default_factory=lambda: defaultdict(list))
    short: dict[str, list[tuple[Entry, int, Shortened]]] = field(default_factory=lambda: defaultdict(list))
    units: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    parent: dict[str, str] = field(default_factory=dict)
    label: dict[str, str] = field(default_factory=dict)
    life: dict[str, tuple[str, str]] = field(default_factory=dict)
    former: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    pairs: dict[frozenset[str], Row] = field(default_factory=dict)
    spellings: dict[str, list[tuple[Entry, str]]] = field(default_factory=lambda: defaultdict(list))
    full: list[tuple[Entry, str]] = field(default_factory=list)  # with the name without its country
    hangul: list[Entry] = field(default_factory=list)
    latin: list[tuple[Entry, Latin]] = field(default_factory=list)
    initials: set[str] = field(default_factory=set)

    @cached_property
    def _latin_by_beginning(self) -> dict[str, list[int]]:
        """The places in ``latin`` by everything with which a name begins."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, (_, name) in enumerate(self.latin):
            for end in range(len(name.key) + 1):
                found[name.key[:end]].append(place)
        return dict(found)

    @cached_property
    def _hangul_by_beginning(self) -> dict[str, list[int]]:
        """The places in ``hangul`` by everything that the first syllable may be in Latin letters."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, entry in enumerate(self.hangul):
            for spelling in beginnings(entry.parsed.key, self.forms):
                found[spelling].append(place)
        return dict(found)

    def latin_read_as(self, hangul: str) -> list[tuple[Entry, Latin]]:
        """The names in Latin letters that begin as this name in Hangul may be read; no other can be read so."""
        index = self._latin_by_beginning
        places = {place for spelling in beginnings(hangul, self.forms) for place in index.get(spelling, ())}
        return [self.latin[place] for place in sorted(places)]

    def hangul_read_as(self, key: str) -> list[Entry]:
        """The names in Hangul whose first syllable may be read as the beginning of this name in Latin letters."""
        index = self._hangul_by_beginning
        places = {place for end in range(len(key) + 1) for place in index.get(key[:end], ())}
        return [self.hangul[place] for place in sorted(places)]

    @cached_property
    def _by_end(self) -> dict[str, list[int]]:
        """The places in ``full`` by the first sign, with or without the country, and by the last one."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, (entry, bare) in enumerate(self.full):
            for sign in {f"^{entry.parsed.key[0]}", f"^{bare[0]}", f"{entry.parsed.key[-1]}$"}:
                found[sign].append(place)
        return dict(found)

    def beginning_or_ending(self, key: str) -> Iterator[tuple[Entry, str]]:
        """The entries of ``full`` that begin with the first sign of a name or end with its last, in their order."""
        places = {*self._by_end.get(f"^{key[0]}", ()), *self._by_end.get(f"{key[-1]}$", ())}
        return (self.full[place] for place in sorted(places))

    def owners(self, text: str) -> set[str]:
        """Organisations with a name equal to ``text`` after normalisation."""
        return {
            entry.organisation
            for key, distance in keys(text, self.forms).items()
            for entry, entry_distance in self.equal.get(key, ())
            if meet(distance, entry_distance)
        }


def build_register(
    forms: Forms, names: Iterable[Row], organisations: Iterable[Row], changes: Iterable[Row], judgements: Iterable[Row]
) -> Register:
    """Index the rows of these tables; rows without a key are skipped, because other checks report them."""
    register = Register(forms)
    bodies = [row for row in organisations if row.get("organisation")]
    for row in bodies:
        body = str(row["organisation"])
        register.label[body] = row.get("name_ko") or row.get("name_en") or body
        if row.get("part_of"):
            register.parent[body] = str(row["part_of"])
    listed: dict[tuple[str, str], str] = {}
    for row in names:
        if not (row.get("name") and row.get("organisation")):
            continue
        name, body = nfc(str(row["name"])), str(row["organisation"])
        register.judged[name][body] = row
        if row.get("judgement") == "same":
            listed[name, body] = str(row.get("kind") or "")
    for row in bodies:
        for column in ("name_ko", "name_en"):
            if row.get(column):
                listed.setdefault((nfc(str(row[column])), str(row["organisation"])), "usual")
    for (name, body), kind in sorted(listed.items()):
        _index(register, Entry(body, name, kind, parse(name, forms)))
    _add_changes(register, changes)
    for row in judgements:
        if row.get("about") == "organisation":
            register.pairs[frozenset((str(row.get("one")), str(row.get("other"))))] = row
    return register


def _index(register: Register, entry: Entry) -> None:
    register.judged[entry.name].setdefault(entry.organisation, {"judgement": "same", "kind": entry.kind})
    register.entries.append(entry)
    if entry.kind in NOT_A_SPELLING:
        return
    forms, parsed = register.forms, entry.parsed
    parent = register.parent.get(entry.organisation)
    if parent:
        _index_unit(register, entry, register.label.get(parent, ""))
    if parsed.inner or parsed.former:
        _index_brackets(register, entry)
        return
    spelt = {text: keys(text, forms) for text in parsed.texts}
    for found in spelt.values():
        for key, distance in found.items():
            register.equal[key].append((entry, distance))
    if parsed.firm_only:
        return
    for key, distance in spelt[parsed.core].items():
        if distance != RARE:
            register.spellings[jamo(key)].append((entry, key))
    register.initials.add(initials_of(parsed.key))
    if re.search("[가-힣]", parsed.key):
        register.hangul.append(entry)
    if name := latin(parsed.core):
        register.latin.append((entry, name))
    if entry.kind in FULL:
        register.full.append((entry, compact(without_country(parsed.core, forms))))
    if entry.kind in FULL and not parent:
        for form in shortened(parsed.core, forms):
            for key, distance in keys(form.text, forms).items():
                register.short[key].append((entry, distance, form))


def _index_brackets(register: Register, entry: Entry) -> None:
    """Index a name with brackets by the text before them, and by the text inside unless it is a former name."""
    for key, distance in keys(entry.parsed.core, register.forms).items():
        register.bracketed[key].append((entry, distance, True))
    for part in entry.parsed.inner:
        for key, distance in keys(parse(part, register.forms).core, register.forms).items():
            register.bracketed[key].append((entry, distance, False))


def initials_of(key: str) -> str:
    """The Latin letters at the start of a key: mostly those of a group of firms."""
    lead = re.match("[a-z&]*", key)
    return lead[0] if lead else ""


def _index_unit(register: Register, entry: Entry, firm: str) -> None:
    """Index a division by its firm and field joined, in any spelling."""
    forms, parsed = register.forms, entry.parsed
    core = parsed.unit
    head = parse(firm, forms).core
    if not core and parsed.key.startswith(compact(head)):
        core = parsed.key[len(compact(head)) :]
    if not core:
        return
    for key in keys(head, forms):
        for end in keys(core, forms):
            if entry not in register.units[key + end]:
                register.units[key + end].append(entry)


def _add_changes(register: Register, changes: Iterable[Row]) -> None:
    """Record the period in which each name was in use, from the dated changes that are established."""
    for row in changes:
        before, after = str(row.get("before")), str(row.get("after"))
        if row.get("judgement") != "same":
            continue
        register.former[after].add(before)
        if not row.get("date"):
            continue
        try:
            date = PartialDate.parse(str(row["date"]))
        except ValueError:  # reported by the checks of the table; the day is unknown here
            continue
        if row.get("kind") in ("rename", "merger") and date.earliest:
            register.life[after] = (str(date.earliest), register.life.get(after, ("", ""))[1])
        if row.get("kind") in ("rename", "merger", "absorption") and date.latest:
            register.life[before] = (register.life.get(before, ("", ""))[0], str(date.latest))
