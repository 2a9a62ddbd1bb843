"""Tests whether text is an absolute IRI (RFC 3987): for constants in Python, for columns in SQL."""

from __future__ import annotations

import pyoxigraph as ox

UNRESERVED_BEYOND_ASCII = (
    "\\x{A0}-\\x{D7FF}\\x{F900}-\\x{FDCF}\\x{FDF0}-\\x{FFEF}"
    + "".join(f"\\x{{{plane:X}0000}}-\\x{{{plane:X}FFFD}}" for plane in range(1, 14))
    + "\\x{E1000}-\\x{EFFFD}"
)
_PLAIN = "A-Za-z0-9._~!$&'()*+,;="


def _any_of(more: str) -> str:
    return f"(?:[-{more}{_PLAIN}{UNRESERVED_BEYOND_ASCII}]|%[0-9A-Fa-f][0-9A-Fa-f])"


# for SQL engines: scheme, then authority and path or path alone, then query and fragment; no IPv6 host in brackets
ABSOLUTE_IRI = (
    "^[A-Za-z][A-Za-z0-9+.-]*:"
    f"(?://(?:{_any_of(':')}*@)?{_any_of('')}*(?::[0-9]*)?(?:/{_any_of(':@/')}*)?"
    f"|/?(?:{_any_of(':@')}{_any_of(':@/')}*)?)"
    f"(?:[?]{_any_of(':@/?')}*)?(?:#{_any_of(':@/?')}*)?$"
)
# the form of nearly all IRIs, quick to test; some valid IRIs do not match
PLAIN_IRI = "^[A-Za-z][A-Za-z0-9+.-]*:(?://)?[A-Za-z0-9._~-](?:[A-Za-z0-9._~/-]|%[0-9A-F][0-9A-F])*$"


def is_absolute_iri(text: str) -> bool:
    """Whether the text can be written between ``<`` and ``>``.

    >>> [is_absolute_iri(text) for text in ("https://example.org/한국", "id/org/lg", "a:b c")]
    [True, False, False]
    """
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def is_language_tag(text: str) -> bool:
    """Whether the text can follow ``@`` (BCP 47).

    >>> is_language_tag("ko"), is_language_tag("zh-Hant"), is_language_tag("ko_KR")
    (True, True, False)
    """
    try:
        ox.Literal("", language=text)
    except ValueError:
        return False
    return True
