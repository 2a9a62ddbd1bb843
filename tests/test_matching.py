"""Printed names: what makes two of them one, what must stay apart, and judgements that contradict each other."""

from __future__ import annotations

import csv
import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import duckdb
import pytest

from kg.dialect import write_rows
from kg.matching import (
    Candidate,
    Context,
    Documents,
    Matcher,
    Thresholds,
    as_json,
    as_text,
    check_judgements,
    explain_name,
    loaded_matcher,
    near_things,
    nearest,
    read_documents,
    read_matcher,
)
from kg.matching.evidence import SCORES
from kg.matching.forms import read_forms
from kg.matching.judgements import Judged, find_contradictions
from kg.matching.normal import parse
from kg.values import nfc

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
Tables = list[dict[str, str]]


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


@pytest.fixture(scope="module")
def real() -> Matcher:
    return Matcher.from_register(*(rows(t) for t in ("names", "organisations", "organisation_changes", "judgements")))


def made(*names: str, **more: list[dict[str, str]]) -> Matcher:
    """A register of organisations whose id is their name."""
    bodies = [{"organisation": name, "name_ko": name} for name in names]
    bodies += more.get("organisations", [])
    return Matcher.from_register(more.get("names", []), bodies, more.get("changes", []), more.get("judgements", []))


def same(found: list[Candidate]) -> set[str]:
    return {first_name.organisation for first_name in found if first_name.decision == "same"}


def name_pairs(file: str) -> Iterator[tuple[str, str, str, str]]:
    with (ROOT / "tests" / "data" / file).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, strict=True):
            yield row["one"], row["other"], row["judgement"], row["strength"]


@pytest.mark.parametrize(("one", "other", "judgement", "strength"), list(name_pairs("name-pairs.csv")))
def test_a_labelled_pair_is_decided_as_labelled_without_context(
    one: str, other: str, judgement: str, strength: str
) -> None:
    merged = other in same(made(other).candidates(one))
    if strength == "weak":  # needs more than the two strings: left open, and not called different
        assert {c.decision for c in made(other).candidates(one)} <= {"unsure"}
    else:
        assert merged == (judgement == "same")


@pytest.mark.parametrize(("one", "other", "judgement", "strength"), list(name_pairs("name-forms.csv")))
def test_a_pair_of_the_development_set_is_decided_as_labelled_whichever_name_the_register_has(
    one: str, other: str, judgement: str, strength: str
) -> None:
    for printed, known in ((one, other), (other, one)):
        decisions = {candidate.decision for candidate in made(known).candidates(printed)}
        if judgement == "same":
            assert decisions == {"same"} if strength == "strong" else decisions <= {"unsure"}
        else:
            assert "same" not in decisions
            assert judgement == "different" or "different" not in decisions


def test_the_development_set_covers_every_kind_of_difference_with_reasons() -> None:
    with (ROOT / "tests" / "data" / "name-forms.csv").open(encoding="utf-8", newline="") as lines:
        found = list(csv.DictReader(lines, strict=True))
    assert len(found) > 500 and all(row["kind"] and row["reason"] for row in found)
    assert {row["judgement"] for row in found} == {"same", "different", "unsure"}
    assert len({frozenset((row["one"], row["other"])) for row in found}) == len(found)
    weak = [row for row in found if row["strength"] == "weak"]
    assert {row["judgement"] for row in weak} == {"same"} and len(weak) <= 3  # that is, recall is above 0.99


# --- the whole register ------------------------------------------------------------------------------------------


def test_every_judged_name_in_the_data_resolves_to_its_judgement(real: Matcher) -> None:
    wanted: dict[str, set[str]] = {}
    for row in rows("names"):
        expected_organisations = wanted.setdefault(row["name"], set())
        if row["judgement"] == "same":
            expected_organisations.add(row["organisation"])
    wrong = {
        name: found
        for name, expected_organisations in wanted.items()
        if (found := same(real.candidates(name, limit=50))) != expected_organisations
    }
    assert wrong == {}


def test_a_known_name_is_different_from_similar_names(real: Matcher) -> None:
    found = {one.organisation: one for one in real.candidates("한국남동발전", limit=10)}
    assert found["korea-south-east-power"].decision == "same"
    other = found["korea-southern-power"]
    assert other.decision == "different"
    assert any("남동 and 남부" in reason.en for reason in other.reasons)  # the judgement of the data is given


