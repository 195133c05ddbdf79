"""Intervals around predictions of a quantity, by split conformal prediction on the rows held out.

Of n rows that were not trained on, the k-th smallest error, k = ceil((n + 1) level), is what the error of a further row
like them stays within with a probability of at least ``level`` (V. Vovk, A. Gammerman, G. Shafer, "Algorithmic learning
in a random world", 2005; J. Lei et al., "Distribution-free predictive inference for regression", 2018).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from backlit.errors import BacklitError
from backlit.tables.model import TableModel
from backlit.validation import number

__all__ = ["errors_kept", "half_of", "half_width", "interval_of", "measured_coverage"]

MOST_KEPT = 2000
"""Errors that a model file holds: with these a level is met within half a percent."""
HIGHEST = 0.9995
"""The level that so many errors can tell at most."""


def errors_kept(errors: np.ndarray, seed: int) -> tuple[float, ...]:
    """Return the sizes of errors (n,) of rows held out, at most 2,000 of them, drawn at random, in a random order."""
    order = np.random.default_rng([seed, 4]).permutation(len(errors))[:MOST_KEPT]
    return tuple(float(error) for error in np.abs(errors)[order])


def half_width(errors: Sequence[float], level: float) -> float:
    """Return what the error of a further row stays within with probability ``level``; infinite for too few errors.

    >>> half_width([3.0, 1.0, 2.0, 4.0], 0.8), half_width([3.0, 1.0], 0.8)
    (4.0, inf)
    """
    k = math.ceil((len(errors) + 1) * level - 1e-9)
    return math.inf if k > len(errors) else sorted(errors)[k - 1]


def measured_coverage(errors: Sequence[float], level: float) -> float:
    """Return the share of errors within the half width of the others: one half decides, the other is counted."""
    one, other = np.asarray(errors[::2]), np.asarray(errors[1::2])
    within = [counted <= half_width(deciding.tolist(), level) for deciding, counted in ((one, other), (other, one))]
    return float(np.concatenate(within).mean())


def interval_of(model: TableModel, values: np.ndarray, level: float) -> np.ndarray:
    """Return the lower and the upper end (n, 2) of intervals around predictions (n,); raises as ``half_of``."""
    half = half_of(model, level)
    return np.column_stack([values - half, values + half])


def half_of(model: TableModel, level: float) -> float:
    """Return the half width of intervals around a model's predictions that hold ``level`` of the truths.

    Raises BacklitError for a level outside 0 to 1, a model of classes, one without errors of rows held out, and too
    few of these for the level.
    """
    level = number(level, "the level of an interval")
    if not 0 < level < 1:
        raise BacklitError(f"the level of an interval must lie between 0 and 1, such as 0.9, got {level:g}")
    if model.classes:
        raise BacklitError(f"'{model.target}' has classes, whose probabilities say how sure they are: no interval")
    if not model.errors:
        raise BacklitError("the model holds no errors of rows held out, as models of before; train it once more")
    half = half_width(model.errors, level)
    if math.isinf(half) and level > HIGHEST:
        raise BacklitError(
            f"the level of an interval may be at most {HIGHEST}, as none higher is measured, got {level:g}"
        )
    if math.isinf(half):
        needed = math.ceil(level / (1 - level) * (1 - 1e-9))
        raise BacklitError(
            f"an interval of {level:g} needs {needed:,} rows held out, got {len(model.errors)}; a larger --test-share "
            "in training, or a lower level"
        )
    return half
