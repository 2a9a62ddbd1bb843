"""Places labels without overlap: each at the first free place around its mark, or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Box = tuple[float, float, float, float]

# positions of a label at its mark: direction, horizontal and vertical alignment
PLACES = (
    (1, 0, "left", "center"),
    (0, 1, "center", "bottom"),
    (0, -1, "center", "top"),
    (-1, 0, "right", "center"),
    (0.7, 0.7, "left", "bottom"),
    (0.7, -0.7, "left", "top"),
    (-0.7, 0.7, "right", "bottom"),
    (-0.7, -0.7, "right", "top"),
)


def place_labels(
    axes: Axes,
    wanted: Sequence[tuple[str, str]],
    points: Mapping[str, tuple[float, float]],
    sizes_pt: Mapping[str, float],
    fontsize: float = 7.0,
) -> dict[str, Box]:
    """Draw the labels of nodes in the order ``wanted`` (node, text); returns the boxes of the labels drawn.

    ``points`` are in data coordinates of ``axes``, ``sizes_pt`` is the radius of each mark in points. Boxes are in
    pixels. No label overlaps another label, a mark or the edge of the axes.
    """
    figure = axes.get_figure()
    renderer = figure.canvas.get_renderer()  # type: ignore[union-attr]  # of the Agg canvas that style.figure makes
    pixels = figure.dpi / 72  # type: ignore[union-attr]
    centres = {node: axes.transData.transform(point) for node, point in points.items()}
    marks = {
        node: (
            x - sizes_pt[node] * pixels,
            y - sizes_pt[node] * pixels,
            x + sizes_pt[node] * pixels,
            y + sizes_pt[node] * pixels,
        )
        for node, (x, y) in centres.items()
    }
    edge = axes.get_window_extent(renderer)
    found: dict[str, Box] = {}
    grid = _Grid()
    for box in marks.values():
        grid.add(box)
    for node, text in wanted:
        behind = {"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none", "alpha": 0.75}
        made = axes.text(0, 0, text, fontsize=fontsize, zorder=2, bbox=behind)  # over the ties, under the marks
        away = sizes_pt[node] + 2
        for dx, dy, across, along in PLACES:
            x, y = centres[node][0] + dx * away * pixels, centres[node][1] + dy * away * pixels
            made.set(position=axes.transData.inverted().transform((x, y)), ha=across, va=along)
            extent = made.get_window_extent(renderer)
            box = (extent.x0 - 1, extent.y0 - 1, extent.x1 + 1, extent.y1 + 1)
            inside = edge.x0 <= box[0] and box[2] <= edge.x1 and edge.y0 <= box[1] and box[3] <= edge.y1
            if inside and not grid.meets(box):
                grid.add(box)
                found[node] = box
                break
        else:
            made.remove()
    return found


class _Grid:
    """A spatial index of boxes by the squares they touch: a thousand labels are placed in a second."""

    SIDE = 64.0

    def __init__(self) -> None:
        self._squares: dict[tuple[int, int], list[Box]] = {}

    def _touched(self, box: Box) -> list[tuple[int, int]]:
        across = range(int(box[0] // self.SIDE), int(box[2] // self.SIDE) + 1)
        along = range(int(box[1] // self.SIDE), int(box[3] // self.SIDE) + 1)
        return [(x, y) for x in across for y in along]

    def add(self, box: Box) -> None:
        for square in self._touched(box):
            self._squares.setdefault(square, []).append(box)

    def meets(self, box: Box) -> bool:
        return any(overlap(box, placed) for square in self._touched(box) for placed in self._squares.get(square, ()))


def overlap(box: Box, other_box: Box) -> bool:
    """Whether two boxes share some area.

    >>> overlap((0, 0, 2, 2), (1, 1, 3, 3)), overlap((0, 0, 1, 1), (1, 0, 2, 1))
    (True, False)
    """
    return box[0] < other_box[2] and other_box[0] < box[2] and box[1] < other_box[3] and other_box[1] < box[3]
