"""A graph checked slice by slice gives the same findings as a whole, however small the slices are."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from helpers.small_tables import write_tables

from kg.build import SHAPES, build
from kg.graphfile import insert_lines
from kg.paths import shipped
from kg.shacl.shapes import read_shapes
from kg.shacl.slices import findings_in_slices
from kg.validate import validate

SHAPE_FILES = [shipped("ontology") / name for name in SHAPES]


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("slices")
    build(write_tables(folder / "data"), folder / "build")
    return (folder / "build" / "graph.nq").read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize("slice_lines", [1, 7, 50, 1000])
def test_slices_give_the_same_findings_as_the_whole_graph(lines: list[bytes], tmp_path: Path, slice_lines: int) -> None:
    shapes, _ = read_shapes(SHAPE_FILES)
    tripped: set[str] = set()
    for seed in range(5):
        rng = random.Random(f"{slice_lines} {seed}")
        damaged = tmp_path / "damaged.nq"
        damaged.write_bytes(b"".join(line for line in lines if rng.random() > 0.05))
        whole = {(found.focus, found.shape, found.component) for found in validate(damaged, shapes=SHAPE_FILES).results}
        sliced = {
            (index.terms[found.focus].value, found.shape.name, found.component)
            for index, found in findings_in_slices(damaged, shapes, slice_lines)
        }
        assert sliced == whole
        tripped |= {shape for _, shape, _ in whole}
    assert len(tripped) > 10


@pytest.mark.parametrize("small_file", [0, 1 << 20])  # searched in the file, or sorted in memory
def test_a_few_lines_are_put_in_their_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_file: int) -> None:
    monkeypatch.setattr("kg.graphfile.SMALL_FILE", small_file)
    big, target = tmp_path / "big", tmp_path / "target"
    for seed in range(200):
        rng = random.Random(seed)
        words = sorted({b"%d\n" % rng.randrange(100) for _ in range(rng.randrange(30))})
        few = sorted({b"%d\n" % rng.randrange(100) for _ in range(rng.randrange(8))})
        big.write_bytes(b"".join(words))
        insert_lines(big, few, target)
        assert target.read_bytes() == b"".join(sorted({*words, *few}))
