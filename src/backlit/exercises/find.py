"""Exercises by name: those that come with backlit, and a teacher's folders."""

from __future__ import annotations

import os
import re
from pathlib import Path

from backlit.errors import BacklitError, unknown_name
from backlit.exercises.format import Exercise, read_exercise

__all__ = ["CATALOG", "all_exercises", "exercise_of_file", "find_exercise", "header"]

CATALOG = Path(__file__).resolve().with_name("catalog")
HEADER = re.compile(r"^#\s*backlit exercise:\s*(\S.*?)\s*$", re.MULTILINE)


def catalog_names() -> list[str]:
    """Return the names of the exercises that come with backlit."""
    return sorted(path.parent.name for path in CATALOG.glob("*/exercise.toml"))


def all_exercises() -> list[Exercise]:
    """Return the exercises that come with backlit, in their order."""
    return sorted((read_exercise(CATALOG / name) for name in catalog_names()), key=lambda e: (e.order, e.name))


def find_exercise(name_or_path: str | os.PathLike[str]) -> Exercise:
    """Return an exercise by its name or its folder; raises BacklitError, with the nearest name, for neither.

    >>> find_exercise("lesson").values[0].name
    'error'
    """
    name = os.fspath(name_or_path)
    names = catalog_names()
    if name in names:
        return read_exercise(CATALOG / name)
    path = Path(name).expanduser()
    if path.name == "exercise.toml" and path.is_file():
        path = path.parent
    if path.is_dir():
        return read_exercise(path)
    if os.sep in name or "/" in name or name in ("", ".", ".."):
        raise BacklitError(f"{name or 'exercise'}: expected an exercise's name or its folder, found neither")
    raise unknown_name("exercise", name, names)


def header(exercise: Exercise) -> str:
    """Return the line that says in a learner's file which exercise it is for."""
    inside = exercise.folder.resolve().parent == CATALOG
    return f"# backlit exercise: {exercise.name if inside else exercise.folder.resolve()}"


def exercise_of_file(path: Path) -> Exercise:
    """Return the exercise that a file says it is for; raises BacklitError where it says nothing."""
    try:
        text = path.read_bytes()[: 1 << 16].decode("utf-8", "replace")
    except OSError as error:
        raise BacklitError(f"{path}: could not be read, {error.strerror or error}") from None
    found = HEADER.search(text)
    if found is None:
        raise BacklitError(
            f"{path}: no line '# backlit exercise: NAME' in it; say which one by --exercise NAME, "
            f"or check a script of your own by `backlit check {path}`"
        )
    return find_exercise(found[1])
