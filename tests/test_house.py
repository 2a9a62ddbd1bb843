"""Rules for the whole repository: direction of imports, forbidden content of files, form of the tables."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import subprocess
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "kg"
DATA = ROOT / "data"


def modules_in_order() -> list[str]:
    """The modules of the package in the order in which they may import, as CONTRIBUTING.md lists them."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.partition("| module | what it does |")[2].partition("\n\n")[0]
    return re.findall(r"^\| `(\w+)` \| \S", table, re.MULTILINE)


ORDER = modules_in_order()
EDGES = {"__init__", "__main__"}  # the public face may import from all; nothing may import it

CODELIST_HEADER = ["code", "label_ko", "label_en", "definition_ko", "definition_en", "position"]
# tables about the tables: no facts, so they are not in ontology/tables.json
OTHER_TABLES = {
    "not-carried.csv": (["table", "key", "column", "value", "reason"], ["table", "key", "column", "value"]),
    "redirects.csv": (["old", "new", "reason", "date"], ["old"]),
}


# --- imports -----------------------------------------------------------------------------------------------------


def imported_modules(path: Path, package: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name below ``kg`` of each import; the name is empty where ``kg`` itself is imported."""
    parents = ["kg", *path.relative_to(package).parent.parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = parents[: len(parents) - node.level + 1] if node.level else []
            names = [".".join([*base, *([node.module] if node.module else [])])]
        else:
            continue
        for name in names:
            top, _, rest = name.partition(".")
            if top == "kg":
                yield node.lineno, rest


def import_faults(package: Path, order: list[str]) -> list[str]:
    """Imports that run backwards or go through ``kg`` itself, and modules that have no place in the order."""
    rank = {name: position for position, name in enumerate(order)}
    faults = []
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).with_suffix("").parts[0]
        if name in EDGES:
            continue
        if name not in rank:
            faults.append(f"{path.relative_to(package)}: '{name}' has no place in the order of imports")
            continue
        for line, target in imported_modules(path, package):
            other = target.split(".")[0]
            where = f"{path.relative_to(package)}:{line}"
            if not other:
                faults.append(f"{where}: imports from kg itself")
            elif other in EDGES or rank.get(other, len(order)) > rank[name]:
                faults.append(f"{where}: '{name}' imports '{other}', which is not on its left")
    return faults


def test_imports_go_in_one_direction() -> None:
    assert list(PACKAGE.rglob("*.py"))
    assert import_faults(PACKAGE, ORDER) == []


def length_faults(path: Path) -> list[str]:
    """A module of 400 lines or more, and its functions of 50 or more; docstrings are not counted in functions."""
    text = path.read_text(encoding="utf-8")
    lines = len(text.splitlines())
    faults = [f"{path.name}: {lines} lines"] if lines >= 400 else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            documented = (first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0
            length = (node.end_lineno or 0) - node.lineno + 1 - documented
            if length >= 50:
                faults.append(f"{path.name}: {node.name} has {length} lines")
    return faults


def test_modules_and_functions_stay_short(tmp_path: Path) -> None:
    assert [fault for path in sorted(PACKAGE.rglob("*.py")) for fault in length_faults(path)] == []
    long = tmp_path / "long.py"
    long.write_text("def f():\n    'documented'\n" + "    x = 1\n" * 49 + "y = 1\n" * 350, encoding="utf-8")
    assert length_faults(long) == ["long.py: 401 lines", "long.py: f has 50 lines"]


def test_contributing_lists_exactly_the_existing_modules() -> None:
    modules = {path.relative_to(PACKAGE).with_suffix("").parts[0] for path in PACKAGE.rglob("*.py")} - EDGES
    assert sorted(ORDER) == sorted(modules)


@pytest.mark.parametrize(
    ("file", "line", "expected"),
    [
        ("store.py", "from kg.cli import main", "'store' imports 'cli'"),
        ("store.py", "import kg.notebook.magic", "'store' imports 'notebook'"),
        ("store.py", "def load():\n    from .network import ties", "'store' imports 'network'"),
        ("network/central.py", "from ..export import write", "'network' imports 'export'"),
        ("network/central.py", "from .. import store", "imports from kg itself"),
        ("store.py", "import kg", "imports from kg itself"),
        ("store.py", "from kg import errors", "imports from kg itself"),
        ("utils.py", "import os", "no place in the order"),
    ],
)
def test_an_import_that_runs_backwards_is_found(tmp_path: Path, file: str, line: str, expected: str) -> None:
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(line + "\n", encoding="utf-8")
    (fault,) = import_faults(tmp_path, ORDER)
    assert expected in fault


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("store.py", "from kg.errors import KgError"),
        ("store.py", "import os, json"),
        ("store/load.py", "from .quads import read"),
        ("network/central.py", "from ..store import load"),
        ("network/central.py", "from . import selection"),
        ("__init__.py", "from .network import network"),
        ("__main__.py", "from kg.cli import main"),
    ],
)
def test_an_import_in_the_right_direction_is_accepted(tmp_path: Path, file: str, line: str) -> None:
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(line + "\n", encoding="utf-8")
    assert import_faults(tmp_path, ORDER) == []


# --- what may not be in a file -----------------------------------------------------------------------------------

# Each pattern is put together from parts, so that this file does not match itself.
FORBIDDEN = {
    "a path of a machine": re.compile(r"(?<![\w./~}])/(?:" + "|".join(["work", "tmp", "root", "home"]) + r")/\w"),
    "a host of a package registry": re.compile(
        "|".join(
            re.escape(".".join(parts))
            for parts in [
                ("pypi", "org"),
                ("pythonhosted", "org"),
                ("registry", "npmjs"),
                ("registry", "yarnpkg"),
                ("deb", "debian", "org"),
                ("repo1", "maven", "org"),
                ("crates", "io"),
            ]
        ),
        re.IGNORECASE,
    ),
    "a phone number": re.compile(r"(?<![\d-])0\d{1,2}[-.)] ?\d{3,4}" + r"[-.]\d{4}(?![\d-])"),
    "an official's name": re.compile(
        "(?:" + "|".join(["사무" + "관", "주무" + "관", "서기" + "관", "과" + r"장\(代\)", "책임" + "자"]) + r")[ \t,]+"
        r"[가-힣] ?[가-힣]{1,2}(?![가-힣])[ \t,]*[(（]"
    ),
    "an address of a Korean office": re.compile(r"[\w.+-]+@" + r"[\w-]+(?:\.[\w-]+)*\.kr\b", re.IGNORECASE),
}


def forbidden_in(text: str) -> list[tuple[int, str]]:
    """Line and kind of everything that may not be in a file of the repository."""
    return sorted(
        (text.count("\n", 0, match.start()) + 1, what)
        for what, pattern in FORBIDDEN.items()
        for match in pattern.finditer(text)
    )


def repository_files() -> list[Path]:
    """Files that are, or would be, committed; outside a clone (an sdist) all files but those that tools write."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode("utf-8").split("\0")
    except (OSError, subprocess.CalledProcessError):  # no git, or no clone: the files lie there all the same
        written = re.compile(r"(?:^|/)(?:\.git|\.venv[^/]*|build|dist|__pycache__|\.[a-z]+_cache)/")
        listed = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*")]
        listed = [name for name in listed if not written.search(name + "/")]
    return [ROOT / name for name in sorted(filter(None, listed)) if (ROOT / name).is_file()]


def test_no_ignored_file_is_committed() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("an unpacked archive, not a clone: nothing is committed here")
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--ignored", "--exclude-standard"]
    ignored = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode("utf-8").splitlines()
    assert sorted({name.split("/")[0] for name in ignored}) == []


def test_no_file_names_a_machine_a_registry_or_an_official() -> None:
    files = repository_files()
    assert Path(__file__).resolve() in files
    faults = []
    for path in files:
        raw = path.read_bytes()
        if b"\0" in raw:  # a picture or another binary file: it has no lines to read
            continue
        text = raw.decode("utf-8", errors="replace")  # examples in other encodings still show their ASCII
        faults += [f"{path.relative_to(ROOT)}:{line}: {what}" for line, what in forbidden_in(text)]
    assert faults == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("see /" + "work/main/x.py", "a path of a machine"),
        ("open('/" + "tmp/a.csv')", "a path of a machine"),
        ("https://py" + "pi.org/simple", "a host of a package registry"),
        ("전화 044-" + "204-0000", "a phone number"),
        ("02) 123-" + "4567", "a phone number"),
        ("사무" + "관\t홍길동 (", "an official's name"),
        ("주무" + "관 홍 길 (", "an official's name"),
        ("hong@" + "example.go.kr", "an address of a Korean office"),
    ],
)
def test_forbidden_text_is_found(text: str, what: str) -> None:
    assert forbidden_in("line\n" + text) == [(2, what)]


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/work/list",
        "build/tmp/x",
        "2024-11-28",
        "2024-0012-3456",
        "과장(代)이 사회를 맡음",
        "contact@example.org",
        "사무관 회의",
    ],
)
def test_harmless_text_is_accepted(text: str) -> None:
    assert forbidden_in(text) == []


