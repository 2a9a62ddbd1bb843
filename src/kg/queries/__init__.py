"""Questions in SPARQL: read, filled in, answered by a store on disk or an endpoint, written in open formats."""

from kg.queries.access import GraphAccess
from kg.queries.dataset import read_dataset
from kg.queries.endpoint import EndpointDataset, run_endpoint
from kg.queries.formats import to_csv, to_json, to_table, to_tsv, to_ttl
from kg.queries.frame import to_dataframe
from kg.queries.local import StoreSession, run
from kg.queries.lookup import resolve_term
from kg.queries.parameters import bind
from kg.queries.questions import Question, list_questions, read_query, read_question
from kg.queries.results import QueryResult
from kg.queries.terms import Term

__all__ = [
    "EndpointDataset",
    "GraphAccess",
    "QueryResult",
    "Question",
    "StoreSession",
    "Term",
    "bind",
    "list_questions",
    "read_dataset",
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
