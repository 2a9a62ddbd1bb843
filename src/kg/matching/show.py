"""Candidates as text and JSON: what ``kg explain`` prints for an unknown name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import duckdb
from rapidfuzz import fuzz, process

from kg.dialect import csv_relation, parquet_relation
from kg.errors import Text, language
from kg.matching.context import IDENTIFIERS, NAMES, PLACES, Context, Documents
from kg.matching.forms import read_forms
from kg.matching.matcher import Candidate, Matcher
from kg.matching.normal import jamo
from kg.matching.register import Row

MANY_NAMES = 5_000
DECISIONS = {
    "same": Text("같음", "same"), "unsure": Text("불확실", "unsure"), "different": Text("다름", "different"),
}  # fmt: skip


def nearest(candidates: Iterable[Candidate], limit: int = 3) -> Text:
    """The nearest candidates, each with a reason, in one line for an error message."""
    first = list(candidates)[:limit]
    if not first:
        return Text("비슷한 이름이 없습니다.", "no similar name")
    ko = "; ".join(f"{candidate.name} ({candidate.organisation}) – {candidate.reasons[0].ko}" for candidate in first)
    en = "; ".join(f"{candidate.name} ({candidate.organisation}) – {candidate.reasons[0].en}" for candidate in first)
    return Text(ko, en)


def near_things(text: str, named: Iterable[tuple[str, str]], limit: int = 3) -> list[Candidate]:
    """The things whose names are nearest to ``text``, from pairs of a name and its thing (``organisation``).

    >>> near_things("에이비전자", [("AB전자", "a"), ("가람", "b")])[0].organisation
    'a'
    """
    pairs = sorted(set(named))
    if len(pairs) > MANY_NAMES:  # the rules need 0.3 ms of setup a name: keep only the most likely
        spelt = [jamo(name) for name, _ in pairs]
        best = process.extract(jamo(text), spelt, scorer=fuzz.WRatio, limit=MANY_NAMES // 10)
        pairs = [pairs[position] for _, _, position in best]
    rows = [{"name": name, "organisation": thing, "judgement": "same", "kind": "usual"} for name, thing in pairs]
    return Matcher.from_register(rows, []).suggest(text, limit)


def as_json(name: str, candidates: Iterable[Candidate]) -> dict[str, object]:
    """The candidates as JSON values."""
    return {
        "name": name,
        "candidates": [
            {
                "organisation": candidate.organisation,
                "name": candidate.name,
                "score": candidate.score,
                "decision": candidate.decision,
                "rules": list(candidate.rules),
                "reasons": [asdict(reason) for reason in candidate.reasons],
            }
            for candidate in candidates
        ],
    }


def as_text(name: str, candidates: Iterable[Candidate]) -> str:
    """The candidates as lines of text in the user's language."""
    found = list(candidates)
    korean = language() == "ko"
    if not found:
        return f"{name}: 비슷한 이름이 없습니다." if korean else f"{name}: no similar name."
    lines = [f"{name}: 이 이름에 해당할 수 있는 기관" if korean else f"{name}: organisations it may mean"]
    for candidate in found:
        lines.append(
            f"  {candidate.score:.2f}  {DECISIONS[candidate.decision]}  {candidate.name} ({candidate.organisation})"
        )
        lines += [f"        {reason}" for reason in candidate.reasons]
    return "\n".join(lines)


def explain_name(records: Path, name: str, context: Context | None = None, limit: int = 5) -> list[Candidate]:
    """Candidates for ``name`` from the record tables of a build (``build/current/records``), Parquet or CSV.

    By default the context comes from those tables (the rows that print the name).
    """
    documents = read_documents(records)
    matcher = read_matcher(records).in_documents(documents)
    return matcher.candidates(name, context or documents.context(name), limit)


TABLES = ("names", "organisations", "organisation_changes", "judgements")


def read_matcher(records: Path) -> Matcher:
    """A matcher from the tables in a folder; missing tables count as empty."""
    names, *tables = (_rows(records, table) for table in TABLES)
    return Matcher.from_register([*names, *_other_names(records, names)], *tables, forms=read_forms(records))


def _other_names(records: Path, names: Iterable[Row]) -> Iterator[Row]:
    """Names in other languages that one organisation alone has, and that nobody has judged; they are its spellings."""
    judged = {row.get("name") for row in names}
    owners: dict[str, set[str]] = defaultdict(set)
    for row in _rows(records, "organisation_names"):
        owners[str(row["name"])].add(str(row["organisation"]))
    for name, bodies in sorted(owners.items()):
        if len(bodies) == 1 and name not in judged:
            yield {"name": name, "organisation": bodies.pop(), "judgement": "same", "kind": "latin-spelling"}


def read_documents(records: Path) -> Documents:
    """The occurrences of each name in the fact tables of a folder; missing tables count as empty."""
    tables = [NAMES, IDENTIFIERS, *(place.table for place in PLACES)]
    return Documents.from_tables({table: _rows(records, table) for table in tables}, read_forms(records))


def loaded_matcher(connection: duckdb.DuckDBPyConnection, schema: str = "raw") -> Matcher:
    """A matcher from the tables loaded in a schema of DuckDB, including faulty rows."""
    return Matcher.from_register(*(_relation(connection, f"{schema}.{table}") for table in TABLES))


def _rows(folder: Path, table: str) -> list[dict[str, str | None]]:
    for suffix, reader in ((".parquet", parquet_relation), (".csv", csv_relation)):
        path = folder / f"{table}{suffix}"
        if path.exists():
            with duckdb.connect() as connection:
                return _relation(connection, reader(path))
    return []


def _relation(connection: duckdb.DuckDBPyConnection, relation: str) -> list[dict[str, str | None]]:
    found = connection.execute(f"SELECT * FROM {relation}")
    columns = [column[0] for column in found.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
