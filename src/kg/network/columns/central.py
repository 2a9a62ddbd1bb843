"""The organisations of a large network by measures: columns are measured, and only those shown get their names."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.network.columns.measures import MEASURES, SAMPLED, WEIGHTED
from kg.network.progress import Progress
from kg.network.tables.rows import local_id
from kg.network.tables.sparql import query_rows
from kg.queries import GraphAccess
from kg.values import sql_path

if TYPE_CHECKING:
    import pandas

    from kg.network.columns.network import EdgeColumns

LARGE = 100_000  # parties of cases; beyond, the objects of a NetworkX graph take longer than most measures

_NAMES = """SELECT ?organisation ?label_ko ?label_en ?kind ?kind_ko ?kind_en WHERE {
  VALUES ?organisation { %s }
  OPTIONAL { ?organisation rdfs:label ?label_ko FILTER (LANG(?label_ko) = "ko") }
  OPTIONAL { ?organisation rdfs:label ?label_en FILTER (LANG(?label_en) = "en") }
  OPTIONAL {
    ?organisation kg:kind ?kind
    OPTIONAL { ?kind skos:prefLabel ?kind_ko FILTER (LANG(?kind_ko) = "ko") }
    OPTIONAL { ?kind skos:prefLabel ?kind_en FILTER (LANG(?kind_en) = "en") }
  }
} ORDER BY ?organisation ?label_ko ?label_en ?kind"""


def is_large(records: Path) -> bool:
    """Whether a finished build (``build/current/records``) has more than ``LARGE`` parties of cases."""
    import duckdb

    path = sql_path(records / "accepted" / "case_participants.parquet")
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT count(*) FROM read_parquet({path}, hive_partitioning=false)").fetchone()
    return bool(found and found[0] > LARGE)


def central_in_columns(
    columns: EdgeColumns,
    measures: Sequence[str],
    top: int | None,
    access: GraphAccess[Iterable[Any]],
    *,
    weighted: bool = False,
    sources: int | None = None,
    progress: Progress | None = None,
) -> tuple[pandas.DataFrame, dict[str, Any]]:
    """The table of :func:`kg.network.measures.central`, and the facts of the network with the labels of kinds.

    ``access`` reads names from the graph; ``sources`` is the number of organisations from which betweenness and
    closeness are estimated. With ``weighted`` all measures that can read weights do so. What is estimated has columns
    ``error_M`` and ``standard_error_M`` as well, the same in all rows (see :meth:`EdgeColumns.measure`).
    """
    from kg.network.measures import central_table

    found = {
        name: columns.measure(
            name,
            weighted=True if weighted and name in WEIGHTED else None,
            progress=progress,
            sources=sources if name in SAMPLED else None,
        )
        for name in measures
    }
    held = {name: column.dropna() for name, column in found.items()}
    values = {name: dict(zip(column.index, column.tolist(), strict=True)) for name, column in held.items()}
    kinds: dict[str, list[str]] = {}
    table = central_table(columns.ids.tolist(), values, functools.partial(_described, access, kinds), top)
    for name, column in found.items():
        for what in ("error", "standard_error"):
            if what in column.attrs:
                table[f"{what}_{name}"] = column.attrs[what]
    estimated = {name: dict(column.attrs) for name, column in found.items() if "error" in column.attrs}
    return table, {**columns.facts, "labels": {"kind": kinds}, "estimated": estimated}


def _described(
    access: GraphAccess[Iterable[Any]], kinds: dict[str, list[str]], nodes: Iterable[str]
) -> Mapping[str, Mapping[str, Any]]:
    """Names and kind of each organisation; labels of the kinds go into ``kinds``."""
    iris = {node if ":" in node else access.iri(f"org/{node}"): node for node in nodes}
    described: dict[str, dict[str, Any]] = {}
    rows = query_rows(access, _NAMES % " ".join(f"<{iri}>" for iri in iris)) if iris else ()
    for iri, ko, en, kind, kind_ko, kind_en in rows:
        code = local_id(kind) if kind else None
        described.setdefault(iris[iri], {"label_ko": ko, "label_en": en, "kind": code})
        if code:
            kinds[code] = [kind_ko or code, kind_en or code]
    return described


def can_measure(names: Iterable[str], *, weighted: bool = False) -> bool:
    """Whether columns have all of these measures, and read weights wherever :mod:`kg.network.measures` does."""
    from kg.network.measures.registry import MEASURES as KNOWN

    given = set(names)
    return given <= MEASURES.keys() and not (
        weighted and any(KNOWN[name].weighing(True) and name not in WEIGHTED for name in given & KNOWN.keys())
    )
