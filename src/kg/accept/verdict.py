"""What we accept is computed: one pure function over the claims, under a named policy, in SQL.

``accept`` never looks at a name or an IRI's meaning: it reads the columns ``stance``, ``place_kind``, ``origin`` and
the bounds of the day of publication, and follows the rules of a policy in their order until one value is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from kg.errors import KgError, Text
from kg.records.schema import Schema, Table
from kg.values import sql_name, sql_text

EXISTS = "exists"
ONLY_SOURCE = "only-source"  # a rule
NUMBERS = ("decimal", "integer")  # kinds of columns
DEFAULT_STANCES = ("correction", "announcement", "report", "plan", "retrospective")


@dataclass(frozen=True)
class Rule:
    name: str
    argument: str | None = None


@dataclass(frozen=True)
class Policy:
    name: str
    rules: tuple[Rule, ...]


def read_policies(connection: duckdb.DuckDBPyConnection) -> dict[str, Policy]:
    """The policies of the loaded tables, their rules in order."""
    rows = connection.execute(
        "SELECT policy, rule, argument FROM raw.policies ORDER BY policy, position::INT"
    ).fetchall()
    rules: dict[str, list[Rule]] = {}
    for policy, rule, argument in rows:
        rules.setdefault(policy, []).append(Rule(rule, argument))
    return {name: Policy(name, tuple(found)) for name, found in rules.items()}


def gather_claims(connection: duckdb.DuckDBPyConnection, schema: Schema, policy: Policy | None = None) -> None:
    """Make ``resolved.claims``: one row for each claim, thing and compared property, with what a policy may read.

    Under a ``policy`` that hears one source only, what this source says roughly is not made exact by another.
    """
    parts = [part for table in schema.facts for part in _claims_of(table)]
    connection.execute(f"CREATE OR REPLACE TABLE resolved.claims AS {' UNION ALL '.join(parts)}")
    rules = policy.rules if policy else ()
    _settle_precision(connection, next((rule.argument for rule in rules if rule.name == ONLY_SOURCE), None))


def _claims_of(table: Table) -> Iterator[str]:
    assert table.claimed  # only fact tables come here
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
_UNIT = (  # of the last digit that is not a zero behind the others: 1000 for 38000, 0.1 for 7.4
    "power(10, CASE WHEN contains({n}, '.') THEN instr({n}, '.') - length({n})"
    " WHEN {n} = '0' THEN 0 ELSE length({n}) - length(rtrim({n}, '0')) END)"
)


def _settle_precision(connection: duckdb.DuckDBPyConnection, only_source: str | None = None) -> None:
    """What is said roughly agrees with the one finer value that is claimed; over two of them it has no say.

    A month is rough beside a day inside it; an approximate figure beside a figure less than a unit of its last digit
    away, in the same unit: about 38,000 beside 37,612, but not beside 39,500. ``within``: the finer values.
    Beside a claim of ``only_source`` only its own others are looked at.
    """
    heard, finer = (_heard(only_source, side) for side in "bc")
    one, other = (_NUMBER.format(side=side) for side in "ab")
    connection.execute(f"""
CREATE OR REPLACE TABLE resolved.claims AS WITH
dated AS (SELECT a.claim, a.thing, a.property, b.value FROM resolved.claims a JOIN resolved.claims b
  ON a.thing = b.thing AND a.property = b.property AND a.is_date AND starts_with(b.value, a.value)
  AND length(b.value) > length(a.value) AND {heard} WHERE NOT EXISTS (SELECT 1 FROM resolved.claims c WHERE
  c.thing = b.thing AND c.property = b.property AND starts_with(c.value, b.value)
  AND length(c.value) > length(b.value) AND {finer})),
counted AS (SELECT a.claim, a.thing, a.property, b.value FROM resolved.claims a JOIN resolved.claims b
  ON a.thing = b.thing AND a.property = b.property AND a.is_about AND NOT b.is_about AND {heard}
  AND replace(a.value, {one}, '') = replace(b.value, {other}, '')
  AND abs({_exact(one)} - {_exact(other)}) < {_exact(_UNIT.format(n=one))}),
finer AS (SELECT claim, thing, property, list(DISTINCT value ORDER BY value) AS within
  FROM (FROM dated UNION ALL FROM counted) GROUP BY ALL)
SELECT c.* REPLACE (CASE WHEN len(f.within) = 1 THEN f.within[1] ELSE c.value END AS value),
  coalesce(len(f.within), 0) > 1 AS is_vague, f.within
