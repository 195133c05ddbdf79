"""check_gradients takes what people have: their layout, their loss, their steps; and says how to tell it."""

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import backlit as bl
from backlit.errors import BacklitError

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import evaluation_conventions

RNG = np.random.default_rng(21)
X, Y = RNG.normal(size=(5, 3)), RNG.uniform(0.1, 0.9, size=(5, 2))
NET = bl.Network.random([3, 4, 2], activation="tanh", output="sigmoid", loss="squared_error", seed=2)
LOG = bl.Network.random([3, 4, 2], activation="tanh", output="sigmoid", loss="log_loss", seed=2)
LOSSES = {"squared_error": 1.0, "mse": 2 / 2, "sum_squared_error": 2.0, "half_mean_squared_error": 1 / 2}
WIDE = bl.Network.random([3, 4, 3], activation="tanh", output="identity", loss="squared_error", seed=2)
Y3 = RNG.normal(size=(5, 3))
WIDE_LOSSES = {"mse": 2 / 3, "sum_squared_error": 2.0, "half_mean_squared_error": 1 / 3}
REDUCTIONS = {"mean": 1.0, "sum": 5.0}


def names(report):
    return [finding.identifier for finding in report.findings]


def scaled(net, x, y, factor):
    gW, gB = net.gradients(x, y)
    return [factor * g for g in gW], [factor * g for g in gB]


@pytest.mark.parametrize("loss", WIDE_LOSSES)
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("l2", [0.0, 0.1])
def test_a_loss_by_another_convention_is_right_once_it_is_told(loss, reduction, l2):
    gW, gB = scaled(WIDE, X, Y3, WIDE_LOSSES[loss] * REDUCTIONS[reduction])
    gW = [g + l2 * W for g, W in zip(gW, WIDE.weights, strict=True)]
    assert bl.check_gradients(WIDE, X, Y3, gW, gB, loss=loss, reduction=reduction, l2=l2).ok
    untold = bl.check_gradients(WIDE, X, Y3, gW, gB, l2=l2)
    assert not untold.ok
    first = untold.findings[0].happened
    assert first.startswith("This is right if your loss")
    assert f"loss='{loss}'" in first
    assert ("reduction='sum'" in first) == (reduction == "sum")
    assert not bl.check_gradients(WIDE, X, Y3, [2 * g for g in gW], gB, loss=loss, reduction=reduction, l2=l2).ok


def test_the_gradient_of_numpys_mean_is_that_of_mse():
    net = bl.Network.from_weights(WIDE.weights, WIDE.biases, activation="tanh", output="identity", loss="mse")
    a1 = np.tanh(X @ net.weights[0] + net.biases[0])
    dz2 = 2 * (a1 @ net.weights[1] + net.biases[1] - Y3) / Y3.size
    dz1 = dz2 @ net.weights[1].T * (1 - a1**2)
    assert bl.check_gradients(net, X, Y3, [X.T @ dz1, a1.T @ dz2], [dz1.sum(axis=0), dz2.sum(axis=0)]).ok


def test_a_mean_over_all_entries_of_another_loss():
    gW, gB = scaled(LOG, X, Y, 1 / 2)
    assert bl.check_gradients(LOG, X, Y, gW, gB, reduction="all").ok
    assert "reduction='all'" in bl.check_gradients(LOG, X, Y, gW, gB).findings[0].happened


@pytest.mark.parametrize("rate", [0.5, 0.03, 2.0])
def test_one_negative_factor_is_a_learning_rate_first(rate):
    gW, gB = scaled(NET, X, Y, -rate)
    report = bl.check_gradients(NET, X, Y, gW, gB)
    assert names(report) == ["weight-steps"]
    assert f"pass convention='weight_step', learning_rate={rate:g}" in report.findings[0].happened
    assert bl.check_gradients(NET, X, Y, gW, gB, convention="weight_step", learning_rate=rate).ok
    told = bl.check_gradients(NET, X, Y, gW, gB, learning_rate=rate)
    assert f"learning rate of {rate:g}" in told.findings[0].happened


def test_a_turned_sign_is_a_turned_sign():
    report = bl.check_gradients(NET, X, Y, *scaled(NET, X, Y, -1.0))
    assert names(report) == ["wrong-sign"]
    assert "learning_rate=1" in report.findings[0].happened


