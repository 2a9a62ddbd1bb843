"""``sh:pattern`` is a regular expression of XPath; Oxigraph gives a second opinion on what both dialects share."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest

from kg.shacl.patterns import MAX_REPEATS, PatternError, compile_pattern

# pattern, text that matches, text that does not
CLASSES = [
    (r"^\w$", "+가a1\u0301", "_-. \u00a0"),  # not punctuation, separators and control characters
    (r"^\W$", "_-.\u00a0", "+가a1"),
    (r"^[\w]$", "+가a1", "_-."),
    (r"^[^\W]$", "+가a1", "_-."),
    (r"^\s$", " \t\n\r", "\u00a0\f\v\u2003"),
    (r"^\S$", "\u00a0\fa", " \t\n\r"),
    (r"^\d$", "0٣९", "a²½"),
    (r"^\D$", "a²", "0٣"),
    (r"^\i$", "aA_:가é", "1-.·"),
    (r"^\I$", "1-.", "a_:"),
    (r"^\c$", "a1-.·:_가", " /+"),
    (r"^\C$", " /+", "a1-."),
    (r"^\p{Lu}$", "AÉΩ", "aé1가"),
    (r"^\P{Lu}$", "aé1가", "AÉΩ"),
    (r"^\p{L}$", "aA가é漢", "1_+"),
    (r"^\p{Nd}$", "0٣", "½a"),
    (r"^\p{IsHangulSyllables}$", "가힣", "ㄱa漢"),
    (r"^\P{IsBasicLatin}$", "é가", "a~\x7f"),
    (r"^[\p{Lu}\d]$", "A7", "a-"),
    (r"^[^\p{Lu}\d]$", "a-\n", "A7"),
    (r"^[a-z-[aeiou]]$", "bz", "aeiouA-"),
    (r"^[^a-z-[0-9]]$", "A-", "a5"),
    (r"^[a-z-[b-y-[m]]]$", "amz", "bny-"),
    (r"^[\i-[:]]$", "a_", ":1"),
    (r"^[-a]$", "-a", "b"),
    (r"^[a-]$", "-a", "b"),
    (r"^[^-a]$", "b", "-a"),
    (r"^[a\-z]$", "a-z", "b"),
    (r"^[a^]$", "a^", "b"),
    (r"^[\^a]$", "a^", "b"),
    (r"^[&~|.$*+?(){}]$", "&~|.$*+?(){}", "a[]"),
    (r"^[\[\]\\]$", "[]\\", "a"),
    (r"^[\n\r\t]$", "\n\r\t", "nrt"),
    (r"^.$", "a \t가", "\n\r"),
    (r"^[Ꙁ-𐍈]$", "ꙀꙁÏ가𐍈"[0:2] + "가𐍈", "a𐍉"),
]


@pytest.mark.parametrize(("pattern", "matching", "outside"), CLASSES, ids=[pattern for pattern, *_ in CLASSES])
def test_a_character_class_is_that_of_xpath(pattern: str, matching: str, outside: str) -> None:
    search = compile_pattern(pattern).search
    assert [sign for sign in matching if not search(sign)] == []
    assert [sign for sign in outside if search(sign)] == []


# pattern, flags, text, whether it matches
TEXTS = [
    ("^[A-Z]{3}$", "", "ABC", True),
    ("^[A-Z]{3}$", "", "ABC\n", False),
    ("^[A-Z]{3}$", "", "\nABC", False),
    ("a$", "m", "a\nb", True),
    ("^b", "m", "a\nb", True),
    ("^b", "", "a\nb", False),
    ("a$", "m", "a\r", False),
    ("^$", "m", "a\n", False),  # no line begins after a line end that ends the text
    ("^$", "m", "a\n\nb", True),
    ("^$", "", "", True),
    ("^.$", "s", "\n", True),
    ("^a.b$", "s", "a\rb", True),
    ("^abc$", "i", "aBC", True),
    ("^[a-c]$", "i", "B", True),
    ("^[^b]$", "i", "B", False),
    ("^[a-c-[b]]$", "i", "B", False),
    (r"^\p{Lu}$", "i", "a", False),  # flag i leaves escapes of classes alone
    (r"^[\p{Lu}x]$", "i", "a", False),
    (r"^[\p{Lu}x]$", "i", "X", True),
    (r"^[^\p{Lu}]$", "i", "a", True),
    ("a #b", "x", "a#b", True),
    ("a #b", "x", "ac", False),
    ("a b\t\n\rc", "x", "abc", True),
    ("a[ ]b", "x", "a b", True),
    ("a[ ]b", "x", "ab", False),
    (r"a\[ b", "x", "a[b", True),
    (r"a[\] ]b", "x", "a b", True),
    (r"^\ d$", "x", "1", True),
    ("a b", "", "ab", False),
    ("a.b", "q", "axb", False),
    ("a.b", "q", "-a.b-", True),
    ("a b(", "qx", "a b(", True),
    ("A.b", "qi", "a.B", True),
    (r"^(a)\1$", "", "aa", True),
    (r"^(a)|b\1$", "", "b", True),  # a group that took part in no match is empty
    (r"^(a)(b)?\2c$", "", "ac", True),
    (r"^(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\10$", "", "abcdefghijj", True),
    (r"^(a)\10$", "", "aa0", True),
    (r"^(a)(b)(c)(d)(e)(f)\10$", "", "abcdefa0", True),  # there is no tenth group: the first, and a zero
    ("^(?:a|b)+$", "", "abab", True),
    ("^a{2}$", "", "aa", True),
    ("^a{2,}$", "", "aaa", True),
    ("^a{2,3}$", "", "aaaa", False),
    ("^a{0}$", "", "", True),
    ("^a+?b*?c??$", "", "aabbc", True),
    ("^a{1,2}?$", "", "aa", True),
    ("^*a", "", "ba", True),
    ("a|", "", "zzz", True),
    ("()", "", "", True),
    ("", "", "x", True),
    (r"\$\^\-\.", "", "$^-.", True),
    ("a#b~&&", "", "a#b~&&", True),
    ("가", "", "나가", True),
]


@pytest.mark.parametrize(("pattern", "flags", "text", "matches"), TEXTS)
def test_a_pattern_matches_as_in_xpath(pattern: str, flags: str, text: str, matches: bool) -> None:
    assert bool(compile_pattern(pattern, flags).search(text)) is matches


REFUSED = [
    "(", ")", "a)", "(a", "[", "[a", "[]", "[^]", "]", "{", "}", "a}", "*", "+a", "?", "|*", "(*a)", "a**", "a++",
    "a?*", "a{2}{3}", "a{,2}", "a{2,1}", "a{x}", "a{", "a{2", f"a{{{MAX_REPEATS + 1}}}", "a{99999999999}", "\\", "a\\",
    "(?=a)", "(?!a)", "(?<=a)", "(?P<x>a)", "(?i)a", "(?#x)", "(?>a)", "(?",
    r"\b", r"\B", r"\A", r"\Z", r"\z", r"\a", r"\f", r"\v", r"\e", r"\g", r"\k<x>", r"\x41", r"\u0041", r"\/", r"\_",
    r"\"", r"\0", r"\1", r"(a\1)", r"\1(a)", r"(a)\2", r"\p", r"\p{", r"\p{}", r"\p{Foo}", r"\p{IsNowhere}", r"\pL",
    r"\p{lu}",
    r"[a-\d]", r"[\d-z]", "[z-a]", "[a-c-e]", "[a--b]", "[[:alpha:]]", "[a[b]", r"[\b]", r"[\1]", "[a-[b]", "[a-[b]c]",
    "(" * 101 + ")" * 101, "[a-" * 101 + "[b]" + "]" * 101,
]  # fmt: skip


@pytest.mark.parametrize("pattern", REFUSED)
def test_a_pattern_that_is_not_of_xpath_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(pattern)


@pytest.mark.parametrize("flags", ["g", "I", "u", "a", "xz", " "])
def test_an_unknown_flag_is_refused(flags: str) -> None:
    with pytest.raises(PatternError, match="is none of s, m, i, x, q"):
        compile_pattern("a", flags)


def test_limits_are_as_documented() -> None:
    assert compile_pattern(f"^a{{{MAX_REPEATS}}}$").search("a" * MAX_REPEATS)
    assert compile_pattern("(" * 99 + ")" * 99).search("")


def test_the_place_of_a_fault_is_named() -> None:
    with pytest.raises(PatternError, match="sign 3 of "):
        compile_pattern(r"ab\bc")
    with pytest.raises(PatternError, match="sign 4 of "):
        compile_pattern("[a-z")


def random_pattern(rng: random.Random, depth: int = 3) -> str:
    """A pattern that means the same in XPath and in Oxigraph's dialect (that of Rust)."""
    if not depth:
        return rng.choice(["a", "b", "c", ".", "[ab]", "[^a]", "[a-c]", r"\d", r"\.", r"\p{Lu}", "^", "$", r"\n"])
    inner = [random_pattern(rng, depth - 1) for _ in range(rng.randint(1, 3))]
    if rng.random() < 0.3:
        return f"({'|'.join(inner)})"
    repeat = rng.choice(["", "", "?", "*", "+", "{2}", "{1,}", "{0,2}", "*?"])
    return "".join(inner[:-1]) + f"(?:{inner[-1]}){repeat}"


def test_oxigraph_matches_the_same_texts() -> None:
    store, rng, matched = ox.Store(), random.Random(1), 0
    for _ in range(400):
        pattern, flags = random_pattern(rng), rng.choice(["", "", "i", "s"])
        text = "".join(rng.choice("aabbcABC1.\n") for _ in range(rng.randrange(8)))
        query = f"ASK {{ FILTER(REGEX({ox.Literal(text)}, {ox.Literal(pattern)}, {ox.Literal(flags)})) }}"
        if "\r" in text or (flags == "i" and r"\p" in pattern):  # where the two dialects differ
            continue
        ours = bool(compile_pattern(pattern, flags).search(text))
        assert ours == bool(store.query(query)), (pattern, flags, text)
        matched += ours
    assert 50 < matched < 350
