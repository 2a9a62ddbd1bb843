"""Rows of a list joined to organisations: by identifiers first, then by names; nothing below *same* is joined."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb

from kg.dialect import csv_text, parquet_relation
from kg.errors import KgError, Text, language
from kg.link.names import NOTHING, NameFound, find_names
from kg.records import read_schema
from kg.romanise import romanised
from kg.values import nfc

if TYPE_CHECKING:
    import pandas

# columns added to the list
COLUMNS = ("organisation", "organisation_name", "judgement", "reason", "candidates", "table", "row")
EXTRAS = ("kind", "industry", "region", "group", "partners")
NAME_COLUMNS = (
    "name",
    "organisation",
    "organization",
    "company",
    "이름",
    "기관",
    "기관명",
    "기업",
    "기업명",
    "회사",
    "회사명",
    "업체명",
)
# the kind of a printed name in the table `names`, by the rule that found it
KINDS = {
    "spacing": "spacing", "case": "latin-spelling", "legal-form": "legal-form", "letters": "hangul-spelling",
    "brackets": "with-abbreviation", "unit": "unit", "national": "short", "clip": "short", "initials": "acronym",
    "romanised": "latin-spelling", "misprint": "misprint", "letter": "misprint",
}  # fmt: skip


class Known(NamedTuple):
    """What a build knows: names, holders of identifiers, later names of a firm, schemes, and columns to bring back."""

    labels: Mapping[str, str]
    holders: Mapping[tuple[str, str], tuple[str, ...]]
    history: Mapping[str, frozenset[str]]
    earlier: frozenset[str]
    schemes: frozenset[str]
    extras: Mapping[str, Mapping[str, str]]


class Linked(NamedTuple):
    organisation: str
    judgement: str
    reason: Text
    candidates: tuple[str, ...]
    rule: str = ""


def link_rows(
    records: Path,
    frame: pandas.DataFrame,
    *,
    name: str | None = None,
    identifiers: Mapping[str, str] | None = None,
    extras: Iterable[str] = (),
) -> pandas.DataFrame:
    """The list with the columns of ``COLUMNS`` and the ``extras``; its own columns and rows stay in their order.

    ``name`` is the column of names (by default the first with a usual heading), ``identifiers`` the column of each
    scheme (by default columns named as a scheme). ``judgement`` is ``same``, ``unsure`` or ``none``; ``organisation``
    is filled for ``same`` only. ``table`` and ``row`` are a row for ``names.csv`` (or ``organisations.csv``), to be
    looked at before it is added. Raises ``KgError`` for a column or an extra that does not exist.
    """
    wanted = _extras(extras)
    known = _known(records, wanted)
    name_column, by_scheme = _columns(frame, name, identifiers or {}, known)
    size = len(frame)
    names = _texts(frame, name_column) if name_column else [""] * size
    codes = {scheme: _texts(frame, column) for scheme, column in by_scheme.items()}
    found = find_names(records, names)
    done: dict[tuple[str, ...], Linked] = {}
    linked = []
    for place in range(size):
        key = (names[place], *(values[place] for values in codes.values()))
        if key not in done:
            given = {scheme: values[place] for scheme, values in codes.items() if values[place]}
            done[key] = _link(given, found.get(names[place], NOTHING) if names[place] else None, known)
        linked.append(done[key])
    return _with_columns(frame, names, linked, known, wanted)


def _extras(extras: Iterable[str]) -> tuple[str, ...]:
    wanted = tuple(extras)
    for extra in wanted:
        if extra not in EXTRAS:
            listed = ", ".join(EXTRAS)
            raise KgError(
                Text(
                    f"{extra!r}은(는) 가져올 수 있는 열이 아닙니다. 있는 것: {listed}.",
                    f"{extra!r} is not a column that can be brought back. Known: {listed}.",
                )
            )
    return wanted


def _texts(frame: pandas.DataFrame, column: str) -> list[str]:
    return [nfc(str(cell)).strip() if cell is not None and cell == cell else "" for cell in frame[column]]


def _columns(
    frame: pandas.DataFrame, name: str | None, identifiers: Mapping[str, str], known: Known
) -> tuple[str | None, dict[str, str]]:
    """The column of names, and the column of each scheme."""
    headings = [str(column) for column in frame.columns]
    for scheme, column in identifiers.items():
        if scheme not in known.schemes:
            listed = ", ".join(sorted(known.schemes))
            raise KgError(
                Text(
                    f"식별 체계 {scheme!r}이(가) 없습니다. 있는 것: {listed}.",
                    f"there is no scheme {scheme!r}. Known: {listed}.",
                )
            )
        _require(column, headings)
    if name is not None:
        _require(name, headings)
    by_heading = {heading.strip().lower().replace("_", "-").replace(" ", "-"): heading for heading in headings}
    chosen = {scheme: by_heading[scheme] for scheme in sorted(known.schemes) if scheme in by_heading} | dict(
        identifiers
    )
    found = name or next((heading for heading in headings if heading.strip().lower() in NAME_COLUMNS), None)
    if not found and not chosen:
        listed = ", ".join(headings)
        raise KgError(
            Text(
                f"이름이나 식별자의 열을 알 수 없습니다. --name이나 --identifier로 지정하십시오. 있는 열: {listed}.",
                f"no column of names or identifiers was found: give --name or --identifier. Columns: {listed}.",
            )
        )
    return found, chosen


def _require(column: str, headings: Sequence[str]) -> None:
    if column not in headings:
        listed = ", ".join(headings)
        raise KgError(
            Text(
                f"열 {column!r}이(가) 없습니다. 있는 열: {listed}.",
                f"there is no column {column!r}. Columns: {listed}.",
            )
        )


def _link(given: Mapping[str, str], named: NameFound | None, known: Known) -> Linked:
    """Identifiers decide; a name that is surely another organisation makes the row unsure."""
    by_code = {scheme: known.holders.get((scheme, code), ()) for scheme, code in given.items()}
    holders = {org for orgs in by_code.values() for org in orgs}
    histories = {known.history.get(org, frozenset((org,))) for org in holders}
    shown = ", ".join(f"{scheme} {given[scheme]}" for scheme, orgs in by_code.items() if orgs)
    if len(histories) > 1:
        text = Text(
            f"식별자들이 서로 다른 기관의 것입니다: {shown}.",
            f"the identifiers are of different organisations: {shown}",
        )
        return Linked("", "unsure", text, tuple(sorted(holders)), "identifier")
    by_name = named.organisations if named and named.judgement == "same" else ()
    if not holders:
        return _by_name(named, given)
    (history,) = histories
    if by_name and by_name[0] not in history:
        text = Text(
            f"식별자({shown})와 이름이 서로 다른 기관을 가리킵니다.",
            f"identifier ({shown}) and name mean different organisations",
        )
        return Linked("", "unsure", text, tuple(sorted({*holders, *by_name})), "identifier")
    # of several names of one firm the one that is printed, or else the last
    chosen = (
        by_name[0] if by_name and by_name[0] in holders else min(holders, key=lambda org: (org in known.earlier, org))
    )
    return Linked(
        chosen, "same", Text(f"식별자가 같습니다: {shown}.", f"has the same identifier: {shown}"), (), "identifier"
    )


def _by_name(named: NameFound | None, given: Mapping[str, str]) -> Linked:
    unknown = ", ".join(f"{scheme} {code}" for scheme, code in given.items())
    if named is None or named.judgement == "none":
        found = named or NOTHING
        text = (
            Text(f"그래프에 없음: {unknown}", f"not in the graph: {unknown}") if unknown else Text(found.ko, found.en)
        )
        return Linked("", "none", text, found.organisations)
    if named.judgement == "same":
        return Linked(named.organisations[0], "same", Text(named.ko, named.en), (), named.rule)
    return Linked("", "unsure", Text(named.ko, named.en), named.organisations, named.rule)


def _with_columns(
    frame: pandas.DataFrame, names: Sequence[str], linked: Sequence[Linked], known: Known, wanted: Sequence[str]
) -> pandas.DataFrame:
    joined = frame.copy()
    korean = language() == "ko"
    rows = {(text, link): _row_to_add(text, link) for text, link in zip(names, linked, strict=True)}
    added = {
        "organisation": [link.organisation for link in linked],
        "organisation_name": [known.labels.get(link.organisation, "") for link in linked],
        "judgement": [link.judgement for link in linked],
        "reason": [link.reason.ko if korean else link.reason.en for link in linked],
        "candidates": ["; ".join(link.candidates) for link in linked],
        "table": [rows[text, link][0] for text, link in zip(names, linked, strict=True)],
        "row": [rows[text, link][1] for text, link in zip(names, linked, strict=True)],
    }
    added |= {extra: [known.extras[extra].get(link.organisation, "") for link in linked] for extra in wanted}
    for column, cells in added.items():
        heading = column if column not in frame.columns else f"kg_{column}"
        joined[heading] = cells
    return joined


def _row_to_add(name: str, link: Linked) -> tuple[str, str]:
    """A line for a record table: a judgement of the name, or a new organisation; nothing for a name known already."""
    if not name or link.rule == "judged":
        return "", ""
    digest = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()[:8]
    if link.judgement == "none":
        latin = re.sub("[^a-z0-9]+", "-", romanised(name).lower()).strip("-") or f"organisation-{digest}"
        return "organisations", _line("organisations", organisation=latin, name_ko=name, kind="unknown")
    body = link.organisation or (link.candidates[0] if link.candidates else "")
    reason = f"{link.reason.ko} / {link.reason.en}"
    kind = KINDS.get(link.rule, "variant")
    mention = f"{body}.{digest}"
    cells = {"name": name, "organisation": body, "judgement": link.judgement, "kind": kind, "mention": mention}
    return "names", _line("names", **cells, reason=reason)


@functools.cache
def _table_columns(table: str) -> tuple[str, ...]:
    return next(found.columns for found in read_schema().tables if found.name == table)


def _line(table: str, **cells: str) -> str:
    """A line of a record table as it is described now; cells that are not given are empty."""
    return csv_text([[cells.get(column, "") for column in _table_columns(table)]]).rstrip("\n")


def _known(records: Path, wanted: Sequence[str]) -> Known:
    with duckdb.connect() as connection:

        def rows(query: str, **tables: str) -> list[Any]:
            paths = {name: records / f"{path}.parquet" for name, path in tables.items()}
            if not all(path.exists() for path in paths.values()):
                return []
            return connection.execute(
                query.format(**{name: parquet_relation(path) for name, path in paths.items()})
            ).fetchall()

        shown = "coalesce(name_ko, name_en)" if language() == "ko" else "coalesce(name_en, name_ko)"
        holders: dict[tuple[str, str], list[str]] = {}
        query = "SELECT DISTINCT scheme, identifier, org FROM {t} WHERE identifier IS NOT NULL ORDER BY ALL"
        for scheme, identifier, org in rows(query, t="accepted/organisation_identifiers"):
            holders.setdefault((scheme, identifier), []).append(org)
        history: dict[str, set[str]] = {}
        for org, named in rows("SELECT organisation, named FROM {t}", t="accepted/histories"):
            history.setdefault(org, {org}).add(named)
        columns = {"kind": "accepted_kind", "industry": "industry", "region": "region", "group": "business_group"}
        extras: dict[str, dict[str, str | None]] = {
            extra: dict(rows(f"SELECT organisation, {column} FROM {{t}}", t="accepted/organisations"))
            for extra, column in columns.items()
            if extra in wanted
        }
        if "partners" in wanted:
            extras["partners"] = dict(
                rows(PARTNERS.format(shown=shown), pairs="analysis/pairs", t="accepted/organisations")
            )
        return Known(
            labels=dict(rows(f"SELECT organisation, {shown} FROM {{t}}", t="accepted/organisations")),
            holders={key: tuple(orgs) for key, orgs in holders.items()},
            history={org: frozenset(orgs) for org, orgs in history.items()},
            earlier=frozenset(row[0] for row in rows("SELECT DISTINCT before FROM {t}", t="accepted/renames")),
            schemes=frozenset(row[0] for row in rows("SELECT code FROM {t}", t="codes/identifier-scheme")),
            extras={extra: {org: value or "" for org, value in found.items()} for extra, found in extras.items()},
        )


PARTNERS = """
SELECT p.org, string_agg(DISTINCT {shown}, '; ' ORDER BY {shown}) FROM
  (SELECT organisation AS org, partner AS other FROM {{pairs}} WHERE makes_tie
  UNION SELECT partner, organisation FROM {{pairs}} WHERE makes_tie) p
JOIN {{t}} o ON o.organisation = p.other GROUP BY p.org
"""
