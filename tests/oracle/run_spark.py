"""The compiled mapping on Spark gives the lines that it gives on DuckDB: ``run_spark.py [MAPPING DIR]…``.

Runs in an environment of its own with ``pyspark==4.3.0``, ``duckdb`` and ``pyoxigraph``, and needs Java 17 or later::

    PYTHONPATH=src:tests SPARK_ENVIRONMENT/bin/python tests/oracle/run_spark.py \
        ontology/mapping.rml.ttl build/current/records

Compared are the cases of ``tests/data/mapping``, 500 rows of awkward text, and each MAPPING over the Parquet files of
its DIR. Exit code 1, and up to three lines that only one of them has, where they differ.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import duckdb
from helpers.mapping_cases import CASES, NAMES, tables_of_case, write_parquet
from pyspark.sql import SparkSession

from kg.mapping import DUCKDB, compile_to_sql, read_mapping
from kg.mapping.sql import SPARK

ANY = CASES.parent / "mapping-any" / "mapping.ttl"
AWKWARD = [
    "k", '"', "\\", "\n", "\r\n", "\t", "\x00", "\x1f", "\x7f", "\ufffe", "\uffff", "\ufffd", " ", "%", "{a}", "'", "~",
    "한국", "\U0001f91d", "\u200b", "\\n", "<x>", "/", "e\u0301", '\x01"\\\n',
]  # fmt: skip


def main(pairs: list[str]) -> int:
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.memory", "4g")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    print(f"Spark {spark.version}, DuckDB {duckdb.__version__}")
    same = True
    with tempfile.TemporaryDirectory() as made:
        for name in NAMES:
            (folder := Path(made, name)).mkdir()
            same &= compare(spark, name, CASES / name / "mapping.ttl", tables_of_case(name, folder))
        choose = random.Random(1)
        cells = [["".join(choose.choices(AWKWARD, k=choose.randint(0, 6))) or None for _ in "abcd"] for _ in range(500)]
        write_parquet(Path(made, "any.parquet"), "abcd", cells)
        same &= compare(spark, "awkward text", ANY, Path(made))
    for mapping, folder in zip(pairs[::2], pairs[1::2], strict=True):
        same &= compare(spark, mapping, Path(mapping), Path(folder).resolve())
    return 0 if same else 1


def compare(spark: SparkSession, name: str, mapping_file: Path, folder: Path) -> bool:
    mapping = read_mapping(mapping_file)
    with duckdb.connect() as connection:
        queries = compile_to_sql(mapping, lambda table: f"read_parquet('{folder / table}')", DUCKDB)
        quads = set().union(*(lines(connection.execute(query).fetchall()) for query in queries))
    queries = compile_to_sql(mapping, lambda table: f"parquet.`{folder / table}`", SPARK)
    oracle_quads = set().union(*(lines(spark.sql(query).collect()) for query in queries))
    print(f"{name}: {len(quads):,} lines, {'the same' if quads == oracle_quads else 'NOT the same'}", flush=True)
    for engine, more in (("DuckDB", quads - oracle_quads), ("Spark", oracle_quads - quads)):
        for line in sorted(more)[:3]:
            print(f"  only {engine}: {line[:200]!r}")
    return quads == oracle_quads


def lines(rows: Iterable[tuple[str]]) -> set[str]:
    return {line for (text,) in rows for line in text.split("\n")[:-1]}


if __name__ == "__main__":
    if len(sys.argv) % 2 == 0:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
