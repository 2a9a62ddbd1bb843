"""Our mapping of the tables of a folder: ``mapping_ours.py MAPPING FOLDER TARGET``."""

import os
import sys
from pathlib import Path

import duckdb

from kg.mapping import read_mapping, write_quads

mapping, folder, target = map(Path, sys.argv[1:])
connection = duckdb.connect()
write_quads(connection, read_mapping(mapping), lambda name: f"read_parquet('{folder / name}')", target)
os._exit(0)  # like the others, without freeing memory first
