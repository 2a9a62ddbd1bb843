"""An explanation as people read it: the same blocks for a terminal and for a notebook, in Korean or English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from kg.errors import Text
from kg.explain.notes import (
    ClaimNote,
    Content,
    DerivedNote,
    EdgeNote,
    JointCase,
    OneSided,
    RuleNote,
    SourceNote,
    ThingNote,
)
from kg.tabular import STYLE, cut, html_table, in_language, text_table
from kg.values import printable

STANDING = {
    "followed": Text("따름", "followed"),
    "set-aside": Text("따르지 않음", "set aside"),
    "contested": Text("불일치", "contested"),
    "partly": Text("일부 따름", "partly followed"),
    "short": Text("방침에 못 미침", "short of the policy"),
    "left-out": Text("뺌", "left out"),
    "unread": Text("", ""),
}
HEADS = (
    Text("번호", "no."),
    Text("따름", "standing"),
    Text("값", "value"),
    Text("적힌 그대로", "as printed"),
    Text("적힌 이름", "printed name"),
    Text("펴낸 곳", "publisher"),
    Text("펴낸 날", "published"),
    Text("자리", "place"),
    Text("진술 성격", "stance"),
    Text("증거", "evidence"),
    Text("같은 말", "agrees"),
    Text("다른 말", "disagrees"),
    Text("출처", "source"),
)
TIE_HEADS = (Text("출처", "source"), Text("펴낸 곳", "publisher"), Text("펴낸 날", "published"))


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 3


@dataclass(frozen=True)
class Line:
    text: str
    indent: int = 0


@dataclass(frozen=True)
class Table:
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    indent: int = 2


Block = Heading | Line | Table


class _Words:
    """Chooses the Korean or the English text."""

    def __init__(self, language: str):
        self.language = language

    def __call__(self, ko: str, en: str) -> str:
        return ko if self.language == "ko" else en

    def of(self, text: Text | None) -> str:
        return "" if text is None else (text.ko if self.language == "ko" else text.en)

    def half(self, text: str | None) -> str:
        return in_language(text or "", self.language)


def as_text(content: Content, language: str) -> str:
    """For a terminal."""
    lines: list[str] = []
    for block in _blocks(content, _Words(language)):
        if isinstance(block, Heading):
            lines += ["", printable(block.text)] if lines else [printable(block.text)]
        elif isinstance(block, Line):
            lines.append(" " * block.indent + printable(block.text))
        else:
            lines += text_table(block.heads, block.rows, indent=" " * block.indent, keep_empty=False)
    return "\n".join(lines)


def as_html(content: Content, language: str) -> str:
    """For a notebook: HTML that loads nothing, with all text escaped."""
    parts = [STYLE, '<div class="kg-why">']
    for block in _blocks(content, _Words(language)):
        if isinstance(block, Heading):
            parts.append(f"<h{block.level}>{escape(block.text)}</h{block.level}>")
        elif isinstance(block, Line):
            parts.append(f'<div class="kg-note" style="margin-left:{block.indent / 2}em">{escape(block.text)}</div>')
        else:
            parts.append(html_table(block.heads, block.rows, keep_empty=False))
    links = {claim.source.id: claim.source for thing in content.things for claim in thing.claims if claim.source.url}
    if links:
        rows = [[source.id, source.publisher, source.url or ""] for _, source in sorted(links.items())]
        heads = [_Words(language).of(text) for text in (HEADS[-1], HEADS[5], Text("주소", "address"))]
        table = html_table(heads, rows, keep_empty=False)
        parts.append(f"<details><summary>{escape(heads[0])} ({len(rows)})</summary>{table}</details>")
    return "".join([*parts, "</div>"])


def _blocks(content: Content, say: _Words) -> Iterator[Block]:
    question = content.asked
    yield Heading(say.of(question.label))
    paths = " ~ ".join(iri.partition("/id/")[2] or iri for iri in question.iris)
    under = say.of(question.supposed) if question.supposed else f"{say('방침', 'policy')} {question.policy}"
    yield Line(f"{paths} · {under}")
    if content.edge:
        yield from _edge(content.edge, say)
        yield from _derived(content, say)
        return
    claims = [claim for thing in content.things for claim in thing.claims]
    sources = {claim.source.id for claim in claims}
    origins = {claim.source.origin or claim.source.id for claim in claims}
    number = len({claim.iri for claim in claims})
    yield Line(
        say(
            f"진술 {number:,}개, 출처 {len(sources)}곳, 계통 {len(origins)}개",
            f"{number:,} claims, {len(sources)} sources, {len(origins)} origins",
        )
    )
    kind = None
    for thing in content.things:
        if thing.kind != kind and len(content.things) > 1:
            kind = thing.kind
            yield Heading(f"■ {say.of(kind)}", 3)
        yield from _thing(thing, say)
    yield from _derived(content, say)


# ---- things and claims


def _thing(thing: ThingNote, say: _Words) -> Iterator[Block]:
    yield Heading(f"{say.of(thing.label)}  [{thing.path}]", 4)
    values = ", ".join(f"{say.of(title)} = {say.of(value)}" for title, value in thing.values)
    shown = ": ".join(part for part in (say.of(thing.status_label), values) if part)
    if shown:
        yield Line(shown, 2)
    if thing.reason:
        yield Line(f"{say('이유', 'reason')}: {say.of(thing.reason_label)} — {say.of(thing.reason_meaning)}", 2)
    if thing.rule:
        yield Line(_rule(thing.rule, say), 2)
    heads = [say.of(head) for head in HEADS]
    yield Table(heads, [_claim_row(claim, say) for claim in thing.claims])
    for claim in thing.claims:
        if claim.note:
            yield Line(f"[{claim.number}] {say.half(claim.note)}", 2)


def _rule(rule: RuleNote, say: _Words) -> str:
    argument = f" ({rule.argument})" if rule.argument else ""
    why = f": {say.of(rule.why)}" if rule.why else ""
    return f"{say('방침의 규칙', 'rule')} {rule.position}, {say.of(rule.kind)}{argument}{why}"


def _claim_row(claim: ClaimNote, say: _Words) -> list[str]:
    about = say("약 ", "about ") if claim.approximate else ""
    return [
        f"[{claim.number}]",
        say.of(STANDING.get(claim.standing)),
        about + ", ".join(say.of(value) for _, value in claim.values),
        claim.printed or "",
        claim.printed_name or "",
        claim.source.publisher,
        claim.source.published or say("날짜 모름", "undated"),
        _place(claim, say),
        say.of(claim.stance),
        say.of(claim.level_label),
        _numbers(claim.agrees),
        _disagreement(claim, say),
        claim.source.id,
    ]


def _disagreement(claim: ClaimNote, say: _Words) -> str:
    """Numbers of the claims that differ, grouped by the properties in which they differ."""
    by_titles: dict[str, list[int]] = {}
    for number, titles in claim.disagrees:
        by_titles.setdefault(", ".join(map(say.of, titles)), []).append(number)
    return "; ".join(f"{_numbers(numbers)} ({titles})" for titles, numbers in by_titles.items())


def _numbers(numbers: Sequence[int]) -> str:
    """``1, 3–5``: runs of three and more are shortened."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)


