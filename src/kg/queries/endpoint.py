"""Ask a SPARQL 1.1 endpoint, and believe only a whole answer of the form that was asked for."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from kg.errors import Text
from kg.queries.address import Address, EndpointFailed, read_address
from kg.queries.deadline import Deadline, Timeout, check_max_rows
from kg.queries.guard import check_read_only
from kg.queries.responses import NotAnAnswer, read_json, read_turtle
from kg.queries.results import QueryResult
from kg.queries.rewriting import declarations, with_graphs
from kg.queries.syntax import unknown_prefixes
from kg.queries.tokens import place
from kg.queries.transport import ProtocolQuery, Reply, incomplete, post, too_slow
from kg.settings import Limits
from kg.vocab import BASE, DEFAULT_POLICY

__all__ = ["EndpointDataset", "EndpointFailed", "run_endpoint"]

_LIMITS = Limits()
_JSON = "application/sparql-results+json"
_GRAPH = "text/turtle, application/n-triples;q=0.9"
_PLACE = re.compile(r"\b(line:?\s*1\s*,?\s*col(?:umn)?\.?:?\s*|1:)(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class EndpointDataset:
    """How an endpoint keeps a graph: base and policy, and the graphs to name where its default graph is the union.

    A query that names default graphs sees only the named graphs it names as well. They are named by parameters of the
    protocol, or ``in_text`` by FROM: Virtuoso sends each parameter back as a header, more than a client takes, and
    Oxigraph, when its default graph is the union, ignores FROM.
    """

    base: str = BASE
    policy: str = DEFAULT_POLICY
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    in_text: bool = False


def run_endpoint(
    url: str,
    sparql: str,
    timeout_s: Timeout = _LIMITS.timeout_s,
    max_rows: int = _LIMITS.max_rows,
    dataset: EndpointDataset | None = None,
    *,
    max_query_bytes: int | None = _LIMITS.max_query_bytes,
) -> QueryResult:
    """Answer ``sparql`` from the endpoint at ``url``, which may hold user and password (``https://user:password@…``).

    A store whose default graph is the union of all needs its ``dataset``, which :func:`kg.queries.read_dataset` finds.
    ``timeout_s`` is a number of seconds, or the deadline of a longer task. An answer of which a part is missing is an
    error; rows that the server or ``max_rows`` cuts off at the end are ``truncated``.
    """
    deadline = Deadline.of(timeout_s)
    check_max_rows(max_rows)
    form = check_read_only(sparql, max_query_bytes)
    deadline.check()
    address = read_address(url)
    dataset = dataset or EndpointDataset()
    text = with_graphs(sparql, dataset.default_graphs, dataset.named_graphs) if dataset.in_text else sparql
    prologue = declarations(text)
    graphs = ((), ()) if dataset.in_text else (dataset.default_graphs, dataset.named_graphs)
    query = ProtocolQuery(prologue + text, form, _JSON if form in ("SELECT", "ASK") else _GRAPH, *graphs)
    start = time.perf_counter()
    reply = post(address, query, deadline, _LIMITS.max_result_bytes)
    seconds = time.perf_counter() - start
    _check_reply(reply, sparql, len(prologue))
    try:
        result = _read(reply, form, max_rows, seconds)
    except NotAnAnswer as error:
        raise EndpointFailed(Text(f"{reply.address}: {error.text.ko}", f"{reply.address}: {error.text.en}")) from None
    if not deadline.left():
        raise too_slow(address, deadline)
    return result


def _read(reply: Reply, form: str, max_rows: int, seconds: float) -> QueryResult:
    if form in ("CONSTRUCT", "DESCRIBE"):
        return read_turtle(reply.body, reply.headers.get_content_type(), max_rows, seconds)
    stated = str(reply.headers.get("X-SPARQL-MaxRows", "")).strip()  # Virtuoso's, which cuts there
    most = int(stated[:18]) if stated.isascii() and stated.isdigit() else None
    return read_json(reply.body, reply.headers.get_content_type(), form, max_rows, most, seconds)


def _check_reply(reply: Reply, sparql: str, shift: int) -> None:
    """Refuse what is no answer, and an answer that the server itself calls incomplete."""
    address, status = reply.address, reply.status
    state = str(reply.headers.get("X-SQL-State", "")).strip()
    if status == 206 or reply.headers.get("Content-Range"):
        raise incomplete(address, Text(f"서버가 일부만 보냈습니다({status})", f"the server sent a part ({status})"))
    if state not in ("", "00000"):  # Virtuoso's anytime queries end so: S1TAT
        message = _words(str(reply.headers.get("X-SQL-Message", "")), address)
        raise incomplete(
            address,
            Text(f"서버가 질의를 중단했습니다({state} {message})", f"the server stopped the query ({state} {message})"),
        )
    if status == 200:
        return
    message = f"{status} {reply.reason}: {_words(reply.body.decode('utf-8', 'replace'), address, shift)}"
    if status in (401, 403, 407):
        raise EndpointFailed(
            Text(
                f"{address}: 허락받지 못했습니다({message}). 주소를 https://이름:비밀번호@… 꼴로 줄 수 있습니다.",
                f"{address}: not allowed ({message}). The address may be given as https://user:password@….",
            )
        )
    if status in (429, 503):
        pause = str(reply.headers.get("Retry-After", "")).strip()[:40]
        ko, en = (f", {pause} 뒤에 다시 하라고 합니다", f", asks to wait: {pause}") if pause else ("", "")
        raise EndpointFailed(
            Text(f"{address}: 서버가 바쁩니다({message}){ko}.", f"{address}: the server is busy ({message}){en}.")
        )
    if 200 < status < 400:
        raise EndpointFailed(
            Text(f"{address}: 답이 없습니다({message}).", f"{address}: this is not an answer ({message}).")
        )
    unknown = ", ".join(
        f"{prefix}: ({':'.join(map(str, place(sparql, at)))})" for prefix, at in unknown_prefixes(sparql)
    )
    ko = f" 질의에 선언하지 않은 접두어가 있습니다: {unknown}" if unknown else ""
    en = f" The query has prefixes that are not declared: {unknown}" if unknown else ""
    raise EndpointFailed(
        Text(
            f"{address}: 서버가 질의를 거절했습니다: {message}{ko}",
            f"{address}: the server refused the query: {message}{en}",
        )
    )


def _words(text: str, address: Address, shift: int = 0) -> str:
    """What the server says, in one line, without tags and passwords; places count from the user's own text."""

    def moved(found: re.Match[str]) -> str:
        column = int(found[2][:9])
        return f"{found[1]}{column - shift if column > shift else column}"

    text = re.sub(r"<[^<>]{0,200}>", " ", text[:10_000])
    text = " ".join(address.censored(_PLACE.sub(moved, text) if shift else text).split())
    return text if len(text) <= 300 else text[:300] + "…"
