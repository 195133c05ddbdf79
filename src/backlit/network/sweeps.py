"""The forward sweep and the backward sweep over a network, and what needs no more than them.

The sweeps use the equations alone, on arrays of any array API library; ``predict``, ``mean_loss`` and ``gradients``
are for NumPy users and check what they are given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backlit.equations.activation_table import activation_backward
from backlit.equations.arrays import Array
from backlit.equations.dense import (
    dense_bias_gradient,
    dense_forward,
    dense_input_gradient,
    dense_weight_gradient,
)
from backlit.equations.dropout import dropout_backward, dropout_forward, dropout_mask
from backlit.equations.loss_table import FUSED_PAIRS, FusedPair, Loss
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.network.targets import as_inputs, as_targets
from backlit.sparse_inputs import csr_checked, is_sparse
from backlit.validation import locate_not_finite

__all__ = [
    "LayerBackward",
    "LayerForward",
    "backward",
    "draw_masks",
    "forward",
    "fused_pair",
    "gradients",
    "mean_loss",
    "outputs",
    "predict",
    "sample_losses",
    "stop_if_not_finite",
]

WORTH_THE_ENGINE = 50_000
"""Multiply-adds of a prediction from which on the compiled engine is faster than the equations."""

Carry = Callable[[Array], Array]


@dataclass(frozen=True, eq=False)
class LayerForward:
    """What the forward sweep leaves in one layer; ``output`` is the activation after dropout, (n, n_out)."""

    input: Array
    pre_activation: Array
    activation: Array
    mask: Array | None
    output: Array


@dataclass(frozen=True, eq=False)
class LayerBackward:
    """What the backward sweep leaves in one layer.

    ``error (n, n_out)``: what reaches each activation, minus the gradient of its sample's loss there; None where
    output and loss are fused. ``slope (n, n_out)``: f'(z); None where fused or not elementwise. ``error_term
    (n, n_out)``: minus the gradient of the sample's loss at the pre-activation. The gradients are of the mean loss.
    """

    error: Array | None
    slope: Array | None
    error_term: Array
    weight_gradient: Array
    bias_gradient: Array | None


def _as_it_is(array: Array) -> Array:
    return array


def forward(
    net: Network, X: Array, *, masks: Sequence[Array | None] | None = None, carry: Carry = _as_it_is
) -> list[LayerForward]:
    """Sweep X (n, n_in) from the input to the output.

    ``masks`` holds one dropout mask or None a layer. ``carry`` is applied to each value before it is carried on; it
    is how a chain of rounded values is followed.
    """
    sweep = []
    for layer, mask in zip(net.layers, masks or [None] * len(net.layers), strict=True):
        z = carry(dense_forward(X, layer.weights, layer.biases))
        a = carry(layer.row.value(z))
        output = a if mask is None else dropout_forward(a, mask)
        sweep.append(LayerForward(X, z, a, mask, output))
        X = output
    return sweep


def backward(net: Network, sweep: Sequence[LayerForward], y: Array, *, carry: Carry = _as_it_is) -> list[LayerBackward]:
    """Sweep the error of targets y (n, n_out) back from the output to the first layer; the result starts there."""
    result: list[LayerBackward] = []
    da: Array | None = None
    for i in range(len(net.layers) - 1, -1, -1):
        layer, step = net.layers[i], sweep[i]
        pair = fused_pair(net) if da is None else None
        if da is None:
            da = _loss_gradient(net, step.activation, y) if pair is None else None
        elif step.mask is not None:
            da = dropout_backward(da, step.mask)
        z, derivative = step.pre_activation, layer.row.derivative
        slope = derivative(z) if derivative is not None and pair is None else None
        dz = carry(pair.gradient(z, y) if pair else activation_backward(layer.row, z, da, slope))
        dW = dense_weight_gradient(step.input, dz)
        db = None if layer.biases is None else dense_bias_gradient(dz)
        result.append(LayerBackward(None if da is None else -da, slope, -dz, dW, db))
        # nothing is below the first layer
        da = dense_input_gradient(dz, layer.weights) if i > 0 else None
    return result[::-1]


def fused_pair(net: Network) -> FusedPair | None:
    """Return the fused function of the network's output activation and loss, where they have one."""
    return FUSED_PAIRS.get((net.layers[-1].row.name, net.loss_row.name))


