"""What is accepted of each organisation: its English name, latest kind, industry, region, group and external identity.

Tables that a subject leaves out give empty columns.
"""

from __future__ import annotations

import duckdb

from kg.accept.names import prefer_names
from kg.accept.policy import Policy
from kg.records.schema import Schema
from kg.values import sql_text

INDUSTRIES, REGIONS, MEMBERSHIPS = "organisation_industries", "organisation_regions", "group_memberships"
NAMES, IDENTIFIERS, FACT_JUDGEMENTS = "organisation_names", "organisation_identifiers", "fact_judgements"

# of several years the latest counts, even if it is undecided
KIND = """
SELECT org, arg_max({{kind: kind}}, (coalesce(stated_to, ''), coalesce(stated_from, '')))['kind'] AS kind
FROM accepted.organisation_kinds GROUP BY org
"""
# of several classifications the first of the code list that gives a value
INDUSTRY = """
SELECT a.org, arg_min(a.industry, (coalesce(try_cast(c.position AS INT), 9999), a.scheme)) AS industry
FROM accepted.organisation_industries a LEFT JOIN codes."industry-scheme" c ON c.code = a.scheme
WHERE a.industry IS NOT NULL GROUP BY a.org
"""
REGION = "SELECT org, any_value(region) AS region FROM accepted.organisation_regions GROUP BY org"
# a membership that has ended does not count; an organisation in two groups at once has none of its own
GROUP = """
SELECT org, CASE WHEN count(DISTINCT business_group) = 1 THEN any_value(business_group) END AS business_group
FROM accepted.group_memberships WHERE "end" IS NULL AND status <> 'undecided' GROUP BY org
"""
WANTED = {INDUSTRIES: ("industry", INDUSTRY), REGIONS: ("region", REGION), MEMBERSHIPS: ("business_group", GROUP)}

# An identifier of an entity is that of one organisation, or of the names that one organisation had, the last of which
# it then identifies. Shared otherwise it is in dispute, and identifies none of them.
HELD = """
SELECT DISTINCT i.org, i.scheme, i.identifier, replace(c.address, '{{id}}', i.identifier) AS address, c.entity
FROM accepted.organisation_identifiers i JOIN codes."identifier-scheme" c ON c.code = i.scheme
WHERE i.identifier IS NOT NULL AND c.address IS NOT NULL
"""
EXTERNAL = f"""
WITH held AS ({HELD}),
rivals AS (SELECT a.org, a.scheme, a.identifier, bool_and(h.named IS NOT NULL) AS of_history,
    bool_or(r.before IS NOT NULL) AS is_earlier
  FROM held a JOIN held b ON b.scheme = a.scheme AND b.identifier = a.identifier AND b.org <> a.org
  LEFT JOIN accepted.histories h ON h.organisation = a.org AND h.named = b.org
  LEFT JOIN accepted.renames r ON r.before = a.org WHERE a.entity = 'true' GROUP BY ALL)
SELECT {{policy}} AS policy, h.org AS organisation,
  CASE WHEN h.entity = 'true' AND (r.org IS NULL OR (r.of_history AND NOT r.is_earlier)) THEN h.address END AS same_as,
  CASE WHEN h.entity = 'true' AND r.of_history AND r.is_earlier THEN h.address END AS related,
  CASE WHEN h.entity IS DISTINCT FROM 'true' THEN h.address END AS page
FROM held h LEFT JOIN rivals r USING (org, scheme, identifier)
"""
RELATED = """
UNION SELECT {policy}, j.organisation, NULL, replace(c.address, '{{id}}', j.value), NULL
FROM raw.fact_judgements j JOIN codes."identifier-scheme" c ON c.code = j.scheme
WHERE j.judgement = 'different' AND j.relation IS NOT NULL AND c.address IS NOT NULL AND c.entity = 'true'
"""


def accept_organisations(connection: duckdb.DuckDBPyConnection, schema: Schema, policy: Policy) -> None:
    """Make ``accepted.organisations`` and ``accepted.external``, and mark the preferred names.

    ``name_en`` is the English name of the register, or else the preferred one of the sources, whose thing is then in
    ``preferred_name``. ``accepted.external`` has the IRIs of the same entity, of related ones and of register pages.
    """
    present = schema.by_name
    joins, columns = [], []
    for table, (column, query) in WANTED.items():
        if table in present:
            joins.append(f"LEFT JOIN ({query}) {column}_ ON {column}_.org = o.organisation")
        columns.append(f"{column}_.{column}" if table in present else f"NULL::VARCHAR AS {column}")
    name, thing = "o.name_en", "NULL::VARCHAR"
    if NAMES in present:
        prefer_names(connection, policy)
        joins.append("LEFT JOIN accepted.preferred_names n ON n.org = o.organisation AND n.language = 'en'")
        name, thing = "coalesce(o.name_en, n.label)", "CASE WHEN o.name_en IS NULL THEN n.thing END"
    connection.execute(
        f"CREATE OR REPLACE TABLE accepted.organisations AS SELECT o.* REPLACE ({name} AS name_en),"
        f" coalesce(k.kind, 'unknown') AS accepted_kind, {thing} AS preferred_name, {', '.join(columns)}"
        f" FROM raw.organisations o LEFT JOIN ({KIND.format()}) k ON k.org = o.organisation {' '.join(joins)}"
        " ORDER BY o.organisation"
    )
    if IDENTIFIERS in present:
        related = RELATED if FACT_JUDGEMENTS in present else ""
        query = (EXTERNAL + related).format(policy=sql_text(policy.name))
        connection.execute(
            f"CREATE OR REPLACE TABLE accepted.external AS SELECT * FROM ({query})"
            " WHERE coalesce(same_as, related, page) IS NOT NULL ORDER BY ALL"
        )
