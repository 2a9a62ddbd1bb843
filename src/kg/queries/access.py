"""How to read one graph: the function that answers SPARQL, the base of its ids, and the policy it is read under."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from kg.vocab import BASE, DEFAULT_POLICY, ID, accepted_graph, analysis_graph, rebased

Answer = TypeVar("Answer", covariant=True)


@dataclass(frozen=True)
class GraphAccess(Generic[Answer]):
    """How to read one graph. Whoever opens a graph makes this value; readers take it and need nothing else.

    Parameters
    ----------
    ask : function
        Takes SPARQL text and returns the answer: a :class:`kg.queries.QueryResult` for ``GraphAccess[QueryResult]``,
        rows of Python values for the readers of :mod:`kg.network`. It sends the text as it is, so IRIs in the text must
        be those of the graph: take them from ``iri``, or pass text with the toolkit's own base through ``rebased``.
    base : str
        The base of the ids of the graph. Terms (``def#``) always have the toolkit's own base.
    policy : str
        The policy whose accepted values are read.

    Examples
    --------
    >>> access = GraphAccess(lambda text: [], base="https://example.org/kg/")
    >>> access.iri("org/a")
    'https://example.org/kg/id/org/a'
    >>> access.with_policy("strict").accepted_graph
    'https://example.org/kg/id/graph/accepted/strict'
    """

    ask: Callable[[str], Answer]
    base: str = BASE
    policy: str = DEFAULT_POLICY

    def iri(self, path: str) -> str:
        """The IRI of ``id/PATH`` in this graph."""
        return rebased(ID[path], self.base)

    @property
    def accepted_graph(self) -> str:
        """The named graph of what the policy accepts."""
        return rebased(accepted_graph(self.policy), self.base)

    @property
    def analysis_graph(self) -> str:
        """The named graph of what is derived from the accepted values."""
        return rebased(analysis_graph(self.policy), self.base)

    def rebased(self, text: str) -> str:
        """SPARQL text that was written with the toolkit's own base, with the ids of this graph."""
        return rebased(text, self.base)

    def with_policy(self, policy: str) -> GraphAccess[Answer]:
        """The same graph read under another policy."""
        return replace(self, policy=policy)
