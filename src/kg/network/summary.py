"""A network in a page of text: what was counted, what was left out and why, and its first figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.errors import language as spoken_language
from kg.network.errors import unknown
from kg.network.kinds.partnership import partnership_network
from kg.network.kinds.selection import REASONS
from kg.network.measures import components, degree, density, repeat_ties, strength
from kg.network.tables.rows import NetworkTables

if TYPE_CHECKING:
    import networkx as nx

TOP = 10
ONE_MODE = ("partnership", "support", "co-attendance", "shared-rating")

UNITS: Mapping[str, Text] = {
    "cases": Text("사례", "cases"),
    "events": Text("행사", "events"),
    "contributions": Text("기여", "contributions"),
    "editions": Text("회차의 등급", "grades of an edition"),
}


@dataclass(frozen=True)
class Leader:
    """One of the best tied organisations."""

    organisation: str
    label_ko: str | None
    label_en: str | None
    kind: str
    degree: int
    strength: float


@dataclass(frozen=True)
class Summary:
    """The figures of a network; ``why_empty`` speaks when there is no tie.

    ``total``, ``in_time``, ``used`` and ``left_out`` (by reason) count cases, or what ``unit`` says.
    """

    kind: str
    unit: str
    policy: str
    at: str | None
    between: tuple[str, str] | None
    mode: str
    weighting: str
    roles: tuple[str, ...]
    total: int
    in_time: int
    used: int
    left_out: Mapping[str, int]
    first_date: str | None
    last_date: str | None
    organisations: int
    ties: int
    repeat_ties: int
    ties_by_origins: Mapping[str, int]
    density: float
    components: int
    largest_component: int
    top: tuple[Leader, ...]
    labels: Mapping[str, Mapping[str, list[str]]]
    why_empty: Text | None

    def as_json(self) -> dict[str, Any]:
        """The same figures as plain values for ``json.dumps``; counts carry their unit, as in ``cases_used``."""
        plain = asdict(self)
        counts = {f"{self.unit}_{name}": plain.pop(name) for name in ("total", "in_time", "used")}
        return {**plain, **counts}

    def as_text(self, language: str | None = None) -> str:
        """The page in Korean (``ko``) or English (``en``); by default in the person's language."""
        from kg.network.summary_text import page

        return page(self, language or spoken_language())


def summary(network: nx.Graph | NetworkTables, **asked: Any) -> Summary:
    """Sum up a network of one mode, or the partnership network that ``asked`` makes of the tables.

    >>> rows = [("p1", "c1", "lead", "org/a", True), ("p2", "c1", "partner", "org/b", True)]
    >>> figures = summary(NetworkTables(rows))
    >>> figures.organisations, figures.ties, figures.density
    (2, 1, 1.0)
    """
    graph = partnership_network(network, **asked) if isinstance(network, NetworkTables) else network
    about = graph.graph
    if about["kind"] not in ONE_MODE:  # degree, density and components of a two-mode network mean something else
        raise unknown(Text("요약할 수 있는 망 종류", "kind of network for a summary"), about["kind"], ONE_MODE)
    total, in_time, used = (about[f"{about['unit']}_{name}"] for name in ("total", "in_time", "used"))
    left_out = {reason: len(cases) for reason, cases in about["left_out"].items()}
    parts = components(graph)
    return Summary(
        kind=about["kind"],
        unit=about["unit"],
        policy=about["policy"],
        at=about["at"],
        between=tuple(about["between"]) if about["between"] else None,
        mode=about["mode"],
        weighting=about["weighting"],
        roles=tuple(about["roles"]),
        total=total,
        in_time=in_time,
        used=used,
        left_out=left_out,
        first_date=about["first_date"],
        last_date=about["last_date"],
        organisations=graph.number_of_nodes(),
        ties=graph.number_of_edges(),
        repeat_ties=repeat_ties(graph),
        ties_by_origins=_ties_by_origins(graph),
        density=density(graph),
        components=len(parts),
        largest_component=len(parts[0]) if parts else 0,
        top=_top(graph),
        labels=about["labels"],
        why_empty=None if graph.number_of_edges() else _why_empty(about["unit"], total, left_out),
    )


def _ties_by_origins(graph: nx.Graph) -> dict[str, int]:
    """How many ties two or more origins state, how many exactly one, and how many no single source states."""
    counts = {"several": 0, "one": 0, "none": 0}
    for _, _, origins in graph.edges(data="origins", default=0):
        counts["several" if origins > 1 else "one" if origins else "none"] += 1
    return counts


def _top(graph: nx.Graph) -> tuple[Leader, ...]:
    by_degree, by_strength = degree(graph), strength(graph)
    first = sorted(graph, key=lambda node: (-by_degree[node], -by_strength[node], node))[:TOP]
    return tuple(
        Leader(node, data["label_ko"], data["label_en"], data["kind"], by_degree[node], by_strength[node])
        for node, data in ((node, graph.nodes[node]) for node in first)
    )


def _why_empty(unit: str, total: int, left_out: Mapping[str, int]) -> Text:
    name = UNITS[unit]
    if not total:
        return Text(f"{name.ko}: 하나도 없어 망이 비어 있습니다.", f"The network is empty: there are no {name.en}.")
    why_ko = ", ".join(f"{REASONS[reason].ko} {count}건" for reason, count in left_out.items())
    why_en = ", ".join(f"{REASONS[reason].en} ({count})" for reason, count in left_out.items())
    return Text(
        f"{name.ko} {total}건 가운데 기관 둘을 잇는 것이 없어 망이 비어 있습니다: {why_ko}.",
        f"The network is empty: none of {total} {name.en} joins two organisations: {why_en}.",
    )
