"""The context of printed names: the documents that print them, and what other documents print in the same place.

This module does not use the meaning of names. It only finds names that share a document, an edition of a rating, or
a role in a case; the matcher checks whether one of those names belongs to a candidate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.matching.forms import Forms, read_forms
from kg.matching.normal import clean, compact, strip_legal
from kg.values import nfc

Row = Mapping[str, str | None]
LIST, PROSE = "list", "prose"
CORRECTION = "correction"


@dataclass(frozen=True)
class Context:
    """The places in which a name is printed, by scheme, year and kind of table, and the names printed near it.

    ``table``: ``list`` (each body once) or ``prose``. ``others``: names elsewhere in the same documents. ``listed``:
    other entries of the same list, or other parties of the same case. ``graded``: names with another grade in the same
    edition. ``instead``: what other documents print in the same place where this name is missing, each with a
    share: the number of names that both documents print there, divided by that number plus the names that only the
    other document prints (0.5 for one shared and one extra name, near 0 for many extra names).
    ``identified``: names with the same identifier; ``otherwise_identified``: names with another identifier of a scheme.
    """

    scheme: str | None = None
    year: int | None = None
    table: str | None = None
    others: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    graded: tuple[str, ...] = ()
    instead: tuple[tuple[str, float], ...] = ()
    identified: tuple[str, ...] = ()
    otherwise_identified: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """A table in which documents name an organisation at a place, with the columns of the place and of the value."""

    table: str
    keys: tuple[str, ...]
    value: str
    names: tuple[str, ...] = ("organisation",)


RATINGS = "ratings"
NAMES = "names"
IDENTIFIERS = "organisation_identifiers"
PLACES = (
    Place(RATINGS, ("scheme", "year"), "grade"),
    Place("awards", ("award", "round", "event", "case"), "award"),
    Place("case_participants", ("case",), "role"),
    Place("event_participants", ("event",), "capacity"),
    Place("case_contributions", ("case", "contribution"), "contribution", ("giver", "receiver")),
    Place("case_outcomes", ("case", "outcome"), "outcome"),
)


@dataclass(frozen=True)
class Print:
    """One occurrence of a name in print: document, place and value. ``key``: the name without its legal form."""

    name: str
    key: str
    source: str
    place: tuple[str, ...]
    value: str
    corrected: bool


@dataclass
class Documents:
    """All occurrences of all names, by name (without legal form, spaces and punctuation), by place and by document.

    >>> rows = [{"scheme": "s", "year": "2020", "grade": "good", "organisation": name, "source": source}
    ...         for source, name in (("one", "가람공사"), ("one", "나라"), ("two", "가람나무공사"), ("two", "나라"))]
    >>> context = Documents.from_tables({"ratings": rows}).context("가람공사")
    >>> context.instead, context.listed
    ((('가람나무공사', 0.5),), ('나라',))
    """

    forms: Forms
    by_name: dict[str, list[Print]] = field(default_factory=lambda: defaultdict(list))
    by_place: dict[tuple[str, ...], list[Print]] = field(default_factory=lambda: defaultdict(list))
    by_source: dict[str, list[Print]] = field(default_factory=lambda: defaultdict(list))
    read_in: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    identifiers: dict[str, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(dict))  # scheme, name

    @classmethod
    def from_tables(cls, tables: Mapping[str, Iterable[Row]], forms: Forms | None = None) -> Documents:
        """Index the rows of the tables of ``PLACES`` and of the identifiers, by table; no other table is read.

        From the table ``names``, if present, only the document of a name is used, never its organisation.
        """
        documents = cls(forms or read_forms())
        for row in tables.get(NAMES, ()):
            if (name := row.get("name")) and (source := row.get("source")):
                documents.read_in[_key(nfc(name), documents.forms)].add(source)
        for row in tables.get(IDENTIFIERS, ()):
            if (name := row.get("organisation")) and (identifier := row.get("identifier")):
                identifiers = documents.identifiers[row.get("scheme") or ""]
                identifiers.setdefault(nfc(name), set()).add(identifier)
        for spec in PLACES:
            for row in tables.get(spec.table, ()):
                for printing in _prints(spec, row, documents.forms):
                    documents.by_name[printing.key].append(printing)
                    documents.by_place[printing.place].append(printing)
                    documents.by_source[printing.source].append(printing)
        return documents

    def context(self, name: str) -> Context:
        """The context of the rows that print ``name`` and of the documents it was read in; may be empty."""
        key = _key(nfc(name), self.forms)
        prints = self.by_name.get(key, [])
        documents = {printing.source for printing in prints} | self.read_in.get(key, set())
        editions = {printing.place for printing in prints if printing.place[0] == RATINGS}
        schemes, years = {place[1] for place in editions}, {place[2] for place in editions}
        listed = [
            neighbour
            for printing in prints
            for neighbour in self.by_place[printing.place]
            if neighbour.source == printing.source
        ]
        beside = {neighbour.name for neighbour in listed}
        same, different = self._identified(key)
        elsewhere = [
            printing
            for source in documents
            for printing in self.by_source.get(source, ())
            if printing.name not in beside
        ]
        return Context(
            scheme=schemes.pop() if len(schemes) == 1 else None,
            year=_year(years),
            table=PROSE if documents else None,  # entries of the same list are in ``listed``
            others=_names(elsewhere, key),
            listed=_names(listed, key),
            graded=_names(self._graded(prints), key),
            instead=tuple(sorted(self._instead(key, prints).items())),
            identified=same,
            otherwise_identified=different,
        )

    def schemes(self, names: Iterable[str]) -> frozenset[str]:
        """The rating schemes that contain one of ``names``."""
        prints = (printing for name in names for printing in self.by_name.get(_key(nfc(name), self.forms), ()))
        return frozenset(printing.place[1] for printing in prints if printing.place[0] == RATINGS)

    def _identified(self, key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names with the same identifier, and names that have only different identifiers in a scheme of this name."""
        same: set[str] = set()
        different: set[str] = set()
        for names_with_identifiers in self.identifiers.values():
            own_identifiers = {
                identifier
                for name, found in names_with_identifiers.items()
                if _key(name, self.forms) == key
                for identifier in found
            }
            for name, found in names_with_identifiers.items():
                if own_identifiers and _key(name, self.forms) != key:
                    (same if own_identifiers & found else different).add(name)
        return tuple(sorted(same)), tuple(sorted(different - same))

    def _graded(self, prints: list[Print]) -> list[Print]:
        """Prints with another grade in an edition; corrected grades are not used."""
        return [
            neighbour
            for printing in prints
            if printing.place[0] == RATINGS and not printing.corrected
            for neighbour in self.by_place[printing.place]
            if neighbour.value != printing.value and not neighbour.corrected
        ]

    def _instead(self, key: str, prints: list[Print]) -> dict[str, float]:
        """Names that other documents print with the same value in the same place; the most similar document counts."""
        found: dict[str, float] = {}
        for printing in prints:
            lists: dict[str, set[tuple[str, str]]] = defaultdict(set)
            for neighbour in self.by_place[printing.place]:
                lists[neighbour.source].add((neighbour.key, neighbour.value))
            own_entries = lists.pop(printing.source)
            printed = {entry for entry, _ in own_entries}
            for neighbour in self.by_place[printing.place]:
                entries = lists.get(neighbour.source, set())
                if (
                    neighbour.value != printing.value
                    or neighbour.key in printed
                    or any(entry == key for entry, _ in entries)
                ):
                    continue
                shared = len(own_entries & entries)
                missing = sum(value == printing.value and entry not in printed for entry, value in entries)
                found[neighbour.name] = max(found.get(neighbour.name, 0.0), round(shared / (shared + missing), 3))
        return found


def _prints(spec: Place, row: Row, forms: Forms) -> Iterator[Print]:
    source, keys = row.get("source"), tuple(row.get(key) or "" for key in spec.keys)
    for column in spec.names:
        name = row.get(column)
        if name and source and any(keys):
            place = (spec.table, *keys) if len(spec.names) == 1 else (spec.table, *keys, column)
            corrected = row.get("stance") == CORRECTION
            text = nfc(str(name))
            yield Print(text, _key(text, forms), source, place, row.get(spec.value) or "", corrected)


def _year(years: set[str]) -> int | None:
    year = next(iter(years)) if len(years) == 1 else ""
    return int(year) if year.isdecimal() else None


def _key(name: str, forms: Forms) -> str:
    """The name without its legal form; text in brackets is kept because it may be a division."""
    return compact(strip_legal(clean(name), forms))


def _names(prints: Iterable[Print], key: str) -> tuple[str, ...]:
    return tuple(sorted({printing.name for printing in prints if printing.key != key}))
