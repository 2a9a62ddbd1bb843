"""The mapping engine: one RML document, compiled to columnar SQL and run by DuckDB into sorted N-Quads."""

from kg.mapping.files import map_files
from kg.mapping.model import Mapping, MappingError, MappingFault
from kg.mapping.rml import read_mapping
from kg.mapping.run import write_quads
from kg.mapping.sql import DUCKDB, SPARK, Dialect, compile_to_sql

__all__ = [
    "DUCKDB",
    "SPARK",
    "Dialect",
    "Mapping",
    "MappingError",
    "MappingFault",
    "compile_to_sql",
    "map_files",
    "read_mapping",
    "write_quads",
]
