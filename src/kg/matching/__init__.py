"""Matches printed names to organisations: candidates with reasons, judgements, contradictions of judgements."""

from kg.matching.context import Context, Documents
from kg.matching.evidence import Thresholds
from kg.matching.judgements import check_judgements
from kg.matching.matcher import Candidate, Matcher
from kg.matching.show import (
    as_json,
    as_text,
    explain_name,
    loaded_matcher,
    near_things,
    nearest,
    read_documents,
    read_matcher,
)

__all__ = [
    "Candidate",
    "Context",
    "Documents",
    "Matcher",
    "Thresholds",
    "as_json",
    "as_text",
    "check_judgements",
    "explain_name",
    "loaded_matcher",
    "near_things",
    "nearest",
    "read_documents",
    "read_matcher",
]
