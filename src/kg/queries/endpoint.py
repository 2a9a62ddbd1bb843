"""Ask a SPARQL 1.1 endpoint; the only place that knows SPARQLWrapper."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from kg.errors import KgError, Text
from kg.queries.local import MAX_ROWS, TIMEOUT_S
from kg.queries.results import QueryResult
from kg.queries.rewriting import with_graphs, with_prefixes
from kg.queries.terms import Term
from kg.queries.tokens import query_form
from kg.vocab import BASE, DEFAULT_POLICY, XSD


class EndpointFailed(KgError):
    """An endpoint that cannot be reached, refuses the query, or breaks off."""


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
    timeout_s: float = TIMEOUT_S,
    max_rows: int = MAX_ROWS,
    dataset: EndpointDataset | None = None,
) -> QueryResult:
    """Answer ``sparql`` from the endpoint at ``url``.

    A store whose default graph is the union of all needs its ``dataset``, which :func:`kg.queries.read_dataset` finds.
    """
    form = query_form(sparql)
    if not form:
        raise EndpointFailed(
            Text("SELECT, ASK, CONSTRUCT, DESCRIBE만 보냅니다.", "Only SELECT, ASK, CONSTRUCT and DESCRIBE are sent.")
        )
    dataset = dataset or EndpointDataset()
    if dataset.in_text:
        sparql = with_graphs(sparql, dataset.default_graphs, dataset.named_graphs)
    wrapper = _wrapper(url, with_prefixes(sparql), form, timeout_s)
    if not dataset.in_text:
        for parameter, graphs in (("default", dataset.default_graphs), ("named", dataset.named_graphs)):
            for graph in graphs:
                wrapper.addParameter(f"{parameter}-graph-uri", graph)
    start = time.perf_counter()
    body, most = _fetch(wrapper, url, timeout_s)
    seconds = time.perf_counter() - start
    try:
        if form in ("SELECT", "ASK"):
            return _from_json(body, max_rows, most, seconds)
        return _from_turtle(body, max_rows, seconds)
    except (ValueError, KeyError, TypeError, SyntaxError) as error:
        raise EndpointFailed(
            Text(
                f"{url}: 답을 끝까지 읽지 못했습니다. 서버가 도중에 멈췄을 수 있습니다({error}).",
                f"{url}: the answer cannot be read; the server may have broken off ({error}).",
            )
        ) from error


def _wrapper(url: str, text: str, form: str, timeout_s: float) -> Any:
    from SPARQLWrapper import JSON, POST, TURTLE, SPARQLWrapper  # imports rdflib, which takes half a second

    wrapper = SPARQLWrapper(url)
    wrapper.setMethod(POST)  # a long query outgrows an address
    wrapper.setOnlyConneg(True)  # the Accept header is the standard's way; format=… parameters are not
    wrapper.setReturnFormat(JSON if form in ("SELECT", "ASK") else TURTLE)
    wrapper.setTimeout(max(1, round(timeout_s)))
    wrapper.setQuery(text)
    wrapper.queryType = form  # its own search takes words of comments for an update
    return wrapper


def _fetch(wrapper: Any, url: str, timeout_s: float) -> tuple[bytes, int | None]:
    """The answer, and how many rows the server gives at the most, where it says so (Virtuoso does, and cuts there)."""
    import http.client
    import urllib.error

    from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

    try:
        answer = wrapper.query()
        most = str(answer.info().get("x-sparql-maxrows", ""))
        return bytes(answer.response.read()), int(most) if most.isdecimal() else None
    except SPARQLWrapperException as error:
        said = _sentence(error)
        raise EndpointFailed(
            Text(f"{url}: 서버가 질의를 거절했습니다: {said}", f"{url}: the server refused the query: {said}")
        ) from error
    except urllib.error.HTTPError as error:
        said = f"{error.code} {error.reason}: {_shorten(error.read().decode('utf-8', 'replace'))}"
        raise EndpointFailed(
            Text(f"{url}: 서버가 질의를 거절했습니다: {said}", f"{url}: the server refused the query: {said}")
        ) from error
    except TimeoutError as error:
        raise _too_slow(url, timeout_s) from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise _too_slow(url, timeout_s) from error
        raise EndpointFailed(
            Text(f"{url}: 서버에 닿지 않습니다: {error.reason}", f"{url}: the server cannot be reached: {error.reason}")
        ) from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise EndpointFailed(
            Text(f"{url}: 서버에 닿지 않습니다: {error}", f"{url}: the server cannot be reached: {error}")
        ) from error


def _too_slow(url: str, timeout_s: float) -> EndpointFailed:
    return EndpointFailed(
        Text(f"{url}: {timeout_s:g}초 안에 답이 없습니다.", f"{url}: no answer within {timeout_s:g} s.")
    )


def _sentence(error: Exception) -> str:
    """The server's own words out of SPARQLWrapper's message, which quotes bytes."""
    text = str(error.args[0]) if error.args else type(error).__name__
    if "Response:" in text:
        quoted = text.split("Response:", 1)[1].strip()
        if quoted.startswith(("b'", 'b"')):
            quoted = quoted[2:-1].encode("latin-1", "replace").decode("unicode_escape")
            quoted = quoted.encode("latin-1", "replace").decode("utf-8", "replace")
        return _shorten(quoted)
    return _shorten(text)


def _shorten(text: str, limit: int = 300) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[:limit] + "…"


def _from_json(body: bytes, max_rows: int, most: int | None, seconds: float) -> QueryResult:
    import json

    data = json.loads(body)
    if "boolean" in data:
        return QueryResult("ask", answer=bool(data["boolean"]), seconds=seconds)
    variables = tuple(data["head"]["vars"])
    bindings = data["results"]["bindings"]
    if variables == ("__ASK_RETVAL",):  # Virtuoso's way to say it, now and then
        return QueryResult("ask", answer=any(row[variables[0]]["value"] == "1" for row in bindings), seconds=seconds)
    rows = tuple(tuple(_term(row[name]) if name in row else None for name in variables) for row in bindings[:max_rows])
    cut = len(bindings) > max_rows or (most is not None and len(bindings) >= most)
    return QueryResult("select", variables, rows, truncated=cut, seconds=seconds)


def _term(value: dict[str, str]) -> Term:
    kind = value["type"]
    if kind == "uri":
        return Term("iri", value["value"])
    if kind == "bnode":
        return Term("bnode", value["value"])
    language = value.get("xml:lang", "")  # Virtuoso says typed-literal where the standard says literal
    datatype = "" if language else value.get("datatype", _XSD_STRING)
    text = value["value"]
    if datatype == XSD.boolean:  # which Virtuoso writes as a number
        text = {"1": "true", "0": "false"}.get(text, text)
    return Term("literal", text, datatype, language)


_XSD_STRING = str(XSD.string)


def _from_turtle(body: bytes, max_rows: int, seconds: float) -> QueryResult:
    import pyoxigraph as ox

    def plain(term: Any) -> Term:
        if isinstance(term, ox.NamedNode):
            return Term("iri", term.value)
        if isinstance(term, ox.Literal):
            language = term.language or ""
            return Term("literal", term.value, "" if language else term.datatype.value, language)
        return Term("bnode", term.value)

    found = [
        (plain(quad.subject), plain(quad.predicate), plain(quad.object))
        for quad in ox.parse(input=body, format=ox.RdfFormat.TURTLE)
    ]
    return QueryResult("graph", triples=tuple(found[:max_rows]), truncated=len(found) > max_rows, seconds=seconds)
