"""A network whose attributes are text and numbers only, as file formats want them.

A list becomes one text joined by `` | ``; what is not stated is left out, for no format has a word for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.network.errors import NetworkError

if TYPE_CHECKING:
    import networkx as nx

SEPARATOR = " | "

# XML 1.0 has no way to write these; a carriage return would come back as a line feed.
_NOT_IN_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def flattened(graph: nx.Graph) -> nx.Graph:
    """A copy whose attributes are text and numbers only, nodes and edges in order of their ids.

    >>> from kg.network import NetworkTables, partnership_network
    >>> rows = [("p1", "c1", "lead", "org/b", True), ("p2", "c1", "partner", "org/a", True)]
    >>> dict(flattened(partnership_network(NetworkTables(rows))).edges["a", "b"])
    {'cases': 'c1', 'weight': 1, 'sources': 0, 'origins': 0}
    """
    flat = graph.__class__()
    flat.graph.update(_plain(_facts(graph.graph), "graph"))
    flat.add_nodes_from((node, _plain(graph.nodes[node], node)) for node in sorted(graph))
    if graph.is_directed():
        edges = sorted((left, right) for left, right in graph.edges())
    else:
        edges = sorted((min(pair), max(pair)) for pair in graph.edges())
    flat.add_edges_from((left, right, _plain(graph.edges[left, right], f"{left} – {right}")) for left, right in edges)
    return flat


def labelled(graph: nx.Graph) -> nx.Graph:
    """The flat copy with a ``label`` for each node: its own, else its Korean or English name, else its id."""
    flat = flattened(graph)
    for node, data in flat.nodes(data=True):
        data["label"] = label_of(node, data)
    return flat


def label_of(node: str, data: Mapping[str, Any]) -> str:
    """What a program shows for a node."""
    return str(data.get("label") or data.get("label_ko") or data.get("label_en") or node)


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The graph's own attributes with the cases left out as counts; names of codes are in the code lists."""
    flat = {name: value for name, value in facts.items() if name not in ("left_out", "labels")}
    for reason, cases in facts.get("left_out", {}).items():
        flat[f"left_out_{reason}"] = len(cases)
    return flat


def _plain(data: Mapping[str, Any], owner: str) -> dict[str, Any]:
    flat = {}
    for name, value in data.items():
        if isinstance(value, list | tuple):
            value = SEPARATOR.join(map(str, value))
        if isinstance(value, str) and (bad := _NOT_IN_XML.search(value)):
            raise _not_writable(owner, name, bad.group())
        if value is not None and value != "":
            flat[name] = value
    return flat


def _not_writable(owner: str, name: str, letter: str) -> NetworkError:
    code = f"U+{ord(letter):04X}"
    return NetworkError(
        Text(
            f"{owner}, {name}: 문자 {code}은(는) 파일에 적을 수 없습니다. 원본에서 지우십시오.",
            f"{owner}, {name}: the character {code} cannot be written to a file; remove it from the data.",
        )
    )
