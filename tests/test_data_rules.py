"""The rules of docs/data/ratings.md, computed a second time over data/*.csv."""

from __future__ import annotations

import calendar
import csv
import inspect
import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
RULE_PAGE = ROOT / "docs" / "data" / "ratings.md"

Row = dict[str, str]
Edition = tuple[str, str]

SCHEMES = {"index": "win-win-index", "public-institution evaluation": "public-institution-evaluation"}
TOPIC = re.compile(r"(\d{4}) (index|public-institution evaluation)\b")
WORDS_OF_CHANGE = (
    "downgrade", "downgraded", "downgrades", "settled", "falls", "rises", "risers", "changes", "back to"
)  # fmt: skip
WORDS_OF_NOTICE = "downgrade announced"
DAYS_OF_ANNOUNCEMENT = 31
STANCES_IN_ORDER = ("correction", "announcement", "report", "plan", "retrospective")

# year and organisation → (grade the default policy follows, stance of the claims followed)
DISAGREEMENTS = {
    ("2013", "LG하우시스"): ("good", "correction"),
    ("2016", "GS건설"): ("fair", "correction"),
    ("2016", "현대위아"): ("good", "correction"),
    ("2018", "대림산업"): ("good", "correction"),
    ("2019", "롯데슈퍼"): ("fair", "correction"),
    ("2020", "LG생활건강"): ("excellent", "correction"),
    ("2016", "오비맥주"): ("fair", "announcement"),
    ("2016", "현대건설"): ("excellent", "announcement"),
    ("2021", "대상"): ("excellent", "announcement"),
}

DISAGREEMENT_STANCES = {
    ("2013", "LG하우시스"): {("excellent", "announcement"): 2, ("good", "correction"): 1},
    ("2016", "GS건설"): {("excellent", "announcement"): 2, ("good", "correction"): 2, ("fair", "correction"): 7},
    ("2016", "현대위아"): {
        ("excellent", "announcement"): 1, ("good", "correction"): 2, ("excellent", "retrospective"): 1,
    },
    ("2018", "대림산업"): {
        ("outstanding", "announcement"): 5, ("outstanding", "report"): 2, ("good", "correction"): 4,
    },
    ("2019", "롯데슈퍼"): {("good", "announcement"): 1, ("fair", "correction"): 2},
    ("2020", "LG생활건강"): {("outstanding", "announcement"): 5, ("excellent", "correction"): 1},
    ("2016", "오비맥주"): {("fair", "announcement"): 4, ("good", "retrospective"): 1},
    ("2016", "현대건설"): {("excellent", "announcement"): 3, ("outstanding", "retrospective"): 1},
    ("2021", "대상"): {("excellent", "announcement"): 1, ("outstanding", "retrospective"): 1},
}  # fmt: skip

KEYS = {
    "sources": ("source",),
    "editions": ("scheme", "year"),
    "ratings": ("scheme", "year", "organisation", "source", "place"),
    "rating_streaks": ("scheme", "organisation", "grade", "kind", "source", "place", "to_year"),
    "rating_totals": ("scheme", "year", "measure", "grade", "source", "place"),
    "superlatives": ("scheme", "organisation", "measure", "group", "source", "place"),
    "policies": ("policy", "position"),
}
FACTS = ("ratings", "rating_streaks", "rating_totals", "superlatives")
CODES = {
    "ratings": {"scheme": "rating-scheme", "stance": "stance"},
    "rating_streaks": {
        "scheme": "rating-scheme", "stance": "stance", "kind": "streak-kind", "grade_meaning": "grade-meaning",
    },
    "rating_totals": {"scheme": "rating-scheme", "stance": "stance", "measure": "total-measure"},
    "superlatives": {"scheme": "rating-scheme", "stance": "stance", "measure": "superlative-measure"},
    "sources": {"kind": "source-kind"},
    "policies": {"policy": "policy", "rule": "policy-rule"},
}  # fmt: skip


