"""``export``: writes a build to a file or a folder, completely or not at all, or to standard output."""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kg.accept import find_sources, stored_choices
from kg.errors import KgError, Text
from kg.export.formats import NETWORKS, TABLES, require_options
from kg.export.rdf import chooser, write_rdf
from kg.export.tables import write_tables
from kg.files import written
from kg.manifest import check_digests
from kg.queries import GraphAccess, QueryResult
from kg.records import built_schema
from kg.vocab import DEFAULT_POLICY
from kg.whatif import what_if

if TYPE_CHECKING:
    import networkx


def export(
    folder: Path,
    target: str | Path,
    format: str,
    *,
    what: str | None = None,
    source: str | None = None,
    policy: str | None = None,
    access: GraphAccess[QueryResult] | None = None,
) -> None:
    """Write a build (its folder) in an open format; ``target`` is a file, a folder for csv and parquet, or ``-``.

    A ``policy`` other than that of the build is computed, which needs ``access`` to the build.
    """
    require_options(format, what, source, policy, target)
    _require_build_format(format)
    if format in TABLES:
        check_digests(folder, "graph.nq")
        write_tables(folder / "graph.nq", Path(target), format)
        return
    with _opened(target) as stream:
        _write_quads(folder, stream, format, what, source, policy, access)


def export_text(
    folder: Path,
    format: str,
    *,
    what: str | None = None,
    source: str | None = None,
    policy: str | None = None,
    access: GraphAccess[QueryResult] | None = None,
) -> str:
    """The graph as text in an RDF format."""
    require_options(format, what, source, policy)
    _require_build_format(format)
    stream = io.BytesIO()
    _write_quads(folder, stream, format, what, source, policy, access)
    return stream.getvalue().decode()


def export_network(network: networkx.Graph, target: str | Path | None, format: str) -> str | None:
    """Write a partnership network as GraphML or GEXF; without a target the text is returned."""
    from kg.network import write_gexf, write_graphml

    write = {"graphml": write_graphml, "gexf": write_gexf}[format]
    if target is None:
        text = io.BytesIO()
        write(network, text)
        return text.getvalue().decode()
    with _opened(target) as stream:
        write(network, stream)
    return None


@contextmanager
def _opened(target: str | Path) -> Iterator[BinaryIO]:
    if str(target) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with written(target) as stream:
        yield stream


def _require_build_format(format: str) -> None:
    if format in NETWORKS:
        raise KgError(
            Text(
                f"{format}은(는) 네트워크의 형식입니다. graph.export()나 kg export를 쓰십시오.",
                f"{format} is a format of networks: use graph.export() or kg export.",
            )
        )


def _write_quads(
    folder: Path,
    stream: BinaryIO,
    format: str,
    what: str | None,
    source: str | None,
    policy: str | None,
    access: GraphAccess[QueryResult] | None,
) -> None:
    check_digests(folder, "graph.nq")
    if source is not None:
        records = folder / "records"
        (source,) = find_sources((source,), stored_choices(records, built_schema(records)).sources)
    build_policy = access.policy if access else DEFAULT_POLICY
    with _quads_under(folder, policy, build_policy, access) as (quads, name):
        write_rdf(quads, stream, format, chooser(what, source, name, format, build_policy))


@contextmanager
def _quads_under(
    folder: Path, policy: str | None, build_policy: str, access: GraphAccess[QueryResult] | None
) -> Iterator[tuple[list[Path], str]]:
    """The sorted files to select from and the name of the policy; the values of another policy are computed."""
    if policy in (None, build_policy):
        yield [folder / "graph.nq"], build_policy
        return
    if access is None:
        raise TypeError("a policy other than that of the build needs access to the build")
    supposed = what_if(folder / "records", access, under=policy)
    with tempfile.TemporaryDirectory(prefix="kg-") as place:
        supposed.write(accepted := Path(place) / "accepted.nq", organisations=True)
        yield [folder / "graph.nq", accepted], supposed.supposition.policy.name
