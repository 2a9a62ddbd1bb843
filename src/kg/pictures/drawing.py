"""``plot``: draws a network to a figure, a file or a page."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.files import require_writable
from kg.pictures.html import NetworkPage, network_html
from kg.pictures.network import network_plot
from kg.pictures.style import COLOURS, PictureError, require_picture

if TYPE_CHECKING:
    import networkx as nx
    from matplotlib.figure import Figure

COLOURED = ("industry", "region", "group")  # attributes that can take the place of the kind


def plot(
    graph: nx.Graph,
    path: str | os.PathLike[str] | None = None,
    *,
    interactive: bool | None = None,
    colour: str = "kind",
    **options: Any,
) -> Figure | NetworkPage:
    """Draw a network of :meth:`kg.Graph.network`, and write the drawing if ``path`` is given.

    SVG, PNG and PDF by :func:`network_plot` (a matplotlib figure), ``.html`` by
    :func:`network_html` (one page to explore offline). Without ``path``, ``interactive`` chooses. A
    notebook displays the result. ``colour`` is the attribute that gives the colours: ``kind``, ``industry``,
    ``region`` or ``group``. ``options`` are passed to the drawing function, for example ``language``.
    """
    graph = coloured(graph, colour)
    if interactive is None:
        interactive = path is not None and _is_page(path)
    draw = network_html if interactive else network_plot
    return draw(graph, path, **options)


def coloured(graph: nx.Graph, attribute: str) -> nx.Graph:
    """The network with another attribute in the place of the kind; the commonest values have colours of their own.

    Raises ``KgError`` for an attribute that no picture can show.
    """
    if attribute == "kind":
        return graph
    if attribute not in COLOURED:
        known = ", ".join(("kind", *COLOURED))
        raise PictureError(
            Text(
                f"{attribute!r}(으)로는 색을 나눌 수 없습니다. 쓸 수 있는 것: {known}.",
                f"{attribute!r} gives no colours; known: {known}.",
            )
        )
    counts = Counter(str(code) for _, code in graph.nodes(data=attribute) if code)
    shown = [code for code, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[: len(COLOURS)]]
    labels = graph.graph.get("labels", {})
    names = {code: labels.get(attribute, {}).get(code, [code, code]) for code in shown}
    names |= {"other": ["그 밖", "other"], "unknown": ["알 수 없음", "unknown"]}
    made = graph.copy()
    made.graph["labels"] = {**labels, "kind": names}
    for _, data in made.nodes(data=True):
        code = str(data.get(attribute) or "unknown")
        data["kind"] = code if code in names else "other"
    return made


def require_target(path: str | os.PathLike[str]) -> None:
    """Raise ``KgError`` for a path that :func:`plot` cannot write to, before any work is done."""
    if _is_page(path):
        require_writable(path)
    else:
        require_picture(path)


def _is_page(path: str | os.PathLike[str]) -> bool:
    return Path(path).suffix.lower() in (".html", ".htm")
