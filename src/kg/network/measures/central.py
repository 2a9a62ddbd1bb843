"""Organisations in a table, one column a measure, with their ranks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

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
) -> pandas.DataFrame:
    """Each organisation with its names, kind, value and rank under each measure, in order of the first measure.

    ``top`` keeps those whose rank under the first measure is at most ``top``: equals at the edge all stay.
    An organisation for which a measure has no value has an empty cell.

    >>> import networkx as nx
    >>> central(nx.Graph([("a", "b"), ("b", "c")]), ["degree", "constraint"], top=1).to_dict("list")
    {'organisation': ['b'], 'label_ko': [None], 'label_en': [None], 'kind': [None], 'degree': [2], \
'rank_degree': [1], 'constraint': [0.5], 'rank_constraint': [1]}
    """
    import pandas

    names = [measures] if isinstance(measures, str) else list(measures)
    order = list(graph)
    columns: dict[str, object] = {"organisation": pandas.Series(order, dtype=object)}
    for attribute in ("label_ko", "label_en", "kind"):
        held = [graph.nodes[node].get(attribute) for node in order]
        columns[attribute] = pandas.Series(held, dtype=object)
    for name in names:
        values = measure(graph, name)
        places = ranks(values, low_is_first=find_measure(name).low_is_first)
        whole = all(isinstance(value, int) for value in values.values())
        columns[name] = pandas.Series([values.get(node) for node in order], dtype="Int64" if whole else "Float64")
        columns[f"rank_{name}"] = pandas.Series([places.get(node) for node in order], dtype="Int64")
    table = pandas.DataFrame(columns)
    if not names:
        return table
    first = f"rank_{names[0]}"
    table = table.sort_values([first, "organisation"], na_position="last", ignore_index=True)
    return table if top is None else table[table[first].le(top).fillna(False)].reset_index(drop=True)
