"""The store on disk (Oxigraph) and the versions of a build: replaced atomically, never changed in place.

``OUT/current`` is a link to one folder of ``OUT/versions``; a new build is made in a temporary folder, and the link is
then replaced in one step. A reader holds a shared lock on the version it opened, so that it keeps its snapshot while
newer builds are made. ``OUT/.kg-build`` marks a build folder.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pyoxigraph

from kg.errors import KgError, Text
from kg.manifest import NAME as MANIFEST
from kg.manifest import STORE, VERSIONS, DamagedBuild, check_digests, check_sizes, write_manifest
from kg.profile import FILE_NAME as PROFILE
from kg.profile import Profile
from kg.progress import Progress

CURRENT, QUARANTINE, MARK = "current", "quarantine", ".kg-build"
LINKED = ("records", STORE, "graph.nq", PROFILE, "summary.json", "unsure.csv")
LOAD_BYTES = 128 << 20
WAIT_S = 1800.0  # for another build in the same folder
_LOCK, _IN_USE = ".lock", ".in-use"
_LOOK_EVERY_S = 0.2
_MARK_TEXT = "kg build writes into this folder, and removes what it wrote before.\n"


def load_store(quads: Path, folder: Path) -> int:
    """Make a store of an N-Quads file; returns the number of quads."""
    store = pyoxigraph.Store(str(folder))
    with quads.open("rb") as stream:  # in parts: bounded memory, and faster
        while part := stream.read(LOAD_BYTES) + stream.readline():
            store.bulk_load(part, format=pyoxigraph.RdfFormat.N_QUADS)
    store.flush()
    count = len(store)
    del store
    return count


@dataclass
class Snapshot:
    """One version of a build, held open for reading: its files stay until ``close``."""

    folder: Path
    _lock: IO[bytes] | None = field(default=None, repr=False)
    _checked: set[str] = field(default_factory=set, repr=False)

    @property
    def store(self) -> Path:
        return self.folder / STORE

    @property
    def quads(self) -> Path:
        """The path of ``graph.nq``, after a check of its digest."""
        return self._checked_path("graph.nq")

    @property
    def records(self) -> Path:
        """The folder of the Parquet tables, after a check of their digests."""
        return self._checked_path("records")

    @property
    def summary(self) -> Path:
        """The path of ``summary.json``, after a check of its digest."""
        return self._checked_path("summary.json")

    @property
    def has_profile(self) -> bool:
        """Whether the build counted what it holds; those of earlier versions did not."""
        return (self.folder / PROFILE).exists()

    def profile(self) -> Profile:
        """What the graph holds, in numbers; raises ``KgError`` for a build of an earlier version, which has none."""
        if not self.has_profile:
            raise KgError(
                Text(
                    f"{self.folder}: 이 도구의 이전 판이 만들어 {PROFILE}이 없습니다. 다시 만드십시오: kg build",
                    f"{self.folder}: an earlier version of the toolkit made it, without {PROFILE}."
                    " Make it again: kg build",
                )
            )
        return Profile.from_json(json.loads(self._checked_path(PROFILE).read_text(encoding="utf-8")))

    def _checked_path(self, part: str) -> Path:
        if part not in self._checked:
            check_digests(self.folder, part)
            self._checked.add(part)
        return self.folder / part

    def close(self) -> None:
        if self._lock:
            self._lock.close()
            self._lock = None


def open_snapshot(out: Path) -> Snapshot:
    """The last good build under ``out`` (a build folder or one version); raises ``DamagedBuild``."""
    for _ in range(3):
        link = out / CURRENT
        folder = link.resolve() if link.is_symlink() or link.exists() else out.resolve()
        if not _looks_like_a_version(folder) and not link.is_symlink():
            break
        try:
            lock = (folder / _IN_USE).open("rb")
        except FileNotFoundError:
            if folder == link.resolve() and not folder.is_dir():
                continue  # a newer build has just replaced this version, or its folder was removed
            return _verified(Snapshot(folder))
        fcntl.flock(lock, fcntl.LOCK_SH)
        if folder.is_dir():
            return _verified(Snapshot(folder, lock))
        lock.close()
    if (out / CURRENT).is_symlink():
        raise DamagedBuild(out, Text("현재 버전의 폴더가 없습니다", "the folder of the current version does not exist"))
    raise KgError(
        Text(
            f"{out}에 지식그래프가 없습니다. 먼저 ‘kg build’를 실행하십시오.",
            f"There is no graph in {out}. Build one first: kg build",
        )
    )


def _looks_like_a_version(folder: Path) -> bool:
    return any((folder / name).exists() for name in (STORE, "graph.nq", MANIFEST))


def _verified(snapshot: Snapshot) -> Snapshot:
    """The snapshot, after a check of its file sizes and that its store opens."""
    try:
        check_sizes(snapshot.folder)
        try:
            pyoxigraph.Store.read_only(str(snapshot.store))
        except (OSError, RuntimeError, ValueError) as error:  # any error of RocksDB: the files are not a store
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            text = Text(f"저장소를 열 수 없습니다({reason})", f"its store cannot be opened ({reason})")
            raise DamagedBuild(snapshot.folder, text) from None
    except BaseException:
        snapshot.close()
        raise
    return snapshot


def claim_folder(out: Path) -> None:
    """Make ``out`` a folder to build in and mark it; raises ``KgError`` if it holds other files."""
    if out.resolve() == Path(out.resolve().anchor):
        raise KgError(
            Text(
                f"{out}: 최상위 폴더에는 빌드할 수 없습니다. 다른 폴더를 지정하십시오.",
                f"{out} is the root folder: give another folder.",
            )
        )
    if out.exists() and not out.is_dir():
        raise KgError(Text(f"{out}: 파일입니다. 폴더를 지정하십시오.", f"{out} is a file: give a folder to build in."))
    existing = sorted(os.listdir(out)) if out.exists() else []
    if existing and not _is_marked(out, existing):
        raise _holds(out, existing)
    foreign = [name for name in (CURRENT, *LINKED) if (out / name).exists() and not (out / name).is_symlink()]
    if foreign:
        raise _holds(out, foreign)
    quarantine = out / QUARANTINE
    if quarantine.is_symlink() or quarantine.exists():
        is_folder = quarantine.is_dir() and not quarantine.is_symlink()
        other_files = (
            sorted(name for name in os.listdir(quarantine) if not name.endswith(".csv")) if is_folder else [""]
        )
        if other_files:
            raise _holds(out, [f"{QUARANTINE}/{other_files[0]}".rstrip("/")])
    Path(os.path.realpath(out)).mkdir(parents=True, exist_ok=True)
    if MARK not in existing:
        (out / MARK).write_text(_MARK_TEXT, encoding="utf-8", newline="\n")


def _is_marked(out: Path, names: list[str]) -> bool:
    """Whether it is a build folder, by its mark, or by its content if an early version made it without a mark."""
    if MARK in names:
        return True
    if _LOCK not in names or not (out / VERSIONS).is_dir():
        return False
    current = out / CURRENT
    to_version = not current.is_symlink() or Path(os.readlink(current)).parts[:1] == (VERSIONS,)
    return to_version and all(name.isdigit() or name.startswith(".new-") for name in os.listdir(out / VERSIONS))


def _holds(out: Path, names: list[str]) -> KgError:
    shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
    return KgError(
        Text(
            f"{out}에 빌드가 아닌 파일({shown})이 있습니다. 새 폴더나 빈 폴더를 지정하십시오.",
            f"{out} holds files that are not a build ({shown}): give a new or an empty folder.",
        )
    )


@contextmanager
def locked(out: Path, *, wait_s: float = 0.0, progress: Progress | None = None) -> Iterator[None]:
    """Hold the lock of a build folder; while another build holds it, wait at most ``wait_s`` seconds."""
    with (out / _LOCK).open("ab") as lock:
        waited = 0.0
        while not _try_lock(lock):
            if waited >= wait_s:
                raise KgError(
                    Text(
                        f"{out}에서 다른 빌드가 실행 중입니다. 끝난 뒤 다시 실행하십시오.",
                        f"Another build is running in {out}. Try again when it has ended.",
                    )
                )
            if progress and waited == 0:
                progress(Text(f"{out}: 다른 빌드가 끝나기를 기다립니다", f"waiting for another build in {out}"))
            time.sleep(_LOOK_EVERY_S)
            waited += _LOOK_EVERY_S
        yield


def _try_lock(lock: IO[bytes]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def new_version(out: Path) -> Iterator[Path]:
    """A folder to build in, under the lock of ``out``.

    It becomes the current version when the block ends without an error; otherwise it is removed.
    """
    versions = out / VERSIONS
    versions.mkdir(exist_ok=True)
    for leftover in versions.glob(".new-*"):  # left by a build that was killed
        shutil.rmtree(leftover, ignore_errors=True)
    temporary = versions / f".new-{os.getpid()}"
    temporary.mkdir()
    try:
        yield temporary
        (temporary / _IN_USE).touch()
        write_manifest(temporary)
        final = versions / f"{_next_number(versions):06d}"
        temporary.rename(final)
        _point(out / CURRENT, Path(VERSIONS) / final.name)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    for name in LINKED:
        _point(out / name, Path(CURRENT) / name)
    _remove_old(versions, final)


def _next_number(versions: Path) -> int:
    return max((int(path.name) for path in versions.iterdir() if path.name.isdigit()), default=0) + 1


def _point(link: Path, target: Path) -> None:
    temporary = link.with_name(f".{link.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    temporary.replace(link)


def _remove_old(versions: Path, current: Path) -> None:
    """Remove versions without readers; the previous version stays for readers that are just opening it."""
    numbered = sorted(path for path in versions.iterdir() if path.name.isdigit() and path != current)
    for old in numbered[:-1]:
        try:
            with (old / _IN_USE).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(old, ignore_errors=True)
        except (BlockingIOError, FileNotFoundError):
            continue  # still read, or already gone
