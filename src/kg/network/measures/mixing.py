"""Who ties with whom by kind, held against chance; and the communities a network falls into."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from math import fsum, isnan
from statistics import stdev
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.network.errors import NetworkError
from kg.network.measures.applicable import library_version, require_kind
from kg.network.measures.brokerage import NOT_STATED

if TYPE_CHECKING:
    import networkx as nx

SWAPS_PER_TIE = 10

Parts = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Assortativity:
    """The coefficient, and what chance gives with the same degrees; ``z`` is None where chance gives no spread.

    ``ties_left_out`` counts ties with an organisation whose attribute is not known: they are not looked at.
    """

    attribute: str
    value: float | None
    mean: float | None
    sd: float | None
    z: float | None
    ties: int
    ties_left_out: int
    samples: int
    seed: int
    method: str
    library: str
    version: str


@dataclass(frozen=True)
class Communities:
    """The communities, largest first, and all that is needed to find the same ones again."""

    parts: Parts
    modularity: float | None
    resolution: float
    seed: int
    runs: int
    weighted: bool
    method: str
    library: str
    version: str

    def of(self) -> dict[str, int]:
        """The number of each organisation's community; 1 is the largest."""
        return {node: number for number, part in enumerate(self.parts, 1) for node in part}


def assortativity(graph: nx.Graph, attribute: str = "kind", *, samples: int = 200, seed: int = 1) -> Assortativity:
    """Whether organisations tie with others of their own kind more than chance with the same degrees would give.

    Undirected or directed (the giver's kind against the receiver's). No weight. Range of the value: up to 1 (only
    own kind), 0 as at random, down to -1 at most. Each of the ``samples`` networks of the null model has every
    degree of this one and is made by switching the ends of ties, ten switches a tie; ``z`` is (value - mean) / sd.
    Organisations whose kind is not known are left out, with their ties. None where there is no tie or one kind only.
    A case of many parties ties them all, which the null model does not keep: large cases raise z in either direction.
    Says little below about thirty ties.

    References: Newman, M. E. J. (2003), Mixing patterns in networks, Phys. Rev. E 67; Maslov, S. and Sneppen, K.
    (2002), Specificity and stability in topology of protein networks, Science 296; Carstens, C. J. and Horadam, K. J.
    (2017), Switching edges to randomize networks, Journal of Complex Networks 5.

    >>> import networkx as nx
    >>> graph = nx.Graph([("a", "b"), ("c", "d")])
    >>> nx.set_node_attributes(graph, {"a": "sme", "b": "sme", "c": "university", "d": "university"}, "kind")
    >>> assortativity(graph, samples=9).value
    1.0
    """
    require_kind(graph, "assortativity")
    if samples < 0:
        raise NetworkError(Text(f"표본 수 {samples}: 0 이상이어야 합니다.", f"samples is {samples}; give 0 or more."))
    import networkx as nx

    kinds = {node: kind for node, kind in graph.nodes(data=attribute) if kind not in NOT_STATED}
    known = graph.__class__()
    known.add_nodes_from((node, {attribute: kind}) for node, kind in kinds.items())
    known.add_edges_from((left, right) for left, right in graph.edges if left in kinds and right in kinds)
    value = _coefficient(nx, known, attribute)
    chance: list[float] = []
    if value is not None:
        chance = [c for c in (_coefficient(nx, g, attribute) for g in _switched(known, samples, seed)) if c is not None]
    mean = fsum(chance) / len(chance) if chance else None
    sd = stdev(chance) if len(chance) > 1 else None
    return Assortativity(
        attribute=attribute,
        value=value,
        mean=mean,
        sd=sd,
        z=None if value is None or mean is None or not sd or sd < 1e-9 else (value - mean) / sd,
        ties=known.number_of_edges(),
        ties_left_out=graph.number_of_edges() - known.number_of_edges(),
        samples=len(chance),
        seed=seed,
        method=f"attribute assortativity; null model: EdgeSwitching, {SWAPS_PER_TIE} switches a tie",
        library="networkx, networkit",
        version=f"{library_version('networkx')}, {library_version('networkit')}",
    )


def _coefficient(nx: Any, graph: nx.Graph, attribute: str) -> float | None:
    if not graph.number_of_edges():
        return None
    ends = {graph.nodes[node][attribute] for tie in graph.edges for node in tie}
    if len(ends) == 1:  # 0/0: all ties join the one kind there is
        return None
    found = float(nx.attribute_assortativity_coefficient(graph, attribute))
    return None if isnan(found) else found


