"""Explanations: who says it, where, what is followed and why; edges by source; what is derived; unknown names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.extended_tables import extended_tables
from helpers.servers import serve_store
from helpers.small_tables import write_tables

from kg.build import build
from kg.cli import main
from kg.errors import KgError, Text
from kg.explain import Explanation, explain
from kg.explain.find import why_near
from kg.explain.notes import ClaimNote, DerivedNote, Request, ThingNote
from kg.explain.reading import property_of
from kg.graph import Graph
from kg.mapping import read_mapping
from kg.mapping.model import TermMap
from kg.opening import open_graph
from kg.paths import shipped
from kg.queries import GraphAccess, run
from kg.records import read_schema
from kg.store import load_store
from kg.tabular import width
from kg.vocab import BASE, ID, KG, RDF, RDFS, analysis_graph


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explain")
    write_tables(folder / "data", extended_tables())
    build(folder / "data", folder / "out")
    return folder / "out"


OWN = "https://partners.example/kg/"


@pytest.fixture(scope="module")
def own_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own-base")
    write_tables(folder / "data", extended_tables())
    (folder / "data" / "dataset.toml").write_text(f'base = "{OWN}"\n', encoding="utf-8")
    build(folder / "data", folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def graph(small: Path) -> Iterator[Graph]:
    with open_graph(small) as found:
        yield found


@pytest.fixture(scope="module")
def real(real_build: Path) -> Iterator[Graph]:
    with open_graph(real_build) as found:
        yield found


def thing(found: Explanation, path: str) -> ThingNote:
    return next(note for note in found.things if note.path == path)


def by_source(note: ThingNote) -> dict[str, ClaimNote]:
    return {claim.source.id: claim for claim in note.claims}


# --- things, names and ratings -----------------------------------------------------------------------------------


def test_a_rating_lists_each_claim_with_its_source_and_the_policy_choice(graph: Graph) -> None:
    found = graph.explain("한빛전자 2023")
    (rating,) = found.things
    assert rating.path == "rating/win-win-index/2023/hanbit-electronics"
    assert [(title.en, value.en) for title, value in rating.values] == [("grade", "excellent")]
    assert (rating.status, rating.reason) == ("accepted", "correction")
    assert rating.rule and rating.rule.code == "prefer-stance" and rating.rule.position == 1
    assert rating.rule.why and rating.rule.why.en.startswith("a corrected value replaces the announced one")
    first, second = rating.claims
    assert (first.source.publisher, first.source.published, first.printed, first.standing) == (
        "가나일보",
        "2024-03-05",
        "최우수",
        "set-aside",
    )
    assert (second.source.publisher, second.stance and second.stance.en, second.standing) == (
        "다라일보",
        "correction",
        "followed",
    )
    assert first.source.origin == "announcement-r1" and first.source.url == "https://daily.example/1"
    assert [(number, [title.en for title in titles]) for number, titles in first.disagrees] == [(2, ["grade"])]
    assert first.agrees == ()


def test_agreeing_claims_are_counted_and_an_undecided_value_is_marked(graph: Graph) -> None:
    most = graph.explain("가람물류 2021").things[0]
    assert most.reason == "more-origins"
    assert by_source(most)["daily-2"].agrees == (by_source(most)["late-1"].number,)
    open_ = graph.explain("rating/win-win-index/2022/garam-logistics").things[0]
    assert (open_.status, open_.values) == ("undecided", ())
    assert {claim.standing for claim in open_.claims} == {"contested"}
    assert "undecided" in graph.explain("가람물류 2022년").as_text("en")


def test_a_month_does_not_disagree_with_a_day_inside_it(graph: Graph) -> None:
    case = thing(graph.explain("case/display"), "case/display")
    assert by_source(case)["weekly-1"].agrees == (1,)
    assert by_source(case)["weekly-1"].disagrees == ()


def test_an_organisation_lists_every_claim_about_it(graph: Graph) -> None:
    found = graph.explain("한빗전자")  # a misprint that the register lists
    assert found.asked.label.ko == "한빛전자"
    paths = {note.path for note in found.things}
    assert {
        "rating/win-win-index/2023/hanbit-electronics",
        "participation/display/lead/hanbit-electronics",
        "contribution/display/funding",
        "attendance/forum/-/attendee/hanbit-electronics",
    } <= paths
    part = thing(found, "participation/display/lead/hanbit-electronics")
    assert by_source(part)["daily-1"].printed_name == "한빗전자"
    assert by_source(part)["weekly-1"].printed_name == "한빛전자"
    gift = thing(found, "contribution/display/funding")
    assert gift.claims[0].printed_name == "한빛전자 → 세솔부품"
    assert dict((title.en, value.en) for title, value in gift.values)["value"].startswith("20,000,000 ")


@pytest.mark.parametrize(
    ("asked", "sources"),
    [
        ("case/display", ("daily-1", "weekly-1")),
        ("표시 장치 부품", ("daily-1", "weekly-1")),
        ("forum", ("release-1",)),
        ("제9기", ("daily-1", "release-1", "weekly-1")),
        ("daily-2", ("daily-1", "daily-2", "late-1", "release-1")),
        (ID["participation/stub/partner/unnamed"], ("release-1",)),
        ("id:claim/daily-2/rating.win-win-index.2023.hanbit-electronics", ("daily-1", "daily-2")),
    ],
)
def test_anything_that_is_claimed_can_be_asked_for(graph: Graph, asked: str, sources: tuple[str, ...]) -> None:
    assert graph.explain(asked).sources == sources


def test_a_property_of_a_claim_is_named_as_the_mapping_names_it() -> None:
    mapping = read_mapping(shipped("ontology") / "mapping.rml.ttl").triples_maps
    seen = set()
    for table in read_schema().facts:
        assert table.claimed
        one = next(one for one in mapping if one.source == f"{table.name}.parquet" and str(KG.Claim) in one.classes)
        for column in (*table.claimed.compared, *table.claimed.described):
            carried_by = {
                pair.predicates[0].parts[0]
                for pair in one.pairs
                for target in pair.objects
                if isinstance(target, TermMap) and target.columns[-1:] == (column,)
            }
            assert KG[property_of(column)] in carried_by, (table.name, column)
            seen.add(column)
    assert {"grade", "identifier", "giver_org", "from_year"} <= seen


# --- edges -------------------------------------------------------------------------------------------------------


def test_an_edge_is_explained_source_by_source(graph: Graph) -> None:
    edge = graph.explain("한빛전자 ~ 세솔부품").edge
    assert edge
    (case,) = edge.tied_by
    assert (case.iri, case.selected, [role.en for role in case.roles_one]) == (
        ID["case/display"],
        "2024-03-05",
        ["lead"],
    )
    states = {each.source.id: (len(each.one), len(each.other)) for each in case.sources}
    assert states == {"daily-1": (1, 1), "weekly-1": (1, 0)}
    assert [source.id for source in edge.stated_by] == ["daily-1"]
    assert edge.origins == ("announcement-r1",)


def test_a_source_that_states_one_end_only_is_said_to_state_no_partner(graph: Graph) -> None:
    found = graph.explain("세솔부품~한빛전자")
    assert found.edge
    (note,) = found.edge.one_sided
    assert (note.source.id, note.case, note.joint_case) == ("release-1", ID["case/stub"], ID["case/display"])
    assert (note.end.iri, note.judgement, note.claims[0].place) == (
        ID["org/hanbit-electronics"],
        "unsure",
        "annex 1 row 2",
    )
    assert note.unnamed and note.unnamed.en == "partner not printed"
    assert "release-1 (자차부, 2024-03-20, annex 1 row 2)" in found.as_text("ko")
    assert "states 한빛전자 only ‘한빛전자’, and no partner" in found.as_text("en")
    assert "no partner is printed" in found.as_text("en")


def test_where_no_case_ties_two_the_edge_says_what_there_is_instead(graph: Graph) -> None:
    met = graph.explain("한빛전자 ~ 가람물류")
    assert met.edge and not met.edge.tied_by
    assert [(meeting.label.ko, meeting.sources) for meeting in met.edge.meetings] == [("협력 포럼", ("release-1",))]
    assert "no tie" in met.as_text("en") and "not a tie" in met.as_text("en")
    supported = graph.explain("다온기금 ~ 세솔부품")
    assert supported.edge and not supported.edge.tied_by
    assert [role.en for role in supported.edge.cases[0].roles_one] == ["supporter"]
    assert "연결이 아님" in supported.as_text("ko")
    nothing = graph.explain("다온기금 ~ 가람물류")
    assert nothing.edge and not nothing.edge.cases and not nothing.edge.meetings
    assert "함께 적힌 사례도, 함께 참석한 행사도 없음" in nothing.as_text("ko")


# --- under a supposition -----------------------------------------------------------------------------------------


def test_another_policy_gives_its_own_choice_and_reason(graph: Graph) -> None:
    strict = graph.explain("한빛전자 2023", policy="strictest").things[0]
    assert (strict.status, strict.reason, strict.values) == ("undecided", "too-few-origins", ())
    assert {claim.standing for claim in strict.claims} == {"short"}
    given = graph.explain("한빛전자 2023", policy="prefer-stance=announcement>correction")
    assert [value.en for _, value in given.things[0].values] == ["outstanding"]
    assert given.things[0].rule and given.things[0].rule.argument == "announcement>correction"


def test_claims_left_out_are_shown_as_left_out_and_make_no_tie(graph: Graph) -> None:
    found = graph.without("daily-1").explain("한빛전자 ~ 세솔부품")
    assert found.edge and not found.edge.tied_by and not found.edge.stated_by
    part = thing(found, "participation/display/lead/hanbit-electronics")
    assert {source: claim.standing for source, claim in by_source(part).items()} == {
        "daily-1": "left-out",
        "weekly-1": "followed",
    }
    assert "without daily-1" in found.as_text("en")


# --- derived facts -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def derived_store(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small graph with a fact derived from two claims, and a second one derived from the first."""
    folder = tmp_path_factory.mktemp("derived")
    claims = [ID[f"claim/{source}/rating.win-win-index.2023.hanbit-electronics"] for source in ("daily-1", "daily-2")]
    triples = [
        (ID["conflict/a"], RDF.type, KG.Conflict),
        (ID["conflict/a"], KG.rule, ID["code/policy-rule/prefer-stance"]),
        *((ID["conflict/a"], KG.derivedFrom, claim) for claim in claims),
        (ID["derived/b"], KG.derivedFrom, ID["conflict/a"]),
        (ID["derived/b"], RDF.type, KG.Conflict),
    ]
    lines = [f"<{s}> <{p}> <{o}> <{analysis_graph()}> .\n" for s, p, o in triples]
    lines.append(f'<{ID["derived/b"]}> <{RDFS.label}> "끌어낸 것"@ko <{analysis_graph()}> .\n')
    text = (small / "graph.nq").read_text(encoding="utf-8")
    (folder / "all.nq").write_text(text + "".join(lines), encoding="utf-8")
    load_store(folder / "all.nq", folder / "store")
    return folder / "store"


