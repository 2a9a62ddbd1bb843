"""Acceptance: the nine disagreements of the real tables, the rules one by one, and a brute-force oracle."""

from __future__ import annotations

import csv
import itertools
import random
from collections import Counter, defaultdict
from pathlib import Path

import duckdb
import pytest

from kg.accept import (
    Choices,
    Policy,
    PolicyLike,
    Rule,
    accept,
    find_policy,
    gather_claims,
    make_accepted,
    read_choices,
    read_policies,
)
from kg.accept.claims import use_finer_values
from kg.accept.policy import DEFAULT_STANCES, RULES
from kg.accept.verdict import REASONS
from kg.errors import KgError
from kg.records import load_records, read_schema
from kg.resolve import resolve

DATA = Path(__file__).resolve().parents[1] / "data"

NINE = {
    ("2013", "LG하우시스"): ("good", "correction"),
    ("2016", "GS건설"): ("fair", "latest-correction"),
    ("2016", "현대위아"): ("good", "correction"),
    ("2018", "대림산업"): ("good", "correction"),
    ("2019", "롯데슈퍼"): ("fair", "correction"),
    ("2020", "LG생활건강"): ("excellent", "correction"),
    ("2016", "오비맥주"): ("fair", "announcement"),
    ("2016", "현대건설"): ("excellent", "announcement"),
    ("2021", "대상"): ("excellent", "announcement"),
}


@pytest.fixture(scope="module")
def real() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    schema = read_schema()
    load_records(connection, DATA, schema)
    resolve(connection, schema)
    gather_claims(connection, schema)
    make_accepted(connection, schema, read_policies(connection)["default"])
    return connection


def _accepted(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], tuple[str, str]]:
    rows = connection.execute(
        "SELECT DISTINCT r.year, r.organisation, a.grade, a.reason FROM accepted.ratings a"
        " JOIN resolved.ratings r ON r.thing = a.thing WHERE a.scheme = 'win-win-index'"
    ).fetchall()
    return {(year, name): (grade, reason) for year, name, grade, reason in rows}


def test_the_nine_disagreements_are_decided_by_the_stances_of_the_sources(real: duckdb.DuckDBPyConnection) -> None:
    accepted = _accepted(real)
    assert {key: accepted[key] for key in NINE} == NINE


def test_only_those_nine_ratings_are_disputed(real: duckdb.DuckDBPyConnection) -> None:
    disputed = real.execute(
        "SELECT count(*) FROM accepted.verdicts WHERE table_name = 'ratings' AND ways > 1"
    ).fetchone()
    assert disputed == (9,)


def test_neither_latest_nor_majority_gets_all_nine() -> None:
    with (DATA / "sources.csv").open(encoding="utf-8") as stream:
        published = {row["source"]: row["published"] for row in csv.DictReader(stream)}
    claims: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    with (DATA / "ratings.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            if row["scheme"] == "win-win-index" and (row["year"], row["organisation"]) in NINE:
                claims[row["year"], row["organisation"]].append((published[row["source"]], row["grade"]))
    latest = {key: max(found)[1] for key, found in claims.items()}
    majority = {key: Counter(grade for _, grade in found).most_common(1)[0][0] for key, found in claims.items()}
    right = {key: grade for key, (grade, _) in NINE.items()}
    assert set(claims) == set(NINE)
    assert latest != right and majority != right


def test_every_claim_behind_a_disputed_rating_is_followed_or_set_aside(real: duckdb.DuckDBPyConnection) -> None:
    rows = real.execute(
        "SELECT c.value = v.value, l.accepted_from IS NOT NULL, l.set_aside IS NOT NULL FROM resolved.claims c"
        " JOIN accepted.verdicts v USING (thing, property) JOIN accepted.links l USING (thing, claim)"
        " WHERE v.table_name = 'ratings' AND v.ways > 1 AND c.property = 'grade'"
    ).fetchall()
    assert len(rows) >= 9 * 2
    assert all(followed == agrees and aside == (not agrees) for agrees, followed, aside in rows)


Claim = tuple[str, str, str, str, str, str | None]  # claim, value, stance, place_kind, origin, published


def _verdicts(things: list[list[Claim]], rules: list[Rule]) -> list[tuple[str, str | None, str, str]]:
    """Thing (its place in the list), value, status and reason; a source is what stands before the hyphen of a claim."""
    rows = [
        (str(place), claim, claim.split("-")[0], *rest)
        for place, claims in enumerate(things)
        for claim, *rest in claims
    ]
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE claims (thing VARCHAR, claim VARCHAR, source VARCHAR, value VARCHAR, stance VARCHAR,"
        " place_kind VARCHAR, origin VARCHAR, published_latest VARCHAR, property VARCHAR DEFAULT 'p',"
        " table_name VARCHAR DEFAULT 'x', is_vague BOOLEAN DEFAULT false)"
    )
    marks = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?)"] * len(rows))
    connection.execute(
        "INSERT INTO claims (thing, claim, source, value, stance, place_kind, origin, published_latest)"
        f" VALUES {marks}",
        [cell for row in rows for cell in row],
    )
    query = accept(Policy("p", tuple(rules)), claims="claims")
    return connection.execute(f"SELECT thing, value, status, reason FROM ({query})").fetchall()


