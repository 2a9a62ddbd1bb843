"""The names nearest to an unknown name, for its error message."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from kg.matching.show import near_things
from kg.values import fold_case, nfd

NEAREST = 3


def nearest_names(wanted: str, names: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The three pairs of ``names`` (a name, and what it names) nearest to ``wanted``, at most one for each thing.

    First names that contain ``wanted``, the shortest first; then by the rules of :mod:`kg.matching`; then by the
    similarity of their letters.

    >>> nearest_names("weakly-1", [("daily-1", "d"), ("weekly-1", "w")])[0]
    ('weekly-1', 'w')
    """
    part = fold_case(wanted)
    containing = sorted((len(name), name, thing) for name, thing in names if len(part) > 1 and part in fold_case(name))
    found: dict[str, str] = {}
    for name, thing in [
        *((name, thing) for _, name, thing in containing),
        *((near.name, near.organisation) for near in near_things(wanted, names, NEAREST)),
    ]:
        if len(found) < NEAREST:
            found.setdefault(thing, name)
    spelt = [nfd(name) for name, _ in names]
    for _, _, position in process.extract(nfd(wanted), spelt, scorer=fuzz.ratio, limit=4 * NEAREST):
        if len(found) < NEAREST:
            name, thing = names[position]
            found.setdefault(thing, name)
    return [(name, thing) for thing, name in found.items()]
