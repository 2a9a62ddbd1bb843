"""``Matcher``: ranked candidates for a printed name, with score, decision and reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from kg.errors import Text
from kg.matching import evidence as equal
from kg.matching import hints
from kg.matching.context import LIST, Context, Documents
from kg.matching.evidence import NameMatch, Thresholds
from kg.matching.forms import Forms, read_forms
from kg.matching.normal import Parsed, parse
from kg.matching.register import Register, Row, build_register
from kg.values import nfc

EQUAL = frozenset({
    "judged", "spacing", "case", "legal-form", "letters", "hanja", "number", "variant", "brackets", "unit",
})  # fmt: skip
LOOSE = frozenset({"like"})  # too weak for any context
CLIPPED = frozenset({"part", "end"})
IN_ONE_TEXT = CLIPPED | {"tail", "inside", "misprint", "letter", "country"}  # decide if the text also has the full name
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
    """Resolves printed names against a register. Judgements in the data always take precedence.

    >>> rows = [{"organisation": "a", "name_ko": "AB전자"}, {"organisation": "b", "name_ko": "AB화학"}]
    >>> best = Matcher.from_register([], rows, [], []).candidates("에이비전자")[0]
    >>> best.organisation, best.decision, best.rules
    ('a', 'same', ('letters',))
    """

    register: Register
    limits: Thresholds = field(default_factory=Thresholds)
    schemes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    bearers: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)  # filled on demand

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
        """A matcher from the rows of these tables; ``schemes``: rating schemes of an organisation."""
        register = build_register(forms or _own_forms(), names, organisations, changes, judgements)
        return cls(register, limits or Thresholds(), schemes or {})

    def in_documents(self, documents: Documents) -> Matcher:
        """The same matcher with the rating schemes that contain each organisation."""
        names: dict[str, set[str]] = defaultdict(set)
        for entry in self.register.entries:
            names[entry.organisation].add(entry.name)
        return replace(self, schemes={body: documents.schemes(forms) for body, forms in sorted(names.items())})

    def candidates(
        self, name: str, context: Context | None = None, limit: int = 5, hidden: frozenset[str] = frozenset()
    ) -> list[Candidate]:
        """Organisations that ``name`` may mean, the most likely first; ``hidden`` ones are not considered."""
        context = context or Context()
        parsed = parse(nfc(name), self.register.forms)
        if not parsed.key:
            return []
        judged = {body: match for body, match in self._judged(parsed).items() if body not in hidden}
        known = any(match.decision == "same" for match in judged.values())
        found = _best(match for match in self._evidence(parsed, limit, known) if match.organisation not in hidden)
        open_ = [match for match in found if match.organisation not in judged]
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

    def _evidence(self, parsed: Parsed, limit: int, known: bool) -> list[NameMatch]:
        register, limits = self.register, self.limits
        found = [*equal.equal_forms(register, parsed), *equal.units(register, parsed)]
        found += equal.brackets(register, parsed)
        if not known and not parsed.unit and not parsed.inner and not parsed.former:
            found += hints.short_forms(register, parsed, limits)
            found += hints.clipped_names(register, parsed, limits)
            found += hints.romanisations(register, parsed)
            found += hints.slips(register, parsed, limits)
        return found + list(hints.likenesses(register, parsed, limits, limit))

    def _decide(self, found: list[NameMatch], parsed: Parsed, context: Context, known: bool) -> list[Candidate]:
        """Decide *same* for at most one organisation: by the best rule, and only if nothing else is equally near."""
        weighed = [self._weigh(match, parsed, context) for match in found]
        deciding = [match for match in weighed if match.decides]
        best = max((match.score for match in deciding), default=0.0)
        equal = [match for match in deciding if match.rule in EQUAL]
        rivals = [match for match in (equal or deciding) if equal or match.score > best - 0.05]
        if not equal and any(match.rule in ("misprint", "letter") for match in rivals):
            rivals += [match for match in weighed if match.rule == "near"]
        if equal:
            top = max(match.score for match in equal)
            rivals = [match for match in equal if match.score > top - 0.005]
        is_unambiguous = len({match.organisation for match in rivals}) == 1
        same = rivals[0].organisation if is_unambiguous and not known else ""
        candidates = [self._candidate(match, same, rivals, known, parsed) for match in weighed]
        return candidates + self._firm_of_unit(parsed, weighed)

    def _candidate(
        self, match: NameMatch, same: str, rivals: list[NameMatch], known: bool, parsed: Parsed
    ) -> Candidate:
        decision, reasons, score = "unsure", match.reasons, match.score
        if match.organisation == same and match.decides:
            decision = "same"
        elif known:
            owners = ", ".join(sorted(map(self._label, self._owners(parsed.text))))
            decision, score = "different", 0.3 * score
            reasons += (Text(f"이 이름은 이미 {owners}의 이름입니다.", f"this is already a name of {owners}"),)
            reasons += self._apart(match.organisation, self._owners(parsed.text))
        elif self._is_firm_of(match, parsed):
            decision, score = "different", 0.2
            reasons = (Text("부문의 이름이며 그 기업과 다릅니다.", "the name of a division, not of the firm"),)
        elif match.decides and len(rivals) > 1 and match in rivals:
            score -= 0.18  # below any rule that decides alone
            reasons += (Text("같은 정도로 비슷한 기관이 더 있습니다.", "another organisation is equally near"),)
        elif same and self._apart(match.organisation, {same}):
            decision, score = "different", 0.4 * score
            reasons += self._apart(match.organisation, {same})
        return Candidate(match.organisation, match.form, round(score, 4), decision, reasons, (match.rule,), match.words)

    def _weigh(self, match: NameMatch, parsed: Parsed, context: Context) -> NameMatch:
        """The match weighed by its context: the years of a name, the scheme, and the names printed near it."""
        start, end = self.register.life.get(match.organisation, ("", ""))
        year = str(context.year) if context.year else ""
        if year and ((start and year < start[:4]) or (end and year > str(int(end[:4]) + 1))):
            text = Text(
                f"{year}년에는 쓰지 않던 이름입니다({start[:7]}~{end[:7]}).",
                f"this name was not in use in {year} ({start[:7]} to {end[:7]})",
            )
            match = match._replace(decides=False, score=min(match.score, 0.7), reasons=(*match.reasons, text))
        if context.scheme and context.scheme in self.schemes.get(match.organisation, ()):
            text = Text("같은 평가에 나오는 기관입니다.", "is in the same rating scheme")
            match = match._replace(score=min(match.score + 0.01, 0.99), reasons=(*match.reasons, text))
        return self._weigh_neighbours(match, parsed, context)

    def _weigh_neighbours(self, match: NameMatch, parsed: Parsed, context: Context) -> NameMatch:
        """The match weighed by the names in the same documents, and in other documents at the same place."""

        def any_means_it(names: Iterable[str]) -> bool:
            return any(match.organisation in self._bearers(name) for name in names if name != parsed.text)

        if match.rule in EQUAL:
            return match
        if any_means_it(context.listed) or (context.table == LIST and any_means_it(context.others)):
            text = Text("같은 목록에 자기 이름으로 따로 있습니다.", "is in the same list under its own name")
            return match._replace(decides=False, score=min(match.score, 0.4), reasons=(*match.reasons, text))
        if match.rule in LOOSE or self._begins(match, parsed):
            return match
        if any_means_it(context.graded):
            text = Text("같은 평가에서 등급이 다릅니다.", "has another grade in the same edition")
            return match._replace(reasons=(*match.reasons, text))
        if any_means_it(context.otherwise_identified):
            text = Text("식별번호가 다릅니다.", "has another identifier of the same scheme")
            return match._replace(decides=False, score=min(match.score, 0.4), reasons=(*match.reasons, text))
        if any_means_it(context.identified):
            text = Text("식별번호가 같습니다.", "has the same identifier")
        elif any_means_it(name for name, share in context.instead if share >= self.limits.shared):
            text = Text("다른 문서는 같은 자리에 이 기관을 적습니다.", "other documents name it in the same place")
        elif match.rule in IN_ONE_TEXT and len(parsed.key) > 1 and any_means_it(context.others):
            text = Text("같은 문서에 전체 이름이 있습니다.", "the full name is in the same document")
        else:
            return match
        score = min(match.score + 0.06, 0.94) if match.decides else IN_CONTEXT
        return match._replace(decides=True, score=score, reasons=(*match.reasons, text))

    def _begins(self, match: NameMatch, parsed: Parsed) -> bool:
        """Whether the name is only the beginning of a longer one: a group and its firm, or a firm and its division."""
        return match.rule in CLIPPED and parse(match.form, self.register.forms).key.startswith(parsed.key)

    def _bearers(self, name: str) -> frozenset[str]:
        """The organisations that a neighbouring name means, judged by its spelling alone."""
        if name not in self.bearers:
            organisations = {
                candidate.organisation for candidate in self.candidates(name) if candidate.decision == "same"
            }
            self.bearers[name] = frozenset(organisations | self._owners(name))
        return self.bearers[name]

    def _firm_of_unit(self, parsed: Parsed, found: list[NameMatch]) -> list[Candidate]:
        """The firm of a division, shown as a different organisation."""
        if not parsed.unit or (not parsed.inner and not parsed.legal and " " not in parsed.core):
            return []
        head = parsed.core if parsed.inner or parsed.legal else parsed.core.split(" ")[0]
        firms = self.register.owners(head) - {match.organisation for match in found}
        text = Text("부문의 이름이며 그 기업과 다릅니다.", "the name of a division, not of the firm")
        return [Candidate(firm, self._label(firm), 0.2, "different", (text,), ("unit",)) for firm in sorted(firms)]

    def _is_firm_of(self, match: NameMatch, parsed: Parsed) -> bool:
        if not parsed.unit or match.rule == "unit":
            return False
        return any(
            match.organisation in self.register.owners(head) for head in (parsed.core, parsed.core.split(" ")[0])
        )

    def _apart(self, body: str, other_bodies: set[str]) -> tuple[Text, ...]:
        """Reasons of judgements that keep two organisations apart."""
        rows = [self.register.pairs.get(frozenset((body, other_body))) for other_body in sorted(other_bodies)]
        return tuple(
            Text(f"판단 기록에 따르면 다른 기관입니다. {row['reason']}", f"judged different: {row['reason']}")
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


def _best(found: Iterable[NameMatch]) -> list[NameMatch]:
    """The strongest match for each organisation; deciding matches come first."""
    best: dict[str, NameMatch] = {}
    for match in found:
        best_so_far = best.get(match.organisation)
        if best_so_far is None or _weight(match) > _weight(best_so_far):
            best[match.organisation] = (
                match if best_so_far is None else match._replace(score=max(match.score, best_so_far.score))
            )
    return [best[body] for body in sorted(best)]


def _weight(match: NameMatch) -> tuple[bool, bool, float]:
    return match.decides, match.rule not in LOOSE, match.score


def _rank(candidate: Candidate) -> tuple[float, str]:
    return -candidate.score, candidate.organisation


def without(matcher: Matcher, limits: Thresholds) -> Matcher:
    """A matcher of the same register with other thresholds."""
    return replace(matcher, limits=limits)
