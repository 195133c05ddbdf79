"""Mistakes in the slope that the arriving error is multiplied by."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from backlit.check.place import Arriving, Place
from backlit.equations.activation_table import activation_backward
from backlit.equations.activations import leaky_relu_derivative

__all__ = ["slopes_at_kinks", "wrong_slopes"]

Wrong = Iterator[tuple[str, np.ndarray]]

# f'(z) written with the activation: what a learner who takes another value for the activation computes
_BY_ACTIVATION: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "sigmoid": lambda a: a * (1 - a),
    "tanh": lambda a: 1 - a * a,
}


def wrong_slopes(place: Place, error: Arriving) -> Wrong:
    """Yield (identifier, dz (n, n_units)) for every mistake that can be made here."""
    row, values = place.layer.row, place.values
    yield ("missing-output-derivative" if place.is_output else "missing-hidden-derivative"), error.da
    if row.derivative is None:
        yield from _softmax_slopes(place, error)
        return
    if error.fused is not None:
        yield "extra-output-derivative", error.fused * row.derivative(values.pre_activation)
    yield "derivative-of-activation", error.da * row.derivative(values.activation)
    if _fits(values.input, error.da):
        yield "derivative-of-input", error.da * row.derivative(values.input)
    by_activation = _BY_ACTIVATION.get(row.name)
    if by_activation is not None:
        yield "derivative-of-pre-activation", error.da * by_activation(values.pre_activation)
        if _fits(values.input, error.da):
            yield "derivative-of-input", error.da * by_activation(values.input)
    if values.mask is not None and row.name != "identity":
        yield "slope-after-mask", error.da * (by_activation or row.derivative)(values.output)
    if place.rarer:
        yield from ((name, error.da * slope) for name, slope in _other_slopes(place))
        yield "activation-of-error", row.value(error.da)
        yield from _matrix_products(place, error)
    for taken in _error_terms(place, error):
        yield "derivative-of-error-term", error.da * (by_activation or row.derivative)(taken)


def _matrix_products(place: Place, error: Arriving) -> Wrong:
    """``dot`` where entries are to be multiplied: the slope's own squares or products become sums over the units."""
    name, a = place.layer.row.name, place.values.activation
    if name == "tanh" and place.n > 1:
        yield "dot-for-product", (1 - a @ a.T) @ error.da
        yield "dot-for-product", error.da @ (1 - a.T @ a)
    if name == "sigmoid" and place.n > 1:
        for product in (a @ (1 - a).T, (1 - a) @ a.T):
            yield "dot-for-product", product @ error.da


def _other_slopes(place: Place) -> Wrong:
    """Another function in the slope's place."""
    row, z, a = place.layer.row, place.values.pre_activation, place.values.activation
    yield "value-as-slope", a
    yield "input-as-slope", z
    if row.name == "sigmoid":
        # z in one of the two places of a
        yield "derivative-of-pre-activation", a * (1 - z)
        yield "derivative-of-pre-activation", z * (1 - a)
    if row.name in ("sigmoid", "tanh"):
        yield "slope-cut-short", 1 - a
        yield "slope-cut-short", 1 - z
        yield "square-misplaced", (1 - a) ** 2
        yield "square-misplaced", (1 - z) ** 2
        yield "slope-of-another-activation", 1 - a * a if row.name == "sigmoid" else a * (1 - a)
    if row.name == "tanh":
        yield "slope-cut-short", a * a
        yield "slope-cut-short", 1 + a * a
    if row.name not in ("relu", "identity") and row.derivative is not None:
        yield "slope-twice", row.derivative(z) ** 2
        yield "slope-of-another-activation", (z > 0) * 1.0
    family = row.name.partition("(")[0]
    if family in ("relu", "leaky_relu", "identity"):
        yield "slope-of-another-activation", a * (1 - a)
        yield "slope-of-another-activation", 1 - a * a
    if family in ("relu", "leaky_relu") and row.derivative is not None:
        yield "slope-reversed", row.derivative(-z)
    if family in ("relu", "leaky_relu"):
        # a usual leak, where another was used, or none
        yield from (("slope-of-another-activation", leaky_relu_derivative(z, leak)) for leak in (0.01, 0.1, 0.2))
    yield from _neighbours_slopes(place)


def _neighbours_slopes(place: Place) -> Wrong:
    """The slopes of the layers beside, by their activation or by this one's; the first unit's may go to all."""
    shape, own = place.values.pre_activation.shape, place.layer.row.derivative
    for index in (place.layer_index - 1, place.layer_index + 1):
        if not 0 <= index < len(place.net.layers):
            continue
        at = place.sweep[index].pre_activation
        for slope in (place.net.layers[index].row.derivative, own):
            taken = [at] if at.shape == shape else []
            if slope is not None:
                yield from (("slope-of-another-layer", slope(z)) for z in (*taken, at[:, :1]))


def _softmax_slopes(place: Place, error: Arriving) -> Wrong:
    p, row = place.values.activation, place.layer.row
    yield "softmax-diagonal-only", error.da * p * (1 - p)
    if error.fused is not None:
        # ŷ − y has softmax's Jacobian in it: a slope on top of it, of either kind, is one too many
        yield "extra-output-derivative", error.fused * p * (1 - p)
        yield "extra-output-derivative", activation_backward(row, place.values.pre_activation, error.fused)


def _error_terms(place: Place, error: Arriving) -> Iterator[np.ndarray]:
    """The error terms at hand, with the sign of the lesson and of a gradient."""
    for taken in (error.da, place.dz_above):
        if taken is not None and _fits(taken, error.da):
            yield taken
            yield -taken


def _fits(array: np.ndarray, like: np.ndarray) -> bool:
    return array.shape == like.shape or array.shape == (like.shape[0], 1)


def slopes_at_kinks(place: Place, error: Arriving) -> Iterator[np.ndarray]:
    """Yield dz with the slope from either side, or half way, where a pre-activation sits on a kink: all are right."""
    row, z = place.layer.row, place.values.pre_activation
    if error.fused is not None or row.derivative is None:
        return
    for kink in row.kinks:
        if (z == kink).any():
            above = row.derivative(np.where(z == kink, np.nextafter(kink, np.inf), z))
            below = row.derivative(np.where(z == kink, np.nextafter(kink, -np.inf), z))
            for slope in (above, below, (above + below) / 2):
                yield error.da * slope
