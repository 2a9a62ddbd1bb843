"""Cases of the mapping tests: a folder with ``mapping.ttl``, its tables as CSV for people, and ``expected.nq``."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyoxigraph as ox

CASES = Path(__file__).parents[1] / "data" / "mapping"
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())


def write_parquet(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> None:
    """A table of text; ``None`` is a missing cell."""
    with duckdb.connect() as connection:
        declared = ", ".join(f'"{name}" VARCHAR' for name in columns)
        connection.execute(f"CREATE TABLE made ({declared})")
        if rows:
            marks = ", ".join("?" * len(columns))
            connection.executemany(f"INSERT INTO made VALUES ({marks})", [list(row) for row in rows])
        connection.execute(f"COPY made TO '{path}' (FORMAT parquet)")


def tables_of_case(name: str, folder: Path) -> Path:
    """The CSV tables of a case as Parquet files in ``folder``; empty cells become missing ones."""
    for table in sorted((CASES / name).glob("*.csv")):
        with table.open(encoding="utf-8", newline="") as stream:
            head, *rows = csv.reader(stream)
        write_parquet(folder / f"{table.stem}.parquet", head, [[cell or None for cell in row] for row in rows])
    return folder


def reading(folder: Path):  # type: ignore[no-untyped-def]  # the form that write_quads takes
    return lambda source: f"read_parquet('{folder / source}')"


def quads(path: Path) -> set[ox.Quad]:
    return set(ox.parse(path=path, format=ox.RdfFormat.N_QUADS))  # type: ignore[arg-type]  # N-Quads gives quads
