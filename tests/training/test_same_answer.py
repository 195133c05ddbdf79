"""Whether a network that answers alike to all samples is told of, and nothing is said of others."""

import numpy as np
import pytest
import scipy.sparse

import backlit as bl
from backlit.training.same_answer import same_answer

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]])
XOR = np.array([0, 1, 1, 0])
SGD = {"optimizer": "sgd", "learning_rate": 0.1, "batch_size": 4, "epochs": 60, "seed": 0}


def small_start(size):
    rng = np.random.default_rng(0)
    return bl.Network.from_weights([size * rng.normal(size=(2, 5)), size * rng.normal(size=(5, 1))], loss="log_loss")


def test_a_plateau_is_told_below_the_curve():
    _, history = bl.train(small_start(0.01), X, XOR, **SGD)
    assert history.note.startswith("its answers to all samples are nearly alike (they spread by ")
    assert "y by 0.5): bl.diagnose says why" in history.note
    assert history.note in repr(history)
    drawn = history.to_text(width=30)
    assert history.note in " ".join(drawn.split())
    assert max(map(len, drawn.splitlines()[-3:])) <= 40


@pytest.mark.parametrize(
    "net", [small_start(1.0), bl.Network.random([2, 5, 1], output="sigmoid", loss="log_loss", seed=1)]
)
def test_of_a_network_that_tells_samples_apart_nothing_is_said(net):
    trained, history = bl.train(net, X, XOR, **SGD)
    assert history.note == ""
    assert history.to_text().splitlines()[-1].lstrip().startswith("⠒⠒⠒ training loss")
    assert same_answer(trained, X, XOR[:, None]) == ""


def test_targets_that_are_alike_are_answered_alike():
    _, history = bl.train(small_start(0.01), X, np.ones(4), **SGD)
    assert history.note == ""


def test_rows_in_the_order_of_their_classes_and_sparse_ones():
    n = 1000
    inputs, y = np.zeros((n, 2)), np.repeat([[0.0], [1.0]], n // 2, axis=0)
    assert "alike" in same_answer(small_start(1.0), inputs, y)
    assert "alike" in same_answer(small_start(1.0), scipy.sparse.csr_matrix(inputs), y)
    inputs[n // 2 :] = 5.0
    assert same_answer(small_start(1.0), inputs, y) == ""


def test_far_targets_are_told_first():
    net = bl.Network.random([2, 5, 1], output="identity", seed=0)
    _, history = bl.train(net, X, 1e6 + XOR, epochs=2)
    assert "it may take very many steps" in history.note
    assert "alike" not in history.note