def test_a_name_judged_unsure_stays_unsure(real: Matcher) -> None:
    (first, *_) = real.candidates("SK종합상사")
    assert (first.organisation, first.decision, first.rules) == ("sk-global-chemical", "unsure", ("judged",))


def test_a_negative_judgement_overrides_equal_strings_and_can_be_withdrawn() -> None:
    apart = {"name": "가람(주)", "organisation": "가람", "judgement": "different", "reason": "another firm"}
    first = made("가람", names=[apart]).candidates("가람(주)")[0]
    assert (first.decision, first.score) == ("different", 0.0)
    assert "another firm" in first.reasons[0].en
    assert same(made("가람").candidates("가람(주)")) == {"가람"}


def test_candidates_have_scores_and_reasons_in_both_languages(real: Matcher) -> None:
    found = real.candidates("엘지화학")
    assert [candidate.score for candidate in found] == sorted((candidate.score for candidate in found), reverse=True)
    assert (found[0].organisation, found[0].decision, found[0].rules) == ("lg-chem", "same", ("letters",))
    assert "엘지화학 = LG화학" in found[0].reasons[0].ko and "spelt in Hangul" in found[0].reasons[0].en
    assert all(0 <= candidate.score <= 1 and candidate.reasons for candidate in found)


def test_an_unknown_name_gets_the_nearest_three_with_reasons(real: Matcher) -> None:
    found = real.suggest("삼성에스디에이")
    assert len(found) == 3 and same(found) == set()
    text = nearest(found)
    assert all(candidate.name in text.ko and candidate.name in text.en for candidate in found)
    assert nearest([]).en == "no similar name"


@pytest.mark.parametrize("name", ["", " ", "()", "㈜", "·", "a" * 500, "가" * 500, "((("])
def test_an_empty_name_is_not_an_error(real: Matcher, name: str) -> None:
    assert same(real.candidates(name)) == set()


def test_the_order_of_the_rows_changes_nothing(real: Matcher) -> None:
    turned = Matcher.from_register(
        *(rows(t)[::-1] for t in ("names", "organisations", "organisation_changes", "judgements"))
    )
    for name in ("서부발젼", "환경공단㈜", "엘지", "SK 이노"):
        assert turned.candidates(name) == real.candidates(name)


# --- guards ------------------------------------------------------------------------------------------------------


ONE_SIGN = [
    ("가랑전자", "가람전자", "misprint"),
    ("전가람자", "가전람자", "misprint"),
    ("CJ가람네트웍스", "GJ가람네트웍스", "letter"),
    ("한국가람공사", "대한가람공사", "country"),
    ("가람나라", "가람나라공사", "tail"),
    ("가람전자", "가람전자산업", "tail"),
    ("한국진흥원", "한국산업진흥원", "inside"),
    ("가람나무새솔공사", "한국바다가람나무새솔공사", "end"),
    ("가나다", "가람나무다리", "initials"),
    ("화이자", "한국화이자", "national"),
    ("Hansem", "한샘", "romanised"),
]
IN_ONE_TEXT = [row for row in ONE_SIGN if row[2] not in ("national", "initials", "romanised")]


@pytest.mark.parametrize(("printed", "known", "rule"), ONE_SIGN)
def test_a_rule_that_does_not_decide_on_its_own_gives_unsure_with_the_reason(
    printed: str, known: str, rule: str
) -> None:
    (found, *_) = made(known).candidates(printed)
    assert (found.rules, found.decision) == ((rule,), "unsure")
    assert "does not decide on its own" in found.reasons[-1].en and "names.csv" in found.reasons[-1].ko
    assert found.score < min(SCORES.values())


@pytest.mark.parametrize(("printed", "known", "rule"), IN_ONE_TEXT)
def test_such_a_rule_decides_if_the_same_text_has_the_full_name_but_not_if_the_same_list_has_it(
    printed: str, known: str, rule: str
) -> None:
    assert same(made(known).candidates(printed, Context(table="prose", others=(known,)))) == {known}
    assert same(made(known).candidates(printed, Context(table="list", others=(known,)))) == set()
    assert same(made(known).candidates(printed, Context(table="prose", listed=(known,)))) == set()


