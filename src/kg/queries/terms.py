"""RDF terms: small, plain, and the same whether a store on disk or a server answered."""

from __future__ import annotations

import re
from typing import NamedTuple

from kg.vocab import RDF, XSD

INTEGERS = frozenset(
    str(XSD[name])
    for name in ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger", "negativeInteger")
)
DECIMALS = frozenset(str(XSD[name]) for name in ("decimal", "double", "float"))

_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^<>"{}|^`\\\x00-\x20]*')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


class Term(NamedTuple):
    """An RDF term: ``kind`` is ``iri``, ``literal`` or ``bnode``; a literal has a datatype or a language."""

    kind: str
    value: str
    datatype: str = ""
    language: str = ""

    def n3(self) -> str:
        """The term as SPARQL and N-Triples write it."""
        return iri(self.value) if self.kind == "iri" else self._other()

    def _other(self) -> str:
        if self.kind == "bnode":
            return f"_:{self.value}"
        return literal(self.value, self.datatype, self.language)


def is_iri(text: str) -> bool:
    """Whether the text is an absolute IRI that can stand between angle brackets."""
    return _IRI.fullmatch(text) is not None


def iri(text: str) -> str:
    """An IRI between angle brackets; ``ValueError`` if a character could end it early."""
    if not is_iri(text):
        raise ValueError(f"not an absolute IRI: {text!r}")
    return f"<{text}>"


def literal(value: str, datatype: str = "", language: str = "") -> str:
    """A literal with everything escaped that could end it early.

    A backslash before ``u`` or ``U`` is refused: engines differ in whether they undo code point escapes
    before or after they look for the end of a string, so no spelling of it means the same to all.
    """
    if re.search(r"\\[uU]", value):
        raise ValueError("a backslash before u cannot be written so that every engine reads it alike")
    if any(0xD800 <= ord(character) <= 0xDFFF or character == "\0" for character in value):
        raise ValueError("a null or half of a surrogate pair is not a character")
    quoted = '"' + "".join(_ESCAPES.get(character, character) for character in value) + '"'
    if language:
        if not re.fullmatch(r"[A-Za-z]+(-[A-Za-z0-9]+)*", language):
            raise ValueError(f"not a language tag: {language!r}")
        return f"{quoted}@{language}"
    if datatype and datatype not in (str(XSD.string), str(RDF.langString)):
        return f"{quoted}^^{iri(datatype)}"
    return quoted
