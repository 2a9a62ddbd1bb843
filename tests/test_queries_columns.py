"""Questions answered from columns have the rows of SPARQL, in the same order; an engine that cannot answer says so."""

from __future__ import annotations

import random
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.extended_tables import extended_tables
from helpers.small_tables import write_tables

from kg.build import build
from kg.errors import KgError
from kg.graph import Graph
from kg.opening import open_graph
from kg.queries.columns import sql_of
from kg.queries.deadline import QueryTimeout
from kg.queries.questions import find_query, read_question

ROOT = Path(__file__).resolve().parents[1]
TWINS = sorted(path.stem for path in (ROOT / "queries").glob("*.sql"))


def random_tables(seed: int) -> dict[str, list[dict[str, str]]]:
    """Cases at random: few organisations and dates, contradicting sources, unnamed parties."""
    draw = random.Random(seed)
    tables = extended_tables()
    sources = [row["source"] for row in tables["sources"]]
    names = [row["name"] for row in tables["names"] if row["judgement"] == "same"]
    for key in ("cases", "case_participants", "case_contributions", "case_outcomes"):
        tables[key] = []
    unsure = {"judgement": "unsure", "reason": "같은 제목", "source": sources[0], "decided": "2026-01-01"}
    tables["case_identity"] = [{"one": f"case-{n}", "other": f"case-{n + 7}", **unsure} for n in (1, 4)]
    for number in range(30):
        case = f"case-{number}"
        for source in draw.sample(sources, draw.choice((1, 1, 2))):
            stated = {"case": case, "source": source, "stance": draw.choice(("announcement", "report"))}
            selected = draw.choice(("", "2023", "2024-03", "2024-03-05", "../2024-02", "2024-01/2024-06"))
            programme = draw.choice(("win-win-honors", "win-win-honors", "smart-factory"))
            tables["cases"].append(
                {**stated, "title": f"과제 {number % 7}", "programme": programme, "selected": selected}
            )
            roles = ("lead", "partner", "partner", "beneficiary", "supporter")
            parties = {(draw.choice(names), draw.choice(roles)) for _ in range(draw.randint(0, 4))}
            tables["case_participants"] += [
                {**stated, "organisation": name, "role": role} for name, role in sorted(parties)
            ]
            if not parties or draw.random() < 0.2:
                unnamed = {**stated, "role": "partner", "unnamed_reason": "partner-not-printed"}
                tables["case_participants"].append(unnamed)
    return tables


