"""Explanations: the claims behind a thing, a name, a rating or an edge, and what is accepted and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass

from kg.accept import Policy
from kg.accept.verdict import REASONS
from kg.errors import KgError, Text, language
from kg.explain.assemble import AcceptedRow, derived_notes, rule_notes, thing_notes
from kg.explain.find import Target, find_target
from kg.explain.notes import Content, EdgeNote, Request, ThingNote
from kg.explain.reading import Access, Found, first, path_of, read_claims, read_names, table_of
from kg.explain.show import as_html, as_text
from kg.explain.tie import edge_note, read_joins

AcceptedRows = Callable[[Iterable[str], Iterable[str]], Mapping[str, AcceptedRow]]


@dataclass(frozen=True)
class Substitute:
    """What takes the place of the accepted graph: another policy, or fewer claims.

    ``accepted_rows`` gives what is accepted of things; it takes their IRIs and the names of their tables.
    """

    policy: Policy
    words: Text
    accepted_rows: AcceptedRows


class Explanation(Content):
    """All claims behind something, and what is accepted; prints in a terminal and displays in a notebook."""

    def __repr__(self) -> str:
        return f"<Explanation of {self.asked.label.en!r}: {len(self.things)} things, {len(self.sources)} sources>"

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of all sources with a claim in this explanation."""
        return tuple(sorted({claim.source.id for thing in self.things for claim in thing.claims}))

    def as_text(self, language: str) -> str:
        return as_text(self, language)

    def as_json(self) -> dict[str, object]:
        """Plain values; texts have ``ko`` and ``en``."""
        return {**asdict(self), "edge": _edge_json(self.edge)} if self.edge else asdict(self)

    def __str__(self) -> str:
        return self.as_text(language())

    def _repr_html_(self) -> str:
        return as_html(self, language())


def _edge_json(edge: EdgeNote) -> dict[str, object]:
    return {
        **asdict(edge),
        "tied": bool(edge.tied_by),
        "sources": [source.id for source in edge.stated_by],
        "origins": list(edge.origins),
    }


def explain(access: Access, text: str, substitute: Substitute | None = None) -> Explanation:
    """Explain an organisation, case, event or source, a rating (``롯데건설 2023``), an edge (``A ~ B``) or any IRI.

    ``access`` reads a store or an endpoint. Raises ``KgError`` for a name that nothing has (with the nearest three) and
    for a thing of which there are no claims.
    """
    target = find_target(access, text)
    policy = substitute.policy.name if substitute else access.policy
    if target.is_edge:
        joins = read_joins(access, (target.iris[0], target.iris[1]))
        found = read_claims(access, joins.which()) if joins.joint or joins.met else Found(access)
        judgements = [value for node in joins.judgements.values() if (value := first(node, "judgement"))]
        named = [*target.iris, *joins.met, *joins.tying, *judgements]
    else:
        found, named = read_claims(access, target.which), [*target.iris]
        if not found.claims:
            raise _no_claim(access, text, target)
    read_names(found, policy, [*named, *_codes(access, substitute)])
    things = thing_notes(found, substitute.policy if substitute else None, _rows(found, substitute))
    request = Request(
        text,
        target.iris,
        _label(target, found, things),
        policy,
        rule_notes(found, substitute.policy if substitute else None),
        substitute.words if substitute else None,
    )
    return Explanation(
        request, things, derived_notes(found), edge_note(joins, found, things) if target.is_edge else None
    )


def _codes(access: Access, substitute: Substitute | None) -> list[str]:
    """The codes that a substitute may use and that the graph need not use."""
    if substitute is None:
        return []
    rules = [f"code/policy-rule/{rule.name}" for rule in substitute.policy.rules]
    states = [f"code/status/{code}" for code in ("accepted", "undecided")]
    return [access.iri(path) for path in (*rules, *states, *(f"code/acceptance-reason/{code}" for code in REASONS))]


def _rows(found: Found, substitute: Substitute | None) -> Mapping[str, AcceptedRow] | None:
    if substitute is None:
        return None
    things = {term.value for node in found.claims.values() for term in node["about"]}
    tables = {table.name for thing in things if (table := table_of(thing))}
    return substitute.accepted_rows(things, tables)


def _label(target: Target, found: Found, things: tuple[ThingNote, ...]) -> Text:
    if target.is_edge:
        names = [found.name(iri) for iri in target.iris]
        return Text(" ~ ".join(name.ko for name in names), " ~ ".join(name.en for name in names))
    subject = target.iris[0]
    if len(things) == 1 and subject not in found.names:
        return things[0].label
    return next((thing.label for thing in things if thing.iri == subject), found.name(subject))


def _no_claim(access: Access, text: str, target: Target) -> KgError:
    path = path_of(target.iris[0]) or target.iris[0]
    if target.year is None:
        return KgError(
            Text(f"{text!r} ({path}): 이에 관한 진술이 없습니다.", f"{text!r} ({path}): there is no claim about it.")
        )
    rows = access.ask(
        f"SELECT DISTINCT ?year WHERE {{ GRAPH ?g {{ ?c kg:organisation <{target.iris[0]}> ; a kg:RatingClaim ;"
        " kg:year ?year } } ORDER BY ?year"
    ).rows
    years = ", ".join(row[0].value for row in rows if row[0])
    return KgError(
        Text(
            f"{text!r} ({path}): {target.year}년 등급에 관한 진술이 없습니다. 등급이 있는 해: {years or '없음'}.",
            f"{text!r} ({path}): no source states a rating for {target.year}. Years with a rating: {years or 'none'}.",
        )
    )
