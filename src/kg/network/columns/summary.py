"""The summary of a partnership network from its pairs, without a graph: the figures of :func:`kg.network.summary`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.network.columns.pairs import ChosenPairs
from kg.network.kinds.window import Window
from kg.network.summary import TOP, Leader, NetworkSummary, why_empty
from kg.network.tables.relations import RelationReader
from kg.network.tables.rows import labels_of

if TYPE_CHECKING:
    import numpy


def summarise_pairs(reader: RelationReader, chosen: ChosenPairs, days: Window) -> NetworkSummary:
    """The figures of the network of ``chosen``; ``reader`` reads the names of the organisations with most ties."""
    import numpy

    facts, shown = chosen.facts, days.facts()
    starts, total = chosen.starts, len(chosen.pairs.organisations)
    first, second = chosen.first[starts], chosen.second[starts]
    weights, origins = numpy.asarray(chosen.weights), numpy.asarray(chosen.stated(chosen.pairs.origins))
    ends = numpy.concatenate([first, second])
    degrees = numpy.bincount(ends, minlength=total)
    strengths = numpy.zeros(total)
    # added in the order of the edges, as NetworkX does, so that the last digit is the same
    numpy.add.at(strengths, numpy.stack([first, second], 1).ravel(), numpy.repeat(weights, 2))
    sizes = _component_sizes(first, second, degrees)
    organisations, ties = int((degrees > 0).sum()), len(starts)
    left_out = {reason: len(cases) for reason, cases in facts["left_out"].items()}
    between = shown["between"]
    return NetworkSummary(
        kind="partnership",
        unit="cases",
        policy=reader.policy,
        at=shown["at"],  # type: ignore[arg-type]  # facts are plain objects
        between=tuple(between) if between else None,  # type: ignore[arg-type]
        mode=days.mode,
        weighting=chosen.weighting,
        roles=tuple(facts["roles"]),
        total=facts["cases_total"],
        in_time=facts["cases_in_time"],
        used=facts["cases_used"],
        left_out=left_out,
        **{name: facts[name] for name in ("first_date", "last_date", "first_date_by", "last_date_from")},
        organisations=organisations,
        ties=ties,
        repeat_ties=int((chosen.lengths > 1).sum()),
        ties_by_origins={
            "several": int((origins > 1).sum()),
            "one": int((origins == 1).sum()),
            "none": int((origins == 0).sum()),
        },
        density=2 * ties / (organisations * (organisations - 1)) if organisations > 1 else 0.0,
        components=len(sizes),
        largest_component=max(sizes, default=0),
        top=_top(reader, chosen, degrees, strengths),
        labels=labels_of(reader.roles(), reader.kinds(), reader.attribute_labels()),
        why_empty=None if ties else why_empty("cases", facts["cases_total"], left_out),
        programmes=None if facts["programme"] is None else tuple(facts["programme"]),
    )


def _component_sizes(first: Any, second: Any, degrees: numpy.ndarray[Any, Any]) -> list[int]:
    """How many organisations each component has."""
    import numpy
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    shape = (len(degrees), len(degrees))
    joined = coo_array((numpy.ones(len(first), numpy.int8), (first, second)), shape=shape)
    _, numbers = connected_components(joined, directed=False)
    sizes: list[int] = numpy.bincount(numbers[degrees > 0]).tolist() if len(first) else []
    return [size for size in sizes if size]


def _top(reader: RelationReader, chosen: ChosenPairs, degrees: Any, strengths: Any) -> tuple[Leader, ...]:
    import numpy

    names = chosen.pairs.organisations
    order = numpy.lexsort((numpy.arange(len(names)), -strengths, -degrees))[:TOP].tolist()
    start = f"{reader.base}id/org/"
    known = {row.organisation.removeprefix(start): row for row in reader.organisations()}
    whole = chosen.weighting == "count"
    leaders = []
    for place in order:
        row = known.get(names[place])
        if degrees[place]:
            ko, en, kind = (row.label_ko, row.label_en, row.kind) if row else (None, None, None)
            strength = int(strengths[place]) if whole else float(strengths[place])
            leaders.append(Leader(names[place], ko, en, kind or "unknown", int(degrees[place]), strength))
    return tuple(leaders)
