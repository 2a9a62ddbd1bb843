"""Which of the names that sources give an organisation in a language is its label."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

import duckdb

from kg.accept.policy import PREFER_NAME, Policy, Rule

SHORT = 6  # letters of a single word in capitals that is read as an abbreviation
_WORD = re.compile(r"[A-Za-z]+")
# capitals in these are the habit of a register, not an abbreviation
_WORDS = frozenset({
    "and", "bank", "co", "corp", "de", "for", "inc", "korea", "life", "llc", "ltd", "of", "oil", "the",
})  # fmt: skip
_LEGAL = frozenset({"co", "company", "corp", "corporation", "inc", "limited", "llc", "ltd", "plc"})
_SMALL = frozenset({"and", "de", "for", "of", "the"})


def prefer_names(connection: duckdb.DuckDBPyConnection, policy: Policy) -> None:
    """Make ``accepted.preferred_names``: for each organisation and language one name, and the label made of it.

    The kinds of name are taken in the order of the policy. A name in capitals comes after all others, and is written
    in small letters if there is no other. Of equal ones that of more origins is taken, then the one stated last.
    """
    order = next((rule for rule in policy.rules if rule.name == PREFER_NAME), Rule(PREFER_NAME)).name_kinds
    rows = connection.execute(
        "SELECT org, language, name, thing, kind, origins, as_of_latest FROM accepted.organisation_names"
        " WHERE name IS NOT NULL AND status <> 'undecided' ORDER BY org, language, name, thing"
    ).fetchall()
    known = abbreviations(row[2] for row in rows)
    best: dict[tuple[str, str], tuple[tuple[object, ...], str, str]] = {}
    for org, language, name, thing, kind, origins, day in rows:
        rank = (
            is_shouting(name, known) or (not any(sign.isupper() for sign in name) and any(map(str.islower, name))),
            order.index(kind) if kind in order else len(order),
            -int(origins or 0),
            _descending(day or ""),
            name,
            thing,
        )
        if (org, language) not in best or rank < best[org, language][0]:
            best[org, language] = (rank, name, thing)
    labels = [
        (org, language, thing, calm(name, known) if is_shouting(name, known) else name)
        for (org, language), (_, name, thing) in sorted(best.items())
    ]
    columns = [list(column) for column in zip(*labels, strict=True)] or [[], [], [], []]
    connection.execute(
        "CREATE OR REPLACE TABLE accepted.preferred_names AS SELECT unnest(?::VARCHAR[]) AS org,"
        " unnest(?::VARCHAR[]) AS language, unnest(?::VARCHAR[]) AS thing, unnest(?::VARCHAR[]) AS label",
        columns,
    )
    connection.execute(
        "CREATE OR REPLACE TABLE accepted.organisation_names AS SELECT a.*, p.label,"
        " CASE WHEN p.thing IS NOT NULL THEN 'true' END AS preferred FROM accepted.organisation_names a"
        " LEFT JOIN accepted.preferred_names p ON p.thing = a.thing ORDER BY a.thing"
    )


def _descending(text: str) -> tuple[int, ...]:
    return tuple(-ord(sign) for sign in text)


def abbreviations(names: Iterable[str]) -> frozenset[str]:
    """Words that a name with small letters writes in capitals: nobody shouts there, so they are abbreviations.

    >>> sorted(abbreviations(["KEPCO Engineering Co., Ltd.", "HAN RIVER WATER"]))
    ['KEPCO']
    """
    return frozenset(
        word
        for name in names
        if any(sign.islower() for word in _own_words(name) for sign in word)
        for word in _own_words(name)
        if len(word) > 1 and word.isupper() and word.lower() not in _WORDS
    )


def _own_words(name: str) -> list[str]:
    """The words of a name without those of its legal form."""
    return [word for word in _WORD.findall(name) if word.lower() not in _LEGAL]


def is_shouting(name: str, known: Collection[str] = ()) -> bool:
    """Whether a name, without its legal form, is all in capitals and is not an abbreviation.

    >>> is_shouting("HAN RIVER WATER CO.,LTD"), is_shouting("KOTRA"), is_shouting("Han River Water")
    (True, False, False)
    """
    words = [word for word in _own_words(name) if word not in known and len(word) > 1]
    if not words or any(sign.islower() for word in _own_words(name) for sign in word):
        return False
    return len(words) > 1 or len(words[0]) > SHORT or words[0] != name


def calm(name: str, known: Collection[str] = ()) -> str:
    """A name in capitals in small letters with a capital at the beginning of each word; abbreviations stay.

    >>> calm("KEPCO KDN CO., LTD.", {"KEPCO"}), calm("BANK OF HANRIVER-DO")
    ('KEPCO KDN Co., Ltd.', 'Bank of Hanriver-do')
    """
    return "".join(_calm_parts(name, known))


def _calm_parts(name: str, known: Collection[str]) -> Iterator[str]:
    end = 0
    for found in _WORD.finditer(name):
        word = found.group()
        yield name[end : found.start()]
        end = found.end()
        low = word.lower()
        before = name[: found.start()]
        is_short = low not in _WORDS and (len(word) < 4 or not re.search("[AEIOUY]", word))
        if word in known or is_short or not word.isupper():
            yield word
        elif (before and low in _SMALL) or (before.endswith("-") and len(word) < 3):
            yield low
        else:
            yield word.capitalize()
    yield name[end:]