@pytest.mark.parametrize("asked", ["한빛전자 2023", "conflict/a", "derived/b"])
def test_derived_facts_are_shown_with_the_tree_of_their_parents(derived_store: Path, asked: str) -> None:
    found = explain(GraphAccess(lambda sparql: run(derived_store, sparql, max_query_bytes=None)), asked)
    assert [note.path for note in found.things] == ["rating/win-win-index/2023/hanbit-electronics"]
    (top,) = found.derived
    assert (top.path, top.label.ko) == ("derived/b", "끌어낸 것")
    (below,) = top.rests_on
    assert below.path == "conflict/a" and below.rule and below.rule.en == "prefer stance"
    assert [leaf.rsplit("/", 2)[1] for leaf in below.leaves] == ["daily-1", "daily-2"]
    shown = found.as_text("en")
    assert "Derived (stated by no source as such)" in shown
    assert "← claim/daily-1/rating.win-win-index.2023.hanbit-electronics" in shown


# --- how it shows ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_columns_of_a_table_stand_under_each_other_in_the_terminal(graph: Graph, language: str) -> None:
    lines = graph.explain("한빛전자 2023").as_text(language).splitlines()
    rule = next(place for place, line in enumerate(lines) if "──" in line)
    starts = [place for place, letter in enumerate(lines[rule]) if letter == "─" and lines[rule][place - 1] == " "]
    assert len(starts) > 8
    for line in (lines[rule - 1], *lines[rule + 1 : rule + 3]):
        columns, at = {}, 0
        for letter in line:
            columns[at] = letter
            at += width(letter)
        assert all(columns.get(start, " ") != " " or start >= at for start in starts if start in columns)
        assert all(columns.get(start - 1, " ") == " " for start in starts)


