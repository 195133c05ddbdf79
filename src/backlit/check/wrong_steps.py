"""Mistakes between the error terms of a layer and its gradients, or the weight steps made of them.

A gradient at the weights is kept as the product that it is, so that a few of its entries can be looked at first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from backlit.check.place import Place, arriving, pre_activation_gradient
from backlit.equations.dense import dense_bias_gradient, dense_weight_gradient

__all__ = [
    "Product",
    "bias_gradient",
    "scales",
    "scales_of",
    "weight_bases",
    "weight_gradient",
    "wrong_bias_gradients",
    "wrong_weight_gradients",
]

Wrong = Iterator[tuple[str, np.ndarray]]
Shape = tuple[int, ...]


class Product(NamedTuple):
    """A gradient at the weights, left.T @ right / n + penalty: ``left (n, n_in)``, ``right (n, n_out)``.

    ``array`` stands in their place for what is no such product, in whatever shape it comes out.
    """

    left: np.ndarray
    right: np.ndarray
    penalty: np.ndarray | None = None
    array: np.ndarray | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The gradient's shape."""
        return (self.left.shape[1], self.right.shape[1]) if self.array is None else self.array.shape

    def whole(self) -> np.ndarray:
        """All of it."""
        if self.array is not None:
            return self.array
        dW: np.ndarray = dense_weight_gradient(self.left, self.right)
        return dW if self.penalty is None else dW + self.penalty

    def part(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Some rows and columns of a product."""
        penalty = None if self.penalty is None else self.penalty[np.ix_(rows, columns)]
        return Product(self.left[:, rows], self.right[:, columns], penalty).whole()


def weight_gradient(place: Place, dz: np.ndarray) -> np.ndarray:
    """Return the gradient at the weights (n_in, n_out), rightly, penalties included."""
    return Product(place.values.input, dz, penalty_of(place)).whole()


def penalty_of(place: Place) -> np.ndarray | None:
    """Return what the penalties add to the gradient at the weights, or None."""
    W = place.layer.weights
    return place.l2 * W + place.l1 * np.sign(W) if place.l2 or place.l1 else None


def bias_gradient(dz: np.ndarray) -> np.ndarray:
    """Return the gradient at the biases (n_out,), rightly."""
    db: np.ndarray = dense_bias_gradient(dz)
    return db


def scales(place: Place) -> Iterator[tuple[str, float]]:
    """Yield (identifier, factor) for every mistake that multiplies a whole gradient."""
    return scales_of(place.n, place.net.sizes[-1], place.rate, as_steps=place.as_steps)


def scales_of(n: int, n_out: int, rate: float | None, *, as_steps: bool) -> Iterator[tuple[str, float]]:
    """Yield the same for ``n`` samples, ``n_out`` outputs and a learning rate, None where it is not known."""
    yield "wrong-sign", -1.0
    yield "factor-two", 2.0
    yield "factor-two", 0.5
    yield "accumulated", 2.0
    if n > 1:
        yield "sum-instead-of-mean", float(n)
        yield "mean-twice", 1 / n
    if n_out > 1:
        yield "averaged-over-outputs", 1 / n_out
    if rate is None or rate == 1:
        return
    yield "learning-rate-twice", rate
    if as_steps:
        yield "missing-learning-rate", 1 / rate
    else:
        # a step where a gradient was asked for: the update multiplies by the rate once more
        yield "learning-rate-twice", -rate


def weight_bases(place: Place, dz: np.ndarray) -> Iterator[tuple[str, Product]]:
    """Yield (identifier, gradient at the weights) for the right one, named "", and each that is no multiple of it."""
    x, penalty = place.values.input, penalty_of(place)
    yield "", Product(x, dz, penalty)
    yield "missing-input", Product(np.ones_like(x), dz, penalty)
    if penalty is None:
        mean = dz.mean(axis=0)
        shapes = [mean, mean[None, :], *([mean.reshape(())] if mean.size == 1 else [])]
        yield from (("missing-input", Product(x, dz, array=array)) for array in shapes)
    if place.layer_index > 0:
        below = place.sweep[place.layer_index - 1].pre_activation
        yield "pre-activation-as-input", Product(below, dz, penalty)
        if place.sweep[place.layer_index - 1].mask is not None:
            yield "input-before-mask", Product(place.sweep[place.layer_index - 1].activation, dz, penalty)
    if place.rarer:
        yield from _of_other_layers(place, dz, penalty)
    if penalty is not None:
        yield from ((name, Product(x, dz, wrong)) for name, wrong in _penalties(place, penalty))
    if place.rarer and dz.shape[1] == 1 and x.shape[1] > 1:
        yield from (("product-for-dot", Product(x, dz, array=array)) for array in _not_added_up(x * dz, penalty))
    if x.shape == dz.shape:
        yield from (("column-needed", Product(x, dz, array=array)) for array in _without_column(x * dz))
    if place.is_output and dz.shape[1] == 1 and place.n > 1:
        grid = _outer_grid(place)
        yield "broadcast-outer", Product(x, dz, array=x.T @ grid / place.n)
        yield "broadcast-outer", Product(x, dz, array=x.T @ grid)


def _of_other_layers(place: Place, dz: np.ndarray, penalty: np.ndarray | None) -> Iterator[tuple[str, Product]]:
    """The values or the error terms of another layer, where shapes allow it."""
    x = place.values.input
    others = [place.sweep[0].input, *(values.activation for values in place.sweep)]
    # those of another size are one off: the layer's own output for its input, or the input of the layer below
    near = [place.values.activation, *([place.sweep[place.layer_index - 1].input] if place.layer_index else [])]
    for other in others:
        if other is not x and (other.shape == x.shape or any(other is one for one in near)):
            yield "input-of-another-layer", Product(other, dz, penalty)
    if place.dz_above is not None and place.dz_above.shape == dz.shape:
        yield "error-term-of-another-layer", Product(x, place.dz_above, penalty)


def wrong_weight_gradients(place: Place, dz: np.ndarray) -> Wrong:
    """Yield (identifier, gradient at the weights, of whatever shape it comes out) for every single mistake here."""
    for identifier, product in weight_bases(place, dz):
        if identifier:
            yield identifier, product.whole()
    right = weight_gradient(place, dz)
    yield "swapped-outer-product", right.T
    for identifier, factor in scales(place):
        yield identifier, factor * right


def _sums_otherwise(dz: np.ndarray, shape: Shape | None) -> Wrong:
    """Yield the error terms added up over the units, or over everything, where the samples are meant."""
    n, n_out = dz.shape
    lines = _of_shape(((n,), (1, n), (n, 1)), shape) if n > 1 and n_out > 1 else []
    if lines:
        added = dz.sum(axis=1)
        for total in (added / n, added):
            yield from (("wrong-axis", total.reshape(line)) for line in lines)
    filled = _of_shape(((), (1,), (1, 1), (n_out,)), shape) if n_out > 1 else []
    if filled:
        whole = float(dz.sum())
        for one in (whole / n, whole, whole / dz.size):
            yield from (("wrong-axis", np.full(full, one)) for full in filled)


def _of_shape(shapes: Sequence[Shape], shape: Shape | None) -> list[Shape]:
    return [one for one in shapes if shape is None or one == shape]


def _penalties(place: Place, penalty: np.ndarray) -> Iterator[tuple[str, np.ndarray | None]]:
    """Yield what stands in the penalty's place, the data's part being right."""
    yield "regularizer-not-in-gradient", None
    yield "penalty-wrong-sign", -penalty
    yield "penalty-halved", penalty / 2
    yield "penalty-doubled", 2 * penalty
    if place.n > 1:
        yield "penalty-averaged", penalty / place.n
        yield "penalty-summed", penalty * place.n
    if place.l2 and not place.l1:
        yield "penalty-other", place.l2 * np.sign(place.layer.weights)
    if place.l1 and not place.l2:
        yield "penalty-other", place.l1 * place.layer.weights


def _without_column(products: np.ndarray) -> Iterator[np.ndarray]:
    """``delta * x`` where ``x[:, None]`` belongs: elementwise, and perhaps spread over a matrix afterwards."""
    vector = products.mean(axis=0)
    yield vector
    yield np.tile(vector, (len(vector), 1))
    yield np.tile(vector[:, None], (1, len(vector)))
    if len(products) > 1:
        yield products


def _not_added_up(products: np.ndarray, penalty: np.ndarray | None) -> Iterator[np.ndarray]:
    """``x * dz`` of one unit, where ``x.T @ dz`` belongs: a row a sample is left, or all of it is added up."""
    n = len(products)
    if penalty is None:
        yield from (products / n, products) if n > 1 else ()
        yield from (np.full(shape, products.sum() / by) for shape in ((), (1,), (1, 1)) for by in (n, 1))


def _outer_grid(place: Place) -> np.ndarray:
    """``y (n,)`` against ``p (n, 1)``: dz of every prediction against every target, (n, n)."""
    for known, grid in _grids:
        if known.net is place.net and known.sweep is place.sweep and known.y is place.y:
            return grid
    columns = []
    for j in range(place.n):
        error = arriving(place, y=np.repeat(place.y[[j]], place.n, axis=0))
        columns.append(pre_activation_gradient(place, error))
    _grids.append((place, np.concatenate(columns, axis=1)))
    return _grids[-1][1]


_grids: deque[tuple[Place, np.ndarray]] = deque(maxlen=2)
"""The last grids: they are asked for with each of many error terms, and hang on none."""


def wrong_bias_gradients(place: Place, dz: np.ndarray, *, multiples: bool = True, shape: Shape | None = None) -> Wrong:
    """Yield (identifier, gradient at the biases, of whatever shape it comes out) for every mistake possible here.

    Without ``multiples``, those that multiply all of it are left out; with a ``shape``, most that come out otherwise.
    """
    right = bias_gradient(dz)
    for identifier, factor in scales(place) if multiples else ():
        yield identifier, factor * right
    yield "bias-missing", np.zeros_like(right)
    if place.n > 1 and shape in (None, dz.shape):
        yield "bias-not-summed", dz
        yield "bias-not-summed", dz / place.n
    if place.n > 1:
        yield "bias-not-summed", dz[0]
    yield from _sums_otherwise(dz, shape)
    if place.rarer and place.dz_above is not None and place.dz_above.shape == dz.shape:
        yield "error-term-of-another-layer", bias_gradient(place.dz_above)
    if place.rarer and place.values.input.shape[1] > 1:
        yield "input-in-bias", bias_gradient(dz * place.values.input.sum(axis=1, keepdims=True))
    if place.l2 or place.l1:
        b = place.layer.biases
        if b is not None:
            yield "biases-penalised", right + place.l2 * b + place.l1 * np.sign(b)
    if place.is_output and dz.shape[1] == 1 and place.n > 1:
        grid = _outer_grid(place)
        yield "broadcast-outer", grid.mean(axis=0)
        yield "broadcast-outer", grid.sum(axis=0)
        yield "broadcast-outer", grid
