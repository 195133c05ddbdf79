"""Hints, one step further each time; how far is kept in a small file beside the learner's."""

from __future__ import annotations

import json
from pathlib import Path

from backlit.errors import BacklitError
from backlit.exercises.find import CATALOG
from backlit.exercises.format import Exercise
from backlit.files.atomic import write_whole

__all__ = ["hints_seen", "next_hint"]

MEMORY = ".backlit-hints.json"


def next_hint(file: Path, exercise: Exercise, number: int | None = None) -> str:
    """Return the next hint, or the last one again when there are no more, and remember it; or the hint of a number.

    Raises BacklitError for a number that no hint has.
    """
    hints = exercise.hints
    if not hints:
        return f"{exercise.name} has no hints."
    if number is not None and not 1 <= number <= len(hints):
        raise BacklitError(f"--number: expected 1 to {len(hints)}, as {exercise.name} has so many hints, got {number}")
    memory = file.with_name(MEMORY)
    given = _remembered(memory)
    number = min(given.get(exercise.name, 0) + 1, len(hints)) if number is None else number
    text = f"Hint {number} of {len(hints)}: {hints[number - 1]}"
    try:
        if memory.exists() and not memory.is_file():
            # a pipe would be waited for
            raise BacklitError(f"{memory}: expected a file")
        write_whole(memory, (json.dumps({**given, exercise.name: number}, indent=1) + "\n").encode())
    except BacklitError:
        if number < len(hints):
            text += f"\n\nThis folder cannot be written to; the next one comes by --number {number + 1}."
    if number == len(hints) and exercise.folder.resolve().parent == CATALOG:
        text += f"\n\nThat was the last. `backlit exercise solution {exercise.name}` shows a solution."
    return text


def hints_seen(file: Path, exercise: Exercise) -> int:
    """Return how many hints were given for a learner's file."""
    return min(_remembered(file.with_name(MEMORY)).get(exercise.name, 0), len(exercise.hints))


def _remembered(memory: Path) -> dict[str, int]:
    try:
        if not memory.is_file():
            return {}
        given = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(given, dict):
        return {}
    return {key: n for key, n in given.items() if type(n) is int and n >= 0}