@pytest.mark.parametrize(("printed", "known", "rule"), ONE_SIGN)
def test_such_a_rule_decides_only_if_identifier_or_case_agree(printed: str, known: str, rule: str) -> None:
    matcher = made(known)
    assert same(matcher.candidates(printed, Context(identified=(known,)))) == {known}
    assert same(matcher.candidates(printed, Context(instead=((known, 0.5),)))) == {known}
    assert same(matcher.candidates(printed, Context(instead=((known, 0.49),)))) == set()
    found = matcher.candidates(printed, Context(identified=(known,), otherwise_identified=(known,)))
    assert same(found) == set() and "another identifier" in found[0].reasons[-1].en


def test_a_known_name_is_not_a_misprint_of_another() -> None:
    assert same(made("가람전자", "가랑전자").candidates("가랑전자")) == {"가랑전자"}


def test_identifiers_are_read_from_their_table_by_scheme() -> None:
    def given(name: str, scheme: str, identifier: str) -> dict[str, str]:
        return {"organisation": name, "scheme": scheme, "identifier": identifier}

    rows_ = [
        given("가랑전자㈜", "krx", "1"),
        given("가람전자", "krx", "1"),
        given("새솔", "krx", "2"),
        given("한들", "other", "1"),
        given("여울", "krx", ""),
    ]
    context = Documents.from_tables({"organisation_identifiers": rows_}).context("가랑전자")
    assert (context.identified, context.otherwise_identified) == (("가람전자",), ("새솔",))
    assert same(made("가람전자").candidates("가랑전자", context)) == {"가람전자"}
    both = [*rows_, given("가람전자", "krx", "3")]  # one identifier in common is enough
    assert Documents.from_tables({"organisation_identifiers": both}).context("가랑전자").identified == ("가람전자",)


def test_a_short_name_with_one_wrong_jamo_is_unsure() -> None:
    assert same(made("가람").candidates("가랑")) == set()


def test_a_short_form_of_two_organisations_is_unsure() -> None:
    assert same(made("한국나라공단", "대한나라공단").candidates("나라공단")) == set()


def test_a_division_is_neither_its_firm_nor_a_firm_with_a_similar_name() -> None:
    unit = {"organisation": "unit", "name_ko": "가람물산 건설부문", "part_of": "가람물산"}
    matcher = made("가람물산", "가람물산건설", organisations=[unit])
    for name in ("가람물산(건설)", "가람물산(건설부문)", "가람물산㈜건설부문", "가람물산 건설 부문"):
        found = {candidate.organisation: candidate.decision for candidate in matcher.candidates(name)}
        assert [body for body, decision in found.items() if decision == "same"] == ["unit"], name
    alone = {candidate.organisation: candidate.decision for candidate in made("가람물산").candidates("가람물산(건설)")}
    assert alone == {"가람물산": "different"}


def test_legal_forms_are_removed_at_both_ends_longest_first() -> None:
    forms = read_forms()
    for text in ("주식회사 가람", "가람주식회사", "(주)가람", "㈜ 가람", "가람(주)", "농업회사법인 주식회사 가람"):
        assert parse(text, forms).core == "가람", text
    for text in ("Garam Co., Ltd.", "Garam Inc.", "Garam, Inc", "Garam GmbH"):
        assert parse(text, forms).core == "Garam", text
    assert parse("주식회사", forms).core == "주식회사"
    assert parse("Texas", forms).core == "Texas"  # AS at the end of a word is no legal form


def test_equal_names_with_different_legal_forms_are_unsure() -> None:
    assert same(made("Garam SA").candidates("Garam SRL")) == set()
    assert same(made("가람(주)").candidates("가람(유)")) == set()
    assert same(made("가람(주)").candidates("주식회사 가람")) == {"가람(주)"}
    assert same(made("Garam").candidates("GARAM Ltd.")) == {"Garam"}


# --- context -----------------------------------------------------------------------------------------------------


def test_a_name_is_matched_by_the_year_of_its_document() -> None:
    change = {
        "change": "c",
        "kind": "rename",
        "before": "가람자동차",
        "after": "가람모빌리티",
        "date": "2020-03",
        "judgement": "same",
    }
    matcher = made("가람자동차", "가람모빌리티", changes=[change])
    assert same(matcher.candidates("가람차", Context(year=2018))) == {"가람자동차"}
    late = matcher.candidates("가람차", Context(year=2024))[0]
    assert late.decision == "unsure" and "not in use in 2024" in late.reasons[-1].en


