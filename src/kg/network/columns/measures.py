"""Measures of networks in columns: algorithms of networkit and SciPy under the conventions of NetworkX.

Networkit's algorithms keep neither graph nor partition alive: both must have a name for as long as they run.
Its KADABRA would be faster for betweenness, but in version 11.3 gives about twice the true value (Zachary's karate
club: 0.81 for 0.44).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import log, sqrt
from time import monotonic
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.network.errors import NetworkError

if TYPE_CHECKING:
    from kg.network.columns.network import EdgeColumns

Progress = Callable[[Text], None]

SOURCES = 1000  # from which the estimate of betweenness searches, beyond EXACT_TO organisations
EXACT_TO = 10_000
BATCHES = 10  # of an estimate in a network of long paths: their spread is its standard error
DOUBT = 0.05  # the stated error holds for all organisations at once but in one of twenty draws
DENSE = 64  # organisations up to which the eigenvector is found in a full matrix
DAMPING = 0.85
EVERY = 5.0  # seconds between two words of progress


@dataclass(frozen=True)
class Asked:
    """How a measure was asked for: the seed, how many sources of an estimate, and whom to tell."""

    seed: int
    sources: int | None
    tell: Callable[[str], None]


def teller(name: str, progress: Progress | None) -> Callable[[str], None]:
    """A function that tells how far a measure is, in words that read alike in both languages."""

    def tell(done: str) -> None:
        if progress:
            progress(Text(f"{name}: {done}", f"{name}: {done}"))

    return tell


def networkit() -> Any:
    """Networkit, or how to install it."""
    try:
        import networkit as library
    except ImportError:
        raise NetworkError(
            Text(
                'networkit이 없습니다. pip install "sangsaeng-kg[analysis]"로 설치하십시오.',
                'networkit is not installed: pip install "sangsaeng-kg[analysis]".',
            )
        ) from None
    return library


Answer = tuple[Any, Mapping[str, Any]]  # a value by organisation, and what is to be known of it
EXACT: Mapping[str, Any] = {"exact": True}


def _degree(columns: EdgeColumns, _: Asked) -> Answer:
    import numpy

    ends = numpy.concatenate([columns.one, columns.other])
    return numpy.bincount(ends, minlength=columns.organisations), EXACT


def _strength(columns: EdgeColumns, _: Asked) -> Answer:
    import numpy

    ends = numpy.concatenate([columns.one, columns.other])
    return numpy.bincount(ends, numpy.tile(columns.weight, 2), columns.organisations), EXACT


def _betweenness(columns: EdgeColumns, asked: Asked) -> Answer:
    import numpy

    from kg.network.columns.betweenness import LongPaths, dependencies

    n = columns.organisations
    if n < 3:
        return numpy.zeros(n), EXACT
    sources = min(n, (n if n <= EXACT_TO else SOURCES) if asked.sources is None else asked.sources)
    drawn = numpy.sort(numpy.random.default_rng(asked.seed).choice(n, sources, replace=False))
    try:
        total, squares = dependencies(columns.matrix, drawn, asked.tell)
    except LongPaths:
        return _walked(columns, sources, asked)
    others = numpy.full(n, float(sources))  # a source says nothing about itself
    others[drawn] -= 1
    mean = total / others
    if sources == n:
        return mean / (n - 2), EXACT
    spread = numpy.maximum(squares / others - mean**2, 0) / numpy.maximum(others - 1, 1) * (1 - others / (n - 1))
    return mean / (n - 2), _estimate(n, sources, float(numpy.sqrt(spread.max()) / (n - 2)))


def _estimate(n: int, sources: int, standard_error: float) -> Mapping[str, Any]:
    """What is to be known of an estimate; Hoeffding (1963): a source adds at most 1, all n are looked at."""
    error = n / (n - 1) * sqrt(log(2 * n / DOUBT) / (2 * max(sources - 1, 1)))
    return {"exact": False, "sources": sources, "error": error, "standard_error": standard_error}


def _walked(columns: EdgeColumns, sources: int, asked: Asked) -> Answer:
    """Betweenness where shortest paths are long: networkit walks from tie to tie.

    An estimate is drawn in batches, whose spread shows how much the draw matters.
    """
    import numpy

    made, graph, n = networkit(), columns.plain, columns.organisations
    if sources == n:
        with told_of_time(asked.tell):
            found = made.centrality.Betweenness(graph).run().scores()
        return numpy.array(found) / ((n - 1) * (n - 2)), EXACT  # networkit counts each pair of others both ways
    batches = min(BATCHES, sources // 2)
    sizes = [sources // batches + (batch < sources % batches) for batch in range(batches)]
    means = []
    for batch, size in enumerate(sizes):
        made.setSeed(asked.seed * BATCHES + batch, False)
        # asked for k sources, networkit 11 searches from k + 1 and yet takes them for k: on a ring, where all sources
        # are alike, its sum is (k + 1)/k of the true one
        scores = made.centrality.EstimateBetweenness(graph, size - 1, False, True).run().scores()
        means.append(numpy.array(scores) * ((size - 1) / size) / ((n - 1) * (n - 2)))
        asked.tell(f"{sum(sizes[: batch + 1]):,} / {sources:,}")
    spread = numpy.std(means, axis=0, ddof=1).max() / sqrt(batches) if batches > 1 else float("nan")
    return numpy.average(means, axis=0, weights=sizes), _estimate(n, sources, float(spread))


def _closeness(columns: EdgeColumns, asked: Asked) -> Answer:
    import numpy

    made, graph = networkit(), columns.plain
    variant = made.centrality.ClosenessVariant.GENERALIZED  # scaled by the share reached, as Wasserman and Faust do
    with told_of_time(asked.tell):
        found = made.centrality.Closeness(graph, True, variant).run().scores()
    return numpy.nan_to_num(numpy.array(found)), EXACT


def _eigenvector(columns: EdgeColumns, _: Asked) -> Answer:
    """In the largest component, by ARPACK: power iteration would not end on a bipartite network."""
    import numpy
    from scipy.sparse.linalg import eigsh

    inside = _part_numbers(columns) == 0
    part = columns.matrix[inside][:, inside]
    if part.shape[0] <= DENSE:
        vector = numpy.linalg.eigh(part.toarray())[1][:, -1]
    else:
        vector = eigsh(part, k=1, which="LA", v0=numpy.ones(part.shape[0]))[1][:, 0]
    found = numpy.full(columns.organisations, numpy.nan)
    found[inside] = numpy.abs(vector)  # of one sign by Perron and Frobenius, but which one is chance
    return found, EXACT


def _pagerank(columns: EdgeColumns, _: Asked) -> Answer:
    """The walk of NetworkX, step by step, on the columns."""
    import numpy

    from kg.network.measures.standing import STEPS, TOLERANCE

    n = columns.organisations
    degrees = numpy.bincount(numpy.concatenate([columns.one, columns.other]), minlength=n)
    passed_on = DAMPING / numpy.maximum(degrees, 1)
    found = numpy.full(n, 1 / n)
    for _step in range(STEPS):
        before, found = found, columns.matrix @ (found * passed_on)
        found += (1 - found.sum()) / n  # who has no tie passes all on to everyone
        if numpy.abs(found - before).sum() < n * TOLERANCE:
            return found, EXACT
    raise NetworkError(Text("pagerank가 수렴하지 않았습니다.", "pagerank did not converge."))


def _core_number(columns: EdgeColumns, _: Asked) -> Answer:
    import numpy

    made, graph = networkit(), columns.plain
    # the bucket queue (Batagelj and Zaversnik 2003); networkit's other way is some sixty times slower here
    return numpy.array(made.centrality.CoreDecomposition(graph, False, True).run().scores(), int), EXACT


def _clustering(columns: EdgeColumns, _: Asked) -> Answer:
    import numpy

    made, graph = networkit(), columns.plain
    return numpy.array(made.centrality.LocalClusteringCoefficient(graph, True).run().scores()), EXACT


def _effective_size(columns: EdgeColumns, asked: Asked) -> Answer:
    """Borgatti's n - 2t/n: clustering says how many of the n(n - 1)/2 ties among partners there are."""
    import numpy

    degrees, among = _degree(columns, asked)[0], _clustering(columns, asked)[0]
    return numpy.where(degrees > 0, degrees - among * (degrees - 1), numpy.nan), EXACT


