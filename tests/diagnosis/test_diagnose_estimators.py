"""Estimators are diagnosed with the settings they have: scaled targets, losses, dropout, decay, activations, rates."""

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier

import backlit as bl
from backlit.diagnosis.held_out_taken import held_out_of
from backlit.diagnosis.lab import stepped_networks
from backlit.diagnosis.taken import setup_of

RNG = np.random.default_rng(2)
X = RNG.normal(size=(120, 3))
FAR = 50_000 + 3_000 * (X[:, 0] - X[:, 1])


def test_scaled_targets_are_diagnosed_as_they_are_trained_on():
    model = bl.MLPRegressor(hidden_layer_sizes=(8,), scale_y=True, learning_rate_init=0.01, max_iter=60, batch_size=20)
    setup = setup_of(model, X, FAR, {})
    assert setup.Y.mean() == pytest.approx(0, abs=1e-9)
    assert setup.Y.std() == pytest.approx(1)
    held = held_out_of(setup, model, FAR, X[:30] + 0.1, FAR[:30])
    np.testing.assert_allclose(held.Y, setup.Y[:30])
    found = bl.diagnose(model, X, FAR, X_val=X[:30] + 0.1, y_val=FAR[:30])
    assert not found.causes
    assert found.held_out_score > 0.9
    constant = np.column_stack([FAR, np.full(120, 7.0)])
    np.testing.assert_array_equal(setup_of(model, X, constant, {}).Y[:, 1], 0)


def test_settings_of_our_estimators_are_kept():
    model = bl.MLPRegressor(
        hidden_layer_sizes=(6, 4),
        activation=["relu", "tanh"],
        loss="poisson",
        dropout=[0.1, 0.2],
        weight_decay=0.03,
        clip_norm=0.5,
    )
    setup = setup_of(model, X, RNG.poisson(3, 120), {})
    net = setup.network
    assert [layer.row.name for layer in net.layers] == ["relu", "tanh", "exp"]
    assert net.loss_row.name == "poisson"
    assert [layer.dropout for layer in net.layers] == [0.1, 0.2, 0.0]
    assert (setup.weight_decay, setup.clip_norm) == (0.03, 0.5)
    several = bl.MLPClassifier(hidden_layer_sizes=(5,), activation="logistic")
    assert setup_of(several, X, np.arange(120) % 4, {}).network.loss_row.name == "cross_entropy"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"learning_rate": "cosine"}, "follows a constant learning rate, got learning_rate='cosine'"),
        ({"learning_rate": "invscaling", "solver": "sgd"}, "follows a constant learning rate"),
        ({"scale_y": True, "loss": "poisson"}, "scale_y is for losses with the output identity"),
    ],
)
def test_what_cannot_be_followed_is_said(options, words):
    with pytest.raises(bl.BacklitError, match=words):
        bl.diagnose(bl.MLPRegressor(hidden_layer_sizes=(4,), **options), X, np.abs(FAR))


def test_adam_takes_no_notice_of_scikit_learns_rules():
    model = MLPClassifier((4,), learning_rate="adaptive")
    assert setup_of(model, X, np.arange(120) % 2, {}).learning_rate == 0.001


def test_one_output_knows_classes_that_training_never_saw():
    net = bl.Network.random([3, 4, 1], output="sigmoid", loss="log_loss", seed=0)
    setup = setup_of(net, X, np.arange(120) % 2, {})
    held = held_out_of(setup, net, None, X[:5], np.array([0, 2, 1, 2, 0]))
    assert held.labels.tolist() == [0, 2, 1, 2, 0]
    found = bl.diagnose(net, X, np.arange(120) % 2, X_val=X[:40] + 1, y_val=np.arange(40) % 3, quick=True)
    assert "unseen-class" in [finding.identifier for finding in found.findings]


def test_ragged_rows_and_mixed_labels_are_said():
    net = bl.Network.random([3, 4, 1], output="sigmoid", loss="log_loss", seed=0)
    with pytest.raises(bl.BacklitError, match="rows of equal length"):
        bl.diagnose(net, X, np.arange(120) % 2, X_val=[[1, 2, 3], [1, 2]], y_val=[0, 1])
    with pytest.raises(bl.BacklitError, match="without None"):
        bl.diagnose(MLPClassifier((4,)), X, np.array(["a", "b", None] * 40, dtype=object))


def test_held_out_classes_have_the_numbers_that_training_gave_them():
    net = bl.Network.random([3, 4, 3], output="softmax", seed=0)
    y = np.arange(120) % 3
    held = held_out_of(setup_of(net, X, y, {}), net, y, X[:4], np.array([0, 2, 5, 2]))
    assert held.labels.tolist() == [0, 2, 3, 2]
    np.testing.assert_array_equal(held.Y, [[1, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 1]])
    shares = y / 255
    held = held_out_of(setup_of(net, X, shares, {}), net, shares, X[:3], np.array([2 / 255, 0, 1.0]))
    assert held.labels.tolist() == [2, 0, 3]


def test_a_mean_over_outputs_is_a_mean_in_the_experiments():
    model = bl.MLPRegressor(hidden_layer_sizes=(6,), solver="sgd", momentum=0, alpha=0, max_iter=1, batch_size=120)
    Y = RNG.normal(size=(120, 4))
    setup = setup_of(model, X, Y, {})
    W = setup.network.weights[1]
    step = stepped_networks(setup, 1)[1].weights[1] - W
    np.testing.assert_allclose(step, -0.001 / 4 * setup.network.gradients(X, Y)[0][1], rtol=1e-6)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"batch_size": "some"}, "batch_size"),
        ({"alpha": "x"}, "alpha"),
        ({"hidden_layer_sizes": "ab"}, "size of layer 1"),
    ],
)
def test_settings_that_an_estimator_would_refuse_are_said(options, words):
    with pytest.raises(bl.BacklitError, match=words):
        bl.diagnose(MLPClassifier(**options), X, np.arange(120) % 2)
    with pytest.raises(bl.BacklitError, match="one class for each of 120 samples"):
        bl.diagnose(MLPClassifier((4,)), X, np.eye(2)[np.arange(120) % 2])


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ("some", "class_weight cannot be used"),
        ({0: 1, 2: 3}, "must name classes of y, and 2 is none"),
        ({0: -1, 1: 3}, "numbers of at least 0"),
        ({0: np.nan, 1: 3}, "numbers of at least 0"),
        ({0: 0, 1: 0}, "not all of them 0"),
    ],
)
def test_class_weights_that_an_estimator_would_refuse_are_said(weights, words):
    model, y = bl.MLPClassifier(hidden_layer_sizes=(4,), class_weight=weights), np.arange(120) % 2
    with pytest.raises(ValueError, match="weight"):
        model.fit(X, y)
    with pytest.raises(bl.BacklitError, match=words):
        bl.diagnose(model, X, y)
