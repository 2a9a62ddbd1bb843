"""Find how an endpoint keeps a graph: its base, its policy, and the graphs that queries must name."""

from __future__ import annotations

from contextlib import suppress

from kg.errors import Text
from kg.queries.address import EndpointFailed, shown_place
from kg.queries.deadline import Deadline, Timeout
from kg.queries.endpoint import EndpointDataset, run_endpoint
from kg.queries.terms import is_iri
from kg.settings import Limits
from kg.vocab import BASE, DEFAULT_POLICY, GRAPH_REGISTER, accepted_graph, analysis_graph, rebased

_LIMITS = Limits()
_CLAIMS = "ASK { ?claim kg:stance ?stance }"  # true where the default graph shows claims, which alone have it


def read_dataset(url: str, timeout_s: Timeout = _LIMITS.timeout_s) -> EndpointDataset:
    """Look at the graph of an endpoint: by a few small queries, none of which reads all of it."""
    deadline = Deadline.of(timeout_s)
    tail = GRAPH_REGISTER.removeprefix(BASE)
    text = f'SELECT ?g WHERE {{ GRAPH ?g {{ ?source a kg:Source }} FILTER(STRENDS(STR(?g), "{tail}")) }} LIMIT 1'
    register = next(iter(_values(url, text, deadline)), None)
    if register is None:  # plain triples, as of the Turtle file
        found = _values(url, "SELECT ?source WHERE { ?source a kg:Source } LIMIT 1", deadline)
        return EndpointDataset(next(iter(found), "").partition("id/source/")[0] or BASE)
    base = register.removesuffix(tail)
    policy = _policy_at(url, base, deadline)
    if not run_endpoint(url, _CLAIMS, deadline).answer:
        return EndpointDataset(base, policy)
    default = (rebased(accepted_graph(policy), base), register)
    text = f"SELECT ?source WHERE {{ GRAPH <{register}> {{ ?source a kg:Source }} }} ORDER BY ?source"
    named = (*default, rebased(analysis_graph(policy), base), *_values(url, text, deadline))
    for in_text in (False, True):
        dataset = EndpointDataset(base, policy, default, named, in_text)
        with suppress(EndpointFailed):  # one that refuses so many parameters, or FROM, may take the other
            if not run_endpoint(url, _CLAIMS, deadline, dataset=dataset).answer:
                return dataset
    deadline.check()
    place = shown_place(url)
    raise EndpointFailed(
        Text(
            f"{place}: 기본 그래프가 모든 그래프의 합인데, 질의할 그래프를 지정할 수 없습니다. 수가 틀리게 나옵니다.",
            f"{place}: its default graph is the union of all, and it does not let the graphs be named: counts would be"
            " wrong.",
        )
    )


def _values(url: str, sparql: str, deadline: Deadline) -> list[str]:
    """The IRIs in the first column of an answer, which must be whole."""
    result = run_endpoint(url, sparql, deadline)
    if result.truncated:
        raise EndpointFailed(
            Text(
                f"{shown_place(url)}: 서버가 그래프의 목록을 잘라서 보냅니다.",
                f"{shown_place(url)}: the server cuts off the list of its graphs.",
            )
        )
    found = [row[0].value for row in result.rows if row[0] is not None]
    if not all(map(is_iri, found)):  # they go into the text of queries
        raise EndpointFailed(
            Text(
                f"{shown_place(url)}: 서버가 IRI가 아닌 것을 그래프나 출처의 이름으로 보냅니다.",
                f"{shown_place(url)}: the server names graphs or sources by something that is not an IRI.",
            )
        )
    return found


def _policy_at(url: str, base: str, deadline: Deadline) -> str:
    """The policy whose accepted values are there; the default one where it is among them."""
    if run_endpoint(url, f"ASK {{ GRAPH <{rebased(accepted_graph(), base)}> {{ ?s ?p ?o }} }}", deadline).answer:
        return DEFAULT_POLICY
    start = rebased(accepted_graph(""), base)
    text = (
        f'SELECT ?g WHERE {{ GRAPH ?g {{ ?thing kg:status ?status }} FILTER(STRSTARTS(STR(?g), "{start}")) }} LIMIT 1'
    )
    found = _values(url, text, deadline)
    return found[0].removeprefix(start) if found else DEFAULT_POLICY
