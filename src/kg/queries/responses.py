"""Bodies of answers read: SPARQL results in JSON, graphs in Turtle; whatever else comes is named."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

from kg.errors import Text
from kg.queries.results import QueryResult
from kg.queries.terms import Term, triple_term
from kg.vocab import XSD

_STRING = str(XSD.string)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHOWN = 80
_TURTLE = frozenset({"text/turtle", "application/n-triples", "text/plain", "text/n3", "application/x-turtle"})


class NotAnAnswer(Exception):
    """A body that does not hold the answer; ``text`` completes a sentence about the endpoint."""

    def __init__(self, ko: str, en: str):
        super().__init__(en)
        self.text = Text(ko, en)


def read_json(
    body: bytes, content_type: str, form: str, max_rows: int, most: int | None, seconds: float
) -> QueryResult:
    """The answer to SELECT or ASK in SPARQL 1.1 Query Results JSON.

    ``most`` is the number of rows at which the server cuts, where it says so.
    """
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        raise _other_format(body, content_type, "JSON")
    try:
        data = json.loads(body, object_hook=_Terms().read)
    except RecursionError:
        raise NotAnAnswer("답의 JSON이 너무 깊습니다.", "the JSON of the answer is nested too deep.") from None
    except _Odd as error:
        raise NotAnAnswer(
            f"답의 JSON이 규격과 다릅니다: {error}", f"the JSON is not a SPARQL result: {error}"
        ) from None
    except ValueError as error:  # cut off, or with something behind it: a server that stopped in the middle
        raise NotAnAnswer(
            f"답이 온전하지 않습니다. 서버가 도중에 멈췄을 수 있습니다({error}).",
            f"the answer is incomplete or damaged; the server may have broken off ({error}).",
        ) from None
    try:
        return _result(data, form, max_rows, most, seconds)
    except _Odd as error:
        raise NotAnAnswer(
            f"답의 JSON이 규격과 다릅니다: {error}", f"the JSON is not a SPARQL result: {error}"
        ) from None


class _Odd(Exception):
    """JSON that is not a SPARQL result."""


def _result(data: Any, form: str, max_rows: int, most: int | None, seconds: float) -> QueryResult:
    if not isinstance(data, dict):
        raise _Odd("it is not an object")
    if form == "ASK" and "boolean" in data:
        if not isinstance(data["boolean"], bool):
            raise _Odd(f"'boolean' is {_brief(data['boolean'])}")
        return QueryResult("ask", answer=data["boolean"], seconds=seconds)
    head, results = (data.get(key) for key in ("head", "results"))
    names = head.get("vars") if isinstance(head, dict) else None
    bindings = results.get("bindings") if isinstance(results, dict) else None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _Odd("'head' has no list 'vars'")
    if not isinstance(bindings, list):
        raise _Odd("'results' has no list 'bindings'")
    if len(set(names)) < len(names):
        raise _Odd("'vars' has a name twice")
    if form == "ASK":
        return QueryResult("ask", answer=_truth(names, bindings), seconds=seconds)
    known = set(names)
    for row in bindings:
        if not isinstance(row, dict):
            raise _Odd(f"a row is {_brief(row)}")
        if not known.issuperset(row):
            raise _Odd(f"a row has the variable {_brief(next(iter(row.keys() - known)))}, which 'vars' lacks")
        for value in row.values():
            if not isinstance(value, Term):
                raise _Odd(f"a value is {_brief(value)}")
    rows = tuple(tuple(row.get(name) for name in names) for row in bindings[:max_rows])
    cut = len(bindings) > max_rows or (most is not None and len(bindings) >= most > 0)
    return QueryResult("select", tuple(names), rows, truncated=cut, seconds=seconds)


def _truth(names: list[str], bindings: list[Any]) -> bool:
    """Virtuoso answers ASK now and then by a column of its own, without a row if the answer is no."""
    if names != ["__ASK_RETVAL"] or len(bindings) > 1:
        raise _Odd("there is no 'boolean'")
    if not bindings:
        return False
    value = bindings[0].get(names[0]) if isinstance(bindings[0], dict) else None
    if not isinstance(value, Term) or value.value not in ("0", "1", "true", "false"):
        raise _Odd("there is no 'boolean'")
    return value.value in ("1", "true")


class _Terms:
    """Reads terms as the JSON is parsed, innermost first; equal terms are kept once, so that memory stays small."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str, str], Term] = {}

    def read(self, found: dict[str, Any]) -> Any:
        """A term, if the object has a type and a value; else the object as it is."""
        kind, value = found.get("type"), found.get("value")
        if not isinstance(kind, str) or "value" not in found:
            return found
        if kind == "triple":
            return self._triple(value)
        if not isinstance(value, str):
            if kind in ("uri", "bnode", "literal", "typed-literal"):
                raise _Odd(f"the value of a {kind} is {_brief(value)}")
            return found
        if not value.isascii() and _SURROGATE.search(value):
            raise _Odd("a value has half of a surrogate pair")
        if kind == "uri":
            return self._once("iri", value, "", "")
        if kind == "bnode":
            return self._once("bnode", value, "", "")
        if kind not in ("literal", "typed-literal"):  # the second is Virtuoso's
            raise _Odd(f"a term has the type {_brief(kind)}")
        language = found.get("xml:lang") or ""
        datatype = "" if language else found.get("datatype") or _STRING
        if not isinstance(language, str) or not isinstance(datatype, str):
            raise _Odd(f"the language or datatype of {_brief(value)} is not text")
        if language and found.get("its:dir"):
            language = f"{language}--{found['its:dir']}"
        if datatype == XSD.boolean:  # which Virtuoso writes as a number
            value = {"1": "true", "0": "false"}.get(value, value)
        return self._once("literal", value, datatype, language)

    def _once(self, kind: str, value: str, datatype: str, language: str) -> Term:
        return self._known.setdefault((kind, value, datatype, language), Term(kind, value, datatype, language))

    def _triple(self, value: Any) -> Term:
        found = value if isinstance(value, dict) else {}
        parts = [part for name in ("subject", "predicate", "object") if isinstance(part := found.get(name), Term)]
        if len(parts) != 3:
            raise _Odd("a triple lacks subject, predicate or object")
        return triple_term(*parts)


