"""Mutation testing: do the tests of a package notice one changed operator, number or SQL comparison?

``make mutants`` changes one place of a module at a time, in a copy of the tree, and runs the tests of its subject.
Places come from cosmic-ray's operators and, because much of the logic is SQL, from comparisons, numbers and set
operations in SQL text. A sample with a fixed seed is taken; ``equivalent_mutants.csv`` lists survivors that change
nothing, with the reason. A first run with coverage.py shows which tests execute the changed function; only these run
for a mutant, or all tests of the subject where none is known. Not part of ``make test``: a sample of 100 takes
minutes to an hour by package.
"""

from __future__ import annotations

import argparse
import ast
import csv
import itertools
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.csv")
EXPECTED = 0.9
TEST_SECONDS = 600  # a mutant whose tests take longer is caught: it loops
PACKAGES: dict[str, tuple[list[str], list[str]]] = {  # modules below src/kg, and the tests of their subject
    "values": (["values.py"], ["test_values.py"]),
    "accept": (["accept"], ["test_accept.py", "test_accept_*.py", "test_conflicts.py"]),
    "resolve": (["resolve.py"], ["test_resolve.py", "test_accept.py", "test_build.py"]),
    "analysis": (
        ["analysis"],
        ["test_arithmetic*.py", "test_conflicts.py", "test_spans.py", "test_event_facts.py", "test_analysis_*.py"],
    ),
    "matching": (["matching"], ["test_matching*.py"]),
    "shacl": (["shacl"], ["test_shacl_*.py", "test_slices.py"]),
    "queries": (["queries"], ["test_queries_*.py"]),
    "network": (
        ["network/kinds", "network/measures", "network/uncertainty"],
        ["test_network.py", "test_network_kinds.py", "test_measures*.py", "test_uncertainty*.py"],
    ),
    "whatif": (["whatif"], ["test_whatif*.py"]),
}
# those whose mutants a person could have written: no text shifted to the right, nothing compared by identity
OPERATORS = re.compile(
    r"core/(?:ReplaceBinaryOperator_(?:Add_Sub|Sub_Add|Mul_Add|Div_Mul|FloorDiv_Mul|Mod_FloorDiv|BitAnd_BitOr)"
    r"|ReplaceComparisonOperator_(?:Is_IsNot|IsNot_Is|(?!Is)\w+?_(?!Is)\w+)"
    r"|ReplaceUnaryOperator_Delete_\w+|ReplaceUnaryOperator_USub_UAdd"
    r"|(?:ReplaceAndWithOr|ReplaceOrWithAnd|ReplaceTrueWithFalse|ReplaceFalseWithTrue|NumberReplacer|AddNot"
    r"|ReplaceBreakWithContinue|ReplaceContinueWithBreak|ZeroIterationForLoop|RemoveDecorator))"
)
_SQL_WORD = re.compile(r"\b(?:SELECT|WHERE|FROM|JOIN|GROUP BY|CASE|HAVING|FILTER)\b")
_SQL_CHANGES = [
    (r"<=", "<"), (r">=", ">"), (r"(?<![<>=-])<(?![=>])", "<="), (r"(?<![<>=-])>(?![=])", ">="), (r"<>", "="),
    (r"(?<![<>!:=])=(?![=>])", "<>"), (r"\bAND\b", "OR"), (r"\bOR\b", "AND"), (r"\bmin\(", "max("),
    (r"\bmax\(", "min("), (r"\bUNION ALL\b", "UNION"), (r"\bIS NOT NULL\b", "IS NULL"), (r"\bIS NULL\b", "IS NOT NULL"),
    (r"(?<![\w.'{])\d+(?![\w.'}])", "NUMBER"),
]  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One changed module: its path below ``src/kg``, the whole new text, and the line before and after."""

    module: str
    text: str
    line: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line}\n  - {self.before}\n  + {self.after}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("packages", nargs="*", default=list(PACKAGES), metavar="PACKAGE", help=", ".join(PACKAGES))
    parser.add_argument("--sample", type=int, default=100, help="mutants a package (default: 100)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1, help="mutants tested at the same time")
    options = parser.parse_args()
    scores = {name: score(name, options.sample, options.seed, options.at_once) for name in options.packages}
    print("\n| package | mutants | caught | equivalent | survived |\n|---|---|---|---|---|")
    for name, (tried, equivalent, survived) in scores.items():
        print(f"| {name} | {tried} | {tried - equivalent - survived} | {equivalent} | {survived} |")
    return int(any(survived > (1 - EXPECTED) * tried for tried, _, survived in scores.values()))


def score(name: str, sample: int, seed: int, at_once: int) -> tuple[int, int, int]:
    """How many mutants of a package were tried, how many are listed as equivalent, and how many others survived."""
    modules, patterns = PACKAGES[name]
    tests = sorted({str(path.relative_to(ROOT)) for pattern in patterns for path in (ROOT / "tests").glob(pattern)})
    chosen = list(itertools.islice(mutants_of(modules, random.Random(seed)), sample))
    coverage = Coverage(tests)
    known = equivalent_mutants()
    with ThreadPoolExecutor(at_once) as pool:
        alive = pool.map(lambda mutant: passes(mutant, coverage.tests_of(mutant) or tests), chosen)
        survived = []
        for number, (mutant, found) in enumerate(zip(chosen, alive, strict=True), 1):
            if found:
                survived.append(mutant)
            print(f"{name}: {number} of {len(chosen)}, {len(survived)} survived", end="\r", file=sys.stderr, flush=True)
    left = [mutant for mutant in survived if (mutant.module, mutant.before, mutant.after) not in known]
    print(f"\n{name}: {len(chosen)} mutants, {len(chosen) - len(survived)} caught", flush=True)
    for mutant in left:
        print(f"survived: {mutant}", flush=True)
    return len(chosen), len(survived) - len(left), len(left)


class Coverage:
    """Which tests execute which lines of ``src/kg``, from one run of these test files."""

    def __init__(self, tests: list[str]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            written = Path(folder) / "lines.json"
            command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", *tests]
            plugin = ["-p", "helpers.line_coverage"]
            environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}", "KG_LINES": str(written)}
            if subprocess.run([*command, *plugin], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL).returncode:
                raise SystemExit("the tests fail without any mutant")
            self.lines: dict[str, dict[str, list[int]]] = json.loads(written.read_text(encoding="utf-8"))

    def tests_of(self, mutant: Mutant) -> list[str]:
        """Tests that execute the function of the change; a whole file where its fixtures do."""
        wanted = set(function_lines(ROOT / "src" / "kg" / mutant.module, mutant.line))
        found: dict[str, None] = {}
        for name, modules in self.lines.items():
            if wanted & set(modules.get(mutant.module, ())):
                test, _, phase = name.rpartition("|")
                found[test if phase == "call" else test.partition("::")[0]] = None
        files = {test for test in found if "::" not in test}
        return [test for test in found if test in files or test.partition("::")[0] not in files]


def function_lines(path: Path, line: int) -> range:
    """The lines of the innermost function around a line; all lines of the module outside functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    if not around:
        return range(1, 1_000_000)
    inner = max(around, key=lambda node: node.lineno)
    return range(inner.body[0].lineno, (inner.end_lineno or 0) + 1)


