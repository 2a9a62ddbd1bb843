"""All claims in one table, and which of them are less precise than another claim."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from kg.accept.policy import Policy
from kg.records.schema import RecordTable, Schema
from kg.values import sql_name, sql_text

EXISTS = "exists"  # the property for the existence of the thing
NUMBERS = ("decimal", "integer")  # kinds of columns


def gather_claims(connection: duckdb.DuckDBPyConnection, schema: Schema, policy: Policy | None = None) -> None:
    """Make ``resolved.claims``: a row for each claim, thing and compared property, with the columns a policy reads.

    Under a ``policy`` that considers one source only, another source does not make its values more precise.
    """
    parts = [part for table in schema.facts for part in _claims_of(table)]
    connection.execute(f"CREATE OR REPLACE TABLE resolved.claims AS {' UNION ALL '.join(parts)}")
    use_finer_values(connection, policy.only_source if policy else None)


def _claims_of(table: RecordTable) -> Iterator[str]:
    assert table.claimed  # only fact tables are passed
    common = "claim, thing, source, stance, place_kind, origin, published_earliest, published_latest"
    yield (
        f"SELECT {common}, '{EXISTS}' AS property, 'true' AS value, false AS is_date, NULL::BOOLEAN AS is_about,"
        f" '{table.name}' AS table_name FROM resolved.{table.name}"
    )
    dates = {field.name for field in table.of_kind("partial-date")}
    numbers = {field.name for kind in NUMBERS for field in table.of_kind(kind)}
    for column in table.claimed.compared:
        value = sql_name(column)
        if column == "value" and "unit" in table.columns:
            value = "CASE WHEN value IS NOT NULL THEN concat_ws(' ', value, unit) END"
        is_about = "approximate IS NOT DISTINCT FROM 'true'" if column in numbers else "NULL"
        yield (
            f"SELECT {common}, '{column}', {value}, {str(column in dates).lower()}, {is_about}, '{table.name}'"
            f" FROM resolved.{table.name} WHERE {sql_name(column)} IS NOT NULL"
        )


_NUMBER = r"regexp_extract({side}.value, '^-?[0-9]+(\.[0-9]+)?')"
_UNIT = (  # the value of the last digit before trailing zeros: 1000 for 38000, 0.1 for 7.4
    "power(10, CASE WHEN contains({n}, '.') THEN instr({n}, '.') - length({n})"
    " WHEN {n} = '0' THEN 0 ELSE length({n}) - length(rtrim({n}, '0')) END)"
)


def use_finer_values(connection: duckdb.DuckDBPyConnection, only_source: str | None = None) -> None:
    """Replace a less precise value by the more precise value claimed; if there are several, it does not count.

    A month is less precise than a day in it. An approximate figure is less precise than an exact one in the same unit
    that differs by less than one in its last digit: about 38,000 and 37,612, but not 39,500. Adds ``within`` (the more
    precise values) and ``is_vague`` (there are several). Claims of ``only_source`` are compared with each other only.
    """
    considered, finer = (_considered(only_source, side) for side in "bc")
    about, exact = (_NUMBER.format(side=side) for side in "ab")
    connection.execute(f"""
CREATE OR REPLACE TABLE resolved.claims AS WITH
dated AS (SELECT a.claim, a.thing, a.property, b.value FROM resolved.claims a JOIN resolved.claims b
  ON a.thing = b.thing AND a.property = b.property AND a.is_date AND starts_with(b.value, a.value)
  AND length(b.value) > length(a.value) AND {considered} WHERE NOT EXISTS (SELECT 1 FROM resolved.claims c WHERE
  c.thing = b.thing AND c.property = b.property AND starts_with(c.value, b.value)
  AND length(c.value) > length(b.value) AND {finer})),
counted AS (SELECT a.claim, a.thing, a.property, b.value FROM resolved.claims a JOIN resolved.claims b
  ON a.thing = b.thing AND a.property = b.property AND a.is_about AND NOT b.is_about AND {considered}
  AND replace(a.value, {about}, '') = replace(b.value, {exact}, '')
  AND abs({_decimal(about)} - {_decimal(exact)}) < {_decimal(_UNIT.format(n=about))}),
finer AS (SELECT claim, thing, property, list(DISTINCT value ORDER BY value) AS within
  FROM (FROM dated UNION ALL FROM counted) GROUP BY ALL)
SELECT c.* REPLACE (CASE WHEN len(f.within) = 1 THEN f.within[1] ELSE c.value END AS value),
  coalesce(len(f.within), 0) > 1 AS is_vague, f.within
FROM resolved.claims c LEFT JOIN finer f USING (claim, thing, property)""")


def _considered(only_source: str | None, side: str) -> str:
    """SQL: whether claim ``side`` may make claim ``a`` more precise."""
    name = sql_text(only_source or "")
    return "true" if only_source is None else f"(a.source IS DISTINCT FROM {name} OR {side}.source = {name})"


def _decimal(number: str) -> str:
    return f"TRY_CAST({number} AS DECIMAL(38, 6))"
