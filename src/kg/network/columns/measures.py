"""Measures of networks in columns: algorithms of networkit and SciPy under the conventions of NetworkX.

Networkit's algorithms keep neither graph nor partition alive: both must have a name for as long as they run.
Its KADABRA would be faster for betweenness, but in version 11.3 gives about twice the true value (Zachary's karate
club: 0.81 for 0.44).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.network.errors import NetworkError
from kg.network.measures.mixing import require_networkit
from kg.network.progress import elapsed_time

if TYPE_CHECKING:
    from kg.network.columns.edges import Edges

SOURCES = 1000  # from which the estimate of betweenness searches, beyond EXACT_TO organisations
EXACT_TO = 10_000
BATCHES = 10  # of an estimate in a network of long paths: their spread is its standard error
DOUBT = 0.05  # the stated error holds for all organisations at once but in one of twenty draws
DENSE = 64  # organisations up to which the eigenvector is found in a full matrix
DAMPING = 0.85


@dataclass(frozen=True)
class MeasureOptions:
    """How a measure is computed: the seed, the number of sources of an estimate, and a function for its steps.

    ``weighted`` is None where the measure decides whether it reads weights.
    """

    seed: int
    sources: int | None
    report: Callable[[str], None]
    weighted: bool | None = None


Answer = tuple[Any, Mapping[str, Any]]  # a value by organisation, and what is to be known of it
EXACT: Mapping[str, Any] = {"exact": True}


def _degree(columns: Edges, _: MeasureOptions) -> Answer:
    import numpy

    ends = numpy.concatenate([columns.one, columns.other])
    return numpy.bincount(ends, minlength=columns.organisations), EXACT


def _strength(columns: Edges, _: MeasureOptions) -> Answer:
    import numpy

    ends = numpy.concatenate([columns.one, columns.other])
    return numpy.bincount(ends, numpy.tile(columns.weight, 2), columns.organisations), EXACT


def _betweenness(columns: Edges, options: MeasureOptions) -> Answer:
    import numpy

    from kg.network.measures.brandes import LongPaths, dependencies

    n = columns.organisations
    if n < 3:
        return numpy.zeros(n), EXACT
    sources = min(n, (n if n <= EXACT_TO else SOURCES) if options.sources is None else options.sources)
    drawn = numpy.sort(numpy.random.default_rng(options.seed).choice(n, sources, replace=False))
    try:
        total, squares = dependencies(columns.matrix, drawn, options.report)
    except LongPaths:
        return _walked(columns, sources, options)
    counts = numpy.full(n, float(sources))  # a source says nothing about itself
    counts[drawn] -= 1
    mean = total / counts
    if sources == n:
        return mean / (n - 2), EXACT
    spread = numpy.maximum(squares / counts - mean**2, 0) / numpy.maximum(counts - 1, 1) * (1 - counts / (n - 1))
    return mean / (n - 2), _estimate(n, sources, float(numpy.sqrt(spread.max()) / (n - 2)))


def _estimate(n: int, sources: int, standard_error: float) -> Mapping[str, Any]:
    """What is to be known of an estimate; Hoeffding (1963): a source adds at most 1, all n are looked at."""
    error = n / (n - 1) * sqrt(log(2 * n / DOUBT) / (2 * max(sources - 1, 1)))
    return {"exact": False, "sources": sources, "error": error, "standard_error": standard_error}


def _walked(columns: Edges, sources: int, options: MeasureOptions) -> Answer:
    """Betweenness where shortest paths are long: networkit walks from tie to tie.

    An estimate is drawn in batches, whose spread shows how much the draw matters.
    """
    import numpy

    made, graph, n = require_networkit(), columns.plain, columns.organisations
    if sources == n:
        with elapsed_time(options.report):
            found = made.centrality.Betweenness(graph).run().scores()
        return numpy.array(found) / ((n - 1) * (n - 2)), EXACT  # networkit counts each pair of others both ways
    batches = min(BATCHES, sources // 2)
    sizes = [sources // batches + (batch < sources % batches) for batch in range(batches)]
    means = []
    for batch, size in enumerate(sizes):
        made.setSeed(options.seed * BATCHES + batch, False)
        # asked for k sources, networkit 11 searches from k + 1 and yet takes them for k: on a ring, where all sources
        # are alike, its sum is (k + 1)/k of the true one
        scores = made.centrality.EstimateBetweenness(graph, size - 1, False, True).run().scores()
        means.append(numpy.array(scores) * ((size - 1) / size) / ((n - 1) * (n - 2)))
        options.report(f"{sum(sizes[: batch + 1]):,} / {sources:,}")
    spread = numpy.std(means, axis=0, ddof=1).max() / sqrt(batches) if batches > 1 else float("nan")
    return numpy.average(means, axis=0, weights=sizes), _estimate(n, sources, float(spread))


def _closeness(columns: Edges, options: MeasureOptions) -> Answer:
    import numpy

    from kg.network.columns.closeness import sampled_closeness

    n, weighted = columns.organisations, bool(options.weighted)
    sources = min(n, (n if n <= EXACT_TO else SOURCES) if options.sources is None else options.sources)
    if sources < n or weighted:
        parts = _part_numbers(columns)
        return sampled_closeness(columns, parts, sources, options.seed, weighted=weighted, report=options.report)
    made, graph = require_networkit(), columns.plain
    variant = made.centrality.ClosenessVariant.GENERALIZED  # scaled by the share reached, as Wasserman and Faust do
    with elapsed_time(options.report):
        found = made.centrality.Closeness(graph, True, variant).run().scores()
    return numpy.nan_to_num(numpy.array(found)), EXACT


def _eigenvector(columns: Edges, options: MeasureOptions) -> Answer:
    """In the largest component, by ARPACK: power iteration would not end on a bipartite network."""
    import numpy
    from scipy.sparse.linalg import eigsh

    inside = _part_numbers(columns) == 0
    part = (columns.weighted_matrix if options.weighted else columns.matrix)[inside][:, inside]
    if part.shape[0] <= DENSE:
        vector = numpy.linalg.eigh(part.toarray())[1][:, -1]
    else:
        vector = eigsh(part, k=1, which="LA", v0=numpy.ones(part.shape[0]))[1][:, 0]
    found = numpy.full(columns.organisations, numpy.nan)
    found[inside] = numpy.abs(vector)  # of one sign by Perron and Frobenius, but which one is chance
    return found, EXACT


def _pagerank(columns: Edges, options: MeasureOptions) -> Answer:
    """The walk of NetworkX, step by step, on the columns."""
    import numpy

    from kg.network.measures.standing import STEPS, TOLERANCE

    n, matrix = columns.organisations, columns.weighted_matrix if options.weighted else columns.matrix
    sums = (_strength if options.weighted else _degree)(columns, options)[0]
    passed_on = numpy.divide(DAMPING, sums, out=numpy.zeros(n), where=sums > 0)
    found = numpy.full(n, 1 / n)
    for _step in range(STEPS):
        before, found = found, matrix @ (found * passed_on)
        found += (1 - found.sum()) / n  # who has no tie passes all on to everyone
        if numpy.abs(found - before).sum() < n * TOLERANCE:
            return found, EXACT
    raise NetworkError(Text("pagerank가 수렴하지 않았습니다.", "pagerank did not converge."))


def _core_number(columns: Edges, _: MeasureOptions) -> Answer:
    import numpy

    made, graph = require_networkit(), columns.plain
    # the bucket queue (Batagelj and Zaversnik 2003); networkit's other way is some sixty times slower here
    return numpy.array(made.centrality.CoreDecomposition(graph, False, True).run().scores(), int), EXACT


def _clustering(columns: Edges, _: MeasureOptions) -> Answer:
    import numpy

    made, graph = require_networkit(), columns.plain
    return numpy.array(made.centrality.LocalClusteringCoefficient(graph, True).run().scores()), EXACT


def _effective_size(columns: Edges, options: MeasureOptions) -> Answer:
    """Borgatti's n - 2t/n: clustering says how many of the n(n - 1)/2 ties among partners there are."""
    import numpy

    degrees, among = _degree(columns, options)[0], _clustering(columns, options)[0]
    return numpy.where(degrees > 0, degrees - among * (degrees - 1), numpy.nan), EXACT


