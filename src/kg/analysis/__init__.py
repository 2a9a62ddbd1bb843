"""Evidence cross-examined: conflicts as objects, the arithmetic of claims, facts that follow from claims."""

import duckdb

from kg.analysis.arithmetic import check_claims
from kg.analysis.conflicts import find_conflicts
from kg.analysis.derived import derive
from kg.analysis.prepare import prepare
from kg.analysis.records import open_records
from kg.analysis.report import Check, Conflict, DerivedRating, read_checks, read_conflicts, read_derived
from kg.records.schema import Schema
from kg.vocab import BASE

# the tables that analyse() makes in the schema ``analysis``
TABLES = (
    "conflicts",
    "conflict_things",
    "conflict_members",
    "checks",
    "check_claims",
    "check_parents",
    "derived_ratings",
    "derived_parents",
)


def analyse(connection: duckdb.DuckDBPyConnection, schema: Schema, policy: str = "default", base: str = BASE) -> None:
    """Make all tables of ``analysis`` for the policy that made ``accepted``; what they share is worked out once."""
    prepare(connection, schema)
    find_conflicts(connection, schema, policy, base, prepared=True)
    check_claims(connection, schema, policy, base, prepared=True)
    derive(connection, schema, policy, base, prepared=True)


__all__ = [
    "TABLES",
    "Check",
    "Conflict",
    "DerivedRating",
    "analyse",
    "check_claims",
    "derive",
    "find_conflicts",
    "open_records",
    "read_checks",
    "read_conflicts",
    "read_derived",
]
