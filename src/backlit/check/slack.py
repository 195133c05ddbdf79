"""By how much rounding alone may move each entry of a backward pass, in a float type's epsilon.

A running error analysis: next to every value of the sweep its possible error is carried, to first order and without
cancelling: where a gradient is a small difference of large numbers, its error is that of the large ones. How far a
slope moves with the error of its pre-activation is measured, so a kink within that error counts in full; one that is
met exactly does not, as the slopes that are right there are tried one by one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from backlit.check.place import Place, arriving, pre_activation_gradient
from backlit.network.network import Layer

__all__ = ["rounding_errors"]


def rounding_errors(place: Place, epsilon: float) -> list[dict[str, np.ndarray]]:
    """Return for each layer the errors (arrays like the claims) that rounding by ``epsilon`` may leave in them."""
    inputs, sums = _forward(place, epsilon)
    result: list[dict[str, np.ndarray]] = []
    dz, dz_error = np.zeros(0), np.zeros(0)
    for index in range(len(place.net.layers) - 1, -1, -1):
        here = place._replace(layer_index=index, dz_above=dz)
        right = arriving(here)
        if here.is_output:
            error = _loss_error(here, inputs[-1], epsilon)
        else:
            W = np.abs(here.above.weights).T
            error = dz_error @ W + epsilon * (np.abs(dz) @ W)
            mask = here.values.mask
            error = error if mask is None else error * np.abs(mask)
        dz = pre_activation_gradient(here, right)
        if right.fused is not None:
            dz_error = inputs[-1] + epsilon * (np.abs(here.values.activation) + np.abs(here.y))
        else:
            dz_error = _product_error(here, right.da, error, sums[index], inputs[index + 1], epsilon)
        x = np.abs(here.values.input)
        dW = x.T @ (dz_error + epsilon * np.abs(dz)) + inputs[index].T @ np.abs(dz)
        result.insert(
            0,
            {
                "error": error,
                "error_term": dz_error,
                "weight_gradient": dW / place.n,
                "bias_gradient": (dz_error + epsilon * np.abs(dz)).mean(axis=0),
            },
        )
    return result


def _forward(place: Place, epsilon: float) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the errors of each layer's input, the output's last, and of each layer's sums."""
    inputs, sums = [epsilon * np.abs(place.sweep[0].input)], []
    for layer, values in zip(place.net.layers, place.sweep, strict=True):
        W = np.abs(layer.weights)
        total = np.abs(values.input) @ W + (0 if layer.biases is None else np.abs(layer.biases))
        sums.append(inputs[-1] @ W + epsilon * total)
        inputs.append(_value_error(layer, values.pre_activation, sums[-1]) + epsilon * np.abs(values.activation))
    return inputs, sums


def _value_error(layer: Layer, z: np.ndarray, z_error: np.ndarray) -> np.ndarray:
    if layer.row.derivative is None:
        a = layer.row.value(z)
        softmax_error: np.ndarray = a * (z_error + (a * z_error).sum(axis=-1, keepdims=True))
        return softmax_error
    return _moved(layer.row.value, z, z_error)


def _loss_error(place: Place, p_error: np.ndarray, epsilon: float) -> np.ndarray:
    """Return the error of the loss's derivative at the prediction."""
    p, y = place.values.activation, place.y
    shift = p_error + epsilon * (np.abs(p) + np.abs(y))

    def gradient(moved: np.ndarray) -> np.ndarray:
        result: np.ndarray = place.net.loss_row.gradient(moved, y)
        return result

    return _moved(gradient, p, shift)


def _product_error(
    place: Place, da: np.ndarray, da_error: np.ndarray, z_error: np.ndarray, a_error: np.ndarray, epsilon: float
) -> np.ndarray:
    """Return the error of slope times da, or of softmax's Jacobian applied to it."""
    layer, z = place.layer, place.values.pre_activation
    if layer.row.derivative is None:
        a = place.values.activation
        mean = (a * da).sum(axis=-1, keepdims=True)
        mean_error = (a_error * np.abs(da) + a * (da_error + epsilon * np.abs(da))).sum(axis=-1, keepdims=True)
        softmax_error: np.ndarray = a_error * np.abs(da - mean) + a * (da_error + mean_error + epsilon * np.abs(da))
        return softmax_error
    on_kink = np.isin(z, layer.row.kinks)
    slope_error = _moved(layer.row.derivative, z, np.where(on_kink, 0.0, z_error))
    if layer.row.name not in ("identity", "relu"):
        # a slope such as 1 - a**2 is a difference from 1
        slope_error = slope_error + epsilon
    result: np.ndarray = np.abs(da) * slope_error + np.abs(layer.row.derivative(z)) * da_error
    return result


def _moved(function: Callable[[np.ndarray], np.ndarray], at: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Return how far a function's value moves, at most, when its argument moves either way."""
    here = function(at)
    moved: np.ndarray = np.maximum(np.abs(function(at + by) - here), np.abs(function(at - by) - here))
    return moved
