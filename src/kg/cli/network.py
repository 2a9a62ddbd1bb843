"""The commands ``kg network summary | central | communities | ego | path | compare | plot | export``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.cli.options import graph_options, opened, say
from kg.errors import KgError, Text, language
from kg.values import printable

if TYPE_CHECKING:
    import networkx as nx

    from kg.graph import Graph

CENTRAL = "degree,strength,betweenness,effective_size"
TOP = 20


def add(commands: Any) -> None:
    """Add the parsers of these commands."""
    network = commands.add_parser("network", help=say("기관 사이의 협력 네트워크", "networks of organisations"))
    parts = network.add_subparsers(metavar=say("작업", "WHAT"), required=True)
    _add_measures(parts)
    _add_views(parts)
    _add_files(parts)


def _add_measures(parts: Any) -> None:
    summary = _part(
        parts, "summary", summary_command, say("네트워크의 요약", "size of the network, and what it leaves out")
    )
    _dates(summary)

    central = _part(parts, "central", central_command, say("중심 기관", "organisations by measures of centrality"))
    central.add_argument(
        "--measures", default=CENTRAL, metavar="M,…", help=say("쉼표로 구분한 지표", f"default: {CENTRAL}")
    )
    central.add_argument(
        "--top", type=int, default=TOP, metavar="N", help=say("상위 몇 곳까지", f"how many (default: {TOP})")
    )
    bounds = say("불확실한 정보를 달리 해석했을 때의 범위도", "with bounds over all readings of unsure data")
    central.add_argument("--bounds", action="store_true", help=bounds)
    weighted = say("가중치를 읽을 수 있는 지표는 가중치로", "measures that can read the weights of ties do so")
    central.add_argument("--weighted", action="store_true", help=weighted)
    rdf = say("결과를 N-Quads로도", "also write the results as N-Quads")
    central.add_argument("--rdf", type=Path, metavar="FILE", help=rdf)
    sources = say(
        "매개·근접 중심성을 기관 N곳에서 추정 (큰 네트워크)",
        "estimate betweenness and closeness from this number of organisations (large networks)",
    )
    central.add_argument("--sources", type=int, metavar="N", help=sources)
    _dates(central)

    communities = _part(
        parts, "communities", communities_command, say("서로 더 많이 이어진 공동체", "communities of organisations")
    )
    resolution = say("클수록 공동체가 작아짐", "more: smaller")
    communities.add_argument("--resolution", type=float, default=1.0, metavar="R", help=resolution)
    communities.add_argument("--seed", type=int, default=1, metavar="N")
    _dates(communities)


def _add_views(parts: Any) -> None:
    ego = _part(parts, "ego", ego_command, say("한 기관과 그 이웃", "one organisation and its neighbours"))
    ego.add_argument("organisation")
    ego.add_argument("--radius", type=int, default=1, metavar="N", help=say("몇 단계까지", "ties away (default: 1)"))
    _dates(ego)

    path = _part(
        parts,
        "path",
        path_command,
        say("두 기관을 잇는 경로", "the shortest path between two organisations, with its cases"),
    )
    path.add_argument("start", metavar="A")
    path.add_argument("end", metavar="B")
    _dates(path)

    compare = _part(
        parts, "compare", compare_command, say("두 날짜의 네트워크를 비교", "compare the network at two dates")
    )
    compare.add_argument("earlier", metavar="D1")
    compare.add_argument("later", metavar="D2")
    _choices(compare)


def _add_files(parts: Any) -> None:
    plot = _part(
        parts,
        "plot",
        plot_command,
        say("그림으로 그리기", "draw the network: .svg .png .pdf, or .html to explore offline"),
    )
    plot.add_argument("--output", required=True, type=Path, metavar="FILE")
    plot.add_argument("--ego", metavar="X", help=say("이 기관의 이웃만", "only the neighbourhood of this organisation"))
    plot.add_argument("--radius", type=int, default=1, metavar="N")
    by = say("색을 나누는 기준: kind, industry, region, group", "what gives the colours: kind, industry, region, group")
    plot.add_argument("--colour", default="kind", metavar="ATTRIBUTE", help=by)
    most = say("관계가 가장 많은 N곳만", "only the N organisations with most ties")
    plot.add_argument("--top", type=int, metavar="N", help=most)
    _dates(plot)

    export = _part(
        parts, "export", export_command, say("네트워크를 파일로 쓰기", "write the network to a file or a folder")
    )
    place = say(
        "graphml, gexf, pajek은 파일, csv와 parquet은 폴더",
        "a file for graphml, gexf, pajek; a folder for csv, parquet",
    )
    export.add_argument("--output", required=True, type=Path, metavar="FILE", help=place)
    formats = say(
        "graphml, gexf, pajek, csv, parquet (기본값: 확장자에 따름)",
        "graphml, gexf, pajek, csv, parquet; default: by the suffix",
    )
    export.add_argument("--format", metavar="F", help=formats)
    _dates(export)


def _part(parts: Any, name: str, run: Any, help_text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = parts.add_parser(name, help=help_text)
    parser.set_defaults(run=run)
    return parser


def _dates(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--at", metavar="YYYY-MM-DD", help=say("이날까지 확인된 사례", "cases attested up to this day"))
    between = say("이 기간에 확인된 사례", "cases attested between two days")
    parser.add_argument("--between", nargs=2, metavar=("FROM", "TO"), help=between)
    _choices(parser)


def _choices(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--kind", default="partnership", metavar="K", help=say("네트워크의 종류", "default: partnership")
    )
    mode = say("날짜가 확실한 사례만, 또는 가능한 사례까지", "certainly within the dates (default), or possibly")
    parser.add_argument("--mode", choices=("certain", "possible"), default="certain", help=mode)
    parser.add_argument("--roles", help=say("쉼표로 구분한 역할", "role codes separated by commas"))
    parser.add_argument(
        "--programme", metavar="P,…", help=say("쉼표로 구분한 사업의 코드", "programme codes separated by commas")
    )
    parser.add_argument(
        "--scheme", metavar="S", help=say("평가 체계 (shared-rating)", "rating scheme, for shared-rating")
    )
    parser.add_argument("--grades", metavar="G,…", help=say("쉼표로 구분한 등급", "grade codes, for shared-rating"))
    years = say("쉼표로 구분한 평가 연도", "years of ratings, for shared-rating")
    parser.add_argument("--years", metavar="Y,…", help=years)
    parser.add_argument("--weight", metavar="W", help=say("count 또는 fractional", "count or fractional"))
    parser.add_argument("--policy", help=say("채택 방침", "the policy to follow"))
    parser.add_argument("--json", action="store_true", help=say("JSON으로", "for programs"))
    graph_options(parser)


def _network_options(options: argparse.Namespace, **more: Any) -> dict[str, Any]:
    """The options of the network given on the command line, except its mode."""
    chosen = {
        "at": getattr(options, "at", None),
        "between": tuple(options.between) if getattr(options, "between", None) else None,
        "roles": options.roles.split(",") if options.roles else None,
        "programme": options.programme.split(",") if options.programme else None,
        "weight": options.weight,
        "scheme": options.scheme,
        "grades": options.grades.split(",") if options.grades else None,
        "years": [int(year) if year.isdecimal() else year for year in options.years.split(",")]
        if options.years
        else None,
        **more,
    }
    return {name: value for name, value in chosen.items() if value is not None}


def _network(options: argparse.Namespace, graph: Graph, **more: Any) -> nx.Graph:
    return graph.network(options.kind, policy=options.policy, mode=options.mode, **_network_options(options, **more))


def _node(graph: Graph, network: nx.Graph, name: str) -> str:
    from kg.network.neighbourhood import node_of

    return node_of(network, graph.resolve("organisation", name))


def _print(options: argparse.Namespace, found: Any, text: Any) -> int:
    print(json.dumps(found, ensure_ascii=False) if options.json else printable(str(text), keep="\n"))
    return 0


@contextmanager
def _progress_line() -> Iterator[Callable[[Text], None] | None]:
    """A function that shows the progress of a long measure on one line of a terminal, which is cleared at the end."""
    if not sys.stderr.isatty():
        yield None
        return
    shown: list[Text] = []

    def show(text: Text) -> None:
        shown.append(text)
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        if shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


@contextmanager
def _elapsed_line() -> Iterator[None]:
    """On a terminal, how long the work has been running: a measure of a large network may take minutes."""
    with _progress_line() as show:
        if show is None:
            yield
            return
        from kg.network.progress import elapsed_time

        with elapsed_time(lambda done: show(Text(f"계산 중: {done}", f"measuring: {done}"))):
            yield


def summary_command(options: argparse.Namespace) -> int:
    with opened(options) as graph:
        found = graph.network_summary(
            options.kind, policy=options.policy, mode=options.mode, **_network_options(options)
        )
    return _print(options, found.as_json(), found.as_text(language()))


def central_command(options: argparse.Namespace) -> int:
    from kg.network.measures import central_table, find_measure, measure
    from kg.network.printing import central_text, ranking_json, ranking_text, rows_of
    from kg.network.rdf import write_results
    from kg.network.uncertainty.ranking import rank_all

    names = options.measures.split(",")
    given = {name: find_measure(name).weighing(options.weighted) for name in names}  # reports an unknown measure
    _say_unweighted(options, names)
    with opened(options) as graph:
        if _is_for_columns(options, graph, names):
            return _central_in_columns(options, graph, names)
        with _elapsed_line():
            if options.bounds:
                under = graph.readings(kind=options.kind, policy=options.policy, **_network_options(options))
                ranked = rank_all(given, under)
                if options.rdf:
                    write_results(options.rdf, ranked[names[0]].base, ranked, graph.base)
                shown = list(ranked.values())
                return _print(options, ranking_json(shown, options.top), ranking_text(shown, options.top, language()))
            network = _network(options, graph)
            found = {name: measure(network, name, **given[name]) for name in names}
            if options.rdf:
                write_results(options.rdf, network, found, graph.base, given)
    table = central_table(list(network), found, lambda _: network.nodes, options.top)
    text = central_text(table, names, language(), facts=network.graph, organisations=len(network))
    return _print(options, rows_of(table), text)


def _say_unweighted(options: argparse.Namespace, names: list[str]) -> None:
    """With ``--weighted``, one line that names the measures that read no weights."""
    from kg.network.measures import MEASURES

    plain = [name for name in names if MEASURES[name].weight == "none"]
    if options.weighted and plain:
        listed = ", ".join(plain)
        print(Text(f"가중치를 읽지 않는 지표: {listed}", f"these measures read no weights: {listed}"), file=sys.stderr)


def _is_for_columns(options: argparse.Namespace, graph: Graph, names: list[str]) -> bool:
    """Whether to use the network in columns: for a large build if it supports the measures, or for an estimate."""
    from kg.network.columns import can_measure, is_large

    fit = options.kind == "partnership" and not options.bounds and not options.rdf
    fit = fit and can_measure(names, weighted=options.weighted)
    if options.sources is None:
        return fit and not options.endpoint and is_large(graph.folder / "records")
    if fit and {"betweenness", "closeness"} & set(names):
        return True
    raise KgError(
        Text(
            "--sources는 partnership 네트워크의 betweenness와 closeness에만 씁니다. --bounds, --rdf와는 함께 쓸 수"
            " 없습니다.",
            "--sources is for betweenness and closeness of a partnership network, without --bounds and --rdf, and with"
            " measures that large networks support.",
        )
    )


def _central_in_columns(options: argparse.Namespace, graph: Graph, names: list[str]) -> int:
    from kg.network.columns import central_in_columns
    from kg.network.printing import central_text, rows_of

    with _progress_line() as progress:
        columns = graph.network_columns(policy=options.policy, mode=options.mode, **_network_options(options))
        table, facts = central_in_columns(
            columns,
            names,
            options.top,
            graph.row_access(),
            weighted=options.weighted,
            sources=options.sources,
            progress=progress,
        )
    text = central_text(table, names, language(), facts=facts, organisations=columns.organisations)
    return _print(options, rows_of(table), text)


def communities_command(options: argparse.Namespace) -> int:
    from kg.network.measures import communities
    from kg.network.printing import communities_json, communities_text

    with opened(options) as graph:
        network = _network(options, graph)
    found = communities(network, resolution=options.resolution, seed=options.seed)
    return _print(options, communities_json(found), communities_text(network, found, language()))


def ego_command(options: argparse.Namespace) -> int:
    from kg.network.neighbourhood import ego_network
    from kg.network.printing import ego_json, ego_text

    with opened(options) as graph:
        network = _network(options, graph)
        found = ego_network(network, _node(graph, network, options.organisation), options.radius)
    return _print(options, ego_json(found), ego_text(found, language()))


def path_command(options: argparse.Namespace) -> int:
    from kg.network.neighbourhood import shortest_way
    from kg.network.printing import way_text

    with opened(options) as graph:
        network = _network(options, graph)
        ends = [_node(graph, network, name) for name in (options.start, options.end)]
    found = shortest_way(network, *ends)
    return _print(options, found.as_json(), way_text(network, found, ends, language()))


def compare_command(options: argparse.Namespace) -> int:
    from kg.network.measures import compare
    from kg.network.printing import change_json, change_text

    with opened(options) as graph:
        networks = [_network(options, graph, at=day) for day in (options.earlier, options.later)]
    found = compare(*networks)
    return _print(options, change_json(found), change_text(networks[1], found, language()))


def plot_command(options: argparse.Namespace) -> int:
    from kg.network import ego_network, most_tied
    from kg.pictures import plot
    from kg.pictures.drawing import require_target

    require_target(options.output)
    with opened(options) as graph:
        network = _network(options, graph)
        if options.ego:
            network = ego_network(network, _node(graph, network, options.ego), options.radius)
    if options.top is not None:
        network = most_tied(network, options.top)
    plot(network, options.output, colour=options.colour)
    return _written(options)


def export_command(options: argparse.Namespace) -> int:
    from kg.network import write_network
    from kg.network.formats import require_target

    chosen = require_target(options.output, options.format)
    with opened(options) as graph:
        write_network(_network(options, graph), options.output, chosen)
    return _written(options)


def _written(options: argparse.Namespace) -> int:
    if options.json:
        print(json.dumps({"file": str(options.output)}, ensure_ascii=False))
    else:
        print(Text(f"{options.output}에 썼습니다.", f"Wrote {options.output}."), file=sys.stderr)
    return 0
