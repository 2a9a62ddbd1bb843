"""Runs morph-kgc on a mapping: ``run_morph.py MAPPING DIR OUT.nq``, inside the environment that has morph-kgc.

The sources of the mapping are files of DIR. A missing cell of Parquet reaches morph-kgc as the text ``None`` (or
``nan``), so these two are declared to be no value; a table that holds them as text is refused, because the
comparison would not be fair.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

NO_VALUE = ("None", "nan")


def main(mapping: str, folder: str, target: str) -> None:
    mapping_path, target_path = Path(mapping).resolve(), Path(target).resolve()
    os.chdir(folder)
    refuse_ambiguous_cells(mapping_path)
    import morph_kgc

    processes = os.environ.get("KG_ORACLE_PROCESSES", "1")
    config = (
        f"[CONFIGURATION]\noutput_format=N-QUADS\nna_values=,{','.join(NO_VALUE)}\n"
        f"number_of_processes={processes}\nlogging_level=WARNING\n[tables]\nmappings={mapping_path}\n"
    )
    lines = morph_kgc.materialize_set(config)
    with target_path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(f"{line} .\n" for line in lines)


def refuse_ambiguous_cells(mapping: Path) -> None:
    import pyarrow.compute as compute
    import pyarrow.parquet as parquet
    import pyarrow.types as types

    sources = set(re.findall(r'source\s+"([^"]+\.parquet)"', mapping.read_text(encoding="utf-8")))
    for source in sorted(sources):
        table = parquet.read_table(source)
        for name, column in zip(table.column_names, table.columns, strict=True):
            text = types.is_string(column.type) or types.is_large_string(column.type)
            if text and any(compute.any(compute.equal(column, word)).as_py() for word in NO_VALUE):
                sys.exit(f"{source}, column {name}: holds the text None or nan, which morph-kgc takes for no value")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
    # The quads are on disk and closed. The native thread pools of pyarrow and DuckDB are not waited for: about one
    # ordinary exit in a hundred under load died in their destructors ("terminate called without an active exception").
    sys.stderr.flush()
    os._exit(0)
