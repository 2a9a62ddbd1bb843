"""Every format of ``kg export`` honours each option or refuses it in one line; nothing is passed over."""

from __future__ import annotations

import io
import itertools
import os
import threading
from pathlib import Path

import networkx
import pyoxigraph
import pytest
from helpers.small_tables import write_tables

from kg.build import build
from kg.cli import main
from kg.errors import KgError
from kg.export import FORMATS
from kg.export.formats import NETWORKS, TABLES, WHAT
from kg.opening import open_graph

RDF = [name for name in FORMATS if name not in (*NETWORKS, *TABLES)]
OXIGRAPH = {
    "ttl": pyoxigraph.RdfFormat.TURTLE,
    "nt": pyoxigraph.RdfFormat.N_TRIPLES,
    "nq": pyoxigraph.RdfFormat.N_QUADS,
    "trig": pyoxigraph.RdfFormat.TRIG,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
}
# what each option means for the triples of an RDF export of the small graph
SOURCES = {"daily-1", "daily-2", "weekly-1"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("options")
    build(write_tables(folder / "data"), folder / "build")
    return folder / "build"


def _honoured(format: str, what: str | None, source: str | None, policy: str | None) -> bool:
    """The table of formats and options, written out once more by hand."""
    if format in ("csv", "parquet"):
        return what is None and source is None and policy is None
    if format in ("graphml", "gexf"):
        return what in (None, "accepted") and source is None
    if source is not None:
        return what in (None, "claims") and policy is None
    return not (what == "claims" and policy is not None)


COMBINATIONS = list(itertools.product(FORMATS, [None, *WHAT], [None, "daily-2"], [None, "default", "strictest"]))


@pytest.mark.parametrize("format", list(FORMATS))
def test_each_combination_is_honoured_or_refused_in_one_line(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], format: str
) -> None:
    tried = [found for found in COMBINATIONS if found[0] == format]
    assert len(tried) == 4 * 2 * 3
    for number, (_, what, source, policy) in enumerate(tried):
        given = {"--what": what, "--source": source, "--policy": policy}
        words = [word for name, value in given.items() if value is not None for word in (name, value)]
        output = tmp_path / f"{number}"
        code = main(["export", "--graph", str(built), "--format", format, "--output", str(output), *words])
        message = capsys.readouterr()
        assert message.out == ""
        if not _honoured(format, what, source, policy):
            assert code == 1 and len(message.err.splitlines()) == 1 and not output.exists(), (words, message.err)
            assert any(name in message.err for name, value in given.items() if value is not None)
            continue
        assert code == 0 and message.err == "" and output.exists(), (words, message.err)
        if format in RDF:
            _require_meaning(output, format, what, source, policy)


def _require_meaning(output: Path, format: str, what: str | None, source: str | None, policy: str | None) -> None:
    quads = list(pyoxigraph.parse(path=str(output), format=OXIGRAPH[format]))
    claims = {quad.subject.value.split("/claim/")[1].split("/")[0] for quad in quads if "/claim/" in str(quad.subject)}
    cases = [quad for quad in quads if "/id/case/" in str(quad.subject)]
    if source is not None:
        assert claims == {source} and not cases
    elif what == "claims":
        assert claims == SOURCES and not cases
    elif what == "accepted":
        assert not claims and cases
    else:
        assert claims == SOURCES and cases
    graphs = {str(quad.graph_name) for quad in quads}
    if format in ("nq", "trig", "jsonld") and source is None and what != "claims":
        assert any(f"/graph/accepted/{policy or 'default'}" in name for name in graphs)


@pytest.mark.parametrize("format", list(FORMATS))
@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--source", "daily-3"], "daily-1"),
        (["--source", ""], "daily-1"),
        (["--policy", "strictes"], "strictest"),
        (["--policy", ""], "strictest"),
    ],
)
def test_an_unknown_source_or_policy_is_named_with_the_known_ones(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], format: str, words: list[str], named: str
) -> None:
    place = ["--graph", str(built), "--format", format, "--output", str(tmp_path / "x")]
    assert main(["export", *place, *words]) == 1
    message = capsys.readouterr().err
    assert len(message.splitlines()) == 1 and not (tmp_path / "x").exists()
    refused = format in TABLES or (format in NETWORKS and "--source" in words)
    assert words[0] in message if refused else named in message and repr(words[1]) in message