def _place(claim: ClaimNote, say: _Words) -> str:
    if not claim.span:
        return claim.place or ""
    start, end = claim.span
    return f"{claim.place} ({say('글자', 'characters')} {start}–{end})"


# ---- edges


def _edge(edge: EdgeNote, say: _Words) -> Iterator[Block]:
    names = say.of(edge.one.label), say.of(edge.other.label)
    if edge.tied_by:
        count, sources, origins = len(edge.tied_by), len(edge.stated_by), len(edge.origins)
        yield Line(
            say(
                f"연결됨: 사례 {count}건. 두 기관을 함께 말하는 출처 {sources}곳,"
                f" 계통 {origins}개 ({', '.join(edge.origins)})",
                f"tied: {count} case{'s' * (count != 1)}; {sources} sources state both ends,"
                f" {origins} origin{'s' * (origins != 1)} ({', '.join(edge.origins)})",
            )
        )
    else:
        yield Line(
            say(
                "연결 없음: 두 기관이 주관·협력·수혜로 함께한 사례를 받아들인 것이 없음.",
                "no tie: no accepted case joins the two as lead, partner or beneficiary.",
            )
        )
    for case in edge.cases:
        yield from _joint(case, names, say)
    if edge.one_sided:
        yield Heading(say("상대를 적지 않은 출처", "Sources that state no partner"), 4)
        for note in edge.one_sided:
            yield from _one_sided(note, say)
    if edge.meetings:
        yield Heading(say("함께 참석한 행사 (연결이 아님)", "Events both attended (not a tie)"), 4)
        for meeting in edge.meetings:
            yield Line(
                f"{say.of(meeting.label)}  [{meeting.iri.partition('/id/')[2]}]: {', '.join(meeting.sources) or '-'}", 2
            )
    if not (edge.tied_by or edge.cases or edge.meetings):
        yield Line(
            say("함께 적힌 사례도, 함께 참석한 행사도 없음.", "Nor do they share a case in another role, or an event.")
        )


