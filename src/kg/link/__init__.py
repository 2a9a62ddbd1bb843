"""A person's own list joined to the graph: which organisation each row means, why, and what the graph knows of it."""

from kg.link.join import COLUMNS, EXTRAS, link_rows
from kg.link.lists import read_list

__all__ = ["COLUMNS", "EXTRAS", "link_rows", "read_list"]