def _brief(value: Any) -> str:
    text = f"{value!r:.60}"
    return text if len(text) < 60 else text + "…"


def read_turtle(body: bytes, content_type: str, max_rows: int, seconds: float) -> QueryResult:
    """The answer to CONSTRUCT or DESCRIBE."""
    import pyoxigraph as ox

    if content_type not in _TURTLE or body[:2] == b"\x1f\x8b":
        raise _other_format(body, content_type, "Turtle")
    if re.match(rb"\s*(<\?xml|<!doctype|<html|<rdf:RDF)", body, re.IGNORECASE):
        raise _other_format(body, content_type, "Turtle")

    try:
        quads = ox.parse(input=body, format=ox.RdfFormat.TURTLE)
        found = [
            (plain(quad.subject), plain(quad.predicate), plain(quad.object))
            for quad in itertools.islice(quads, max_rows + 1)
        ]
    except (SyntaxError, ValueError) as error:
        raise NotAnAnswer(
            f"답이 온전하지 않습니다. 서버가 도중에 멈췄을 수 있습니다({error}).",
            f"the answer is incomplete or damaged; the server may have broken off ({error}).",
        ) from None
    return QueryResult("graph", triples=tuple(found[:max_rows]), truncated=len(found) > max_rows, seconds=seconds)


def plain(term: Any) -> Term:
    """A term of pyoxigraph as a term of ours."""
    import pyoxigraph as ox

    if isinstance(term, ox.NamedNode):
        return Term("iri", term.value)
    if isinstance(term, ox.BlankNode):
        return Term("bnode", term.value)
    if isinstance(term, ox.Literal):
        direction = f"--{term.direction}" if term.direction else ""
        language = (term.language or "") + direction
        return Term("literal", term.value, "" if language else term.datatype.value, language)
    return triple_term(plain(term.subject), plain(term.predicate), plain(term.object))


def _other_format(body: bytes, content_type: str, wanted: str) -> NotAnAnswer:
    """What came in place of an answer, by its first letters, else by what the server calls it."""
    start = body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    low = start[:200].lower()
    if not start:
        ko, en = "빈 답", "nothing"
    elif body[:2] == b"\x1f\x8b":
        ko, en = "압축된 답(gzip)", "a compressed body (gzip)"
    elif b"<html" in low or low.startswith(b"<!doctype html") or "html" in content_type:
        ko, en = "HTML 웹 페이지", "HTML, a web page"
    elif low.startswith(b"<?xml") or low.startswith((b"<sparql", b"<rdf:rdf")) or "xml" in content_type:
        ko = en = "XML"
    else:
        ko = en = content_type
    shown = " ".join(start.decode("utf-8", "replace").split())[:_SHOWN] if body[:2] != b"\x1f\x8b" else ""
    begins = Text(f" 첫머리: {shown}", f" It begins: {shown}") if shown else Text("", "")
    return NotAnAnswer(
        f"{wanted}이 아니라 {ko}을(를) 보냈습니다({content_type}). SPARQL 엔드포인트의 주소인지 보십시오.{begins.ko}",
        f"it sent {en} ({content_type}), not {wanted}. Check that this is the address of a SPARQL endpoint.{begins.en}",
    )
