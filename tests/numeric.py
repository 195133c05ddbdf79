"""Gradients without the equations' backward half: central differences, and automatic differentiation by autograd.

Both use the forward half alone: every perturbed network goes through one forward sweep, stacked along a first axis.
"""

from dataclasses import replace

import autograd
import autograd.numpy as anp
import numpy as np
from autograd.numpy.numpy_boxes import ArrayBox

from backlit.network.sweeps import forward, sample_losses

WAY = 1e-3
"""Differences of fourth order: the error is of the order of WAY^4, and rounding is divided by WAY alone."""
STENCIL = ((1, 8 / 12), (-1, -8 / 12), (2, -1 / 12), (-2, 1 / 12))


def relative_error(a, b):
    """Largest difference of two arrays over the largest entry, 0 where both are nothing."""
    size = max(np.abs(a).max(), np.abs(b).max(), 1e-9)
    return float(np.abs(a - b).max() / size)


def worst_error(gradients, others):
    """Worst relative error over the layers' weight and bias gradients."""
    pairs = [(a, b) for xs, ys in zip(gradients, others, strict=True) for a, b in zip(xs, ys, strict=True)]
    assert all((a is None) == (b is None) and np.shape(a) == np.shape(b) for a, b in pairs)
    return max(relative_error(a, b) for a, b in pairs if a is not None)


def flat(arrays):
    return np.concatenate([a.ravel() for a in arrays])


def like(vector, arrays):
    """Cut a vector (..., size) into arrays of the shapes of ``arrays``."""
    ends = np.cumsum([a.size for a in arrays])[:-1]
    parts = np.split(vector, ends, axis=-1)
    return [part.reshape(*vector.shape[:-1], *a.shape) for part, a in zip(parts, arrays, strict=True)]


def stacked(net, parameters):
    """A network whose layers hold a stack of parameters: weights (P, n_in, n_out), biases (P, 1, n_out)."""
    rest = list(parameters)
    layers = []
    for layer in net.layers:
        W = rest.pop(0)
        b = None if layer.biases is None else rest.pop(0)[..., None, :]
        layers.append(replace(layer, weights=W, biases=b))
    return replace(net, layers=tuple(layers))


def parameters_of(net):
    return [p for layer in net.layers for p in (layer.weights, layer.biases) if p is not None]


def perturbed(net):
    """All perturbed networks of the stencil in one, (4 P) of them."""
    base = flat(parameters_of(net))
    points = [base + np.eye(base.size) * way * WAY for way, _ in STENCIL]
    return stacked(net, like(np.concatenate(points), parameters_of(net)))


def central_gradients(net, X, Y, masks=None):
    """(weight_gradients, bias_gradients) by central differences of the mean loss."""
    many = perturbed(net)
    losses = sample_losses(many, forward(many, X, masks=masks), Y).mean(axis=-1).reshape(len(STENCIL), -1)
    gradient = sum(factor * row for (_, factor), row in zip(STENCIL, losses, strict=True)) / WAY
    return arranged(net, like(gradient, parameters_of(net)))


def arranged(net, parts):
    rest = list(parts)
    pairs = [(rest.pop(0), None if layer.biases is None else rest.pop(0)) for layer in net.layers]
    return [W for W, _ in pairs], [b for _, b in pairs]


def crosses_kink(net, X, Y):
    """Whether any perturbed network stands on another side of a kink than the network itself."""
    base, many = forward(net, X), forward(perturbed(net), X)
    for layer, here, there in zip(net.layers, base, many, strict=True):
        # where the slope is continuous and bends, the differences lose their order
        for kink in (*layer.row.kinks, *layer.row.bends):
            if ((here.pre_activation > kink) != (there.pre_activation > kink)).any():
                return True
    residual, moved = base[-1].output - Y, many[-1].output - Y
    kinks = (*net.loss_row.residual_kinks, *((-1.0, 1.0) if net.loss_row.name == "huber" else ()))
    return any(((residual > kink) != (moved > kink)).any() for kink in kinks)


class Namespace:
    """autograd's NumPy under the array API's names."""

    def __getattr__(self, name):
        return getattr(anp, {"pow": "power", "concat": "concatenate"}.get(name, name))


def autograd_gradients(net, X, Y, masks=None):
    """(weight_gradients, bias_gradients) by automatic differentiation of the forward sweep and the loss."""
    ArrayBox.__array_namespace__ = lambda self, **_: Namespace()

    def loss(parameters):
        rest = list(parameters)
        layers = []
        for layer in net.layers:
            W = rest.pop(0)
            layers.append(replace(layer, weights=W, biases=None if layer.biases is None else rest.pop(0)))
        moved = replace(net, layers=tuple(layers))
        return anp.mean(sample_losses(moved, forward(moved, X, masks=masks), Y))

    try:
        return arranged(net, autograd.grad(loss)([np.array(p) for p in parameters_of(net)]))
    finally:
        del ArrayBox.__array_namespace__
