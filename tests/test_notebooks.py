"""Every notebook runs from top to bottom on the real graph, says the same in both languages, and shows what it says."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.notebook.line import OPTIONS

MISSING = [
    name
    for name in ("jupytext", "nbclient", "nbformat", "ipykernel", "matplotlib", "networkit")
    if importlib.util.find_spec(name) is None
]
pytestmark = [
    pytest.mark.part("notebooks"),
    pytest.mark.skipif(bool(MISSING), reason=f"{', '.join(MISSING)} missing: pip install 'sangsaeng-kg[test]'"),
]

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
PAGE = FOLDER.parent / "docs" / "notebooks.md"
NOTEBOOKS = sorted(path.name for path in FOLDER.glob("*.py"))
TIMEOUT_S = 300


def this_interpreter(kind: str) -> Any:
    """A kernel manager whose kernel is the interpreter that runs the tests; none needs to be installed anywhere."""
    from jupyter_client import manager
    from jupyter_client.kernelspec import KernelSpec

    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = KernelSpec(argv=command, display_name="tests", language="python")
    return type("ThisInterpreter", (getattr(manager, kind),), {"kernel_spec": spec})


@pytest.fixture
def surroundings(real_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The graph of this test run, English, and no file of the person's own Jupyter read or written."""
    monkeypatch.setenv("KG_GRAPH", str(real_build))
    monkeypatch.setenv("KG_LANG", "en")
    for name in ("XDG_CACHE_HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))


def run(notebook: Any, folder: Path) -> Any:
    """The notebook, executed; an error in a cell is raised."""
    from nbclient import NotebookClient

    client = NotebookClient(
        notebook,
        kernel_manager_class=this_interpreter("AsyncKernelManager"),
        timeout=TIMEOUT_S,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute()
    return notebook


def read(name: str) -> Any:
    import jupytext

    return jupytext.read(FOLDER / name)


def outputs(notebook: Any, kind: str) -> list[str]:
    """All that the cells show as ``text/plain`` (with what they print), ``text/html``, ``image/png``."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and kind == "text/plain" and output.name == "stdout":
                found.append(output.text)
            elif kind in output.get("data", {}):
                found.append(output["data"][kind])
    return found


def test_there_are_six_notebooks() -> None:
    assert [name[:3] for name in NOTEBOOKS] == ["01-", "02-", "03-", "04-", "05-", "06-"]


# A few things that a reader must see, and how many pictures there are.
SHOWN = {
    "01-first-questions.py": (["세미솔루션", "LG전자 (lg-electronics)", "ties-at-date", "kg:Participation", "yes"], 0),
    "02-who-partners-with-whom.py": (["Partnerships at 2024-12-31", "sandbox=", "all seen", "nothing is gone"], 4),
    "03-ratings-through-the-years.py": (["The edition asked: 2017", "distinguished from chance", "73% to 100%"], 4),
    "04-sources-that-disagree.py": (["conflicts", "excellent", "fair", "left out", "within one case"], 0),
    "05-your-own-tables.py": (["'parner' is not a code of the list role", "{'undated': ['sensor-2025']}"], 0),
    "06-behind-another-endpoint.py": (["All answers are equal", "PORT/query: the server cannot be reached"], 0),
}


@pytest.mark.timeout(TIMEOUT_S + 60)
@pytest.mark.parametrize("name", NOTEBOOKS)
@pytest.mark.usefixtures("surroundings")
def test_a_notebook_runs_and_its_output_agrees_with_its_text(name: str) -> None:
    texts, pictures = SHOWN[name]
    notebook = run(read(name), FOLDER)
    shown = "\n".join([*outputs(notebook, "text/plain"), *outputs(notebook, "text/html")])
    assert [text for text in texts if text not in shown] == []
    assert len(outputs(notebook, "image/png")) == pictures
    printed = [out.text for cell in notebook.cells for out in cell.get("outputs", []) if out.get("name") == "stderr"]
    assert printed == []  # no warning, such as of a letter that a font lacks


@pytest.mark.usefixtures("surroundings")
def test_a_notebook_runs_from_the_root_in_korean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_LANG", "ko")
    notebook = run(read("05-your-own-tables.py"), FOLDER.parent)
    assert "이 기관은 누구와 어떤 사례에서 함께했나" in "".join(outputs(notebook, "text/html"))
    assert "'parner' 목록 role에 없는 코드입니다" in "".join(outputs(notebook, "text/plain"))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_prose_of_a_notebook_is_in_both_languages(name: str) -> None:
    prose = [cell.source for cell in read(name).cells if cell.cell_type == "markdown"]
    assert len(prose) >= 5
    for text in prose:
        assert re.search("[가-힣]{2}", text) and re.search("[A-Za-z]{3}", re.sub("`[^`]*`", "", text)), text


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_survives_a_jupytext_round_trip(name: str) -> None:
    import jupytext

    text = (FOLDER / name).read_text(encoding="utf-8")
    notebook = jupytext.reads(text, fmt="py:percent")
    assert notebook.metadata["jupytext"]["formats"] == "ipynb,py:percent"
    again = jupytext.writes(notebook, fmt="py:percent")
    assert re.sub(r"#       jupytext_version: .*\n", "", again) == text


@pytest.fixture
def kernel(surroundings: None) -> Iterator[Any]:
    started = this_interpreter("KernelManager")()
    started.start_kernel()
    client = started.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    yield client
    client.stop_channels()
    started.shutdown_kernel(now=True)


def test_jupyter_completes_the_names_of_questions(kernel: Any) -> None:
    kernel.execute_interactive("%load_ext kg.notebook", timeout=60)
    code = "import os\nrows = %sparql ties-at-date mo"
    content = kernel.complete(code, len(code), reply=True, timeout=60)["content"]
    assert content["matches"] == ["mode="]
    assert code[content["cursor_start"] : content["cursor_end"]] == "mo"


@pytest.mark.usefixtures("surroundings")
def test_the_examples_of_the_page_run_and_its_links_exist() -> None:
    import nbformat

    page = PAGE.read_text(encoding="utf-8")
    cells = [cell for block in re.findall(r"```ipython\n(.*?)```", page, re.S) for cell in block.split("\n\n")]
    assert len(cells) >= 8
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell.rstrip("\n")) for cell in cells])
    shown = "\n".join(outputs(run(notebook, FOLDER), "text/plain"))
    assert "세미솔루션" in shown and "yes" in shown
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", page) if "://" not in link]
    assert [link for link in links if not (PAGE.parent / link).exists()] == []
    assert [name for name in NOTEBOOKS if f"../notebooks/{name}" not in links] == []


def test_the_page_names_every_option_of_the_magic() -> None:
    assert [option for option in OPTIONS if f"`{option} " not in PAGE.read_text(encoding="utf-8")] == []
