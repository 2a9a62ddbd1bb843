"""A measure under every reading of what is not sure: an interval for each organisation in place of one number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.network.errors import NetworkError
from kg.network.measures import Measure, find_measure, measure, ranks
from kg.network.tables.rows import local_ids
from kg.network.uncertainty.merging import Grouping, Identities, read_identities
from kg.network.uncertainty.readings import LIMIT, Reading, Readings, readings

if TYPE_CHECKING:
    import networkx as nx
    import pandas

__all__ = [
    "LIMIT",
    "Identities",
    "Ranking",
    "Reading",
    "Readings",
    "Standing",
    "rank",
    "rank_all",
    "read_identities",
    "readings",
    "side_by_side",
]

Values = dict[str, float]
Name = tuple[str | None, str | None, str | None]


@dataclass(frozen=True)
class Standing:
    """One organisation under a measure: value and rank in the base reading, bounds over all readings.

    ``best`` is the smallest rank. ``readings`` counts those in which the measure has a value for it; ``value`` and
    ``rank`` are None where it has none in the base reading.
    """

    organisation: str
    iri: str
    label_ko: str | None
    label_en: str | None
    kind: str | None
    value: float | None
    lower: float
    upper: float
    rank: int | None
    best: int
    worst: int
    readings: int


@dataclass(frozen=True)
class Ranking:
    """The standings in order of the base reading, and what they rest on.

    ``exact``: all readings there are were looked at, so the bounds are what they say; else they are inner bounds.
    ``networks`` counts readings that differ in their ties. ``base`` is the network of the base reading.
    """

    measure: str
    options: Mapping[str, Any]
    rows: tuple[Standing, ...]
    dates: str
    exact: bool
    looked_at: int
    of: int | None
    seed: int
    networks: int
    base: nx.Graph

    def as_frame(self, top: int | None = None) -> pandas.DataFrame:
        """The standings as a table; with ``top`` those of rank ``top`` or better in the base reading."""
        import pandas

        rows = [row for row in self.rows if top is None or (row.rank is not None and row.rank <= top)]
        names = [name for name in Standing.__dataclass_fields__ if name != "iri"]
        columns = {name: pandas.Series([getattr(row, name) for row in rows], dtype=_TYPES[name]) for name in names}
        return pandas.DataFrame(columns)


_TYPES = {
    **dict.fromkeys(("organisation", "label_ko", "label_en", "kind"), "object"),
    **dict.fromkeys(("value", "lower", "upper"), "Float64"),
    **dict.fromkeys(("rank", "best", "worst", "readings"), "Int64"),
}


def rank(name: str, under: Readings, **options: Any) -> Ranking:
    """Value and rank of each organisation under the measure ``name``, with bounds over the readings.

    An organisation without a tie in one reading counts there with the value that no tie gives (0 for degree,
    strength, betweenness …); where a measure gives none (constraint, pagerank …) that reading says nothing of it.
    Two organisations merged in a reading share the value of the one they are there.

    Examples
    --------
    >>> from kg.network.tables.rows import NetworkTables
    >>> rows = [("p1", "c1", "lead", "org/a", True), ("p2", "c1", "partner", "org/b", True),
    ...         ("p3", "c2", "lead", "org/b", True), ("p4", "c3", "partner", "org/c", True)]
    >>> unsure = Identities(unsure=(("c2", "c3"),))  # b's second case and c's: one case or two
    >>> found = rank("degree", readings(NetworkTables(rows), unsure))
    >>> [(row.organisation, row.value, row.lower, row.upper, row.rank, row.best, row.worst) for row in found.rows]
    [('a', 1, 1, 1, 1, 1, 2), ('b', 1, 1, 2, 1, 1, 1), ('c', 0, 0, 1, 3, 2, 3)]
    """
    return rank_all({name: options}, under)[name]


def rank_all(measures: Mapping[str, Mapping[str, Any]], under: Readings) -> dict[str, Ranking]:
    """:func:`rank` for several measures, each with options of its own: every network is made once for all of them."""
    chosen = {name: find_measure(name) for name in measures}
    seen: list[tuple[Grouping, object]] = []
    names: dict[str, Name] = {row[0]: (row[1], row[2], row[3]) for row in under.tables.organisations}
    known: dict[object, dict[str, Values]] = {}
    base: nx.Graph | None = None
    for reading, graph in under.networks():
        base = graph if base is None else base
        form = _form(graph)
        if form not in known:
            iri = dict(graph.nodes(data="iri"))
            known[form] = {
                name: {iri[node]: value for node, value in measure(graph, name, **options).items()}
                for name, options in measures.items()
            }
        seen.append((reading.merged, form))
        for _, data in graph.nodes(data=True):
            label = data.get("label_ko", data.get("label"))
            names.setdefault(data["iri"], (label, data.get("label_en"), data.get("kind")))
    if base is None:
        raise NetworkError(Text("읽기가 하나도 없습니다.", "There is no reading to look at."))
    return {
        name: Ranking(
            name,
            dict(options),
            tuple(_standings([(merged, known[form][name]) for merged, form in seen], chosen[name], names)),
            under.dates,
            under.exact,
            len(under),
            under.of,
            under.seed,
            len(known),
            base,
        )
        for name, options in measures.items()
    }


def _form(graph: nx.Graph) -> object:
    """What a measure reads of a network: two readings with the same form have the same values."""
    nodes = tuple(sorted((data["iri"], str(data.get("kind"))) for _, data in graph.nodes(data=True)))
    iri = dict(graph.nodes(data="iri"))
    ends = ((iri[left], iri[right], weight) for left, right, weight in graph.edges(data="weight", default=1))
    if graph.is_directed():
        return nodes, tuple(sorted(ends))
    return nodes, tuple(sorted((min(left, right), max(left, right), weight) for left, right, weight in ends))


def _standings(seen: list[tuple[Grouping, Values]], chosen: Measure, names: Mapping[str, Name]) -> list[Standing]:
    """One row a thing that is in some network, those merged with it included."""
    everyone = {iri for _, values in seen for iri in values}
    for merged, values in seen:
        everyone.update(member for group in merged if group[0] in values for member in group)
    found: dict[str, list[tuple[float, int] | None]] = {iri: [] for iri in everyone}
    for merged, values in seen:
        first = {member: group[0] for group in merged for member in group}
        scores = dict(values)
        if chosen.absent is not None:
            scores |= dict.fromkeys({first.get(iri, iri) for iri in everyone} - values.keys(), chosen.absent)
        places = ranks(scores, low_is_first=chosen.low_is_first)
        for iri in everyone:
            representative = first.get(iri, iri)
            found[iri].append((scores[representative], places[representative]) if representative in scores else None)
    short = local_ids(everyone)
    rows = [_standing(iri, short[iri], names.get(iri, (None, None, None)), found[iri]) for iri in everyone]
    return sorted(rows, key=lambda row: (row.rank is None, row.rank, row.best, row.organisation))


def _standing(iri: str, short: str, name: Name, found: list[tuple[float, int] | None]) -> Standing:
    given = [each for each in found if each is not None]
    base = found[0]
    return Standing(
        short,
        iri,
        *name,
        value=base[0] if base else None,
        lower=min(value for value, _ in given),
        upper=max(value for value, _ in given),
        rank=base[1] if base else None,
        best=min(place for _, place in given),
        worst=max(place for _, place in given),
        readings=len(given),
    )


def side_by_side(rankings: Mapping[str, Ranking], top: int = 5) -> pandas.DataFrame:
    """Several rankings beside each other, under their names: all who are among the ``top`` of one of them.

    >>> from kg.network.tables.rows import NetworkTables
    >>> rows = [("p1", "c1", "lead", "org/a", True), ("p2", "c1", "partner", "org/b", True)]
    >>> ties = rank("degree", readings(NetworkTables(rows)))
    >>> side_by_side({"ties": ties}, top=1)[["organisation", "ties_value", "ties_worst"]].to_dict("list")
    {'organisation': ['a', 'b'], 'ties_value': [1.0, 1.0], 'ties_worst': [1, 1]}
    """
    import pandas

    first = {row.iri: row for ranking in reversed(list(rankings.values())) for row in ranking.rows}
    leading = {row.iri for each in rankings.values() for row in each.rows if row.rank is not None and row.rank <= top}
    order = [row.iri for each in rankings.values() for row in each.rows if row.iri in leading]
    table = pandas.DataFrame({"iri": pandas.Series(list(dict.fromkeys(order)), dtype="object")})
    for name in ("organisation", "label_ko", "label_en", "kind"):
        table[name] = pandas.Series([getattr(first[iri], name) for iri in table["iri"]], dtype="object")
    for title, ranking in rankings.items():
        by_iri = {row.iri: row for row in ranking.rows}
        for name in ("value", "lower", "upper", "rank", "best", "worst"):
            cells = [getattr(by_iri[iri], name) if iri in by_iri else None for iri in table["iri"]]
            table[f"{title}_{name}"] = pandas.Series(cells, dtype=_TYPES[name])
    return table.drop(columns="iri")
