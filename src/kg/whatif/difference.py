"""What a supposition changes: a row for each value lost, gained, changed or undecided, and how it is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import duckdb

from kg.accept.verdict import NOTHING_LEFT
from kg.records import Schema
from kg.tabular import STYLE, html_table, text_table
from kg.values import printable, sql_text
from kg.whatif.supposition import Supposition

if TYPE_CHECKING:
    import pandas

SHOWN_ROWS = 40
KINDS = {
    "changed": ("바뀜", "changed"),
    "undecided": ("정하지 못함", "undecided"),
    "gained": ("얻음", "gained"),
    "lost": ("잃음", "lost"),
}
HEADS = {
    "ko": ("무엇", "기관", "속성", "전", "후", "전 상태", "후 상태", "이유"),
    "en": ("thing", "organisation", "property", "before", "after", "status before", "status after", "reason"),
}
_QUERY = """
WITH both_ AS (
  SELECT coalesce(a.table_name, b.table_name) AS "table", coalesce(a.thing, b.thing) AS thing,
    coalesce(a.property, b.property) AS property, b.value AS value_before, a.value AS value_after,
    b.status AS status_before, a.status AS status_after, coalesce(a.reason, 'no-claim-left') AS reason,
    CASE WHEN b.status IS NULL OR b.reason IN ({nothing}) THEN 'nothing' ELSE b.status END AS was,
    CASE WHEN a.status IS NULL OR a.reason IN ({nothing}) THEN 'nothing' ELSE a.status END AS is_
  FROM {before} b FULL JOIN verdicts a ON a.thing = b.thing AND a.property = b.property)
SELECT CASE WHEN is_ = 'nothing' AND was <> 'nothing' THEN 'lost'
    WHEN is_ = 'undecided' AND was <> 'undecided' THEN 'undecided'
    WHEN is_ = 'accepted' AND was <> 'accepted' THEN 'gained'
    WHEN is_ = 'accepted' AND value_after <> value_before THEN 'changed' END AS change, * EXCLUDE (was, is_)
