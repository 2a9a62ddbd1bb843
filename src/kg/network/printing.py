"""What the commands print of measures, communities, surroundings, ways and changes: for people, and as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.network.measures import MEASURES
from kg.tabular import aligned

if TYPE_CHECKING:
    import networkx as nx
    import pandas

    from kg.network.measures import Change, Communities, Comparison
    from kg.network.neighbourhood import Way
    from kg.network.uncertainty.ranking import Ranking, Standing

SHOWN = 12  # members of a community, cases of a tie
EMPTY = Text("네트워크에 관계가 없습니다.", "The network has no tie.")
GROUPS: Mapping[str, Text] = {
    "new": Text("새로 이어짐", "new"),
    "again": Text("다시 확인됨", "attested again"),
    "not_again": Text("다시 확인되지 않음", "not attested again"),
    "gone": Text("끝났다고 적힘", "stated to have ended"),
}


def name_of(graph: nx.Graph, node: str, language: str) -> str:
    """The label in the language, else in the other, else the id."""
    return _name(graph.nodes.get(node, {}), node, language)


def _name(data: Mapping[str, Any], node: str, language: str) -> str:
    first, second = ("label_ko", "label_en") if language == "ko" else ("label_en", "label_ko")
    return str(data.get(first) or data.get(second) or node)


def kind_name(graph: nx.Graph, kind: str, language: str) -> str:
    """The label of a kind of organisation, from the code list that the graph carries."""
    return _kind(graph.graph, kind, language)


def _kind(facts: Mapping[str, Any], kind: str, language: str) -> str:
    names = facts.get("labels", {}).get("kind", {}).get(kind)
    return str(kind if names is None else names[0 if language == "ko" else 1] or kind)


def rows_of(table: pandas.DataFrame) -> list[dict[str, Any]]:
    """A table as plain values, one dictionary a row; what has no value is None."""
    import pandas

    return [
        {
            str(name): None if pandas.isna(value) else getattr(value, "item", lambda v=value: v)()
            for name, value in row.items()
        }
        for row in table.astype(object).to_dict("records")
    ]


def central_text(
    table: pandas.DataFrame, names: Sequence[str], language: str, *, facts: Mapping[str, Any], organisations: int
) -> str:
    """Organisations with the value of each measure, its rank behind it in brackets; then what the measures mean.

    ``facts`` are those of the network, with the labels of kinds; ``organisations`` how many it has.
    """
    say = _in(language)
    if not len(table):
        return say(EMPTY)
    header = ["", say(Text("기관", "organisation")), say(Text("종류", "kind"))]
    header += [say(MEASURES[name].label) for name in names]
    rows = []
    for place, row in enumerate(rows_of(table), 1):
        cells = [f"{_figure(row[name])} ({row[f'rank_{name}']})" if row[name] is not None else "–" for name in names]
        kind = _kind(facts, str(row["kind"] or "unknown"), language)
        rows.append([str(place), _name(row, row["organisation"], language), kind, *cells])
    lines = aligned([header, *rows], right=[0, *range(3, 3 + len(names))])
    meanings = [f"{say(MEASURES[name].label)}: {say(MEASURES[name].meaning)}" for name in names]
    meanings += [say(text) for text in estimate_texts(facts, {name: MEASURES[name].label for name in names})]
    few = [MEASURES[name] for name in names if organisations < MEASURES[name].least]
    if few:
        listed = ", ".join(say(measure.label) for measure in few)
        meanings.append(
            say(
                Text(
                    f"기관이 {organisations}곳뿐이라 말해 주는 것이 적음: {listed}",
                    f"with {organisations} organisations these say little: {listed}",
                )
            )
        )
    return "\n".join([*lines, "", *meanings])


def estimate_texts(facts: Mapping[str, Any], labels: Mapping[str, Text]) -> list[Text]:
    """For people: which measures are estimated, and how large their error may be; ``labels`` name the measures."""
    return [
        Text(
            f"{labels[name].ko}: 기관 {estimate['sources']:,}곳에서 추정. 표준 오차는 최대"
            f" {estimate['standard_error']:.2g}, 표본 20개 가운데 19개에서 모든 값의 오차는"
            f" {estimate['error']:.2g} 이하",
            f"{labels[name].en}: estimated from {estimate['sources']:,} organisations; standard error at most"
            f" {estimate['standard_error']:.2g}, and in 19 of 20 samples no value has an error above"
            f" {estimate['error']:.2g}",
        )
        for name, estimate in facts.get("estimated", {}).items()
    ]


def ranking_json(found: Sequence[Ranking], top: int) -> list[dict[str, Any]]:
    """Each measure with how many readings it rests on, and its rows up to rank ``top``."""
    return [
        {
            "measure": ranking.measure,
            "exact": ranking.exact,
            "readings": ranking.looked_at,
            "of": ranking.of,
            "networks": ranking.networks,
            "rows": [asdict(row) for row in ranking.rows if row.rank is not None and row.rank <= top],
        }
        for ranking in found
    ]


def ranking_text(found: Sequence[Ranking], top: int, language: str) -> str:
    """Organisations by the first measure; value and rank under each, with the bounds over all readings."""
    say = _in(language)
    rows = [row for row in found[0].rows if row.rank is not None and row.rank <= top]
    if not rows:
        return say(EMPTY)
    rankings = [{row.iri: row for row in ranking.rows} for ranking in found]
    graph = found[0].base
    header = ["", say(Text("기관", "organisation")), say(Text("종류", "kind"))]
    for ranking in found:
        header += [say(MEASURES[ranking.measure].label), say(Text("순위", "rank"))]
    lines = [header]
    for row in rows:
        name = name_of(graph, row.organisation, language)
        cells = [str(row.rank), name, kind_name(graph, row.kind or "unknown", language)]
        for standing in (known.get(row.iri) for known in rankings):
            cells += _bounded(standing)
        lines.append(cells)
    exact = Text(
        f"해석 {found[0].looked_at}가지를 모두 계산함(네트워크 {found[0].networks}가지): 괄호 안은 최솟값과 최댓값",
        f"all {found[0].looked_at} readings looked at ({found[0].networks} different networks); "
        "in brackets the least and the greatest",
    )
    of = Text(str(found[0].of or "아주 많은 수"), str(found[0].of or "very many"))
    sample = Text(
        f"해석 {of.ko} 가운데 {found[0].looked_at}가지를 계산함(시드 {found[0].seed}): 범위는 더 넓을 수 있음",
        f"{found[0].looked_at} of {of.en} readings looked at (seed {found[0].seed}); the bounds may be wider",
    )
    right = [0, *range(3, len(header))]
    return "\n".join([*aligned(lines, right=right), "", say(exact if found[0].exact else sample)])


def _bounded(row: Standing | None) -> list[str]:
    if row is None or row.value is None:
        return ["–", "–"]
    value, rank = _figure(row.value), str(row.rank)
    if row.lower != row.upper:
        value += f" [{_figure(row.lower)}, {_figure(row.upper)}]"
    return [value, rank if row.best == row.worst else f"{rank} [{row.best}, {row.worst}]"]


def communities_json(found: Communities) -> dict[str, Any]:
    return asdict(found)


def communities_text(graph: nx.Graph, found: Communities, language: str) -> str:
    """The communities, largest first, with their members; then how they were found."""
    say = _in(language)
    if not found.parts:
        return say(EMPTY)
    rows = [["", say(Text("기관", "organisations")), say(Text("누구", "members"))]]
    for place, part in enumerate(found.parts, 1):
        by_degree = sorted(part, key=lambda node: (-graph.degree(node), node))
        named = ", ".join(name_of(graph, node, language) for node in by_degree[:SHOWN])
        more = f" … +{len(part) - SHOWN}" if len(part) > SHOWN else ""
        rows.append([str(place), str(len(part)), named + more])
    modularity = "–" if found.modularity is None else f"{found.modularity:.3f}"
    made = Text(
        f"{found.method} ({found.library} {found.version}), 해상도 {found.resolution:g}, 시드 {found.seed}, "
        f"모듈성 {modularity}",
        f"{found.method} ({found.library} {found.version}), resolution {found.resolution:g}, seed {found.seed}, "
        f"modularity {modularity}",
    )
    return "\n".join([*aligned(rows, right=[0, 1]), "", say(made)])


def ego_json(graph: nx.Graph) -> dict[str, Any]:
    """The organisation, and the nodes and ties around it with all they carry."""
    return {
        "ego": graph.graph["ego"],
        "radius": graph.graph["radius"],
        "nodes": [{"id": node, **data} for node, data in graph.nodes(data=True)],
        "edges": [{"source": source, "target": target, **data} for source, target, data in graph.edges(data=True)],
    }


def ego_text(graph: nx.Graph, language: str) -> str:
    """The ties of the organisation, with their cases and who states them; then the ties among the others."""
    say = _in(language)
    ego = graph.graph["ego"]
    unit = str(graph.graph.get("unit", "cases"))
    kind = kind_name(graph, graph.nodes[ego].get("kind", "unknown"), language)
    lines = [f"{name_of(graph, ego, language)} ({kind})", ""]
    header = ["", say(Text("상대", "partner")), say(Text("종류", "kind")), say(Text("근거", "rests on"))]
    header.append(say(Text("출처", "sources")))
    rows = []
    for arrow, neighbour, data in _ties_of(graph, ego):
        shared = list(data.get(unit, ()))
        listed = ", ".join(shared[:SHOWN]) + (f" … +{len(shared) - SHOWN}" if len(shared) > SHOWN else "")
        kind = kind_name(graph, graph.nodes[neighbour].get("kind", "unknown"), language)
        rows.append([arrow, name_of(graph, neighbour, language), kind, listed, str(data.get("sources", ""))])
    lines += aligned([header, *rows], right=[4])
    outer_ties = [tie for tie in graph.edges if ego not in tie]
    among = Text(f"상대들끼리의 관계 {len(outer_ties)}", f"Ties among the others: {len(outer_ties)}")
    lines += ["", say(among)]
    lines += [
        f"  {name_of(graph, first, language)} ~ {name_of(graph, second, language)}" for first, second in outer_ties
    ]
    return "\n".join(lines)


def _ties_of(graph: nx.Graph, ego: str) -> list[tuple[str, str, Mapping[str, Any]]]:
    """The ties of one node, most weight first; with an arrow where the network is directed."""
    if graph.is_directed():
        ties = [("→", partner, data) for _, partner, data in graph.out_edges(ego, data=True)]
        ties += [("←", partner, data) for partner, _, data in graph.in_edges(ego, data=True)]
    else:
        ties = [("~", partner, data) for _, partner, data in graph.edges(ego, data=True)]
    return sorted(ties, key=lambda tie: (tie[0], -float(tie[2].get("weight", 1)), tie[1]))


def way_text(graph: nx.Graph, found: Way, ends: Sequence[str], language: str) -> str:
    """The way step by step, each with the cases that it rests on."""
    say = _in(language)
    start, end = (name_of(graph, node, language) for node in ends)
    if not found.nodes:
        return say(
            Text(
                f"{start}에서 {end}(으)로 이어지는 길이 없습니다.",
                f"Nothing in this network leads from {start} to {end}.",
            )
        )
    more = Text(f", 같은 길이의 길 {found.ways}", f", one of {found.ways} as short")
    head = Text(f"{start} → {end}: {len(found.steps)}걸음", f"{start} → {end}: {len(found.steps)} ties")
    lines = [say(head) + (say(more) if found.ways > 1 else "")]
    rows = [
        [f"  {name_of(graph, step.one, language)}", "~", name_of(graph, step.other, language), ", ".join(step.shared)]
        for step in found.steps
    ]
    return "\n".join([*lines, *aligned(rows)])


def change_json(found: Comparison) -> dict[str, Any]:
    return asdict(found)


def change_text(later: nx.Graph, found: Comparison, language: str) -> str:
    """How many organisations and ties are new, attested again or not; then the new ones by name."""
    say = _in(language)
    days = [day or say(Text("모든 날", "any date")) for day in (found.earlier, found.later)]
    rows = [[" → ".join(days), say(Text("기관", "organisations")), say(Text("관계", "ties"))]]
    for name, label in GROUPS.items():
        rows.append([f"  {say(label)}", *(str(len(getattr(part, name))) for part in (found.organisations, found.ties))])
    lines = aligned(rows, right=[1, 2])
    lines += _listed(later, found.ties, language)
    return "\n".join([*lines, *(["", say(found.why_none_gone)] if found.why_none_gone else [])])


def _listed(later: nx.Graph, ties: Change, language: str) -> list[str]:
    lines: list[str] = []
    for name in ("new", "again", "gone"):
        found = getattr(ties, name)
        if found:
            lines += ["", _in(language)(GROUPS[name])]
            lines += [
                f"  {name_of(later, first, language)} ~ {name_of(later, second, language)}" for first, second in found
            ]
    return lines


def _figure(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def _in(language: str) -> Any:
    return lambda text: text.ko if language == "ko" else text.en
