"""Losses that people's own programs descend on, and that backlit does not train by: known where they are met.

As in ``losses``: predictions and targets (n, n_out); a value (n,), summed over outputs; its gradient (n, n_out) under
it, each sample's own. The hinge losses and the logistic one take scores, and targets -1 and 1 (Hastie, Tibshirani and
Friedman 2009, section 10.6).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from backlit.equations.activations import sigmoid, softplus
from backlit.equations.arrays import Array, namespace
from backlit.equations.loss_table import Loss

__all__ = ["HINGE", "LOGISTIC", "LOG_COSH", "SQUARED_HINGE", "class_weighted_cross_entropy", "weighted_log_loss"]

SIGNS = (-1.0, 1.0)
MOST_SHOWN = 6


def log_cosh(p: Array, y: Array) -> Array:
    """Sum_k of log cosh(p_k - y_k): half the square of a small distance, and the distance less log 2 of a large one."""
    xp = namespace(p)
    size = xp.abs(p - y)
    # cosh itself overflows at 710
    return xp.sum(size + softplus(-2 * size) - float(xp.log(xp.asarray(2.0))), axis=-1)


def log_cosh_gradient(p: Array, y: Array) -> Array:
    """tanh(p - y)."""
    return namespace(p).tanh(p - y)


def hinge(p: Array, y: Array) -> Array:
    """Sum_k of what y_k p_k is short of a margin of 1 (Cortes and Vapnik 1995)."""
    xp = namespace(p)
    return xp.sum(xp.where(y * p < 1, 1 - y * p, xp.zeros_like(p)), axis=-1)


def hinge_gradient(p: Array, y: Array) -> Array:
    """-y within the margin, 0 beyond it."""
    xp = namespace(p)
    return xp.where(y * p < 1, -y, xp.zeros_like(p))


def squared_hinge(p: Array, y: Array) -> Array:
    """Sum_k of the square of what y_k p_k is short of a margin of 1."""
    xp = namespace(p)
    short = xp.where(y * p < 1, 1 - y * p, xp.zeros_like(p))
    return xp.sum(short * short, axis=-1)


def squared_hinge_gradient(p: Array, y: Array) -> Array:
    """-2 y (1 - y p) within the margin, 0 beyond it."""
    xp = namespace(p)
    return xp.where(y * p < 1, -2 * y * (1 - y * p), xp.zeros_like(p))


def logistic(p: Array, y: Array) -> Array:
    """Sum_k of log(1 + exp(-y_k p_k)): the log loss of sigmoid(p), for targets -1 and 1."""
    return namespace(p).sum(softplus(-y * p), axis=-1)


def logistic_gradient(p: Array, y: Array) -> Array:
    """-y sigmoid(-y p)."""
    return -y * sigmoid(-y * p)


def log_loss_by_answer(p: Array, y: Array, weights: Array) -> Array:
    """Log loss, sum_k, in which a yes counts ``weights``_k times (n_out,)."""
    xp = namespace(p)
    yes = xp.log(xp.where(y == 0, xp.ones_like(p), p))
    no = xp.log(xp.where(y == 1, xp.ones_like(p), 1 - p))
    return -xp.sum(weights * y * yes + (1 - y) * no, axis=-1)


def log_loss_by_answer_gradient(p: Array, y: Array, weights: Array) -> Array:
    """(1 - y) / (1 - p) - weights y / p."""
    return (1 - y) / (1 - p) - weights * y / p


def cross_entropy_by_class(p: Array, y: Array, weights: Array) -> Array:
    """Cross entropy in which a sample counts the weight of its class (n_out,): -sum_k of weights_k y_k log p_k."""
    xp = namespace(p)
    return -xp.sum(weights * y * xp.log(xp.where(y == 0, xp.ones_like(p), p)), axis=-1)


def cross_entropy_by_class_gradient(p: Array, y: Array, weights: Array) -> Array:
    """-weights y / p."""
    return -weights * y / p


LOG_COSH = Loss("log_cosh", log_cosh, log_cosh_gradient)
HINGE = Loss("hinge", hinge, hinge_gradient, target_range=SIGNS)
SQUARED_HINGE = Loss("squared_hinge", squared_hinge, squared_hinge_gradient, target_range=SIGNS)
LOGISTIC = Loss("logistic", logistic, logistic_gradient, target_range=SIGNS)


def weighted_log_loss(weights: Array) -> Loss:
    """Return the log loss in which a yes of each output counts so many times; ``weights`` is (n_out,)."""
    return _weighted("weighted_log_loss", log_loss_by_answer, log_loss_by_answer_gradient, weights)


def class_weighted_cross_entropy(weights: Array) -> Loss:
    """Return the cross entropy in which a sample counts the weight of its class; ``weights`` is (n_out,)."""
    row = _weighted("class_weighted_cross_entropy", cross_entropy_by_class, cross_entropy_by_class_gradient, weights)
    return replace(row, distribution=True)


def _weighted(name: str, value: Callable[..., Array], gradient: Callable[..., Array], weights: Array) -> Loss:
    """Return the row of a loss of probabilities with its weights, of which the name shows the first ones."""
    shown = ", ".join(f"{float(weight):.4g}" for weight in weights[:MOST_SHOWN])
    more = ", ..." if len(weights) > MOST_SHOWN else ""
    return Loss(
        f"{name}({shown}{more})",
        partial(value, weights=weights),
        partial(gradient, weights=weights),
        target_range=(0.0, 1.0),
        prediction_range=(0.0, 1.0),
        open_range=True,
    )
