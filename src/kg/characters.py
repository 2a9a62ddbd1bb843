"""Invisible characters, which are not allowed in a cell because they make different texts look the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from kg.errors import Text

# Control characters except tab, line feed and carriage return; line and paragraph separators; noncharacters; and the
# code points that Unicode calls default-ignorable (DerivedCoreProperties.txt): joiners, marks of direction,
# invisible operators, fillers, variation selectors, tags, byte order mark.
_RANGES = (
    (0x00, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C),
    (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F),
    (0x3164, 0x3164), (0xFDD0, 0xFDEF), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB),
    (0xFFFE, 0xFFFF), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    *((plane * 0x10000 + 0xFFFE, plane * 0x10000 + 0xFFFF) for plane in range(1, 17)),
)  # fmt: skip
_HIDDEN = frozenset(code for first, last in _RANGES for code in range(first, last + 1))
# as a character class of a regular expression, to search a column
PATTERN = "[" + "".join(rf"\x{{{first:x}}}-\x{{{last:x}}}" for first, last in _RANGES) + "]"

ZWNJ, ZWJ = "\u200c", "\u200d"
_JOINING = (  # scripts in which a joiner changes the letters beside it
    "ARABIC", "SYRIAC", "MANDAIC", "NKO", "MONGOLIAN", "PHAGS-PA", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI",
    "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "KHMER", "MYANMAR", "TIBETAN", "BALINESE",
    "JAVANESE", "SUNDANESE", "TAI THAM", "MEETEI MAYEK", "BRAHMI", "GRANTHA", "KAITHI", "CHAKMA", "SAURASHTRA",
    "LIMBU", "NEWA", "TIRHUTA", "SHARADA", "MODI", "ADLAM", "HANIFI ROHINGYA", "THAANA", "LEPCHA", "KHUDAWADI",
)  # fmt: skip
_BLACK_FLAG, _CANCEL_TAG = "\U0001f3f4", "\U000e007f"
_ALIASES = {  # control characters have no name in Unicode, only aliases
    code: name
    for name in (
        "NULL", "BACKSPACE", "ESCAPE", "DELETE", "FORM FEED", "LINE TABULATION", "ALERT", "NEXT LINE",
        "CONTROL SEQUENCE INTRODUCER",
    )
    for code in (unicodedata.lookup(name),)
}  # fmt: skip


def hidden_characters(text: str) -> Iterator[str]:
    """The characters of ``text`` that are not allowed because they are invisible, in order.

    Allowed are a joiner between letters of a script that needs it or between emoji, a variation selector after a
    character that has variants, the tags of a flag after the flag, and a Hangul filler next to a jamo.

    >>> [describe(sign) for sign in hidden_characters("삼\\u200b성")]
    ['U+200B ZERO WIDTH SPACE']
    >>> list(hidden_characters("नमस\\u094d\\u200dते"))
    []
    """
    for place, sign in enumerate(text):
        if ord(sign) in _HIDDEN and not _needed(text, place):
            yield sign


def describe(sign: str) -> str:
    """Code point and name of a character.

    >>> describe("\\u202e"), describe("\\x01")
    ('U+202E RIGHT-TO-LEFT OVERRIDE', 'U+0001 CONTROL')
    """
    fallback = _ALIASES.get(sign, "CONTROL" if unicodedata.category(sign) == "Cc" else "NONCHARACTER")
    return f"U+{ord(sign):04X} {unicodedata.name(sign, fallback)}"


def hidden_text(text: str) -> Text | None:
    """The message about the hidden characters of a text; ``None`` if it has none."""
    hidden = list(dict.fromkeys(hidden_characters(text)))
    if not hidden:
        return None
    listed = ", ".join(map(describe, hidden[:3])) + (", …" if len(hidden) > 3 else "")
    return Text(
        f"보이지 않는 문자가 들어 있습니다({listed}). 지우십시오.",
        f"contains an invisible character ({listed}): remove it.",
    )


def without_hidden(text: str) -> str:
    """``text`` without its hidden characters."""
    return "".join(sign for place, sign in enumerate(text) if ord(sign) not in _HIDDEN or _needed(text, place))


def _needed(text: str, place: int) -> bool:
    sign, before = text[place], text[place - 1] if place else ""
    after = text[place + 1] if place + 1 < len(text) else ""
    code = ord(sign)
    if sign in (ZWNJ, ZWJ):
        return _joins(text, place, before, after, sign)
    if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return _varies(before, code)
    if 0x180B <= code <= 0x180F:
        return _script(before) == "MONGOLIAN"
    if 0xE0020 <= code <= 0xE007F:
        return _in_flag(text, place)
    if 0x115F <= code <= 0x1160:
        return _is_jamo(before) or _is_jamo(after)
    return False


def _joins(text: str, place: int, before: str, after: str, sign: str) -> bool:
    if sign == ZWJ and _is_pictograph(_base(text, place)) and (_is_pictograph(after) or after == "↔"):
        return True
    script = _script(before)
    if not script or script != (_script(after) or script):
        return False
    # at the end of a word a joiner shows the joined form of a letter, or of a consonant with a virama
    return bool(_script(after)) or script in _CURSIVE or unicodedata.category(before) in ("Mn", "Mc")


_CURSIVE = {"ARABIC", "SYRIAC", "MANDAIC", "NKO", "MONGOLIAN", "ADLAM"}


def _varies(before: str, code: int) -> bool:
    """Whether the character before a variation selector has such a variant."""
    name = unicodedata.name(before, "") if before else ""
    if name.startswith("CJK "):
        return True
    if code in (0xFE0E, 0xFE0F):  # as text or as emoji
        return before in ("#", "*", "‼", "⁉", "〰", "ℹ") or (bool(before) and unicodedata.category(before)[0] in "SN")
    return code < 0xFE0E and (name.startswith(("MYANMAR ", "PHAGS-PA ")) or unicodedata.category(before or "a") == "Sm")


def _base(text: str, place: int) -> str:
    """The emoji before a joiner, past its variation selector and skin tone."""
    while place and (text[place - 1] == "\ufe0f" or 0x1F3FB <= ord(text[place - 1]) <= 0x1F3FF):
        place -= 1
    return text[place - 1] if place else ""


def _is_pictograph(sign: str) -> bool:
    return bool(sign) and unicodedata.category(sign) == "So" and ord(sign) >= 0x203C


def _script(sign: str) -> str:
    """The script of a letter or mark among those that need joiners; empty for any other character."""
    if not sign or unicodedata.category(sign)[0] not in "LM":
        return ""
    name = unicodedata.name(sign, "")
    return next((script for script in _JOINING if name.startswith(f"{script} ")), "")


def _in_flag(text: str, place: int) -> bool:
    start = place
    while start and 0xE0020 <= ord(text[start - 1]) <= 0xE007E:
        start -= 1
    end = place
    while end < len(text) and 0xE0020 <= ord(text[end]) <= 0xE007E:
        end += 1
    return text[start - 1 : start] == _BLACK_FLAG and text[end : end + 1] == _CANCEL_TAG


def _is_jamo(sign: str) -> bool:
    code = ord(sign) if sign else 0
    return (
        (0x1100 <= code <= 0x11FF and not 0x115F <= code <= 0x1160)
        or 0xA960 <= code <= 0xA97C
        or (0xD7B0 <= code <= 0xD7FB)
    )
