"""Networks as files and as objects of other libraries."""

from kg.network.formats.flat import flattened
from kg.network.formats.pajek import write_pajek
from kg.network.formats.tables import to_pandas, write_edge_csv, write_node_csv, write_parquet
from kg.network.formats.write import FOLDERS, FORMATS, require_target, to_igraph, write_network
from kg.network.formats.xml import write_gexf, write_graphml

__all__ = [
    "FOLDERS",
    "FORMATS",
    "flattened",
    "require_target",
    "to_igraph",
    "to_pandas",
    "write_edge_csv",
    "write_gexf",
    "write_graphml",
    "write_network",
    "write_node_csv",
    "write_pajek",
    "write_parquet",
]
