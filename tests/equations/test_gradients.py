"""Whole gradients: every activation with every loss that fits, depths 1 to 6, with and without biases.

Against central differences within 1e-7 and automatic differentiation within 1e-10; and with planted errors, which
the same checks must catch. A new row of a table is tested by standing there.
"""

from dataclasses import replace

import numpy as np
import pytest
from numeric import autograd_gradients, central_gradients, crosses_kink, worst_error

import backlit as bl
from backlit.equations.activation_table import ACTIVATIONS
from backlit.equations.loss_table import LOSSES, loss_fits
from backlit.network.sweeps import backward, draw_masks, forward

HIDDEN = [row.name for row in ACTIVATIONS.values() if not row.output_only] + ["leaky_relu(0.2)", "elu(0.5)"]
# by name: a row that is new and wrong must not fail under others' names
BELOW = ["identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus"]
BELOW += ["hard_sigmoid", "exp", "leaky_relu(0.2)", "elu(0.5)"]
OUTPUTS = [(a.name, lo.name) for a in ACTIVATIONS.values() for lo in LOSSES.values() if loss_fits(lo, a)]
OUTPUTS += [("identity", "huber(0.3)"), ("exp", "quantile(0.9)")]
OUTPUT_OF_LOSS = {loss: output for output, loss in OUTPUTS[::-1]}
DEPTHS = range(1, 7)
WIDTHS = [3, 4, 5, 2, 4, 3, 2]  # no layer is square, and none is like the next
SAMPLES = 5

CENTRAL, AUTOMATIC = 1e-7, 1e-10
VANISHED = 3e-5
"""Below it a difference of two losses is rounding more than anything."""


def sizes_of(depth, n_out=2):
    return [*WIDTHS[:depth], n_out if WIDTHS[depth - 1] != n_out else n_out + 1]


def task(depth, hidden, output, loss, *, biases, seed=0):
    """A network and a batch where no difference crosses a kink; inputs that neither vanish nor saturate."""
    for attempt in range(seed, seed + 2000):
        rng = np.random.default_rng(attempt)
        net = bl.Network.random(
            sizes_of(depth), activation=hidden, output=output, loss=loss, biases=biases, seed=attempt
        )
        noise = [None if b is None else rng.normal(0, 0.3, b.shape) for b in net.biases]
        # a chain of exponentials overflows unless its weights are small
        scale = 0.3 if hidden == "exp" else 0.6 if output == "exp" else 1.0
        net = net.with_parameters([scale * W for W in net.weights], noise)
        X, Y = rng.normal(size=(SAMPLES, 3)), targets(net, rng)
        if not crosses_kink(net, X, Y) and np.abs(central_gradients(net, X, Y)[0][0]).max() > VANISHED:
            return net, X, Y
    raise AssertionError("no batch away from kinks and with an error that reaches the first layer was found")


def targets(net, rng):
    shape = (SAMPLES, net.sizes[-1])
    if net.loss_row.distribution or net.layers[-1].row.name == "softmax":
        return rng.dirichlet(np.ones(shape[1]), SAMPLES)
    low, high = net.layers[-1].row.range
    low, high = max(low, net.loss_row.target_range[0], -1.0), min(high, net.loss_row.target_range[1], 2.0)
    return rng.uniform(low + 0.1 * (high - low), high - 0.1 * (high - low), shape)


def check(net, X, Y, gradients=None):
    gradients = net.gradients(X, Y) if gradients is None else gradients
    assert worst_error(gradients, central_gradients(net, X, Y)) < CENTRAL
    assert worst_error(gradients, autograd_gradients(net, X, Y)) < AUTOMATIC


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize(("output", "loss"), OUTPUTS)
def test_every_output_with_every_loss_that_fits(output, loss, depth):
    turn = (sum(map(ord, output + loss)) + depth) % len(BELOW)
    for biases in (True, False):
        check(*task(depth, BELOW[turn], output, loss, biases=biases))


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_every_hidden_activation_with_every_loss(hidden, loss):
    for depth in DEPTHS[1:]:
        for biases in (True, False):
            check(*task(depth, hidden, OUTPUT_OF_LOSS[loss], loss, biases=biases))