def _components(columns: EdgeColumns, _: Asked) -> Answer:
    return _part_numbers(columns), EXACT


def _part_numbers(columns: EdgeColumns) -> Any:
    made, graph = networkit(), columns.plain
    found = made.components.ConnectedComponents(graph).run()
    return _by_size(found.getPartition().getVector())


def _communities(columns: EdgeColumns, asked: Asked) -> Answer:
    from kg.network.measures.mixing import one_thread

    made, graph = networkit(), columns.to_networkit()
    with one_thread(asked.seed):
        parts = made.community.ParallelLeiden(graph).run().getPartition()
        modularity = made.community.Modularity().getQuality(parts, graph) if columns.ties else None
    facts = {"exact": False, "modularity": modularity, "seed": asked.seed, "resolution": 1.0}
    return _by_size(parts.getVector()), facts


def _by_size(numbers: Iterable[int]) -> Any:
    """Numbers from 0, the largest part first; equals by their first organisation."""
    import numpy

    _, first, inverse, counts = numpy.unique(list(numbers), return_index=True, return_inverse=True, return_counts=True)
    order = numpy.lexsort((first, -counts))
    place = numpy.empty(len(order), int)
    place[order] = range(len(order))
    return place[inverse]


class told_of_time:
    """Tells every few seconds how long a call has run that cannot tell how far it is."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(tell,), daemon=True)

    def _run(self, tell: Callable[[str], None]) -> None:
        start = monotonic()
        while not self._over.wait(EVERY):
            tell(f"{monotonic() - start:.0f} s")

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


MEASURES: Mapping[str, Callable[[EdgeColumns, Asked], Answer]] = {
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
