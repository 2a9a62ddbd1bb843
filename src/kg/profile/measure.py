"""The profile of an N-Quads file, in one reading of it.

The lines are split in columns and kept with digests of subject and object in place of their text; counts are made from
those. A digest has 128 bits: two values that share one are not to be expected in any graph.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb

from kg.profile.model import ANALYSIS, CLAIMS, DEFAULT, ClassProfile, GraphProfile, Profile, PropertyProfile, Usage
from kg.values import sql_text
from kg.vocab import BASE, DEFAULT_POLICY, GRAPH_REGISTER, ID, RDF, accepted_graph, analysis_graph, rebased

_EXAMPLE_LETTERS, _EXAMPLES = 100, 3
_SAMPLE = 64  # different objects to choose examples from

# A line of N-Quads ``S P O [G] .``: IRIs have no spaces, and after the last quotation mark of a literal there is
# only its datatype or language, and the graph.
_SPLIT = """
WITH lines AS (
    SELECT line, split_part(line, ' ', 1) AS s, split_part(line, ' ', 2) AS p
    FROM read_csv({path}, delim = '', quote = '', escape = '', header = false, auto_detect = false,
        columns = {{'line': 'VARCHAR'}}, max_line_size = 16777216)
    WHERE NOT ends_with(line, {register}) AND NOT ends_with(line, {accepted})
),
rests AS (SELECT s, p, substr(line, length(s) + length(p) + 3) AS rest FROM lines),
tails AS (
    SELECT s, p, rest, rest[1] = '"' AS is_literal,
        CASE WHEN rest[1] = '"' THEN regexp_extract(rest, '[^"]*$') ELSE rest END AS tail
    FROM rests
),
terms AS (
    SELECT s, p, is_literal, split_part(tail, ' ', 1) AS first, split_part(tail, ' ', 2) AS graph,
        CASE WHEN is_literal THEN left(rest, length(rest) - length(tail)) || split_part(tail, ' ', 1)
            ELSE split_part(tail, ' ', 1) END AS o
    FROM tails
)
SELECT
    CASE WHEN graph = '.' THEN 'default' WHEN graph = {analysis} THEN 'analysis'
        WHEN starts_with(graph, {sources}) THEN 'claims' ELSE graph[2:-2] END AS part,
    p[2:-2] AS p, hash(s) AS s1, hash(s || ' ') AS s2, hash(o) AS o1, hash(o || ' ') AS o2,
    CASE WHEN NOT is_literal THEN 'iri' WHEN first[1] = '@' THEN 'language' ELSE 'datatype' END AS kind,
    CASE WHEN NOT is_literal THEN NULL WHEN first = '' THEN {string} WHEN first[1] = '@' THEN first[2:]
        ELSE first[4:-2] END AS type,
    CASE WHEN NOT is_literal AND (starts_with(o, {codes}) OR starts_with(o, {grades})) THEN o[2:-2] END AS code,
    CASE WHEN p = {rdf_type} AND NOT is_literal THEN o[2:-2] END AS class,
    CASE WHEN length(o) <= {letters} THEN o END AS example
