"""Grades over the years: the strip of one organisation, and the transitions of all between editions."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.errors import language as spoken_language
from kg.pictures.style import FAINT, INK, drawing, figure, save

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# one colour from dark (best) to light: the order is visible to all readers, and in grey
SHADES = ("#08306b", "#2171b5", "#4292c6", "#9ecae1", "#deebf7", "#fff7bc")
NOT_LISTED = Text("명단에 없음", "not in the list")
UNKNOWN = Text("모름", "unknown")


def shade(place: int, of: int) -> str:
    """The colour of the grade at ``place`` (0 the best) of ``of`` grades."""
    return SHADES[0] if of < 2 else SHADES[round(place * (len(SHADES) - 1) / (of - 1))]


def rating_strip(
    history: pandas.DataFrame,
    grades: Sequence[str],
    path: str | os.PathLike[str] | None = None,
    *,
    title: str = "",
    language: str | None = None,
) -> Figure:
    """One organisation's grades by year, from the question ``rating-history``.

    ``grades`` are the labels of the scheme, best first. A hatched year has no known grade, which does not
    mean a low one. ``≠`` counts claims that disagree with the grade followed; ``?`` is undecided.
    """
    lang = language or spoken_language()
    unknown = [label for label in dict.fromkeys(history["gradeLabel"].dropna()) if label not in grades]
    if unknown:
        from kg.network.errors import unknown as unknown_value

        raise unknown_value(Text("등급", "grade"), unknown[0], grades)
    with drawing():
        years = [int(str(year)) for year in history["year"]]
        made = figure(max(4.5, 0.62 * len(years) + 0.6), 1.75)
        axes = made.add_axes((0.02, 0.36, 0.96, 0.38))
        axes.set(xlim=(-0.1, max(len(years), 1) + 0.1), ylim=(0, 1.25))
        axes.axis("off")
        for place, row in enumerate(history.itertuples(index=False)):
            _year(axes, place, years[place], row, grades, lang)
        made.text(0.02, 0.87, title, fontsize=11)
        note = Text(
            "빗금: 알려진 등급이 없음(낮은 등급이 아님) · ≠ 따르지 않은 어긋나는 진술의 수 · ? 정하지 못함",
            "hatched: no known grade (not a low grade) · ≠ claims that disagree and are set aside · ? undecided",
        )
        made.text(0.02, 0.06, note.ko if lang == "ko" else note.en, fontsize=6.5, color="#555555")
        if path is not None:
            save(made, path)
    return made


def _year(axes: Axes, place: int, year: int, row: Any, grades: Sequence[str], lang: str) -> None:
    from matplotlib.patches import Rectangle

    label = row.gradeLabel if isinstance(row.gradeLabel, str) else None
    undecided = label is None and int(row.claims) > 0
    if label is None:
        look: dict[str, Any] = {"facecolor": "white", "edgecolor": FAINT, "hatch": "" if undecided else "////"}
        shown, ink = ("?" if undecided else UNKNOWN.ko if lang == "ko" else UNKNOWN.en), INK
    else:
        at = list(grades).index(label)
        look = {"facecolor": shade(at, len(grades)), "edgecolor": INK}
        shown, ink = label, "white" if at <= len(grades) // 3 else INK
    axes.add_patch(Rectangle((place + 0.04, 0), 0.92, 1, linewidth=0.6, **look))
    behind = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"} if label is None else None
    size = 8 if len(shown) < 7 else 6
    axes.text(place + 0.5, 0.5, shown, ha="center", va="center", color=ink, fontsize=size, bbox=behind)
    axes.text(place + 0.5, -0.12, str(year), ha="center", va="top", fontsize=7)
    if int(row.disagreeing):
        axes.text(place + 0.5, 1.06, f"≠{int(row.disagreeing)}", ha="center", va="bottom", fontsize=8, color="#B03A00")


def rating_transitions(
    ratings: pandas.DataFrame,
    grades: Sequence[str],
    years: Sequence[int],
    path: str | os.PathLike[str] | None = None,
    *,
    title: str = "",
    language: str | None = None,
) -> Figure:
    """How organisations move between grades from one edition to the next (a Sankey diagram of editions).

    ``ratings`` has columns ``organisation``, ``year`` and ``grade`` (a label of ``grades``, best first), one row for
    each organisation and year. An organisation that is rated in one year but not in another is shown as "not in the
    list" in the latter: the lists have gaps, so this is neither a low grade nor an exit. The height of a band is the
    number of organisations.
    """
    lang = language or spoken_language()
    absent = NOT_LISTED.ko if lang == "ko" else NOT_LISTED.en
    order = [*grades, absent]
    paths = transition_paths(ratings, years, absent)
    with drawing():
        made = figure(max(5.0, 1.9 * len(years)), 4.6)
        axes = made.add_axes((0.03, 0.12, 0.94, 0.76))
        axes.axis("off")
        total = max(len(paths), 1)
        axes.set(xlim=(-0.1, max(len(years) - 1, 0) + 0.55), ylim=(1.22, -0.02))
        tops = [
            _bars(axes, column, Counter(path[column] for path in paths), order, total) for column in range(len(years))
        ]
        for column in range(len(years) - 1):
            _flows(axes, column, Counter((path[column], path[column + 1]) for path in paths), order, tops, total)
        for column, year in enumerate(years):
            axes.text(column, 1.2, str(year), ha="center", va="top", fontsize=9)
        made.text(0.03, 0.93, title, fontsize=11)
        note = Text(
            f"기관 {len(paths)}곳. ‘{absent}’은 알려진 명단에 이름이 없다는 것뿐이며 낮은 등급이나 탈락이 아님",
            f"{len(paths)} organisations. ‘{absent}’ only means that no known list has the name: no low grade, no exit",
        )
        made.text(0.03, 0.03, note.ko if lang == "ko" else note.en, fontsize=6.5, color="#555555")
        if path is not None:
            save(made, path)
    return made


def transition_paths(ratings: pandas.DataFrame, years: Sequence[int], absent: str) -> list[tuple[str, ...]]:
    """The grades of each organisation in these years; those rated in none of them are left out.

    >>> import pandas
    >>> rows = pandas.DataFrame({"organisation": ["a", "a", "b", "c"], "year": [2020, 2021, 2021, 1999],
    ...                          "grade": ["good", "best", "good", "good"]})
    >>> transition_paths(rows, [2020, 2021], "-")
    [('good', 'best'), ('-', 'good')]
    """
    known: dict[Hashable, dict[int, str]] = {}
    for row in ratings.itertuples(index=False):
        if (year := int(str(row.year))) in years:
            known.setdefault(row.organisation, {})[year] = str(row.grade)
    return [tuple(found.get(year, absent) for year in years) for _, found in sorted(known.items(), key=str)]


GAP = 0.03


def _bars(axes: Axes, column: int, counts: Counter[str], order: Sequence[str], total: int) -> dict[str, float]:
    from matplotlib.patches import Rectangle

    tops: dict[str, float] = {}
    top = 0.0
    for place, grade in enumerate(order):
        height = counts[grade] / total
        tops[grade] = top
        if counts[grade]:
            last = place == len(order) - 1
            look: dict[str, Any] = {"facecolor": "white" if last else shade(place, len(order) - 1), "edgecolor": INK}
            axes.add_patch(Rectangle((column - 0.06, top), 0.12, height, linewidth=0.5, hatch="////" * last, **look))
            label = f"{grade} {counts[grade]}"
            behind = {"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}
            axes.text(column + 0.08, top + height / 2, label, va="center", fontsize=6.5, zorder=4, bbox=behind)
        top += height + GAP * bool(counts[grade])
    return tops


def _flows(
    axes: Axes,
    column: int,
    flows: Counter[tuple[str, str]],
    order: Sequence[str],
    tops: Sequence[dict[str, float]],
    total: int,
) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    left, right = dict(tops[column]), dict(tops[column + 1])
    x0, x1 = column + 0.06, column + 1 - 0.06
    middle = (x0 + x1) / 2
    for grade in order:
        for next_grade in order:
            height = flows[grade, next_grade] / total
            if not height:
                continue
            a, b = left[grade], right[next_grade]
            left[grade], right[next_grade] = a + height, b + height
            points = [(x0, a), (middle, a), (middle, b), (x1, b), (x1, b + height), (middle, b + height)]
            points += [(middle, a + height), (x0, a + height), (x0, a)]
            codes = [Outline.MOVETO, *[Outline.CURVE4] * 3, Outline.LINETO, *[Outline.CURVE4] * 3, Outline.CLOSEPOLY]
            last = grade == order[-1] or next_grade == order[-1]
            colour = "#DDDDDD" if last else shade(order.index(grade), len(order) - 1)
            axes.add_patch(PathPatch(Outline(points, codes), facecolor=colour, edgecolor="none", alpha=0.55, zorder=1))
