"""The claims behind a thing, a rating or a tie: who states it, where, what is followed and why."""

from kg.explain.assemble import AcceptedRow
from kg.explain.explanation import Explanation, Substitute, explain

__all__ = ["AcceptedRow", "Explanation", "Substitute", "explain"]
