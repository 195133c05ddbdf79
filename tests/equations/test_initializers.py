"""Starting weights: every row's spread against its printed formula, scikit-learn's own draws, seeds, and defaults."""

import math
from dataclasses import replace

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier

import backlit as bl
from backlit.equations.activation_table import ACTIVATIONS
from backlit.equations.initializers import (
    INITIALIZER_ALIASES,
    INITIALIZERS,
    default_initializer,
    find_initializer,
    initial_parameters,
)
from backlit.errors import BacklitError

N_IN, N_OUT = 300, 200
WEIGHTS = N_IN * N_OUT

VARIANCES = {
    "he_normal": 2 / 300,
    "he_uniform": 2 / 300,
    "glorot_normal": 2 / 500,
    "glorot_uniform": 2 / 500,
    "lecun_normal": 1 / 300,
    "lecun_uniform": 1 / 300,
    "zeros": 0,
    "scikit_learn": 6 / 500 / 3,
}
"""Worked by hand for 300 inputs and 200 units; a row without a number here fails."""
DRAWN = [name for name in INITIALIZERS if name != "zeros"]

# Excess kurtosis of a normal distribution is 0, of a uniform one -6/5.
KURTOSIS = {"normal": 3.0, "uniform": 1.8}


def draw(row, n_in=N_IN, n_out=N_OUT, activation="relu", seed=0):
    return initial_parameters(row, n_in, n_out, activation, np.random.default_rng(seed))


def spread_is(weights, variance, distribution):
    """Whether mean, variance and kurtosis are within five standard errors of what the distribution has."""
    if variance == 0:
        return not weights.any()
    size = weights.size
    kurtosis = KURTOSIS[distribution]
    mean_fits = abs(weights.mean()) < 5 * math.sqrt(variance / size)
    variance_fits = abs(weights.var() / variance - 1) < 5 * math.sqrt((kurtosis - 1) / size)
    kurtosis_fits = abs((weights**4).mean() / weights.var() ** 2 - kurtosis) < 0.15
    return mean_fits and variance_fits and kurtosis_fits


def stays_within(weights, bound):
    """Whether no weight is beyond the bound, and some come near it."""
    return 0.999 * bound < np.abs(weights).max() <= bound


@pytest.mark.parametrize("name", INITIALIZERS)
def test_the_spread_is_the_formula_s(name):
    row = INITIALIZERS[name]
    weights, _ = draw(row)
    assert weights.shape == (N_IN, N_OUT)
    assert weights.dtype == np.float64
    assert spread_is(weights, VARIANCES[name], row.distribution)


@pytest.mark.parametrize("name", [name for name in DRAWN if INITIALIZERS[name].distribution == "uniform"])
def test_uniform_weights_keep_to_their_bound(name):
    weights, _ = draw(INITIALIZERS[name])
    assert stays_within(weights, math.sqrt(3 * VARIANCES[name]))


@pytest.mark.parametrize("name", DRAWN)
def test_a_wrong_spread_is_seen(name):
    row = INITIALIZERS[name]
    other = {"normal": "uniform", "uniform": "normal"}[row.distribution]
    swapped = replace(row, variance=lambda n_in, n_out, f: row.variance(n_out, n_in, f) * 1.05)
    assert not spread_is(draw(swapped)[0], VARIANCES[name], row.distribution)
    assert not spread_is(draw(replace(row, distribution=other))[0], VARIANCES[name], row.distribution)
    assert not spread_is(draw(row)[0] + 0.05 * VARIANCES[name] ** 0.5, VARIANCES[name], row.distribution)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_the_printed_formula_is_the_variance(name):
    formula = INITIALIZERS[name].formula
    if formula.startswith("variance "):
        printed = eval(formula.removeprefix("variance "), {"n_in": 7, "n_out": 4})
        assert INITIALIZERS[name].variance(7, 4, "relu") == pytest.approx(printed, rel=1e-15)
    else:
        assert name in ("zeros", "scikit_learn")