def _ask(claims: list[Claim], rules: list[Rule]) -> tuple[str | None, str, str]:
    ((_, value, status, reason),) = _verdicts([claims], rules)
    return value, status, reason


STANCES = ["correction", "announcement", "report", "plan", "retrospective"]  # the best first
DEFAULT = [
    Rule("prefer-stance", "correction>announcement>report>plan>retrospective"),
    Rule("prefer-latest", "correction"),
    Rule("prefer-table"),
    Rule("prefer-more-origins"),
]


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([("a-1", "x", "announcement", "", "o1", "2020-01-01")], ("x", "accepted", "only-claim")),
        (
            [("a-1", "x", "announcement", "", "o1", None), ("b-1", "x", "report", "", "o1", None)],
            ("x", "accepted", "agreed"),
        ),
        (
            [("a-1", "x", "announcement", "", "o1", "2020-01-01"), ("b-1", "y", "correction", "", "o2", "2020-06-01")],
            ("y", "accepted", "correction"),
        ),
        (
            [("a-1", "x", "correction", "", "o1", "2020-08-01"), ("b-1", "y", "correction", "", "o2", "2020-12-01")],
            ("y", "accepted", "latest-correction"),
        ),
        (
            [("a-1", "x", "report", "table", "o1", None), ("a-2", "y", "report", "prose", "o1", None)],
            ("x", "accepted", "table-over-prose"),
        ),
        (
            [
                ("a-1", "x", "report", "", "o1", None),
                ("b-1", "x", "report", "", "o2", None),
                ("c-1", "y", "report", "", "o3", None),
            ],
            ("x", "accepted", "more-origins"),
        ),
        (
            [
                ("a-1", "x", "report", "", "o1", None),
                ("b-1", "x", "report", "", "o1", None),
                ("c-1", "y", "report", "", "o3", None),
            ],
            (None, "undecided", "undecided"),
        ),
        (
            [("a-1", "x", "announcement", "", "o1", None), ("b-1", "y", "announcement", "", "o1", None)],
            (None, "undecided", "undecided"),
        ),
    ],
)
def test_the_default_rules_one_by_one(claims: list[Claim], expected: tuple[str | None, str, str]) -> None:
    assert _ask(claims, DEFAULT) == expected


def test_the_policy_strictest_accepts_only_values_of_two_origins() -> None:
    rules = [Rule("require-origins", "2"), *DEFAULT]
    one = [("a-1", "x", "report", "", "o1", None), ("b-1", "x", "report", "", "o1", None)]
    assert _ask(one, rules) == (None, "undecided", "too-few-origins")
    assert _ask([*one, ("c-1", "x", "report", "", "o2", None)], rules) == ("x", "accepted", "agreed")


def test_an_unknown_rule_is_named_with_the_known_ones() -> None:
    with pytest.raises(KgError, match=r"loudest.*prefer-stance"):
        _ask([("a-1", "x", "report", "", "o1", None)], [Rule("loudest")])


