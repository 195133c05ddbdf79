"""What is no number, no function, empty, complex or not finite: a sentence, and no name that says too much."""

import numpy as np
import pytest

import backlit as bl
from backlit.errors import BacklitError

RNG = np.random.default_rng(0)
NET = bl.Network.random([3, 4, 2], activation="tanh", seed=0)
X, Y = RNG.normal(size=(5, 3)), RNG.uniform(size=(5, 2))
GW, GB = NET.gradients(X, Y)
RAGGED = [[1, 2], [1]]


def names(report):
    return [(finding.identifier, finding.confidence) for finding in report.findings]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: bl.check_layer(lambda x: None, lambda d, x: d, X), "forward must return numbers, got None"),
        (lambda: bl.check_gradient(lambda x: None, lambda x: x, [1.0]), "function must return numbers, got None"),
        (lambda: bl.check_gradient(np.sum, lambda x: None, [1.0]), "the gradient must return numbers, got None"),
        (lambda: bl.check_gradient(3, np.cos, [1.0]), "function must be a function, got int: 3"),
        (lambda: bl.check_gradient(np.sin, X, [1.0]), "gradient must be a function, got ndarray"),
        (lambda: bl.check_layer(np.sin, None, X), "backward must be a function, got NoneType"),
        (lambda: bl.check_layer(np.sin, lambda d, x: d, X, 3), "parameters must be a list of arrays, got int: 3"),
        (lambda: bl.check_gradients(NET, X, Y, GW, GB, loss=np.ones(2)), "unknown loss array"),
        (lambda: bl.check_gradients(NET, X, Y, GW, GB, layout=np.ones(2)), "layout must be 'rows'"),
        (lambda: bl.check_gradients(NET, X, Y, GW, GB, reduction=np.ones(2)), "reduction must be 'mean'"),
        (lambda: bl.check_gradients(NET, X, Y, GW, GB, convention=np.ones(2)), "convention must be 'gradient'"),
        (lambda: bl.check_gradients(NET, [[1, 2, 3], [1]], Y, GW, GB), "X must be numbers in rows of equal length"),
        (lambda: bl.check_gradients(NET, X, Y, [RAGGED, GW[1]]), r"weight_gradients\[0\] must be an array of numbers"),
        (lambda: bl.check_gradients(NET, X.T, RAGGED, GW, layout="columns"), "y must be numbers in rows"),
        (lambda: bl.check_gradient(np.sum, np.ones_like, []), "point must hold at least one number"),
        (lambda: bl.check_layer(np.square, lambda d, x: 2 * d * x, np.zeros((0, 3))), "X must hold at least one"),
        (lambda: bl.check_layer(lambda x: x[:0], lambda d, x: 0 * x, X), "forward must return at least one number"),
        (lambda: bl.check_gradients(NET, X, Y, [g + 0j for g in GW]), r"weight_gradients\[0\] must be real numbers"),
        (lambda: bl.check_gradients(NET, X, Y, GW, GB, updated=[g + 0j for g in GW]), r"updated\[0\] must be real"),
        (lambda: bl.check_gradient(lambda x: np.sum(x) + 0j, np.ones_like, [1.0]), "function must return real numbers"),
        (lambda: bl.check_gradient(np.sum, lambda x: x + 1j, [1.0]), "gradient must return real numbers"),
        (lambda: bl.check_layer(np.square, lambda d, x: 2 * d * x + 0j, X), "backward must return real numbers"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(call, words):
    with pytest.raises(BacklitError, match=words):
        call()


def test_parameters_may_come_as_any_series_of_arrays():
    W = RNG.normal(size=(3, 4))
    dense = (lambda X, W: X @ W, lambda d, X, W: (d @ W.T, X.T @ d))
    assert bl.check_layer(*dense, X, {"W": W}.values()).ok


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_has_no_name(bad):
    one = bl.check_gradient(lambda x: np.sum(x**2), lambda x: np.array([bad, 2 * x[1], 2 * x[2]]), [1.0, -3.0, 1.5])
    every = bl.check_layer(np.square, lambda d, x: d * x * bad, X)
    for report in (one, every):
        assert names(report) == [("unknown", "none")]
        assert "not finite" in report.findings[0].sentence.lower()


def test_what_is_left_of_a_first_call_is_told_among_infinities_too():
    kept = np.zeros_like(X)

    def backward(d, x):
        kept[1:] += (2 * d * x)[1:]
        kept[0] = np.inf
        return kept

    assert [name for name, _ in names(bl.check_layer(np.square, backward, X))] == ["accumulated"]


@pytest.mark.parametrize(
    "made",
    [
        np.ones_like,
        np.sign,
        lambda g: 0.5 * np.sign(g),
        lambda g: 0.1 * np.sign(g),
        lambda g: np.round(np.random.default_rng(1).normal(size=g.shape), 1),
        lambda g: np.random.default_rng(1).integers(-3, 4, size=g.shape) / 10,
    ],
)
def test_signs_and_short_numbers_out_of_nowhere_are_not_called_rounded(made):
    for biases in (GB, [made(g) for g in GB]):
        report = bl.check_gradients(NET, X, Y, [made(g) for g in GW], biases)
        assert "rounded" not in [name for name, _ in names(report)]


@pytest.mark.parametrize("decimals", [2, 3, 4])
def test_rounded_numbers_still_are(decimals):
    claim = [[np.round(g, decimals) for g in arrays] for arrays in (GW, GB)]
    assert names(bl.check_gradients(NET, X, Y, *claim)) == [("rounded", "certain")]
