"""The mapping engine and morph-kgc on the same mappings and tables: the same quads."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest
from helpers.mapping_cases import CASES, NAMES, quads, reading, tables_of_case, write_parquet
from helpers.morph_kgc import needs_oracle, run_morph_kgc

from kg.mapping import read_mapping, write_quads

pytestmark = needs_oracle


def assert_same_quads(mapping: Path, folder: Path) -> None:
    ours, theirs = folder / "ours.nq", folder / "theirs.nq"
    with duckdb.connect() as connection:
        write_quads(connection, read_mapping(mapping), reading(folder), ours)
    run_morph_kgc(mapping, folder, theirs)
    one, other = quads(ours), quads(theirs)
    assert one, "a comparison of nothing shows nothing"
    assert one == other, f"only ours: {list(one - other)[:3]}, only theirs: {list(other - one)[:3]}"


# what morph-kgc 2.10 does otherwise; test_mapping.py has these cases all the same
NOT_COMPARED = {
    "constants": "morph-kgc drops datatype and language of constants and does not escape them",
    "rml-core": "morph-kgc does not read a described source (rml:path)",
}


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(NOT_COMPARED)))
def test_a_case_gives_the_same_quads(name: str, tmp_path: Path) -> None:
    assert_same_quads(CASES / name / "mapping.ttl", tables_of_case(name, tmp_path))


def test_a_table_of_any_text_gives_the_same_quads(tmp_path: Path) -> None:
    pieces = [
        "k",
        '"',
        "\\",
        "\n",
        "\r",
        "\t",
        " ",
        "%",
        "'",
        "~",
        "한국",
        "\U0001f91d",
        "\\n",
        "<x>",
        "/",
        "+",
        "é",
        "1",
        "\ufffd",
        "#",
    ]
    chosen = random.Random(2024)

    def cell() -> str | None:
        return (
            "".join(chosen.choices(pieces, k=chosen.randint(1, 6)))
            if chosen.random() > 0.1
            else chosen.choice([None, ""])
        )

    write_parquet(tmp_path / "any.parquet", ["a", "b", "c", "d"], [[cell() for _ in range(4)] for _ in range(1500)])
    assert_same_quads(Path(__file__).parent / "data" / "mapping-any" / "mapping.ttl", tmp_path)


def test_a_table_that_distorts_the_comparison_is_refused(tmp_path: Path) -> None:
    write_parquet(tmp_path / "any.parquet", ["a", "b", "c", "d"], [["None", "1", "2", "3"]])
    with pytest.raises(AssertionError, match="column a: holds the text None or nan"):
        run_morph_kgc(Path(__file__).parent / "data" / "mapping-any" / "mapping.ttl", tmp_path, tmp_path / "out.nq")
