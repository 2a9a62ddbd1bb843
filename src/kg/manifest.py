"""The manifest of a build: size and SHA-256 of each file, so that damage is detected when the build is opened.

``manifest.json`` is written last. Oxigraph checks the files of the store itself; here only that it opens is checked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from kg.errors import KgError, Text

NAME = "manifest.json"
FORMAT = 1  # of the files of a build; builds of other formats are refused
STORE, VERSIONS = "store", "versions"


class DamagedBuild(KgError):
    """A build whose files have changed since they were written, or that another version of the toolkit wrote."""

    def __init__(self, folder: Path, reason: Text):
        self.folder, self.reason = folder, reason
        out = folder.parents[1] if folder.parent.name == VERSIONS else folder
        with suppress(ValueError):  # outside the working folder: the absolute path
            out = out.relative_to(Path.cwd())
        super().__init__(
            Text(
                f"{out}: {reason.ko}. 다시 빌드하십시오: kg build DATA --out {out}",
                f"{out}: {reason.en}. Build it again: kg build DATA --out {out}",
            )
        )


def write_manifest(folder: Path) -> None:
    """Record the files of a finished build (``build/current``) except hidden files and those of the store."""
    files = {
        name: {"bytes": (folder / name).stat().st_size, "sha256": _digest(folder / name)}
        for name in _recorded_files(folder)
    }
    text = json.dumps({"format": FORMAT, "files": files}, indent=1)  # no final line end: every truncation is detected
    (folder / NAME).write_text(text, encoding="utf-8", newline="\n")


def check_sizes(folder: Path) -> None:
    """Raise ``DamagedBuild`` if a recorded file is missing or has another size."""
    faults = [fault for name, entry in _entries(folder).items() if (fault := _size_fault(folder / name, name, entry))]
    _raise(folder, faults)


def check_digests(folder: Path, part: str) -> None:
    """Raise ``DamagedBuild`` unless ``part`` (a file or a folder) has the same bytes as when it was written."""
    entries = {name: entry for name, entry in _entries(folder).items() if name == part or name.startswith(f"{part}/")}
    if not entries:
        raise DamagedBuild(folder, Text(f"{part}이(가) 없습니다", f"{part} is missing"))
    faults = []
    for name, entry in entries.items():
        fault = _size_fault(folder / name, name, entry)
        if fault is None and _digest(folder / name) != entry["sha256"]:
            fault = Text(f"{name}의 내용이 바뀌었습니다", f"{name} has been changed")
        if fault:
            faults.append(fault)
    _raise(folder, faults)


def _recorded_files(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith((f"{STORE}/", ".")) and name != NAME:
            yield name


def _entries(folder: Path) -> dict[str, dict[str, Any]]:
    try:
        text = (folder / NAME).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        reason = Text(
            f"{NAME}이 없습니다. 이 도구의 이전 버전으로 빌드했거나 파일이 지워졌습니다",
            f"it has no {NAME}: an earlier version of the toolkit made it, or the file was removed",
        )
        raise DamagedBuild(folder, reason) from None
    except (UnicodeDecodeError, IsADirectoryError):  # not text: reported below
        text = ""
    try:
        content = json.loads(text)
        format, files = content["format"], content["files"]
        well_formed = isinstance(files, dict) and all({"bytes", "sha256"} <= entry.keys() for entry in files.values())
    except (ValueError, KeyError, TypeError, AttributeError):  # truncated or overwritten
        format, files, well_formed = None, {}, False
    if not well_formed:
        raise DamagedBuild(folder, Text(f"{NAME}을 읽을 수 없습니다", f"{NAME} cannot be read"))
    if format != FORMAT:
        reason = Text(
            f"형식이 {format}인데 이 도구는 형식 {FORMAT}을 읽습니다",
            f"its format is {format}, and this toolkit reads {FORMAT}",
        )
        raise DamagedBuild(folder, reason)
    return files


def _size_fault(path: Path, name: str, entry: dict[str, Any]) -> Text | None:
    if not path.is_file():
        return Text(f"{name}이(가) 없습니다", f"{name} is missing")
    size, recorded = path.stat().st_size, entry["bytes"]
    if size != recorded:
        return Text(
            f"{name}이(가) {recorded:,}바이트여야 하는데 {size:,}바이트입니다",
            f"{name} has {size:,} bytes instead of {recorded:,}",
        )
    return None


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _raise(folder: Path, faults: Iterable[Text]) -> None:
    reasons = list(faults)
    if not reasons:
        return
    more = (
        Text(f" (외 {len(reasons) - 1}개 파일)", f" (and {len(reasons) - 1} more)")
        if len(reasons) > 1
        else Text("", "")
    )
    raise DamagedBuild(folder, Text(reasons[0].ko + more.ko, reasons[0].en + more.en))
