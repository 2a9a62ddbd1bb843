"""What speaks for one organisation as the meaning of a printed name: the rule, its score, and the reason in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from kg.errors import Text
from kg.matching.forms import Forms
from kg.matching.normal import Parsed, compact, is_hangul, jamo, keys, parse, romanised
from kg.matching.register import Entry, Register, initials_of
from kg.matching.shortening import is_initials, is_part


@dataclass(frozen=True)
class Thresholds:
    """How much of a name must be there before a rule may decide; set on one half of the register (docs/matching.md)."""

    short: int = 3  # characters of a name from which a word was left out
    initials_gap: int = 2  # syllables left out after each first syllable
    part: int = 6  # syllables of a name that is the end of a longer one
    slip: int = 4  # syllables of a name with one wrong jamo
    letter_rest: int = 7  # syllables beside one wrong Latin letter
    shared: float = 0.5  # share of names in both documents, from which one is taken to stand in another's stead
    similar: float = 0.5  # likeness from which a name is shown at all


class Evidence(NamedTuple):
    """``decides``: whether this rule may say *same* when nothing else is as near."""

    organisation: str
    form: str
    rule: str
    score: float
    decides: bool
    reasons: tuple[Text, ...]
    words: frozenset[str] = frozenset()


SCORES = {
    "judged": 1.0, "spacing": 0.99, "case": 0.98, "legal-form": 0.98, "letters": 0.96, "brackets": 0.95, "unit": 0.95,
    "national": 0.93, "clip": 0.92, "tail": 0.9, "inside": 0.88, "initials": 0.88, "romanised": 0.88, "end": 0.87,
    "misprint": 0.86, "letter": 0.85, "country": 0.85,
}  # fmt: skip


def equal_forms(register: Register, parsed: Parsed) -> Iterator[Evidence]:
    """Names that are the same after legal form, spacing, case and letter names."""
    if parsed.inner or parsed.former:
        return
    whole = compact(parsed.whole)
    for text in (parsed.whole, parsed.core):
        for key, rare in keys(text, register.forms).items():
            for entry, other in register.equal.get(key, ()):
                if (rare and other) or (parsed.unit and parsed.legal and text == parsed.core):
                    continue
                yield _equal(entry, parsed, whole, text)


def _equal(entry: Entry, parsed: Parsed, whole: str, text: str) -> Evidence:
    ours, theirs = compact(text), compact(entry.parsed.core)
    reasons = []
    rule = "spacing"
    if whole != compact(entry.parsed.whole) and (parsed.legal or entry.parsed.legal):
        rule = "legal-form"
        reasons.append(Text("법인 표시만 다릅니다.", "differs in the mark of the legal form only"))
    if ours not in (theirs, compact(entry.parsed.whole)):
        rule = "letters"
        reasons.append(
            Text(
                f"로마자를 한글로 적으면 같습니다: {text} = {entry.name}.",
                f"the same once the Latin letters are spelt in Hangul: {text} = {entry.name}",
            )
        )
    elif not reasons and parsed.whole.replace(" ", "") != entry.parsed.whole.replace(" ", ""):
        rule = "case"
        reasons.append(Text("대소문자나 부호만 다릅니다.", "differs in letter case or signs only"))
    elif not reasons:
        reasons.append(Text("띄어쓰기만 다릅니다.", "differs in spaces only"))
    one, other = parsed.legal - {""}, entry.parsed.legal - {""}
    if one and other and one != other:
        reasons.append(Text("법인 형태가 서로 다릅니다.", "the two have different legal forms"))
        return Evidence(entry.organisation, entry.name, rule, 0.8, False, tuple(reasons))
    return Evidence(entry.organisation, entry.name, rule, SCORES[rule], True, tuple(reasons))


def units(register: Register, parsed: Parsed) -> Iterator[Evidence]:
    """A division, however its firm and field are joined; the firm itself is something else."""
    head = parsed.core
    if parsed.unit and not parsed.inner and not parsed.legal:
        head = parsed.core[: max(parsed.core.rfind(" "), 0)]
    ends = [parsed.unit] if parsed.unit else [compact(part) for part in parsed.inner]
    for end in filter(None, ends):
        for key in keys(head, register.forms) if head else {"": False}:
            for tail in keys(end, register.forms) | keys(end.upper(), register.forms):
                for entry in register.units.get(key + tail, ()):
                    yield Evidence(
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


def brackets(register: Register, parsed: Parsed) -> Iterator[Evidence]:
    """The name before the brackets decides; the text inside is a former name, an abbreviation, or a division."""
    if not (parsed.inner or parsed.former) or parsed.unit:
        return
    outer = {e.organisation: e for e in equal_forms(register, parse(parsed.core, register.forms))}
    inner = {body for part in parsed.inner for body in register.owners(part)}
    for body, found in outer.items():
        inside = parsed.former or parsed.inner
        shown = ", ".join(inside)
        decides = bool(parsed.former) or body in inner or _abbreviates(register, parsed, inner - {body})
        reason = (
            Text(
                f"괄호 앞이 {found.form}이고, 괄호 안은 옛 이름입니다: {shown}.",
                f"{found.form} before the brackets; inside is its former name: {shown}",
            )
            if parsed.former
            else Text(
                f"괄호 앞이 {found.form}이고, 괄호 안은 약칭이나 다른 표기입니다: {shown}.",
                f"{found.form} before the brackets; inside is an abbreviation or other spelling: {shown}",
            )
        )
        yield Evidence(body, found.form, "brackets", SCORES["brackets"] if decides else 0.7, decides, (reason,))
    for body in sorted(inner - set(outer)):
        of_outer = register.parent.get(body) in outer
        same = of_outer or any(
            _spelt_alike(parsed.core, part, register.forms) for part in parsed.inner if body in register.owners(part)
        )
        reason = Text("괄호 안의 이름입니다.", "named inside the brackets")
        yield Evidence(body, register.label.get(body, body), "brackets", 0.96 if same else 0.6, same, (reason,))


def _abbreviates(register: Register, parsed: Parsed, others: set[str]) -> bool:
    """Whether the bracketed text can be nothing but another name of the body before it."""
    forms = register.forms
    public = any(parsed.core.endswith(word) for word in forms.words("body"))
    for part in parsed.inner:
        initials = part.isascii() and part.isalpha() and 2 <= len(part) <= 6
        hangul = is_hangul(part) and part not in forms.words("field")
        own = (initials and len(parsed.key) >= 4) or (public and (initials or hangul))
        if not (own or _spelt_alike(parsed.core, part, forms)):
            return False
    return not others


def _spelt_alike(one: str, other: str, forms: Forms) -> bool:
    if set(keys(one, forms)) & set(keys(other, forms)):
        return True
    for hangul, latin in ((compact(one), compact(other)), (compact(other), compact(one))):
        if is_hangul(hangul) and len(hangul) <= 10 and latin.isascii() and latin.isalpha():
            return romanised(hangul, forms).fullmatch(latin) is not None
    return False


_STEP_TEXTS = {
    "national": ("{form}에서 ‘{word}’이(가) 빠졌습니다.", "{form} without {word}"),
    "clip": ("{form}의 ‘{word}’을(를) ‘{short}’(으)로 줄였습니다.", "{form} with {word} clipped to {short}"),
    "tail": ("{form}의 끝말 ‘{word}’이(가) 빠졌습니다.", "{form} without {word} at its end"),
    "inside": ("{form} 안의 ‘{word}’이(가) 빠졌습니다.", "{form} without {word} inside"),
}


def short_forms(register: Register, parsed: Parsed, limits: Thresholds) -> Iterator[Evidence]:
    """Names from which a word was left out or clipped."""
    for key in keys(parsed.core, register.forms):
        for entry, form in register.short.get(key, ()):
            reasons = tuple(
                Text(*(text.format(form=entry.name, word=word, short=short) for text in _STEP_TEXTS[rule]))
                for rule, word, short in form.steps
            )
            rule = min((step[0] for step in form.steps), key=SCORES.__getitem__)
            decides = len(key) >= limits.short and not key.isascii()
            score = SCORES[rule] - 0.01 * (len(form.steps) - 1)
            yield Evidence(
                entry.organisation, entry.name, rule, score if decides else 0.65, decides, reasons, frozenset(form.used)
            )


def clipped_names(register: Register, parsed: Parsed, limits: Thresholds) -> Iterator[Evidence]:
    """First syllables of the words, the end of a longer name, or letters in order: the last only a hint."""
    key, forms = parsed.key, register.forms
    bodies = forms.words("body")
    for entry, bare in register.full:
        full = entry.parsed.key
        if len(key) >= len(full) or not (key[0] in (full[0], bare[0]) or full.endswith(key)):
            continue
        if any(is_initials(key, text, forms, limits.initials_gap) for text in (entry.parsed.core, bare)):
            yield Evidence(
                entry.organisation,
                entry.name,
                "initials",
                SCORES["initials"],
                True,
                (
                    Text(
                        f"{entry.name}의 낱말마다 첫 글자를 딴 줄임입니다.",
                        f"first syllables of the words of {entry.name}",
                    ),
                ),
            )
        elif full.endswith(key) and len(key) >= 2:
            lead = full[: -len(key)]
            decides = (
                len(key) >= limits.part
                and any(key.endswith(word) for word in bodies)
                and any(lead.startswith(word) for word in forms.words("national"))
            )
            yield Evidence(
                entry.organisation,
                entry.name,
                "end",
                SCORES["end"] if decides else 0.6,
                decides,
                (Text(f"{entry.name}의 뒷부분입니다.", f"the end of {entry.name}"),),
            )
        elif is_part(key, full) and len(key) >= 2:
            yield Evidence(
                entry.organisation,
                entry.name,
                "part",
                0.5 + 0.2 * len(key) / len(full),
                False,
                (
                    Text(
                        f"{entry.name}의 글자를 차례로 딴 것일 수 있습니다.",
                        f"its letters stand in this order in {entry.name}",
                    ),
                ),
            )


def romanisations(register: Register, parsed: Parsed) -> Iterator[Evidence]:
    """A Hangul word in Latin letters, or a Latin one in Hangul."""
    key = parsed.key
    if key.isascii() and key.isalpha() and len(key) >= 5:
        for entry in register.hangul:
            full = entry.parsed.key
            if len(full) <= min(len(key), 10) and romanised(full, register.forms).fullmatch(key):
                yield _romanised(entry)
    elif is_hangul(key) and 3 <= len(key) <= 10:
        pattern = romanised(key, register.forms)
        for entry in register.latin:
            if pattern.fullmatch(entry.parsed.key):
                yield _romanised(entry)


def _romanised(entry: Entry) -> Evidence:
    return Evidence(
        entry.organisation,
        entry.name,
        "romanised",
        SCORES["romanised"],
        True,
        (Text(f"소리 나는 대로 옮기면 {entry.name}입니다.", f"reads as {entry.name} in the other script"),),
    )


def slips(register: Register, parsed: Parsed, limits: Thresholds) -> Iterator[Evidence]:
    """Misprints: one jamo, two syllables changed over, the wrong word for the country, one Latin letter."""
    printed = jamo(parsed.core)
    near = process.extract(printed, register.spellings.keys(), scorer=OSA.distance, score_cutoff=6, limit=None)
    for spelling, distance, _ in near:
        for entry, full in register.spellings[spelling]:
            found = _slip(parsed.key, entry, full, int(distance), register, limits)
            if found:
                yield found


def _slip(key: str, entry: Entry, full: str, distance: int, register: Register, limits: Thresholds) -> Evidence | None:
    forms, spelt = register.forms, full != entry.parsed.key
    syllables = OSA.distance(key, full)
    swapped = syllables == 1 and sorted(key) == sorted(full)
    words = {word: full[len(word) :] for word in forms.words("national") if full.startswith(word)}
    rule, decides, text = "", False, Text("", "")
    wrong = [(a, b) for a, b in zip(key, full, strict=False) if a != b] if len(key) == len(full) else []
    if is_hangul("".join(a + b for a, b in wrong)) and syllables == 1 and (distance == 1 or swapped):
        rule = "misprint"
        decides = len(full) >= limits.slip and not spelt  # one letter name for another makes another firm
        text = Text(
            f"{entry.name}과(와) 자모 하나(또는 글자 차례)만 다릅니다.",
            f"one jamo (or the order of two syllables) from {entry.name}",
        )
    elif len(wrong) == 1 and all(char.isascii() and char.isalpha() for char in wrong[0]):
        rule = "letter"
        known = initials_of(key) in register.initials and initials_of(key) != initials_of(full)  # of another group
        decides = sum("가" <= char <= "힣" for char in full) >= limits.letter_rest and not known
        text = Text(f"{entry.name}과(와) 로마자 하나만 다릅니다.", f"one Latin letter from {entry.name}")
    elif any(key == other + rest for rest in words.values() for other in forms.words("national")):
        rule = "country"
        decides = len(full) >= limits.slip + 2 and any(full.endswith(word) for word in forms.words("body"))
        text = Text(
            f"{entry.name}과(와) 나라를 이르는 앞말만 다릅니다.",
            f"differs from {entry.name} in the word for the country",
        )
    elif distance <= 2 and len(full) >= limits.slip:
        rule, text = "near", Text(f"{entry.name}과(와) 자모 둘이 다릅니다.", f"two jamo from {entry.name}")
    elif syllables == 1 and len(wrong) == 1 and len(full) >= limits.slip:
        rule, text = "syllable", Text(f"{entry.name}과(와) 글자 하나가 다릅니다.", f"one syllable from {entry.name}")
    if not rule:
        return None
    return Evidence(entry.organisation, entry.name, rule, SCORES[rule] if decides else 0.7, decides, (text,))


def likenesses(register: Register, parsed: Parsed, limits: Thresholds, limit: int) -> Iterator[Evidence]:
    """Names that only look alike: never a decision, but the best that can be shown."""
    wanted = max((jamo(key) for key in keys(parsed.core, register.forms)), key=len)
    found = process.extract(
        wanted, register.spellings.keys(), scorer=fuzz.ratio, score_cutoff=100 * limits.similar, limit=3 * limit
    )
    for spelling, ratio, _ in found:
        for entry, _ in register.spellings[spelling]:
            yield Evidence(
                entry.organisation,
                entry.name,
                "like",
                round(0.006 * ratio, 4),
                False,
                (
                    Text(
                        f"{entry.name}과(와) 글자가 비슷합니다({ratio:.0f}%).",
                        f"looks like {entry.name} ({ratio:.0f} %)",
                    ),
                ),
            )
