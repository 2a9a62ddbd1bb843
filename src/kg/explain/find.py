"""From what a person types to what is explained: an IRI, id or name, a rating (name and year), an edge ``A ~ B``."""

from __future__ import annotations

import difflib
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from kg.errors import KgError, Text
from kg.explain.reading import Access, about, path_of, tables_by_folder
from kg.queries import resolve_term
from kg.queries.lookup import UnknownName, check_name
from kg.queries.terms import iri, literal
from kg.values import fold, fold_case, nfd
from kg.vocab import XSD

FOLDERS = {
    "org": Text("기관", "organisation"),
    "case": Text("사례", "case"),
    "event": Text("행사", "event"),
    "source": Text("출처", "source"),
    "round": Text("회차", "round"),
}
_CLASSES = "kg:Organisation kg:Case kg:Event kg:Source kg:Round"
_NAMES = (
    "SELECT DISTINCT ?name ?thing WHERE { VALUES ?class { " + _CLASSES + " } ?thing a ?class ."
    " { ?thing rdfs:label ?name } UNION { ?thing kg:mention/kg:printedName ?name }"
    " UNION { ?thing kg:roundLabel ?name } }"
)


@dataclass(frozen=True)
class Target:
    """What is meant: its IRIs (two for an edge), and the pattern of the things to explain."""

    iris: tuple[str, ...]
    which: str
    year: str | None = None

    @property
    def is_edge(self) -> bool:
        return len(self.iris) == 2


def find_target(access: Access, text: str) -> Target:
    """What ``text`` means; an unknown name gets the nearest three, each with what makes it near."""
    check_name(text)
    wanted = fold(text)
    ends = _ends(wanted)
    if ends:
        with ThreadPoolExecutor(2) as pool:  # two short questions at once
            first, second = pool.map(lambda name: _organisation(access, name), ends)
        if first == second:
            raise KgError(
                Text(f"{wanted!r}: 두 이름이 한 기관입니다.", f"{wanted!r}: both names mean one organisation.")
            )
        return Target((first, second), "")
    known = _as_iri(access, wanted)
    if known:
        return Target((known,), about(access, known))
    rating = re.fullmatch(r"(.+?)\s*(?<!\d)(\d{4})\s*년?", wanted)
    if rating:
        try:
            return _rating(_resolved(access, rating[1]), rating[2])
        except UnknownName:
            pass  # the year may be part of a name
    subject = _by_id(access, wanted) or _by_name(access, wanted)
    return Target((subject,), about(access, subject))


def _ends(text: str) -> list[str] | None:
    if "://" in text.split("~")[0] and " ~ " not in text:
        return None
    ends = [part.strip() for part in re.split(r"\s+~\s+" if " ~ " in text else "~", text)]
    return ends if len(ends) == 2 and all(ends) else None


def _organisation(access: Access, name: str) -> str:
    known = _as_iri(access, name)
    if known:
        return known
    try:
        return _resolved(access, name)
    except UnknownName:
        raise _unknown(name, [pair for pair in _all_names(access) if path_of(pair[1]).startswith("org/")]) from None


def _resolved(access: Access, name: str) -> str:
    return resolve_term(lambda text: access.ask(access.rebased(text)), "organisation", name)


def _as_iri(access: Access, text: str) -> str | None:
    """A whole IRI, or a path under ``id/`` such as ``rating/win-win-index/2016/gs-enc``, with or without ``id:``."""
    if re.match(r"https?://", text):
        try:
            iri(text)
        except ValueError:
            raise KgError(Text(f"{text!r}: IRI로 쓸 수 없습니다.", f"{text!r} is not a valid IRI.")) from None
        return access.rebased(text)
    path = text.removeprefix("id:")
    folder = path.split("/")[0]
    if (
        "/" in path
        and re.fullmatch(r"[!-~]+", path)
        and (
            folder in FOLDERS
            or folder in tables_by_folder()
            or text != path
            or folder in ("claim", "conflict", "check", "derived")
        )
    ):
        return access.iri(path)
    return None


def _rating(organisation: str, year: str) -> Target:
    at = literal(year, XSD.gYear)
    which = (
        f"GRAPH ?any {{ ?c kg:organisation {iri(organisation)} ; kg:year {at} ; a kg:RatingClaim ; kg:about ?thing }}"
    )
    return Target((organisation,), which, year)


