"""Predictions by the compiled engine: the equations' numbers, the same bits however samples are asked for."""

from dataclasses import replace

import numpy as np
import pytest
from engine_problems import HIDDEN
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import backlit as bl
from backlit.engine.levels import available_levels, opened
from backlit.engine.predict import predicted
from backlit.equations.activation_table import find_activation
from backlit.errors import BacklitError
from backlit.network.sweeps import WORTH_THE_ENGINE, forward, outputs


def network(sizes, hidden="tanh", output="softmax", *, seed=0, dtype=np.float64, biases=True):
    net = bl.Network.random(sizes, activation=hidden, output=output, seed=seed, dtype=dtype)
    rng = np.random.default_rng(seed + 1)
    shifts = [rng.normal(size=layer.n_out) if biases else None for layer in net.layers]
    return bl.Network.from_weights(net.weights, shifts, activation=hidden, output=output, dtype=dtype)


def off(ours, net, X):
    right = forward(net, np.asarray(X, net.layers[0].weights.dtype))[-1].output
    return float(np.max(np.abs(ours - right) / (np.abs(right) + 1)))


@pytest.mark.parametrize("level", available_levels())
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("hidden", HIDDEN)
def test_every_activation_predicts_as_the_equations(hidden, dtype, level):
    net = network([3, 7, 5, 2], hidden, "identity", dtype=dtype)
    X = np.random.default_rng(2).normal(size=(11, 3)) / 3
    ours = predicted(net, X, level=level)
    assert ours.dtype == dtype
    assert ours.shape == (11, 2)
    assert off(ours, net, X) < 30 * np.finfo(dtype).eps


@pytest.mark.parametrize("output", ["softmax", "sigmoid", "exp", "tanh", "softplus"])
def test_every_kind_of_output_predicts_as_the_equations(output):
    net = network([3, 7, 4], "gelu", output)
    X = np.random.default_rng(2).normal(size=(11, 3))
    assert off(predicted(net, X), net, X) < 1e-14


@pytest.mark.parametrize("level", available_levels())
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_sample_has_the_same_bits_alone_among_others_and_at_any_number_of_threads(dtype, level):
    # a depth of two blocks, columns of more than one block, a last panel that is not whole
    net = network([210, 1031, 61, 10], "tanh", dtype=dtype)
    X = np.random.default_rng(3).normal(size=(431, 210))
    together = predicted(net, X, n_threads=1, level=level)
    for n_threads in (2, 3, 7):
        np.testing.assert_array_equal(predicted(net, X, n_threads=n_threads, level=level), together)
    for rows in (slice(0, 1), slice(200, 201), slice(430, 431), slice(5, 7), slice(100, 113), slice(100, 400)):
        np.testing.assert_array_equal(predicted(net, X[rows], level=level), together[rows])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=2, max_size=5), st.integers(1, 50), st.booleans(), st.integers(0, 99))
def test_any_network_predicts_as_the_equations(sizes, n, biases, seed):
    net = network(sizes, "silu", "identity", seed=seed, biases=biases)
    X = np.random.default_rng(seed).normal(size=(n, sizes[0]))
    together = predicted(net, X, n_threads=2)
    assert off(together, net, X) < 1e-13
    np.testing.assert_array_equal(np.vstack([predicted(net, row[None]) for row in X]), together)


@pytest.mark.parametrize("kind", [sparse.csr_matrix, sparse.csc_array])
def test_sparse_samples_are_dense_samples(kind):
    net = network([120, 6, 2])
    rng = np.random.default_rng(1)
    X = rng.normal(size=(600, 120)) * (rng.random((600, 120)) < 0.1)
    for n_threads in (1, 2):
        assert np.abs(predicted(net, kind(X), n_threads=n_threads) - predicted(net, X)).max() < 1e-14


