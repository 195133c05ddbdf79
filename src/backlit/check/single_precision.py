"""Claims that carry 16 digits and are as far off as single precision on the way leaves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from backlit.check.matching import Claims
from backlit.check.place import Place
from backlit.check.precision import FLOAT32
from backlit.check.slack import rounding_errors

__all__ = ["as_in_single_precision"]

MOST_OFF = 1e-4
"""What no rounding on the way is believed to exceed, relatively."""
DOUBLE = 1e-9
"""What is nearer than this was computed in double precision."""
Arrays = Sequence[Mapping[str, np.ndarray]]


def as_in_single_precision(place: Place, claims: Sequence[Claims], expected: Arrays) -> bool:
    """Say whether every entry is off by what float32's rounding leaves, and in no order, as rounding is.

    One factor for all of an array is no rounding, and where rounding was at work, most entries are off.
    """
    if not all(
        _near(claim.values, right[name])
        for layer, right in zip(claims, expected, strict=True)
        for name, claim in layer.items()
    ):
        return False
    errors = rounding_errors(place, FLOAT32.epsilon)
    off: list[np.ndarray] = []
    for index, (layer, right, error) in enumerate(zip(claims, expected, errors, strict=True)):
        for name, claim in layer.items():
            values, wanted = claim.values, right[name]
            if not (np.abs(values - wanted) <= error[name]).all():
                return False
            # with one sample and one unit all that rounding does to the error term is one factor
            if place.n * place.net.sizes[index + 1] > 1 and _is_multiple(values, wanted):
                return False
            off.append((np.abs(values - wanted) > DOUBLE * np.abs(wanted))[wanted != 0])
    return bool(np.concatenate(off).mean() > 0.5)


def _near(values: np.ndarray, expected: np.ndarray) -> bool:
    return values.shape == expected.shape and bool((np.abs(values - expected) <= MOST_OFF * np.abs(expected)).all())


def _is_multiple(values: np.ndarray, expected: np.ndarray) -> bool:
    """Say whether an array is the right one times one factor that is not 1, exactly."""
    size = float(np.sum(expected * expected))
    if values.size < 2 or not size:
        return False
    ratio = float(np.sum(values * expected)) / size
    apart = np.abs(values - ratio * expected).max()
    return abs(ratio - 1) > DOUBLE and bool(apart <= DOUBLE * np.abs(expected).max())
