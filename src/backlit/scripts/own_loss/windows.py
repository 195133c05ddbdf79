"""One round of a file's training, and how all that it gives follows the values that moved in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

__all__ = ["Nudge", "Told", "Value", "Window", "windows_of"]


@dataclass(frozen=True)
class Value:
    """What the file's names reach at ``path`` when the round begins, and when it ends (None: it is gone, or large).

    ``fine`` says that it is of float64, ``whole`` that it is of whole numbers. ``moved``: it has other numbers after.
    """

    path: str
    before: np.ndarray
    after: np.ndarray | None
    moved: bool
    fine: bool
    whole: bool

    @cached_property
    def step(self) -> np.ndarray:
        """By how much it moved."""
        return np.zeros_like(self.before) if self.after is None else self.after - self.before


@dataclass(frozen=True)
class Told:
    """An array or a number that a line gave in the round; ``times`` that line gave that name one."""

    line: int
    name: str
    kind: str
    times: int
    array: np.ndarray


@dataclass(frozen=True)
class Nudge:
    """How what was told follows the value of a place in ``Window.values``, moved along ``direction``.

    ``changes`` has the derivative of each of ``Window.told`` along it, None where it was too large to be kept.
    """

    value: int
    direction: np.ndarray
    changes: Sequence[np.ndarray | None]


@dataclass(frozen=True)
class Window:
    """A round of the loop at ``line``: values, what was told, nudges by the value that was nudged.

    ``untried`` are the paths of what moved too, and was not nudged, or is too large to be told of.
    """

    line: int
    number: int
    values: Sequence[Value]
    told: Sequence[Told]
    nudges: Mapping[int, Sequence[Nudge]]
    untried: Sequence[str] = ()


def windows_of(nudged: Mapping[str, Any] | None) -> list[Window]:
    """Return the rounds that a file's process told of, cleaned by ``backlit.apart.nudged``."""
    if nudged is None:
        return []
    arrays = [None if a is None else np.frombuffer(a[2], dtype=np.float64).reshape(a[0]) for a in nudged["arrays"]]
    return [_window(told, arrays) for told in nudged["windows"]]


def _window(facts: Mapping[str, Any], arrays: Sequence[np.ndarray | None]) -> Window:
    def array(place: int | None) -> np.ndarray | None:
        return None if place is None else arrays[place]

    empty = np.zeros(0)
    values = []
    for one in facts["values"]:
        before, after = array(one["before"]), array(one["after"])
        same = before is not None and after is not None and before.shape == after.shape
        values.append(
            Value(
                path=one["path"],
                before=empty if before is None else before,
                after=after if same else None,
                moved=one["moved"] and same,
                fine=one["kind"] == "fine",
                whole=one["kind"] == "whole",
            )
        )
    there = [place for place, row in enumerate(facts["records"]) if array(row["array"]) is not None]
    told = []
    for place in there:
        row = facts["records"][place]
        told.append(Told(row["line"], row["name"], row["kind"], row["times"], arrays[row["array"]]))
    nudges: dict[int, list[Nudge]] = {}
    lost = set()
    for row in facts["nudges"]:
        place, direction = row["value"], array(row["direction"])
        moves = facts["values"][place]["moved"] and not values[place].moved
        if moves or direction is None or direction.shape != values[place].before.shape:
            lost.add(place)
            continue
        changes = [
            _of_shape(array(row["changes"][record]), one.array.shape) for record, one in zip(there, told, strict=True)
        ]
        nudges.setdefault(place, []).append(Nudge(place, direction, changes))
    untried = [*facts["untried"], *(values[place].path for place in sorted(lost))]
    kept = {place: rows for place, rows in nudges.items() if place not in lost}
    return Window(facts["line"], facts["round"], values, told, kept, untried)


def _of_shape(array: np.ndarray | None, shape: tuple[int, ...]) -> np.ndarray | None:
    return array if array is not None and array.shape == shape and bool(np.isfinite(array).all()) else None
