"""A folder to begin with can be built at once, explains itself in both languages, and overwrites nothing."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kg.build import build
from kg.errors import KgError
from kg.init import init_folder
from kg.opening import open_graph
from kg.records import read_schema


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("init") / "mine"
    init_folder(folder)
    return folder


def test_every_table_has_its_header_and_an_example_row(started: Path) -> None:
    for table in read_schema().tables:
        with (started / f"{table.name}.csv").open(encoding="utf-8", newline="") as stream:
            header, *rows = list(csv.reader(stream, strict=True))
        assert tuple(header) == table.columns, table.name
        assert rows, table.name
        keys = [tuple(row[header.index(column)] for column in table.key) for row in rows]
        assert keys == sorted(set(keys)), table.name


def test_the_new_folder_builds_and_can_be_queried(started: Path, tmp_path: Path) -> None:
    summary = build(started, tmp_path / "build")
    assert summary.rows.keys() == {table.name for table in read_schema().tables}
    assert summary.quarantined == 0
    with open_graph(tmp_path / "build") as graph:
        found = graph.query("partners-of", organisation="한빛전자")
        assert list(found["partnerName"]) == ["세솔부품"]
        assert graph.network().number_of_edges() == 1


def test_the_readme_explains_each_column_in_both_languages(started: Path) -> None:
    text = (started / "README.md").read_text(encoding="utf-8")
    for table in read_schema().tables:
        section = text.partition(f"\n## {table.name}: ")[2].partition("\n## ")[0]
        assert section.startswith(f"{table.title_ko} · {table.title_en}\n")
        for field in table.fields:
            assert f"| `{field.name}` | {field.title_ko} | {field.title_en} |" in section
    assert f"kg build {started.name} --out build" in text
    assert "FOLDER" not in text


def test_an_existing_file_is_reported_and_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "names.csv").write_text("mine\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("mine\n", encoding="utf-8")
    for language in ("ko", "en"):
        monkeypatch.setenv("KG_LANG", language)
        with pytest.raises(KgError) as caught:
            init_folder(tmp_path)
        assert "README.md, names.csv" in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md", "names.csv"]
    assert (tmp_path / "names.csv").read_text(encoding="utf-8") == "mine\n"


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_LANG", "en")
    (tmp_path / "mine").write_text("", encoding="utf-8")
    with pytest.raises(KgError, match="is not a folder"):
        init_folder(tmp_path / "mine")
