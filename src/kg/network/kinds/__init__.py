"""The kinds of network, each with a function that makes it; all by name for a caller that has the kind as a word."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.network.errors import unknown
from kg.network.kinds.co_attendance import co_attendance_network
from kg.network.kinds.partnership import partnership_network
from kg.network.kinds.shared_rating import shared_rating_network
from kg.network.kinds.support import support_network
from kg.network.kinds.two_mode import two_mode_network
from kg.network.tables.rows import NetworkTables

if TYPE_CHECKING:
    import networkx as nx

KINDS: Mapping[str, Callable[..., Any]] = {
    "partnership": partnership_network,
    "support": support_network,
    "two-mode": two_mode_network,
    "co-attendance": co_attendance_network,
    "shared-rating": shared_rating_network,
}


def network(kind: str, tables: NetworkTables, **options: Any) -> nx.Graph:
    """The network of this kind; ``options`` are those of its own function.

    >>> rows = [("p1", "c1", "lead", "org/a", True), ("p2", "c1", "partner", "org/b", True)]
    >>> network("partnership", NetworkTables(rows)).number_of_edges()
    1
    """
    if kind not in KINDS:
        raise unknown(Text("네트워크 종류", "kind of network"), kind, KINDS)
    require_options(kind, KINDS[kind], options)
    return KINDS[kind](tables, **options)


def require_options(kind: str, function: Callable[..., Any], given: Iterable[str]) -> None:
    """Refuse an option that the function making this network does not have; the known ones are named."""
    known = [name for name in inspect.signature(function).parameters if name != "tables"]
    for name in given:
        if name not in known:
            raise unknown(Text(f"{kind} 네트워크의 옵션", f"option of the {kind} network"), name, known)
