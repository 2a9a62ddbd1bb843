"""Networks that draw themselves: NetworkX graphs with one method more. Imported when a network is first made.

The classes bear the names of those they extend, so that a network is told as before: "Graph with 9 nodes …".
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import networkx as nx

from kg.pictures.drawing import plot

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kg.pictures.html import NetworkPage


class _Plottable:
    def plot(self, path: str | os.PathLike[str] | None = None, **options: Any) -> Figure | NetworkPage:
        """Draw the network, and write the drawing to ``path``: see :func:`kg.pictures.plot`."""
        return plot(self, path, **options)


class Graph(_Plottable, nx.Graph):
    """A ``networkx.Graph`` with :meth:`plot`; copies and subgraphs have it too."""


class DiGraph(_Plottable, nx.DiGraph):
    """A ``networkx.DiGraph`` with :meth:`plot`; copies and subgraphs have it too."""

    def to_undirected_class(self) -> type[nx.Graph]:
        return Graph


def plottable(graph: nx.Graph) -> nx.Graph:
    """The same graph, not a copy, with the method."""
    graph.__class__ = {nx.Graph: Graph, nx.DiGraph: DiGraph}.get(type(graph), type(graph))
    return graph
