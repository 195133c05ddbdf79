"""The mistakes that a teacher foresees: each a change of the exercise's solution, or a whole file."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backlit.errors import BacklitError
from backlit.exercises.changes import Change, changed
from backlit.exercises.folder_files import check_keys, check_python, read_text, read_toml, words

__all__ = ["ForeseenMistake", "read_mistakes"]

SOLUTION = "solution.py"
CHANGE_KEYS = ("lines", "become")
KEYS = ("happened", "instead", *CHANGE_KEYS, "changes", "identifier")
IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class ForeseenMistake:
    """A wrong submission that a teacher foresaw: its identifier, what happened, and what to write instead.

    ``name`` is its own within the exercise; ``place`` says where in the folder it stands.
    """

    place: str
    name: str
    identifier: str
    sentence: str
    instead: str
    source: bytes


def read_mistakes(folder: Path, solution: str) -> tuple[ForeseenMistake, ...]:
    """Return the mistakes of mistakes.toml, in its order, then those of mistakes/*.py, by name.

    Raises BacklitError for what does not fit: by file and mistake, each on a line.
    """
    table = folder / "mistakes.toml"
    # lexists: a link that leads nowhere is an error, not an exercise without mistakes
    changes = _changed_solutions(table, solution) if os.path.lexists(table) else []
    files = [_whole_file(path) for path in sorted((folder / "mistakes").glob("*.py"))]
    names = {mistake.name for mistake in changes}
    for mistake in files:
        if mistake.name in names:
            raise BacklitError(
                f"{folder / mistake.place}: {table.name} has a mistake '{mistake.name}' too; "
                "give one of them another name, or delete one"
            )
    return (*changes, *files)


def _changed_solutions(path: Path, solution: str) -> list[ForeseenMistake]:
    facts = read_toml(path)
    # otherwise each of its changes would be blamed
    check_python(path.with_name(SOLUTION), solution)
    found, problems = [], []
    for name, table in facts.items():
        try:
            found.append(_changed_solution(path, name, table, solution))
        except BacklitError as error:
            # a teacher who changed a line of the solution hears of all mistakes that it is part of
            problems.append(str(error))
    if problems:
        raise BacklitError("\n".join(problems))
    return found


def _changed_solution(path: Path, name: str, table: Any, solution: str) -> ForeseenMistake:
    _check_name(path, name)
    place = f"{path}: {name:.60}"
    if not isinstance(table, dict):
        raise BacklitError(f"{place}: expected a table, [name-of-the-mistake] and its keys, got {table!r:.40}")
    check_keys(place, table, KEYS)
    identifier = table.get("identifier", name)
    _check_name(f"{place}: identifier", identifier)
    sentence, instead = words(place, table, "happened"), words(place, table, "instead", "")
    source = changed(_changes(place, name, table), solution, SOLUTION)
    check_python(f"{place}: {SOLUTION} as it changes it", source)
    return ForeseenMistake(f"{path.name}: {name}", name, identifier, _line(sentence), _line(instead), source.encode())


def _check_name(place: str | Path, name: Any) -> None:
    if not isinstance(name, str) or not IDENTIFIER.fullmatch(name):
        raise BacklitError(f"{place}: expected a name like missing-factor, got {name!r:.60}")


def _changes(place: str, name: str, table: Mapping[str, Any]) -> list[Change]:
    if "changes" not in table:
        return [_change(place, table)]
    if any(key in table for key in CHANGE_KEYS):
        raise BacklitError(f"{place}: expected lines and become, or changes that have them, got both")
    rows = table["changes"]
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise BacklitError(f"{place}: changes: expected at least one [[{name:.60}.changes]] table, got {rows!r:.40}")
    for number, row in enumerate(rows, 1):
        check_keys(f"{place}: change {number}", row, CHANGE_KEYS)
    return [_change(f"{place}: change {number}", row) for number, row in enumerate(rows, 1)]


def _change(place: str, row: Mapping[str, Any]) -> Change:
    for key in CHANGE_KEYS:
        if key not in row:
            raise BacklitError(f"{place}: the key '{key}' is missing")
        if not isinstance(row[key], str):
            raise BacklitError(f"{place}: {key}: expected lines of Python as a string, got {row[key]!r:.40}")
    if not row["lines"].strip():
        raise BacklitError(f"{place}: lines: expected at least one line of {SOLUTION}, got {row['lines']!r:.40}")
    return Change(place, row["lines"], row["become"])


def _line(text: str) -> str:
    return " ".join(text.split())


def _whole_file(path: Path) -> ForeseenMistake:
    source = read_text(path)
    check_python(path, source)
    first, _, rest = (ast.get_docstring(ast.parse(source)) or "").partition("\n")
    identifier, colon, sentence = first.partition(":")
    if not colon or not sentence.strip() or not IDENTIFIER.fullmatch(identifier):
        raise BacklitError(
            f"{path}: expected a docstring whose first line is 'identifier: what happened', got {first!r:.60}"
        )
    place = f"mistakes/{path.name}"
    return ForeseenMistake(place, path.stem, identifier, sentence.strip(), _line(rest), source.encode())
