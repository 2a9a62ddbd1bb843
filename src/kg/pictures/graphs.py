"""Classes of networks with the method ``plot``, for ``create_using`` of the functions that make networks.

They have the names of the classes they extend, so that a network prints as usual: "Graph with 9 nodes …".
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


def graph_class(kind: str) -> type[nx.Graph]:
    """The class for a network of this kind: directed for support, undirected for all others."""
    return DiGraph if kind == "support" else Graph
