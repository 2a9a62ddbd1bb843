"""How well printed names are resolved, beside plain string similarity and nomenklatura, on organisations never seen.

    python benchmarks/names.py [DATA] [--no-peers] [--shipped] [--json]
    python benchmarks/names.py --pairs tests/data/name-forms.csv

Organisations are split once into two halves by a hash of their id. Thresholds are chosen on the training half; for the
other half the register has only the usual name of each organisation (no alias, no English name, no change, no
judgement). Measured twice: without context, and with the context of the rows that print the name and of its documents;
the judgements of ``names.csv`` are not part of the context. False merges are counted with two registers: the complete
register, and the register without the organisation itself, so that its name is unknown and may match similar names.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from name_pairs import (
    Labelled,
    Negative,
    Positive,
    Tables,
    half,
    hard_negatives,
    invented_neighbours,
    made_misprints,
    positives,
    read_labelled,
    read_tables,
    unknown_names,
)
from rapidfuzz import fuzz

from kg.matching.context import Documents
from kg.matching.evidence import Thresholds
from kg.matching.forms import Forms, read_forms
from kg.matching.matcher import Matcher
from kg.matching.show import read_documents

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / ".venv-peers" / "bin" / "python"
TRAIN, TEST = 0, 1
BY_STRINGS = ("hangul-spelling", "latin-spelling", "legal-form", "misprint", "short", "spacing")
WORD_KINDS = ("national", "unit", "field", "tail", "body", "clip", "variant", "group", "country")
CHOICES = {
    "short": (2, 3, 4),
    "initials_gap": (1, 2, 3),
    "slip": (2, 3, 4, 5),
}
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)  # of what two documents have in common
IN_CONTEXT = "kg.matching with context"
MANY = 60  # candidates asked for: all that could be merged


def blind_matcher(tables: Tables, aliases_of: set[int], forms: Forms | None = None) -> Matcher:
    """A matcher that knows aliases, changes and judgements only of the halves ``aliases_of``."""
    usual = tables.usual
    names = [
        row for row in tables.names
        if row["name"] == usual[row["organisation"]] or half(row["organisation"]) in aliases_of
    ]
    bodies = [
        row if half(row["organisation"]) in aliases_of else {**row, "name_en": ""} for row in tables.organisations
    ]
    changes = [row for row in tables.changes if {half(row["before"]), half(row["after"])} <= aliases_of]
    judgements = [
        row for row in tables.judgements
        if row["about"] == "organisation" and {half(row["one"]), half(row["other"])} <= aliases_of
    ]
    return Matcher.from_register(names, bodies, changes, judgements, forms=forms)


def merged(
    matcher: Matcher, name: str, hidden: frozenset[str] = frozenset(), documents: Documents | None = None
) -> set[str]:
    """The organisations that the matcher says are the same, in the context that ``documents`` give of the name."""
    context = documents.context(name) if documents else None
    found = matcher.candidates(name, context, limit=MANY, hidden=hidden)
    return {one.organisation for one in found if one.decision == "same"}


@dataclass
class Result:
    """Counts of one method on one half."""

    method: str
    found: dict[str, int]
    asked: dict[str, int]
    false_merges: list[tuple[str, str]]
    negatives: dict[str, int]
    left: list[tuple[str, str, str]]
    area: float | None = None
    shown: dict[str, int] = field(default_factory=dict)  # the right one is among the nearest three

    def recall(self, kinds: Iterable[str]) -> tuple[int, int]:
        wanted = [kind for kind in kinds if kind in self.asked]
        return sum(self.found.get(kind, 0) for kind in wanted), sum(self.asked[kind] for kind in wanted)

    @property
    def precision(self) -> float:
        right = sum(self.found.values())
        return right / (right + len(self.false_merges)) if right else 1.0


def run_matcher(
    method: str, matcher: Matcher, pairs: list[Positive], negatives: list[Negative], documents: Documents | None = None
) -> Result:
    """Resolve each positive, and the name of each negative with its owner taken out of the register."""
    result = Result(method, {}, {}, [], {}, [])
    for pair in pairs:
        said = merged(matcher, pair.name, documents=documents)
        context = documents.context(pair.name) if documents else None
        shown = pair.organisation in {one.organisation for one in matcher.candidates(pair.name, context, limit=3)}
        result.shown[pair.kind] = result.shown.get(pair.kind, 0) + shown
        result.asked[pair.kind] = result.asked.get(pair.kind, 0) + 1
        result.found[pair.kind] = result.found.get(pair.kind, 0) + (said == {pair.organisation})
        if said != {pair.organisation}:
            result.left.append((pair.kind, pair.name, pair.usual))
        result.false_merges += [(pair.name, body) for body in sorted(said - {pair.organisation})]
    open_: dict[tuple[str, str], set[str]] = {}
    for pair in negatives:
        result.negatives[pair.kind] = result.negatives.get(pair.kind, 0) + 1
        hidden = frozenset() if pair.kind == "invented neighbour" else frozenset({pair.owner})
        key = (pair.name, "" if not hidden else pair.owner)
        if key not in open_:
            open_[key] = merged(matcher, pair.name, hidden, documents)
            result.false_merges += [(pair.name, body) for body in sorted(open_[key])]
    return result


def choose_limits(tables: Tables, forms: Forms) -> Thresholds:
    """Thresholds with the most true pairs and no false merge on the training half; of equals the strictest."""
    matcher = blind_matcher(tables, set(), forms)
    pairs = positives(tables, TRAIN)
    negatives = unknown_names(tables, TRAIN) + invented_neighbours(tables, TRAIN, forms)
    limits = Thresholds()
    for name, values in CHOICES.items():
        scored = []
        for value in values:
            tried = replace(matcher, limits=replace(limits, **{name: value}))
            result = run_matcher("", tried, pairs, negatives)
            strict = -value if name == "initials_gap" else value
            scored.append((-len(result.false_merges), sum(result.found.values()), strict, value))
        limits = replace(limits, **{name: max(scored)[3]})
    return limits


def choose_share(tables: Tables, forms: Forms, limits: Thresholds, documents: Documents) -> Thresholds:
    """The threshold of the context, in the same way: the negatives have their own contexts too."""
    matcher = blind_matcher(tables, set(), forms).in_documents(documents)
    pairs, negatives = positives(tables, TRAIN), unknown_names(tables, TRAIN)
    scored = []
    for share in SHARES:
        tried = replace(matcher, limits=replace(limits, shared=share))
        result = run_matcher("", tried, pairs, negatives, documents)
        scored.append((-len(result.false_merges), sum(result.found.values()), share))
    return replace(limits, shared=max(scored)[2])


def used_words(tables: Tables, forms: Forms) -> set[str]:
    """Words of the lists that a training pair needs: without one of them a pair found is found no longer."""
    whole = blind_matcher(tables, set(), forms)
    found = [pair for pair in positives(tables, TRAIN) if merged(whole, pair.name) == {pair.organisation}]
    words = {word for kind in WORD_KINDS for word in forms.words(kind)}
    needed = set()
    for word in sorted(words):
        near = [pair for pair in found if word in pair.usual or word in pair.name]
        if not near:
            continue
        less = blind_matcher(tables, set(), forms.only(WORD_KINDS, words - {word}))
        if any(merged(less, pair.name) != {pair.organisation} for pair in near):
            needed.add(word)
    return needed


def run_scores(
    method: str, score: Callable[[list[tuple[str, str]]], list[float]], tables: Tables, forms: Forms
) -> Result:
    """A method that gives each pair a number: the threshold is the best training score that merges no negative."""
    halves = {}
    for part in (TRAIN, TEST):
        pairs = positives(tables, part)
        negatives = hard_negatives(tables, part) + invented_neighbours(tables, part, forms)
        numbers = score([(pair.name, pair.usual) for pair in [*pairs, *negatives]])
        halves[part] = (pairs, negatives, numbers[: len(pairs)], numbers[len(pairs):])
    threshold = max(halves[TRAIN][3])
    pairs, negatives, right, wrong = halves[TEST]
    result = Result(method, {}, {}, [], {}, [], roc_area(right, wrong))
    for pair, number in zip(pairs, right, strict=True):
        result.asked[pair.kind] = result.asked.get(pair.kind, 0) + 1
        result.found[pair.kind] = result.found.get(pair.kind, 0) + (number > threshold)
    for pair, number in zip(negatives, wrong, strict=True):
        result.negatives[pair.kind] = result.negatives.get(pair.kind, 0) + 1
        if number > threshold:
            result.false_merges.append((pair.name, pair.usual))
    return result


def roc_area(right: list[float], wrong: list[float]) -> float:
    """The chance that a true pair scores above a false one; 0.5 is chance."""
    ordered = sorted(wrong)
    wins = sum((bisect_left(ordered, one) + bisect_right(ordered, one)) / 2 for one in right)
    return wins / (len(right) * len(wrong))


def similarity_methods() -> dict[str, Callable[[list[tuple[str, str]]], list[float]]]:
    def nfd(text: str) -> str:
        return unicodedata.normalize("NFD", text)

    return {
        "rapidfuzz ratio": lambda pairs: [fuzz.ratio(a, b) for a, b in pairs],
        "rapidfuzz ratio on NFD": lambda pairs: [fuzz.ratio(nfd(a), nfd(b)) for a, b in pairs],
        "rapidfuzz WRatio": lambda pairs: [fuzz.WRatio(a, b) for a, b in pairs],
    }


def peer_scores(pairs: list[tuple[str, str]]) -> tuple[str, dict[str, list[float]]]:
    """Version and scores of nomenklatura; raises with the reason where it cannot be run."""
    if not PEERS.exists():
        raise RuntimeError("no environment .venv-peers; make it with: python -m venv .venv-peers && "
                           ".venv-peers/bin/pip install nomenklatura")
    done = subprocess.run(
        [PEERS, ROOT / "benchmarks" / "peers.py"], input=json.dumps(pairs), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    answer = json.loads(done.stdout)
    return answer["version"], answer["scores"]


def run_peers(tables: Tables, forms: Forms) -> tuple[str, list[Result]]:
    """nomenklatura's algorithms on the same pairs, all scored in one run of its environment."""
    lists = [
        [(pair.name, pair.usual) for pair in
         [*positives(tables, part), *hard_negatives(tables, part), *invented_neighbours(tables, part, forms)]]
        for part in (TRAIN, TEST)
    ]
    try:
        number, scores = peer_scores([pair for pairs in lists for pair in pairs])
    except RuntimeError as error:
        return f"nomenklatura not run: {error}", []
    results = []
    for name, values in scores.items():
        known = dict(zip([pair for pairs in lists for pair in pairs], values, strict=True))
        results.append(run_scores(f"nomenklatura {name}", lambda pairs, k=known: [k[p] for p in pairs], tables, forms))
    return f"nomenklatura {number}", results


