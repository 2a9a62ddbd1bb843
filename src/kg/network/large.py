"""Large networks: ties as columns of numbers, measured by networkit, without a Python object for each.

The same networks and the same values as :func:`kg.network.partnership_network` and :mod:`kg.network.measures`, which
tests hold against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.network.columns import chosen_roles_in
from kg.network.errors import NetworkError, unknown
from kg.network.projection import WEIGHTS
from kg.network.window import window
from kg.values import sql_text

if TYPE_CHECKING:
    import duckdb
    import networkx as nx
    import numpy
    import pandas

    from kg.network.tables import NetworkTables

Progress = Callable[[Text], None]
SAMPLES = 1000  # sources of the approximate betweenness, beyond SAMPLED_FROM organisations
SAMPLED_FROM = 5_000
DAMPING = 0.85


@dataclass(frozen=True)
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

    def to_networkx(self) -> nx.Graph:
        """The same as a NetworkX graph with weights: about 1 kB a tie."""
        import networkx as nx

        graph = nx.Graph(**self.facts)
        graph.add_nodes_from(self.ids.tolist())
        ends = (self.ids[self.one].tolist(), self.ids[self.other].tolist(), self.weight.tolist())
        graph.add_weighted_edges_from(zip(*ends, strict=True))
        return graph

    def to_networkit(self, *, weighted: bool = True) -> Any:
        """The same for networkit, with the places of ``ids`` as nodes."""
        import numpy

        made = _networkit()
        values = self.weight if weighted else numpy.ones(self.ties)
        ends = (self.one.astype(numpy.uint64), self.other.astype(numpy.uint64))
        return made.GraphFromCoo((values, ends), n=self.organisations, weighted=weighted, directed=False)

    @cached_property
    def _unweighted(self) -> Any:
        """Kept, because making it takes longer than some measures; networkit's algorithms do not keep it alive."""
        return self.to_networkit(weighted=False)

    def measure(self, name: str, *, progress: Progress | None = None, seed: int = 1) -> pandas.Series[Any]:
        """The values of a measure by organisation, named as in :data:`kg.network.MEASURES`.

        Betweenness beyond 5,000 organisations is estimated from 1,000 sources drawn by ``seed`` (Geisberger, Sanders
        and Schultes 2008); ``.attrs["exact"]`` says so. ``communities`` gives the number of each one's community,
        ``components`` that of its component, both counted from 0 by size.
        """
        import pandas

        if name not in _MEASURES:
            raise unknown(Text("큰 망의 잣대", "measure of a large network"), name, _MEASURES)
        if progress:
            progress(Text(f"{name}: 기관 {self.organisations}곳", f"{name}: {self.organisations:,} organisations"))
        if not self.ties:
            return pandas.Series([], index=pandas.Index([], dtype=object), name=name, dtype=float)
        values, exact = _MEASURES[name](self, seed)
        found = pandas.Series(values, index=self.ids, name=name)
        found.attrs["exact"] = exact
        return found


