"""Organisations in a table, one column a measure, with their ranks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kg.network.measures.registry import find_measure, measure

if TYPE_CHECKING:
    import networkx as nx
    import pandas

DIGITS = 10  # sums of floats differ beyond; two organisations do not rank apart for that


def ranks(values: Mapping[str, float], *, low_is_first: bool = False) -> dict[str, int]:
    """The rank of each value, 1 the best; equal values share the better rank and the next one is left out.

    >>> ranks({"a": 2, "b": 5, "c": 5, "d": 1})
    {'a': 3, 'b': 1, 'c': 1, 'd': 4}
    """
    sign = 1 if low_is_first else -1
    rounded = {node: sign * float(f"{value:.{DIGITS}g}") for node, value in values.items()}
    place: dict[float, int] = {}
    for position, value in enumerate(sorted(rounded.values()), 1):
        place.setdefault(value, position)
    return {node: place[value] for node, value in rounded.items()}


def central(
    graph: nx.Graph,
    measures: Iterable[str] = ("degree", "strength", "betweenness", "effective_size"),
    top: int | None = None,
    *,
    weighted: bool = False,
) -> pandas.DataFrame:
    """Each organisation with its names, kind, value and rank under each measure, in order of the first measure.

    With ``weighted`` all measures that can read weights do so: strength always does, degree, core number and brokerage
    never do.

    ``top`` keeps those whose rank under the first measure is at most ``top``: equals at the edge all stay.
    An organisation for which a measure has no value has an empty cell.

    >>> import networkx as nx
    >>> central(nx.Graph([("a", "b"), ("b", "c")]), ["degree", "constraint"], top=1).to_dict("list")
    {'organisation': ['b'], 'label_ko': [None], 'label_en': [None], 'kind': [None], 'degree': [2], \
'rank_degree': [1], 'constraint': [0.5], 'rank_constraint': [1]}
    """
    names = [measures] if isinstance(measures, str) else list(measures)
    values = {name: measure(graph, name, **find_measure(name).weighing(weighted)) for name in names}
    return central_table(list(graph), values, lambda _: graph.nodes, top)


def central_table(
    nodes: Iterable[str],
    values: Mapping[str, Mapping[str, float]],
    describe: Callable[[list[str]], Mapping[str, Mapping[str, Any]]],
    top: int | None = None,
) -> pandas.DataFrame:
    """The table of :func:`central` from values that are at hand.

    ``describe`` gives names and kinds (label_ko, label_en, kind) of the organisations that stay in the table.
    """
    import pandas

    order = list(nodes)
    columns: dict[str, object] = {"organisation": pandas.Series(order, dtype=object)}
    for name, found in values.items():
        places = ranks(found, low_is_first=find_measure(name).low_is_first)
        whole = all(isinstance(value, int) for value in found.values())
        columns[name] = pandas.Series([found.get(node) for node in order], dtype="Int64" if whole else "Float64")
        columns[f"rank_{name}"] = pandas.Series([places.get(node) for node in order], dtype="Int64")
    table = pandas.DataFrame(columns)
    if values:
        first = f"rank_{next(iter(values))}"
        table = table.sort_values([first, "organisation"], na_position="last", ignore_index=True)
        table = table if top is None else table[table[first].le(top).fillna(False)].reset_index(drop=True)
    left = table["organisation"].tolist()
    described = describe(left)
    for place, attribute in enumerate(("label_ko", "label_en", "kind"), 1):
        held = [described.get(node, {}).get(attribute) for node in left]
        table.insert(place, attribute, pandas.Series(held, dtype=object))
    return table
