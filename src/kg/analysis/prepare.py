"""What conflicts, checks and derived facts have in common, worked out once."""

from __future__ import annotations

import duckdb

from kg.analysis.histories import make_histories
from kg.analysis.spans import check_spans
from kg.analysis.totals import check_totals
from kg.records.schema import Schema


def prepare(connection: duckdb.DuckDBPyConnection, schema: Schema) -> None:
    """Make the schema ``worked`` from ``resolved``, ``accepted`` and ``codes``: histories, spans of editions, lists."""
    make_histories(connection, schema)
    connection.execute(
        "CREATE OR REPLACE TABLE worked.checks"
        " (key VARCHAR, rule VARCHAR, verdict VARCHAR, explanation_ko VARCHAR, explanation_en VARCHAR);"
        "CREATE OR REPLACE TABLE worked.check_claims (key VARCHAR, claim VARCHAR);"
        "CREATE OR REPLACE TABLE worked.check_parents (key VARCHAR, parent VARCHAR)"
    )
    check_spans(connection)
    check_totals(connection)
