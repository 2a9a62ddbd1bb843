"""Each supplied fact about an organisation is taken, is a judgement, or is listed as not carried."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# rows of each supplied file
SUPPLIED = {
    "organisation_english_names": 424, "organisation_groups": 122, "organisation_identifiers": 770,
    "organisation_industries": 166, "organisation_kinds": 261, "organisation_regions": 232, "unsure": 214,
}  # fmt: skip
COLUMNS = {
    "organisation_names": "name", "organisation_identifiers": "identifier", "fact_judgements": "value",
}  # fmt: skip


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_each_supplied_row_is_accounted_for_once() -> None:
    listed = rows(ROOT / "tests" / "data" / "supplied-facts.csv")
    assert Counter(row["file"] for row in listed) == SUPPLIED
    for file, count in SUPPLIED.items():
        assert sorted(int(row["row"]) for row in listed if row["file"] == file) == list(range(2, count + 2))
    outcomes = Counter(row["outcome"] for row in listed)
    assert outcomes == {"taken": 1965, "unsure": 208, "related": 11, "not-carried": 5}


def test_what_is_taken_or_judged_is_in_its_table_and_the_rest_has_a_reason() -> None:
    present = {
        name: {(row["organisation"], row[column]) for row in rows(ROOT / "data" / f"{name}.csv")}
        for name, column in COLUMNS.items()
    }
    reasons = " ".join(row["key"] for row in rows(ROOT / "data" / "not-carried.csv"))
    for row in rows(ROOT / "tests" / "data" / "supplied-facts.csv"):
        has_scheme = row["file"] in ("organisation_identifiers", "unsure")
        value = row["value"].split(" ", 1)[-1] if has_scheme else row["value"]
        value = " ".join(value.split())
        if row["outcome"] == "not-carried":
            assert value in reasons, row
        elif row["table"] in COLUMNS:
            assert (row["organisation"], value) in present[row["table"]], row
