"""The two readers of network tables give equal rows: one from relations in DuckDB, one by SPARQL."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from helpers.small_tables import ROWS, write_tables

from kg.build import build
from kg.graph import Graph
from kg.network import read_identities, read_network_tables
from kg.network.tables.reader import CLAIMS_OF
from kg.network.tables.sparql import read_access
from kg.opening import open_graph

BASE = "https://random.example/kg/"
SOURCES = ("daily-1", "daily-2", "weekly-1", "own-site")  # the last repeats nobody
FIRMS = tuple(f"firm-{number}" for number in range(6))
STANCES = ("announcement", "report", "correction")


def random_subject(seed: int) -> dict[str, list[dict[str, str]]]:
    """Record tables of invented firms in which sources leave things out and contradict each other at random."""
    random = Random(seed)
    rows = copy.deepcopy(ROWS)
    rows["sources"].append({**rows["sources"][1], "source": "own-site", "url": "https://own.example/1", "origin": ""})
    for firm in FIRMS:
        rows["organisations"].append({"organisation": firm, "name_ko": f"회사{firm[-1]}", "kind": "unknown"})
        name = {"name": f"회사{firm[-1]}", "organisation": firm, "judgement": "same", "kind": "usual", "mention": firm}
        rows["names"].append(name)

    def stated() -> dict[str, str]:
        return {"source": random.choice(SOURCES), "stance": random.choice(STANCES)}

    names = ["한빛전자", "세솔부품", *(f"회사{number}" for number in range(6))]

    def firm() -> str:
        return random.choice(names)

    def day() -> str:
        return random.choice(["", "2023", "2023-11", "2023-11-30", "../2022", "2024-02-29"])

    for number in range(8):
        for _ in range(random.randint(1, 3)):
            case = {"case": f"c{number}", "selected": day(), "title": random.choice(["", "가", "나"]), **stated()}
            rows["cases"].append({**case, "programme": "win-win-honors", "round": random.choice(["", "wwh-9"])})
        for _ in range(random.randint(0, 5)):
            role = random.choice(["lead", "partner", "supporter", "beneficiary"])
            party = {"organisation": firm()} if random.random() < 0.8 else {"unnamed_reason": "partner-not-printed"}
            rows["case_participants"].append({"case": f"c{number}", "role": role, **party, **stated()})
        for _ in range(2):
            gift = {"case": f"c{number}", "contribution": "g", "kind": "data", "modality": "given"}
            giver, receiver = random.sample(names, 2)
            rows["case_contributions"].append({**gift, "giver": giver, "receiver": receiver, **stated()})
    rows["events"] = [
        {"event": f"e{number}", "name": f"행사{number}", "start": day(), **stated()} for number in range(4)
    ]
    rows["event_participants"] = [
        {"event": f"e{random.randrange(4)}", "organisation": firm(), "certainty": "listed", **stated()}
        | {"capacity": random.choice(["host", "attendee"])}
        for _ in range(14)
    ]
    for year in ("2021", "2022"):
        for _ in range(8):
            grade = random.choice(["outstanding", "excellent"])
            rows["ratings"].append(
                {"scheme": "win-win-index", "year": year, "organisation": firm(), "grade": grade, **stated()}
            )
    for table, key in KEYS.items():
        rows[table] = list({tuple(row.get(name, "") for name in key): row for row in rows[table]}.values())
    return rows


KEYS = {
    "cases": ("case", "source"),
    "case_participants": ("case", "organisation", "role", "source"),
    "case_contributions": ("case", "contribution", "source"),
    "event_participants": ("event", "organisation", "capacity", "source"),
    "ratings": ("scheme", "year", "organisation", "source"),
}


@pytest.fixture(scope="module", params=[1, 2])
def graph(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    folder = tmp_path_factory.mktemp("random")
    data = write_tables(folder / "data", random_subject(request.param))
    (data / "dataset.toml").write_text(f'base = "{BASE}"\n', encoding="utf-8")
    build(data, folder / "build", quarantine=True)  # some random rows break a rule, such as a case of one party
    with open_graph(folder / "build") as opened:
        yield opened


@pytest.mark.parametrize("kind", sorted(CLAIMS_OF))
def test_relations_and_sparql_give_equal_tables_of_a_random_graph_with_its_own_base(graph: Graph, kind: str) -> None:
    from_relations = graph.network_tables(kind)
    assert from_relations == read_access(graph.row_access(), kind)
    assert from_relations == read_network_tables(graph.rows, kind=kind, base=graph.base)
    assert from_relations.claims and all(row.claim.startswith(BASE) for row in from_relations.claims)


@pytest.mark.parametrize("kind", sorted(CLAIMS_OF))
def test_a_supposition_that_changes_nothing_gives_the_tables_of_the_build(graph: Graph, kind: str) -> None:
    assert graph.under(graph.policy).network_tables(kind) == graph.network_tables(kind)


def test_unsure_pairs_of_a_graph_with_its_own_base_are_read(tmp_path: Path) -> None:
    rows = copy.deepcopy(ROWS)
    pair = {"one": "display", "other": "water", "judgement": "unsure", "reason": "가", "decided": "2024-05-01"}
    rows["case_identity"] = [pair]
    data = write_tables(tmp_path / "data", rows)
    (data / "dataset.toml").write_text(f'base = "{BASE}"\n', encoding="utf-8")
    build(data, tmp_path / "build")
    with open_graph(tmp_path / "build") as graph:
        found = read_identities(graph.rows, base=graph.base)
        assert found.unsure == ((f"{BASE}id/case/display", f"{BASE}id/case/water"),)
        assert len(graph.readings().all) > 1
