"""A network written in any of the file formats, chosen by its name or by the ending of the file; and for igraph."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import Text
from kg.files import require_writable
from kg.network.errors import NetworkError, unknown
from kg.network.formats.pajek import write_pajek
from kg.network.formats.tables import write_csv_folder, write_parquet
from kg.network.formats.xml import write_gexf, write_graphml

if TYPE_CHECKING:
    import igraph
    import networkx as nx


def write_network(graph: nx.Graph, target: str | os.PathLike[str], format: str | None = None) -> None:
    """Write a network in one of FORMATS, by default the one that the ending of ``target`` names.

    ``graphml``, ``gexf`` and ``pajek`` (``.net``) are files; ``csv`` and ``parquet`` are folders that hold ``nodes``
    and ``edges``. Written aside and put in place: what lay there is replaced whole or not at all.
    """
    path = Path(target)
    chosen = require_target(path, format)
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


def require_target(path: Path, format: str | None) -> str:
    """The format to write at ``path``; refuses what cannot be written there, so that it can be said before any work."""
    ending = path.suffix.lower()
    chosen = format or SUFFIXES.get(ending)
    as_folder = chosen if chosen in FOLDERS else FOLDER_ENDINGS.get(ending) if chosen is None else None
    if as_folder and ending in FOLDER_ENDINGS and not path.is_dir():
        raise NetworkError(
            Text(
                f"{path.name}: {as_folder} 형식은 파일 하나가 아니라 폴더(nodes.{as_folder}, edges.{as_folder})입니다."
                f" 확장자 없는 폴더 이름과 --format {as_folder}을(를) 주십시오.",
                f"{path.name}: the format {as_folder} is not one file but a folder with nodes.{as_folder} and"
                f" edges.{as_folder}; give the name of a folder without an ending and --format {as_folder}.",
            )
        )
    if chosen is None or chosen not in FORMATS:
        raise unknown(
            Text("네트워크의 파일 형식(--format)", "format of a network (--format)"), chosen or path.name, FORMATS
        )
    if SUFFIXES.get(ending, chosen) != chosen:
        raise NetworkError(
            Text(
                f"{path.name}: 확장자는 {SUFFIXES[ending]} 형식인데 --format은 {chosen}입니다. 둘을 맞추십시오.",
                f"{path.name}: its ending is that of {SUFFIXES[ending]}, but --format is {chosen}; change one of them.",
            )
        )
    _require_place(path, chosen)
    return chosen


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
    foreign = sorted(found.name for found in path.iterdir() if found.name not in ours) if path.is_dir() else []
    if foreign:
        raise NetworkError(
            Text(
                f"{path}에 다른 것({foreign[0]})이 있습니다. 새 폴더를 주십시오.",
                f"{path} holds other things ({foreign[0]}): give a new folder.",
            )
        )


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


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
    "csv": write_csv_folder,
    "gexf": write_gexf,
    "graphml": write_graphml,
    "pajek": write_pajek,
    "parquet": write_parquet,
}
FOLDERS = ("csv", "parquet")
SUFFIXES: Mapping[str, str] = {".gexf": "gexf", ".graphml": "graphml", ".net": "pajek"}
FOLDER_ENDINGS: Mapping[str, str] = {".csv": "csv", ".parquet": "parquet"}
