"""A small subject of invented firms, written as record tables; tests spoil copies of it."""

from __future__ import annotations

from pathlib import Path

from kg.dialect import write_rows
from kg.records import read_schema

ROWS: dict[str, list[dict[str, str]]] = {
    "sources": [
        {
            "source": "daily-1",
            "url": "https://daily.example/1",
            "publisher": "가나일보",
            "topic": "협력 사례 선정",
            "published": "2024-03-05",
            "language": "ko",
            "kind": "press",
            "origin": "announcement-r1",
        },
        {
            "source": "daily-2",
            "url": "https://daily.example/2",
            "publisher": "다라일보",
            "topic": "등급 정정",
            "published": "2024-09-01",
            "language": "ko",
            "kind": "press",
            "origin": "correction-2023",
        },
        {
            "source": "weekly-1",
            "url": "https://weekly.example/1",
            "publisher": "마바주보",
            "topic": "협력 사례 선정",
            "published": "2024-03",
            "language": "ko",
            "kind": "press",
            "origin": "announcement-r1",
        },
    ],
    "organisations": [
        {
            "organisation": "hanbit-electronics",
            "name_ko": "한빛전자",
            "kind": "large-company",
            "kind_source": "daily-1",
        },
        {"organisation": "sesol-parts", "name_ko": "세솔부품", "kind": "sme", "kind_source": "daily-1"},
        {
            "organisation": "nuri-water",
            "name_ko": "누리수자원공단",
            "kind": "public-institution",
            "kind_source": "weekly-1",
        },
    ],
    "names": [
        {
            "name": "한빛전자",
            "organisation": "hanbit-electronics",
            "judgement": "same",
            "kind": "usual",
            "mention": "hanbit-electronics",
        },
        {
            "name": "한빗전자",
            "organisation": "hanbit-electronics",
            "judgement": "same",
            "kind": "misprint",
            "mention": "hanbit-electronics.misprint",
            "reason": "ㅅ for ㅊ",
        },
        {
            "name": "세솔부품",
            "organisation": "sesol-parts",
            "judgement": "same",
            "kind": "usual",
            "mention": "sesol-parts",
        },
        {
            "name": "누리수자원공단",
            "organisation": "nuri-water",
            "judgement": "same",
            "kind": "usual",
            "mention": "nuri-water",
        },
    ],
    "rounds": [
        {
            "round": "wwh-9",
            "programme": "win-win-honors",
            "year": "2024",
            "ordinal": "9",
            "held": "2024-03-05",
            "name_ko": "제9기",
            "name_en": "Round 9",
        }
    ],
    "cases": [
        {
            "case": "display",
            "programme": "win-win-honors",
            "round": "wwh-9",
            "selected": "2024-03-05",
            "title": "표시 장치 부품",
            "source": "daily-1",
            "stance": "announcement",
        },
        {
            "case": "display",
            "programme": "win-win-honors",
            "round": "wwh-9",
            "selected": "2024-03",
            "title": "표시 장치 부품",
            "source": "weekly-1",
            "stance": "announcement",
        },
        {
            "case": "water",
            "programme": "win-win-honors",
            "round": "wwh-9",
            "title": "물 관리",
            "source": "weekly-1",
            "stance": "announcement",
        },
    ],
    "case_participants": [
        {"case": "display", "organisation": "한빗전자", "role": "lead", "source": "daily-1", "stance": "announcement"},
        {
            "case": "display",
            "organisation": "세솔부품",
            "role": "partner",
            "source": "daily-1",
            "stance": "announcement",
        },
        {
            "case": "water",
            "organisation": "누리수자원공단",
            "role": "lead",
            "source": "weekly-1",
            "stance": "announcement",
        },
        {
            "case": "water",
            "role": "partner",
            "unnamed_reason": "partner-not-printed",
            "source": "weekly-1",
            "stance": "announcement",
        },
    ],
    "case_contributions": [
        {
            "case": "display",
            "contribution": "funding",
            "giver": "한빛전자",
            "receiver": "세솔부품",
            "kind": "funding",
            "modality": "given",
            "value": "20000000",
            "unit": "KRW",
            "source": "daily-1",
            "as_printed": "2천만원",
            "stance": "announcement",
        },
    ],
    "editions": [
        {
            "scheme": "win-win-index",
            "year": "2023",
            "announced": "2024-01-10",
            "name_ko": "2023년도 지수",
            "name_en": "Index 2023",
        }
    ],
    "ratings": [
        {
            "scheme": "win-win-index",
            "year": "2023",
            "organisation": "한빛전자",
            "grade": "outstanding",
            "source": "daily-1",
            "as_printed": "최우수",
            "stance": "announcement",
        },
        {
            "scheme": "win-win-index",
            "year": "2023",
            "organisation": "한빛전자",
            "grade": "excellent",
            "source": "daily-2",
            "as_printed": "우수",
            "stance": "correction",
        },
    ],
}


def write_tables(folder: Path, rows: dict[str, list[dict[str, str]]] | None = None) -> Path:
    """Write the tables of the small subject (or other rows in their form) into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    schema = read_schema()
    for name, found in (rows or ROWS).items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            columns = schema.by_name[name].columns
            write_rows(stream, [columns, *([row.get(column, "") for column in columns] for row in found)])
    return folder


def edit(path: Path, old: str, new: str, count: int = 1) -> None:
    """Replace text in a file that must contain it, so that no test passes because nothing was changed."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, count), encoding="utf-8")
