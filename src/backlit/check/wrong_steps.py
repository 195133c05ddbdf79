"""Mistakes between the error terms of a layer and its gradients, or the weight steps made of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backlit.check.place import Place, arriving, pre_activation_gradient
from backlit.equations.dense import dense_bias_gradient, dense_weight_gradient

__all__ = [
    "bias_gradient",
    "scales",
    "two_wrong_weight_gradients",
    "weight_gradient",
    "wrong_bias_gradients",
    "wrong_weight_gradients",
]

Wrong = Iterator[tuple[str, np.ndarray]]


def weight_gradient(place: Place, dz: np.ndarray) -> np.ndarray:
    """Return the gradient at the weights (n_in, n_out), rightly, penalties included."""
    return _with_penalty(place, dense_weight_gradient(place.values.input, dz))


def _with_penalty(place: Place, dW: np.ndarray) -> np.ndarray:
    W = place.layer.weights
    return dW + place.l2 * W + place.l1 * np.sign(W) if place.l2 or place.l1 else dW


def bias_gradient(dz: np.ndarray) -> np.ndarray:
    """Return the gradient at the biases (n_out,), rightly."""
    db: np.ndarray = dense_bias_gradient(dz)
    return db


def scales(place: Place) -> Iterator[tuple[str, float]]:
    """Yield (identifier, factor) for every mistake that multiplies a whole gradient."""
    yield "wrong-sign", -1.0
    yield "factor-two", 2.0
    yield "factor-two", 0.5
    yield "accumulated", 2.0
    if place.n > 1:
        yield "sum-instead-of-mean", float(place.n)
        yield "mean-twice", 1 / place.n
    n_out = place.net.sizes[-1]
    if n_out > 1:
        yield "averaged-over-outputs", 1 / n_out
    yield from _rates(place)


def _rates(place: Place) -> Iterator[tuple[str, float]]:
    rate = place.rate
    if rate is None or rate == 1:
        return
    yield "learning-rate-twice", rate
    if place.as_steps:
        yield "missing-learning-rate", 1 / rate
    else:
        # a step where a gradient was asked for: the update multiplies by the rate once more
        yield "learning-rate-twice", -rate


def wrong_weight_gradients(place: Place, dz: np.ndarray) -> Wrong:
    """Yield (identifier, gradient at the weights, of whatever shape it comes out) for every mistake possible here."""
    right = weight_gradient(place, dz)
    for identifier, factor in scales(place):
        yield identifier, factor * right
    yield "swapped-outer-product", right.T
    x = place.values.input
    yield from _without_input(place, dz)
    if place.layer_index > 0:
        below = place.sweep[place.layer_index - 1].pre_activation
        yield "pre-activation-as-input", _with_penalty(place, dense_weight_gradient(below, dz))
    if place.l2 or place.l1:
        yield "regularizer-not-in-gradient", dense_weight_gradient(x, dz)
    if x.shape == dz.shape:
        yield from _without_column(x * dz)
    if place.is_output and dz.shape[1] == 1 and place.n > 1:
        grid = _outer_grid(place)
        yield "broadcast-outer", x.T @ grid / place.n
        yield "broadcast-outer", x.T @ grid


def _without_input(place: Place, dz: np.ndarray) -> Wrong:
    """The error terms' mean alone, spread over the weights' shape or left as it is."""
    x = place.values.input
    yield "missing-input", _with_penalty(place, dense_weight_gradient(np.ones_like(x), dz))
    if not (place.l2 or place.l1):
        mean = dz.mean(axis=0)
        yield "missing-input", mean
        yield "missing-input", mean[None, :]
        if mean.size == 1:
            yield "missing-input", mean.reshape(())


def two_wrong_weight_gradients(
    place: Place, dz: np.ndarray, taken: frozenset[str], at_most: int
) -> Iterator[tuple[frozenset[str], np.ndarray]]:
    """Yield two identifiers and the gradient with both mistakes: a factor on top of another, or one transposed.

    ``taken`` are the mistakes that were made before; only what keeps to ``at_most`` different ones with them comes.
    """
    factors = dict(scales(place))
    for identifier, dW in wrong_weight_gradients(place, dz):
        if identifier in factors:
            continue
        for scale, factor in scales(place):
            if len(taken | {identifier, scale}) <= at_most:
                yield frozenset((identifier, scale)), factor * dW
        swapped = "swapped-outer-product"
        if identifier != swapped and dW.ndim == 2 and len(taken | {identifier, swapped}) <= at_most:
            yield frozenset((identifier, swapped)), dW.T


def _without_column(products: np.ndarray) -> Wrong:
    """``delta * x`` where ``x[:, None]`` belongs: elementwise, and perhaps spread over a matrix afterwards."""
    vector = products.mean(axis=0)
    yield "column-needed", vector
    yield "column-needed", np.tile(vector, (len(vector), 1))
    yield "column-needed", np.tile(vector[:, None], (1, len(vector)))
    if len(products) > 1:
        yield "column-needed", products


def _outer_grid(place: Place) -> np.ndarray:
    """``y (n,)`` against ``p (n, 1)``: dz of every prediction against every target, (n, n)."""
    columns = []
    for j in range(place.n):
        error = arriving(place, y=np.repeat(place.y[[j]], place.n, axis=0))
        columns.append(pre_activation_gradient(place, error))
    return np.concatenate(columns, axis=1)


def wrong_bias_gradients(place: Place, dz: np.ndarray) -> Wrong:
    """Yield (identifier, gradient at the biases, of whatever shape it comes out) for every mistake possible here."""
    right = bias_gradient(dz)
    for identifier, factor in scales(place):
        yield identifier, factor * right
    yield "bias-missing", np.zeros_like(right)
    if place.n > 1:
        yield "bias-not-summed", dz
        yield "bias-not-summed", dz / place.n
        yield "bias-not-summed", dz[0]
    if place.is_output and dz.shape[1] == 1 and place.n > 1:
        grid = _outer_grid(place)
        yield "broadcast-outer", grid.mean(axis=0)
        yield "broadcast-outer", grid.sum(axis=0)
        yield "broadcast-outer", grid
