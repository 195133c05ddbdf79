"""Units that stand one by one in a list, put together: the weights of a layer's neurons as one array."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from backlit.scripts.seen.record import Record

__all__ = ["STACKED", "missing_layers", "stack_name", "stacked"]

STACKED = "[*]"
MEMBER = re.compile(r"^(.+)\[(\d+)\]((?:\['\w+'\]|\.\w+))$")
LAYER = re.compile(r"^(.+)\[(\d+)\]\[\*\](.+)$")


def stack_name(name: str) -> str:
    """Return what the units of a layer are called together, "" for a name that is no unit's.

    >>> stack_name("net[0][3].weights")
    'net[0][*].weights'
    """
    found = MEMBER.match(name)
    return f"{found[1]}{STACKED}{found[3]}" if found else ""


def stacked(records: Sequence[Record]) -> Iterator[Record]:
    """Yield a record for each round in which units were told: ``net[0][*]['weights']``, as all of them then stood.

    A unit that is not told in a round, since it did not change, is as it was.
    """
    rounds: dict[tuple[str, str, str, str], tuple[dict[int, Record], int]] = {}
    for record in records:
        found = MEMBER.match(record.name)
        if found is None or record.value.ndim > 1 or record.kind.startswith(("increment", "added")):
            continue
        key = record.scope, record.kind, found[1], found[3]
        units, last = rounds.setdefault(key, ({}, -1))
        index = int(found[2])
        if last >= 0 and (index <= last or record.line != units[last].line):
            yield from _together(key, units, last)
        units[index] = record
        rounds[key] = units, index
    for key, (units, last) in rounds.items():
        yield from _together(key, units, last)


def missing_layers(known: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """Yield the names of layers that stand in a list with known ones and are not known: ``net[1][*]['weights']``.

    >>> list(missing_layers(["net[0][*].w"], ["net[0][*].w", "net[1][*].w", "net[1][*].delta", "layer[*].w"]))
    ['net[1][*].w']
    """
    layers = {(found[1], found[3]) for name in known if (found := LAYER.match(name))}
    for name in names:
        found = LAYER.match(name)
        if found is not None and (found[1], found[3]) in layers and name not in known:
            yield name


def _together(key: tuple[str, str, str, str], units: dict[int, Record], last: int) -> Iterator[Record]:
    values = [record.value for _, record in sorted(units.items())]
    if max(units) >= len(units) or len({value.shape for value in values}) != 1:
        return
    scope, kind, prefix, suffix = key
    latest = units[last]
    name = f"{prefix}{STACKED}{suffix}"
    yield Record(latest.number, latest.line, scope, name, kind, np.stack(values), latest.dtype)
