"""Networks of who partners with whom, as NetworkX graphs that carry time and evidence along.

Importing this package is cheap: NetworkX is imported when a graph is first made.
"""

from kg.network.errors import NetworkError
from kg.network.partnership import partnership_network
from kg.network.read import read_network_tables
from kg.network.tables import NetworkTables

__all__ = ["NetworkError", "NetworkTables", "partnership_network", "read_network_tables"]
