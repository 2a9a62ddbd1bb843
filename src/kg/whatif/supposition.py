"""What is supposed: another policy, some sources left out, or only what was known by a day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from kg.accept import Policy
from kg.errors import KgError, Text
from kg.values import sql_text


@dataclass(frozen=True)
class Supposition:
    """Follow ``policy``, leave out the sources ``without``, use only what was surely published by ``known_on``."""

    policy: Policy
    without: tuple[str, ...] = ()
    known_on: date | None = None

    def leaving_out(self, sources: Iterable[str]) -> Supposition:
        return replace(self, without=tuple(dict.fromkeys([*self.without, *sources])))

    @property
    def condition(self) -> str:
        """The SQL condition that a claim is not left out."""
        conditions = ["true"]
        if self.without:
            conditions.append(f"source NOT IN ({', '.join(map(sql_text, self.without))})")
        if self.known_on:
            conditions.append(f"published_latest <= {sql_text(self.known_on.isoformat())}")
        return " AND ".join(conditions)

    def as_text(self, language: str) -> str:
        """One line."""
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


def find_day(text: str | date | None) -> date | None:
    """A whole day, ``YYYY-MM-DD``; a month or a year would leave open which of its days is meant."""
    if isinstance(text, datetime):
        return text.date()
    if text is None or isinstance(text, date):
        return text
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text.strip()):
            raise ValueError
        return date.fromisoformat(text.strip())
    except ValueError:
        raise KgError(
            Text(
                f"{text!r}은(는) 날짜가 아닙니다. YYYY-MM-DD로 적으십시오.", f"{text!r} is not a day: write YYYY-MM-DD."
            )
        ) from None
