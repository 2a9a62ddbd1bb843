"""A network as a static picture: nodes by kind, ties by the number of origins that attest them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from math import sqrt
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.errors import language as spoken_language
from kg.pictures.labels import place_labels
from kg.pictures.layout import Positions, positions
from kg.pictures.style import FAINT, INK, drawing, figure, looks, save
from kg.tabular import width

if TYPE_CHECKING:
    import networkx as nx
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TITLES: Mapping[str, Text] = {
    "partnership": Text("협력 네트워크", "Partnership network"),
    "support": Text("지원 네트워크", "Support network"),
    "co-attendance": Text("동석 네트워크(협력 관계가 아님)", "Co-attendance network (not a partnership)"),
    "shared-rating": Text("동일 등급 네트워크(협력 관계가 아님)", "Shared-rating network (not a partnership)"),
    "two-mode": Text("기관과 사례", "Organisations and cases"),
}
TIES: tuple[tuple[str, Text, str, Any], ...] = (
    ("several", Text("둘 이상의 계통이 뒷받침하는 관계", "tie stated by two origins or more"), INK, "solid"),
    ("one", Text("한 계통만 뒷받침하는 관계", "tie stated by one origin"), FAINT, "solid"),
    ("none", Text("두 기관을 함께 적은 출처가 없는 관계", "tie that no one source states"), FAINT, (0, (2, 2))),
)
FOOT_IN, HEAD_IN, LEAST_IN = 1.05, 0.45, 6.5
LARGEST_PT, THICKEST_PT = 14.0, 4.0  # radius of a mark, width of a line
OPEN_TIES = 8  # mean degree above which lines are drawn thinner


def network_plot(
    graph: nx.Graph,
    path: str | os.PathLike[str] | None = None,
    *,
    language: str | None = None,
    highlight: Iterable[str] = (),
    width_in: float = 11.0,
) -> Figure:
    """Draw a network; with ``path`` also write it, as SVG, PNG or PDF by the suffix.

    Colour and shape show the kind (the same in every picture of a graph), size the degree, the width of a line the
    weight; a dark line has two origins or more, a grey line one origin, and a dotted line is combined from two
    sources. Labels never overlap: nodes with more ties come first, and the caption gives the number of labels drawn.
    ``highlight`` marks nodes with a ring. ``width_in`` is in inches; the height follows.

    SVG contains text as text, so a viewer needs a font with Hangul; PNG and PDF include their fonts.
    """
    lang = language or spoken_language()
    with drawing():
        places, taken, high = positions(graph, width_in)
        wide, high = max(taken, LEAST_IN), max(high, 0.8)
        made = figure(wide, high + FOOT_IN + HEAD_IN)
        axes = _axes(made, wide, high)
        axes.set_xlim((taken - wide) / 2, (taken + wide) / 2)
        labelled = draw(axes, graph, places, lang, set(highlight))
        _write_around(made, axes, graph, len(labelled), lang)
        if path is not None:
            save(made, path)
    return made


def ego_plot(
    graph: nx.Graph,
    node: str,
    radius: int = 1,
    path: str | os.PathLike[str] | None = None,
    *,
    language: str | None = None,
    width_in: float = 7.0,
) -> Figure:
    """Draw one organisation (ringed), those at most ``radius`` ties away, and all ties among them."""
    from kg.network.neighbourhood import ego_network

    return network_plot(ego_network(graph, node, radius), path, language=language, highlight=[node], width_in=width_in)


def _axes(made: Figure, wide: float, high: float) -> Axes:
    whole = high + FOOT_IN + HEAD_IN
    axes = made.add_axes((0, FOOT_IN / whole, 1, high / whole))
    axes.set(xlim=(0, wide), ylim=(0, high))
    axes.axis("off")
    return axes


def draw(
    axes: Axes, graph: nx.Graph, places: Positions, lang: str, highlight: set[str], scale: float = 1.0
) -> dict[str, Any]:
    """Draw ties, marks and labels into ``axes`` (in inches); returns the boxes of the labels drawn."""
    shown = [node for node in graph if node in places]
    degree = dict(graph.degree())
    sizes = {node: scale * (2.4 + 1.1 * sqrt(degree[node])) for node in shown}
    fit = min(1.0, LARGEST_PT / max(sizes.values(), default=1.0))
    sizes = {node: max(2.4 * scale, fit * size) for node, size in sizes.items()}
    thin = _thinner(graph)
    for source, target, data in sorted(graph.edges(data=True), key=lambda tie: (_weight(tie[2]), tie[0], tie[1])):
        _, _, colour, style = TIES[attested(data)]
        thick = thin * (scale * 0.7 + 0.6 * (sqrt(_weight(data)) - 1))
        (x0, y0), (x1, y1) = places[source], places[target]
        if graph.is_directed():
            arrow = {
                "arrowstyle": "-|>",
                "color": colour,
                "linewidth": thick,
                "linestyle": style,
                "shrinkB": sizes[target],
            }
            axes.annotate("", (x1, y1), (x0, y0), arrowprops=arrow, zorder=1)
        else:
            axes.plot([x0, x1], [y0, y1], color=colour, linewidth=thick, linestyle=style, zorder=1)
    kinds = looks(list(graph.graph.get("labels", {}).get("kind", {})))
    for node in shown:
        colour, shape = kinds.get(str(graph.nodes[node].get("kind", "unknown")), kinds["unknown"])
        ring: dict[str, Any] = {"markeredgecolor": "#D55E00", "markeredgewidth": 1.8} if node in highlight else {}
        look: dict[str, Any] = {"markeredgecolor": INK, "markeredgewidth": 0.5, "markersize": 2 * sizes[node], **ring}
        axes.plot(*places[node], marker=shape, color=colour, linestyle="none", zorder=3, **look)
    points = {node: places[node] for node in shown}
    order = sorted(shown, key=lambda node: (node not in highlight, -degree[node], node))
    return place_labels(axes, [(node, _label(graph, node, lang)) for node in order], points, sizes, 7 - 3 * (1 - scale))


def _weight(data: Mapping[str, Any]) -> float:
    return float(data.get("weight", 1))


def _thinner(graph: nx.Graph) -> float:
    """The factor by which lines are made thinner if heavy or many ties would cover the picture."""
    ties, nodes = graph.number_of_edges(), max(graph.number_of_nodes(), 1)
    heaviest = max((_weight(data) for _, _, data in graph.edges(data=True)), default=1.0)
    thickest = 0.7 + 0.6 * (sqrt(heaviest) - 1)
    return min(1.0, THICKEST_PT / thickest) * min(1.0, sqrt(OPEN_TIES * nodes / (2 * max(ties, 1))))


def attested(data: Mapping[str, Any]) -> int:
    """The index in TIES: attested by two origins or more, by one, or by no source that states both ends."""
    origins = data.get("origins", 1)
    return 0 if origins > 1 else 1 if origins else 2


def _label(graph: nx.Graph, node: str, lang: str) -> str:
    data = graph.nodes[node]
    first, second = ("label_ko", "label_en") if lang == "ko" else ("label_en", "label_ko")
    return str(data.get(first) or data.get(second) or data.get("label") or node)


def _write_around(made: Figure, axes: Axes, graph: nx.Graph, labelled: int, lang: str) -> None:
    """Title above, legend and caption below."""
    wide, high = made.get_size_inches()
    title = TITLES.get(str(graph.graph.get("kind")), Text("네트워크", "Network"))
    made.text(0.15 / wide, 1 - 0.28 / high, _in(title, lang), fontsize=13)
    if not graph.number_of_edges():
        made.text(0.5, 0.5, why_empty(graph, lang), ha="center", va="center", wrap=True, fontsize=10)
        return
    handles = _kind_handles(graph, lang) + _tie_handles(graph, lang)
    columns = max(1, min(len(handles), int(wide // 1.9)))
    made.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0.1 / wide, 0.36 / high),
        ncols=columns,
        frameon=False,
        fontsize=7,
        handletextpad=0.5,
        columnspacing=1.2,
        borderpad=0,
    )
    caption_text = caption(graph, labelled, lang, int((wide - 0.3) / 0.05))
    made.text(0.15 / wide, 0.1 / high, caption_text, fontsize=6.5, color="#555555", va="bottom", linespacing=1.4)


def _kind_handles(graph: nx.Graph, lang: str) -> list[Any]:
    from matplotlib.lines import Line2D

    labels = graph.graph.get("labels", {}).get("kind", {})
    kinds = looks(list(labels))
    present = {str(kind) for _, kind in graph.nodes(data="kind", default="unknown")}
    order = [code for code in kinds if code in present] + sorted(present - kinds.keys())
    handles = []
    for code in order:
        colour, shape = kinds.get(code, kinds["unknown"])
        ko, en = labels.get(code, [code, code])
        look: dict[str, Any] = {
            "marker": shape,
            "color": colour,
            "markeredgecolor": INK,
            "markeredgewidth": 0.5,
            "linestyle": "none",
        }
        handles.append(Line2D([], [], markersize=6, label=_in(Text(ko or code, en or code), lang), **look))
    return handles


def _tie_handles(graph: nx.Graph, lang: str) -> list[Any]:
    from matplotlib.lines import Line2D

    present = {attested(data) for _, _, data in graph.edges(data=True)}
    return [
        Line2D([], [], color=colour, linestyle=style, linewidth=1.2, label=_in(text, lang))
        for place, (_, text, colour, style) in enumerate(TIES)
        if place in present
    ]


def caption(graph: nx.Graph, labelled: int, lang: str, cells: int = 1000) -> str:
    """The caption: what is shown and what is left out, in lines of ``cells`` terminal columns (Hangul takes two)."""
    about = graph.graph
    ko = lang == "ko"
    if about.get("at"):
        dates = f"{about['at']}까지" if ko else f"up to {about['at']}"
    elif about.get("between"):
        dates = " ~ ".join(about["between"]) if ko else " to ".join(about["between"])
    else:
        dates = "모든 날짜" if ko else "any date"
    mode = {"certain": ("확실한 것만", "certain only"), "possible": ("가능한 것까지", "also possible")}
    if about.get("mode") in mode and (about.get("at") or about.get("between")):
        dates += f" ({mode[about['mode']][0 if ko else 1]})"
    names = about.get("labels", {}).get("role", {})
    roles = ", ".join(str(names.get(role, [role, role])[0 if ko else 1] or role) for role in about.get("roles") or ())
    unit = str(about.get("unit", "cases"))
    units = {"cases": ("사례", "cases"), "events": ("행사", "events"), "contributions": ("기여", "contributions")}
    units["editions"] = ("회차의 등급", "grades of an edition")
    count = about.get(f"{unit}_used")
    unit_name = units.get(unit, (unit, unit))[0 if ko else 1]
    parts = [dates, (f"역할: {roles}" if ko else f"roles: {roles}") if roles else ""]
    parts += [f"{unit_name} {count}" if ko else f"{count} {unit_name}"] if count is not None else []
    nodes, ties = graph.number_of_nodes(), graph.number_of_edges()
    if "most_tied" in about:
        parts += [f"기관 {about['of']}곳 가운데 관계가 많은 곳" if ko else f"those of {about['of']} with most ties"]
    parts += [f"기관 {nodes}, 관계 {ties}" if ko else f"{nodes} organisations, {ties} ties"]
    if labelled < nodes:
        parts.append(f"이름을 표시한 기관 {labelled}" if ko else f"{labelled} with a label")
    parts.append(f"방침: {about.get('policy', 'default')}" if ko else f"policy: {about.get('policy', 'default')}")
    return _lines([part for part in parts if part], cells)


def _lines(parts: list[str], cells: int) -> str:
    lines = [parts[0]]
    for part in parts[1:]:
        longer = f"{lines[-1]} · {part}"
        if width(longer) <= cells:
            lines[-1] = longer
        else:
            lines.append(part)
    return "\n".join(lines)


def why_empty(graph: nx.Graph, lang: str) -> str:
    """The reason why a network has no ties, as a sentence."""
    if f"{graph.graph.get('unit')}_total" not in graph.graph:
        return _in(Text("네트워크에 관계가 없습니다.", "The network has no tie."), lang)
    from kg.network import summary

    reason = summary(graph).why_empty
    return _in(reason, lang) if reason else ""


def _in(text: Text, lang: str) -> str:
    return text.ko if lang == "ko" else text.en
