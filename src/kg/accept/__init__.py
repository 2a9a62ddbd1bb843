"""Acceptance: which claims are followed under a named policy, and the tables of accepted things."""

from kg.accept.tables import make_accepted
from kg.accept.verdict import Policy, Rule, accept, gather_claims, read_policies

__all__ = ["Policy", "Rule", "accept", "gather_claims", "make_accepted", "read_policies"]
