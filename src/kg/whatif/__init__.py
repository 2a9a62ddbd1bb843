"""What would be accepted without a source, under another policy, or on an earlier day."""

from kg.whatif.accepted import WhatIf, what_if

__all__ = ["WhatIf", "what_if"]
