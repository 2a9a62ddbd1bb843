"""A printed name taken apart: legal form, brackets, unit; and the keys under which equal names meet."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from kg.matching.forms import Forms
from kg.values import nfd

_DOTS = str.maketrans({"ㆍ": "·", "‧": "·", "•": "·", "・": "·", "＆": "&"})
_BRACKETS = re.compile(r"\(([^()]*)\)")
_DROPPED = re.compile(r"[^\w&]|_")
_LATIN = re.compile(r"[A-Za-z&]+")
MAX_LETTERS = 6  # a longer run of Latin letters is a word, not initials
MAX_READINGS = 32


@dataclass(frozen=True)
class Parsed:
    """A name in its parts. ``core`` is without legal form and brackets; ``inner`` are the bracketed texts."""

    text: str
    whole: str
    core: str
    inner: tuple[str, ...]
    former: tuple[str, ...]
    legal: frozenset[str]
    unit: str

    @cached_property
    def key(self) -> str:
        return compact(self.core)


def clean(text: str) -> str:
    """One form for signs that mean the same: compatibility forms, middle dots, runs of white space.

    >>> clean("㈜ 가람 ")
    '(주) 가람'
    """
    return " ".join(unicodedata.normalize("NFKC", text.translate(_DOTS)).split())


def compact(text: str) -> str:
    """Letters, digits and ``&`` alone, in one case.

    >>> compact("AB C&D"), compact("대·중소기업")
    ('abc&d', '대중소기업')
    """
    return _DROPPED.sub("", text).casefold()


def strip_legal(text: str, forms: Forms) -> str:
    """``text`` without the legal forms at its ends, longest first; a name that is nothing else stays.

    >>> from kg.matching.forms import read_forms
    >>> strip_legal("(주)가람", read_forms()), strip_legal("Acme Co., Ltd.", read_forms())
    ('가람', 'Acme')
    """
    return split_legal(text, forms)[0]


def split_legal(text: str, forms: Forms) -> tuple[str, frozenset[str]]:
    """The same, with what the forms taken off mean."""
    found: set[str] = set()
    shorter = True
    while shorter:
        shorter = False
        for form, means in forms.legal.items():
            rest = _without(text, form)
            if rest:
                text, shorter = rest, True
                found.add(means)
                break
    return text, frozenset(found)


def _without(text: str, form: str) -> str:
    latin = form[0].isascii() and form[0].isalpha()
    if text.endswith(form):
        rest = text[: -len(form)]
        if not latin or rest[-1:] in (" ", ","):
            return rest.rstrip(" ,")
    if text.startswith(form) and not latin:
        return text[len(form) :].lstrip()
    return ""


def parse(text: str, forms: Forms) -> Parsed:
    """Take a printed name apart; ``unit`` is the division it names, without 부문 and the like."""
    whole = clean(text)
    outer, legal = split_legal(whole, forms)
    inner: list[str] = []
    former: list[str] = []
    for part in _BRACKETS.findall(outer):
        name = _former(part.strip(), forms)
        (former if name else inner).append(name or part.strip())
    unit, middle = "", _middle_legal(outer, forms)
    if middle:
        outer, unit, form = middle
        legal |= {form}
    bare, more = split_legal(" ".join(_BRACKETS.sub(" ", outer).split()) or outer, forms)
    if not unit:
        unit = _unit_of(bare, inner, forms)
    return Parsed(text, whole, bare, tuple(inner), tuple(former), legal | more, compact(_unit_core(unit, forms)))


def _former(part: str, forms: Forms) -> str:
    for word in forms.words("former"):
        if part.startswith(word):
            return part[len(word) :].strip()
    for word in forms.words("former-apart"):
        if part.startswith(word + " "):
            return part[len(word) :].strip()
    return ""


def _middle_legal(text: str, forms: Forms) -> tuple[str, str, str] | None:
    """A firm, its legal form, and more after it: the rest names a division of the firm."""
    for form in forms.legal:
        if form[0].isascii() and form[0].isalpha():
            continue
        before, found, after = text.partition(form)
        if found and before.strip() and after.strip() and not after.strip().startswith("("):
            return before.strip(), after.strip(), forms.legal[form]
    return None


def _unit_of(bare: str, inner: list[str], forms: Forms) -> str:
    fields, marks = set(forms.words("field")), forms.words("unit")
    for part in inner:
        if part in fields or any(part.endswith(mark) for mark in marks):
            return part
    for mark in marks:
        if bare.endswith(mark) and len(bare) > len(mark) + 1:
            rest = bare[: -len(mark)].rstrip()
            return rest.rpartition(" ")[2] + mark if " " in rest else bare
    return ""


def _unit_core(unit: str, forms: Forms) -> str:
    for mark in forms.words("unit"):
        if unit.endswith(mark) and unit != mark:
            return unit[: -len(mark)].rstrip()
    return unit


def keys(text: str, forms: Forms) -> dict[str, bool]:
    """Keys of a name: compact, and with its Latin letters spelt in Hangul (True where a less usual reading was used).

    >>> from kg.matching.forms import read_forms
    >>> sorted(keys("AB전자", read_forms()))
    ['ab전자', '에이비전자']
    """
    found = {compact(text): False}
    runs = [run for run in _LATIN.findall(text) if run != "&"]
    hangul = re.search("[가-힣]", text) is not None
    joined = re.sub(r"[^\w&]|_", "", text)
    if not any(char.isascii() and char.isalpha() for char in joined):
        return found
    if any(len(run) > MAX_LETTERS for run in runs) or not (hangul or joined.upper() == joined):
        return found
    usual = [forms.letters.get(char.upper(), char) for char in joined]
    found[compact("".join(usual))] = False
    choices = [(name, *forms.other_letters.get(char.upper(), ())) for name, char in zip(usual, joined, strict=True)]
    size = 1
    for choice in choices:
        size *= len(choice)
    if 1 < size <= MAX_READINGS:
        for reading in product(*choices):
            found.setdefault(compact("".join(reading)), True)
    return found


def jamo(text: str) -> str:
    """NFD of the compact text: one wrong vowel is one wrong character.

    >>> len(jamo("서")), len(jamo("설"))
    (2, 3)
    """
    return nfd(compact(text))


def romanised(hangul: str, forms: Forms) -> re.Pattern[str]:
    """What a Hangul word may be in Latin letters, as a pattern over lower case.

    >>> from kg.matching.forms import read_forms
    >>> bool(romanised("모나코", read_forms()).fullmatch("monaco"))
    True
    """
    parts, position = [], 0
    while position < len(hangul):
        lead, vowel, final = _syllable(hangul[position])
        glide = vowel + hangul[position + 1 : position + 2]
        if not final and glide in forms.vowels:
            nucleus, position = forms.vowels[glide], position + 1
            alone = forms.vowels.get(vowel, "")
            nucleus = f"{nucleus}|(?:{alone})(?:{forms.vowels.get('ㅣ' if glide[-1] == '이' else 'ㅜ', '')})"
        else:
            nucleus = forms.vowels.get(vowel, "")
        parts.append(f"(?:{forms.initials.get(lead, lead)})(?:{nucleus})")
        if final:
            parts.append(f"(?:{forms.finals.get(final, '')})")
        position += 1
    return re.compile("".join(parts))


_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]


def _syllable(char: str) -> tuple[str, str, str]:
    code = ord(char) - 0xAC00
    if not 0 <= code < 11172:
        return char, "", ""
    return _LEADS[code // 588], _VOWELS[code % 588 // 28], _FINALS[code % 28]


def is_hangul(text: str) -> bool:
    return bool(text) and all("가" <= char <= "힣" for char in text)
