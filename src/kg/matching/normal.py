"""A printed name parsed into legal form, brackets and unit, and the keys of equal names."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from kg.matching.forms import Forms, plain
from kg.values import nfd

_SIGNS = str.maketrans({
    "ㆍ": "·", "‧": "·", "•": "·", "・": "·", "＆": "&",
    **dict.fromkeys("[{〔【〈《「『<⟨", "("), **dict.fromkeys("]}〕】〉》」』>⟩", ")"),
})  # fmt: skip
_QUOTED = re.compile(r"[〈《「『<⟨]([^〈《「『<⟨〉》」』>⟩]*)[〉》」』>⟩]")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_BLANKS_IN_BRACKETS = re.compile(r"(?<=\() +| +(?=\))")
_DROPPED = re.compile(r"[^\w&+]|_")


@dataclass(frozen=True)
class Parsed:
    """A name in its parts. ``core`` is without legal form and brackets; ``inner`` are the bracketed texts.

    ``legal`` holds, for each legal form, what it means; ``unit`` is the division that the name names. ``firm_only``:
    the legal form was between firm and division, so ``core`` is the firm alone. ``texts`` are the forms that may equal
    another name.
    """

    text: str
    whole: str
    core: str
    inner: tuple[str, ...]
    former: tuple[str, ...]
    legal: frozenset[frozenset[str]]
    unit: str
    texts: tuple[str, ...]
    firm_only: bool = False

    @cached_property
    def key(self) -> str:
        return compact(self.core)


def clean(text: str) -> str:
    """The name with unified characters: compatibility forms, middle dots, brackets, white space.

    Quotation brackets around the whole name and invisible characters are removed.

    >>> clean("㈜ 가람 "), clean("〔 주 〕가람"), clean("「가람」")
    ('(주) 가람', '(주)가람', '가람')
    """
    shown = "".join(char for char in text if unicodedata.category(char) != "Cf").strip()
    if quoted := _QUOTED.fullmatch(shown):
        shown = quoted[1]
    blank = " ".join(plain(shown.translate(_SIGNS)).translate(_SIGNS).split())
    return _BLANKS_IN_BRACKETS.sub("", blank)


def compact(text: str) -> str:
    """The letters, digits, ``&`` and ``+`` of a name, in lower case.

    >>> compact("AB C&D"), compact("대·중소기업")
    ('abc&d', '대중소기업')
    """
    return _DROPPED.sub("", text).casefold()


def strip_legal(text: str, forms: Forms) -> str:
    """``text`` without the legal forms at its ends, longest first; a name of legal forms only is unchanged.

    >>> from kg.matching.forms import read_forms
    >>> strip_legal("(주)가람", read_forms()), strip_legal("Acme Co., Ltd.", read_forms())
    ('가람', 'Acme')
    """
    return forms.legal.split(text)[0]


def parse(name: str, forms: Forms) -> Parsed:
    """Parse a printed name; ``unit`` is the division that it names, without words such as 부문."""
    whole = clean(name)
    outer, legal = forms.legal.split(whole)
    inner: list[str] = []
    former: list[str] = []
    for part in _BRACKETS.findall(outer):
        means = forms.legal.means(part)
        old = _former(part.strip(), forms)
        if means is not None:
            legal |= {means}
        elif old:
            former.append(old)
        else:
            several = re.split("[,/]", part) if "." not in part else [part]  # Co., Ltd. is one legal form
            inner += [text.strip() for text in several if text.strip()]
    unit = ""
    texts: tuple[str, ...] = (whole,)
    if middle := forms.legal.middle(outer):  # a firm and its division: SK주식회사 C&C is not SK C&C
        legal |= {middle.means}
        outer, unit = middle.before, middle.after
        if any(unit.endswith(word) for word in forms.words("unit") + forms.words("site")):
            texts = (whole, f"{outer} {unit}")
    bare, more = forms.legal.split(" ".join(_BRACKETS.sub(" ", outer).split()) or outer)
    firm_only = bool(unit)
    unit = compact(_unit_core(unit or _unit_of(bare, inner, forms), forms))
    texts = texts if firm_only else (whole, bare)
    return Parsed(name, whole, bare, tuple(inner), tuple(former), legal | more, unit, texts, firm_only)


def _former(part: str, forms: Forms) -> str:
    for word in forms.words("former"):
        if part.startswith(word):
            return part[len(word) :].strip()
    for word in forms.words("former-apart"):
        if part.startswith(word + " "):
            return part[len(word) :].strip()
    return ""


def _is_unit(text: str, forms: Forms) -> bool:
    return text in forms.words("field") or any(text.endswith(mark) for mark in forms.words("unit"))


def _unit_of(bare: str, inner: list[str], forms: Forms) -> str:
    for part in inner:
        if _is_unit(part, forms):
            return part
    for mark in forms.words("unit"):
        if bare.endswith(mark) and len(bare) > len(mark) + 1:
            rest = bare[: -len(mark)].rstrip()
            return rest.rpartition(" ")[2] + mark if " " in rest else bare
    return ""


def _unit_core(unit: str, forms: Forms) -> str:
    for mark in forms.words("unit"):
        if unit.endswith(mark) and unit != mark:
            return unit[: -len(mark)].rstrip()
    return unit


def jamo(text: str) -> str:
    """NFD of the compact text: one wrong vowel is one wrong character.

    >>> len(jamo("서")), len(jamo("설"))
    (2, 3)
    """
    return nfd(compact(text))


def is_hangul(text: str) -> bool:
    """Whether the text is Hangul syllables and nothing else.

    >>> is_hangul("가람"), is_hangul("AB전자"), is_hangul("")
    (True, False, False)
    """
    return bool(text) and all("가" <= char <= "힣" for char in text)
