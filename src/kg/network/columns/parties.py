"""Who takes part in what, as two tables in DuckDB from which networks in columns are computed.

``participations`` has columns participation, case, role, organisation, makes_tie; ``cases`` has case, earliest, latest.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.analysis.pairs import CASES, PARTIES
from kg.errors import Text
from kg.network.errors import unknown
from kg.network.tables.relations import build_relations
from kg.network.tables.rows import NetworkTables
from kg.values import sql_text

if TYPE_CHECKING:
    import duckdb

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


def numbered_parties(connection: duckdb.DuckDBPyConnection, roles: Iterable[str], inside: str) -> tuple[Any, Any, Any]:
    """The ids of all organisations; the number of a case and the place of a party in them, row by row."""
    import numpy

    known = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    here = f"WITH network_nodes AS ({_NODES}), network_parties AS ({_PARTIES}) "
    once = "" if {"network_nodes", "network_parties"} <= known else here
    named = ", ".join(map(sql_text, roles)) or "NULL"
    query = f"SELECT number, place FROM network_parties WHERE role IN ({named}) AND {inside}"
    rows = connection.execute(once + query).fetchnumpy()
    ids = connection.execute(f"{once}SELECT organisation FROM network_nodes ORDER BY place").fetchnumpy()
    cases, places, names = rows["number"], rows["place"], ids["organisation"]
    return numpy.ma.getdata(names), numpy.ma.getdata(cases), numpy.ma.getdata(places)


def build_parties(records: Path) -> duckdb.DuckDBPyConnection:
    """The parties and cases that the reader of a finished build (``build/current/records``) accepts, by plain ids."""
    connection = build_relations(records)
    connection.execute(
        'CREATE TABLE participations AS SELECT thing AS participation, "case", role, org AS organisation, makes_tie'
        f" FROM ({PARTIES})"
    )
    connection.execute(f'CREATE TABLE cases AS SELECT "case", earliest, latest FROM ({CASES})')
    number_parties(connection)
    return connection


def parties_of(tables: NetworkTables) -> duckdb.DuckDBPyConnection:
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


def chosen_roles_in(connection: duckdb.DuckDBPyConnection, roles: Iterable[str] | None) -> list[str]:
    """The roles that make ties, in order; by default those that do so in ``participations``."""
    found = connection.execute("SELECT role, bool_or(makes_tie) FROM participations GROUP BY role").fetchall()
    known = dict(found)
    if roles is None:
        return sorted(role for role, makes_tie in known.items() if makes_tie)
    chosen = {roles} if isinstance(roles, str) else set(roles)
    for role in sorted(chosen - known.keys()):
        raise unknown(Text("역할", "role"), role, known)
    return sorted(chosen)