def measure(folder: Path, peers: bool = True, tuned: bool = True) -> tuple[list[Result], dict[str, object]]:
    """All results on the test half, and what was chosen on the training half."""
    tables, forms = read_tables(folder), read_forms(folder)
    documents = read_documents(folder)
    limits = choose_limits(tables, forms) if tuned else Thresholds()
    limits = choose_share(tables, forms, limits, documents) if tuned else limits
    pairs = positives(tables, TEST) + made_misprints(tables, TEST)
    negatives = unknown_names(tables, TEST) + hard_negatives(tables, TEST) + invented_neighbours(tables, TEST, forms)
    ours = replace(blind_matcher(tables, {TRAIN}, forms), limits=limits)
    seen = unknown_names(tables, TRAIN) + hard_negatives(tables, TRAIN) + invented_neighbours(tables, TRAIN, forms)
    training = replace(blind_matcher(tables, set(), forms), limits=limits)
    results = [
        run_matcher("kg.matching", ours, pairs, negatives),
        run_matcher(IN_CONTEXT, ours.in_documents(documents), pairs, negatives, documents),
        run_matcher("kg.matching on the training half", training, positives(tables, TRAIN), seen),
        run_matcher(f"{IN_CONTEXT} on the training half", training.in_documents(documents),
                    positives(tables, TRAIN), seen, documents),
    ]
    notes: dict[str, object] = {"thresholds": {f.name: getattr(limits, f.name) for f in fields(limits)}}
    if tuned:
        words = used_words(tables, forms)
        strict = replace(blind_matcher(tables, {TRAIN}, forms.only(WORD_KINDS, words)), limits=limits)
        method = "words that training pairs need"
        results.append(run_matcher(f"kg.matching, {method}", strict, pairs, negatives))
        strict = strict.in_documents(documents)
        results.append(run_matcher(f"{IN_CONTEXT}, {method}", strict, pairs, negatives, documents))
        notes["words"] = sorted(words)
    results += [run_scores(name, score, tables, forms) for name, score in similarity_methods().items()]
    if peers:
        notes["peers"], more = run_peers(tables, forms)
        results += more
    return results, notes