def test_a_notebook_gets_one_piece_with_everything_escaped(tmp_path: Path) -> None:
    found = extended_tables()
    found["cases"][0]["title"] = '<script>alert(1)</script> & "부품"'
    write_tables(tmp_path / "data", found)
    build(tmp_path / "data", tmp_path / "out")
    with open_graph(tmp_path / "out") as graph:
        page = graph.explain("case/display")._repr_html_()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in page and "<script" not in page
    assert 'href="https://daily.example/1"' in page and "src=" not in page


def test_control_characters_of_the_data_do_not_reach_the_terminal() -> None:
    hostile = "\x1b[31m빨강\u202e\x07"
    text = Text(hostile, hostile)
    thing = ThingNote("i", "p", text, text, ((text, text),), "accepted", text, "agreed", text, text, None, ())
    fact = DerivedNote("i", "p", "k", text, text, ((text, text),), leaves=(hostile,))
    shown = Explanation(Request(hostile, ("i",), text, hostile), (thing,), (fact,)).as_text("ko")
    assert "\\x1b[31m빨강\\u202e\\x07" in shown
    assert not set(shown) & {"\x1b", "\u202e", "\x07"}


def test_json_holds_the_same_in_both_languages(graph: Graph) -> None:
    found = json.loads(json.dumps(graph.explain("한빛전자 ~ 세솔부품").as_json(), ensure_ascii=False))
    assert found["edge"]["tied"] is True
    assert (found["edge"]["sources"], found["edge"]["origins"]) == (["daily-1"], ["announcement-r1"])
    assert found["edge"]["one_sided"][0]["unnamed"].keys() == {"ko", "en"}
    assert found["asked"]["policy"] == "default"


