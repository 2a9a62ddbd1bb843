"""The content of a data folder: tables, code lists and other known files; any other file is a fault or a note."""

from __future__ import annotations

import difflib
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kg.codes import LIST_OF_LISTS, codes_of
from kg.errors import Fault, Text
from kg.paths import shipped
from kg.records.schema import Schema

TABLE_FORMS, LIST_FORMS = ("csv", "parquet"), ("csv",)
CODELISTS, MATCHING = "codelists", "matching"
OTHER_FILES = frozenset({"dataset.toml", "redirects.csv", "not-carried.csv"})
_PAPERS = re.compile(r"(?i)(readme|licen[cs]e|copying|notice|changelog|citation)([._-].*)?")
_PACKED = frozenset({"gz", "bz2", "xz", "zst", "zip", "lz4", "br", "7z", "z", "lzma", "snappy"})
# suffixes of files with tables; a file with the name of a table and one of these was meant to be read
_TABLE_SUFFIXES = frozenset({
    "csv", "parquet", "pq", "tsv", "tab", "txt", "xlsx", "xls", "xlsm", "xlsb", "ods", "numbers", "json", "jsonl",
    "ndjson", "geojson", "feather", "arrow", "ipc", "orc", "avro", "sqlite", "db", "duckdb", "dta", "sav", "rds", "xml",
    "html", "psv", "dat",
})  # fmt: skip
_MAX_ENTRIES = 20_000  # of nested folders that are searched


@dataclass
class DataFolder:
    """The tables and code lists of a folder by name, its faults, and what is not read, as notes.

    ``misplaced`` names tables and lists that exist under a wrong name or in a wrong format, ``lists_misplaced`` tells
    this of the folder of code lists: what is missing for that reason is one fault, not many.
    """

    tables: dict[str, Path] = field(default_factory=dict)
    lists: dict[str, Path] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    misplaced: set[str] = field(default_factory=set)
    lists_misplaced: bool = False


def find_table(folder: Path, name: str) -> Path | None:
    """``NAME.csv`` or ``NAME.parquet`` in a folder."""
    return next((path for form in TABLE_FORMS if (path := folder / f"{name}.{form}").exists()), None)


def read_folder(folder: Path, schema: Schema) -> DataFolder:
    """Sort the entries of a data folder; hidden ones (``.name``) are ignored."""
    found = DataFolder()
    tables = [table.name for table in schema.tables]
    lists = {path.stem for path in (shipped("data") / CODELISTS).glob("*.csv")}
    lists |= {field.codelist for table in schema.tables for field in table.fields if field.codelist}
    _sort_entries(found, found.tables, folder, "", tables, TABLE_FORMS)
    if (folder / CODELISTS).is_dir():
        list_names = sorted({*lists, *_listed(folder / CODELISTS)})
        _sort_entries(found, found.lists, folder / CODELISTS, f"{CODELISTS}/", list_names, LIST_FORMS)
    if (folder / MATCHING).is_dir():
        words = sorted(path.stem for path in (shipped("data") / MATCHING).glob("*.csv"))
        _sort_entries(found, {}, folder / MATCHING, f"{MATCHING}/", words, LIST_FORMS)
    return found


def _listed(folder: Path) -> Iterator[str]:
    """The code lists that a subject adds, by its list of code lists."""
    path = folder / f"{LIST_OF_LISTS}.csv"
    if path.is_file():
        yield from codes_of(path)


def _sort_entries(
    found: DataFolder, files: dict[str, Path], folder: Path, prefix: str, names: list[str], forms: tuple[str, ...]
) -> None:
    entries = sorted(entry for entry in os.listdir(folder) if not entry.startswith("."))
    wanted = {f"{name}.{form}": name for name in names for form in forms}
    for entry in entries:
        if entry in wanted:
            if wanted[entry] in files:
                found.faults.append(_fault(prefix + entry, _duplicate_text(files[wanted[entry]].name)))
            else:
                files[wanted[entry]] = folder / entry
    for entry in entries:
        if entry not in wanted and not _is_known(entry, prefix):
            _report_unread(found, files, folder, entry, prefix, names, forms)


def _is_known(entry: str, prefix: str) -> bool:
    return bool(_PAPERS.fullmatch(entry)) or (not prefix and entry in (*OTHER_FILES, CODELISTS, MATCHING))