def as_tables(results: list[Result], notes: dict[str, object]) -> str:
    """Two Markdown tables: methods by what they find, and the first of each sort by kind of name."""
    kinds = sorted(results[0].asked)
    knowing = [kind for kind in kinds if kind not in BY_STRINGS and "made" not in kind]
    lines = [f"{key}: {value}" for key, value in notes.items()]
    lines += ["", "| method | decided by strings | other kinds | in the nearest three | false merges | precision"
                  " | ROC area |", "|---" * 7 + "|"]
    for result in results:
        cells = [_share(*result.recall(BY_STRINGS)), _share(*result.recall(knowing))]
        cells.append(_share(sum(result.shown.get(kind, 0) for kind in BY_STRINGS), result.recall(BY_STRINGS)[1])
                     if result.shown else "–")
        cells.append(f"{len(result.false_merges)} of {sum(result.negatives.values())}")
        cells.append(f"{result.precision:.3f}")
        cells.append("–" if result.area is None else f"{result.area:.2f}")
        lines.append(f"| {result.method} | " + " | ".join(cells) + " |")
    best = {result.method.split()[0]: result for result in sorted(results, key=lambda one: one.recall(BY_STRINGS)[0])}
    shown = [*results[:2], *(best[name] for name in ("rapidfuzz", "nomenklatura") if name in best)]
    lines += ["", "| kind of name | " + " | ".join(one.method for one in shown) + " |", "|---" * (len(shown) + 1) + "|"]
    for kind in [*BY_STRINGS, *knowing, "misprint (made)"]:
        cells = [_share(*one.recall([kind])) if kind in one.asked else "–" for one in shown]
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    lines += ["", "Negatives: " + ", ".join(f"{kind} {count}" for kind, count in sorted(results[0].negatives.items()))]
    for one in results[:4]:
        lines += [f"False merges, {one.method}: " + (", ".join(map(str, one.false_merges)) or "none")]
    for one in results[:2]:
        left = [f"{name} ({usual}, {kind})" for kind, name, usual in sorted(one.left) if "made" not in kind]
        lines += [f"Left open, {one.method}: " + ", ".join(left)]
    return "\n".join(lines)


