"""The edges of a network as columns of numbers, and the same as objects of NetworkX, SciPy and networkit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kg.network.measures.mixing import require_networkit
from kg.network.tables.rows import local_ids

if TYPE_CHECKING:
    from typing import Self

    import networkx as nx
    import numpy


@dataclass(frozen=True, eq=False)  # columns have no one truth of being equal
class Edges:
    """A network as columns: ``ids`` of the organisations, and each tie as two places among them with its weight.

    Ties are in order; 24 bytes per tie, and the ids. ``facts`` holds the options.
    """

    ids: numpy.ndarray[Any, Any]
    one: numpy.ndarray[Any, Any]
    other: numpy.ndarray[Any, Any]
    weight: numpy.ndarray[Any, Any]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def organisations(self) -> int:
        return len(self.ids)

    @property
    def ties(self) -> int:
        return len(self.one)

    def with_plain_ids(self) -> Self:
        """The same with the last part of each IRI as id, like the nodes of :func:`kg.network.partnership_network`."""
        import numpy

        plain = local_ids(self.ids.tolist())
        return replace(self, ids=numpy.array([plain[iri] for iri in self.ids], dtype=object))

    def to_networkx(self) -> nx.Graph:
        """The same as a NetworkX graph with weights: about 300 bytes a tie."""
        import networkx as nx

        graph = nx.Graph(**self.facts)
        graph.add_nodes_from(self.ids.tolist())
        ends = (self.ids[self.one].tolist(), self.ids[self.other].tolist(), self.weight.tolist())
        graph.add_weighted_edges_from(zip(*ends, strict=True))
        return graph

    def to_scipy(self, *, weighted: bool = True) -> Any:
        """The same as a symmetric sparse matrix of SciPy."""
        import numpy
        from scipy.sparse import csr_array

        values = self.weight if weighted else numpy.ones(self.ties)
        if (self.one[1:] < self.one[:-1]).any():
            raise ValueError("ties out of order: sort them by the first place")
        starts = numpy.searchsorted(self.one, numpy.arange(self.organisations + 1))
        number = numpy.int32 if max(2 * self.ties, self.organisations) < 2**31 else numpy.int64  # half the memory
        shape = (self.organisations, self.organisations)
        above = csr_array((values, self.other.astype(number), starts.astype(number)), shape=shape)
        return above + above.T.tocsr()

    @cached_property
    def matrix(self) -> Any:
        """The matrix without weights: made once, for all measures."""
        return self.to_scipy(weighted=False)

    def to_networkit(self, *, weighted: bool = True) -> Any:
        """The same for networkit, with the places of ``ids`` as nodes."""
        import numpy
        from scipy.sparse import csr_array

        library, shape = require_networkit(), (self.organisations, self.organisations)
        values = self.weight if weighted else numpy.ones(self.ties)
        if hasattr(library, "GraphFromCsr"):  # three times faster, where it is there
            once = csr_array((values, (self.one, self.other)), shape=shape)
            return library.GraphFromCsr(once, directed=False, weighted=weighted)
        ends = (self.one.astype(numpy.uint64), self.other.astype(numpy.uint64))
        return library.GraphFromCoo((values, ends), n=self.organisations, weighted=weighted, directed=False)

    @cached_property
    def weighted_matrix(self) -> Any:
        """The matrix with weights: made once, for all measures."""
        return self.to_scipy()

    @cached_property
    def weighted(self) -> Any:
        """The networkit graph with weights: made once, for all measures."""
        return self.to_networkit()

    @cached_property
    def plain(self) -> Any:
        """The networkit graph without weights: made once, for all measures."""
        return self.to_networkit(weighted=False)
