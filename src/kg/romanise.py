# ruff: noqa: SIM905  # the tables are easiest to read as text
"""Romanisation of Korean names for which no source gives an English name; the result is always marked as generated.

This is our own code because no library fits (2026): korean-romanizer is under the GPL; hangul-romanize and kroman
do not implement all sound rules and have not changed since 2020 and 2015; koroman (MIT) merges ㄱ, ㄷ, ㅂ with a
following ㅎ even in nouns: 협회 becomes hyeopoe, where the rules give Hyeophoe.
"""

from __future__ import annotations

import re

from kg.values import nfc

# Revised Romanization of Korean (National Institute of the Korean Language, 2000), letters in the order of Unicode
_INITIALS = "g kk n d tt r m b pp s ss - j jj ch k t p h".replace("-", "").split(" ")
_VOWELS = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split()
_FINALS = " k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split(" ")
# a final before a vowel: the end of its syllable, and the start of the next
_CARRIED = " / /g /kk k/s /n n/j /n /d /r l/g l/m l/b l/s l/t l/p /r /m /b p/s /s /ss ng/ /j /ch /k /t /p /".strip(
    " "
).split(" ")
_NASAL = {"k": "ng", "t": "n", "p": "m"}
_ASPIRATED = {"g": "k", "d": "t", "j": "ch"}
_N, _R, _M, _S, _SILENT, _H = 2, 5, 6, 9, 11, 18  # places of initials
_D_FINAL, _T_FINAL, _H_FINAL, _I = 7, 25, 27, 20
_H_FINALS = {6: "n", 15: "l", 27: ""}  # finals with ㅎ, and what remains of them


def romanised(name: str) -> str:
    """The name by the Revised Romanization; each run of Hangul begins with a capital, other letters are unchanged.

    Follows the sounds: 신라 Silla, 독립 Dongnip, 백마 Baengma. Sounds that depend on the parts of a compound
    (학여울, 신문로) cannot be derived from its letters; the general rules apply.

    >>> romanised("한국수자원공사"), romanised("LG전자"), romanised("신라")
    ('Hanguksujawongongsa', 'LG Jeonja', 'Silla')
    """
    text = nfc(name)
    runs = re.findall(r"[가-힣]+|[^가-힣]+", text)
    romanised_text = ""
    for run in runs:
        hangul = "가" <= run[0] <= "힣"
        part = _run(run).capitalize() if hangul else run
        if romanised_text and (romanised_text[-1].isalnum() and part[:1].isalnum()):
            romanised_text += " "
        romanised_text += part
    return romanised_text


def _run(text: str) -> str:
    parts = []
    syllables = [_letters(letter) for letter in text]
    following: list[tuple[int, int, int] | None] = [*syllables[1:], None]
    opening = _INITIALS[syllables[0][0]]
    for (_, vowel, final), after in zip(syllables, following, strict=True):
        closing, opening_after = _between(final, after)
        parts.append(opening + _VOWELS[vowel] + closing)
        opening = opening_after
    return "".join(parts)


def _letters(syllable: str) -> tuple[int, int, int]:
    place = ord(syllable) - ord("가")
    return place // 588, place % 588 // 28, place % 28


def _between(final: int, after: tuple[int, int, int] | None) -> tuple[str, str]:
    """How a final closes its syllable, and how the next one begins."""
    if after is None:
        return _FINALS[final], ""
    initial, vowel, _ = after
    if initial == _SILENT:
        if vowel == _I and final in (_D_FINAL, _T_FINAL):
            return "", "j" if final == _D_FINAL else "ch"
        closing, _, opening = _CARRIED[final].partition("/")
        return closing, opening
    opening = _INITIALS[initial]
    if final in _H_FINALS and opening in _ASPIRATED:
        return _H_FINALS[final], _ASPIRATED[opening]
    closing = _FINALS[final]
    if initial in (_N, _M):
        if closing == "l" and initial == _N:
            return "l", "l"
        return _NASAL.get(closing, closing), opening
    if initial == _R and closing:
        if closing in ("l", "n"):
            return "l", "l"
        return _NASAL.get(closing, closing), "n"
    if final == _H_FINAL and initial == _S:  # 좋소 Joso
        return "", opening
    if initial == _H and final in (22, 23):  # ㅈ, ㅊ before ㅎ
        return "", "ch"
    return closing, opening
