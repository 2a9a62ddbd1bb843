"""What to suppose: a policy, sources left out, a day up to which things are known; checked before all else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kg.accept import Policy, Rule
from kg.errors import KgError, Text
from kg.queries.lookup import nearest
from kg.values import nfc
from kg.vocab import ID

RULES = ("only-source", "prefer-latest", "prefer-more-origins", "prefer-stance", "prefer-table", "require-origins")
FILTERS = ("only-source", "require-origins")
GIVEN = "given"
PolicyLike = Policy | str | Sequence[tuple[str, str | None]]


@dataclass(frozen=True)
class Scenario:
    """Follow ``policy``, do without some sources, know only what was surely published by ``known_on``."""

    policy: Policy
    without: tuple[str, ...] = ()
    known_on: date | None = None

    def leaving_out(self, sources: Iterable[str]) -> Scenario:
        return replace(self, without=tuple(dict.fromkeys([*self.without, *sources])))

    def as_text(self, language: str) -> str:
        """One line: what is supposed."""
        ko = [f"방침 {self.policy.name}"]
        en = [f"policy {self.policy.name}"]
        if self.without:
            ko.append(f"출처 {', '.join(self.without)} 없이")
            en.append(f"without {', '.join(self.without)}")
        if self.known_on:
            ko.append(f"{self.known_on}까지 확실히 알려진 것만")
            en.append(f"only what was surely published by {self.known_on}")
        return ", ".join(ko if language == "ko" else en)

    def as_json(self) -> dict[str, object]:
        rules = [{"rule": rule.name, "argument": rule.argument} for rule in self.policy.rules]
        known_on = self.known_on.isoformat() if self.known_on else None
        return {"policy": self.policy.name, "rules": rules, "without": list(self.without), "known_on": known_on}


def find_policy(wanted: PolicyLike, stored: Mapping[str, Policy], sources: Mapping[str, str]) -> Policy:
    """A stored policy by name, or rules given now: pairs, or text such as ``require-origins=2, prefer-table``.

    An unknown rule names the rule and the known ones; ``sources`` (id to publisher) is what ``only-source`` may name.
    """
    if isinstance(wanted, Policy):
        policy = wanted
    elif isinstance(wanted, str):
        if wanted.strip() in stored:
            return stored[wanted.strip()]
        policy = _from_text(wanted, stored)
    else:
        policy = Policy(GIVEN, tuple(Rule(name, argument) for name, argument in wanted))
    for rule in policy.rules:
        _check_rule(rule, sources)
    return policy


def _from_text(text: str, stored: Mapping[str, Policy]) -> Policy:
    """Rules parted by commas, each ``rule`` or ``rule=argument``; a lone word that is no rule is a misnamed policy."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if (len(parts) == 1 and "=" not in parts[0] and parts[0] not in RULES) or not parts:
        known = ", ".join(sorted(stored)) or "-"
        rules = ", ".join(RULES)
        raise KgError(
            Text(
                f"방침 {text!r}이(가) 없습니다. 있는 방침: {known}. 규칙을 바로 적을 수도 있습니다: {rules}.",
                f"there is no policy {text!r}. Known: {known}. Rules can also be given: {rules}.",
            )
        )
    rules_given = [part.partition("=") for part in parts]
    return Policy(GIVEN, tuple(Rule(name.strip(), argument.strip() or None) for name, _, argument in rules_given))


def _check_rule(rule: Rule, sources: Mapping[str, str]) -> None:
    known = ", ".join(RULES)
    if rule.name not in RULES:
        raise KgError(
            Text(
                f"규칙 {rule.name!r}을(를) 모릅니다. 아는 규칙: {known}.",
                f"the rule {rule.name!r} is not known. Known rules: {known}.",
            )
        )
    if rule.name == "only-source":
        find_sources([rule.argument or ""], sources)
    number = (rule.argument or "").strip()
    if rule.name == "require-origins" and number and not (number.isdigit() and int(number) > 0):
        raise KgError(
            Text(
                f"규칙 require-origins의 인자는 1 이상의 정수여야 합니다: {number!r}.",
                f"the argument of the rule require-origins must be a whole number from 1: {number!r}.",
            )
        )


def find_sources(wanted: Iterable[str], sources: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of the sources meant by ids or IRIs; an unknown one gets the nearest three with their publishers."""
    found = []
    for text in wanted:
        name = nfc(text).strip().rsplit("/id/source/", 1)[-1]
        if name not in sources:
            raise _unknown_source(name, sources)
        found.append(name)
    return tuple(dict.fromkeys(found))


def _unknown_source(name: str, sources: Mapping[str, str]) -> KgError:
    by_name = [(source, ID[f"source/{source}"]) for source in sources]
    near = [source for source, _ in nearest(name, by_name)]
    shown = ", ".join(f"{source} ({sources[source]})" for source in near) or "-"
    return KgError(
        Text(f"출처 {name!r}이(가) 없습니다. 가까운 것: {shown}.", f"there is no source {name!r}. Nearest: {shown}.")
    )


def find_day(text: str | date | None) -> date | None:
    """A whole day, ``YYYY-MM-DD``; a month or a year would leave open which of its days is meant."""
    if text is None or isinstance(text, date):
        return text
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
            raise ValueError
        return date.fromisoformat(text.strip())
    except ValueError:
        raise KgError(
            Text(f"{text!r}은(는) 날짜가 아닙니다. YYYY-MM-DD로 쓰십시오.", f"{text!r} is not a day. Write YYYY-MM-DD.")
        ) from None
