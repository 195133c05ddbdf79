"""A word of warning where validation samples are scaled otherwise than those to train on."""

from typing import Any

import numpy as np

from backlit.warned import warn_user

__all__ = ["warn_where_unlike"]

FAR_MEANS = 2.0
"""Standard deviations between the means of a column, from which on it counts as far."""

OTHER_SPREAD = 6.0
"""Times wider, or narrower, from which on it counts as far."""

FEWEST = 8
"""Fewer samples tell nothing of a spread."""

STEADY = 1e-9
"""A spread below this share of the mean is rounding: the column does not vary."""

MOST_ROWS = 10_000
"""Quartiles are taken of so many rows at most."""

NORMAL = 1.349
"""The distance of a normal distribution's quartiles, in standard deviations."""


def warn_where_unlike(X: Any, X_val: Any) -> None:
    """Warn where most columns of ``X_val (n_val, n_in)`` have another mean or spread than ``X (n, n_in)``'s.

    Both dense or CSR. A Pipeline gives fit's X through its steps, and X_val as it came: so it is not scaled then.
    Columns that do not vary in X say nothing; where half of the others or fewer are far, nothing is said. In dense
    columns the quartiles must be far as well, where they differ: a few large values move a mean and a deviation.
    """
    if min(X.shape[0], X_val.shape[0]) < FEWEST:
        return
    mean, spread = _mean_and_spread(X)
    mean_val, spread_val = _mean_and_spread(X_val)
    varies = spread > STEADY * np.abs(mean)
    if not varies.any():
        return
    far = _far(mean, spread, mean_val, spread_val) & varies
    if not hasattr(X, "toarray") and not hasattr(X_val, "toarray"):
        middle, width = _middle_and_width(X)
        far &= _far(middle, width, *_middle_and_width(X_val)) | (width <= STEADY * np.abs(middle))
    if far.sum() <= 0.5 * varies.sum():
        return
    i = int(np.argmax(far))
    warn_user(
        f"X_val is not like X in {int(far.sum())} of {X.shape[1]} columns: column {i} has mean {mean_val[i]:.3g} and "
        f"standard deviation {spread_val[i]:.3g}, in X {mean[i]:.3g} and {spread[i]:.3g}. In a Pipeline only X goes "
        "through the steps before: make_pipeline(..., transform_input=['X_val']) sends X_val too"
    )


def _far(middle: np.ndarray, spread: np.ndarray, middle_val: np.ndarray, spread_val: np.ndarray) -> np.ndarray:
    """Say of each column whether its middle or its spread is far."""
    safe = np.where(spread > 0, spread, 1.0)
    moved, ratio = np.abs(middle_val - middle) / safe, spread_val / safe
    # a spread of 0 in a few samples is no other scale
    result: np.ndarray = (moved > FAR_MEANS) | (ratio > OTHER_SPREAD) | ((ratio > 0) & (ratio < 1 / OTHER_SPREAD))
    return result


def _middle_and_width(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Median and distance of the quartiles (n_in,) of each column, the latter as a deviation."""
    rows = X[:: max(1, len(X) // MOST_ROWS)]
    low, middle, high = np.quantile(np.asarray(rows, np.float64), (0.25, 0.5, 0.75), axis=0)
    return middle, (high - low) / NORMAL


def _mean_and_spread(X: Any) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation (n_in,) of each column, in float64."""
    if not hasattr(X, "toarray"):
        with np.errstate(all="ignore"):
            return X.mean(axis=0, dtype=np.float64), X.std(axis=0, dtype=np.float64)
    from sklearn.utils.sparsefuncs import mean_variance_axis

    mean, variance = mean_variance_axis(X, axis=0)
    return np.asarray(mean, np.float64), np.sqrt(variance, dtype=np.float64)
