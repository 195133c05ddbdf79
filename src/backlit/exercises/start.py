"""The file that a learner starts from."""

from __future__ import annotations

from backlit.exercises.find import header
from backlit.exercises.format import Exercise

__all__ = ["starter_text"]


def starter_text(exercise: Exercise) -> str:
    """Return the starter, with the line that says which exercise it is."""
    return f"{header(exercise)}\n{exercise.starter}"
