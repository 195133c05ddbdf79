"""What holds of every report on random claims; the evaluation looks at many more."""

import sys
from pathlib import Path

import numpy as np
import pytest

import backlit as bl

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import evaluation_invariants

RNG = np.random.default_rng(8)
X, Y = RNG.normal(size=(5, 3)), RNG.uniform(0.1, 0.9, size=(5, 2))


def test_invariants_hold_on_random_claims():
    assert evaluation_invariants.broken(60, np.random.default_rng(4)) == []


def test_the_evaluation_of_invariants_can_fail():
    report = bl.CheckReport(
        "",
        (bl_verdict(2, ok=True), bl_verdict(1, ok=False)),
        (finding("factor-two", (2, 1), "certain", ("accumulated",), "½ of the squared error"),),
    )
    task = evaluation_invariants.random_task(np.random.default_rng(0))._replace(loss="log_loss")
    task = task._replace(weights=[np.ones((3, 4)), np.ones((4, 2))])
    assert len(evaluation_invariants.not_held(task, report)) == 3


def bl_verdict(layer, *, ok):
    from backlit.check.report import Verdict

    return Verdict(layer, "weight_gradient", ok)


def finding(identifier, layers, confidence, others, words):
    from backlit.check.report import Finding

    return Finding(identifier, layers[0], layers, confidence, words, "", "", others)


@pytest.mark.parametrize("loss", ["squared_error", "log_loss"])
@pytest.mark.parametrize("factor", [2.0, 4.0, 0.25, -1.0, 1.3])
@pytest.mark.parametrize("array", [("W", 0), ("W", 1), ("b", 0), ("b", 1)])
def test_a_factor_in_one_array_is_told_of_that_array_alone(loss, factor, array):
    net = bl.Network.random([3, 4, 2], activation="tanh", output="sigmoid", loss=loss, seed=2)
    gW, gB = net.gradients(X, Y)
    kind, index = array
    arrays = {"W": list(gW), "b": list(gB)}
    arrays[kind][index] = factor * arrays[kind][index]
    report = bl.check_gradients(net, X, Y, arrays["W"], arrays["b"])
    (found,) = report.findings
    assert found.layers == (index + 1,)
    assert ("weight gradient" if kind == "W" else "bias gradient") in found.happened
    assert found.instead.startswith(f"d{kind}{index + 1} = ")
    assert "½" not in found.sentence
    assert "squared error" not in found.sentence
    if factor not in (-1.0,):
        assert f"{factor:g} times" in found.sentence


@pytest.mark.parametrize("biases", [True, False])
@pytest.mark.parametrize(("first", "second"), [(0.5, -0.5), (2.0, -2.0), (0.5, -2.0), (2.0, -0.5)])
def test_two_arrays_with_a_factor_each_are_told_each_by_itself(first, second, biases):
    net = bl.Network.random([3, 4, 2], activation="tanh", output="sigmoid", seed=2)
    gW, gB = net.gradients(X, Y)
    report = bl.check_gradients(net, X, Y, [first * gW[0], second * gW[1]], gB if biases else None)
    layers = {}
    for found in report.findings:
        layers[found.identifier] = layers.get(found.identifier, ()) + found.layers
    assert layers == {"factor-two": (2, 1), "wrong-sign": (2,)}
    assert "follows" not in report.to_text()
    said = " ".join(found.happened for found in report.findings)
    assert f"weight gradient of L2 is {second:g} times" in said
    assert f"eight gradient of L1 is {first:g} times" in said
    assert "½" not in said


def test_a_slope_left_out_of_a_layers_own_step_but_not_of_what_is_carried_back():
    net = bl.Network.random([3, 4, 2], activation="tanh", output="sigmoid", seed=2)
    trace = net.trace(X, Y)
    gW, gB = net.gradients(X, Y)
    error = trace.prediction - Y
    own = trace.layers[0].activation.T @ error / 5
    report = bl.check_gradients(net, X, Y, [gW[0], own], [gB[0], error.mean(axis=0)])
    assert [(f.identifier, f.layers) for f in report.findings] == [("missing-output-derivative", (2,))]


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (lambda g, p, n: g - 2 * p, "penalty-wrong-sign"),
        (lambda g, p, n: g - p / 2, "penalty-halved"),
        (lambda g, p, n: g + p, "penalty-doubled"),
        (lambda g, p, n: g - p + p / n, "penalty-averaged"),
        (lambda g, p, n: g - p + p * n, "penalty-summed"),
        (lambda g, p, n: g - p, "regularizer-not-in-gradient"),
    ],
)
def test_the_penaltys_part_is_told_as_the_penaltys(wrong, name):
    net = bl.Network.random([3, 4, 2], activation="tanh", output="sigmoid", seed=2)
    gW, gB = net.gradients(X, Y)
    claim = [wrong(g + 0.02 * W, 0.02 * W, 5) for g, W in zip(gW, net.weights, strict=True)]
    report = bl.check_gradients(net, X, Y, claim, gB, l2=0.02)
    assert [f.identifier for f in report.findings] == [name]
    assert "penalty" in report.to_text().lower()


def test_biases_that_are_penalised():
    net = bl.Network.random([3, 4, 2], activation="tanh", output="sigmoid", seed=2)
    net = net.with_parameters(net.weights, [b + 0.5 for b in net.biases])
    gW, gB = net.gradients(X, Y)
    weights = [g + 0.02 * W for g, W in zip(gW, net.weights, strict=True)]
    biases = [g + 0.02 * b for g, b in zip(gB, net.biases, strict=True)]
    report = bl.check_gradients(net, X, Y, weights, biases, l2=0.02)
    assert [f.identifier for f in report.findings] == ["biases-penalised"]


def test_four_times_one_number_is_no_two_twos():
    net = bl.Network.random([3, 3, 3, 1], loss="log_loss", seed=2)
    net = bl.Network.from_weights(net.weights, loss="log_loss")
    (first, second, third), _ = net.gradients(X[0], 1)
    report = bl.check_gradients(net, X[0], 1, [0.25 * first, -0.5 * second, 4 * third])
    assert not {"factor-two", "accumulated"} & {f.identifier for f in report.findings if 3 in f.layers}


def test_zeros_beside_other_mistakes_are_missing_gradients():
    net = bl.Network.random([3, 4, 2], activation="relu", output="softmax", loss="cross_entropy", seed=2)
    gW, gB = net.gradients(X, [0, 1, 1, 0, 1])
    for wrong in (1.3 * gW[0], 4 * gW[0], gW[0] + 1, gW[0][::-1]):
        report = bl.check_gradients(net, X, [0, 1, 1, 0, 1], [wrong, 0 * gW[1]], [gB[0], 0 * gB[1]])
        assert [f.identifier for f in report.findings][:2] == ["gradient-missing", "bias-missing"]
        assert report.findings[0].confidence == "certain"
        assert len(report.findings) == 3
