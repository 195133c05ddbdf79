"""A Trace in words, formulas and pictures."""

from backlit.explain.explanation import explain

__all__ = ["explain"]
