"""Axes of length 1, added or dropped as an array is expected; how a person lays out arrays is in ``layouts``."""

from __future__ import annotations

import numpy as np

__all__ = ["in_shape"]


def in_shape(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return the array in ``shape`` where that only adds or drops axes of length 1, else as it is.

    A row (1, n) is no column (n, 1): added to one, it would spread to (n, n).

    >>> in_shape(np.zeros(3), (3, 1)).shape, in_shape(np.zeros((1, 4)), (4,)).shape
    ((3, 1), (4,))
    """
    if array.ndim == len(shape):
        return array
    without = tuple(n for n in array.shape if n != 1)
    return array.reshape(shape) if without == tuple(n for n in shape if n != 1) else array
