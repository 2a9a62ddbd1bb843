"""Networks as Pajek ``.net`` files."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

from kg.files import write_file
from kg.network.formats.flat import labelled

if TYPE_CHECKING:
    import networkx as nx

PAJEK_NODES = ("id", "label_ko", "label_en", "label_roman", "kind", "iri")
PAJEK_TIES = ("cases", "events", "contributions", "editions", "roles", "kinds")


def write_pajek(graph: nx.Graph, target: str | os.PathLike[str]) -> None:
    """Write a Pajek ``.net`` file: vertices with label, id, names and kind, ties with their weight and cases.

    The label is the name of the organisation, with its id in brackets where several have the same name: programs tell
    vertices apart by it. Pajek has no way to write a quotation mark, a backslash or a line break inside a text: they
    become ``'``, ``/`` and a space. Other attributes stay in the other formats.

    References: Batagelj, V. and Mrvar, A., Pajek reference manual.
    """
    flat = labelled(graph)
    places = {node: place for place, node in enumerate(flat, 1)}
    labels = {node: _text(label) for node, label in flat.nodes(data="label")}
    counts = Counter(labels.values())
    taken = set(labels.values())
    lines = [f"*Vertices {len(places)}"]
    for node, data in flat.nodes(data=True):
        label = labels[node]
        while counts[label] > 1 or (label != labels[node] and label in taken):
            label = f"{label} [{_text(node)}]"
        taken.add(label)
        named = [f"{name} {_quoted(value)}" for name in PAJEK_NODES if (value := {"id": node, **data}.get(name))]
        lines.append(" ".join([str(places[node]), _quoted(label), "0.0 0.0 ellipse", *named]))
    lines.append("*Arcs" if flat.is_directed() else "*Edges")
    for left, right, data in flat.edges(data=True):
        shared = [f"{name} {_quoted(data[name])}" for name in PAJEK_TIES if name in data]
        lines.append(" ".join([str(places[left]), str(places[right]), str(data.get("weight", 1)), *shared]))
    write_file(target, "\n".join([*lines, ""]).encode())


def _quoted(value: object) -> str:
    return f'"{_text(value)}"'


def _text(value: object) -> str:
    return " ".join(str(value).replace('"', "'").replace("\\", "/").splitlines())