def _joint(case: JointCase, names: tuple[str, str], say: _Words) -> Iterator[Block]:
    date = f", {case.selected}" if case.selected else ""
    yield Heading(f"{say('사례', 'case')} {say.of(case.label)}  [{case.iri.partition('/id/')[2]}{date}]", 4)
    roles = [", ".join(map(say.of, side)) for side in (case.roles_one, case.roles_other)]
    yield Line(f"{names[0]}: {roles[0]} · {names[1]}: {roles[1]}", 2)
    if not case.makes_tie:
        yield Line(
            say(
                "연결이 아님: 연결을 만드는 역할이 아니거나, 방침이 참여를 받아들이지 않음.",
                "not a tie: a role that makes none, or a participation that the policy does not accept.",
            ),
            2,
        )
    heads = [*map(say.of, TIE_HEADS), *names, *(say.of(HEADS[place]) for place in (7, 8, 9))]
    rows = []
    for each in case.sources:
        claims = [*each.one, *each.other]
        rows.append(
            [
                *_source(each.source, say),
                _stated(each.one, say),
                _stated(each.other, say),
                ", ".join(dict.fromkeys(_place(claim, say) for claim in claims if claim.place)),
                ", ".join(dict.fromkeys(say.of(claim.stance) for claim in claims if claim.stance)),
                ", ".join(dict.fromkeys(say.of(claim.level_label) for claim in claims)),
            ]
        )
    yield Table(heads, rows)


def _source(source: SourceNote, say: _Words) -> list[str]:
    return [source.id, source.publisher, source.published or say("날짜 모름", "undated")]


def _stated(claims: Iterable[ClaimNote], say: _Words) -> str:
    shown = dict.fromkeys(claim.printed or claim.printed_name or say.of(STANDING[claim.standing]) for claim in claims)
    return ", ".join(shown) or say("적지 않음", "not stated")


def _one_sided(note: OneSided, say: _Words) -> Iterator[Block]:
    source, end = note.source, say.of(note.end.label)
    places = ", ".join(dict.fromkeys(_place(claim, say) for claim in note.claims if claim.place))
    printed = ", ".join(dict.fromkeys(claim.printed for claim in note.claims if claim.printed))
    where = f", {places}" if places else ""
    quoted = f" ‘{printed}’" if printed else ""
    unnamed = f" ({say.of(note.unnamed)})" if note.unnamed else ""
    yield Line(f"{source.id} ({source.publisher}, {source.published or say('날짜 모름', 'undated')}{where})", 2)
    yield Line(
        say(f"{end}만 말하고{quoted} 상대를 적지 않음{unnamed}", f"states {end} only{quoted}, and no partner{unnamed}"),
        4,
    )
    case, joint = (iri.partition("/id/")[2] for iri in (note.case, note.joint_case))
    judged = f"{say.of(note.judgement_label)}. {cut(say.half(note.reason), 160)}"
    yield Line(
        say(f"[{case}]이(가) [{joint}]와 같은 사례인지: {judged}", f"whether [{case}] is [{joint}]: {judged}"), 4
    )


# ---- derived facts


def _derived(content: Content, say: _Words) -> Iterator[Block]:
    if not content.derived:
        return
    yield Heading(say("끌어낸 것 (어느 출처도 그대로 말하지 않음)", "Derived (stated by no source as such)"), 3)
    for fact in content.derived:
        yield from _fact(fact, say, 2)


def _fact(fact: DerivedNote, say: _Words, indent: int) -> Iterator[Block]:
    rule = f" · {say('규칙', 'rule')}: {say.of(fact.rule)}" if fact.rule else ""
    yield Line(f"◇ {say.of(fact.label)}  [{fact.path}]{rule}", indent)
    values = "; ".join(f"{say.of(title)} = {say.of(value)}" for title, value in fact.values)
    if values:
        yield Line(cut(values, 200), indent + 2)
    for parent in fact.rests_on:
        yield from _fact(parent, say, indent + 4)
    for leaf in fact.leaves:
        yield Line(f"← {leaf.partition('/id/')[2] or leaf}", indent + 4)
