WITH dated AS (
  SELECT "case", coalesce(selected_latest::DATE <= $day::DATE, false) AS is_certain,
    coalesce(selected_earliest::DATE <= $day::DATE, true) AS is_possible
  FROM accepted.cases
),
found AS (
  SELECT organisation, partner, count(*) FILTER (is_certain) AS certain, count(*) FILTER (is_possible) AS possible
  FROM analysis.pairs JOIN dated USING ("case")
  WHERE makes_tie AND (is_certain OR is_possible)
  GROUP BY organisation, partner
  HAVING CASE $mode WHEN 'certain' THEN certain > 0 ELSE possible > 0 END
  ORDER BY organisation, partner LIMIT $row_limit
)
SELECT label(o.name_ko, o.name_en, $language), label(p.name_ko, p.name_en, $language),
  CASE WHEN certain > 0 THEN wanted('확실', 'certain', $language) ELSE wanted('가능', 'possible', $language) END,
  certain, possible, iri('org/' || f.organisation), iri('org/' || f.partner)
FROM found f
LEFT JOIN accepted.organisations o ON o.organisation = f.organisation
LEFT JOIN accepted.organisations p ON p.organisation = f.partner
ORDER BY f.organisation, f.partner
