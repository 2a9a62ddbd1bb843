"""Two dates of one network: what is new, what is attested again, what is not, and what has ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.network.errors import NetworkError

if TYPE_CHECKING:
    import networkx as nx

ALIKE = ("kind", "scheme", "mode", "roles", "unnamed", "contribution_kinds", "policy")
NO_ENDS = Text(
    "끝났다고 적은 출처가 없어 '끝남'은 비어 있습니다. 다시 확인되지 않은 것은 끝난 것이 아닙니다.",
    "No source states an end, so nothing is gone; what is not attested again has not ended.",
)

Tie = tuple[str, str]


@dataclass(frozen=True)
class Change:
    """Organisations or ties by what became of them; each is in exactly one list, in order.

    ``again``: attested by a further case, one that is not in the earlier network. ``not_again``: no further case.
    ``gone``: a source states an end by the later date.
    """

    new: tuple[Any, ...]
    again: tuple[Any, ...]
    not_again: tuple[Any, ...]
    gone: tuple[Any, ...]


@dataclass(frozen=True)
class Comparison:
    """What two dates have in common and what not; ``why_none_gone`` speaks where no end is stated."""

    organisations: Change
    ties: Change
    earlier: str | None
    later: str | None
    why_none_gone: Text | None


def compare(earlier: nx.Graph, later: nx.Graph) -> Comparison:
    """The change between two dates of one network, asked for in the same way.

    A further case is one that the earlier network does not have: with ``mode="certain"`` a case dated too widely for
    the first date and certain at the second is one, too. No end is ever inferred: a tie is ``gone`` only if its
    ``ended`` states a day (none does at present). An organisation is gone if all its ties are.

    >>> import networkx as nx
    >>> earlier = nx.Graph([("a", "b", {"cases": ["c1"]}), ("a", "c", {"cases": ["c2"]})])
    >>> later = nx.Graph([("a", "b", {"cases": ["c1", "c3"]}), ("a", "c", {"cases": ["c2"]})])
    >>> later.add_edge("c", "d", cases=["c4"])
    >>> found = compare(earlier, later).ties
    >>> found.new, found.again, found.not_again, found.gone
    ((('c', 'd'),), (('a', 'b'),), (('a', 'c'),), ())
    """
    _require_alike(earlier, later)
    before, after = _ties(earlier), _ties(later)
    ended = {tie for tie in before.keys() | after.keys() if _ended(later, tie) or _ended(earlier, tie, later)}
    at_ends: dict[str, list[bool]] = {}
    for tie in before.keys() | after.keys():
        for node in tie:
            at_ends.setdefault(node, []).append(tie in ended)
    return Comparison(
        organisations=_change(
            _cases_of(earlier, before), _cases_of(later, after), {node for node, gone in at_ends.items() if all(gone)}
        ),
        ties=_change(before, after, ended),
        earlier=_last_day(earlier),
        later=_last_day(later),
        why_none_gone=None if ended else NO_ENDS,
    )


def _change(before: Mapping[Any, set[str]], after: Mapping[Any, set[str]], gone: set[Any]) -> Change:
    known = before.keys() | after.keys()
    again = {tie for tie in before if tie in after and after[tie] - before[tie]} - gone
    new = after.keys() - before.keys() - gone
    return Change(*(tuple(sorted(part)) for part in (new, again, known - new - again - gone, gone)))


def _ties(graph: nx.Graph) -> dict[Tie, set[str]]:
    """The cases (events, contributions) of each tie; an undirected tie has its ends in order."""
    shared = graph.graph.get("unit", "cases")
    return {
        (first, second) if graph.is_directed() or first <= second else (second, first): set(cases)
        for first, second, cases in graph.edges(data=shared, default=())
    }


def _cases_of(graph: nx.Graph, ties: Mapping[Tie, Iterable[str]]) -> dict[str, set[str]]:
    cases: dict[str, set[str]] = {node: set() for node in graph}
    for tie, shared in ties.items():
        for node in tie:
            cases[node].update(shared)
    return cases


def _ended(graph: nx.Graph, tie: Tie, by: nx.Graph | None = None) -> bool:
    """Whether a stated end of the tie lies on or before the last day of ``by`` (of the graph itself)."""
    ended = graph.edges[tie].get("ended") if graph.has_edge(*tie) else None
    last = _last_day(graph if by is None else by)
    return ended is not None and (last is None or ended <= last)


def _last_day(graph: nx.Graph) -> str | None:
    between = graph.graph.get("between")
    return between[1] if between else graph.graph.get("at")


def _require_alike(earlier: nx.Graph, later: nx.Graph) -> None:
    for name in ALIKE:
        before, after = earlier.graph.get(name), later.graph.get(name)
        if before != after:
            raise NetworkError(
                Text(
                    f"두 네트워크의 {name}이(가) 다릅니다({before}, {after}). 날짜만 다르게 물으십시오.",
                    f"The two networks differ in {name} ({before}, {after}); ask for both in the same way.",
                )
            )
    first, last = _last_day(earlier), _last_day(later)
    if last is not None and (first is None or first > last):
        raise NetworkError(
            Text(
                f"앞선 네트워크의 날짜({first or '모든 날'})가 뒤의 네트워크({last})보다 늦습니다. 차례를 바꾸십시오.",
                f"The earlier network reaches to {first or 'every day'}, the later one to {last}: change their order.",
            )
        )
