"""What measures share: for which kinds of network each makes sense, and which version of a library counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kg.errors import Text
from kg.network.errors import NetworkError

if TYPE_CHECKING:
    import networkx as nx

UNDIRECTED = ("partnership", "co-attendance", "shared-rating")
ONE_MODE = (*UNDIRECTED, "support")
EVERY = (*ONE_MODE, "two-mode")

KINDS_OF: Mapping[str, tuple[str, ...]] = {
    "degree": EVERY,
    "strength": EVERY,
    "components": EVERY,
    "repeat_ties": EVERY,
    "repeat_partner_ratio": ONE_MODE,
    "density": ONE_MODE,
    "betweenness": ONE_MODE,
    "closeness": ONE_MODE,
    "pagerank": ONE_MODE,
    "clustering": ONE_MODE,
    "constraint": ONE_MODE,
    "effective_size": ONE_MODE,
    "brokerage": ONE_MODE,
    "assortativity": ONE_MODE,
    "eigenvector": UNDIRECTED,
    "core_number": UNDIRECTED,
    "communities": UNDIRECTED,
}


def kind_of(graph: nx.Graph) -> str:
    """The kind a network says it is; one made by hand says nothing and is read by its arrows."""
    return str(graph.graph.get("kind") or ("support" if graph.is_directed() else "partnership"))


def require_kind(graph: nx.Graph, measure: str) -> None:
    """Refuse a kind of network for which the measure says nothing."""
    kind, works = kind_of(graph), KINDS_OF[measure]
    if kind not in works:
        names = ", ".join(works)
        raise NetworkError(
            Text(
                f"{measure}: '{kind}' 네트워크에서는 뜻이 없습니다. 쓸 수 있는 네트워크: {names}.",
                f"{measure} makes no sense for a network of kind '{kind}'; it works for: {names}.",
            )
        )


def library_version(distribution: str) -> str:
    """The version in use, for the record of a result."""
    from importlib.metadata import version  # slow to import, and rarely needed

    return version(distribution)
