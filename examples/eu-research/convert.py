"""Record tables of EU research partnerships, from the joined tables of FP7 and Horizon 2020.

    python convert.py JOINED OUT [--cases N]
    kg build OUT --out DIR

JOINED holds organisations, cases and participations as Parquet, and sources.csv. OUT gets a Parquet file for each
record table, beside the settings and code lists of this folder. ``--cases`` takes a sample, the same every time.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

import duckdb

from kg.records import read_schema

HERE = Path(__file__).resolve().parent
COMPILED = "joined-tables"  # what stands in the joined tables without the source it came from
UNION, UNION_NAME = "european-union", "European Union"

# reports of one origin do not confirm one another
ORIGIN = "CASE WHEN source_id LIKE 'dashboard%' OR source_id LIKE 'grants%' THEN 'horizon-dashboard' ELSE 'cordis' END"

# money of a participant: column, kind, modality, and whether the European Union gives it
PARTICIPANT_MONEY = (
    ("contribution_eur", "eu-contribution", "granted", True),
    ("net_contribution_eur", "eu-net-contribution", "granted", True),
    ("total_cost_eur", "organisation-cost", "estimated", False),
)


def text(column: str) -> str:
    """Text as NFC, each run of white space or control characters one blank, empty where nothing is left."""
    blanks = r"[\s\x00-\x1f\x7f\x{A0}\x{3000}]+"
    return f"nullif(trim(regexp_replace(nfc_normalize({column}), '{blanks}', ' ', 'g')), '')"


def money(column: str) -> str:
    """Euro as a decimal without closing zeros; an empty cell stays empty and 0 stays 0."""
    return rf"regexp_replace(regexp_replace({column}::DECIMAL(18, 2)::VARCHAR, '(\.\d*?)0+$', '\1'), '\.$', '')"


def slug(column: str) -> str:
    return f"trim(regexp_replace({column}, '[^A-Za-z0-9._~]+', '-', 'g'), '-.')"


# a project lasts from its start to its end, as far as they are stated
PERIOD = (
    "CASE WHEN c.start_date IS NOT NULL THEN c.start_date || '/' || coalesce(c.end_date::VARCHAR, '..')"
    " WHEN c.end_date IS NOT NULL THEN '../' || c.end_date END"
)
# the day of signature; where only the start is stated, the project was selected by then at the latest
SELECTED = "coalesce(c.signature_date::VARCHAR, '../' || c.start_date)"


def record_tables() -> dict[str, str]:
    """The SELECT of each record table; columns that are not named stay empty."""
    return {
        "sources": f"""
            SELECT source_id AS source, 'https://github.com/' || carrier || '/blob/' || "commit" || '/'
                || replace(split_part(path, '; ', 1), ' ', '%20') AS url, carrier AS publisher, what AS topic,
                regexp_extract(as_of, '^\\d{{4}}(-\\d{{2}})?') AS published, 'en' AS language, 'mirror' AS kind,
                {ORIGIN} AS origin, concat_ws('; ', 'files: ' || path, 'used for: ' || used_for, CASE source_id
                WHEN 'h2020-2016' THEN 'roles: worked out from the coordinator printed with the project' END) AS note
            FROM joined_sources
            UNION ALL SELECT '{COMPILED}', NULL, 'Sangsaeng KG contributors', 'Joined tables of FP7 and Horizon 2020',
                '2026-11-22', 'en', 'reference', NULL, 'the source of each cell is not recorded'""",
        "organisations": f"""
            SELECT org_id AS organisation, CASE WHEN id_basis = 'none' AND {text('name')} IS NULL THEN org_id
                ELSE coalesce({text('name')}, 'PIC ' || org_id) END AS name_en, '{COMPILED}' AS name_en_source,
                coalesce(kind, 'unknown') AS kind, CASE WHEN kind IS NOT NULL THEN '{COMPILED}' END AS kind_source,
                country_iso AS country, CASE WHEN name IS NULL THEN 'no name in the sources' END AS note FROM o
            UNION ALL BY NAME SELECT '{UNION}' AS organisation, '유럽연합' AS name_ko, '{UNION_NAME}' AS name_en,
                'unknown' AS kind""",
        "names": f"""
            SELECT org_id AS name, org_id AS organisation, 'same' AS judgement, 'number' AS kind, org_id AS mention,
                CASE id_basis WHEN 'pic-by-name' THEN 'one participant code has this name and country'
                WHEN 'none' THEN 'no participant code is known' END AS reason FROM o
            UNION ALL BY NAME SELECT '{UNION_NAME}' AS name, '{UNION}' AS organisation, 'same' AS judgement,
                'usual' AS kind, '{UNION}' AS mention""",
        "organisation_identifiers": """
            SELECT org_id AS organisation, 'pic' AS scheme, org_id AS identifier,
                CASE id_basis WHEN 'pic' THEN s.source ELSE 'fp7-warehouse-2018' END AS source,
                CASE id_basis WHEN 'pic-by-name' THEN 'true' END AS approximate,
                CASE id_basis WHEN 'pic-by-name' THEN 'found by name and country' END AS note
            FROM o JOIN (SELECT org_id, min(source) AS source FROM p GROUP BY 1) s USING (org_id)
            WHERE id_basis <> 'none'""",
        "rounds": f"""
            SELECT DISTINCT {slug('call')} AS round, lower(programme) AS programme,
                nullif(regexp_extract(call, '20\\d\\d'), '') AS year, call AS name_en FROM c WHERE call IS NOT NULL""",
        "cases": f"""
            SELECT case_id AS "case", lower(programme) AS programme, {slug('call')} AS round, {SELECTED} AS selected,
                coalesce({text('title')}, {text('acronym')}) AS title,
                coalesce({text('topic_text')}, {text('thematic_priority')}, {text('topic')}) AS theme, source,
                coalesce(c.signature_date, c.start_date)::VARCHAR AS as_printed,
                concat_ws('; ', 'acronym: ' || {text('acronym')}, 'status: ' || status,
                'participations declared: ' || declared_participations) AS note FROM c""",
        "case_participants": """
            SELECT case_id AS "case", org_id AS organisation, coalesce(role, 'unknown') AS role, source FROM p
            UNION ALL BY NAME
            SELECT case_id AS "case", 'unknown' AS role,
                CASE WHEN declared_participations > count(org_id) THEN 'more-than-listed'
                WHEN declared_participations = 1 THEN 'single-beneficiary' ELSE 'one-listed' END AS unnamed_reason,
                CASE WHEN declared_participations IS NULL THEN any_value(c.source) ELSE 'grants-2021' END AS source
            FROM c JOIN p USING (case_id) GROUP BY case_id, declared_participations
            HAVING count(*) FILTER (role IS DISTINCT FROM 'third-party') < 2""",
        "case_contributions": " UNION ALL BY NAME ".join([*_participant_money(), _project_money()]),
    }


def _participant_money() -> list[str]:
    """A sum that is not stated gives no row; a stated 0 is a row."""
    parts = []
    for column, kind, modality, from_union in PARTICIPANT_MONEY:
        parties = f"'{UNION_NAME}' AS giver, org_id AS receiver" if from_union else "org_id AS giver, NULL AS receiver"
        parts.append(
            f"SELECT case_id AS \"case\", '{kind}.' || org_id AS contribution, {parties}, '{kind}' AS kind,"
            f" '{modality}' AS modality, {money('p.' + column)} AS value, 'EUR' AS unit, {PERIOD} AS period, p.source"
            f" FROM p JOIN c USING (case_id) WHERE p.{column} IS NOT NULL"
        )
    return parts


def _project_money() -> str:
    return (
        f"SELECT case_id AS \"case\", 'project' AS contribution, '{UNION_NAME}' AS giver, 'granted' AS modality,"
        " 'project-contribution' AS kind,"
        f" {money('eu_contribution_eur')} AS value, 'EUR' AS unit, {PERIOD} AS period, source"
        " FROM c WHERE eu_contribution_eur IS NOT NULL"
    )


def convert(joined: Path, out: Path, cases: int | None = None) -> dict[str, int]:
    """Write the record tables into ``out``; returns the number of rows of each."""
    out.mkdir(parents=True, exist_ok=True)
    schema, counts = read_schema(), {}
    with duckdb.connect() as connection:
        connection.execute("SET memory_limit = '400MB'; SET threads = 2")
        _read(connection, joined, cases)
        for name, query in record_tables().items():
            connection.execute(f"CREATE OR REPLACE TEMP TABLE made AS {query}")
            made = {row[0] for row in connection.execute("DESCRIBE made").fetchall()}
            cells = ", ".join(_cell(column, column in made) for column in schema.by_name[name].columns)
            target = str(out / f"{name}.parquet").replace("'", "''")
            rows = f"SELECT {cells} FROM made ORDER BY ALL"
            written = connection.execute(f"COPY ({rows}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)").fetchone()
            counts[name] = int(written[0]) if written else 0
    shutil.copy(HERE / "dataset.toml", out / "dataset.toml")
    shutil.copytree(HERE / "codelists", out / "codelists", dirs_exist_ok=True)
    return counts


def _cell(column: str, stated: bool) -> str:
    value = f"nullif(\"{column}\"::VARCHAR, '')" if stated else "NULL::VARCHAR"
    return f'{value} AS "{column}"'


def _read(connection: duckdb.DuckDBPyConnection, joined: Path, cases: int | None) -> None:
    place = str(joined).replace("'", "''")
    chosen = ""
    if cases:
        sample = f"SELECT case_id FROM '{place}/cases.parquet' ORDER BY md5(case_id) LIMIT {int(cases)}"
        chosen = f"WHERE case_id IN ({sample})"
    views = {
        "c": f"SELECT * FROM '{place}/cases.parquet' {chosen}",
        "p": f"SELECT * FROM '{place}/participations.parquet' {chosen}",
        "o": f"SELECT * FROM '{place}/organisations.parquet' WHERE org_id IN (SELECT org_id FROM p)",
        "joined_sources": f"SELECT * FROM read_csv('{place}/sources.csv', all_varchar = true)",
    }
    for name, query in views.items():
        connection.execute(f"CREATE TEMP VIEW {name} AS {query}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("joined", type=Path, help="folder of the joined tables")
    parser.add_argument("out", type=Path, help="folder for the record tables")
    parser.add_argument("--cases", type=int, help="only so many cases, the same every time")
    options = parser.parse_args()
    if not (options.joined / "participations.parquet").exists():
        print(f"{options.joined}에 participations.parquet이 없습니다.", file=sys.stderr)
        print(f"There is no participations.parquet in {options.joined}.", file=sys.stderr)
        return 1
    for name, count in convert(options.joined, options.out, options.cases).items():
        print(f"{name}: {count:,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
