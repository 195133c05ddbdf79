"""Networks of single numbers, put together as arrays: ``[w1, w2; w3, w4]`` is a layer's weights, one row a unit."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from backlit.scripts.seen.record import Record
from backlit.scripts.seen.spelled_units import Layer, plain

__all__ = ["is_difference", "is_together", "member_of", "members", "put_together", "together_keys"]

Key = tuple[str, str]
PART = re.compile(r"^(.+?)\[([^\[\]]+)\]$")
KINDS = ("value", "argument")
"""Whose method it is, behind a scope."""


def put_together(records: Sequence[Record], layers: Sequence[Layer]) -> Iterator[Record]:
    """Yield records of the weights, biases, inputs and results of layers, as they stood after each round of changes."""
    done: set[tuple[str, ...]] = set()
    for layer in layers:
        rows = [layer.inputs, *layer.results, layer.biases, layer.targets]
        # one number is itself, but for what goes into a layer: it is a sample
        parts = [layer.weights, *((names,) for names in rows if len(names) > 1 or names is layer.inputs)]
        for part in parts:
            # a pass that is written twice has the same weights
            names = part[0] if part is layer.weights or part[0] is layer.biases else (layer.scope, *part[0])
            if names not in done:
                done.add(names)
                yield from _rounds(records, part, layer)
        if layer.targets:
            yield from _errors(records, layer)


def is_together(name: str) -> bool:
    """Say whether several numbers stand together under a name."""
    return name.startswith("[")


def is_difference(name: str) -> bool:
    """Say whether these are results less their targets, as the lines have them."""
    return is_together(name) and " - " in name


def members(name: str) -> list[str]:
    """Return the names that stand together in one, none for a name that is plain.

    >>> members("[w1, w2; w3, w4]")
    ['w1', 'w2', 'w3', 'w4']
    """
    return re.split(r"[,;] ", name[1:-1]) if is_together(name) else []


def member_of(name: str, index: Sequence[int]) -> str:
    """Return the name of one number of those that stand together, "" where there is none.

    >>> member_of("[w1, w2; w3, w4]", [1, 0])
    'w3'
    """
    if not is_together(name):
        return ""
    rows = [row.split(", ") for row in name[1:-1].split("; ")]
    row, column = index if len(index) == 2 else (0, *index) if index else (0, 0)
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""


def together_keys(records: Iterable[Record], updated: set[Key]) -> set[Key]:
    """Return the variables put together of which a part is updated."""
    names = {name for _, name in updated}
    return {record.key for record in records if names & set(members(record.name))}


def _rounds(records: Sequence[Record], rows: Sequence[Sequence[str]], layer: Layer) -> Iterator[Record]:
    names = [name for row in rows for name in row]
    matrix = rows is layer.weights
    found = [list(_values(records, layer.scope, name)) for name in names]
    if not all(found):
        return
    called = [values[-1].key for values in found]
    parts = iter(name for _, name in called)
    label = f"[{'; '.join(', '.join(next(parts) for _ in row) for row in rows)}]"
    shape = (len(rows), len(rows[0])) if matrix else (len(names),)
    yield from _in_turn(found, label, shape)
    if matrix or rows[0] is layer.biases:
        added = [[_signed(r) for r in records if r.key == key and r.kind.startswith("increment")] for key in called]
        yield from _in_turn(added, label, shape)


def _errors(records: Sequence[Record], layer: Layer) -> Iterator[Record]:
    """Yield the differences of results and targets, which the file computes one by one."""
    targets = [list(_values(records, layer.scope, name)) for name in layer.targets]
    results = [list(_values(records, layer.scope, name)) for name in layer.results[-1]]
    label = f"[{', '.join(f'{a} - {b}' for a, b in zip(layer.results[-1], layer.targets, strict=True))}]"
    for made in _in_turn(results, label, (len(results),)):
        wanted = [_of_this_round(made, sorted(values, key=lambda r: r.number)) for values in targets]
        if None not in wanted:
            value = made.value - np.array([float(record.value) for record in wanted if record is not None])
            yield replace(made, value=value, kind="seen")


def _of_this_round(made: Record, values: Sequence[Record]) -> Record | None:
    """Return the value that stood when something was made: given in a line before it, or after it."""
    before = [r for r in values if r.number <= made.number and r.line <= made.line]
    after = [r for r in values if r.number > made.number]
    return before[-1] if before else after[0] if after else None


def _signed(record: Record) -> Record:
    """Return an increment as one that is added."""
    value = -record.value if record.kind.endswith("-") else record.value
    return replace(record, value=value, kind="increment+")


def _in_turn(found: Sequence[Sequence[Record]], label: str, shape: tuple[int, ...]) -> Iterator[Record]:
    """Yield all numbers together after each round, which ends where one of them is given anew."""
    told = [(record, place) for place, values in enumerate(found) for record in values if record.value.ndim == 0]
    told.sort(key=lambda pair: pair[0].number)
    now: dict[int, Record] = {}
    changed: set[int] = set()
    last: Record | None = None
    for record, place in told:
        if place in changed:
            yield from _together(label, now, shape, last)
            changed = set()
        now[place] = last = record
        changed.add(place)
    yield from _together(label, now, shape, last)


def _together(label: str, now: dict[int, Record], shape: tuple[int, ...], last: Record | None) -> Iterator[Record]:
    if last is None or len(now) < int(np.prod(shape)):
        return
    value = np.array([float(now[place].value) for place in sorted(now)]).reshape(shape)
    scope = last.scope if len({record.scope for record in now.values()}) == 1 else ""
    yield Record(last.number, last.line, scope, label, last.kind, value, last.dtype, last.source)


def _values(records: Sequence[Record], scope: str, name: str) -> Iterator[Record]:
    """Yield the records of one number by its name in a scope: its own, or that part of an array."""
    own = [r for r in _named(records, scope, name) if r.value.ndim == 0]
    if own:
        yield from own
        return
    found = PART.match(name)
    if found is None:
        return
    whole, index = found[1], _index(found[2])
    for record in _named(records, scope, whole) if index is not None else ():
        if record.value.ndim == 1 and -record.value.size <= (index or 0) < record.value.size:
            yield replace(record, name=name, value=record.value[index or 0].reshape(()))


def _named(records: Sequence[Record], scope: str, name: str) -> list[Record]:
    """Return the records of a name: an object's attribute, else the scope's own, else the module's."""
    known = [r for r in records if r.kind in KINDS and plain(r.name) == plain(name)]
    if plain(name) != name:
        return known
    inside = [r for r in known if r.function == scope]
    return inside or [r for r in known if not r.scope]


def _index(text: str) -> int | None:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
    return value if type(value) is int else None
