"""The main job: record tables to a validated, queryable graph, made aside and put in place in one step."""

from __future__ import annotations

import json
import mmap
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

import duckdb
import pyoxigraph

from kg.accept import Policy, gather_claims, make_accepted, read_policies
from kg.analysis import TABLES as ANALYSIS
from kg.analysis import analyse
from kg.codes import codes_to_turtle
from kg.dialect import parquet_relation
from kg.errors import KgError, Text
from kg.mapping import read_mapping, write_quads
from kg.paths import shipped
from kg.records import Schema, load_records, read_schema
from kg.records.quarantine import Quarantine, find_rows, remove_rows, write_quarantine
from kg.resolve import resolve
from kg.settings import Limits, Settings, read_settings
from kg.shacl.report import Report, gather_report
from kg.shacl.shapes import read_shapes
from kg.shacl.slices import findings_in_slices
from kg.store import load_store, new_version
from kg.values import sql_name, sql_text
from kg.vocab import BASE, GRAPH_REGISTER, accepted_graph, rebased

Progress = Callable[[Text], None]
WORK, SPILL = "work.duckdb", "spill"  # tables lie on disk, so that they may outgrow the memory
# judgements that are open, for a person to settle
UNSURE = """
SELECT 'names' AS "table", name AS one, organisation AS other, reason, source FROM raw.names WHERE judgement = 'unsure'
UNION ALL SELECT 'judgements', one, other, reason, source FROM raw.judgements WHERE judgement = 'unsure'
UNION ALL SELECT 'case_identity', one, other, reason, source FROM raw.case_identity WHERE judgement = 'unsure'
UNION ALL SELECT 'event_identity', one, other, reason, source FROM raw.event_identity WHERE judgement = 'unsure'
UNION ALL SELECT 'organisation_changes', before, after, note, source FROM raw.organisation_changes
WHERE judgement = 'unsure' ORDER BY ALL
"""
# code lists that the evidence of a finished build is read with
CODELISTS_USED = (
    "acceptance-reason", "analysis-rule", "award", "conflict-status", "conflict-type", "grade", "organisation-kind",
    "rating-scheme", "role", "verdict",
)  # fmt: skip
SHAPES = ("shapes.ttl", "shapes-claims.ttl")


@dataclass(frozen=True)
class Summary:
    """What a build made, in numbers; ``seconds`` is wall time by step.

    ``undecided`` counts the values that the policy leaves open, ``open_disagreements`` those on which claims disagree.
    """

    base: str
    policy: str
    quads: int
    claims: int
    things: int
    rows: dict[str, int]
    undecided: int
    disagreements: int
    open_disagreements: int
    unsure: dict[str, int]
    quarantined: int
    seconds: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def as_text(self, language: str) -> str:
        total = sum(self.seconds.values())
        rows = sum(self.rows.values())
        others = self.undecided - self.open_disagreements
        if language == "ko":
            lines = [
                f"표 {len(self.rows)}개, 행 {rows:,}개 → 진술 {self.claims:,}개, 사물 {self.things:,}개,"
                f" 쿼드 {self.quads:,}개 ({total:.1f}초)",
                f"엇갈림 {self.disagreements}곳, 그 가운데 정하지 못한 것 {self.open_disagreements}곳"
                + (f"; 엇갈림은 없으나 방침이 받아들이지 않은 값 {others:,}개" if others else ""),
                "확실하지 않은 판단(unsure.csv): "
                + (", ".join(f"{name} {count}" for name, count in self.unsure.items()) or "없음"),
            ]
            if self.quarantined:
                lines.append(f"따로 둔 행 {self.quarantined}개 (quarantine/)")
            return "\n".join(lines)
        lines = [
            f"{len(self.rows)} tables, {rows:,} rows → {self.claims:,} claims, {self.things:,} things,"
            f" {self.quads:,} quads ({total:.1f} s)",
            f"{self.disagreements} disagreements, {self.open_disagreements} of them undecided"
            + (f"; {others:,} values that nobody disputes and the policy does not accept" if others else ""),
            "unsure judgements (unsure.csv): "
            + (", ".join(f"{name} {count}" for name, count in self.unsure.items()) or "none"),
        ]
        if self.quarantined:
            lines.append(f"{self.quarantined} rows set apart (quarantine/)")
        return "\n".join(lines)


class InvalidGraph(KgError):
    """The graph does not keep the rules; the offending rows are in ``quarantine/`` and nothing was published."""

    def __init__(self, report: Report, quarantine: Quarantine, out: Path):
        count = len(report.violations)
        super().__init__(
            Text(
                f"규칙을 어긴 곳이 {count}곳 있어 내놓지 않았습니다. {out / 'quarantine'}의 행"
                f" {quarantine.count}개를 보거나,"
                " 그 행을 빼고 만들려면 --quarantine을 주십시오.",
                f"{count} rule violations: nothing was published. See the {quarantine.count} rows"
                f" in {out / 'quarantine'},"
                " or give --quarantine to build without them.",
            )
        )
        self.report = report


