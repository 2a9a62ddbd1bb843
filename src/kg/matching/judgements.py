"""Contradictions between judgements: two things judged the same and different, at once or by a chain of judgements."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb

from kg.errors import Fault, Text
from kg.values import nfc

JOINT = "joint"  # a joint name means two bodies and makes them not one


@dataclass(frozen=True)
class Judged:
    """One judgement: where it stands, what it is about, and what it says."""

    file: str
    row: int
    one: str
    other: str
    judgement: str

    def __str__(self) -> str:
        return f"{_bare(self.one)} · {_bare(self.other)}"


def find_contradictions(judgements: Iterable[Judged]) -> Iterator[tuple[Judged, list[Judged]]]:
    """Each *different* together with the chain of *same* that says otherwise, the shortest one.

    >>> rows = [Judged("j", 1, "a", "b", "same"), Judged("j", 2, "b", "c", "same")]
    >>> rows.append(Judged("j", 3, "a", "c", "different"))
    >>> [(one.row, [row.row for row in chain]) for one, chain in find_contradictions(rows)]
    [(3, [1, 2])]
    """
    near: dict[str, list[tuple[str, Judged]]] = defaultdict(list)
    apart = []
    for one in judgements:
        if one.judgement == "same":
            near[one.one].append((one.other, one))
            near[one.other].append((one.one, one))
        elif one.judgement == "different":
            apart.append(one)
    for one in apart:
        chain = _chain(near, one.one, one.other)
        if chain is not None:
            yield one, chain


def _chain(near: dict[str, list[tuple[str, Judged]]], start: str, end: str) -> list[Judged] | None:
    """The fewest *same* judgements that lead from one to the other."""
    came: dict[str, tuple[str, Judged] | None] = {start: None}
    waiting = deque([start])
    while waiting and end not in came:
        here = waiting.popleft()
        for there, judged in near.get(here, ()):
            if there not in came:
                came[there] = (here, judged)
                waiting.append(there)
    if end not in came:
        return None
    chain, step = [], came[end]
    while step is not None:
        chain.append(step[1])
        step = came[step[0]]
    return chain[::-1]


def check_judgements(connection: duckdb.DuckDBPyConnection, row: str = "row_") -> list[Fault]:
    """Faults for each contradiction in the loaded tables of judgements; each names both rows (or the whole chain).

    Read are ``names``, ``code_names``, ``judgements``, ``case_identity`` and ``event_identity`` of the schema ``raw``,
    as far as they are there; ``row`` is the column that holds the row's number.
    """
    faults = []
    for one, chain in find_contradictions(_loaded(connection, row)):
        ko = ", ".join(f"{step.file} {step.row}행({step})" for step in chain)
        en = ", ".join(f"{step.file} row {step.row} ({step})" for step in chain)
        text = (
            Text(
                f"'different'인데 다음은 같다고 합니다: {ko}. 하나를 고치십시오.",
                f"says 'different', but that they are the same follows from {en}: correct one of them.",
            )
            if chain
            else Text("스스로와 다르다고 판단했습니다.", "judges a thing different from itself: remove it.")
        )
        faults.append(Fault(one.file, text, one.row, "judgement", str(one), "judgement"))
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
            for number, one, other, judgement in rows:
                if one and other:
                    yield Judged(files.get(table, f"{table}.csv"), number, nfc(one), nfc(other), judgement or "")


def _bare(node: str) -> str:
    return node.partition(":")[2] or node
