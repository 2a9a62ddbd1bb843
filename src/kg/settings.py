"""Settings of a data folder (``dataset.toml``) and limits with units, each with its default and its meaning."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from kg.errors import Fault, InputFaults, Text
from kg.vocab import BASE

_BASE = re.compile(r"https?://[^\s<>\"{}|\\^`#?]+/")


@dataclass(frozen=True)
class Settings:
    """What a data folder says of itself."""

    base: str = BASE
    title_ko: str = "상생협력 지식그래프"
    title_en: str = "Win-win partnership knowledge graph"
    policy: str = "default"


@dataclass(frozen=True)
class Limits:
    """Bounds of a build, of a query, and of shapes that pySHACL applies; the unit ends the name."""

    build_memory_mb: int = 1000
    build_threads: int = 2
    timeout_s: float = 30.0  # from reading a query to having its answer written out
    max_rows: int = 100_000
    max_query_bytes: int = 65_536  # of SPARQL text that a person gives, and of a question with its values
    max_query_nesting: int = 100  # brackets within brackets
    query_memory_mb: int = 2048  # of the process that answers a query on a build
    max_result_bytes: int = 268_435_456  # of an answer, from that process or from an endpoint
    shapes_timeout_s: float = 300.0
    shapes_memory_mb: int = 4000


def read_settings(folder: Path) -> Settings:
    """``dataset.toml`` of a data folder; without it, the defaults."""
    path = folder / "dataset.toml"
    if not path.exists():
        return Settings()
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputFaults(
            [Fault(path.name, Text(f"TOML로 읽을 수 없습니다: {error}", f"cannot be read as TOML: {error}"))]
        ) from None
    known = {field.name for field in fields(Settings)}
    faults = [
        Fault(
            path.name,
            Text(
                f"모르는 설정입니다. 아는 설정: {', '.join(sorted(known))}.",
                f"is not a setting. Known: {', '.join(sorted(known))}.",
            ),
            column=name,
        )
        for name in found
        if name not in known
    ]
    faults += [
        Fault(
            path.name,
            Text("글이어야 합니다. 따옴표로 묶으십시오.", "must be text: put it in quotes."),
            column=name,
            value=str(value),
        )
        for name, value in found.items()
        if name in known and not isinstance(value, str)
    ]
    base = found.get("base")
    if isinstance(base, str) and (not _BASE.fullmatch(base) or "/id/" in base):
        text = Text(
            "/로 끝나는 http(s) 주소여야 하고 /id/가 들어 있지 않아야 합니다. 보기: https://example.org/kg/",
            "must be an http(s) address that ends in / and has no /id/ in it, such as https://example.org/kg/",
        )
        faults.append(Fault(path.name, text, column="base", value=base))
    if faults:
        raise InputFaults(faults)
    return Settings(**found)
