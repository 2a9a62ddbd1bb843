"""Contradictions between judgements: things judged both *same* and *different*, directly or through a chain."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb

from kg.errors import Fault, Text
from kg.values import nfc

JOINT = "joint"  # a joint name means two organisations and does not merge them


@dataclass(frozen=True)
class Judged:
    """One judgement: its file and row, the two things, and the verdict."""

    file: str
    row: int
    first: str
    second: str
    judgement: str

    def __str__(self) -> str:
        return f"{_bare(self.first)} · {_bare(self.second)}"


def find_contradictions(judgements: Iterable[Judged]) -> Iterator[tuple[Judged, list[Judged]]]:
    """Each *different* with the shortest chain of *same* that contradicts it.

    >>> rows = [Judged("j", 1, "a", "b", "same"), Judged("j", 2, "b", "c", "same")]
    >>> rows.append(Judged("j", 3, "a", "c", "different"))
    >>> [(judged.row, [row.row for row in chain]) for judged, chain in find_contradictions(rows)]
    [(3, [1, 2])]
    """
    same_as: dict[str, list[tuple[str, Judged]]] = defaultdict(list)
    differences = []
    for judged in judgements:
        if judged.judgement == "same":
            same_as[judged.first].append((judged.second, judged))
            same_as[judged.second].append((judged.first, judged))
        elif judged.judgement == "different":
            differences.append(judged)
    for judged in differences:
        chain = _chain(same_as, judged.first, judged.second)
        if chain is not None:
            yield judged, chain


def _chain(same_as: dict[str, list[tuple[str, Judged]]], start: str, end: str) -> list[Judged] | None:
    """The shortest chain of *same* judgements from ``start`` to ``end``."""
    reached_from: dict[str, tuple[str, Judged] | None] = {start: None}
    waiting = deque([start])
    while waiting and end not in reached_from:
        node = waiting.popleft()
        for neighbour, judged in same_as.get(node, ()):
            if neighbour not in reached_from:
                reached_from[neighbour] = (node, judged)
                waiting.append(neighbour)
    if end not in reached_from:
        return None
    chain, step = [], reached_from[end]
    while step is not None:
        chain.append(step[1])
        step = reached_from[step[0]]
    return chain[::-1]


def check_judgements(connection: duckdb.DuckDBPyConnection, row: str = "row_") -> list[Fault]:
    """Faults for each contradiction in the loaded tables of judgements; each names both rows (or the whole chain).

    Reads ``names``, ``code_names``, ``judgements``, ``case_identity`` and ``event_identity`` of the schema ``raw``, if
    present; ``row`` is the column with the row number.
    """
    faults = []
    for judged, chain in find_contradictions(_loaded(connection, row)):
        ko = ", ".join(f"{step.file} {step.row}행({step})" for step in chain)
        en = ", ".join(f"{step.file} row {step.row} ({step})" for step in chain)
        text = (
            Text(
                f"'different'라는 판단이 다음 판단과 모순됩니다: {ko}. 하나를 고치십시오.",
                f"is judged 'different', but {en} imply that they are the same: correct one of them.",
            )
            if chain
            else Text(
                "자기 자신과 다르다고 판단했습니다. 이 행을 지우십시오.",
                "judges a thing different from itself: remove it.",
            )
        )
        faults.append(Fault(judged.file, text, judged.row, "judgement", str(judged), "judgement"))
    return faults


def _loaded(connection: duckdb.DuckDBPyConnection, row: str) -> Iterator[Judged]:
    found = connection.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'raw'").fetchall()
    tables = {name for (name,) in found}
    files = dict(connection.execute("SELECT name, file FROM raw.files_").fetchall()) if "files_" in tables else {}
    queries = {
        "names": "SELECT {row}, 'name:' || name, 'organisation:' || organisation, judgement FROM raw.names"
        f" WHERE coalesce(kind, '') <> '{JOINT}'",
        "code_names": "SELECT {row}, 'name of ' || list || ':' || name, 'code of ' || list || ':' || code, judgement"
        " FROM raw.code_names",
        "judgements": "SELECT {row}, about || ':' || one, about || ':' || other, judgement FROM raw.judgements",
        "case_identity": "SELECT {row}, 'case:' || one, 'case:' || other, judgement FROM raw.case_identity",
        "event_identity": "SELECT {row}, 'event:' || one, 'event:' || other, judgement FROM raw.event_identity",
    }
    for table, query in queries.items():
        if table in tables:
            rows = connection.execute(f"{query.format(row=row)} ORDER BY 1").fetchall()
            for number, first, second, judgement in rows:
                if first and second:
                    yield Judged(files.get(table, f"{table}.csv"), number, nfc(first), nfc(second), judgement or "")


def _bare(node: str) -> str:
    return node.partition(":")[2] or node
