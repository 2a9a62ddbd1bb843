"""Validates a sorted N-Quads file in slices, so that memory does not grow with the graph.

Predicates that a shape reads at nodes other than its focus node (the class of a value, inverse paths) are held for the
whole graph; all others are held for the subjects of one slice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.shacl.engine import Engine, Finding
from kg.shacl.shapes import PropertyPath, Shape
from kg.shacl.triples import Term, TripleIndex
from kg.vocab import RDF, RDFS

SLICE_LINES = 100_000
COMPARED = ("equals", "disjoint", "lessThan", "lessThanOrEquals")


def findings_in_slices(
    quads: Path, shapes: Iterable[Shape], slice_lines: int = SLICE_LINES, *, skip: str | None = None
) -> Iterator[tuple[TripleIndex, Finding]]:
    """All findings of the shapes on all triples of the file, whatever their graph; lines are sorted and unique.

    Lines that begin with ``skip`` are not read: those of subjects that no shape looks at. The index that comes with a
    finding knows its terms only until the next finding is taken.
    """
    targeted = list(shapes)
    index = SlicedIndex(read_elsewhere(targeted))
    index.hold(quads, slice_lines, skip)
    for lines in _slices(quads, slice_lines, skip):
        subjects = index.begin(lines)
        engine = Engine(index)
        for shape in targeted:
            for focus in sorted(_targets(index, shape, subjects)):
                for finding in engine.findings(shape, focus):
                    yield index, finding


def read_elsewhere(shapes: Iterable[Shape]) -> frozenset[str]:
    """Predicates that the shapes read at nodes other than the focus node, or in inverse direction."""
    found = {RDF.type, RDFS.subClassOf}
    seen: set[tuple[Shape, bool]] = set()
    waiting = [(shape, False) for shape in shapes]
    while waiting:
        shape, away = waiting.pop()
        if (shape, away) in seen:
            continue
        seen.add((shape, away))
        if shape.path:
            found |= _away(shape.path, away)
        if away:
            found |= {constraint.terms[0].value for constraint in shape.constraints if constraint.parameter in COMPARED}
        if any(constraint.parameter == "closed" for constraint in shape.constraints) and (away or shape.path):
            raise NotImplementedError("sh:closed away from the focus node cannot be checked in slices")
        inner = [*shape.properties]
        for constraint in shape.constraints:
            inner += [*constraint.shapes, *constraint.siblings]
        waiting += [(nested, away or shape.path is not None) for nested in inner]
    return frozenset(found)


def _away(path: PropertyPath, away: bool) -> set[str]:
    if path.kind == "predicate":
        return {path.predicate} if away else set()
    if path.kind == "sequence":
        return {name for number, part in enumerate(path.parts) for name in _away(part, away or number > 0)}
    further = away or path.kind in ("inverse", "zeroOrMore", "oneOrMore")
    return {name for part in path.parts for name in _away(part, further)}


class SlicedIndex(TripleIndex):
    """An index that holds some predicates for the whole graph and the others for one slice at a time."""

    def __init__(self, held: frozenset[str]):
        super().__init__()
        self.held = held
        self._kept_terms = 0
        self._kept_predicates: frozenset[int] = frozenset()

    def hold(self, quads: Path, slice_lines: int, skip: str | None = None) -> None:
        """Read the predicates held for the whole graph; call it once, before the first slice."""
        marks = {f"<{iri}>".encode() for iri in self.held}
        for lines in _slices(quads, slice_lines, skip):
            chosen = [line for line in lines if line.split(b" ", 2)[1] in marks]
            for quad in ox.parse(b"".join(chosen), format=ox.RdfFormat.N_QUADS):
                self.add(quad.subject, quad.predicate, quad.object)
        self._kept_predicates = frozenset(self.iri(iri) for iri in self.held)
        self._kept_terms = len(self.terms)

    def begin(self, lines: list[bytes]) -> set[int]:
        """Replace the previous slice by this one; returns its subjects."""
        for term in self.terms[self._kept_terms :]:
            del self._ids[term]
        del self.terms[self._kept_terms :]
        self._out = {predicate: values for predicate, values in self._out.items() if predicate in self._kept_predicates}
        self._in = {predicate: values for predicate, values in self._in.items() if predicate in self._kept_predicates}
        self._large.clear()
        self._predicates = None
        subjects: set[int] = set()
        last: Term | None = None
        number = 0
        for quad in ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS):
            if quad.subject != last:
                last = quad.subject
                number = self.id(quad.subject)
                subjects.add(number)
            predicate = self.id(quad.predicate)
            if predicate in self._kept_predicates:
                continue
            self._append(predicate, number, self.id(quad.object))
        return subjects


def _targets(index: TripleIndex, shape: Shape, subjects: set[int]) -> set[int]:
    found: set[int] = set()
    for kind, term in shape.targets:
        number = index.id(term)
        if kind == "targetClass":
            found |= subjects & index.instances(number)
        elif kind == "targetSubjectsOf":
            found |= subjects & index.out(number).keys()
        else:
            raise NotImplementedError(f"sh:{kind} cannot be checked in slices")
    return found


def _slices(quads: Path, slice_lines: int, skip: str | None = None) -> Iterator[list[bytes]]:
    """Whole subjects, about ``slice_lines`` lines at a time; a triple that several graphs hold comes once where the
    default graph has it."""
    lines: list[bytes] = []
    plain = subject = b"\n"
    skipped = skip.encode() if skip else b"\n"  # no line is empty
    with quads.open("rb") as stream:
        for line in stream:
            if line.startswith(skipped):
                continue
            if line.startswith(plain):  # the same triple, with the name of a graph behind it
                continue
            plain = line[:-2]
            if len(lines) >= slice_lines and not line.startswith(subject):
                yield lines
                lines = []
            lines.append(line)
            if len(lines) >= slice_lines:
                subject = line[: line.index(b" ") + 1]
    if lines:
        yield lines
