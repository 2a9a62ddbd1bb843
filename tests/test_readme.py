"""Every command and example of the README runs, and every link leads somewhere."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line for block in re.findall(r"```sh\n(.*?)```", README, re.S) for line in block.splitlines() if line.strip()
]
PYTHON = re.findall(r"```python\n(.*?)```", README, re.S)


def test_the_readme_has_commands_and_examples() -> None:
    assert len(COMMANDS) >= 12 and len(PYTHON) >= 1


@pytest.fixture(scope="module")
def place(real_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readme")
    (folder / "build").symlink_to(real_build)
    (folder / "companies.csv").write_text("회사명\nLG전자\n포이엔\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("command", [line for line in COMMANDS if not line.startswith("make")])
def test_a_command_of_the_readme_runs(place: Path, command: str) -> None:
    words = shlex.split(command)
    assert words[0] == ".venv/bin/kg"
    done = subprocess.run([sys.executable, "-m", "kg", *words[1:]], cwd=place, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() or any((place / word).exists() for word in words)


def test_the_make_commands_of_the_readme_are_targets() -> None:
    for command in [line for line in COMMANDS if line.startswith("make")]:
        done = subprocess.run(["make", "-n", *command.split()[1:]], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0 and "kg build" in done.stdout


@pytest.mark.parametrize("example", PYTHON)
def test_a_python_example_of_the_readme_runs(place: Path, example: str) -> None:
    done = subprocess.run([sys.executable, "-c", example], cwd=place, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Graph with" in done.stdout


def test_every_link_of_the_readme_exists() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    assert len(links) > 10
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.part("wheel")
def test_the_wheel_works_in_an_empty_folder(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(wheels), str(ROOT)],
        check=True,
    )
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "env")], check=True)
    python = tmp_path / "env" / "bin" / "python"
    libraries = next(Path(part) for part in sys.path if part.endswith("site-packages"))
    site = next((tmp_path / "env" / "lib").glob("python*/site-packages"))
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--target",
            str(site),
            str(next(wheels.glob("*.whl"))),
        ],
        check=True,
    )
    (site / "libraries.pth").write_text(
        f"{libraries}\n"
    )  # its own .pth files, such as that of this checkout, are not read
    empty = tmp_path / "empty"
    empty.mkdir()
    script = (
        "import kg; assert '/env/' in kg.__file__, kg.__file__; graph = kg.open();"
        " frame = graph.query('partners-of', organisation='LG전자');"
        " print(len(frame), len(graph.network()), graph.folder)"
    )
    done = subprocess.run(
        [str(python), "-c", script],
        cwd=empty,
        capture_output=True,
        text=True,
        env={"XDG_CACHE_HOME": str(tmp_path / "cache"), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    rows, nodes, folder = done.stdout.split()
    assert int(rows) >= 1 and int(nodes) > 100 and str(tmp_path / "cache") in folder
    assert list(empty.iterdir()) == []


@pytest.mark.part("clean clone")
@pytest.mark.timeout(900)
def test_make_build_works_in_a_clean_clone(tmp_path: Path) -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    subprocess.run(
        ["make", "build", f"PYTHON={Path(sys.executable).resolve()}"], cwd=clone, check=True, capture_output=True
    )
    done = subprocess.run(
        [".venv/bin/kg", "query", "partners-of", "organisation=LG전자"], cwd=clone, capture_output=True, text=True
    )
    assert done.returncode == 0 and "세미솔루션" in done.stdout


def test_the_readme_has_a_line_for_each_folder_of_the_code() -> None:
    code = ROOT / "src" / "kg"
    folders = {path.name for path in code.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert set(re.findall(r"^\| `(\w+)/` \|", README, re.MULTILINE)) == folders


def test_the_paths_of_contributing_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("## Where to look")[2].partition("\n## ")[0]
    paths = re.findall(r"`([^`\s]+/[^`\s]*)`", section)
    assert len(paths) > 20 and [path for path in paths if not (ROOT / path).exists()] == []
