"""The loss and gradient that L-BFGS is given, in the order of operations that scikit-learn has.

L-BFGS is chaotic: a difference of 1e-16 in the loss ends, 200 iterations later, in other weights. So here the sums are
taken in scikit-learn's order, with SciPy's functions, and on the same machine the path is the same to the last bit.
Tests hold it equal to the equations.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from scipy.special import expit, xlogy

from backlit.equations.activation_table import activation_backward, find_activation
from backlit.equations.activations import sigmoid
from backlit.equations.arrays import Array
from backlit.equations.slopes import with_slope_from_value
from backlit.estimators.samples import Samples
from backlit.network.network import Layer, Network
from backlit.network.sweeps import LayerForward, forward

__all__ = ["as_computed", "loss_and_gradient", "packed", "unpacked"]

# output activations and losses whose gradient at the pre-activation is the prediction minus the target
CANONICAL = {
    ("softmax", "cross_entropy"),
    ("sigmoid", "log_loss"),
    ("identity", "squared_error"),
    ("exp", "poisson"),
}


def as_computed(net: Network) -> Network:
    """Return the network with SciPy's sigmoid, and slopes of the sigmoid and tanh computed from activations."""
    layers = []
    for layer in net.layers:
        row = with_slope_from_value(layer.row)
        if row.value is sigmoid:
            row = replace(row, value=expit, derivative=None, backward=_sigmoid_backward)
        layers.append(replace(layer, activation=row))
    return replace(net, layers=tuple(layers))


def _sigmoid_backward(z: Array, da: Array) -> Array:
    """da a (1 - a), from left to right."""
    a = expit(z)
    return da * a * (1 - a)


def loss_and_gradient(net: Network, samples: Samples, alpha: float, scale: float) -> tuple[float, np.ndarray]:
    """Return the loss, alpha's penalty included, and its gradient, flat: weights of all layers, then biases.

    ``net`` is one of ``as_computed``. The loss of the samples, and with it its gradient, is multiplied by ``scale``.
    """
    sweep = forward(net, samples.X)
    n = samples.n if samples.weight is None else float(samples.weight.sum())
    loss = scale * _mean_loss(net, sweep[-1].activation, samples)
    loss += 0.5 * alpha * sum(float(np.vdot(W, W)) for W in net.weights) / n
    dz = _output_gradient(net, sweep[-1], samples.y) * scale
    if samples.weight is not None:
        dz = dz * samples.weight[:, None]
    weights, biases = [], []
    for i in range(len(net.layers) - 1, -1, -1):
        layer = net.layers[i]
        weights.append((sweep[i].input.T @ dz + alpha * layer.weights) / n)
        biases.append(dz.sum(axis=0) / n)
        if i > 0:
            below = net.layers[i - 1]
            dz = activation_backward(
                find_activation(below.activation), sweep[i - 1].pre_activation, dz @ layer.weights.T
            )
    return loss, packed(weights[::-1], biases[::-1])


def _output_gradient(net: Network, step: LayerForward, y: Array) -> Array:
    row = find_activation(net.layers[-1].activation)
    if (row.name, net.loss_row.name) in CANONICAL:
        return step.activation - y
    return activation_backward(row, step.pre_activation, net.loss_row.gradient(step.activation, y))


def _mean_loss(net: Network, p: Array, samples: Samples) -> float:
    """Average over samples first, then sum over outputs."""
    name, y = net.loss_row.name, samples.y
    if name in ("cross_entropy", "log_loss"):
        floor = np.finfo(p.dtype).eps
        p = np.clip(p, floor, 1 - floor)
        if name == "log_loss" and p.shape[1] == 1:
            p, y = np.hstack([1 - p, p]), np.hstack([1 - y, y])
            terms = xlogy(y, p)
        elif name == "log_loss":
            terms = xlogy(y, p) + xlogy(1 - y, 1 - p)
        else:
            terms = xlogy(y, p)
        return -float(np.average(terms, weights=samples.weight, axis=0).sum())
    if name == "squared_error":
        return 0.5 * float(np.average((y - p) ** 2, weights=samples.weight, axis=0).sum())
    return float(np.average(net.loss_row.value(p, y), weights=samples.weight))


def packed(weights: Any, biases: Any) -> np.ndarray:
    """Return all weights, then all biases, as one flat array, in float64 as SciPy works in it."""
    return np.concatenate([array.ravel() for array in (*weights, *biases)]).astype(np.float64, copy=False)


def unpacked(net: Network, flat: np.ndarray) -> Network:
    """Return the network with the parameters of a flat array, as views of it."""
    arrays = []
    start = 0
    for old in (*net.weights, *net.biases):
        arrays.append(flat[start : start + old.size].reshape(old.shape))
        start += old.size
    half = len(net.layers)
    layers = tuple(
        Layer(W, b, layer.activation, layer.dropout)
        for layer, W, b in zip(net.layers, arrays[:half], arrays[half:], strict=True)
    )
    return Network(layers, net.loss_function)
