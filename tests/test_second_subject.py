"""A second subject with its own language, roles, kinds and currency, built by the same command; and the real one."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from kg.build import build
from kg.export.tables import rebuild
from kg.graph import Graph
from kg.network import read_network_tables
from kg.network.columns import central_in_columns
from kg.opening import open_graph
from kg.records import read_schema
from kg.settings import read_settings
from kg.validate import check_files
from kg.vocab import BASE, KG

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "eu-research"
REAL = Path(os.environ.get("KG_EU_DATA", ROOT.parent / "shared" / "data-eu"))
SAMPLE = 2000


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("eu") / "build"
    build(EXAMPLE, out)
    return out


@pytest.fixture(scope="module")
def graph(small: Path) -> Graph:
    return open_graph(small)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def assert_the_tables_come_back(quads: Path, tables: dict[str, list[dict[str, str]]]) -> None:
    """Every cell of the record tables is in the graph, and nothing else does."""
    rebuilt = rebuild(quads)
    for table in read_schema().tables:
        if table.name == "policies":  # the toolkit's own, where a subject brings none
            continue
        expected = [{name: cell for name, cell in row.items() if cell} for row in tables.get(table.name, [])]
        found = [{name: cell for name, cell in row.items() if cell} for row in rebuilt[table.name]]

        def order(row: dict[str, str], columns: tuple[str, ...] = table.columns) -> tuple[str, ...]:
            return tuple(row.get(column, "") for column in columns)

        assert sorted(found, key=order) == sorted(expected, key=order), table.name


def test_all_tables_are_rebuilt_from_the_graph(small: Path) -> None:
    tables = {path.stem: rows_of(path) for path in EXAMPLE.glob("*.csv")}
    assert len(tables["organisations"]) == 11 and len({row["case"] for row in tables["cases"]}) == 6
    assert_the_tables_come_back(small / "graph.nq", tables)


def test_partners_can_be_queried_in_another_language(graph: Graph) -> None:
    found = graph.query("partners-of", organisation="Institut Marelle", language="en")
    assert set(zip(found["partnerName"], found["partnerRole"], strict=True)) == {
        ("Brzeg Institute", "participant"),
        ("Tamarisk Sensors", "participant"),
        ("Nordlicht Optik", "participant"),
        ("University of Valmora", "coordinator"),
        ("Municipality of Havnestad", "partner without EU money"),
    }
    short = graph.query("partners-of", organisation="UNIVALMORA", language="en")
    full = graph.query("partners-of", organisation="Università di Valmora", language="en")
    assert len(short) and short.equals(full)


@pytest.mark.parametrize("kind", ["partnership", "two-mode", "support"])
def test_columns_and_sparql_give_the_same_network(graph: Graph, kind: str) -> None:
    read, options = graph.network_tables(kind), read_network_tables(graph.rows, kind=kind, base=graph.base)
    assert read == options and read.cases
    assert all(row[0].startswith(base()) for row in [*read.organisations, *read.cases, *read.claims])


def test_a_project_with_one_party_gives_the_reason(graph: Graph) -> None:
    found = graph.query("cases-without-named-partner", language="en")
    assert set(zip(found["case"], found["reasonLabel"], strict=True)) == {
        (f"{base()}id/case/h2020-solo", "single beneficiary"),
        (f"{base()}id/case/fp7-oldlist", "one listed"),
    }


def test_sums_in_euro_keep_a_stated_nought_and_add_up_without_it(graph: Graph) -> None:
    found = graph.query("contributions-by-kind", language="en").set_index("kindLabel")
    eu = found.loc["EU contribution"]
    assert (eu["unitLabel"], eu["items"], Decimal(str(eu["total"]))) == ("euro", 7, Decimal("2089205.3"))
    project = found.loc["EU contribution to the project"]
    assert (project["items"], project["withValue"]) == (1, 0)  # two sources, no rule decides


def test_an_amendment_settles_a_sum_and_an_open_one_stays_open(graph: Graph) -> None:
    found = graph.query("disagreements", language="en")
    states = set(zip(found["valueLabel"].map(str), found["followedLabel"], found["reasonLabel"], strict=True))
    assert ("250000", "followed", "correction") in states and ("200000", "set aside", "correction") in states
    assert {("1200000", "undecided", "undecided"), ("1250000", "undecided", "undecided")} <= states


def test_roles_and_their_ties_are_those_of_its_own_code_list(graph: Graph) -> None:
    network = graph.network()
    listed = {row["code"]: row["ties"] == "true" for row in rows_of(EXAMPLE / "codelists" / "role.csv")}
    assert listed == {"coordinator": True, "participant": True, "partner": True, "third-party": False, "unknown": True}
    names = {data["label_en"] for _, data in network.nodes(data=True)}
    assert "Costa Lumen" in names and "University of Valmora" in names  # no role stated, yet taking part
    assert "Hellinor Foundation" not in names  # a third party makes no tie
    assert "European Union" not in names and "Sierlo Labs" not in names
    found = graph.ask(f"SELECT ?p WHERE {{ ?case <{KG.coordinatorParticipation}> ?p }}")
    assert len(found.rows) == 4


@pytest.mark.parametrize("what", ["accepted", "all"])
def test_its_open_data_conform_under_its_own_base(graph: Graph, what: str, tmp_path: Path) -> None:
    target = tmp_path / "eu.nt"
    graph.export(target, format="nt", what=what)
    assert check_files([target]).as_json()["results"] == []
    lines = target.read_text(encoding="utf-8").splitlines(keepends=True)
    target.write_text("".join(line for line in lines if f"<{KG.role}>" not in line), encoding="utf-8")
    assert not check_files([target]).conforms


def test_columns_have_the_ids_and_names_of_the_network(graph: Graph) -> None:
    network, columns = graph.network(), graph.network_columns()
    assert sorted(columns.ids.tolist()) == sorted(network) and len(network)
    table, facts = central_in_columns(columns, ["degree"], None, graph.row_access())
    table = table.set_index("organisation")
    assert set(table.index) == set(network)
    for name, data in network.nodes(data=True):
        assert table.loc[name, "degree"] == network.degree(name)
        assert table.loc[name, "label_en"] == data["label_en"] and table.loc[name, "kind"] == data["kind"]
    assert set(table["kind"]) <= set(facts["labels"]["kind"])


def base() -> str:
    return read_settings(EXAMPLE).base


def code(path: str) -> str:
    return f"{base()}id/code/{path}"


def test_its_things_but_not_its_terms_have_its_base(small: Path) -> None:
    assert base() != BASE
    for line in (small / "graph.nq").read_text(encoding="utf-8").splitlines():
        assert f"<{BASE}id/" not in line and f"<{base()}def#" not in line, line


def test_the_rules_are_checked_under_its_own_base(tmp_path: Path) -> None:
    """A graph with ids under another base must not pass because no shape fits it."""
    from kg.build import InvalidGraph

    for path in EXAMPLE.rglob("*"):
        if path.suffix in (".csv", ".toml"):
            target = tmp_path / "data" / path.relative_to(EXAMPLE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    participants = tmp_path / "data" / "case_participants.csv"
    lines = participants.read_text(encoding="utf-8").splitlines(keepends=True)
    conforming = [line for line in lines if not line.startswith("h2020-solo,,")]
    assert len(conforming) == len(lines) - 1
    participants.write_text("".join(conforming), encoding="utf-8")
    with pytest.raises(InvalidGraph) as caught:
        build(tmp_path / "data", tmp_path / "build")
    assert {result.shape.rpartition("#")[2] for result in caught.value.report.violations} == {"Case-parties"}


if REAL.exists():  # the data is not part of the repository; where it is absent there is nothing to run

    @pytest.fixture(scope="module")
    def converted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
        folder = tmp_path_factory.mktemp("eu-real")
        command = [sys.executable, str(EXAMPLE / "convert.py"), str(REAL), str(folder / "data"), "--cases", str(SAMPLE)]
        subprocess.run(command, check=True, capture_output=True)
        build(folder / "data", folder / "build")
        return folder / "data", folder / "build"

    @pytest.mark.part("second subject, real data")
    def test_the_real_eu_tables_are_rebuilt_from_the_graph(converted: tuple[Path, Path]) -> None:
        data, out = converted
        tables = {}
        for path in data.glob("*.parquet"):
            read = duckdb.execute(f"SELECT * FROM '{path}'")
            names = [column[0] for column in read.description or ()]
            tables[path.stem] = [dict(zip(names, row, strict=True)) for row in read.fetchall()]
        assert len(tables["cases"]) == SAMPLE
        assert_the_tables_come_back(out / "graph.nq", tables)

    @pytest.mark.part("second subject, real data")
    def test_unknown_roles_and_sums_are_unknown_and_never_zero(converted: tuple[Path, Path]) -> None:
        data, out = converted
        chosen = f"SELECT \"case\" FROM '{data}/cases.parquet'"
        stated = duckdb.execute(
            "SELECT count(*) FILTER (role IS NULL), count(contribution_eur), count(*) FILTER (contribution_eur = 0),"
            f" sum(contribution_eur::DECIMAL(18, 2)) FROM '{REAL}/participations.parquet' WHERE case_id IN ({chosen})"
        ).fetchone()
        prefixes = f"PREFIX kg: <{KG}> PREFIX role: <{code('role/')}> PREFIX kind: <{code('contribution-kind/')}> "
        ask = (
            prefixes
            + """SELECT (COUNT(?p) AS ?n) WHERE {
            ?p a kg:Participation ; kg:role role:unknown ; kg:organisation ?o }"""
        )
        sums = (
            prefixes
            + """SELECT (COUNT(?v) AS ?n) (SUM(IF(?v = 0, 1, 0)) AS ?noughts) (SUM(?v) AS ?sum) WHERE {
            ?c a kg:Contribution ; kg:kind kind:eu-contribution ; kg:value ?v }"""
        )
        with open_graph(out) as graph:
            (unknown,) = graph.ask(ask).rows
            (found,) = graph.ask(sums).rows
        values = [Decimal(term.value) for term in (unknown[0], *found) if term is not None]
        assert stated is not None and values == [Decimal(value) for value in stated]
        assert values[2] > 0 and values[0] > values[1]