def in_columns(net, x, y, *, biases=lambda b: b[:, None]):
    """A pass written in columns, by hand: tanh, then sigmoid with half squared errors."""
    W1, W2 = (W.T for W in net.weights)
    b1, b2 = (b[:, None] for b in net.biases)
    A0, T = x.T, y.T
    A1 = np.tanh(W1 @ A0 + b1)
    A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
    dZ2 = (A2 - T) * A2 * (1 - A2)
    dZ1 = W2.T @ dZ2 * (1 - A1**2)
    m = A0.shape[1]
    dW, db = [dZ1 @ A0.T / m, dZ2 @ A1.T / m], [dZ1.sum(axis=1) / m, dZ2.sum(axis=1) / m]
    return A0, T, dW, [biases(b) for b in db]


@pytest.mark.parametrize("biases", [lambda b: b, lambda b: b[:, None], lambda b: b[None, :]])
@pytest.mark.parametrize("layout", [None, "columns"])
def test_samples_as_columns(biases, layout):
    A0, T, dW, db = in_columns(NET, X, Y, biases=biases)
    report = bl.check_gradients(NET, A0, T, dW, db, layout=layout)
    assert report.ok
    assert ("samples as columns" in report.to_text()) == (layout is None)
    for k in range(2):
        wrong = [g.copy() for g in dW]
        wrong[k][1, 0] += 0.3
        off = bl.check_gradients(NET, A0, T, wrong, db, layout=layout)
        assert f"L{k + 1}.w[2,1]" in off.to_text()


def test_the_words_are_in_the_persons_layout():
    A0, T, dW, db = in_columns(NET, X, Y)
    report = bl.check_gradients(NET, A0, T, [5 * dW[0], dW[1]], db)
    assert names(report) == ["sum-instead-of-mean"]
    assert "dW1 = dz1 @ x.T / 5" in report.findings[0].instead
    rows = bl.check_gradients(NET, X, Y, [5 * dW[0].T, dW[1].T], db)
    assert "dW1 = x.T @ dz1 / 5" in rows.findings[0].instead


def test_one_sample_as_a_column():
    A0, T, dW, db = in_columns(NET, X[:1], Y[:1])
    assert A0.shape == (3, 1)
    assert bl.check_gradients(NET, A0, T, dW, db).ok


@pytest.mark.parametrize("turned", [True, False])
def test_where_all_sizes_are_equal_the_reading_that_fits_is_said(turned):
    net = bl.Network.random([4, 4, 4], activation="tanh", output="sigmoid", seed=3)
    x, y = RNG.normal(size=(4, 4)), RNG.uniform(0.1, 0.9, size=(4, 4))
    A0, T, dW, db = in_columns(net, x, y)
    given = net
    if turned:
        # the network made of the weights as the person has them, (n_out, n_in)
        given = bl.Network.from_weights([W.T for W in net.weights], net.biases, activation="tanh")
    report = bl.check_gradients(given, A0, T, dW, db)
    assert report.ok
    assert "samples as columns, weights (n_out, n_in)" in report.to_text()
    assert not bl.check_gradients(given, A0, T, [dW[0], -dW[1]], db).ok


def test_weights_the_pytorch_way_must_be_told():
    gW, gB = NET.gradients(X, Y)
    report = bl.check_gradients(NET, X, Y, [g.T for g in gW], gB)
    assert names(report) == ["swapped-outer-product"]
    assert "layout='torch'" in report.findings[0].happened
    assert bl.check_gradients(NET, X, Y, [g.T for g in gW], gB, layout="torch").ok


