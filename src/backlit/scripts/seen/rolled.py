"""Weights rolled into one vector: which names are slices of it, and what its steps are in their shapes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from backlit.scripts.seen.claimed_names import is_memory
from backlit.scripts.seen.record import Record

__all__ = ["MINIMIZED", "Part", "not_in", "parts_of", "rolled", "slice_of", "unrolled"]

Key = tuple[str, str]
Places = set[tuple[int, str]]
"""Where an array may begin in a vector, and in which order it is rolled."""
FEWEST = 4
"""Numbers below which no vector is looked at."""
MINIMIZED = re.compile(r"\b(minimize|fmin_\w+)\s*\(")
"""A call that moves a vector by itself: the file sees each of its values as an argument."""


class Part(NamedTuple):
    """A name whose array is ``vector[start : start + size]`` in ``shape``; ``order`` "C" is row by row, "F" by columns.

    ``moved``: the file itself updates the vector.
    """

    key: Key
    vector: Key
    start: int
    shape: tuple[int, ...]
    order: str
    moved: bool

    @property
    def end(self) -> int:
        """Where the next part begins."""
        return self.start + int(np.prod(self.shape))

    @property
    def slice(self) -> str:
        """How its place is written behind a vector's name."""
        return f"[{self.start or ''}:{self.end}]"

    def of(self, vector: np.ndarray) -> np.ndarray:
        """Return this part of a vector, in its shape."""
        flat = vector[self.start : self.end]
        return np.ascontiguousarray(flat.reshape(self.shape, order="F" if self.order == "F" else "C"))


def parts_of(records: Sequence[Record], moved: Collection[Key], *, minimized: bool = False) -> list[Part]:
    """Return the parts of a vector that is updated, where they make up all of it; else nothing.

    ``moved`` are the variables that the file updates. Where it calls a minimizer (``minimized``), or updates no matrix,
    a vector may also be what a function is given again and again with other values: those that are tried.
    """
    matrices = {r.key for r in records if r.value.ndim == 2 and min(r.value.shape) > 1}
    minimized = minimized or not matrices & set(moved)
    ordered = sorted(records, key=lambda r: r.number)
    long = [r for r in ordered if r.value.ndim == 1 and r.value.size >= FEWEST and r.dtype.startswith("float")]
    own = [r for r in long if r.kind == "value" and r.key in moved and not is_memory(r.name)]
    given = [r for r in long if r.kind == "argument"] if minimized else []
    histories = [[r for r in own if r.key == key] for key in dict.fromkeys(r.key for r in own)]
    histories += [[r for r in given if r.value.size == size] for size in dict.fromkeys(r.value.size for r in given)]
    for history in histories:
        if len({r.value.tobytes() for r in history}) > 1 and len({r.value.size for r in history}) == 1:
            found = _covering(_parts(ordered, history, moved=history[0].kind == "value"), history[0].value.size)
            if found:
                return found
    return []


def _parts(records: Sequence[Record], history: Sequence[Record], *, moved: bool) -> list[tuple[Part, Places]]:
    """Return what may be a slice of a vector, at one place in all values of it: named ones, of two axes, first."""
    found: dict[tuple[bool, Key, tuple[int, ...]], Places] = {}
    vectors = {r.key for r in history}
    for record in records:
        value = record.value
        if record.kind not in ("value", "operand") or not record.dtype.startswith("float") or record.key in vectors:
            continue
        if not (0 < value.ndim <= 2 and 0 < value.size < history[0].value.size):
            continue
        latest = {r.key: r.value for r in history if r.number < record.number}
        places = set().union(*(_places(vector, value) for vector in latest.values()))
        if places:
            name = record.kind == "operand", record.key, value.shape
            found[name] = found[name] & places if name in found else places
    vector = history[0].key
    made = [
        (Part(name, vector, min(places)[0], shape, min(places)[1], moved), places, operand)
        for (operand, name, shape), places in found.items()
        if places
    ]
    made.sort(key=lambda one: (one[2], len({start for start, _ in one[1]}) > 1, -len(one[0].shape)))
    return [(part, places) for part, places, _ in made]


def _places(vector: np.ndarray, value: np.ndarray) -> Places:
    places: Places = set()
    for order in ("C", "F") if value.ndim == 2 and min(value.shape) > 1 else ("C",):
        flat = value.reshape(-1, order="F" if order == "F" else "C")
        starts = np.flatnonzero(vector[: vector.size - flat.size + 1] == flat[0]).tolist()
        places |= {(at, order) for at in starts if np.array_equal(vector[at : at + flat.size], flat)}
    return places


def _covering(parts: Sequence[tuple[Part, Places]], size: int) -> list[Part]:
    """Return the parts that together make up a vector, each number once; several names may have one part."""
    taken = np.zeros(size, bool)
    kept: list[Part] = []
    for part, places in parts:
        for start, order in sorted(places):
            placed = part._replace(start=start, order=order)
            alike = any((other.start, other.end, other.shape) == (start, placed.end, part.shape) for other in kept)
            if alike or not taken[start : placed.end].any():
                taken[start : placed.end] = True
                kept.append(placed)
                break
    whole = bool(taken.all()) and len({part.start for part in kept}) > 1
    return kept if whole and any(len(part.shape) == 2 for part in kept) else []


def unrolled(records: Sequence[Record], parts: Sequence[Part]) -> Iterator[Record]:
    """Yield what each part of a vector is after its steps, and what was added to it.

    So are the parts of others of its size, such as its gradient, called as slices of them: ``grad[:12]``.
    """
    if not parts:
        return
    size, vector, moved = max(part.end for part in parts), parts[0].vector, parts[0].moved
    whole = [r for r in records if r.value.shape == (size,)]
    weights = {r.value.tobytes() for r in whole if (r.key == vector if moved else r.kind == "argument")}
    first = {part.start: part for part in reversed(parts)}
    for record in whole:
        if record.key == vector and moved and record.kind != "argument":
            for part in parts:
                scope, name = part.key
                yield replace(record, scope=scope, name=name, value=part.of(record.value))
        elif record.kind in ("value", "return") and record.value.tobytes() not in weights:
            for part in first.values():
                yield replace(record, name=f"{record.name}{part.slice}", value=part.of(record.value))


def not_in(parts: Sequence[Part], keys: Collection[Key]) -> str:
    """Return the name of a matrix that is a part of the vector and is none of these variables; "" for none."""
    known = {part.start for part in parts if part.key in keys}
    left = [part for part in parts if part.start not in known and len(part.shape) == 2 and min(part.shape) > 1]
    return left[0].key[1] if left else ""


def slice_of(parts: Sequence[Part], key: Key) -> str:
    """Return how the place of a part is written, where a minimizer moves its vector; "" for what is none."""
    return next((part.slice for part in parts if part.key == key and not part.moved), "")


def rolled(parts: Sequence[Part], keys: Sequence[Key]) -> list[str]:
    """Return the line that says which variables are parts of a vector, none where none are."""
    names = dict.fromkeys(part.key[1] for part in sorted(parts, key=lambda part: part.start) if part.key in keys)
    if not names:
        return []
    vector, size = parts[0].vector[1], max(part.end for part in parts)
    moved = "" if parts[0].moved else "; moved by a minimizer or a search, whose steps are not judged"
    return [f"rolled into {vector} ({size},): {', '.join(names)}{moved}"]
