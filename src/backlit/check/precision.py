"""When two arrays are the same number written with different roundings.

The rule of CS231n's notes on gradient checks compares |a - b| with max(|a|, |b|); it needs float64. Here what was
given may be float32 or float16, whose rounding is known, so the tolerance is a multiple of that and not one number
for all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

__all__ = ["Precision", "is_close", "precision_of", "relative_error"]


class Precision(NamedTuple):
    """Relative tolerance, and tolerance as a share of a layer's largest entry, for values of a float type.

    ``relative`` is what two ways to compute the same number may differ by; ``near`` is where a value that no mistake
    explains counts as right, with a remark.
    """

    name: str
    relative: float
    floor: float
    near: float


FLOAT64 = Precision("float64", 1e-7, 1e-10, 1e-4)
FLOAT32 = Precision("float32", 3e-5, 3e-5, 1e-3)
FLOAT16 = Precision("float16", 2e-2, 1e-2, 3e-2)


def precision_of(arrays: Iterable[np.ndarray]) -> Precision:
    """Return the precision that the values have, whatever type they are stored in.

    >>> precision_of([np.array([0.1, 0.2], np.float32).astype(np.float64)]).name
    'float32'
    """
    values = np.concatenate([np.ravel(np.asarray(a, np.float64)) for a in arrays] or [np.zeros(0)])
    values = values[np.isfinite(values) & (values != 0)]
    with np.errstate(over="ignore", under="ignore"):
        if len(values) and (values.astype(np.float16) == values).all():
            # short decimals such as 0.5 are exact in any type: they prove nothing
            return FLOAT16 if len(values) > 3 and (values != values.round(3)).any() else FLOAT64
        if len(values) and (values.astype(np.float32) == values).all():
            return FLOAT32 if (values != values.round(4)).any() else FLOAT64
    return FLOAT64


def is_close(claimed: np.ndarray, expected: np.ndarray, precision: Precision, slack: np.ndarray | float = 0.0) -> bool:
    """Say whether all entries agree to rounding; ``slack`` is a rounding error known apart, for each entry.

    >>> is_close(np.array([1.0, 2.0]), np.array([1.0, 2.00000001]), FLOAT64)
    True
    """
    if claimed.shape != expected.shape:
        return False
    if claimed.size == 0:
        return True
    largest = float(np.max(np.abs(expected)))
    tolerance = precision.relative * np.abs(expected) + precision.floor * largest + slack
    with np.errstate(invalid="ignore"):
        return bool((np.abs(claimed - expected) <= tolerance).all())


def relative_error(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """|a - b| / max(|a|, |b|), and 0 where both are 0.

    >>> relative_error(np.array([0.0, 1.0]), np.array([0.0, 2.0])).tolist()
    [0.0, 0.5]
    """
    size = np.maximum(np.abs(a), np.abs(b))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(size == 0, 0.0, np.abs(a - b) / size)
