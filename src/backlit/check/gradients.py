"""``check_gradients``: claimed gradients or weight steps of a network against the equations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from backlit.check.claims import claimed_layers, updated_claims
from backlit.check.compare import check_claims
from backlit.check.place import Place
from backlit.check.report import CheckReport
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.network.sweeps import forward
from backlit.network.targets import as_inputs, as_targets
from backlit.validation import learning_rate_in_range, number

__all__ = ["check_gradients", "place_of"]

CONVENTIONS = ("gradient", "weight_step")


def check_gradients(
    net: Network,
    X: Any,
    y: Any,
    weight_gradients: Sequence[Any],
    bias_gradients: Sequence[Any] | None = None,
    *,
    learning_rate: float | None = None,
    convention: str = "gradient",
    updated: Sequence[Any] | None = None,
    l2: float = 0.0,
    l1: float = 0.0,
) -> CheckReport:
    """Check a backward pass written by hand, and name the mistake in it.

    Parameters: ``X (n, n_in)`` or one sample ``(n_in,)`` and ``y`` as ``Network.gradients`` takes them.
    ``weight_gradients``: one array (n_in, n_out) a layer, from the input on: gradients of the mean loss, or, with
    ``convention="weight_step"``, what is added to the weights; then ``learning_rate`` is needed. ``bias_gradients``:
    one array (n_out,) a layer, or None not to check them. ``updated``: the weights after the step, one array a layer,
    checked too where given. ``l2``, ``l1``: factors of the penalties l2/2 Σ W² and l1 Σ |W| that the loss has.

    A gradient is right in any precision and in any layout that means the same, such as (n_in,) for one unit.

    Raises BacklitError for arrays that are not numbers and a number of arrays that is not the network's.

    >>> import backlit as bl
    >>> net = bl.Network.from_weights([[[0.4], [-0.2]], [[0.1]]])
    >>> gradients, _ = net.gradients([0.1, 0.3], 1)
    >>> bl.check_gradients(net, [0.1, 0.3], 1, gradients).ok
    True
    >>> report = bl.check_gradients(net, [0.1, 0.3], 1, [-dW for dW in gradients])
    >>> [finding.identifier for finding in report.findings]
    ['wrong-sign']
    """
    if convention not in CONVENTIONS:
        raise BacklitError(f"convention must be 'gradient' or 'weight_step', got {convention!r:.40}")
    rate = None if learning_rate is None else learning_rate_in_range(learning_rate)
    if convention == "weight_step" and rate is None:
        raise BacklitError("convention='weight_step' needs the learning_rate that the steps were made with, got None")
    place = place_of(net, X, y, rate=rate, l2=number(l2, "l2"), l1=number(l1, "l1"), as_steps=convention != "gradient")
    claims = claimed_layers(place, weight_gradients, bias_gradients)
    after = None if updated is None else updated_claims(place, updated)
    return check_claims(place, claims, updated=after)


def place_of(
    net: Network, X: Any, y: Any, *, rate: float | None, l2: float = 0.0, l1: float = 0.0, as_steps: bool = False
) -> Place:
    """Return the output layer's place after a forward sweep in float64."""
    hidden = [layer.activation for layer in net.layers[:-1]]
    output, loss = net.layers[-1].activation, net.loss_function
    net = Network.from_weights(net.weights, net.biases, activation=hidden, output=output, loss=loss)
    inputs, one_sample = as_inputs(net, X)
    targets = as_targets(net, y, len(inputs), one_sample=one_sample)
    with np.errstate(all="ignore"):
        sweep = forward(net, inputs)
    return Place(net, sweep, targets, len(net.layers) - 1, rate=rate, l2=l2, l1=l1, as_steps=as_steps)