def test_a_right_pass_with_its_dropout_masks():
    net = bl.Network.random([3, 4, 2], activation="tanh", dropout=0.5, seed=4)
    mask = (RNG.random((5, 4)) < 0.5) / 0.5
    a1 = np.tanh(X @ net.weights[0] + net.biases[0])
    h = a1 * mask
    p = 1 / (1 + np.exp(-(h @ net.weights[1] + net.biases[1])))
    dz2 = (p - Y) * p * (1 - p) / 5

    def claim(back):
        dz1 = dz2 @ net.weights[1].T * back * (1 - a1**2)
        return [X.T @ dz1, h.T @ dz2], [dz1.sum(axis=0), dz2.sum(axis=0)]

    assert bl.check_gradients(net, X, Y, *claim(mask), masks=[mask]).ok
    assert bl.check_gradients(net, X, Y, *claim(mask), masks=[mask, None]).ok
    assert names(bl.check_gradients(net, X, Y, *claim(1), masks=[mask])) == ["mask-left-out"]
    assert "masks=" in bl.check_gradients(net, X, Y, *claim(mask)).to_text()
    columns = [g.T for g in claim(mask)[0]]
    assert bl.check_gradients(net, X.T, Y.T, columns, claim(mask)[1], masks=[mask.T], layout="columns").ok


@pytest.mark.parametrize(
    ("name", "back", "slope", "source"),
    [
        ("mask-left-out", lambda mask: 1, "a1", "h"),
        ("mask-scale-left-out", lambda mask: mask > 0, "a1", "h"),
        ("mask-scale-twice", lambda mask: mask**2, "a1", "h"),
        ("slope-after-mask", lambda mask: mask, "h", "h"),
        ("input-before-mask", lambda mask: mask, "a1", "a1"),
    ],
)
@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_a_mask_used_otherwise_on_the_way_back_is_named(name, back, slope, source, activation):
    net = bl.Network.random([3, 4, 2], activation=activation, seed=4)
    mask = np.array([[0, 1, 1, 0], [1, 1, 0, 1], [1, 0, 1, 1], [1, 1, 1, 0], [0, 1, 1, 1]]) / 0.7
    z1 = X @ net.weights[0] + net.biases[0]
    values = {"a1": np.tanh(z1) if activation == "tanh" else 1 / (1 + np.exp(-z1))}
    values["h"] = values["a1"] * mask
    p = 1 / (1 + np.exp(-(values["h"] @ net.weights[1] + net.biases[1])))
    dz2 = (p - Y) * p * (1 - p) / 5
    a = values[slope]
    dz1 = dz2 @ net.weights[1].T * back(mask) * (1 - a**2 if activation == "tanh" else a * (1 - a))
    gradients = [X.T @ dz1, values[source].T @ dz2], [dz1.sum(axis=0), dz2.sum(axis=0)]
    report = bl.check_gradients(net, X, Y, *gradients, masks=[mask])
    assert names(report) == [name]
    assert ("mask1" in report.findings[0].instead) == (
        name != "input-before-mask"
    ) or "(a1 * mask1)" in report.to_text()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"layout": "diagonal"}, "'rows', 'columns', 'torch'"),
        ({"reduction": "median"}, "'mean', 'sum' or 'all'"),
        ({"loss": "log_loss"}, "the network's loss is 'squared_error'"),
        ({"loss": "msq"}, "unknown loss 'msq'"),
        ({"loss": 3}, "unknown loss 3"),
        ({"masks": 3}, "masks must be a list"),
        ({"masks": [np.ones((5, 3))]}, "masks[0] must have shape (5, 4)"),
        ({"masks": [None] * 3}, "at most 2"),
    ],
)
def test_bad_options_are_one_sentence(options, words):
    with pytest.raises(BacklitError) as caught:
        bl.check_gradients(NET, X, Y, *NET.gradients(X, Y), **options)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_weights_that_only_chain_turned_are_turned_where_they_are_handed_over():
    net = bl.Network.random([4, 5, 3, 1], activation="relu", output="sigmoid", loss="log_loss", seed=5)
    x, y = RNG.normal(size=(6, 4)), (RNG.random((6, 1)) > 0.5) * 1.0
    W, b = [W.T for W in net.weights], [b[:, None] for b in net.biases]
    own = bl.Network.from_weights(W, b, activation="relu", output="sigmoid", loss="log_loss")
    np.testing.assert_array_equal(own.predict(x), net.predict(x))
    gW, gB = net.gradients(x, y)
    columns = [g.T for g in gW], [g[:, None] for g in gB]
    assert bl.check_gradients(own, x.T, y.T, *columns).ok
    columns[0][0] = columns[0][0] / 6
    report = bl.check_gradients(own, x.T, y.T, *columns)
    assert [(f.identifier, f.layers) for f in report.findings] == [("mean-twice", (1,))]
    square = bl.Network.from_weights([[[1.0, 2], [3, 4]], [[1.0, 2], [3, 4]]], layout="columns")
    np.testing.assert_array_equal(square.weights[0], [[1.0, 3], [2, 4]])
    with pytest.raises(BacklitError, match="layout must be"):
        bl.Network.from_weights(W, b, layout="sideways")
    with pytest.raises(BacklitError, match="layer 1 has 4 units"):
        bl.Network.from_weights(W, b, layout="rows")