FROM both_ WHERE change IS NOT NULL ORDER BY "table", thing, property
"""


@dataclass(frozen=True)
class Counts:
    """How many claims and sources are left, left out, and left out because no day of publication is known."""

    claims: int
    claims_left_out: int
    sources_left_out: int
    undated_claims: int
    undated_sources: int


@dataclass(frozen=True)
class Difference:
    """The table, with what is needed to show it: titles of tables, names of organisations, counts."""

    frame: pandas.DataFrame
    counts: Counts
    titles: Mapping[str, tuple[str, str]]
    names: Mapping[str, tuple[str | None, str | None]]

    def as_text(self, supposition: Supposition, language: str) -> str:
        lines = [*map(printable, self._head(supposition, language)), ""]
        lines += text_table(*self._by_table(language), keep_empty=False)
        heads, rows = self._rows(language)
        for kind, (ko, en) in KINDS.items():
            found = [row for change, row in rows if change == kind]
            if not found:
                continue
            lines += ["", f"{ko if language == 'ko' else en} ({len(found):,})"]
            lines += text_table(heads, found[:SHOWN_ROWS], indent="  ", keep_empty=False)
            lines += self._more(len(found), language)
        return "\n".join(lines).rstrip()

    def as_json(self, supposition: Supposition) -> dict[str, object]:
        rows = self.frame.astype(object).where(self.frame.notna(), None).to_dict("records")
        return {
            "supposed": supposition.as_json(),
            "counts": vars(self.counts),
            "changes": self._totals(),
            "difference": rows,
        }

    def as_html(self, supposition: Supposition, language: str) -> str:
        parts = [STYLE, '<div class="kg-why">']
        parts += [f"<p>{escape(line)}</p>" for line in self._head(supposition, language)]
        heads, rows = self._by_table(language)
        parts.append(html_table(heads, rows, keep_empty=False))
        columns, changed = self._rows(language)
        for kind, (ko, en) in KINDS.items():
            found = [row for change, row in changed if change == kind]
            if found:
                parts.append(f"<h4>{ko if language == 'ko' else en} ({len(found):,})</h4>")
                parts.append(html_table(columns, found[:SHOWN_ROWS], keep_empty=False))
                parts += [f"<p>{escape(line)}</p>" for line in self._more(len(found), language)]
        return "".join([*parts, "</div>"])

    def _head(self, supposition: Supposition, language: str) -> list[str]:
        counts, totals = self.counts, self._totals()
        side = 0 if language == "ko" else 1
        by_kind = "".join(f", {KINDS[kind][side]} {count:,}" for kind, count in totals.items())
        if language == "ko":
            lines = [
                f"가정: {supposition.as_text('ko')}",
                f"진술 {counts.claims:,}개로 정함. 뺀 진술 {counts.claims_left_out:,}개,"
                f" 모두 빠진 출처 {counts.sources_left_out:,}곳",
                f"달라진 값 {sum(totals.values()):,}개{by_kind}",
            ]
            undated = (
                f"펴낸 날을 모르는 출처 {counts.undated_sources:,}곳의 진술 {counts.undated_claims:,}개는"
                " 어느 날에도 알려진 것으로 치지 않음"
            )
        else:
            lines = [
                f"supposed: {supposition.as_text('en')}",
                f"decided from {counts.claims:,} claims; left out: {counts.claims_left_out:,} claims,"
                f" {counts.sources_left_out:,} sources wholly",
                f"values that differ: {sum(totals.values()):,}{by_kind}",
            ]
            undated = (
                f"{counts.undated_claims:,} claims of {counts.undated_sources:,} undated sources"
                " count as known on no day"
            )
        return [*lines, undated] if supposition.known_on else lines

    def _totals(self) -> dict[str, int]:
        found = Counter(self.frame["change"])
        return {kind: found[kind] for kind in KINDS if found[kind]}

    def _by_table(self, language: str) -> tuple[list[str], list[list[str]]]:
        side = 0 if language == "ko" else 1
        found = Counter(zip(self.frame["table"], self.frame["change"], strict=True))
        tables = [name for name in self.titles if any(found[name, kind] for kind in KINDS)]
        heads = ["표" if language == "ko" else "table", *(labels[side] for labels in KINDS.values())]
        rows = [
            [self.titles[name][side], *(f"{found[name, kind]:,}" if found[name, kind] else "" for kind in KINDS)]
            for name in tables
        ]
        return heads, rows

    def _rows(self, language: str) -> tuple[tuple[str, ...], list[tuple[str, list[str]]]]:
        rows = []
        for row in self.frame.itertuples(index=False):
            path = str(row.thing).rsplit("/id/", 1)[-1]
            known = [self.names[part] for part in path.split("/")[1:] if part in self.names]
            name = next((ko if language == "ko" and ko else en or ko for ko, en in known), None)
            cells = (
                path,
                name,
                row.property,
                row.value_before,
                row.value_after,
                row.status_before,
                row.status_after,
                row.reason,
            )
            rows.append((str(row.change), [str(cell) if isinstance(cell, str) else "" for cell in cells]))
        return HEADS[language], rows

    def _more(self, count: int, language: str) -> list[str]:
        hidden = count - SHOWN_ROWS
        if hidden <= 0:
            return []
        return [f"  … 외 {hidden:,}개" if language == "ko" else f"  … and {hidden:,} more"]


def read_difference(
    connection: duckdb.DuckDBPyConnection, schema: Schema, parquet: Callable[[str], str], supposition: Supposition
) -> Difference:
    """Compare ``verdicts`` of this connection with those of the build."""
    nothing = ", ".join(map(sql_text, NOTHING_LEFT))
    frame = connection.sql(_QUERY.format(nothing=nothing, before=parquet("accepted/verdicts"))).df()
    names = {
        row[0]: (row[1], row[2])
        for row in connection.execute("SELECT organisation, name_ko, name_en FROM raw.organisations").fetchall()
    }
    titles = {table.name: (table.title_ko, table.title_en) for table in schema.facts}
    return Difference(frame, _counts(connection, schema, parquet), titles, names)


def _counts(connection: duckdb.DuckDBPyConnection, schema: Schema, parquet: Callable[[str], str]) -> Counts:
    everything = " UNION ALL ".join(
        f"SELECT claim, source, published_latest FROM {parquet(table.name)}" for table in schema.facts
    )
    row = connection.execute(
        f"WITH whole AS MATERIALIZED ({everything}),"
        " left_in AS MATERIALIZED (SELECT DISTINCT claim, source FROM resolved.claims)"
        " SELECT (SELECT count(DISTINCT claim) FROM left_in),"
        " count(DISTINCT claim) - (SELECT count(DISTINCT claim) FROM left_in),"
        " count(DISTINCT source) - (SELECT count(DISTINCT source) FROM left_in),"
        " count(DISTINCT claim) FILTER (published_latest IS NULL),"
        " count(DISTINCT source) FILTER (published_latest IS NULL) FROM whole"
    ).fetchone()
    assert row is not None  # an aggregate without GROUP BY gives one row
    return Counts(*(int(number) for number in row))
