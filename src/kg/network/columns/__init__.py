"""Networks as columns of numbers, for graphs too large for Python objects."""