def _oracle(claims: list[Claim]) -> tuple[str | None, str]:
    """The default policy in plain Python, written from design.md and not from the SQL."""
    remaining = list(claims)
    ranks = STANCES
    if len({c[1] for c in remaining}) > 1:
        best = min(ranks.index(c[2]) for c in remaining)
        remaining = [c for c in remaining if ranks.index(c[2]) == best]
    if len({c[1] for c in remaining}) > 1 and remaining[0][2] == "correction":
        last = max(c[5] or "0000" for c in remaining)
        remaining = [c for c in remaining if (c[5] or "0000") == last]
    if len({c[1] for c in remaining}) > 1:
        tables = {c[0].split("-")[0] for c in remaining if c[3] == "table"}
        remaining = [c for c in remaining if not (c[3] == "prose" and c[0].split("-")[0] in tables)]
    if len({c[1] for c in remaining}) > 1:
        origins = {value: len({c[4] for c in remaining if c[1] == value}) for value in {c[1] for c in remaining}}
        most = max(origins.values())
        remaining = [c for c in remaining if origins[c[1]] == most]
    values = {c[1] for c in remaining}
    return (values.pop(), "accepted") if len(values) == 1 else (None, "undecided")


@pytest.mark.parametrize("rules", [DEFAULT, [Rule(rule.name) for rule in DEFAULT]], ids=["arguments", "defaults"])
def test_random_claims_are_accepted_as_by_a_plain_python_oracle(rules: list[Rule]) -> None:
    choose = random.Random(20241128)
    things: list[list[Claim]] = []
    for _ in range(600):
        claims: list[Claim] = [
            (
                f"s{choose.randint(1, 4)}-{number}",
                choose.choice("xyz"),
                choose.choice(STANCES),
                choose.choice(["", "table", "prose"]),
                f"o{choose.randint(1, 4)}",
                choose.choice([None, "2020-01-01", "2020-02-01", "2021-01-01"]),
            )
            for number in range(choose.randint(1, 7))
        ]
        things.append(claims)
    found = {int(thing): (value, status) for thing, value, status, _ in _verdicts(things, rules)}
    expected = {place: _oracle(claims) for place, claims in enumerate(things)}
    assert found == expected
    assert 0 < sum(status == "undecided" for _, status in found.values()) < 300


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule("only-source", "a"), ("x", "accepted", "only-claim")),
        (Rule("only-source", "b"), ("y", "accepted", "agreed")),
        (Rule("only-source", "d"), (None, "undecided", "no-claim-left")),
        (Rule("require-origins", "2"), ("y", "accepted", "more-origins")),
        (Rule("require-origins", "3"), (None, "undecided", "too-few-origins")),
    ],
)
def test_a_value_left_by_a_filter_has_the_reason_of_the_filter(
    rule: Rule, expected: tuple[str | None, str, str]
) -> None:
    claims: list[Claim] = [
        ("a-1", "x", "report", "", "o1", None),
        ("b-1", "y", "report", "", "o2", None),
        ("b-2", "y", "report", "", "o2", None),
        ("c-1", "y", "report", "", "o3", None),
    ]
    assert _ask(claims, [rule]) == expected


# ---- each rule at its bounds, with and without an argument


def _two(first: str | None, second: str | None, days: tuple[str | None, str | None] = (None, None)) -> list[Claim]:
    """Two claims of two sources and origins that differ; their stances and days of publication."""
    return [
        ("a-1", "x", first, "", "o1", days[0]),  # type: ignore[list-item]  # a stance may be absent
        ("b-1", "y", second, "", "o2", days[1]),  # type: ignore[list-item]
    ]


@pytest.mark.parametrize(("better", "worse"), list(itertools.combinations(STANCES, 2)))
def test_without_an_argument_a_stance_is_preferred_to_every_later_one(better: str, worse: str) -> None:
    assert _ask(_two(better, worse), [Rule("prefer-stance")]) == ("x", "accepted", better)
    assert _ask(_two(worse, better), [Rule("prefer-stance")]) == ("y", "accepted", better)


def test_an_argument_puts_stances_in_its_own_order_and_others_last() -> None:
    rule = [Rule("prefer-stance", "plan > report")]
    assert _ask(_two("report", "plan"), rule) == ("y", "accepted", "plan")
    assert _ask(_two("report", "correction"), rule) == ("x", "accepted", "report")
    assert _ask(_two("announcement", "correction"), rule) == (None, "undecided", "undecided")
    assert _ask(_two("report", None), rule) == ("x", "accepted", "report")


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (("2020-01-01", "2020-01-02"), ("y", "accepted", "latest-correction")),
        (("2020-12-31", "2020-12-31"), (None, "undecided", "undecided")),
        ((None, "0001-01-01"), ("y", "accepted", "latest-correction")),
        ((None, None), (None, "undecided", "undecided")),
    ],
)
def test_the_latest_of_two_corrections_is_preferred(
    days: tuple[str | None, str | None], expected: tuple[str | None, str, str]
) -> None:
    assert _ask(_two("correction", "correction", days), [Rule("prefer-latest")]) == expected
    assert _ask(_two("report", "report", days), [Rule("prefer-latest")]) == (None, "undecided", "undecided")
    named = _ask(_two("report", "report", days), [Rule("prefer-latest", "report")])
    assert named[:2] == expected[:2] and named[2] in ("latest-report", "undecided")


