"""Networks as Pajek ``.net`` files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kg.files import write_file
from kg.network.formats.flat import flattened

if TYPE_CHECKING:
    import networkx as nx

PAJEK_NODES = ("label_ko", "label_en", "label_roman", "kind", "iri")
PAJEK_TIES = ("cases", "events", "contributions", "editions", "roles", "kinds")


def write_pajek(graph: nx.Graph, target: str | os.PathLike[str]) -> None:
    """Write a Pajek ``.net`` file: vertices by id with names and kind, ties with their weight and cases.

    Pajek has no way to write a quotation mark, a backslash or a line break inside a text: they become ``'``, ``/``
    and a space. Other attributes stay in the other formats.

    References: Batagelj, V. and Mrvar, A., Pajek reference manual.
    """
    flat = flattened(graph)
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
