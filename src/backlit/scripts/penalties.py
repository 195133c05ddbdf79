"""A penalty on the weights (weight decay) in a file's gradients: fitted, and checked against its loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from backlit.scripts.expected import Fact
from backlit.scripts.links import close
from backlit.scripts.subject import Subject

__all__ = ["Penalty", "penalty_in_gradients", "penalty_in_loss", "with_penalty"]

SAME = 1e-4


class Penalty(NamedTuple):
    """``factor``: what is added to the gradient of the loss of the samples is this times the weights."""

    factor: float


def penalty_in_gradients(subject: Subject, facts: Sequence[Fact]) -> Penalty | None:
    """Return the penalty that explains what all weights' gradients have beside the right ones, or None.

    One factor of the right ones, and one of the weights, must fit all layers.
    """
    fits: list[tuple[float, float]] = []
    for fact in facts:
        if fact.quantity == "bias_gradient":
            if fact.ratio is None and not fact.silent:
                return None
            continue
        W = subject.found.weights(fact.layer - 1)
        if fact.values is None or fact.values.shape != W.shape or not np.isfinite(fact.values).all():
            return None
        parts = np.stack([fact.right.reshape(-1), W.reshape(-1)], axis=1)
        if parts.shape[0] < 3 or not fact.right.any():
            return None
        (scale, added), *_ = np.linalg.lstsq(parts, fact.values.reshape(-1), rcond=None)
        if not scale or not close(parts @ np.array([scale, added]), fact.values.reshape(-1)):
            return None
        fits.append((float(scale), float(added / scale)))
    if not fits or abs(fits[0][1]) < 1e-12:
        return None
    scale, added = fits[0]
    alike = all(abs(s / scale - 1) < SAME and abs(a / added - 1) < SAME for s, a in fits)
    return Penalty(added) if alike else None


def with_penalty(subject: Subject, facts: Sequence[Fact], penalty: Penalty) -> list[Fact]:
    """Return the facts with the penalty in what is right."""
    changed = []
    for fact in facts:
        if fact.quantity == "bias_gradient" or fact.values is None:
            changed.append(fact)
            continue
        right = fact.right + penalty.factor * subject.found.weights(fact.layer - 1)
        size = float((right * right).sum())
        changed.append(fact._replace(right=right, ratio=float((fact.values * right).sum()) / size))
    return changed


def penalty_in_loss(subject: Subject, data_loss: float) -> float | None:
    """Return the factor l2 of l2/2 Σ W² that a number of the file has beyond the loss of the samples, or None.

    The factor, or it over 2, or either over n, must be a number that the file has.
    """
    moment, n = subject.moment, len(subject.target.rows)
    squares = sum(float((subject.found.weights(i) ** 2).sum()) for i in range(len(subject.found.links)))
    numbers = {float(r.value.reshape(())) for r in moment.records if r.value.size == 1}
    numbers = {number for number in numbers if 1e-8 < number < 100}
    for record in reversed(moment.records):
        if record.value.size != 1 or record.number < subject.found.output.first or not squares:
            continue
        l2 = 2 * (float(record.value.reshape(())) - data_loss) / squares
        known = [k for number in numbers for k in (number, 2 * number, number / n, 2 * number / n)]
        if l2 > 1e-9 and any(abs(l2 / k - 1) < 1e-6 for k in known):
            return l2
    return None
