"""The tables a network is made of: their rows, and their two readers, one from columns and one by SPARQL."""

from kg.network.tables.relations import build_relations, read_relations
from kg.network.tables.rows import NetworkTables
from kg.network.tables.sparql import read_network_tables

__all__ = ["NetworkTables", "build_relations", "read_network_tables", "read_relations"]
