"""Where the shipped data, ontology and questions lie: in the clone, or inside the installed wheel."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """The folder ``data``, ``ontology`` or ``queries`` that came with this toolkit."""
    inside = _PACKAGE / "shipped" / name
    return inside if inside.is_dir() else _PACKAGE.parents[1] / name


def cache_folder() -> Path:
    """Where a graph of the shipped tables is built when no build is at hand (``XDG_CACHE_HOME``)."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "sangsaeng-kg"
