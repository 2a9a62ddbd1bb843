"""Acceptance as one pure function over the claims, under a named policy, in SQL.

``accept`` does not use the meaning of names or IRIs: it reads the columns ``stance``, ``place_kind``, ``origin`` and
the bounds of the day of publication, and applies the rules of a policy in order until one value is left.
"""

from __future__ import annotations

from kg.accept.policy import (
    DEFAULT_STANCES,
    FILTERS,
    ONLY_SOURCE,
    PREFER_LATEST,
    PREFER_MORE_ORIGINS,
    PREFER_NAME,
    PREFER_STANCE,
    PREFER_TABLE,
    REQUIRE_ORIGINS,
    Policy,
    Rule,
)
from kg.values import sql_text

REASONS = (
    "agreed",
    *DEFAULT_STANCES,
    "latest-correction",
    "more-origins",
    "no-claim-left",
    "only-claim",
    "table-over-prose",
    "too-few-origins",
    "undecided",
)
NOTHING_LEFT = ("too-few-origins", "no-claim-left")  # reasons for an undecided value without a disagreement


def accept(policy: Policy, claims: str = "resolved.claims") -> str:
    """The SELECT of accepted values: ``table_name, thing, property, ways, value, status, reason``.

    ``claims`` is the relation to read. ``ways`` counts the values claimed; ``value`` is NULL where it is undecided.
    """
    steps = [
        f"began_ AS (SELECT *, NULL::VARCHAR AS reason FROM {claims} WHERE NOT is_vague)",
        "open_ AS (SELECT thing, property FROM began_ GROUP BY ALL HAVING min(value) <> max(value))",
        "c0 AS (SELECT b.* FROM began_ b SEMI JOIN open_ USING (thing, property))",
        "s0 AS (SELECT b.* FROM began_ b ANTI JOIN open_ USING (thing, property))",
    ]
    single = 0
    rules = [rule for rule in policy.rules if rule.name != PREFER_NAME]  # about labels, not about claims
    for number, rule in enumerate(rules, 1):
        steps.append(f"c{number} AS ({_apply(rule, f'c{number - 1}')})")
        if rule.name in FILTERS:  # the other rules choose between values, so they skip properties with one value
            single += 1
            steps.append(f"s{single} AS ({_apply(rule, f's{single - 1}')})")
    steps.append(f"left_ AS (SELECT * FROM c{len(rules)} UNION ALL SELECT * FROM s{single})")
    return f"WITH {', '.join(steps)}, {_verdict(policy)}"


def _apply(rule: Rule, claims: str) -> str:
    """The claims that a rule leaves, with the reason if it decided."""
    over = "OVER (PARTITION BY thing, property)"
    if rule.name == ONLY_SOURCE:
        return f"SELECT * FROM {claims} WHERE source = {sql_text(rule.argument or '')}"
    if rule.name == REQUIRE_ORIGINS:
        return (
            "SELECT * EXCLUDE (ways_, origins_)"
            " REPLACE (CASE WHEN ways_ > 1 THEN 'more-origins' ELSE reason END AS reason)"
            f" FROM (SELECT *, count(DISTINCT value) {over} AS ways_, count(DISTINCT origin)"
            f" OVER (PARTITION BY thing, property, value) AS origins_ FROM {claims})"
            f" WHERE origins_ >= {rule.origins}"
        )
    ranked = _ranked(rule, claims)
    return (
        "SELECT * EXCLUDE (rank_, best_, ways_, reason_)"
        " REPLACE (CASE WHEN ways_ > 1 THEN reason_ ELSE reason END AS reason)"
        f" FROM (SELECT *, min(rank_) {over} AS best_, count(DISTINCT value) {over} AS ways_ FROM ({ranked}))"
        " WHERE ways_ = 1 OR rank_ = best_"
    )


def _ranked(rule: Rule, claims: str) -> str:
    """Claims with ``rank_`` (the lowest is followed) and ``reason_``, the reason if this rule decides."""
    if rule.name == PREFER_STANCE:
        cases = " ".join(f"WHEN {sql_text(stance)} THEN {place}" for place, stance in enumerate(rule.stances))
        rank = f"CASE stance {cases} ELSE {len(rule.stances)} END"
        return f"SELECT *, {rank} AS rank_, coalesce(stance, 'report') AS reason_ FROM {claims}"
    if rule.name == PREFER_LATEST:
        stance = sql_text(rule.stances[0])
        day = f"CASE WHEN stance = {stance} THEN coalesce(published_latest, '0000') END"
        return (
            f"SELECT *, CASE WHEN stance = {stance} AND ({day}) = max({day}) OVER (PARTITION BY thing, property) THEN 0"
            f" WHEN stance = {stance} THEN 1 ELSE 0 END AS rank_, 'latest-' || {stance} AS reason_ FROM {claims}"
        )
    if rule.name == PREFER_TABLE:
        table = "bool_or(place_kind = 'table') OVER (PARTITION BY thing, property, source)"
        return (
            f"SELECT *, CASE WHEN coalesce({table}, false) AND place_kind = 'prose' THEN 1 ELSE 0 END AS rank_,"
            f" 'table-over-prose' AS reason_ FROM {claims}"
        )
    assert rule.name == PREFER_MORE_ORIGINS  # the last of RULES
    return (
        f"SELECT c.*, -o.n AS rank_, 'more-origins' AS reason_ FROM {claims} c JOIN (SELECT thing, property, value,"
        f" count(DISTINCT origin) AS n FROM {claims} GROUP BY ALL) o USING (thing, property, value)"
    )


def _verdict(policy: Policy) -> str:
    """The SELECT that makes one row for each thing and property from the remaining claims and all claims.

    A value that no rule had to choose, because a filter left only one, counts as an only claim or as agreed.
    """
    nothing = "too-few-origins" if any(rule.name == REQUIRE_ORIGINS for rule in policy.rules) else "no-claim-left"
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
