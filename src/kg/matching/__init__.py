"""Printed names to organisations: candidates with reasons, judgements that win, contradictions between judgements."""

from kg.matching.evidence import Thresholds
from kg.matching.judgements import check_judgements
from kg.matching.matcher import Candidate, Context, Matcher
from kg.matching.show import as_json, as_text, explain_name, loaded_matcher, near_things, nearest, read_matcher

__all__ = [
    "Candidate",
    "Context",
    "Matcher",
    "Thresholds",
    "as_json",
    "as_text",
    "check_judgements",
    "explain_name",
    "loaded_matcher",
    "near_things",
    "nearest",
    "read_matcher",
]
