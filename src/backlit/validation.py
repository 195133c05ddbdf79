"""What comes from outside becomes clean arrays here, or an error that says what was expected and what came."""

import math
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from backlit.equations.arrays import Array
from backlit.errors import BacklitError

__all__ = [
    "as_list",
    "finite_array",
    "float_type",
    "generator",
    "learning_rate_in_range",
    "locate_not_finite",
    "number",
    "whole_number",
    "yes_or_no",
]

LARGEST_LEARNING_RATE = 1000.0


def finite_array(value: Any, name: str, dtype: Any = np.float64) -> np.ndarray:
    """Return ``value`` as a new float array of ``dtype``; ``name`` is what the error calls it.

    Raises BacklitError for ragged lists, text, missing or masked values, NaN and infinity, naming the first bad place.

    >>> finite_array([[1, 2], [3, 4]], "X").tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    try:
        array = np.asarray(value)
    except ValueError:
        raise BacklitError(f"{name} must be numbers in rows of equal length, got ragged lists") from None
    if np.ma.is_masked(value):
        raise BacklitError(f"{name} must be numbers, got a masked value at {_place(_first(np.ma.getmaskarray(value)))}")
    if array.dtype.kind == "O":
        array = _numbers_from_objects(array, name)
    if array.dtype.kind not in "biuf":
        example = f", for example {array.ravel()[0]!s:.40}" if array.size else ""
        raise BacklitError(f"{name} must be numbers, got {_kind_word(array)}{example}")
    with np.errstate(over="ignore"):
        array = np.array(array, dtype=dtype)
    bad = locate_not_finite(array)
    if bad is not None:
        raise BacklitError(f"{name} must be finite numbers, got {array[bad]} at {_place(bad)}")
    return array


def _kind_word(array: np.ndarray) -> str:
    words = {"U": "text", "S": "text", "c": "complex numbers", "M": "dates", "m": "durations"}
    return words.get(array.dtype.kind, f"values of type {array.dtype}")


def _numbers_from_objects(array: np.ndarray, name: str) -> np.ndarray:
    for place, value in np.ndenumerate(array):
        if not isinstance(value, int | float | np.integer | np.floating | np.bool_):
            got = "nothing (None)" if value is None else f"{value!r:.40}"
            raise BacklitError(f"{name} must be numbers, got {got} at {_place(place)}")
    try:
        return array.astype(np.float64)
    except OverflowError:
        raise BacklitError(f"{name} must be finite numbers, got an integer of more than 300 digits") from None


def _place(index: tuple[int, ...]) -> str:
    return f"index [{', '.join(str(i) for i in index)}]" if index else "its only place"


def locate_not_finite(array: Array) -> tuple[int, ...] | None:
    """Return the index of the first NaN or infinite entry, or None."""
    finite = np.isfinite(array)
    if finite.all():
        return None
    return _first(~finite)


def _first(chosen: np.ndarray) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argwhere(chosen)[0])


def as_list(value: Any) -> list[Any] | None:
    """Return a list, tuple or array with an axis as a list of its entries; None for anything else, text too.

    >>> as_list((3, 4)), as_list("34"), as_list(3)
    ([3, 4], None, None)
    """
    if isinstance(value, np.ndarray):
        return list(value) if value.ndim else None
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str | bytes) else None


def number(value: Any, name: str) -> float:
    """Return ``value`` as a finite float, or raise BacklitError naming ``name``."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise BacklitError(f"{name} must be a number, got {value!r:.40}")
    try:
        finite = math.isfinite(value)
    except OverflowError:
        raise BacklitError(f"{name} must be a finite number, got an integer of more than 300 digits") from None
    if not finite:
        raise BacklitError(f"{name} must be a finite number, got {value}")
    return float(value)


def whole_number(value: Any, name: str, least: int) -> int:
    """Return ``value`` as an int that is at least ``least``, or raise BacklitError naming ``name``."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise BacklitError(f"{name} must be a whole number of at least {least}, got {value!r:.40}")
    return int(value)


def yes_or_no(value: Any, name: str) -> bool:
    """Return ``value`` as a bool, or raise BacklitError naming ``name``."""
    if not isinstance(value, bool | np.bool_):
        raise BacklitError(f"{name} must be True or False, got {value!r:.40}")
    return bool(value)


def generator(seed: Any, name: str = "seed") -> np.random.Generator:
    """Return a Generator: the one given, one of a whole number, or a fresh one for None.

    >>> float(generator(0).random()) == float(generator(0).random())
    True
    """
    if seed is None or isinstance(seed, np.random.Generator):
        return np.random.default_rng(seed)
    return np.random.default_rng(whole_number(seed, name, 0))


def float_type(dtype: Any) -> np.dtype[Any]:
    """Return ``dtype`` as NumPy's float64 or float32, or raise BacklitError.

    >>> float_type("float32")
    dtype('float32')
    """
    for known in (np.float64, np.float32):
        with suppress(TypeError, ValueError):
            if np.dtype(dtype) == known:
                return np.dtype(known)
    raise BacklitError(f"dtype must be float64 or float32, got {dtype!r:.40}")


def learning_rate_in_range(value: Any) -> float:
    """Return a learning rate as a float above 0 and at most 1000, or raise BacklitError.

    >>> learning_rate_in_range(0.5)
    0.5
    """
    rate = number(value, "learning_rate")
    if not 0 < rate <= LARGEST_LEARNING_RATE:
        raise BacklitError(
            f"learning_rate must be above 0 and at most {LARGEST_LEARNING_RATE:g}, got {rate:g} (0.001 to 1 is usual)"
        )
    return rate
