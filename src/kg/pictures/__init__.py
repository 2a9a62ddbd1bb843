"""Pictures for paper and page: networks, ratings through the years, and a page to explore offline.

Importing this package is cheap: matplotlib is imported when a picture is first drawn.
"""

from kg.pictures.drawing import plot
from kg.pictures.html import NetworkPage, network_html
from kg.pictures.matrix import role_matrix_plot, small_multiples
from kg.pictures.network import ego_plot, network_plot
from kg.pictures.ratings import rating_strip, rating_transitions
from kg.pictures.style import PictureError

__all__ = [
    "NetworkPage",
    "PictureError",
    "ego_plot",
    "network_html",
    "network_plot",
    "plot",
    "rating_strip",
    "rating_transitions",
    "role_matrix_plot",
    "small_multiples",
]
