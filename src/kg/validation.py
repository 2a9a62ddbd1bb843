"""Does a graph keep the rules? Shapes in, a report with messages in both languages out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import rdflib

from kg.errors import language as chosen_language
from kg.shacl.engine import Engine, Finding
from kg.shacl.shapes import SH, read_shapes
from kg.shacl.triples import GraphChoice, TripleIndex, add_triples, read_triples
from kg.vocab import PREFIXES, SHAPES

_SHORT = {**PREFIXES, "kgsh": str(SHAPES), "sh": str(SH)}
_SEVERITIES = (SH.Violation, SH.Warning, SH.Info)
_WORDS = {
    SH.Violation: ("어김", "violation"),
    SH.Warning: ("주의", "warning"),
    SH.Info: ("알림", "note"),
}


@dataclass(frozen=True)
class Result:
    """One place where a graph does not keep a rule: IRIs in full, literals as in N-Triples."""

    focus: str
    path: str
    value: str
    shape: str
    component: str
    severity: str
    ko: str
    en: str

    @property
    def messages(self) -> Mapping[str, str]:
        return {"ko": self.ko, "en": self.en}

    @property
    def order(self) -> tuple[object, ...]:
        rank = _SEVERITIES.index(self.severity) if self.severity in _SEVERITIES else len(_SEVERITIES)
        return (rank, self.shape, self.focus, self.component, self.path, self.value)


@dataclass(frozen=True)
class Report:
    """What validation found; warnings and notes do not keep a graph from conforming."""

    results: tuple[Result, ...] = ()

    @property
    def conforms(self) -> bool:
        return not self.violations

    @property
    def violations(self) -> tuple[Result, ...]:
        return tuple(result for result in self.results if result.severity not in (SH.Warning, SH.Info))

    @property
    def advice(self) -> tuple[Result, ...]:
        return tuple(result for result in self.results if result.severity in (SH.Warning, SH.Info))

    def __add__(self, other: Report) -> Report:
        return Report(tuple(sorted({*self.results, *other.results}, key=lambda result: result.order)))

    def as_json(self) -> dict[str, object]:
        """Plain values for a program, in the order of severity, shape and focus node."""
        return {
            "conforms": self.conforms,
            "violations": len(self.violations),
            "advice": len(self.advice),
            "results": [
                {
                    "focus": result.focus,
                    "path": result.path,
                    "value": result.value,
                    "shape": result.shape,
                    "component": result.component,
                    "severity": result.severity,
                    "messages": dict(result.messages),
                }
                for result in self.results
            ],
        }

    def as_text(self, language: str | None = None, shown: int = 50) -> str:
        """A line a shape with its message and number, then the first nodes it is about."""
        korean = (language or chosen_language()) == "ko"
        lines: list[str] = []
        for (severity, shape), count in _by_shape(self.results).items():
            about = [result for result in self.results if (result.severity, result.shape) == (severity, shape)]
            word = _WORDS.get(severity, _WORDS[SH.Violation])[0 if korean else 1]
            message = about[0].ko if korean else about[0].en
            lines.append(f"{word} {count}: {_shorten(shape)} {message}")
            lines.extend("  " + _line(result) for result in about[:shown])
            if count > shown:
                lines.append(f"  … 외 {count - shown}곳" if korean else f"  … and {count - shown} more")
        lines.append(self._closing(korean))
        return "\n".join(lines)

    def _closing(self, korean: bool) -> str:
        bad, advice = len(self.violations), len(self.advice)
        if korean:
            return f"{'규칙에 맞습니다' if self.conforms else f'규칙을 어긴 곳 {bad}'}. 조언 {advice}."
        plural = "s" * (bad != 1)
        return f"{'Conforms' if self.conforms else f'{bad} violation{plural}'}; {advice} advice."


def _by_shape(results: Iterable[Result]) -> Counter[tuple[str, str]]:
    return Counter((result.severity, result.shape) for result in results)


def _line(result: Result) -> str:
    parts = (_shorten(result.focus), _shorten(result.path), _shorten(result.value))
    return " · ".join(part for part in parts if part)


def _shorten(text: str) -> str:
    for prefix, namespace in sorted(_SHORT.items(), key=lambda pair: -len(pair[1])):
        text = text.replace(f"<{namespace}", f"{prefix}:").replace(namespace, f"{prefix}:")
    return text.replace(">", "") if "<" not in text else text


def validate(
    data: Path | rdflib.Graph | TripleIndex | Iterable[Any],
    *,
    shapes: Sequence[Path],
    inoculate: Sequence[Path] = (),
    graphs: GraphChoice | None = None,
) -> Report:
    """Check a graph against SHACL Core shapes.

    ``data`` is a file (its suffix tells the format), an rdflib graph, pyoxigraph quads, or triples that are
    indexed already. All its triples are taken as one graph; ``graphs`` chooses which named graphs take part
    (it is asked with the IRI, or with an empty text for the default graph). ``inoculate`` names files that
    the data leans on, such as the code lists; they are read beside it.
    """
    index = data if isinstance(data, TripleIndex) else read_triples(data, graphs)
    for file in inoculate:
        add_triples(index, file)
    targeted, _ = read_shapes(shapes)
    return gather_report((index, finding) for finding in Engine(index).run(targeted))


def gather_report(findings: Iterable[tuple[TripleIndex, Finding]]) -> Report:
    """Findings in order, each once, each with the index that knows its terms."""
    results = {_result(index, finding) for index, finding in findings}
    return Report(tuple(sorted(results, key=lambda result: result.order)))


def _result(index: TripleIndex, finding: Finding) -> Result:
    shape, path = finding.shape, str(finding.shape.path or "")
    if finding.predicate is not None:
        path = f"<{index.terms[finding.predicate].value}>"
    any_message = next(iter(shape.messages.values()), "")
    return Result(
        focus=_text(index, finding.focus),
        path=path,
        value="" if finding.value is None else _text(index, finding.value),
        shape=shape.name,
        component=finding.component,
        severity=shape.severity,
        ko=shape.messages.get("ko", any_message),
        en=shape.messages.get("en", any_message),
    )


def _text(index: TripleIndex, number: int) -> str:
    term = index.terms[number]
    return term.value if isinstance(term, ox.NamedNode) else str(term)
