"""Large networks: ties as columns of numbers, measured by networkit, without a Python object for each.

The same networks and the same values as :func:`kg.network.partnership_network` and :mod:`kg.network.measures`, which
tests hold against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.network.columns.measures import MEASURES, Asked, Progress, networkit, teller
from kg.network.columns.ties import chosen_roles_in
from kg.network.errors import NetworkError, unknown
from kg.network.kinds.projection import WEIGHTS
from kg.network.kinds.window import window
from kg.network.tables.rows import NetworkTables, local_ids
from kg.values import sql_path, sql_text

if TYPE_CHECKING:
    import duckdb
    import networkx as nx
    import numpy
    import pandas


@dataclass(frozen=True, eq=False)  # columns have no one truth of being equal
class EdgeColumns:
    """A network as columns: ``ids`` of the organisations, and each tie as two places among them with its weight.

    Ties stand in order; 24 bytes a tie, and the ids. ``facts`` says what was asked.
    """

    ids: numpy.ndarray[Any, Any]
    one: numpy.ndarray[Any, Any]
    other: numpy.ndarray[Any, Any]
    weight: numpy.ndarray[Any, Any]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def organisations(self) -> int:
        return len(self.ids)

    @property
    def ties(self) -> int:
        return len(self.one)

    def with_plain_ids(self) -> EdgeColumns:
        """The same with the last part of each IRI as id, like the nodes of :func:`kg.network.partnership_network`."""
        import numpy

        plain = local_ids(self.ids.tolist())
        return replace(self, ids=numpy.array([plain[iri] for iri in self.ids], dtype=object))

    def to_networkx(self) -> nx.Graph:
        """The same as a NetworkX graph with weights: about 300 bytes a tie."""
        import networkx as nx

        graph = nx.Graph(**self.facts)
        graph.add_nodes_from(self.ids.tolist())
        ends = (self.ids[self.one].tolist(), self.ids[self.other].tolist(), self.weight.tolist())
        graph.add_weighted_edges_from(zip(*ends, strict=True))
        return graph

    def to_scipy(self, *, weighted: bool = True) -> Any:
        """The same as a symmetric sparse matrix of SciPy."""
        import numpy
        from scipy.sparse import csr_array

        values = self.weight if weighted else numpy.ones(self.ties)
        if (self.one[1:] < self.one[:-1]).any():
            raise ValueError("ties out of order: sort them by the first place")
        starts = numpy.searchsorted(self.one, numpy.arange(self.organisations + 1))
        number = numpy.int32 if max(2 * self.ties, self.organisations) < 2**31 else numpy.int64  # half the memory
        shape = (self.organisations, self.organisations)
        above = csr_array((values, self.other.astype(number), starts.astype(number)), shape=shape)
        return above + above.T.tocsr()

    @cached_property
    def matrix(self) -> Any:
        """The matrix without weights: made once, for all measures."""
        return self.to_scipy(weighted=False)

    def to_networkit(self, *, weighted: bool = True) -> Any:
        """The same for networkit, with the places of ``ids`` as nodes."""
        import numpy
        from scipy.sparse import csr_array

        library, shape = networkit(), (self.organisations, self.organisations)
        values = self.weight if weighted else numpy.ones(self.ties)
        if hasattr(library, "GraphFromCsr"):  # three times faster, where it is there
            once = csr_array((values, (self.one, self.other)), shape=shape)
            return library.GraphFromCsr(once, directed=False, weighted=weighted)
        ends = (self.one.astype(numpy.uint64), self.other.astype(numpy.uint64))
        return library.GraphFromCoo((values, ends), n=self.organisations, weighted=weighted, directed=False)

    @cached_property
    def plain(self) -> Any:
        """The networkit graph without weights: made once, for all measures."""
        return self.to_networkit(weighted=False)

    def measure(
        self, name: str, *, progress: Progress | None = None, seed: int = 1, sources: int | None = None
    ) -> pandas.Series[Any]:
        """The values of a measure by organisation, named and scaled as in :data:`kg.network.MEASURES`.

        ``sources`` is for betweenness alone: from how many organisations it searches, drawn by ``seed``. By default
        from all of them up to 10,000 organisations, beyond from 1,000; so many as there are make it exact.
        ``.attrs["exact"]`` says which; of an estimate ``.attrs["error"]`` is the error that no organisation exceeds
        but in one of twenty draws (Hoeffding; far more than is usual), ``.attrs["standard_error"]`` the largest
        standard error, seen in ten batches of the sources.

        ``communities`` gives the number of each one's community (Leiden, by ``seed``), ``components`` that of its
        component, both counted from 0 by size. Outside the largest component ``eigenvector`` has no value (NaN), and
        without a tie ``effective_size`` has none.
        ``progress`` is told how far a long measure is.
        """
        import pandas

        if name not in MEASURES:
            raise unknown(Text("큰 망의 잣대", "measure of a large network"), name, MEASURES)
        if sources is not None and (name != "betweenness" or sources < 2):
            raise NetworkError(
                Text(
                    f"sources={sources}: betweenness에만 쓰며, 2 이상입니다.",
                    f"sources={sources}: only betweenness takes sources, 2 or more.",
                )
            )
        if progress:
            progress(Text(f"{name}: 기관 {self.organisations:,}곳", f"{name}: {self.organisations:,} organisations"))
        if not self.organisations:
            return pandas.Series([], index=pandas.Index([], dtype=object), name=name, dtype=float)
        values, facts = MEASURES[name](self, Asked(seed, sources, teller(name, progress)))
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
    weight: str = "count",
) -> EdgeColumns:
    """The partnership network of tables in DuckDB, as for :func:`kg.network.columns.ties.ties_in_columns`, or of rows.

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
    connection = table_columns(tables) if isinstance(tables, NetworkTables) else tables
    asked = chosen_roles_in(connection, roles)
    ids, cases, places = _parties(connection, asked, days.sql("earliest", "latest"))
    facts = {**days.facts(), "kind": "partnership", "roles": asked, "weighting": weight}
    return _joined(ids, *_pairs(cases, places, len(ids), fractional=weight == "fractional"), facts)