def build(
    data: Path, out: Path, *, quarantine: bool = False, progress: Progress | None = None, limits: Limits | None = None
) -> Summary:
    """Build the graph of the tables in ``data`` into ``out``; raises ``InputFaults`` or ``InvalidGraph``.

    ``out`` keeps its last good build unless this one succeeds. With ``quarantine`` the rows that break a rule are left
    out, and listed in ``out/quarantine``.
    """
    say = progress or (lambda text: None)
    clock = _Clock()
    settings, schema, limits = read_settings(data), read_schema(), limits or Limits()
    if out.exists() and not out.is_dir():
        raise KgError(Text(f"{out}: 파일입니다. 폴더를 주십시오.", f"{out} is a file: give a folder to build in."))
    out.mkdir(parents=True, exist_ok=True)
    with new_version(out) as aside, duckdb.connect(str(aside / WORK)) as connection:
        _configure(connection, aside, limits)
        say(Text("표를 읽고 살핍니다", "reading and checking the tables"))
        load_records(connection, data, schema)
        clock.mark("read")
        set_apart = Quarantine()
        while True:
            report = _make_graph(connection, schema, settings, data, aside, say, clock)
            if report.conforms:
                break
            rows = find_rows(connection, schema, report.violations)
            set_apart = set_apart + rows
            write_quarantine(set_apart, out / "quarantine")
            if not quarantine or not rows.count:
                raise InvalidGraph(report, set_apart, out)
            remove_rows(connection, schema, rows)
        if not set_apart.count:
            write_quarantine(set_apart, out / "quarantine")
        say(Text("저장소에 싣습니다", "loading the store"))
        quads = load_store(aside / "graph.nq", aside / "store")
        clock.mark("load")
        summary = _summary(connection, schema, settings, quads, set_apart.count, clock.seconds)
        (aside / "summary.json").write_text(
            json.dumps(summary.as_json(), ensure_ascii=False, indent=1), encoding="utf-8"
        )
        _remove_work(connection, aside)
    return summary


def _remove_work(connection: duckdb.DuckDBPyConnection, aside: Path) -> None:
    connection.close()
    for left in ("mapped.nq", WORK):
        (aside / left).unlink(missing_ok=True)
    shutil.rmtree(aside / SPILL, ignore_errors=True)


class _Clock:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.monotonic()

    def mark(self, name: str) -> None:
        now = time.monotonic()
        self.seconds[name] = round(self.seconds.get(name, 0) + now - self._last, 3)
        self._last = now


def _configure(connection: duckdb.DuckDBPyConnection, aside: Path, limits: Limits) -> None:
    connection.execute(f"SET memory_limit = '{limits.build_memory_mb}MB'")
    connection.execute(f"SET threads = {limits.build_threads}")
    connection.execute(f"SET temp_directory = {sql_text(str(aside / SPILL))}")


def _make_graph(
    connection: duckdb.DuckDBPyConnection,
    schema: Schema,
    settings: Settings,
    data: Path,
    aside: Path,
    say: Progress,
    clock: _Clock,
) -> Report:
    say(Text("이름과 날짜를 풉니다", "resolving names and dates"))
    resolve(connection, schema, settings.base)
    policy = _chosen_policy(read_policies(connection), settings.policy)
    gather_claims(connection, schema, policy)
    clock.mark("resolve")
    say(Text("방침에 따라 받아들일 값을 정합니다", "accepting values under the policy"))
    make_accepted(connection, schema, policy)
    clock.mark("accept")
    say(Text("엇갈림을 찾고 셈해 봅니다", "finding conflicts, checking figures"))
    analyse(connection, schema, settings.policy, settings.base)
    clock.mark("analyse")
    say(Text("쿼드로 옮깁니다", "mapping to quads"))
    write_records(connection, schema, aside / "records")
    write_graph(connection, settings, data, aside)
    clock.mark("map")
    say(Text("규칙에 비추어 봅니다", "validating"))
    report = check_graph(aside / "graph.nq", settings.base)
    clock.mark("validate")
    return report


def _chosen_policy(policies: dict[str, Policy], name: str) -> Policy:
    if name not in policies:
        known = ", ".join(sorted(policies)) or "-"
        raise KgError(
            Text(f"방침 {name!r}이(가) 없습니다. 있는 방침: {known}.", f"there is no policy {name!r}. Known: {known}.")
        )
    return policies[name]


