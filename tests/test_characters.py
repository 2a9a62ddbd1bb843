"""Invisible characters are named by code point; joiners and selectors may be where a script or an emoji needs them."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.characters import PATTERN, describe, hidden_characters, hidden_text, without_hidden

NAMED = {
    "\x00": "U+0000 NULL",
    "\x1b": "U+001B ESCAPE",
    "\x7f": "U+007F DELETE",
    "\x85": "U+0085 NEXT LINE",
    "\x9b": "U+009B CONTROL SEQUENCE INTRODUCER",
    "\xad": "U+00AD SOFT HYPHEN",
    "\u034f": "U+034F COMBINING",
    "\u061c": "U+061C ARABIC LETTER MARK",
    "\u180e": "U+180E MONGOLIAN VOWEL SEPARATOR",
    "\u200b": "U+200B ZERO WIDTH SPACE",
    "\u200e": "U+200E LEFT-TO-RIGHT MARK",
    "\u200f": "U+200F RIGHT-TO-LEFT MARK",
    "\u2028": "U+2028 LINE SEPARATOR",
    "\u2029": "U+2029 PARAGRAPH SEPARATOR",
    "\u202a": "U+202A LEFT-TO-RIGHT EMBEDDING",
    "\u202e": "U+202E RIGHT-TO-LEFT OVERRIDE",
    "\u2060": "U+2060 WORD JOINER",
    "\u2066": "U+2066 LEFT-TO-RIGHT ISOLATE",
    "\u2069": "U+2069 POP DIRECTIONAL ISOLATE",
    "\u3164": "U+3164 HANGUL FILLER",
    "\ufeff": "U+FEFF ZERO WIDTH NO-BREAK SPACE",
    "\uffa0": "U+FFA0 HALFWIDTH HANGUL",
    "\ufffe": "U+FFFE NONCHARACTER",
    "\U000e0041": "U+E0041 TAG LATIN CAPITAL LETTER A",
    "\x01": "U+0001 CONTROL",
    "\u200d": "U+200D ZERO WIDTH JOINER",
    "\u200c": "U+200C ZERO WIDTH NON-JOINER",
    "\ufe0f": "U+FE0F VARIATION",
    "\u115f": "U+115F HANGUL CHOSEONG FILLER",
    "\U000e0100": "U+E0100 VARIATION SELECTOR-17",
}
NEEDED = [
    "\u0915\u094d\u200d\u0937",
    "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "\u0928\u094d\u200c",
    "\u0d15\u0d4d\u200d",
    "\u0647\u200d",
    "\u1820\u180b",
    "\u115f\u1161",
    "\u1100\u1160\u11a8",
    "👨\u200d👩\u200d👧\u200d👦",
    "👩🏽\u200d🚀",
    "🏳\ufe0f\u200d🌈",
    "❤\ufe0f\u200d🔥",
    "🧔\u200d♂\ufe0f",
    "1\ufe0f\u20e3",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "葛\U000e0100",
    "☎\ufe0f",
    "🙂\u200d↔\ufe0f",
    "첫째 줄\n둘째 줄\t탭\r",
    "\u00a0\u3000",
    "가나다 ABC 漢字 שלום",
]
MISUSED = [
    "한\u200d글",
    "a\u200cb",
    "\u200d\u0937",
    "가\ufe0f",
    "a\ufe0f",
    "\ufe0f",
    "👨\u200d",
    "👨\u200d ",
    "👨\u200da",
    "가\u180b",
    "🏴\U000e0067\U000e0062",
    "\U000e0067\U000e007f",
    "a\U000e0100",
    "가\u115f",
    "\u0915\u200da",
    "☎\ufe01",
    "क \u200d ष",
]


@pytest.mark.parametrize(("sign", "name"), NAMED.items())
def test_an_invisible_character_is_named_by_code_point(sign: str, name: str) -> None:
    assert [describe(found) for found in hidden_characters(f"앞 {sign} 뒤")] == [describe(sign)]
    assert describe(sign).startswith(name)
    text = hidden_text(f"앞 {sign} 뒤")
    assert text and describe(sign) in text.en and describe(sign) in text.ko


@pytest.mark.parametrize("text", NEEDED)
def test_characters_needed_by_scripts_and_emoji_are_allowed(text: str) -> None:
    assert list(hidden_characters(text)) == []
    assert hidden_text(text) is None and without_hidden(text) == text


@pytest.mark.parametrize("text", MISUSED)
def test_the_same_characters_are_refused_elsewhere(text: str) -> None:
    assert list(hidden_characters(text))


def test_several_are_named_once_each_and_the_rest_is_hinted_at() -> None:
    text = hidden_text("\u200b\u200b\u202e\ufeff\x01")
    assert text and text.en.count("U+200B") == 1 and "U+FEFF" in text.en and "…" in text.en
    assert "U+0001" not in text.en


def _in_pattern(sign: str) -> bool:
    python = re.sub(r"\\x\{([0-9a-f]+)\}", lambda found: f"\\U{int(found[1], 16):08x}", PATTERN)
    return re.fullmatch(python, sign) is not None


@settings(deadline=None, max_examples=50)  # no test depends on the speed of a machine
@given(st.characters(codec="utf-8"))
def test_every_control_and_format_character_is_classified(sign: str) -> None:
    category = unicodedata.category(sign)
    visible = {"ARABIC", "SYRIAC", "KAITHI", "EGYPTIAN", "INTERLINEAR"}  # signs that show something, or hold others
    if category in ("Cc", "Zl", "Zp") and sign not in "\t\n\r":
        assert _in_pattern(sign)
    if category == "Cf" and unicodedata.name(sign, "").split(" ")[0] not in visible:
        assert _in_pattern(sign)
    if category in ("Ll", "Lu", "Nd", "Zs", "Po"):
        assert not _in_pattern(sign)


@settings(deadline=None, max_examples=50)  # no test depends on the speed of a machine
@given(st.text(st.characters(codec="utf-8")))
def test_removing_hidden_characters_leaves_none_of_the_plain_kind(text: str) -> None:
    cleaned = without_hidden(text)
    assert not set("\x00\u200b\u202e\ufeff") & set(cleaned)
    assert [sign for sign in text if not _in_pattern(sign)] == [sign for sign in cleaned if not _in_pattern(sign)]
