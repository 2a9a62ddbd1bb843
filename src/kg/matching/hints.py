"""Weaker matches of a printed name: words left out, initials, the other script, misprints, similarity."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from kg.errors import Text
from kg.matching.evidence import HINT, SCORES, NameMatch, Thresholds
from kg.matching.normal import Parsed, compact, is_hangul, jamo
from kg.matching.register import Entry, Register
from kg.matching.romanised import SHORT, Latin, latin, reads_as, syllables
from kg.matching.shortening import Shortened, is_initials, is_part, shortened
from kg.matching.spelling import keys, meet

_STEP_TEXTS = {
    "national": ("{form}에서 ‘{word}’이(가) 없습니다.", "{form} without {word}"),
    "clip": ("{form}의 ‘{word}’을(를) ‘{short}’(으)로 줄였습니다.", "{form} with {word} clipped to {short}"),
    "tail": ("{form}의 끝말 ‘{word}’이(가) 없습니다.", "{form} without {word} at its end"),
    "inside": ("{form} 안의 ‘{word}’이(가) 없습니다.", "{form} without {word} inside"),
}


ALONE = Text(
    "이 규칙만으로는 판정하지 않습니다. 같은 문서, 사례, 식별번호가 뒷받침하거나 names.csv에 판단이 있어야 합니다.",
    "this rule does not decide on its own: the same document, case or identifier must agree,"
    " or names.csv must have a judgement",
)


def _hint(
    entry: Entry, rule: str, ko: str, en: str, score: float = HINT, *, words: frozenset[str] = frozenset()
) -> NameMatch:
    return NameMatch(entry.organisation, entry.name, rule, score, False, (Text(ko, en), ALONE), words)


def short_forms(register: Register, parsed: Parsed, limits: Thresholds) -> Iterator[NameMatch]:
    """Names from which a word was left out or clipped, in the print or in the register.

    The word for the country may be left out of the name of a public body, unless the rest is also the name of municipal
    bodies: 한국화이자 without it is another firm, and 교통공사 may be that of Busan. Other words left out are hints.
    """
    forms = register.forms
    for key, distance in keys(parsed.core, forms).items():
        for entry, entry_distance, form in register.short.get(key, ()):
            if meet(distance, entry_distance):
                yield _short_form(entry, form, key, entry.parsed.core, entry.name, register, limits)
    for form in shortened(parsed.core, forms):
        for key, distance in keys(form.text, forms).items():
            for entry, entry_distance in register.equal.get(key, ()):
                if meet(distance, entry_distance):
                    yield _short_form(entry, form, key, parsed.core, parsed.text, register, limits)


def _short_form(
    entry: Entry, form: Shortened, key: str, full: str, name: str, register: Register, limits: Thresholds
) -> NameMatch:
    forms = register.forms
    reasons = tuple(
        Text(*(text.format(form=name, word=word, short=short) for text in _STEP_TEXTS[rule]))
        for rule, word, short in form.steps
    )
    used_rules = {step[0] for step in form.steps}
    rule = min(used_rules, key=lambda step: (SCORES.get(step, 0.0), step))
    public = any(full.endswith(word) for word in forms.words("body") + forms.words("public"))
    public = public and not any(compact(form.text) == compact(word) for word in forms.words("regional"))
    decides = (
        len(key) >= limits.short
        and not key.isascii()
        and used_rules <= SCORES.keys()
        and ("national" not in used_rules or public)
    )
    score = SCORES[rule] - 0.01 * (len(form.steps) - 1) if decides else HINT
    reasons = reasons if decides else (*reasons, ALONE)
    return NameMatch(entry.organisation, entry.name, rule, score, decides, reasons, frozenset(form.used))


def clipped_names(register: Register, parsed: Parsed, limits: Thresholds) -> Iterator[NameMatch]:
    """First syllables of the words of a body, or after the initials of a group, decide; other cases are hints."""
    key, forms = parsed.key, register.forms
    bodies = forms.words("body")
    for entry, bare in register.beginning_or_ending(key):
        full = entry.parsed.key
        if len(key) >= len(full) or not (key[0] in (full[0], bare[0]) or full.endswith(key)):
            continue
        if any(is_initials(key, text, forms, limits.initials_gap) for text in (entry.parsed.core, bare)):
            ko = f"{entry.name}의 단어마다 첫 글자를 딴 줄임말입니다."
            en = f"first syllables of the words of {entry.name}"
            if any(full.endswith(word) for word in bodies) or not is_hangul(key):
                text = (Text(ko, en),)
                yield NameMatch(entry.organisation, entry.name, "initials", SCORES["initials"], True, text)
            else:
                yield _hint(entry, "initials", ko, en)
        elif full.endswith(key) and len(key) >= 2:
            yield _hint(entry, "end", f"{entry.name}의 뒷부분입니다.", f"the end of {entry.name}", 0.6)
        elif is_part(key, full) and len(key) >= 2:
            yield _hint(
                entry,
                "part",
                f"{entry.name}의 글자를 순서대로 딴 이름일 수 있습니다.",
                f"{entry.name} has its letters in this order",
                0.5 + 0.2 * len(key) / len(full),
            )


MIN_ROMANISED = 4  # minimum Latin letters of a name compared with Hangul
SURE_ROMANISED = 5  # minimum letters for the comparison to decide


def romanisations(register: Register, parsed: Parsed) -> Iterator[NameMatch]:
    """A Hangul name in Latin letters, or a Latin one in Hangul; a name of two syllables by the usual readings only."""
    name = latin(parsed.core)
    if name and len(name.key) >= MIN_ROMANISED:
        for entry in register.hangul_read_as(name.key):
            yield from _romanised(register, entry, entry.parsed.key, name)
    if re.search("[가-힣]", parsed.key):
        for entry, entry_latin in register.latin_read_as(parsed.key):
            if len(entry_latin.key) >= MIN_ROMANISED:
                yield from _romanised(register, entry, parsed.key, entry_latin)


def _romanised(register: Register, entry: Entry, hangul: str, name: Latin) -> Iterator[NameMatch]:
    usual = reads_as(hangul, name, register.forms, usual=True)
    if not usual and not reads_as(hangul, name, register.forms):
        return
    decides = len(name.key) >= SURE_ROMANISED or len(hangul) > SHORT
    decides = decides and (usual or syllables(hangul, register.forms) > SHORT)
    ko, en = f"소리 나는 대로 적으면 {entry.name}입니다.", f"reads as {entry.name} in the other script"
    if decides:
        yield NameMatch(entry.organisation, entry.name, "romanised", SCORES["romanised"], True, (Text(ko, en),))
    else:
        yield _hint(entry, "romanised", ko, en)


def slips(register: Register, parsed: Parsed, limits: Thresholds) -> Iterator[NameMatch]:
    """Misprints: one jamo, two syllables swapped, the wrong word for the country, one Latin letter. All are hints."""
    printed = jamo(parsed.core)
    near = process.extract(printed, register.spellings.keys(), scorer=OSA.distance, score_cutoff=6, limit=None)
    for spelling, distance, _ in near:
        for entry, full in register.spellings[spelling]:
            found = _slip(parsed.key, entry, full, int(distance), register, limits)
            if found:
                yield found


def _slip(key: str, entry: Entry, full: str, distance: int, register: Register, limits: Thresholds) -> NameMatch | None:
    name, forms = entry.name, register.forms
    syllables_apart = OSA.distance(key, full)
    swapped = syllables_apart == 1 and sorted(key) == sorted(full)
    countries = forms.words("national")
    rests = [full[len(word) :] for word in countries if full.startswith(word)]
    wrong = [(a, b) for a, b in zip(key, full, strict=False) if a != b] if len(key) == len(full) else []
    if is_hangul("".join(a + b for a, b in wrong)) and syllables_apart == 1 and (distance == 1 or swapped):
        return _hint(
            entry,
            "misprint",
            f"{name}과(와) 자모 하나(또는 글자 순서)만 다릅니다.",
            f"one jamo (or the order of two syllables) from {name}",
        )
    if len(wrong) == 1 and all(char.isascii() and char.isalpha() for char in wrong[0]):
        return _hint(entry, "letter", f"{name}과(와) 로마자 하나만 다릅니다.", f"one Latin letter from {name}")
    if any(key == country + rest for rest in rests for country in countries):
        return _hint(
            entry,
            "country",
            f"{name}과(와) 나라를 뜻하는 앞말만 다릅니다.",
            f"differs from {name} in the word for the country",
        )
    if distance <= 2 and len(full) >= limits.slip:
        return _hint(entry, "near", f"{name}과(와) 자모 둘이 다릅니다.", f"two jamo from {name}")
    if syllables_apart == 1 and len(wrong) == 1 and len(full) >= limits.slip:
        return _hint(entry, "syllable", f"{name}과(와) 글자 하나가 다릅니다.", f"one syllable from {name}")
    return None


def likenesses(register: Register, parsed: Parsed, limits: Thresholds, limit: int) -> Iterator[NameMatch]:
    """Names that are only similar: never a decision, shown if there are no better candidates."""
    wanted = max((jamo(key) for key in keys(parsed.core, register.forms)), key=len)
    found = process.extract(
        wanted, register.spellings.keys(), scorer=fuzz.ratio, score_cutoff=100 * limits.similar, limit=3 * limit
    )
    for spelling, ratio, _ in found:
        for entry, _ in register.spellings[spelling]:
            yield NameMatch(
                entry.organisation,
                entry.name,
                "like",
                round(0.006 * ratio, 4),
                False,
                (
                    Text(
                        f"{entry.name}과(와) 글자가 비슷합니다({ratio:.0f}%).",
                        f"similar to {entry.name} ({ratio:.0f} %)",
                    ),
                ),
            )