def _report_unread(
    found: DataFolder,
    files: dict[str, Path],
    folder: Path,
    entry: str,
    prefix: str,
    names: list[str],
    forms: tuple[str, ...],
) -> None:
    """Report an entry that is not read: as a fault if it was probably meant to be read, else as a note."""
    path, shown = folder / entry, prefix + entry
    stem, endings = _parts(entry)
    named = {_plain(name): name for name in names}.get(stem)
    if path.is_dir() and not path.is_symlink():
        return _sort_folder(found, files, path, shown, prefix, named, names)
    other_stems = {_plain(Path(name).stem): name for name in OTHER_FILES} if not prefix else {}
    is_meant = named is not None and (not endings or bool(_TABLE_SUFFIXES.intersection(endings))) and named not in files
    last = endings[-1:] if not _PACKED.intersection(endings[-1:]) else endings[-2:-1]
    readable = last in (["csv"], ["parquet"]) and not (entry.endswith("~") and named in files)  # an editor's backup
    if is_meant or readable or (stem in other_stems and last == [other_stems[stem].rsplit(".", 1)[1]]):
        found.faults.append(_fault(shown, _remedy(stem, named, names, forms, other_stems, files)))
        found.misplaced |= {named} if named else set()
    else:
        found.notes.append(_fault(shown, NOT_READ))


def _sort_folder(
    found: DataFolder,
    files: dict[str, Path],
    path: Path,
    shown: str,
    prefix: str,
    named: str | None,
    names: list[str],
) -> None:
    if named and named not in files:
        found.misplaced.add(named)
        text = f"{shown.split('.')[0]}.csv"
        found.faults.append(
            _fault(
                f"{shown}/",
                Text(
                    f"표가 아니라 폴더입니다. 파일 {text}로 쓰십시오.",
                    f"is a folder, not a table: write the file {text}.",
                ),
            )
        )
        return
    if not prefix and _plain(path.name).replace("_", "") in ("codelists", "codelist"):
        found.lists_misplaced = True
        found.faults.append(
            _fault(
                f"{shown}/",
                Text(
                    f"읽지 않는 폴더입니다. 이름을 {CODELISTS}로 고치십시오.", f"is not read: rename it to {CODELISTS}."
                ),
            )
        )
        return
    hidden = sorted({name for name in _tables_below(path) if name in names and name not in files})
    if hidden and not prefix:
        found.misplaced.update(hidden)
        listed = ", ".join(hidden[:3]) + (", …" if len(hidden) > 3 else "")
        found.faults.append(
            _fault(
                f"{shown}/",
                Text(
                    f"하위 폴더의 표는 읽지 않습니다({listed}). 표를 데이터 폴더로 옮기십시오.",
                    f"has tables in it that are not read ({listed}): move them up into the data folder.",
                ),
            )
        )
    else:
        found.notes.append(_fault(f"{shown}/", NOT_READ))


def _tables_below(folder: Path) -> Iterator[str]:
    """Names of CSV and Parquet files in a folder and its subfolders; a finished build is skipped."""
    count = 0
    for _, folders, names in os.walk(folder):
        if "versions" in folders and "current" in (*folders, *names):
            folders.clear()  # a folder that kg build made
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            stem, endings = _parts(name)
            if not name.startswith(".") and _TABLE_SUFFIXES.intersection(endings):
                yield stem
        count += len(names) + len(folders)
        if count > _MAX_ENTRIES:
            return


def _parts(entry: str) -> tuple[str, list[str]]:
    """The name as compared, and its suffixes: ``Payments.CSV.gz`` is ``payments`` with ``csv`` and ``gz``."""
    stem, *endings = unicodedata.normalize("NFKC", entry).casefold().rstrip("~").split(".")
    return _plain(re.sub(r"[ _-]*(\(\d+\)|copy( \d+)?|kopie|복사본|사본)$", "", stem)), [
        part.strip() for part in endings
    ]


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip()).casefold()


def _fault(shown: str, text: Text) -> Fault:
    return Fault(shown.encode("utf-8", "backslashreplace").decode(), text, rule="unread")


NOT_READ = Text("표나 코드 목록이 아니므로 읽지 않았습니다.", "is not read: it is neither a table nor a code list.")


def _duplicate_text(file: str) -> Text:
    return Text(
        f"같은 표가 {file}에도 있습니다. 하나만 남기십시오.", f"is the same table as {file}: keep one of the two."
    )


def _remedy(
    stem: str,
    named: str | None,
    names: Iterable[str],
    forms: tuple[str, ...],
    other_stems: dict[str, str],
    files: dict[str, Path],
) -> Text:
    if named in files and named is not None:
        return _duplicate_text(files[named].name)
    expected = other_stems.get(stem) or (" / ".join(f"{named}.{form}" for form in forms) if named else "")
    if expected:
        return Text(
            f"읽을 수 없는 이름이나 형식입니다. {expected}(으)로 저장하십시오.", f"is not read: save it as {expected}."
        )
    near = difflib.get_close_matches(stem, [_plain(name) for name in names], 3, 0.6)
    listed = ", ".join(f"{name}.csv" for name in names if _plain(name) in near)
    return Text(
        "알 수 없는 표입니다. 이름을 고치거나 옮기십시오." + (f" 비슷한 값: {listed}." if listed else ""),
        "is not a record table or code list: rename it or move it away." + (f" Near: {listed}." if listed else ""),
    )
