"""Cells and rows of record tables: read exactly, at their bounds, and one fault of one cause."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb
import pytest
from helpers.loading import load_folder
from helpers.small_tables import ROWS, write_tables
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.characters import hidden_characters
from kg.dialect import write_rows
from kg.errors import Collector, Fault
from kg.records import read_schema
from kg.records.loaded import Loaded
from kg.records.reading import load_table
from kg.values import sql_text

SCHEMA = read_schema()
Rows = dict[str, list[dict[str, str]]]


def places(faults: list[Fault]) -> list[tuple[str, int | None, str | None]]:
    return [(fault.file, fault.row, fault.column) for fault in faults]


def with_rows(**added: list[dict[str, str]]) -> Rows:
    """The small subject with other rows in some tables."""
    return {**{name: [dict(row) for row in rows] for name, rows in ROWS.items()}, **added}


# --- reading ------------------------------------------------------------------------------------------------------

CELLS = st.text(st.one_of(st.sampled_from("\r\n\t\",;'\\ "), st.characters(codec="utf-8")), max_size=12)


def read(path: Path, columns: list[str]) -> tuple[Loaded, list[tuple[object, ...]], Collector]:
    faults = Collector()
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA raw")
        loaded = load_table(connection, "raw.t", path, columns, faults)
        return loaded, connection.execute("SELECT * FROM raw.t ORDER BY row_").fetchall(), faults


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, CELLS), max_size=5), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_cells_are_read_as_they_were_written(
    tmp_path: Path, rows: list[tuple[str, str]], end: str, mixed: bool
) -> None:
    text = io.StringIO(newline="")
    quoted = csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL)
    quoted.writerow(("a", "b"))
    for place, row in enumerate(rows):
        csv.writer(text, lineterminator="\n" if mixed and place % 2 else end, quoting=csv.QUOTE_ALL).writerow(row)
    path = tmp_path / "t.csv"
    path.write_bytes(text.getvalue().encode())
    loaded, found, faults = read(path, ["a", "b"])
    assert not faults.faults and loaded.complete
    assert found == [(a or None, b or None, place) for place, (a, b) in enumerate(rows, 2)]


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_written_tables_are_read_back_unchanged(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    path = tmp_path / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        write_rows(stream, [("a", "b"), *rows])
    _, found, faults = read(path, ["a", "b"])
    assert not faults.faults and [row[:2] for row in found] == [(a or None, b or None) for a, b in rows]


def test_a_row_in_lf_after_rows_in_crlf_is_read(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b'a,b\r\n1,2\n"x\r\ny",3\r\n4,\n')
    loaded, found, faults = read(tmp_path / "t.csv", ["a", "b"])
    assert loaded.complete and not faults.faults
    assert found == [("1", "2", 2), ("x\r\ny", "3", 3), ("4", None, 4)]


def test_a_blank_line_and_a_carriage_return_outside_quotes_are_named(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"a,b\n1,2\n\n3,4\n")
    _, found, faults = read(tmp_path / "t.csv", ["a", "b"])
    assert [(fault.row, fault.text.en) for fault in faults.faults] == [(3, "is a blank line: remove it.")]
    assert [row[2] for row in found] == [2, 4]
    (tmp_path / "t.csv").write_bytes(b"a,b\n1,2\rx,y\n3,4\n")
    _, _, faults = read(tmp_path / "t.csv", ["a", "b"])
    ((row, text),) = [(fault.row, fault.text.en) for fault in faults.faults]
    assert row == 2 and "CR (U+000D) outside quotes" in text


@pytest.mark.parametrize(("length", "count"), [(1_000_000, 0), (1_000_001, 1)])
def test_a_cell_may_have_a_million_characters(tmp_path: Path, length: int, count: int) -> None:
    (tmp_path / "t.csv").write_text(f"a,b\n{'x' * length},y\n", encoding="utf-8")
    _, found, faults = read(tmp_path / "t.csv", ["a", "b"])
    assert len(faults.faults) == count and len(found) == 1 - count
    assert all("1,000,000 characters" in fault.text.en and fault.row == 2 for fault in faults.faults)


# --- Parquet ------------------------------------------------------------------------------------------------------


def write_parquet(path: Path, select: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO {sql_text(str(path))} (FORMAT parquet)")


@pytest.mark.parametrize(
    ("value", "kind"),
    [("[1, 2]", "LIST"), ("{'x': 1}", "STRUCT"), ("map {'x': 1}", "MAP"), ("'ab'::BLOB", "BLOB"),
     ("TIMESTAMP '2024-01-01'", "TIMESTAMP"), ("INTERVAL 1 DAY", "INTERVAL"), ("TIME '10:00'", "TIME"),
     ("TIMESTAMPTZ '2024-01-01 00:00+00'", "TIMESTAMP WITH TIME ZONE"), ("uuid()", "UUID")],
)  # fmt: skip
def test_a_column_of_parquet_without_one_plain_form_is_a_fault(tmp_path: Path, value: str, kind: str) -> None:
    write_parquet(tmp_path / "t.parquet", f"SELECT {value} AS a, 'x' AS b")
    loaded, found, faults = read(tmp_path / "t.parquet", ["a", "b"])
    (fault,) = faults.faults
    assert fault.column == "a" and f"of type {kind}: save it as text" in fault.text.en
    assert found == [(None, "x", 2)] and loaded.columns == {"b"}


def test_plain_types_of_parquet_are_read_as_text(tmp_path: Path) -> None:
    write_parquet(tmp_path / "t.parquet", "SELECT 12 AS a, DATE '2024-11-20' AS b, true AS c, 7.4 AS d, '' AS e")
    _, found, faults = read(tmp_path / "t.parquet", ["a", "b", "c", "d", "e"])
    assert not faults.faults and found == [("12", "2024-11-20", "true", "7.4", None, 2)]


def test_a_damaged_parquet_file_is_one_fault(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write_parquet(path, "SELECT repeat('가나다' || i, 20) AS a, i::VARCHAR AS b FROM range(5000) t(i)")
    sound = path.read_bytes()
    damaged = [b"", b"PAR1", sound[:-8], sound[: len(sound) // 2], sound[:4] + b"\xff" * 400 + sound[404:], b"x" * 500]
    damaged += [
        sound[:place] + bytes(200) + sound[place + 200 :] for place in range(4, len(sound) - 300, len(sound) // 9)
    ]
    for raw in damaged:
        path.write_bytes(raw)
        loaded, found, faults = read(path, ["a", "b"])
        if faults.faults:
            assert len(faults.faults) == 1 and faults.faults[0].file == "t.parquet" and not found
            assert not loaded.complete and len(faults.faults[0].text.en) < 400
        else:
            assert len(found) == 5000, "damage that no checksum shows still leaves every row"
    assert loaded.complete or faults.faults


# --- cells --------------------------------------------------------------------------------------------------------


def test_an_invisible_character_in_any_kind_of_cell_is_the_only_fault(tmp_path: Path) -> None:
    rows = with_rows()
    rows["cases"][0]["title"] = "표시\u202e장치"
    rows["sources"][0]["source"] = "daily-1\ufeff"
    rows["ratings"][0]["grade"] = "outstanding\u200b"
    rows["names"][3]["name"] = "누리\xad수자원공단"
    rows["rounds"][0]["year"] = "2024\x9b"
    faults, _ = load_folder(write_tables(tmp_path / "data", rows))
    assert places(faults) == [
        ("cases.csv", 2, "title"), ("names.csv", 5, "name"), ("ratings.csv", 2, "grade"), ("rounds.csv", 2, "year"),
        ("sources.csv", 2, "source"),
    ]  # fmt: skip
    assert "U+202E RIGHT-TO-LEFT OVERRIDE" in str(faults[0]) and r"\u202e" in str(faults[0])


def test_one_cause_is_one_fault(tmp_path: Path) -> None:
    rows = with_rows()
    for row in rows["ratings"]:
        row["scheme"] = "win-win-indes"  # of which no grade is known
    rows["rounds"].append(dict(rows["rounds"][0]))
    rows["organisations"][2]["organisation"] = ""
    for row in rows["case_participants"]:
        row["source"] = "weekly-9"
    faults, _ = load_folder(write_tables(tmp_path / "data", rows))
    assert places(faults) == [
        ("case_participants.csv", 2, "source"), ("organisations.csv", 4, "organisation"),
        ("ratings.csv", 2, "scheme"), ("rounds.csv", 3, "round"),
    ]  # fmt: skip
    assert "In 4 rows (also 3, 4, 5)." in faults[0].text.en and "4행" in faults[0].text.ko


def test_the_remedy_of_a_key_names_columns_of_that_key(tmp_path: Path) -> None:
    rows = with_rows()
    rows["rounds"].append(dict(rows["rounds"][0]))
    rows["ratings"].append(dict(rows["ratings"][0]))
    faults, _ = load_folder(write_tables(tmp_path / "data", rows))
    texts = {fault.file: fault.text for fault in faults}
    assert texts["rounds.csv"].en.endswith("remove one of the rows, or correct round.")
    assert texts["ratings.csv"].en.endswith("remove one of the rows, or correct place.")
    assert "place" not in texts["rounds.csv"].ko


def test_numbers_with_thousands_of_digits_are_refused(tmp_path: Path) -> None:
    rows = with_rows()
    rows["case_contributions"][0]["value"] = "9" * 5000
    rows["rounds"][0]["ordinal"] = "1" * 6000
    rows["editions"][0]["year"] = "2" * 4000
    data = write_tables(tmp_path / "data", rows)
    (data / "codelists").mkdir()
    head = "code,label_ko,label_en,definition_ko,definition_en,position\n"
    (data / "codelists" / "theme.csv").touch()
    (data / "codelists" / "theme.csv").unlink()
    (data / "codelists" / "unit.csv").write_text(f"{head}KRW,원,won,,,{'9' * 5000}\n", encoding="utf-8")
    (data / "policies.csv").write_text(
        f"policy,position,rule,argument,reason\ndefault,1,require-origins,{'9' * 5000},\n", encoding="utf-8"
    )
    faults, _ = load_folder(data)
    assert places(faults) == [
        ("case_contributions.csv", 2, "value"), ("codelists/unit.csv", 2, "position"), ("editions.csv", 2, "year"),
        ("policies.csv", 2, "argument"), ("rounds.csv", 2, "ordinal"),
    ]  # fmt: skip
    assert all(len(str(fault)) < 300 for fault in faults)


# --- values at their bounds ---------------------------------------------------------------------------------------

FACT = {"source": "daily-1", "stance": "announcement"}


def contribution(**cells: str) -> dict[str, str]:
    fixed = {"case": "display", "giver": "한빛전자", "kind": "funding", "modality": "given", "unit": "KRW", **FACT}
    return {**fixed, **cells}


def streak(**cells: str) -> dict[str, str]:
    fixed = {"scheme": "win-win-index", "organisation": "한빛전자", "grade": "outstanding", "kind": "consecutive"}
    return {**fixed, "grade_meaning": "exactly", **FACT, **cells}


def test_values_at_their_bounds_are_accepted_and_beyond_them_refused(tmp_path: Path) -> None:
    with (Path(__file__).parent.parent / "data" / "codelists" / "grade-meaning.csv").open(encoding="utf-8") as lines:
        meaning = next(csv.DictReader(lines))["code"]
    rows = with_rows(
        case_contributions=[
            contribution(contribution="zero", value="0"),
            contribution(contribution="less", value="-1"),
            contribution(contribution="all", value="100", unit="percent"),
            contribution(contribution="more", value="100.1", unit="percent"),
            contribution(contribution="won", value="101"),
            contribution(contribution="self", receiver="한빛전자", value="1"),
            contribution(contribution="near", value="-0.1"),
        ],
        rating_streaks=[
            streak(count="1", to_year="2023", grade_meaning=meaning, place="1"),
            streak(count="0", to_year="2023", grade_meaning=meaning, place="2"),
            streak(count="2", from_year="2022", to_year="2023", grade_meaning=meaning, place="3"),
            streak(count="3", from_year="2022", to_year="2023", grade_meaning=meaning, place="4"),
            streak(count="1", from_year="2024", to_year="2023", grade_meaning=meaning, place="5"),
            streak(count="1", from_year="2023", to_year="2023", grade_meaning=meaning, place="6"),
        ],
        editions=[
            {"scheme": "win-win-index", "year": year}
            for year in ("1799", "1800", "2100", "2101", "2023", "0000", "9999")
        ],
        spans=[
            {"source": "daily-1", "place": "a", "start": "0", "end": "1"},
            {"source": "daily-1", "place": "b", "start": "1", "end": "1"},
            {"source": "daily-1", "place": "c", "start": "-1", "end": "1"},
        ],
        events=[
            {"event": "same", "name": "같은 날", "start": "2024-11-28", "end": "2024-11-28", **FACT},
            {"event": "month", "name": "그 달", "start": "2024-11-28", "end": "2024-11", **FACT},
            {"event": "before", "name": "앞날", "start": "2024-11-28", "end": "2024-11-27", **FACT},
            {
                "event": "zones",
                "name": "같은 때",
                "start": "2024-11-28T10:00+09:00",
                "end": "2024-11-28T01:00Z",
                **FACT,
            },
            {"event": "hour", "name": "앞 시각", "start": "2024-11-28T10:00", "end": "2024-11-28T09:59", **FACT},
            {"event": "old", "name": "옛날", "start": "1799-12-31", **FACT},
            {"event": "last", "name": "끝 날", "start": "2100-12-31", **FACT},
            {"event": "late", "name": "먼 날", "start": "2101", **FACT},
        ],
    )
    faults, _ = load_folder(write_tables(tmp_path / "data", rows))
    assert places(faults) == [
        ("case_contributions.csv", 3, "value"), ("case_contributions.csv", 5, "value"),
        ("case_contributions.csv", 7, "receiver"), ("case_contributions.csv", 8, "value"),
        *((("editions.csv", row, "year")) for row in (2, 5, 7, 8)),
        ("events.csv", 4, "end"), ("events.csv", 6, "end"), ("events.csv", 7, "start"), ("events.csv", 9, "start"),
        ("rating_streaks.csv", 3, "count"), ("rating_streaks.csv", 5, "count"), ("rating_streaks.csv", 6, "to_year"),
        ("spans.csv", 3, "end"), ("spans.csv", 4, "start"),
    ]  # fmt: skip
    assert all(fault.value and fault.text.ko for fault in faults)


def test_nothing_is_judged_against_itself_or_part_of_itself(tmp_path: Path) -> None:
    rows = with_rows()
    remaining = [dict(row) for row in rows["organisations"]]
    rows["organisations"][0]["part_of"] = "hanbit-electronics"
    rows["organisations"][1]["part_of"] = "nuri-water"
    rows["organisations"][2]["part_of"] = "sesol-parts"
    judged = {"judgement": "different", "reason": "사유", "decided": "2024-01-01"}
    rows["case_identity"] = [
        {"one": "water", "other": "water", **judged},
        {"one": "display", "other": "water", **judged},
    ]
    rows["judgements"] = [{"about": "organisation", "one": "nuri-water", "other": "nuri-water", **judged}]
    rows["organisation_changes"] = [
        {"change": "c", "kind": "renamed", "before": "nuri-water", "after": "nuri-water", "judgement": "same", **FACT}
    ]
    faults, _ = load_folder(write_tables(tmp_path / "data", rows))
    found = [place for place in places(faults) if place[2] in ("other", "after", "part_of")]
    assert found == [
        ("case_identity.csv", 2, "other"), ("judgements.csv", 2, "other"), ("organisation_changes.csv", 2, "after"),
        ("organisations.csv", 2, "part_of"), ("organisations.csv", 3, "part_of"),
    ]  # fmt: skip
    circle = next(fault for fault in faults if fault.file == "organisations.csv" and fault.row == 3)
    assert "sesol-parts → nuri-water → sesol-parts" in circle.text.en
    remaining[1]["part_of"], remaining[2]["part_of"] = "nuri-water", "hanbit-electronics"
    assert load_folder(write_tables(tmp_path / "chain", with_rows(organisations=remaining)))[0] == []


def test_two_roles_of_one_organisation_in_a_case_are_advice(tmp_path: Path) -> None:
    rows = with_rows()
    assert load_folder(write_tables(tmp_path / "one", rows)) == ([], [])
    rows["case_participants"].append({"case": "display", "organisation": "한빛전자", "role": "supporter", **FACT})
    faults, (note,) = load_folder(write_tables(tmp_path / "two", rows))
    assert faults == [] and (note.file, note.row, note.column) == ("case_participants.csv", 6, "organisation")
    assert "hanbit-electronics" in note.text.en and "lead, supporter" in note.text.en and "display" in note.text.ko


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CELLS)
def test_a_text_is_accepted_or_refused_by_its_content(tmp_path: Path, cell: str) -> None:
    rows = with_rows()
    rows["cases"][0]["title"] = f"가{cell}나"
    faults, _ = load_folder(write_tables(tmp_path / "data", rows))
    assert all(place == ("cases.csv", 2, "title") for place in places(faults)) and len(faults) <= 1
    if next(hidden_characters(cell), None):
        assert faults