def test_of_several_readings_the_one_that_explains_is_told():
    net = bl.Network.random([4, 4, 4], activation="tanh", output="sigmoid", seed=3)
    x, y = RNG.normal(size=(4, 4)), RNG.uniform(0.1, 0.9, size=(4, 4))
    A0, T, dW, db = in_columns(net, x, y)
    report = bl.check_gradients(net, A0, T, [4 * g for g in dW], [4 * g for g in db])
    assert names(report) == ["sum-instead-of-mean"]
    assert "samples as columns" in report.to_text()


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("turned", [False, True])
def test_biases_as_a_row_or_a_column_of_the_weights(last, turned):
    gW, gB = NET.gradients(X, Y)

    def joined(weights, biases):
        parts = [(W, b[None]) if last else (b[None], W) for W, b in zip(weights, biases, strict=True)]
        rows = [np.vstack(pair) for pair in parts]
        return [g.T for g in rows] if turned else rows

    layout = "torch" if turned else None
    assert bl.check_gradients(NET, X, Y, joined(gW, gB), layout=layout).ok
    wrong = bl.check_gradients(NET, X, Y, joined([gW[0], -gW[1]], gB), layout=layout)
    assert names(wrong) == ["wrong-sign"]


def test_class_numbers_as_a_row_beside_samples_as_columns():
    net = bl.Network.random([3, 4, 3], activation="relu", output="softmax", seed=1)
    labels = np.array([[0, 2, 1, 1, 0]])
    gW, gB = net.gradients(X, labels[0])
    assert bl.check_gradients(net, X.T, labels, [g.T for g in gW], [b[:, None] for b in gB]).ok


def test_passes_in_random_conventions_right_and_wrong():
    right = evaluation_conventions.convention_outcomes(60, np.random.default_rng(3), right=True)
    assert Counter(o.kind for o in right) == {"right": 60}
    outcomes = evaluation_conventions.convention_outcomes(60, np.random.default_rng(4), right=False)
    wrong = Counter(o.kind for o in outcomes)
    assert wrong["missed"] == wrong["wrong"] == 0
    assert wrong["named"] + wrong["tie"] >= 58


def test_one_array_that_tells_is_named_the_same_whatever_the_others_are():
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    # no unit of L1 lets anything through: only the output's gradients tell, and only the bias where nothing comes in
    net = bl.Network.from_weights(
        [-np.ones((3, 4)), rng.normal(size=(4, 2))],
        [np.full(4, -9.0), np.zeros(2)],
        activation="relu",
        output="identity",
    )
    gW, gB = net.gradients(X, y)
    report = bl.check_gradients(net, X, y, gW, [gB[0], -3 * gB[1]])
    assert [f.identifier for f in report.findings] == ["stray-factor"]
    assert "weight steps with a learning rate of 3" in report.findings[0].happened
    both = bl.check_gradients(net, X, y, [gW[0] + 0.003, gW[1]], [gB[0], -3 * gB[1]])
    assert "stray-factor" in [f.identifier for f in both.findings if 2 in f.layers]


def test_a_reading_of_the_loss_is_said_of_all_layers_that_it_is_of():
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    net = bl.Network.from_weights(
        [rng.normal(size=(3, 4)), rng.normal(size=(4, 2))], activation="tanh", output="identity"
    )
    gW, _ = net.gradients(X, y)
    report = bl.check_gradients(net, X, y, [2 * g for g in gW])
    assert [(f.identifier, f.layers) for f in report.findings] == [("factor-two", (2, 1))]
    steps = bl.check_gradients(net, X, y, [-3 * g for g in gW])
    assert [f.identifier for f in steps.findings] == ["weight-steps", "stray-factor"]
    assert all(f.layers == (2, 1) for f in steps.findings)