FROM terms
"""
_PARTS = "SELECT part, count(*), count(DISTINCT (s1, s2)) FROM {split} GROUP BY part"
_PROPERTIES = """
SELECT part, p, count(*), count(DISTINCT (s1, s2)), count(DISTINCT (o1, o2)), count(*) FILTER (kind = 'iri')
FROM {split} GROUP BY part, p ORDER BY part, p
"""
_TYPES = """
SELECT part, p, kind, type, count(*) FROM {split} WHERE kind <> 'iri' GROUP BY ALL ORDER BY ALL
"""
_CODES = """
SELECT part, p, code, count(*) FROM {split} WHERE code IS NOT NULL GROUP BY ALL ORDER BY ALL
"""
_CLASSES = """
SELECT part, class, count(DISTINCT (s1, s2)) FROM {split} WHERE class IS NOT NULL GROUP BY ALL ORDER BY ALL
"""
_USES = """
WITH members AS (SELECT DISTINCT part, class, s1, s2 FROM {split} WHERE class IS NOT NULL),
uses AS (SELECT part, p, s1, s2, count(*) AS triples FROM {split} GROUP BY ALL)
SELECT part, class, p, sum(triples)::BIGINT, count(*) FROM members JOIN uses USING (part, s1, s2)
GROUP BY part, class, p ORDER BY part, class, p
"""
# some objects of each property, chosen by their digest, so that the same graph has the same examples
_EXAMPLES_OF = """
WITH sizes AS (SELECT part, p, count(DISTINCT (o1, o2)) AS objects FROM {split} GROUP BY ALL),
chosen AS (
    SELECT DISTINCT part, p, o1, example FROM {split} JOIN sizes USING (part, p)
    WHERE example IS NOT NULL AND o1 / 18446744073709551616.0 <= {sample} / objects
)
SELECT part, p, list_sort(list_slice(list(example ORDER BY o1, example), 1, {most}))
FROM chosen GROUP BY part, p ORDER BY part, p
"""


def measure_profile(
    connection: duckdb.DuckDBPyConnection,
    quads: Path,
    *,
    base: str = BASE,
    policy: str = DEFAULT_POLICY,
    work: Path | None = None,
) -> Profile:
    """The profile of ``graph.nq``, or of a file in its form: unique, canonical N-Quads without blank nodes.

    Register and accepted graph are profiled as the default graph, which holds them. ``work`` is the folder of a file
    in passing, about an eighth of ``quads`` in size; by default that of ``quads``.
    """
    split = (work or quads.parent) / "profile.parquet"
    values = {
        "path": str(quads),
        "register": f" <{rebased(GRAPH_REGISTER, base)}> .",
        "accepted": f" <{rebased(accepted_graph(policy), base)}> .",
        "analysis": f"<{rebased(analysis_graph(policy), base)}>",
        "sources": f"<{rebased(ID['source/'], base)}",
        "codes": f"<{rebased(ID['code/'], base)}",
        "grades": f"<{rebased(ID['grade/'], base)}",
        "string": "http://www.w3.org/2001/XMLSchema#string",
        "rdf_type": f"<{RDF.type}>",
    }
    query = _SPLIT.format(**{name: sql_text(value) for name, value in values.items()}, letters=_EXAMPLE_LETTERS)
    try:
        connection.execute(f"COPY ({query}) TO {sql_text(str(split))} (FORMAT parquet)")
        return _profile(connection, f"read_parquet({sql_text(str(split))})")
    finally:
        split.unlink(missing_ok=True)


def _profile(connection: duckdb.DuckDBPyConnection, split: str) -> Profile:
    def rows(query: str) -> list[tuple[Any, ...]]:
        text = query.format(split=split, sample=_SAMPLE, most=_EXAMPLES)
        return connection.execute(text).fetchall()

    types: dict[tuple[str, str], dict[str, dict[str, int]]] = defaultdict(lambda: {"datatype": {}, "language": {}})
    for part, property, kind, name, count in rows(_TYPES):
        types[part, property][kind][name] = count
    codes: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for part, property, code, count in rows(_CODES):
        codes[part, property][code] = count
    examples = {(part, property): tuple(found) for part, property, found in rows(_EXAMPLES_OF)}
    uses: dict[tuple[str, str], dict[str, Usage]] = defaultdict(dict)
    for part, name, property, triples, subjects in rows(_USES):
        uses[part, name][property] = Usage(triples, subjects)
    classes: dict[str, dict[str, ClassProfile]] = defaultdict(dict)
    for part, name, entities in rows(_CLASSES):
        classes[part][name] = ClassProfile(entities, uses[part, name])
    properties: dict[str, dict[str, PropertyProfile]] = defaultdict(dict)
    for part, property, triples, subjects, objects, iris in rows(_PROPERTIES):
        key = (part, property)
        of_kind = types[key]
        properties[part][property] = PropertyProfile(
            triples,
            subjects,
            objects,
            iris,
            of_kind["datatype"],
            of_kind["language"],
            codes[key],
            examples.get(key, ()),
        )
    found = {
        part: GraphProfile(triples, subjects, classes[part], properties[part])
        for part, triples, subjects in rows(_PARTS)
    }
    known = [part for part in (DEFAULT, CLAIMS, ANALYSIS) if part in found]
    return Profile({part: found[part] for part in [*known, *sorted(found.keys() - set(known))]})
