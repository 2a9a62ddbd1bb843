"""Other spellings of a name: letters and figures as read aloud, hanja, and old spellings of loan words.

:func:`keys` gives the keys under which spellings of one name meet. :func:`reads_as` compares Hangul with Latin script.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product

from kg.matching.forms import Forms
from kg.matching.normal import compact

_LATIN = re.compile(r"[A-Za-z&+]+")
_READ_ALOUD = re.compile("[A-Za-z0-9&+\u3400-\u9fff]")  # characters that have a reading in Hangul
MAX_LETTERS = 6  # a longer run of Latin letters is a word, not initials
MAX_LOWER_CASE = 4  # lower-case names up to this length may be initials
MAX_READINGS = 32
LITERAL, USUAL, RARE = range(3)  # the name itself, its usual reading, a reading that matches only a literal name


def keys(text: str, forms: Forms) -> dict[str, int]:
    """Keys of a name, each with its distance from the name: ``LITERAL``, ``USUAL`` or ``RARE``; see :func:`meet`.

    >>> from kg.matching.forms import read_forms
    >>> keys("AB전자", read_forms())
    {'ab전자': 0, '에이비전자': 1, '애이비전자': 2}
    >>> sorted(keys("東洋", read_forms()))
    ['동양', '東洋']
    """
    found = {compact(text): LITERAL}
    if _READ_ALOUD.search(text):
        for key, distance in _spelt(text, forms):
            found.setdefault(key, distance)
    for key, distance in list(found.items()):
        if (usual := _usual_loan_words(key, forms)) != key:
            found.setdefault(usual, max(distance, USUAL))
    return found


def meet(first: int, second: int) -> bool:
    """Whether two names with a common key at these distances are equal.

    A rare reading matches only a name written that way: otherwise 5K and OK, or two hanja names, would be equal.

    >>> meet(RARE, LITERAL), meet(USUAL, USUAL), meet(RARE, USUAL)
    (True, True, False)
    """
    return LITERAL in (first, second) or first == second == USUAL


def _spelt(text: str, forms: Forms) -> Iterator[tuple[str, int]]:
    joined = re.sub(r"[^\w&+]|_", "", re.sub(r"(?i)\band\b", "&", text))
    yield compact(joined), USUAL
    initials = _are_initials(text, joined)
    usual = [forms.letters.get(char.upper(), char) if initials or char in "&+" else char for char in joined]
    yield compact("".join(usual)), USUAL
    choices, at = [], 0
    while at < len(joined):
        char = joined[at]
        figures = re.match("[0-9]+", joined[at:])
        if figures:
            choices.append((figures[0], *_number_names(figures[0], forms)))
            at += len(figures[0])
            continue
        if char in forms.hanja:
            choices.append(tuple(_with_initial_law(forms.hanja[char])))
        elif (initials or char in "&+") and char.upper() in forms.letters:
            choices.append((forms.letters[char.upper()], *forms.other_letters.get(char.upper(), ())))
        else:
            choices.append((char,))
        at += 1
    yield from ((compact("".join(reading)), RARE) for reading in _products(choices))
    if not initials or not any(char in forms.hanja for char in joined):
        return
    letters_kept = [
        (char,) if char not in forms.hanja else tuple(_with_initial_law(forms.hanja[char])) for char in joined
    ]
    yield from ((compact("".join(reading)), RARE) for reading in _products(letters_kept))


def _are_initials(text: str, joined: str) -> bool:
    """Whether the Latin letters of a name are read one by one."""
    runs = [run for run in _LATIN.findall(text) if run.strip("&+")]
    if not runs or any(len(run) > MAX_LETTERS for run in runs):
        return False
    hangul = re.search("[가-힣\u4e00-\u9fff]", text) is not None
    return hangul or joined.upper() == joined or len(joined) <= MAX_LOWER_CASE


def _products(choices: list[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """All readings, or only the first of each part if there are too many."""
    size = 1
    for choice in choices:
        size *= len(choice)
    return product(*choices) if size <= MAX_READINGS else product(*(choice[:1] for choice in choices))


def _number_names(figures: str, forms: Forms) -> list[str]:
    """How figures are read: as a word, figure by figure, and as a number in Sino-Korean.

    Readings that are also names of letters are left out: 이마트 is E마트 and not 2마트.

    >>> from kg.matching.forms import read_forms
    >>> _number_names("11", read_forms())
    ['일레븐', '일일', '원원', '십일']
    """
    found = [name for name in forms.numbers.get(figures, ()) if name not in forms.letters.values()]
    if len(figures) > 1:
        for system in (0, 1):
            found.append("".join(_digit(char, system, forms) for char in figures))
        found += [_sino_korean(figures, forms)] if len(figures) <= 4 and figures[0] != "0" else []
    return [name for name in found if name]


def _digit(char: str, system: int, forms: Forms) -> str:
    names = sorted(forms.numbers.get(char, (char,)), key=lambda name: name not in SINO_KOREAN)
    return names[-1] if system else names[0]


SINO_KOREAN = "영일이삼사오육칠팔구"


def _sino_korean(figures: str, forms: Forms) -> str:
    places = ["", "십", "백", "천"]
    read = ""
    for place, char in zip(range(len(figures) - 1, -1, -1), figures, strict=True):
        if char != "0":
            read += ("" if char == "1" and place else SINO_KOREAN[int(char)]) + places[place]
    return read


def _with_initial_law(readings: Iterable[str]) -> Iterator[str]:
    """The readings, and those that begin a word: 녀 and 여, 룡 and 용."""
    for reading in readings:
        yield reading
        lead, vowel, final = parts(reading)
        softened = vowel in "ㅑㅕㅖㅛㅠㅣㅒ"
        if lead == "ㄹ" or (lead == "ㄴ" and softened):
            yield syllable("ㅇ" if softened else "ㄴ", vowel, final)


def _usual_loan_words(key: str, forms: Forms) -> str:
    pattern, words = forms.loan_words
    return pattern.sub(lambda match: words[match[0]], key)


_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]


def parts(char: str) -> tuple[str, str, str]:
    """Initial, vowel and final of a Hangul syllable; any other character is an initial alone.

    >>> parts("한"), parts("A")
    (('ㅎ', 'ㅏ', 'ㄴ'), ('A', '', ''))
    """
    code = ord(char) - 0xAC00
    if not 0 <= code < 11172:
        return char, "", ""
    return _LEADS[code // 588], _VOWELS[code % 588 // 28], _FINALS[code % 28]


def syllable(lead: str, vowel: str, final: str) -> str:
    """The Hangul syllable of an initial, a vowel and a final."""
    return chr(0xAC00 + (_LEADS.index(lead) * 21 + _VOWELS.index(vowel)) * 28 + _FINALS.index(final))
