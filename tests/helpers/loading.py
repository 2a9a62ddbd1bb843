"""Record tables loaded, with every fault and note."""

from __future__ import annotations

from pathlib import Path

import duckdb

from kg.errors import Fault, InputFaults
from kg.records import load_records, read_schema


def load_folder(data: Path) -> tuple[list[Fault], list[Fault]]:
    """The faults of a folder and, where it has none, its notes."""
    with duckdb.connect() as connection:
        try:
            return [], load_records(connection, data, read_schema())
        except InputFaults as error:
            return list(error.faults), []
