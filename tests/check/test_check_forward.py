"""The forward pass is checked first; several steps for one; and a right pass that goes nowhere."""

import numpy as np
import pytest

import backlit as bl
from backlit.errors import BacklitError

RNG = np.random.default_rng(31)
X, LABELS = RNG.normal(size=(6, 4)), np.array([0, 2, 1, 1, 0, 2])
NET = bl.Network.from_weights(
    [RNG.normal(size=(4, 5)), RNG.normal(size=(5, 3))],
    [RNG.normal(size=5), RNG.normal(size=3)],
    activation="tanh",
    output="softmax",
    loss="cross_entropy",
)
TRACE = NET.trace(X, LABELS)
Z, A1, P = TRACE.layers[1].pre_activation, TRACE.layers[0].activation, TRACE.prediction
E = np.exp(Z)
B = NET.biases[1]
RIGHT = NET.gradients(X, LABELS)


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def names(report):
    return [finding.identifier for finding in report.findings]


def test_a_right_forward_pass_is_right_and_the_backward_pass_is_judged():
    report = bl.check_gradients(NET, X, LABELS, *RIGHT, predictions=P, activations=[A1], loss_value=TRACE.loss)
    assert report.ok
    assert [v.quantity for v in report.verdicts][:3] == ["activations", "predictions", "loss value"]
    wrong = bl.check_gradients(NET, X, LABELS, [RIGHT[0][0], RIGHT[0][1].T], RIGHT[1], predictions=P)
    assert names(wrong) == ["swapped-outer-product"]
    columns = [g.T for g in RIGHT[0]]
    turned = {"predictions": P.T, "activations": [A1.T], "layout": "columns"}
    assert bl.check_gradients(NET, X.T, LABELS, columns, RIGHT[1], **turned).ok


@pytest.mark.parametrize(
    ("predictions", "name"),
    [
        (E / E.sum(axis=0), "shares-of-columns"),
        (E / E.sum(), "shares-of-all-rows"),
        (E, "shares-not-divided"),
        (Z, "output-not-activated"),
        (1 / (1 + np.exp(-Z)), "another-activation"),
        (softmax(P), "double-output-activation"),
        (softmax(Z - B), "forward-without-biases"),
        (softmax(Z - B) + B, "bias-after-activation"),
        (softmax(TRACE.layers[0].pre_activation @ NET.weights[1] + B), "pre-activation-as-input"),
        (np.full_like(P, np.nan), "unknown"),
        (P[:, :2], "unknown"),
        (RNG.uniform(size=P.shape), "unknown"),
    ],
)
def test_a_mistake_in_the_forward_pass_is_named_before_the_backward_pass(predictions, name):
    report = bl.check_gradients(NET, X, LABELS, *RIGHT, predictions=predictions)
    assert not report.ok
    assert names(report) == [name]
    assert "was not judged" in report.to_text()


@pytest.mark.parametrize(
    ("hidden", "name"),
    [
        (TRACE.layers[0].pre_activation, "output-not-activated"),
        (np.tanh(A1), "activated-twice"),
        (np.maximum(TRACE.layers[0].pre_activation, 0), "another-activation"),
        (np.tanh(X @ NET.weights[0]), "forward-without-biases"),
    ],
)
def test_a_mistake_in_a_hidden_layer(hidden, name):
    report = bl.check_gradients(NET, X, LABELS, *RIGHT, activations=[hidden], predictions=P)
    assert names(report) == [name]
    assert report.findings[0].layers == (1,)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (-TRACE.loss, "loss-sign"),
        (6 * TRACE.loss, "loss-summed"),
        (TRACE.loss / 3, "loss-of-another-kind"),
        (TRACE.loss / np.log(2), "loss-another-logarithm"),
        (np.inf, "unknown"),
        (1.234 * TRACE.loss, "unknown"),
    ],
)
def test_a_mistake_in_the_loss(value, name):
    assert names(bl.check_gradients(NET, X, LABELS, *RIGHT, loss_value=value)) == [name]


def test_the_sign_of_one_of_the_losss_two_terms():
    net = bl.Network.random([4, 5, 2], output="sigmoid", loss="log_loss", seed=1)
    y = RNG.uniform(0.2, 0.8, size=(6, 2))
    p = net.predict(X)
    wrong = np.sum(-y * np.log(p) + (1 - y) * np.log(1 - p)) / 6
    assert names(bl.check_gradients(net, X, y, *net.gradients(X, y), loss_value=wrong)) == ["loss-wrong-term"]


