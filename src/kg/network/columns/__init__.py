"""Large networks as columns of numbers: made in DuckDB, measured by networkit and SciPy."""

from kg.network.columns.build import PairNetworks, build_networks
from kg.network.columns.central import can_measure, central_in_columns, is_large
from kg.network.columns.network import EdgeColumns, columns_network
from kg.network.columns.parties import build_parties, number_parties, parties_of
from kg.network.columns.ties import ties_in_columns

__all__ = [
    "EdgeColumns",
    "PairNetworks",
    "build_networks",
    "build_parties",
    "can_measure",
    "central_in_columns",
    "columns_network",
    "is_large",
    "number_parties",
    "parties_of",
    "ties_in_columns",
]