@pytest.mark.parametrize(
    ("year", "before", "after"),
    [(2019, True, False), (2020, True, True), (2021, True, True), (2022, False, True), (None, True, True)],
)
def test_a_name_is_in_use_from_the_year_of_its_change_and_the_old_one_to_the_year_after(
    year: int | None, before: bool, after: bool
) -> None:
    change = {"change": "c", "kind": "rename", "before": "가람자동차", "after": "새솔자동차", "date": "2020-03"}
    matcher = made("가람자동차", "새솔자동차", changes=[{**change, "judgement": "same"}])
    assert (same(matcher.candidates("가람차", Context(year=year))) == {"가람자동차"}) == before
    assert (same(matcher.candidates("새솔차", Context(year=year))) == {"새솔자동차"}) == after


def test_a_list_names_an_organisation_once_but_a_text_may_shorten_a_full_name() -> None:
    matcher = made("기술보증기금")
    assert same(matcher.candidates("기보")) == set()
    assert same(matcher.candidates("기보", Context(table="prose", others=("기술보증기금",)))) == {"기술보증기금"}
    twice = made("가람전자").candidates("가랑전자", Context(table="list", others=("가람전자",)))
    assert same(twice) == set() and "under its own name" in twice[0].reasons[-1].en


def test_an_organisation_of_the_same_scheme_is_ranked_first() -> None:
    bodies = [{"organisation": key, "name_ko": name} for key, name in (("a", "한국나라공단"), ("b", "대한나라공단"))]
    matcher = Matcher.from_register([], bodies, schemes={"b": frozenset({"index"})})
    assert matcher.candidates("나라공단", Context(scheme="index"))[0].organisation == "b"
    assert matcher.candidates("나라공단")[0].organisation == "a"


def rated(source: str, *names: str, grade: str = "good", year: str = "2020", stance: str = "announcement") -> Tables:
    """The rows of a list in one document."""
    return [
        {"scheme": "index", "year": year, "grade": grade, "organisation": name, "source": source, "stance": stance}
        for name in names
    ]


def in_lists(matcher: Matcher, name: str, *lists: Tables) -> list[Candidate]:
    """Candidates for the name in the context that these lists of ratings give."""
    documents = Documents.from_tables({"ratings": [row for one in lists for row in one]})
    return matcher.candidates(name, documents.context(name))


def test_a_short_form_matches_the_name_that_other_lists_print_in_its_place() -> None:
    matcher = made("가람국제나무공사", "새솔", "한들")
    assert same(matcher.candidates("가람나무공사")) == set()
    found = in_lists(
        matcher,
        "가람나무공사",
        rated("one", "가람나무공사", "새솔", "한들"),
        rated("two", "가람국제나무공사", "새솔", "한들"),
    )
    assert same(found) == {"가람국제나무공사"} and "in the same place" in found[0].reasons[-1].en
    assert "같은 자리" in found[0].reasons[-1].ko


def test_lists_with_little_in_common_decide_nothing() -> None:
    matcher = made("가람국제나무공사", "새솔", "한들")
    long = ("가람국제나무공사", "새솔", "여울", "미리내", "온새미")
    assert same(in_lists(matcher, "가람나무공사", rated("one", "가람나무공사", "새솔"), rated("two", *long))) == set()
    alone = rated("one", "가람나무공사"), rated("two", "가람국제나무공사")
    assert same(in_lists(matcher, "가람나무공사", *alone)) == set()


def test_two_entries_of_a_list_or_two_grades_of_an_edition_are_two_organisations() -> None:
    matcher = made("가람국제나무공사", "새솔", "한들")
    similar_names = (rated("one", "가람나무공사", "새솔", "한들"), rated("two", "가람국제나무공사", "새솔", "한들"))
    both = rated("three", "가람나무공사", "가람국제나무공사", year="2021")
    found = in_lists(matcher, "가람나무공사", *similar_names, both)
    assert same(found) == set() and "under its own name" in found[0].reasons[-1].en
    apart = (rated("four", "가람나무공사", year="2021"), rated("five", "가람국제나무공사", grade="fair", year="2021"))
    found = in_lists(matcher, "가람나무공사", *similar_names, *apart)
    assert same(found) == set() and "another grade" in found[0].reasons[-1].en
    corrected = rated("five", "가람국제나무공사", grade="fair", year="2021", stance="correction")
    assert same(in_lists(matcher, "가람나무공사", *similar_names, apart[0], corrected)) == {"가람국제나무공사"}


