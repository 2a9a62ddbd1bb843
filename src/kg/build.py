"""What ``kg build`` does: makes a validated graph from record tables and replaces the last build in one step."""

from __future__ import annotations

import functools
import json
import shutil
import time
from dataclasses import asdict, replace
from pathlib import Path

import duckdb

from kg.accept import Policy, gather_claims, make_accepted, read_policies
from kg.analysis import analyse
from kg.errors import KgError, Text, fault_lines
from kg.graphfile import write_graph, write_profile, write_records
from kg.paths import shipped
from kg.progress import Progress
from kg.records import Schema, load_records, read_schema, tables_left_out
from kg.records.quarantine import Quarantine, find_rows, remove_rows, write_quarantine
from kg.resolve import resolve
from kg.settings import Limits, Settings, read_settings
from kg.shacl.model import Shape
from kg.shacl.report import Report, gather_report
from kg.shacl.shapes import read_shapes
from kg.shacl.slices import findings_in_slices
from kg.store import QUARANTINE, WAIT_S, claim_folder, load_store, locked, new_version, open_snapshot
from kg.summary import Summary, summarise
from kg.values import sql_text
from kg.vocab import BASE, ID, rebased

WORK, SPILL = "work.duckdb", "spill"  # tables on disk, so that they may be larger than the memory
SHAPES = ("shapes.ttl", "shapes-claims.ttl")
SHAPES_OF_ANALYSIS = "shapes-analysis.ttl"  # a build leaves them out: its ties are computed from validated values


