"""All measures by name, with what a reader must know of each; docs/measures.md is written from here."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.network.errors import unknown
from kg.network.measures.applicable import KINDS_OF, library_version, require_kind
from kg.network.measures.brokerage import brokerage, constraint, effective_size
from kg.network.measures.counts import components, degree, density, repeat_partner_ratio, repeat_ties, strength
from kg.network.measures.distance import betweenness, closeness
from kg.network.measures.mixing import assortativity, communities
from kg.network.measures.standing import clustering, core_number, eigenvector, pagerank

if TYPE_CHECKING:
    import networkx as nx

WEIGHTS: Mapping[str, Text] = {
    "none": Text("읽지 않음", "not read"),
    "closeness": Text("가까움", "closeness"),
    "if-asked-closeness": Text("weighted=True이면 가까움", "closeness if weighted=True"),
    "if-asked-distance": Text("weighted=True이면 거리 1/weight", "distance 1/weight if weighted=True"),
    "unless-asked-closeness": Text("가까움, weighted=False이면 읽지 않음", "closeness unless weighted=False"),
}


@dataclass(frozen=True)
class Measure:
    """A measure and what must be known to read its values.

    ``least`` is the number of organisations (``least_of`` ties) below which it says little. ``weight`` is a key of
    WEIGHTS. ``absent`` is the value of an organisation without a tie, None where it has none. With ``low_is_first``
    the lowest value has rank 1. ``library`` is the distribution that does the counting.
    """

    name: str
    label: Text
    meaning: Text
    function: Callable[..., Any]
    range: str
    weight: str
    least: int
    source: str
    least_of: str = "organisations"
    absent: float | None = 0
    low_is_first: bool = False
    library: str = "networkx"

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of network for which it makes sense."""
        return KINDS_OF[self.name]

    @property
    def options(self) -> Mapping[str, Any]:
        """Its parameters other than the network, with their default values."""
        found = list(inspect.signature(self.function).parameters.values())[1:]
        return {option.name: option.default for option in found}

    def weighing(self, weighted: bool) -> dict[str, Any]:
        """The option that makes it read weights; none where they are not asked for, or where it has no such option."""
        return {"weighted": True} if weighted and "weighted" in self.options else {}

    @property
    def version(self) -> str:
        """The version of the library in use."""
        return library_version(self.library)


_NODE_MEASURES = (
    Measure(
        "degree",
        Text("연결 수", "degree"),
        Text("몇 기관과 이어져 있는가.", "With how many organisations it is tied."),
        degree,
        "0 … n−1",
        "none",
        10,
        "Freeman 1978",
    ),
    Measure(
        "strength",
        Text("연결 강도", "strength"),
        Text("함께한 사례를 모두 더하면 몇인가.", "How many shared cases its ties add up to."),
        strength,
        "0 …",
        "closeness",
        10,
        "Barrat et al. 2004; Newman 2001",
    ),
    Measure(
        "betweenness",
        Text("매개 중심성", "betweenness"),
        Text(
            "다른 두 기관을 잇는 최단 경로 가운데 이 기관을 지나는 비율.",
            "On what share of the shortest paths between two others it stands.",
        ),
        betweenness,
        "0 … 1",
        "if-asked-distance",
        20,
        "Freeman 1977; Brandes 2001",
    ),
    Measure(
        "closeness",
        Text("근접 중심성", "closeness"),
        Text("닿을 수 있는 기관들과 얼마나 가까운가.", "How near it is to those it can reach."),
        closeness,
        "0 … 1; weighted 0 …",
        "if-asked-distance",
        20,
        "Wasserman and Faust 1994",
    ),
    Measure(
        "eigenvector",
        Text("고유벡터 중심성", "eigenvector"),
        Text(
            "많이 이어진 기관과 얼마나 이어져 있는가. 가장 큰 연결 요소에서만.",
            "How much it is tied to the much tied; in the largest component only.",
        ),
        eigenvector,
        "0 … 1",
        "if-asked-closeness",
        20,
        "Bonacich 1972",
        absent=None,
    ),
    Measure(
        "pagerank",
        Text("페이지랭크", "pagerank"),
        Text("관계를 따라 걷다 보면 얼마나 자주 들르는가.", "How often a walk along the ties comes by it."),
        pagerank,
        "0 … 1, sum 1",
        "if-asked-closeness",
        20,
        "Brin and Page 1998",
        absent=None,
    ),
    Measure(
        "core_number",
        Text("코어 수", "core number"),
        Text(
            "서로 k곳 이상과 이어진 무리에 드는 가장 큰 k.",
            "The largest k of a part in which all have k partners.",
        ),
        core_number,
        "0 … n−1",
        "none",
        20,
        "Seidman 1983",
    ),
    Measure(
        "clustering",
        Text("군집 계수", "clustering"),
        Text("상대들끼리 서로 이어진 비율.", "What share of its partners are partners of each other."),
        clustering,
        "0 … 1",
        "if-asked-closeness",
        10,
        "Watts and Strogatz 1998; Onnela et al. 2005",
        absent=None,
    ),
    Measure(
        "constraint",
        Text("제약", "constraint"),
        Text(
            "상대들끼리 이어져 있어 얼마나 매여 있는가. 낮을수록 중개자.",
            "How much its partners' ties to each other hem it in; low is a broker.",
        ),
        constraint,
        "0 … 1.125; weighted 0 … 2",
        "if-asked-closeness",
        10,
        "Burt 1992",
        absent=None,
        low_is_first=True,
    ),
    Measure(
        "effective_size",
        Text("유효 크기", "effective size"),
        Text(
            "서로 겹치지 않는 상대가 몇인가.",
            "How many partners it has that do not stand for each other.",
        ),
        effective_size,
        "1 … n−1; weighted 0 …",
        "if-asked-closeness",
        10,
        "Burt 1992; Borgatti 1997",
        absent=None,
    ),
    Measure(
        "brokerage",
        Text("중개", "brokerage"),
        Text(
            "이어지지 않은 두 기관 사이에 몇 번 서 있는가. 종류에 따라 다섯 역할.",
            "How often it stands between two that are not tied, in five roles by kind.",
        ),
        brokerage,
        "0 … (n−1)(n−2)",
        "none",
        20,
        "Gould and Fernandez 1989",
        library="sangsaeng-kg",
    ),
)

