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
    """Base of all errors that a user can correct; ``str`` gives one sentence in the user's language."""

    def __init__(self, text: Text):
        super().__init__(text.en)
        self.text = text

    def __str__(self) -> str:
        return printable(str(self.text), keep="\n")

    def as_json(self) -> dict[str, object]:
        return {"error": asdict(self.text)}


@dataclass(frozen=True)
class Fault:
    """One fault of an input: its location, the value found there, and the remedy."""

    file: str
    text: Text
    row: int | None = None
    column: str | None = None
    value: str | None = None
    rule: str = ""

    def __str__(self) -> str:
        return str(self.line)

    @property
    def line(self) -> Text:
        """The whole fault as one line."""
        return Text(self._line(f"{self.row}행", self.text.ko), self._line(f"row {self.row}", self.text.en))

    def _line(self, row: str, text: str) -> str:
        location = [self.file, *([row] if self.row is not None else []), *([self.column] if self.column else [])]
        shown = f" {_shorten(self.value)!r}" if self.value is not None else ""
        return printable(f"{', '.join(location)}:{shown} {text}")


def _shorten(value: str, limit: int = 60) -> str:
    return value if len(value) <= limit else value[:limit] + "…"


SHOWN_FAULTS = 200
SHOWN_NOTES = 20


def fault_lines(faults: Sequence[Fault], more: int = 0, shown: int = SHOWN_FAULTS) -> list[str]:
    """One line for each fault, and a last line that counts the faults not shown."""
    lines = [str(fault) for fault in faults[:shown]]
    hidden = len(faults) - len(lines) + more
    if hidden:
        lines.append(f"… 외 {hidden}건" if language() == "ko" else f"… and {hidden} more")
    return lines


def note_lines(notes: Sequence[Fault]) -> list[str]:
    """Notes: what is accepted but should be checked, one line each."""
    word = "참고" if language() == "ko" else "note"
    return [f"{word}: {line}" for line in fault_lines(notes, shown=SHOWN_NOTES)]


class InputFaults(KgError):
    """All faults of an input, printed one per line; nothing was written."""

    def __init__(self, faults: Sequence[Fault], more: int = 0):
        count = len(faults) + more
        super().__init__(
            Text(f"입력에 오류가 {count}건 있습니다.", f"The input has {count} fault{'s' * (count != 1)}.")
        )
        self.faults = tuple(faults)
        self.more = more

    def __str__(self) -> str:
        return "\n".join([*fault_lines(self.faults, self.more), str(self.text)])

    def as_json(self) -> dict[str, object]:
        return {"error": asdict(self.text), "faults": [asdict(fault) for fault in self.faults], "more": self.more}


@dataclass
class Collector:
    """Collects faults so that one run reports all of them."""

    faults: list[Fault] = field(default_factory=list)
    more: int = 0

    def add(self, fault: Fault) -> None:
        self.faults.append(fault)

    def extend(self, faults: Iterable[Fault]) -> None:
        self.faults.extend(faults)

    def raise_if_any(self) -> None:
        if self.faults or self.more:
            raise InputFaults(self.faults, self.more)
