"""Translates regular expressions of XPath (``sh:pattern`` and ``sh:flags``) into those of Python.

Source: XPath and XQuery Functions and Operators 3.1, section 5.6.1, on top of XML Schema 1.1, part 2, appendix G.
Syntax that only Python has (lookahead, ``\\b``, named groups) is refused. The sets of characters behind ``\\p`` and
``\\w`` come from elementpath, which is imported when a pattern uses them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

FLAGS = "smixq"
MAX_REPEATS = 100_000
_SPACE = "\t\n\r "
_ESCAPED = {**{sign: sign for sign in "\\|.?*+(){}-[]^$"}, "n": "\n", "r": "\r", "t": "\t"}
_NAME_START = (
    ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
#: ranges of the classes that need no table of Unicode, as Python writes them within brackets
_CLASSES = {
    "s": " \\t\\n\\r",
    "d": "\\d",
    "i": _NAME_START,
    "c": _NAME_START + "\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040",
}
_ANY = "[\\s\\S]"
_MAX_DEPTH = 100  # of groups and classes within each other; Python's own compiler is recursive


class PatternError(ValueError):
    """A pattern that is not a regular expression of XPath; the text gives the reason and the position."""


def compile_pattern(pattern: str, flags: str = "") -> re.Pattern[str]:
    """The pattern compiled for Python's ``search``; raises ``PatternError`` for a pattern or flags not of XPath.

    >>> bool(compile_pattern("^[A-Z]{3}$").search("ABC\\n"))
    False
    >>> bool(compile_pattern("a b", "x").search("ab"))
    True
    """
    if unknown := set(flags) - set(FLAGS):
        raise PatternError(f"flag {min(unknown)!r} is none of {', '.join(FLAGS)}")
    ignore_case = re.IGNORECASE if "i" in flags else re.NOFLAG
    if "q" in flags:
        return re.compile(re.escape(pattern), ignore_case)
    if "x" in flags:
        pattern = _without_space(pattern)
    try:
        return re.compile(_Translator(pattern, flags).translate(), ignore_case)
    except (re.error, OverflowError, RecursionError) as error:  # too large for Python, though it is XPath's
        raise PatternError(f"{error}") from error


def _without_space(pattern: str) -> str:
    """The pattern without white space, which flag ``x`` ignores outside classes in brackets."""
    characters, depth, escaped = [], 0, False
    for sign in pattern:
        if sign in _SPACE and not depth:
            continue
        characters.append(sign)
        if not escaped:
            depth += (sign == "[") - (sign == "]" and depth > 0)
        escaped = sign == "\\" and not escaped
    return "".join(characters)


class _Translator:
    """Parses a pattern by the grammar of XPath, character by character, and writes it for Python."""

    def __init__(self, pattern: str, flags: str):
        self.pattern, self.flags = pattern, flags
        self.position = 0
        self.open_groups: list[int] = []
        self.groups = self.depth = 0

    def translate(self) -> str:
        text = self.expression()
        if self.position < len(self.pattern):
            raise self.error("')' closes no group")
        return text

    def error(self, what: str) -> PatternError:
        return PatternError(f"{what} (sign {min(self.position, len(self.pattern) - 1) + 1} of {self.pattern!r})")

    def peek(self, length: int = 1) -> str:
        return self.pattern[self.position : self.position + length]

    def take(self) -> str:
        sign = self.peek()
        if not sign:
            raise self.error("the pattern ends too early")
        self.position += 1
        return sign

    def expression(self) -> str:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise self.error(f"more than {_MAX_DEPTH} groups within each other")
        parts: list[str] = []
        while self.peek() not in ("", ")"):
            if self.peek() == "|":
                parts.append(self.take())
            else:
                parts.append(self.atom() + self.quantifier())
        self.depth -= 1
        return "".join(parts)

    def atom(self) -> str:
        sign = self.take()
        if sign == "(":
            return self.group()
        if sign == "[":
            return self.bracketed()
        if sign == "\\":
            return self.escape()
        if sign == ".":
            return _ANY if "s" in self.flags else "[^\\n\\r]"
        if sign == "^":  # in mode m not after a line end that ends the text
            return "(?:\\A|(?<=\\n)(?!\\Z))" if "m" in self.flags else "(?:\\A)"
        if sign == "$":
            return "(?:\\Z|(?=\\n))" if "m" in self.flags else "(?:\\Z)"
        if sign in "?*+{}])":
            self.position -= 1
            raise self.error(f"{sign!r} has nothing before it to repeat; write the character as \\{sign}")
        return re.escape(sign)

    def group(self) -> str:
        if self.peek(2) == "?:":
            self.position += 2
            text = f"(?:{self.expression()})"
        elif self.peek() == "?":
            raise self.error(f"XPath has no group of the kind '({self.peek(2)}'")
        else:
            self.groups += 1
            self.open_groups.append(self.groups)
            text = f"({self.expression()})"
            self.open_groups.pop()
        if self.take() != ")":
            raise self.error("a group is not closed")
        return text

    def quantifier(self) -> str:
        sign = self.peek()
        if sign in ("?", "*", "+"):
            self.position += 1
            text = sign
        elif sign == "{":
            text = self.counted()
        else:
            return ""
        if self.peek() == "?":
            self.position += 1
            text += "?"
        if self.peek() in ("?", "*", "+", "{"):
            raise self.error("a quantifier follows a quantifier")
        return text

    def counted(self) -> str:
        found = _COUNTS.match(self.pattern, self.position)
        if not found:
            raise self.error("'{' begins no number of repeats such as {2}, {2,} or {2,3}")
        least, most = int(found[1]), int(found[3] or found[1])
        if most < least:
            raise self.error("the least number of repeats is larger than the greatest")
        if max(least, most) > MAX_REPEATS:
            raise self.error(f"more than {MAX_REPEATS} repeats")
        self.position = found.end()
        return found[0]

    def escape(self) -> str:
        sign = self.take()
        if sign in _ESCAPED:
            return re.escape(_ESCAPED[sign])
        if sign.isascii() and sign.isdigit():
            return self.back_reference(sign)
        return self.as_class(*self.class_escape(sign))

    def back_reference(self, sign: str) -> str:
        """A back-reference to a group before this point; as in XPath, a group that did not match counts as empty."""
        number = int(sign)
        while self.peek().isascii() and self.peek().isdigit() and int(f"{number}{self.peek()}") <= self.groups:
            number = int(f"{number}{self.take()}")
        if not 0 < number <= self.groups or number in self.open_groups:
            raise self.error(f"\\{number} refers to no group that ends before it")
        return f"(?:(?({number})\\{number}|))"

    def as_class(self, ranges: str, negated: bool) -> str:
        """The class of an escape, which is not affected by flag ``i``."""
        text = f"[{'^' if negated else ''}{ranges}]"
        return f"(?-i:{text})" if "i" in self.flags else text

    def class_escape(self, sign: str) -> tuple[str, bool]:
        """The characters of ``\\d``, ``\\P{Lu}`` and so on, as ranges of Python, and whether the class is negated."""
        name, negated = sign.lower(), sign.isupper()
        if name in _CLASSES:
            return _CLASSES[name], negated
        if name == "w":  # all except punctuation, separators and other characters
            return _unicode(("P", "Z", "C")), not negated
        if name != "p":
            self.position -= 2
            raise self.error(f"\\{sign} is not an escape of XPath")
        found = _PROPERTY.match(self.pattern, self.position)
        if not found:
            raise self.error(f"\\{sign} needs the name of a category or block, such as \\{sign}{{Lu}}")
        try:
            ranges = _unicode((found[1],))
        except PatternError as error:
            raise self.error(str(error)) from error
        self.position = found.end()
        return ranges, negated

    def bracketed(self) -> str:
        """A class in brackets, whose opening is read already: ``[^a-z\\d-[aeiou]]``."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise self.error(f"more than {_MAX_DEPTH} classes within each other")
        negated = self.peek() == "^"
        self.position += negated
        signs, escapes = self.members()
        text = f"[{''.join(signs)}]" if signs else ""
        parts = [*([text] if text else []), *(self.as_class(*found) for found in escapes)]
        text = parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"
        if negated:
            text = f"(?:(?!{text}){_ANY})"
        if self.peek(2) == "-[":
            self.position += 2
            text = f"(?:(?!{self.bracketed()}){text})"
        if self.peek() != "]":
            raise self.error("the class is not closed with ']'")
        self.position += 1
        self.depth -= 1
        return text

    def members(self) -> tuple[list[str], list[tuple[str, bool]]]:
        """Characters, ranges and class escapes, up to the end of the class or its subtraction."""
        signs: list[str] = []
        escapes: list[tuple[str, bool]] = []
        while self.peek() not in ("]", "") and self.peek(2) != "-[":
            first = self.member(first=not signs and not escapes)
            if isinstance(first, tuple):
                escapes.append(first)
                if self.peek() == "-" and self.peek(2) not in ("-]", "-["):
                    raise self.error("a range cannot begin with a class")
                continue
            if self.peek() == "-" and self.peek(2) not in ("-]", "-["):
                self.position += 1
                last = self.member(first=False)
                if isinstance(last, tuple) or last < first:
                    raise self.error("a range must end with a sign that is not before its first")
                signs.append(f"{re.escape(first)}-{re.escape(last)}")
                if self.peek() == "-" and self.peek(2) not in ("-]", "-["):
                    raise self.error("'-' after a range is written \\-")
            else:
                signs.append(re.escape(first))
        if not self.peek():
            raise self.error("the class is not closed with ']'")
        if not signs and not escapes:
            raise self.error("the class is empty")
        return signs, escapes

    def member(self, *, first: bool) -> str | tuple[str, bool]:
        sign = self.take()
        if sign == "\\":
            escaped = self.take()
            return _ESCAPED[escaped] if escaped in _ESCAPED else self.class_escape(escaped)
        if sign == "-" and not first and self.peek() != "]":
            raise self.error("'-' within a class is written \\-")
        if sign in "[]":
            raise self.error(f"{sign!r} within a class is written \\{sign}")
        return sign


_COUNTS = re.compile(r"\{([0-9]{1,9})(,([0-9]{1,9})?)?\}")
_PROPERTY = re.compile(r"\{([A-Za-z0-9-]+)\}")


def _unicode(names: Iterable[str]) -> str:
    """The characters of categories (``Lu``) and blocks (``IsHangulSyllables``), as ranges of Python."""
    from elementpath.regex import RegexError  # here, because it takes a moment and few patterns need it
    from elementpath.regex.unicode_subsets import unicode_subset

    found: list[str] = []
    for name in names:
        try:
            points = unicode_subset(name).codepoints
        except RegexError:
            raise PatternError(f"Unicode has no category or block '{name}'") from None
        for point in points:
            first, after = point if isinstance(point, tuple) else (point, point + 1)
            found.append(re.escape(chr(first)) + (f"-{re.escape(chr(after - 1))}" if after - first > 1 else ""))
    return "".join(found)
