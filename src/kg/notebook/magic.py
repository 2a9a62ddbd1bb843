"""The magic: parse the line, query the graph, display the answer or an error of one line."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from kg.errors import InputFaults, KgError, Text
from kg.graph import Graph
from kg.notebook.line import Request, read_line
from kg.opening import open_graph
from kg.queries.questions import find_query
from kg.queries.syntax import InvalidQuery
from kg.queries.tokens import query_form

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.notebook.answer import Answer, Turtle, YesNo
    from kg.queries import Question


class SparqlError(KgError):
    """An error that a notebook shows as one line, without a traceback; the cell still counts as failed."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


@magics_class
class SparqlMagics(Magics):
    """``%sparql`` and ``%%sparql``."""

    @property
    def _variables(self) -> dict[str, Any]:
        assert self.shell is not None, "the magic belongs to a shell"
        return self.shell.user_ns

    @no_var_expand  # $name is a SPARQL variable; as the value of a parameter it is read in kg.notebook.line
    @line_cell_magic
    def sparql(self, line: str, cell: str | None = None) -> Answer | YesNo | Turtle:
        """질문이나 SPARQL을 실행한다. Run a question or SPARQL.

        ::

            %sparql                                             the questions
            %sparql partners-of organisation=LG전자              a question, by name
            %sparql partners-of organisation="SK 에코플랜트"      a value with spaces
            %sparql partners-of organisation=$firm              the value of a Python variable
            rows = %sparql repeat-partners                      the answer is a DataFrame
            %%sparql --into cases --max-rows 10                 SPARQL in the cell
            SELECT ?case WHERE { ?case a kg:Case }

        Options: --graph DIR, --endpoint URL, --into NAME, --max-rows N, --timeout S. Without --graph or --endpoint the
        variable ``graph`` is used if it is a graph, else ``kg.open()``.
        """
        request: Request | None = None
        try:
            request = read_line(line, cell, self._variables)
            answer = self._ask(request)
        except KgError as error:
            raise SparqlError(_one_line(error, request)) from None
        if request.into:
            self._variables[request.into] = _plain(answer)
        return answer

    def _ask(self, request: Request) -> Answer | YesNo | Turtle:
        if not request.text:
            return _questions()
        with _graph(request, self._variables) as graph:
            # a line end marks SPARQL text, which is then not taken for a name
            query = request.text + "\n" if request.is_sparql else find_query(request.text)
            if isinstance(query, str) and (form := query_form(query)) != "SELECT":
                return _ask_or_construct(graph, request, query, form)
            return _select(graph, request, query)


def _select(graph: Graph, request: Request, query: Question | str) -> Answer:
    from kg.notebook.answer import Answer

    text = query if isinstance(query, str) else request.text
    frame = graph.query(text, request.values, timeout_s=request.timeout_s, max_rows=request.max_rows)
    return Answer.of(frame, empty_because=None if isinstance(query, str) else query.empty_because)


def _ask_or_construct(graph: Graph, request: Request, query: str, form: str) -> YesNo | Turtle:
    from kg.notebook.answer import Turtle, YesNo
    from kg.queries import to_ttl

    result = graph.ask(query, timeout_s=request.timeout_s, max_rows=request.max_rows)
    if form == "ASK":
        return YesNo(bool(result.answer))
    cut = Text(
        f"# 앞의 {len(result):,}개 트리플에서 잘랐습니다(--max-rows).\n",
        f"# Cut after the first {len(result):,} triples (--max-rows).\n",
    )
    return Turtle(to_ttl(result) + (str(cut) if result.truncated else ""))


def _questions() -> Answer:
    """All shipped questions as a table, for ``%sparql`` alone."""
    import pandas

    from kg.notebook.answer import Answer
    from kg.paths import shipped
    from kg.queries import list_questions

    rows = [
        (
            question.name,
            str(question.title),
            " ".join(f"{p.name}=…" if p.required else f"[{p.name}=…]" for p in question.params),
        )
        for question in list_questions(shipped("queries"))
    ]
    frame = pandas.DataFrame(rows, columns=["question", "title", "parameters"])
    frame.attrs["labels"] = {
        "question": str(Text("질문", "question")),
        "title": str(Text("묻는 것", "what it asks")),
        "parameters": str(Text("매개변수", "parameters")),
    }
    return Answer.of(frame, str(Text("질문 목록", "The questions")))


@contextmanager
def _graph(request: Request, variables: Mapping[str, Any]) -> Iterator[Graph]:
    """The graph of the options, else the variable ``graph``, else the default graph; closed if it was opened here."""
    variable = variables.get("graph")
    if not request.graph and not request.endpoint and isinstance(variable, Graph):
        yield variable
        return
    with open_graph(request.endpoint or request.graph) as graph:
        yield graph


def _plain(answer: Answer | YesNo | Turtle) -> Any:
    """The value that ``--into`` assigns: a DataFrame, a boolean, or text."""
    from kg.notebook.answer import Turtle, YesNo

    if isinstance(answer, YesNo):
        return bool(answer)
    return str(answer) if isinstance(answer, Turtle) else answer


def _one_line(error: KgError, request: Request | None) -> Text:
    """The message on one line; syntax errors of SPARQL have line and column in the cell."""
    if isinstance(error, InputFaults):
        message = "; ".join(" ".join(str(fault).split()) for fault in error.faults)
        return Text(message, message)
    if not isinstance(error, InvalidQuery) or not request or not request.is_sparql:
        return Text(" ".join(error.text.ko.split()), " ".join(error.text.en.split()))
    shown = error.shown.strip()
    return Text(
        f"SPARQL 문법 오류입니다. {error.line}행 {error.column}열 근처: {shown}{error.why.ko}",
        f"This is not valid SPARQL near line {error.line}, column {error.column}: {shown}{error.why.en}",
    )
