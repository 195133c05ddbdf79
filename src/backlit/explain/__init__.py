"""A Trace in words, formulas and pictures."""