def test_the_context_of_a_name_applies_to_its_legal_forms_but_not_to_a_division() -> None:
    matcher = made("가람국제나무공사", "새솔", "한들")
    lists = (rated("one", "㈜가람나무공사", "새솔", "한들"), rated("two", "가람국제나무공사", "(주)새솔", "한들"))
    assert same(in_lists(matcher, "가람나무공사", *lists)) == {"가람국제나무공사"}
    assert Documents.from_tables({"ratings": rated("one", "가람(건설)")}).context("가람").table is None


def test_the_context_decides_between_two_equally_near_organisations_or_leaves_them_unsure() -> None:
    matcher = made("가람국제나무공사", "가람강철나무공사", "새솔", "한들")
    one = rated("one", "가람나무공사", "새솔", "한들")
    other = rated("two", "가람강철나무공사", "새솔", "한들")
    assert same(in_lists(matcher, "가람나무공사", one, other)) == {"가람강철나무공사"}
    both = rated("two", "가람강철나무공사", "가람국제나무공사", "새솔", "한들")
    assert same(in_lists(matcher, "가람나무공사", one, both)) == set()


def test_a_party_of_a_case_matches_the_party_that_other_documents_name() -> None:
    def told(source: str, lead: str, partner: str) -> Tables:
        return [
            {"case": "c", "organisation": name, "role": role, "source": source}
            for name, role in ((lead, "lead"), (partner, "partner"))
        ]

    matcher = made("가람국제나무공사", "새솔")
    rows_ = told("one", "가람나무공사", "새솔") + told("two", "가람국제나무공사", "새솔")
    documents = Documents.from_tables({"case_participants": rows_})
    assert same(matcher.candidates("가람나무공사", documents.context("가람나무공사"))) == {"가람국제나무공사"}
    turned = told("one", "가람나무공사", "새솔") + told("two", "새솔", "가람국제나무공사")  # another role
    documents = Documents.from_tables({"case_participants": turned})
    assert same(matcher.candidates("가람나무공사", documents.context("가람나무공사"))) == set()


def test_a_group_does_not_match_its_firm_and_similarity_alone_is_not_enough() -> None:
    one = rated("one", "가람", "새솔", "한들")
    assert same(in_lists(made("가람전자"), "가람", one, rated("two", "가람전자", "새솔", "한들"))) == set()
    unlike = rated("one", "가나다라마바", "새솔", "한들")
    other = rated("two", "가나하늘마바", "새솔", "한들")
    found = in_lists(made("가나하늘마바"), "가나다라마바", unlike, other)
    assert found[0].rules == ("like",) and same(found) == set()


def test_an_empty_context_changes_nothing_and_a_context_without_rivals_has_scheme_and_year(real: Matcher) -> None:
    documents = Documents.from_tables({"ratings": rated("one", "가람", "새솔")})
    assert documents.context("온새미") == Context()
    assert real.candidates("서부발젼", documents.context("서부발젼")) == real.candidates("서부발젼")
    found = documents.context("가람")
    assert (found.scheme, found.year, found.table, found.listed) == ("index", 2020, "prose", ("새솔",))
    assert made("가람").in_documents(documents).schemes == {"가람": frozenset({"index"})}


def test_a_short_name_matches_the_full_name_in_the_same_document() -> None:
    matcher = made("가람국제나무공사", "바다강철나무공사")
    facts = [
        {"case": "c", "organisation": "가람국제나무공사", "role": "lead", "source": "one"},
        {"case": "d", "organisation": "바다강철나무공사", "role": "lead", "source": "two"},
    ]
    for source, full in (("one", "가람국제나무공사"), ("two", "바다강철나무공사")):
        # whom the table of names means by it has no part in this
        read = [{"name": "나무공사", "source": source, "organisation": "새솔", "judgement": "same"}]
        documents = Documents.from_tables({"case_participants": facts, "names": read})
        assert same(matcher.candidates("나무공사", documents.context("나무공사"))) == {full}
    for read in ([], [{"name": "나무공사", "source": None}], [{"name": "나무공사", "source": "three"}]):
        documents = Documents.from_tables({"case_participants": facts, "names": read})
        assert same(matcher.candidates("나무공사", documents.context("나무공사"))) == set()
    both = [{"name": "나무공사", "source": source} for source in ("one", "two")]
    documents = Documents.from_tables({"case_participants": facts, "names": both})
    assert same(matcher.candidates("나무공사", documents.context("나무공사"))) == set()


