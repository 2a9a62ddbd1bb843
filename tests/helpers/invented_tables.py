"""Rows for invented firms and a trial index of their own, to be built alone or appended to other tables."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

SCHEME = "trial-index"
YEARS = range(2001, 2021)
FIRST_SINCE = 2003  # the highest grade was introduced then; before it, the second was the highest


@dataclass
class Tables:
    """Rows to append, and the conflicts that they should and should not make."""

    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    expected: dict[str, str] = field(default_factory=dict)  # IRI below id/conflict/ -> type
    near: int = 0
    serial: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(20241128))

    def add(self, table: str, **row: object) -> None:
        self.rows.setdefault(table, []).append({name: str(value) for name, value in row.items()})

    def source(self, **more: str) -> str:
        """A newspaper with an origin of its own."""
        self.serial += 1
        name = f"trial-{self.serial}"
        self.add(
            "sources",
            **{
                "source": name,
                "url": f"https://trial.example/{name}",
                "publisher": "시험일보",
                "topic": "시험",
                "published": "2021-06-01",
                "language": "ko",
                "kind": "press",
            }
            | more,
        )
        return name

    def firm(self, **more: str) -> str:
        """An organisation with one printed name, its own id."""
        self.serial += 1
        name = f"trial-firm-{self.serial}"
        self.add("organisations", **{"organisation": name, "name_ko": name, "kind": "unknown"} | more)
        self.add("names", name=name, organisation=name, judgement="same", kind="usual", mention=name)
        return name

    def expect(self, type: str, slug: str) -> None:
        self.expected[f"{type}/{slug}"] = type

    def rate(self, firm: str, year: int, grade: str, source: str | None = None, **more: str) -> None:
        self.add(
            "ratings",
            scheme=SCHEME,
            year=year,
            organisation=firm,
            grade=grade,
            source=source or self.source(),
            **{"stance": "announcement"} | more,
        )

    def streak(self, firm: str, kind: str, count: object, **more: object) -> None:
        self.add(
            "rating_streaks",
            **{
                "scheme": SCHEME,
                "organisation": firm,
                "grade": "first",
                "grade_meaning": "named-grade",
                "kind": kind,
                "count": count,
                "source": self.source(),
                "stance": "announcement",
            }
            | more,
        )

    def year(self) -> int:
        return self.chance.choice(YEARS[8:])


def add_editions(tables: Tables) -> None:
    for year in YEARS:
        tables.add(
            "editions",
            scheme=SCHEME,
            year=year,
            announced=f"{year + 1}-05-01",
            name_ko=f"시험 {year}",
            name_en=f"Trial {year}",
        )


def add_codes(folder: Path) -> None:
    """The trial index and its grades; two codes of the lowest grade share a spelling."""
    with (folder / "rating-scheme.csv").open("a", encoding="utf-8", newline="") as stream:
        stream.write(f"{SCHEME},시험지수,Trial Index,시험.,A trial.,99\n")
    with (folder / "grade.csv").open("a", encoding="utf-8", newline="") as stream:
        for place, (code, printed) in enumerate(
            [
                ("first", "첫째"),
                ("second", "둘째"),
                ("third", "셋째"),
                ("improve", "개선"),
                ("needs-improvement", "개선 필요|개선필요|개선"),
            ],
            1,
        ):
            since = FIRST_SINCE if code == "first" else ""
            stream.write(f"{SCHEME},{code},{printed.split('|')[0]},{code},시험.,A trial.,{place},{since},,{printed}\n")
