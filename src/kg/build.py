"""The main job: record tables to a validated, queryable graph, made aside and put in place in one step."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import asdict
from pathlib import Path

import duckdb

from kg.accept import Policy, gather_claims, make_accepted, read_policies
from kg.analysis import analyse
from kg.errors import KgError, Text, fault_lines
from kg.graphfile import write_graph, write_records
from kg.paths import shipped
from kg.progress import Progress
from kg.records import Schema, load_records, read_schema
from kg.records.quarantine import Quarantine, find_rows, remove_rows, write_quarantine
from kg.resolve import resolve
from kg.settings import Limits, Settings, read_settings
from kg.shacl.report import Report, gather_report
from kg.shacl.shapes import read_shapes
from kg.shacl.slices import findings_in_slices
from kg.store import QUARANTINE, WAIT_S, claim_folder, load_store, locked, new_version, open_snapshot
from kg.summary import Summary, summarise
from kg.values import sql_text
from kg.vocab import BASE

WORK, SPILL = "work.duckdb", "spill"  # tables lie on disk, so that they may outgrow the memory
SHAPES = ("shapes.ttl", "shapes-claims.ttl")


class InvalidGraph(KgError):
    """The graph does not keep the rules; the offending rows are in ``quarantine/`` and nothing was published."""

    def __init__(self, report: Report, quarantine: Quarantine, out: Path):
        count = len(report.violations)
        super().__init__(
            Text(
                f"규칙을 어긴 곳이 {count}곳 있어 내놓지 않았습니다. {out / 'quarantine'}의 행"
                f" {quarantine.count}개를 보거나,"
                " 그 행을 빼고 만들려면 --quarantine을 주십시오.",
                f"{count} rule violation{'s' * (count != 1)}: nothing was published. See the {quarantine.count}"
                f" row{'s' * (quarantine.count != 1)} in {out / 'quarantine'},"
                " or give --quarantine to build without them.",
            )
        )
        self.report = report
        self.faults = quarantine.faults()

    def __str__(self) -> str:
        return "\n".join([*fault_lines(self.faults), str(self.text)])

    def as_json(self) -> dict[str, object]:
        return {**super().as_json(), "faults": [asdict(fault) for fault in self.faults]}


def build(
    data: Path, out: Path, *, quarantine: bool = False, progress: Progress | None = None, limits: Limits | None = None
) -> Summary:
    """Build the graph of the tables in ``data`` into ``out``; raises ``InputFaults`` or ``InvalidGraph``.

    ``out`` keeps its last good build unless this one succeeds. With ``quarantine`` the rows that break a rule are left
    out, and listed in ``out/quarantine``. While another build runs in ``out``, this one waits for it.
    """
    prepare_folder(data, out)
    with locked(out, wait_s=WAIT_S, progress=progress):
        return _build(data, out, quarantine, progress or _silent, limits or Limits())


def build_if_missing(data: Path, out: Path, *, progress: Progress | None = None) -> None:
    """Build into ``out`` unless a whole build is there already; of several at once, one builds and the others wait."""
    if is_built(out):
        return
    prepare_folder(data, out)
    with locked(out, wait_s=WAIT_S, progress=progress):
        if not is_built(out):  # another may have built while this one waited
            _build(data, out, False, progress or _silent, Limits())


def is_built(out: Path) -> bool:
    """Whether a build in ``out`` is whole and of the format that this toolkit reads."""
    try:
        open_snapshot(out).close()
    except KgError:  # no build, a damaged one, or one of another format
        return False
    return True


def prepare_folder(data: Path, out: Path) -> None:
    """Mark ``out`` as a folder to build in; raises ``KgError`` before any work if it holds other things or ``data``."""
    there, place = data.resolve(), out.resolve()
    if there == place or there in place.parents or place in there.parents:
        raise KgError(
            Text(
                f"{out}: 표가 있는 폴더({data})와 겹칩니다. --out에 따로 둔 폴더를 주십시오.",
                f"{out} and the folder of the tables ({data}) contain each other: give --out a folder apart.",
            )
        )
    if "?" in str(place):
        raise KgError(
            Text(
                f"{place}: 이름에 ?가 있는 폴더에는 DuckDB가 쓰지 못합니다. 다른 폴더를 주십시오.",
                f"{place} has a ? in its name, and DuckDB cannot work there: give --out another folder.",
            )
        )
    claim_folder(out)


def _silent(text: Text) -> None:
    """Say nothing."""


def _build(data: Path, out: Path, leave_out: bool, say: Progress, limits: Limits) -> Summary:
    """Build under the lock of ``out``, as :func:`build` describes."""
    clock, set_apart = _Clock(), Quarantine()
    settings, schema = read_settings(data), read_schema()
    with new_version(out) as aside, duckdb.connect(_work_place(data, aside, limits)) as connection:
        _configure(connection, aside, limits)
        say(Text("표를 읽고 살핍니다", "reading and checking the tables"))
        notes = load_records(connection, data, schema)
        clock.mark("read")
        while not (report := _make_graph(connection, schema, settings, data, aside, say, clock)).conforms:
            rows = find_rows(connection, schema, report.violations)
            set_apart = set_apart + rows
            if not leave_out or not rows.count:
                write_quarantine(set_apart, out / QUARANTINE)
                raise InvalidGraph(report, set_apart, out)
            remove_rows(connection, schema, rows)
        say(Text("저장소에 싣습니다", "loading the store"))
        quads = load_store(aside / "graph.nq", aside / "store")
        clock.mark("load")
        summary = summarise(connection, schema, settings, quads, set_apart.count, notes, clock.seconds)
        text = json.dumps(summary.as_json(), ensure_ascii=False, indent=1)
        (aside / "summary.json").write_text(text, encoding="utf-8")
        _remove_work(connection, aside)
    write_quarantine(set_apart, out / QUARANTINE)
    return summary


def _work_place(data: Path, aside: Path, limits: Limits) -> str:
    """Where DuckDB keeps the tables while it works: small ones in memory, which spares a wait for each statement."""
    size = sum(path.stat().st_size for path in data.rglob("*") if path.is_file())
    return str(aside / WORK) if size > limits.build_on_disk_mb << 20 else ":memory:"


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
    say(Text("불일치를 찾고 셈해 봅니다", "finding conflicts, checking figures"))
    analyse(connection, schema, settings)
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


def check_graph(quads: Path, base: str = BASE) -> Report:
    """The shapes of the accepted graph and register, and those of the claims."""
    shapes, _ = read_shapes([shipped("ontology") / name for name in SHAPES], base)
    return gather_report(findings_in_slices(quads, shapes))
