"""Find how an endpoint keeps a graph: its base, its policy, and the graphs that queries must name."""

from __future__ import annotations

from contextlib import suppress

from kg.errors import Text
from kg.queries.endpoint import EndpointDataset, EndpointFailed, run_endpoint
from kg.queries.local import TIMEOUT_S
from kg.vocab import BASE, DEFAULT_POLICY, GRAPH_REGISTER, accepted_graph, analysis_graph, rebased


def read_dataset(url: str, timeout_s: float = TIMEOUT_S) -> EndpointDataset:
    """Look at the graph of an endpoint: by a few small queries, none of which reads all of it."""

    def ask(text: str) -> list[str]:
        result = run_endpoint(url, text, timeout_s)
        return [row[0].value for row in result.rows if row[0] is not None]

    tail = GRAPH_REGISTER.removeprefix(BASE)
    text = f'SELECT ?g WHERE {{ GRAPH ?g {{ ?source a kg:Source }} FILTER(STRENDS(STR(?g), "{tail}")) }} LIMIT 1'
    register = next(iter(ask(text)), None)
    if register is None:  # plain triples, as of the Turtle file
        source = next(iter(ask("SELECT ?source WHERE { ?source a kg:Source } LIMIT 1")), "")
        return EndpointDataset(source.partition("id/source/")[0] or BASE)
    base = register.removesuffix(tail)
    policy = _policy_at(url, base, timeout_s)
    if not run_endpoint(url, _CLAIMS, timeout_s).answer:
        return EndpointDataset(base, policy)
    default = (rebased(accepted_graph(policy), base), register)
    sources = ask(f"SELECT ?source WHERE {{ GRAPH <{register}> {{ ?source a kg:Source }} }} ORDER BY ?source")
    named = (*default, rebased(analysis_graph(policy), base), *sources)
    for in_text in (False, True):
        dataset = EndpointDataset(base, policy, default, named, in_text)
        with suppress(EndpointFailed):  # one that refuses so many parameters, or FROM, may take the other
            if not run_endpoint(url, _CLAIMS, timeout_s, dataset=dataset).answer:
                return dataset
    raise EndpointFailed(
        Text(
            f"{url}: 기본 그래프가 모든 그래프의 합이고, 물을 그래프를 정해 줄 수 없습니다. 수가 틀리게 나옵니다.",
            f"{url}: its default graph is the union of all, and it does not let the graphs be named: counts would be"
            " wrong.",
        )
    )


_CLAIMS = "ASK { ?claim kg:stance ?stance }"  # true where the default graph shows claims, which alone have it


def _policy_at(url: str, base: str, timeout_s: float) -> str:
    """The policy whose accepted values are there; the default one where it is among them."""
    if run_endpoint(url, f"ASK {{ GRAPH <{rebased(accepted_graph(), base)}> {{ ?s ?p ?o }} }}", timeout_s).answer:
        return DEFAULT_POLICY
    start = rebased(accepted_graph(""), base)
    text = (
        f'SELECT ?g WHERE {{ GRAPH ?g {{ ?thing kg:status ?status }} FILTER(STRSTARTS(STR(?g), "{start}")) }} LIMIT 1'
    )
    found = [row[0].value for row in run_endpoint(url, text, timeout_s).rows if row[0]]
    return found[0].removeprefix(start) if found else DEFAULT_POLICY
