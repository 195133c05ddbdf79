"""Whether a model's outputs are probabilities, by what it says with its own weights and with others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from backlit.diagnosis.parts import alike_for_seed

__all__ = ["activation_by_values", "other_weights"]

SPREADS = (1.0, 3.0, 10.0)
"""Weights spread so many times as wide: what is no probability by its making then leaves [0, 1]."""

MOVES = 0.05
"""Of outputs that move less nothing is known."""


def other_weights(weights: Sequence[np.ndarray]) -> Iterator[list[np.ndarray]]:
    """Yield weights, and then others in their place, spread alike and wider."""
    yield list(weights)
    for seed, spread in enumerate(SPREADS, 1):
        rng = np.random.default_rng([23, seed])
        yield [np.asarray(spread * alike_for_seed(values, rng), values.dtype) for values in weights]


def activation_by_values(said: Iterable[np.ndarray]) -> str | None:
    """Return "softmax" where all rows of ``said`` sum to 1, "range" where all numbers lie in [0, 1] alone, or None.

    ``said``: outputs (n, n_out), those with the model's own weights first; it is read only as long as it may be.

    >>> activation_by_values([np.array([[0.25, 0.75], [1.0, 0.0]])])
    'softmax'
    >>> activation_by_values([np.array([[0.25], [1.0]])]), activation_by_values([np.array([[0.25], [-1.0]])])
    ('range', None)
    """
    sums, moves = True, 0.0
    for place, p in enumerate(said):
        # wide weights may overflow, which says nothing
        if place and not np.isfinite(p).all():
            continue
        if not (p.min() >= 0 and p.max() <= 1):
            return None
        sums = sums and p.shape[1] > 1 and bool(np.allclose(p.sum(axis=1), 1, atol=1e-4))
        moves = max(moves, float(np.ptp(p)))
    if sums:
        return "softmax"
    return "range" if moves > MOVES else None
