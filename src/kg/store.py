"""The store on disk (Oxigraph) and the versions of a build: replaced atomically, never changed in place.

``OUT/current`` is a link to one folder of ``OUT/versions``; a new build is made aside and the link is moved to it
in one step. A reader holds a shared lock on the version it opened, so that it keeps its snapshot while newer builds
come.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pyoxigraph

from kg.errors import KgError, Text

CURRENT = "current"
LINKED = ("records", "store", "graph.nq", "summary.json", "unsure.csv")
LOAD_BYTES = 128 << 20
_IN_USE = ".in-use"


def load_store(quads: Path, folder: Path) -> int:
    """Make a store of an N-Quads file; returns the number of quads."""
    store = pyoxigraph.Store(str(folder))
    with quads.open("rb") as stream:  # in parts: memory does not grow with the file, and the processor works less
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

    @property
    def store(self) -> Path:
        return self.folder / "store"

    @property
    def quads(self) -> Path:
        return self.folder / "graph.nq"

    @property
    def records(self) -> Path:
        return self.folder / "records"

    def close(self) -> None:
        if self._lock:
            self._lock.close()
            self._lock = None


def open_snapshot(out: Path) -> Snapshot:
    """The last good build under ``out`` (a build folder or one of its versions)."""
    for _ in range(3):
        folder = (out / CURRENT).resolve() if (out / CURRENT).exists() else out.resolve()
        if not (folder / "store").is_dir():
            break
        try:
            lock = (folder / _IN_USE).open("rb")
        except FileNotFoundError:
            if not (out / CURRENT).exists():
                return Snapshot(folder)
            continue  # a newer build replaced this version between the two look-ups
        fcntl.flock(lock, fcntl.LOCK_SH)
        if (folder / "store").is_dir():
            return Snapshot(folder, lock)
        lock.close()
    raise KgError(
        Text(
            f"{out}에 지식그래프가 없습니다. 먼저 ‘kg build’를 하십시오.",
            f"There is no graph in {out}. Build one first: kg build",
        )
    )


@contextmanager
def new_version(out: Path) -> Iterator[Path]:
    """A folder to build in; becomes the current version when the block ends without an error, else it is removed."""
    versions = out / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise KgError(
                Text(
                    f"{out}에서 다른 만들기가 돌고 있습니다. 끝난 뒤에 다시 하십시오.",
                    f"Another build is running in {out}. Try again when it has ended.",
                )
            ) from None
        for left in versions.glob(".new-*"):  # left by a build that was killed
            shutil.rmtree(left, ignore_errors=True)
        aside = versions / f".new-{os.getpid()}"
        aside.mkdir()
        try:
            yield aside
            (aside / _IN_USE).touch()
            final = versions / f"{_next_number(versions):06d}"
            aside.rename(final)
            _point(out / CURRENT, Path("versions") / final.name)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        for name in LINKED:
            _point(out / name, Path(CURRENT) / name)
        _remove_old(versions, final)


def _next_number(versions: Path) -> int:
    return max((int(path.name) for path in versions.iterdir() if path.name.isdigit()), default=0) + 1


def _point(link: Path, target: Path) -> None:
    aside = link.with_name(f".{link.name}.{os.getpid()}")
    aside.unlink(missing_ok=True)
    aside.symlink_to(target)
    aside.replace(link)


def _remove_old(versions: Path, current: Path) -> None:
    """Remove versions that nobody reads; the one before the current stays for readers that are just opening it."""
    numbered = sorted(path for path in versions.iterdir() if path.name.isdigit() and path != current)
    for old in numbered[:-1]:
        try:
            with (old / _IN_USE).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(old, ignore_errors=True)
        except (BlockingIOError, FileNotFoundError):
            continue  # still read, or already gone
