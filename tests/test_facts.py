"""Facts about organisations: names, identifiers, kinds, industries, regions, groups, and what is made of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.fact_tables import fact_tables
from helpers.small_tables import edit, write_tables
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg.accept.names import calm, is_shouting
from kg.build import build
from kg.check_digits import CHECKSUMS, has_right_check
from kg.errors import InputFaults
from kg.export.tables import rebuild
from kg.graph import Graph
from kg.vocab import ID

HANBIT, OLD = ID["org/hanbit-electronics"], ID["org/hanbit-old"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tables(tmp_path_factory.mktemp("facts") / "data", fact_tables())


@pytest.fixture(scope="module")
def graph(folder: Path) -> Iterator[Graph]:
    out = folder.parent / "build"
    build(folder, out)
    with kg.open(out) as opened:
        yield opened


def pairs(graph: Graph, sparql: str) -> list[tuple[str, ...]]:
    rows = graph.query(sparql).itertuples(index=False)
    return sorted(tuple(str(cell).removeprefix(ID) for cell in row) for row in rows)


# --- labels ------------------------------------------------------------------------------------------------------


def test_the_name_of_its_own_is_the_label_and_a_name_in_capitals_only_without_another(graph: Graph) -> None:
    found = dict(pairs(graph, 'SELECT ?o ?l WHERE { ?o a kg:Organisation ; rdfs:label ?l FILTER(LANG(?l) = "en") }'))
    assert found == {
        "org/hanbit-electronics": "Hanbit Electronics",
        "org/sesol-parts": "Sesol Parts Co.,Ltd",
        "org/nuri-water": "NURI",
        "org/rival": "Garam Trading",
    }
    stated = pairs(graph, "SELECT ?name WHERE { ?x a kg:OrganisationName ; kg:name ?name }")
    assert ("SESOL PARTS CO.,LTD",) in stated


def test_another_order_of_the_policy_gives_another_label(folder: Path, graph: Graph) -> None:
    other = graph.under("prefer-name=press>register").table("organisations").set_index("organisation")
    assert other.loc["rival", "name_en"] == "Garam Mulsan"
    assert other.loc["hanbit-electronics", "name_en"] == "Hanbit Electronics"


@given(st.lists(st.text(alphabet="ABCDEFG", min_size=4), min_size=1))
def test_a_calm_name_changes_letter_case_only_and_keeps_capitals_only_without_a_vowel(words: list[str]) -> None:
    name = " ".join(words)
    assert calm(name).casefold() == name.casefold()
    assert all(not after.isupper() or not set("AE") & set(after) for after in calm(name).split(" "))
    assert not is_shouting(calm(name)) or not set("AE") & set(name)


# --- identifiers -------------------------------------------------------------------------------------------------


def test_sharing_an_identifier_is_a_rename_evidence_or_a_conflict(graph: Graph) -> None:
    found = graph.query("shared-identifiers", language="en")
    assert sorted(zip(found["identifier"], found["reading"], strict=True)) == [
        ("00000001", "rename"), ("00000002", "evidence"), ("00000003", "conflict"),
        ("Q1", "rename"), ("Q3", "conflict"),
    ]  # fmt: skip
    conflicts = graph.query("conflicts-by-type", type="identifier", language="en")
    assert len(conflicts) == 2


def test_only_an_entity_that_nobody_disputes_is_the_same(graph: Graph) -> None:
    same = pairs(graph, "SELECT ?o ?e WHERE { ?o <http://www.w3.org/2002/07/owl#sameAs> ?e }")
    assert same == [
        ("org/hanbit-electronics", "http://www.wikidata.org/entity/Q1"), ("org/nuri-water", "https://ror.org/05a28rw58"),
    ]  # fmt: skip
    related = pairs(graph, "SELECT ?o ?e WHERE { ?o kg:related ?e }")
    assert related == [
        ("org/hanbit-old", "http://www.wikidata.org/entity/Q1"), ("org/sesol-parts", "http://www.wikidata.org/entity/Q9"),
    ]  # fmt: skip
    pages = pairs(graph, "SELECT ?o ?e WHERE { ?o a kg:Organisation ; rdfs:seeAlso ?e }")
    assert ("org/nuri-water", "https://search.gleif.org/#/record/5493004WIDNO4WOEYG91") in pages


def test_a_firm_may_have_several_isins_but_not_two_codes_of_a_register(graph: Graph, tmp_path: Path) -> None:
    isins = pairs(graph, 'SELECT ?v WHERE { ?i a kg:Identifier ; kg:identifierValue ?v FILTER(STRSTARTS(?v, "KR")) }')
    assert isins == [("KR7000001008",), ("KR7000002006",)]
    assert "identifier" not in {
        row[0].rsplit(".", 1)[-1] for row in pairs(graph, "SELECT ?c WHERE { ?c a kg:Conflict }")
    }


@given(st.sampled_from(sorted(CHECKSUMS)), st.integers(0, 8), st.integers(1, 9))
def test_a_changed_digit_is_noticed(method: str, place: int, more: int) -> None:
    right = {"isin": "KR7005930003", "isni": "0000000121032683", "lei": "5493004WIDNO4WOEYG91", "ror": "05a28rw58"}
    text = right[method]
    assert has_right_check(method, text)
    at = place % len(text)
    if text[at].isdigit():
        changed = text[:at] + str((int(text[at]) + more) % 10) + text[at + 1 :]
        assert not has_right_check(method, changed)


# --- what else is accepted -------------------------------------------------------------------------------------------


def test_kinds_hold_for_their_year_and_the_last_is_the_kind_of_the_organisation(graph: Graph) -> None:
    found = graph.query("kinds-through-time", organisation="세솔부품", language="en")
    assert list(zip(found["fromYear"], found["kindLabel"], strict=True)) == [
        (2024, "small or medium-sized firm"), (2025, "mid-size company"),
    ]  # fmt: skip
    kinds = dict(pairs(graph, "SELECT ?o ?k WHERE { ?o a kg:Organisation ; kg:kind ?k }"))
    assert kinds["org/sesol-parts"] == "code/organisation-kind/mid-size-company"
    assert len(graph.query("conflicts-by-type", type="kind")) == 0


def test_a_membership_that_has_ended_gives_no_group(graph: Graph) -> None:
    groups = pairs(graph, "SELECT ?o ?g WHERE { ?o a kg:Organisation ; kg:businessGroup ?g }")
    assert groups == [("org/dalbit", "group/hanbit-group"), ("org/hanbit-electronics", "group/hanbit-group")]


def test_an_old_printed_name_of_a_region_stays_beside_its_code(graph: Graph) -> None:
    assert pairs(graph, 'SELECT ?r WHERE { GRAPH ?g { ?c kg:region ?r ; kg:printed "강원도" } }') == [
        ("code/region/KR-42",)
    ]
    assert pairs(graph, 'SELECT ?r WHERE { ?r skos:altLabel "강원도"@ko }') == [("code/region/KR-42",)]


def test_the_tables_are_rebuilt_from_the_graph(graph: Graph, folder: Path) -> None:
    rows = rebuild(folder.parent / "build" / "current" / "graph.nq")
    for name, wanted in fact_tables().items():
        found = [{column: cell for column, cell in row.items() if cell} for row in rows[name]]
        key = sorted(map(sorted, (row.items() for row in wanted)))
        assert sorted(map(sorted, (row.items() for row in found))) == key, name


# --- tables left out, and bad input -----------------------------------------------------------------------------------


def test_a_subject_without_these_tables_has_nothing_of_them(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "data")
    summary = build(folder, tmp_path / "build")
    assert "organisation_names" not in summary.rows
    assert not (tmp_path / "build" / "current" / "records" / "organisation_names.parquet").exists()
    with kg.open(tmp_path / "build") as graph:
        assert pairs(graph, "SELECT ?c WHERE { ?c skos:inScheme <https://w3id.org/sangsaeng/id/code/region> }") == []
        assert len(graph.query("ties-between-industries")) == 0
        assert graph.without("daily-2").table("organisations")["industry"].isna().all()


def test_faults_of_facts_name_file_row_value_and_remedy(folder: Path, tmp_path: Path) -> None:
    spoiled = write_tables(tmp_path / "data", fact_tables())
    edit(spoiled / "organisation_identifiers.csv", "00000003", "3")
    edit(spoiled / "organisation_identifiers.csv", "KR7000001008", "KR7000001009")
    edit(spoiled / "organisation_regions.csv", "KR-11", "KR-99")
    edit(spoiled / "group_memberships.csv", "garam-group,member,,2020-12", "garam-group,member,2021-01,2020-12")
    edit(
        spoiled / "organisation_names.csv",
        "hanbit-electronics,en,Hanbit Electronics,",
        "hanbit-electronics,English,Hanbit Electronics,",
    )
    edit(spoiled / "fact_judgements.csv", "identifier,krx,000009", "identifier,krx,9")
    with pytest.raises(InputFaults) as caught:
        build(spoiled, tmp_path / "build")
    found = {(fault.file, fault.column, fault.value) for fault in caught.value.faults}
    assert found == {
        ("organisation_identifiers.csv", "identifier", "3"),
        ("organisation_identifiers.csv", "identifier", "KR7000001009"),
        ("organisation_regions.csv", "region", "KR-99"),
        ("group_memberships.csv", "end", "2020-12"),
        ("organisation_names.csv", "language", "English"),
        ("fact_judgements.csv", "value", "9"),
    }
    assert all(fault.row and fault.text.ko and fault.text.en for fault in caught.value.faults)


def test_a_scheme_with_a_wrong_description_is_named(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "data", fact_tables())
    (folder / "codelists").mkdir()
    (folder / "codelists" / "identifier-scheme.csv").write_text(
        "code,label_ko,label_en,definition_ko,definition_en,position,pattern,checksum,address\n"
        "krx,거래소,exchange,,,1,[0-9,luhn,https://example.org/\n",
        encoding="utf-8",
    )
    with pytest.raises(InputFaults) as caught:
        build(folder, tmp_path / "build")
    mine = {(fault.column, fault.value) for fault in caught.value.faults if fault.file.startswith("codelists/")}
    assert mine == {("pattern", "[0-9"), ("checksum", "luhn"), ("address", "https://example.org/")}


def test_a_file_may_leave_out_the_optional_column(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "data")
    (folder / "organisation_kinds.csv").write_text(
        "organisation,kind,source,place,as_printed,stance,approximate,note\n세솔부품,sme,daily-2,,,,,\n",
        encoding="utf-8",
    )
    assert build(folder, tmp_path / "build").rows["organisation_kinds"] == 1
