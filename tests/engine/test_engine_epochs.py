"""What an epoch of the compiled engine does with batches, weights, labels, sparse samples and dropout."""

import numpy as np
import pytest
from engine_problems import assert_same_bits, by_equations, network, off, parameters, plain, samples
from scipy import sparse

import backlit as bl
from backlit.engine.trainer import Trainer
from backlit.equations.optimizers import find_optimizer


def test_batches_can_be_left_out_and_pauses_change_nothing(monkeypatch):
    net, X, y = plain()
    order = np.arange(20)
    whole, parts, pausing = (Trainer(net, find_optimizer("adam")) for _ in range(3))
    expected = whole.epoch(X, y, order, 3, 0.01)
    parts.epoch(X, y, order[:6], 3, 0.01)
    assert parts.epoch(X, y, order, 3, 0.01, first_batch=2).n_batches == 7
    monkeypatch.setattr("backlit.engine.trainer.PAUSE_SECONDS", 1e-9)
    seen = []
    sums = pausing.epoch(X, y, order, 3, 0.01, look_up=lambda done: seen.append(done) or False)
    assert sums == expected
    assert seen[-1] == 7
    assert_same_bits(whole, parts)
    assert_same_bits(whole, pausing)


def test_look_up_ends_an_epoch_between_batches(monkeypatch):
    net, X, y = plain(2000)
    trainer, order = Trainer(net), np.arange(2000)
    monkeypatch.setattr("backlit.engine.trainer.PAUSE_SECONDS", 1e-9)
    done = trainer.epoch(X, y, order, 1, 0.01, look_up=lambda done: True).n_batches
    assert 1 <= done < 2000
    again = Trainer(net)
    again.epoch(X, y, order[:done], 1, 0.01)
    assert_same_bits(trainer, again)


def test_a_batch_whose_weights_are_0_is_passed_over():
    net, X, y = plain()
    weight = np.ones(20)
    weight[3:6] = 0
    ours, theirs = Trainer(net, find_optimizer("adam")), Trainer(net, find_optimizer("adam"))
    sums = ours.epoch(X, y, np.arange(20), 3, 0.01, weight)
    rest = np.r_[0:3, 6:20]
    assert sums.loss_sum == theirs.epoch(X, y, rest, 3, 0.01).loss_sum
    assert sums.n_batches == 7
    assert_same_bits(ours, theirs)


@pytest.mark.parametrize("n_threads", [1, 2])
def test_a_number_that_is_not_finite_names_its_batch_and_moves_nothing(n_threads):
    net, X, y = plain(40)
    X[33, 1] = np.nan
    trainer, before = (Trainer(net, find_optimizer("adam"), n_threads=n_threads) for _ in range(2))
    sums = trainer.epoch(X, y, np.arange(40), 16, 0.01)
    assert (sums.first_bad_batch, sums.n_batches, sums.moved) == (3, 3, False)
    before.epoch(X, y, np.arange(32), 16, 0.01)
    assert_same_bits(trainer, before)


def test_a_pre_activation_that_overflows_is_seen_behind_a_sigmoid():
    net = bl.Network.from_weights([[[1e308], [1e308]], [[1.0]]], activation="sigmoid", output="identity")
    sums = Trainer(net).epoch([[10.0, 10.0]], [[0.0]], [0], 1, 0.1)
    assert sums.first_bad_batch == 1


def test_a_step_that_overflows_is_seen_after_it():
    net = bl.Network.from_weights([[[1.0]]], output="identity")
    sums = Trainer(net).epoch([[1e153]], [[0.0]], [0], 1, 1000)
    assert (sums.first_bad_batch, sums.moved) == (1, True)


def test_a_batch_of_many_rows_is_worked_on_in_parts():
    net, X, y = plain(5000)
    loss, weights, biases = Trainer(net, n_threads=2).loss_and_gradients(X, y)
    expected, gradients = by_equations(net, X, y)
    assert loss == pytest.approx(expected, rel=1e-12)
    assert off([g for pair in zip(weights, biases, strict=True) for g in pair], gradients) < 1e-12
    trainer = Trainer(net, clip_norm=0.01, n_threads=2)
    assert trainer.epoch(X, y, np.arange(5000), 10**9, 0.1).loss_sum / 5000 == pytest.approx(expected, rel=1e-12)


def test_the_reported_loss_can_keep_from_0_and_1_and_be_scaled():
    net = bl.Network.from_weights([[[1.0, -1.0]]], output="softmax")
    order = np.arange(1)
    sums = Trainer(net, probability_floor=1e-3, loss_scale=0.5).epoch([[50.0]], np.asarray([1]), order, 1, 0.0)
    assert sums.loss_sum == pytest.approx(-0.5 * np.log(1e-3), rel=1e-12)
    net = bl.Network.from_weights([[[1.0]]], output="sigmoid", loss="log_loss")
    sums = Trainer(net, probability_floor=1e-3).epoch([[50.0]], [[0.0]], order, 1, 0.0)
    assert sums.loss_sum == pytest.approx(-np.log(1e-3), rel=1e-12)


def test_labels_are_one_hot_targets():
    net = network([3, 4, 5], "relu", "softmax", "cross_entropy", seed=0)
    X, _ = samples(net, 9, 1)
    labels = np.arange(9) % 5
    one_hot = np.eye(5)[labels]
    ours, theirs = Trainer(net), Trainer(net)
    assert ours.epoch(X, labels, np.arange(9), 4, 0.1) == theirs.epoch(X, one_hot, np.arange(9), 4, 0.1)
    assert off(parameters(ours.network()), parameters(theirs.network())) < 1e-14


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("kind", [sparse.csr_matrix, sparse.csc_array])
def test_sparse_samples_are_dense_samples(kind, n_threads):
    net = network([120, 6, 2], "tanh", "identity", "squared_error", seed=0)
    rng = np.random.default_rng(1)
    X = rng.normal(size=(40, 120)) * (rng.random((40, 120)) < 0.1)
    y = rng.normal(size=(40, 2))
    order = rng.permutation(40)
    ours, theirs = (Trainer(net, find_optimizer("adam"), l2=0.1, n_threads=n_threads) for _ in range(2))
    assert ours.epoch(kind(X), y, order, 16, 0.01).loss_sum == pytest.approx(
        theirs.epoch(X, y, order, 16, 0.01).loss_sum, rel=1e-12
    )
    assert off(parameters(ours.network()), parameters(theirs.network())) < 1e-10


def test_dropout_masks_are_drawn_by_seed_step_and_layer_at_the_rate():
    net = network([3, 400, 300, 2], "relu", "identity", "squared_error", seed=0, dropout=[0.25, 0.5])
    trainer = Trainer(net, seed=1)
    first, second, none = trainer.masks(1, 50)
    assert none is None
    assert set(np.unique(first)) == {0.0, 1 / 0.75}
    assert (first == 0).mean() == pytest.approx(0.25, abs=0.01)
    assert (second == 0).mean() == pytest.approx(0.5, abs=0.01)
    # no row or unit is favoured, and neighbours are independent
    assert np.abs((first == 0).mean(axis=0) - 0.25).max() < 0.3
    dropped = (second == 0).astype(float).ravel()
    assert abs(np.corrcoef(dropped[:-1], dropped[1:])[0, 1]) < 0.03
    assert not np.array_equal(first, trainer.masks(2, 50)[0])
    assert not np.array_equal(first, Trainer(net, seed=2).masks(1, 50)[0])
    np.testing.assert_array_equal(first, trainer.masks(1, 50)[0])