def test_the_latest_correction_does_not_set_aside_other_stances() -> None:
    days = ("2020-01-01", "2020-01-02")
    assert _ask(_two("report", "correction", days), [Rule("prefer-latest")]) == (None, "undecided", "undecided")


def test_a_table_is_preferred_to_the_prose_of_its_own_document_only() -> None:
    own: list[Claim] = [("a-1", "x", "report", "prose", "o1", None), ("a-2", "y", "report", "table", "o1", None)]
    other: list[Claim] = [("a-1", "x", "report", "prose", "o1", None), ("b-1", "y", "report", "table", "o1", None)]
    list_: list[Claim] = [("a-1", "x", "report", "list", "o1", None), ("a-2", "y", "report", "table", "o1", None)]
    assert _ask(own, [Rule("prefer-table")]) == ("y", "accepted", "table-over-prose")
    assert _ask(other, [Rule("prefer-table")]) == (None, "undecided", "undecided")
    assert _ask(list_, [Rule("prefer-table")]) == (None, "undecided", "undecided")


@pytest.mark.parametrize(("count", "expected"), [(1, "too-few-origins"), (2, "agreed"), (3, "agreed")])
def test_without_an_argument_two_origins_are_required(count: int, expected: str) -> None:
    claims: list[Claim] = [(f"s{place}-1", "x", "report", "", f"o{place}", None) for place in range(count)]
    assert _ask(claims, [Rule("require-origins")])[2] == expected
    assert _ask(claims, [Rule("require-origins", str(count))])[1] == "accepted"
    assert _ask(claims, [Rule("require-origins", str(count + 1))])[1] == "undecided"


def test_origins_and_not_claims_are_counted() -> None:
    claims: list[Claim] = [
        ("a-1", "x", "report", "", "o1", None),
        ("b-1", "x", "report", "", "o1", None),
        ("c-1", "y", "report", "", "o2", None),
    ]
    assert _ask(claims, [Rule("prefer-more-origins")]) == (None, "undecided", "undecided")
    assert _ask([*claims, ("d-1", "y", "report", "", "o3", None)], [Rule("prefer-more-origins")]) == (
        "y",
        "accepted",
        "more-origins",
    )