def write_records(connection: duckdb.DuckDBPyConnection, schema: Schema, folder: Path) -> None:
    """The resolved tables, and in folders the accepted ones, the analysis and its code lists, as Parquet."""
    for part in ("accepted", "analysis", "codes"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for name in [table.name for table in schema.tables]:
        _copy(connection, f"resolved.{name}", folder / f"{name}.parquet")
    others = ("links", "verdicts", "organisations", "change_sides", "renames", "histories")
    for name in [*(table.name for table in schema.facts), *others]:
        _copy(connection, f"accepted.{name}", folder / "accepted" / f"{name}.parquet")
    for name in ANALYSIS:
        _copy(connection, f"analysis.{name}", folder / "analysis" / f"{name}.parquet")
    connection.execute(
        f"COPY ({UNSURE}) TO {sql_text(str(folder.parent / 'unsure.csv'))} (FORMAT csv, HEADER true, NEW_LINE '\\n')"
    )
    for name in CODELISTS_USED:
        _copy(connection, f"codes.{sql_name(name)}", folder / "codes" / f"{name}.parquet")


def _copy(connection: duckdb.DuckDBPyConnection, relation: str, target: Path) -> None:
    columns = [row[0] for row in connection.execute(f"DESCRIBE {relation}").fetchall()]
    texts = ", ".join(f"{sql_name(column)}::VARCHAR AS {sql_name(column)}" for column in columns if column != "row_")
    connection.execute(
        f"COPY (SELECT {texts} FROM {relation}) TO {sql_text(str(target))} (FORMAT parquet, COMPRESSION zstd)"
    )


def write_graph(connection: duckdb.DuckDBPyConnection, settings: Settings, data: Path, aside: Path) -> None:
    """``graph.nq``: the mapped tables and the code lists, one sorted file of unique quads."""
    mapping = read_mapping(shipped("ontology") / "mapping.rml.ttl", base=settings.base)
    folder = aside / "records"
    graphs = tuple(rebased(graph, settings.base) for graph in (GRAPH_REGISTER, accepted_graph(settings.policy)))
    write_quads(
        connection,
        mapping,
        lambda name: parquet_relation(folder / name),
        aside / "mapped.nq",
        also_default=graphs,
    )
    turtle = codes_to_turtle(data / "codelists", shipped("data") / "codelists", settings.base)
    insert_lines(aside / "mapped.nq", _code_lines(turtle, rebased(GRAPH_REGISTER, settings.base)), aside / "graph.nq")


def insert_lines(big: Path, lines: list[bytes], target: Path) -> None:
    """Write the sorted, unique lines of ``big`` and a few more in order; what lies between is copied as a whole."""
    if not big.stat().st_size:
        target.write_bytes(b"".join(lines))
        return
    with (
        big.open("rb") as stream,
        target.open("wb") as all_,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as text,
    ):
        done = 0
        for line in lines:
            place = _place(text, line, done)
            stream.seek(done)
            _copy_bytes(stream, all_, place - done)
            done = place
            if text[place : place + len(line)] != line:
                all_.write(line)
        stream.seek(done)
        shutil.copyfileobj(stream, all_, 1 << 20)


def _place(text: mmap.mmap, line: bytes, low: int) -> int:
    """Where the first line that is not before ``line`` begins."""
    high = len(text)
    while low < high:
        start = text.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = text.find(b"\n", start) + 1
        if text[start:end] < line:
            low = end
        else:
            high = start
    return low


def _copy_bytes(stream: IO[bytes], target: IO[bytes], count: int) -> None:
    while count and (part := stream.read(min(count, 1 << 20))):
        target.write(part)
        count -= len(part)


def _code_lines(turtle: str, graph: str) -> list[bytes]:
    lines = set()
    for triple in pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE):
        text = f"{triple.subject} {triple.predicate} {triple.object}"
        lines.add(f"{text} .\n".encode())
        lines.add(f"{text} <{graph}> .\n".encode())
    return sorted(lines)


def check_graph(quads: Path, base: str = BASE) -> Report:
    """The shapes of the accepted graph and register, and those of the claims."""
    shapes, _ = read_shapes([shipped("ontology") / name for name in SHAPES], base)
    return gather_report(findings_in_slices(quads, shapes))


def _summary(
    connection: duckdb.DuckDBPyConnection,
    schema: Schema,
    settings: Settings,
    quads: int,
    quarantined: int,
    seconds: dict[str, float],
) -> Summary:
    def count(query: str) -> int:
        found = connection.execute(query).fetchone()
        return int(found[0]) if found else 0

    rows = {table.name: count(f"SELECT count(*) FROM raw.{table.name}") for table in schema.tables}
    unsure = {
        name: count(f"SELECT count(*) FROM raw.{name} WHERE judgement = 'unsure'")
        for name in ("names", "judgements", "case_identity", "event_identity", "organisation_changes")
    }
    return Summary(
        base=settings.base,
        policy=settings.policy,
        quads=quads,
        claims=count("SELECT count(DISTINCT claim) FROM resolved.claims"),
        things=count("SELECT count(*) FROM accepted.things"),
        rows={name: number for name, number in rows.items() if number},
        undecided=count("SELECT count(*) FROM accepted.verdicts WHERE status = 'undecided'"),
        disagreements=count("SELECT count(*) FROM accepted.verdicts WHERE ways > 1"),
        open_disagreements=count("SELECT count(*) FROM accepted.verdicts WHERE ways > 1 AND status = 'undecided'"),
        unsure={name: number for name, number in unsure.items() if number},
        quarantined=quarantined,
        seconds=dict(seconds),
    )
