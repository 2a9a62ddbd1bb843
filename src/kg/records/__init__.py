"""Record tables: their schema, reading them, and checking them with all faults reported at once."""

from kg.records.load import load_records
from kg.records.schema import Claimed, Field, RecordTable, Schema, read_schema

__all__ = ["Claimed", "Field", "RecordTable", "Schema", "load_records", "read_schema"]
