"""Exercises by name: those that come with backlit, and a teacher's folders."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

from backlit.errors import BacklitError, unknown_name
from backlit.exercises.format import Exercise, read_exercise
from backlit.exercises.notebook import python_of, why_no_notebook

__all__ = ["CATALOG", "all_exercises", "exercise_by_names", "exercise_of_file", "find_exercise", "header"]

CATALOG = Path(__file__).resolve().with_name("catalog")
HEADER = re.compile(r"^#\s*backlit exercise:\s*(\S.*?)\s*$", re.MULTILINE)
ENOUGH_NAMES = 4
"""So many names are no chance."""


def catalog_names() -> list[str]:
    """Return the names of the exercises that come with backlit."""
    return sorted(path.parent.name for path in CATALOG.glob("*/exercise.toml"))


def all_exercises() -> list[Exercise]:
    """Return the exercises that come with backlit, in their order."""
    return sorted((read_exercise(CATALOG / name) for name in catalog_names()), key=lambda e: (e.order, e.name))


def find_exercise(name_or_path: str | os.PathLike[str]) -> Exercise:
    """Return an exercise by its name, folder or pack; raises BacklitError, with the nearest name, for none of them.

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
    if path.is_file() and path.suffix == ".json":
        from backlit.exercises.pack import read_pack

        return read_pack(path)
    if os.sep in name or "/" in name or name in ("", ".", ".."):
        raise BacklitError(f"{name or 'exercise'}: expected an exercise's name, its folder or its pack, found none")
    raise unknown_name("exercise", name, names)


def header(exercise: Exercise, beside: Path | None = None) -> str:
    """Return the line that says in a learner's file which exercise it is for, seen from the folder ``beside``.

    It never leads through the folders of who wrote it: what is not near is told by its name alone.
    """
    place = exercise.folder.resolve()
    told = exercise.name if place.parent == CATALOG else place.name
    if place.parent != CATALOG and beside is not None:
        way = Path(os.path.relpath(place, beside.resolve()))
        told = way.as_posix() if way.parts.count("..") <= 1 and ".." not in way.parts[1:] else told
    return f"# backlit exercise: {told}"


def exercise_of_file(path: Path) -> Exercise:
    """Return the exercise that a file says it is for; raises BacklitError where it says nothing."""
    try:
        source = path.read_bytes()
    except OSError as error:
        raise BacklitError(f"{path}: could not be read, {error.strerror or error}") from None
    if why := why_no_notebook(path, source):
        raise BacklitError(f"{path}: {why}")
    text = python_of(source)[: 1 << 16].decode("utf-8", "replace")
    found = HEADER.search(text)
    if found is None:
        alike = exercise_by_names(source)
        names = f" (its names are those of {alike.name})" if alike else ""
        raise BacklitError(
            f"{path}: no line '# backlit exercise: NAME' in it; say which one by --exercise NAME{names}, "
            f"or check a script of your own by `backlit check {path}`"
        )
    return _beside(path, found[1])


def exercise_by_names(source: bytes) -> Exercise | None:
    r"""Return the exercise of backlit's all of whose values a learner's file gives by their names, or None.

    >>> from backlit.exercises.find import exercise_by_names
    >>> exercise_by_names(b"delta_o = delta_h = delta_W = delta_w = 0\nh, a, y_hat = 1, 2, 3").name
    'by-hand'
    """
    try:
        tree = ast.parse(python_of(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    given = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for exercise in all_exercises():
        if len(exercise.values) >= ENOUGH_NAMES and all(value.name in given for value in exercise.values):
            return exercise
    return None


def _beside(path: Path, told: str) -> Exercise:
    """The exercise that a learner's file names: of backlit's, or seen from the file's folder or the one above it."""
    for place in (path.parent / told, path.parent.parent / told):
        if told not in catalog_names() and (place.is_dir() or place.is_file()):
            return find_exercise(place)
    try:
        return find_exercise(told)
    except BacklitError as error:
        raise BacklitError(f"{error}; --exercise PATH says where its folder or pack is") from None
