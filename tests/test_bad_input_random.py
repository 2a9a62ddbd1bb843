"""Tables and code lists spoiled at random: refused with their remedies, or accepted; never another error."""

from __future__ import annotations

import csv
import io
import random
import shutil
from pathlib import Path

import duckdb
import pytest
from helpers.small_tables import write_tables

from kg.errors import InputFaults
from kg.paths import shipped
from kg.records import load_records, read_schema

CELLS = [
    "", "xx", "2024-13-01", "2024-02-30", "-5", "1e5", "a\nb", "a\tb", "\u1112\u1161\u11ab", "\ufeff", "NULL", "true",
    "\u3000", " x ", "x" * 5000, "<script>", "http://x y", "id:org/lge", "9" * 22, "\uff11\uff12", '"', "\x00", "nan",
]  # fmt: skip
CHANGES = (
    "cell", "cell", "cell", "no column", "more columns", "no row", "row twice", "short row", "long row", "capitals",
    "CP949", "cut", "semicolons",
)  # fmt: skip


def spoil(text: str, change: str, choose: random.Random) -> bytes:
    rows = list(csv.reader(io.StringIO(text)))
    row, column = choose.randrange(1, len(rows)), choose.randrange(len(rows[0]))
    match change:
        case "cell":
            rows[row][column] = choose.choice(CELLS)
        case "no column":
            rows = [[*cells[:column], *cells[column + 1 :]] for cells in rows]
        case "more columns":
            rows = [[*cells, "new"] for cells in rows]
        case "no row":
            del rows[row]
        case "row twice":
            rows.insert(row, rows[row])
        case "short row":
            rows[row] = rows[row][:-1]
        case "long row":
            rows[row] = [*rows[row], "x"]
        case "capitals":
            rows[0][column] = rows[0][column].upper()
    made = io.StringIO()
    csv.writer(made, lineterminator="\n", delimiter=";" if change == "semicolons" else ",").writerows(rows)
    data = made.getvalue().encode("cp949", "ignore") if change == "CP949" else made.getvalue().encode()
    return data[: choose.randrange(len(data))] if change == "cut" else data


@pytest.mark.parametrize("seed", range(60))
def test_a_randomly_spoiled_table_is_refused_with_its_faults_or_accepted(tmp_path: Path, seed: int) -> None:
    choose = random.Random(seed)
    data = write_tables(tmp_path / "data")
    shutil.copytree(shipped("data") / "codelists", data / "codelists", dirs_exist_ok=True)
    files = sorted(path for path in data.rglob("*.csv") if len(path.read_text(encoding="utf-8").splitlines()) > 1)
    file, change = choose.choice(files), choose.choice(CHANGES)
    file.write_bytes(spoil(file.read_text(encoding="utf-8"), change, choose))
    name = file.relative_to(data).as_posix()
    with duckdb.connect() as connection:
        try:
            load_records(connection, data, read_schema())
        except InputFaults as error:
            assert all(fault.text.ko and fault.text.en and fault.file for fault in error.faults)
            if change in ("no column", "more columns", "short row", "long row", "capitals", "CP949", "semicolons"):
                assert {fault.file for fault in error.faults} == {name}, (change, str(error))
        else:
            assert change in ("cell", "no row", "cut"), (name, change)
