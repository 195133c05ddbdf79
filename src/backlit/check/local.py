"""What is known about a function where a derivative of it was claimed: its Jacobian, its value, the point."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from backlit.check.differences import Slopes, slopes
from backlit.errors import BacklitError

__all__ = ["Local", "local_facts", "slope_at"]

LARGEST = 2_000_000
STEP = 1e-5


class Local(NamedTuple):
    """A function near a point: ``value`` (any shape), ``jacobian`` (value's size, point's size), the ``point``.

    ``slope`` holds the derivatives in the point's shape where each output depends on its own input alone, else None.
    ``function`` is that of the point alone.
    """

    value: np.ndarray
    jacobian: np.ndarray
    point: np.ndarray
    slope: np.ndarray | None
    function: Callable[[np.ndarray], Any]

    @property
    def same_shape(self) -> bool:
        """Whether outputs and inputs have the same shape."""
        return self.value.shape == self.point.shape

    @property
    def is_softmax(self) -> bool:
        """Whether the outputs are shares that add up to 1 along the last axis, and depend on each other."""
        if not self.same_shape or self.value.ndim == 0 or self.slope is not None or self.value.min(initial=0.0) < 0:
            return False
        return bool(np.allclose(self.value.sum(axis=-1), 1, rtol=1e-6, atol=0))

    @property
    def is_log_softmax(self) -> bool:
        """Whether the outputs are logarithms of shares that add up to 1 along the last axis."""
        if not self.same_shape or self.value.ndim == 0 or self.slope is not None or self.value.max(initial=0.0) > 0:
            return False
        return bool(np.allclose(np.exp(self.value).sum(axis=-1), 1, rtol=1e-6, atol=0))


def local_facts(function: Callable[[np.ndarray], Any], point: np.ndarray, found: Slopes | None = None) -> Local | None:
    """Return what differences tell about a function at a point, or None where it is too large to look at in full.

    ``found`` are the differences of the function itself, where they are there already.
    """
    if found is None:
        size = np.asarray(function(point.copy())).size
        if size * point.size > LARGEST or point.size > LARGEST // 500:
            return None
        found = slopes(function, point, STEP)
    if found.central.shape != (*found.value.shape, *point.shape):
        return Local(found.value, np.diag(found.central.ravel()), point, found.central, function)
    jacobian = found.central.reshape(found.value.size, point.size)
    slope = None
    if found.value.shape == point.shape and point.size:
        diagonal = np.diag(jacobian)
        least = np.maximum(found.noise.reshape(jacobian.shape), 1e-9 * np.abs(jacobian).max(initial=0.0))
        if not (np.abs(jacobian - np.diag(diagonal)) > least).any():
            slope = diagonal.reshape(point.shape)
    return Local(found.value, jacobian, point, slope, function)


def slope_at(local: Local, other: np.ndarray) -> np.ndarray | None:
    """Return the slope of an elementwise function at another point, None where that cannot be had."""
    try:
        with np.errstate(all="ignore"):
            moved = local_facts(local.function, np.array(other, np.float64))
    except (BacklitError, ValueError, ArithmeticError, TypeError):
        return None
    return None if moved is None else moved.slope
