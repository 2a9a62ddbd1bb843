"""Completion for the magic: names of questions, of their parameters, choices, and options."""

from __future__ import annotations

import re

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from kg.notebook.line import OPTIONS
from kg.paths import shipped
from kg.queries import Question, read_question

_LINE = re.compile(r"(?:^|=)\s*%{1,2}sparql[ \t]+(.*)$")
LANGUAGES = ("en", "ko")


def proposals(before: str) -> tuple[str, list[str]]:
    """The piece being written at the end of ``before`` (the line after ``%sparql``), and its completions."""
    *done, piece = re.split(r"\s+", before)
    if done and done[-1] in OPTIONS:
        return piece, []
    if piece.startswith("-"):
        return piece, [option for option in OPTIONS if option.startswith(piece) and option not in done]
    name = _question_name(done)
    if name is None:
        return piece, [path.stem for path in sorted(shipped("queries").glob("*.rq")) if path.stem.startswith(piece)]
    path = shipped("queries") / f"{name}.rq"
    if not path.exists():
        return piece, []
    return _parameters(read_question(path), done, piece)


def _question_name(done: list[str]) -> str | None:
    """The first word that is neither an option nor the value of one."""
    previous = ""
    for word in filter(None, done):
        if not word.startswith("--") and previous not in OPTIONS:
            return word
        previous = word
    return None


def _parameters(question: Question, done: list[str], piece: str) -> tuple[str, list[str]]:
    name, equals, start = piece.partition("=")
    if not equals:
        given = {word.partition("=")[0] for word in done}
        free = [f"{param.name}=" for param in question.params if param.name not in given]
        return piece, [text for text in free if text.startswith(piece)]
    choices = {
        param.name: param.choices or (LANGUAGES if param.type == "language" else ()) for param in question.params
    }
    return start, [choice for choice in choices.get(name, ()) if choice.startswith(start)]


@context_matcher()
def match_sparql(context: CompletionContext) -> SimpleMatcherResult:
    """IPython's matcher: completes lines of the magic only."""
    match = _LINE.search(context.text_until_cursor)
    if not match:
        return {"completions": []}
    piece, found = proposals(match[1])
    return {
        "completions": [SimpleCompletion(text, type="sparql") for text in found],
        "matched_fragment": piece,
        "ordered": True,
        "suppress": True,
    }
