"""Pairs of organisations that take part in one case: the one definition of a tie, for networks, questions and RDF.

The columns are described in ``docs/model.md``.
"""

from __future__ import annotations

import duckdb

from kg.settings import Settings
from kg.values import sql_text

# who takes part in which case, by plain ids
PARTIES = """SELECT t.thing, t."case", t.role, t.org, coalesce(r.ties = 'true', false) AS makes_tie
FROM accepted.case_participants t LEFT JOIN codes.role r ON r.code = t.role
WHERE t.status <> 'undecided' AND t.role IS NOT NULL AND t."case" IS NOT NULL"""

# a thing that is contested and of which nothing is accepted is left out
FOLLOWED = """(t.thing NOT IN (SELECT thing FROM accepted.links
    WHERE table_name = '{table}' AND contested_by IS NOT NULL)
  OR t.thing IN (SELECT thing FROM accepted.links WHERE table_name = '{table}' AND accepted_from IS NOT NULL))"""

CASES = """SELECT t.thing, t."case", t.label, t.programme, t.round,
  TRY_CAST(t.selected_earliest AS DATE) AS earliest, TRY_CAST(t.selected_latest AS DATE) AS latest
FROM accepted.cases t WHERE """ + FOLLOWED.format(table="cases")

# Sources and certainty of a pair are those of its participations in roles that make ties; of a pair without such
# roles, those of all its participations. Distinct lists of sources are few, so their origins are found once for each.
_PAIRS = """
WITH parties AS MATERIALIZED (
  SELECT thing, "case", role, org, {tied} AS tied FROM ({all_parties}) WHERE org IS NOT NULL),
followed AS MATERIALIZED (
  SELECT p."case", p.org, p.tied, t.source, coalesce(t.organisation_judgement = 'same', false) AS sure
  FROM parties p JOIN accepted.links l ON l.thing = p.thing AND l.table_name = 'case_participants'
    AND l.accepted_from IS NOT NULL
  JOIN resolved.case_participants t ON t.thing = l.thing AND t.claim = l.claim),
stated AS (
  SELECT "case", org, coalesce(list(DISTINCT source ORDER BY source), []) AS all_sources,
    coalesce(list(DISTINCT source ORDER BY source) FILTER (tied), []) AS tied_sources,
    bool_or(sure) AS sure, coalesce(bool_or(sure) FILTER (tied), false) AS surely_tied
  FROM followed GROUP BY ALL),
party AS MATERIALIZED (
  SELECT p.*, (count(*) FILTER (p.tied) OVER (PARTITION BY p."case"))::INTEGER AS parties,
    coalesce(s.all_sources, []) AS all_sources, coalesce(s.tied_sources, []) AS tied_sources,
    coalesce(s.sure, false) AS sure,
    coalesce(s.surely_tied, false) AS surely_tied
  FROM (
    SELECT "case", org, list(DISTINCT role ORDER BY role) AS roles, bool_or(tied) AS tied FROM parties GROUP BY ALL) p
  LEFT JOIN stated s USING ("case", org)),
joined AS MATERIALIZED (
  SELECT a.org AS organisation, b.org AS partner, a."case", a.roles AS organisation_roles, b.roles AS partner_roles,
    a.tied AND b.tied AS makes_tie, a.parties,
    CASE WHEN a.tied AND b.tied THEN a.surely_tied AND b.surely_tied ELSE a.sure AND b.sure END AS certain,
    CASE WHEN a.tied AND b.tied THEN list_intersect(a.tied_sources, b.tied_sources)
      ELSE list_intersect(a.all_sources, b.all_sources) END AS sources
  FROM party a JOIN party b ON a."case" = b."case" AND a.org < b.org),
origin AS (SELECT DISTINCT source, origin FROM resolved.case_participants),
listed AS (
  SELECT sources, list_sort(sources) AS sorted, list(DISTINCT o.origin ORDER BY o.origin) AS origins
  FROM (SELECT sources, unnest(sources) AS source FROM (SELECT DISTINCT sources FROM joined))
  JOIN origin o USING (source) GROUP BY ALL)
SELECT j.organisation, j.partner, j."case", j.organisation_roles, j.partner_roles, j.makes_tie, j.certain, j.parties,
  c.programme, c.earliest, c.latest, coalesce(l.sorted, []) AS sources, coalesce(l.origins, []) AS origins
FROM joined j LEFT JOIN ({cases}) c ON c."case" = j."case" LEFT JOIN listed l ON l.sources = j.sources
"""


def pairs_query(tied: str = "makes_tie") -> str:
    """The SELECT of all pairs from ``accepted``, ``resolved`` and ``codes``.

    ``tied`` is the SQL condition over ``role`` and ``makes_tie`` that a participation makes ties: by default what the
    code list of roles says.
    """
    return _PAIRS.format(tied=tied, all_parties=PARTIES, cases=CASES)


def make_pairs(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Make ``analysis.pairs``, a row for each pair of organisations and each case in which both take part."""
    connection.execute(
        f"CREATE OR REPLACE TABLE analysis.pairs AS SELECT {sql_text(settings.policy)} AS policy, *"
        f' FROM ({pairs_query()}) ORDER BY organisation, partner, "case"'
    )
