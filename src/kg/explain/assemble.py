"""From nodes of the graph to notes: what each source states, what the policy follows and why, which claims agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from kg.accept import Policy
from kg.accept.policy import (
    DEFAULT_STANCES,
    ONLY_SOURCE,
    PREFER_LATEST,
    PREFER_MORE_ORIGINS,
    PREFER_STANCE,
    PREFER_TABLE,
    REQUIRE_ORIGINS,
)
from kg.accept.verdict import NOTHING_LEFT
from kg.errors import Text
from kg.explain.notes import ClaimNote, DerivedNote, RuleNote, SourceNote, ThingNote, Values
from kg.explain.reading import Found, Node, first, path_of, property_of, table_of, tables_by_folder
from kg.queries import Term
from kg.records.schema import RecordTable as Table
from kg.vocab import RDFS

# the rule of a policy behind a reason; where all claims agree no rule was needed
RULE_OF = {
    **dict.fromkeys(DEFAULT_STANCES, PREFER_STANCE),
    "table-over-prose": PREFER_TABLE,
    "more-origins": PREFER_MORE_ORIGINS,
    "too-few-origins": REQUIRE_ORIGINS,
    "no-claim-left": ONLY_SOURCE,
}
# the columns behind placeholders of a thing's path that have another name
COLUMNS_OF_PLACEHOLDER = {
    "org": ("organisation",),
    "until": ("to_year",),
    "where": ("round", "event", "case"),
    "party": ("organisation", "scope"),
    "period_slug": ("period",),
    "contribution": ("description", "kind"),
    "outcome": ("description", "kind"),
}
COLUMN_OF = {"giver_org": "giver", "receiver_org": "receiver", "org": "organisation"}
UNSEEN = {"type", "derivedFrom", "policy", str(RDFS.label), "rule"}


@dataclass(frozen=True)
class AcceptedRow:
    """What is accepted of one thing under a substitute: status, reason, values by property, standing by claim.

    A value is ``None`` where it is undecided.
    """

    status: str
    reason: str
    values: dict[str, str | None] = field(default_factory=dict)
    links: dict[str, str | None] = field(default_factory=dict)


Instead = Mapping[str, AcceptedRow] | None  # by thing; None where the accepted graph is read


@dataclass(frozen=True)
class Accepted:
    """What a policy accepts of one thing: status, reason, values by column, and the standing of each claim."""

    status: str | None
    reason: str | None
    values: Mapping[str, Text]
    standing: Mapping[str, str]


def thing_notes(found: Found, policy: Policy | None, instead: Instead) -> tuple[ThingNote, ...]:
    """A note on every thing, in the order of the record tables.

    With ``instead`` (by thing) that is what is accepted, in place of the accepted graph.
    """
    order = list(tables_by_folder())
    claims: dict[str, dict[str, Node]] = {thing: {} for thing in found.things}
    for claim, node in found.claims.items():
        for term in node["about"]:
            claims.setdefault(term.value, {})[claim] = node
    rules = rule_notes(found, policy)
    notes = [_thing_note(found, thing, ours, rules, instead) for thing, ours in claims.items() if table_of(thing)]
    return tuple(
        sorted(
            (note for note in notes if note.claims), key=lambda note: (order.index(note.path.split("/")[0]), note.path)
        )
    )


def _thing_note(
    found: Found, thing: str, ours: Mapping[str, Node], rules: tuple[RuleNote, ...], instead: Instead
) -> ThingNote:
    """The note on a thing from ``ours``, the claims about it."""
    table = table_of(thing)
    assert table and table.claimed  # only things of fact tables come here
    accepted = (
        _accepted_instead(found, table, ours, instead.get(thing))
        if instead is not None
        else _accepted(found, table, thing, ours)
    )
    claims = _agreement(
        table,
        [
            _claim_note(found, table, claim, node, accepted, number)
            for number, (claim, node) in enumerate(sorted(ours.items(), key=lambda item: _when(found, item)), 1)
        ],
        ours,
    )
    reason = accepted.reason
    concept = found.access.iri(f"code/acceptance-reason/{reason}")
    code = PREFER_LATEST if (reason or "").startswith("latest-") else RULE_OF.get(reason or "")
    return ThingNote(
        iri=thing,
        path=path_of(thing),
        kind=Text(table.title_ko, table.title_en),
        label=_label(found, table, thing, ours),
        values=tuple((column_title(table, column), value) for column, value in accepted.values.items()),
        status=accepted.status,
        status_label=found.name(found.access.iri(f"code/status/{accepted.status}")) if accepted.status else None,
        reason=reason,
        reason_label=found.name(concept) if reason else None,
        reason_meaning=found.meaning(concept) if reason else None,
        rule=next((rule for rule in rules if rule.code == code), None),
        claims=claims,
    )


def _when(found: Found, item: tuple[str, Node]) -> tuple[str, str]:
    """The key that sorts claims by day of publication, undated ones last."""
    source = found.sources.get(first(item[1], "statedIn") or "")
    return first(source, "publishedLatest") or "9999", item[0]


# ---- what is accepted


def _accepted(found: Found, table: Table, thing: str, ours: Mapping[str, Node]) -> Accepted:
    node = found.things.get(thing, {})
    standing: dict[str, str] = {}
    for name, state in (("acceptedFrom", "followed"), ("setAside", "set-aside"), ("contestedBy", "contested")):
        for term in node.get(name, []):
            standing[term.value] = "partly" if term.value in standing else state
    values = {}
    for column in _shown_columns(table):
        terms = node.get(property_of(column)) or (column == "name" and node.get(str(RDFS.label))) or []
        if terms:
            values[column] = _shown(found, table, column, terms, node)
    if (
        "status" not in node
    ):  # things of the register: their accepted graph has links only, the value is what is followed
        followed = next((ours[claim] for claim, state in standing.items() if state == "followed" and claim in ours), {})
        values |= {
            column: claimed_value(found, table, column, followed)
            for column in _shown_columns(table)
            if column not in values and followed.get(property_of(column))
        }
    return Accepted(_code(node, "status"), _code(node, "reason"), values, standing)


def _accepted_instead(found: Found, table: Table, ours: Mapping[str, Node], row: AcceptedRow | None) -> Accepted:
    if row is None:
        return Accepted(None, "no-claim-left", {}, dict.fromkeys(ours, "left-out"))
    standing = {claim: row.links.get(claim) or ("set-aside" if claim in row.links else "left-out") for claim in ours}
    if row.reason in NOTHING_LEFT:  # nothing contradicts them: the policy asks for more than they have
        standing = {claim: "short" if state == "contested" else state for claim, state in standing.items()}
    values = {}
    for column, value in row.values.items():
        if value is None or column == "exists":
            continue
        same = (
            node
            for claim, node in ours.items()
            if standing[claim] == "followed" and comparable(table, column, node) == value
        )
        node = next(same, None)
        values[column] = claimed_value(found, table, column, node) if node else Text(value, value)
    return Accepted(row.status, row.reason, values, standing)


def _code(node: Node, name: str) -> str | None:
    value = first(node, name)
    return value.rsplit("/", 1)[-1] if value else None


# ---- claims


def _claim_note(found: Found, table: Table, claim: str, node: Node, accepted: Accepted, number: int) -> ClaimNote:
    span = found.spans.get(first(node, "evidence") or "")
    start, end = first(span, "spanStart"), first(span, "spanEnd")
    stance, level = first(node, "stance"), first(node, "evidenceLevel") or ""
    names = [first(node, name) for name in ("printedName", "printedGiver", "printedReceiver")]
    shown = [column for column in _shown_columns(table) if column not in COLUMN_OF]
    values = tuple(
        (column_title(table, column), claimed_value(found, table, column, node))
        for column in shown
        if node.get(property_of(column))
    )
    return ClaimNote(
        iri=claim,
        number=number,
        source=source_note(found, first(node, "statedIn") or ""),
        standing=accepted.standing.get(claim, "left-out" if accepted.standing else "unread"),
        values=values,
        stance=found.name(stance) if stance else None,
        level=level.rsplit("/", 1)[-1],
        level_label=found.name(level) if level else None,
        place=first(node, "place"),
        span=(int(start), int(end)) if start and end else None,
        printed=first(node, "printed"),
        printed_name=" → ".join(name for name in names if name) or None,
        approximate=first(node, "approximate") == "true",
        note=first(node, "note"),
    )


def source_note(found: Found, source: str) -> SourceNote:
    node = found.sources.get(source, {})
    origin = first(node, "origin")
    kind = first(node, "kind")
    return SourceNote(
        iri=source,
        id=path_of(source).removeprefix("source/"),
        publisher=first(node, "publisher") or "",
        topic=first(node, str(RDFS.label)) or "",
        published=first(node, "published"),
        earliest=first(node, "publishedEarliest"),
        latest=first(node, "publishedLatest"),
        kind=found.name(kind) if kind else None,
        origin=path_of(origin).removeprefix("origin/") if origin else None,
        url=first(node, "url"),
    )


def comparable(table: Table, column: str, node: Node) -> str | None:
    """The value as acceptance compares it: codes as codes, a figure with its unit."""
    value = first(node, property_of(column))
    if value is None:
        return None
    value = value.rsplit("/", 1)[-1] if "/id/" in value else value
    unit = first(node, "unit") if column == "value" else None
    return f"{value} {unit.rsplit('/', 1)[-1]}" if unit else value


def _agreement(table: Table, notes: list[ClaimNote], nodes: Mapping[str, Node]) -> tuple[ClaimNote, ...]:
    """Notes with the numbers of the claims that agree and that differ; where only existence is claimed, all agree."""
    assert table.claimed
    dates = {field.name for field in table.of_kind("partial-date")}
    compared = table.claimed.compared
    values = [{column: comparable(table, column, nodes[note.iri]) for column in compared} for note in notes]
    done = []
    for note, mine in zip(notes, values, strict=True):
        agrees, disagrees = [], []
        for compared_note, theirs in zip(notes, values, strict=True):
            if compared_note.number == note.number:
                continue
            both = [column for column in compared if mine[column] is not None and theirs[column] is not None]
            differ = [column for column in both if not _same(mine[column] or "", theirs[column] or "", column in dates)]
            if differ:
                disagrees.append((compared_note.number, tuple(column_title(table, column) for column in differ)))
            elif both or not compared:
                agrees.append(compared_note.number)
        done.append(replace(note, agrees=tuple(agrees), disagrees=tuple(disagrees)))
    return tuple(done)


def _same(left: str, right: str, is_date: bool) -> bool:
    """Whether two values agree; a month agrees with a day in it."""
    return left == right or (is_date and (left.startswith(right) or right.startswith(left)))


# ---- words


def _shown_columns(table: Table) -> list[str]:
    assert table.claimed
    hidden = {"unit"} if "value" in table.claimed.compared else set()
    return [column for column in (*table.claimed.compared, *table.claimed.described) if column not in hidden]


def column_title(table: Table, column: str) -> Text:
    name = COLUMN_OF.get(column, column)
    known = next((field for field in table.fields if field.name == name), None)
    return Text(known.title_ko or name, known.title_en or name) if known else Text(name, name)


def claimed_value(found: Found, table: Table, column: str, node: Node) -> Text:
    return _shown(found, table, column, node.get(property_of(column), []), node)


def _shown(found: Found, table: Table, column: str, terms: Iterable[Term], node: Node) -> Text:
    texts = [_word(found, term) for term in terms]
    shown = Text(", ".join(text.ko for text in texts), ", ".join(text.en for text in texts))
    unit = first(node, "unit") if column == "value" else None
    if unit:
        name = found.name(unit)
        return Text(f"{_grouped(shown.ko)} {name.ko}", f"{_grouped(shown.en)} {name.en}")
    return shown


def _word(found: Found, term: Term) -> Text:
    return found.name(term.value) if term.kind == "iri" else Text(term.value, term.value)


def _grouped(number: str) -> str:
    whole, point, fraction = number.partition(".")
    return f"{int(whole):,}{point}{fraction}" if whole.lstrip("-").isdigit() else number


def _label(found: Found, table: Table, thing: str, ours: Mapping[str, Node]) -> Text:
    """The thing's own label, or what its path is made of, in words."""
    assert table.claimed
    node = found.things.get(thing, {})
    own = node.get(str(RDFS.label))
    if own:
        return Text(own[0].value, own[0].value)
    if thing in found.names and path_of(thing).startswith(("org/", "round/", "case/", "event/")):
        return found.name(thing)
    claim = next(iter(ours.values()), {})
    parts = []
    for folder in table.claimed.thing_path.split("/")[1:]:
        columns = COLUMNS_OF_PLACEHOLDER.get(folder.strip("{}"), (folder.strip("{}"),))
        terms = next((terms for column in columns if (terms := claim.get(property_of(column)))), None)
        if terms is None and folder == "{org}" and claim.get("unnamedReason"):
            terms = claim["unnamedReason"]
        elif folder == "{org}":  # a joint name means several organisations; this thing is about one of them
            terms = [
                term for term in claim.get("organisation", []) if path_of(thing).endswith("/" + path_of(term.value)[4:])
            ] or terms
        if terms:
            parts.append(_word(found, terms[0]))
    return Text(" · ".join(part.ko for part in parts), " · ".join(part.en for part in parts))


