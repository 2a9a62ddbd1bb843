"""Ask a SPARQL 1.1 endpoint; the only place that knows SPARQLWrapper."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from kg.errors import KgError, Text
from kg.queries.local import MAX_ROWS, TIMEOUT_S
from kg.queries.terms import Result, Term
from kg.queries.tokens import query_form, with_prefixes
from kg.vocab import XSD


class EndpointFailed(KgError):
    """An endpoint that cannot be reached, refuses the query, or breaks off."""


def run_endpoint(
    url: str,
    sparql: str,
    timeout_s: float = TIMEOUT_S,
    max_rows: int = MAX_ROWS,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
) -> Result:
    """Answer ``sparql`` from the endpoint at ``url``.

    A store whose default graph is the union of all needs ``default_graphs`` (the accepted graph and the register).
    By the protocol a request that names default graphs sees only the named graphs it names as well, so questions
    with ``GRAPH`` need ``named_graphs`` too (``source_graphs`` lists them).
    """
    form = query_form(sparql)
    if not form:
        raise EndpointFailed(
            Text("SELECT, ASK, CONSTRUCT, DESCRIBE만 보냅니다.", "Only SELECT, ASK, CONSTRUCT and DESCRIBE are sent.")
        )
    wrapper = _wrapper(url, with_prefixes(sparql), form, timeout_s, default_graphs, named_graphs)
    start = time.perf_counter()
    body = _fetch(wrapper, url, timeout_s)
    seconds = time.perf_counter() - start
    try:
        if form in ("SELECT", "ASK"):
            return _from_json(body, max_rows, seconds)
        return _from_turtle(body, max_rows, seconds)
    except (ValueError, KeyError, TypeError, SyntaxError) as error:
        raise EndpointFailed(
            Text(
                f"{url}: 답을 끝까지 읽지 못했습니다. 서버가 도중에 멈췄을 수 있습니다({error}).",
                f"{url}: the answer cannot be read; the server may have broken off ({error}).",
            )
        ) from error


def source_graphs(url: str, timeout_s: float = TIMEOUT_S, default_graphs: Sequence[str] = ()) -> list[str]:
    """The named graphs of claims at an endpoint: one a source."""
    text = "SELECT ?source WHERE { ?source a kg:Source } ORDER BY ?source"
    result = run_endpoint(url, text, timeout_s, default_graphs=default_graphs)
    return [row[0].value for row in result.rows if row[0] is not None]


def _wrapper(
    url: str, text: str, form: str, timeout_s: float, default_graphs: Sequence[str], named_graphs: Sequence[str]
) -> Any:
    from SPARQLWrapper import JSON, POST, TURTLE, SPARQLWrapper  # imports rdflib, which takes half a second

    wrapper = SPARQLWrapper(url)
    wrapper.setMethod(POST)  # a list of graphs outgrows an address
    wrapper.setOnlyConneg(True)  # the Accept header is the standard's way; format=… parameters are not
    wrapper.setReturnFormat(JSON if form in ("SELECT", "ASK") else TURTLE)
    wrapper.setTimeout(max(1, round(timeout_s)))
    wrapper.setQuery(text)
    wrapper.queryType = form  # its own search takes words of comments for an update
    for graph in default_graphs:
        wrapper.addParameter("default-graph-uri", graph)
    for graph in named_graphs:
        wrapper.addParameter("named-graph-uri", graph)
    return wrapper


def _fetch(wrapper: Any, url: str, timeout_s: float) -> bytes:
    import urllib.error

    from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

    try:
        return bytes(wrapper.query().response.read())
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
    except (OSError, ValueError) as error:
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


def _from_json(body: bytes, max_rows: int, seconds: float) -> Result:
    import json

    data = json.loads(body)
    if "boolean" in data:
        return Result("ask", answer=bool(data["boolean"]), seconds=seconds)
    variables = tuple(data["head"]["vars"])
    bindings = data["results"]["bindings"]
    rows = tuple(tuple(_term(row[name]) if name in row else None for name in variables) for row in bindings[:max_rows])
    return Result("select", variables, rows, truncated=len(bindings) > max_rows, seconds=seconds)


def _term(value: dict[str, str]) -> Term:
    kind = value["type"]
    if kind == "uri":
        return Term("iri", value["value"])
    if kind == "bnode":
        return Term("bnode", value["value"])
    language = value.get("xml:lang", "")  # Virtuoso says typed-literal where the standard says literal
    return Term("literal", value["value"], "" if language else value.get("datatype", _XSD_STRING), language)


_XSD_STRING = str(XSD.string)


def _from_turtle(body: bytes, max_rows: int, seconds: float) -> Result:
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
    return Result("graph", triples=tuple(found[:max_rows]), truncated=len(found) > max_rows, seconds=seconds)
