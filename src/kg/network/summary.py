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
from kg.tabular import aligned

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
class NetworkSummary:
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
    first_date_by: str | None
    last_date_from: str | None
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
    programmes: tuple[str, ...] | None = None

    def as_json(self) -> dict[str, Any]:
        """The same figures as plain values for ``json.dumps``; counts carry their unit, as in ``cases_used``."""
        plain = asdict(self)
        counts = {f"{self.unit}_{name}": plain.pop(name) for name in ("total", "in_time", "used")}
        return {**plain, **counts}

    def as_text(self, language: str | None = None) -> str:
        """The page in Korean (``ko``) or English (``en``); by default in the person's language."""
        return _page(self, language or spoken_language())


def summary(network: nx.Graph | NetworkTables, **asked: Any) -> NetworkSummary:
    """Sum up a network of one mode, or the partnership network that ``asked`` makes of the tables.

    >>> rows = [("p1", "c1", "lead", "org/a", True), ("p2", "c1", "partner", "org/b", True)]
    >>> figures = summary(NetworkTables(rows))
    >>> figures.organisations, figures.ties, figures.density
    (2, 1, 1.0)
    """
    graph = partnership_network(network, **asked) if isinstance(network, NetworkTables) else network
    about = graph.graph
    if about["kind"] not in ONE_MODE:  # degree, density and components of a two-mode network mean something else
        raise unknown(Text("요약할 수 있는 네트워크 종류", "kind of network for a summary"), about["kind"], ONE_MODE)
    total, in_time, used = (about[f"{about['unit']}_{name}"] for name in ("total", "in_time", "used"))
    left_out = {reason: len(cases) for reason, cases in about["left_out"].items()}
    parts = components(graph)
    return NetworkSummary(
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
        first_date_by=about["first_date_by"],
        last_date_from=about["last_date_from"],
        organisations=graph.number_of_nodes(),
        ties=graph.number_of_edges(),
        repeat_ties=repeat_ties(graph),
        ties_by_origins=_ties_by_origins(graph),
        density=density(graph),
        components=len(parts),
        largest_component=len(parts[0]) if parts else 0,
        top=_top(graph),
        labels=about["labels"],
        why_empty=None if graph.number_of_edges() else why_empty(about["unit"], total, left_out),
        programmes=tuple(about["programme"]) if about.get("programme") is not None else None,
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


def why_empty(unit: str, total: int, left_out: Mapping[str, int]) -> Text:
    """Why a network without ties has none."""
    name = UNITS[unit]
    if not total:
        return Text(
            f"{name.ko}: 하나도 없어 네트워크가 비어 있습니다.", f"The network is empty: there are no {name.en}."
        )
    why_ko = ", ".join(f"{REASONS[reason].ko} {count}건" for reason, count in left_out.items())
    why_en = ", ".join(f"{REASONS[reason].en} ({count})" for reason, count in left_out.items())
    return Text(
        f"{name.ko} {total}건 가운데 기관 둘을 잇는 것이 없어 네트워크가 비어 있습니다: {why_ko}.",
        f"The network is empty: none of {total} {name.en} joins two organisations: {why_en}.",
    )


# ---- the page of text

WORDS: Mapping[str, Mapping[str, Text]] = {
    "partnership": {
        "title": Text("협력 네트워크: 한 사례에 함께한 기관들", "Partnership network: organisations of one case"),
        "units": Text("사례", "Cases"),
        "roles": Text("역할", "Roles"),
        "count": Text("사례마다 1", "1 a case"),
        "fractional": Text("기관 n곳의 사례마다 1/(n-1)", "1/(n-1) a case of n parties"),
        "repeat": Text("반복된 관계(사례 둘 이상)", "repeat ties (two cases or more)"),
    },
    "support": {
        "title": Text("지원 네트워크: 준 기관에서 받은 기관으로", "Support network: from giver to receiver"),
        "units": Text("기여", "Contributions"),
        "count": Text("기여마다 1", "1 a contribution"),
        "repeat": Text("반복된 관계(사례 둘 이상)", "repeat ties (two cases or more)"),
    },
    "co-attendance": {
        "title": Text(
            "동석 네트워크: 한 행사에 온 기관들(협력 관계가 아님)",
            "Co-attendance network: organisations at one event (not a partnership)",
        ),
        "units": Text("행사", "Events"),
        "roles": Text("참석 자격", "Capacities"),
        "count": Text("행사마다 1", "1 an event"),
        "fractional": Text("기관 n곳의 행사마다 1/(n-1)", "1/(n-1) an event of n organisations"),
        "repeat": Text("반복된 관계(행사 둘 이상)", "repeat ties (two events or more)"),
    },
    "shared-rating": {
        "title": Text(
            "동일 등급 네트워크: 한 회차에 같은 등급을 받은 기관들(협력 관계가 아님)",
            "Shared-rating network: organisations with one grade in one edition (not a partnership)",
        ),
        "units": Text("회차의 등급", "Grades of an edition"),
        "roles": Text("등급", "Grades"),
        "count": Text("회차마다 1", "1 an edition"),
        "fractional": Text("기관 n곳의 등급마다 1/(n-1)", "1/(n-1) a grade of n organisations"),
        "repeat": Text("반복된 관계(회차 둘 이상)", "repeat ties (two editions or more)"),
    },
}


def _page(summary: NetworkSummary, language: str) -> str:
    """All lines of the page."""
    ko = language == "ko"
    words = WORDS[summary.kind]

    def say(text: Text) -> str:
        return text.ko if ko else text.en

    lines = [say(words["title"]), ""]
    lines += aligned([[say(name), value] for name, value in _options(summary, ko)])
    lines += ["", say(words["units"])]
    lines += aligned([[f"  {say(name)}", f"{count:,}"] for name, count in _counts(summary)], right=[1])
    if summary.why_empty:
        return "\n".join([*lines, "", say(summary.why_empty)])
    lines += ["", say(Text("네트워크", "Network"))]
    lines += aligned([[f"  {say(name)}", value] for name, value in _figures(summary)], right=[1])
    lines += ["", say(Text("이어진 기관이 많은 순", "Most ties first"))]
    header = ["  ", say(Text("기관", "organisation")), say(Text("종류", "kind"))]
    header += [say(Text("연결 수", "degree")), say(Text("연결 강도", "strength"))]
    rows = [_leader(place, leader, summary, ko) for place, leader in enumerate(summary.top, 1)]
    return "\n".join([*lines, *aligned([header, *rows], right=[0, 3, 4])])


def _options(summary: NetworkSummary, ko: bool) -> list[tuple[Text, str]]:
    words = WORDS[summary.kind]
    none = "없음" if ko else "none"
    weight = words["fractional" if summary.weighting == "fractional" else "count"]
    named = ", ".join(_named(summary, "role", role, ko) for role in summary.roles) or none
    roles = [(words["roles"], named)] if "roles" in words else []
    chosen = ", ".join(summary.programmes or ()) or none
    programmes = [] if summary.programmes is None else [(Text("사업", "Programmes"), chosen)]
    return [
        (Text("기간", "Dates"), _when(summary, ko)),
        *roles,
        *programmes,
        (Text("가중치", "Weight"), weight.ko if ko else weight.en),
        (Text("채택 방침", "Policy"), summary.policy),
        (Text("첫날과 마지막 날", "First and last day"), _span(summary, ko)),
    ]


def _when(summary: NetworkSummary, ko: bool) -> str:
    if summary.at:
        when = f"{summary.at}까지" if ko else f"up to {summary.at}"
    elif summary.between:
        when = " ~ ".join(summary.between) if ko else " to ".join(summary.between)
    else:
        return "모든 날짜" if ko else "any date"
    certain, possible = ("확실한 것만", "가능한 것까지") if ko else ("certain only", "also possible")
    return f"{when} ({certain if summary.mode == 'certain' else possible})"


def _span(summary: NetworkSummary, ko: bool) -> str:
    """First and last day; where the data leave one open, the day that bounds it from the other side."""
    first, last = summary.first_date, summary.last_date
    if not first and summary.first_date_by:
        first = f"늦어도 {summary.first_date_by}" if ko else f"{summary.first_date_by} or earlier"
    if not last and summary.last_date_from:
        last = f"일러도 {summary.last_date_from}" if ko else f"{summary.last_date_from} or later"
    if not first and not last:
        return "없음" if ko else "none"
    return f"{first or '..'} ~ {last or '..'}"


def _counts(summary: NetworkSummary) -> list[tuple[Text, int]]:
    left_out = [
        (Text(f"제외: {REASONS[reason].ko}", f"left out: {REASONS[reason].en}"), count)
        for reason, count in summary.left_out.items()
    ]
    return [
        (Text("모두", "all"), summary.total),
        (Text("물은 기간 안", "inside the dates asked for"), summary.in_time),
        (Text("관계를 이루어 쓰임", "counted: they make ties"), summary.used),
        *left_out,
    ]


def _figures(summary: NetworkSummary) -> list[tuple[Text, str]]:
    origins = summary.ties_by_origins
    return [
        (Text("기관", "organisations"), f"{summary.organisations:,}"),
        (Text("관계", "ties"), f"{summary.ties:,}"),
        (WORDS[summary.kind]["repeat"], f"{summary.repeat_ties:,}"),
        (Text("계통이 둘 이상인 관계", "ties stated by two origins or more"), f"{origins['several']:,}"),
        (Text("계통이 하나인 관계", "ties stated by one origin"), f"{origins['one']:,}"),
        (Text("두 기관을 함께 적은 출처가 없는 관계", "ties that no one source states"), f"{origins['none']:,}"),
        (Text("밀도", "density"), f"{summary.density:.4f}"),
        (Text("연결 요소", "components"), f"{summary.components:,}"),
        (Text("가장 큰 성분의 기관", "organisations in the largest"), f"{summary.largest_component:,}"),
    ]


def _named(summary: NetworkSummary, what: str, code: str, ko: bool) -> str:
    names = summary.labels[what].get(code)
    return code if names is None else names[0 if ko else 1]


def _leader(place: int, leader: Leader, summary: NetworkSummary, ko: bool) -> list[str]:
    label = (leader.label_ko or leader.label_en) if ko else (leader.label_en or leader.label_ko)
    kind = _named(summary, "kind", leader.kind, ko)
    return [str(place), label or leader.organisation, kind, f"{leader.degree:,}", f"{leader.strength:,.10g}"]
