"""The line of the magic parsed: options, then a question with ``name=value``, or SPARQL text."""

from __future__ import annotations

import difflib
import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kg.errors import KgError, Text
from kg.queries.tokens import query_form
from kg.settings import Limits

_LIMITS = Limits()
OPTIONS: dict[str, Text] = {
    "--graph": Text("빌드 폴더", "a build folder"),
    "--endpoint": Text("SPARQL 엔드포인트의 주소", "the address of a SPARQL endpoint"),
    "--into": Text("답을 저장할 변수", "the variable to assign the answer to"),
    "--max-rows": Text("최대 행 수", "the maximum number of rows"),
    "--timeout": Text("제한 시간(초)", "seconds to wait"),
}
_WORD = re.compile(r"""\s*((?:--[\w-]+=|\w+=)?)("[^"]*"(?=\s|$)|'[^']*'(?=\s|$)|[^\s"']\S*|)""")
_SPARQL = re.compile(
    r"(?:\s*#[^\n]*\n)*\s*(?:PREFIX|BASE|SELECT|ASK|CONSTRUCT|DESCRIBE|INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|COPY|MOVE"
    r"|ADD|WITH)(?![\w=-])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Request:
    """One call of the magic; ``text`` is the name of a question, or SPARQL."""

    text: str = ""
    is_sparql: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    graph: str | None = None
    endpoint: str | None = None
    into: str | None = None
    max_rows: int = _LIMITS.max_rows
    timeout_s: float = _LIMITS.timeout_s


def read_line(line: str, cell: str | None, variables: Mapping[str, Any]) -> Request:
    """Parse the line (and cell). ``$name`` as a value means the variable of that name."""
    options, query_text = _options(line)
    if cell is not None and cell.strip():
        if query_text.strip():
            raise KgError(
                Text(
                    f"질문을 줄과 셀에 함께 쓸 수 없습니다. 줄에는 옵션만 쓰십시오: {query_text.strip()!r}",
                    f"Write the question in the line or in the cell, not in both: {query_text.strip()!r}",
                )
            )
        query_text = cell
    if _SPARQL.match(query_text):
        if not query_form(query_text):
            raise KgError(
                Text(
                    "SELECT, ASK, CONSTRUCT, DESCRIBE만 실행할 수 있습니다. 그래프는 읽기 전용입니다.",
                    "Only SELECT, ASK, CONSTRUCT and DESCRIBE: the graph is for reading.",
                )
            )
        return _checked(options, query_text, True, {}, variables)
    return _question(options, query_text, variables)


def words(text: str) -> list[str]:
    """Words separated by white space; a value in quotes may contain spaces (``name="LG CNS"``)."""
    found, position = [], 0
    text = text.strip()
    while position < len(text):
        match = _WORD.match(text, position)
        if match is None or not match[0].strip():
            unclosed = text[position:].strip()
            raise KgError(
                Text(f"따옴표가 닫히지 않았습니다: {unclosed}", f"A quotation mark is not closed: {unclosed}")
            )
        value = match[2]
        found.append(match[1] + (value[1:-1] if value[:1] in ('"', "'") else value))
        position = match.end()
        if position < len(text) and not text[position].isspace():
            raise KgError(
                Text(
                    f"따옴표가 닫히지 않았습니다: {text[match.start() :].strip()}",
                    f"A quotation mark is not closed: {text[match.start() :].strip()}",
                )
            )
    return found


def _options(line: str) -> tuple[dict[str, str], str]:
    """The options at the start of the line, and what follows, unchanged (it may be SPARQL)."""
    options: dict[str, str] = {}
    following = line
    while match := re.match(r"""\s*(--[\w-]*)(?:=|\s+|$)("[^"]*"|'[^']*'|[^\s"']\S*|)""", following):
        value = match[2][1:-1] if match[2][:1] in ('"', "'") else match[2]
        _option(options, match[1], value)
        following = following[match.end() :]
    return options, following


def _option(options: dict[str, str], name: str, value: str) -> None:
    if name not in OPTIONS:
        near = difflib.get_close_matches(name, OPTIONS, 1, 0.3)
        known = ", ".join(OPTIONS)
        guess = Text(f" 혹시 {near[0]}?", f" Perhaps {near[0]}?") if near else Text("", "")
        raise KgError(
            Text(
                f"{name}: 없는 옵션입니다.{guess.ko} 사용할 수 있는 값: {known}",
                f"{name} is not an option.{guess.en} Known: {known}",
            )
        )
    if not value or value.startswith("--"):
        meaning = OPTIONS[name]
        raise KgError(Text(f"{name} 뒤에 값이 없습니다({meaning.ko}).", f"{name} needs a value ({meaning.en})."))
    options[name] = value


def _question(options: dict[str, str], text: str, variables: Mapping[str, Any]) -> Request:
    name, values = "", {}
    pending = words(text)
    while pending:
        word = pending.pop(0)
        if word.startswith("--"):
            key, equals, value = word.partition("=")
            _option(options, key, value if equals else pending.pop(0) if pending else "")
        elif not name:
            name = word
        elif "=" in word:
            key, _, value = word.partition("=")
            values[key] = _value(key, value, variables)
        else:
            raise KgError(
                Text(
                    f"매개변수는 이름=값으로 쓰고, 공백이 있는 값은 따옴표로 묶으십시오: {word!r}",
                    f"Write parameters as name=value, a value with spaces in quotation marks: {word!r}",
                )
            )
    return _checked(options, name, False, values, variables)


def _value(name: str, value: str, variables: Mapping[str, Any]) -> str:
    if not re.fullmatch(r"\$[^\W\d]\w*", value):
        return value
    if value[1:] not in variables:
        raise KgError(
            Text(
                f"{name} {value}: 변수 {value[1:]}이(가) 없습니다.",
                f"{name} {value}: there is no variable {value[1:]}.",
            )
        )
    return str(variables[value[1:]])


def _checked(
    options: dict[str, str], text: str, is_sparql: bool, values: Mapping[str, str], variables: Mapping[str, Any]
) -> Request:
    if "--graph" in options and "--endpoint" in options:
        raise KgError(Text("--graph와 --endpoint 가운데 하나만 지정하십시오.", "Give --graph or --endpoint, not both."))
    graph, endpoint = (
        _value(name, options[name], variables) if name in options else None for name in ("--graph", "--endpoint")
    )
    into = options.get("--into")
    if into is not None and (not into.isidentifier() or keyword.iskeyword(into)):
        raise KgError(Text(f"--into {into}: 변수 이름이 아닙니다.", f"--into {into}: not the name of a variable."))
    return Request(
        text.strip("\n") if is_sparql else text,
        is_sparql,
        values,
        graph,
        endpoint,
        into,
        int(_number(options, "--max-rows", int, _LIMITS.max_rows)),
        _number(options, "--timeout", float, _LIMITS.timeout_s),
    )


def _number(options: Mapping[str, str], name: str, kind: type[int] | type[float], default: float) -> float:
    if name not in options:
        return default
    try:
        value = kind(options[name])
    except ValueError:
        value = kind(0)
    if not 0 < value < float("inf"):
        raise KgError(
            Text(
                f"{name} {options[name]}: 0보다 큰 {'정수' if kind is int else '수'}를 지정하십시오.",
                f"{name} {options[name]}: give a {'whole ' if kind is int else ''}number above 0.",
            )
        )
    return value
