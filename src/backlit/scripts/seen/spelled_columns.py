"""Networks of single numbers that see all samples at once: ``yhat = m * x + c`` with x (n,) is a column of inputs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from backlit.scripts.seen.record import Record
from backlit.scripts.seen.spelled_units import Layer, plain

__all__ = ["columns_together", "power_of"]

KINDS = ("value", "argument")
"""Whose method it is, behind a scope."""
POWER = re.compile(r"^(.+) \*\* (\d+)$")


def columns_together(records: Sequence[Record], layers: Sequence[Layer]) -> Iterator[Record]:
    """Yield what goes into layers, and what they give, as arrays (n, units): one column a name."""
    done: set[tuple[str, ...]] = set()
    for layer in layers:
        for names in (layer.inputs, *layer.results):
            # one result is itself; one input is a column, and not a sample
            wanted = len(names) > 1 or names is layer.inputs
            if wanted and (layer.scope, *names) not in done:
                done.add((layer.scope, *names))
                yield from _columns(records, layer.scope, names)


def power_of(name: str) -> tuple[str, int]:
    """Return a name, and the power to which it is raised.

    >>> power_of("x ** 2"), power_of("x")
    (('x', 2), ('x', 1))
    """
    found = POWER.match(name)
    return (found[1], int(found[2])) if found else (name, 1)


def _columns(records: Sequence[Record], scope: str, names: Sequence[str]) -> Iterator[Record]:
    """Yield all columns together whenever the last of them was given."""
    found = [_samples(records, scope, name) for name in names]
    if not all(found):
        return
    label = f"[{', '.join(names)}]"
    for at in sorted({column[-1].number for column in found} | {r.number for r in found[-1]}):
        now = [next((r for r in reversed(column) if r.number <= at), None) for column in found]
        known = [record for record in now if record is not None]
        if len(known) < len(names) or len({record.value.size for record in known}) > 1:
            continue
        last = max(known, key=lambda r: r.number)
        yield replace(last, name=label, value=np.stack([r.value for r in known], axis=1))


def _samples(records: Sequence[Record], scope: str, name: str) -> list[Record]:
    """Return the records of a name that has a number a sample, raised to its power; in order."""
    base, power = power_of(name)
    known = [r for r in records if r.kind in KINDS and plain(r.name) == plain(base)]
    if plain(base) == base:
        known = [r for r in known if r.function == scope] or [r for r in known if not r.scope]
    columns = [r for r in known if r.value.ndim == 1 and r.value.size > 1]
    return sorted((replace(r, value=r.value**power) for r in columns), key=lambda r: r.number)
