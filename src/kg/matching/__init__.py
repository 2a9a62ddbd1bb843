"""Printed names to organisations: candidates with reasons, judgements that win, contradictions between judgements."""

from kg.matching.evidence import Thresholds
from kg.matching.matcher import Candidate, Context, Matcher

__all__ = ["Candidate", "Context", "Matcher", "Thresholds"]
