"""From what a person types (an IRI, an id, a label, a printed name) to the IRI that is meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from kg.errors import KgError, Text
from kg.queries.results import QueryResult
from kg.queries.rewriting import with_prefixes
from kg.queries.terms import is_iri, literal
from kg.values import fold, fold_case
from kg.vocab import ID

Ask = Callable[[str], QueryResult]
MAX_NAMES = 50_000
MAX_NAME_LETTERS = 1_000  # no name is longer; to look for near ones takes time by the letter
SHOWN_THINGS = 20


@dataclass(frozen=True)
class _Kind:
    """Where things of a parameter type live: the folder of their ids, and the pattern that marks them."""

    folder: str
    pattern: str
    ko: str
    en: str


_KINDS = {
    "organisation": _Kind("org", "?thing a kg:Organisation", "기관", "organisation"),
    "case": _Kind("case", "?thing a kg:Case", "사례", "case"),
    "event": _Kind("event", "?thing a kg:Event", "행사", "event"),
    "source": _Kind("source", "?thing a kg:Source", "출처", "source"),
    "round": _Kind("round", "?thing a kg:Round", "회차", "round"),
    "programme": _Kind("code/programme", f"?thing skos:inScheme <{ID['code/programme']}>", "사업", "programme"),
    "scheme": _Kind(
        "code/rating-scheme", f"?thing skos:inScheme <{ID['code/rating-scheme']}>", "평가 체계", "rating scheme"
    ),
    "grade": _Kind(
        "grade",
        f'?thing skos:notation ?notation . FILTER(STRSTARTS(STR(?thing), "{ID["grade/"]}"))',
        "등급",
        "grade",
    ),
}
_WAYS = ("rdfs:label", "skos:prefLabel", "skos:notation", "kg:roundLabel", "kg:mention/kg:printedName")


class UnknownName(KgError):
    """A name that nothing bears; it names the nearest things that do exist."""


class AmbiguousName(KgError):
    """A name that several things bear; it names them."""


def resolve_term(ask: Ask, kind: str, text: str) -> str:
    """The IRI of the ``kind`` of thing that ``text`` means; ``ask`` answers SPARQL, from a store or an endpoint.

    An IRI means itself. An id, a label or a printed name must be equal after NFC and folding of white space;
    if none is, case is folded too. Never a guess: what is unknown gets the nearest three.
    """
    check_name(text)
    wanted = fold(text)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", wanted):
        if not is_iri(wanted):
            raise UnknownName(Text(f"{wanted!r}: IRI로 쓸 수 없습니다", f"{wanted!r} is not a valid IRI"))
        return wanted
    things = _exactly(ask, kind, wanted)
    names, all_read = list[tuple[str, str]](), True
    if not things:
        names, all_read = _all_names(ask, kind)
        folded = fold_case(wanted)
        things = sorted({thing for name, thing in names if fold_case(name) == folded})
    if len(things) == 1:
        return things[0]
    if things:
        raise _ambiguous(kind, wanted, things)
    raise _unknown(kind, wanted, names, all_read)


def check_name(text: str) -> None:
    """Refuse what is too long to be a name or an IRI, before anything is searched for it."""
    if len(text) > MAX_NAME_LETTERS:
        raise UnknownName(
            Text(
                f"{text[:40]!r}…: 이름이 {len(text):,}자입니다. {MAX_NAME_LETTERS:,}자까지 찾습니다",
                f"{text[:40]!r}… has {len(text):,} letters; names of up to {MAX_NAME_LETTERS:,} are looked up",
            )
        )


def _exactly(ask: Ask, kind: str, wanted: str) -> list[str]:
    where = _KINDS[kind]
    try:
        labels = " ".join((literal(wanted), literal(wanted, language="ko"), literal(wanted, language="en")))
    except ValueError:  # no name has such characters
        return []
    # names and pattern are in each branch, where a store looks them up; outside them it would read all names
    parts = [f"{{ VALUES ?name {{ {labels} }} ?thing {way} ?name . {where.pattern} }}" for way in _WAYS]
    if re.fullmatch(r"[A-Za-z0-9._~/-]+", wanted):
        by_id = f"<{ID[where.folder]}/{wanted}>"
        parts.append(f"{{ {where.pattern} . FILTER(?thing = {by_id}) }}")
    result = ask(with_prefixes(f"SELECT DISTINCT ?thing WHERE {{ {' UNION '.join(parts)} }} ORDER BY ?thing"))
    things = [row[0].value for row in result.rows if row[0] is not None]
    own = [thing for thing in things if _local(thing, kind) == wanted]
    return own or things


def _local(thing: str, kind: str) -> str:
    """The id of a thing, whatever the base of the graph; empty for one that is minted elsewhere."""
    return thing.partition(f"/id/{_KINDS[kind].folder}/")[2]


def _all_names(ask: Ask, kind: str) -> tuple[list[tuple[str, str]], bool]:
    """All names with their things, and ids as names; false if there are more than were read."""
    ways = " UNION ".join(f"{{ ?thing {way} ?name }}" for way in _WAYS)
    text = f"SELECT DISTINCT ?name ?thing WHERE {{ {_KINDS[kind].pattern} . {ways} }} LIMIT {MAX_NAMES}"
    result = ask(with_prefixes(text))
    named = [(name.value, thing.value) for name, thing in result.rows if name is not None and thing is not None]
    ids = {(_local(thing, kind), thing) for _, thing in named if _local(thing, kind)}
    return sorted({*named, *ids}), not result.truncated and len(result) < MAX_NAMES


def _unknown(kind: str, wanted: str, names: list[tuple[str, str]], all_read: bool) -> UnknownName:
    from kg.matching.near_names import nearest_names  # here, because only an error needs it

    where = _KINDS[kind]
    if not all_read:
        return UnknownName(
            Text(
                f"{wanted!r}: 그런 {where.ko}을(를) 찾지 못했습니다. 이름이 많아 일부하고만 대소문자 없이 견주었습니다."
                " 적힌 그대로, 또는 ID나 IRI로 주십시오",
                f"no {where.en} called {wanted!r} was found; there are too many names to compare all of them without"
                " regard to case: give the name as printed, an id or an IRI",
            )
        )
    near = ", ".join(f"{name} ({_local(thing, kind) or thing})" for name, thing in nearest_names(wanted, names))
    if not near:
        return UnknownName(
            Text(f"{wanted!r}: 그런 {where.ko}이(가) 없습니다", f"there is no {where.en} called {wanted!r}")
        )
    return UnknownName(
        Text(
            f"{wanted!r}: 그런 {where.ko}이(가) 없습니다. 비슷한 것: {near}",
            f"there is no {where.en} called {wanted!r}; nearest: {near}",
        )
    )


def _ambiguous(kind: str, wanted: str, things: list[str]) -> AmbiguousName:
    ids = ", ".join(_local(thing, kind) or thing for thing in things[:SHOWN_THINGS])
    ids += ", …" if len(things) > SHOWN_THINGS else ""
    return AmbiguousName(
        Text(
            f"{wanted!r}: {_KINDS[kind].ko} 여럿의 이름입니다. ID로 고르십시오: {ids}",
            f"{wanted!r} is the name of several; choose by id: {ids}",
        )
    )