MORE_THAN_FORM = ("short",)  # kinds of true pairs in which words are left out


def decision(name: str, known: str) -> str:
    """What the matcher says of ``name`` where the register holds one organisation, called ``known``."""
    found = Matcher.from_register([], [{"organisation": "known", "name_ko": known}]).candidates(name)
    return next((one.decision for one in found), "none")


def pairs_as_table(pairs: list[Labelled]) -> str:
    """A Markdown table by kind. A true pair counts if *same* both ways round, a false one if so either way."""
    counts: dict[str, list[int]] = {}
    missed, merged_wrongly = [], []
    for pair in pairs:
        both = [decision(pair.one, pair.other), decision(pair.other, pair.one)]
        count = counts.setdefault(pair.kind, [0, 0, 0, 0])
        if pair.judgement == "same":
            found = both == ["same", "same"]
            count[0] += found
            count[1] += 1
            missed += [] if found else [f"{pair.one} = {pair.other}"]
        else:
            count[2] += "same" in both
            count[3] += 1
            merged_wrongly += [f"{pair.one} ≠ {pair.other}"] if "same" in both else []
    by_form = [count for kind, count in counts.items() if kind not in MORE_THAN_FORM]
    form = [sum(column) for column in zip(*by_form, strict=True)]
    total = [sum(column) for column in zip(*counts.values(), strict=True)]
    lines = ["| kind | found | false merges |", "|---|---|---|"]
    for kind, count in sorted(counts.items()):
        wrong = f"{count[2]} of {count[3]}" if count[3] else "–"
        lines.append(f"| {kind} | {_share(*count[:2])} | {wrong} |")
    lines.append(f"| **form alone** | {_share(*form[:2])} | |")
    lines.append(f"| **all** | {_share(*total[:2])} | {total[2]} of {total[3]} |")
    lines += ["", "Left open: " + (", ".join(missed) or "none"),
              "False merges: " + (", ".join(merged_wrongly) or "none")]
    return "\n".join(lines)


def _share(found: int, asked: int) -> str:
    return f"{found}/{asked} = {found / asked:.2f}" if asked else "–"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=ROOT / "data")
    parser.add_argument("--no-peers", action="store_true", help="leave nomenklatura out")
    parser.add_argument("--shipped", action="store_true", help="take the toolkit's thresholds, choose none")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    parser.add_argument("--pairs", type=Path, help="judge the pairs of this file instead, two names at a time")
    options = parser.parse_args()
    if options.pairs:
        print(pairs_as_table(read_labelled(options.pairs)))
        return
    results, notes = measure(options.data, not options.no_peers, not options.shipped)
    if options.json:
        json.dump({"notes": notes, "results": [vars(result) for result in results]}, sys.stdout, ensure_ascii=False)
    else:
        print(as_tables(results, notes))


if __name__ == "__main__":
    main()