def test_the_context_is_read_from_the_tables_of_a_folder() -> None:
    documents = read_documents(DATA)
    name = "두산건서"  # printed once, in a list that has the right name as well
    assert "두산건설" in documents.context(name).listed
    assert "국민통합위원회" in documents.context("통합위").others  # which is in no table of facts
    assert read_documents(ROOT / "no-such-folder").by_name == {}


# --- output ------------------------------------------------------------------------------------------------------


def test_candidates_are_shown_as_text_and_as_json(real: Matcher, monkeypatch: pytest.MonkeyPatch) -> None:
    found = real.candidates("엘지화학", limit=2)
    monkeypatch.setenv("KG_LANG", "ko")
    assert "같음  LG화학 (lg-chem)" in as_text("엘지화학", found)
    monkeypatch.setenv("KG_LANG", "en")
    assert "same  LG화학 (lg-chem)" in as_text("엘지화학", found)
    answer = json.loads(json.dumps(as_json("엘지화학", found)))
    assert answer["candidates"][0]["organisation"] == "lg-chem" and answer["candidates"][0]["reasons"][0]["ko"]


def test_things_of_any_kind_are_found_by_a_similar_name(real: Matcher) -> None:
    named = [(entry.name, f"org/{entry.organisation}") for entry in real.register.entries]
    assert near_things("서부발젼", named)[0].organisation == "org/korea-western-power"
    many = [(f"Institute {number}", f"x/{number}") for number in range(6000)]
    best = near_things("엘지화학", [*many, *named])[0]
    assert (best.organisation, best.rules) == ("org/lg-chem", ("letters",))
    assert near_things("엘지화학", []) == []


def test_tables_are_read_from_a_folder_or_a_schema_and_faulty_rows_are_skipped(real: Matcher) -> None:
    assert read_matcher(DATA).candidates("서부발젼") == real.candidates("서부발젼")
    assert explain_name(DATA, "서부발젼") == real.candidates("서부발젼")
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA raw")
    for table in ("names", "organisations", "organisation_changes", "judgements"):
        file = f"read_csv('{DATA}/{table}.csv', all_varchar=true)"
        connection.execute(f"CREATE TABLE raw.{table} AS SELECT * FROM {file}")
    connection.execute("INSERT INTO raw.names (name) VALUES ('가람')")
    connection.execute("UPDATE raw.organisation_changes SET date = '2020-99'")
    found = loaded_matcher(connection).candidates("서부발젼")
    assert [candidate.organisation for candidate in found] == [
        candidate.organisation for candidate in real.candidates("서부발젼")
    ]


