"""Errors that name file, row, value and remedy, in Korean and English; all faults of an input at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

from kg.values import printable


def language() -> str:
    """``ko`` or ``en``: ``KG_LANG`` if set, else the terminal's locale, else English."""
    chosen = os.environ.get("KG_LANG") or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES")
    chosen = chosen or os.environ.get("LANG") or "en"
    return "ko" if chosen.lower().startswith("ko") else "en"


@dataclass(frozen=True)
class Text:
    """One message in both languages."""

    ko: str
    en: str

    def __str__(self) -> str:
        return self.ko if language() == "ko" else self.en


class KgError(Exception):
    """Base of all errors that a person can mend; ``str`` is one clear sentence in the person's language."""

    def __init__(self, text: Text):
        super().__init__(text.en)
        self.text = text

    def __str__(self) -> str:
        return printable(str(self.text), keep="\n")

    def as_json(self) -> dict[str, object]:
        return {"error": asdict(self.text)}


@dataclass(frozen=True)
class Fault:
    """One fault of an input: where it stands, what stands there, and what to do about it."""

    file: str
    text: Text
    row: int | None = None
    column: str | None = None
    value: str | None = None
    rule: str = ""

    def __str__(self) -> str:
        where = [self.file]
        if self.row is not None:
            where.append(f"{self.row}행" if language() == "ko" else f"row {self.row}")
        if self.column:
            where.append(self.column)
        shown = f" {_shorten(self.value)!r}" if self.value is not None else ""
        return printable(f"{', '.join(where)}:{shown} {self.text}")


def _shorten(value: str, limit: int = 60) -> str:
    return value if len(value) <= limit else value[:limit] + "…"


SHOWN_FAULTS = 200


class InputFaults(KgError):
    """All faults of an input, drawn one a line; nothing was written."""

    def __init__(self, faults: Sequence[Fault], more: int = 0):
        count = len(faults) + more
        super().__init__(
            Text(f"입력에 잘못이 {count}곳 있습니다.", f"The input has {count} fault{'s' * (count != 1)}.")
        )
        self.faults = tuple(faults)
        self.more = more

    def __str__(self) -> str:
        lines = [str(fault) for fault in self.faults[:SHOWN_FAULTS]]
        hidden = len(self.faults) - len(lines) + self.more
        if hidden:
            lines.append(f"… 외 {hidden}곳" if language() == "ko" else f"… and {hidden} more")
        return "\n".join([*lines, str(self.text)])

    def as_json(self) -> dict[str, object]:
        return {"error": asdict(self.text), "faults": [asdict(fault) for fault in self.faults], "more": self.more}


@dataclass
class Collector:
    """Gathers faults so that one run reports all of them."""

    faults: list[Fault] = field(default_factory=list)
    more: int = 0

    def add(self, fault: Fault) -> None:
        self.faults.append(fault)

    def extend(self, faults: Iterable[Fault]) -> None:
        self.faults.extend(faults)

    def raise_if_any(self) -> None:
        if self.faults or self.more:
            raise InputFaults(self.faults, self.more)
