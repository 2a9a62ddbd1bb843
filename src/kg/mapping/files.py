"""Runs an RML document on the files that it names: CSV, Parquet and JSON."""

from __future__ import annotations

from pathlib import Path

import duckdb

from kg.dialect import csv_relation, parquet_relation
from kg.errors import Text
from kg.mapping.json import read_json_sources
from kg.mapping.model import MappingError, MappingFault
from kg.mapping.rml import read_mapping
from kg.mapping.run import write_quads


def map_files(document: Path, target: Path, *, base_iri: str = "") -> int:
    """Write the quads of an RML document and return their number; sources are relative to the document's folder.

    Sources may be CSV (``ql:CSV``), Parquet files, or JSON (``ql:JSONPath``). ``base_iri`` as for
    :func:`read_mapping`. Raises ``MappingError`` with all faults; ``target`` is written only if there are none.
    """
    mapping = read_mapping(document, base_iri=base_iri)
    folder = document.parent
    with duckdb.connect() as connection:
        mapping, relations = read_json_sources(connection, mapping, folder)
        for triples_map in mapping.triples_maps:
            if triples_map.source not in relations:
                relations[triples_map.source] = _relation(folder / triples_map.source, triples_map.place)
        return write_quads(connection, mapping, relations, target)


def _relation(path: Path, place: str) -> str:
    if not path.is_file():
        text = Text(f"{path.name}: 파일이 없습니다.", f"{path.name}: the file does not exist")
        raise MappingError([MappingFault(place, "rml:source", text)])
    return parquet_relation(path) if path.suffix == ".parquet" else csv_relation(path)
