"""Steps of other optimizers, and what is handed over of the forward pass in place of predictions and activations."""

import numpy as np
import pytest

import backlit as bl

RNG = np.random.default_rng(23)
NET = bl.Network.random([3, 4, 2], activation="relu", output="softmax", loss="cross_entropy", seed=3)
X, LABELS = RNG.normal(size=(5, 3)), np.array([0, 1, 1, 0, 1])
Y, RATE = np.eye(2)[LABELS], 0.1
WEIGHTS, BIASES = NET.gradients(X, LABELS)
TRACE = NET.trace(X, LABELS)
HIDDEN, P = (layer.activation for layer in TRACE.layers)
SUMS = TRACE.layers[0].pre_activation


def names(report):
    return [finding.identifier for finding in report.findings]


@pytest.mark.parametrize(
    ("step", "name"),
    [
        (lambda W, d: RATE * (d + 0.05 * W), "decay-in-step"),
        (lambda W, d: RATE * np.clip(d, -0.05, 0.05), "clipped-step"),
        (lambda W, d: RATE * 0.1 * d / (np.sqrt(0.001 * d**2) + 1e-8), "adam-step"),
        (lambda W, d: RATE * 0.01 * d / (0.001 * np.abs(d) + 1e-8), "adam-step"),
        (lambda W, d: RATE * d / np.sqrt(d**2 + 1e-8), "adam-step"),
        (lambda W, d: RATE * d / (np.sqrt(0.1 * W**2) + 1e-8), "step-over-weights"),
        (lambda W, d: RATE * d / (d**2 + 1e-8), "root-left-out"),
    ],
)
def test_steps_that_are_not_gradient_descent_s(step, name):
    updated = [W - step(W, d) for W, d in zip(NET.weights, WEIGHTS, strict=True)]
    report = bl.check_gradients(NET, X, LABELS, WEIGHTS, BIASES, learning_rate=RATE, updated=updated)
    assert names(report) == [name]
    if name == "decay-in-step":
        assert "besides the step they shrank by 0.005 times themselves" in report.to_text()


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"predictions": np.log(P)}, "log-of-predictions"),
        ({"predictions": P.argmax(axis=1)}, "decision-as-prediction"),
        ({"predictions": np.eye(2)[P.argmax(axis=1)]}, "decision-as-prediction"),
        ({"activations": [np.where(SUMS > 0, SUMS, 0.1 * SUMS)]}, "another-activation"),
        ({"activations": [HIDDEN * (np.arange(4) != np.argmax(HIDDEN.sum(axis=0))) * 2]}, "mask-not-told"),
        ({"loss_value": -(Y * np.log(P) + (1 - Y) * np.log(1 - P)).sum(axis=1).mean()}, "loss-of-another-kind"),
        ({"loss_value": np.mean((P - Y) ** 2)}, "loss-of-another-kind"),
    ],
)
def test_what_is_handed_over_of_the_forward_pass(given, name):
    report = bl.check_gradients(NET, X, LABELS, WEIGHTS, BIASES, **given)
    assert names(report) == [name]
    assert bl.check_gradients(NET, X, LABELS, WEIGHTS, BIASES, predictions=P, activations=[HIDDEN]).ok
