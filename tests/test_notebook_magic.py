"""The magic in an IPython shell: questions, SPARQL, options, completion, errors on one line, tables to read."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas
import pytest
from helpers.small_tables import write_tables

from kg.build import build
from kg.errors import KgError
from kg.graph import Graph
from kg.notebook import open_near, table
from kg.notebook.line import read_line, words
from kg.opening import open_graph

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("IPython") is None, reason="IPython missing: pip install 'sangsaeng-kg[notebook]'"
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("magic")
    build(write_tables(folder / "data"), folder / "build")
    return folder


@pytest.fixture(scope="module")
def graph(place: Path) -> Iterator[Graph]:
    with open_graph(place / "build") as graph:
        yield graph


@pytest.fixture(scope="module")
def one_shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InteractiveShell]:
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        shell = InteractiveShell.instance(config=config)
        yield shell
        InteractiveShell.clear_instance()


@pytest.fixture
def shell(one_shell: InteractiveShell, graph: Graph, monkeypatch: pytest.MonkeyPatch) -> InteractiveShell:
    monkeypatch.setenv("KG_LANG", "en")
    if "sparql" not in one_shell.magics_manager.magics["line"]:
        one_shell.run_line_magic("load_ext", "kg.notebook")
    one_shell.user_ns["graph"] = graph
    return one_shell


Ask = Callable[[str], Any]


@pytest.fixture
def ask(shell: InteractiveShell) -> Ask:
    """Run a cell and give its result; an error is raised."""

    def run(cell: str) -> Any:
        done = shell.run_cell(cell)
        done.raise_error()
        return done.result

    return run


# --- asking -------------------------------------------------------------------------------------------------------


def test_a_question_by_name_gives_the_answer_of_the_graph(ask: Ask, graph: Graph) -> None:
    answer = ask("%sparql partners-of organisation=한빗전자")
    expected = graph.query("partners-of", organisation="hanbit-electronics")
    assert list(expected["partnerName"]) == ["세솔부품"]
    pandas.testing.assert_frame_equal(pandas.DataFrame(answer), expected)


@pytest.mark.parametrize(
    "cell",
    [
        '%sparql partners-of organisation="한빛전자"',
        "%sparql partners-of organisation='hanbit-electronics'",
        "firm = '한빛전자'\n%sparql partners-of organisation=$firm",
        "%%sparql\npartners-of organisation=한빛전자",
        "%sparql partners-of organisation=한빛전자 --max-rows 5 language=ko",
        "answer = %sparql --timeout 20 partners-of organisation=한빛전자\nanswer",
    ],
)
def test_the_same_question_can_be_written_in_several_ways(ask: Ask, cell: str) -> None:
    assert list(ask(cell)["partnerName"]) == ["세솔부품"]


def test_sparql_in_the_cell_goes_into_a_variable_as_a_dataframe(ask: Ask, shell: InteractiveShell) -> None:
    ask("%%sparql --into cases\nSELECT ?case WHERE { ?case a kg:Case } ORDER BY ?case")
    cases = shell.user_ns["cases"]
    assert isinstance(cases, pandas.DataFrame)
    assert [case.rsplit("/", 1)[1] for case in cases["case"]] == ["display", "water"]


def test_sparql_variables_are_not_replaced_by_python_variables(ask: Ask, shell: InteractiveShell) -> None:
    shell.user_ns["case"] = "not this"
    assert len(ask("%sparql SELECT $case WHERE { $case a kg:Case }")) == 2


def test_ask_shows_yes_or_no_and_is_a_boolean_in_a_variable(
    ask: Ask, shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert repr(ask("%sparql --into found ASK { ?s a kg:Case }")) == "yes"
    assert shell.user_ns["found"] is True
    monkeypatch.setenv("KG_LANG", "ko")
    nothing = ask("%sparql ASK { ?s a kg:Nothing }")
    assert repr(nothing) == "아니요" and not nothing


def test_construct_and_describe_show_turtle_that_reads_back(ask: Ask, graph: Graph) -> None:
    import pyoxigraph as ox

    turtle = ask("%%sparql\nCONSTRUCT WHERE { ?case a kg:Case }")
    quads = list(ox.parse(str(turtle), format=ox.RdfFormat.TURTLE))
    assert sorted(quad.subject.value.rsplit("/", 1)[1] for quad in quads) == ["display", "water"]
    assert turtle._repr_html_().startswith("<pre>") and "&lt;http" in turtle._repr_html_()
    lead = graph.resolve("organisation", "한빛전자")
    assert "한빛전자" in ask(f"%sparql DESCRIBE <{lead}>")


def test_a_file_of_plain_sparql_keeps_its_query_form(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "all.rq").write_text("CONSTRUCT WHERE { ?case a kg:Case }", encoding="utf-8")
    (tmp_path / "one.rq").write_text("SELECT ?case WHERE { ?case a kg:Case } LIMIT 1", encoding="utf-8")
    assert "id:case" in ask(f"%sparql {tmp_path / 'all.rq'}")
    assert len(ask(f"%sparql {tmp_path / 'one.rq'}")) == 1


def test_truncated_turtle_is_marked(ask: Ask) -> None:
    assert "# Cut after the first 1 triples" in ask("%%sparql --max-rows 1\nCONSTRUCT WHERE { ?case a kg:Case }")


def test_the_magic_alone_lists_the_questions(ask: Ask, graph: Graph) -> None:
    listed = ask("%sparql")
    assert list(listed["question"]) == [question.name for question in graph.questions()]
    assert dict(zip(listed["question"], listed["parameters"], strict=True))["ties-at-date"].startswith("day=… [mode=…]")


def test_a_graph_is_given_by_its_folder_or_found_in_the_current_folder(
    ask: Ask, shell: InteractiveShell, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.user_ns["graph"], shell.user_ns["folder"] = "not a graph", place / "build"
    assert len(ask(f'%sparql --graph "{place / "build"}" SELECT ?x WHERE {{ ?x a kg:Case }}')) == 2
    assert len(ask("%sparql --graph $folder SELECT ?x WHERE { ?x a kg:Case }")) == 2
    monkeypatch.chdir(place)
    assert len(ask("%sparql SELECT ?x WHERE { ?x a kg:Case }")) == 2


def test_open_near_uses_the_environment_variable_or_a_build_here_or_above(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KG_GRAPH", raising=False)
    monkeypatch.chdir(place)
    with open_near() as here:
        assert here.place == "build"
    monkeypatch.chdir(place / "data")
    with open_near() as above:
        assert above.place == "../build"
    monkeypatch.setenv("KG_GRAPH", "http://127.0.0.1:1/query")
    with open_near() as endpoint:
        assert endpoint.place == "http://127.0.0.1:1/query"


# --- errors -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "output"),
    [
        ("%sparql partner-of organisation=x", "There is no question 'partner-of'. Near: partners-of"),
        ("%sparql partners-of organisation=한빛전쟈", "nearest: 한빛전자 (hanbit-electronics)"),
        ("%sparql partners-of firm=x", "'firm' is no parameter of this question; known: organisation, language"),
        ("%sparql partners-of 한빛 전자", "Write parameters as name=value"),
        ("%sparql partners-of organisation='한빛", "A quotation mark is not closed: organisation='한빛"),
        ("%sparql partners-of organisation=$firm_not_set", "there is no variable firm_not_set"),
        ("%sparql --grahp x partners-of", "--grahp is not an option. Perhaps --graph? Known: --graph, --endpoint"),
        ("%sparql --into", "--into needs a value (the variable to assign the answer to)"),
        ("%sparql --into 2x ASK {}", "--into 2x: not the name of a variable"),
        ("%sparql --max-rows many repeat-partners", "--max-rows many: give a whole number above 0"),
        ("%sparql --timeout -1 repeat-partners", "--timeout -1: give a number above 0"),
        ("%sparql --graph a --endpoint http://b ASK {}", "Give --graph or --endpoint, not both"),
        ("%sparql --graph not-there ASK {}", "There is no graph in not-there"),
        ("%%sparql partners-of\nASK {}", "Write the question in the line or in the cell, not in both: 'partners-of'"),
        ("%sparql DELETE WHERE { ?s ?p ?o }", "the graph is for reading"),
        ("%%sparql\nSELECT ?x WHERE {\n  ?x a a .\n}", "near line 2, column 11: ?x a a ."),
        ("%%sparql\nSELECT ?x WHERE { ?x a kg:Case . ?x y:z 1 }", "The prefix y: is not declared."),
        ("%sparql DESCRIBE id:org/hanbit", r"In a short IRI write / as \/"),
        ("%%sparql --timeout 0.1\nSELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "Stopped after 0.1 s"),
        ("%sparql --endpoint http://127.0.0.1:1/query ASK {}", "the server cannot be reached"),
    ],
)
def test_an_error_is_one_clear_line_and_the_cell_fails(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], cell: str, output: str
) -> None:
    assert not shell.run_cell(cell).success
    shown = "".join(capsys.readouterr())
    assert output in shown and "Traceback" not in shown
    assert len(shown.strip().splitlines()) == 1


def test_an_error_is_in_korean_for_korean_users(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_LANG", "ko")
    shell.run_cell("%%sparql\nSELECT ?x WHERE {\n  ?x a a .\n}")
    assert capsys.readouterr().out.strip() == "SPARQL 문법 오류입니다. 2행 11열 근처: ?x a a ."


def test_the_column_of_a_fault_in_the_first_line_does_not_count_the_prefixes(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("%sparql SELECT ?x WHERE { ?x a kg:Case . ?x rdfs:label }")
    shown = capsys.readouterr().out
    text = "SELECT ?x WHERE { ?x a kg:Case . ?x rdfs:label }"
    column = int(shown.split("column ")[1].split(":")[0])
    assert text.index("rdfs:label") < column <= len(text) + 1


# --- the line -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a b=c", ["a", "b=c"]),
        ('a b="c d" e', ["a", "b=c d", "e"]),
        ("name='SK \"x\"'", ['name=SK "x"']),
        ("name=O'Neil x", ["name=O'Neil", "x"]),
        ("iri=https://a.example/b?c=d", ["iri=https://a.example/b?c=d"]),
        ("name=", ["name="]),
        ("", []),
    ],
)
def test_a_line_is_split_into_words(line: str, expected: list[str]) -> None:
    assert words(line) == expected


@pytest.mark.parametrize("line", ['a "b', "a b='c", 'a b="c"d'])
def test_an_unclosed_quotation_mark_is_reported(line: str) -> None:
    with pytest.raises(KgError, match="not closed"):
        words(line)


def test_a_name_that_begins_like_a_keyword_is_still_a_question() -> None:
    assert read_line("ask-them x=1", None, {}).is_sparql is False
    assert read_line("", "# what\nselect * {}", {}).is_sparql is True


# --- completion ---------------------------------------------------------------------------------------------------


def completed(shell: InteractiveShell, text: str) -> dict[str, slice]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # IPython calls its own interface provisional
        found = list(shell.Completer.completions(text, len(text)))
    return {completion.text: slice(completion.start, completion.end) for completion in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%sparql partners", ["partners-of-group", "partners-of"]),
        (
            "%sparql ties-",
            [
                "ties-at-date",
                "ties-between-industries",
                "ties-between-regions",
                "ties-by-origins",
                "ties-new-between",
                "ties-within-and-between-groups",
            ],
        ),
        ("%%sparql --m", ["--max-rows"]),
        ("%sparql ties-at-date ", ["day=", "mode=", "language="]),
        ("%sparql ties-at-date day=2024-12-31 m", ["mode="]),
        ("%sparql ties-at-date day=2024-12-31 ", ["mode=", "language="]),
        ("%sparql ties-at-date mode=c", ["certain"]),
        ("%sparql ties-at-date language=", ["en", "ko"]),
        ("%sparql --into rows gave", ["gave-and-gained"]),
        ("rows = %sparql winners-by-r", ["winners-by-round"]),
        ("import os\nrows = %sparql winners-by-r", ["winners-by-round"]),
    ],
)
def test_names_parameters_values_and_options_are_completed(
    shell: InteractiveShell, text: str, expected: list[str]
) -> None:
    assert list(completed(shell, text)) == expected
    for completion, place in completed(shell, text).items():  # it takes the place of what is written, and of no more
        assert completion.startswith(text[place])


@pytest.mark.parametrize("written", ["--into ", "--graph bu", "no-such-question x", "ties-at-date day=20"])
def test_free_text_is_not_completed(written: str) -> None:
    from kg.notebook.complete import proposals

    assert proposals(written)[1] == []


def test_other_lines_are_completed_as_before(shell: InteractiveShell) -> None:
    assert "graph" in completed(shell, "gra") and "partners-of" not in completed(shell, "partners")
    assert "%sparql" in completed(shell, "%spar")


# --- tables -------------------------------------------------------------------------------------------------------


def test_the_table_has_title_labels_links_and_a_count(ask: Ask) -> None:
    html = ask("%sparql partners-of organisation=한빛전자")._repr_html_()
    assert "Whom has this organisation worked with, and in which case?</caption>" in html
    assert 'title="partnerName">partner</th>' in html
    iri = "https://w3id.org/sangsaeng/id/org/sesol-parts"
    assert f'<a href="{iri}" rel="noopener" target="_blank">id:org/sesol-parts</a>' in html
    assert "<p>1 row</p>" in html


def test_the_table_is_in_korean_for_korean_users(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_LANG", "ko")
    html = ask("%sparql partners-of organisation=한빛전자")._repr_html_()
    assert "이 기관은 누구와 어떤 사례에서 함께했나</caption>" in html
    assert ">상대 기관</th>" in html and "<p>1행</p>" in html


def test_hostile_text_is_escaped(ask: Ask) -> None:
    html = ask('%%sparql\nSELECT ("<script>alert(1)</script>" AS ?x) (<https://a.example/?b=1&c=2> AS ?y) WHERE {}')
    html = html._repr_html_()
    assert "<script>" not in html and "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert 'href="https://a.example/?b=1&amp;c=2"' in html
    frame = pandas.DataFrame({'<b onclick="x">': ["javascript:alert(1)", 'https://a.example/" onclick="x']})
    html = table(frame, "<i>")._repr_html_()
    assert "<a " not in html and "<b" not in html and "<i>" not in html and '" onclick="' not in html


def test_missing_values_are_marked_and_numbers_are_aligned_right(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pandas.DataFrame(
        {
            "won": pandas.Series([20_000_000.0, None, 0.5]),
            "year": pandas.Series([2023, 2024, None], dtype="Int64"),
            "text": pandas.Series(["가", None, ""], dtype="str"),
        }
    )
    monkeypatch.setenv("KG_LANG", "en")
    html = table(frame)._repr_html_()
    assert html.count('<span title="not stated">—</span>') == 3
    for text in ("20,000,000", "2023", "0.5"):
        style = "text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap"
        assert f'<td style="{style}">{text}</td>' in html
    assert '<td style="text-align: left; white-space: nowrap">가</td>' in html
    monkeypatch.setenv("KG_LANG", "ko")
    assert '<span title="적혀 있지 않음">—</span>' in table(frame)._repr_html_()


def test_truncated_and_long_answers_are_marked(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = ask("%sparql --max-rows 1 SELECT ?x WHERE { ?x a kg:Case }")
    assert "Cut after the first 1 rows; there are more (--max-rows)." in cut._repr_html_()
    long = table(pandas.DataFrame({"n": range(1234)}))._repr_html_()
    assert "1,234 rows The first 100 of them are shown." in long and long.count("<tr>") == 101


def test_an_empty_answer_gives_the_reason(ask: Ask, graph: Graph) -> None:
    question = next(question for question in graph.questions() if question.empty_because)
    given = " ".join(f"{name}={value}" for name, value in question.example)
    assert question.empty_because is not None
    assert question.empty_because.en in repr(ask(f"%sparql {question.name} {given}"))


def test_results_computed_from_an_answer_are_plain_dataframes(ask: Ask) -> None:
    answer = ask("%sparql partners-of organisation=한빛전자")
    assert type(answer) is not pandas.DataFrame
    assert type(answer.head(1)) is pandas.DataFrame and type(answer[["partnerName"]]) is pandas.DataFrame


def test_a_terminal_shows_the_same_table_in_columns(ask: Ask) -> None:
    lines = repr(ask("%sparql SELECT ?a ?b WHERE { VALUES (?a ?b) { ('한빛' 1) ('abc' 20000) (UNDEF 3) } }")).split(
        "\n"
    )
    assert lines == ["a          b", "────  ──────", "한빛       1", "abc   20,000", "—          3", "3 rows"]


def test_ipython_and_pandas_are_imported_only_when_needed() -> None:
    script = "import sys, kg, kg.notebook; print([name for name in ('IPython', 'pandas') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_extension_can_be_unloaded(shell: InteractiveShell) -> None:
    shell.run_line_magic("unload_ext", "kg.notebook")
    assert "sparql" not in shell.magics_manager.magics["line"]
    assert "partners-of" not in completed(shell, "%sparql partners")