FROM resolved.claims c LEFT JOIN finer f USING (claim, thing, property)""")


def _heard(only_source: str | None, side: str) -> str:
    """Whether a claim may say more than claim ``a`` does."""
    name = sql_text(only_source or "")
    return "true" if only_source is None else f"(a.source IS DISTINCT FROM {name} OR {side}.source = {name})"


def _exact(number: str) -> str:
    return f"TRY_CAST({number} AS DECIMAL(38, 6))"


def accept(
    connection: duckdb.DuckDBPyConnection,
    policy: Policy,
    *,
    without: Sequence[str] = (),
    known_on: date | None = None,
    claims: str = "resolved.claims",
) -> str:
    """The SELECT of accepted values: ``thing, property, value, status, reason``; a value is NULL where undecided.

    ``without`` leaves out the claims of some sources; ``known_on`` keeps claims that were surely published by that day
    (latest publication bound ≤ day; undated sources are known on no day).
    """
    keep = ["NOT is_vague"]
    if without:
        keep.append(f"source NOT IN ({', '.join(sql_text(name) for name in without)})")
    if known_on is not None:
        keep.append(f"published_latest <= {sql_text(known_on.isoformat())}")
    steps = [
        f"began_ AS (SELECT *, NULL::VARCHAR AS reason FROM {claims} WHERE {' AND '.join(keep)})",
        "open_ AS (SELECT thing, property FROM began_ GROUP BY ALL HAVING min(value) <> max(value))",
        "c0 AS (SELECT b.* FROM began_ b SEMI JOIN open_ USING (thing, property))",
        "s0 AS (SELECT b.* FROM began_ b ANTI JOIN open_ USING (thing, property))",
    ]
    single = 0
    for number, rule in enumerate(policy.rules, 1):
        steps.append(f"c{number} AS ({_apply(rule, f'c{number - 1}')})")
        if rule.name in FILTERS:  # the other rules choose between values, so they leave alone what has one value only
            single += 1
            steps.append(f"s{single} AS ({_apply(rule, f's{single - 1}')})")
    steps.append(f"left_ AS (SELECT * FROM c{len(policy.rules)} UNION ALL SELECT * FROM s{single})")
    return f"WITH {', '.join(steps)}, {_verdict(policy)}"


FILTERS = (ONLY_SOURCE, "require-origins")


def _apply(rule: Rule, claims: str) -> str:
    over = "OVER (PARTITION BY thing, property)"
    if rule.name == ONLY_SOURCE:
        return f"SELECT * FROM {claims} WHERE source = {sql_text(rule.argument or '')}"
    if rule.name == "require-origins":
        return (
            "SELECT * EXCLUDE (ways_, origins_)"
            " REPLACE (CASE WHEN ways_ > 1 THEN 'more-origins' ELSE reason END AS reason)"
            f" FROM (SELECT *, count(DISTINCT value) {over} AS ways_, count(DISTINCT origin)"
            f" OVER (PARTITION BY thing, property, value) AS origins_ FROM {claims})"
            f" WHERE origins_ >= {int(rule.argument or 2)}"
        )
    ranked = _rank(rule, claims)
    return (
        "SELECT * EXCLUDE (rank_, best_, ways_, reason_)"
        " REPLACE (CASE WHEN ways_ > 1 THEN reason_ ELSE reason END AS reason)"
        f" FROM (SELECT *, min(rank_) {over} AS best_, count(DISTINCT value) {over} AS ways_ FROM ({ranked}))"
        " WHERE ways_ = 1 OR rank_ = best_"
    )


def _rank(rule: Rule, claims: str) -> str:
    """Claims with ``rank_`` (lowest is followed) and the reason to give if this rule decides."""
    if rule.name == "prefer-stance":
        order = (rule.argument or ">".join(DEFAULT_STANCES)).split(">")
        cases = " ".join(f"WHEN {sql_text(stance)} THEN {place}" for place, stance in enumerate(order))
        rank = f"CASE stance {cases} ELSE {len(order)} END"
        return f"SELECT *, {rank} AS rank_, coalesce(stance, 'report') AS reason_ FROM {claims}"
    if rule.name == "prefer-latest":
        stance = sql_text(rule.argument or "correction")
        day = f"CASE WHEN stance = {stance} THEN coalesce(published_latest, '0000') END"
        return (
            f"SELECT *, CASE WHEN stance = {stance} AND ({day}) = max({day}) OVER (PARTITION BY thing, property) THEN 0"
            f" WHEN stance = {stance} THEN 1 ELSE 0 END AS rank_, 'latest-' || {stance} AS reason_ FROM {claims}"
        )
    if rule.name == "prefer-table":
        table = "bool_or(place_kind = 'table') OVER (PARTITION BY thing, property, source)"
        return (
            f"SELECT *, CASE WHEN coalesce({table}, false) AND place_kind = 'prose' THEN 1 ELSE 0 END AS rank_,"
            f" 'table-over-prose' AS reason_ FROM {claims}"
        )
    if rule.name == "prefer-more-origins":
        return (
            f"SELECT c.*, -o.n AS rank_, 'more-origins' AS reason_ FROM {claims} c JOIN (SELECT thing, property, value,"
            f" count(DISTINCT origin) AS n FROM {claims} GROUP BY ALL) o USING (thing, property, value)"
        )
    known = "only-source, prefer-latest, prefer-more-origins, prefer-stance, prefer-table, require-origins"
    raise KgError(
        Text(
            f"규칙 {rule.name!r}을(를) 모릅니다. 아는 규칙: {known}.",
            f"the rule {rule.name!r} is not known. Known rules: {known}.",
        )
    )


def _verdict(policy: Policy) -> str:
    """From the claims left and the claims at the start to one row for each thing and property.

    What no rule had to choose, because a filter left one value, is an only claim or agreed like any other.
    """
    nothing = "too-few-origins" if any(rule.name == "require-origins" for rule in policy.rules) else "no-claim-left"
    return (
        "began AS (SELECT thing, property, any_value(table_name) AS table_name, count(DISTINCT value) AS ways"
        " FROM began_ GROUP BY ALL),"
        " ended AS (SELECT thing, property, count(DISTINCT value) AS ways, min(value) AS value, min(reason) AS reason,"
        " count(DISTINCT claim) AS claims"
        " FROM left_ GROUP BY ALL)"
        " SELECT b.table_name, b.thing, b.property, b.ways, CASE WHEN e.ways = 1 THEN e.value END AS value,"
        " CASE WHEN e.ways = 1 THEN 'accepted' ELSE 'undecided' END AS status,"
        f" CASE WHEN e.ways IS NULL THEN '{nothing}' WHEN e.ways > 1 THEN 'undecided'"
        " WHEN e.reason IS NOT NULL THEN e.reason WHEN e.claims = 1 THEN 'only-claim' ELSE 'agreed' END AS reason"
        " FROM began b LEFT JOIN ended e USING (thing, property)"
    )
