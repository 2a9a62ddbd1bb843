"""The one error of this package: it names the value that was given and those that are known."""

from __future__ import annotations

from collections.abc import Iterable

from kg.errors import KgError, Text


class NetworkError(KgError, ValueError):
    """A network was asked for with a role, kind, mode, date or weight that does not exist."""


def unknown(what: Text, value: object, known: Iterable[str]) -> NetworkError:
    """The error for ``value``, with the known values in order.

    >>> print(unknown(Text("역할", "role"), "boss", ["partner", "lead"]).text.en)
    'boss' is not a known role; known: lead, partner.
    """
    listed = sorted(set(known))
    names_ko = ", ".join(listed) or "없음"
    names_en = ", ".join(listed) or "none"
    return NetworkError(
        Text(
            f"'{value}': 알 수 없는 {what.ko}입니다. 쓸 수 있는 값: {names_ko}.",
            f"'{value}' is not a known {what.en}; known: {names_en}.",
        )
    )