def table(name: str) -> list[Row]:
    with open(DATA / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SOURCES = {row["source"]: row for row in table("sources")}


def days(text: str) -> tuple[date, date]:
    """First and last day that a date of year, month or day precision allows."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 1:
        return date(parts[0], 1, 1), date(parts[0], 12, 31)
    if len(parts) == 2:
        return date(parts[0], parts[1], 1), date(parts[0], parts[1], calendar.monthrange(*parts)[1])
    return date(*parts), date(*parts)


def edition_of(topic: str) -> Edition | None:
    found = TOPIC.match(topic)
    return (SCHEMES[found[2]], found[1]) if found else None


def announcement_days(sources: list[Row]) -> dict[Edition, date]:
    """The earliest day on which a source dated to the day reports the edition."""
    first: dict[Edition, date] = {}
    for row in sources:
        edition = edition_of(row["topic"])
        if edition and len(row["published"]) == 10:
            day = date.fromisoformat(row["published"])
            first[edition] = min(day, first.get(edition, day))
    return first


ANNOUNCED = announcement_days(list(SOURCES.values()))


def speaks_of_change(topic: str) -> bool:
    words = "|".join(WORDS_OF_CHANGE)
    return bool(re.search(rf"\b({words})\b", topic)) and WORDS_OF_NOTICE not in topic


def is_at_the_announcement(published: str, announced: date) -> bool:
    if len(published) < 7:
        return False
    first, last = days(published)
    return last >= announced and first <= announced + timedelta(days=DAYS_OF_ANNOUNCEMENT)


def stance_of(scheme: str, year: str, topic: str, published: str) -> str:
    """The written rule. It reads topic and date of the source and nothing else."""
    edition = edition_of(topic)
    if edition is None or edition[0] != scheme or not published:
        return "report"
    claimed = (scheme, year or edition[1])
    later = claimed in ANNOUNCED and days(published)[1] > ANNOUNCED[claimed]
    if edition == claimed:
        if claimed in ANNOUNCED and is_at_the_announcement(published, ANNOUNCED[claimed]):
            return "announcement"
        return "correction" if later and speaks_of_change(topic) else "report"
    if later and edition[1] > claimed[1]:
        return "correction" if speaks_of_change(topic) else "retrospective"
    return "report"


def stance_of_row(row: Row) -> str:
    source = SOURCES[row["source"]]
    return stance_of(row["scheme"], row.get("year") or row.get("to_year") or "", source["topic"], source["published"])


def by_thing(rows: list[Row]) -> dict[tuple[str, str, str], list[Row]]:
    things: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        things[row["scheme"], row["year"], row["organisation"]].append(row)
    return things


RATINGS = by_thing(table("ratings"))
DISAGREEING = {thing: rows for thing, rows in RATINGS.items() if len({row["grade"] for row in rows}) > 1}


def latest(rows: list[Row]) -> list[Row]:
    newest = max(days(SOURCES[row["source"]]["published"])[1] for row in rows)
    return [row for row in rows if days(SOURCES[row["source"]]["published"])[1] == newest]


def most_said(rows: list[Row]) -> set[str]:
    """The grades with most sources; more than one where they are level."""
    numbers = Counter(row["grade"] for row in rows)
    return {grade for grade, number in numbers.items() if number == max(numbers.values())}


def followed(rows: list[Row]) -> tuple[str, str]:
    """Grade and stance under the first two rules of the default policy; an empty grade is undecided."""
    stance = min((row["stance"] for row in rows), key=STANCES_IN_ORDER.index)
    kept = [row for row in rows if row["stance"] == stance]
    grades = {row["grade"] for row in (latest(kept) if stance == "correction" else kept)}
    return (grades.pop() if len(grades) == 1 else "", stance)


@pytest.mark.parametrize("name", FACTS)
def test_the_stance_column_follows_the_documented_rule(name: str) -> None:
    wrong = [(row, stance_of_row(row)) for row in table(name) if row["stance"] != stance_of_row(row)]
    assert wrong == []


@pytest.mark.parametrize(
    ("year", "topic", "published", "expected"),
    [
        ("2016", "2016 index: top grade", "2017-06-28", "announcement"),
        ("2016", "2016 index: top grade", "2017-07-29", "announcement"),
        ("2016", "2016 index: top grade", "2017-07-30", "report"),
        ("2016", "2016 index: risers", "2017-06", "announcement"),
        ("2016", "2016 index: top grade", "2017", "report"),
        ("2016", "2016 index: one firm downgraded", "2017-08", "correction"),
        ("2016", "2016 index: one firm downgrade announced", "2017-08", "report"),
        ("2016", "2017 index: risers", "2018-06-27", "correction"),
        ("2016", "2017 index: food industry", "2018-06-27", "retrospective"),
        ("2017", "2016 index: food industry", "2017-06-28", "report"),
        ("2016", "2017 public-institution evaluation: changes", "2018-03-06", "report"),
        ("2016", "a meeting", "2018-06-27", "report"),
        ("2016", "2016 index", "", "report"),
    ],
)
def test_the_rule_reads_topic_and_date(year: str, topic: str, published: str, expected: str) -> None:
    assert stance_of("win-win-index", year, topic, published) == expected


def test_the_rule_contains_no_organisation_name() -> None:
    rule = (edition_of, announcement_days, speaks_of_change, is_at_the_announcement, stance_of)
    sources = [inspect.getsource(function) for function in rule]
    text = "\n".join([*sources, TOPIC.pattern, *SCHEMES, *WORDS_OF_CHANGE, WORDS_OF_NOTICE])
    words = set(re.findall(r"\w+", text))
    names = {row["organisation"] for name in ("ratings", "rating_streaks") for row in table(name)}
    assert len(names) > 500
    assert words & names == set()
    assert text.isascii()


def test_the_rule_page_lists_every_word_of_the_rule() -> None:
    page = RULE_PAGE.read_text(encoding="utf-8")
    assert [word for word in (*WORDS_OF_CHANGE, WORDS_OF_NOTICE) if f"`{word}`" not in page] == []
    assert f"{DAYS_OF_ANNOUNCEMENT} days" in page


def test_exactly_nine_ratings_disagree_with_the_expected_stances() -> None:
    said = {thing: Counter((row["grade"], row["stance"]) for row in rows) for thing, rows in DISAGREEING.items()}
    assert {thing[1:]: dict(numbers) for thing, numbers in said.items()} == DISAGREEMENT_STANCES
    assert {thing[0] for thing in DISAGREEING} == {"win-win-index"}


def test_stance_then_latest_correction_gets_all_nine_right() -> None:
    assert {thing[1:]: followed(rows) for thing, rows in DISAGREEING.items()} == DISAGREEMENTS


def test_neither_the_latest_nor_the_majority_gets_all_nine_right() -> None:
    expected = {thing: grade for thing, (grade, _) in DISAGREEMENTS.items()}
    by_date = {thing[1:]: {row["grade"] for row in latest(rows)} for thing, rows in DISAGREEING.items()}
    by_number = {thing[1:]: most_said(rows) for thing, rows in DISAGREEING.items()}
    assert sum(by_date[thing] == {grade} for thing, grade in expected.items()) == 5
    assert sum(by_number[thing] == {grade} for thing, grade in expected.items()) == 4


def test_the_policy_changes_nothing_without_disagreement() -> None:
    agreed = {thing: rows for thing, rows in RATINGS.items() if thing not in DISAGREEING}
    assert len(agreed) == len(RATINGS) - 9 == 1646
    assert [thing for thing, rows in agreed.items() if followed(rows)[0] != rows[0]["grade"]] == []


def test_the_december_correction_is_later_than_the_august_correction() -> None:
    corrections = [row for row in RATINGS["win-win-index", "2016", "GS건설"] if row["stance"] == "correction"]
    origins = {row["grade"]: set[str]() for row in corrections}
    for row in corrections:
        origins[row["grade"]].add(SOURCES[row["source"]]["origin"])
    assert origins["good"] == {"correction-win-win-index-2016-201708"}
    assert "correction-win-win-index-2016-201712" in origins["fair"]


def test_every_row_of_the_source_tables_is_included() -> None:
    assert {name: len(table(name)) for name in FACTS} == {
        "ratings": 4428, "rating_streaks": 450, "rating_totals": 1027, "superlatives": 2,
    }  # fmt: skip
    assert sum(row["measure"] != "grade-count" for row in table("rating_totals")) == 268
    assert sum(row["grade_meaning"] == "highest-grade" for row in table("rating_streaks")) == 120


@pytest.mark.parametrize("name", sorted(KEYS))
def test_keys_are_unique_and_rows_are_sorted(name: str) -> None:
    keys = [tuple(row[column] for column in KEYS[name]) for row in table(name)]
    assert len(keys) == len(set(keys))
    assert keys == sorted(keys)


def test_every_source_named_in_these_tables_exists() -> None:
    assert [row["source"] for name in FACTS for row in table(name) if row["source"] not in SOURCES] == []
    wanted = [row["argument"] for row in table("policies") if row["rule"] == "only-source"]
    assert wanted and set(wanted) <= set(SOURCES)


@pytest.mark.parametrize("name", sorted(CODES))
def test_every_code_is_in_its_list(name: str) -> None:
    rows = table(name)
    for column, codelist in CODES[name].items():
        codes = {row["code"] for row in table(f"codelists/{codelist}")}
        assert {row[column] for row in rows} <= codes, column


GRADES = {(row["scheme"], row["code"]): row for row in table("codelists/grade")}


def exists_in(grade: Row, year: str) -> bool:
    return grade["from_year"] <= year <= (grade["to_year"] or "9999")


@pytest.mark.parametrize("name", ["ratings", "rating_totals"])
def test_a_grade_belongs_to_its_scheme_and_edition(name: str) -> None:
    for row in table(name):
        if row["grade"]:
            assert exists_in(GRADES[row["scheme"], row["grade"]], row["year"]), row


def test_a_grade_is_as_printed() -> None:
    plain = table("ratings") + [row for row in table("rating_totals") if row["measure"] == "grade-count"]
    for row in plain:
        assert row["as_printed"] in GRADES[row["scheme"], row["grade"]]["printed"].split("|"), row
        fitting = [
            code for (scheme, code), grade in GRADES.items()
            if scheme == row["scheme"] and row["as_printed"] in grade["printed"].split("|")
            and exists_in(grade, row["year"])
        ]  # fmt: skip
        assert fitting == [row["grade"]], row


def test_only_counts_of_a_grade_and_honours_have_a_grade() -> None:
    for row in table("rating_totals"):
        assert bool(row["grade"]) == (row["measure"] in ("grade-count", "honour")), row
        assert row["measure"] != "honour" or row["grade"] == "outstanding", row


def first_year(row: Row) -> str:
    """First year that a streak or count must reach back to, where that can be computed."""
    if row["from_year"] or not (row["to_year"] and row["count"]):
        return row["from_year"]
    return str(int(row["to_year"]) - int(row["count"]) + 1)


def test_a_streak_older_than_its_grade_means_the_highest_grade() -> None:
    for row in table("rating_streaks"):
        start = GRADES[row["scheme"], row["grade"]]["from_year"]
        older = row["grade"] == "outstanding" and bool(first_year(row)) and first_year(row) < start
        assert (row["grade_meaning"] == "highest-grade") == older, row


def test_an_edition_is_announced_when_it_is_first_reported() -> None:
    editions = table("editions")
    rated = {(row["scheme"], row["year"]) for name in ("ratings", "rating_totals") for row in table(name)}
    assert {(row["scheme"], row["year"]) for row in editions} == rated
    for row in editions:
        assert row["announced"] == ANNOUNCED[row["scheme"], row["year"]].isoformat(), row
        assert row["year"] in row["name_ko"] and row["year"] in row["name_en"], row


def test_each_address_has_one_source() -> None:
    addresses = Counter(row["url"] for row in SOURCES.values() if row["url"])
    assert [address for address, number in addresses.items() if number > 1] == []
    assert sorted(source for source, row in SOURCES.items() if not row["url"]) == ["mss-20241128"]
    assert re.fullmatch(r"[0-9a-f]{64}", SOURCES["mss-20241128"]["digest"])


def test_reports_of_one_announcement_share_an_origin() -> None:
    for source, row in SOURCES.items():
        edition = edition_of(row["topic"])
        if edition is None:
            continue
        name = "-".join(edition)
        month = row["published"][:7].replace("-", "")
        if is_at_the_announcement(row["published"], ANNOUNCED[edition]):
            expected = f"announcement-{name}"
        elif WORDS_OF_NOTICE in row["topic"]:
            expected = f"notice-{name}-{month}"
        elif speaks_of_change(row["topic"]):
            expected = f"correction-{name}-{month}"
        else:
            expected = source
        assert row["origin"] == expected, source


def test_an_origin_is_an_announcement_a_source_or_the_register_of_a_copy() -> None:
    for row in SOURCES.values():
        named = re.match(r"(announcement|correction|notice)-", row["origin"])
        assert named or row["origin"] in SOURCES or row["kind"] in ("mirror", "reference"), row["source"]


def test_machine_written_sites_are_mirrors_with_a_note() -> None:
    for address in ("csrbriefing.kr", "neighbornews.kr", "reportera.co.kr"):
        rows = [row for row in SOURCES.values() if address in row["url"]]
        assert rows and all(row["kind"] == "mirror" and row["note"] for row in rows), address


def test_printed_text_has_at_most_forty_code_points() -> None:
    assert [row for name in FACTS for row in table(name) if len(row["as_printed"]) > 40] == []


def test_policies_are_numbered_and_share_the_default_rules() -> None:
    rules: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in table("policies"):
        assert row["position"] == str(len(rules[row["policy"]]) + 1) and row["reason"], row
        rules[row["policy"]].append((row["rule"], row["argument"]))
    assert rules["default"][0] == ("prefer-stance", ">".join(STANCES_IN_ORDER))
    assert rules["strictest"] == [("require-origins", "2"), *rules["default"]]
    assert rules["press-release"] == [("only-source", "mss-20241128"), *rules["default"]]
