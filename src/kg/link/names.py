"""Many printed names against the register at once: each distinct name once, on two processes where there are many."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from kg.errors import KgError, Text
from kg.matching import read_matcher

MANY = 4000  # distinct names that are worth a second process
PROCESSES = 2


class NameFound(NamedTuple):
    """What a name means: ``judgement`` is ``same``, ``unsure`` or ``none``; ``rule`` and ``reason`` say why."""

    judgement: str
    organisations: tuple[str, ...]
    rule: str
    ko: str
    en: str


SEVERAL = (Text("여러 기관을 함께 부르는 이름입니다.", "names several organisations together"),)
NOTHING = NameFound("none", (), "", "비슷한 이름이 없음", "no similar name")


def find_names(records: Path, names: Sequence[str]) -> dict[str, NameFound]:
    """What each of the names means by its string alone."""
    distinct = sorted({name for name in names if name})
    if len(distinct) < MANY:
        return match_names(records, distinct)
    parts = [distinct[start::PROCESSES] for start in range(PROCESSES)]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "kg.link.worker", str(records)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )
        for _ in parts
    ]  # fmt: skip
    try:
        for process, part in zip(running, parts, strict=True):
            assert process.stdin  # a pipe
            process.stdin.write(json.dumps(part))
            process.stdin.close()
        found: dict[str, NameFound] = {}
        for process in running:
            assert process.stdout  # a pipe
            answer = process.stdout.read()
            if process.wait():
                text = Text("이름을 견주던 프로세스가 멈추었습니다.", "A process that compared names has stopped.")
                raise KgError(text)
            found |= {name: NameFound(row[0], tuple(row[1]), *row[2:]) for name, row in json.loads(answer).items()}
        return found
    finally:
        for process in running:
            process.kill()
            process.wait()


def match_names(records: Path, names: Sequence[str]) -> dict[str, NameFound]:
    """The same in this process."""
    matcher = read_matcher(records)
    found = {}
    for name in names:
        candidates = matcher.candidates(name)
        same = [each for each in candidates if each.decision == "same"]
        unsure = [each for each in candidates if each.decision == "unsure"]
        if not (best := same or unsure[:1]):
            found[name] = NOTHING
            continue
        judgement = "same" if len(same) == 1 else "unsure"
        if not same and "like" in best[0].rules:  # only similar: shown, but no reason to think of it
            judgement = "none"
        reasons = SEVERAL if len(same) > 1 else best[0].reasons
        found[name] = NameFound(
            judgement,
            tuple(each.organisation for each in best),
            best[0].rules[0] if best[0].rules else "",
            " ".join(reason.ko for reason in reasons),
            "; ".join(reason.en for reason in reasons),
        )
    return found
