WITH party AS MATERIALIZED (
  SELECT p.thing, p."case", p.role, p.org, iri('org/' || p.org) = 'I' || $organisation AS is_own
  FROM accepted.case_participants p JOIN codes.role r ON r.code = p.role AND r.ties = 'true'
  WHERE p.org IS NOT NULL AND p."case" IS NOT NULL
),
own AS MATERIALIZED (SELECT thing, "case", role FROM party WHERE is_own),
pair AS MATERIALIZED (
  SELECT m.thing AS mine, m.role AS mine_role, t.thing AS theirs, t.role AS theirs_role, t.org, t."case"
  FROM party t JOIN own m USING ("case")
  WHERE NOT t.is_own
),
-- the sources that state both participations, followed or not
claimed AS MATERIALIZED (
  SELECT DISTINCT thing, "case", org, source FROM resolved.case_participants
  WHERE role IS NOT NULL AND "case" IS NOT NULL
),
stated AS (
  SELECT q.mine, q.theirs, count(DISTINCT s.source) AS sources, count(DISTINCT s.origin_id) AS origins,
    string_agg(DISTINCT s.publisher, ', ' ORDER BY s.publisher) AS publishers
  FROM pair q
  JOIN claimed m ON m.thing = q.mine AND iri('org/' || m.org) = 'I' || $organisation
  JOIN claimed t ON t.thing = q.theirs AND t.source = m.source AND t."case" = m."case"
  JOIN resolved.sources s ON s.source = m.source
  WHERE s.origin_id IS NOT NULL AND s.publisher IS NOT NULL
  GROUP BY q.mine, q.theirs
)
SELECT label(o.name_ko, o.name_en, $language), wanted(b.label_ko, b.label_en, $language),
  wanted(a.label_ko, a.label_en, $language), text(c.label), c.selected_earliest::DATE, c.selected_latest::DATE,
  text(coalesce(s.publishers, '')), coalesce(s.sources, 0), coalesce(s.origins, 0), iri('org/' || q.org),
  iri('case/' || q."case")
FROM pair q
LEFT JOIN stated s USING (mine, theirs)
LEFT JOIN codes.role a ON a.code = q.mine_role
LEFT JOIN codes.role b ON b.code = q.theirs_role
LEFT JOIN accepted.cases c ON c."case" = q."case"
LEFT JOIN accepted.organisations o ON o.organisation = q.org
ORDER BY CASE $language WHEN 'ko' THEN coalesce(o.name_ko, o.name_en, '') ELSE coalesce(o.name_en, o.name_ko, '') END,
  q."case", q.mine, q.theirs
