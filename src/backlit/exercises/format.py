"""An exercise: a folder that a teacher can write, read into plain data."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backlit.errors import BacklitError, nearest
from backlit.exercises.network_map import NetworkMap, network_map

__all__ = ["Exercise", "MistakeFile", "Value", "read_exercise"]

KEYS = ("title", "order", "summary", "text", "hints", "prepare", "values", "network")
VALUE_KEYS = ("name", "expression", "tolerance")
IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Value:
    """What is asked for: a name, the expression that gives it, and how far relatively it may be off."""

    name: str
    expression: str
    tolerance: float = TOLERANCE


@dataclass(frozen=True)
class MistakeFile:
    """A wrong submission that a teacher foresaw: its identifier, what happened, and what to write instead."""

    path: Path
    identifier: str
    sentence: str
    instead: str
    source: bytes


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
    mistakes: tuple[MistakeFile, ...]
    prepare: str = ""
    network: NetworkMap | None = None

    @property
    def wanted(self) -> list[dict[str, str]]:
        """The values as a sandbox takes them."""
        return [{"name": value.name, "expression": value.expression} for value in self.values]


def read_exercise(folder: Path) -> Exercise:
    """Read an exercise's folder; raises BacklitError, naming the file and the key, for what does not fit."""
    path = folder / "exercise.toml"
    facts = _toml(path)
    for key in facts:
        if key not in KEYS:
            raise _unknown_key(path, key, KEYS)
    title = _text(path, facts, "title")
    network = facts.get("network")
    values = _values(path, facts)
    if network is not None and not isinstance(network, dict):
        raise BacklitError(f"{path}: network: expected a table, got {network!r:.40}")
    return Exercise(
        name=folder.resolve().name,
        folder=folder,
        title=title,
        order=_order(path, facts),
        summary=_text(path, facts, "summary", title),
        text=_text(path, facts, "text"),
        hints=_hints(path, facts),
        values=values,
        starter=_source(folder / "starter.py"),
        solution=_source(folder / "solution.py"),
        mistakes=tuple(_mistake(file) for file in sorted((folder / "mistakes").glob("*.py"))),
        prepare=_code(path, _text(path, facts, "prepare", "")),
        network=None if network is None else network_map(path, network, [value.name for value in values]),
    )


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_source(path))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BacklitError(f"{path}: not TOML: {error}") from None


def _source(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BacklitError(f"{path}: expected text in UTF-8") from None
    except OSError as error:
        raise BacklitError(f"{path}: could not be read, {error.strerror or error}") from None


def _unknown_key(path: Path, key: str, known: tuple[str, ...]) -> BacklitError:
    near = nearest(key, known)
    hint = f"; did you mean '{near}'?" if near else f"; known: {', '.join(known)}"
    return BacklitError(f"{path}: unknown key '{key:.40}'{hint}")


def _text(path: Path, facts: Mapping[str, Any], key: str, default: str | None = None) -> str:
    if key not in facts and default is not None:
        return default
    if key not in facts:
        raise BacklitError(f"{path}: the key '{key}' is missing")
    value = facts[key]
    if not isinstance(value, str) or (not value.strip() and default is None):
        raise BacklitError(f"{path}: {key}: expected words, got {value!r:.40}")
    return value.strip()


def _order(path: Path, facts: Mapping[str, Any]) -> int:
    order = facts.get("order", 0)
    if isinstance(order, bool) or not isinstance(order, int):
        raise BacklitError(f"{path}: order: expected a whole number, got {order!r:.40}")
    return order


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
    return values


def _value(path: Path, number: int, row: Mapping[str, Any]) -> Value:
    place = f"{path}: values {number}"
    for key in row:
        if key not in VALUE_KEYS:
            near = nearest(key, VALUE_KEYS)
            raise BacklitError(f"{place}: unknown key '{key:.40}'" + (f"; did you mean '{near}'?" if near else ""))
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
    return Value(name, expression, float(tolerance))


def _code(path: Path, code: str) -> str:
    try:
        ast.parse(code)
    except (SyntaxError, ValueError) as error:
        raise BacklitError(f"{path}: prepare: expected Python, {error}") from None
    return code


def _mistake(path: Path) -> MistakeFile:
    source = _source(path)
    try:
        words = ast.get_docstring(ast.parse(source)) or ""
    except (SyntaxError, ValueError) as error:
        raise BacklitError(f"{path}: expected Python, {error}") from None
    first, _, rest = words.partition("\n")
    identifier, colon, sentence = first.partition(":")
    if not colon or not sentence.strip() or not IDENTIFIER.fullmatch(identifier):
        raise BacklitError(
            f"{path}: expected a docstring whose first line is 'identifier: what happened', got {first!r:.60}"
        )
    return MistakeFile(path, identifier, sentence.strip(), " ".join(rest.split()), source.encode())