def _components(columns: Edges, _: MeasureOptions) -> Answer:
    return _part_numbers(columns), EXACT


def _part_numbers(columns: Edges) -> Any:
    made, graph = require_networkit(), columns.plain
    found = made.components.ConnectedComponents(graph).run()
    return _by_size(found.getPartition().getVector())


def _communities(columns: Edges, options: MeasureOptions) -> Answer:
    from kg.network.measures.mixing import one_thread

    made, graph = require_networkit(), columns.plain if options.weighted is False else columns.weighted
    with one_thread(options.seed):
        parts = made.community.ParallelLeiden(graph).run().getPartition()
        modularity = made.community.Modularity().getQuality(parts, graph) if columns.ties else None
    facts = {"exact": False, "modularity": modularity, "seed": options.seed, "resolution": 1.0}
    return _by_size(parts.getVector()), facts


def _by_size(numbers: Sequence[int]) -> Any:
    """Numbers from 0, the largest part first; equals by their first organisation."""
    import numpy

    found = numpy.asarray(numbers, int)
    counts = numpy.bincount(found)
    first = numpy.empty(len(counts), int)
    first[found[::-1]] = numpy.arange(len(found))[::-1]  # the first organisation of each is written last
    parts = numpy.flatnonzero(counts)
    order = parts[numpy.lexsort((first[parts], -counts[parts]))]
    place = numpy.empty(len(counts), int)
    place[order] = numpy.arange(len(order))
    return place[found]


SAMPLED = ("betweenness", "closeness")  # estimated in large networks
WEIGHTED = ("closeness", "communities", "eigenvector", "pagerank", "strength")  # those that can read weights

MEASURES: Mapping[str, Callable[[Edges, MeasureOptions], Answer]] = {
    "betweenness": _betweenness,
    "closeness": _closeness,
    "clustering": _clustering,
    "communities": _communities,
    "components": _components,
    "core_number": _core_number,
    "degree": _degree,
    "effective_size": _effective_size,
    "eigenvector": _eigenvector,
    "pagerank": _pagerank,
    "strength": _strength,
}
