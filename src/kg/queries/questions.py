"""A question is one ``.rq`` file: a header that people read, and the SPARQL text under it."""

from __future__ import annotations

import itertools
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kg.errors import Collector, Fault, InputFaults, KgError, Text
from kg.paths import shipped
from kg.queries.tokens import query_form, tokens
from kg.settings import Limits

NAMED_TYPES = ("organisation", "case", "event", "source", "round", "programme", "scheme", "grade")
PLAIN_TYPES = ("year", "date", "integer", "string", "iri", "language")
CHOICE = "choice"  # written as the words to choose from: `mode (certain possible)`
PARAM_TYPES = NAMED_TYPES + PLAIN_TYPES

_MAX_BYTES = Limits().max_query_bytes
_LINE = re.compile(r"#\s*([a-z-]+):\s*(.*?)\s*$")
_PARAM = re.compile(r"([a-z][A-Za-z]*) \(([a-z-]+(?: [a-z-]+)*)\)(?: (required|default=\S+))? \| ([^|]+) \| ([^|]+)")
_SPARQL = re.compile(
    r"(SELECT|ASK|CONSTRUCT|DESCRIBE|PREFIX|BASE|INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|COPY|MOVE|ADD|WITH)\s",
    re.IGNORECASE,
)  # no name of a question has blanks
_MAX_QUESTION_NAME = 200  # letters
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SINGLE = ("title", "title-en", "description", "description-en", "columns", "labels", "labels-en")
_OPTIONAL = ("example", "empty-because")


