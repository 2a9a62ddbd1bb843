"""SPARQL in notebooks: ``%load_ext kg.notebook`` gives ``%sparql`` and ``%%sparql``; answers are displayed as tables.

IPython is imported only when the extension is loaded, pandas only when there is an answer.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.graph import Graph
from kg.opening import open_graph

if TYPE_CHECKING:
    import pandas

    from kg.notebook.answer import Answer

__all__ = ["load_ipython_extension", "open_near", "table", "unload_ipython_extension"]


def load_ipython_extension(shell: Any) -> None:
    """Register the magics; called by ``%load_ext kg.notebook``."""
    from kg.notebook.complete import match_sparql
    from kg.notebook.magic import SparqlMagics

    shell.register_magics(SparqlMagics)
    if match_sparql not in shell.Completer.custom_matchers:
        shell.Completer.custom_matchers.append(match_sparql)


def unload_ipython_extension(shell: Any) -> None:
    """Remove the magics; called by ``%unload_ext kg.notebook``."""
    from kg.notebook.complete import match_sparql

    if match_sparql in shell.Completer.custom_matchers:
        shell.Completer.custom_matchers.remove(match_sparql)
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("sparql", None)


def open_near() -> Graph:
    """The graph of ``KG_GRAPH``, else of ``build`` in this folder or its parent, else of the shipped tables."""
    named = os.environ.get("KG_GRAPH")
    near = (path for path in ("build", "../build") if (Path(path) / "current").exists())
    return open_graph(named or next(near, None))


def table(frame: pandas.DataFrame, title: str | None = None) -> Answer:
    """A DataFrame, such as that of ``graph.query``, as a table with labels, links for IRIs, and — for gaps."""
    from kg.notebook.answer import Answer

    return Answer.of(frame, title)
