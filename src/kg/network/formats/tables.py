"""Networks as tables: CSV and Parquet files, pandas frames; one row a node, one row an edge."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.dialect import csv_text
from kg.network.formats.flat import flattened
from kg.network.formats.xml import Target, write_bytes
from kg.values import sql_name, sql_text

if TYPE_CHECKING:
    import networkx as nx
    import pandas

NODE_COLUMNS = (
    "id",
    "label_ko",
    "label_en",
    "label_roman",
    "kind",
    "industry",
    "region",
    "group",
    "cases",
    "latest_grade",
    "latest_grade_year",
    "iri",
)
EDGE_COLUMNS = (
    "source",
    "target",
    "weight",
    "cases",
    "sources",
    "origins",
    "earliest",
    "latest",
    "certain_from",
    "claims",
)


def write_node_csv(graph: nx.Graph, target: Target) -> None:
    """Write one row a node: its id, names, kind, number of cases and IRI; an empty cell is "not stated"."""
    flat = flattened(graph)
    _write_csv(target, NODE_COLUMNS, [{"id": node, **data} for node, data in flat.nodes(data=True)])


def write_edge_csv(graph: nx.Graph, target: Target) -> None:
    """Write one row an edge: its two ends and all it carries; an empty cell is "not stated"."""
    flat = flattened(graph)
    rows = [{"source": left, "target": right, **data} for left, right, data in flat.edges(data=True)]
    _write_csv(target, EDGE_COLUMNS, rows)


def _write_csv(target: Target, first: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    more = sorted({name for row in rows for name in row}.difference(first))
    names = [*first, *more]
    write_bytes(target, csv_text([names, *([row.get(name) for name in names] for row in rows)]).encode())


def to_pandas(graph: nx.Graph) -> tuple[pandas.DataFrame, pandas.DataFrame]:
    """Nodes and edges as tables in order of their ids; lists stay lists, what is not stated is None.

    Columns: of nodes ``id`` and their attributes, of edges ``source``, ``target`` and theirs.

    >>> import networkx as nx
    >>> nodes, edges = to_pandas(nx.Graph([("b", "a", {"weight": 2, "cases": ["c1", "c2"]})]))
    >>> list(nodes["id"]), edges.loc[0, ["source", "target", "cases"]].tolist()
    (['a', 'b'], ['a', 'b', ['c1', 'c2']])
    """
    ends = [(left, right) if graph.is_directed() or left <= right else (right, left) for left, right in graph.edges]
    nodes = [{"id": node, **graph.nodes[node]} for node in sorted(graph)]
    edges = [{"source": left, "target": right, **graph.edges[left, right]} for left, right in sorted(ends)]
    return _frame(nodes, NODE_COLUMNS[:1]), _frame(edges, EDGE_COLUMNS[:2])


def _frame(rows: list[dict[str, Any]], first: tuple[str, ...]) -> pandas.DataFrame:
    import pandas

    names = [*first, *dict.fromkeys(name for row in rows for name in row if name not in first)]
    columns: dict[str, pandas.Series[Any]] = {}
    for name in names:
        values = [row.get(name) for row in rows]
        kinds = {type(value) for value in values if value is not None}
        numbers = "Int64" if kinds == {int} else "Float64" if kinds and kinds <= {int, float} else "object"
        columns[name] = pandas.Series(values, dtype=numbers)
    return pandas.DataFrame(columns, columns=names)


def write_parquet(graph: nx.Graph, folder: str | os.PathLike[str]) -> None:
    """Write ``nodes.parquet`` and ``edges.parquet`` into ``folder``; lists are lists of text."""
    import duckdb

    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        for name, frame in zip(("nodes", "edges"), to_pandas(graph), strict=True):
            types = {str(column): _sql_type(str(column), frame) for column in frame}
            relation = connection.from_df(frame) if len(frame) else None
            values = {column: "NULL" if relation is None else sql_name(column) for column in types}
            columns = [f"CAST({values[column]} AS {kind}) AS {sql_name(column)}" for column, kind in types.items()]
            source = "(SELECT 1) WHERE false" if relation is None else "relation"
            query = f"SELECT {', '.join(columns)} FROM {source}"
            connection.execute(f"COPY ({query}) TO {sql_text(str(place / f'{name}.parquet'))} (FORMAT parquet)")


def _sql_type(column: str, frame: pandas.DataFrame) -> str:
    kinds = {type(value) for value in frame[column] if value is not None}
    if kinds & {list, tuple}:
        return "VARCHAR[]"
    if kinds == {bool}:
        return "BOOLEAN"
    return {"Int64": "BIGINT", "Float64": "DOUBLE"}.get(str(frame[column].dtype), "VARCHAR")


def write_csv_folder(graph: nx.Graph, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_node_csv(graph, folder / "nodes.csv")
    write_edge_csv(graph, folder / "edges.csv")
