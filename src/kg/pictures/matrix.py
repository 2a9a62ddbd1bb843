"""Heat map of the roles that occur together in a case, and small multiples of a network at several dates."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import permutations, product
from typing import TYPE_CHECKING

from kg.errors import Text
from kg.errors import language as spoken_language
from kg.pictures.layout import positions
from kg.pictures.network import caption, draw
from kg.pictures.style import INK, drawing, figure, save

if TYPE_CHECKING:
    import networkx as nx
    import pandas
    from matplotlib.figure import Figure

HEAD_IN, FOOT_IN = 0.3, 0.45  # above and below each panel


def role_pairs(roles: pandas.DataFrame) -> tuple[list[str], list[list[int]]]:
    """The roles of the question ``role-matrix`` in order, and for each pair the number of cases with both.

    On the diagonal: cases with two parties or more in that role.

    >>> import pandas
    >>> rows = pandas.DataFrame({"case": ["c1", "c1", "c2"], "roleLabel": ["lead", "partner", "lead"],
    ...                          "parties": [1, 2, 1]})
    >>> role_pairs(rows)
    (['lead', 'partner'], [[0, 1], [1, 1]])
    """
    by_case: dict[str, dict[str, int]] = {}
    for row in roles.itertuples(index=False):
        by_case.setdefault(str(row.case), {})[str(row.roleLabel)] = int(str(row.parties))
    often: dict[str, int] = {}
    for found in by_case.values():
        for role in found:
            often[role] = often.get(role, 0) + 1
    order = sorted(often, key=lambda role: (-often[role], role))
    counts = dict.fromkeys(product(order, repeat=2), 0)
    for found in by_case.values():
        for role, parties in found.items():
            counts[role, role] += parties > 1
        for pair in permutations(found, 2):
            counts[pair] += 1
    return order, [[counts[row, column] for column in order] for row in order]


def role_matrix_plot(
    roles: pandas.DataFrame, path: str | os.PathLike[str] | None = None, *, language: str | None = None
) -> Figure:
    """A heat map of the number of cases in which two roles occur together; each cell shows its number."""
    lang = language or spoken_language()
    order, counts = role_pairs(roles)
    with drawing():
        side = 0.62 * max(len(order), 2) + 1.9
        made = figure(max(side, 5.2), side)
        axes = made.add_axes((0.26, 0.1, 0.66, 0.72))
        most = max([1, *(value for row in counts for value in row)])
        axes.imshow(counts or [[0]], cmap="Blues", vmin=0, vmax=most)
        axes.set_xticks(range(len(order)), order, rotation=35, ha="left")
        axes.set_yticks(range(len(order)), order)
        axes.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
        for y, row in enumerate(counts):
            for x, value in enumerate(row):
                axes.text(x, y, str(value), ha="center", va="center", color="white" if value > 0.6 * most else INK)
        note = Text(
            "두 역할이 함께 있는 사례의 수. 대각선: 그 역할이 둘 이상인 사례",
            "cases that have both roles; on the diagonal, cases with two parties or more in that role",
        )
        made.text(0.03, 0.03, note.ko if lang == "ko" else note.en, fontsize=6.5, color="#555555")
        if path is not None:
            save(made, path)
    return made


def small_multiples(
    graphs: Mapping[str, nx.Graph] | Sequence[nx.Graph],
    path: str | os.PathLike[str] | None = None,
    *,
    language: str | None = None,
    columns: int = 3,
    panel_in: float = 3.6,
) -> Figure:
    """One network at several dates, with the same position of each node in all panels; new ties are highlighted.

    ``graphs`` are given by title, or as a list of networks titled by their dates. Only the nodes with most ties have a
    label.
    """
    import networkx as nx

    lang = language or spoken_language()
    named = graphs if isinstance(graphs, Mapping) else {str(graph.graph.get("at") or ""): graph for graph in graphs}
    union = nx.Graph()
    for graph in named.values():
        union.add_nodes_from(graph)
        union.add_edges_from(graph.edges())
    with drawing():
        places, wide, high = positions(union)
        across = min(columns, len(named)) or 1
        down = -(-len(named) // columns) or 1
        inside = panel_in * max(high, 0.8) / max(wide, 1.0)
        tall = HEAD_IN + inside + FOOT_IN
        made = figure(panel_in * across + 0.2, tall * down + 0.1)
        width, height = panel_in * across + 0.2, tall * down + 0.1
        for place, (title, graph) in enumerate(named.items()):
            left = (0.1 + panel_in * (place % across)) / width
            bottom = (0.05 + tall * (down - 1 - place // across) + FOOT_IN) / height
            axes = made.add_axes((left, bottom, panel_in / width, inside / height))
            axes.set(xlim=(0, max(wide, 1.0)), ylim=(0, max(high, 0.8)))
            axes.axis("off")
            axes.set_title(title, fontsize=9, loc="left", pad=3)
            labelled = draw(axes, graph, places, lang, set(), scale=0.5)
            caption_text = caption(graph, len(labelled), lang, int(panel_in / 0.04))
            made.text(
                left, bottom - 0.04 / height, caption_text, fontsize=5, va="top", color="#555555", linespacing=1.3
            )
        if path is not None:
            save(made, path)
    return made
