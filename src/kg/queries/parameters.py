"""Put the values of parameters into a question, as terms and never as text.

A parameter is a variable written with ``$``. Where it stands, the serialised term is put: a constant, known to
the planner, visible inside subqueries, MINUS and OPTIONAL alike. A one-row VALUES block was not taken because
rdflib loses rows when OPTIONAL follows it and because it does not reach into subqueries; ``initBindings`` and
``substitutions`` because each belongs to one engine, and pyoxigraph binds only what SELECT names.
A parameter left open stays a variable, so the same text asks about all. Only whole variable tokens are replaced;
a ``$`` inside a string, an IRI or a comment is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from kg.errors import Collector, Fault, KgError, Text, language
from kg.queries.questions import CHOICE, NAMED_TYPES, Param, Question
from kg.queries.terms import iri, literal
from kg.queries.tokens import tokens
from kg.values import nfc
from kg.vocab import XSD

MAX_VALUE_LETTERS = 10_000

Resolve = Callable[[str, str], str]


def bind(question: Question, values: Mapping[str, str], resolve: Resolve) -> str:
    """The question as SPARQL text with ``values`` in it; the arguments and errors are those of :func:`bound_terms`."""
    return substitute(question.text, bound_terms(question, values, resolve))


def bound_terms(question: Question, values: Mapping[str, str], resolve: Resolve) -> dict[str, str]:
    """``values`` as SPARQL terms by the name of their parameter; ``resolve(type, text)`` gives the IRI of a name.

    All faults (unknown or missing parameters, names and values that cannot be read) are reported at once.
    """
    faults = Collector()
    known = {param.name: param for param in question.params}
    for name in sorted(values.keys() - known.keys()):
        names = ", ".join(known) or "-"
        text = Text(f"모르는 매개변수입니다. 아는 것: {names}", f"is no parameter of this question; known: {names}")
        faults.add(Fault(question.name, text, value=name, rule="unknown-parameter"))
    bound: dict[str, str] = {}
    for param in question.params:
        value = values.get(param.name, param.default)
        if value is None or value == "":
            if param.required:
                shown = dict(question.example).get(param.name)
                ko, en = (f", 예: {param.name}={shown}", f", for example {param.name}={shown}") if shown else ("", "")
                text = Text(
                    f"{param.name}=… 값이 필요합니다({param.label.ko}){ko}",
                    f"needs a value: {param.name}=… ({param.label.en}){en}",
                )
                faults.add(Fault(question.name, text, column=param.name, rule="missing-parameter"))
            continue
        if len(value) > MAX_VALUE_LETTERS:
            text = Text(
                f"값이 {len(value):,}자입니다. {MAX_VALUE_LETTERS:,}자까지 쓸 수 있습니다.",
                f"has {len(value):,} letters; at most {MAX_VALUE_LETTERS:,} are allowed.",
            )
            faults.add(Fault(question.name, text, column=param.name, value=value, rule="parameter"))
            continue
        try:
            bound[param.name] = serialise(param, value, resolve)
        except KgError as error:  # which names the value
            faults.add(Fault(question.name, error.text, column=param.name, rule="parameter"))
        except ValueError as error:
            expected = _expected(param)
            text = Text(f"{expected.ko} ({error})", f"{expected.en} ({error})")
            faults.add(Fault(question.name, text, column=param.name, value=value, rule="parameter"))
    faults.raise_if_any()
    return bound


def as_text(question: Question, values: Mapping[str, object]) -> dict[str, str]:
    """Values as text, without missing ones; labels come in the person's language unless another is chosen."""
    texts = {name: str(value) for name, value in values.items() if value is not None}
    for param in question.params:
        if param.type == "language":
            texts.setdefault(param.name, language())
    return texts


def substitute(text: str, terms: Mapping[str, str]) -> str:
    """Replace each ``$name`` token by its serialised term."""
    return "".join(
        terms.get(token.text[1:], token.text) if token.kind == "variable" and token.text[0] == "$" else token.text
        for token in tokens(text)
    )


_EXPECTED = {
    "year": Text("네 자리 연도여야 합니다", "must be a year of four digits"),
    "date": Text("YYYY-MM-DD 꼴의 날짜여야 합니다", "must be a date, YYYY-MM-DD"),
    "integer": Text("정수여야 합니다", "must be a whole number"),
    "string": Text("글자열로 쓸 수 없는 값입니다", "cannot be written as a string"),
    "iri": Text("절대 IRI여야 합니다", "must be an absolute IRI"),
    "language": Text("ko 또는 en이어야 합니다", "must be ko or en"),
} | {kind: Text("IRI로 쓸 수 없습니다", "cannot be written as an IRI") for kind in NAMED_TYPES}


def _expected(param: Param) -> Text:
    if param.type != CHOICE:
        return _EXPECTED[param.type]
    known = ", ".join(param.choices)
    return Text(f"다음 가운데 하나여야 합니다: {known}", f"must be one of: {known}")


def serialise(param: Param, value: str, resolve: Resolve) -> str:
    """One value as a SPARQL term of the parameter's type; ``ValueError`` if it is not of that type."""
    value = nfc(value)
    if param.type in NAMED_TYPES:
        return iri(resolve(param.type, value))
    if param.type == CHOICE:
        if value not in param.choices:
            raise ValueError(f"{value[:60]!r}")
        return literal(value)
    return _PLAIN[param.type](value)


def _year(value: str) -> str:
    if not re.fullmatch(r"[0-9]{4}", value):
        raise ValueError(f"{value[:60]!r}")
    return literal(value, XSD.gYear)


def _date(value: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError(f"{value[:60]!r}")
    return literal(date.fromisoformat(value).isoformat(), XSD.date)


def _integer(value: str) -> str:
    if not re.fullmatch(r"-?[0-9]{1,18}", value):
        raise ValueError(f"{value[:60]!r}")
    return literal(str(int(value)), XSD.integer)


def _language(value: str) -> str:
    if value not in ("ko", "en"):
        raise ValueError(f"{value[:60]!r}")
    return literal(value)


_PLAIN: dict[str, Callable[[str], str]] = {
    "year": _year,
    "date": _date,
    "integer": _integer,
    "string": literal,
    "iri": iri,
    "language": _language,
}
