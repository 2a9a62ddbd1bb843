"""The folder of a build: whose it is, what is left alone in it, and damage that is noticed before it misleads."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from helpers.small_tables import write_tables

from kg.build import build
from kg.cli import main
from kg.errors import KgError
from kg.manifest import DamagedBuild
from kg.opening import open_graph
from kg.store import open_snapshot

# --- the folder ---------------------------------------------------------------------------------------------------


def _tree(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.mark.parametrize(
    "name", ["quarantine/mine.txt", "records/mine.csv", "notes.txt", ".hidden", "store/x", "versions/1/x"]
)
def test_a_folder_with_other_files_is_refused_before_any_work(tmp_path: Path, name: str) -> None:
    data, out = write_tables(tmp_path / "data"), tmp_path / "out"
    (out / name).parent.mkdir(parents=True)
    (out / name).write_text("mine")
    before = _tree(out)
    with pytest.raises(KgError, match=f"holds files that are not a build .{name.split('/')[0]}"):
        build(data, out)
    assert _tree(out) == before


@pytest.mark.parametrize(
    "name", ["quarantine/mine.txt", "records", "graph.nq", "summary.json", "current", "quarantine"]
)
def test_user_files_in_place_of_build_files_are_not_replaced(tmp_path: Path, name: str) -> None:
    data, out = write_tables(tmp_path / "data"), tmp_path / "out"
    build(data, out)
    if "/" in name:
        (out / name).parent.mkdir()
    else:
        (out / name).unlink(missing_ok=True)
    (out / name).write_text("mine")
    with pytest.raises(KgError, match="holds files that are not a build"):
        build(data, out)
    assert (out / name).read_text() == "mine"


def test_other_files_in_a_marked_folder_stay(tmp_path: Path) -> None:
    data, out = write_tables(tmp_path / "data"), tmp_path / "out"
    build(data, out)
    (out / "notes.txt").write_text("mine")
    build(data, out)
    assert (out / "notes.txt").read_text() == "mine"


def test_a_build_folder_from_before_the_mark_is_known_by_its_form(tmp_path: Path) -> None:
    data, out = write_tables(tmp_path / "data"), tmp_path / "out"
    build(data, out)
    (out / ".kg-build").unlink()
    (out / "current" / "manifest.json").unlink()
    with pytest.raises(DamagedBuild, match=r"no manifest.json.*kg build DATA --out"):
        open_snapshot(out)
    build(data, out)
    open_snapshot(out).close()
    assert (out / ".kg-build").exists()


def test_an_empty_folder_and_a_link_to_one_can_be_built_in(tmp_path: Path) -> None:
    data, real = write_tables(tmp_path / "data"), tmp_path / "real"
    real.mkdir()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "to-nothing").symlink_to("later")
    for name in ("link", "to-nothing"):
        build(data, tmp_path / name)
        assert (tmp_path / name).is_symlink()
        open_snapshot(tmp_path / name).close()


@pytest.mark.parametrize("name", ["a*b [x]", "한글 '이름'"])
def test_a_folder_of_any_name_can_be_built_in(tmp_path: Path, name: str) -> None:
    data = write_tables(tmp_path / "data")
    build(data, tmp_path / "a-b x")  # the glob a*b [x] matches it as well
    build(data, tmp_path / name)
    for out in ("a-b x", name):
        with open_graph(tmp_path / out) as graph:
            assert graph.network().number_of_edges() == 1 and graph.without("daily-1").network() is not None


def test_a_folder_that_duckdb_cannot_work_in_is_refused(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    with pytest.raises(KgError, match="DuckDB cannot write there"):
        build(data, tmp_path / "a?b")
    assert os.listdir(tmp_path) == ["data"]


@pytest.mark.parametrize("where", ["same", "inside", "around", "link"])
def test_the_build_folder_and_the_data_folder_must_not_overlap(tmp_path: Path, where: str) -> None:
    data = write_tables(tmp_path / "above" / "data")
    (tmp_path / "link").symlink_to(data)
    out = {"same": data, "inside": data / "build", "around": data.parent, "link": tmp_path / "link"}[where]
    before = _tree(tmp_path)
    with pytest.raises(KgError, match="overlap"):
        build(data, out)
    assert _tree(tmp_path) == before


@pytest.mark.parametrize("name", ["", "/"])
def test_an_empty_name_and_the_root_folder_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    data = write_tables(tmp_path / "data")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert main(["build", str(data), "--out", name]) == 1
    message = capsys.readouterr().err
    assert len(message.splitlines()) == 1 and ("--out" in message or "root" in message or "contain" in message)
    assert os.listdir(tmp_path / "here") == [] and not Path("/.kg-build").exists()


# --- damage -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    build(write_tables(folder / "data"), folder / "build")
    return folder / "build"


def _copy(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "build", symlinks=True))


FILES = (
    *("graph.nq", "summary.json", "unsure.csv", "manifest.json", "records/names.parquet"),
    *("records/accepted/cases.parquet", "records/analysis/conflicts.parquet", "records/codes/role.parquet"),
)
USES: dict[str, list[str]] = {
    "export": ["export", "--format", "nq"],
    "tables": ["export", "--format", "csv", "--output", "tables"],
    "query": ["query", "winners-by-round"],
    "network": ["network", "summary"],
    "explain": ["explain", "한빛전자"],
    "conflicts": ["conflicts"],
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["cut", "longer", "gone", "empty", "folder"])
def test_a_file_of_wrong_size_is_reported_by_every_command(
    whole: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    damage: str,
) -> None:
    out = _copy(whole, tmp_path)
    monkeypatch.chdir(tmp_path)
    path = out / "current" / name
    size = path.stat().st_size
    if damage in ("gone", "folder"):
        path.unlink()
    if damage == "folder":
        path.mkdir()
    if damage in ("cut", "longer", "empty"):
        os.truncate(path, {"cut": size - 1, "longer": size + 1, "empty": 0}[damage])
    with pytest.raises(DamagedBuild, match=path.name):
        open_snapshot(out)
    for words in USES.values():
        assert main([*words, "--graph", "build"]) == 1
        message = capsys.readouterr()
        assert (
            message.out == "" and len(message.err.splitlines()) == 1 and "kg build DATA --out build" in message.err
        ), message.err
    assert sorted(os.listdir(tmp_path)) == ["build"]


@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("graph.nq", "export"),
        ("graph.nq", "tables"),
        ("summary.json", "network"),
        ("records/accepted/cases.parquet", "network"),
        ("records/analysis/conflicts.parquet", "conflicts"),
    ],
)
def test_a_changed_byte_is_noticed_where_the_file_is_read(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, use: str
) -> None:
    out = _copy(whole, tmp_path)
    raw = bytearray((out / "current" / name).read_bytes())
    raw[len(raw) // 2] ^= 1
    (out / "current" / name).write_bytes(raw)
    place = ["--output", str(tmp_path / "t")] if use == "tables" else []
    assert main([*USES[use][:3], *place, "--graph", str(out)]) == 1
    message = capsys.readouterr()
    assert message.out == "" and f"{name} has been changed" in message.err and not (tmp_path / "t").exists()


def test_a_changed_graph_is_not_copied_into_rdflib(whole: Path, tmp_path: Path) -> None:
    out = _copy(whole, tmp_path)
    text = (out / "graph.nq").read_text(encoding="utf-8")
    (out / "current" / "graph.nq").write_text(text.replace("2023", "2024", 1), encoding="utf-8")
    with open_graph(out) as graph, pytest.raises(DamagedBuild, match=r"graph.nq has been changed"):
        graph.rdflib()


@pytest.mark.parametrize("damage", ["gone", "emptied", "a file missing"])
def test_a_store_that_does_not_open_is_reported(whole: Path, tmp_path: Path, damage: str) -> None:
    out = _copy(whole, tmp_path)
    store = out / "current" / "store"
    if damage == "a file missing":
        for path in store.glob("*.sst"):
            path.unlink()
        for path in store.glob("*.log"):
            path.unlink()
        (store / "CURRENT").unlink()
    else:
        shutil.rmtree(store)
    if damage == "emptied":
        store.mkdir()
    with pytest.raises(DamagedBuild, match="store cannot be opened"):
        open_snapshot(out)
    assert damage != "gone" or not store.exists()  # looking at it makes none


def test_a_build_of_another_format_is_made_again(whole: Path, tmp_path: Path) -> None:
    out = _copy(whole, tmp_path)
    path = out / "current" / "manifest.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": 0'))
    with pytest.raises(DamagedBuild, match="its format is 0"):
        open_snapshot(out)


def test_a_link_to_a_missing_version_is_reported_as_damage(whole: Path, tmp_path: Path) -> None:
    out = _copy(whole, tmp_path)
    shutil.rmtree(out / "versions")
    with pytest.raises(DamagedBuild, match="does not exist"):
        open_snapshot(out)


def test_several_damaged_files_are_counted(whole: Path, tmp_path: Path) -> None:
    out = _copy(whole, tmp_path)
    shutil.rmtree(out / "current" / "records")
    with pytest.raises(DamagedBuild, match=r"is missing \(and \d\d more\)"):
        open_snapshot(out)


def test_a_version_copied_elsewhere_opens(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole / "current", tmp_path / "copy")
    open_snapshot(tmp_path / "copy").close()
