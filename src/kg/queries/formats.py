"""Results as people and programs read them: terminal table, CSV, TSV, JSON, Turtle, DataFrame."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.queries.results import QueryResult
from kg.queries.terms import DECIMALS, INTEGERS, Term
from kg.tabular import width
from kg.vocab import PREFIXES, XSD

if TYPE_CHECKING:
    pass

MAX_CELL_COLUMNS = 60


def to_table(result: QueryResult, language: str, labels: Mapping[str, str] | None = None) -> str:
    """A table for the terminal; Hangul takes two columns a letter. ``labels`` names the columns."""
    if result.kind == "ask":
        return {"ko": ("아니요", "예"), "en": ("no", "yes")}[language][bool(result.answer)]
    if result.kind == "graph":
        return to_ttl(result) + _footer(result, language)
    heads = [(labels or {}).get(name, name) for name in result.variables]
    cells = [[_shown(term) for term in row] for row in result.rows]
    widths = [max(map(width, column)) for column in zip(heads, *cells, strict=True)]
    right = [_is_numeric(result, index) for index in range(len(heads))]
    lines = [_line(heads, widths, right), "  ".join("─" * size for size in widths)]
    lines += [_line(row, widths, right) for row in cells]
    return "\n".join(lines) + "\n" + _footer(result, language)


def _line(cells: list[str], widths: list[int], right: list[bool]) -> str:
    padded = []
    for cell, size, to_right in zip(cells, widths, right, strict=True):
        space = " " * (size - width(cell))
        padded.append(space + cell if to_right else cell + space)
    return "  ".join(padded).rstrip()


def _is_numeric(result: QueryResult, index: int) -> bool:
    terms = [row[index] for row in result.rows if row[index] is not None]
    return bool(terms) and all(term is not None and term.datatype in INTEGERS | DECIMALS for term in terms)


def _shown(term: Term | None) -> str:
    if term is None:
        return ""
    text = compact(term.value) if term.kind == "iri" else " ".join(term.value.split())
    if term.datatype in INTEGERS | DECIMALS:
        text = _grouped(text)
    if width(text) <= MAX_CELL_COLUMNS:
        return text
    while width(text) > MAX_CELL_COLUMNS - 1:
        text = text[:-1]
    return text + "…"


def _grouped(text: str) -> str:
    """Five digits and more in groups of three, and no empty fraction: 1,100,000,000,000."""
    whole, point, fraction = text.partition(".")
    if not whole.lstrip("-").isdigit() or not (fraction.isdigit() or not point):
        return text
    shown = f"{int(whole):,}" if len(whole.lstrip("-")) > 4 else whole
    return shown + (f".{fraction}" if fraction.strip("0") else "")


def compact(iri: str) -> str:
    """The IRI with its well-known prefix: ``id:org/lg-electronics``."""
    for prefix, start in PREFIXES.items():
        if iri.startswith(start):
            return f"{prefix}:{iri[len(start) :]}"
    return iri


def _footer(result: QueryResult, language: str) -> str:
    count = len(result)
    text = Text(f"({count:,}건)\n", f"({count:,} {'row' if count == 1 else 'rows'})\n")
    if result.truncated:
        text = Text(
            f"(앞의 {count:,}건만 보입니다. 더 있습니다: --max-rows)\n",
            f"(the first {count:,} only; there are more: --max-rows)\n",
        )
    return text.ko if language == "ko" else text.en


def to_csv(result: QueryResult, separator: str = ",") -> str:
    """SPARQL 1.1 results CSV: plain values, LF. An answer to ASK or a graph becomes one or three columns."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    names, rows = as_rows(result)
    writer.writerow(names)
    writer.writerows([["" if term is None else term.value for term in row] for row in rows])
    return out.getvalue()


def to_tsv(result: QueryResult) -> str:
    """SPARQL 1.1 results TSV: terms in SPARQL notation."""
    names, rows = as_rows(result)
    lines = ["\t".join(f"?{name}" for name in names)]
    lines += ["\t".join("" if term is None else _notation(term) for term in row) for row in rows]
    return "\n".join(lines) + "\n"


def _notation(term: Term) -> str:
    if term.datatype in (str(XSD.integer), str(XSD.boolean)):
        return term.value
    return term.n3()


def as_rows(result: QueryResult) -> tuple[tuple[str, ...], tuple[tuple[Term | None, ...], ...]]:
    if result.kind == "ask":
        return ("answer",), ((Term("literal", str(bool(result.answer)).lower(), str(XSD.boolean)),),)
    if result.kind == "graph":
        return ("subject", "predicate", "object"), result.triples
    return result.variables, result.rows


def to_json(result: QueryResult) -> str:
    """SPARQL 1.1 query results JSON; ``truncated`` is added when rows were cut."""
    if result.kind == "ask":
        return json.dumps({"head": {}, "boolean": bool(result.answer)}) + "\n"
    names, rows = as_rows(result)
    bindings = [
        {name: _json_term(term) for name, term in zip(names, row, strict=True) if term is not None} for row in rows
    ]
    data: dict[str, Any] = {"head": {"vars": list(names)}, "results": {"bindings": bindings}}
    if result.truncated:
        data["truncated"] = True
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _json_term(term: Term) -> dict[str, str]:
    kind = {"iri": "uri", "bnode": "bnode"}.get(term.kind, "literal")
    found = {"type": kind, "value": term.value}
    if term.language:
        found["xml:lang"] = term.language
    elif term.datatype and term.datatype != str(XSD.string):
        found["datatype"] = term.datatype
    return found


def to_ttl(result: QueryResult) -> str:
    """The triples of a CONSTRUCT or DESCRIBE as Turtle, sorted."""
    if result.kind != "graph":
        raise ValueError("only CONSTRUCT and DESCRIBE give a graph")
    import pyoxigraph as ox

    def node(term: Term) -> Any:
        if term.kind == "iri":
            return ox.NamedNode(term.value)
        if term.kind == "bnode":
            return ox.BlankNode(term.value)
        if term.language:
            return ox.Literal(term.value, language=term.language)
        return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype or str(XSD.string)))

    triples = (ox.Triple(*map(node, triple)) for triple in sorted(set(result.triples)))
    text = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)
    return bytes(text or b"").decode()
