"""Central differences of any function, with the slopes on both sides, so that kinks are noticed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from backlit.check.calls import epsilon_of, numbers_of
from backlit.errors import BacklitError

__all__ = ["EPSILON", "OPEN", "Slopes", "slopes"]

KINK = 1e-3
"""Slopes on two sides that differ by a larger share meet at a kink; on a smooth curve they differ by about 1e-5."""
SURE = 1e-6
"""The share of the largest slope that rounding may leave open before larger steps are tried."""
OPEN = 0.1
"""The share that may be left open after that; beyond it nothing can be told."""
COARSE = (1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
EPSILON = float(np.finfo(np.float64).eps)

Function = Callable[[np.ndarray], Any]


class Slopes(NamedTuple):
    """A function's value at a point and its differences: ``central`` and ``apart`` of shape value's + point's.

    ``apart`` is by how much the slopes on the two sides differ where they meet at a kink, else 0. ``noise`` is what
    rounding in the function's values, and the step, may change each difference by. ``epsilon`` is that of the float
    type the function computes in.
    """

    value: np.ndarray
    central: np.ndarray
    apart: np.ndarray
    noise: np.ndarray
    epsilon: float = EPSILON

    @property
    def has_kink(self) -> bool:
        """Whether any two sides meet at a kink."""
        return bool(self.apart.any())

    @property
    def is_coarse(self) -> bool:
        """Whether the function computes in less than float64."""
        return self.epsilon > EPSILON


def slopes(function: Function, point: np.ndarray, step: float) -> Slopes:
    """Return the differences of ``function`` at ``point`` in float64; each entry moves by ``step`` times its size.

    Where rounding in the function's values would hide its slope (values in float32, or large ones), larger steps are
    tried, and each entry keeps the one that leaves least open. Raises BacklitError where the function gives no finite
    number, and where no step tells its slope.

    >>> slopes(lambda x: np.sum(x * x), np.array([1.0, -3.0]), 1e-5).central.round(6).tolist()
    [2.0, -6.0]
    """
    epsilon = epsilon_of(function, point)
    middle = _value(function, point)
    found = _with_step(function, point, middle, step, epsilon)
    largest = float(np.max(np.abs(found.central), initial=0.0))
    if epsilon > EPSILON or float(np.max(found.noise, initial=0.0)) > SURE * largest > 0:
        found = _best_of(list(_ladder(function, point, middle, step, epsilon)))
    return found


def _with_step(function: Function, point: np.ndarray, middle: np.ndarray, step: float, epsilon: float) -> Slopes:
    central = np.zeros((*middle.shape, point.size))
    apart, noise = np.zeros_like(central), np.zeros_like(central)
    rounding = 64 * epsilon * max(1.0, float(np.max(np.abs(middle), initial=0.0)))
    for i in range(point.size):
        way = step * max(1.0, abs(float(point.flat[i])))
        above, below = (_value(function, _moved(point, i, sign * way)) for sign in (1, -1))
        central[..., i] = (above - below) / (2 * way)
        right, left = (above - middle) / way, (middle - below) / way
        gap = np.abs(right - left)
        noise[..., i] = rounding / way
        least = KINK * (np.abs(right) + np.abs(left)) + 1e-6 + noise[..., i]
        kink = gap > least
        if kink.any():
            kink &= ~_is_curve(function, point, middle, i, way, gap, noise[..., i])
        apart[..., i] = np.where(kink, gap, 0.0)
    shape = (*middle.shape, *point.shape)
    return Slopes(middle, central.reshape(shape), apart.reshape(shape), noise.reshape(shape), epsilon)


def _is_curve(
    function: Function, point: np.ndarray, middle: np.ndarray, i: int, way: float, gap: np.ndarray, noise: np.ndarray
) -> np.ndarray:
    """Say where the slopes on two sides come together in proportion to the step, as a curve's do and a kink's do not.

    A slope of nearly 0 between much steeper ones looks like a kink by its size alone.
    """
    curve = np.ones_like(gap, bool)
    for share in (2, 4):
        above, below = (_value(function, _moved(point, i, sign * way / share)) for sign in (1, -1))
        closer = np.abs(above + below - 2 * middle) * share / way
        curve &= np.abs(closer - gap / share) <= 0.1 * gap / share + 2 * share * noise
    return curve


def _ladder(function: Function, point: np.ndarray, middle: np.ndarray, step: float, epsilon: float) -> Iterator[Slopes]:
    """Yield differences by growing steps; the noise of each holds how far it is from the step below it."""
    below: Slopes | None = None
    for size in (step, *(size for size in (*COARSE, 2 * step) if size > step)):
        try:
            found = _with_step(function, point, middle, size, epsilon)
        except BacklitError:
            # the larger step has left the function's domain
            break
        # a crude bound is not needed here: the next step shows how far rounding moves the difference
        found = found._replace(noise=found.noise / 16)
        if below is not None:
            yield _compared(found, below)
        below = found
    if below is None or size == step:
        yield _with_step(function, point, middle, step, epsilon)


def _compared(found: Slopes, below: Slopes) -> Slopes:
    """Return differences whose noise holds how far they are from those of the step below."""
    # a curve's sides come together with the step, a kink's do not
    kink = (found.apart > 0) & (below.apart > 0.5 * found.apart)
    apart = np.where(kink, found.apart, 0.0)
    moved = np.abs(found.central - below.central)
    return found._replace(apart=apart, noise=found.noise + np.where(kink, 0.0, moved))


def _best_of(steps: list[Slopes]) -> Slopes:
    noises = np.stack([found.noise for found in steps])
    best = np.expand_dims(noises.argmin(axis=0), 0)
    central, apart, noise = (
        np.take_along_axis(np.stack(arrays), best, axis=0)[0]
        for arrays in ([s.central for s in steps], [s.apart for s in steps], [2 * s.noise for s in steps])
    )
    return steps[0]._replace(central=central, apart=apart, noise=noise)


def _moved(point: np.ndarray, i: int, way: float) -> np.ndarray:
    moved = point.copy()
    moved.flat[i] += way
    return moved


def _value(function: Function, point: np.ndarray) -> np.ndarray:
    value = numbers_of(function(point.copy()))
    if not np.isfinite(value).all():
        raise BacklitError("the function gives NaN or infinity near the point; choose a point where it is finite")
    return value