@pytest.mark.parametrize("name", INITIALIZERS)
def test_biases_start_at_nothing_unless_the_row_says_otherwise(name):
    row = INITIALIZERS[name]
    _, biases = draw(row)
    assert biases.shape == (N_OUT,)
    assert biases.any() == row.random_biases


def sklearn_bounds(activation):
    """The largest weight and bias that scikit-learn draws for 60 inputs and 40 units, over one fit of no steps."""
    X = np.random.default_rng(0).normal(size=(6, 60))
    mlp = MLPClassifier((40,), activation=activation, learning_rate_init=1e-300, max_iter=1, random_state=0, alpha=0)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        mlp.fit(X, [0, 1, 2, 0, 1, 2])
    return mlp.coefs_[0], mlp.intercepts_[0]


@pytest.mark.parametrize(("ours", "theirs"), [("sigmoid", "logistic"), ("tanh", "tanh"), ("relu", "relu")])
def test_scikit_learn_s_row_draws_as_scikit_learn_does(ours, theirs):
    bound = math.sqrt((2 if ours == "sigmoid" else 6) / 100)
    for weights, biases in (sklearn_bounds(theirs), draw(INITIALIZERS["scikit_learn"], 60, 40, ours)):
        assert stays_within(weights, bound)
        assert 0.9 * bound < np.abs(biases).max() <= bound


def test_a_seed_makes_the_same_network_again():
    nets = [bl.Network.random([3, 4, 2], seed=seed) for seed in (7, 7, 8)]
    weights = [net.layers[0].weights for net in nets]
    assert (weights[0] == weights[1]).all()
    assert (weights[0] != weights[2]).all()


def test_a_generator_is_taken_and_moves_on():
    rng = np.random.default_rng(7)
    first, second = (bl.Network.random([3, 4, 2], seed=rng).layers[1].weights for _ in range(2))
    assert (first == bl.Network.random([3, 4, 2], seed=7).layers[1].weights).all()
    assert (first != second).all()


def test_without_a_seed_networks_differ_and_the_global_state_is_untouched():
    np.random.seed(5)
    before = np.random.get_state()[1].copy()
    a, b = (bl.Network.random([3, 4, 2]).layers[0].weights for _ in range(2))
    assert (a != b).all()
    assert (np.random.get_state()[1] == before).all()


DEFAULTS = {
    "he_normal": {"relu", "leaky_relu", "elu", "gelu", "silu", "mish", "softplus"},
    "lecun_normal": {"selu"},
    "glorot_uniform": {"identity", "sigmoid", "tanh", "hard_sigmoid", "exp", "softmax"},
}


@pytest.mark.parametrize("activation", [*ACTIVATIONS, "leaky_relu(0.2)", "elu(0.5)"])
def test_each_activation_has_its_usual_initializer(activation):
    expected = [name for name, family in DEFAULTS.items() if activation.partition("(")[0] in family]
    assert expected, "a new activation needs its usual initializer, in DEFAULTS"
    assert [default_initializer(activation)] == expected


def test_a_network_draws_each_layer_by_its_own_activation():
    net = bl.Network.random([300, 200, 100, 50], activation=["relu", "selu"], output="tanh", seed=0)
    assert spread_is(net.weights[0], 2 / 300, "normal")
    assert spread_is(net.weights[1], 1 / 200, "normal")
    assert spread_is(net.weights[2], 2 / 150, "uniform")


def test_initializers_can_be_named_one_a_layer():
    net = bl.Network.random([300, 200, 100], initializer=["lecun", "zeros"], seed=0)
    assert spread_is(net.weights[0], 1 / 300, "normal")
    assert not net.weights[1].any()


def test_names_aliases_and_unknown_ones():
    assert {find_initializer(alias).name for alias in INITIALIZER_ALIASES} <= set(INITIALIZERS)
    assert find_initializer("Kaiming") is INITIALIZERS["he_normal"]
    with pytest.raises(BacklitError, match="unknown initializer 'glorott'; did you mean 'glorot'"):
        bl.Network.random([3, 4, 2], initializer="glorott")
