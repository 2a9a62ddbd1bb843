"""Whatever goes wrong, a command says so on one line and ends with the exit code for it; nothing is a traceback."""

from __future__ import annotations

import errno
import io
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from helpers.small_tables import write_tables

from kg.build import build
from kg.cli import main
from kg.cli.failures import BUG, FAILED, INTERRUPTED, describe
from kg.errors import KgError, Text

LIMIT_S = 300  # against hanging only


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tables(tmp_path_factory.mktemp("failures") / "data")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    out = tmp_path_factory.mktemp("failures") / "build"
    build(data, out)
    return out


def _kg(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KG_LANG": "en", **options.pop("env", {})}  # type: ignore[dict-item]  # an environment
    command = [sys.executable, "-m", "kg", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=LIMIT_S, **options)  # type: ignore[call-overload]  # options of subprocess


# --- what is said of an error --------------------------------------------------------------------------------------

ERRORS = [
    (KgError(Text("무엇", "what")), "what", FAILED),
    (KeyboardInterrupt(), "Stopped.", INTERRUPTED),
    (MemoryError(), "not enough memory", FAILED),
    (duckdb.OutOfMemoryException("failed to pin block"), "not enough memory", FAILED),
    (duckdb.IOException("IO Error: Could not write file: No space left on device\nmore"), "No space left", FAILED),
    (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "x.ttl"), "x.ttl: no space left to write", FAILED),
    (OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)), "no space left to write", FAILED),
    (OSError(errno.EFBIG, os.strerror(errno.EFBIG)), "no space left to write", FAILED),
    (PermissionError(errno.EACCES, os.strerror(errno.EACCES), "there"), "there: Permission denied", FAILED),
    (OSError("only text"), "only text", FAILED),
    (ValueError("odd\nlines"), "A bug of the toolkit (ValueError: odd)", BUG),
    (RecursionError(), "A bug of the toolkit (RecursionError: )", BUG),
]


@pytest.mark.parametrize(("error", "message", "code"), ERRORS, ids=[type(error).__name__ for error, _, _ in ERRORS])
def test_each_error_has_one_line_and_a_code(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, error: BaseException, message: str, code: int
) -> None:
    def fail(options: object) -> int:
        raise error

    monkeypatch.setattr("kg.cli.asking.queries_command", fail)
    for language in ("en", "ko"):
        monkeypatch.setenv("KG_LANG", language)
        assert main(["queries"]) == code
        output = capsys.readouterr()
        assert output.out == "" and len(output.err.splitlines()) == 1 and "Traceback" not in output.err
        assert language == "ko" or message in output.err
    assert describe(error)[1] == code


def test_the_traceback_of_a_bug_is_printed_on_request(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(options: object) -> int:
        raise ValueError("odd")

    monkeypatch.setattr("kg.cli.asking.queries_command", fail)
    monkeypatch.setenv("KG_TRACEBACK", "1")
    assert main(["queries"]) == BUG
    output = capsys.readouterr().err
    assert "Traceback" in output and "ValueError: odd" in output and "A bug of the toolkit" in output


# --- Ctrl-C ---------------------------------------------------------------------------------------------------------


def test_ctrl_c_reported_by_a_library_as_another_error_is_recognised(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(options: object) -> int:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(LIMIT_S)
        except KeyboardInterrupt:
            raise RuntimeError("Query interrupted") from None
        return 0

    monkeypatch.setattr("kg.cli.asking.queries_command", interrupted)
    before = signal.getsignal(signal.SIGINT)
    assert main(["queries"]) == INTERRUPTED
    assert capsys.readouterr().err.splitlines() in (["Stopped."], ["중단했습니다."])
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("after", [0, 1, 2, 3, 5, 8, 12])
def test_ctrl_c_while_it_loads_or_builds_stops_it(tmp_path: Path, data: Path, after: int) -> None:
    """``after`` counts the modules of the toolkit that have been loaded when the signal comes."""
    script = (
        "import builtins, os, signal, sys\n"
        "import kg.cli\n"
        "left = int(sys.argv.pop(1))\n"
        "plain = builtins.__import__\n"
        "def counted(name, *rest):\n"
        "    global left\n"
        "    if name.startswith('kg'):\n"
        "        left -= 1\n"
        "        if left in (-1, -2):\n"  # a second one comes while the first is being reported
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "    return plain(name, *rest)\n"
        "builtins.__import__ = counted\n"
        "sys.exit(kg.cli.main())\n"
    )
    command = [sys.executable, "-c", script, str(after), "build", str(data), "--out", str(tmp_path / "build")]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "KG_LANG": "en"}, timeout=LIMIT_S)
    assert (done.returncode, done.stderr) == (INTERRUPTED, "Stopped.\n")


