"""Record tables: their schema, reading them, and checking them with all faults reported at once."""

from kg.records.load import load_records, tables_left_out
from kg.records.schema import Claimed, Field, RecordTable, Schema, built_schema, read_schema

__all__ = [
    "Claimed",
    "Field",
    "RecordTable",
    "Schema",
    "built_schema",
    "load_records",
    "read_schema",
    "tables_left_out",
]
