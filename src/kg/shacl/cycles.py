"""Finds recursive shapes, and those whose recursion has no meaning.

A shape that refers to itself has a meaning (the largest set of nodes that conform) as long as it does not depend on
itself through a negation. Source of the search: R. E. Tarjan (1972), Depth-first search and linear graph algorithms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kg.shacl.graph import Problem
from kg.shacl.model import Shape

Edge = tuple[Shape, str]  # the shape that is referred to, and the parameter if it depends on the opposite

#: parameters that hold where fewer nodes conform
_OPPOSITE = ("not", "xone", "qualifiedMaxCount")


def find_cycles(shapes: Mapping[int, Shape]) -> list[tuple[int, Problem]]:
    """Set ``cycle`` of all recursive shapes; returns the problems of those without a meaning, by node."""
    edges = {shape: list(_edges(shape)) for shape in shapes.values()}
    for number, group in enumerate(_groups(edges)):
        if len(group) > 1 or any(target is group[0] for target, _ in edges[group[0]]):
            for shape in group:
                shape.cycle = number
    found: list[tuple[int, Problem]] = []
    for node, shape in shapes.items():
        through = {name for target, name in edges[shape] if name and _same_cycle(shape, target)}
        for name in sorted(through):
            en = f"refers to itself through sh:{name}, which has no meaning"
            found.append((node, (f"sh:{name}을(를) 거쳐 자신을 가리키므로 의미가 없습니다", en)))
    return found


def _same_cycle(shape: Shape, other_shape: Shape) -> bool:
    return shape.cycle is not None and shape.cycle == other_shape.cycle


def _edges(shape: Shape) -> Iterator[Edge]:
    yield from ((inner, "") for inner in shape.properties)
    for constraint in shape.constraints:
        opposite = constraint.parameter if constraint.parameter in _OPPOSITE else ""
        yield from ((inner, opposite) for inner in constraint.shapes)
        yield from ((sibling, "qualifiedValueShapesDisjoint") for sibling in constraint.siblings)


def _groups(edges: Mapping[Shape, Sequence[Edge]]) -> Iterator[list[Shape]]:
    """The strongly connected groups of shapes, found without recursion, so that shapes may be nested deeply."""
    number: dict[Shape, int] = {}
    lowest: dict[Shape, int] = {}
    waiting: list[Shape] = []
    placed: set[Shape] = set()
    for start in edges:
        if start in number:
            continue
        number[start] = lowest[start] = len(number)
        waiting.append(start)
        path = [(start, iter(edges[start]))]
        while path:
            shape, rest = path[-1]
            for target, _ in rest:
                if target not in number:
                    number[target] = lowest[target] = len(number)
                    waiting.append(target)
                    path.append((target, iter(edges[target])))
                    break
                if target not in placed:
                    lowest[shape] = min(lowest[shape], number[target])
            else:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[shape])
                if lowest[shape] == number[shape]:
                    group = [waiting.pop()]
                    while group[-1] is not shape:
                        group.append(waiting.pop())
                    placed.update(group)
                    yield group
