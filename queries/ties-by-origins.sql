-- Any claim about an accepted participation counts, followed or not. Numbers stand for ids, in the same order, because
-- there are many pairs.
WITH party AS MATERIALIZED (
  SELECT DISTINCT c.source, c."case", p.org
  FROM resolved.case_participants c
  JOIN accepted.case_participants p USING (thing)
  JOIN codes.role r ON r.code = p.role AND r.ties = 'true'
  WHERE p.org IS NOT NULL AND c."case" IS NOT NULL AND c.role IS NOT NULL
),
organisation AS MATERIALIZED (SELECT org, row_number() OVER (ORDER BY org)::INTEGER AS number FROM party GROUP BY org),
source AS MATERIALIZED (
  SELECT source, row_number() OVER (ORDER BY source)::INTEGER AS number,
    dense_rank() OVER (ORDER BY origin_id)::INTEGER AS origin
  FROM resolved.sources WHERE origin_id IS NOT NULL
),
numbered AS MATERIALIZED (
  SELECT dense_rank() OVER (ORDER BY p."case")::INTEGER AS place, s.number AS source, s.origin, o.number AS org
  FROM party p JOIN organisation o USING (org) JOIN source s USING (source)
),
found AS (
  SELECT a.org AS organisation, b.org AS partner,
    CASE count(*) WHEN 1 THEN 1 ELSE list_unique(list(a.place)) END AS cases,
    CASE count(*) WHEN 1 THEN 1 ELSE list_unique(list(a.source)) END AS sources,
    CASE count(*) WHEN 1 THEN 1 ELSE list_unique(list(a.origin)) END AS origins
  FROM numbered a JOIN numbered b ON a.place = b.place AND a.source = b.source AND a.org < b.org
  GROUP BY a.org, b.org
  ORDER BY origins DESC, sources DESC, organisation, partner LIMIT $row_limit
)
SELECT label(o.name_ko, o.name_en, $language), label(p.name_ko, p.name_en, $language), f.cases, f.sources, f.origins,
  iri('org/' || a.org), iri('org/' || b.org)
FROM found f
JOIN organisation a ON a.number = f.organisation
JOIN organisation b ON b.number = f.partner
LEFT JOIN accepted.organisations o ON o.organisation = a.org
LEFT JOIN accepted.organisations p ON p.organisation = b.org
ORDER BY f.origins DESC, f.sources DESC, f.organisation, f.partner
