"""The compiled engine has the equations' numbers, at every level."""

import pickle

import numpy as np
import pytest
from engine_problems import (
    ENDS,
    HIDDEN,
    SLOW,
    TOLERANCE,
    assert_same_bits,
    by_equations,
    network,
    off,
    parameters,
    problems,
    samples,
    train_by_equations,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import backlit as bl
from backlit.engine.levels import available_levels
from backlit.engine.predict import predicted
from backlit.engine.trainer import Trainer
from backlit.equations.optimizers import OPTIMIZERS, find_optimizer
from backlit.equations.slopes import with_slope_from_value
from backlit.errors import BacklitError
from backlit.network.sweeps import forward
from backlit.runners.objective import measured


@pytest.mark.parametrize("level", available_levels())
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", HIDDEN)
def test_every_hidden_activation_has_the_equations_gradient(name, dtype, level):
    net = network([3, 21, 5, 2], name, "identity", "squared_error", seed=1, dtype=dtype)
    X, y = samples(net, 7, 2)
    if name != "exp":
        X[0] *= 30  # far out in the tails
    loss, weights, biases = Trainer(net, level=level).loss_and_gradients(X, y)
    expected, gradients = by_equations(net, X, y)
    assert loss == pytest.approx(expected, rel=TOLERANCE[net.layers[0].weights.dtype])
    assert off([g for pair in zip(weights, biases, strict=True) for g in pair], gradients) < TOLERANCE[X.dtype]


@pytest.mark.parametrize("level", available_levels())
@pytest.mark.parametrize(("output", "loss"), ENDS)
def test_every_output_with_every_loss_that_fits_has_the_equations_gradient(output, loss, level):
    net = network([3, 4, 5], "tanh", output, loss, seed=3)
    X, y = samples(net, 7, 4)
    value, weights, biases = Trainer(net, level=level).loss_and_gradients(X, y)
    expected, gradients = by_equations(net, X, y)
    assert value == pytest.approx(expected, rel=1e-12)
    assert off([g for pair in zip(weights, biases, strict=True) for g in pair], gradients) < 1e-12


@pytest.mark.parametrize("level", available_levels())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_products_larger_than_every_block_have_the_equations_gradient(dtype, level):
    # more rows, columns and terms than a block has, not a whole number of blocks; rows as far apart as caches dislike
    net = network([512, 1030, 450, 7], "tanh", "identity", "squared_error", seed=1, dtype=dtype)
    X, y = samples(net, 110, 2)
    trainer = Trainer(net, level=level, n_threads=1)
    loss, weights, biases = trainer.loss_and_gradients(X, y)
    expected, gradients = by_equations(net, X, y)
    tolerance = 30 * float(np.finfo(dtype).eps)
    assert loss == pytest.approx(expected, rel=tolerance)
    assert off([g for pair in zip(weights, biases, strict=True) for g in pair], gradients) < tolerance
    assert off([predicted(net, X, level=level)], [forward(net, X)[-1].output]) < tolerance
    by_three = Trainer(net, level=level, n_threads=3).loss_and_gradients(X, y)
    assert by_three[0] == loss
    for ours, one in zip([*by_three[1], *by_three[2]], [*weights, *biases], strict=True):
        np.testing.assert_array_equal(ours, one)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
def test_slopes_can_be_taken_from_the_activations(name):
    net = network([3, 4, 5, 2], name, "sigmoid", "squared_error", seed=3)
    net = net.with_parameters([400 * net.weights[0], *net.weights[1:]], net.biases)  # far out in the tails
    rows = [with_slope_from_value(layer.row) for layer in net.layers[:-1]]
    _, expected = by_equations(net.with_activation(rows), *(arrays := samples(net, 1, 4)))
    _, weights, biases = Trainer(net, slopes_from_values=True).loss_and_gradients(*arrays)
    ours = [g for pair in zip(weights, biases, strict=True) for g in pair]
    # entry by entry: in the tails the derivative gives other numbers
    assert all(np.allclose(a, b, rtol=1e-9, atol=1e-300) for a, b in zip(ours, expected, strict=True))
    _, plain, _ = Trainer(net).loss_and_gradients(*arrays)
    assert np.allclose(plain[0], weights[0], rtol=1e-9, atol=0) == (name == "relu")


def kinks_apart(net, X, y):
    """Whether rounding can put no value on another side of a kink, where the slope jumps."""
    sweep = forward(net, X)
    values = [(step.pre_activation, layer.row.kinks) for step, layer in zip(sweep, net.layers, strict=True)]
    values.append((sweep[-1].output - y, net.loss_row.residual_kinks))
    return all((np.abs(array - kink) > 1e-5).all() for array, kinks in values for kink in kinks)


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(problems(), st.sampled_from([0.0, 0.3]), st.sampled_from([0.0, 0.7]), st.sampled_from([1, 2, 3]))
def test_gradients_agree_for_any_network_and_samples(problem, l1, l2, n_threads):
    net, X, y, weight = problem
    if not kinks_apart(net, X, y):
        return
    trainer = Trainer(net, l1=l1, l2=l2, n_threads=n_threads)
    loss, weights, biases = trainer.loss_and_gradients(X, y, weight)
    expected, gradients = by_equations(net, X, y, weight, l1, l2)
    tolerance = TOLERANCE[X.dtype]
    assert loss == pytest.approx(expected, rel=tolerance, abs=tolerance)
    assert off([g for pair in zip(weights, biases, strict=True) for g in pair], gradients) < tolerance
    assert off([predicted(net, X)], [forward(net, X)[-1].output]) < tolerance
    outputs, losses = trainer.measure(X, y)
    assert off([outputs, losses.astype(X.dtype)], measured(net, X, y)) < tolerance


@settings(max_examples=120, deadline=None, suppress_health_check=SLOW)
@given(
    problems(),
    st.sampled_from(sorted(OPTIMIZERS)),
    st.sampled_from([0.0, 0.2]),
    st.sampled_from([None, 0.05]),
    st.integers(1, 20),
    st.sampled_from([1, 2]),
)
def test_three_epochs_agree_for_any_network_samples_and_optimizer(problem, name, decay, clip, size, n_threads):
    net, X, y, weight = problem
    row = find_optimizer(name)
    # an epsilon that is no smaller than rounding: else a gradient of 0 or of 1e-17 are different steps
    hyper = {k: v for k, v in row.defaults.items() if k != "learning_rate"}
    hyper = {**hyper, **({"epsilon": 1e-2} if "epsilon" in hyper else {})}
    options = {"weight_decay": decay, "clip_norm": clip, "l1": 0.0, "l2": 0.1}
    trainer = Trainer(net, row, hyper, seed=5, n_threads=n_threads, **options)
    # steps so short that a difference does not grow on the way, and yet far longer than what may differ
    orders, rate = [np.random.default_rng(i).permutation(len(X)) for i in range(3)], 0.001
    with np.errstate(all="ignore"):
        expected, sums, _ = train_by_equations(
            net, X, y, orders, size, row, rate, hyper=hyper, masks_of=trainer.masks, sample_weight=weight, **options
        )
        apart = kinks_apart(expected, X, y)
    # where training runs away (an exp output in deep networks), differences do too
    arrays = [p for p in parameters(expected) if p is not None]
    if not (apart and all((np.abs(p) < 100).all() for p in arrays) and max(sums) < 1e4 * len(X)):
        return
    ours = [trainer.epoch(X, y, order, size, rate, weight).loss_sum for order in orders]
    tolerance = TOLERANCE[X.dtype]
    assert off(parameters(trainer.network()), parameters(expected)) < tolerance
    np.testing.assert_allclose(ours, sums, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("n_threads", [1, 7])
def test_samples_of_several_chunks_are_measured_as_they_come(n_threads):
    # slow enough, by gelu, for threads to be in different chunks at once
    net = network([3, 200, 2], "gelu", "softmax", "cross_entropy", seed=0, dropout=[0.3])
    n = 4500
    X, labels = np.random.default_rng(0).normal(size=(n, 3)), np.random.default_rng(1).integers(2, size=n)
    trainer = Trainer(net, n_threads=n_threads, probability_floor=0.2)
    expected = measured(net, X, np.eye(2)[labels], probability_floor=0.2)
    for samples_given, targets in ((X, labels), (sparse.csr_array(X), np.eye(2)[labels])):
        for ours, theirs in zip(trainer.measure(samples_given, targets), expected, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    with pytest.raises(BacklitError, match="y must have shape"):
        trainer.measure(X, labels[:-1])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_optimizers_memory_is_the_equations_memory(name):
    net = network([3, 4, 2], "tanh", "identity", "squared_error", seed=0, biased=[True, False])
    (X, y), row = samples(net, 5, 1), find_optimizer(name)
    hyper = {k: v for k, v in row.defaults.items() if k != "learning_rate"}
    trainer, order = Trainer(net, row), np.arange(5)
    assert trainer.states() == [{}] * 4
    trainer.epoch(X, y, order, 2, 0.01)
    _, _, states = train_by_equations(net, X, y, [order], 2, row, 0.01, hyper=hyper)
    for ours, theirs in zip(trainer.states(), states, strict=True):
        assert ours.keys() == theirs.keys()
        for key, value in theirs.items():
            np.testing.assert_allclose(ours[key], value, rtol=1e-9)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_trainer_that_goes_on_from_a_state_has_the_same_bits(name):
    net = network([3, 4, 2], "tanh", "identity", "squared_error", seed=0, dropout=[0.3])
    (X, y), row, order = samples(net, 70, 1), find_optimizer(name), np.arange(70)
    whole, first = Trainer(net, row, seed=3), Trainer(net, row, seed=3)
    for _ in range(4):
        whole.epoch(X, y, order, 2, 0.01)
    for _ in range(2):
        first.epoch(X, y, order, 2, 0.01)
    second = Trainer(first.network(), row, seed=3)
    second.set_states(pickle.loads(pickle.dumps(first.states())), first.steps)
    for _ in range(2):
        second.epoch(X, y, order, 2, 0.01)
    assert_same_bits(whole, second)


def test_an_exponent_that_overflows_is_seen_and_tails_are_exact():
    net = bl.Network.from_weights([[[1.0]]], output="exp", dtype=np.float32)
    assert np.isinf(predicted(net, [[89.0]]))[0, 0]
    net = bl.Network.from_weights([[[1.0]]], output="sigmoid")
    assert predicted(net, [[-700.0]])[0, 0] == pytest.approx(np.exp(-700.0), rel=1e-12)
    assert predicted(net, [[-720.0]])[0, 0] < 1e-307
