"""Validation reports: as text in both languages, as JSON values, and as a W3C validation report in Turtle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from kg.errors import Text
from kg.errors import language as chosen_language
from kg.shacl.engine import Finding
from kg.shacl.model import PropertyPath
from kg.shacl.triples import TripleIndex
from kg.shacl.vocabulary import SH
from kg.vocab import PREFIXES, SHAPES

_SHORT = {**PREFIXES, "kgsh": str(SHAPES), "sh": str(SH)}
_SEVERITIES = (SH.Violation, SH.Warning, SH.Info)
_WORDS = {
    SH.Violation: ("위반", "violation"),
    SH.Warning: ("경고", "warning"),
    SH.Info: ("참고", "note"),
}


@dataclass(frozen=True)
class Result:
    """One validation result: a place where a graph violates a rule.

    IRIs are in full, literals as in N-Triples, blank nodes as ``_:label``. ``texts`` has pairs of language and
    text; ``steps`` is the path as a value, for RDF.
    """

    focus: str
    path: str
    value: str
    shape: str
    component: str
    severity: str
    texts: tuple[tuple[str, str], ...] = ()
    steps: PropertyPath | None = field(default=None, compare=False, repr=False)

    @property
    def ko(self) -> str:
        return self._text("ko")

    @property
    def en(self) -> str:
        return self._text("en")

    def _text(self, language: str) -> str:
        """The message in a language; else the one without a language, else any."""
        by_language = dict(reversed(self.texts))
        matching = (tag for tag in sorted(by_language) if tag.partition("-")[0] == language)
        return by_language.get(next(matching, ""), next((text for _, text in self.texts), ""))

    @property
    def messages(self) -> Mapping[str, str]:
        return {"ko": self.ko, "en": self.en}

    @property
    def order(self) -> tuple[object, ...]:
        rank = _SEVERITIES.index(self.severity) if self.severity in _SEVERITIES else len(_SEVERITIES)
        return (rank, self.shape, self.focus, self.component, self.path, self.value, self.severity, self.texts)


@dataclass(frozen=True)
class Report:
    """A validation report; a graph with warnings and notes only still conforms.

    ``engine`` is ``columns`` (our own) or ``pyshacl``. ``remarks`` are notes on the validation for the reader.
    """

    results: tuple[Result, ...] = ()
    engine: str = "columns"
    remarks: tuple[Text, ...] = ()

    def with_remarks(self, *remarks: Text) -> Report:
        return replace(self, remarks=(*self.remarks, *remarks))

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
        results = tuple(sorted({*self.results, *other.results}, key=lambda result: result.order))
        remarks = tuple(dict.fromkeys((*self.remarks, *other.remarks)))
        return replace(self, results=results, engine=max(self.engine, other.engine), remarks=remarks)

    def as_json(self) -> dict[str, object]:
        """Plain values for a program, in the order of severity, shape and focus node."""
        return {
            "conforms": self.conforms,
            "violations": len(self.violations),
            "advice": len(self.advice),
            "engine": self.engine,
            "remarks": [{"ko": remark.ko, "en": remark.en} for remark in self.remarks],
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
        """One line per shape with its message and number of results, then the first of its focus nodes."""
        korean = (language or chosen_language()) == "ko"
        lines: list[str] = []
        for (severity, shape), results in _by_shape(self.results).items():
            word = _WORDS.get(severity, _WORDS[SH.Violation])[0 if korean else 1]
            message = (results[0].ko if korean else results[0].en) or _components(results)
            lines.append(f"{word} {len(results)}: {_shorten(shape)} {message}")
            lines.extend("  " + _line(result) for result in results[:shown])
            if len(results) > shown:
                more = len(results) - shown
                lines.append(f"  … 외 {more}건" if korean else f"  … and {more} more")
        lines.append(self._closing(korean))
        return "\n".join(lines)

    def _closing(self, korean: bool) -> str:
        bad, advice = len(self.violations), len(self.advice)
        if korean:
            return f"{'규칙에 맞습니다' if self.conforms else f'규칙 위반 {bad}곳'}. 조언 {advice}."
        plural = "s" * (bad != 1)
        return f"{'Conforms' if self.conforms else f'{bad} violation{plural}'}; {advice} advice."

    def as_turtle(self) -> str:
        """A W3C validation report. Its ``sh:conforms`` is false with any result, of whatever severity."""
        lines = [f"@prefix sh: <{SH}> .", "", "[] a sh:ValidationReport ;"]
        if not self.results:
            return "\n".join([*lines, "    sh:conforms true .", ""])
        lines.append("    sh:conforms false ;")
        lines.append("    sh:result " + " ,\n        ".join(_as_turtle(result) for result in self.results) + " .")
        return "\n".join([*lines, ""])


def gather_report(findings: Iterable[tuple[TripleIndex, Finding]]) -> Report:
    """The report of findings, each given with the index of its terms, in order and without duplicates."""
    results = {_result(index, finding) for index, finding in findings}
    return Report(tuple(sorted(results, key=lambda result: result.order)))


def _result(index: TripleIndex, finding: Finding) -> Result:
    shape, steps = finding.shape, finding.shape.path
    if finding.predicate is not None:
        steps = PropertyPath("predicate", index.terms[finding.predicate].value)
    return Result(
        focus=index.label(finding.focus),
        path=str(steps or ""),
        value="" if finding.value is None else index.label(finding.value),
        shape=shape.name,
        component=finding.component,
        severity=shape.severity,
        texts=shape.messages,
        steps=steps,
    )


def _by_shape(results: Iterable[Result]) -> dict[tuple[str, str], list[Result]]:
    found: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        found.setdefault((result.severity, result.shape), []).append(result)
    return found


def _components(results: Iterable[Result]) -> str:
    """The message of a shape that has none: the constraint components violated."""
    names = dict.fromkeys(_shorten(result.component).removesuffix("ConstraintComponent") for result in results)
    return ", ".join(names)


def _line(result: Result) -> str:
    parts = (_shorten(result.focus), _shorten(result.path), _shorten(result.value))
    return " · ".join(part for part in parts if part)


def _shorten(text: str) -> str:
    for prefix, namespace in sorted(_SHORT.items(), key=lambda pair: -len(pair[1])):
        text = text.replace(f"<{namespace}", f"{prefix}:").replace(namespace, f"{prefix}:")
    return text.replace(">", "") if "<" not in text else text


def _as_turtle(result: Result) -> str:
    values = [
        ("focusNode", term_as_turtle(result.focus)),
        ("resultPath", path_as_turtle(result.steps) if result.steps else ""),
        ("value", term_as_turtle(result.value) if result.value else ""),
        ("resultSeverity", term_as_turtle(result.severity)),
        ("sourceShape", term_as_turtle(result.shape)),
        ("sourceConstraintComponent", term_as_turtle(result.component)),
        ("resultMessage", ", ".join(_message(language, text) for language, text in result.texts)),
    ]
    lines = [f"sh:{name} {value}" for name, value in values if value]
    return "[ a sh:ValidationResult ;\n            " + " ;\n            ".join(lines) + " ]"


def term_as_turtle(text: str) -> str:
    """A term of a result in Turtle."""
    if text.startswith(('"', "_:")):
        return text
    local = text[len(SH) :] if text.startswith(SH) else ""
    return f"sh:{local}" if local.isalnum() else f"<{text}>"


def path_as_turtle(path: PropertyPath) -> str:
    """A property path in Turtle, as SHACL writes it."""
    if path.kind == "predicate":
        return f"<{path.predicate}>"
    parts = " ".join(map(path_as_turtle, path.parts))
    if path.kind == "sequence":
        return f"( {parts} )"
    return f"[ sh:alternativePath ( {parts} ) ]" if path.kind == "alternative" else f"[ sh:{path.kind}Path {parts} ]"


def _message(language: str, text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"' + (f"@{language}" if language else "")
