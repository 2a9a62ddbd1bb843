"""How fast are networks? Ours in columns, the way over SPARQL rows, NetworkX and rdflib's own converter, in one run.

    python benchmarks/network.py                          generated: 10,000 organisations
    python benchmarks/network.py --organisations 100000
    python benchmarks/network.py --eu FOLDER              the EU research partnerships (participations.parquet)
    python benchmarks/network.py --smoke                  1,000 organisations; only sees that the values are the same

Every measure is compared by value. What would take NetworkX hours (a shortest path from every organisation) it does
from some of them, and its time is scaled; the table says so. The fastest of the runs counts.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

SOURCES = 20  # from which NetworkX searches where every organisation would take too long
WHOLE = 2_000  # organisations up to which it searches from all
KG = "https://w3id.org/sangsaeng/def#"
TIES = ("lead", "partner", "coordinator", "participant")


def clock(job: Callable[[], Any], runs: int = 1, whole_s: float = 0.0) -> tuple[float, Any]:
    """The fastest of so many runs in seconds, and what it gave; more runs until they took ``whole_s`` together."""
    best, found = float("inf"), None
    begun = time.perf_counter()
    while runs > 0 or time.perf_counter() - begun < whole_s:
        start = time.perf_counter()
        found = job()
        best = min(best, time.perf_counter() - start)
        runs -= 1
    return best, found


def generated(organisations: int) -> list[tuple[str, str, str]]:
    """Participations (case, role, organisation): few hubs, cases of two to twelve parties, always the same."""
    draw = random.Random(1)
    rows = []
    for case in range(organisations):
        parties = {int(organisations * draw.random() ** 2) for _ in range(min(12, 2 + int(draw.expovariate(0.4))))}
        rows += [
            (f"c{case}", "lead" if place == 0 else "partner", f"o{one}") for place, one in enumerate(sorted(parties))
        ]
    return rows


def eu(folder: Path) -> list[tuple[str, str, str]]:
    import duckdb

    path = folder / "participations.parquet"
    return duckdb.sql(f"SELECT case_id, coalesce(role, 'participant'), org_id FROM '{path}'").fetchall()


# --- the ways to a network ------------------------------------------------------------------------------------------


def in_columns(rows: list[tuple[str, str, str]]) -> Any:
    """The table as it lies in a build: columns in DuckDB."""
    import duckdb
    import pandas

    from kg.network.columns import number_parties

    connection = duckdb.connect()
    frame = pandas.DataFrame(rows, columns=["case", "role", "organisation"])  # noqa: F841  # read by name
    connection.execute(
        'CREATE TABLE participations AS SELECT "case" || \'/\' || organisation AS participation, "case", role,'
        f" organisation, role IN {TIES} AS makes_tie FROM frame"
    )
    connection.execute('CREATE TABLE cases ("case" VARCHAR, earliest DATE, latest DATE)')
    number_parties(connection)
    return connection


def triples(rows: list[tuple[str, str, str]]) -> str:
    return "".join(
        f"<urn:p:{case}/{one}> <{KG}case> <urn:c:{case}> .\n<urn:p:{case}/{one}> <{KG}organisation> <urn:o:{one}> .\n"
        f"<urn:p:{case}/{one}> <{KG}role> <urn:r:{role}> .\n"
        for case, role, one in rows
    )


def from_sparql(store: Any) -> Any:
    """What people do: fetch the rows by SPARQL and join the pairs of every case in Python."""
    import networkx as nx

    roles = " ".join(f"<urn:r:{role}>" for role in TIES)
    parties: dict[str, set[str]] = {}
    asked = f"SELECT ?c ?o WHERE {{ VALUES ?r {{ {roles} }} ?p <{KG}case> ?c ; <{KG}organisation> ?o ; <{KG}role> ?r }}"
    for case, one in store.query(asked):
        parties.setdefault(case.value, set()).add(one.value)
    weights: dict[tuple[str, str], int] = {}
    for found in parties.values():
        for pair in combinations(sorted(found), 2):
            weights[pair] = weights.get(pair, 0) + 1
    graph = nx.Graph()
    graph.add_weighted_edges_from((one, other, weight) for (one, other), weight in weights.items())
    return graph


def projections(rows: list[tuple[str, str, str]], runs: int) -> tuple[Any, list[dict[str, Any]]]:
    import pyoxigraph as ox

    from kg.network.columns import columns_network

    loading_s, connection = clock(lambda: in_columns(rows))
    ours_s, ours = clock(lambda: columns_network(connection), runs, whole_s=2)
    store = ox.Store()
    text = triples(rows)
    load_s, _ = clock(lambda: store.bulk_load(text.encode(), ox.RdfFormat.N_TRIPLES))
    sparql_s, theirs = clock(lambda: from_sparql(store), min(runs, 2), whole_s=2)
    same = ours.ties == theirs.number_of_edges() and sum(ours.weight) == theirs.size(weight="weight")
    found = [row("loading, not counted", "Oxigraph", loading_s, load_s, None)]
    found += [row("projection", "SPARQL rows (Oxigraph), pairs in Python", ours_s, sparql_s, same)]
    found.append({**row("as NetworkX graph", "the same", clock(ours.to_networkx)[0] + ours_s, sparql_s, same)})
    if len(rows) < 60_000:
        import rdflib
        from rdflib.extras.external_graph_libs import rdflib_to_networkx_graph

        graph = rdflib.Graph().parse(data=text, format="nt")
        seconds, _ = clock(lambda: rdflib_to_networkx_graph(graph))
        found.append(row("projection", "rdflib_to_networkx_graph (no pairs, only the triples)", ours_s, seconds, None))
    return ours, found


def row(what: str, peer: str, ours_s: float, theirs_s: float, same: bool | None, scaled: float = 1.0) -> dict[str, Any]:
    return {
        "what": what,
        "peer": peer + (f", scaled {scaled:.0f} times" if scaled > 1 else ""),
        "ours_s": round(ours_s, 4),
        "theirs_s": round(theirs_s, 3),
        "ratio": round(theirs_s / ours_s, 1),
        "same": None if same is None else bool(same),
    }


# --- measures -------------------------------------------------------------------------------------------------------


def measures(ours: Any, runs: int) -> list[dict[str, Any]]:
    import networkx as nx

    from kg.network import measure

    graph = ours.to_networkx()
    found = []
    for name in ("degree", "pagerank", "core_number", "clustering"):
        ours_s, mine = clock(lambda name=name: ours.measure(name), runs)
        theirs_s, theirs = clock(lambda name=name: measure(graph, name))
        same = max(abs(mine[node] - theirs.get(node, 0)) for node in graph) < 1e-6
        found.append(row(name, "NetworkX", ours_s, theirs_s, same))
    ours_s, mine = clock(lambda: ours.measure("components"), runs)
    theirs_s, parts = clock(lambda: list(nx.connected_components(graph)))
    found.append(row("components", "NetworkX", ours_s, theirs_s, mine.nunique() == len(parts)))
    found.append(closeness(ours, graph))
    found.append(betweenness(ours, graph))
    return found


def closeness(ours: Any, graph: Any) -> dict[str, Any]:
    import networkx as nx

    ours_s, mine = clock(lambda: ours.measure("closeness", sources=ours.organisations))
    some = list(graph) if len(graph) <= WHOLE else random.Random(1).sample(sorted(graph), SOURCES)
    theirs_s, theirs = clock(lambda: {node: nx.closeness_centrality(graph, node) for node in some})
    scale = len(graph) / len(some)
    same = max(abs(mine[node] - value) for node, value in theirs.items()) < 1e-6
    return row("closeness", "NetworkX", ours_s, theirs_s * scale, same, scale)


def betweenness(ours: Any, graph: Any) -> dict[str, Any]:
    import networkx as nx

    ours_s, mine = clock(lambda: ours.measure("betweenness"))
    if len(graph) <= WHOLE:
        theirs_s, theirs = clock(lambda: nx.betweenness_centrality(graph))
        same = max(abs(mine[node] - value) for node, value in theirs.items()) < 1e-6
        return row("betweenness", "NetworkX", ours_s, theirs_s, same)
    from numpy.random import default_rng

    drawn = Drawn(ours.ids[default_rng(1).choice(len(graph), SOURCES, replace=False)].tolist())
    theirs_s, theirs = clock(lambda: nx.betweenness_centrality(graph, k=SOURCES, seed=drawn))
    few = ours.measure("betweenness", sources=SOURCES)
    same = max(abs(few[node] - value) for node, value in theirs.items()) < 1e-9
    exact = bool(mine.attrs["exact"])
    scale = (len(graph) if exact else 1000) / SOURCES  # ours is exact, or estimated from 1,000 sources
    return row(
        f"betweenness ({'exact' if exact else '1,000 sources'})", "NetworkX", ours_s, theirs_s * scale, same, scale
    )


class Drawn(random.Random):
    """Gives NetworkX the sources that ours drew, so that the values can be compared."""

    def __init__(self, nodes: list[str]):
        super().__init__()
        self.nodes = nodes

    def sample(self, *_: Any, **__: Any) -> list[str]:
        return self.nodes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--organisations", type=int, default=10_000)
    parser.add_argument("--eu", type=Path, metavar="FOLDER", help="the folder of the EU research partnerships")
    parser.add_argument("--runs", type=int, default=3, help="runs of ours; the fastest counts")
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--projection-only", action="store_true", help="leave out the measures, which take minutes")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = eu(options.eu) if options.eu else generated(1_000 if options.smoke else options.organisations)
    ours, found = projections(rows, options.runs)
    found += [] if options.projection_only else measures(ours, options.runs)
    print(f"{len(rows):,} participations, {ours.organisations:,} organisations, {ours.ties:,} ties,", end=" ")
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    print(f"{'what':<26}{'ours s':>10}{'peer s':>11}{'ratio':>9}  same   peer")
    for one in found:
        same = {True: "yes", False: "NO", None: "-"}[one["same"]]
        print(f"{one['what']:<26}{one['ours_s']:>10}{one['theirs_s']:>11}{one['ratio']:>9}  {same:<5}  {one['peer']}")
    if options.json:
        figures = {"organisations": ours.organisations, "ties": ours.ties, "rows": found}
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if any(one["same"] is False for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
