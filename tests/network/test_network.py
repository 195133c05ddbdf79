"""Laws that every network and every step of it obeys, whatever its activations, loss, depth and batch."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import backlit as bl
from backlit.equations.activation_table import ACTIVATIONS

PAIRS = [
    ("sigmoid", "squared_error"),
    ("sigmoid", "log_loss"),
    ("softmax", "cross_entropy"),
    ("softmax", "squared_error"),
    ("identity", "huber"),
    ("exp", "poisson"),
]
HIDDEN = sorted(set(ACTIVATIONS) - {"softmax", "exp"})


@st.composite
def cases(draw):
    """A network of 1 to 4 layers and a batch of it; no two sizes are alike."""
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    hidden = draw(st.lists(st.sampled_from([4, 6, 7]), max_size=3, unique=True))
    output, loss = draw(st.sampled_from(PAIRS))
    names = [draw(st.sampled_from(HIDDEN)) for _ in hidden]
    biases = draw(st.booleans())
    net = bl.Network.random(
        [3, *hidden, 2], activation=names, output=output, loss=loss, biases=biases, initializer="glorot", seed=rng
    )
    if biases:
        moved = [rng.normal(0, 0.3, b.shape) for b in net.biases]
        net = net.with_parameters(net.weights, moved)
    X, y = rng.normal(size=(5, 3)), rng.uniform(0.1, 0.9, size=(5, 2))
    return net, X, y / y.sum(axis=1, keepdims=True), rng


def arrays(net):
    return [array for pair in zip(net.weights, net.biases, strict=True) for array in pair if array is not None]


def flat_gradients(net, X, y):
    weights, biases = net.gradients(X, y)
    parts = [g.ravel() for pair in zip(weights, biases, strict=True) for g in pair if g is not None]
    return np.concatenate(parts)


@given(cases())
@settings(deadline=None, max_examples=25)
def test_a_batch_has_the_mean_of_its_samples_losses_and_gradients(case):
    net, X, y, _ = case
    assert net.loss(X, y) == pytest.approx(np.mean([net.loss(x, t) for x, t in zip(X, y, strict=True)]), rel=1e-12)
    mean = np.mean([flat_gradients(net, x, t) for x, t in zip(X, y, strict=True)], axis=0)
    np.testing.assert_allclose(flat_gradients(net, X, y), mean, rtol=1e-10, atol=1e-14)


@given(cases())
@settings(deadline=None, max_examples=25)
def test_a_step_is_the_learning_rate_times_the_mean_of_input_times_error_term(case):
    net, X, y, _ = case
    trace = net.trace(X, y, learning_rate=0.3)
    for before, part, after in zip(net.layers, trace.layers, trace.updated.layers, strict=True):
        outer = np.mean([np.outer(x, d) for x, d in zip(part.input, part.error_term, strict=True)], axis=0)
        np.testing.assert_allclose(part.weight_step, 0.3 * outer, rtol=1e-10, atol=1e-15)
        np.testing.assert_array_equal(after.weights, before.weights + part.weight_step)
        if before.biases is None:
            assert part.bias_step is None
            assert after.biases is None
        else:
            np.testing.assert_allclose(part.bias_step, 0.3 * part.error_term.mean(axis=0), rtol=1e-10, atol=1e-15)
            np.testing.assert_array_equal(after.biases, before.biases + part.bias_step)


@given(cases())
@settings(deadline=None, max_examples=25)
def test_the_order_of_samples_moves_their_rows_and_nothing_else(case):
    net, X, y, rng = case
    order = rng.permutation(5)
    one, other = net.trace(X, y), net.trace(X[order], y[order])
    for a, b in zip(one.layers, other.layers, strict=True):
        np.testing.assert_allclose(a.error_term[order], b.error_term, rtol=1e-10, atol=1e-15)
        np.testing.assert_allclose(a.weight_gradient, b.weight_gradient, rtol=1e-10, atol=1e-14)


@given(cases())
@settings(deadline=None, max_examples=25)
def test_the_order_of_hidden_units_moves_their_columns_and_nothing_else(case):
    net, X, y, rng = case
    if len(net.layers) == 1:
        return
    order = rng.permutation(net.layers[0].n_out)
    weights, biases = list(net.weights), list(net.biases)
    weights[0], weights[1] = weights[0][:, order], weights[1][order]
    biases[0] = None if biases[0] is None else biases[0][order]
    other = net.with_parameters(weights, biases)
    a, b = net.trace(X, y), other.trace(X, y)
    assert b.loss == pytest.approx(a.loss, rel=1e-12)
    np.testing.assert_allclose(a.layers[0].error_term[:, order], b.layers[0].error_term, rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(a.layers[1].weight_gradient[order], b.layers[1].weight_gradient, rtol=1e-10, atol=1e-14)


@given(cases())
@settings(deadline=None, max_examples=25)
def test_a_small_step_lowers_the_loss_by_the_gradient_s_square(case):
    net, X, y, _ = case
    square = float(np.sum(flat_gradients(net, X, y) ** 2))
    if square < 1e-8:
        return
    rate = 1e-5
    lowered = net.loss(X, y) - net.trace(X, y, learning_rate=rate).updated.loss(X, y)
    assert lowered == pytest.approx(rate * square, rel=0.02)


@given(cases())
@settings(deadline=None, max_examples=25)
def test_one_sample_without_an_axis_is_a_batch_of_one(case):
    net, X, y, _ = case
    one, batch = net.trace(X[0], y[0]), net.trace(X[:1], y[:1])
    assert (one.loss, one.n_samples, batch.n_samples) == (batch.loss, 1, 1)
    np.testing.assert_array_equal(net.predict(X[0]), net.predict(X[:1])[0])
    for a, b in zip(one.layers, batch.layers, strict=True):
        np.testing.assert_array_equal(a.error_term, b.error_term[0])
        np.testing.assert_array_equal(a.weight_step, b.weight_step)


@given(cases())
@settings(deadline=None, max_examples=25)
def test_nothing_that_is_given_is_changed_and_nothing_in_a_network_can_be(case):
    net, X, y, _ = case
    before = [array.copy() for array in (*arrays(net), X, y)]
    net.trace(X, y)
    with warnings.catch_warnings(action="ignore"):  # a row that the engine does not know yet is said
        bl.train(net, X, y, epochs=2, batch_size=2, learning_rate=0.01, seed=0)
    for old, array in zip(before, (*arrays(net), X, y), strict=True):
        np.testing.assert_array_equal(old, array)
    for array in arrays(net):
        with pytest.raises(ValueError, match="read-only"):
            np.add(array, 1, out=array)


def test_a_network_keeps_copies_of_what_it_was_made_of():
    W = np.array([[0.4], [-0.2]])
    net = bl.Network.from_weights([W])
    W[:] = 9
    assert net.weights[0].ravel().tolist() == [0.4, -0.2]


def test_dropped_units_pass_nothing_on_and_get_no_error_term():
    net = bl.Network.random([3, 40, 2], activation="tanh", dropout=0.5, seed=0)
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(5, 3)), rng.uniform(size=(5, 2))
    trace = net.trace(X, y, dropout_seed=2)
    hidden, output = trace.layers
    dropped = hidden.dropout_mask == 0
    assert 0 < dropped.mean() < 1
    assert not output.input[dropped].any()
    assert not hidden.error_term[dropped].any()
    assert hidden.error_term[~dropped].all()
    # kept activations are scaled up, so that their expected sum is the same
    np.testing.assert_allclose(output.input[~dropped], 2 * hidden.activation[~dropped])
    np.testing.assert_array_equal(net.trace(X, y, dropout_seed=2).layers[0].dropout_mask, hidden.dropout_mask)
    assert (net.trace(X, y, dropout_seed=3).layers[0].dropout_mask != hidden.dropout_mask).any()
    assert net.trace(X, y).layers[0].dropout_mask is None
