"""Matches of a printed name with names of the register that differ in form only.

Each match has the rule, its score, and the reason in words. Weaker matches are in :mod:`.hints`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from kg.errors import Text
from kg.matching.forms import Forms
from kg.matching.legal import agree
from kg.matching.normal import Parsed, compact, is_hangul, parse
from kg.matching.register import Entry, Register
from kg.matching.romanised import latin, reads_as
from kg.matching.spelling import LITERAL, keys, meet, parts


@dataclass(frozen=True)
class Thresholds:
    """How much of a name a rule needs; chosen on one half of the register (docs/matching.md)."""

    short: int = 3  # characters of a name from which a word was left out
    initials_gap: int = 2  # syllables left out after each first syllable
    slip: int = 4  # syllables of a name with two wrong jamo or one wrong syllable
    shared: float = 0.5  # minimum share of names in common for a name to replace another
    similar: float = 0.5  # minimum similarity for a name to be shown


class NameMatch(NamedTuple):
    """A match of a printed name with a name of an organisation, by one rule.

    ``decides``: whether the rule may give the judgement *same* if no other match is equally near.
    """

    organisation: str
    form: str
    rule: str
    score: float
    decides: bool
    reasons: tuple[Text, ...]
    words: frozenset[str] = frozenset()


# rules that decide on their own; all others are hints, which decide only with support from the context
SCORES = {
    "judged": 1.0, "spacing": 0.99, "case": 0.98, "legal-form": 0.98, "letters": 0.96, "hanja": 0.96, "number": 0.96,
    "variant": 0.96, "brackets": 0.95, "unit": 0.95, "national": 0.93, "clip": 0.92, "initials": 0.88,
    "romanised": 0.88,
}  # fmt: skip
HINT = 0.7
HANJA = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_EQUAL_TEXTS = {
    "hanja": ("한자를 한글로 읽으면 같습니다: {ours} = {theirs}.",
              "the same once the hanja are read in Hangul: {ours} = {theirs}"),
    "number": ("숫자를 읽으면 같습니다: {ours} = {theirs}.", "the same once the figures are read: {ours} = {theirs}"),
    "letters": ("로마자를 한글로 적으면 같습니다: {ours} = {theirs}.",
                "the same once the Latin letters are spelt in Hangul: {ours} = {theirs}"),
    "variant": ("외래어 표기만 다릅니다: {ours} = {theirs}.",
                "differs only in the spelling of a loan word: {ours} = {theirs}"),
}  # fmt: skip


def equal_forms(register: Register, parsed: Parsed) -> Iterator[NameMatch]:
    """Names that are the same after legal form, spacing, case, letter names, figures, hanja and loan words."""
    if parsed.inner or parsed.former:
        return
    whole = compact(parsed.whole)
    for text in parsed.texts:
        for key, distance in keys(text, register.forms).items():
            for entry, entry_distance in register.equal.get(key, ()):
                if meet(distance, entry_distance):
                    yield _equal(register, entry, parsed, whole, text)


def _equal(register: Register, entry: Entry, parsed: Parsed, whole: str, text: str) -> NameMatch:
    printed_key, register_key = compact(text), compact(entry.parsed.core)
    reasons = []
    rule = "spacing"
    if whole != compact(entry.parsed.whole) and (parsed.legal or entry.parsed.legal):
        rule = "legal-form"
        reasons.append(Text("법인 표시만 다릅니다.", "differs only in the legal form"))
    if printed_key not in (register_key, compact(entry.parsed.whole)):
        rule = _spelling_rule(printed_key, register_key)
        reasons.append(Text(*(line.format(ours=text, theirs=entry.name) for line in _EQUAL_TEXTS[rule])))
    elif not reasons and parsed.whole.replace(" ", "") != entry.parsed.whole.replace(" ", ""):
        rule = "case"
        reasons.append(Text("대소문자나 기호만 다릅니다.", "differs only in letter case or punctuation"))
    elif not reasons:
        reasons.append(Text("띄어쓰기만 다릅니다.", "differs only in spaces"))
    if not agree(parsed.legal, entry.parsed.legal):
        reasons.append(Text("법인 형태가 서로 다릅니다.", "the two have different legal forms"))
        return NameMatch(entry.organisation, entry.name, rule, 0.8, False, tuple(reasons))
    if _school_and_corporation(parsed, entry.parsed, register.forms):
        reasons.append(Text("학교와 그 학교법인은 다릅니다.", "a school is not its school corporation"))
        return NameMatch(entry.organisation, entry.name, rule, 0.8, False, tuple(reasons))
    return NameMatch(entry.organisation, entry.name, rule, SCORES[rule], True, tuple(reasons))


def _spelling_rule(ours: str, theirs: str) -> str:
    both = ours + theirs
    if HANJA.search(both):
        return "hanja"
    if re.sub("[^0-9]", "", ours) != re.sub("[^0-9]", "", theirs):
        return "number"
    return "letters" if re.search("[a-z&+]", both) else "variant"


SCHOOL = "school"  # meaning of a legal form, and kind of word at the end of a name


def _school_and_corporation(name: Parsed, other_name: Parsed, forms: Forms) -> bool:
    corporation = [any(SCHOOL in means for means in parsed.legal) for parsed in (name, other_name)]
    return corporation[0] != corporation[1] and any(name.core.endswith(word) for word in forms.words(SCHOOL))


def units(register: Register, parsed: Parsed) -> Iterator[NameMatch]:
    """Matches of a division, in any way of joining firm and field; the firm itself is a different organisation."""
    head = parsed.core
    if parsed.unit and not parsed.inner and not parsed.legal:
        head = parsed.core[: max(parsed.core.rfind(" "), 0)]
    ends = [parsed.unit] if parsed.unit else [compact(part) for part in parsed.inner]
    for end in filter(None, ends):
        for key in keys(head, register.forms) if head else {"": LITERAL}:
            for tail in keys(end, register.forms) | keys(end.upper(), register.forms):
                for entry in register.units.get(key + tail, ()):
                    yield NameMatch(
                        entry.organisation,
                        entry.name,
                        "unit",
                        SCORES["unit"],
                        True,
                        (
                            Text(
                                f"같은 기업의 같은 부문입니다: {entry.name}.",
                                f"the same division of the same firm: {entry.name}",
                            ),
                        ),
                    )


def brackets(register: Register, parsed: Parsed) -> Iterator[NameMatch]:
    """The name before the brackets decides; the text inside is a former name, an abbreviation, or a division."""
    if parsed.unit:
        return
    yield from _bracketed_entries(register, parsed)
    if not (parsed.inner or parsed.former):
        return
    outer = {e.organisation: e for e in equal_forms(register, parse(parsed.core, register.forms))}
    inner = {body for part in parsed.inner for body in register.owners(part)}
    for body, found in outer.items():
        decides = bool(parsed.former) or body in inner or (not inner - {body} and _abbreviates(parsed, register.forms))
        yield _before_brackets(body, found.form, parsed, decides and found.decides)
    for body in sorted(inner - set(outer)):
        of_outer = register.parent.get(body) in outer
        same = of_outer or any(
            _are_spellings_of_one_name(parsed.core, part, register.forms)
            for part in parsed.inner
            if body in register.owners(part)
        )
        reason = Text("괄호 안의 이름입니다.", "named inside the brackets")
        yield NameMatch(body, register.label.get(body, body), "brackets", 0.96 if same else 0.6, same, (reason,))


def _bracketed_entries(register: Register, parsed: Parsed) -> Iterator[NameMatch]:
    """Names of the register that have brackets themselves, matched to a name with or without brackets."""
    plain = not (parsed.inner or parsed.former)
    for key, distance in keys(parsed.core, register.forms).items():
        for entry, entry_distance, before in register.bracketed.get(key, ()):
            if not meet(distance, entry_distance):
                continue
            known = bool(entry.parsed.former) or _abbreviates(entry.parsed, register.forms)
            if before:
                same = compact(parsed.whole) == compact(entry.parsed.whole)
                own = plain or bool(parsed.former) or _abbreviates(parsed, register.forms)
                decides = same or (known and own)
            else:
                decides = plain and _are_spellings_of_one_name(entry.parsed.core, parsed.core, register.forms)
            decides = decides and agree(parsed.legal, entry.parsed.legal)
            yield _before_brackets(entry.organisation, entry.name, entry.parsed, decides)


def _before_brackets(body: str, form: str, parsed: Parsed, decides: bool) -> NameMatch:
    shown = ", ".join(parsed.former or parsed.inner)
    reason = (
        Text(
            f"괄호 앞이 {form}이고, 괄호 안은 옛 이름입니다: {shown}.",
            f"{form} before the brackets; inside is its former name: {shown}",
        )
        if parsed.former
        else Text(
            f"괄호 앞이 {form}이고, 괄호 안은 약칭이나 다른 표기입니다: {shown}.",
            f"{form} before the brackets; inside is an abbreviation or other spelling: {shown}",
        )
    )
    return NameMatch(body, form, "brackets", SCORES["brackets"] if decides else HINT, decides, (reason,))


def _abbreviates(parsed: Parsed, forms: Forms) -> bool:
    """Whether each bracketed text can only be another name of the organisation before it.

    A place, a branch or a field of business in brackets is not a name. Initials of a firm must begin with the first
    letter of its name; those of a division do not: 삼성전자(DS).
    """
    public = any(parsed.core.endswith(word) for word in forms.words("body"))
    return all(
        _are_spellings_of_one_name(parsed.core, part, forms) or _short_for(part, parsed, public, forms)
        for part in parsed.inner
    )


def _short_for(part: str, parsed: Parsed, public: bool, forms: Forms) -> bool:
    if part.isascii() and part.isalpha() and 2 <= len(part) <= 6:
        return public or (len(parsed.key) >= 4 and len(part) >= 3 and _first_letter(parsed.key, part[0].lower(), forms))
    apart = any(part.endswith(word) for word in forms.words("site") + forms.words("unit") + forms.words("group"))
    return (
        public
        and is_hangul(part)
        and len(part) > 1
        and not apart
        and part not in forms.words("field") + forms.words("place")
    )


def _first_letter(key: str, letter: str, forms: Forms) -> bool:
    """Whether a name begins with the sound of a Latin letter; 한국 and 대한 may be the K of Korea."""
    if any(key.startswith(word) for word in forms.words("national")) and letter == "k":
        return True
    starts = forms.usual_initials.get(parts(key[0])[0], (key[0],))
    vowel = forms.usual_vowels.get(parts(key[0])[1], ("",))
    return any((start or vowel[0]).startswith(letter) for start in starts)


def _are_spellings_of_one_name(first: str, second: str, forms: Forms) -> bool:
    """Whether two texts are spellings of one name, with or without a legal form."""
    first, second = (parse(text, forms).core for text in (first, second))
    first_keys, second_keys = keys(first, forms), keys(second, forms)
    if any(meet(first_keys[key], second_keys[key]) for key in first_keys.keys() & second_keys.keys()):
        return True
    for hangul, latin_text in ((first, second), (second, first)):
        name = latin(latin_text)
        if name and re.search("[가-힣]", hangul) and reads_as(compact(hangul), name, forms):
            return True
    return False
