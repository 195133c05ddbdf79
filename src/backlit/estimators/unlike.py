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


def warn_where_unlike(X: Any, X_val: Any) -> None:
    """Warn where most columns of ``X_val (n_val, n_in)`` have another mean or spread than ``X (n, n_in)``'s.

    Both dense or CSR. A Pipeline gives fit's X through its steps, and X_val as it came: so it is not scaled then.
    Columns that do not vary in X say nothing; where half of the others or fewer are far, nothing is said.
    """
    if min(X.shape[0], X_val.shape[0]) < FEWEST:
        return
    mean, spread = _mean_and_spread(X)
    mean_val, spread_val = _mean_and_spread(X_val)
    varies = spread > 0
    if not varies.any():
        return
    moved = np.abs(mean_val - mean)[varies] / spread[varies]
    ratio = spread_val[varies] / spread[varies]
    # a spread of 0 in a few samples is no other scale
    far = (moved > FAR_MEANS) | (ratio > OTHER_SPREAD) | ((ratio > 0) & (ratio < 1 / OTHER_SPREAD))
    if far.mean() <= 0.5:
        return
    i = int(np.flatnonzero(varies)[np.argmax(far)])
    warn_user(
        f"X_val is not like X in {int(far.sum())} of {X.shape[1]} columns: column {i} has mean {mean_val[i]:.3g} and "
        f"standard deviation {spread_val[i]:.3g}, in X {mean[i]:.3g} and {spread[i]:.3g}. In a Pipeline only X goes "
        "through the steps before: make_pipeline(..., transform_input=['X_val']) sends X_val too"
    )


def _mean_and_spread(X: Any) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation (n_in,) of each column, in float64."""
    if not hasattr(X, "toarray"):
        with np.errstate(all="ignore"):
            return X.mean(axis=0, dtype=np.float64), X.std(axis=0, dtype=np.float64)
    from sklearn.utils.sparsefuncs import mean_variance_axis

    mean, variance = mean_variance_axis(X, axis=0)
    return np.asarray(mean, np.float64), np.sqrt(variance, dtype=np.float64)
