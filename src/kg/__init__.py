"""Sangsaeng KG: who partners with whom, with the evidence of every edge.

>>> import kg
>>> graph = kg.open("build")                                  # doctest: +SKIP
>>> graph.query("partners-of", organisation="LG전자")          # doctest: +SKIP
>>> graph.network(at="2024-12-31")                            # doctest: +SKIP
"""

from __future__ import annotations

TYPE_CHECKING = False  # that of typing, which takes a moment to import, and Ctrl-C is heard only afterwards
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from kg.graph import Graph

__version__ = "0.1.0"
__all__ = ["Graph", "KgError", "__version__", "build", "network", "open", "pictures"]


def open(path_or_endpoint: str | Path | None = None) -> Graph:
    """Open a graph: a build folder or an endpoint's address; without an argument ``./build`` or the shipped tables."""
    from kg.opening import open_graph

    return open_graph(path_or_endpoint)


def __getattr__(name: str) -> Any:
    if name == "Graph":
        from kg.graph import Graph

        return Graph
    if name == "KgError":
        from kg.errors import KgError

        return KgError
    if name in ("build", "network", "pictures"):  # imported at first use
        import importlib

        return importlib.import_module(f"kg.{name}")
    raise AttributeError(f"module 'kg' has no attribute {name!r}")
