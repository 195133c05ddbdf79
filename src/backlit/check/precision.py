"""When two arrays are the same number written with different roundings.

The rule of CS231n's notes on gradient checks compares |a - b| with max(|a|, |b|); it needs float64. Here what was
given may be float32 or float16, whose rounding is known, so the tolerance is a multiple of that and not one number
for all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

__all__ = ["FLOAT64", "Claimed", "Precision", "is_close", "precision_of", "relative_error"]


LARGE, ROWS = 2000, 5
"""Entries from which on some rows are compared first, and about how many."""


class Precision(NamedTuple):
    """Relative tolerance, and tolerance as a share of an array's largest entry, for values of a float type.

    ``relative`` is what two ways to compute the same number may differ by; ``near`` is where a value that no mistake
    explains counts as right, with a remark; numbers written with few digits have their own (``digits.near_of``).
    ``epsilon`` is the type's, several times, for ``slack.rounding_errors``.
    """

    name: str
    relative: float
    floor: float
    near: float
    epsilon: float


FLOAT64 = Precision("float64", 1e-7, 1e-10, 1e-6, 1e-15)
FLOAT32 = Precision("float32", 3e-5, 3e-5, 1e-3, 5e-7)
FLOAT16 = Precision("float16", 2e-2, 1e-2, 3e-2, 4e-3)


def precision_of(arrays: Iterable[np.ndarray]) -> Precision:
    """Return the coarsest precision among arrays, by the values they hold, whatever type they are stored in.

    >>> precision_of([np.array([0.1, 0.2]), np.array([0.1, 0.2], np.float32).astype(np.float64)]).name
    'float32'
    """
    return max((_precision(np.asarray(array)) for array in arrays), key=lambda p: p.epsilon, default=FLOAT64)


def _precision(array: np.ndarray) -> Precision:
    values = array[np.isfinite(array) & (array != 0)].astype(np.float64)
    with np.errstate(over="ignore", under="ignore"):
        for precision in (FLOAT16, FLOAT32):
            # short decimals such as 0.5 are exact in any type: they prove nothing
            proof = array.dtype == precision.name or (values != values.round(4)).any()
            if len(values) and proof and (values.astype(precision.name) == values).all():
                return precision
    return FLOAT64


class Claimed(NamedTuple):
    """A claimed array; ``slack`` is what rounding may move each of its entries by, apart from the precision's own.

    ``right`` says that it has been found to be the right one.
    """

    values: np.ndarray
    precision: Precision = FLOAT64
    slack: np.ndarray | float = 0.0
    right: bool = False


def is_close(claim: Claimed, expected: np.ndarray) -> bool:
    """Say whether all entries agree to rounding.

    >>> is_close(Claimed(np.array([1.0, 2.0])), np.array([1.0, 2.00000001]))
    True
    """
    if claim.values.shape != expected.shape:
        return False
    if expected.size == 0:
        return True
    largest = max(float(expected.max()), -float(expected.min()))
    if not math.isfinite(largest):
        # a tolerance in proportion to infinity would accept anything
        return False
    slack = claim.slack if np.shape(claim.slack) in ((), expected.shape) else 0.0
    floor = claim.precision.floor * largest
    first = expected.item(0)
    room = slack.item(0) if isinstance(slack, np.ndarray) else slack
    if abs(claim.values.item(0) - first) > claim.precision.relative * abs(first) + floor + room:
        return False
    with np.errstate(invalid="ignore"):
        # of a large array a few rows first: what does not fit there does not fit
        return all(
            bool((np.abs(v - e) <= claim.precision.relative * np.abs(e) + floor + room).all())
            for v, e, room in _parts(claim.values, expected, slack)
        )


Parts = tuple[np.ndarray, np.ndarray, "np.ndarray | float"]


def _parts(values: np.ndarray, expected: np.ndarray, slack: np.ndarray | float) -> Iterator[Parts]:
    """Yield a few rows of a large array, then all of it."""
    if expected.size > LARGE and expected.ndim > 1:
        step = slice(None, None, max(1, len(expected) // ROWS))
        yield values[step], expected[step], slack[step] if isinstance(slack, np.ndarray) and slack.ndim else slack
    yield values, expected, slack


def relative_error(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """|a - b| / max(|a|, |b|), and 0 where both are 0.

    >>> relative_error(np.array([0.0, 1.0]), np.array([0.0, 2.0])).tolist()
    [0.0, 0.5]
    """
    size = np.maximum(np.abs(a), np.abs(b))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(size == 0, 0.0, np.abs(a - b) / size)
