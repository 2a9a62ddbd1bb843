"""Networks as GraphML and GEXF: the same network gives the same bytes, and reads back equal."""

from __future__ import annotations

import io
import os
from typing import IO, TYPE_CHECKING

from kg.files import write_file
from kg.network.formats.flat import labelled

if TYPE_CHECKING:
    import networkx as nx

Target = str | os.PathLike[str] | IO[bytes]


def write_graphml(graph: nx.Graph, target: Target) -> None:
    """Write GraphML to a path or a binary stream; every node has a ``label``."""
    from networkx.readwrite.graphml import GraphMLWriter  # not write_graphml: its bytes depend on whether lxml is there

    out = io.BytesIO()
    GraphMLWriter(labelled(graph), encoding="utf-8", prettyprint=True).dump(out)
    write_bytes(target, out.getvalue())


def write_gexf(graph: nx.Graph, target: Target) -> None:
    """Write GEXF 1.2 to a path or a binary stream; ``start`` is the day from which a tie counts, no end is given.

    The day is ``certain_from`` in a certain network and ``earliest`` in a possible one. No source states when a
    partnership ended, so a timeline only ever gains ties.
    """
    from networkx.readwrite.gexf import GEXFWriter

    flat = labelled(graph)
    begins = "earliest" if graph.graph.get("mode") == "possible" else "certain_from"
    for _, _, data in flat.edges(data=True):
        if begins in data:
            data["start"] = data[begins]
    flat.graph.pop("mode", None)  # there it would mean whether the file is dynamic
    writer = GEXFWriter(flat, encoding="utf-8", prettyprint=True, version="1.2draft")
    for element in writer.xml.iter("graph"):
        element.attrib.pop("name", None)  # the schema has no such attribute; the writer always adds it
    for meta in writer.xml.iter("meta"):
        meta.attrib.pop("lastmodifieddate", None)  # the day of writing is no part of the network
        for creator in meta.iter("creator"):
            creator.text = "Sangsaeng KG"  # no version: a new one of NetworkX must not change the bytes
    out = io.BytesIO()
    writer.write(out)
    write_bytes(target, out.getvalue())


def write_bytes(target: Target, data: bytes) -> None:
    if isinstance(target, str | os.PathLike):
        write_file(target, data)
    else:
        target.write(data)