def columns_network(
    connection: duckdb.DuckDBPyConnection,
    *,
    at: str | date | None = None,
    between: tuple[str | date, str | date] | None = None,
    mode: str = "certain",
    roles: Iterable[str] | None = None,
    weight: str = "count",
) -> EdgeColumns:
    """The partnership network of tables in DuckDB, as for :func:`kg.network.columns.ties_in_columns`.

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
    asked = chosen_roles_in(connection, roles)
    connection.execute(
        _PARTIES.format(roles=", ".join(map(sql_text, asked)) or "NULL", inside=days.sql("c.earliest", "c.latest"))
    )
    ids = connection.execute("SELECT DISTINCT place, organisation FROM party_ ORDER BY place").fetchnumpy()
    share = ", 1.0::DOUBLE / (a.parties - 1) AS share" if weight == "fractional" else ""
    found = connection.execute(_PAIRS.format(n=len(ids["place"]), share=share)).fetchnumpy()
    connection.execute("DROP TABLE party_")
    facts = {**days.facts(), "kind": "partnership", "roles": asked, "weighting": weight}
    return _summed(_plain(ids["organisation"]), _plain(found["tie"]), _plain(found.get("share")), facts)


# the parties of the cases with two or more, numbered, so that what follows moves numbers and not text
_PARTIES = """
CREATE OR REPLACE TEMP TABLE party_ AS
WITH party AS (
    SELECT DISTINCT p."case", p.organisation
    FROM participations p LEFT JOIN cases c ON c."case" = p."case"
    WHERE p.role IN ({roles}) AND p.organisation IS NOT NULL AND {inside}
),
several AS (
    SELECT "case", count(*) AS parties, row_number() OVER () AS number FROM party GROUP BY "case" HAVING count(*) > 1
),
node AS (
    SELECT organisation, row_number() OVER (ORDER BY organisation) - 1 AS place
    FROM (SELECT DISTINCT organisation FROM party SEMI JOIN several USING ("case"))
)
SELECT s.number, s.parties, node.place, node.organisation
FROM party JOIN several s USING ("case") JOIN node USING (organisation)"""
_PAIRS = """
SELECT a.place::BIGINT * {n} + b.place AS tie{share}
FROM party_ a JOIN party_ b ON a.number = b.number AND a.place < b.place"""


def _summed(ids: Any, ties: Any, shares: Any, facts: Mapping[str, Any]) -> EdgeColumns:
    """Each tie once, with the sum of its shares (1 each where none are given)."""
    import numpy

    n = max(len(ids), 1)
    if shares is None:
        keys, counts = numpy.unique(ties, return_counts=True)
        return EdgeColumns(ids, keys // n, keys % n, counts.astype(float), facts)
    order = numpy.argsort(ties, kind="stable")
    keys, starts = numpy.unique(ties[order], return_index=True)
    weights = numpy.add.reduceat(shares[order], starts) if len(keys) else numpy.zeros(0)
    return EdgeColumns(ids, keys // n, keys % n, weights, facts)


def _plain(values: Any) -> Any:
    import numpy

    return None if values is None else numpy.ma.getdata(values)


def open_columns(records: Path) -> duckdb.DuckDBPyConnection:
    """The accepted tables of a finished build (``build/current/records``) as ``columns_network`` wants them."""
    import duckdb

    connection = duckdb.connect()
    accepted = {
        name: sql_text(str(records / "accepted" / f"{name}.parquet")) for name in ("case_participants", "cases")
    }
    roles = sql_text(str(records / "codes" / "role.parquet"))
    connection.execute(
        'CREATE TABLE participations AS SELECT p.thing AS participation, p."case", p.role, p.org AS organisation,'
        f" r.ties = 'true' AS makes_tie FROM read_parquet({accepted['case_participants']}) p"
        f" LEFT JOIN read_parquet({roles}) r ON r.code = p.role WHERE p.status = 'accepted' AND p.role IS NOT NULL"
    )
    connection.execute(
        'CREATE TABLE cases AS SELECT "case", TRY_CAST(selected_earliest AS DATE) AS earliest,'
        f" TRY_CAST(selected_latest AS DATE) AS latest FROM read_parquet({accepted['cases']})"
    )
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
    return connection


# --- measures, each with the conventions of NetworkX ----------------------------------------------------------------
# networkit's algorithms do not keep their graph alive: it must be held for as long as they run

_Answer = tuple[Any, bool]


def _networkit() -> Any:
    try:
        import networkit
    except ImportError:
        raise NetworkError(
            Text(
                'networkit이 없습니다. pip install "sangsaeng-kg[analysis]"로 설치하십시오.',
                'networkit is not installed: pip install "sangsaeng-kg[analysis]".',
            )
        ) from None
    return networkit


def _degree(columns: EdgeColumns, _: int) -> _Answer:
    import numpy

    ends = numpy.concatenate([columns.one, columns.other])
    return numpy.bincount(ends, minlength=columns.organisations), True


def _strength(columns: EdgeColumns, _: int) -> _Answer:
    import numpy

    ends = numpy.concatenate([columns.one, columns.other])
    return numpy.bincount(ends, numpy.tile(columns.weight, 2), columns.organisations), True


def _betweenness(columns: EdgeColumns, seed: int) -> _Answer:
    import numpy

    made, graph, n = _networkit(), columns._unweighted, columns.organisations
    if n > SAMPLED_FROM:
        made.setSeed(seed, False)
        found = made.centrality.EstimateBetweenness(graph, SAMPLES, False, True).run()
    else:
        found = made.centrality.Betweenness(graph).run()
    pairs = (n - 1) * (n - 2)
    # networkit counts each pair of others in both directions
    return numpy.array(found.scores()) / pairs if pairs else numpy.zeros(n), n <= SAMPLED_FROM


def _closeness(columns: EdgeColumns, _: int) -> _Answer:
    import numpy

    made, graph = _networkit(), columns._unweighted
    variant = made.centrality.ClosenessVariant.GENERALIZED
    scores = numpy.array(made.centrality.Closeness(graph, True, variant).run().scores())
    return scores, True


def _pagerank(columns: EdgeColumns, _: int) -> _Answer:
    """Power iteration over a sparse matrix, as NetworkX does it, but made from the columns at once."""
    import numpy
    from scipy.sparse import csr_array

    n = columns.organisations
    ends = (numpy.concatenate([columns.one, columns.other]), numpy.concatenate([columns.other, columns.one]))
    share = 1.0 / numpy.bincount(ends[0], minlength=n)[ends[0]]
    walk = csr_array((share, (ends[1], ends[0])), shape=(n, n))
    here = numpy.full(n, 1 / n)
    for _ in range(1000):
        there = DAMPING * (walk @ here)
        there += (1 - there.sum()) / n
        if numpy.abs(there - here).sum() < 1e-12:
            break
        here = there
    return there, True


def _core_number(columns: EdgeColumns, _: int) -> _Answer:
    import numpy

    made, graph = _networkit(), columns._unweighted
    return numpy.array(made.centrality.CoreDecomposition(graph, False, True).run().scores(), int), True


def _clustering(columns: EdgeColumns, _: int) -> _Answer:
    import numpy

    made, graph = _networkit(), columns._unweighted
    return numpy.array(made.centrality.LocalClusteringCoefficient(graph, True).run().scores()), True


def _components(columns: EdgeColumns, _: int) -> _Answer:
    made, graph = _networkit(), columns._unweighted
    found = made.components.ConnectedComponents(graph).run()
    return _by_size(found.getPartition().getVector()), True


def _communities(columns: EdgeColumns, seed: int) -> _Answer:
    from kg.network.measures.mixing import one_thread

    made, graph = _networkit(), columns.to_networkit()
    with one_thread(seed):
        found = made.community.ParallelLeiden(graph).run()
        return _by_size(found.getPartition().getVector()), True


def _by_size(numbers: Iterable[int]) -> Any:
    """Numbers from 0, the largest part first; equals by their first organisation."""
    import numpy

    _, first, inverse, counts = numpy.unique(list(numbers), return_index=True, return_inverse=True, return_counts=True)
    order = numpy.lexsort((first, -counts))
    place = numpy.empty(len(order), int)
    place[order] = range(len(order))
    return place[inverse]


_MEASURES: Mapping[str, Callable[[EdgeColumns, int], _Answer]] = {
    "betweenness": _betweenness,
    "closeness": _closeness,
    "clustering": _clustering,
    "communities": _communities,
    "components": _components,
    "core_number": _core_number,
    "degree": _degree,
    "pagerank": _pagerank,
    "strength": _strength,
}