@pytest.mark.parametrize(
    ("name", "argument", "message"),
    [
        ("loudest", None, "there is no rule 'loudest'. Known rules: only-source"),
        ("only-source", None, "needs a source"),
        ("only-source", "", "needs a source"),
        ("prefer-table", "yes", "takes no argument: 'yes'"),
        ("prefer-more-origins", "2", "takes no argument: '2'"),
        ("require-origins", "0", "whole number from 1 to 999999: '0'"),
        ("require-origins", "-1", "whole number from 1"),
        ("require-origins", "²", "whole number from 1"),
        ("require-origins", "1000000", "whole number from 1"),
        ("prefer-latest", "correction>report", "takes one stance"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(name: str, argument: str | None, message: str) -> None:
    with pytest.raises(KgError) as error:
        Rule(name, argument)
    assert message in error.value.text.en and error.value.text.ko != error.value.text.en


@pytest.mark.parametrize("argument", ["1", "01", "999999"])
def test_a_number_of_origins_is_read(argument: str) -> None:
    assert Rule("require-origins", argument).origins == int(argument)


CHOICES = Choices({"own": Policy("own", (Rule("prefer-table"),))}, {"daily-1": "가나일보", "weekly-1": "마바주보"})


@pytest.mark.parametrize(
    ("given", "rules"),
    [
        ("own", (Rule("prefer-table"),)),
        (" own ", (Rule("prefer-table"),)),
        ("prefer-table", (Rule("prefer-table"),)),
        ("require-origins=3,", (Rule("require-origins", "3"),)),
        ("only-source = daily-1 , prefer-latest=", (Rule("only-source", "daily-1"), Rule("prefer-latest"))),
        ([("require-origins", 2), "prefer-stance=plan>report"],
         (Rule("require-origins", "2"), Rule("prefer-stance", "plan>report"))),
        (Policy("x", (Rule("prefer-latest"),)), (Rule("prefer-latest"),)),
    ],
)  # fmt: skip
def test_a_policy_is_found_in_every_form(given: PolicyLike, rules: tuple[Rule, ...]) -> None:
    assert find_policy(given, CHOICES).rules == rules


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("", "there is no policy ''. Known: own"),
        ("strict", "there is no policy 'strict'. Known: own"),
        ("only-source=daly-1", "there is no source 'daly-1'. Nearest: daily-1 (가나일보)"),
        ("only-source", "needs a source"),
        ("prefer-stance=correction>rumour", "the rule prefer-stance names a stance that does not exist: 'rumour'"),
        ("prefer-latest=rumour", "the rule prefer-latest names a stance that does not exist: 'rumour'"),
        (Policy("x", (Rule("only-source", "nobody"),)), "there is no source 'nobody'"),
    ],
)
def test_sources_and_stances_of_a_policy_must_exist(given: PolicyLike, message: str) -> None:
    with pytest.raises(KgError) as error:
        find_policy(given, CHOICES)
    assert message in error.value.text.en and error.value.text.ko != error.value.text.en


def test_rules_stances_and_reasons_are_those_of_the_code_lists(real: duckdb.DuckDBPyConnection) -> None:
    def codes(name: str) -> set[str]:
        with (DATA / "codelists" / f"{name}.csv").open(encoding="utf-8") as stream:
            return {row["code"] for row in csv.DictReader(stream)}

    assert set(RULES) == codes("policy-rule")
    assert list(DEFAULT_STANCES) == STANCES and set(STANCES) == codes("stance")
    assert set(REASONS) == codes("acceptance-reason")
    choices = read_choices(real, read_schema())
    assert choices.policies["default"].rules[0].stances == DEFAULT_STANCES
    assert choices.stances == codes("stance") and choices.sources["mss-20241128"] == "중소벤처기업부"


def test_a_rule_of_a_stored_policy_that_cannot_be_used_is_named_with_its_place() -> None:
    connection = duckdb.connect()
    connection.execute(
        "CREATE SCHEMA raw; CREATE TABLE raw.policies AS SELECT * FROM (VALUES ('p', '2', 'prefer-table', NULL),"
        " ('p', '10', 'loudest', NULL), ('p', '1', 'require-origins', '2')) t(policy, position, rule, argument)"
    )
    with pytest.raises(KgError, match="policies, p 10: there is no rule 'loudest'"):
        read_policies(connection)
    connection.execute("DELETE FROM raw.policies WHERE rule = 'loudest'")
    assert read_policies(connection) == {"p": Policy("p", (Rule("require-origins", "2"), Rule("prefer-table")))}


# ---- less precise values

Said = tuple[str, bool]  # a value as it is compared, and whether it is approximate


@pytest.mark.parametrize(
    ("values", "settled"),
    [
        ([("38000 KRW", True), ("37612 KRW", False)], ["37612 KRW", "37612 KRW"]),
        ([("38000 KRW", True), ("39500 KRW", False)], ["38000 KRW", "39500 KRW"]),
        ([("38000 KRW", True), ("39000 KRW", False)], ["38000 KRW", "39000 KRW"]),
        ([("38000 KRW", True), ("38999 KRW", False)], ["38999 KRW", "38999 KRW"]),
        ([("38000 KRW", True), ("37001 KRW", False)], ["37001 KRW", "37001 KRW"]),
        ([("38000 KRW", True), ("37000 KRW", False)], ["38000 KRW", "37000 KRW"]),
        ([("-38000 KRW", True), ("-37612 KRW", False)], ["-37612 KRW", "-37612 KRW"]),
        ([("38000 KRW", True), ("37612 USD", False)], ["38000 KRW", "37612 USD"]),
        ([("38000 KRW", True), ("37612 KRW", True)], ["38000 KRW", "37612 KRW"]),
        ([("38000 KRW", False), ("37612 KRW", False)], ["38000 KRW", "37612 KRW"]),
        ([("38000 KRW", True), ("37612 KRW", False), ("38100 KRW", False)], ["38000 KRW", "37612 KRW", "38100 KRW"]),
        ([("7.4 percent", True), ("7.43 percent", False)], ["7.43 percent", "7.43 percent"]),
        ([("7.4 percent", True), ("7.5 percent", False)], ["7.4 percent", "7.5 percent"]),
        ([("20", True), ("27", False)], ["27", "27"]),
        ([("0", True), ("1", False)], ["0", "1"]),
        ([("0", True), ("0.5", False)], ["0.5", "0.5"]),
        ([("21", True), ("22", False)], ["21", "22"]),
        ([("21", True), ("21.9", False)], ["21.9", "21.9"]),
    ],
)
def test_an_approximate_figure_agrees_with_the_only_exact_figure_in_its_range(
    values: list[Said], settled: list[str]
) -> None:
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA resolved")
    connection.execute(
        "CREATE TABLE resolved.claims (claim VARCHAR, thing VARCHAR DEFAULT 't', property VARCHAR DEFAULT 'value',"
        " value VARCHAR, is_date BOOLEAN DEFAULT false, is_about BOOLEAN)"
    )
    for number, (value, about) in enumerate(values):
        connection.execute(
            "INSERT INTO resolved.claims (claim, value, is_about) VALUES (?, ?, ?)", [str(number), value, about]
        )
    use_finer_values(connection)
    rows = connection.execute("SELECT value, is_vague, within FROM resolved.claims ORDER BY claim").fetchall()
    assert [value for value, _, _ in rows] == settled
    assert [vague for _, vague, _ in rows] == [len(values) == 3, *[False] * (len(values) - 1)]
    if len(values) == 3:
        assert rows[0][2] == ["37612 KRW", "38100 KRW"]


@pytest.mark.parametrize(
    ("only_source", "settled"),
    [
        (None, ["37612 KRW", "37612 KRW", "2021-05-03", "2021-05-03"]),
        ("brief", ["38000 KRW", "37612 KRW", "2021-05", "2021-05-03"]),
        ("full", ["37612 KRW", "37612 KRW", "2021-05-03", "2021-05-03"]),
    ],
)
def test_an_approximate_value_of_the_only_source_is_not_made_exact_by_another_source(
    only_source: str | None, settled: list[str]
) -> None:
    connection = duckdb.connect()
    connection.execute(
        "CREATE SCHEMA resolved; CREATE TABLE resolved.claims AS SELECT * FROM (VALUES"
        " ('1', 'brief', 't', 'value', '38000 KRW', false, true),"
        " ('2', 'full', 't', 'value', '37612 KRW', false, false),"
        " ('3', 'brief', 't', 'signed', '2021-05', true, NULL),"
        " ('4', 'full', 't', 'signed', '2021-05-03', true, NULL)"
        ") said(claim, source, thing, property, value, is_date, is_about)"
    )
    use_finer_values(connection, only_source)
    rows = connection.execute("SELECT value FROM resolved.claims ORDER BY claim").fetchall()
    assert [value for (value,) in rows] == settled


@pytest.mark.parametrize(
    ("dates", "read", "vague"),
    [
        (["2021", "2021-05", "2021-05-03"], ["2021-05-03"] * 3, [False] * 3),
        (["2021-05", "2021-05-01", "2021-05-31"], ["2021-05", "2021-05-01", "2021-05-31"], [True, False, False]),
        (["2021-05", "2021-06-01"], ["2021-05", "2021-06-01"], [False, False]),
        (["2021-05-03", "2021-05-03T10:00"], ["2021-05-03T10:00"] * 2, [False, False]),
        (["2021-05-03", "2021-05-03"], ["2021-05-03", "2021-05-03"], [False, False]),
    ],
)
def test_a_date_is_read_as_the_one_finer_date_in_it(dates: list[str], read: list[str], vague: list[bool]) -> None:
    connection = duckdb.connect()
    rows = ", ".join(f"('{place}', 's', 't', 'signed', '{day}', true, NULL)" for place, day in enumerate(dates))
    connection.execute(
        "CREATE SCHEMA resolved; CREATE TABLE resolved.claims AS SELECT * FROM (VALUES"
        f" {rows}) c(claim, source, thing, property, value, is_date, is_about)"
    )
    use_finer_values(connection)
    found = connection.execute("SELECT value, is_vague FROM resolved.claims ORDER BY claim").fetchall()
    assert found == list(zip(read, vague, strict=True))
