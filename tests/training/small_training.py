"""A small network and samples for it, and ways to compare what training makes of them."""

import signal

import numpy as np
import pytest

import backlit as bl
from backlit.training.errors import TrainingError

N, N_IN, N_HIDDEN, N_OUT = 5, 3, 4, 2


def small(**options):
    options = {"activation": "tanh", "output": "identity", "seed": 3, **options}
    return bl.Network.random([N_IN, N_HIDDEN, N_OUT], **options)


def samples(n=N, seed=7):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, N_IN))
    return X, np.stack([X[:, 0] * X[:, 1], X[:, 2]], axis=1)


def parameters(net):
    return [array for layer in net.layers for array in (layer.weights, layer.biases) if array is not None]


def assert_same(net, other, rtol=0.0):
    for ours, theirs in zip(parameters(net), parameters(other), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=0)


def differ(net, other):
    return any(not np.array_equal(a, b) for a, b in zip(parameters(net), parameters(other), strict=True))


def ctrl_c(report=None):
    # os.kill would end the process on Windows
    signal.raise_signal(signal.SIGINT)


def broken(net, X, y, **options):
    with pytest.raises(TrainingError) as caught:
        bl.train(net, X, y, **options)
    return caught.value


def place(error):
    return error.layer, error.quantity, error.epoch, error.batch
