WITH parties AS MATERIALIZED (
  SELECT DISTINCT p."case", p.org
  FROM accepted.case_participants p JOIN codes.role r ON r.code = p.role AND r.ties = 'true'
  WHERE p.org IS NOT NULL AND p."case" IS NOT NULL
),
starts AS MATERIALIZED (SELECT "case" FROM parties WHERE iri('org/' || org) = 'I' || $from),
ends AS MATERIALIZED (SELECT "case" FROM parties WHERE iri('org/' || org) = 'I' || $to),
-- organisations one and two cases away from either end
after_1 AS MATERIALIZED (SELECT DISTINCT org FROM parties SEMI JOIN starts USING ("case")),
before_1 AS MATERIALIZED (SELECT DISTINCT org FROM parties SEMI JOIN ends USING ("case")),
after_2 AS MATERIALIZED (
  SELECT DISTINCT org FROM parties SEMI JOIN (
    SELECT DISTINCT "case" FROM parties SEMI JOIN after_1 USING (org)) AS reached USING ("case")
),
before_2 AS MATERIALIZED (
  SELECT DISTINCT org FROM parties SEMI JOIN (
    SELECT DISTINCT "case" FROM parties SEMI JOIN before_1 USING (org)) AS reached USING ("case")
),
shortest AS MATERIALIZED (
  SELECT CASE
    WHEN EXISTS (FROM starts JOIN ends USING ("case")) THEN 1
    WHEN EXISTS (FROM after_1 JOIN before_1 USING (org)) THEN 2
    WHEN EXISTS (FROM after_2 JOIN before_1 USING (org)) THEN 3
    WHEN EXISTS (FROM after_2 JOIN before_2 USING (org)) THEN 4
  END AS length
),
chains AS (
  SELECT 1 AS length, s."case" AS case1, NULL AS org1, NULL AS case2, NULL AS org2, NULL AS case3, NULL AS org3,
    NULL AS case4
  FROM shortest JOIN starts s ON length = 1 JOIN ends USING ("case")
  UNION
  SELECT 2, s."case", a.org, e."case", NULL, NULL, NULL, NULL
  FROM shortest JOIN starts s ON length = 2 JOIN parties a ON a."case" = s."case" SEMI JOIN before_1 USING (org)
  JOIN parties b ON b.org = a.org JOIN ends e ON e."case" = b."case"
  UNION
  SELECT 3, s."case", a.org, b."case", c.org, e."case", NULL, NULL
  FROM shortest JOIN starts s ON length = 3 JOIN parties a ON a."case" = s."case" SEMI JOIN before_2 USING (org)
  JOIN parties b ON b.org = a.org JOIN parties c ON c."case" = b."case" SEMI JOIN before_1 ON before_1.org = c.org
  JOIN parties d ON d.org = c.org JOIN ends e ON e."case" = d."case"
  UNION
  SELECT 4, s."case", a.org, b."case", c.org, d."case", f.org, e."case"
  FROM shortest JOIN starts s ON length = 4 JOIN parties a ON a."case" = s."case"
  JOIN parties b ON b.org = a.org JOIN parties c ON c."case" = b."case" SEMI JOIN before_2 ON before_2.org = c.org
  JOIN parties d ON d.org = c.org JOIN parties f ON f."case" = d."case" SEMI JOIN before_1 ON before_1.org = f.org
  JOIN parties g ON g.org = f.org JOIN ends e ON e."case" = g."case"
)
SELECT t.length, text(c1.label), label(o1.name_ko, o1.name_en, $language), text(c2.label),
  label(o2.name_ko, o2.name_en, $language), text(c3.label), label(o3.name_ko, o3.name_en, $language), text(c4.label),
  iri('case/' || case1), iri('org/' || org1), iri('case/' || case2), iri('org/' || org2), iri('case/' || case3),
  iri('org/' || org3), iri('case/' || case4)
FROM chains t
LEFT JOIN accepted.cases c1 ON c1."case" = case1
LEFT JOIN accepted.cases c2 ON c2."case" = case2
LEFT JOIN accepted.cases c3 ON c3."case" = case3
LEFT JOIN accepted.cases c4 ON c4."case" = case4
LEFT JOIN accepted.organisations o1 ON o1.organisation = org1
LEFT JOIN accepted.organisations o2 ON o2.organisation = org2
LEFT JOIN accepted.organisations o3 ON o3.organisation = org3
ORDER BY t.length, case1, org1, case2, org2, case3, org3, case4
