"""What stands behind a thing, a name, a rating or an edge: who says it, where, what is followed and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import KgError, Text, language
from kg.explain.assemble import derived_notes, rule_notes, thing_notes
from kg.explain.find import Target, find_target
from kg.explain.notes import Asked, DerivedNote, EdgeNote, ThingNote
from kg.explain.reading import Ask, Found, first, path_of, read_evidence, read_names, table_of
from kg.explain.tie import edge_note, read_joins
from kg.vocab import DEFAULT_POLICY, ID

if TYPE_CHECKING:
    from kg.accept import Policy

AcceptedRows = Callable[[Iterable[str], Iterable[str]], dict[str, dict[str, Any]]]


@dataclass(frozen=True)
class Supposition:
    """A policy other than the one stored, or left-out claims: what takes the place of the accepted graph."""

    policy: Policy
    words: Text
    accepted_rows: AcceptedRows


@dataclass(frozen=True, repr=False)
class Explanation:
    """Everything that stands behind what was asked. Prints in a terminal, displays in a notebook, goes out as JSON."""

    asked: Asked
    things: tuple[ThingNote, ...]
    derived: tuple[DerivedNote, ...] = ()
    edge: EdgeNote | None = None

    def __repr__(self) -> str:
        return f"<Explanation of {self.asked.label.en!r}: {len(self.things)} things, {len(self.sources)} sources>"

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of all sources with a claim in this explanation."""
        return tuple(sorted({claim.source.id for thing in self.things for claim in thing.claims}))

    def as_text(self, language: str) -> str:
        from kg.explain.show import explanation_text

        return explanation_text(self, language)

    def as_json(self) -> dict[str, object]:
        """Plain values; texts have ``ko`` and ``en``."""
        return {**asdict(self), "edge": _edge_json(self.edge)} if self.edge else asdict(self)

    def __str__(self) -> str:
        return self.as_text(language())

    def _repr_html_(self) -> str:
        from kg.explain.show import explanation_html

        return explanation_html(self, language())


def _edge_json(edge: EdgeNote) -> dict[str, object]:
    return {
        **asdict(edge),
        "tied": bool(edge.tied_by),
        "sources": [source.id for source in edge.stated_by],
        "origins": list(edge.origins),
    }


def explain(ask: Ask, text: str, *, policy: str = DEFAULT_POLICY, supposed: Supposition | None = None) -> Explanation:
    """Explain an organisation, case, event or source, a rating (``롯데건설 2023``), an edge (``A ~ B``) or any IRI.

    ``ask`` answers SPARQL, from a store or an endpoint. Raises ``KgError`` where nothing bears the name (with the
    nearest three) or no claim speaks of the thing.
    """
    target = find_target(ask, text, policy)
    if target.is_edge:
        return _explain_edge(ask, text, target, policy, supposed)
    found = read_evidence(ask, target.which, policy)
    if not found.claims:
        raise _nothing_said(ask, text, target)
    read_names(ask, found, policy, _more(target.iris, supposed), _name(policy, supposed))
    things = thing_notes(found, _policy(supposed), _rows(found, supposed))
    return Explanation(_asked(text, target.iris, found, things, policy, supposed), things, derived_notes(found))


def _explain_edge(ask: Ask, text: str, target: Target, policy: str, supposed: Supposition | None) -> Explanation:
    one, other = target.iris
    joins = read_joins(ask, (one, other))
    found = read_evidence(ask, joins.which(), policy) if joins.joint or joins.met else Found()
    more = [*target.iris, *joins.met, *joins.tying]
    more += [value for node in joins.judgements.values() if (value := first(node, "judgement"))]
    read_names(ask, found, policy, _more(more, supposed), _name(policy, supposed))
    things = thing_notes(found, _policy(supposed), _rows(found, supposed))
    asked = _asked(text, target.iris, found, things, policy, supposed)
    return Explanation(asked, things, derived_notes(found), edge_note(joins, found, things))


def _name(policy: str, supposed: Supposition | None) -> str:
    return supposed.policy.name if supposed else policy


def _more(iris: Iterable[str], supposed: Supposition | None) -> list[str]:
    """Names that no node mentions: of what was asked, and of verdicts under a supposition."""
    more = [*iris]
    if supposed:
        more += [ID[f"code/policy-rule/{rule.name}"] for rule in supposed.policy.rules]
        more += [ID[f"code/status/{code}"] for code in ("accepted", "undecided")]
        more += [
            ID[f"code/acceptance-reason/{code}"]
            for code in (
                "agreed",
                "announcement",
                "correction",
                "latest-correction",
                "more-origins",
                "no-claim-left",
                "only-claim",
                "plan",
                "report",
                "retrospective",
                "table-over-prose",
                "too-few-origins",
                "undecided",
            )
        ]
    return more


def _rows(found: Found, supposed: Supposition | None) -> Mapping[str, dict[str, Any]] | None:
    if supposed is None:
        return None
    things = {term.value for node in found.claims.values() for term in node["about"]}
    tables = {table.name for thing in things if (table := table_of(thing))}
    return supposed.accepted_rows(things, tables)


def _policy(supposed: Supposition | None) -> Policy | None:
    return supposed.policy if supposed else None


def _asked(
    text: str,
    iris: tuple[str, ...],
    found: Found,
    things: tuple[ThingNote, ...],
    policy: str,
    supposed: Supposition | None,
) -> Asked:
    if len(iris) == 2:
        names = [found.name(iri) for iri in iris]
        label = Text(" ~ ".join(name.ko for name in names), " ~ ".join(name.en for name in names))
    elif len(things) == 1 and iris[0] not in found.names:
        label = things[0].label
    else:
        label = next((thing.label for thing in things if thing.iri == iris[0]), found.name(iris[0]))
    return Asked(
        text,
        iris,
        label,
        _name(policy, supposed),
        rule_notes(found, _policy(supposed)),
        supposed.words if supposed else None,
    )


def _nothing_said(ask: Ask, text: str, target: Target) -> KgError:
    path = path_of(target.iris[0]) or target.iris[0]
    if target.year is None:
        return KgError(
            Text(f"{text!r} ({path}): 이것을 말하는 진술이 없습니다.", f"{text!r} ({path}): no claim speaks of it.")
        )
    rows = ask(
        f"SELECT DISTINCT ?year WHERE {{ GRAPH ?g {{ ?c kg:organisation <{target.iris[0]}> ; a kg:RatingClaim ;"
        " kg:year ?year } } ORDER BY ?year"
    ).rows
    years = ", ".join(row[0].value for row in rows if row[0])
    return KgError(
        Text(
            f"{text!r} ({path}): {target.year}년 등급을 말하는 출처가 없습니다. 등급이 있는 해: {years or '없음'}.",
            f"{text!r} ({path}): no source states a rating for {target.year}. Years with a rating: {years or 'none'}.",
        )
    )
