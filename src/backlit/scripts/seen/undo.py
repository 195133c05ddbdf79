"""Weights before their last update, where only those after it are left: the step taken back, to be verified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from backlit.scripts.seen.claimed_names import RATE, likeness
from backlit.scripts.seen.record import Record

__all__ = ["undone"]

MOST_RATES = 4


def undone(records: Sequence[Record]) -> Iterator[Record]:
    """Yield each array as it was before a step along its gradient, for each number that is called a learning rate."""
    numbers = [r for r in records if r.value.size == 1 and RATE.search(r.name.rpartition(".")[2])]
    rates = [float(r.value.reshape(())) for r in numbers][:MOST_RATES]
    for variable in records:
        for gradient in records:
            if gradient is variable or gradient.value.shape != variable.value.shape or not variable.value.ndim:
                continue
            named, _ = likeness(gradient, variable, "")
            for rate in rates if named else ():
                yield replace(variable, value=variable.value + rate * gradient.value)
                yield replace(variable, value=variable.value - rate * gradient.value)
