WITH unnamed AS (
  SELECT DISTINCT "case", unnamed_reason FROM accepted.case_participants
  WHERE unnamed_reason IS NOT NULL AND "case" IS NOT NULL
),
named AS (
  SELECT "case", org, role FROM accepted.case_participants
  WHERE org IS NOT NULL AND role IS NOT NULL AND "case" IS NOT NULL
),
perhaps_same AS (
  SELECT one AS "case", other AS possible_case FROM resolved.case_identity WHERE judgement = 'unsure'
  UNION
  SELECT other, one FROM resolved.case_identity WHERE judgement = 'unsure'
),
found AS (
  SELECT DISTINCT u."case", u.unnamed_reason, n.org, n.role, s.possible_case
  FROM unnamed u LEFT JOIN named n ON n."case" = u."case" LEFT JOIN perhaps_same s ON s."case" = u."case"
)
SELECT text(c.label), label(o.name_ko, o.name_en, $language), wanted(r.label_ko, r.label_en, $language),
  wanted(w.label_ko, w.label_en, $language), label(d.name_ko, d.name_en, $language), text(p.label),
  iri('case/' || f."case"), iri('org/' || f.org), iri('case/' || f.possible_case)
FROM found f
LEFT JOIN accepted.cases c ON c."case" = f."case"
LEFT JOIN accepted.organisations o ON o.organisation = f.org
LEFT JOIN codes.role r ON r.code = f.role
LEFT JOIN codes."unnamed-reason" w ON w.code = f.unnamed_reason
LEFT JOIN resolved.rounds d ON d.round = c.round
LEFT JOIN accepted.cases p ON p."case" = f.possible_case
ORDER BY f."case", coalesce(f.org, ''), coalesce(CASE $language WHEN 'ko' THEN r.label_ko ELSE r.label_en END, ''),
  f.unnamed_reason, coalesce(f.possible_case, '')
