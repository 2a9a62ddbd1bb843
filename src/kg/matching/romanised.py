"""Whether a name in Hangul and a name in Latin letters have the same reading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from kg.matching.forms import Forms
from kg.matching.spelling import parts

SHORT = 2  # syllables up to which only the usual readings are compared: otherwise 대성 and 대상 would be equal
MAX_INITIALS = 4  # capitals at the beginning of a word that may be read one by one: NCSOFT, 엔씨소프트
NO_OPEN_VOWEL = frozenset("ㄱㄴㅁㅂㅇ")  # before these finals ㅏ and ㅓ are distinguished: 상 and 성
OPEN = {"ㅓ": frozenset({"a", "ar"}), "ㅏ": frozenset({"o"})}


class Latin(NamedTuple):
    """A Latin name in lower case, and the places at which a letter may be read by its name."""

    key: str
    initials: frozenset[int]


def latin(text: str) -> Latin | None:
    """A name as Latin letters, ``&`` and figures; ``None`` if it has other characters or no letter.

    >>> latin("LS ELECTRIC"), latin("가람")
    (Latin(key='lselectric', initials=frozenset({0, 1, 2, 3, 4, 5})), None)
    """
    tokens = re.findall(r"[A-Za-z]+|&|[0-9]+", text)
    key = "".join(tokens).lower()
    if not key or not key.isascii() or not re.search("[a-z]", key) or re.search(r"[^\W\d_a-zA-Z]|\+", text):
        return None
    initials, at = set(), 0
    for token in tokens:
        if token.isupper() or token == "&":
            initials |= set(range(at, at + min(len(token), MAX_INITIALS)))
        at += len(token)
    return Latin(key, frozenset(initials))


def reads_as(hangul: str, name: Latin, forms: Forms, *, usual: bool = False) -> bool:
    """Whether a compact name with Hangul is read as the Latin one; ``usual``: by the usual readings of jamo only.

    >>> from kg.matching.forms import read_forms
    >>> reads_as("모나코", latin("Monaco"), read_forms()), reads_as("ls일렉트릭", latin("LS ELECTRIC"), read_forms())
    (True, True)
    """
    reached: list[set[int]] = [set() for _ in range(len(hangul) + 1)]
    reached[0].add(0)
    for at, places in enumerate(reached[:-1]):
        if not places:
            continue
        readings = _readings(hangul, at, forms, usual)
        for place in places:
            for spelling in readings.keys() & _beginnings(name.key, place):
                for size in readings[spelling]:
                    reached[at + size].add(place + len(spelling))
        for place in places & name.initials:
            for letter_name in forms.letter_names.get(name.key[place], ()):
                if hangul.startswith(letter_name, at):
                    reached[at + len(letter_name)].add(place + 1)
    return len(name.key) in reached[-1]


def syllables(hangul: str, forms: Forms) -> int:
    """The number of Hangul syllables of a compact name, without names of letters at its beginning."""
    rest = re.sub(r"[^가-힣]", "", hangul)
    names = sorted((name for found in forms.letter_names.values() for name in found), key=len, reverse=True)
    while lead := next((name for name in names if len(name) > 1 and rest.startswith(name)), ""):
        rest = rest[len(lead) :]
    return len(rest)


def beginnings(hangul: str, forms: Forms) -> set[str]:
    """All that the beginning of a compact name may be in Latin letters: its first syllable, or a letter by its name."""
    read = set(_readings(hangul, 0, forms, False)) | set(_readings(hangul, 0, forms, True))
    return read | {letter for letter, names in forms.letter_names.items() if any(map(hangul.startswith, names))}


@lru_cache(maxsize=1024)
def _beginnings(key: str, place: int) -> frozenset[str]:
    """Everything with which a name may go on from a place."""
    return frozenset(key[place:end] for end in range(place, len(key) + 1))


def _readings(hangul: str, at: int, forms: Forms, usual: bool) -> dict[str, set[int]]:
    """How the syllable at ``at`` may be written: the numbers of syllables that each spelling may cover."""
    place = (hangul[at : at + 2], usual)
    if place not in forms.readings:
        found: dict[str, set[int]] = {}
        for size, spelling in _find_readings(place[0], 0, forms, usual):
            found.setdefault(spelling, set()).add(size)
        forms.readings[place] = found
    return forms.readings[place]


def _find_readings(hangul: str, at: int, forms: Forms, usual: bool) -> Iterator[tuple[int, str]]:
    char = hangul[at]
    if not "가" <= char <= "힣":
        yield 1, char
        return
    lead, vowel, final = parts(char)
    following = parts(hangul[at + 1]) if at + 1 < len(hangul) else ("", "", "")
    initials, vowels, finals = (
        (forms.usual_initials, forms.usual_vowels, forms.usual_finals)
        if usual
        else (forms.initials, forms.vowels, forms.finals)
    )
    whole = (forms.usual_syllables if usual else forms.syllables).get(char, ())
    yield from ((1, spelling) for spelling in whole)  # customary spellings: 성 sung, 현 hyun
    ends = [end for end in finals.get(final, ("",)) if end != "n" or final != "ㅇ" or following[0] in "ㄱㄲㅋ"]
    if final == "ㄹ" and following[0] == "ㄹ" and not usual:
        ends.append("")  # one letter for both: 일렉트릭, electric
    for start in initials.get(lead, (lead,)):
        for middle in vowels.get(vowel, ()):
            if final not in NO_OPEN_VOWEL or middle not in OPEN.get(vowel, ()):
                yield from ((1, start + middle + end) for end in ends)
        if not usual:
            yield from _joined(start, vowel, final, following, forms)


def _joined(
    start: str, vowel: str, final: str, following: tuple[str, str, str], forms: Forms
) -> Iterator[tuple[int, str]]:
    """A syllable and the following one in one spelling: ㄱ and ㅅ as x (하이닉스, hynix), 아이 as i, 오우 as ow."""
    lead, next_vowel, next_final = following
    ends = forms.finals.get(next_final, ("",)) if next_final else ("",)
    if final == "ㄱ" and lead == "ㅅ":
        for middle in forms.vowels.get(vowel, ()):
            for next_middle in (*forms.vowels.get(next_vowel, ()), ""):
                yield from ((2, f"{start}{middle}x{next_middle}{end}") for end in ends)
    if not final and lead == "ㅇ":
        glide = vowel + {"ㅣ": "이", "ㅜ": "우"}.get(next_vowel, "-")
        yield from ((2, start + middle + end) for middle in forms.vowels.get(glide, ()) for end in ends)
