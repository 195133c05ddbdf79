"""Central differences of any function, with the slopes on both sides, so that kinks are noticed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from backlit.errors import BacklitError

__all__ = ["Slopes", "slopes"]

KINK = 1e-3
"""Slopes on two sides that differ by a larger share meet at a kink; on a smooth curve they differ by about 1e-5."""

Function = Callable[[np.ndarray], Any]


class Slopes(NamedTuple):
    """A function's value at a point and its differences: ``central`` and ``apart`` of shape value's + point's.

    ``apart`` is by how much the slopes on the two sides differ where they meet at a kink, else 0. ``noise`` is what
    rounding in the function's values may change a difference by.
    """

    value: np.ndarray
    central: np.ndarray
    apart: np.ndarray
    noise: float

    @property
    def has_kink(self) -> bool:
        """Whether any two sides meet at a kink."""
        return bool(self.apart.any())


def slopes(function: Function, point: np.ndarray, step: float) -> Slopes:
    """Return the differences of ``function`` at ``point`` in float64; each entry moves by ``step`` times its size.

    Raises BacklitError where the function gives no finite number.

    >>> slopes(lambda x: np.sum(x * x), np.array([1.0, -3.0]), 1e-5).central.round(6).tolist()
    [2.0, -6.0]
    """
    middle = _value(function, point)
    central = np.zeros((*middle.shape, point.size))
    apart = np.zeros_like(central)
    for i in range(point.size):
        way = step * max(1.0, abs(float(point.flat[i])))
        above, below = (_value(function, _moved(point, i, sign * way)) for sign in (1, -1))
        central[..., i] = (above - below) / (2 * way)
        right, left = (above - middle) / way, (middle - below) / way
        gap = np.abs(right - left)
        apart[..., i] = np.where(gap > KINK * (np.abs(right) + np.abs(left)) + 1e-6, gap, 0.0)
    shape = (*middle.shape, *point.shape)
    noise = 64 * np.finfo(np.float64).eps * float(np.max(np.abs(middle), initial=1.0)) / step
    return Slopes(middle, central.reshape(shape), apart.reshape(shape), noise)


def _moved(point: np.ndarray, i: int, way: float) -> np.ndarray:
    moved = point.copy()
    moved.flat[i] += way
    return moved


def _value(function: Function, point: np.ndarray) -> np.ndarray:
    value = np.asarray(function(point.copy()), np.float64)
    if not np.isfinite(value).all():
        raise BacklitError("the function gives NaN or infinity near the point; choose a point where it is finite")
    return value