class InvalidGraph(KgError):
    """The graph violates rules; the rows concerned are in ``quarantine/``, and nothing was published."""

    def __init__(self, report: Report, quarantine: Quarantine, out: Path):
        count = len(report.violations)
        super().__init__(
            Text(
                f"규칙 위반이 {count}건 있어 그래프를 게시하지 않았습니다. {out / 'quarantine'}의 행"
                f" {quarantine.count}개를 확인하거나,"
                " 그 행을 빼고 빌드하려면 --quarantine을 쓰십시오.",
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

    ``out`` keeps its last good build unless this one succeeds. With ``quarantine`` the rows that violate a rule are
    left out, and listed in ``out/quarantine``. While another build runs in ``out``, this one waits for it.
    """
    prepare_folder(data, out)
    with locked(out, wait_s=WAIT_S, progress=progress):
        return _build(data, out, quarantine, progress or _no_progress, limits or Limits())


def build_if_missing(data: Path, out: Path, *, progress: Progress | None = None) -> None:
    """Build into ``out`` unless it has a complete build; of several processes one builds, and the others wait."""
    if is_built(out):
        return
    prepare_folder(data, out)
    with locked(out, wait_s=WAIT_S, progress=progress):
        if not is_built(out):  # another process may have built it in the meantime
            _build(data, out, False, progress or _no_progress, Limits())


def is_built(out: Path) -> bool:
    """Whether ``out`` has a complete build in the format that this toolkit reads."""
    try:
        open_snapshot(out).close()
    except KgError:  # no build, a damaged build, or a build in another format
        return False
    return True


def prepare_folder(data: Path, out: Path) -> None:
    """Mark ``out`` as a build folder; raises ``KgError`` if it holds other files, or if it and ``data`` overlap."""
    data_path, out_path = data.resolve(), out.resolve()
    if data_path == out_path or data_path in out_path.parents or out_path in data_path.parents:
        raise KgError(
            Text(
                f"{out}: 표가 있는 폴더({data})와 겹칩니다. --out에 다른 폴더를 지정하십시오.",
                f"{out} and the folder of the tables ({data}) overlap: give --out a separate folder.",
            )
        )
    if "?" in str(out_path):
        raise KgError(
            Text(
                f"{out_path}: 이름에 ?가 있는 폴더에는 DuckDB가 쓸 수 없습니다. 다른 폴더를 지정하십시오.",
                f"{out_path} has a ? in its name, and DuckDB cannot write there: give --out another folder.",
            )
        )
    claim_folder(out)


def _no_progress(text: Text) -> None:
    """Ignore the text."""


def _build(data: Path, out: Path, quarantine: bool, progress: Progress, limits: Limits) -> Summary:
    """Build under the lock of ``out``, as :func:`build` describes."""
    clock, quarantined = _Clock(), Quarantine()
    settings, schema = read_settings(data), read_schema()
    with new_version(out) as aside, duckdb.connect(_database(data, aside, limits)) as connection:
        _configure(connection, aside, limits)
        progress(Text("표를 읽고 검사합니다", "reading and checking the tables"))
        notes = load_records(connection, data, schema)
        schema = schema.leaving_out(tables_left_out(connection, schema))
        clock.mark("read")
        while not (report := _make_graph(connection, schema, settings, data, aside, progress, clock)).conforms:
            rows = find_rows(connection, schema, report.violations)
            quarantined = quarantined + rows
            if not quarantine or not rows.count:
                write_quarantine(quarantined, out / QUARANTINE)
                raise InvalidGraph(report, quarantined, out)
            remove_rows(connection, schema, rows)
        progress(Text("그래프의 내용을 집계합니다", "profiling the graph"))
        write_profile(connection, settings, aside)
        clock.mark("profile")
        counted = summarise(connection, schema, settings, quarantined.count, notes)
        _remove_work(connection, aside)  # before the store takes its memory
        progress(Text("저장소에 적재합니다", "loading the store"))
        quads = load_store(aside / "graph.nq", aside / "store")
        clock.mark("load")
        summary = replace(counted, quads=quads, seconds=clock.seconds)
        text = json.dumps(summary.as_json(), ensure_ascii=False, indent=1)
        (aside / "summary.json").write_text(text, encoding="utf-8")
    write_quarantine(quarantined, out / QUARANTINE)
    return summary


def _database(data: Path, aside: Path, limits: Limits) -> str:
    """The DuckDB database to work in: in memory for small tables, which saves a disk access for each statement."""
    size = sum(path.stat().st_size for path in data.rglob("*") if path.is_file())
    return str(aside / WORK) if size > limits.build_on_disk_mb << 20 else ":memory:"


def _remove_work(connection: duckdb.DuckDBPyConnection, aside: Path) -> None:
    connection.close()
    for name in ("mapped.nq", WORK):
        (aside / name).unlink(missing_ok=True)
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
    progress: Progress,
    clock: _Clock,
) -> Report:
    progress(Text("이름과 날짜를 해석합니다", "resolving names and dates"))
    resolve(connection, schema, settings.base)
    policy = _find_policy(read_policies(connection), settings.policy)
    gather_claims(connection, schema, policy)
    clock.mark("resolve")
    progress(Text("방침에 따라 받아들일 값을 정합니다", "accepting values under the policy"))
    make_accepted(connection, schema, policy)
    clock.mark("accept")
    progress(Text("불일치를 찾고 수치를 검산합니다", "finding conflicts, checking figures"))
    analyse(connection, schema, settings)
    clock.mark("analyse")
    progress(Text("쿼드로 변환합니다", "mapping to quads"))
    write_records(connection, schema, aside / "records")
    write_graph(connection, schema, settings, data, aside)
    clock.mark("map")
    progress(Text("규칙으로 검증합니다", "validating"))
    report = check_graph(aside / "graph.nq", settings.base)
    clock.mark("validate")
    return report


def _find_policy(policies: dict[str, Policy], name: str) -> Policy:
    if name not in policies:
        names = ", ".join(sorted(policies)) or "-"
        raise KgError(
            Text(
                f"방침 {name!r}이(가) 없습니다. 사용할 수 있는 방침: {names}.",
                f"there is no policy {name!r}. The policies are {names}.",
            )
        )
    return policies[name]


def check_graph(quads: Path, base: str = BASE) -> Report:
    """Validate ``graph.nq`` with the shapes of the accepted graph, the register and the claims; none reads ties."""
    files = [shipped("ontology") / name for name in SHAPES]
    shapes = _shapes_at(base, tuple((file, file.stat().st_mtime_ns) for file in files))
    return gather_report(findings_in_slices(quads, shapes, skip=f"<{rebased(ID['tie/'], base)}"))


@functools.lru_cache(maxsize=4)
def _shapes_at(base: str, files: tuple[tuple[Path, int], ...]) -> list[Shape]:
    """The shapes of these files with their times: a process that builds often reads them once."""
    return read_shapes([file for file, _ in files], base)[0]
