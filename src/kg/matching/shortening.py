"""How Korean names are cut short: country left out, word clipped, tail left off, words cut to their first syllable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.matching.forms import Forms
from kg.matching.normal import compact, is_hangul

MIN_PUBLIC_REST = 4  # syllables that must remain before 공사 or 공단 is left off


@dataclass(frozen=True)
class Shortened:
    """A form that a name may take, and each step that made it: (rule, word left out, what stands in its place)."""

    text: str
    steps: tuple[tuple[str, str, str], ...]

    @property
    def used(self) -> set[str]:
        return {word for _, word, _ in self.steps}


def shortened(core: str, forms: Forms) -> list[Shortened]:
    """All forms that the rules make of a name; each rule is used once at most.

    >>> from kg.matching.forms import read_forms
    >>> sorted(form.text for form in shortened("가람자동차", read_forms()))
    ['가람차']
    """
    start = Shortened(core, ())
    seen = {core: start}
    waiting = [start]
    while waiting:
        form = waiting.pop(0)
        done = {rule for rule, _, _ in form.steps}
        for rule, word, short, text in _steps(form.text, forms):
            if rule not in done and text and text not in seen:
                seen[text] = Shortened(text, (*form.steps, (rule, word, short)))
                waiting.append(seen[text])
    del seen[core]
    return list(seen.values())


def _steps(text: str, forms: Forms) -> Iterator[tuple[str, str, str, str]]:
    body = _tail_word(text, forms.words("body"))
    for word in forms.words("national"):
        if text.startswith(word):
            yield "national", word, "", text[len(word) :].lstrip()
            break
    kept = any(text.startswith(word) for word in forms.words("clip-not"))
    for long, short in forms.pairs("clip"):
        if long in text and not kept:
            yield "clip", long, short, text.replace(long, short)
    for word in forms.words("tail"):
        if text.endswith(word):
            rest = text[: -len(word)].rstrip()
            public = word == body and len(rest) >= MIN_PUBLIC_REST
            if public or (word != body and _tail_word(rest, forms.words("field"))):
                yield "tail", word, "", rest
    if body:
        for word in forms.words("tail"):
            head = text[: -len(body)]
            if head.endswith(word) and len(head) > len(word) + 1:
                yield "inside", word, "", head[: -len(word)] + body


def _tail_word(text: str, words: tuple[str, ...]) -> str:
    return next((word for word in words if text.endswith(word) and len(text) > len(word)), "")


def without_country(core: str, forms: Forms) -> str:
    """The name without 한국, 대한 and the like before it, or the name itself."""
    word = next((word for word in forms.words("national") if core.startswith(word)), "")
    rest = core[len(word) :].lstrip()
    return rest or core


def is_initials(short: str, full: str, forms: Forms, max_gap: int) -> bool:
    """Whether ``short`` has the first syllable of each word of ``full``.

    Where the words end is not printed, so: one syllable, then one to ``max_gap`` left out, and again; only the last
    word may stand whole. A body (협회, 공단 …) keeps the start of its own last word. Two syllables before a gap
    are no initials: a syllable left out there makes another firm.

    >>> from kg.matching.forms import read_forms
    >>> is_initials("가나중앙회", "가람나무중앙회", read_forms(), 2)
    True
    >>> is_initials("가람홍차", "가람새홍차", read_forms(), 2)
    False
    """
    one, other = compact(short), compact(full)
    while one and other and one[0] == other[0] and not is_hangul(one[0]):
        one, other = one[1:], other[1:]
    latin = len(compact(short)) - len(one)
    if not (is_hangul(one) and is_hangul(other)) or len(one) < 3 - min(latin, 1) or one[0] != other[0]:
        return False
    body = _tail_word(other, forms.words("body"))
    if not body:
        return _clipped(one, other, max_gap, 2)
    head = other[: -len(body)]
    for end in (body, body[0]):
        if one.endswith(end) and _clipped(one[: -len(end)], head, max_gap, 2 if len(end) > 1 else 1):
            return True
    return False


def _clipped(one: str, other: str, max_gap: int, least: int) -> bool:
    """Whether ``one`` has the first syllables of ``other`` cut into at least ``least`` words."""
    if not one:
        return not other and least <= 0
    if not other or one[0] != other[0]:
        return False
    return any(
        _clipped(one[1:], other[size:], max_gap, least - 1) for size in range(2, max_gap + 2) if size <= len(other)
    )


def is_part(short: str, full: str) -> bool:
    """Whether the characters of ``short`` stand in ``full`` in this order."""
    rest = iter(full)
    return all(char in rest for char in short)