# organisations are numbered in the order of their ids, cases in any order, so that what follows moves numbers, not text
_NODES = """SELECT organisation, (row_number() OVER (ORDER BY organisation) - 1)::INTEGER AS place
    FROM (SELECT DISTINCT organisation FROM participations WHERE organisation IS NOT NULL)"""
_PARTIES = """SELECT numbered.number, nodes.place, p.role, numbered.earliest, numbered.latest
    FROM participations p JOIN network_nodes nodes USING (organisation) JOIN (
        SELECT "case", (row_number() OVER () - 1)::INTEGER AS number, c.earliest, c.latest
        FROM (SELECT DISTINCT "case" FROM participations) LEFT JOIN cases c USING ("case")
    ) numbered USING ("case")"""


def number_parties(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep organisations and cases as numbers, in two further tables ``network_nodes`` and ``network_parties``.

    :func:`columns_network` then numbers nothing itself. Call it again when rows of the tables change.
    """
    connection.execute(f"CREATE OR REPLACE TABLE network_nodes AS {_NODES} ORDER BY place")
    connection.execute(f"CREATE OR REPLACE TABLE network_parties AS {_PARTIES}")


def _parties(connection: duckdb.DuckDBPyConnection, roles: Iterable[str], inside: str) -> tuple[Any, Any, Any]:
    """The ids of all organisations; the number of a case and the place of a party in them, row by row."""
    import numpy

    known = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    here = f"WITH network_nodes AS ({_NODES}), network_parties AS ({_PARTIES}) "
    once = "" if {"network_nodes", "network_parties"} <= known else here
    named = ", ".join(map(sql_text, roles)) or "NULL"
    asked = f"SELECT number, place FROM network_parties WHERE role IN ({named}) AND {inside}"
    rows = connection.execute(once + asked).fetchnumpy()
    ids = connection.execute(f"{once}SELECT organisation FROM network_nodes ORDER BY place").fetchnumpy()
    cases, places, names = rows["number"], rows["place"], ids["organisation"]
    return numpy.ma.getdata(names), numpy.ma.getdata(cases), numpy.ma.getdata(places)


def _pairs(cases: Any, places: Any, n: int, *, fractional: bool) -> tuple[Any, Any]:
    """Each pair of parties of each case as one number, one party before the other, and its share of the case.

    Two places stand in one number, the first shifted by the bits that the second may need.
    """
    import numpy

    bits = _bits(n)
    rows = numpy.sort(cases.astype(numpy.int64) << bits | places)
    rows = rows[_first_of_equals(rows)]  # one organisation may stand in a case in several roles
    cases, places = rows >> bits, rows & (1 << bits) - 1
    starts = numpy.flatnonzero(_first_of_equals(cases))
    parties = numpy.diff(numpy.append(starts, len(rows)))
    here = numpy.arange(len(rows))
    after = numpy.repeat(starts + parties, parties) - here - 1  # parties of the case that follow this one
    first = numpy.repeat(here + 1 - numpy.cumsum(after) + after, after)
    others = places[first + numpy.arange(len(first))]
    shares = numpy.repeat(numpy.repeat(1 / numpy.maximum(parties - 1, 1), parties), after) if fractional else None
    return numpy.repeat(places << bits, after) | others, shares


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
    one, other = once >> bits, once & (1 << bits) - 1
    tied = numpy.zeros(len(ids), bool)
    tied[one] = tied[other] = True
    place = numpy.cumsum(tied) - 1
    return EdgeColumns(ids[tied], place[one], place[other], weights, facts)


def _bits(n: int) -> int:
    """How many bits hold the places of ``n`` organisations: at most 31, so that two fit into one number."""
    return max(n - 1, 0).bit_length()


def _first_of_equals(ordered: Any) -> Any:
    """True for every value that is not that before it."""
    import numpy

    found = numpy.ones(len(ordered), bool)
    numpy.not_equal(ordered[1:], ordered[:-1], out=found[1:])
    return found


def open_columns(records: Path) -> duckdb.DuckDBPyConnection:
    """The accepted tables of a finished build (``build/current/records``) as ``columns_network`` wants them."""
    import duckdb

    connection = duckdb.connect()
    accepted = {
        name: sql_path(records / "accepted" / f"{name}.parquet") for name in ("case_participants", "cases")
    }
    roles = sql_path(records / "codes" / "role.parquet")
    connection.execute(
        'CREATE TABLE participations AS SELECT p.thing AS participation, p."case", p.role, p.org AS organisation,'
        f" r.ties = 'true' AS makes_tie FROM read_parquet({accepted['case_participants']}) p"
        f" LEFT JOIN read_parquet({roles}) r ON r.code = p.role WHERE p.status = 'accepted' AND p.role IS NOT NULL"
    )
    connection.execute(
        'CREATE TABLE cases AS SELECT "case", TRY_CAST(selected_earliest AS DATE) AS earliest,'
        f" TRY_CAST(selected_latest AS DATE) AS latest FROM read_parquet({accepted['cases']})"
    )
    number_parties(connection)
    return connection


def table_columns(tables: NetworkTables) -> duckdb.DuckDBPyConnection:
    """The rows of :class:`NetworkTables` in DuckDB, for networks whose tables are at hand as Python rows."""
    import duckdb
    import pandas

    connection = duckdb.connect()
    names = ["participation", "case", "role", "organisation", "makes_tie"]
    rows = pandas.DataFrame([tuple(row) for row in tables.participations], columns=names)  # noqa: F841  # read by name
    connection.execute(
        'CREATE TABLE participations (participation TEXT, "case" TEXT, role TEXT, organisation TEXT, makes_tie BOOLEAN)'
    )
    connection.execute('CREATE TABLE cases ("case" TEXT, earliest DATE, latest DATE)')
    if tables.participations:
        connection.execute("INSERT INTO participations SELECT * FROM rows")
    dated = [(row[0], row[4], row[5]) for row in tables.cases]
    if dated:
        days = pandas.DataFrame(dated, columns=["case", "earliest", "latest"])  # noqa: F841  # read by name
        connection.execute('INSERT INTO cases SELECT "case", CAST(earliest AS DATE), CAST(latest AS DATE) FROM days')
    number_parties(connection)
    return connection