def test_parameters_are_read_where_they_are():
    weights = [np.zeros((3, 4)), np.zeros((4, 2))]
    layers = bl.Network.from_weights(weights, [None, None], output="identity").layers
    live = replace(
        bl.Network.from_weights(weights, output="identity"),
        layers=tuple(replace(layer, weights=W) for layer, W in zip(layers, weights, strict=True)),
    )
    X = np.ones((5, 3))
    assert not predicted(live, X).any()
    weights[1][:] = 2.0
    assert predicted(live, X)[0].tolist() == [4.0, 4.0]
    # as a user's own arrays may lie: columns first
    turned = replace(live, layers=(live.layers[0], replace(live.layers[1], weights=np.asfortranarray(weights[1]))))
    assert predicted(turned, X)[0].tolist() == [4.0, 4.0]


def test_what_overflows_comes_as_it_is():
    net = bl.Network.from_weights([[[1.0]]], output="exp", loss="poisson")
    assert np.isinf(predicted(net, [[800.0]]))[0, 0]
    with pytest.raises(BacklitError, match="the activation of layer 1 became inf"):
        net.predict([[800.0]])


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.zeros((2, 4)), "layer 1 takes 3 inputs, got X with shape"),
        (np.zeros((0, 3)), "at least one sample"),
        (sparse.csr_matrix((2, 4)), "layer 1 takes 3 inputs"),
    ],
)
def test_what_does_not_fit_is_refused(X, message):
    with pytest.raises(BacklitError, match=message):
        predicted(network([3, 4, 2]), X)


def test_the_engine_itself_looks_once_more():
    module = opened(available_levels()[-1])
    X, W, b = np.zeros((5, 3)), np.zeros((3, 2)), np.zeros(2)
    layer = (W, b, "tanh", 0.0)
    out = np.empty((5, 2))
    module.predict_float64([layer], X, out, 1)
    assert not out.any()
    wrong = [
        ([], X, out, 1),
        ([layer], X, np.empty((4, 2)), 1),
        ([layer], X, np.empty((5, 3)), 1),
        ([layer], X[:, :2].copy(), out, 1),
        ([layer], X, out, 0),
        ([layer], X, out, 4096),
        ([(W, np.zeros(3), "tanh", 0.0)], X, out, 1),
        ([(W, b, "none of ours", 0.0)], X, out, 1),
        ([(W, b, "softmax", 0.0), (np.zeros((2, 2)), b, "tanh", 0.0)], X, out, 1),
        ([layer, (np.zeros((3, 2)), b, "tanh", 0.0)], X, out, 1),
        ([(W.astype(np.float32), b, "tanh", 0.0)], X, out, 1),
        ([layer], (np.zeros(0), np.zeros(0, np.int32), np.zeros(0, np.int64)), out, 1),
    ]
    for arguments in wrong:
        with pytest.raises((ValueError, TypeError, RuntimeError)):
            module.predict_float64(*arguments)
    broken = (np.ones(1), np.asarray([9], np.int32), np.asarray([0, 1, 1, 1, 1, 1], np.int64))
    with pytest.raises(IndexError):
        module.predict_float64([layer], broken, out, 1)


def test_a_row_of_ones_own_and_an_engine_that_is_not_there_go_by_the_equations(monkeypatch):
    own = replace(find_activation("tanh"), value=lambda z: z / 2)
    weights = [np.full((300, 200), 0.5), np.ones((200, 2))]
    net = bl.Network.from_weights(weights, activation=[own], output="identity")
    X = np.ones((3, 300))
    assert X.shape[0] * 300 * 200 > WORTH_THE_ENGINE
    assert predicted(net, X) is None
    assert net.predict(X)[0, 0] == 200 * 75
    known = net.with_activation("relu")
    by_engine = known.predict(X)
    monkeypatch.setenv("BACKLIT_ENGINE_LEVEL", "none such")
    assert predicted(known, X) is None
    np.testing.assert_array_equal(outputs(known, X), by_engine)


def test_large_and_small_predictions_are_the_same_network():
    """On both sides of the number of multiply-adds from which on the engine is used."""
    net = network([20, 50, 3])
    X = np.random.default_rng(0).normal(size=(200, 20))
    assert 10 * net.n_parameters < WORTH_THE_ENGINE < 200 * net.n_parameters
    assert np.abs(net.predict(X)[:10] - net.predict(X[:10])).max() < 1e-15
