"""Where an export goes: written aside and renamed, or streamed to stdout."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kg.errors import KgError, Text
from kg.export.rdf import RDF_FORMATS, chooser, write_rdf
from kg.export.tables import write_tables
from kg.vocab import DEFAULT_POLICY
from kg.whatif.scenario import find_sources
from kg.whatif.whatif import stored_sources, what_if


def export(
    folder: Path,
    target: str | Path,
    format: str,
    *,
    what: str | None = None,
    source: str | None = None,
    policy: str | None = None,
    own: str = DEFAULT_POLICY,
) -> None:
    """Write a build (its folder) in an open format; ``target`` is a file, a folder for csv and parquet, or ``-``.

    ``own`` is the policy of the build, and ``policy`` another one to follow instead.
    """
    if format in ("csv", "parquet"):
        if str(target) == "-":
            raise KgError(
                Text("표는 폴더로 내보냅니다. --output DIR을 주십시오.", "Tables go into a folder: give --output DIR.")
            )
        write_tables(folder / "graph.nq", Path(target), format)
        return

    def write(stream: BinaryIO) -> None:
        _write_quads(folder, stream, format, what, source, policy, own)

    if str(target) == "-":
        write(sys.stdout.buffer)
        sys.stdout.buffer.flush()
    else:
        _write_aside(Path(target), write)


def export_text(
    folder: Path,
    format: str,
    *,
    what: str | None = None,
    source: str | None = None,
    policy: str | None = None,
    own: str = DEFAULT_POLICY,
) -> str:
    """The graph as text in an RDF format."""
    stream = io.BytesIO()
    _write_quads(folder, stream, format, what, source, policy, own)
    return stream.getvalue().decode()


def _write_quads(
    folder: Path,
    stream: BinaryIO,
    format: str,
    what: str | None,
    source: str | None,
    policy: str | None,
    own: str,
) -> None:
    if format not in RDF_FORMATS:
        known = ", ".join([*RDF_FORMATS, "csv", "parquet"])
        raise KgError(
            Text(
                f"형식 {format!r}을(를) 모릅니다. 아는 형식: {known}.",
                f"the format {format!r} is not known. Known formats: {known}.",
            )
        )
    if source:
        find_sources((source,), stored_sources(folder / "records"))
    with _quads_under(folder, policy, own) as (quads, name):
        write_rdf(quads, stream, format, chooser(what, source, name, format, own))


def _write_aside(path: Path, write: Callable[[BinaryIO], None]) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("wb") as stream:
            write(stream)
        aside.replace(path)
    except OSError as error:
        raise KgError(
            Text(f"{path}에 쓸 수 없습니다: {error.strerror}", f"cannot write {path}: {error.strerror}")
        ) from error
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def _quads_under(folder: Path, policy: str | None, own: str) -> Iterator[tuple[list[Path], str]]:
    """The sorted files to choose from and the policy's name; what another policy accepts is computed beside them."""
    if policy in (None, own):
        yield [folder / "graph.nq"], own
        return
    supposed = what_if(folder / "records", under=policy)
    with tempfile.TemporaryDirectory(prefix="kg-") as place:
        supposed.write(accepted := Path(place) / "accepted.nq", organisations=True)
        yield [folder / "graph.nq", accepted], supposed.scenario.policy.name
