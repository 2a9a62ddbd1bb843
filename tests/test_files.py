"""Files are put in place whole; pipes, devices, links and folders under a name that was given stay what they are."""

from __future__ import annotations

import errno
import os
import socket
import stat
import threading
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.dialect import csv_relation, csv_text, read_rows
from kg.errors import KgError
from kg.files import CannotWrite, require_writable, write_file, written
from kg.values import sql_path


def test_a_new_file_has_the_default_mode_and_an_existing_file_keeps_its_mode(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        write_file(tmp_path / "new", b"1")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    (tmp_path / "old").write_bytes(b"0")
    (tmp_path / "old").chmod(0o604)
    write_file(tmp_path / "old", b"1")
    assert (tmp_path / "old").read_bytes() == b"1" and stat.S_IMODE((tmp_path / "old").stat().st_mode) == 0o604
    assert sorted(os.listdir(tmp_path)) == ["new", "old"]


def test_a_failure_in_the_middle_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"old")
    with pytest.raises(RuntimeError), written(tmp_path / "x") as stream:
        stream.write(b"new")
        raise RuntimeError
    with pytest.raises(CannotWrite, match="No space"), written(tmp_path / "x") as stream:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert (tmp_path / "x").read_bytes() == b"old" and os.listdir(tmp_path) == ["x"]