def test_the_command_prints_text_or_json(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["explain", "한빛전자 2023", "--graph", str(small)]
    assert main([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["things"][0]["reason"] == "correction"
    assert main([*command, "--policy", "strictest"]) == 0
    assert "daily-2" in capsys.readouterr().out


@pytest.mark.parametrize("asked", ["한빛전자", "한빛전자 ~ 세솔부품", "한빛전자 2023", "org/hanbit-electronics"])
@pytest.mark.parametrize("policy", ["default", "strictest"])
def test_a_graph_with_a_base_of_its_own_is_explained_alike(
    own_base: Path, graph: Graph, asked: str, policy: str
) -> None:
    with open_graph(own_base) as own:
        theirs, ours = own.explain(asked, policy=policy), graph.explain(asked, policy=policy)
        for language in ("ko", "en"):
            assert theirs.as_text(language) == ours.as_text(language)
        told = json.dumps(theirs.as_json())
    assert OWN in told and BASE + "id/" not in told
    assert json.loads(told.replace(OWN, BASE)) == json.loads(json.dumps(ours.as_json()))


# --- bad input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("세솔부픔", "nearest: 세솔부품 (org/sesol-parts: 1 jamo or letter differs)"),
        ("세솔부픔 ~ 한빛전자", "nearest: 세솔부품 (org/sesol-parts: 1 jamo or letter differs)"),
        ("한빛전자 ~ 한빗전자", "both names mean one organisation"),
        ("한빛전자 1999", "no source states a rating for 1999. Years with a rating: 2023"),
        ("org/nobody", "there is no claim about it"),
        ("https://a.example/b c", "is not a valid IRI"),
        ("!!!!", "there is nothing called '!!!!'"),
    ],
)
def test_what_is_not_known_gets_the_nearest_and_the_reason(graph: Graph, asked: str, message: str) -> None:
    with pytest.raises(KgError) as error:
        graph.explain(asked)
    assert message in error.value.text.en
    assert error.value.text.ko != error.value.text.en


@pytest.mark.parametrize(
    ("wanted", "name", "reason"),
    [
        ("LG전지", "LG전자", "1 jamo or letter differs"),
        ("서부발전", "한국서부발전", "contains ‘서부발전’"),
        ("삼성무언가", "삼성전자서비스", "begins with ‘삼성’ too"),
        ("아무발전", "한국중부발전", "ends in ‘발전’ too"),
    ],
)
def test_nearness_is_explained_in_words(wanted: str, name: str, reason: str) -> None:
    assert why_near(wanted, name).en == reason


# --- an endpoint, and the real graph -----------------------------------------------------------------------------


def test_an_endpoint_explains_as_a_store_does(small: Path, graph: Graph) -> None:
    process, url = serve_store(small / "store")
    try:
        for asked in ("한빛전자 ~ 세솔부품", "한빛전자 2023", "제9기"):
            assert open_graph(url).explain(asked) == graph.explain(asked)
        with pytest.raises(KgError, match="An endpoint has no folder"):
            open_graph(url).explain("한빛전자 2023", policy="strictest")
    finally:
        process.terminate()
        process.wait(10)


def test_the_press_release_itself_states_no_partner_of_sk_ecoplant(real: Graph) -> None:
    found = real.explain("SK에코플랜트 ~ 티제이랩스")
    assert found.edge
    assert [source.id for source in found.edge.stated_by] == [
        "businesspost-373538",
        "cnbnews-693425",
        "newdaily-20241120",
        "segye-20241120",
        "cnbweekly-165014",
    ]
    assert {source.kind.en for source in found.edge.stated_by if source.kind} == {"press"}
    assert found.edge.origins == ("announcement-wwh-4",)
    sides = {(note.source.id, note.end.label.ko): note for note in found.edge.one_sided}
    assert set(sides) == {("mss-20241128", "SK에코플랜트"), ("mss-20241128", "티제이랩스")}
    note = sides["mss-20241128", "SK에코플랜트"]
    assert note.claims[0].span == (2677, 2752) and note.claims[0].level == "span"
    korean = found.as_text("ko")
    assert "비즈니스포스트" in korean and "mss-20241128 (중소벤처기업부, 2024-11-28, annex 2 row 2" in korean
    assert "SK에코플랜트만 말하고 ‘SK에코플랜트’ 상대를 적지 않음" in korean


def test_a_grade_corrected_twice_is_followed_to_its_last_correction(real: Graph) -> None:
    (note,) = real.explain("GS건설 2016").things
    assert (note.reason, [value.ko for _, value in note.values]) == ("latest-correction", ["보통"])
    assert {value for claim in note.claims for value in [claim.printed]} == {"우수", "양호", "보통"}
    assert note.rule and note.rule.code == "prefer-latest"


@pytest.mark.parametrize("asked", ["SK에코플랜트 ~ 티제이랩스", "LG전자", "GS건설 2016", "case/wwh-4-lge-semisolution"])
def test_an_explanation_of_the_real_graph_takes_few_queries(real: Graph, asked: str) -> None:
    asks: list[str] = []

    def ask(sparql: str):  # type: ignore[no-untyped-def]  # counts what the graph is asked
        asks.append(sparql)
        return real.ask_internal(sparql, max_rows=1_000_000)

    assert explain(GraphAccess(ask), asked).things
    assert len(asks) <= 5
