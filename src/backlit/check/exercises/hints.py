"""Hints, one step further each time; how far is kept in a small file beside the learner's."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from backlit.atomic import write_whole
from backlit.check.exercises.format import Exercise
from backlit.errors import BacklitError

__all__ = ["next_hint"]

MEMORY = ".backlit-hints.json"


def next_hint(file: Path, exercise: Exercise) -> str:
    """Return the next hint, or the last one again when there are no more, and remember it."""
    hints = exercise.hints
    if not hints:
        return f"{exercise.name} has no hints."
    memory = file.with_name(MEMORY)
    given = _remembered(memory)
    key = f"{exercise.name}: {file.name}"
    number = min(given.get(key, 0), len(hints) - 1)
    with suppress(BacklitError):
        # a folder that cannot be written to forgets: the first hint again
        write_whole(memory, (json.dumps({**given, key: number + 1}, indent=1) + "\n").encode())
    last = " (the last)" if number + 1 == len(hints) else ""
    return f"Hint {number + 1} of {len(hints)}{last}: {hints[number]}"


def _remembered(memory: Path) -> dict[str, int]:
    try:
        given = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(given, dict):
        return {}
    return {key: n for key, n in given.items() if type(n) is int and n >= 0}