HOSTILE = {
    "apostrophes": "'함께'",
    "a lone carriage return": "가람\r나라",
    "both line ends": "가람\r\n나라",
    "quotes and commas": '가람 "상생", 나라',
    "a cell of 700,000 letters": "가" * 700_000,
    "a backslash": "가람\\",
    "a semicolon": "가;람;나라",
    "a hash": "# 가람",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("at", [0, 3_000])
def test_the_matcher_reads_every_cell_of_every_table_unchanged(tmp_path: Path, text: str, at: int) -> None:
    unchanged = [
        {"name": f"나라{number}", "organisation": f"o{number}", "judgement": "same", "reason": ""}
        for number in range(3_001)
    ]
    unchanged[at]["reason"], unchanged[at]["name"] = text, f"가람{text[:40]}"
    with (tmp_path / "names.csv").open("w", encoding="utf-8", newline="") as stream:
        write_rows(stream, [list(unchanged[0]), *(list(row.values()) for row in unchanged)])
    matcher = read_matcher(tmp_path)
    assert [
        dict(row) for name in (row["name"] for row in unchanged) for row in matcher.register.judged[nfc(name)].values()
    ] == [{**row, "reason": row["reason"] or None} for row in unchanged]


# --- judgements --------------------------------------------------------------------------------------------------


def test_the_judgements_of_the_data_do_not_contradict_each_other() -> None:
    assert check_judgements(loaded(rows("names"), rows("judgements"))) == []


def loaded(names: list[dict[str, str]], judgements: list[dict[str, str]]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA raw")
    for table, keys, found in (
        ("names", ("name", "organisation", "judgement", "kind"), names),
        ("judgements", ("about", "one", "other", "judgement"), judgements),
    ):
        connection.execute(f"CREATE TABLE raw.{table} ({' VARCHAR, '.join(keys)} VARCHAR, row_ INT)")
        values = [[*(row.get(key) for key in keys), number] for number, row in enumerate(found, start=1)]
        if values:
            connection.executemany(f"INSERT INTO raw.{table} VALUES (?, ?, ?, ?, ?)", values)
    return connection


def judged(first: str, second: str, judgement: str) -> dict[str, str]:
    return {"about": "organisation", "one": first, "other": second, "judgement": judgement}


def test_a_pair_judged_both_same_and_different_is_a_fault_with_both_rows() -> None:
    (fault,) = check_judgements(loaded([], [judged("a", "b", "same"), judged("b", "a", "different")]))
    assert (fault.file, fault.row) == ("judgements.csv", 2)
    assert "judgements.csv row 1 (a · b)" in fault.text.en and "judgements.csv 1행" in fault.text.ko


def test_a_contradiction_through_a_chain_lists_the_whole_chain() -> None:
    rows_ = [judged("a", "b", "same"), judged("b", "c", "same"), judged("a", "c", "different")]
    (fault,) = check_judgements(loaded([], rows_))
    assert fault.row == 3 and "row 1 (a · b)" in fault.text.en and "row 2 (b · c)" in fault.text.en


def test_a_name_of_two_different_organisations_is_a_fault_but_a_joint_name_is_not() -> None:
    def named(kind: str) -> list[dict[str, str]]:
        return [{"name": "가람", "organisation": body, "judgement": "same", "kind": kind} for body in ("a", "b")]

    apart = [judged("a", "b", "different")]
    (fault,) = check_judgements(loaded(named("short"), apart))
    assert "names.csv row 1" in fault.text.en and "names.csv row 2" in fault.text.en
    assert check_judgements(loaded(named("joint"), apart)) == []


def test_a_thing_judged_different_from_itself_is_reported() -> None:
    (fault,) = check_judgements(loaded([], [judged("a", "a", "different")]))
    assert "itself" in fault.text.en


def test_without_a_chain_there_is_no_contradiction() -> None:
    rows_ = [Judged("j", 1, "a", "b", "same"), Judged("j", 2, "c", "d", "same"), Judged("j", 3, "a", "c", "different")]
    assert list(find_contradictions(rows_)) == []


# --- the benchmark -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    sys.path.insert(0, str(ROOT / "benchmarks"))  # as if run as a script
    spec = importlib.util.spec_from_file_location("benchmark_names", ROOT / "benchmarks" / "names.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_there_are_no_false_merges_on_the_test_half(benchmark: ModuleType) -> None:
    results, _ = benchmark.measure(DATA, peers=False, tuned=False)
    ours, in_context, training, training_in_context, *others = results
    assert all(one.false_merges == [] for one in (ours, in_context, training, training_in_context))
    assert sum(ours.negatives.values()) > 3000 and {"unit and firm", "invented neighbour"} <= set(ours.negatives)
    for kind, least in (("legal-form", 1.0), ("spacing", 1.0), ("hangul-spelling", 0.8), ("short", 0.45)):
        found, examined = ours.recall([kind])
        assert examined and found / examined >= least, kind
    methods = [ours, in_context, *others]
    by_strings, with_context, *rest = (
        found / examined for found, examined in (one.recall(benchmark.BY_STRINGS) for one in methods)
    )
    assert by_strings >= 0.6 and with_context >= 0.8 and rest and max(rest) < by_strings / 2
    assert in_context.negatives == ours.negatives and in_context.asked == ours.asked


def test_aliases_of_the_test_half_are_withheld(benchmark: ModuleType) -> None:
    tables = benchmark.read_tables(DATA)
    matcher = benchmark.blind_matcher(tables, {benchmark.TRAIN})
    known = {entry.name for entry in matcher.register.entries if benchmark.half(entry.organisation) == benchmark.TEST}
    assert known == {name for body, name in tables.usual.items() if benchmark.half(body) == benchmark.TEST}
    assert all(benchmark.half(body) == benchmark.TRAIN for pair in matcher.register.pairs for body in pair)


def test_the_thresholds_are_those_of_the_documentation() -> None:
    text = (ROOT / "docs" / "matching.md").read_text(encoding="utf-8")
    limits = Thresholds()
    for name in ("short", "initials_gap", "slip", "shared"):
        assert f"| `{name}` | {getattr(limits, name)} |" in text
