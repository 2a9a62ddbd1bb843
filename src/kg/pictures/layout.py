"""Where the nodes of a network go: each component for itself, all packed in rows, the same on every machine."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

Positions = dict[str, tuple[float, float]]

NODE_ROOM_IN = 0.34  # the radius of a component of n nodes is this times the square root of n
LABEL_ROOM_IN = (0.62, 0.22)  # left and right, above and below
MANY = 300  # beyond this many nodes Kamada and Kawai's method takes minutes


def positions(graph: nx.Graph, width_in: float = 11.0) -> tuple[Positions, float, float]:
    """Positions in inches, and the width and height that they take.

    Components stand largest first in rows from the top left. References: Kamada, T. and Kawai, S. (1989), An
    algorithm for drawing general undirected graphs; beyond 300 nodes Fruchterman and Reingold (1991).
    """
    from kg.network.measures import components

    boxes = [_box(graph, part) for part in components(graph)]
    width_in = max([width_in, *(width for _, width, _ in boxes)])
    placed: Positions = {}
    x = y = tallest = widest = 0.0
    for inside, width, height in boxes:
        if x and x + width > width_in:
            x, y, tallest = 0.0, y + tallest, 0.0
        for node, (dx, dy) in inside.items():
            placed[node] = (x + dx, -(y + dy))
        x, tallest = x + width, max(tallest, height)
        widest = max(widest, x)
    bottom = y + tallest
    return {node: (px, py + bottom) for node, (px, py) in placed.items()}, widest, bottom


def _box(graph: nx.Graph, part: list[str]) -> tuple[Positions, float, float]:
    """One component in a box of its own, origin at the top left."""
    side, above = LABEL_ROOM_IN
    if len(part) == 1:
        return {part[0]: (side, above)}, 2 * side, 2 * above
    if len(part) == 2:  # a line of its own is quickly read
        return {part[0]: (side, above), part[1]: (side, above + 0.42)}, 2 * side, 2 * above + 0.42
    spread = _spread(graph, part)
    radius = NODE_ROOM_IN * sqrt(len(part))
    xs, ys = zip(*spread.values(), strict=True)
    scale = 2 * radius / max(max(xs) - min(xs), max(ys) - min(ys), 1e-9)
    inside = {
        node: (side + (px - min(xs)) * scale, above + (py - min(ys)) * scale) for node, (px, py) in spread.items()
    }
    width = (max(xs) - min(xs)) * scale + 2 * side
    height = (max(ys) - min(ys)) * scale + 2 * above
    return inside, width, height


def _spread(graph: nx.Graph, part: list[str]) -> Mapping[str, tuple[float, float]]:
    import networkx as nx

    one = nx.Graph()
    one.add_nodes_from(part)  # in order of ids: a layout depends on it
    one.add_edges_from(sorted((min(tie), max(tie)) for tie in graph.subgraph(part).edges()))
    if len(part) <= MANY:
        found = nx.kamada_kawai_layout(one, weight=None)
    else:
        found = nx.spring_layout(one, seed=1, iterations=60, weight=None)
    return {node: (round(float(px), 6), round(float(py), 6)) for node, (px, py) in found.items()}
