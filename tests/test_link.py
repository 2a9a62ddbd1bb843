"""A list joined to the graph: identifiers first, then names; nothing below *same* is joined."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas
import pytest
from helpers.fact_tables import fact_tables
from helpers.small_tables import write_tables

import kg
from kg.build import build
from kg.cli import main
from kg.errors import KgError
from kg.graph import Graph
from kg.link import read_list
from kg.link.names import find_names, match_names
from kg.records import read_schema


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    folder = tmp_path_factory.mktemp("link")
    build(write_tables(folder / "data", fact_tables()), folder / "build")
    with kg.open(folder / "build") as opened:
        yield opened


def linked(graph: Graph, rows: list[dict[str, str]], **options: object) -> list[tuple[str, str]]:
    found = graph.link(pandas.DataFrame(rows).fillna(""), **options)  # type: ignore[arg-type]  # as given
    return list(zip(found["organisation"], found["judgement"], strict=True))


def test_identifiers_decide_and_a_name_that_disagrees_makes_the_row_unsure(graph: Graph) -> None:
    rows = [
        {"이름": "", "dart_corp_code": "00000001"},
        {"이름": "한빛전기", "dart_corp_code": "00000001"},
        {"이름": "가람물산", "dart_corp_code": "00000001"},
        {"이름": "없던이름", "dart_corp_code": "00000001"},
        {"이름": "㈜세솔부품", "dart_corp_code": "99999999"},
        {"이름": "", "dart_corp_code": "00000003"},
        {"이름": "", "dart_corp_code": ""},
    ]
    assert linked(graph, rows) == [
        ("hanbit-electronics", "same"), ("hanbit-old", "same"), ("", "unsure"), ("hanbit-electronics", "same"),
        ("sesol-parts", "same"), ("", "unsure"), ("", "none"),
    ]  # fmt: skip


def test_names_in_any_form_are_joined_and_similar_ones_are_not(graph: Graph) -> None:
    rows = [{"name": name} for name in ("주식회사 한빛전자", "Garam Trading", "SESOL PARTS", "한빛전가", "도림식품")]
    assert linked(graph, rows) == [
        ("hanbit-electronics", "same"), ("rival", "same"), ("sesol-parts", "same"), ("", "unsure"), ("", "none"),
    ]  # fmt: skip


def test_columns_are_brought_back_and_a_row_to_add_fits_its_table(graph: Graph) -> None:
    frame = pandas.DataFrame({"name": ["한빛 전자", "도림식품"], "kind": ["a", "b"]})
    found = graph.link(frame, extras=["kind", "industry", "region", "group", "partners"])
    first, second = found.to_dict("records")
    assert (first["kind"], first["kg_kind"], first["industry"]) == ("a", "large-company", "electronic-components")
    assert (first["region"], first["group"]) == ("KR-11", "hanbit-group")
    assert first["partners"] in ("세솔부품", "Sesol Parts Co.,Ltd")
    assert list(frame.columns) == ["name", "kind"]
    for row in (first, second):
        (cells,) = csv.reader(io.StringIO(row["row"]))
        assert len(cells) == len(read_schema().by_name[row["table"]].columns)
    assert (first["table"], second["table"]) == ("names", "organisations")


def test_two_processes_find_the_same_as_one(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["한빛전자", "Garam Trading", "도림식품", "세솔부품(주)", "한빗전자"]
    records = graph.folder / "records"
    monkeypatch.setattr("kg.link.names.MANY", 2)
    assert find_names(records, names) == match_names(records, sorted(names))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": "nothing"}, "no column 'nothing'"),
        ({"identifiers": {"duns": "name"}}, "no scheme 'duns'"),
        ({"extras": ["colour"]}, "'colour' is not a column"),
    ],
)
def test_what_cannot_be_honoured_is_said(
    graph: Graph, options: dict[str, object], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_LANG", "en")
    with pytest.raises(KgError, match=said):
        linked(graph, [{"name": "한빛전자"}], **options)
    with pytest.raises(KgError, match="no column of names"):
        linked(graph, [{"colour": "red"}])


def workbook(path: Path, rows: list[list[str]]) -> Path:
    """A workbook with shared texts, as spreadsheets write them."""
    texts = sorted({cell for row in rows for cell in row})
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    cells = "".join(
        f'<row r="{at}">' + "".join(
            f'<c r="{chr(65 + place)}{at}" t="s"><v>{texts.index(cell)}</v></c>'
            for place, cell in enumerate(row) if cell
        ) + "</row>"
        for at, row in enumerate(rows, 1)
    )  # fmt: skip
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("xl/worksheets/sheet1.xml", f"<worksheet {space}><sheetData>{cells}</sheetData></worksheet>")
        shared = "".join(f"<si><t>{text}</t></si>" for text in texts)
        book.writestr("xl/sharedStrings.xml", f"<sst {space}>{shared}</sst>")
    return path


def test_a_list_is_read_the_same_from_csv_parquet_and_xlsx(tmp_path: Path) -> None:
    rows = [["회사명", "krx"], ["한빛전자", "000660"], ["세솔부품", ""]]
    frame = pandas.DataFrame(rows[1:], columns=rows[0])
    frame.to_csv(tmp_path / "list.csv", index=False)
    import duckdb

    with duckdb.connect() as connection:
        connection.from_df(frame).write_parquet(str(tmp_path / "list.parquet"))
    workbook(tmp_path / "list.xlsx", rows)
    found = [read_list(tmp_path / f"list.{form}") for form in ("csv", "parquet", "xlsx")]
    assert all(each.equals(frame.astype(object)) for each in found)


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_a_broken_list_is_reported(tmp_path: Path, content: bytes) -> None:
    for form in ("xlsx", "parquet", "ods"):
        path = tmp_path / f"list.{form}"
        path.write_bytes(content)
        with pytest.raises(KgError):
            read_list(path)


def test_the_command_writes_the_list_and_counts(
    graph: Graph, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_LANG", "en")
    (tmp_path / "list.csv").write_text("회사명,krx code\n한빛전자,\n도림식품,\n", encoding="utf-8")
    arguments = ["link", str(tmp_path / "list.csv"), "--graph", str(graph.folder.parents[1]), "--with", "region"]
    assert main([*arguments, "--identifier", "krx=krx code", "--output", str(tmp_path / "out.csv")]) == 0
    assert "2 rows: 1 joined, 0 unsure, 1 not in the graph" in capsys.readouterr().err
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["region"] for row in rows] == ["KR-11", ""]
    assert main([*arguments, "--identifier", "krx"]) == 1
