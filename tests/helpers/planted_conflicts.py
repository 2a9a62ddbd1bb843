"""A copy of the real tables with disagreements and near-misses planted into it."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

from helpers import near_misses, seeded_conflicts
from helpers.invented_tables import Tables, add_codes, add_editions
from kg.records import read_schema

COUNT = 20
TYPES = (
    "value",
    "count-against-streak",
    "prose-against-table",
    "plan-against-report",
    "total-against-list",
    "identity",
    "definition",
    "kind",
)

Plant = Callable[[Tables, int], None]

PLANTS: dict[str, tuple[Plant, Plant]] = {
    name: (getattr(seeded_conflicts, name.replace("-", "_")), getattr(near_misses, "no_" + name.replace("-", "_")))
    for name in TYPES
}


def plant(data: Path, folder: Path, kinds: tuple[str, ...] = TYPES) -> Tables:
    """Copy the tables of ``data`` to ``folder`` and append twenty disagreements and twenty near-misses of each type."""
    shutil.copytree(data, folder)
    tables = Tables()
    for name in kinds:
        planted, near = PLANTS[name]
        for number in range(COUNT):
            planted(tables, number)
            near(tables, number)
            tables.near += 1
    add_editions(tables)
    schema = read_schema()
    for name, rows in tables.rows.items():
        with (folder / f"{name}.csv").open("a", encoding="utf-8", newline="") as stream:
            csv.DictWriter(stream, schema.by_name[name].columns, lineterminator="\n", restval="").writerows(rows)
    add_codes(folder / "codelists")
    return tables