@pytest.mark.parametrize("step", ["read", "load_records", "analyse", "write_graph", "check_graph", "load_store"])
def test_ctrl_c_at_any_step_of_a_build_leaves_the_last_one(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def press(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        duckdb.sql("SELECT count(*) FROM range(10_000_000_000) a, range(1000) b").fetchall()

    monkeypatch.setattr(f"kg.build.{'read_settings' if step == 'read' else step}", press)
    assert main(["build", str(data), "--out", str(tmp_path / "build")]) == INTERRUPTED
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not list((tmp_path / "build").glob("versions/*"))


def _runs(process: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent to notice does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_ctrl_c_in_a_query_stops_the_worker_too(built: Path) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    process = subprocess.Popen(
        [sys.executable, "-m", "kg", "query", slow, "--graph", str(built), "--timeout", "200"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "KG_LANG": "en"},
    )
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    deadline = time.monotonic() + LIMIT_S
    while not children.read_text() and time.monotonic() < deadline:
        time.sleep(0.01)
    worker = int(children.read_text().split()[0])
    process.send_signal(signal.SIGINT)
    _, output = process.communicate(timeout=LIMIT_S)
    assert (process.returncode, output) == (INTERRUPTED, "Stopped.\n")
    while _runs(worker) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _runs(worker)


# --- disk and memory --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kilobytes", [1, 64, 300, 900])
def test_a_disk_that_fills_during_a_build_is_reported_and_leaves_the_last_one(
    tmp_path: Path, data: Path, built: Path, kilobytes: int
) -> None:
    out = Path(shutil.copytree(built, tmp_path / "build", symlinks=True))
    before = os.readlink(out / "current")

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes << 10, kilobytes << 10))

    done = _kg("build", str(data), "--out", str(out), preexec_fn=limit)
    assert done.returncode == FAILED and "Traceback" not in done.stderr, done.stderr
    assert len(done.stderr.splitlines()) == 1 and "bug of the toolkit" not in done.stderr
    assert os.readlink(out / "current") == before and not list((out / "versions").glob(".new-*"))


def test_a_disk_that_fills_during_an_export_is_reported_and_leaves_the_old_file(tmp_path: Path, built: Path) -> None:
    (tmp_path / "x.ttl").write_text("old")

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    for format, output in (("ttl", "x.ttl"), ("trig", "x.ttl"), ("csv", "tables"), ("parquet", "tables")):
        place = str(tmp_path / output)
        done = _kg("export", "--graph", str(built), "--format", format, "--output", place, preexec_fn=limit)
        if done.returncode:
            assert done.returncode == FAILED and len(done.stderr.splitlines()) == 1, done.stderr
            assert "bug of the toolkit" not in done.stderr
        else:
            assert output == "tables"  # each of these files is small enough
    assert (tmp_path / "x.ttl").read_text() == "old" and set(os.listdir(tmp_path)) <= {"x.ttl", "tables"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser makes a device node")
def test_a_full_place_for_the_answer_is_reported(tmp_path: Path, built: Path) -> None:
    os.mknod(tmp_path / "full", 0o600 | stat.S_IFCHR, os.makedev(1, 7))  # as the device that is always full
    for words in (["queries"], ["export", "--format", "nt"], ["query", "winners-by-round"]):
        place = [] if words == ["queries"] else ["--graph", str(built)]
        with (tmp_path / "full").open("wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "kg", *words, *place],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, "KG_LANG": "en"},
                timeout=LIMIT_S,
            )
        assert done.returncode == FAILED and len(done.stderr.splitlines()) == 1 and "no space left" in done.stderr


def test_too_little_memory_for_a_build_is_reported(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def starve(connection: duckdb.DuckDBPyConnection, *_: object) -> None:
        connection.execute("SET memory_limit = '1MB'")
        connection.execute("SELECT string_agg(a::VARCHAR, ',') FROM range(10_000_000) t(a)").fetchall()

    monkeypatch.setattr("kg.build._configure", starve)
    assert main(["build", str(data), "--out", str(tmp_path / "build")]) == FAILED
    output = capsys.readouterr().err
    assert len(output.splitlines()) == 1 and "not enough memory" in output


# --- output -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["cp949", "ascii", "latin-1", "euc-kr", "utf-8"])
def test_characters_missing_in_the_output_encoding_are_replaced_and_counted(built: Path, encoding: str) -> None:
    text = 'SELECT ("Škoda – ™ 한빛 🌱" AS ?x) {}'
    done = subprocess.run(
        [sys.executable, "-m", "kg", "query", text, "--graph", str(built)],
        capture_output=True,
        env={**os.environ, "KG_LANG": "en", "PYTHONIOENCODING": encoding},
        timeout=LIMIT_S,
    )
    shown = "Škoda – ™ 한빛 🌱".encode(encoding, "replace")
    assert done.returncode == 0 and shown in done.stdout
    output = done.stderr.decode(encoding)
    if encoding == "utf-8":
        assert output == ""
    else:
        assert (
            len(output.splitlines()) == 1
            and f"({encoding})" in output.replace("_", "-")
            and "PYTHONIOENCODING" in output
        )


def test_a_build_and_its_messages_are_printed_in_any_encoding(tmp_path: Path, data: Path) -> None:
    done = _kg("build", str(data), "--out", str(tmp_path / "build"), env={"PYTHONIOENCODING": "ascii", "KG_LANG": "ko"})
    assert done.returncode == 0 and "?" in done.stdout and len(done.stderr.splitlines()) == 1
    assert _kg("--help", env={"PYTHONIOENCODING": "ascii", "KG_LANG": "ko"}).returncode == 0


def test_a_closed_output_is_reported() -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m kg queries >&-"], capture_output=True, text=True, timeout=LIMIT_S
    )
    assert done.returncode == FAILED and len(done.stderr.splitlines()) == 1 and "output is closed" in done.stderr


def test_the_streams_are_as_before_when_a_command_has_run(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="strict")
    monkeypatch.setattr(sys, "stdout", stream)
    assert main(["queries"]) == 0
    assert stream.errors == "strict" and b"?" in stream.buffer.getvalue()  # type: ignore[attr-defined]  # a BytesIO


@pytest.mark.parametrize(
    "words", [["build", "", "--out", "x"], ["build", "--out", " "], ["init", ""], ["query", "queries", "--graph", ""]]
)
def test_an_empty_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == FAILED
    assert "name is empty" in capsys.readouterr().err and os.listdir(tmp_path) == []
