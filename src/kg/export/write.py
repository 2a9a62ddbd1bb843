"""Where an export goes: written aside and renamed, or streamed to stdout."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

from kg.errors import KgError, Text
from kg.export.rdf import RDF_FORMATS, chooser, write_rdf
from kg.export.tables import write_tables


def export(
    folder: Path,
    target: str | Path,
    format: str,
    *,
    what: str | None = None,
    source: str | None = None,
    policy: str = "default",
) -> None:
    """Write a build (its folder) in an open format; ``target`` is a file, a folder for csv and parquet, or ``-``."""
    if format in ("csv", "parquet"):
        if str(target) == "-":
            raise KgError(
                Text("표는 폴더로 내보냅니다. --output DIR을 주십시오.", "Tables go into a folder: give --output DIR.")
            )
        write_tables(folder / "graph.nq", Path(target), format)
        return
    if format not in RDF_FORMATS:
        known = ", ".join([*RDF_FORMATS, "csv", "parquet"])
        raise KgError(
            Text(
                f"형식 {format!r}을(를) 모릅니다. 아는 형식: {known}.",
                f"the format {format!r} is not known. Known formats: {known}.",
            )
        )
    keep = chooser(what, source, policy, format)
    if str(target) == "-":
        write_rdf(folder / "graph.nq", sys.stdout.buffer, format, keep)
        sys.stdout.buffer.flush()
        return
    path = Path(target)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("wb") as stream:
            write_rdf(folder / "graph.nq", stream, format, keep)
        aside.replace(path)
    except OSError as error:
        raise KgError(
            Text(f"{path}에 쓸 수 없습니다: {error.strerror}", f"cannot write {path}: {error.strerror}")
        ) from error
    finally:
        aside.unlink(missing_ok=True)


def export_text(
    folder: Path, format: str, *, what: str | None = None, source: str | None = None, policy: str = "default"
) -> str:
    """The graph as text in an RDF format."""
    stream = io.BytesIO()
    write_rdf(folder / "graph.nq", stream, format, chooser(what, source, policy, format))
    return stream.getvalue().decode()
