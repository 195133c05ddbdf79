"""What a step goes down: the weighted mean loss of a batch with its penalties on weights, and the gradients of it."""

from collections.abc import Sequence

import numpy as np

from backlit.equations.arrays import Array
from backlit.equations.dense import dense_bias_gradient, dense_weight_gradient
from backlit.network.network import Network
from backlit.network.sweeps import LayerBackward, LayerForward, forward, sample_losses

__all__ = ["mean_gradients", "measured", "penalty", "penalty_gradient", "reported_losses"]


def reported_losses(
    net: Network, sweep: Sequence[LayerForward], y: Array, *, probability_floor: float | None = None
) -> Array:
    """Return the loss of each sample, (n,), after a forward sweep.

    ``probability_floor``: predictions are kept this far from 0 and 1 before their logarithm is taken, as scikit-learn
    does when it reports a loss; no gradient sees it.
    """
    if probability_floor is None:
        return sample_losses(net, sweep, y)
    inside = np.clip(sweep[-1].activation, probability_floor, 1 - probability_floor)
    return net.loss_row.value(inside, y)


def measured(net: Network, X: Array, y: Array, *, probability_floor: float | None = None) -> tuple[Array, Array]:
    """Return the outputs (n, n_out) for ``X (n, n_in)`` and their losses (n,), without dropout; see reported_losses.

    >>> net = Network.from_weights([[[2.0]]], output="identity")
    >>> [part.tolist() for part in measured(net, np.asarray([[1.0]]), np.asarray([[0.0]]))]
    [[[2.0]], [2.0]]
    """
    with np.errstate(all="ignore"):
        sweep = forward(net, X)
        return sweep[-1].output, reported_losses(net, sweep, y, probability_floor=probability_floor)


def mean_gradients(
    sweep: Sequence[LayerForward], layers: Sequence[LayerBackward], sample_weight: Array | None
) -> list[Array | None]:
    """Return the gradients of the mean loss, weighted by ``sample_weight (n,)``: weights, biases, layer by layer.

    A sample's error terms do not depend on other samples, so its weight can be put on them at the end.
    """
    if sample_weight is None:
        return [gradient for layer in layers for gradient in (layer.weight_gradient, layer.bias_gradient)]
    # the equations divide by n; the weighted mean divides by the sum of the weights
    share = (sample_weight * (len(sample_weight) / sample_weight.sum()))[:, None]
    gradients: list[Array | None] = []
    for step, layer in zip(sweep, layers, strict=True):
        dz = -layer.error_term * share
        gradients.append(dense_weight_gradient(step.input, dz))
        gradients.append(None if layer.bias_gradient is None else dense_bias_gradient(dz))
    return gradients


def penalty(net: Network, l1: float, l2: float) -> float:
    """Return l1 times the sum of the weights' sizes plus l2 / 2 times the sum of their squares; biases are free.

    >>> penalty(Network.from_weights([[2.0, -1.0]]), 0.5, 0.1)
    1.75
    """
    total = 0.0
    for W in net.weights:
        if l1:
            total += l1 * float(np.abs(W).sum())
        if l2:
            total += 0.5 * l2 * float(np.vdot(W, W))
    return total


def penalty_gradient(W: Array, l1: float, l2: float) -> Array:
    """Gradient of ``penalty`` at one layer's weights W (n_in, n_out): l1 times their signs plus l2 times the weights.

    >>> penalty_gradient(np.asarray([[2.0], [-1.0]]), 0.5, 0.1).tolist()
    [[0.7], [-0.6]]
    """
    return l1 * np.sign(W) + l2 * W if l1 else l2 * W
