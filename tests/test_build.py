"""The build as a whole: what it makes, that it replaces atomically, and that nothing half-valid is published."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import networkx
import pyoxigraph
import pytest
from helpers.small_tables import ROWS, edit, write_tables

from kg.build import InvalidGraph, build, build_if_missing, prepare_folder
from kg.cli import main
from kg.errors import KgError, Text
from kg.network import read_network_tables
from kg.opening import open_graph
from kg.store import locked, open_snapshot
from kg.vocab import BASE, KG

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.part("real build")
def test_the_real_tables_become_a_valid_graph_within_its_limit_of_memory(tmp_path: Path) -> None:
    script = (
        "import re, sys; from pathlib import Path; from kg.build import build;"
        " summary = build(Path(sys.argv[1]), Path(sys.argv[2]));"
        # not ru_maxrss, into which Linux counts the memory of whoever started the process
        " peak = re.search(r'VmHWM:\\s+(\\d+) kB', Path('/proc/self/status').read_text())[1];"
        " print(summary.quads, summary.quarantined, int(peak) / 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(ROOT / "data"), str(tmp_path)], capture_output=True, text=True, check=True
    )
    quads, quarantined, megabytes = (float(part) for part in done.stdout.split())
    assert quads > 200_000 and quarantined == 0
    assert megabytes < 800


@pytest.mark.part("real build")
def test_every_claim_of_the_press_release_has_its_place_in_the_text(real_build: Path) -> None:
    with open_graph(real_build) as graph:
        rows = graph.ask(
            "SELECT ?level (COUNT(?claim) AS ?n) WHERE { GRAPH <https://w3id.org/sangsaeng/id/source/mss-20241128> {"
            " ?claim a kg:Claim ; kg:evidenceLevel ?level } } GROUP BY ?level"
        ).rows
    levels = {str(row[0].value).rsplit("/", 1)[-1]: int(row[1].value) for row in rows if row[0] and row[1]}
    assert set(levels) == {"span"} and levels["span"] >= 90


@pytest.mark.part("real build")
def test_the_same_input_gives_the_same_bytes_on_any_hash_seed(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    made = []
    for seed in ("0", "4242"):
        out = tmp_path / seed
        subprocess.run(
            [sys.executable, "-m", "kg", "build", str(data), "--out", str(out)],
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
        )
        made.append([(out / "graph.nq").read_bytes(), _exported(out, "ttl", seed), _exported(out, "jsonld", seed)])
    assert made[0] == made[1]


def _exported(out: Path, format: str, seed: str) -> bytes:
    done = subprocess.run(
        [sys.executable, "-m", "kg", "export", "--graph", str(out), "--format", format],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
    )
    assert len(done.stdout) > 1000
    return done.stdout


def test_the_lines_are_sorted_unique_and_without_blank_nodes(tmp_path: Path) -> None:
    build(write_tables(tmp_path / "data"), tmp_path / "build")
    lines = (tmp_path / "build" / "graph.nq").read_bytes().splitlines(keepends=True)
    assert lines == sorted(set(lines))
    quads = list(pyoxigraph.parse(b"".join(lines), format=pyoxigraph.RdfFormat.N_QUADS))
    assert len(quads) == len(lines)
    assert not any(isinstance(term, pyoxigraph.BlankNode) for quad in quads for term in (quad.subject, quad.object))


def test_a_row_that_breaks_a_rule_is_set_apart_and_nothing_is_published(tmp_path: Path) -> None:
    rows = {name: [dict(row) for row in found] for name, found in ROWS.items()}
    rows["case_participants"] = [row for row in rows["case_participants"] if row.get("unnamed_reason") is None]
    data, out = write_tables(tmp_path / "data", rows), tmp_path / "build"
    with pytest.raises(InvalidGraph):
        build(data, out)
    assert not (out / "current").exists()
    found = (out / "quarantine" / "cases.csv").read_text(encoding="utf-8")
    assert "water" in found and "display" not in found
    assert "Case-parties" in found and "A case has two parties" in found and "참여" in found


def test_with_quarantine_the_rest_is_published(tmp_path: Path) -> None:
    rows = {name: [dict(row) for row in found] for name, found in ROWS.items()}
    rows["case_participants"] = [row for row in rows["case_participants"] if row.get("unnamed_reason") is None]
    data, out = write_tables(tmp_path / "data", rows), tmp_path / "build"
    summary = build(data, out, quarantine=True)
    assert summary.quarantined >= 1
    assert (out / "quarantine" / "cases.csv").exists()
    with open_graph(out) as graph:
        cases = {
            row[0].value.rsplit("/", 1)[-1] for row in graph.ask("SELECT ?c WHERE { ?c a kg:Case }").rows if row[0]
        }
    assert cases == {"display"}
    assert main(["build", str(data), "--out", str(tmp_path / "other")]) == 1


def test_a_clean_build_removes_an_old_quarantine(tmp_path: Path) -> None:
    rows = {name: [dict(row) for row in found] for name, found in ROWS.items()}
    rows["case_participants"] = [row for row in rows["case_participants"] if row.get("unnamed_reason") is None]
    data, out = write_tables(tmp_path / "wrong", rows), tmp_path / "build"
    with pytest.raises(InvalidGraph):
        build(data, out)
    assert (out / "quarantine" / "cases.csv").exists()
    build(write_tables(tmp_path / "right"), out)
    assert not (out / "quarantine").exists()


def test_a_reader_keeps_its_snapshot_while_newer_builds_come(tmp_path: Path) -> None:
    data, out = write_tables(tmp_path / "data"), tmp_path / "build"
    build(data, out)
    with open_graph(out) as old:
        before = len(old.ask("SELECT ?s WHERE { ?s a kg:Rating }"))
        edit(data / "ratings.csv", "win-win-index,2023,한빛전자,outstanding", "win-win-index,2023,세솔부품,outstanding")
        for _ in range(3):
            build(data, out)
        assert len(old.ask("SELECT ?s WHERE { ?s a kg:Rating }")) == before == 1
        with open_graph(out) as new:
            assert len(new.ask("SELECT ?s WHERE { ?s a kg:Rating }")) == 2
    build(data, out)
    assert len(list((out / "versions").iterdir())) <= 3


def test_a_build_killed_at_any_moment_leaves_the_last_good_one(tmp_path: Path) -> None:
    data, out = write_tables(tmp_path / "data"), tmp_path / "build"
    build(data, out)
    expected = (out / "graph.nq").read_bytes()
    choose = random.Random(7)
    killed = 0
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-m", "kg", "build", str(data), "--out", str(out)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(choose.uniform(0.3, 3.0))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        snapshot = open_snapshot(out)
        assert snapshot.quads.read_bytes() == expected
        assert len(pyoxigraph.Store.read_only(str(snapshot.store))) == expected.count(b"\n")
        snapshot.close()
    assert killed >= 1
    build(data, out)
    assert not list((out / "versions").glob(".new-*"))


def test_two_builds_at_once_do_not_mix(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(KgError, match="Another build"), locked(tmp_path):
        pass


def test_a_build_waits_for_another_build_and_reports_it(tmp_path: Path) -> None:
    data, out = write_tables(tmp_path / "data"), tmp_path / "build"
    prepare_folder(data, out)
    messages: list[str] = []
    with ExitStack() as other_build:
        other_build.enter_context(locked(out))

        def heard(text: Text) -> None:
            messages.append(text.en)
            other_build.close()  # the other build ends once this build has reported that it waits

        assert build(data, out, progress=heard).quads > 0
    assert messages[0] == f"waiting for another build in {out}" and "reading" in messages[1]


def test_waiting_has_an_end(tmp_path: Path) -> None:
    looks: list[Text] = []
    with (
        locked(tmp_path),
        pytest.raises(KgError, match="Another build"),
        locked(tmp_path, wait_s=0.3, progress=looks.append),
    ):
        pass
    assert len(looks) == 1


def test_of_four_first_uses_at_once_one_builds_and_the_others_wait_for_it(tmp_path: Path) -> None:
    data, out = write_tables(tmp_path / "data"), tmp_path / "cache" / "build"
    script = "import sys; from pathlib import Path; from kg.build import build_if_missing;"
    script += " build_if_missing(*map(Path, sys.argv[1:]))"
    users = [
        subprocess.Popen([sys.executable, "-c", script, str(data), str(out)], stderr=subprocess.PIPE) for _ in range(4)
    ]
    assert [(user.wait(), user.stderr and user.stderr.read()) for user in users] == [(0, b"")] * 4
    assert os.listdir(out / "versions") == ["000001"]
    open_snapshot(out).close()


def test_a_damaged_build_in_the_cache_is_made_again(tmp_path: Path) -> None:
    data, out = write_tables(tmp_path / "data"), tmp_path / "build"
    build(data, out)
    build_if_missing(data, out)
    assert os.readlink(out / "current") == "versions/000001"
    os.truncate(out / "graph.nq", 1000)
    build_if_missing(data, out)
    assert os.readlink(out / "current") == "versions/000002"
    open_snapshot(out).close()


@pytest.mark.part("real build")
def test_questions_and_networks_follow_the_policy_of_the_build(real_build: Path, tmp_path: Path) -> None:
    """What only one origin states is undecided under the strictest policy, and no rule takes that for a fault.

    A graph of the default policy gives under the strictest one what this build gives, and the other way round.
    """
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / "data" / "dataset.toml").write_text('policy = "strictest"\n', encoding="utf-8")
    build(tmp_path / "data", tmp_path / "build")
    with open_graph(tmp_path / "build") as graph:
        found = graph.query("top-grades-of-year", scheme="win-win-index", year=2015)
        assert len(found) >= 10 and (found["origins"] >= 2).all()
        read, answer = graph.network_tables(), read_network_tables(graph.rows)
        assert read == replace(answer, policy="strictest") and 0 < len(read.participations) < 50
        wrong = "SELECT ?thing { ?thing kg:status ?status ; kg:reason ?reason . VALUES (?status ?reason) {"
        wrong += "(<{0}status/undecided> <{0}acceptance-reason/agreed>)".format(f"{BASE}id/code/") + "} }"
        assert not graph.ask(f"PREFIX kg: <{KG}> {wrong}").rows
        with open_graph(real_build) as usual:
            assert (graph.policy, usual.policy) == ("strictest", "default")
            for kind in ("partnership", "support", "two-mode", "co-attendance"):
                for own, other in ((graph, usual), (usual, graph)):
                    one, same = own.network(kind), other.network(kind, policy=own.policy)
                    assert networkx.utils.graphs_equal(one, same) and one.graph == same.graph
            for format in ("nt", "nq", "trig"):
                for own, other in ((graph, usual), (usual, graph)):
                    text = own.export(format=format, what="accepted")
                    assert text == other.export(format=format, what="accepted", policy=own.policy)
            strict = usual.export(format="nq", policy="strictest")
            assert "/id/source/" in strict and "/accepted/default>" not in strict and "/analysis/" not in strict
            assert "policy strictest" in graph.explain("LG전자").as_text("en")


def test_all_that_a_joint_name_means_gave(tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data")
    with (data / "names.csv").open("a", encoding="utf-8") as names:
        for organisation in ("hanbit-electronics", "nuri-water"):
            names.write(f"한빛·누리,{organisation},same,joint,hanbit-nuri,both,,\n")
    given = (data / "case_contributions.csv").read_text(encoding="utf-8")
    assert ",한빛전자,세솔부품," in given
    (data / "case_contributions.csv").write_text(given.replace(",한빛전자,", ",한빛·누리,"), encoding="utf-8")
    build(data, tmp_path / "build")
    with open_graph(tmp_path / "build") as graph:
        support = graph.network("support")
        assert set(support.edges) == {("hanbit-electronics", "sesol-parts"), ("nuri-water", "sesol-parts")}
        assert support.graph["contributions_used"] == support.graph["contributions_total"] == 1
        for organisation in ("hanbit-electronics", "nuri-water"):
            found = graph.query("gave-and-gained", organisation=organisation)
            assert len(found) == 1, organisation


def test_unsure_judgements_are_listed_and_counted(real_build: Path) -> None:
    with (real_build / "unsure.csv").open(encoding="utf-8", newline="") as stream:
        listed = list(csv.DictReader(stream))
    counted = json.loads((real_build / "summary.json").read_text(encoding="utf-8"))["unsure"]
    assert {name: sum(row["table"] == name for row in listed) for name in counted} == counted
    assert all(row["reason"] for row in listed) and len(listed) >= 20


def test_the_error_for_a_folder_without_a_graph_gives_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="kg build"):
        open_graph(tmp_path)
