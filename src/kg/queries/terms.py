"""RDF terms: small, plain, and the same whether a store on disk or a server answered."""

from __future__ import annotations

import re
from typing import NamedTuple

from kg.vocab import RDF, XSD

INTEGERS = frozenset(
    str(XSD[name])
    for name in (
        *("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger"),
        *("nonPositiveInteger", "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
)
DECIMALS = frozenset(str(XSD[name]) for name in ("decimal", "double", "float"))

_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^<>"{}|^`\\\x00-\x20]*')
_NOT_IN_IRI = re.compile(r'[<>"{}|^`\\\x00-\x20]')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_LANGUAGE = re.compile(r"[A-Za-z]+(-[A-Za-z0-9]+)*")


class Term(NamedTuple):
    """An RDF term: ``kind`` is ``iri``, ``literal``, ``bnode`` or ``triple``.

    A literal has a datatype or a language. A triple term (RDF 1.2) has its three terms in ``parts`` and as ``value``
    its N-Triples text.
    """

    kind: str
    value: str
    datatype: str = ""
    language: str = ""
    parts: tuple[Term, Term, Term] | None = None

    def n3(self) -> str:
        """The term as N-Triples and SPARQL results in TSV write it, any term; for queries see :func:`literal`."""
        if self.kind == "iri":
            return "<" + _NOT_IN_IRI.sub(_code_point, self.value) + ">"
        if self.kind == "bnode":
            return f"_:{self.value}"
        if self.kind == "triple":
            return self.value
        return _literal(self.value, self.datatype, self.language)


def _code_point(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04X}"


def triple_term(subject: Term, predicate: Term, object: Term) -> Term:
    """The three terms as one term.

    >>> triple_term(Term("iri", "urn:a"), Term("iri", "urn:b"), Term("literal", "c")).value
    '<<( <urn:a> <urn:b> "c" )>>'
    """
    text = f"<<( {subject.n3()} {predicate.n3()} {object.n3()} )>>"
    return Term("triple", text, parts=(subject, predicate, object))


def is_iri(text: str) -> bool:
    """Whether the text is an absolute IRI that can be written between angle brackets."""
    return _IRI.fullmatch(text) is not None


def iri(text: str) -> str:
    """An IRI between angle brackets; ``ValueError`` if a character could end it early."""
    if not is_iri(text):
        raise ValueError(f"not an absolute IRI: {text!r}")
    return f"<{text}>"


def literal(value: str, datatype: str = "", language: str = "") -> str:
    """A literal for a query, with everything escaped that could end it early.

    A backslash before ``u`` or ``U`` is refused: engines differ in whether they undo code point escapes
    before or after they look for the end of a string, so no spelling of it means the same to all.
    """
    if re.search(r"\\[uU]", value):
        raise ValueError("a backslash before u cannot be written so that every engine reads it alike")
    if any(0xD800 <= ord(character) <= 0xDFFF or character == "\0" for character in value):
        raise ValueError("a null or half of a surrogate pair is not a character")
    if language and not _LANGUAGE.fullmatch(language):
        raise ValueError(f"not a language tag: {language!r}")
    if datatype:
        iri(datatype)
    return _literal(value, datatype, language)


def _literal(value: str, datatype: str, language: str) -> str:
    quoted = '"' + "".join(_ESCAPES.get(character, character) for character in value) + '"'
    if language:
        return f"{quoted}@{language}"
    if datatype and datatype not in (str(XSD.string), str(RDF.langString)):
        return f"{quoted}^^{Term('iri', datatype).n3()}"
    return quoted
