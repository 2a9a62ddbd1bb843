"""The pairs of a build as columns of numbers: read once, then filtered by date, programme and case for each network.

They are those of :mod:`kg.analysis.pairs`: the table that the build wrote, or the same query for other roles and for
what another policy accepts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import fsum
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.analysis.pairs import CASES, PARTIES, pairs_query
from kg.errors import Text
from kg.network.errors import unknown
from kg.network.kinds.projection import WEIGHTS
from kg.network.kinds.selection import chosen_programmes, first_and_last, in_order, reason_by_counts
from kg.network.kinds.window import Window
from kg.network.tables.rows import Case
from kg.values import sql_text

if TYPE_CHECKING:
    import duckdb
    import numpy

_CASES = """SELECT k."case", c.label, c.programme, c.round, c.earliest, c.latest, coalesce(p.tied, 0),
  coalesce(p.named, 0), coalesce(p.unnamed, false)
FROM (SELECT "case" FROM ({cases}) UNION SELECT "case" FROM ({parties})) k LEFT JOIN ({cases}) c USING ("case")
LEFT JOIN (SELECT "case", count(DISTINCT org) FILTER ({tied}) AS tied, count(DISTINCT org) AS named,
  bool_or(org IS NULL) AS unnamed FROM ({parties}) GROUP BY "case") p USING ("case") ORDER BY k."case" """

_NUMBERED = """WITH rows AS MATERIALIZED (
  SELECT organisation, partner, "case", sources, origins FROM ({pairs}) WHERE makes_tie),
organisations AS (SELECT org, (row_number() OVER (ORDER BY org) - 1)::INTEGER AS place
  FROM (SELECT organisation AS org FROM rows UNION SELECT partner FROM rows)),
evidence AS (SELECT sources, origins, (row_number() OVER (ORDER BY sources) - 1)::INTEGER AS number
  FROM (SELECT DISTINCT sources, origins FROM rows)),
numbers AS (SELECT "case", (row_number() OVER (ORDER BY "case") - 1)::INTEGER AS number
  FROM (SELECT "case" FROM ({cases}) UNION SELECT "case" FROM ({parties})))
