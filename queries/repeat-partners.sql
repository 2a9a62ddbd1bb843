WITH tied AS MATERIALIZED (
  SELECT organisation, partner, "case" FROM analysis.pairs WHERE makes_tie
),
repeated AS (
  SELECT organisation, partner, count(*) AS cases FROM tied SEMI JOIN accepted.cases USING ("case")
  GROUP BY organisation, partner HAVING count(*) > 1
),
found AS (
  SELECT cases, organisation, partner, "case" FROM repeated JOIN tied USING (organisation, partner)
  ORDER BY cases DESC, organisation, partner, "case" LIMIT $row_limit
)
SELECT label(o.name_ko, o.name_en, $language), label(p.name_ko, p.name_en, $language), f.cases, text(c.label),
  c.selected_earliest::DATE, c.selected_latest::DATE, iri('org/' || f.organisation), iri('org/' || f.partner),
  iri('case/' || f."case")
FROM found f
LEFT JOIN accepted.cases c ON c."case" = f."case"
LEFT JOIN accepted.organisations o ON o.organisation = f.organisation
LEFT JOIN accepted.organisations p ON p.organisation = f.partner
ORDER BY f.cases DESC, f.organisation, f.partner, f."case"
