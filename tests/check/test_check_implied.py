"""The slope that a wrong layer implies which nothing explains, in words."""

import re

import numpy as np
import pytest

import backlit as bl

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(5, 3)), RNG.uniform(0.1, 0.9, size=(5, 2))
SAID = re.compile(r"as if the slope at L1\.u(\d) were ([\d.]+); right is ([\d.]+)\.")


def checked(n=1, biases=True, l2=0.0):
    """The hidden activations, and what is said of a pass with the square root of the activation for its slope."""
    made = bl.Network.random([3, 4, 2], output="tanh", loss="squared_error", seed=0)
    b1, b2 = RNG.normal(size=4), RNG.normal(size=2)
    net = bl.Network.from_weights(made.weights, [b1, b2] if biases else None, output="tanh", loss="squared_error")
    hidden, output = (layer.activation for layer in net.trace(X[:n], Y[:n]).layers)
    dz2 = (output - Y[:n]) * (1 - output**2)
    dz1 = dz2 @ net.weights[1].T * np.sqrt(hidden)
    arrays = [X[:n].T @ dz1 / n + l2 * net.weights[0], hidden.T @ dz2 / n + l2 * net.weights[1]]
    sums = [dz1.mean(axis=0), dz2.mean(axis=0)] if biases else None
    report = bl.check_gradients(net, X[:n], Y[:n], arrays, sums, l2=l2)
    assert [finding.identifier for finding in report.findings] == ["unknown"]
    return hidden, " ".join(report.to_text().split())


def test_one_unit_by_hand():
    # z = 0.5 * 2 = 1, a = 0.731059, a (1 - a) = 0.196612; claimed is a cubed, 0.390713, in place of it
    net = bl.Network.from_weights([[[0.5]], [[1.0]]], loss="squared_error", output="identity")
    a = 0.7310585786
    claimed = [[[2.0 * (a - 0.2) * a**3]], [[a * (a - 0.2)]]]
    text = " ".join(bl.check_gradients(net, [2.0], [0.2], claimed).to_text().split())
    assert "is right, it is as if the slope at L1.u1 were 0.3907; right is 0.1966." in text


@pytest.mark.parametrize(("biases", "l2"), [(True, 0.0), (False, 0.0), (True, 0.3)])
def test_a_units_own_slopes_are_said(biases, l2):
    hidden, text = checked(biases=biases, l2=l2)
    unit, implied, right = SAID.search(text).groups()
    a = hidden[0, int(unit) - 1]
    assert float(implied) == pytest.approx(np.sqrt(a), rel=1e-3)
    assert float(right) == pytest.approx(a * (1 - a), rel=1e-3)


def test_several_samples_have_several_slopes_and_a_penalty_is_in_the_weights():
    assert not SAID.search(checked(n=5)[1])
    assert not SAID.search(checked(biases=False, l2=0.3)[1])
