"""That a finding says no more than holds: of one array alone, of several, of a parameter, of what was not judged."""

import numpy as np
import pytest

import backlit as bl
from backlit.check.factors import meanings

RNG = np.random.default_rng(3)
NET = bl.Network.random([3, 4, 2], activation="tanh", seed=0)
X, Y = RNG.normal(size=(5, 3)), RNG.uniform(size=(5, 2))
GW, GB = NET.gradients(X, Y)
W = RNG.normal(size=(3, 4))
SQUARE = RNG.normal(size=(3, 3))


def times(factors):
    """The report on gradients times factors by their places: W1, W2, b1, b2."""
    weights = [f * g for f, g in zip(factors[:2], GW, strict=True)]
    biases = [f * g for f, g in zip(factors[2:], GB, strict=True)]
    return bl.check_gradients(NET, X, Y, weights, biases)


def test_one_factor_of_all_arrays_is_said_once_and_of_none_alone():
    report = times([3, 3, 3, 3])
    (finding,) = report.findings
    assert (finding.identifier, finding.layers) == ("stray-factor", (2, 1))
    assert "All arrays are 3 times the right ones" in finding.happened
    assert "alone" not in report.to_text()


def test_arrays_with_one_factor_share_a_finding():
    first, second = times([3, 4.7, 3, 1]).findings
    assert (first.identifier, first.layers) == ("stray-factor", (2,))
    assert "weight gradient of L2 is 4.7 times" in first.happened
    assert "and it alone in L2" in first.happened
    assert second.layers == (1,)
    assert "weight gradient of L1 and the bias gradient of L1 are 3 times" in second.happened
    assert "dW1 = x.T @ dz1 / 5; db1 = dz1.sum(axis=0) / 5" in second.instead


def test_an_array_is_alone_only_where_its_layers_others_are_right():
    report = times([1, 3, 1, 4.7])
    assert [finding.layers for finding in report.findings] == [(2,), (2,)]
    assert "alone" not in report.to_text()


def test_weights_after_the_step_need_the_rate_to_be_judged():
    updated = [W + g for W, g in zip(NET.weights, GW, strict=True)]
    report = bl.check_gradients(NET, X, Y, GW, GB, updated=updated)
    assert report.ok
    assert any("pass learning_rate=" in remark for remark in report.remarks)
    wrong = bl.check_gradients(NET, X, Y, [-g for g in GW], GB, updated=updated, learning_rate=0.1)
    assert any("updated= were not judged" in remark for remark in wrong.remarks)


@pytest.mark.parametrize(
    ("forward", "backward", "parameter", "name", "words"),
    [
        (
            lambda X, W: X @ W,
            lambda d, X, W: (d @ W.T, X.T @ np.ones_like(d)),
            W,
            "upstream-left-out",
            "dW = X.T @ dY",
        ),
        (
            lambda X, W: X @ W,
            lambda d, X, W: (d @ W.T, d),
            SQUARE,
            "missing-hidden-derivative",
            "what the parameter is multiplied by",
        ),
        (
            lambda X, W: X @ W,
            lambda d, X, W: (d @ W.T, X @ d),
            SQUARE,
            "transposed-weights",
            "X where X.T belongs",
        ),
    ],
)
def test_words_for_a_parameter_are_those_of_a_parameter(forward, backward, parameter, name, words):
    report = bl.check_layer(forward, backward, X[: len(parameter)], [parameter])
    (finding,) = report.findings
    assert finding.identifier == name
    assert words in finding.sentence
    assert "dX" not in finding.sentence
    assert "f′(X)" not in finding.sentence


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (5.0, " (5: the number of samples)"),
        (0.2, " (1 / 5: one over the number of samples)"),
        (-5.0, " (−5: minus the number of samples)"),
        (-4.0, " (1 − 5: one minus the number of samples)"),
        (5.1, ""),
        (1.0, ""),
    ],
)
def test_what_a_factor_is_among_sizes(ratio, said):
    assert meanings(ratio, {"the number of samples": 5, "the number of outputs": 1}) == said