def _by_id(access: Access, text: str) -> str | None:
    if not re.fullmatch(r"[A-Za-z0-9._~-]+", text):
        return None
    things = " ".join(iri(access.iri(f"{folder}/{text}")) for folder in FOLDERS)
    rows = access.ask(f"SELECT DISTINCT ?thing WHERE {{ VALUES ?thing {{ {things} }} ?thing a ?class }}").rows
    found = [row[0].value for row in rows if row[0]]
    return min(found, key=lambda thing: list(FOLDERS).index(path_of(thing).split("/")[0]), default=None)


def _by_name(access: Access, text: str) -> str:
    try:
        return _resolved(access, text)
    except UnknownName:
        names = _all_names(access)
    things = sorted({thing for name, thing in names if fold_case(name) == fold_case(text)})
    if len(things) == 1:
        return things[0]
    if things:
        shown = ", ".join(path_of(thing) for thing in things)
        raise KgError(
            Text(
                f"{text!r}: 여럿의 이름입니다. 하나를 고르십시오: {shown}.",
                f"{text!r} is the name of several; choose one: {shown}.",
            )
        )
    raise _unknown(text, names)


def _all_names(access: Access) -> list[tuple[str, str]]:
    named = [(name.value, thing.value) for name, thing in access.ask(_NAMES).rows if name and thing]
    return sorted({*named, *((path_of(thing).split("/", 1)[-1], thing) for _, thing in named)})


SLIPS = ("like", "near", "misprint", "letter")  # rules of kg.matching that the letters themselves explain better


def _unknown(text: str, names: list[tuple[str, str]]) -> UnknownName:
    from kg.matching import near_things  # here, because only an error needs it

    near = near_things(text, names)
    if not near:
        return UnknownName(Text(f"{text!r}: 그런 이름이 없습니다.", f"there is nothing called {text!r}."))
    reasons = [
        (
            candidate.name,
            path_of(candidate.organisation),
            why_near(text, candidate.name) if candidate.rules[0] in SLIPS else candidate.reasons[0],
        )
        for candidate in near
    ]
    ko = "; ".join(f"{name} ({path}: {why.ko})" for name, path, why in reasons)
    en = "; ".join(f"{name} ({path}: {why.en})" for name, path, why in reasons)
    return UnknownName(
        Text(f"{text!r}: 그런 이름이 없습니다. 가까운 것: {ko}", f"there is nothing called {text!r}; nearest: {en}")
    )


def why_near(wanted: str, name: str) -> Text:
    """What two names have in common, in words; where only few letters differ, how many jamo.

    >>> why_near("세미솔루숀", "세미솔루션").en
    '1 jamo or letter differs'
    """
    wanted_letters, letters = (nfd(text.casefold()) for text in (wanted, name))
    slips = sum(
        max(b - a, d - c)
        for kind, a, b, c, d in difflib.SequenceMatcher(None, wanted_letters, letters, autojunk=False).get_opcodes()
        if kind != "equal"
    )
    if slips <= 2:
        return Text(
            f"자모나 글자 {slips}개가 다름", f"{slips} jamo or letter{'s differ' if slips != 1 else ' differs'}"
        )
    a, b = wanted.casefold(), name.casefold()
    if a in b or b in a:
        short = wanted if a in b else name
        return Text(f"‘{short}’이(가) 들어 있음", f"contains ‘{short}’")
    start = _shared(a, b)
    if start > 1:
        return Text(f"앞의 ‘{name[:start]}’이(가) 같음", f"begins with ‘{name[:start]}’ too")
    end = _shared(a[::-1], b[::-1])
    if end > 1:
        return Text(f"끝의 ‘{name[-end:]}’이(가) 같음", f"ends in ‘{name[-end:]}’ too")
    share = round(100 * difflib.SequenceMatcher(None, wanted_letters, letters, autojunk=False).ratio())
    return Text(f"자모가 {share}% 겹침", f"{share}% of the jamo agree")


def _shared(first: str, second: str) -> int:
    """How many letters two texts share at their beginning."""
    count = 0
    for a, b in zip(first, second, strict=False):
        if a != b:
            break
        count += 1
    return count
