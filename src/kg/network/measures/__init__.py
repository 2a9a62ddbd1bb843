"""Measures of a network, each with its meaning, direction, weight, range, source and an example to check by hand.

Node measures give a dictionary by node id in the order of the graph; measures of the whole network give one answer.
Weight is closeness; measures that follow shortest paths turn it into distance when asked to use it.
"""

from kg.network.measures.brokerage import ROLES, brokerage, brokerage_roles, constraint, effective_size
from kg.network.measures.central import central, central_table, ranks
from kg.network.measures.change import Change, Comparison, compare
from kg.network.measures.counts import components, degree, density, repeat_partner_ratio, repeat_ties, strength
from kg.network.measures.distance import betweenness, closeness, with_lengths
from kg.network.measures.mixing import Assortativity, Communities, assortativity, communities
from kg.network.measures.registry import MEASURES, WHOLE_MEASURES, Measure, find_measure, measure
from kg.network.measures.standing import clustering, core_number, eigenvector, pagerank

__all__ = [
    "MEASURES",
    "ROLES",
    "WHOLE_MEASURES",
    "Assortativity",
    "Change",
    "Communities",
    "Comparison",
    "Measure",
    "assortativity",
    "betweenness",
    "brokerage",
    "brokerage_roles",
    "central",
    "central_table",
    "closeness",
    "clustering",
    "communities",
    "compare",
    "components",
    "constraint",
    "core_number",
    "degree",
    "density",
    "effective_size",
    "eigenvector",
    "find_measure",
    "measure",
    "pagerank",
    "ranks",
    "repeat_partner_ratio",
    "repeat_ties",
    "strength",
    "with_lengths",
]
