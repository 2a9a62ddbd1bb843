"""Open formats: RDF as sorted streams, and the record tables rebuilt from the graph alone."""

from kg.export.rdf import RDF_FORMATS
from kg.export.write import export, export_text

__all__ = ["RDF_FORMATS", "export", "export_text"]
