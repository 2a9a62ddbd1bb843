"""Networks handed to other tools: any file format by its name, Pajek, Parquet, pandas and igraph."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.files import require_writable, write_file
from kg.network.errors import NetworkError, unknown
from kg.network.formats import EDGE_COLUMNS, NODE_COLUMNS, write_edge_csv, write_gexf, write_graphml, write_node_csv
from kg.network.formats import flattened as flat_copy
from kg.values import sql_name, sql_text

if TYPE_CHECKING:
    import igraph
    import networkx as nx
    import pandas

PAJEK_NODES = ("label_ko", "label_en", "label_roman", "kind", "iri")
PAJEK_TIES = ("cases", "events", "contributions", "editions", "roles", "kinds")


def write_network(graph: nx.Graph, target: str | os.PathLike[str], format: str | None = None) -> None:
    """Write a network in one of FORMATS, by default the one that the ending of ``target`` names.

    ``graphml``, ``gexf`` and ``pajek`` (``.net``) are files; ``csv`` and ``parquet`` are folders that hold ``nodes``
    and ``edges``. Written aside and put in place: what lay there is replaced whole or not at all.
    """
    path = Path(target)
    chosen = format or SUFFIXES.get(path.suffix.lower())
    if chosen is None or chosen not in FORMATS:
        raise unknown(Text("망의 파일 형식(--format)", "format of a network (--format)"), chosen or path.name, FORMATS)
    _require_place(path, chosen)
    if chosen not in FOLDERS:
        FORMATS[chosen](graph, path)
        return
    place = Path(os.path.realpath(path))  # a link to a folder stays a link
    aside = place.with_name(f".kg-{os.getpid()}.part")
    _remove(aside)
    try:
        FORMATS[chosen](graph, aside)
        _remove(place)
        os.replace(aside, place)
    finally:
        _remove(aside)


def _require_place(path: Path, format: str) -> None:
    """Refuse what would fail or take away what is not ours: a folder is replaced only if nothing else lies in it."""
    if not path.name or not path.parent.is_dir():
        raise NetworkError(
            Text(
                f"{path}: 쓸 수 있는 곳이 아닙니다. 있는 폴더 안의 이름을 주십시오.",
                f"{path} is no place to write to: give a name inside a folder that is there.",
            )
        )
    if path.exists() and path.is_dir() != (format in FOLDERS):
        here, wanted = (("폴더", "a folder"), ("파일", "a file"))[:: 1 if path.is_dir() else -1]
        raise NetworkError(
            Text(
                f"{path}에 {here[0]}이(가) 있는데 {format}은(는) {wanted[0]}입니다. 다른 이름을 주십시오.",
                f"{path} is {here[1]}, and {format} is {wanted[1]}: give another name.",
            )
        )
    if format not in FOLDERS:
        require_writable(path)
    ours = {f"{table}.{format}" for table in ("nodes", "edges")}
    others = sorted(found.name for found in path.iterdir() if found.name not in ours) if path.is_dir() else []
    if others:
        raise NetworkError(
            Text(
                f"{path}에 다른 것({others[0]})이 있습니다. 새 폴더를 주십시오.",
                f"{path} holds other things ({others[0]}): give a new folder.",
            )
        )


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def write_pajek(graph: nx.Graph, target: str | os.PathLike[str]) -> None:
    """Write a Pajek ``.net`` file: vertices by id with names and kind, ties with their weight and cases.

    Pajek has no way to write a quotation mark, a backslash or a line break inside a text: they become ``'``, ``/``
    and a space. Other attributes stay in the other formats.

    References: Batagelj, V. and Mrvar, A., Pajek reference manual.
    """
    flat = flat_copy(graph)
    places = {node: place for place, node in enumerate(flat, 1)}
    lines = [f"*Vertices {len(places)}"]
    for node, data in flat.nodes(data=True):
        named = [f"{name} {_quoted(data[name])}" for name in PAJEK_NODES if name in data]
        lines.append(" ".join([str(places[node]), _quoted(node), "0.0 0.0 ellipse", *named]))
    lines.append("*Arcs" if flat.is_directed() else "*Edges")
    for one, other, data in flat.edges(data=True):
        shared = [f"{name} {_quoted(data[name])}" for name in PAJEK_TIES if name in data]
        lines.append(" ".join([str(places[one]), str(places[other]), str(data.get("weight", 1)), *shared]))
    write_file(target, "\n".join([*lines, ""]).encode())


def _quoted(value: object) -> str:
    text = " ".join(str(value).replace('"', "'").replace("\\", "/").splitlines())
    return f'"{text}"'


def to_pandas(graph: nx.Graph) -> tuple[pandas.DataFrame, pandas.DataFrame]:
    """Nodes and edges as tables in order of their ids; lists stay lists, what is not stated is None.

    Columns: of nodes ``id`` and their attributes, of edges ``source``, ``target`` and theirs.

    >>> import networkx as nx
    >>> nodes, edges = to_pandas(nx.Graph([("b", "a", {"weight": 2, "cases": ["c1", "c2"]})]))
    >>> list(nodes["id"]), edges.loc[0, ["source", "target", "cases"]].tolist()
    (['a', 'b'], ['a', 'b', ['c1', 'c2']])
    """
    ends = [(one, other) if graph.is_directed() or one <= other else (other, one) for one, other in graph.edges]
    nodes = [{"id": node, **graph.nodes[node]} for node in sorted(graph)]
    edges = [{"source": one, "target": other, **graph.edges[one, other]} for one, other in sorted(ends)]
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


def _write_csv(graph: nx.Graph, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_node_csv(graph, folder / "nodes.csv")
    write_edge_csv(graph, folder / "edges.csv")


def to_igraph(graph: nx.Graph) -> igraph.Graph:
    """The network for igraph, with all attributes; ``name`` of a vertex is its id. Needs the extra ``igraph``."""
    try:
        import igraph
    except ImportError:
        raise NetworkError(
            Text(
                'igraph가 없습니다. pip install "sangsaeng-kg[igraph]"로 설치하십시오(GPL).',
                'igraph is not installed: pip install "sangsaeng-kg[igraph]" (it is under the GPL).',
            )
        ) from None
    made = igraph.Graph.from_networkx(graph, vertex_attr_hashable="name")
    return made


FORMATS: Mapping[str, Callable[[nx.Graph, Path], None]] = {
    "csv": _write_csv,
    "gexf": write_gexf,
    "graphml": write_graphml,
    "pajek": write_pajek,
    "parquet": write_parquet,
}
FOLDERS = ("csv", "parquet")
SUFFIXES: Mapping[str, str] = {".gexf": "gexf", ".graphml": "graphml", ".net": "pajek"}
