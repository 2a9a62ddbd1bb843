"""What a query answered."""

from __future__ import annotations

from dataclasses import dataclass

from kg.queries.terms import Term


@dataclass(frozen=True)
class QueryResult:
    """What a query answered: ``select`` has rows, ``ask`` an answer, ``graph`` triples."""

    kind: str
    variables: tuple[str, ...] = ()
    rows: tuple[tuple[Term | None, ...], ...] = ()
    answer: bool | None = None
    triples: tuple[tuple[Term, Term, Term], ...] = ()
    truncated: bool = False
    seconds: float = 0.0

    def __len__(self) -> int:
        return len(self.triples if self.kind == "graph" else self.rows)
