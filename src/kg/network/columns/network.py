"""Large networks: ties as columns of numbers, measured by networkit, without a Python object for each.

The same networks and the same values as :func:`kg.network.partnership_network` and :mod:`kg.network.measures`, which
tests compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.network.columns.edges import Edges
from kg.network.columns.measures import MEASURES, SAMPLED, WEIGHTED, MeasureOptions
from kg.network.columns.parties import chosen_roles_in, numbered_parties, parties_of
from kg.network.errors import NetworkError, unknown
from kg.network.kinds.projection import WEIGHTS
from kg.network.kinds.selection import chosen_programmes, chosen_roles
from kg.network.kinds.window import window
from kg.network.progress import Progress, step_reporter
from kg.network.tables.rows import NetworkTables

if TYPE_CHECKING:
    import duckdb
    import pandas


class EdgeColumns(Edges):
    """Edges with measures."""

    def measure(
        self,
        name: str,
        *,
        weighted: bool | None = None,
        progress: Progress | None = None,
        seed: int = 1,
        sources: int | None = None,
    ) -> pandas.Series[Any]:
        """The values of a measure by organisation, named and scaled as in :data:`kg.network.MEASURES`.

        ``sources`` is for betweenness and closeness: from how many organisations it searches, drawn by ``seed``. By
        default from all of them up to 10,000 organisations, beyond from 1,000; so many as there are make it exact.
        ``.attrs["exact"]`` says which; of an estimate ``.attrs["error"]`` is the error that no organisation exceeds
        but in one of twenty draws (Hoeffding; far more than is usual), ``.attrs["standard_error"]`` the largest
        standard error, seen in ten batches of the sources or in their distances.

        ``weighted`` is as in :mod:`kg.network.measures`, for closeness, communities, eigenvector, pagerank and
        strength; by default only communities and strength read weights. Other measures refuse ``weighted=True``.

        ``communities`` gives the number of each one's community (Leiden, by ``seed``), ``components`` that of its
        component, both counted from 0 by size. Outside the largest component ``eigenvector`` has no value (NaN), and
        without a tie ``effective_size`` has none.
        ``progress`` is called with the steps of a long measure.
        """
        import pandas

        if name not in MEASURES:
            raise unknown(Text("큰 네트워크의 지표", "measure of a large network"), name, MEASURES)
        if sources is not None and (name not in SAMPLED or sources < 2):
            raise NetworkError(
                Text(
                    f"sources={sources}: betweenness와 closeness에만 쓰며, 2 이상입니다.",
                    f"sources={sources}: only betweenness and closeness take sources, 2 or more.",
                )
            )
        if weighted and name not in WEIGHTED:
            raise NetworkError(
                Text(
                    f"{name}: 큰 네트워크에서는 가중치를 읽지 않습니다. to_networkx()로 바꾼 다음 계산하십시오.",
                    f"{name} reads no weights in columns; measure the graph of to_networkx() instead.",
                )
            )
        if progress:
            progress(Text(f"{name}: 기관 {self.organisations:,}곳", f"{name}: {self.organisations:,} organisations"))
        if not self.organisations:
            return pandas.Series([], index=pandas.Index([], dtype=object), name=name, dtype=float)
        values, facts = MEASURES[name](self, MeasureOptions(seed, sources, step_reporter(name, progress), weighted))
        found = pandas.Series(values, index=self.ids, name=name)
        found.attrs.update(facts)
        return found


def columns_network(
    tables: duckdb.DuckDBPyConnection | NetworkTables,
    *,
    at: str | date | None = None,
    between: tuple[str | date, str | date] | None = None,
    mode: str = "certain",
    roles: Iterable[str] | None = None,
    programme: Iterable[str] | None = None,
    weight: str = "count",
) -> EdgeColumns:
    """The partnership network of tables in DuckDB, as for :func:`kg.network.columns.ties.ties_in_columns`, or of rows.

    ``programme`` needs rows, because the tables in DuckDB do not state the programme of a case.

    >>> import duckdb
    >>> connection = duckdb.connect()
    >>> rows = "VALUES ('p1','c','lead','a',true), ('p2','c','partner','b',true), ('p3','c','partner','d',true)"
    >>> columns = "participation, \\"case\\", role, organisation, makes_tie"
    >>> _ = connection.execute(f"CREATE TABLE participations AS SELECT * FROM ({rows}) rows({columns})")
    >>> _ = connection.execute('CREATE TABLE cases ("case" VARCHAR, earliest DATE, latest DATE)')
    >>> found = columns_network(connection)
    >>> found.ids.tolist(), found.one.tolist(), found.other.tolist(), found.weight.tolist()
    (['a', 'b', 'd'], [0, 0, 1], [1, 2, 2], [1.0, 1.0, 1.0])
    """
    if weight not in WEIGHTS:
        raise unknown(Text("가중치", "weight"), weight, WEIGHTS)
    days = window(at, between, mode)
    if programme is not None:
        tables = _of_programmes(tables, programme)
    if isinstance(tables, NetworkTables):
        connection, chosen = parties_of(tables), list(chosen_roles(tables, roles))
    else:
        connection, chosen = tables, chosen_roles_in(tables, roles)
    ids, cases, places = numbered_parties(connection, chosen, days.sql("earliest", "latest"))
    facts = {**days.facts(), "kind": "partnership", "roles": chosen, "weighting": weight}
    return _joined(ids, *_pairs(cases, places, len(ids), fractional=weight == "fractional"), facts)


def _of_programmes(tables: duckdb.DuckDBPyConnection | NetworkTables, programme: Iterable[str]) -> NetworkTables:
    """The tables with the cases of these programmes only."""
    if not isinstance(tables, NetworkTables):
        raise NetworkError(
            Text(
                "DuckDB의 표에는 programme을 쓸 수 없습니다. 그 사업의 사례만 담은 표를 주십시오.",
                "Tables in DuckDB take no programme: give tables with the cases of that programme only.",
            )
        )
    wanted = chosen_programmes((row[2] for row in tables.cases), programme) or ()
    cases = [row for row in tables.cases if row[2] in wanted]
    inside = {row[0] for row in cases}
    return replace(tables, cases=cases, participations=[row for row in tables.participations if row[1] in inside])


def _pairs(cases: Any, places: Any, n: int, *, fractional: bool) -> tuple[Any, Any]:
    """Each pair of parties of each case as one number, one party before the other, and its share of the case.

    Two places are packed in one number, the first shifted by the bits that the second may need.
    """
    import numpy

    bits = _bits(n)
    rows = numpy.sort(cases.astype(numpy.int64) << bits | places)
    rows = rows[_first_of_equals(rows)]  # one organisation may have several roles in a case
    cases, places = rows >> bits, rows & (1 << bits) - 1
    starts = numpy.flatnonzero(_first_of_equals(cases))
    parties = numpy.diff(numpy.append(starts, len(rows)))
    here = numpy.arange(len(rows))
    after = numpy.repeat(starts + parties, parties) - here - 1  # parties of the case that follow this one
    first = numpy.repeat(here + 1 - numpy.cumsum(after) + after, after)
    partners = places[first + numpy.arange(len(first))]
    shares = numpy.repeat(numpy.repeat(1 / numpy.maximum(parties - 1, 1), parties), after) if fractional else None
    return numpy.repeat(places << bits, after) | partners, shares


def _joined(ids: Any, pairs: Any, shares: Any, facts: Mapping[str, Any]) -> EdgeColumns:
    """Each tie once, with the sum of its shares (1 each where none are given), among organisations that have one."""
    import numpy

    bits = _bits(len(ids))
    if shares is None:
        pairs.sort()
    else:
        order = numpy.argsort(pairs, kind="stable")
        pairs, shares = pairs[order], shares[order]
    starts = numpy.flatnonzero(_first_of_equals(pairs))
    if shares is None:
        weights = numpy.diff(numpy.append(starts, len(pairs))).astype(float)
    else:
        weights = numpy.add.reduceat(shares, starts) if len(starts) else numpy.zeros(0)
    once = pairs[starts]
    left, right = once >> bits, once & (1 << bits) - 1
    tied = numpy.zeros(len(ids), bool)
    tied[left] = tied[right] = True
    place = numpy.cumsum(tied) - 1
    return EdgeColumns(ids[tied], place[left], place[right], weights, facts)


def _bits(n: int) -> int:
    """How many bits hold the places of ``n`` organisations: at most 31, so that two fit into one number."""
    return max(n - 1, 0).bit_length()


def _first_of_equals(ordered: Any) -> Any:
    """True for every value that is not that before it."""
    import numpy

    found = numpy.ones(len(ordered), bool)
    numpy.not_equal(ordered[1:], ordered[:-1], out=found[1:])
    return found
