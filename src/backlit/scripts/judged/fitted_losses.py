"""Losses told by the error at the output, where the file computes none that is known: Huber's at any bound and more.

What a fit finds is a loss like any other: the backward pass is judged by its equations.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from backlit.equations.further_losses import (
    HINGE,
    LOG_COSH,
    LOGISTIC,
    SQUARED_HINGE,
    class_weighted_cross_entropy,
    weighted_log_loss,
)
from backlit.equations.loss_table import Loss, find_loss
from backlit.scripts.found.claimed import proportion
from backlit.scripts.found.subject import Subject

__all__ = ["fitted_losses"]

FEWEST = 2
MOST_TRIED = 60
SAME = 1e-6
DIGITS = 9


def fitted_losses(subject: Subject) -> list[Loss]:
    """Return the losses whose error at the output is the file's, but for one factor; none where it has no such array.

    One that the numbers would fit by chance, with a parameter for nearly each of them, is none.
    """
    p, y = subject.found.predictions, subject.target.rows
    fits = {"identity": _of_numbers, "sigmoid": _of_answers, "softmax": _of_classes}
    fit = fits.get(subject.found.links[-1].activation)
    if fit is None or p.shape != y.shape or not np.isfinite(p).all():
        return []
    by_name = {loss.name: loss for error in _errors(subject) for loss in fit(error, p, y)}
    return list(by_name.values())


def _errors(subject: Subject) -> Iterator[np.ndarray]:
    """Yield what may be the error terms of the output: what its gradient is made of, else whatever has their shape.

    A gradient that holds a penalty too is no product with them.
    """
    found, delta, width = subject.found, subject.deltas[-1] if subject.deltas else None, subject.target.rows.shape[1]
    later = (node.value for node in reversed(subject.moment.nodes) if node.last > found.output.first)
    for value in [delta.value] if delta is not None else islice(later, MOST_TRIED):
        error = found.rows(value, width)
        if error is not None and np.isfinite(error).all() and error.any():
            yield error


def _of_numbers(error: np.ndarray, p: np.ndarray, y: np.ndarray) -> Iterator[Loss]:
    """Yield losses of outputs without an activation."""
    yield from _huber(error, p - y)
    yield from _quantile(error, p - y)
    signs = bool((np.abs(y) == 1).all()) and len(np.unique(y)) > 1
    for loss in (LOG_COSH, *((HINGE, SQUARED_HINGE, LOGISTIC) if signs else ())):
        gradient = np.asarray(loss.gradient(p, y))
        # all on one side of everything they are one number, and so is much else
        if len(np.unique(np.abs(gradient))) > 1 and proportion(error, gradient) is not None:
            yield loss


def _huber(error: np.ndarray, r: np.ndarray) -> Iterator[Loss]:
    size = np.abs(error)
    top = size >= size.max() * (1 - SAME)
    within = ~top & (r != 0)
    if top.sum() < FEWEST or within.sum() < FEWEST:
        return
    factors = error[within] / r[within]
    if np.ptp(factors) <= SAME * abs(factors[0]):
        delta = float(f"{size.max() / abs(factors[0]):.{DIGITS}g}")
        if (np.abs(r[top]) >= delta * (1 - SAME)).all():
            yield find_loss(f"huber({delta!r})")


def _quantile(error: np.ndarray, r: np.ndarray) -> Iterator[Loss]:
    above, below = error[r > 0], error[r < 0]
    if min(above.size, below.size) < FEWEST or not above[0] * below[0] < 0:
        return
    if all(np.ptp(side) <= SAME * abs(side[0]) for side in (above, below)):
        level = float(f"{abs(below[0]) / (abs(above[0]) + abs(below[0])):.{DIGITS}g}")
        yield find_loss("absolute_error" if abs(level - 0.5) < SAME else f"quantile({level!r})")


def _of_answers(error: np.ndarray, p: np.ndarray, y: np.ndarray) -> Iterator[Loss]:
    """Yield the log loss in which a yes counts more, or less, than a no."""
    yes, no = y == 1, y == 0
    if not (yes | no).all() or not no.any() or yes.sum() < FEWEST + y.shape[1]:
        return
    factor = float(np.median(error[no] / p[no]))
    shares = np.where(yes, error / np.where(yes, p - 1, 1) / (factor or 1.0), np.nan)
    weights = _by_column(shares, yes)
    if weights is not None and (weights > 0).all() and not np.allclose(weights, 1):
        yield weighted_log_loss(weights)


def _of_classes(error: np.ndarray, p: np.ndarray, y: np.ndarray) -> Iterator[Loss]:
    """Yield the cross entropy in which a sample counts the weight of its class."""
    of_class = y == 1
    if not (of_class.sum(axis=1) == 1).all() or len(y) < FEWEST + y.shape[1]:
        return
    sizes = (error * (p - y)).sum(axis=1) / ((p - y) ** 2).sum(axis=1)
    weights = _by_column(np.where(of_class, sizes[:, None], np.nan), of_class)
    if weights is not None and (weights * weights[0] > 0).all() and not np.allclose(weights / weights[0], 1):
        yield class_weighted_cross_entropy(weights / weights.mean())


def _by_column(values: np.ndarray, there: np.ndarray) -> np.ndarray | None:
    """Return the one number of each column among those that are there, 1 where none is; None where they differ."""
    weights = np.ones(values.shape[1])
    for column in range(values.shape[1]):
        own = values[there[:, column], column]
        if own.size:
            if np.ptp(own) > SAME * abs(own[0]):
                return None
            weights[column] = own[0]
    return weights