_WHOLE_MEASURES = (
    Measure(
        "density",
        Text("밀도", "density"),
        Text("가능한 관계 가운데 실제로 있는 관계의 비율.", "The share of possible ties that are there."),
        density,
        "0 … 1",
        "none",
        10,
        "Wasserman and Faust 1994",
    ),
    Measure(
        "components",
        Text("연결 요소", "components"),
        Text("아무 관계로도 이어지지 않은 부분들.", "The parts that no tie joins."),
        components,
        "1 … n",
        "none",
        10,
        "Wasserman and Faust 1994",
    ),
    Measure(
        "repeat_ties",
        Text("반복된 관계", "repeat ties"),
        Text("사례 둘 이상에서 나온 관계의 수.", "How many ties rest on two cases or more."),
        repeat_ties,
        "0 … m",
        "none",
        20,
        "Gulati 1995",
        least_of="ties",
        library="sangsaeng-kg",
    ),
    Measure(
        "repeat_partner_ratio",
        Text("반복 협력 비율", "repeat partner ratio"),
        Text("관계 가운데 사례 둘 이상에서 나온 것의 비율.", "The share of ties that rest on two cases or more."),
        repeat_partner_ratio,
        "0 … 1",
        "none",
        20,
        "Gulati 1995",
        least_of="ties",
        library="sangsaeng-kg",
    ),
    Measure(
        "assortativity",
        Text("동류성", "assortativity"),
        Text(
            "같은 종류끼리 우연보다 더 이어지는가. 연결 수를 지킨 무작위 네트워크와 견줌.",
            "Whether own kind ties with own kind more than chance with the same degrees gives.",
        ),
        assortativity,
        "−1 … 1, with z",
        "none",
        30,
        "Newman 2003; Maslov and Sneppen 2002",
        least_of="ties",
    ),
    Measure(
        "communities",
        Text("공동체", "communities"),
        Text(
            "서로 더 많이 이어진 집단(라이덴 알고리즘).", "Groups tied more among themselves than with others (Leiden)."
        ),
        communities,
        "modularity −0.5 … 1",
        "unless-asked-closeness",
        30,
        "Traag et al. 2019",
        library="networkit",
    ),
)

MEASURES: Mapping[str, Measure] = {each.name: each for each in _NODE_MEASURES}
WHOLE_MEASURES: Mapping[str, Measure] = {each.name: each for each in _WHOLE_MEASURES}


def find_measure(name: str) -> Measure:
    """The measure of nodes with this name; an unknown one names those that are known."""
    if name not in MEASURES:
        raise unknown(Text("지표", "measure"), name, MEASURES)
    return MEASURES[name]


def measure(graph: nx.Graph, name: str, **options: Any) -> dict[str, float]:
    """The values of one measure by node id; ``options`` are those of its own function.

    An empty network gives an empty answer.

    >>> import networkx as nx
    >>> measure(nx.Graph([("a", "b"), ("b", "c")]), "betweenness")
    {'a': 0.0, 'b': 1.0, 'c': 0.0}
    """
    found = find_measure(name)
    for option in options:
        if option not in found.options:
            raise unknown(Text(f"{name}의 옵션", f"option of {name}"), option, found.options)
    require_kind(graph, name)
    values: dict[str, float] = found.function(graph, **options) if graph else {}
    return values
