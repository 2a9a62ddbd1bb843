"""What is behind a thing, a rating or a tie: who says it, where, what is followed and why."""
