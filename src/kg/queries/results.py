"""What a query answered."""

from __future__ import annotations

from dataclasses import dataclass

from kg.errors import KgError, Text
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

    def require_whole(self, place: str) -> None:
        """Raise ``KgError`` if rows were cut off: for what needs all of them. ``place`` says where they were asked."""
        if self.truncated:
            raise KgError(
                Text(
                    f"{place}: {len(self):,}행에서 잘린 답입니다. 이 일에는 모든 행이 필요합니다.",
                    f"{place}: the answer was cut at {len(self):,} rows, and all rows are needed for this.",
                )
            )
