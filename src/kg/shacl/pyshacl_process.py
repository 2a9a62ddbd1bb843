"""The process that runs pySHACL: ``python -m kg.shacl.pyshacl_process FOLDER`` reads and writes files of a folder.

It opens no connection and starts no other process: an audit hook refuses both, whatever the shapes ask for.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from pathlib import Path
from typing import Any

from kg.shacl.vocabulary import SH

_REFUSED = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "urllib.", "ftplib.")
MAX_DEPTH = 100  # of shapes within each other
_RECURSION = 20_000  # frames; pySHACL recurses for each shape within another


def main(folder: Path) -> int:
    options = json.loads((folder / "options.json").read_text(encoding="utf-8"))
    bound_memory(options["memory_mb"])
    sys.setrecursionlimit(_RECURSION)
    logging.disable(logging.CRITICAL)  # rdflib warns about every malformed literal
    try:
        shapes = read_graph(folder / "shapes.nt")
        if (fault := query_fault(shapes)) is None:
            lines = run(read_graph(folder / "data.nt"), shapes, options["inference"])
            (folder / "report.nt").write_text("\n".join(sorted(lines)), encoding="utf-8")
            return 0
        error = {"kind": "shapes", "node": fault[0], "message": fault[1]}
    except MemoryError:
        error = {"kind": "memory", "node": "", "message": ""}
    except RecursionError:
        error = {"kind": "shapes", "node": "", "message": "the shapes are nested too deeply"}
    except Exception as reason:  # any error of a library about the shapes is reported to their author
        error = {"kind": "shapes", "node": "", "message": str(reason) or type(reason).__name__}
    (folder / "error.json").write_text(json.dumps(error), encoding="utf-8")
    return 1


def bound_memory(megabytes: int) -> None:
    """Limit the data memory (not the address space, of which libraries reserve more than they use)."""
    try:
        import resource
    except ImportError:  # this system has no such limit
        return
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes << 20, megabytes << 20))


def refuse_connections() -> None:
    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(_REFUSED):
            raise PermissionError(f"refused: {event}")

    sys.addaudithook(refuse)


def read_graph(path: Path) -> Any:
    """The triples of a file as an rdflib graph; literals and the labels of blank nodes stay as they are."""
    import pyoxigraph as ox
    import rdflib

    rdflib.NORMALIZE_LITERALS = False

    def term(value: Any) -> Any:
        if isinstance(value, ox.NamedNode):
            return rdflib.URIRef(value.value)
        if isinstance(value, ox.BlankNode):
            return rdflib.BNode(value.value)
        if value.language:
            return rdflib.Literal(value.value, lang=value.language)
        plain = value.datatype.value == str(rdflib.XSD.string)
        return rdflib.Literal(value.value, datatype=None if plain else rdflib.URIRef(value.datatype.value))

    graph = rdflib.Graph()
    for triple in ox.parse(path=str(path), format=ox.RdfFormat.N_TRIPLES):
        graph.add((term(triple.subject), term(triple.predicate), term(triple.object)))
    return graph


def query_fault(shapes: Any) -> tuple[str, str] | None:
    """The first query of the shapes that is not SPARQL: the node that has it, and why."""
    import rdflib
    from rdflib.plugins.sparql import prepareQuery

    sh = rdflib.Namespace(SH)
    prefixes = {"rdf": rdflib.RDF, "rdfs": rdflib.RDFS, "owl": rdflib.OWL, "xsd": rdflib.XSD, "sh": sh}
    for declared, prefix in shapes.subject_objects(sh.prefix):
        prefixes[str(prefix)] = rdflib.Namespace(str(shapes.value(declared, sh.namespace)))
    for name in ("select", "ask", "construct"):
        for node, query in sorted(shapes.subject_objects(sh[name])):
            try:
                prepareQuery(re.sub(r"[$?]PATH\b", "<urn:path>", str(query)), initNs=prefixes)
            except Exception as error:  # the parser raises several kinds
                text = f"_:{node}" if isinstance(node, rdflib.BNode) else str(node)
                return text, f"sh:{name} is not SPARQL: {error}"
    return None


def run(data: Any, shapes: Any, inference: str) -> list[str]:
    """The lines of pySHACL's report in N-Triples."""
    import pyshacl

    refuse_connections()
    _, report, text = pyshacl.validate(
        data,
        shacl_graph=shapes,
        advanced=True,
        inference=inference,
        inplace=False,
        js=False,
        meta_shacl=False,
        do_owl_imports=False,
        max_validation_depth=MAX_DEPTH,
    )
    if not hasattr(report, "subjects"):  # a failure, which pySHACL returns in place of a report
        raise ValueError(text)
    return report.serialize(format="nt").split("\n")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
