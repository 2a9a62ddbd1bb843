"""Why a query may have found nothing: terms, values and graphs that the profile of the graph does not have."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from kg.errors import Text
from kg.profile import Profile, PropertyProfile
from kg.profile.model import ANALYSIS, CLAIMS, DEFAULT
from kg.queries.results import QueryResult
from kg.queries.tokens import Token, tokens
from kg.vocab import KG, PREFIXES, XSD

_NEAREST = 3


def is_empty(result: QueryResult) -> bool:
    """Whether an answer has nothing in it: no row, no triple, ``false``, or a single row of counts that are all 0."""
    if result.kind == "ask":
        return result.answer is False
    if result.kind == "select" and len(result.rows) == 1:
        return all(term is not None and term.value == "0" and term.datatype == XSD.integer for term in result.rows[0])
    return not len(result)


def hints(text: str, profile: Profile) -> list[Text]:
    """What in the SPARQL text cannot be found in the graph, in the order of the text; empty if all of it can."""
    code = [token for token in tokens(text) if token.kind not in ("space", "comment")]
    prefixes = _prefixes(code)
    found: dict[str, Text] = {}
    for hint in (*_unknown(code, prefixes, profile), *_values(code, prefixes, profile)):
        found.setdefault(hint.en, hint)
    return list(found.values())


def _prefixes(code: list[Token]) -> dict[str, str]:
    found = dict(PREFIXES)
    for word, name, iri in zip(code, code[1:], code[2:], strict=False):
        if word.text.upper() == "PREFIX" and iri.kind == "iri":
            found[name.text.rstrip(":")] = iri.text[1:-1]
    return found


def _iri(token: Token, prefixes: dict[str, str]) -> str | None:
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, colon, local = token.text.partition(":")
    return prefixes[prefix] + local if token.kind == "name" and local and colon and prefix in prefixes else None


def _unknown(code: list[Token], prefixes: dict[str, str], profile: Profile) -> Iterator[Text]:
    """Terms and codes that nothing in the graph has, and terms that only named graphs have."""
    terms = {part: {*found.classes, *found.properties} for part, found in profile.parts.items()}
    known = set().union(*terms.values())
    namespaces = {_namespace(iri) for iri in known}
    codes = {iri for part in profile.parts.values() for used in part.properties.values() for iri in used.codes}
    lists = {_namespace(iri) for iri in codes}
    names_graphs = any(token.kind == "word" and token.text.upper() in ("GRAPH", "FROM") for token in code)
    for before, token in zip([Token("space", ""), *code], code, strict=False):
        iri = _iri(token, prefixes)
        if iri is None or before.text.upper() in ("PREFIX", "BASE", "GRAPH", "FROM", "NAMED") or before.text == "^":
            continue
        shown = _shown(iri)
        if _namespace(iri) in namespaces and iri not in known and not iri.startswith(str(XSD)):
            near = ", ".join(map(_shown, _nearest(iri, known)))
            yield Text(
                f"{shown}: 이 그래프에 없는 용어입니다. 비슷한 것: {near or '-'}",
                f"{shown} is not a class or property of this graph; nearest: {near or '-'}",
            )
        elif _namespace(iri) in lists and iri not in codes:
            near = ", ".join(
                map(_shown, _nearest(iri, {code for code in codes if _namespace(code) == _namespace(iri)}))
            )
            yield Text(
                f"{shown}: 이 그래프에서 쓰이지 않은 코드입니다. 비슷한 것: {near or '-'}",
                f"no value in this graph is the code {shown}; nearest: {near or '-'}",
            )
        elif iri in known and iri not in terms.get(DEFAULT, set()) and not names_graphs:
            yield _in_named_graphs(shown, iri in terms.get(CLAIMS, set()), iri in terms.get(ANALYSIS, set()))


def _in_named_graphs(shown: str, in_claims: bool, in_analysis: bool) -> Text:
    if in_analysis and not in_claims:
        return Text(
            f"{shown}: 분석 그래프에만 있습니다. GRAPH ?graph {{ … }} 안에 쓰십시오.",
            f"{shown} occurs only in the analysis graph: write GRAPH ?graph {{ … }} around the pattern.",
        )
    return Text(
        f"{shown}: 출처의 그래프에만 있습니다. GRAPH ?source {{ … }} 안에 쓰십시오.",
        f"{shown} occurs only in the graphs of sources: write GRAPH ?source {{ … }} around the pattern.",
    )


def _values(code: list[Token], prefixes: dict[str, str], profile: Profile) -> Iterator[Text]:
    """Literals that no value of their property can be equal to, and days compared with dates as printed."""
    has_days = any(_iri(token, prefixes) == XSD.date for token in code)
    for place, token in enumerate(code):
        iri = _iri(token, prefixes)
        used = [part.properties[iri] for part in profile.parts.values() if iri in part.properties] if iri else []
        if not iri or not used or code[place - 1].text in ("(", ","):  # no predicate: of a list or of VALUES
            continue
        if hint := _literal_hint(_shown(iri), code[place + 1 : place + 6], prefixes, used):
            yield hint
        if has_days and any(f"{iri}Earliest" in part.properties for part in profile.parts.values()):
            shown = _shown(iri)
            yield Text(
                f"{shown}: 적힌 그대로의 글입니다. 날짜와 비교하려면 {shown}Earliest와 {shown}Latest를 쓰십시오.",
                f"{shown} is text as printed: compare dates with {shown}Earliest and {shown}Latest.",
            )


def _literal_hint(shown: str, after: list[Token], prefixes: dict[str, str], used: list[PropertyProfile]) -> Text | None:
    """The hint for the literal right after a property, if no value of the property is of its type or language."""
    kinds = {f"^^{_shown(name)}" for each in used for name in each.datatypes}
    kinds |= {f"@{tag}" for each in used for tag in each.languages}
    first = after[0] if after else Token("space", "")
    if first.kind == "number" and first.text.isdigit():
        written, value = "^^xsd:integer", f'"{first.text}"'
    elif first.kind == "string" and len(after) > 1 and after[1].kind == "language":
        written, value = after[1].text.lower(), first.text
    elif first.kind == "string" and len(after) > 3 and after[1].text == after[2].text == "^":
        written, value = f"^^{_shown(_iri(after[3], prefixes) or '')}", first.text
    elif first.kind == "string":
        written, value = "^^xsd:string", first.text
    else:
        return None
    if written in kinds or not kinds:
        return None
    forms = ", ".join(value + kind.replace("^^xsd:string", "") for kind in sorted(kinds))
    return Text(
        f"{shown}: 값의 데이터형이나 언어가 다릅니다. 이렇게 쓰십시오: {forms}",
        f"the values of {shown} have another datatype or language: write {forms}",
    )


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _nearest(iri: str, known: set[str]) -> list[str]:
    """The known IRIs whose local names are nearest, regardless of case."""
    names = {each.removeprefix(_namespace(each)).lower(): each for each in sorted(known) if each.startswith(str(KG))}
    names |= {
        each.removeprefix(_namespace(each)).lower(): each
        for each in sorted(known)
        if _namespace(each) == _namespace(iri)
    }
    wanted = iri.removeprefix(_namespace(iri)).lower()
    return [names[name] for name in difflib.get_close_matches(wanted, names, _NEAREST, 0.6)]


def _shown(iri: str) -> str:
    """A name with a well-known prefix where that is legal SPARQL, else the IRI in angle brackets."""
    for prefix, start in PREFIXES.items():
        local = iri.removeprefix(start)
        if local != iri and local.replace("_", "").replace("-", "").isalnum() and not local.endswith("-"):
            return f"{prefix}:{local}"
    return f"<{iri}>"
