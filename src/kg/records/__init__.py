"""Record tables: their declared form, reading them, and all their faults at once."""

from kg.records.load import load_records
from kg.records.schema import Claimed, Field, Schema, Table, read_schema

__all__ = ["Claimed", "Field", "Schema", "Table", "load_records", "read_schema"]
