"""Node positions of a network: each component is laid out separately and packed in rows, reproducibly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import TYPE_CHECKING

from kg.errors import Text
from kg.pictures.style import PictureError

if TYPE_CHECKING:
    import networkx as nx

Positions = dict[str, tuple[float, float]]

NODE_ROOM_IN = 0.34  # the radius of a component of n nodes is this times the square root of n
LABEL_ROOM_IN = (0.62, 0.22)  # left and right, above and below
MOST_NODES, MOST_TIES = 2_000, 20_000  # drawn in about half a minute
MANY = 300  # nodes from which the method of Kamada and Kawai takes minutes


def positions(graph: nx.Graph, width_in: float = 11.0, *, shape: float | None = None) -> tuple[Positions, float, float]:
    """Positions in inches, with total width and height; ``shape`` is the approximate ratio of width to height.

    Components are placed in rows from the top left, the largest first. References: Kamada, T. and Kawai, S. (1989), An
    algorithm for drawing general undirected graphs; beyond 300 nodes Fruchterman and Reingold (1991).
    """
    from kg.network.measures import components

    _require_legible(graph)
    boxes = [_box(graph, part) for part in components(graph)]
    if shape is None:
        return _packed(boxes, width_in)
    area = sum(width * height for _, width, height in boxes)
    tried = (_packed(boxes, sqrt(area * shape) * step / 10) for step in range(8, 17))
    return min(tried, key=lambda layout: abs(layout[1] - shape * layout[2]))


def _packed(boxes: Sequence[tuple[Positions, float, float]], width_in: float) -> tuple[Positions, float, float]:
    """The boxes in rows of that width, or of the widest box."""
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


def _require_legible(graph: nx.Graph) -> None:
    nodes, ties = graph.number_of_nodes(), graph.number_of_edges()
    if nodes > MOST_NODES or ties > MOST_TIES:
        raise PictureError(
            Text(
                f"기관 {nodes:,}곳, 관계 {ties:,}개는 그림 하나에서 읽을 수 없습니다(최대 {MOST_NODES:,}곳,"
                f" {MOST_TIES:,}개). 관계가 많은 곳만(--top N, most_tied) 또는 한 기관의 주변만(--ego X, ego_network)"
                " 그리십시오.",
                f"{nodes:,} organisations and {ties:,} ties cannot be read in one picture (at most {MOST_NODES:,} and"
                f" {MOST_TIES:,}): draw those with most ties (--top N, most_tied) or around one (--ego X,"
                " ego_network).",
            )
        )


def _box(graph: nx.Graph, part: list[str]) -> tuple[Positions, float, float]:
    """The layout of one component in a box, with the origin at the top left."""
    side, above = LABEL_ROOM_IN
    if len(part) == 1:
        return {part[0]: (side, above)}, 2 * side, 2 * above
    if len(part) == 2:  # two nodes are easiest to read on one line
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

    ordered = nx.Graph()
    ordered.add_nodes_from(part)  # in order of ids, on which the layout depends
    ordered.add_edges_from(sorted((min(tie), max(tie)) for tie in graph.subgraph(part).edges()))
    if len(part) <= MANY:
        found = nx.kamada_kawai_layout(ordered, weight=None)
    else:
        found = nx.spring_layout(ordered, seed=1, iterations=60, weight=None)
    return {node: (round(float(px), 6), round(float(py), 6)) for node, (px, py) in found.items()}
