"""Networks of who partners with whom, as NetworkX graphs that carry time and evidence along.

Importing this package is cheap: NetworkX is imported when a graph is first made.
"""

from kg.network.co_attendance import co_attendance_network
from kg.network.errors import NetworkError
from kg.network.export import write_edge_csv, write_gexf, write_graphml, write_node_csv
from kg.network.kinds import KINDS, network
from kg.network.partnership import partnership_network
from kg.network.read import read_network_tables
from kg.network.summarise import Summary, summary
from kg.network.support import support_network
from kg.network.tables import NetworkTables
from kg.network.two_mode import two_mode_network

__all__ = [
    "KINDS",
    "NetworkError",
    "NetworkTables",
    "Summary",
    "co_attendance_network",
    "network",
    "partnership_network",
    "read_network_tables",
    "summary",
    "support_network",
    "two_mode_network",
    "write_edge_csv",
    "write_gexf",
    "write_graphml",
    "write_node_csv",
]