def test_a_source_is_found_by_its_iri_as_by_its_id(built: Path) -> None:
    with open_graph(built) as graph:
        by_id = graph.export(format="nq", source="daily-2")
        by_iri = graph.export(format="nq", source="https://w3id.org/sangsaeng/id/source/daily-2")
    assert by_id == by_iri and by_id


@pytest.mark.parametrize("format", list(FORMATS))
@pytest.mark.parametrize("output", ["-", "", "folder", "file", "nothing/x", "pipe"])
def test_output_is_honoured_or_refused(
    built: Path,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    format: str,
    output: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("file").write_text("old")
    os.mkfifo("pipe")
    held = FORMATS[format]
    fit = {"-": not held.folder, "folder": held.folder, "file": not held.folder, "pipe": not held.folder}
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(Path("pipe").read_bytes()), daemon=True)
    if output == "pipe" and fit["pipe"]:
        reader.start()
    code = main(["export", "--graph", str(built), "--format", format, "--output", output])
    printed = capfdbinary.readouterr()
    if output == "nothing/x" and held.folder:  # a folder is made, with those above it
        assert code == 0 and Path("nothing/x/names." + format).exists()
        return
    if not fit.get(output, False):
        assert code == 1 and printed.out == b"" and len(printed.err.splitlines()) == 1
        assert Path("file").read_text() == "old" and sorted(os.listdir()) == ["file", "folder", "pipe"]
        assert os.listdir("folder") == []
        return
    assert code == 0 and printed.err == b""
    assert (len(printed.out) > 500) == (output == "-")
    if output == "pipe":
        reader.join(60)
        assert len(received[0]) > 500 and Path("pipe").is_fifo()
    if output == "file":
        assert len(Path("file").read_bytes()) > 500


def test_a_network_export_is_the_network_under_the_policy(built: Path) -> None:
    with open_graph(built) as graph:
        for policy in (None, "strictest"):
            text = graph.export(format="graphml", policy=policy)
            assert text is not None
            read, made = networkx.read_graphml(io.StringIO(text)), graph.network(policy=policy)
            assert set(read.nodes) == set(made.nodes) and read.number_of_edges() == made.number_of_edges()


def test_the_python_call_refuses_what_the_command_refuses(built: Path, tmp_path: Path) -> None:
    with open_graph(built) as graph:
        for options, named in (
            ({"format": "rdfxml"}, "Supported.*ttl.*jsonld.*parquet"),
            ({"format": "csv"}, "--output"),
            ({"format": "gexf", "source": "daily-1"}, "--source"),
            ({"format": "ttl", "what": "everything"}, "accepted, claims, all"),
        ):
            with pytest.raises(KgError, match=named):
                graph.export(**options)  # type: ignore[arg-type]  # names and values of options


def test_tables_are_not_mixed_with_those_of_another_export(built: Path, tmp_path: Path) -> None:
    with open_graph(built) as graph:
        graph.export(tmp_path, format="csv")
        graph.export(tmp_path, format="csv")  # its own files are replaced
        (tmp_path / "notes.txt").write_text("mine")
        with pytest.raises(KgError, match=r"awards|holds other tables"):
            graph.export(tmp_path, format="parquet")
        (tmp_path / "superlatives.csv").write_text("mine")
        with pytest.raises(KgError, match=r"superlatives.csv"):
            graph.export(tmp_path, format="csv")
    assert not list(tmp_path.glob("*.parquet")) and (tmp_path / "notes.txt").read_text() == "mine"


def test_a_graph_and_an_endpoint_are_not_both_given(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    address = "http://127.0.0.1:9/sparql"
    assert main(["query", "winners-by-round", "--graph", str(built), "--endpoint", address]) == 1
    assert "not both" in capsys.readouterr().err
    assert main(["query", "winners-by-round", "--endpoint", str(built)]) == 1
    assert "not an http or https address" in capsys.readouterr().err
