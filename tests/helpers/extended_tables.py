"""The small subject with more sources, a case without a partner, an event, and ratings of every outcome."""

from __future__ import annotations

import copy

from helpers.small_tables import ROWS as SMALL


def rating(year: str, name: str, grade: str, source: str, stance: str = "announcement") -> dict[str, str]:
    return {
        "scheme": "win-win-index",
        "year": year,
        "organisation": name,
        "grade": grade,
        "source": source,
        "stance": stance,
    }


def extended_tables() -> dict[str, list[dict[str, str]]]:
    """The small subject with sources that lean on nobody, a stub, an event, and ratings of every outcome."""
    found = copy.deepcopy(SMALL)
    found["sources"] += [
        {
            "source": "late-1",
            "publisher": "사아통신",
            "topic": "되돌아봄",
            "published": "2025-02-01",
            "kind": "press",
            "language": "ko",
        },
        {
            "source": "release-1",
            "url": "https://ministry.example/1",
            "publisher": "자차부",
            "topic": "간담회",
            "published": "2024-03-20",
            "kind": "ministry",
            "language": "ko",
        },
        {
            "source": "undated-1",
            "url": "https://old.example/1",
            "publisher": "카타신문",
            "topic": "옛 기사",
            "kind": "press",
        },
    ]
    found["organisations"] += [
        {
            "organisation": "daon-fund",
            "name_ko": "다온기금",
            "name_en": "Daon Fund",
            "name_en_source": "release-1",
            "kind": "unknown",
        },
        {"organisation": "garam-logistics", "name_ko": "가람물류", "kind": "unknown"},
    ]
    found["names"] += [
        {"name": "다온기금", "organisation": "daon-fund", "judgement": "same", "kind": "usual", "mention": "daon-fund"},
        {
            "name": "가람물류",
            "organisation": "garam-logistics",
            "judgement": "same",
            "kind": "usual",
            "mention": "garam-logistics",
        },
    ]
    found["cases"].append(
        {
            "case": "stub",
            "programme": "win-win-honors",
            "round": "wwh-9",
            "source": "release-1",
            "place": "annex 1 row 2",
            "stance": "retrospective",
        }
    )
    found["case_participants"] += [
        {
            "case": "display",
            "organisation": "다온기금",
            "role": "supporter",
            "source": "daily-1",
            "stance": "announcement",
        },
        {"case": "display", "organisation": "한빛전자", "role": "lead", "source": "weekly-1", "stance": "announcement"},
        {
            "case": "stub",
            "organisation": "한빛전자",
            "role": "lead",
            "source": "release-1",
            "place": "annex 1 row 2",
            "as_printed": "한빛전자",
            "stance": "retrospective",
        },
        {
            "case": "stub",
            "role": "partner",
            "unnamed_reason": "partner-not-printed",
            "source": "release-1",
            "place": "annex 1 row 2",
            "stance": "retrospective",
        },
    ]
    found["case_identity"] = [
        {
            "one": "display",
            "other": "stub",
            "judgement": "unsure",
            "source": "release-1",
            "reason": "상대가 적히지 않음 / no partner is printed",
            "decided": "2026-01-01",
        }
    ]
    found["events"] = [
        {"event": "forum", "name": "협력 포럼", "start": "2024-03-20", "source": "release-1", "stance": "plan"}
    ]
    found["event_participants"] = [
        {
            "event": "forum",
            "organisation": name,
            "capacity": "attendee",
            "certainty": "listed",
            "source": "release-1",
            "stance": "plan",
        }
        for name in ("한빛전자", "가람물류")
    ]
    found["editions"] += [
        {"scheme": "win-win-index", "year": year, "name_ko": f"{year}년도 지수", "name_en": f"Index {year}"}
        for year in ("2020", "2021", "2022")
    ]
    found["ratings"] += [
        rating("2020", "가람물류", "good", "undated-1"),
        *(
            rating("2021", "가람물류", grade, source)
            for grade, source in (("good", "daily-2"), ("good", "late-1"), ("excellent", "release-1"))
        ),
        *(
            rating("2022", "가람물류", grade, source)
            for grade, source in (("good", "late-1"), ("excellent", "release-1"))
        ),
    ]
    return found
