"""What a build made, in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import duckdb

from kg.errors import Fault, note_lines
from kg.records import Schema
from kg.settings import Settings


@dataclass(frozen=True)
class Summary:
    """What a build made, in numbers; ``seconds`` is wall time by step.

    ``notes`` names files that were not read, and rows to look at. ``undecided`` counts the values that the policy
    leaves open, ``open_disagreements`` those on which claims disagree. ``ties`` counts the ties in the graph; it is
    ``None`` where the settings leave them out. ``coverage`` counts the organisations of which each fact is known.
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
    ties: int | None = None
    coverage: dict[str, int] = field(default_factory=dict)
    notes: tuple[Fault, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def as_text(self, language: str) -> str:
        total = sum(self.seconds.values())
        rows = sum(self.rows.values())
        unaccepted = self.undecided - self.open_disagreements
        if language == "ko":
            lines = [
                f"표 {len(self.rows)}개, 행 {rows:,}개 → 진술 {self.claims:,}개, 대상 {self.things:,}개,"
                f" 쿼드 {self.quads:,}개 ({total:.1f}초)",
                f"불일치 {self.disagreements}곳, 그 가운데 정하지 못한 것 {self.open_disagreements}곳"
                + (f"; 불일치는 없으나 방침이 받아들이지 않은 값 {unaccepted:,}개" if unaccepted else ""),
                "확실하지 않은 판단(unsure.csv): "
                + (", ".join(f"{name} {count}" for name, count in self.unsure.items()) or "없음"),
                "관계를 그래프에 쓰지 않았습니다(dataset.toml의 ties = false)."
                if self.ties is None
                else f"기관 사이의 관계 {self.ties:,}개",
                *([f"기관 {self.rows.get('organisations', 0):,}곳: {self._coverage(0)}"] if self.coverage else []),
            ]
            if self.quarantined:
                lines.append(f"따로 둔 행 {self.quarantined}개 (quarantine/)")
            return "\n".join([*lines, *note_lines(self.notes)])
        lines = [
            f"{len(self.rows)} tables, {rows:,} rows → {self.claims:,} claims, {self.things:,} things,"
            f" {self.quads:,} quads ({total:.1f} s)",
            f"{self.disagreements} disagreements, {self.open_disagreements} of them undecided"
            + (f"; {unaccepted:,} values that nobody disputes and the policy does not accept" if unaccepted else ""),
            "unsure judgements (unsure.csv): "
            + (", ".join(f"{name} {count}" for name, count in self.unsure.items()) or "none"),
            "ties are not in the graph (ties = false in dataset.toml)"
            if self.ties is None
            else f"{self.ties:,} ties between organisations",
            *([f"{self.rows.get('organisations', 0):,} organisations: {self._coverage(1)}"] if self.coverage else []),
        ]
        if self.quarantined:
            lines.append(f"{self.quarantined} rows set apart (quarantine/)")
        return "\n".join([*lines, *note_lines(self.notes)])

    def _coverage(self, place: int) -> str:
        """How many organisations have each fact, in words; facts that none has are left out."""
        return ", ".join(f"{FACTS[name][place]} {count:,}" for name, count in self.coverage.items() if count)


# the condition by which a fact about an organisation is known, and what it is called
FACTS = {
    "kind": ("종류", "kind", "accepted_kind <> 'unknown'"),
    "name_en": ("영어 이름", "English name", "name_en IS NOT NULL"),
    "identifier": ("식별자", "identifier",
                   "organisation IN (SELECT org FROM accepted.organisation_identifiers WHERE identifier IS NOT NULL)"),
    "industry": ("업종", "industry", "industry IS NOT NULL"),
    "region": ("지역", "region", "region IS NOT NULL"),
    "group": ("기업집단", "business group", "business_group IS NOT NULL"),
}  # fmt: skip


def summarise(
    connection: duckdb.DuckDBPyConnection,
    schema: Schema,
    settings: Settings,
    quarantined: int,
    notes: Sequence[Fault],
) -> Summary:
    """Count what the tables of a build under way hold; ``quarantined`` rows were set apart before.

    The quads and the seconds are known later, when the store has been loaded.
    """

    def count(query: str) -> int:
        found = connection.execute(query).fetchone()
        return int(found[0]) if found else 0

    rows = {table.name: count(f"SELECT count(*) FROM raw.{table.name}") for table in schema.tables}
    unsure = {
        name: count(f"SELECT count(*) FROM raw.{name} WHERE judgement = 'unsure'")
        for name in (
            "names",
            "code_names",
            "judgements",
            "case_identity",
            "event_identity",
            "organisation_changes",
            "fact_judgements",
        )
    }
    counted = ", ".join(f"count(*) FILTER ({condition})" for _, _, condition in FACTS.values())
    found = connection.execute(f"SELECT {counted} FROM accepted.organisations").fetchone() or ()
    coverage = dict(zip(FACTS, map(int, found), strict=True))
    return Summary(
        base=settings.base,
        policy=settings.policy,
        quads=0,
        claims=count("SELECT count(DISTINCT claim) FROM resolved.claims"),
        things=count("SELECT count(*) FROM accepted.things"),
        rows={name: number for name, number in rows.items() if number},
        undecided=count("SELECT count(*) FROM accepted.verdicts WHERE status = 'undecided'"),
        disagreements=count("SELECT count(*) FROM accepted.verdicts WHERE ways > 1"),
        open_disagreements=count("SELECT count(*) FROM accepted.verdicts WHERE ways > 1 AND status = 'undecided'"),
        unsure={name: number for name, number in unsure.items() if number},
        quarantined=quarantined,
        coverage=coverage,
        ties=count("SELECT count(*) FROM analysis.ties") if settings.ties else None,
        notes=tuple(notes),
    )