@pytest.fixture(scope="module", params=["small", 1, 2])
def graph(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    folder = tmp_path_factory.mktemp("columns")
    tables = extended_tables() if request.param == "small" else random_tables(request.param)
    data = write_tables(folder / "data", tables)
    build(data, folder / "build", quarantine=True)
    with open_graph(folder / "build") as opened:
        yield opened


@pytest.fixture(scope="module")
def real_graph(real_build: Path) -> Iterator[Graph]:
    with open_graph(real_build) as opened:
        yield opened


def values_of(name: str, graph: Graph) -> list[dict[str, str]]:
    """Values of the parameters to compare with: all modes, several days, organisations, sources and programmes."""
    question = read_question(ROOT / "queries" / f"{name}.rq")
    found: list[dict[str, str]] = [{"language": "ko"}, {"language": "en"}]
    organisations = graph.query("SELECT ?o WHERE { ?o a kg:Organisation } ORDER BY ?o")["o"].tolist()
    parties = graph.query("SELECT DISTINCT ?o WHERE { ?p a kg:Participation ; kg:organisation ?o } ORDER BY ?o")["o"]
    ends = [*parties.tolist()[:12], organisations[0], "https://example.org/none"]
    programmes = graph.query("SELECT DISTINCT ?g WHERE { ?c a kg:Case ; kg:programme ?g }")["g"].tolist()
    choices: dict[str, list[str]] = {
        "day": ["2023-12-31", "2024-03-05", "2024-12-31"],
        "programme": ["", *programmes, "https://example.org/none"],
        "mode": ["certain", "possible"],
        "from": ends,
        "organisation": ends,
        "to": ends[::2],
    }
    for param in question.params:
        if param.name != "language":
            found = [{**each, param.name: value} for each in found for value in choices[param.name]]
    return found


def same_rows(graph: Graph, name: str, values: dict[str, str], max_rows: int = 100_000) -> int:
    by_sparql, _ = graph.answer(name, values, engine="sparql", max_rows=max_rows)
    by_columns, _ = graph.answer(name, values, engine="columns", max_rows=max_rows)
    assert by_columns.variables == by_sparql.variables
    assert [row for row in map(_plain, by_columns.rows)] == [row for row in map(_plain, by_sparql.rows)], values
    assert by_columns.truncated == by_sparql.truncated
    return len(by_columns)


def _plain(row: tuple) -> tuple:  # type: ignore[type-arg]  # terms or nothing
    return tuple(
        term and (term.kind, term.value, term.datatype.removesuffix("XMLSchema#string"), term.language) for term in row
    )


@pytest.mark.parametrize("name", TWINS)
def test_small_and_random_graphs(graph: Graph, name: str) -> None:
    for values in values_of(name, graph):
        same_rows(graph, name, values)


@pytest.mark.parametrize("name", TWINS)
def test_the_real_graph(real_graph: Graph, name: str) -> None:
    values = values_of(name, real_graph)
    found = [same_rows(real_graph, name, each) for each in values[:: max(1, len(values) // 20)]]
    assert max(found) > 0
    for most in (0, 1, 3):
        same_rows(real_graph, name, values[0], most)


def test_auto_takes_columns_of_large_graphs_and_the_answer_is_the_same(
    real_graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = find_query("repeat-partners")
    assert real_graph._sql(question, "auto") is None
    small = real_graph.query("repeat-partners")
    monkeypatch.setattr("kg.queryable.COLUMNS_FROM", 1000)
    assert real_graph._sql(question, "auto") is not None
    assert small.equals(real_graph.query("repeat-partners"))
    assert small.equals(real_graph.query("repeat-partners", engine="sparql"))


@pytest.mark.parametrize(
    ("query", "reason"),
    [("sources-by-kind", "written in SPARQL only"), ("ASK { ?s ?p ?o }", "written in SPARQL only")],
)
def test_columns_are_refused_where_there_are_none(real_graph: Graph, query: str, reason: str) -> None:
    with pytest.raises(KgError, match=reason):
        real_graph.answer(query, engine="columns")
    assert real_graph.answer(query)[0].kind in ("select", "ask")
    with pytest.raises(KgError, match="use one of auto, sparql, columns"):
        real_graph.answer(query, engine="duckdb")


def test_an_endpoint_answers_sparql_only() -> None:
    with pytest.raises(KgError, match="endpoint"):
        Graph("http://127.0.0.1:1/", None).answer("repeat-partners", engine="columns")


def test_a_file_of_the_users_own_has_no_columns(tmp_path: Path, real_graph: Graph) -> None:
    own = tmp_path / "repeat-partners.rq"
    own.write_text((ROOT / "queries" / "repeat-partners.rq").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "repeat-partners.sql").write_text("SELECT 1", encoding="utf-8")
    assert sql_of(read_question(own)) is None
    with pytest.raises(KgError, match="SPARQL only"):
        real_graph.answer(str(own), engine="columns")


def test_a_build_without_the_table_is_asked_in_sparql(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(graph._column_session), "missing", lambda self, sql: ["analysis/pairs"])
    with pytest.raises(KgError, match="no analysis/pairs"):
        graph.answer("repeat-partners", engine="columns")
    assert graph.answer("repeat-partners")[0].rows == graph.answer("repeat-partners", engine="sparql")[0].rows


def test_time_and_ctrl_c_stop_columns(real_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = "SELECT count(*) FROM range(1000000) a, range(1000000) b, range(1000) c ORDER BY 1"
    monkeypatch.setattr("kg.queryable.sql_of", lambda question: endless)
    with pytest.raises(QueryTimeout):
        real_graph.answer("repeat-partners", timeout_s=1, engine="columns")
    threading.Timer(1, signal.raise_signal, (signal.SIGINT,)).start()
    with pytest.raises((KeyboardInterrupt, RuntimeError)):  # DuckDB reports either
        real_graph.answer("repeat-partners", timeout_s=60, engine="columns")
