"""What a layer's gradients would be with one of its parameters turned round, or transposed.

A convolution goes back through its kernel the other way round than it is often written; a product by a square matrix
goes back through the transposed one. Where the backward pass has it the wrong way, no shape complains. A scale that is
left out on the way back is a parameter of ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from backlit.check.differences import slopes
from backlit.errors import BacklitError

__all__ = ["Elsewhere", "turned", "turned_gradients"]

STEP = 1e-5
Elsewhere = tuple[tuple[str, Callable[[np.ndarray], np.ndarray]], ...]
"""By mistakes: the output times each output gradient, as a function of one point, with another parameter turned."""


def turned(parameter: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Yield (mistake, parameter): in reverse order along the last axes, one or two; a square transposed; all ones."""
    for axes in _last_axes(parameter.ndim):
        yield "kernel-turned", np.flip(parameter, axes)
    if parameter.ndim > 1 and parameter.shape[-1] == parameter.shape[-2]:
        yield "transposed-weights", np.swapaxes(parameter, -1, -2)
    yield "parameter-left-out", np.ones_like(parameter)


def _last_axes(ndim: int) -> list[tuple[int, ...]]:
    return [axes for axes in ((-1,), (-1, -2)) if len(axes) <= ndim]


def turned_gradients(point: np.ndarray, elsewhere: Elsewhere, expected: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Yield (mistake, gradient, with a first axis of draws): the right one turned round, then those elsewhere."""
    for axes in _last_axes(point.ndim):
        yield "kernel-turned", np.flip(expected, axes)
    for name, function in elsewhere:
        try:
            yield name, slopes(function, point, STEP).central
        except (BacklitError, ValueError, ArithmeticError):
            # the function has no slopes there
            continue
