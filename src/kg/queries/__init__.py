"""Questions in SPARQL: read, bind, ask (a store on disk or an endpoint), and show the answer."""

from kg.queries.access import GraphAccess
from kg.queries.binding import bind
from kg.queries.endpoint import Layout, read_layout, run_endpoint
from kg.queries.local import run
from kg.queries.names import resolve_term
from kg.queries.questions import Question, list_questions, read_query, read_question
from kg.queries.show import to_csv, to_dataframe, to_json, to_table, to_tsv, to_ttl
from kg.queries.terms import Result, Term

__all__ = [
    "GraphAccess",
    "Layout",
    "Question",
    "Result",
    "Term",
    "bind",
    "list_questions",
    "read_layout",
    "read_query",
    "read_question",
    "resolve_term",
    "run",
    "run_endpoint",
    "to_csv",
    "to_dataframe",
    "to_json",
    "to_table",
    "to_tsv",
    "to_ttl",
]