@dataclass(frozen=True)
class Param:
    """A parameter: ``required``, or with a ``default``, or left open, which asks about all.

    Of type ``choice`` it takes one of ``choices``.
    """

    name: str
    type: str
    label: Text
    required: bool = False
    default: str | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column of the answer: the SPARQL variable, and what it is called."""

    name: str
    label: Text


@dataclass(frozen=True)
class Question:
    """A shipped or own question; ``text`` is valid SPARQL as it stands, its parameters are the ``$`` variables."""

    name: str
    title: Text
    description: Text
    params: tuple[Param, ...]
    columns: tuple[Column, ...]
    text: str
    example: tuple[tuple[str, str], ...] = ()
    empty_because: Text | None = None
    path: Path | None = None

    def labels(self, language: str) -> dict[str, str]:
        """What each column is called in a language."""
        return {column.name: getattr(column.label, language) for column in self.columns}

    def as_json(self) -> dict[str, object]:
        """The header as plain values, for programs."""
        return {
            "name": self.name,
            "title": {"ko": self.title.ko, "en": self.title.en},
            "description": {"ko": self.description.ko, "en": self.description.en},
            "params": [
                {
                    "name": param.name,
                    "type": param.type,
                    **({"choices": list(param.choices)} if param.choices else {}),
                    "required": param.required,
                    "default": param.default,
                    "label": {"ko": param.label.ko, "en": param.label.en},
                }
                for param in self.params
            ],
            "columns": [{"name": c.name, "label": {"ko": c.label.ko, "en": c.label.en}} for c in self.columns],
            "example": dict(self.example),
        }


class _Header:
    """The header lines of one file, and the faults met in reading them."""

    def __init__(self, path: Path, text: str):
        self.path, self.faults = path, Collector()
        self.single: dict[str, str] = {}
        self.params: list[Param] = []
        for number, line in enumerate(text.splitlines(), 1):
            if not _is_comment(line):
                break
            match = _LINE.match(line)
            if not match:
                self.fault(
                    "머리말 줄은 `# 이름: 값` 꼴이어야 합니다", "a header line has the form `# name: value`", number
                )
            elif match[1] == "param":
                self._param(match[2], number)
            elif match[1] not in _SINGLE + _OPTIONAL:
                self.fault(f"모르는 항목 {match[1]!r}", f"unknown entry {match[1]!r}", number)
            elif match[1] in self.single:
                self.fault(f"{match[1]!r}가 두 번 나옵니다", f"{match[1]!r} stands twice", number)
            else:
                self.single[match[1]] = match[2]
        for name in _SINGLE:
            if not self.single.get(name):
                self.fault(f"머리말에 {name!r}가 없습니다", f"the header lacks {name!r}")

    def fault(self, ko: str, en: str, row: int | None = None) -> None:
        self.faults.add(Fault(self.path.name, Text(ko, en), row=row, rule="question-header"))

    def _param(self, value: str, number: int) -> None:
        match = _PARAM.fullmatch(value)
        if not match:
            form = "`name (type) required|default=… | 한국어 | English`"
            self.fault(f"param 줄은 {form} 꼴이어야 합니다", f"a param line has the form {form}", number)
            return
        name, kind, how, ko, en = match.groups()
        choices = tuple(kind.split()) if " " in kind else ()
        if not choices and kind not in PARAM_TYPES:
            known = ", ".join(PARAM_TYPES)
            self.fault(f"모르는 형 {kind!r}. 아는 형: {known}", f"unknown type {kind!r}; known: {known}", number)
        if name in {param.name for param in self.params}:
            self.fault(f"매개변수 {name!r}가 두 번 나옵니다", f"parameter {name!r} stands twice", number)
        default = how.removeprefix("default=") if how and how != "required" else None
        if choices and default is not None and default not in choices:
            listed = ", ".join(choices)
            self.fault(
                f"default {default!r}: {listed} 가운데 하나여야 합니다",
                f"default {default!r} is none of {listed}",
                number,
            )
        label = Text(ko.strip(), en.strip())
        self.params.append(Param(name, CHOICE if choices else kind, label, how == "required", default, choices))

    def names(self, key: str) -> list[str]:
        return [name.strip() for name in self.single.get(key, "").split(",") if name.strip()]

    def columns(self) -> tuple[Column, ...]:
        names, ko, en = self.names("columns"), self.names("labels"), self.names("labels-en")
        for key, labels in (("labels", ko), ("labels-en", en)):
            if len(labels) != len(names):
                numbers = f"{key!r}: {len(labels)}, columns: {len(names)}"
                self.fault(f"열과 표제의 수가 다릅니다({numbers})", f"columns and labels differ in number ({numbers})")
        return tuple(Column(name, Text(*labels)) for name, *labels in zip(names, ko, en, strict=False))

    def example(self) -> tuple[tuple[str, str], ...]:
        pairs = []
        for piece in filter(None, (part.strip() for part in self.single.get("example", "").split(","))):
            name, equals, value = piece.partition("=")
            if not equals or name not in {param.name for param in self.params}:
                self.fault(f"example의 {piece!r}가 매개변수가 아닙니다", f"{piece!r} in example is no parameter")
            pairs.append((name, value))
        return tuple(pairs)

    def empty_because(self) -> Text | None:
        value = self.single.get("empty-because")
        if value is None:
            return None
        ko, bar, en = (part.strip() for part in value.partition("|"))
        if not bar or not ko or not en:
            form = "`한국어 | English`"
            self.fault(f"empty-because는 {form} 꼴이어야 합니다", f"empty-because has the form {form}")
        return Text(ko, en)


def read_query(path: Path) -> Question | str:
    """A file of one's own: a question, if its header names columns or parameters, else its SPARQL text as it is."""
    entries = (_LINE.match(line) for line in itertools.takewhile(_is_comment, _text(path).splitlines()))
    if any(entry and entry[1] in ("columns", "param") for entry in entries):
        return read_question(path)
    return _text(path)


def _is_comment(line: str) -> bool:
    return line.startswith("#")


def _text(path: Path) -> str:
    with path.open("rb") as stream:
        return decoded(stream.read(_MAX_BYTES + 1), str(path))


