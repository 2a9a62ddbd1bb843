"""Open formats: RDF as sorted streams, and the record tables rebuilt from the graph alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.export.formats import FORMATS, require_options

if TYPE_CHECKING:
    from kg.export.rdf import RDF_FORMATS
    from kg.export.write import export, export_network, export_text

__all__ = ["FORMATS", "RDF_FORMATS", "export", "export_network", "export_text", "require_options"]


def __getattr__(name: str) -> Any:
    """The writers, imported at first use: the command line only needs the names of the formats at start."""
    import importlib

    if name == "RDF_FORMATS":
        return importlib.import_module("kg.export.rdf").RDF_FORMATS
    if name in ("export", "export_network", "export_text"):
        return getattr(importlib.import_module("kg.export.write"), name)
    raise AttributeError(f"module 'kg.export' has no attribute {name!r}")
