"""Finds legal forms in printed names: at the ends, in the middle, in brackets, spaced out, with or without dots."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple


class LegalForm(NamedTuple):
    """One legal form. ``means`` are the kinds of corporation that it may name: two forms agree if they share one.

    A form without a meaning agrees with any other. ``place``: ``apart`` for a form that occurs only in front, with
    a blank after it; ``office`` for one only after words such as 법무법인. ``english`` forms are found in any
    letter case, and after Hangul as well.
    """

    form: str
    means: frozenset[str]
    place: str = ""
    english: bool = False


class Middle(NamedTuple):
    """A name with a legal form inside: what is before it, what is after it, and what the form means."""

    before: str
    after: str
    means: frozenset[str]


def agree(first: Iterable[frozenset[str]], second: Iterable[frozenset[str]]) -> bool:
    """Whether two names may have one legal form: one of them has none, or a form of each shares a meaning.

    >>> agree([frozenset({"stock"})], []), agree([frozenset({"stock"})], [frozenset({"foundation"})])
    (True, False)
    """
    first_meanings, second_meanings = [means for means in first if means], [means for means in second if means]
    return (
        not first_meanings
        or not second_meanings
        or any(means & meanings for means in first_meanings for meanings in second_meanings)
    )


@dataclass(frozen=True)
class _Matcher:
    """One pattern of many alternatives, and the form of each alternative."""

    pattern: re.Pattern[str]
    forms: tuple[LegalForm, ...]

    def form(self, match: re.Match[str]) -> LegalForm:
        return self.forms[int((match.lastgroup or "f0")[1:])]


_MARKS = re.compile("[()A-Za-z]")


class LegalForms:
    """Finds the legal forms of a list in names that :func:`kg.matching.normal.clean` has cleaned.

    ``offices``: words that are part of the name and may be followed by a legal form (법무법인, 회계법인); ``bodies``:
    words that are not names on their own, so that nothing is removed before them.
    """

    def __init__(self, forms: tuple[LegalForm, ...], offices: tuple[str, ...], bodies: tuple[str, ...]) -> None:
        ordered = tuple(sorted(forms, key=lambda form: (-len(form.form), form.form)))
        self.bodies = frozenset(bodies)
        korean = tuple(form for form in ordered if not _is_latin(form.form))
        self._front = _alternatives(tuple(form for form in korean if form.place != "office"), _front)
        self._end = _alternatives(tuple(form for form in ordered if not form.place), _end)
        self._inside = _alternatives(tuple(form for form in korean if not form.place), _inside)
        self._words = tuple(form.form for form in korean if not form.form.startswith("("))
        self._bare = {_letters(form.form): form for form in korean}
        after = [_inside(form) if not form.place else f"{form.form}(?= |$)" for form in korean if form.place != "apart"]
        self._office = re.compile(f"({_any(map(re.escape, offices))}) ?(?:{_any(after)}) ?")

    def split(self, text: str) -> tuple[str, frozenset[frozenset[str]]]:
        """``text`` without the legal forms at its ends, longest first, and what those forms mean."""
        if self._is_bare(text):
            return text, frozenset()
        text, count = self._office.subn(r"\1 ", text, count=1)
        found: set[frozenset[str]] = {frozenset()} if count else set()
        text = text.strip()
        while True:
            shortened = self._take(text)
            if shortened is None:
                return text, frozenset(found)
            text = shortened[0]
            found.add(shortened[1])

    def middle(self, text: str) -> Middle | None:
        """The legal form inside ``text``, if there is one with a name before it and more after it."""
        for match in self._inside.pattern.finditer(text) if not self._is_bare(text) else ():
            before, after = text[: match.start()].strip(), text[match.end() :].strip()
            if before and after and not after.startswith("("):
                return Middle(before, after, self._inside.form(match).means)
        return None

    def means(self, text: str) -> frozenset[str] | None:
        """The meaning of a text in brackets that is only a legal form."""
        form = self._bare.get(_letters(text))
        return form.means if form else None

    def _is_bare(self, text: str) -> bool:
        """Whether the text certainly has no legal form: a quick test, because most names have none."""
        if _MARKS.search(text):
            return False
        squeezed = text.replace(" ", "")
        return not any(word in squeezed for word in self._words)

    def _take(self, text: str) -> tuple[str, frozenset[str]] | None:
        for matcher in (self._front, self._end):
            match = matcher.pattern.search(text)
            if match is None:
                continue
            rest = (text[: match.start()] + text[match.end() :]).strip(" ,")
            if re.search(r"\w", rest) and rest not in self.bodies:
                return rest, matcher.form(match).means
        return None


def _any(patterns: Iterable[str]) -> str:
    return "|".join(patterns) or "(?!)"


def _alternatives(forms: tuple[LegalForm, ...], pattern: Callable[[LegalForm], str]) -> _Matcher:
    parts = [f"(?P<f{number}>{pattern(form)})" for number, form in enumerate(forms)]
    return _Matcher(re.compile(_any(parts)), forms)


def _letters(form: str) -> str:
    return re.sub(r"[() ]", "", form)


def _is_latin(form: str) -> bool:
    return form[0].isascii() and form[0].isalpha()


def _spaced(word: str) -> str:
    """The word, with or without spaces between its letters: 주 식 회 사."""
    return " ?".join(map(re.escape, word))


def _front(form: LegalForm) -> str:
    letters = _spaced(_letters(form.form))
    if form.place == "apart":
        return rf"^{letters} (?=\S)"
    if form.form.startswith("("):
        return rf"^\(?{letters}\)"
    return rf"^(?:\({letters}\)|{letters})"


def _inside(form: LegalForm) -> str:
    letters = _spaced(_letters(form.form))
    return rf"\({letters}\)" if form.form.startswith("(") else rf"(?:\({letters}\)|{letters})"


def _end(form: LegalForm) -> str:
    if not _is_latin(form.form):
        letters = _spaced(_letters(form.form))
        return rf"\({letters}\)?$" if form.form.startswith("(") else rf"(?:\({letters}\)|{letters})$"
    words = [
        r"\.?".join(map(re.escape, word.replace(".", "")))
        if word.replace(".", "").isupper() or "." in word[:-1]
        else re.escape(word.replace(".", ""))
        for word in re.split(r"[ ,]+", form.form)
    ]
    pattern = r"\.?[ ,]*".join(words) + r"\.?,?$"
    if form.english or not (form.form.isupper() or "." in form.form):
        pattern = f"(?i:{pattern})"
    before = r"(?:[ ,]+|(?<=[가-힣)]))" if form.english else r"(?<=[A-Za-z0-9.&])[ ,]+"
    return before + pattern
