"""Short forms of Korean names: country or last word left out, word clipped, words cut to their first syllable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.matching.forms import Forms
from kg.matching.normal import compact, is_hangul

MIN_PUBLIC_REST = 4  # syllables that must remain before 공사 or 공단 is left off


@dataclass(frozen=True)
class Shortened:
    """A form that a name may take, and each step that made it: (rule, word left out, its replacement)."""

    text: str
    steps: tuple[tuple[str, str, str], ...]

    @property
    def used(self) -> set[str]:
        return {word for _, word, _ in self.steps}


def shortened(core: str, forms: Forms) -> list[Shortened]:
    """All forms that the rules derive from a name; each rule is used at most once.

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
    is_protected = any(text.startswith(word) for word in forms.words("clip-not"))
    for long, short in forms.pairs("clip"):
        if long in text and not is_protected:
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

    Word boundaries are not printed, so the pattern is one syllable, then one to ``max_gap`` syllables left out,
    repeated; only the last word may be complete. A body (협회, 공단 …) keeps the start of its last word. Two syllables
    before a gap are not initials, because leaving a syllable out there gives another firm.

    >>> from kg.matching.forms import read_forms
    >>> is_initials("가나중앙회", "가람나무중앙회", read_forms(), 2)
    True
    >>> is_initials("가람홍차", "가람새홍차", read_forms(), 2)
    False
    """
    cut, whole = compact(short), compact(full)
    while cut and whole and cut[0] == whole[0] and not is_hangul(cut[0]):
        cut, whole = cut[1:], whole[1:]
    latin = len(compact(short)) - len(cut)
    if not (is_hangul(cut) and is_hangul(whole)) or len(cut) < 3 - min(latin, 1) or cut[0] != whole[0]:
        return False
    body = _tail_word(whole, forms.words("body"))
    if not body:
        return _clipped(cut, whole, max_gap, 2)
    head = whole[: -len(body)]
    for end in (body, body[0]):
        if cut.endswith(end) and _clipped(cut[: -len(end)], head, max_gap, 2 if len(end) > 1 else 1):
            return True
    return False


def _clipped(cut: str, whole: str, max_gap: int, least: int) -> bool:
    """Whether ``cut`` has the first syllables of ``whole`` divided into at least ``least`` words."""
    if not cut:
        return not whole and least <= 0
    if not whole or cut[0] != whole[0]:
        return False
    return any(
        _clipped(cut[1:], whole[size:], max_gap, least - 1) for size in range(2, max_gap + 2) if size <= len(whole)
    )


def is_part(short: str, full: str) -> bool:
    """Whether the characters of ``short`` occur in ``full`` in this order."""
    rest = iter(full)
    return all(char in rest for char in short)
