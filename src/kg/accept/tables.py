"""Tables of accepted things, one for each fact table, and their links to the claims followed and set aside."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from kg.accept.claims import EXISTS, NUMBERS
from kg.accept.organisations import accept_organisations
from kg.accept.policy import Policy
from kg.accept.verdict import accept
from kg.records.schema import RecordTable, Schema
from kg.values import sql_earliest, sql_latest, sql_name, sql_text

PARTIES = ("org", "giver_org", "receiver_org")
ORDER = (
    "concat_ws('|', CASE WHEN l.followed THEN '0' ELSE '1' END,"
    " coalesce(t.published_latest, '9999'), t.source, t.claim)"
)


def make_accepted(connection: duckdb.DuckDBPyConnection, schema: Schema, policy: Policy) -> None:
    """Make ``accepted.verdicts``, ``accepted.things``, ``accepted.links`` and ``accepted.TABLE`` for one policy.

    Reads ``resolved.claims``; claims that are to be ignored must have been removed from it before.
    """
    connection.execute("CREATE SCHEMA IF NOT EXISTS accepted")
    connection.execute(
        f"CREATE OR REPLACE TABLE accepted.verdicts AS SELECT {sql_text(policy.name)} AS policy, v.*"
        f" FROM ({accept(policy)}) v"
    )
    connection.execute(
        "CREATE OR REPLACE TABLE accepted.things AS SELECT policy, table_name, thing,"
        " CASE WHEN bool_or(status = 'undecided') THEN 'undecided' ELSE 'accepted' END AS status,"
        f" arg_min(reason, (status <> 'undecided', -ways * 2 - (property <> '{EXISTS}')::INT, reason)) AS reason"
        " FROM accepted.verdicts GROUP BY ALL"
    )
    _make_links(connection)
    for table in schema.facts:
        connection.execute(f"CREATE OR REPLACE TABLE accepted.{table.name} AS {_thing_query(table)}")
    _label_cases(connection)
    _add_role_properties(connection)
    _follow_renames(connection, policy)
    accept_organisations(connection, schema, policy)


def _make_links(connection: duckdb.DuckDBPyConnection) -> None:
    """A claim that differs in one property is set aside, unless it is the only claim of the other properties."""
    followed = "v.status = 'accepted' AND (c.value = v.value OR coalesce(list_contains(c.within, v.value), false))"
    aside = f"v.status = 'accepted' AND NOT ({followed})"
    connection.execute(
        "CREATE OR REPLACE TABLE accepted.links AS WITH compared AS (SELECT v.policy, c.thing, c.claim,"
        " c.table_name, c.property,"
        f" {followed} AS agrees, {aside} AS differs, v.status = 'undecided' AS open,"
        f" bool_and({followed}) OVER (PARTITION BY c.thing, c.claim) AS wholly"
        " FROM resolved.claims c JOIN accepted.verdicts v USING (thing, property)),"
        f" needed AS (SELECT thing, property FROM compared WHERE property <> '{EXISTS}'"
        " GROUP BY ALL HAVING NOT bool_or(wholly)),"
        " seen AS (SELECT s.policy, s.thing, s.claim, s.table_name, bool_or(s.wholly) OR"
        " bool_or(s.agrees AND n.thing IS NOT NULL) AS followed, bool_or(s.differs) AS differs, bool_or(s.open) AS open"
        " FROM compared s LEFT JOIN needed n USING (thing, property) GROUP BY ALL)"
        " SELECT policy, thing, claim, table_name, followed, CASE WHEN followed THEN claim END AS accepted_from,"
        " CASE WHEN differs THEN claim END AS set_aside, CASE WHEN open THEN claim END AS contested_by"
        " FROM seen ORDER BY thing, claim"
    )


def _thing_query(table: RecordTable) -> str:
    """The SELECT of accepted things: naming columns, accepted values, values of the other columns, status and reason.

    One row for each thing, or one for each party that a joint name means.
    """
    claimed = table.claimed
    assert claimed  # only fact tables are passed
    columns = ["k.policy", "k.thing", "k.status", "k.reason"]
    joins = []
    for column in _naming_columns(table):
        columns.append(f"min(t.{sql_name(column)}) AS {sql_name(column)}")
    parties = [column for column in claimed.described if column in PARTIES]
    for column in (column for column in claimed.described if column not in parties):
        joins.append(f"LEFT JOIN ({_described(table, column)}) d_{column} ON d_{column}.thing = k.thing")
        columns.append(f"any_value(d_{column}.stated) AS {sql_name(column)}")
    for column in claimed.compared:
        joins.append(
            f"LEFT JOIN accepted.verdicts v_{column} ON v_{column}.thing = k.thing AND v_{column}.property = '{column}'"
        )
        value = f"any_value(v_{column}.value)"
        if column == "value":
            value = f"split_part({value}, ' ', 1)"
        columns.append(f"nullif({value}, '') AS {sql_name(column)}")
    columns.append(f"CASE WHEN {_all_approximate(table)} THEN 'true' END AS approximate")
    columns.append("count(DISTINCT t.source)::VARCHAR AS sources")
    columns.append("count(DISTINCT t.origin)::VARCHAR AS origins")
    inner = (
        f"SELECT {', '.join(columns)} FROM accepted.things k JOIN resolved.{table.name} t ON t.thing = k.thing"
        f" JOIN accepted.links l ON l.thing = k.thing AND l.claim = t.claim {' '.join(joins)}"
        f" WHERE k.table_name = '{table.name}' GROUP BY k.policy, k.thing, k.status, k.reason"
    )
    found = ["a.*", *(f"p_{column}.party AS {column}" for column in parties), *_bounds(table)]
    named = " ".join(
        f"LEFT JOIN ({_described_parties(table, column)}) p_{column} ON p_{column}.thing = a.thing"
        for column in parties
    )
    order = ", ".join(["a.thing", *parties])
    return f"SELECT {', '.join(found)} FROM ({inner}) a {named} ORDER BY {order}"


def _all_approximate(table: RecordTable) -> str:
    """SQL: whether the accepted figures are approximate, that is, no claim followed has an exact figure."""
    about = "bool_or(l.followed AND t.approximate = 'true')"
    compared = table.claimed.compared if table.claimed else ()
    figures = [f"t.{sql_name(column)}" for column in compared if table.field(column).kind in NUMBERS]
    if not figures:
        return about
    exact = f"l.followed AND t.approximate IS DISTINCT FROM 'true' AND coalesce({', '.join(figures)}) IS NOT NULL"
    return f"{about} AND NOT bool_or({exact})"


def _described(table: RecordTable, column: str) -> str:
    """The most frequent value of a column that is not compared, among the claims followed; if equal, the earliest."""
    return (
        f"SELECT thing, arg_min(stated, (CASE WHEN followed THEN 0 ELSE 1 END, -claims, first)) AS stated FROM"
        f" (SELECT t.thing, t.{sql_name(column)} AS stated, bool_or(l.followed) AS followed,"
        f" count(*) FILTER (l.followed) AS claims, min({ORDER}) AS first FROM resolved.{table.name} t"
        f" JOIN accepted.links l ON l.thing = t.thing AND l.claim = t.claim WHERE t.{sql_name(column)} IS NOT NULL"
        " GROUP BY ALL) GROUP BY thing"
    )


def _described_parties(table: RecordTable, column: str) -> str:
    """The same for a party: all organisations that the name means, since a joint name means several."""
    return (
        "SELECT thing, unnest(stated) AS party FROM (SELECT thing,"
        " arg_min(stated, (CASE WHEN followed THEN 0 ELSE 1 END, -claims, first)) AS stated FROM"
        " (SELECT thing, stated, bool_or(followed) AS followed, count(*) FILTER (followed) AS claims,"
        " min(first) AS first"
        f" FROM (SELECT t.thing, t.claim, l.followed, list_sort(list_distinct(list(t.{sql_name(column)}))) AS stated,"
        f" min({ORDER}) AS first FROM resolved.{table.name} t"
        f" JOIN accepted.links l ON l.thing = t.thing AND l.claim = t.claim WHERE t.{sql_name(column)} IS NOT NULL"
        " GROUP BY ALL) GROUP BY thing, stated) GROUP BY thing)"
    )


def _naming_columns(table: RecordTable) -> list[str]:
    """Columns that are in the path of a thing or follow from it, and so are the same in all claims about the thing."""
    claimed = table.claimed
    assert claimed
    path = claimed.thing_path
    names = [column for column in table.columns if f"{{{column}}}" in path]
    extra = {
        "payments": ["org", "scope", "period"],
        "rating_streaks": ["to_year", "thing_class"],
        "awards": [],
        "organisation_kinds": ["stated_from", "stated_to"],
        "organisation_names": ["name"],
    }.get(table.name, [])
    described = set(claimed.described) | set(claimed.compared)
    if "{org}" in path:
        names.append("org")
    return [name for name in dict.fromkeys(names + extra) if name not in described]


def _bounds(table: RecordTable) -> Iterator[str]:
    claimed = table.claimed
    assert claimed
    shown = set(claimed.compared) | set(claimed.described) | set(_naming_columns(table))
    for field in table.of_kind("partial-date"):
        if field.name not in shown:
            continue
        column = f"a.{sql_name(field.name)}"
        yield f"({sql_earliest(column)})::VARCHAR AS {sql_name(field.name + '_earliest')}"
        yield f"({sql_latest(column)})::VARCHAR AS {sql_name(field.name + '_latest')}"
        hour = f"CASE WHEN contains({column}, 'T') AND NOT contains({column}, '/') THEN {column} END"
        yield f"{hour} AS {sql_name(field.name + '_time')}"


def _label_cases(connection: duckdb.DuckDBPyConnection) -> None:
    """Label each case without a title by its parties, in the order of their roles."""
    connection.execute(
        'CREATE OR REPLACE TABLE accepted.cases AS WITH parties AS (SELECT p."case", p.policy,'
        " string_agg(coalesce(o.name_ko, o.name_en), ' · '"
        " ORDER BY r.position::INT, o.name_ko, o.name_en, p.org) AS names"
        " FROM accepted.case_participants p JOIN codes.role r ON r.code = p.role AND r.ties = 'true'"
        " JOIN raw.organisations o ON o.organisation = p.org GROUP BY ALL)"
        ' SELECT c.*, coalesce(c.title, n.names, c."case") AS label FROM accepted.cases c'
        ' LEFT JOIN parties n ON n."case" = c."case" AND n.policy = c.policy ORDER BY thing'
    )


def _add_role_properties(connection: duckdb.DuckDBPyConnection) -> None:
    """The role-specific property that leads from a case to a participation, from the code list of roles."""
    connection.execute(
        "CREATE OR REPLACE TABLE accepted.case_participants AS SELECT p.*, r.property AS role_property"
        " FROM accepted.case_participants p LEFT JOIN codes.role r ON r.code = p.role ORDER BY thing"
    )


def _follow_renames(connection: duckdb.DuckDBPyConnection, policy: Policy) -> None:
    """``accepted.histories``: each organisation with its earlier and later names, by renames only.

    ``accepted.renames`` has the established ones; ``accepted.change_sides`` has the organisations before and after a
    change, of which a merger or split has several.
    """
    connection.execute(
        "CREATE OR REPLACE TABLE accepted.change_sides AS SELECT DISTINCT l.policy, c.thing, c.before, c.after"
        " FROM resolved.organisation_changes c JOIN accepted.links l ON l.thing = c.thing AND l.claim = c.claim"
        " ORDER BY ALL"
    )
    connection.execute(
        "CREATE OR REPLACE TABLE accepted.renames AS SELECT s.policy, s.thing, s.before, s.after"
        " FROM accepted.change_sides s JOIN accepted.organisation_changes c USING (thing)"
        " WHERE c.kind = 'rename' AND c.judgement = 'same' ORDER BY ALL"
    )
    connection.execute(
        "CREATE OR REPLACE TABLE accepted.histories AS WITH RECURSIVE steps AS (SELECT before AS one, after AS other"
        " FROM accepted.renames UNION SELECT after, before FROM accepted.renames),"
        " reach AS (SELECT organisation, organisation AS named FROM raw.organisations"
        " UNION SELECT r.organisation, s.other FROM reach r JOIN steps s ON s.one = r.named)"
        f" SELECT {sql_text(policy.name)} AS policy, organisation, named FROM reach"
        " WHERE organisation <> named ORDER BY organisation, named"
    )
