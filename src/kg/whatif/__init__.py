"""What would be accepted without a source, under another policy, or on an earlier day."""
