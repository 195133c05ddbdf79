"""How many digits a claimed array was written with: what it leaves open is half of the last one."""

from __future__ import annotations

import numpy as np

__all__ = ["digits_of", "near_of"]

MOST = 9
"""From so many digits on an array counts as written in full."""
FEWEST = 4
LOOKED_AT = 100
"""Entries looked at first; where they are written in full, so is the array."""


def digits_of(array: np.ndarray) -> int | None:
    """Return the number of significant digits that hold every entry, or None where they are written in full.

    Fewer than four prove nothing: 0.5 may be a number written in full, and what is cut shorter is ``rounded``.

    >>> digits_of(np.array([0.1234, -5.678e-5])), digits_of(np.array([1 / 3, 0.25]))
    (4, None)
    """
    if array.size > 4 * LOOKED_AT and digits_of(array.ravel()[:LOOKED_AT]) is None and array.ravel()[:LOOKED_AT].all():
        return None
    values = array[np.isfinite(array) & (array != 0)].astype(np.float64)
    if not values.size:
        return None
    size = np.floor(np.log10(np.abs(values)))
    for digits in range(1, MOST):
        scaled = values / 10.0 ** (size - digits + 1)
        if (np.abs(scaled - np.round(scaled)) <= 1e-6).all():
            return digits if digits >= FEWEST else None
    return None


def near_of(array: np.ndarray) -> float | None:
    """Return the relative error that the digits given leave open, or None where they are written in full.

    >>> round(near_of(np.array([0.1234, -5.678e-5])), 6)
    0.0006
    """
    digits = digits_of(array)
    return None if digits is None else 6 * 10.0 ** (-digits)
