"""Mistakes that people's own scripts showed: each planted in a hand-written pass, and named."""

from itertools import pairwise

import numpy as np
import pytest

import backlit as bl

N = 5
SLOPES = {"sigmoid": lambda z: sigmoid(z) * (1 - sigmoid(z)), "tanh": lambda z: 1 - np.tanh(z) ** 2}
SLOPES |= {"relu": lambda z: (z > 0) * 1.0}


def sigmoid(z):
    """The sigmoid."""
    return 1 / (1 + np.exp(-z))


def network(sizes, hidden, output="identity", loss="squared_error", seed=3):
    """A network, samples and targets of the given sizes."""
    rng = np.random.default_rng(seed)
    net = bl.Network.from_weights(
        [rng.normal(size=pair) for pair in pairwise(sizes)],
        [rng.normal(size=m) for m in sizes[1:]],
        activation=hidden,
        output=output,
        loss=loss,
    )
    y = rng.uniform(size=(N, sizes[-1]))
    return net, rng.normal(size=(N, sizes[0])), np.round(y) if loss == "log_loss" else y


def names_of(net, X, y, *, delta2=None, slope=None, back=None, input1=None, input2=None, delta1=None):
    """Return what is named where parts of the pass are replaced by functions of its values."""
    z1, z2 = (layer.pre_activation for layer in net.trace(X, y).layers)
    a1, a2 = (layer.activation for layer in net.trace(X, y).layers)
    own = {"identity": np.ones_like, "sigmoid": SLOPES["sigmoid"]}[net.layers[1].activation](z2)
    fused = net.loss_function == "log_loss" or net.layers[1].activation == "identity"
    right2 = (a2 - y) * (1 if fused else own)
    d2 = right2 if delta2 is None else delta2(a2, y, own)
    sent = d2 if back is None else back(a2, y)
    arrived = sent @ net.weights[1].T
    d1 = (
        delta1(arrived, d2)
        if delta1
        else arrived * (SLOPES[net.layers[0].activation](z1) if slope is None else slope(z1, a1, z2))
    )
    gradients = [(X if input1 is None else a1).T @ d1 / N, (a1 if input2 is None else X).T @ d2 / N]
    report = bl.check_gradients(net, X, y, gradients, [d1.mean(axis=0), d2.mean(axis=0)])
    return [finding.identifier for finding in report.findings]


@pytest.mark.parametrize(
    ("hidden", "slope", "name"),
    [
        ("sigmoid", lambda z, a, _: a * (1 - z), "derivative-of-pre-activation"),
        ("sigmoid", lambda z, a, _: z * (1 - a), "derivative-of-pre-activation"),
        ("tanh", lambda z, a, _: (1 - a) ** 2, "square-misplaced"),
        ("relu", lambda z, a, _: (z < 0) * 1.0, "slope-reversed"),
        ("tanh", lambda z, a, z2: 1 - np.tanh(z2[:, :1]) ** 2, "slope-of-another-layer"),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_a_slope_gone_wrong_is_named(hidden, slope, name, seed):
    net, X, y = network([3, 4, 2], hidden, seed=seed)
    assert names_of(net, X, y) == []
    assert names_of(net, X, y, slope=slope) == [name]


@pytest.mark.parametrize(
    ("delta2", "name"),
    [
        (lambda p, y, _: np.sign(p - y), "sign-of-error-used"),
        (lambda p, y, _: p, "prediction-as-error"),
        (lambda p, y, _: -y, "target-as-error"),
        (lambda p, y, _: np.full_like(p, ((p - y) ** 2).sum() / 2 / N), "loss-as-error"),
        (lambda p, y, _: np.abs(p - y), "absolute-error-used"),
    ],
)
def test_an_error_gone_wrong_is_named(delta2, name):
    net, X, y = network([3, 4, 2], "tanh")
    assert names_of(net, X, y, delta2=delta2) == [name]


@pytest.mark.parametrize(
    ("delta2", "name"),
    [
        (lambda p, y, _: np.round(p) - y, "decision-as-prediction"),
        (lambda p, y, _: -y * (1 - p), "half-of-log-loss"),
        (lambda p, y, _: (1 - y) * p, "half-of-log-loss"),
    ],
)
def test_an_error_of_a_class_gone_wrong_is_named(delta2, name):
    net, X, y = network([3, 4, 1], "tanh", output="sigmoid", loss="log_loss")
    assert names_of(net, X, y, delta2=delta2) == [name]


def test_the_output_s_slope_left_out_of_what_is_sent_back_is_named_below():
    net, X, y = network([3, 4, 2], "tanh", output="sigmoid")
    assert names_of(net, X, y) == []
    assert names_of(net, X, y, back=lambda p, y: p - y) == ["slope-not-sent-back"]


@pytest.mark.parametrize("unit", [0, 2])
def test_an_error_sent_back_that_is_assigned_where_it_should_be_added_is_named(unit):
    """A loop over the three units above leaves the share of one of them."""
    net, X, y = network([3, 4, 3], "tanh")
    assert names_of(net, X, y, back=lambda p, y: (p - y) * (np.arange(3) == unit)) == ["overwritten"]


def test_the_activation_in_place_of_the_slope_is_named():
    net, X, y = network([3, 4, 2], "tanh")
    assert names_of(net, X, y, delta1=lambda arrived, _: np.tanh(arrived)) == ["activation-of-error"]


def test_values_and_error_terms_of_another_layer_are_named():
    net, X, y = network([3, 3, 3], "tanh")
    assert names_of(net, X, y, input1=True) == ["input-of-another-layer"]
    assert names_of(net, X, y, input2=True) == ["input-of-another-layer"]
    assert names_of(net, X, y, delta1=lambda _, d2: d2) == ["error-term-of-another-layer"]
