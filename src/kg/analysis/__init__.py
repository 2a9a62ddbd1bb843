"""Claims analysed: conflicts, published figures checked by arithmetic, facts derived from claims, pairs of partners."""

import duckdb

from kg.analysis.arithmetic import check_claims
from kg.analysis.conflicts import find_conflicts
from kg.analysis.derived import derive
from kg.analysis.finished import open_records
from kg.analysis.pairs import make_pairs
from kg.analysis.prepare import prepare
from kg.analysis.read import Check, Conflict, DerivedRating, read_checks, read_conflicts, read_derived
from kg.analysis.ties import make_ties
from kg.records.schema import Schema
from kg.settings import Settings

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
    "pairs",
    "ties",
    "tie_cases",
)


def analyse(connection: duckdb.DuckDBPyConnection, schema: Schema, settings: Settings | None = None) -> None:
    """Make all tables of ``analysis`` from ``resolved``, ``accepted`` and ``codes``.

    ``settings`` name the policy that made ``accepted`` and the base of the IRIs.
    """
    settings = settings or Settings()
    prepare(connection, schema)
    find_conflicts(connection, schema, settings)
    check_claims(connection, settings)
    derive(connection, settings)
    make_pairs(connection, settings)
    make_ties(connection, settings)


__all__ = [
    "TABLES",
    "Check",
    "Conflict",
    "DerivedRating",
    "analyse",
    "check_claims",
    "derive",
    "find_conflicts",
    "make_pairs",
    "make_ties",
    "open_records",
    "prepare",
    "read_checks",
    "read_conflicts",
    "read_derived",
]