def sample_losses(net: Network, sweep: Sequence[LayerForward], y: Array) -> Array:
    """Return the loss of each sample, (n,), after a forward sweep."""
    pair = fused_pair(net)
    if pair is not None:
        return pair.value(sweep[-1].pre_activation, y)
    p = sweep[-1].activation
    return _one_a_sample(net.loss_row, net.loss_row.value(p, y), p)


def _one_a_sample(row: Loss, losses: Array, p: Array) -> Array:
    """Return the losses (n,) of predictions p (n, n_out), or raise BacklitError where a user's own row has others."""
    if losses.shape != p.shape[:-1]:
        raise BacklitError(
            f"the value of loss '{row.name}' must be one number a sample, shape {p.shape[:-1]}, got {losses.shape}; "
            "sum over outputs, axis 1"
        )
    return losses


def _loss_gradient(net: Network, p: Array, y: Array) -> Array:
    da = net.loss_row.gradient(p, y)
    if da.shape != p.shape:
        raise BacklitError(
            f"the gradient of loss '{net.loss_row.name}' must have the predictions' shape {p.shape}, got {da.shape}"
        )
    return da


def draw_masks(net: Network, n: int, rng: np.random.Generator) -> list[Array | None]:
    """Draw one dropout mask (n, n_out) for each layer that has dropout."""
    return [
        dropout_mask((n, layer.n_out), layer.dropout, rng).astype(layer.weights.dtype) if layer.dropout else None
        for layer in net.layers
    ]


def outputs(net: Network, X: Any, *, n_threads: int | None = None) -> np.ndarray:
    """Return the output activations (n, n_out) for X (n, n_in), dense or CSR, as they come, NaN and infinite too.

    They are computed by the compiled engine where that pays and it knows the network, else by the equations.
    Raises BacklitError for a sparse matrix that is not well formed.
    """
    X = csr_checked(X) if is_sparse(X) else X
    if X.shape[0] * sum(layer.weights.size for layer in net.layers) > WORTH_THE_ENGINE:
        # small networks, and explanations, do without it
        from backlit.engine.predict import predicted

        by_engine = predicted(net, X, n_threads=n_threads)
        if by_engine is not None:
            return by_engine
    with np.errstate(all="ignore"):
        output: np.ndarray = forward(net, X)[-1].output
    return output


def predict(net: Network, X: Any) -> np.ndarray:
    """Return the output activations; see ``Network.predict``."""
    inputs, one_sample = as_inputs(net, X)
    output = outputs(net, inputs)
    stop_if_not_finite({f"the activation of layer {len(net.layers)}": output})
    return output[0] if one_sample else output


def mean_loss(net: Network, X: Any, y: Any) -> float:
    """Return the mean loss; see ``Network.loss``."""
    inputs, one_sample = as_inputs(net, X)
    targets = as_targets(net, y, len(inputs), one_sample=one_sample)
    with np.errstate(all="ignore"):
        losses = sample_losses(net, forward(net, inputs), targets)
    stop_if_not_finite({"the loss": losses})
    return float(np.mean(losses))


def gradients(
    net: Network, X: Any, y: Any, *, masks: Sequence[Array | None] | None = None
) -> tuple[list[np.ndarray], list[np.ndarray | None]]:
    """Return the gradients of the mean loss; see ``Network.gradients``. ``masks`` as for ``forward``."""
    inputs, one_sample = as_inputs(net, X)
    targets = as_targets(net, y, len(inputs), one_sample=one_sample)
    with np.errstate(all="ignore"):
        layers = backward(net, forward(net, inputs, masks=masks), targets)
    for name in ("weight_gradient", "bias_gradient"):
        stop_if_not_finite({f"{name} of L{i}": getattr(layer, name) for i, layer in enumerate(layers, 1)})
    return [layer.weight_gradient for layer in layers], [layer.bias_gradient for layer in layers]


def stop_if_not_finite(quantities: dict[str, Array]) -> None:
    """Raise BacklitError for the first quantity, in the order given, with a value that is NaN or infinite."""
    for name, array in quantities.items():
        place = None if array is None else locate_not_finite(array)
        if place is not None:
            raise BacklitError(
                f"{name} became {array[place]} at index {list(place)}; "
                "smaller weights, inputs or learning rate keep it finite"
            )