def equivalent_mutants() -> set[tuple[str, str, str]]:
    with EQUIVALENT.open(encoding="utf-8", newline="") as stream:
        return {(row["module"], row["before"], row["after"]) for row in csv.DictReader(stream)}


def passes(mutant: Mutant, tests: list[str]) -> bool:
    """Whether the tests pass on the tree with this change."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "src"
        shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
        (source / "kg" / mutant.module).write_text(mutant.text, encoding="utf-8")
        environment = {**os.environ, "PYTHONPATH": str(source), "KG_SOURCE_ROOT": str(ROOT), "HYPOTHESIS_SEED": "0"}
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider", *tests]
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=TEST_SECONDS
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0


def mutants_of(modules: list[str], chooser: random.Random) -> Iterator[Mutant]:
    """Changes of the modules that leave another program, in random order, each once."""
    places: list[tuple[Path, str, str, int]] = []  # module, its text, operator, occurrence
    changed_texts: list[tuple[Path, str, str]] = []
    for name in modules:
        place = ROOT / "src" / "kg" / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            text = path.read_text(encoding="utf-8")
            places += [(path, text, operator, occurrence) for operator, occurrence in operator_places(text)]
            changed_texts += [(path, text, changed) for changed in changed_sql(text)]
    everything: list[tuple[Path, str, str, int] | tuple[Path, str, str]] = [*places, *changed_texts]
    chooser.shuffle(everything)
    seen = set()
    for path, text, what, *occurrence in everything:
        changed = mutated(text, what, occurrence[0]) if occurrence else what
        if changed and not same_program(text, changed):
            mutant = as_mutant(path.relative_to(ROOT / "src" / "kg").as_posix(), text, changed)
            if (mutant.module, mutant.line, mutant.after) not in seen:
                seen.add((mutant.module, mutant.line, mutant.after))
                yield mutant


def operator_places(text: str) -> Iterator[tuple[str, int]]:
    """Every place of the text where one of the operators applies."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator, operator_names

    nodes = list(ast_nodes(get_ast(text)))
    for name in filter(OPERATORS.fullmatch, operator_names()):
        operator = get_operator(name)()
        count = sum(len(list(operator.mutation_positions(node))) for node in nodes)
        yield from ((name, occurrence) for occurrence in range(count))


def mutated(text: str, operator: str, occurrence: int) -> str | None:
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    return mutate_code(text, get_operator(operator)(), occurrence)


def changed_sql(text: str) -> Iterator[str]:
    """The text with one comparison, number or set operation changed inside a string that is SQL."""
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Constant | ast.JoinedStr)) or getattr(node, "end_lineno", None) is None:
            continue
        begin, end = (
            starts[row - 1] + len(lines[row - 1].encode()[:column].decode())
            for row, column in ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))
        )
        piece = text[begin:end]
        if _SQL_WORD.search(piece):
            for pattern, replacement in _SQL_CHANGES:
                for match in re.finditer(pattern, piece):
                    made = str(int(match[0]) + 1) if replacement == "NUMBER" else replacement
                    yield text[: begin + match.start()] + made + text[begin + match.end() :]


def same_program(text: str, changed: str) -> bool:
    """Whether nothing but annotations and docstrings differs, or the text is not Python any more."""
    try:
        return _program(text) == _program(changed)
    except SyntaxError:
        return True


def _program(text: str) -> str:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
            arguments = node.args
            for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
                argument.annotation = None
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
        body = getattr(node, "body", None)
        if (
            isinstance(body, list)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
        ):
            body[0].value = ast.Constant(None)
    return ast.dump(tree)


def as_mutant(module: str, text: str, changed: str) -> Mutant:
    pairs = enumerate(zip(text.splitlines(), changed.splitlines(), strict=False), 1)
    line, (before, after) = next(found for found in pairs if found[1][0] != found[1][1])
    return Mutant(module, changed, line, before.strip(), after.strip())


if __name__ == "__main__":
    sys.exit(main())
