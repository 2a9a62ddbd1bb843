"""Conflicts, checks and derived ratings of a finished build, as plain values for the command line and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from kg.accept import find_sources
from kg.analysis.finished import label_list, reading
from kg.dialect import parquet_relation
from kg.errors import KgError, Text
from kg.values import printable, sql_text


@dataclass(frozen=True)
class Label:
    """A code with its labels."""

    code: str
    ko: str
    en: str

    def shown(self, language: str) -> str:
        return self.ko if language == "ko" else self.en


@dataclass(frozen=True)
class Member:
    """A claim of a conflict: its value, its source, and whether the policy follows it."""

    claim: str
    source: str
    value: str | None
    stance: str | None
    place: str | None
    printed: str | None
    followed: bool


@dataclass(frozen=True)
class Conflict:
    """Claims that do not agree, with the rule that found them and what the policy makes of it."""

    iri: str
    type: Label
    rule: Label
    property: str | None
    status: Label
    reason: Label
    policy: str
    things: tuple[str, ...]
    names: tuple[Text, ...]
    members: tuple[Member, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def as_text(self, language: str) -> str:
        about = ", ".join(getattr(name, language) for name in self.names) or ", ".join(
            _path(thing) for thing in self.things
        )
        where = " ".join(filter(None, [", ".join(_path(thing) for thing in self.things), self.property]))
        lines = [
            f"[{self.type.shown(language)}] {about}  {where}",
            f"    {self.status.shown(language)} ({self.reason.shown(language)}) · {self.rule.shown(language)}",
        ]
        for member in self.members:
            mark = "→" if member.followed and self.status.code != "open" else "·"
            where = " · ".join(filter(None, [member.source, member.place, member.stance]))
            lines.append(f"    {mark} {member.value or member.printed or '-'}  {where}")
        return "\n".join(map(printable, lines))


@dataclass(frozen=True)
class Checked:
    """A claim that was checked."""

    claim: str
    source: str


@dataclass(frozen=True)
class Check:
    """The verdict of a rule on claims that state the same, with the claims and facts that it follows from."""

    iri: str
    rule: Label
    verdict: Label
    policy: str
    explanation: Text
    claims: tuple[Checked, ...]
    parents: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def as_text(self, language: str) -> str:
        sources = ", ".join(sorted({claim.source for claim in self.claims}))
        count = f"근거 {len(self.parents)}개" if language == "ko" else f"{len(self.parents)} parents"
        lines = (
            f"[{self.verdict.shown(language)}] {getattr(self.explanation, language)}",
            f"    {self.rule.shown(language)} · {sources} · {count}",
        )
        return "\n".join(map(printable, lines))


@dataclass(frozen=True)
class DerivedRating:
    """A rating that no source states, with the claims it follows from."""

    iri: str
    organisation: str
    name: Text
    scheme: str
    year: str
    grade: Label
    rule: Label
    policy: str
    parents: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def as_text(self, language: str) -> str:
        marked = "끌어낸 것" if language == "ko" else "derived"
        lines = (
            f"[{marked}] {getattr(self.name, language)} · {self.scheme} {self.year} · {self.grade.shown(language)}",
            f"    {self.rule.shown(language)} · " + ", ".join(_path(parent) for parent in self.parents),
        )
        return "\n".join(map(printable, lines))


# the id of an organisation in the IRI of a thing
NAMED = (
    "/id/(?:org|rating/[^/]+/[^/]+|streak/[^/]+|payment|superlative/[^/]+|award/[^/]+/[^/]+"
    "|identifier|kind|name|industry|region|membership)/([^/]+)"
)


def read_conflicts(folder: Path, type: str | None = None) -> list[Conflict]:
    """The conflicts of a finished build (``build/current``), all or of one type.

    Raises ``KgError`` for a type that does not exist and for a build that is damaged.
    """
    with _opened(folder, "conflicts", "conflict_things", "conflict_members") as connection:
        labels = {
            name: _labels(folder, name)
            for name in ("conflict-type", "analysis-rule", "conflict-status", "acceptance-reason")
        }
        _require_known(type, labels["conflict-type"], Text("불일치의 종류", "type of conflict"))
        things = _grouped(
            connection,
            f"SELECT t.conflict, t.thing, o.name_ko, coalesce(o.name_en, o.name_ko) FROM conflict_things t"
            f" LEFT JOIN {_table(folder, 'accepted/organisations')} o"
            f" ON o.organisation = regexp_extract(t.thing, {sql_text(NAMED)}, 1) ORDER BY ALL",
        )
        members = _grouped(
            connection,
            "SELECT conflict, claim, source, value, stance, place, as_printed, followed::BOOLEAN"
            " FROM conflict_members ORDER BY ALL",
        )
        rows = connection.execute(
            "SELECT conflict, type, rule, property, status, reason, policy FROM conflicts ORDER BY conflict"
        ).fetchall()
    return [
        Conflict(
            iri,
            _label(labels["conflict-type"], kind),
            _label(labels["analysis-rule"], rule),
            property,
            _label(labels["conflict-status"], status),
            _label(labels["acceptance-reason"], reason),
            policy,
            tuple(row[0] for row in things.get(iri, ())),
            tuple(Text(row[1], row[2]) for row in things.get(iri, ()) if row[1]),
            tuple(Member(*row) for row in members.get(iri, ())),
        )
        for iri, kind, rule, property, status, reason, policy in rows
        if type in (None, kind)
    ]


def read_checks(folder: Path, source: str | None = None, verdict: str | None = None) -> list[Check]:
    """The checks of a finished build (``build/current``), of the claims of one source and with one verdict if given.

    Raises ``KgError`` for a source or a verdict that does not exist and for a build that is damaged.
    """
    with _opened(folder, "checks", "check_claims", "check_parents") as connection:
        labels = {name: _labels(folder, name) for name in ("analysis-rule", "verdict")}
        _require_known(verdict, labels["verdict"], Text("판정", "verdict"))
        if source is not None:
            publishers = connection.execute(f"SELECT source, publisher FROM {_table(folder, 'sources')}").fetchall()
            (source,) = find_sources([source], dict(publishers))
        claims = _grouped(connection, 'SELECT "check", claim, source FROM check_claims ORDER BY ALL')
        parents = _grouped(connection, 'SELECT "check", parent FROM check_parents ORDER BY ALL')
        rows = connection.execute(
            'SELECT "check", rule, verdict, policy, explanation_ko, explanation_en FROM checks ORDER BY "check"'
        ).fetchall()
    return [
        Check(
            iri,
            _label(labels["analysis-rule"], rule),
            _label(labels["verdict"], found),
            policy,
            Text(ko, en),
            tuple(Checked(*row) for row in claims.get(iri, ())),
            tuple(row[0] for row in parents.get(iri, ())),
        )
        for iri, rule, found, policy, ko, en in rows
        if verdict in (None, found) and (source is None or any(row[1] == source for row in claims.get(iri, ())))
    ]


def read_derived(folder: Path) -> list[DerivedRating]:
    """The derived ratings of a finished build (``build/current``). Raises ``KgError`` for a build that is damaged."""
    with _opened(folder, "derived_ratings", "derived_parents") as connection:
        rules = _labels(folder, "analysis-rule")
        grades = label_list(folder, "grade")
        parents = _grouped(connection, "SELECT thing, parent FROM derived_parents ORDER BY ALL")
        rows = connection.execute(
            "SELECT d.thing, d.org, o.name_ko, coalesce(o.name_en, o.name_ko), d.scheme, d.year, g.code, g.label_ko,"
            f" g.label_en, d.rule, d.policy FROM derived_ratings d"
            f" JOIN {_table(folder, 'accepted/organisations')} o ON o.organisation = d.org"
            f" JOIN {grades} g ON g.scheme = d.scheme AND g.code = d.grade ORDER BY d.thing"
        ).fetchall()
    return [
        DerivedRating(
            iri,
            org,
            Text(ko, en),
            scheme,
            year,
            Label(*grade),
            _label(rules, rule),
            policy,
            tuple(row[0] for row in parents.get(iri, ())),
        )
        for iri, org, ko, en, scheme, year, *grade, rule, policy in rows
    ]


def _table(folder: Path, name: str) -> str:
    return parquet_relation(folder / "records" / f"{name}.parquet")


@contextmanager
def _opened(folder: Path, *tables: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with views on these tables of the analysis; whatever cannot be read raises ``KgError``."""
    with reading(folder), duckdb.connect() as connection:
        for name in tables:
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM {_table(folder, f'analysis/{name}')}")
        yield connection