"""


class CountedCase(NamedTuple):
    """A case with the number of its organisations in the roles that make ties, and of all that are named."""

    row: Case
    tied: int
    named: int
    unnamed: bool


@dataclass(frozen=True, eq=False)  # columns have no one truth of being equal
class Pairs:
    """All pairs of one choice of roles: places of two organisations, a case and its evidence, in this order.

    ``evidence`` numbers the distinct lists of sources that state both; ``sources`` and ``origins`` hold them.
    """

    organisations: numpy.ndarray[Any, Any]
    cases: Sequence[CountedCase]
    first: numpy.ndarray[Any, Any]
    second: numpy.ndarray[Any, Any]
    case: numpy.ndarray[Any, Any]
    evidence: numpy.ndarray[Any, Any]
    sources: Sequence[frozenset[str]]
    origins: Sequence[frozenset[str]]
    roles: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ChosenPairs:
    """The pairs of the cases that a network uses, and why the other cases are left out.

    ``starts`` are the rows at which a new tie begins. ``weights`` has the weight of each tie.
    """

    pairs: Pairs
    first: numpy.ndarray[Any, Any]
    second: numpy.ndarray[Any, Any]
    case: numpy.ndarray[Any, Any]
    evidence: numpy.ndarray[Any, Any]
    starts: numpy.ndarray[Any, Any]
    used: numpy.ndarray[Any, Any]
    weighting: str
    facts: Mapping[str, Any]

    @cached_property
    def lengths(self) -> numpy.ndarray[Any, Any]:
        """How many cases each tie has."""
        import numpy

        return numpy.diff(numpy.append(self.starts, len(self.case)))

    @property
    def weights(self) -> list[float]:
        """The weight of each tie: the number of its cases, or the exact sum of their shares, rounded once."""
        if self.weighting == "count":
            counts: list[float] = self.lengths.tolist()
            return counts
        shares = [1 / (case.tied - 1) if case.tied > 1 else 0.0 for case in self.pairs.cases]
        each = [shares[number] for number in self.case.tolist()]
        return [
            each[start] if length == 1 else fsum(each[start : start + length])
            for start, length in zip(self.starts.tolist(), self.lengths.tolist(), strict=True)
        ]

    def stated(self, sets: Sequence[frozenset[str]]) -> list[int]:
        """For each tie, how many sources (or origins, by ``sets``) state both organisations in one of its cases."""
        sizes = [len(found) for found in sets]
        known: dict[tuple[int, ...], int] = {}
        rows, starts, lengths = self.evidence.tolist(), self.starts.tolist(), self.lengths.tolist()
        counts = [sizes[rows[start]] for start in starts]
        for tie in (self.lengths > 1).nonzero()[0].tolist():
            start = starts[tie]
            key = tuple(rows[start : start + lengths[tie]])
            if key not in known:
                known[key] = len(frozenset().union(*(sets[number] for number in key)))
            counts[tie] = known[key]
        return counts


def read_pairs(connection: duckdb.DuckDBPyConnection, roles: Iterable[str] | None = None) -> Pairs:
    """The pairs of ``accepted``, ``resolved`` and ``codes``, of these roles or of those that make ties.

    The default roles are read from ``analysis.pairs`` where the connection has it.
    """
    import numpy

    chosen = _chosen_roles(connection, roles)
    tied = f"role IN ({', '.join(map(sql_text, chosen)) or 'NULL'})"
    stored = (
        roles is None
        and connection.execute(
            "SELECT 1 FROM duckdb_views() WHERE schema_name = 'analysis' AND view_name = 'pairs'"
        ).fetchone()
    )
    pairs = "FROM analysis.pairs" if stored else pairs_query(tied)
    numbered = _NUMBERED.format(pairs=pairs, cases=CASES, parties=PARTIES)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE pair_rows AS {numbered} SELECT r.organisation, r.partner, a.place AS first,"
        " b.place AS second, n.number AS number, e.number AS evidence FROM rows r"
        " JOIN organisations a ON a.org = r.organisation JOIN organisations b ON b.org = r.partner"
        ' JOIN numbers n ON n."case" = r."case" JOIN evidence e ON e.sources = r.sources AND e.origins = r.origins'
    )
    names = connection.execute(
        "SELECT DISTINCT organisation FROM (SELECT organisation FROM pair_rows UNION ALL SELECT partner FROM pair_rows)"
        " ORDER BY 1"
    ).fetchnumpy()["organisation"]
    lists = connection.execute(
        f"SELECT DISTINCT sources, origins FROM ({pairs}) WHERE makes_tie ORDER BY sources"
    ).fetchall()
    rows = connection.execute(
        "SELECT first, second, number, evidence FROM pair_rows ORDER BY first, second, number"
    ).fetchnumpy()
    connection.execute("DROP TABLE pair_rows")
    first, second, case, evidence = (numpy.ma.getdata(rows[name]) for name in ("first", "second", "number", "evidence"))
    found = connection.execute(_CASES.format(cases=CASES, parties=PARTIES, tied=tied)).fetchall()
    cases = [CountedCase(Case(*row[:6]), *row[6:]) for row in found]
    sources, origins = ([frozenset(row[place]) for row in lists] for place in (0, 1))
    return Pairs(numpy.ma.getdata(names), cases, first, second, case, evidence, sources, origins, chosen)


def _chosen_roles(connection: duckdb.DuckDBPyConnection, roles: Iterable[str] | None) -> tuple[str, ...]:
    """The roles in order; by default those that make ties. An unknown role names the known ones."""
    known = dict(connection.execute("SELECT code, coalesce(ties = 'true', false) FROM codes.role").fetchall())
    found = connection.execute(f"SELECT DISTINCT role FROM ({PARTIES})").fetchall()
    known |= {role: False for (role,) in found if role not in known}
    if roles is None:
        return tuple(sorted(role for role, ties in known.items() if ties))
    given = {roles} if isinstance(roles, str) else set(roles)
    for role in sorted(given - known.keys()):
        raise unknown(Text("역할", "role"), role, known)
    return tuple(sorted(given))


def choose_pairs(
    pairs: Pairs, days: Window, *, programme: Iterable[str] | None = None, weight: str = "count"
) -> ChosenPairs:
    """The pairs of the cases inside these days and of these programmes."""
    import numpy

    if weight not in WEIGHTS:
        raise unknown(Text("가중치", "weight"), weight, WEIGHTS)
    wanted = chosen_programmes({case.row.programme for case in pairs.cases}, programme)
    used = numpy.zeros(len(pairs.cases), bool)
    left_out: dict[str, list[str]] = {}
    in_time = 0
    for number, (row, tied, named, unnamed) in enumerate(pairs.cases):
        reason = days.reason_out(row.earliest, row.latest)
        in_time += reason is None
        if reason is None and wanted is not None and row.programme not in wanted:
            reason = "programme-not-asked"
        reason = reason or reason_by_counts(tied, named, unnamed)
        if reason:
            left_out.setdefault(reason, []).append(row.case)
        else:
            used[number] = True
    inside = slice(None) if used.all() else used[pairs.case]
    first, second, case, evidence = (
        column[inside] for column in (pairs.first, pairs.second, pairs.case, pairs.evidence)
    )
    new = numpy.ones(len(first), bool)
    new[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    facts = {
        "programme": None if wanted is None else list(wanted),
        "roles": list(pairs.roles),
        "cases_total": len(pairs.cases),
        "cases_in_time": in_time,
        "cases_used": int(used.sum()),
        "left_out": in_order(left_out),
        **first_and_last(pairs.cases[number].row for number in used.nonzero()[0].tolist()),
    }
    return ChosenPairs(pairs, first, second, case, evidence, new.nonzero()[0], used, weight, facts)
