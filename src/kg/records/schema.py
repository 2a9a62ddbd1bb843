"""The schema of the record tables (ontology/tables.json, a Data Package with Table Schema)."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kg.paths import shipped

FACT_COLUMNS = ("source", "place", "as_printed", "stance", "approximate", "note")


@dataclass(frozen=True)
class Field:
    """One column: its name, kind (``id``, ``code``, ``name``, ``partial-date``, ``printed``, ``text`` …) and rules."""

    name: str
    kind: str
    title_en: str = ""
    title_ko: str = ""
    codelist: str | None = None
    required: bool = False
    max_length: int | None = None
    minimum: int | None = None
    optional: bool = False  # a file may leave the column out


@dataclass(frozen=True)
class ForeignKey:
    column: str
    table: str
    target: str


@dataclass(frozen=True)
class Claimed:
    """How a row of a fact table becomes a claim about a thing."""

    name: str
    claim_class: str
    key: tuple[str, ...]
    thing_path: str
    thing_class: str
    compared: tuple[str, ...]
    described: tuple[str, ...]


@dataclass(frozen=True)
class RecordTable:
    name: str
    title_en: str
    title_ko: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    claimed: Claimed | None
    optional: bool = False  # nothing is made of it, and it costs nothing, where a subject has no such table

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    @property
    def optional_columns(self) -> frozenset[str]:
        """The columns that a file may leave out; they are then empty."""
        return frozenset(field.name for field in self.fields if field.optional)

    @property
    def is_fact(self) -> bool:
        return self.claimed is not None

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    def of_kind(self, kind: str) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.kind == kind)


@dataclass(frozen=True)
class Schema:
    tables: tuple[RecordTable, ...]

    @cached_property
    def by_name(self) -> dict[str, RecordTable]:
        return {table.name: table for table in self.tables}

    def leaving_out(self, absent: Collection[str]) -> Schema:
        """The same without the optional tables among ``absent``."""
        return Schema(tuple(table for table in self.tables if not (table.optional and table.name in absent)))

    def lists_only_of(self, absent: Collection[str]) -> frozenset[str]:
        """The code lists that only optional tables among ``absent`` refer to."""
        gone = [table for table in self.tables if table.optional and table.name in absent]
        used = {field.codelist for table in self.tables if table not in gone for field in table.fields}
        return frozenset(field.codelist for table in gone for field in table.fields if field.codelist) - used

    @property
    def facts(self) -> tuple[RecordTable, ...]:
        return tuple(table for table in self.tables if table.is_fact)


def read_schema(path: Path | None = None) -> Schema:
    """Read the schema of all record tables."""
    document = json.loads((path or shipped("ontology") / "tables.json").read_text(encoding="utf-8"))
    return Schema(tuple(_table(resource) for resource in document["resources"]))


def built_schema(records: Path) -> Schema:
    """The declared form of the tables of a finished build, from its folder ``records``."""
    schema = read_schema()
    return schema.leaving_out(
        [table.name for table in schema.tables if not (records / f"{table.name}.parquet").exists()]
    )


def _table(resource: dict) -> RecordTable:
    schema = resource["schema"]
    keys = schema["primaryKey"]
    return RecordTable(
        name=resource["name"],
        title_en=resource["title"],
        title_ko=resource["kg:title-ko"],
        fields=tuple(_field(field) for field in schema["fields"]),
        key=tuple([keys] if isinstance(keys, str) else keys),
        foreign_keys=tuple(
            ForeignKey(key["fields"][0], key["reference"]["resource"], key["reference"]["fields"][0])
            for key in schema.get("foreignKeys", ())
        ),
        claimed=_claimed(resource),
        optional=resource.get("kg:optional", False),
    )


def _field(field: dict) -> Field:
    constraints = field.get("constraints", {})
    kind = field.get("kg:kind") or {"number": "decimal", "string": "text"}.get(field["type"], field["type"])
    return Field(
        name=field["name"],
        kind="uri" if field.get("format") == "uri" else kind,
        title_en=field.get("title", ""),
        title_ko=field.get("kg:title-ko", ""),
        codelist=field.get("kg:codelist"),
        required=constraints.get("required", False),
        max_length=constraints.get("maxLength"),
        minimum=constraints.get("minimum"),
        optional=field.get("kg:optional", False),
    )


def _claimed(resource: dict) -> Claimed | None:
    if "kg:claim" not in resource:
        return None
    claim, thing = resource["kg:claim"], resource["kg:thing"]
    return Claimed(
        name=claim["name"],
        claim_class=claim["class"],
        key=tuple(claim["key"]),
        thing_path=thing["path"],
        thing_class=thing["class"],
        compared=tuple(thing["compared"]),
        described=tuple(thing["described"]),
    )
