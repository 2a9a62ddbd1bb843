"""Makes resolved tables from record tables: ids of organisations, claims and things, date bounds, evidence levels.

Each derived column is one expression below, and is listed in docs/mapping.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb

from kg.errors import Collector, Fault, Text
from kg.records.loaded import ROW
from kg.records.schema import Claimed, RecordTable, Schema
from kg.values import sql_earliest, sql_latest, sql_name, sql_slug
from kg.vocab import BASE

PLACE_IS_TABLE = "^(table|annex|list|표|참고|별표)"
PLACE_IS_PROSE = "^(body|headline|prose|본문|제목)"

EVIDENCE_LEVEL = "CASE WHEN p.start IS NOT NULL THEN 'span' WHEN s.url IS NOT NULL THEN 'document' ELSE 'compiled' END"

# columns that name a party as printed -> the column of the resolved organisation
PARTIES = {"organisation": "org", "giver": "giver_org", "receiver": "receiver_org"}

# placeholders of a thing's path that are not columns
DERIVED = {
    "until": "coalesce(t.to_year, 'by-' || nullif(substr(s.published, 1, 4), ''), '-')",
    "where": "coalesce(t.round, t.event, t.\"case\", '-')",
    "party": "coalesce(p_organisation.organisation, t.scope)",
    "period_slug": "coalesce({period}, '-')",
    # the number of a round belongs to the round; any other number is that of a day
    "at": "CASE WHEN t.measure = 'in-round' AND t.round IS NOT NULL THEN '' ELSE '/' ||"
    " coalesce({as_of}, 'by-' || nullif({published}, ''), '-') END",
    # the year of which a kind is stated, or the years; of a statement without one, that of its publication
    "stated": "coalesce(nullif(concat_ws('-', {stated_from}, nullif({stated_to}, {stated_from})), ''), '-')",
    "several": "CASE WHEN t.scheme IN (SELECT code FROM codes.\"identifier-scheme\" WHERE several = 'true')"
    " THEN '/' || {identifier} ELSE '' END",
    "name_slug": "trim({name} || '-' || substr(md5(t.name), 1, 8), '-')",
}
_PUBLISHED = "coalesce(s.published_latest, s.published_earliest)"
STATED_FROM = f"substr(coalesce(as_of_earliest, as_of_latest, {_PUBLISHED}), 1, 4)"  # the bounds are columns of the row
STATED_TO = f"substr(coalesce(as_of_latest, as_of_earliest, {_PUBLISHED}), 1, 4)"
WITHOUT_BOUNDS = (("organisation_identifiers", "as_of"),)  # nothing reads them


def key_part(column: str) -> str:
    """SQL expression: a text as a part of an IRI; a part that is not ASCII gets eight hexadecimal digits of its MD5."""
    digest = f"substr(md5({column}), 1, 8)"
    plain = sql_slug(column)
    return (
        f"CASE WHEN regexp_full_match({column}, '[ -~]*') THEN {plain} ELSE trim({plain} || '-' || {digest}, '-') END"
    )


def resolve(connection: duckdb.DuckDBPyConnection, schema: Schema, base: str = BASE) -> None:
    """Make ``resolved.TABLE`` of every ``raw.TABLE``; raises ``InputFaults`` if two rows give the same claim.

    ``claim``, ``thing`` and ``evidence`` are absolute IRIs under ``base``.
    """
    connection.execute("CREATE SCHEMA IF NOT EXISTS resolved")
    _resolve_sources(connection)
    _resolve_register(connection, schema, base)
    for table in schema.facts:
        connection.execute(f"CREATE OR REPLACE TABLE resolved.{table.name} AS {fact_query(table, base)}")
    _add_register_kinds(connection, base)
    faults = Collector()
    for table in schema.facts:
        faults.extend(_duplicate_claims(connection, table))
    faults.extend(_change_cycles(connection))
    faults.raise_if_any()


def _resolve_sources(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "CREATE OR REPLACE TABLE resolved.sources AS SELECT s.*, coalesce(s.origin, s.source) AS origin_id,"
        f" ({sql_earliest('s.published')})::VARCHAR AS published_earliest,"
        f" ({sql_latest('s.published')})::VARCHAR AS published_latest FROM raw.sources s ORDER BY source"
    )


# IRIs of register rows that have no id column
REGISTER_IRIS = {
    "case_identity": "'id/judgement/case/' || t.one || '/' || t.other",
    "event_identity": "'id/judgement/event/' || t.one || '/' || t.other",
    "judgements": "'id/judgement/' || t.about || '/' || t.one || '/' || t.other",
    "spans": "'id/evidence/' || t.source || '/' || {place}",
    "fact_judgements": "concat_ws('/', 'id/judgement/fact', t.organisation, t.property, t.scheme, {value}, t.source)",
}
SUBJECT_PATHS = {"organisation": "org", "case": "case", "event": "event", "source": "source"}


def _resolve_register(connection: duckdb.DuckDBPyConnection, schema: Schema, base: str) -> None:
    for table in schema.tables:
        if table.is_fact or table.name == "sources":
            continue
        bounds = _date_bounds(table)
        derived = f", {bounds}" if bounds else ""
        extra = ""
        if table.name in REGISTER_IRIS:
            path = REGISTER_IRIS[table.name].format(place=key_part("t.place"), value=key_part("t.value"))
            extra = f", '{base}' || {path} AS iri"
        if table.name == "names":
            extra = ", CASE WHEN t.judgement = 'same' THEN t.organisation END AS same_organisation"
        if table.name == "code_names":
            extra = ", CASE WHEN t.judgement = 'same' THEN t.code END AS same_code"
        if table.name == "judgements":
            kinds = " ".join(f"WHEN '{code}' THEN '{path}'" for code, path in SUBJECT_PATHS.items())
            extra += f", CASE t.about {kinds} ELSE t.about END AS subject_path"
        connection.execute(
            f"CREATE OR REPLACE TABLE resolved.{table.name} AS SELECT t.*{derived}{extra}"
            f" FROM raw.{table.name} t ORDER BY {ROW}"
        )


def _date_bounds(table: RecordTable) -> str:
    parts = []
    for field in table.of_kind("partial-date"):
        if (table.name, field.name) in WITHOUT_BOUNDS:
            continue
        column = f"t.{sql_name(field.name)}"
        parts.append(f"({sql_earliest(column)})::VARCHAR AS {sql_name(field.name + '_earliest')}")
        parts.append(f"({sql_latest(column)})::VARCHAR AS {sql_name(field.name + '_latest')}")
        if table.name in ("events", "event_agenda"):
            hour = f"CASE WHEN contains({column}, 'T') AND NOT contains({column}, '/') THEN {column} END"
            parts.append(f"{hour} AS {sql_name(field.name + '_time')}")
    return ", ".join(parts)


def fact_query(table: RecordTable, base: str = BASE) -> str:
    """The SELECT that resolves one fact table: one row for each printed row and organisation that its name means."""
    assert table.claimed  # only fact tables are passed
    claimed = table.claimed
    joins, columns = [], [f"t.{sql_name(name)}" for name in table.columns]
    for column, target in PARTIES.items():
        if column not in table.columns:
            continue
        if table.field(column).kind == "name":
            joins.append(
                f"LEFT JOIN raw.names p_{column} ON p_{column}.name = t.{column}"
                f" AND p_{column}.judgement <> 'different'"
            )
            columns += [
                f"p_{column}.organisation AS {target}",
                f"p_{column}.mention AS {column}_mention",
                f"p_{column}.judgement AS {column}_judgement",
            ]
        else:
            columns.append(f"t.{column} AS {target}")
    bounds = _date_bounds(table)
    if bounds:
        columns.append(bounds)
    if table.name == "rating_streaks":
        columns += [
            f"CASE t.kind WHEN 'consecutive' THEN 'Streak{end}' ELSE 'Count{end}' END AS {name}"
            for name, end in (("claim_class", "Claim"), ("thing_class", ""))
        ]
    if table.name == "organisation_kinds":
        columns += [f"{STATED_FROM} AS stated_from", f"{STATED_TO} AS stated_to"]
    columns += [
        f"'{base}id/claim/' || t.source || '/' || {_claim_key(table, claimed)} AS claim",
        f"'{base}id/' || {_thing_path(table, claimed)} AS thing",
        f"CASE WHEN p.start IS NOT NULL THEN '{base}id/evidence/' || t.source || '/' || {key_part('t.place')} END"
        " AS evidence",
        f"{EVIDENCE_LEVEL} AS evidence_level",
        f"CASE WHEN regexp_matches(t.place, '{PLACE_IS_TABLE}') THEN 'table'"
        f" WHEN regexp_matches(t.place, '{PLACE_IS_PROSE}') THEN 'prose' END AS place_kind",
        "s.origin_id AS origin",
        "s.published_earliest",
        "s.published_latest",
        "s.kind AS source_kind",
    ]
    return (
        f"SELECT {', '.join(columns)}, t.{ROW} FROM raw.{table.name} t {' '.join(joins)}"
        " LEFT JOIN resolved.sources s ON s.source = t.source"
        " LEFT JOIN raw.spans p ON p.source = t.source AND p.place = t.place"
        f" ORDER BY t.{ROW}"
    )


def _claim_key(table: RecordTable, claimed: Claimed) -> str:
    parts = [f"'{claimed.name}'"]
    for name in claimed.key:
        column = f"t.{sql_name(name)}"
        if name in PARTIES and table.field(name).kind == "name":
            column = f"p_{name}.mention"
        parts.append(f"nullif({key_part(column)}, '')")
    return f"concat_ws('.', {', '.join(parts)})"


def _thing_path(table: RecordTable, claimed: Claimed) -> str:
    parts = []
    for text, name in re.findall(r"([^{}]+)|\{(\w+)\}", claimed.thing_path):
        if text:
            parts.append(f"'{text}'")
        elif name == "org":
            blank = "unnamed" if table.name == "case_participants" else "-"
            column = "p_organisation.organisation" if table.field("organisation").kind == "name" else "t.organisation"
            parts.append(f"coalesce({column}, '{blank}')")
        elif name in DERIVED:
            slugs = {text[2:]: key_part(text) for text in ("t.period", "t.as_of", "s.published")}
            plain = {"identifier": sql_slug("t.identifier"), "name": sql_slug("t.name")}
            years = {"stated_from": STATED_FROM, "stated_to": STATED_TO}
            parts.append(DERIVED[name].format(**slugs, **plain, **years))
        else:
            parts.append(f"coalesce(t.{sql_name(name)}, '-')")
    return " || ".join(parts)


def _add_register_kinds(connection: duckdb.DuckDBPyConnection, base: str) -> None:
    """A kind that the register states with a source is a claim of that source."""
    place, year = key_part("o.kind_place"), f"substr({_PUBLISHED}, 1, 4)"
    connection.execute(
        "INSERT INTO resolved.organisation_kinds BY NAME SELECT o.kind, o.kind_source AS source, o.kind_place AS place,"
        f" o.organisation AS org, '{base}id/claim/' || o.kind_source || '/kind.register.' || o.organisation AS claim,"
        f" '{base}id/kind/' || o.organisation || '/' || coalesce({year}, '-') AS thing,"
        f" {year} AS stated_from, {year} AS stated_to,"
        f" CASE WHEN p.start IS NOT NULL THEN '{base}id/evidence/' || o.kind_source || '/' || {place} END AS evidence,"
        f" {EVIDENCE_LEVEL} AS evidence_level, s.origin_id AS origin,"
        f" s.published_earliest, s.published_latest, s.kind AS source_kind, o.{ROW}"
        " FROM raw.organisations o JOIN resolved.sources s ON s.source = o.kind_source"
        " LEFT JOIN raw.spans p ON p.source = o.kind_source AND p.place = o.kind_place"
    )


def _duplicate_claims(connection: duckdb.DuckDBPyConnection, table: RecordTable) -> Iterator[Fault]:
    rows = connection.execute(
        f"SELECT max({ROW}), min({ROW}), claim FROM resolved.{table.name} GROUP BY claim"
        f" HAVING count(DISTINCT {ROW}) > 1 ORDER BY 1 LIMIT 50"
    ).fetchall()
    for row, first_row, claim in rows:
        yield Fault(
            f"{table.name}.csv",
            Text(
                f"{first_row}행과 같은 진술이 됩니다. 자리(place)를 다르게 쓰십시오.",
                f"makes the same claim as row {first_row}: give them different places.",
            ),
            row,
            "place",
            claim,
            "claim",
        )


def _change_cycles(connection: duckdb.DuckDBPyConnection) -> Iterator[Fault]:
    rows = connection.execute(
        "WITH RECURSIVE step AS (SELECT before AS start, after, [before] AS path FROM raw.organisation_changes"
        " WHERE kind <> 'transfer' UNION ALL SELECT s.start, c.after, list_append(s.path, c.before) FROM step s"
        " JOIN raw.organisation_changes c ON c.before = s.after AND c.kind <> 'transfer'"
        " WHERE NOT list_contains(s.path, c.before)) SELECT DISTINCT start, path FROM step"
        " WHERE after = start ORDER BY 1"
    ).fetchall()
    for start, path in rows:
        yield Fault(
            "organisation_changes.csv",
            Text("기관의 변화가 순환합니다. 한 행을 고치십시오.", "the changes form a cycle: correct one of them."),
            None,
            "before, after",
            " → ".join([*path, start]),
            "cycle",
        )
