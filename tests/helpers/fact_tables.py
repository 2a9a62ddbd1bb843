"""The small subject with facts about its organisations: names, identifiers, kinds, industries, regions, groups."""

from __future__ import annotations

import copy

from helpers.small_tables import ROWS as SMALL

Row = dict[str, str]
TO_DIGITS = "dart-corp-code"


def organisation(id_: str, name: str, **more: str) -> tuple[Row, Row]:
    """A row of the organisations and the usual name of it."""
    named = {"name": name, "organisation": id_, "judgement": "same", "kind": "usual", "mention": id_}
    return {"organisation": id_, "name_ko": name, "kind": "unknown", **more}, named


def fact_tables() -> dict[str, list[Row]]:
    """Seven invented organisations: two names of one firm, two that may be one, two of a group."""
    found = copy.deepcopy(SMALL)
    found["sources"] += [
        {"source": "register-1", "url": "https://register.example/1", "publisher": "공시원", "topic": "회사 목록",
         "published": "2025-05-19", "kind": "reference", "language": "ko"},
        {"source": "register-0", "url": "https://register.example/0", "publisher": "공시원", "topic": "옛 회사 목록",
         "published": "2019-03-01", "kind": "reference", "language": "ko"},
        {"source": "hanbit-site", "url": "https://hanbit.example/about", "publisher": "한빛전자", "topic": "회사 소개",
         "published": "2024-11-01", "kind": "rated-party", "language": "en"},
        {"source": "entities-1", "url": "https://entities.example/1", "publisher": "실체 목록", "topic": "항목",
         "published": "2026-01-15", "kind": "reference", "language": "en"},
    ]  # fmt: skip
    for id_, name in (
        ("hanbit-old", "한빛전기"), ("dalbit-old", "달빛화학"), ("dalbit", "달빛케미칼"), ("rival", "가람물산"),
    ):  # fmt: skip
        row, named = organisation(id_, name)
        found["organisations"].append(row)
        found["names"].append(named)
    found["organisation_changes"] = [
        change("hanbit-rename", "hanbit-old", "hanbit-electronics", "same"),
        change("dalbit-rename", "dalbit-old", "dalbit", "unsure"),
    ]
    found["organisation_names"] = [
        stated(name="HANBIT ELECTRONICS CO.,LTD", kind="register", source="register-1"),
        stated(name="Hanbit Electronics Co., Ltd.", kind="data-service", source="entities-1"),
        stated(name="Hanbit Electronics", kind="own", source="hanbit-site"),
        stated("sesol-parts", name="SESOL PARTS CO.,LTD", kind="register", source="register-1"),
        stated("nuri-water", name="NURI", kind="press", source="daily-2"),
        stated("rival", name="Garam Trading", kind="register", source="register-1"),
        stated("rival", name="Garam Mulsan", kind="press", source="daily-2"),
    ]
    found["organisation_identifiers"] = [
        coded("hanbit-electronics", TO_DIGITS, "00000001"), coded("hanbit-old", TO_DIGITS, "00000001", "register-0"),
        coded("dalbit", TO_DIGITS, "00000002"), coded("dalbit-old", TO_DIGITS, "00000002", "register-0"),
        coded("rival", TO_DIGITS, "00000003"), coded("sesol-parts", TO_DIGITS, "00000003"),
        coded("hanbit-electronics", "isin", "KR7000001008"), coded("hanbit-electronics", "isin", "KR7000002006"),
        coded("hanbit-electronics", "wikidata", "Q1", "entities-1"),
        coded("hanbit-old", "wikidata", "Q1", "entities-1"),
        coded("nuri-water", "ror", "05a28rw58", "entities-1"),
        coded("rival", "wikidata", "Q3", "entities-1"), coded("dalbit", "wikidata", "Q3", "entities-1"),
        coded("nuri-water", "lei", "5493004WIDNO4WOEYG91", "entities-1"),
    ]  # fmt: skip
    found["organisation_kinds"] = [
        {"organisation": "세솔부품", "kind": "mid-size-company", "as_of": "2025-05-01", "source": "register-1"},
        {"organisation": "가람물산", "kind": "sme", "as_of": "2019", "source": "register-1"},
    ]
    found["organisation_industries"] = [
        {"organisation": org, "scheme": "krx-kind", "industry": industry, "as_of": "2025-05", "source": "register-1"}
        for org, industry in (
            ("hanbit-electronics", "electronic-components"), ("sesol-parts", "electronic-components"),
            ("rival", "software"),
        )
    ]  # fmt: skip
    found["organisation_regions"] = [
        {"organisation": "hanbit-electronics", "region": "KR-11", "as_of": "2025", "source": "register-1"},
        {"organisation": "sesol-parts", "region": "KR-42", "as_printed": "강원도", "source": "register-1"},
        {"organisation": "nuri-water", "region": "KR-30", "source": "register-1"},
    ]
    found["business_groups"] = [
        {"business_group": "hanbit-group", "name_ko": "한빛그룹", "name_en": "Hanbit Group",
         "name_en_source": "hanbit-site"},
        {"business_group": "garam-group", "name_ko": "가람그룹"},
    ]  # fmt: skip
    found["group_memberships"] = [
        member("hanbit-electronics", "hanbit-group", start="2001"),
        member("dalbit", "hanbit-group"), member("rival", "garam-group", end="2020-12"),
    ]  # fmt: skip
    found["fact_judgements"] = [
        {"organisation": "rival", "property": "identifier", "scheme": "krx", "value": "000009", "judgement": "unsure",
         "reason": "a common name", "source": "register-1", "decided": "2026-11-30"},
        {"organisation": "sesol-parts", "property": "identifier", "scheme": "wikidata", "value": "Q9",
         "judgement": "different", "relation": "brand", "reason": "item of the brand", "source": "entities-1"},
        {"organisation": "dalbit", "property": "kind", "value": "large-company", "judgement": "unsure",
         "source": "register-1"},
    ]  # fmt: skip
    return found


def change(id_: str, before: str, after: str, judgement: str) -> Row:
    return {"change": id_, "kind": "rename", "before": before, "after": after, "date": "2020-03",
            "judgement": judgement, "source": "register-1", "stance": "retrospective"}  # fmt: skip


def stated(org: str = "hanbit-electronics", **more: str) -> Row:
    return {"organisation": org, "language": "en", "as_of": "2025-05", **more}


def coded(org: str, scheme: str, identifier: str, source: str = "register-1") -> Row:
    return {"organisation": org, "scheme": scheme, "identifier": identifier, "source": source}


def member(org: str, group: str, **more: str) -> Row:
    return {"organisation": org, "business_group": group, "relation": "member", "as_of": "2025-05-01",
            "source": "register-1", **more}  # fmt: skip
