"""Acceptance: which claims are followed under a named policy, and the tables of accepted things."""

from kg.accept.claims import gather_claims
from kg.accept.policy import (
    Choices,
    Policy,
    PolicyLike,
    Rule,
    find_policy,
    find_sources,
    read_choices,
    read_policies,
    stored_choices,
)
from kg.accept.tables import make_accepted
from kg.accept.verdict import accept

__all__ = [
    "Choices",
    "Policy",
    "PolicyLike",
    "Rule",
    "accept",
    "find_policy",
    "find_sources",
    "gather_claims",
    "make_accepted",
    "read_choices",
    "read_policies",
    "stored_choices",
]
