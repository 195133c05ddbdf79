"""Calling a stranger's function: with what was given, twice at the same place, and in the precision that it has."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from backlit.check.precision import precision_of
from backlit.errors import BacklitError
from backlit.validation import finite_array

__all__ = [
    "REPLAYED",
    "Given",
    "as_given",
    "callable_or_refused",
    "epsilon_of",
    "numbers_of",
    "point_of",
    "random_state",
    "steady",
]

REPLAYED = "It draws random numbers; each call was given the same ones."
INDICES = (IndexError, TypeError)
"""What code raises that takes whole numbers for indices and is given floats."""


class Given(NamedTuple):
    """An argument as it was given; ``whole`` says that it came as whole numbers or truth values."""

    array: np.ndarray
    whole: bool


def as_given(value: Any, array: np.ndarray) -> Given:
    """Return a value in the type it came in, beside ``array``, the same in float64."""
    came = np.asarray(value)
    whole = came.dtype.kind in "iub"
    return Given(np.array(came) if whole else array, whole)


def steady(
    function: Callable[..., Any],
    arguments: Sequence[np.ndarray],
    what: str,
    restore: Callable[[], None] | None = None,
) -> tuple[Callable[..., Any], bool]:
    """Return a function that gives one output for one input, and whether random numbers are replayed for that.

    A state that Python, NumPy or PyTorch keeps for everyone is set back before each call, by ``restore`` where it is
    given (two functions that draw the same). Raises BacklitError for a function that gives two outputs all the same: a
    generator of its own cannot be seen from outside.
    """

    def outputs(call: Callable[..., Any]) -> bool:
        first, second = (numbers_of(call(*(a.copy() for a in arguments)), what) for _ in range(2))
        return first.shape == second.shape and bool(np.allclose(first, second, rtol=1e-6, atol=0, equal_nan=True))

    if outputs(function):
        return function, False
    set_back = random_state() if restore is None else restore

    def replayed(*given: Any) -> Any:
        set_back()
        return function(*given)

    if outputs(replayed):
        return replayed, True
    raise BacklitError(
        f"{what} gives two outputs for the same input: it draws random numbers (dropout, noise) or remembers earlier "
        "calls, so its derivative cannot be told; draw the mask once, outside of it"
    )


def random_state() -> Callable[[], None]:
    """Return a function that sets the random states that Python, NumPy and PyTorch keep back to what they are now."""
    torch = sys.modules.get("torch")
    numpy_state, python_state = np.random.get_state(), random.getstate()
    torch_state = torch.get_rng_state() if torch is not None else None

    def restore() -> None:
        np.random.set_state(numpy_state)
        random.setstate(python_state)
        if torch is not None:
            torch.set_rng_state(torch_state)

    return restore


def numbers_of(value: Any, what: str = "the function") -> np.ndarray:
    """Return what a function gave as float64, or raise BacklitError where it is no array of real numbers."""
    if value is None:
        raise BacklitError(f"{what} must return numbers, got None: is there a return?")
    _refuse_several(value, what)
    try:
        came = np.asarray(value)
        if came.dtype.kind != "c":
            return came.astype(np.float64)
    except (TypeError, ValueError):
        raise BacklitError(f"{what} must return numbers, got {type(value).__name__}: {value!r:.40}") from None
    raise BacklitError(f"{what} must return real numbers, got complex ones, for example {came.flat[0]}")


def _refuse_several(value: Any, what: str) -> None:
    """Raise BacklitError for a dictionary, and for a tuple of arrays that are not of one shape."""
    if isinstance(value, dict):
        names = ", ".join(repr(name) for name in list(value)[:4])
        raise BacklitError(
            f"{what} must return an array of numbers, got a dictionary of {names}: hand over one of them"
        )
    if isinstance(value, tuple) and len(value) > 1 and len({np.shape(part) for part in _shaped(value)}) > 1:
        call = what.removeprefix("the ")
        raise BacklitError(
            f"{what} must return one array of numbers, got a tuple of {len(value)}: hand over what returns the one "
            f"that is to be checked, such as lambda *a: {call}(*a)[0]"
        )


def _shaped(values: tuple[Any, ...]) -> list[Any]:
    """Return the values, () for each that numpy makes no array of, so that it is told from an array."""
    shaped = []
    for value in values:
        try:
            shaped.append(np.zeros(np.shape(value)))
        except ValueError:
            shaped.append(np.zeros(0))
    return shaped


def callable_or_refused(value: Any, name: str) -> None:
    """Raise BacklitError for what is no function; ``name`` is what the error calls it."""
    if not callable(value):
        raise BacklitError(f"{name} must be a function, got {type(value).__name__}: {value!r:.40}")


def point_of(value: Any, name: str) -> np.ndarray:
    """Return a point as a float64 array, or raise BacklitError for one that is no numbers, or none at all."""
    array = finite_array(value, name)
    if not array.size:
        raise BacklitError(f"{name} must hold at least one number, got an array of shape {array.shape}")
    return array


def epsilon_of(function: Callable[[np.ndarray], Any], point: np.ndarray) -> float:
    """Return the epsilon of the float type that a function computes in, by the values that it gives near a point.

    >>> epsilon_of(lambda x: np.float32(x).sum(), np.array([0.1, 0.7])) > 1e-8
    True
    """
    near = np.random.default_rng([0x626C, 7])
    values = [np.asarray(function(point + 1e-3 * near.uniform(0.5, 1, point.shape))) for _ in range(3)]
    if any(value.dtype in (np.float32, np.float16) for value in values):
        return max(float(np.finfo(v.dtype).eps) for v in values if v.dtype.kind == "f")
    together = np.concatenate([numbers_of(value).ravel() for value in values])
    name = precision_of([together]).name
    return float(np.finfo(name).eps)
