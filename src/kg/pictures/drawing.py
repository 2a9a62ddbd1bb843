"""``plot``: draws a network to a figure, a file or a page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.files import require_writable
from kg.pictures.html import NetworkPage, network_html
from kg.pictures.network import network_plot
from kg.pictures.style import require_picture

if TYPE_CHECKING:
    import networkx as nx
    from matplotlib.figure import Figure


def plot(
    graph: nx.Graph, path: str | os.PathLike[str] | None = None, *, interactive: bool | None = None, **options: Any
) -> Figure | NetworkPage:
    """Draw a network of :meth:`kg.Graph.network`, and write the drawing if ``path`` is given.

    SVG, PNG and PDF by :func:`network_plot` (a matplotlib figure), ``.html`` by
    :func:`network_html` (one page to explore offline). Without ``path``, ``interactive`` chooses. A
    notebook displays the result. ``options`` are passed to the drawing function, for example ``language``.
    """
    if interactive is None:
        interactive = path is not None and _is_page(path)
    draw = network_html if interactive else network_plot
    return draw(graph, path, **options)


def require_target(path: str | os.PathLike[str]) -> None:
    """Raise ``KgError`` for a path that :func:`plot` cannot write to, before any work is done."""
    if _is_page(path):
        require_writable(path)
    else:
        require_picture(path)


def _is_page(path: str | os.PathLike[str]) -> bool:
    return Path(path).suffix.lower() in (".html", ".htm")
