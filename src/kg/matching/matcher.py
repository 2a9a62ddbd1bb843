"""From a printed name to ranked candidates with score, decision and reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from kg.errors import Text
from kg.matching import evidence as equal
from kg.matching import hints
from kg.matching.context import LIST, Context, Documents
from kg.matching.evidence import Evidence, Thresholds
from kg.matching.forms import Forms, read_forms
from kg.matching.normal import Parsed, parse
from kg.matching.register import Register, Row, build_register
from kg.values import nfc

EQUAL = frozenset({
    "judged", "spacing", "case", "legal-form", "letters", "hanja", "number", "variant", "brackets", "unit",
})  # fmt: skip
LOOSE = frozenset({"like"})  # too little for any context
CLIPPED = frozenset({"part", "end"})
IN_ONE_TEXT = CLIPPED | {"tail", "inside", "misprint", "letter", "country"}  # decide if the text has the full name too
IN_CONTEXT = 0.87


@dataclass(frozen=True)
class Candidate:
    """An organisation that a printed name may mean; ``decision`` is ``same``, ``unsure`` or ``different``."""

    organisation: str
    name: str
    score: float
    decision: str
    reasons: tuple[Text, ...]
    rules: tuple[str, ...] = ()
    words: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass
class Matcher:
    """Resolves printed names against a register. What is judged in the data always wins.

    >>> rows = [{"organisation": "a", "name_ko": "AB전자"}, {"organisation": "b", "name_ko": "AB화학"}]
    >>> best = Matcher.from_register([], rows, [], []).candidates("에이비전자")[0]
    >>> best.organisation, best.decision, best.rules
    ('a', 'same', ('letters',))
    """

    register: Register
    limits: Thresholds = field(default_factory=Thresholds)
    schemes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    bearers: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)  # as far as asked for

    @classmethod
    def from_register(
        cls,
        names: Iterable[Row],
        organisations: Iterable[Row],
        changes: Iterable[Row] = (),
        judgements: Iterable[Row] = (),
        *,
        forms: Forms | None = None,
        limits: Thresholds | None = None,
        schemes: Mapping[str, frozenset[str]] | None = None,
    ) -> Matcher:
        """Make a matcher of the rows of those tables; ``schemes``: rating schemes in which an organisation stands."""
        register = build_register(forms or _own_forms(), names, organisations, changes, judgements)
        return cls(register, limits or Thresholds(), schemes or {})

    def in_documents(self, documents: Documents) -> Matcher:
        """The same, knowing in which rating schemes each organisation stands."""
        names: dict[str, set[str]] = defaultdict(set)
        for entry in self.register.entries:
            names[entry.organisation].add(entry.name)
        return replace(self, schemes={body: documents.schemes(forms) for body, forms in sorted(names.items())})

    def candidates(
        self, name: str, context: Context | None = None, limit: int = 5, hidden: frozenset[str] = frozenset()
    ) -> list[Candidate]:
        """Organisations that ``name`` may mean, the likeliest first; ``hidden`` ones count as not in the register."""
        context = context or Context()
        parsed = parse(nfc(name), self.register.forms)
        if not parsed.key:
            return []
        judged = {body: one for body, one in self._judged(parsed).items() if body not in hidden}
        known = any(one.decision == "same" for one in judged.values())
        found = _best(one for one in self._evidence(parsed, limit, known) if one.organisation not in hidden)
        open_ = [one for one in found if one.organisation not in judged]
        decided = self._decide(open_, parsed, context, known)
        return sorted([*judged.values(), *decided], key=_rank)[:limit]

    def suggest(self, name: str, limit: int = 3) -> list[Candidate]:
        """The nearest organisations with reasons, for the error of an unknown name."""
        return self.candidates(name, limit=limit)

    def _judged(self, parsed: Parsed) -> dict[str, Candidate]:
        found = {}
        for body, row in self.register.judged.get(nfc(parsed.text), {}).items():
            verdict = str(row.get("judgement"))
            score = {"same": 1.0, "unsure": 0.75}.get(verdict, 0.0)
            label, why = self._label(body), row.get("reason") or ""
            reason = Text(
                f"판단 자료: {parsed.text} = {label}({verdict}). {why}".strip(),
                f"judged in the data: {parsed.text} = {label} ({verdict}). {why}".strip(),
            )
            found[body] = Candidate(body, self._label(body), score, verdict, (reason,), ("judged",))
        return found

    def _evidence(self, parsed: Parsed, limit: int, known: bool) -> list[Evidence]:
        register, limits = self.register, self.limits
        found = [*equal.equal_forms(register, parsed), *equal.units(register, parsed)]
        found += equal.brackets(register, parsed)
        if not known and not parsed.unit and not parsed.inner and not parsed.former:
            found += hints.short_forms(register, parsed, limits)
            found += hints.clipped_names(register, parsed, limits)
            found += hints.romanisations(register, parsed)
            found += hints.slips(register, parsed, limits)
        return found + list(hints.likenesses(register, parsed, limits, limit))

    def _decide(self, found: list[Evidence], parsed: Parsed, context: Context, known: bool) -> list[Candidate]:
        """Say *same* of one organisation at most: of the best rule, and only if nothing else is as near."""
        weighed = [self._weigh(one, parsed, context) for one in found]
        deciding = [one for one in weighed if one.decides]
        best = max((one.score for one in deciding), default=0.0)
        equal = [one for one in deciding if one.rule in EQUAL]
        rivals = [one for one in (equal or deciding) if equal or one.score > best - 0.05]
        if not equal and any(one.rule in ("misprint", "letter") for one in rivals):
            rivals += [one for one in weighed if one.rule == "near"]
        if equal:
            top = max(one.score for one in equal)
            rivals = [one for one in equal if one.score > top - 0.005]
        one_only = len({one.organisation for one in rivals}) == 1
        same = rivals[0].organisation if one_only and not known else ""
        candidates = [self._candidate(one, same, rivals, known, parsed) for one in weighed]
        return candidates + self._firm_of_unit(parsed, weighed)

    def _candidate(self, one: Evidence, same: str, rivals: list[Evidence], known: bool, parsed: Parsed) -> Candidate:
        decision, reasons, score = "unsure", one.reasons, one.score
        if one.organisation == same and one.decides:
            decision = "same"
        elif known:
            owners = ", ".join(sorted(map(self._label, self._owners(parsed.text))))
            decision, score = "different", 0.3 * score
            reasons += (Text(f"이 이름은 이미 {owners}의 이름입니다.", f"this is already a name of {owners}"),)
            reasons += self._apart(one.organisation, self._owners(parsed.text))
        elif self._is_firm_of(one, parsed):
            decision, score = "different", 0.2
            reasons = (Text("부문의 이름이며 그 기업과 다릅니다.", "the name of a division, which is not the firm"),)
        elif one.decides and len(rivals) > 1 and one in rivals:
            score -= 0.18  # below what a rule can reach that decides alone
            reasons += (Text("똑같이 가까운 기관이 더 있습니다.", "another organisation is as near"),)
        elif same and self._apart(one.organisation, {same}):
            decision, score = "different", 0.4 * score
            reasons += self._apart(one.organisation, {same})
        return Candidate(one.organisation, one.form, round(score, 4), decision, reasons, (one.rule,), one.words)

    def _weigh(self, one: Evidence, parsed: Parsed, context: Context) -> Evidence:
        """What the context adds: the years of a name, the scheme, and the names printed beside it."""
        start, end = self.register.life.get(one.organisation, ("", ""))
        year = str(context.year) if context.year else ""
        if year and ((start and year < start[:4]) or (end and year > str(int(end[:4]) + 1))):
            text = Text(
                f"{year}년에는 쓰지 않던 이름입니다({start[:7]}~{end[:7]}).",
                f"not a name in use in {year} ({start[:7]} to {end[:7]})",
            )
            one = one._replace(decides=False, score=min(one.score, 0.7), reasons=(*one.reasons, text))
        if context.scheme and context.scheme in self.schemes.get(one.organisation, ()):
            text = Text("같은 평가에 나오는 기관입니다.", "stands in the same rating scheme")
            one = one._replace(score=min(one.score + 0.01, 0.99), reasons=(*one.reasons, text))
        return self._weigh_neighbours(one, parsed, context)

    def _weigh_neighbours(self, one: Evidence, parsed: Parsed, context: Context) -> Evidence:
        """What the names in the same documents, and in others at the same place, add."""

        def borne(names: Iterable[str]) -> bool:
            return any(one.organisation in self._bearers(name) for name in names if name != parsed.text)

        if one.rule in EQUAL:
            return one
        if borne(context.listed) or (context.table == LIST and borne(context.others)):
            text = Text("같은 목록에 제 이름으로 따로 있습니다.", "stands in the same list under its own name")
            return one._replace(decides=False, score=min(one.score, 0.4), reasons=(*one.reasons, text))
        if one.rule in LOOSE or self._begins(one, parsed):
            return one
        if borne(context.graded):
            text = Text("같은 평가에서 등급이 다릅니다.", "has another grade in the same edition")
            return one._replace(reasons=(*one.reasons, text))
        if borne(context.otherwise_identified):
            text = Text("식별번호가 다릅니다.", "has another identifier of the same scheme")
            return one._replace(decides=False, score=min(one.score, 0.4), reasons=(*one.reasons, text))
        if borne(context.identified):
            text = Text("식별번호가 같습니다.", "has the same identifier")
        elif borne(name for name, share in context.instead if share >= self.limits.shared):
            text = Text("다른 글은 같은 자리에 이 기관을 적습니다.", "other documents name it in the same place")
        elif one.rule in IN_ONE_TEXT and len(parsed.key) > 1 and borne(context.others):
            text = Text("같은 글에 온 이름이 있습니다.", "the full name stands in the same text")
        else:
            return one
        score = min(one.score + 0.06, 0.94) if one.decides else IN_CONTEXT
        return one._replace(decides=True, score=score, reasons=(*one.reasons, text))

    def _begins(self, one: Evidence, parsed: Parsed) -> bool:
        """Whether a longer name only begins so: a group and its firm, or a firm and its division."""
        return one.rule in CLIPPED and parse(one.form, self.register.forms).key.startswith(parsed.key)

    def _bearers(self, name: str) -> frozenset[str]:
        """Whom a neighbouring name means, as far as the strings alone say."""
        if name not in self.bearers:
            meant = {one.organisation for one in self.candidates(name) if one.decision == "same"}
            self.bearers[name] = frozenset(meant | self._owners(name))
        return self.bearers[name]

    def _firm_of_unit(self, parsed: Parsed, found: list[Evidence]) -> list[Candidate]:
        """A division was printed: its firm is shown as something else."""
        if not parsed.unit or (not parsed.inner and not parsed.legal and " " not in parsed.core):
            return []
        head = parsed.core if parsed.inner or parsed.legal else parsed.core.split(" ")[0]
        firms = self.register.owners(head) - {one.organisation for one in found}
        text = Text("부문의 이름이며 그 기업과 다릅니다.", "the name of a division, which is not the firm")
        return [Candidate(firm, self._label(firm), 0.2, "different", (text,), ("unit",)) for firm in sorted(firms)]

    def _is_firm_of(self, one: Evidence, parsed: Parsed) -> bool:
        if not parsed.unit or one.rule == "unit":
            return False
        return any(one.organisation in self.register.owners(head) for head in (parsed.core, parsed.core.split(" ")[0]))

    def _apart(self, body: str, others: set[str]) -> tuple[Text, ...]:
        """Reasons of judgements that keep two organisations apart."""
        rows = [self.register.pairs.get(frozenset((body, other))) for other in sorted(others)]
        return tuple(
            Text(f"판단 자료: 다른 기관입니다. {row['reason']}", f"judged different: {row['reason']}")
            for row in rows
            if row and row.get("judgement") == "different"
        )

    def _owners(self, name: str) -> set[str]:
        rows = self.register.judged.get(nfc(name), {})
        return {body for body, row in rows.items() if row.get("judgement") == "same"}

    def _label(self, body: str) -> str:
        return self.register.label.get(body, body)


@lru_cache(maxsize=1)
def _own_forms() -> Forms:
    return read_forms()


def _best(found: Iterable[Evidence]) -> list[Evidence]:
    """The strongest evidence for each organisation; what decides goes before what does not."""
    best: dict[str, Evidence] = {}
    for one in found:
        other = best.get(one.organisation)
        if other is None or _weight(one) > _weight(other):
            best[one.organisation] = one if other is None else one._replace(score=max(one.score, other.score))
    return [best[body] for body in sorted(best)]


def _weight(one: Evidence) -> tuple[bool, bool, float]:
    return one.decides, one.rule not in LOOSE, one.score


def _rank(one: Candidate) -> tuple[float, str]:
    return -one.score, one.organisation


def without(matcher: Matcher, limits: Thresholds) -> Matcher:
    """The same register under other thresholds."""
    return replace(matcher, limits=limits)
