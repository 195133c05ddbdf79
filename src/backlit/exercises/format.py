"""An exercise: a folder that a teacher can write, read into plain data."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backlit.errors import BacklitError
from backlit.exercises.folder_files import check_keys, check_python, read_text, read_toml, words
from backlit.exercises.mistake_format import ForeseenMistake, read_mistakes
from backlit.exercises.network_map import NetworkMap, network_map

__all__ = ["Exercise", "Value", "exercise_of_facts", "read_exercise"]

KEYS = ("title", "order", "summary", "text", "hints", "prepare", "values", "follow_through", "network")
VALUE_KEYS = ("name", "expression", "tolerance", "points")
TOLERANCE = 1e-6
MOST_POINTS = 1e6


@dataclass(frozen=True)
class Value:
    """What is asked for: a name, the expression that gives it, how far relatively it may be off, and its points."""

    name: str
    expression: str
    tolerance: float = TOLERANCE
    points: float = 1.0


@dataclass(frozen=True)
class Exercise:
    """A title, a task in words, hints, the values asked for, a starter, a solution, and foreseen mistakes."""

    name: str
    folder: Path
    title: str
    order: int
    summary: str
    text: str
    hints: tuple[str, ...]
    values: tuple[Value, ...]
    starter: str
    solution: str
    mistakes: tuple[ForeseenMistake, ...]
    prepare: str = ""
    network: NetworkMap | None = None
    follow_through: float = 0.0
    """The share of its points that a wrong value has which is right given the learner's own earlier ones."""
    given: str = ""
    """Of a pack, which has no solution: what that gives, and what the mistakes give, as JSON."""

    @property
    def wanted(self) -> list[dict[str, str]]:
        """The values as a sandbox takes them."""
        return [{"name": value.name, "expression": value.expression} for value in self.values]


def read_exercise(folder: Path) -> Exercise:
    """Read an exercise's folder; raises BacklitError, naming the file and the key, for what does not fit."""
    path = folder / "exercise.toml"
    facts = read_toml(path)
    check_facts(path, facts)
    solution = read_text(folder / "solution.py")
    return exercise_of_facts(
        path,
        facts,
        name=folder.resolve().name,
        folder=folder,
        starter=read_text(folder / "starter.py"),
        solution=solution,
        mistakes=read_mistakes(folder, solution),
    )


def check_facts(path: Path, facts: Mapping[str, Any]) -> None:
    """Raise BacklitError for facts of an exercise that do not fit, before its other files are read."""
    check_keys(path, facts, KEYS)
    words(path, facts, "title")
    _values(path, facts)
    network = facts.get("network")
    if network is not None and not isinstance(network, dict):
        raise BacklitError(f"{path}: network: expected a table, got {network!r:.40}")
    check_python(f"{path}: prepare", words(path, facts, "prepare", ""))


def exercise_of_facts(
    path: Path,
    facts: Mapping[str, Any],
    *,
    name: str,
    folder: Path,
    starter: str,
    solution: str,
    mistakes: tuple[ForeseenMistake, ...],
    given: str = "",
) -> Exercise:
    """Return the exercise of a folder's or a pack's parts; raises BacklitError, by the key, for what does not fit."""
    check_facts(path, facts)
    title, network, values = words(path, facts, "title"), facts.get("network"), _values(path, facts)
    return Exercise(
        name=name,
        folder=folder,
        title=title,
        order=_order(path, facts),
        summary=words(path, facts, "summary", title),
        text=words(path, facts, "text"),
        hints=_hints(path, facts),
        values=values,
        starter=starter,
        solution=solution,
        mistakes=mistakes,
        prepare=words(path, facts, "prepare", ""),
        follow_through=_follow_through(path, facts),
        network=None if network is None else network_map(path, network, [value.name for value in values]),
        given=given,
    )


def _order(path: Path, facts: Mapping[str, Any]) -> int:
    order = facts.get("order", 0)
    if isinstance(order, bool) or not isinstance(order, int):
        raise BacklitError(f"{path}: order: expected a whole number, got {order!r:.40}")
    return order


def _follow_through(path: Path, facts: Mapping[str, Any]) -> float:
    share = facts.get("follow_through", 0.0)
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        raise BacklitError(f"{path}: follow_through: expected a share of the points from 0 to 1, got {share!r:.40}")
    return float(share)


def _hints(path: Path, facts: Mapping[str, Any]) -> tuple[str, ...]:
    hints = facts.get("hints", [])
    if not isinstance(hints, list) or not all(isinstance(hint, str) and hint.strip() for hint in hints):
        raise BacklitError(f"{path}: hints: expected a list of sentences, got {hints!r:.40}")
    return tuple(hint.strip() for hint in hints)


def _values(path: Path, facts: Mapping[str, Any]) -> tuple[Value, ...]:
    rows = facts.get("values")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise BacklitError(f"{path}: values: expected at least one [[values]] table")
    values = tuple(_value(path, number, row) for number, row in enumerate(rows, 1))
    names = [value.name for value in values]
    for name in names:
        if names.count(name) > 1:
            raise BacklitError(f"{path}: values: the name '{name:.40}' stands there twice")
    if not any(value.points for value in values):
        raise BacklitError(f"{path}: values: expected points for at least one of them, got 0 for all")
    return values


def _value(path: Path, number: int, row: Mapping[str, Any]) -> Value:
    place = f"{path}: values {number}"
    check_keys(place, row, VALUE_KEYS)
    name = row.get("name")
    if not isinstance(name, str) or not name.strip():
        raise BacklitError(f"{place}: name: expected a name, got {name!r:.40}")
    expression = row.get("expression", name)
    try:
        ast.parse(expression, mode="eval")
    except (SyntaxError, ValueError, TypeError, RecursionError):
        raise BacklitError(f"{place}: expression: expected a Python expression, got {expression!r:.60}") from None
    tolerance = row.get("tolerance", TOLERANCE)
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float) or not 0 < tolerance < 1:
        raise BacklitError(f"{place}: tolerance: expected a number between 0 and 1, got {tolerance!r:.40}")
    points = row.get("points", 1.0)
    if isinstance(points, bool) or not isinstance(points, int | float) or not 0 <= points <= MOST_POINTS:
        raise BacklitError(f"{place}: points: expected a number from 0 to {MOST_POINTS:g}, got {points!r:.40}")
    return Value(name, expression, float(tolerance), float(points))
