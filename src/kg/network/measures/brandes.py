"""Betweenness of networks in columns: Brandes' algorithm for many sources at once, as products of matrices.

Each step of the search is one product of the sparse matrix of ties with a block of vectors, one a source (Kepner and
Gilbert 2011, Graph Algorithms in the Language of Linear Algebra, ch. 6). SciPy computes it without Python's lock, so
blocks run on all cores. That pays where shortest paths are short, as they are between partners; a network with long
ones is refused with :class:`LongPaths` and left to an algorithm that walks from tie to tie.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

LONGEST = 40  # ties of a shortest path; each costs a product over the whole network
BLOCK = 32  # sources at once, fewer where the network is large: BLOCK_CELLS cells a block at most
BLOCK_CELLS = 1 << 20


class LongPaths(Exception):
    """A shortest path of the network is longer than :data:`LONGEST` ties."""


def dependencies(
    matrix: Any, sources: Any, report: Callable[[str], None] = lambda _: None, threads: int | None = None
) -> tuple[Any, Any]:
    """For each node the sum and the sum of squares, over ``sources``, of its dependency on the source.

    The dependency of a node is the sum over all targets of its share of the shortest paths from the source to the
    target (Brandes 2001); of a source itself it is 0. ``matrix`` is the symmetric sparse matrix of ties, without
    weights and loops, ``sources`` an array of nodes, each once. The same whatever the number of ``threads``.
    """
    import numpy
    from scipy.sparse.csgraph import connected_components

    n = matrix.shape[0]
    width = max(1, min(BLOCK, BLOCK_CELLS // max(n, 1)))
    blocks = [sources[start : start + width] for start in range(0, len(sources), width)]
    parts = connected_components(matrix, directed=False)[1]
    reach = numpy.bincount(parts)[parts]
    total, squares, done = numpy.zeros(n), numpy.zeros(n), 0
    workers = threads or os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        jobs = (lambda block=block: _of_block(matrix, block, reach) for block in blocks)
        for block, found in zip(blocks, _in_turn(pool, jobs, workers + 1), strict=True):
            total += found.sum(axis=1)
            squares += numpy.einsum("ij,ij->i", found, found)
            done += len(block)
            report(f"{done:,} / {len(sources):,}")
    return total, squares


def _in_turn(pool: ThreadPoolExecutor, jobs: Iterable[Callable[[], Any]], ahead: int) -> Iterator[Any]:
    """What the jobs give, in order; no more of them are begun ``ahead`` than keep the threads busy."""
    coming = iter(jobs)
    begun = [pool.submit(job) for job in islice(coming, ahead)]
    try:
        while begun:
            yield begun.pop(0).result()
            begun += [pool.submit(job) for job in islice(coming, 1)]
    finally:
        for future in begun:
            future.cancel()


def _of_block(matrix: Any, sources: Any, reach: Any) -> Any:
    """The dependency of each node (a row) on each of the sources (a column)."""
    import numpy

    columns = numpy.arange(len(sources))
    front = matrix[:, sources].toarray()  # one shortest path to each neighbour
    level = front != 0
    paths, reached, levels = front.copy(), level.copy(), [level]
    paths[sources, columns], reached[sources, columns] = 1, True
    left = reach[sources].sum() - reached.sum()
    while left:
        if len(levels) == LONGEST:
            raise LongPaths
        front = matrix @ front
        front[reached] = 0
        level = front != 0
        reached |= level
        paths += front
        levels.append(level)
        left -= level.sum()
    numpy.maximum(paths, 1, out=paths)  # what is not reached is in no level
    found = numpy.zeros_like(paths)
    share = numpy.empty_like(paths)
    for before, level in zip(levels[-2::-1], levels[:0:-1], strict=True):
        numpy.add(found, 1, out=share)
        share /= paths
        share *= level
        passed = matrix @ share
        passed *= paths
        passed *= before
        found += passed
    return found
