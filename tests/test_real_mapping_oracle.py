"""morph-kgc reads the same RML document over all of the real data: the same quads."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pyoxigraph
from helpers.morph_kgc import needs_oracle, run_morph_kgc

from kg.codes import codes_to_turtle
from kg.export.rdf import graph_of
from kg.vocab import BASE, GRAPH_PROFILE, GRAPH_REGISTER

ROOT = Path(__file__).resolve().parents[1]
pytestmark = needs_oracle


def test_morph_kgc_gives_the_same_quads_on_all_of_the_real_data(real_build: Path, tmp_path: Path) -> None:
    run_morph_kgc(ROOT / "ontology" / "mapping.rml.ttl", real_build / "records", tmp_path / "theirs.nq")
    with (tmp_path / "theirs.nq").open("rb") as stream:
        theirs = set(pyoxigraph.parse(stream.read(), format=pyoxigraph.RdfFormat.N_QUADS))
    lines = [line for line in (real_build / "graph.nq").read_bytes().splitlines(keepends=True) if graph_of(line)]
    ours = set(pyoxigraph.parse(b"".join(lines), format=pyoxigraph.RdfFormat.N_QUADS))
    turtle = codes_to_turtle(ROOT / "data" / "codelists", None, BASE)
    register = pyoxigraph.NamedNode(GRAPH_REGISTER)
    codes = {
        pyoxigraph.Quad(triple.subject, triple.predicate, triple.object, register)
        for triple in pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE)
    }
    assert len(theirs) > 170_000
    counted = {quad for quad in ours if quad.graph_name.value == GRAPH_PROFILE}  # computed, not mapped
    assert counted and theirs == ours - codes - counted


def test_the_oracle_is_another_program() -> None:
    from helpers.morph_kgc import ORACLE

    done = subprocess.run(
        [ORACLE, "-c", "import morph_kgc, sys; print(morph_kgc.__name__, sys.prefix)"], capture_output=True, text=True
    )
    assert done.stdout.startswith("morph_kgc") and ".venv/" not in done.stdout
