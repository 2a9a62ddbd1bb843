"""Results as people and programs read them: terminal table, CSV, TSV, JSON, Turtle."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from typing import Any

from kg.errors import KgError, Text
from kg.queries.deadline import Deadline
from kg.queries.results import QueryResult
from kg.queries.terms import DECIMALS, INTEGERS, Term
from kg.tabular import text_table
from kg.values import printable
from kg.vocab import PREFIXES, XSD

MAX_CELL_COLUMNS = 60
_NUMBER = re.compile(r"([+-]?)([0-9]+)(\.[0-9]*)?")


def to_table(
    result: QueryResult, language: str, labels: Mapping[str, str] | None = None, deadline: Deadline | None = None
) -> str:
    """A table for the terminal; Hangul takes two columns a letter. ``labels`` names the columns.

    Control characters are escaped. The ``deadline`` of the query holds for its table as well, here and in the others.
    """
    if result.kind == "ask":
        return {"ko": ("아니요", "예"), "en": ("no", "yes")}[language][bool(result.answer)]
    if result.kind == "graph":
        return printable(to_ttl(result, deadline), keep="\n\t") + _footer(result, language)
    heads = [printable((labels or {}).get(name, name)) for name in result.variables]
    cells = [[_shown(term) for term in row] for row in _each(result.rows, deadline)]
    right = [index for index in range(len(heads)) if _is_numeric(result, index)]
    lines = text_table(heads, cells, right=right, cell_columns=MAX_CELL_COLUMNS)
    return "\n".join(lines) + "\n" + _footer(result, language)


def _each(rows: Any, deadline: Deadline | None) -> Any:
    return deadline.each(rows) if deadline else rows


def _is_numeric(result: QueryResult, index: int) -> bool:
    terms = [row[index] for row in result.rows if row[index] is not None]
    return bool(terms) and all(term is not None and term.datatype in INTEGERS | DECIMALS for term in terms)


def _shown(term: Term | None) -> str:
    if term is None:
        return ""
    if term.datatype in INTEGERS | DECIMALS:
        return _grouped(term.value)
    return compact(term.value) if term.kind == "iri" else term.value


def _grouped(text: str) -> str:
    """Five digits and more in groups of three, and no empty fraction: 1,100,000,000,000."""
    match = _NUMBER.fullmatch(text)
    if not match:
        return text
    whole, fraction = match[2], match[3] or ""
    if len(whole) > 4:
        whole = whole.lstrip("0") or "0"
        head = len(whole) % 3 or 3
        whole = ",".join([whole[:head], *(whole[at : at + 3] for at in range(head, len(whole), 3))])
    return match[1] + whole + (fraction if fraction.strip(".0") else "")


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


def to_csv(result: QueryResult, separator: str = ",", deadline: Deadline | None = None) -> str:
    """SPARQL 1.1 results CSV: plain values, LF. An answer to ASK or a graph becomes one or three columns."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    names, rows = as_rows(result)
    writer.writerow(names)
    writer.writerows(["" if term is None else term.value for term in row] for row in _each(rows, deadline))
    return out.getvalue()


def to_tsv(result: QueryResult, deadline: Deadline | None = None) -> str:
    """SPARQL 1.1 results TSV: terms in SPARQL notation."""
    names, rows = as_rows(result)
    lines = ["\t".join(f"?{name}" for name in names)]
    lines += ["\t".join("" if term is None else _notation(term) for term in row) for row in _each(rows, deadline)]
    return "\n".join(lines) + "\n"


def _notation(term: Term) -> str:
    """Numbers and truth values bare where SPARQL reads them back as the same term."""
    if term.datatype == XSD.integer and re.fullmatch(r"[+-]?[0-9]+", term.value):
        return term.value
    if term.datatype == XSD.boolean and term.value in ("true", "false"):
        return term.value
    return term.n3()


def as_rows(result: QueryResult) -> tuple[tuple[str, ...], tuple[tuple[Term | None, ...], ...]]:
    """The columns and rows of any result: one cell for ASK, a row for each triple of a graph."""
    if result.kind == "ask":
        return ("answer",), ((Term("literal", str(bool(result.answer)).lower(), str(XSD.boolean)),),)
    if result.kind == "graph":
        return ("subject", "predicate", "object"), result.triples
    return result.variables, result.rows


def to_json(result: QueryResult, deadline: Deadline | None = None) -> str:
    """SPARQL 1.1 query results JSON; ``truncated`` is added when rows were cut."""
    if result.kind == "ask":
        return json.dumps({"head": {}, "boolean": bool(result.answer)}) + "\n"
    names, rows = as_rows(result)
    bindings = [
        {name: _json_term(term) for name, term in zip(names, row, strict=True) if term is not None}
        for row in _each(rows, deadline)
    ]
    data: dict[str, Any] = {"head": {"vars": list(names)}, "results": {"bindings": bindings}}
    if result.truncated:
        data["truncated"] = True
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _json_term(term: Term) -> dict[str, Any]:
    if term.kind == "iri":
        return {"type": "uri", "value": term.value}
    if term.kind == "bnode":
        return {"type": "bnode", "value": term.value}
    if term.parts is not None:
        names = ("subject", "predicate", "object")
        return {"type": "triple", "value": dict(zip(names, map(_json_term, term.parts), strict=True))}
    shown = {"type": "literal", "value": term.value}
    if term.language:
        language, _, direction = term.language.partition("--")
        return shown | {"xml:lang": language} | ({"its:dir": direction} if direction else {})
    if term.datatype and term.datatype != str(XSD.string):
        return shown | {"datatype": term.datatype}
    return shown


def to_ttl(result: QueryResult, deadline: Deadline | None = None) -> str:
    """The triples of CONSTRUCT or DESCRIBE as Turtle, sorted."""
    if result.kind != "graph":
        raise KgError(
            Text(
                "Turtle은 CONSTRUCT와 DESCRIBE의 답에만 쓸 수 있습니다. 다른 형식: table, csv, json, tsv.",
                "Turtle is for the answers to CONSTRUCT and DESCRIBE. Other formats: table, csv, json, tsv.",
            )
        )
    import pyoxigraph as ox

    triples = (ox.Triple(*map(_node, triple)) for triple in _each(sorted(set(result.triples)), deadline))
    text = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)
    return bytes(text or b"").decode()


def _node(term: Term) -> Any:
    import pyoxigraph as ox

    if term.kind == "iri":
        return ox.NamedNode(term.value)
    if term.kind == "bnode":
        return ox.BlankNode(term.value)
    if term.parts is not None:
        return ox.Triple(*map(_node, term.parts))
    if term.language:
        language, _, direction = term.language.partition("--")
        return ox.Literal(
            term.value, language=language, direction=getattr(ox.BaseDirection, direction.upper()) if direction else None
        )
    return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype or str(XSD.string)))
