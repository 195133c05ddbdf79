"""Errors that are no array of the file: one-hot less predictions, and differences that a loop makes one by one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backlit.scripts.found.claimed import next_pass
from backlit.scripts.found.links import close
from backlit.scripts.found.passes import ForwardPass, Key
from backlit.scripts.seen.records import Moment

__all__ = ["is_no_share", "made_by_numbers", "numbers_in_turn"]

FEWEST = 2
SAME = 1e-9


def is_no_share(found: ForwardPass, rows: np.ndarray) -> bool:
    """Say whether an array (n, n_out) is no targets of shares: it is shares less one-hot targets, of any pass."""
    p = found.predictions
    less = p.shape[1] > 1 and _one_hot(p - rows) and not _one_hot(p)
    return less or (found.links[-1].activation == "softmax" and bool(rows.min() < -SAME or rows.max() > 1 + SAME))


def _one_hot(rows: np.ndarray) -> bool:
    ones = np.abs(rows - 1) < SAME
    zeros = np.abs(rows) < SAME
    return bool((ones | zeros).all() and (ones.sum(axis=1) == 1).all())


def numbers_in_turn(moment: Moment, found: ForwardPass) -> list[np.ndarray]:
    """Return what each name of a number was given after the forward pass, in order, where one sample went through."""
    if len(found.predictions) > 1 or found.predictions.shape[1] == 1 or moment.timeless:
        return []
    begun, until = found.output.first, next_pass(moment, found)
    given: dict[Key, dict[int, float]] = {}
    for record in moment.records:
        if record.kind == "value" and record.value.size == 1 and begun < record.number < until:
            given.setdefault(record.key, {})[record.number] = float(record.value.reshape(()))
    return [np.array([values[at] for at in sorted(values)]) for values in given.values() if len(values) >= FEWEST]


def made_by_numbers(numbers: Sequence[np.ndarray], predictions: np.ndarray, rows: np.ndarray) -> bool:
    """Say whether a name was given predictions less targets, output by output; only the last ones may be known."""
    p, y = predictions.reshape(-1), rows.reshape(-1)
    for given in numbers:
        n = len(given)
        told = FEWEST <= n <= len(p) and bool(y[-n:].any())
        if told and (close(p[-n:] - y[-n:], given) or close(y[-n:] - p[-n:], given)):
            return True
    return False
