"""Shapes as plain values: targets, paths and constraints."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.shacl.triples import Term
from kg.shacl.vocabulary import REPEATED_PATHS, SH


@dataclass(frozen=True, eq=False)  # compared by identity, because they are looked up millions of times
class PropertyPath:
    """A property path; ``kind`` is ``predicate``, ``inverse``, ``sequence``, ``alternative``, or a repeated one."""

    kind: str
    predicate: str = ""
    parts: tuple[PropertyPath, ...] = ()

    def __str__(self) -> str:
        if self.kind == "predicate":
            return f"<{self.predicate}>"
        if self.kind == "inverse":
            return f"^{self.parts[0]}" if self.parts[0].kind == "predicate" else f"^({self.parts[0]})"
        if self.kind in REPEATED_PATHS:
            mark = "*+?"[REPEATED_PATHS.index(self.kind)]
            return f"{self.parts[0]}{mark}" if self.parts[0].kind == "predicate" else f"({self.parts[0]}){mark}"
        return ("/" if self.kind == "sequence" else "|").join(
            f"({part})" if part.parts and part.kind != "inverse" else str(part) for part in self.parts
        )


@dataclass(frozen=True, eq=False)
class Constraint:
    """One parameter of a shape and its value: terms, a number, a pattern or other shapes.

    ``siblings`` are the shapes to which a value of ``qualifiedValueShape`` must not conform.
    """

    parameter: str
    terms: tuple[Term, ...] = ()
    number: int = 0
    pattern: re.Pattern[str] | None = None
    shapes: tuple[Shape, ...] = ()
    siblings: tuple[Shape, ...] = ()


@dataclass
class Shape:
    """A node shape, or a property shape where ``path`` is given.

    ``name`` is its IRI, or a label such as ``_:anon7``. ``cycle`` is the number of the group of shapes that refer to
    each other, or ``None`` if the shape is not recursive.
    """

    name: str
    path: PropertyPath | None = None
    targets: tuple[tuple[str, Term], ...] = ()
    constraints: tuple[Constraint, ...] = ()
    properties: tuple[Shape, ...] = ()
    severity: str = SH.Violation
    #: language (or an empty text) and message, in order
    messages: tuple[tuple[str, str], ...] = ()
    cycle: int | None = None

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other