# --- form of the tables ------------------------------------------------------------------------------------------


def table_schemas() -> dict[str, dict]:
    package = json.loads((ROOT / "ontology" / "tables.json").read_text(encoding="utf-8"))
    return {resource["path"]: resource["schema"] for resource in package["resources"]}


def byte_faults(raw: bytes) -> list[str]:
    """What is wrong with the bytes of a text table, before any cell is read."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return [f"not UTF-8 at byte {error.start}"]
    faults = []
    if text.startswith("\ufeff"):
        faults.append("starts with a byte order mark")
    if "\r" in text:
        faults.append("has a carriage return")
    if not text.endswith("\n"):
        faults.append("does not end with a line end")
    if not unicodedata.is_normalized("NFC", text):
        faults.append("is not in NFC")
    return faults


def read_rows(text: str) -> tuple[list[str], list[dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    return list(reader.fieldnames or []), list(reader)


def order_faults(rows: list[dict[str, str]], key: list[str], numbers: Iterable[str] = ()) -> list[str]:
    """Rows that stand out of the order of their key, or share it; numbers sort as numbers."""
    numeric = set(numbers)

    def cell(row: dict[str, str], name: str) -> tuple[int, str]:
        return (int(row[name]) if row[name] else -1, "") if name in numeric else (0, row[name])

    keys = [tuple(cell(row, name) for name in key) for row in rows]
    return [
        f"row {position + 1}: key {[rows[position][name] for name in key]} "
        + ("stands twice" if keys[position] == keys[position - 1] else "is out of order")
        for position in range(1, len(keys))
        if keys[position] <= keys[position - 1]
    ]


TABLES = sorted(path.name for path in DATA.glob("*.csv"))
CODELISTS = sorted(path.name for path in (DATA / "codelists").glob("*.csv"))


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_clean_text_with_its_header_sorted_by_key(name: str) -> None:
    raw = (DATA / name).read_bytes()
    assert byte_faults(raw) == []
    header, rows = read_rows(raw.decode("utf-8"))
    if name in OTHER_TABLES:
        expected, key = OTHER_TABLES[name]
        numbers: list[str] = []
    else:
        schema = table_schemas()[name]
        expected, key = [field["name"] for field in schema["fields"]], schema["primaryKey"]
        numbers = [field["name"] for field in schema["fields"] if field["type"] == "integer"]
    assert header == expected
    assert order_faults(rows, key, numbers) == []


@pytest.mark.parametrize("name", CODELISTS)
def test_a_code_list_has_labels_and_definitions_in_both_languages(name: str) -> None:
    raw = (DATA / "codelists" / name).read_bytes()
    assert byte_faults(raw) == []
    header, rows = read_rows(raw.decode("utf-8"))
    assert [column for column in header if column in CODELIST_HEADER] == CODELIST_HEADER
    assert rows
    assert order_faults(rows, ["scheme", "code"] if "scheme" in header else ["code"]) == []
    for row in rows:
        assert not [column for column in CODELIST_HEADER if not row[column].strip()], row["code"]
        assert re.search("[가-힣]", row["label_ko"] + row["definition_ko"]), row["code"]
        assert re.search("[A-Za-z]", row["definition_en"]), row["code"]
        assert row["position"].isdigit(), row["code"]


def test_each_code_list_of_a_column_exists() -> None:
    fields = [field for schema in table_schemas().values() for field in schema["fields"]]
    named = {field["kg:codelist"] for field in fields if "kg:codelist" in field}
    assert named <= {name.removesuffix(".csv") for name in CODELISTS}


def test_each_declared_table_exists() -> None:
    assert set(table_schemas()) <= set(TABLES)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("\ufeffa,b\n".encode(), "byte order mark"),
        (b"a,b\r\n", "carriage return"),
        (b"a,b", "line end"),
        (unicodedata.normalize("NFD", "가\n").encode(), "NFC"),
        ("가\n".encode("cp949"), "not UTF-8"),
    ],
)
def test_unclean_bytes_are_found(raw: bytes, fault: str) -> None:
    (found,) = byte_faults(raw)
    assert fault in found


def test_unsorted_rows_are_found_and_numbers_sort_as_numbers() -> None:
    rows = [{"a": "x", "n": "2"}, {"a": "x", "n": "10"}, {"a": "x", "n": "10"}, {"a": "w", "n": ""}]
    twice, out = order_faults(rows, ["a", "n"], ["n"])
    assert "stands twice" in twice
    assert "out of order" in out
