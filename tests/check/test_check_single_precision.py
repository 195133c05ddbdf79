"""A right pass that single precision entered on its way, though its numbers carry 16 digits."""

import numpy as np

import backlit as bl


def passes(seed):
    net = bl.Network.random([3, 4, 2], activation="tanh", seed=seed)
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(5, 3)), rng.uniform(size=(5, 2))
    narrow = bl.Network.from_weights(
        [W.astype(np.float32) for W in net.weights], [b.astype(np.float32) for b in net.biases], activation="tanh"
    )
    return net, X, y, narrow.gradients(X, y)


def test_weights_kept_in_float32_are_no_mistake():
    for seed in range(20):
        net, X, y, gradients = passes(seed)
        report = bl.check_gradients(net, X, y, *gradients)
        assert report.ok, report.to_text()


def test_a_small_factor_stays_one():
    for seed in range(20):
        net, X, y, _ = passes(seed)
        weights, biases = net.gradients(X, y)
        report = bl.check_gradients(net, X, y, [1.0001 * dW for dW in weights], [1.0001 * db for db in biases])
        assert not report.ok
        assert "1.0001" in report.to_text()
