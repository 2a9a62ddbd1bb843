"""Measures with bounds: every reading of unsure identities and dates gives a network of its own."""