def test_a_loss_with_its_penalty_or_without_is_right():
    penalty = 0.05 * sum(np.sum(W**2) for W in NET.weights)
    weights = [g + 0.1 * W for g, W in zip(RIGHT[0], NET.weights, strict=True)]
    for value in (TRACE.loss, TRACE.loss + penalty):
        assert bl.check_gradients(NET, X, LABELS, weights, RIGHT[1], loss_value=value, l2=0.1).ok


@pytest.mark.parametrize(
    ("dz", "name"),
    [
        (E / E.sum(axis=0) - np.eye(3)[LABELS], "shares-of-columns"),
        (E / E.sum() - np.eye(3)[LABELS], "shares-of-all-rows"),
        (P - LABELS[:, None], "labels-not-one-hot"),
        (np.abs(P - np.eye(3)[LABELS]), "absolute-error-used"),
        ((P - np.eye(3)[LABELS]) ** 2, "squared-error-used"),
    ],
)
def test_gradients_alone_may_tell_what_the_forward_pass_or_the_error_was(dz, name):
    dz = dz / 6
    dz1 = dz @ NET.weights[1].T * (1 - A1**2)
    report = bl.check_gradients(NET, X, LABELS, [X.T @ dz1, A1.T @ dz], [dz1.sum(axis=0), dz.sum(axis=0)])
    assert names(report) == [name]


@pytest.mark.parametrize(
    ("slope", "name"),
    [
        (A1, "value-as-slope"),
        (TRACE.layers[0].pre_activation, "input-as-slope"),
        (1 - A1, "slope-cut-short"),
        (A1 * (1 - A1), "slope-of-another-activation"),
        ((1 - A1**2) ** 2, "slope-twice"),
    ],
)
def test_another_function_in_the_slopes_place(slope, name):
    dz = (P - np.eye(3)[LABELS]) / 6
    dz1 = dz @ NET.weights[1].T * slope
    report = bl.check_gradients(NET, X, LABELS, [X.T @ dz1, A1.T @ dz], [dz1.sum(axis=0), dz.sum(axis=0)])
    assert [(f.identifier, f.layers) for f in report.findings] == [(name, (1,))]


@pytest.mark.parametrize("count", [6, 3])
def test_several_steps_of_one_batch(count):
    net = NET
    for _ in range(count):
        gW, gB = net.gradients(X, LABELS)
        net = net.with_parameters(
            [W - 0.1 * g for W, g in zip(net.weights, gW, strict=True)],
            [b - 0.1 * g for b, g in zip(net.biases, gB, strict=True)],
        )
    steps = [a - b for a, b in zip(net.weights, NET.weights, strict=True)]
    report = bl.check_gradients(NET, X, LABELS, steps, convention="weight_step", learning_rate=0.1)
    assert names(report) == ["several-steps"]
    assert f"as by {count} steps" in report.to_text()


def test_a_right_pass_that_goes_nowhere_says_so():
    x, y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0.0, 1, 1, 0])
    net = bl.Network.from_weights(
        [RNG.normal(size=(2, 5)) * 1e-3, RNG.normal(size=(5, 1)) * 1e-3], [np.zeros(5), np.zeros(1)], loss="log_loss"
    )
    report = bl.check_gradients(net, x, y, *net.gradients(x, y))
    assert report.ok
    assert "almost alike" in report.to_text()
    assert "alike" not in bl.check_gradients(NET, X, LABELS, *RIGHT).to_text()
    done = net.predict(x)
    assert "alike" not in bl.check_gradients(net, x, done, *net.gradients(x, done)).to_text()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"predictions": "p"}, "predictions must be an array of numbers"),
        ({"activations": [A1, P, P]}, "at most one array a layer (2), got 3"),
        ({"activations": 3}, "activations must be a list"),
        ({"loss_value": [1.0, 2.0]}, "loss_value must be one number"),
        ({"loss_value": "low"}, "loss_value must be an array of numbers"),
    ],
)
def test_bad_input_is_one_sentence(options, words):
    with pytest.raises(BacklitError) as caught:
        bl.check_gradients(NET, X, LABELS, *RIGHT, **options)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
