"""Opens a graph: a build folder, an endpoint, or the graph of the shipped tables."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from kg.graph import Graph
from kg.paths import cache_folder, shipped
from kg.store import CURRENT, open_snapshot


def open_graph(path_or_endpoint: str | Path | None = None) -> Graph:
    """Open a build folder, or a SPARQL endpoint by its address.

    Without an argument: ``./build`` if there is one; else the shipped tables, built once into the user's cache.
    """
    place = str(path_or_endpoint) if path_or_endpoint is not None else None
    if place and re.match("https?://", place, re.IGNORECASE):
        return Graph(place, None)
    if place is None:
        default_folder = Path("build")
        place = str(default_folder if (default_folder / CURRENT).is_symlink() else _cached_build())
    return Graph(place, open_snapshot(Path(place)))


def _cached_build() -> Path:
    """The build folder of the shipped tables in the user's cache, built once for each version of the shipped files."""
    from kg.build import build_if_missing
    from kg.progress import terminal_progress

    digest = hashlib.sha256()
    for folder in ("data", "ontology"):
        for path in sorted(shipped(folder).rglob("*.*")):
            digest.update(path.name.encode() + path.read_bytes())
    out = cache_folder() / f"build-{digest.hexdigest()[:16]}"
    with terminal_progress() as progress:
        build_if_missing(shipped("data"), out, progress=progress)
    return out
