"""What training says and keeps where a number does not stay finite."""

import pickle

import numpy as np
import pytest
from small_training import N_HIDDEN, N_IN, N_OUT, N, assert_same, broken, parameters, place, samples, small

import backlit as bl
from backlit.equations.activation_table import ACTIVATIONS, Activation
from backlit.errors import BacklitError


def test_huge_weights_are_found_in_the_layer_where_they_overflow():
    X, y = samples()
    net = small(activation="relu")
    huge = [net.weights[0], np.full((N_HIDDEN, N_OUT), 1e308)]
    start = net.with_parameters(huge, net.biases)
    error = broken(start, np.abs(X) * 1e3, y, batch_size=2, shuffle=False)
    assert place(error) == (2, "pre_activation", 1, 1)
    assert "epoch 1, batch 1, the pre_activation of layer 2 became inf first, at index [" in str(error)
    assert_same(error.network, start)
    assert error.history.epochs == 0


def test_a_loss_can_overflow_before_anything_else():
    X, y = samples()
    error = broken(small(), X, y * 1e200)
    assert place(error) == (None, "loss", 1, 1)
    assert "the loss became inf first" in str(error)


@pytest.mark.parametrize("size", [10, 40])
def test_a_huge_learning_rate_gives_back_the_last_network_with_a_finite_loss(size):
    X, y = samples(40)
    reports = []
    net = small(activation="relu", initializer="he_normal")
    options = {"optimizer": "sgd", "learning_rate": 1000.0, "batch_size": size, "shuffle": False, "epochs": 99}
    error = broken(net, X, y, callbacks=[reports.append], **options)
    assert "learning rate 1000" in str(error)
    assert error.epoch > 1
    assert error.history.epochs == error.epoch - 1 == len(reports)
    assert error.history.stopped_by == "not_finite"
    assert all(np.isfinite(array).all() for array in parameters(error.network))
    # the batch before the one that broke; with one batch an epoch, the last of the epoch before
    last = size * (error.batch - 1) or 40
    assert np.isfinite(error.network.loss(X[last - size : last], y[last - size : last]))


def test_a_gradient_may_be_the_first_to_break_and_the_upper_layer_comes_first():
    X, y = samples()
    bad = Activation("bad", np.tanh, lambda z: np.where(z > 0, np.nan, 1.0), ("", ""), ("", ""))
    start = bl.Network.random([N_IN, 6, N_HIDDEN, N_OUT], activation=["tanh", bad], output="identity", seed=3)
    # layer 1's error term is NaN too, but only because layer 2's is
    error = broken(start, X, y, clip_norm=1.0, engine="equations")
    assert place(error) == (2, "error_term", 1, 1)
    assert_same(error.network, start)


def test_a_step_may_be_the_first_to_break():
    # the prediction is 1e153, the loss 5e305, the gradient 1e306, and a thousand times that is too much
    net = bl.Network.from_weights([[[1.0], [1.0], [1.0]]], output="identity")
    error = broken(net, [[1e153, 0, 0]], [[0]], optimizer="sgd", learning_rate=1000)
    assert place(error) == (1, "weight_step", 1, 1)
    assert_same(error.network, net)


def test_numbers_that_are_large_but_finite_are_no_mistake():
    # the sum of these pre-activations is infinite in float32, but none of them is
    X = np.full((N, N_IN), 1e38)
    net = small(dtype=np.float32)
    net = net.with_parameters([np.ones((N_IN, N_HIDDEN)), net.weights[1]], net.biases)
    _, history = bl.train(net, X, samples()[1], epochs=2)
    assert history.epochs == 2


def test_ones_own_activation_that_returns_nan_is_named():
    X, y = samples()
    calls = []

    def value(z):
        calls.append(1)
        a = np.tanh(z)
        if len(calls) == 5:
            a[1, 2] = np.nan
        return a

    own = Activation("own", value, ACTIVATIONS["tanh"].derivative, ("", ""), ("", ""))
    start = small(activation=own, initializer="glorot_uniform")
    error = broken(start, X, y, batch_size=2, engine="equations")
    assert place(error) == (1, "activation", 2, 2)
    assert "in epoch 2, batch 2, the activation of layer 1 became nan first, at index [1, 2]" in str(error)
    assert error.history.epochs == 1


def test_validation_that_overflows_is_named():
    X, y = samples()
    start = small(activation="identity")
    error = broken(start, X, y, validation=(X * 1e200, y), early_stopping=2)
    assert place(error) == (None, "loss", 1, None)
    assert "epoch 1, the validation samples, the loss became inf first" in str(error)


def test_the_best_network_is_kept_where_training_was_to_stop_early():
    X, y = samples()
    calls = []

    def value(z):
        calls.append(1)
        return np.tanh(z) * (np.nan if len(calls) == 4 else 1.0)

    own = Activation("own", value, ACTIVATIONS["tanh"].derivative, ("", ""), ("", ""))
    reports = []
    start = small(activation=own, initializer="glorot_uniform")
    options = {"early_stopping": 50, "learning_rate": 0.01, "engine": "equations"}
    error = broken(start, X, y, callbacks=[reports.append], **options)
    assert error.epoch == 4
    assert_same(error.network, reports[error.history.best_epoch - 1].network)


def test_the_error_is_a_backlit_error_that_can_be_stored():
    X, y = samples()
    error = pickle.loads(pickle.dumps(broken(small(), X, y * 1e200)))
    assert isinstance(error, BacklitError)
    assert place(error) == (None, "loss", 1, 1)
    assert "became inf" in str(error)
