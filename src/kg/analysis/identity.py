"""Judgements of identity that are unsure and change a count, and identifiers that several organisations share."""

from __future__ import annotations

from kg.records.schema import Schema

# Two cases that may be one count as one or two in a round, a programme or the list of an organisation.
CASES = """
WITH parties AS (SELECT DISTINCT "case", org FROM resolved.case_participants WHERE org IS NOT NULL),
pairs AS (SELECT i.one, i.other FROM resolved.case_identity i JOIN worked.case_groups a ON a."case" = i.one
    JOIN worked.case_groups b ON b."case" = i.other WHERE i.judgement = 'unsure' AND a.possible <> b.possible
    AND (a.round = b.round OR a.programme = b.programme
      OR EXISTS (SELECT 1 FROM parties p JOIN parties q ON q.org = p.org WHERE p."case" = i.one AND q."case" =
          i.other)))
SELECT 'unsure-cases', 'identity', 'case.' || p.one || '.' || p.other, c.thing, 'exists', c.claim
FROM pairs p JOIN resolved.cases c ON c."case" IN (p.one, p.other)
"""

EVENTS = """
WITH same AS (SELECT one, other FROM resolved.event_identity WHERE judgement = 'same' UNION
  SELECT other, one FROM resolved.event_identity WHERE judgement = 'same'),
pairs AS (SELECT i.one, i.other FROM resolved.event_identity i WHERE i.judgement = 'unsure' AND NOT EXISTS
  (SELECT 1 FROM same a JOIN same b ON b.one = a.other WHERE a.one = i.one AND b.other = i.other))
SELECT 'unsure-events', 'identity', 'event.' || p.one || '.' || p.other, e.thing, 'exists', e.claim
FROM pairs p JOIN resolved.events e ON e.event IN (p.one, p.other)
"""

# Two organisations that may be the same are counted as two where claims of the same table are about both. A unit and
# its firm are two by the register, so there is no doubt about them.
ORGANISATIONS = """
WITH stated AS (SELECT DISTINCT org, table_name FROM worked.placed WHERE org IS NOT NULL),
judged AS (SELECT one, other FROM resolved.judgements WHERE about = 'organisation' AND judgement = 'unsure'
  UNION SELECT before, after FROM resolved.organisation_changes WHERE judgement = 'unsure' AND kind <> 'transfer'),
pairs AS (SELECT DISTINCT least(j.one, j.other) AS one, greatest(j.one, j.other) AS other FROM judged j
  JOIN worked.histories a ON a.org = j.one JOIN worked.histories b ON b.org = j.other
  WHERE a.history <> b.history AND a.part_of IS DISTINCT FROM b.org AND b.part_of IS DISTINCT FROM a.org),
counted AS (SELECT p.one, p.other, t.table_name FROM pairs p JOIN stated t ON t.org = p.one JOIN stated u
  ON u.org = p.other AND u.table_name = t.table_name)
SELECT 'unsure-organisations', 'identity', 'org.' || c.one || '.' || c.other, '{base}id/org/' || f.org, 'exists',
    f.claim
FROM counted c JOIN worked.placed f ON f.table_name = c.table_name AND f.org IN (c.one, c.other)
"""

# An identifier is of one organisation, under all names that established renames give it. Along an unsure rename,
# sharing one is evidence and no conflict.
IDENTIFIERS = """
WITH held AS (SELECT i.scheme, i.identifier, i.claim, i.thing, h.history FROM resolved.organisation_identifiers i
  JOIN worked.histories h ON h.org = i.org),
shared AS (SELECT scheme, identifier FROM held GROUP BY ALL HAVING count(DISTINCT history) > 1),
pairs AS (SELECT DISTINCT a.scheme, a.identifier, a.history AS one, b.history AS other FROM held a
  JOIN held b ON b.scheme = a.scheme AND b.identifier = a.identifier AND b.history <> a.history
  SEMI JOIN shared s ON s.scheme = a.scheme AND s.identifier = a.identifier),
renamed AS (SELECT a.history AS one, b.history AS other FROM resolved.organisation_changes c
  JOIN worked.histories a ON a.org = c.before JOIN worked.histories b ON b.org = c.after WHERE c.judgement = 'unsure'),
disputed AS (SELECT p.* FROM pairs p ANTI JOIN (FROM renamed UNION SELECT other, one FROM renamed) r
  ON r.one = p.one AND r.other = p.other)
SELECT 'shared-identifier', 'identifier', 'identifier.' || h.scheme || '.' || h.identifier, h.thing, 'identifier',
    h.claim
FROM held h SEMI JOIN disputed d ON d.scheme = h.scheme AND d.identifier = h.identifier AND d.one = h.history
"""


def identity_queries(schema: Schema, base: str) -> tuple[str, ...]:
    """The rules of identity and of identifiers; printed names are looked for in every fact table that has them."""
    names = " UNION ALL ".join(
        f"SELECT 'unsure-name', 'identity', 'name.' || organisation_mention, '{base}id/org/' || org, 'exists', claim"
        f" FROM resolved.{table.name} WHERE organisation_judgement = 'unsure'"
        for table in schema.facts
        if "organisation" in table.columns and table.field("organisation").kind == "name"
    )
    return CASES, EVENTS, ORGANISATIONS.format(base=base), names, IDENTIFIERS
