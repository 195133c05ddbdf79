"""By how much rounding alone may move each entry of a backward pass, in units of the float type's epsilon.

The sweep is done once more with sizes in place of values, so nothing cancels: where a gradient is a small difference
of large numbers, its rounding error is that of the large ones.
"""

from __future__ import annotations

import numpy as np

from backlit.check.place import Place, arriving
from backlit.network import Layer

__all__ = ["rounding_sizes"]


def rounding_sizes(place: Place) -> list[dict[str, np.ndarray]]:
    """Return for each layer the sizes (arrays like the claims) that rounding errors are in proportion to."""
    inputs, sums = _forward(place)
    result: list[dict[str, np.ndarray]] = []
    size = np.zeros(0)
    for index in range(len(place.net.layers) - 1, -1, -1):
        here = place._replace(layer_index=index)
        layer, values = here.layer, here.values
        if here.is_output:
            right = arriving(here)
            residual = inputs[index + 1] + np.abs(place.y)
            error = np.abs(right.da) + residual
            # fused, the slope has cancelled
            size = residual if right.fused is not None else error * _slope(layer, values.pre_activation, sums[index])
        else:
            error = size @ np.abs(place.net.layers[index + 1].weights).T
            size = error * _slope(layer, values.pre_activation, sums[index])
        dW = inputs[index].T @ size / place.n
        result.insert(
            0, {"error": error, "error_term": size, "weight_gradient": dW, "bias_gradient": size.mean(axis=0)}
        )
    return result


def _forward(place: Place) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the sizes of each layer's input, the output's last, and of each layer's sums."""
    inputs, sums = [np.abs(place.sweep[0].input)], []
    for layer, values in zip(place.net.layers, place.sweep, strict=True):
        total = inputs[-1] @ np.abs(layer.weights) + (0 if layer.biases is None else np.abs(layer.biases))
        sums.append(total)
        steepest = min(layer.row.derivative_bound, 2.0)
        inputs.append(np.abs(values.activation) + steepest * total)
    return inputs, sums


def _slope(layer: Layer, z: np.ndarray, total: np.ndarray) -> np.ndarray:
    """The slope's size; where the activation is curved, rounding of the sum moves it too."""
    if layer.row.derivative is None:
        return 1.0 + total
    slope: np.ndarray = np.abs(layer.row.derivative(z))
    return slope if layer.row.name in ("identity", "relu") else slope + 1.0 + total
