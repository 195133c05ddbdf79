"""What a run assigned, as arrays: records of names, and the moments at which they stood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from backlit.scripts.seen.ahead import Ahead, looked_ahead, moved_with
from backlit.scripts.seen.entry_rows import Taken, rows_taken, taken_by_entry
from backlit.scripts.seen.record import Record
from backlit.scripts.seen.rolled import MINIMIZED, Part, parts_of, unrolled
from backlit.scripts.seen.spelled import put_together
from backlit.scripts.seen.spelled_columns import columns_together
from backlit.scripts.seen.spelled_units import Layer, layers_of, plain
from backlit.scripts.seen.stacks import stacked
from backlit.scripts.seen.undo import undone

__all__ = ["Moment", "Node", "Record", "moment_of_names", "moments_of"]

ORDER = {"value": 0, "argument": 1, "seen": 2, "operand": 3, "return": 4}
MOST_NODES = 400


@dataclass(eq=False)
class Node:
    """One array, and the records that have it."""

    value: np.ndarray
    records: list[Record] = field(default_factory=list)

    @cached_property
    def best(self) -> Record:
        """The record to call it by: a name that is used in many places comes before one of a function's inside."""
        scopes: dict[str, set[str]] = {}
        for record in self.records:
            scopes.setdefault(record.name, set()).add(record.scope)
        return min(self.records, key=lambda r: _homeliness(r, len(scopes[r.name])))

    @cached_property
    def whole_numbers(self) -> bool:
        """Whether it was counted, not computed."""
        return all(record.dtype.startswith(("int", "uint", "bool")) for record in self.records)

    @property
    def name(self) -> str:
        """What it is called."""
        return self.best.name

    @property
    def nameless(self) -> bool:
        """Whether it is only a part of an expression: then it is called as that part is written."""
        return self.best.kind == "operand"

    @property
    def first_record(self) -> Record:
        """The record that had it first."""
        return min(self.records, key=lambda r: r.number)

    @cached_property
    def first(self) -> int:
        """When it was first there."""
        return min(r.number for r in self.records)

    @cached_property
    def last(self) -> int:
        """When it was last given to a name."""
        return max(r.number for r in self.records)


def _homeliness(record: Record, scopes: int) -> tuple[int, bool, bool, int, int, int]:
    plain = record.name.replace("_", "a").replace(".", "a").isalnum()
    kind = ORDER.get(record.kind, len(ORDER))
    return kind, bool(record.scope), not plain, -scopes, len(record.name), record.number


@dataclass(eq=False)
class Moment:
    """What stood when ``at`` was assigned: all records up to it, in order, and their different arrays.

    ``update`` says that this was an update: a value made of the one before. ``parts`` are those of a vector that
    weights are rolled into, ``ahead`` are weights that are looked ahead from those that move, ``anew`` the variables of
    the run that were updated, and then begun anew.
    """

    at: Record | None
    update: bool
    records: list[Record]
    nodes: list[Node]
    large: Sequence[tuple[str, str]] = ()
    parts: Sequence[Part] = ()
    ahead: Sequence[Ahead] = ()
    anew: frozenset[tuple[str, str]] = frozenset()

    @cached_property
    def timeless(self) -> bool:
        """Whether nothing is known of when values came."""
        return all(record.line == 0 for record in self.records)

    @cached_property
    def float16(self) -> bool:
        """Whether values have three digits alone."""
        return any(record.dtype == "float16" for record in self.records)

    def of(self, key: tuple[str, str], *, kind: str = "value") -> list[Record]:
        """Return the records of a variable, in order."""
        return [r for r in self._by_key.get(key, ()) if r.kind.startswith(kind)]

    def times(self, made: Record) -> list[int]:
        """Return when the line of a record gave that variable a value of its kind."""
        return self._by_line.get((made.key, made.line, made.kind), [])

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], list[Record]]:
        found: dict[tuple[str, str], list[Record]] = {}
        for record in self.records:
            found.setdefault(record.key, []).append(record)
        return found

    @cached_property
    def _by_line(self) -> dict[tuple[tuple[str, str], int, str], list[int]]:
        found: dict[tuple[tuple[str, str], int, str], list[int]] = {}
        for record in self.records:
            found.setdefault((record.key, record.line, record.kind), []).append(record.number)
        return found


class _Run(NamedTuple):
    """What of a whole run is put together at each moment: layers of single numbers, rows, parts, weights ahead."""

    layers: Sequence[Layer] = ()
    taken: Sequence[Taken] = ()
    parts: Sequence[Part] = ()
    ahead: Sequence[Ahead] = ()
    anew: frozenset[tuple[str, str]] = frozenset()


