"""Units that stand one by one in a list, put together: the weights of a layer's neurons as one array."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from backlit.scripts.record import Record

__all__ = ["STACKED", "missing_layers", "stacked"]

STACKED = "[*]"
MEMBER = re.compile(r"^(.+)\[(\d+)\]((?:\['\w+'\]|\.\w+))$")
LAYER = re.compile(r"^(.+)\[(\d+)\]\[\*\](.+)$")
WIDEST_GAP = 12


def stacked(records: Sequence[Record]) -> Iterator[Record]:
    """Yield a record for each run of units that were told together: ``net[0][*]['weights']``."""
    runs: dict[tuple[str, str, int, str, str], list[Record]] = {}
    for record in records:
        found = MEMBER.match(record.name)
        if found is None or record.value.ndim > 1 or record.kind.startswith("increment"):
            continue
        key = (record.scope, record.kind, record.line, found[1], found[3])
        run = runs.setdefault(key, [])
        index = int(found[2])
        if index == 0 or index != len(run) or record.number - run[-1].number > WIDEST_GAP:
            yield from _together(key, run)
            run = runs[key] = []
        if index == len(run):
            run.append(record)
    for key, run in runs.items():
        yield from _together(key, run)


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


def _together(key: tuple[str, str, int, str, str], run: Sequence[Record]) -> Iterator[Record]:
    if len(run) < 1 or len({record.value.shape for record in run}) != 1:
        return
    scope, kind, line, prefix, suffix = key
    value = np.stack([record.value for record in run])
    yield Record(run[-1].number, line, scope, f"{prefix}{STACKED}{suffix}", kind, value, run[0].dtype)