def _labels(folder: Path, name: str) -> dict[str, Label]:
    rows = duckdb.execute(f"SELECT code, label_ko, label_en FROM {label_list(folder, name)}").fetchall()
    return {code: Label(code, ko, en) for code, ko, en in rows}


def _label(labels: Mapping[str, Label], code: str) -> Label:
    """The label of a code; the code itself if the list does not have it."""
    return labels.get(code) or Label(code, code, code)


def _require_known(given: str | None, labels: Mapping[str, Label], what: Text) -> None:
    if given is None or given in labels:
        return
    from kg.matching.near_names import nearest_names  # here, because only an error needs it

    named = [(name, code) for code, label in labels.items() for name in (code, label.ko, label.en)]
    near = ", ".join(code for _, code in nearest_names(given, named)[:1]) or "-"
    known = ", ".join(sorted(labels))
    raise KgError(
        Text(
            f"{what.ko} {given!r}은(는) 없습니다. 비슷한 것: {near}. 있는 것: {known}.",
            f"there is no {what.en} {given!r}. Nearest: {near}. Known: {known}.",
        )
    )


def _grouped(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, list[tuple[Any, ...]]]:
    """Rows by their first column."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    rows: Iterable[tuple[Any, ...]] = connection.execute(query).fetchall()
    for first, *rest in rows:
        found.setdefault(first, []).append(tuple(rest))
    return found


def _path(iri: str) -> str:
    return iri.partition("/id/")[2] or iri
