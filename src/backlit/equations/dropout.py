"""Dropout (Srivastava et al. 2014) in its inverted form: what stays is scaled up, so prediction needs no change."""

from __future__ import annotations

import numpy as np

from backlit.equations.arrays import Array

__all__ = ["dropout_backward", "dropout_forward", "dropout_mask"]


def dropout_mask(shape: tuple[int, ...], rate: float, rng: np.random.Generator) -> np.ndarray:
    """Draw a mask of ``shape``: 0 with probability ``rate`` (0 <= rate < 1), else 1 / (1 - rate).

    >>> sorted(set(dropout_mask((50, 3), 0.5, np.random.default_rng(0)).ravel().tolist()))
    [0.0, 2.0]
    """
    return (rng.random(shape) >= rate) / (1.0 - rate)


def dropout_forward(a: Array, mask: Array) -> Array:
    """Activation after dropout, a (n, n_units) * mask (n, n_units)."""
    return a * mask


def dropout_backward(da: Array, mask: Array) -> Array:
    """Gradient before dropout: a unit that was dropped had no part in the loss, so it gets none of the error."""
    return da * mask
