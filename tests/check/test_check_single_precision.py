"""A right pass that single precision entered on its way, though its numbers carry 16 digits."""

import numpy as np

import backlit as bl
from backlit.check.compare import expected_layers
from backlit.check.gradients import place_of
from backlit.check.precision import FLOAT32, Claimed
from backlit.check.single_precision import as_in_single_precision
from backlit.check.slack import rounding_errors


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


def deep():
    net = bl.Network.random([30, 32, 16, 2], activation="tanh", seed=4)
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(20, 30)), rng.uniform(size=(20, 2))
    return net, X, y, net.gradients(X, y)


def test_one_factor_for_all_is_no_rounding():
    net, X, y, (weights, biases) = deep()
    for factor in (1.00005, 0.99996):
        report = bl.check_gradients(net, X, y, [factor * dW for dW in weights], [factor * db for db in biases])
        assert not report.ok
        assert f"{factor:.6g}" in report.to_text()
    for layer in range(3):
        one = list(weights)
        one[layer] = 1.00005 * one[layer]
        assert not bl.check_gradients(net, X, y, one, biases).ok


def test_one_entry_off_is_no_rounding():
    net, X, y, (weights, biases) = deep()
    for layer in range(3):
        one = [dW.copy() for dW in weights]
        one[layer][1, 1] *= 1 + 5e-5
        report = bl.check_gradients(net, X, y, one, biases)
        assert not report.ok
        assert f"L{layer + 1}.w[2,2]" in report.to_text()


def claims_off_by(share):
    """The place, right values, and claims off at random by 0.9 of float32's error, at most ``share`` of each entry."""
    net, X, y, _ = deep()
    place = place_of(net, X, y, rate=None)
    rng = np.random.default_rng(0)
    expected, errors = expected_layers(place), rounding_errors(place, FLOAT32.epsilon)
    claims = []
    for right, error in zip(expected, errors, strict=True):
        sizes = {k: np.minimum(0.9 * error[k], share * np.abs(right[k])) for k in ("weight_gradient", "bias_gradient")}
        claims.append({k: Claimed(right[k] + rng.uniform(-1, 1, s.shape) * s) for k, s in sizes.items()})
    widest = max(
        float((error[k] / np.abs(right[k])).max()) for right, error in zip(expected, errors, strict=True) for k in right
    )
    return place, claims, expected, widest


def test_rounding_moves_no_entry_by_more_than_a_ten_thousandth():
    place, claims, expected, widest = claims_off_by(0.9e-4)
    assert widest > 1e-3
    assert as_in_single_precision(place, claims, expected)
    place, claims, expected, _ = claims_off_by(1e-3)
    assert not as_in_single_precision(place, claims, expected)