def decoded(raw: bytes, name: str) -> str:
    """The text of a query that was read; an error names the file or stream that is not UTF-8 or too long."""
    if len(raw) > _MAX_BYTES:
        raise KgError(
            Text(
                f"{name}: 질의가 {_MAX_BYTES:,}바이트를 넘습니다.",
                f"{name}: the query has more than {_MAX_BYTES:,} bytes.",
            )
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise KgError(
            Text(
                f"{name}: {line}행이 UTF-8이 아닙니다. UTF-8로 저장하십시오.",
                f"{name} is not UTF-8: save it as UTF-8. See line {line}.",
            )
        ) from None


def read_question(path: Path) -> Question:
    """Read a question file; every fault of its header is reported at once."""
    text = _text(path)
    header = _Header(path, text)
    if not _NAME.fullmatch(path.stem):
        header.fault("파일 이름은 kebab-case여야 합니다", "the file's name must be kebab-case")
    columns = header.columns()
    _check_body(header, text, [column.name for column in columns])
    question = Question(
        name=path.stem,
        title=Text(header.single.get("title", ""), header.single.get("title-en", "")),
        description=Text(header.single.get("description", ""), header.single.get("description-en", "")),
        params=tuple(header.params),
        columns=columns,
        text=text,
        example=header.example(),
        empty_because=header.empty_because(),
        path=path,
    )
    header.faults.raise_if_any()
    return question


def _check_body(header: _Header, text: str, columns: list[str]) -> None:
    """Parameters are used and declared, never projected, and written with ``$`` only; columns are as declared."""
    if query_form(text) != "SELECT":
        header.fault("SELECT 질의여야 합니다", "a question is a SELECT query")
        return
    variables = [token.text for token in tokens(text) if token.kind == "variable"]
    declared = {param.name for param in header.params}
    for name in sorted({v[1:] for v in variables if v[0] == "$"} - declared):
        header.fault(f"${name}의 param 줄이 없습니다", f"${name} has no param line")
    for name in sorted(declared - {v[1:] for v in variables if v[0] == "$"}):
        header.fault(f"${name}가 질의에 나오지 않습니다", f"${name} does not occur in the query")
    for name in sorted(declared & {v[1:] for v in variables if v[0] == "?"}):
        header.fault(f"매개변수는 ?{name}이 아니라 ${name}로 씁니다", f"write the parameter ${name}, not ?{name}")
    projected = projection(text)
    if any(variable.startswith("$") for variable in projected):
        header.fault("매개변수는 SELECT 절에 올 수 없습니다", "a parameter cannot stand in the SELECT clause")
    if [variable[1:] for variable in projected] != columns:
        shown = ", ".join(projected)
        header.fault(f"columns가 SELECT 절과 다릅니다: {shown}", f"columns differ from the SELECT clause: {shown}")


def projection(text: str) -> list[str]:
    """The variables that the outermost SELECT clause gives, in order."""
    found: list[str] = []
    depth, started, after_as = 0, False, False
    for token in tokens(text):
        if token.kind in ("space", "comment"):
            continue
        word = token.text.upper() if token.kind == "word" else ""
        if not started:
            started = word == "SELECT"
            continue
        if depth == 0 and (word == "WHERE" or token.text == "{"):
            break
        depth += (token.kind == "open") - (token.kind == "close")
        if token.kind == "variable" and (depth == 0 or (after_as and depth == 1)):
            found.append(token.text)
        after_as = word == "AS"
    return found


def list_questions(folder: Path) -> list[Question]:
    """All questions of a folder, by name; faults of all files are reported at once."""
    faults, questions = Collector(), []
    for path in sorted(folder.glob("*.rq")):
        try:
            questions.append(read_question(path))
        except InputFaults as error:
            faults.extend(error.faults)
    faults.raise_if_any()
    return questions


def find_query(name_or_sparql: str) -> Question | str:
    """A shipped question by name, what a file holds (a question or SPARQL), or the SPARQL text given."""
    text = name_or_sparql.strip()
    if any(mark in text for mark in "{}\n") or _SPARQL.match(text):
        return name_or_sparql
    path = Path(text)
    if _is_file(path):
        return read_query(path)
    if len(text) > _MAX_QUESTION_NAME:
        raise KgError(
            Text(
                f"{text[:40]!r}…: 질문의 이름도 파일도 SPARQL도 아닙니다.",
                f"{text[:40]!r}… is no name of a question, no file and no SPARQL.",
            )
        )
    if path.suffix in (".rq", ".sparql") or len(path.parts) > 1:
        raise KgError(Text(f"{text}: 그런 파일이 없습니다.", f"{text}: there is no such file."))
    folder = shipped("queries")
    if (folder / f"{text}.rq").exists():
        return read_question(folder / f"{text}.rq")
    import difflib  # here, because only an error needs it

    known = sorted(path.stem for path in folder.glob("*.rq"))
    near = ", ".join(difflib.get_close_matches(text, known, 3, 0.3) or known[:3])
    raise KgError(
        Text(
            f"질문 {text!r}이(가) 없습니다. 가까운 것: {near}. 모두 보려면: kg queries",
            f"There is no question {text!r}. Near: {near}. List them with: kg queries",
        )
    )


def _is_file(path: Path) -> bool:
    with suppress(OSError):  # of a text that no file can be named
        return path.is_file()
    return False
