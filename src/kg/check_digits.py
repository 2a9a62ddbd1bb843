"""Check digits of identifiers: each method by the name that the code list ``identifier-scheme`` uses for it."""

from __future__ import annotations

from collections.abc import Callable

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def _digits(text: str) -> str:
    """Letters as numbers from 10 (A) to 35 (Z), as ISO 6166 and ISO 17442 read them."""
    return "".join(str(int(sign, 36)) for sign in text)


def is_isin(text: str) -> bool:
    """Whether the last digit of an ISIN is right (ISO 6166: Luhn over the letters as numbers).

    >>> is_isin("KR7005930003"), is_isin("KR7005930004")
    (True, False)
    """
    total = 0
    for place, digit in enumerate(reversed(_digits(text))):
        value = int(digit) * (1 + place % 2)
        total += value // 10 + value % 10
    return total % 10 == 0


def is_lei(text: str) -> bool:
    """Whether the last two digits of an LEI are right (ISO 17442: ISO 7064 MOD 97-10).

    >>> is_lei("5493004WIDNO4WOEYG91"), is_lei("5493004WIDNO4WOEYG92")
    (True, False)
    """
    return int(_digits(text)) % 97 == 1


def is_isni(text: str) -> bool:
    """Whether the last sign of an ISNI is right (ISO 27729: ISO 7064 MOD 11-2).

    >>> is_isni("0000000121032683"), is_isni("0000000121032684")
    (True, False)
    """
    total = 0
    for digit in text[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return text[-1] == ("X" if check == 10 else str(check))


def is_ror(text: str) -> bool:
    """Whether the last two digits of a ROR id are right (Crockford's base 32, then ISO 7064 MOD 97-10).

    >>> is_ror("05a28rw58"), is_ror("05a28rw59")
    (True, False)
    """
    value = 0
    for sign in text[:-2]:
        value = value * 32 + _CROCKFORD.index(sign)
    return 98 - (value * 100) % 97 == int(text[-2:])


CHECKSUMS: dict[str, Callable[[str], bool]] = {"isin": is_isin, "isni": is_isni, "lei": is_lei, "ror": is_ror}


def has_right_check(checksum: str, identifier: str) -> bool:
    """Whether the check digits of an identifier in the form of its scheme are right."""
    try:
        return CHECKSUMS[checksum](identifier)
    except (ValueError, IndexError):  # signs that the method has no number for
        return False