def test_mixed_activations_and_labels():
    net = bl.Network.random([3, 4, 5, 2, 3], activation=["tanh", "gelu", "softplus"], output="softmax", seed=1)
    X, labels = np.random.default_rng(0).normal(size=(SAMPLES, 3)), [0, 2, 1, 1, 0]
    check(net, X, np.eye(3)[labels], net.gradients(X, labels))


def test_one_sample_is_a_batch_of_one():
    net, X, Y = task(2, "tanh", "sigmoid", "squared_error", biases=True)
    one = net.gradients(X[0], Y[0])
    assert worst_error(one, central_gradients(net, X[:1], Y[:1])) < CENTRAL


def test_dropout_s_gradient_goes_through_its_masks():
    net = bl.Network.random([3, 5, 4, 2], activation="tanh", dropout=0.5, seed=3)
    rng = np.random.default_rng(1)
    X, Y = rng.normal(size=(SAMPLES, 3)), rng.uniform(0.1, 0.9, (SAMPLES, 2))
    masks = draw_masks(net, SAMPLES, rng)
    assert any((mask == 0).any() for mask in masks if mask is not None)
    layers = backward(net, forward(net, X, masks=masks), Y)
    gradients = [p.weight_gradient for p in layers], [p.bias_gradient for p in layers]
    assert worst_error(gradients, central_gradients(net, X, Y, masks)) < CENTRAL
    assert worst_error(gradients, autograd_gradients(net, X, Y, masks)) < AUTOMATIC
    assert worst_error(net.gradients(X, Y), central_gradients(net, X, Y, masks)) > 1e-3


def wrong_row(name, **changes):
    return replace(ACTIVATIONS[name], **changes)


PLANTED = {
    "a derivative that is off by a thousandth": lambda: {
        "activation": wrong_row("tanh", derivative=lambda z: 1.001 * (1 - np.tanh(z) ** 2))
    },
    "a derivative of the activation": lambda: {
        "activation": wrong_row("sigmoid", derivative=lambda z: ACTIVATIONS["sigmoid"].derivative(np.tanh(z)))
    },
    "a loss whose gradient lost its sign": lambda: {
        "loss": replace(LOSSES["squared_error"], gradient=lambda p, y: y - p)
    },
    "a loss averaged over outputs in one place only": lambda: {
        "loss": replace(LOSSES["huber"], gradient=lambda p, y: LOSSES["huber"].gradient(p, y) / 2)
    },
    "a softmax without what is off its diagonal": lambda: {
        "output": wrong_row("softmax", backward=lambda z, da: da * ACTIVATIONS["softmax"].value(z)),
        "loss": "squared_error",
    },
}


@pytest.mark.parametrize("name", PLANTED)
def test_the_checks_catch_a_planted_error(name):
    options = {"activation": "tanh", "output": "identity", "loss": "squared_error", **PLANTED[name]()}
    rng = np.random.default_rng(0)
    net = bl.Network.random([3, 4, 2], seed=0, **options)
    X = rng.normal(size=(SAMPLES, 3))
    Y = rng.dirichlet(np.ones(2), SAMPLES)
    gradients = net.gradients(X, Y)
    assert worst_error(gradients, central_gradients(net, X, Y)) > CENTRAL
    assert worst_error(gradients, autograd_gradients(net, X, Y)) > AUTOMATIC


@pytest.mark.parametrize("slip", [lambda g: 5 * g, lambda g: -g, lambda g: g + 1e-6])
def test_the_checks_catch_a_slip_in_one_layer(slip):
    net, X, Y = task(3, "tanh", "sigmoid", "squared_error", biases=True)
    weights, biases = net.gradients(X, Y)
    weights[1] = slip(weights[1])
    with pytest.raises(AssertionError):
        check(net, X, Y, (weights, biases))
