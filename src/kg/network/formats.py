"""Networks as GraphML, GEXF and CSV: the same network gives the same bytes, and reads back equal.

A list becomes one text joined by `` | ``; what is not stated is left out, for no format has a word for it.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any

from kg.dialect import csv_text
from kg.errors import Text
from kg.files import write_file
from kg.network.errors import NetworkError

if TYPE_CHECKING:
    import networkx as nx

Target = str | os.PathLike[str] | IO[bytes]

SEPARATOR = " | "
NODE_COLUMNS = (
    "id",
    "label_ko",
    "label_en",
    "label_roman",
    "kind",
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
        edges = sorted((one, other) for one, other in graph.edges())
    else:
        edges = sorted((min(pair), max(pair)) for pair in graph.edges())
    flat.add_edges_from((one, other, _plain(graph.edges[one, other], f"{one} – {other}")) for one, other in edges)
    return flat


def write_graphml(graph: nx.Graph, target: Target) -> None:
    """Write GraphML to a path or a binary stream."""
    from networkx.readwrite.graphml import GraphMLWriter  # not write_graphml: its bytes depend on whether lxml is there

    out = io.BytesIO()
    GraphMLWriter(flattened(graph), encoding="utf-8", prettyprint=True).dump(out)
    _write(target, out.getvalue())


def write_gexf(graph: nx.Graph, target: Target) -> None:
    """Write GEXF 1.2 to a path or a binary stream; ``start`` is the day from which a tie counts, no end is given.

    The day is ``certain_from`` in a certain network and ``earliest`` in a possible one. No source states when a
    partnership ended, so a timeline only ever gains ties.
    """
    from networkx.readwrite.gexf import GEXFWriter

    flat = flattened(graph)
    begins = "earliest" if graph.graph.get("mode") == "possible" else "certain_from"
    for _, _, data in flat.edges(data=True):
        if begins in data:
            data["start"] = data[begins]
    for node, data in flat.nodes(data=True):
        data["label"] = data.get("label") or data.get("label_ko") or data.get("label_en") or node
    flat.graph.pop("mode", None)  # there it would mean whether the file is dynamic
    writer = GEXFWriter(flat, encoding="utf-8", prettyprint=True, version="1.2draft")
    for meta in writer.xml.iter("meta"):
        meta.attrib.pop("lastmodifieddate", None)  # the day of writing is no part of the network
        for creator in meta.iter("creator"):
            creator.text = "Sangsaeng KG"  # no version: a new one of NetworkX must not change the bytes
    out = io.BytesIO()
    writer.write(out)
    _write(target, out.getvalue())


def write_node_csv(graph: nx.Graph, target: Target) -> None:
    """Write one row a node: its id, names, kind, number of cases and IRI; an empty cell is "not stated"."""
    flat = flattened(graph)
    _write_csv(target, NODE_COLUMNS, [{"id": node, **data} for node, data in flat.nodes(data=True)])


def write_edge_csv(graph: nx.Graph, target: Target) -> None:
    """Write one row an edge: its two ends and all it carries; an empty cell is "not stated"."""
    flat = flattened(graph)
    rows = [{"source": one, "target": other, **data} for one, other, data in flat.edges(data=True)]
    _write_csv(target, EDGE_COLUMNS, rows)


def _write_csv(target: Target, first: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    more = sorted({name for row in rows for name in row}.difference(first))
    names = [*first, *more]
    _write(target, csv_text([names, *([row.get(name) for name in names] for row in rows)]).encode())


def _write(target: Target, data: bytes) -> None:
    if isinstance(target, str | os.PathLike):
        write_file(target, data)
    else:
        target.write(data)


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The graph's own attributes with the cases left out as counts; names of codes stand in the code lists."""
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