@pytest.mark.parametrize("there", [True, False], ids=["to a file", "to nothing yet"])
def test_a_link_stays_a_link_and_its_target_is_replaced(tmp_path: Path, there: bool) -> None:
    (tmp_path / "far").mkdir()
    target = tmp_path / "far" / "target"
    if there:
        target.write_bytes(b"old")
        target.chmod(0o600)
    (tmp_path / "second").symlink_to(Path("far") / "target")
    (tmp_path / "first").symlink_to("second")
    write_file(tmp_path / "first", b"new")
    assert (tmp_path / "first").is_symlink() and (tmp_path / "second").is_symlink() and not target.is_symlink()
    assert target.read_bytes() == b"new" and os.listdir(tmp_path / "far") == ["target"]
    assert not there or stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_named_pipe_receives_the_bytes_and_stays(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    for name in ("pipe", "link"):
        received: list[bytes] = []
        reader = threading.Thread(target=lambda into: into.append((tmp_path / "pipe").read_bytes()), args=(received,))
        reader.start()
        write_file(tmp_path / name, b"x" * 100_000)
        reader.join(60)
        assert received == [b"x" * 100_000]
    assert stat.S_ISFIFO((tmp_path / "pipe").lstat().st_mode) and (tmp_path / "link").is_symlink()


def test_a_reader_that_leaves_a_pipe_is_reported(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = threading.Thread(target=lambda: (tmp_path / "pipe").open("rb").close())
    reader.start()
    with pytest.raises(CannotWrite, match="Broken pipe"), written(tmp_path / "pipe") as stream:
        reader.join(60)
        stream.write(b"x" * 1_000_000)


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser makes a device node")
def test_a_character_device_is_written_to_and_stays(tmp_path: Path) -> None:
    null = tmp_path / "null"
    os.mknod(null, 0o600 | stat.S_IFCHR, os.makedev(1, 3))
    (tmp_path / "link").symlink_to("null")
    for name in ("null", "link"):
        write_file(tmp_path / name, b"x" * 100_000)
        assert stat.S_ISCHR(null.lstat().st_mode) and sorted(os.listdir(tmp_path)) == ["link", "null"]
    assert stat.S_IMODE(null.stat().st_mode) == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser makes a device node")
def test_a_block_device_is_refused(tmp_path: Path) -> None:
    os.mknod(tmp_path / "disk", 0o600 | stat.S_IFBLK, os.makedev(240, 255))  # no driver has this number
    for use in (require_writable, lambda path: write_file(path, b"x")):
        with pytest.raises(CannotWrite, match="block device"):
            use(tmp_path / "disk")
    assert stat.S_ISBLK((tmp_path / "disk").lstat().st_mode)


def test_sockets_folders_and_names_without_a_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        for name, reason in (
            ("socket", "is a socket"),
            ("folder", "is a folder"),
            ("nothing/x", "folder does not exist"),
            ("loop", "symbolic links"),
            ("x" * 256, "too long"),
        ):
            with pytest.raises(CannotWrite, match=reason):
                write_file(tmp_path / name, b"x")
    assert sorted(os.listdir(tmp_path)) == ["folder", "loop", "socket"]
    with pytest.raises(CannotWrite, match="empty"):
        require_writable("")


def test_a_name_of_the_greatest_length_can_be_written(tmp_path: Path) -> None:
    write_file(tmp_path / ("x" * 255), b"1")
    assert (tmp_path / ("x" * 255)).read_bytes() == b"1"


def test_an_open_file_is_appended_to_and_not_opened_again(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"before ")
    with (tmp_path / "log").open("ab") as log:
        write_file(f"/proc/self/fd/{log.fileno()}", b"and after")
    assert (tmp_path / "log").read_bytes() == b"before and after"
    receiving, sending = socket.socketpair()
    with receiving, sending:
        write_file(f"/proc/{os.getpid()}/fd/{sending.fileno()}", b"x")
        assert receiving.recv(9) == b"x"


# --- CSV ---------------------------------------------------------------------------------------------------------

LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
SIGNS = st.sampled_from(["\r", "\n", "\r\n", "'", '"', ",", ";", "\t", "|", "\\", "\\0", " ", "=1+1"])
CELLS = st.lists(LETTERS | SIGNS).map("".join)


@settings(deadline=None, max_examples=150)
@given(st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=5)))
def test_rows_come_back_equal_from_csv_and_from_duckdb(rows: list[list[str]]) -> None:
    import tempfile

    names = [f"c{place}" for place in range(len(rows[0]) if rows else 1)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_text(csv_text([names, *rows]), encoding="utf-8", newline="")
        assert list(read_rows(path)) == [names, *rows]
        if len(names) > 1:  # a row of one empty cell is an empty line, which DuckDB passes over
            found = duckdb.sql(f"SELECT * FROM {csv_relation(path)}").fetchall()
            assert found == [tuple(cell or None for cell in row) for row in rows]


def test_late_line_breaks_apostrophes_and_a_long_cell_shift_nothing(tmp_path: Path) -> None:
    rows = [["1", "plain"]] * 30_000 + [["2", "it's\n'late'"], ["3", "\r"], ["4", "글" * 700_000], ["5", "'둘'"]]
    path = tmp_path / "t.csv"
    path.write_text(csv_text([["a", "b"], *rows]), encoding="utf-8", newline="")
    assert [list(row) for row in duckdb.sql(f"SELECT * FROM {csv_relation(path)}").fetchall()] == rows
    assert [row for number, row in enumerate(read_rows(path)) if number] == rows


def test_a_path_means_one_file(tmp_path: Path) -> None:
    for number, name in enumerate(("a*b", "axb", "a?b", "a[x]b", "a'b")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "t.csv").write_text(f"n\n{number}\n", encoding="utf-8")
    for number, name in enumerate(("a*b", "axb", "a?b", "a[x]b", "a'b")):
        path = tmp_path / name / "t.csv"
        assert duckdb.sql(f"SELECT n FROM {csv_relation(path)}").fetchall() == [(str(number),)]
        assert duckdb.sql(f"SELECT count(*) FROM glob({sql_path(path)})").fetchall() == [(1,)]


def test_faults_are_those_of_a_person_to_mend() -> None:
    assert issubclass(CannotWrite, KgError)


# --- every writer ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x.graphml", "x.gexf", "x.net", "x.svg", "x.png", "x.pdf", "x.html", "x.nq"])
@pytest.mark.parametrize("place", ["link", "pipe"])
def test_every_writer_of_a_file_follows_links_and_writes_into_pipes(tmp_path: Path, name: str, place: str) -> None:
    from kg.network import NetworkTables, measure, partnership_network, write_network
    from kg.network.rdf import write_results
    from kg.pictures import plot

    parties = [("p1", "c1", "lead", "org/b", True), ("p2", "c1", "partner", "org/a", True)]
    network = partnership_network(NetworkTables(parties))
    path, received = tmp_path / name, list[bytes]()
    reader = threading.Thread(target=lambda: received.append(path.read_bytes()), daemon=True)
    if place == "pipe":
        os.mkfifo(path)
        reader.start()
    else:
        (tmp_path / "behind").write_text("old")
        path.symlink_to("behind")
    if name.endswith(".nq"):
        write_results(path, network, {"degree": measure(network, "degree")})
    elif name.endswith((".graphml", ".gexf", ".net")):
        write_network(network, path)
    else:
        plot(network, path)
    if place == "pipe":
        reader.join(60)
        assert path.is_fifo() and len(received[0]) > 50
    else:
        assert path.is_symlink() and len((tmp_path / "behind").read_bytes()) > 50
    assert sorted(os.listdir(tmp_path)) == sorted([name] + ["behind"] * (place == "link"))


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_a_link_to_a_folder_stays_a_link(tmp_path: Path, format: str) -> None:
    from kg.network import NetworkTables, partnership_network, write_network

    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    parties = [("p1", "c1", "lead", "org/b", True), ("p2", "c1", "partner", "org/a", True)]
    write_network(partnership_network(NetworkTables(parties)), tmp_path / "link", format)
    assert (tmp_path / "link").is_symlink()
    assert sorted(os.listdir(tmp_path / "real")) == [f"edges.{format}", f"nodes.{format}"]
    assert sorted(os.listdir(tmp_path)) == ["link", "real"]
