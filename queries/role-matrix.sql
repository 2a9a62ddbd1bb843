WITH counted AS (
  SELECT "case", role, count(*) AS parties, count(unnamed_reason) AS unnamed
  FROM accepted.case_participants
  WHERE "case" IS NOT NULL AND role IS NOT NULL
  GROUP BY "case", role
)
SELECT text(c.label), wanted(g.label_ko, g.label_en, $language), wanted(r.label_ko, r.label_en, $language), t.parties,
  t.unnamed, iri('case/' || t."case"), iri('code/role/' || t.role)
FROM counted t
JOIN accepted.cases c USING ("case")
LEFT JOIN codes.programme g ON g.code = c.programme
LEFT JOIN codes.role r ON r.code = t.role
WHERE c.programme IS NOT NULL AND ($programme IS NULL OR 'I' || $programme = iri('code/programme/' || c.programme))
ORDER BY t."case", t.role