# ---- rules and derived facts


def rule_notes(found: Found, policy: Policy | None) -> tuple[RuleNote, ...]:
    """The rules of the policy in order: as the register words them, or as they were given."""
    notes = []
    for node in found.rules.values():
        kind = first(node, "ruleKind") or ""
        ko, bar, en = (first(node, "reasonText") or "").partition(" / ")
        notes.append(
            RuleNote(
                int(first(node, "position") or 0),
                kind.rsplit("/", 1)[-1],
                found.name(kind),
                first(node, "argument"),
                Text(ko, en if bar else ko) if ko else None,
            )
        )
    if not notes and policy:
        notes = [
            RuleNote(
                number, rule.name, found.name(found.access.iri(f"code/policy-rule/{rule.name}")), rule.argument, None
            )
            for number, rule in enumerate(policy.rules, 1)
        ]
    return tuple(sorted(notes, key=lambda note: note.position))


def derived_notes(found: Found) -> tuple[DerivedNote, ...]:
    """The facts derived from what was found, each with the tree of facts and claims it is derived from."""
    parents = {fact: [term.value for term in node.get("derivedFrom", [])] for fact, node in found.derived.items()}
    inside = {parent for facts in parents.values() for parent in facts}
    tops = [fact for fact in sorted(found.derived) if fact not in inside] or sorted(found.derived)
    return tuple(_derived_note(found, fact, parents, frozenset()) for fact in tops)


def _derived_note(found: Found, fact: str, parents: Mapping[str, list[str]], above: frozenset[str]) -> DerivedNote:
    node = found.derived[fact]
    below = [parent for parent in parents[fact] if parent in found.derived and parent not in above | {fact}]
    leaves = [parent for parent in parents[fact] if parent not in found.derived]
    labels = {term.language: term.value for term in node.get(str(RDFS.label), [])}
    kind = sorted(term.value.rsplit("#", 1)[-1] for term in node.get("type", []))
    rule = first(node, "rule")
    any_label = next(iter(labels.values()), path_of(fact))
    values: Values = tuple(
        (Text(name, name), _word(found, term))
        for name, terms in sorted(node.items())
        if name not in UNSEEN
        for term in terms
    )
    return DerivedNote(
        iri=fact,
        path=path_of(fact),
        kind=kind[0] if kind else "",
        rule=found.name(rule) if rule else None,
        values=values,
        label=Text(labels.get("ko", any_label), labels.get("en", any_label)),
        rests_on=tuple(_derived_note(found, parent, parents, above | {fact}) for parent in below),
        leaves=tuple(sorted(leaves)),
    )