def _switched(graph: nx.Graph, samples: int, seed: int) -> Iterator[nx.Graph]:
    """Networks with the same nodes and degrees and their ties switched, each from the one given."""
    networkit = require_networkit()
    nodes = sorted(graph)
    with one_thread(seed):
        start = _as_networkit(graph, nodes, weighted=False)
        for _ in range(samples):
            switching = networkit.randomization.EdgeSwitching(start, SWAPS_PER_TIE)
            switching.run()
            switched = graph.__class__()
            switched.add_nodes_from(graph.nodes(data=True))
            switched.add_edges_from((nodes[a], nodes[b]) for a, b in switching.getGraph().iterEdges())
            yield switched


def communities(
    graph: nx.Graph, resolution: float = 1.0, seed: int = 1, *, weighted: bool = True, runs: int = 10
) -> Communities:
    """Groups of organisations that tie more among themselves than with others, by the Leiden algorithm.

    Undirected only. Weight is closeness; ``weighted=False`` takes every tie as 1. The best of ``runs`` runs by
    modularity, on one thread with seeds ``seed``, ``seed + 1`` …, so the same network always gives the same answer.
    A higher ``resolution`` gives more and smaller communities; small ones may be hidden in large ones below it.
    Modularity: -0.5 to 1, None where there is no tie. Chance alone gives communities too: without a reason of the
    field they are a way of drawing, not a finding. Says little below about thirty organisations.

    References: Traag, V. A., Waltman, L. and van Eck, N. J. (2019), From Louvain to Leiden, Scientific Reports 9;
    Reichardt, J. and Bornholdt, S. (2006), Phys. Rev. E 74; Fortunato, S. and Barthélemy, M. (2007), PNAS 104.

    >>> import networkx as nx
    >>> found = communities(nx.barbell_graph(4, 0))  # two cliques of four with one tie between them
    >>> found.parts, round(found.modularity, 4)  # 12/13 - 2 * (13/26)**2
    (((0, 1, 2, 3), (4, 5, 6, 7)), 0.4231)
    """
    require_kind(graph, "communities")
    if resolution < 0 or runs < 1:
        raise NetworkError(
            Text(
                f"resolution {resolution}, runs {runs}: resolution은 0 이상, runs는 1 이상이어야 합니다.",
                f"resolution {resolution}, runs {runs}: resolution must be 0 or more, runs 1 or more.",
            )
        )
    best: tuple[float, Parts] | None = None
    if graph.number_of_edges():
        tries = (_leiden(graph, resolution, seed + run, weighted) for run in range(runs))
        best = max(tries, key=lambda found: (round(found[0], 12), found[1]))
    return Communities(
        parts=best[1] if best else tuple((node,) for node in sorted(graph)),
        modularity=best[0] if best else None,
        resolution=resolution,
        seed=seed,
        runs=runs,
        weighted=weighted,
        method="ParallelLeiden, one thread, best of the runs by modularity",
        library="networkit",
        version=library_version("networkit"),
    )


def _leiden(graph: nx.Graph, resolution: float, seed: int, weighted: bool) -> tuple[float, Parts]:
    import networkx as nx

    networkit = require_networkit()
    nodes = sorted(graph)
    with one_thread(seed):
        leiden = networkit.community.ParallelLeiden(_as_networkit(graph, nodes, weighted), gamma=resolution)
        leiden.run()
        found = leiden.getPartition()
        parts = [tuple(sorted(nodes[i] for i in found.getMembers(part))) for part in found.getSubsetIds()]
    parts.sort(key=lambda part: (-len(part), part))
    weight = "weight" if weighted else None
    return float(nx.community.modularity(graph, parts, weight=weight, resolution=resolution)), tuple(parts)


def _as_networkit(graph: nx.Graph, nodes: list[str], weighted: bool) -> Any:
    """The same network in numbers, its ties in order, so that its order of making does not matter."""
    number = {node: place for place, node in enumerate(nodes)}
    made = require_networkit().Graph(len(nodes), weighted=weighted, directed=graph.is_directed())
    ties = [(number[left], number[right], weight) for left, right, weight in graph.edges(data="weight", default=1)]
    if not graph.is_directed():
        ties = [(min(left, right), max(left, right), weight) for left, right, weight in ties]
    for left, right, weight in sorted(ties):
        made.addEdge(left, right, float(weight) if weighted else 1.0)
    return made


@contextmanager
def one_thread(seed: int) -> Iterator[None]:
    """Networkit with this seed on one thread; several would add up in another order each time."""
    networkit = require_networkit()
    threads = networkit.getMaxNumberOfThreads()
    networkit.setNumberOfThreads(1)
    networkit.setSeed(seed, False)
    try:
        yield
    finally:
        networkit.setNumberOfThreads(threads)


def require_networkit() -> Any:
    """Networkit, or an error that says how to install it."""
    try:
        return import_module("networkit")
    except ImportError as error:
        raise NetworkError(
            Text(
                'networkit이 없습니다. pip install "sangsaeng-kg[analysis]"로 설치하십시오.',
                'networkit is not installed: pip install "sangsaeng-kg[analysis]".',
            )
        ) from error
