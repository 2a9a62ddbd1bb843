"""Record tables resolved and accepted, as a build has them before it maps, and the verdicts on their claims."""

from __future__ import annotations

from pathlib import Path

import duckdb

from kg.accept import gather_claims, make_accepted, read_policies
from kg.records import load_records, read_schema
from kg.resolve import resolve
from kg.vocab import BASE


def accepted_tables(data: Path, policy: str = "default") -> duckdb.DuckDBPyConnection:
    """The tables of ``data`` resolved and accepted, as a build has them before it maps."""
    connection, schema = duckdb.connect(), read_schema()
    connection.execute("SET threads = 2")
    load_records(connection, data, schema)
    resolve(connection, schema)
    gather_claims(connection, schema)
    make_accepted(connection, schema, read_policies(connection)[policy])
    return connection


CLAIM = BASE + "id/claim/"
Verdicts = dict[str, tuple[str, str, str]]


def verdicts(connection: duckdb.DuckDBPyConnection) -> Verdicts:
    """Verdict and explanations by claim and rule."""
    rows = connection.execute(
        "SELECT claim, rule, verdict, explanation_ko, explanation_en FROM analysis.checks"
        ' JOIN analysis.check_claims USING ("check")'
    )
    return {
        f"{claim.removeprefix(CLAIM)} {rule}": (verdict, ko, en) for claim, rule, verdict, ko, en in rows.fetchall()
    }
