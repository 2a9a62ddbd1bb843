"""Networks of who partners with whom, as NetworkX graphs that carry time and evidence along.

Importing this package is cheap: NetworkX is imported when a graph is first made.
"""

from kg.network.errors import NetworkError
from kg.network.formats import (
    flattened,
    to_igraph,
    to_pandas,
    write_edge_csv,
    write_gexf,
    write_graphml,
    write_network,
    write_node_csv,
    write_pajek,
    write_parquet,
)
from kg.network.kinds import KINDS, network
from kg.network.kinds.co_attendance import co_attendance_network
from kg.network.kinds.partnership import partnership_network
from kg.network.kinds.shared_rating import shared_rating_network
from kg.network.kinds.support import support_network
from kg.network.kinds.two_mode import two_mode_network
from kg.network.measures import (
    MEASURES,
    assortativity,
    brokerage_roles,
    central,
    communities,
    compare,
    measure,
)
from kg.network.neighbourhood import Way, ego_network, most_tied, node_of, shortest_way
from kg.network.rdf import results_quads, write_results
from kg.network.summary import NetworkSummary as Summary
from kg.network.summary import summary
from kg.network.tables.rows import NetworkTables
from kg.network.tables.sparql import read_network_tables
from kg.network.uncertainty.merging import Identities, read_identities
from kg.network.uncertainty.ranking import Ranking, rank, rank_all, side_by_side
from kg.network.uncertainty.readings import readings

__all__ = [
    "KINDS",
    "MEASURES",
    "Identities",
    "NetworkError",
    "NetworkTables",
    "Ranking",
    "Summary",
    "Way",
    "assortativity",
    "brokerage_roles",
    "central",
    "co_attendance_network",
    "communities",
    "compare",
    "ego_network",
    "flattened",
    "measure",
    "most_tied",
    "network",
    "node_of",
    "partnership_network",
    "rank",
    "rank_all",
    "read_identities",
    "read_network_tables",
    "readings",
    "results_quads",
    "shared_rating_network",
    "shortest_way",
    "side_by_side",
    "summary",
    "support_network",
    "to_igraph",
    "to_pandas",
    "two_mode_network",
    "write_edge_csv",
    "write_gexf",
    "write_graphml",
    "write_network",
    "write_node_csv",
    "write_pajek",
    "write_parquet",
    "write_results",
]
