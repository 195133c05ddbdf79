"""The file that a learner starts from."""

from __future__ import annotations

from pathlib import Path

from backlit.exercises.find import header
from backlit.exercises.format import Exercise
from backlit.exercises.notebook import notebook_of

__all__ = ["starter_file", "starter_text"]


def starter_text(exercise: Exercise, beside: Path | None = None) -> str:
    """Return the starter, with the line that says which exercise it is, seen from the folder ``beside``."""
    return f"{header(exercise, beside)}\n{exercise.starter}"


def starter_file(exercise: Exercise, path: Path) -> str:
    """Return what a learner's file at ``path`` begins with: Python, or a notebook where its name says so."""
    code = starter_text(exercise, path.parent)
    return notebook_of(f"# {exercise.title}\n\n{exercise.text}", code) if path.suffix == ".ipynb" else code