def _moment(
    at: Record | None,
    update: bool,
    records: Iterable[Record],
    large: Sequence[tuple[str, str]] = (),
    run: _Run | None = None,
) -> Moment:
    run = run or _Run()
    ordered = sorted(records, key=lambda r: r.number)
    together = [*stacked(ordered), *put_together(ordered, run.layers), *columns_together(ordered, run.layers)]
    together += [*rows_taken(ordered, run.taken), *unrolled(ordered, run.parts), *moved_with(ordered, run.ahead)]
    ordered = sorted([*ordered, *together], key=lambda r: r.number)
    nodes: dict[tuple[tuple[int, ...], bytes], Node] = {}
    for record in ordered:
        value = record.value
        if value.ndim > 2 or value.size == 0 or record.kind.startswith(("increment", "added")):
            continue
        for part in _parts(value):
            node = nodes.setdefault((part.shape, part.tobytes()), Node(part))
            node.records.append(record if part is value else replace(record, value=part, kind="seen"))
    return Moment(at, update, ordered, list(nodes.values())[-MOST_NODES:], large, run.parts, run.ahead, run.anew)


def _parts(value: np.ndarray) -> Iterable[np.ndarray]:
    """Yield an array, and what it is without a first or last column of ones: the input of biases."""
    yield value
    if value.ndim == 2 and min(value.shape) > 1:
        for axis in (0, 1):
            first, last = np.take(value, 0, axis), np.take(value, -1, axis)
            for line, kept in ((first, slice(1, None)), (last, slice(None, -1))):
                if (line == 1).all():
                    yield np.ascontiguousarray(value[kept] if axis == 0 else value[:, kept])


def moments_of(told: Mapping[str, Any], source: str = "") -> list[Moment]:
    """Return the moments of a run: the last update first, then earlier ones, the end of the run last.

    ``source``: the file, whose lines may spell out layers of single numbers.
    """
    arrays = [_array(part) for part in told["arrays"]]
    rows = told["records"]
    made = [_record(row, arrays) for row in rows]

    def chain(place: int) -> Iterable[int]:
        seen: set[int] = set()
        step: int | None = place
        while step is not None and step not in seen:
            seen.add(step)
            yield step
            step = rows[step]["before"] if rows[step] else None

    numbers = {plain(made[at].name) for at, update, _ in told["contexts"] if update and made[at].value.ndim == 0}
    known = [record for record in made if record is not None]
    moved = {made[at].key for at, update, _ in told["contexts"] if update and at is not None and made[at] is not None}
    run = _Run(
        layers_of(source, numbers),
        taken_by_entry(source),
        parts_of(known, moved, minimized=bool(MINIMIZED.search(source))),
        looked_ahead(known, moved),
        frozenset((scope, name) for scope, name in told["anew"]),
    )
    moments = []
    for at, update, places in told["contexts"]:
        reached = {index for place in places for index in chain(place)} | set(chain(at) if at is not None else ())
        records = [record for index in reached if (record := made[index]) is not None]
        moments.append(_moment(None if at is None else made[at], update, records, told["large"], run))
    return sorted(moments, key=lambda m: -1 if m.at is None else -m.at.number) if moments else []


def _array(part: Any) -> tuple[np.ndarray, str] | None:
    if part is None:
        return None
    shape, dtype, data = part
    return np.frombuffer(data, np.float64).reshape(shape), dtype


def _record(row: Any, arrays: Sequence[tuple[np.ndarray, str] | None]) -> Record | None:
    held = arrays[row["array"]] if row and row["array"] is not None else None
    if held is None:
        return None
    value, dtype = held
    return Record(
        row["number"], row["line"], row["scope"], row["name"], row["kind"], value, dtype, row["source"], row["again"]
    )


def moment_of_names(names: Mapping[str, Any]) -> Moment:
    """Return the moment of a table of names, such as ``globals()``: nothing is known of when they came."""
    records: list[Record] = []
    for name, value in names.items():
        if isinstance(name, str) and not name.startswith("_"):
            records += _records_of(name, value, 0)
    records += list(undone(records))
    return _moment(None, False, [Record(i, 0, "", r.name, "value", r.value, r.dtype) for i, r in enumerate(records)])


def _records_of(name: str, value: Any, depth: int) -> list[Record]:
    if depth > 3 or isinstance(value, str | bytes) or callable(value):
        return []
    if isinstance(value, dict):
        parts = [(f"{name}[{key!r}]", part) for key, part in list(value.items())[:40]]
        return [record for more, part in parts for record in _records_of(more, part, depth + 1)]
    try:
        array = np.asarray(value)
        if array.dtype.kind in "fiubO":
            return [Record(0, 0, "", name, "value", np.array(array, np.float64), str(array.dtype))]
    except (TypeError, ValueError):
        pass
    if isinstance(value, list | tuple) and len(value) <= 40:
        return [r for i, part in enumerate(value) for r in _records_of(f"{name}[{i}]", part, depth + 1)]
    held = getattr(value, "__dict__", None)
    if isinstance(held, dict) and type(value).__module__ == "__main__":
        return [r for key, part in held.items() for r in _records_of(f"{name}.{key}", part, depth + 1)]
    return []
