"""What ``kg init`` does: writes a folder with every record table, an example row in each, and a README."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from kg.dialect import read_rows, write_rows
from kg.errors import KgError, Text
from kg.paths import shipped
from kg.records import RecordTable, Schema, read_schema
from kg.records.schema import Field
from kg.settings import Settings

STARTER = Path(__file__).resolve().parent / "starter"
README, POLICIES = "README.md", "policies.csv"


def init_folder(folder: Path) -> list[Path]:
    """Write the tables, the settings and a README into ``folder``; raises ``KgError`` if one of the files exists."""
    schema = read_schema()
    names = [*(f"{table.name}.csv" for table in schema.tables), "dataset.toml", README]
    if folder.exists() and not folder.is_dir():
        raise KgError(
            Text(
                f"{folder}은(는) 폴더가 아닙니다. 다른 이름을 지정하십시오.",
                f"{folder} is not a folder: give another name.",
            )
        )
    existing = sorted(name for name in names if (folder / name).exists())
    if existing:
        raise KgError(
            Text(
                f"{folder}에 {', '.join(existing)}이(가) 이미 있어 쓰지 않았습니다. 빈 폴더를 지정하십시오.",
                f"{folder} already has {', '.join(existing)}, so nothing was written: give an empty folder.",
            )
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        if name not in (README, POLICIES):
            shutil.copyfile(STARTER / name, folder / name)
    _write_policies(schema.by_name["policies"], folder / POLICIES)
    (folder / README).write_text("\n".join(_readme(schema, folder)) + "\n", encoding="utf-8")
    return [folder / name for name in names]


def _write_policies(table: RecordTable, target: Path) -> None:
    """Write the default policy of the toolkit, all its rules: an example row alone would be another policy."""
    with target.open("w", encoding="utf-8", newline="") as stream:
        write_rows(stream, [table.columns])
        rows = [row for row in _read(shipped("data") / POLICIES) if row["policy"] == Settings.policy]
        write_rows(stream, ([row[column] for column in table.columns] for row in rows))


def _read(path: Path) -> list[dict[str, str]]:
    header, *rows = read_rows(path)
    return [dict(zip(header, row, strict=True)) for row in rows]


def _readme(schema: Schema, folder: Path) -> Iterator[str]:
    """The lines of the README: the next steps, then the columns of each table with the values of its example row."""
    yield (STARTER / README).read_text(encoding="utf-8").replace("FOLDER", folder.resolve().name).rstrip("\n")
    for table in schema.tables:
        rows = _read(folder / f"{table.name}.csv")
        yield f"\n## {table.name}: {table.title_ko} · {table.title_en}\n"
        yield f"키 · key: {', '.join(f'`{name}`' for name in table.key)}\n"
        yield "| 열 · column | 뜻 | meaning | 형식 · form | 예 · example |\n|---|---|---|---|---|"
        for field in table.fields:
            example = next((row[field.name] for row in rows if row[field.name]), "").replace("|", "\\|")
            shown = f"`{example}`" if example else ""
            yield f"| `{field.name}` | {field.title_ko} | {field.title_en} | {_form(field, table)} | {shown} |"


_FORMS = {
    "id": "ID",
    "name": "적힌 이름 · name as printed",
    "partial-date": "날짜 · date",
    "printed": "40자까지 · up to 40 characters",
    "text": "텍스트 · text",
    "integer": "정수 · whole number",
    "decimal": "수 · number",
    "year": "연도 · year",
    "boolean": "true, false",
    "uri": "주소 · web address",
}


def _form(field: Field, table: RecordTable) -> str:
    shown = f"`codelists/{field.codelist}.csv`" if field.codelist else _FORMS[field.kind]
    targets = [key.table for key in table.foreign_keys if key.column == field.name and key.table != table.name]
    shown += "".join(f" → `{target}.csv`" for target in targets)
    return shown + (", 필수 · required" if field.required else "")
