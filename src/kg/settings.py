"""Settings of a data folder (``dataset.toml``), and limits with unit, default and meaning."""

from __future__ import annotations

import codecs
import os
import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from kg.characters import hidden_text
from kg.errors import Fault, InputFaults, Text
from kg.input_files import BOM, encoding_text, not_a_file, not_text
from kg.vocab import BASE

MAX_SETTINGS = 1_000_000  # bytes of dataset.toml
_BASE = re.compile(r"https?://[^\s<>\"{}|\\^`#?]+/")


@dataclass(frozen=True)
class Settings:
    """The settings of a data folder."""

    base: str = BASE
    title_ko: str = "상생협력 지식그래프"
    title_en: str = "Win-win partnership knowledge graph"
    policy: str = "default"
    ties: bool = True  # whether ties are written into the graph


@dataclass(frozen=True)
class Limits:
    """Limits of a build, of a query, and of validation by pySHACL; each name ends in its unit."""

    build_memory_mb: int = 1000
    build_threads: int = 2
    build_on_disk_mb: int = 64  # size of the tables; smaller ones are built in memory, which may spill
    timeout_s: float = 30.0  # from reading a query to writing its last row
    max_rows: int = 100_000
    max_query_bytes: int = 65_536  # of SPARQL text given by a user, and of a question with its parameters bound
    max_query_nesting: int = 100  # nested brackets
    query_memory_mb: int = 2048  # resident in the process that answers a query on a build
    max_result_bytes: int = 268_435_456  # of an answer, from that process or from an endpoint
    shapes_timeout_s: float = 300.0
    shapes_memory_mb: int = 4000


def read_settings(folder: Path) -> Settings:
    """``dataset.toml`` of a data folder; without it, the defaults. Raises ``InputFaults`` with all its faults."""
    path = folder / "dataset.toml"
    if not os.path.lexists(path):
        return Settings()
    content, problem = _read_toml(path)
    if problem:
        raise InputFaults([Fault(path.name, problem, rule="file")])
    known = {field.name for field in fields(Settings)}
    listed = ", ".join(sorted(known))
    unknown = Text(f"없는 설정입니다. 사용할 수 있는 설정: {listed}.", f"is not a setting. The settings are {listed}.")
    faults = [Fault(path.name, unknown, column=name) for name in content if name not in known]
    for name, value in content.items():
        if name in known and (text := _value_fault(name, value)):
            faults.append(Fault(path.name, text, column=name, value=_shown(value)))
    if faults:
        raise InputFaults(faults)
    return Settings(**content)  # type: ignore[arg-type]  # every value has the type of its field


def _shown(value: object) -> str:
    try:
        return str(value)
    except ValueError:  # an integer with more digits than Python converts
        return "…"


def _value_fault(name: str, value: object) -> Text | None:
    if isinstance(getattr(Settings, name), bool):
        if isinstance(value, bool):
            return None
        return Text("true나 false여야 합니다. 따옴표 없이 쓰십시오.", "must be true or false, without quotes.")
    if not isinstance(value, str):
        return Text("문자열이어야 합니다. 따옴표로 묶으십시오.", "must be text: put it in quotes.")
    if text := hidden_text(value):
        return text
    if name == "base" and (not _BASE.fullmatch(value) or "/id/" in value):
        return Text(
            "/로 끝나는 http(s) 주소여야 하고 /id/가 들어 있지 않아야 합니다. 예: https://example.org/kg/",
            "must be an http(s) address that ends in / and has no /id/ in it, such as https://example.org/kg/",
        )
    return None


def _read_toml(path: Path) -> tuple[dict[str, object], Text | None]:
    """The content of the file, or the reason why it cannot be read."""
    if problem := not_a_file(path):
        return {}, problem
    with path.open("rb") as stream:
        raw = stream.read(MAX_SETTINGS + 1)
    if len(raw) > MAX_SETTINGS:
        return {}, Text(f"{MAX_SETTINGS:,}바이트를 넘습니다.", f"is longer than {MAX_SETTINGS:,} bytes: shorten it.")
    if raw.startswith(codecs.BOM_UTF8):
        return {}, BOM
    try:
        return tomllib.loads(raw.decode("utf-8")), None
    except UnicodeDecodeError:
        return {}, not_text(raw) or encoding_text(raw)
    except (ValueError, RecursionError) as error:  # errors of TOML, a number too long, lists nested too deep
        if not_utf8 := not_text(raw):
            return {}, not_utf8
        return {}, Text(f"TOML로 읽을 수 없습니다: {error}", f"cannot be read as TOML: {error}")
